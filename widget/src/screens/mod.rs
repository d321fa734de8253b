//! What each screen says and offers, as data: a [`Sheet`]. One template ([`template`]) draws them all, so a new screen
//! costs a shopper's phone a few bytes and looks like the others. Nothing here decides where to go.

/// The attributes of one element.
mod attributes;
/// A picture, a title, a text, and what to press: most screens.
mod message;
/// Path data of the pictures.
pub(crate) mod pictures;
/// How a sheet is drawn.
pub(crate) mod template;

use crate::device;
use crate::flow::{Event, Screen};
use crate::texts::{Texts, Words};
use crate::widget::Widget;

/// Something to press.
pub(crate) struct Press {
    /// Its text.
    pub(crate) text: String,
    /// What it says to the flow.
    pub(crate) event: Event,
}

/// All that a screen shows.
#[derive(Default)]
pub(crate) struct Sheet {
    /// Path data of the picture; none on the phone screen, where the field is the picture.
    pub(crate) picture: &'static str,
    /// The picture's looks: a class of `style.css`.
    pub(crate) mood: &'static str,
    /// The text of the code to scan, in the place of the picture.
    pub(crate) code: String,
    /// What happened.
    pub(crate) title: String,
    /// What to do now.
    pub(crate) body: String,
    /// Before the number.
    pub(crate) number_label: String,
    /// A phone number, masked.
    pub(crate) number: String,
    /// The phone form, with what is wrong with it.
    pub(crate) form: Option<String>,
    /// Seconds that are left to approve.
    pub(crate) time: Option<u32>,
    /// Whether the hint about a missing notification is there.
    pub(crate) hint: bool,
    /// The main button, which Enter presses.
    pub(crate) main: Option<Press>,
    /// Whether the main button makes sense on a phone only: there is no app on a desk.
    pub(crate) only_on_phones: bool,
    /// Another way to go on.
    pub(crate) way: Option<Press>,
    /// The other button: back, or out.
    pub(crate) other: Option<Press>,
}

impl Sheet {
    fn new(words: Words, event: Event) -> Self {
        Sheet {
            mood: "none",
            title: words.title,
            body: words.body,
            main: press(words.action, event),
            ..Sheet::default()
        }
    }

    /// The sheet of a screen, as things stand now.
    pub(crate) fn of(screen: Screen, texts: &Texts, widget: &Widget) -> Self {
        match screen {
            Screen::Phone => phone(texts, widget),
            Screen::Waiting => waiting(texts, widget),
            Screen::Code => code(texts, widget),
            _ => message::sheet(screen, texts, widget),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a sheet's buttons are all optional")]
fn press(text: String, event: Event) -> Option<Press> {
    Some(Press { text, event })
}

fn phone(texts: &Texts, widget: &Widget) -> Sheet {
    let mut words = texts.words("phone");
    if widget.is_busy() {
        words.action = texts.text("connecting");
    }
    let error = widget.form.borrow().error();
    let here = device::is_phone();
    let way = if here {
        texts.words("app").action
    } else {
        texts.text("by_code")
    };
    Sheet {
        form: Some(error.map(|name| texts.text(name)).unwrap_or_default()),
        way: press(way, Event::ByCode { here }),
        ..Sheet::new(words, Event::Submit)
    }
}

fn waiting(texts: &Texts, widget: &Widget) -> Sheet {
    let words = texts.words("waiting");
    Sheet {
        picture: pictures::PHONE,
        mood: "sign calls",
        title: words.title,
        body: words.body,
        number_label: texts.text("sent_to"),
        number: widget.masked(),
        time: Some(widget.seconds_left()),
        hint: true,
        other: press(words.action, Event::Cancel),
        ..Sheet::default()
    }
}

/// On a desk the code; on a phone, which can hardly scan itself, the way into the app.
fn code(texts: &Texts, widget: &Widget) -> Sheet {
    let here = device::is_phone();
    let words = texts.words(if here { "waiting" } else { "code" });
    let mut sheet = Sheet {
        title: words.title,
        body: words.body,
        time: Some(widget.seconds_left()),
        way: press(texts.text("by_number"), Event::ByNumber),
        other: press(words.action, Event::Cancel),
        ..Sheet::default()
    };
    if here {
        sheet.picture = pictures::PHONE;
        sheet.mood = "sign calls";
        sheet.main = press(texts.words("app").action, Event::OpenLink);
    } else {
        sheet.mood = "code";
        sheet.code = widget.links().qr_code;
    }
    sheet
}
