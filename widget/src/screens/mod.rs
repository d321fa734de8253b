//! What each screen says and offers, as data: a [`Sheet`]. One template ([`template`]) draws them all, so a new screen
//! costs a shopper's phone a few bytes and looks like the others. Nothing here decides where to go.

/// The attributes of one element.
mod attributes;
/// A picture, a title, a text, and what to press: all screens but two.
mod message;
/// Path data of the pictures.
pub(crate) mod pictures;
/// How a sheet is drawn.
pub(crate) mod template;

use crate::flow::{Event, Screen};
use crate::texts::Texts;
use crate::widget::Widget;

/// Something to press.
#[derive(Clone, Copy)]
pub(crate) struct Press {
    /// Its text.
    pub(crate) text: &'static str,
    /// What it says to the flow.
    pub(crate) event: Event,
}

/// All that a screen shows.
pub(crate) struct Sheet {
    /// Path data of the picture; none on the phone screen, where the field is the picture.
    pub(crate) picture: &'static str,
    /// The picture's looks: a class of `style.css`.
    pub(crate) mood: &'static str,
    /// What happened.
    pub(crate) title: String,
    /// What to do now.
    pub(crate) body: String,
    /// Before the number.
    pub(crate) number_label: &'static str,
    /// A phone number, masked.
    pub(crate) number: String,
    /// The phone form, with what is wrong with it.
    pub(crate) form: Option<&'static str>,
    /// Seconds that are left to approve.
    pub(crate) time: Option<u32>,
    /// Whether the hint about a missing notification is there.
    pub(crate) hint: bool,
    /// The main button, which Enter presses.
    pub(crate) main: Option<Press>,
    /// Whether the main button makes sense on a phone only: there is no app on a desk.
    pub(crate) only_on_phones: bool,
    /// The other button.
    pub(crate) other: Option<Press>,
}

impl Sheet {
    fn new(words: crate::texts::Words, event: Event) -> Self {
        Sheet {
            picture: "",
            mood: "none",
            title: words.title.to_owned(),
            body: words.body.to_owned(),
            number_label: "",
            number: String::new(),
            form: None,
            time: None,
            hint: false,
            main: Some(Press {
                text: words.action,
                event,
            }),
            only_on_phones: false,
            other: None,
        }
    }

    /// The sheet of a screen, as things stand now.
    pub(crate) fn of(screen: Screen, texts: &'static Texts, widget: &Widget) -> Self {
        match screen {
            Screen::Phone => phone(texts, widget),
            Screen::Waiting => waiting(texts, widget),
            _ => message::sheet(screen, texts, widget),
        }
    }
}

fn phone(texts: &'static Texts, widget: &Widget) -> Sheet {
    let mut words = texts.phone;
    if widget.is_busy() {
        words.action = texts.connecting;
    }
    let error = widget.form.borrow().error(texts);
    Sheet {
        form: Some(error),
        ..Sheet::new(words, Event::Submit)
    }
}

fn waiting(texts: &'static Texts, widget: &Widget) -> Sheet {
    Sheet {
        picture: pictures::PHONE,
        mood: "sign calls",
        number_label: texts.sent_to,
        number: widget.masked(),
        time: Some(widget.seconds_left()),
        hint: true,
        main: None,
        other: Some(Press {
            text: texts.waiting.action,
            event: Event::Cancel,
        }),
        ..Sheet::new(texts.waiting, Event::Cancel)
    }
}
