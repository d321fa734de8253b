//! What each screen says and offers, as data: a [`Sheet`]. One template ([`template`]) draws them all, so a new screen
//! costs a shopper's phone a few bytes and looks like the others. Nothing here decides where to go.

/// The attributes of one element.
mod attributes;
/// Path data of the pictures.
mod pictures;
/// How a sheet is drawn.
pub(crate) mod template;

use crate::device;
use crate::flow::{Event, Failure, Refusal, Screen};
use crate::qr;
use crate::texts::{self, Texts};
use crate::widget::Widget;

/// All that a screen shows, by the names of the template.
#[derive(Default)]
pub(crate) struct Sheet {
    values: Vec<(&'static str, String)>,
    presses: Vec<(&'static str, Event)>,
}

impl Sheet {
    /// What a name stands for on this screen, if it is the screen's own.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let known = self.values.iter().find(|(known, _)| *known == name);
        let own = NAMES.contains(&name).then(String::new);
        known.map(|(_, value)| value.clone()).or(own)
    }

    /// What pressing a button says to the flow: `main`, `way` or `other`.
    pub(crate) fn event(&self, press: &str) -> Option<Event> {
        let known = self.presses.iter().find(|(known, _)| *known == press);
        known.map(|(_, event)| *event)
    }

    fn set(&mut self, name: &'static str, value: String) {
        self.values.push((name, value));
    }

    fn offer(&mut self, press: &'static str, text: String, event: Event) {
        self.set(press, text);
        self.presses.push((press, event));
    }

    /// The sheet of a screen, as things stand now.
    pub(crate) fn of(screen: Screen, texts: &Texts, widget: &Widget) -> Self {
        let here = device::is_phone();
        let (words, event, picture, mood) = match screen {
            Screen::App => ("app", Event::ByCode { here }, pictures::PHONE, "sign good"),
            Screen::Phone => ("phone", Event::Submit, "", ""),
            Screen::Code if !here => ("code", Event::Cancel, "", ""),
            // A phone can hardly scan itself: it opens the app.
            Screen::Waiting | Screen::Code => ("waiting", Event::Cancel, pictures::PHONE, "sign calls"),
            Screen::Failed(failure) => (texts::of_failure(failure), after(failure), pictures::NOTE, "sign"),
            Screen::Blocked(obstacle) => (texts::of_obstacle(obstacle), Event::Close, pictures::NOTE, "sign"),
            Screen::JustLinked => ("just_linked", Event::Close, pictures::TICK, "sign good"),
            Screen::Panel => ("panel", Event::OpenApp, pictures::TICK, "sign good"),
            Screen::Confirm => ("confirm", Event::Confirm, pictures::QUESTION, "sign"),
            Screen::Thanks => ("thanks", Event::Leave, pictures::TICK, "sign good"),
        };
        let mut words = texts.words(words);
        let mut sheet = Sheet::default();
        let masked = widget.masked();
        match screen {
            Screen::App => sheet.offer("other", texts.text("by_number"), Event::ByNumber),
            Screen::Phone => {
                if widget.is_busy() {
                    words.action = texts.text("connecting");
                }
                let way = if here {
                    texts.words("app").action
                } else {
                    texts.text("by_code")
                };
                sheet.offer("way", way, Event::ByCode { here });
                sheet.form(texts, widget);
            }
            Screen::Waiting => {
                sheet.set("number_label", texts.text("sent_to"));
                sheet.set("masked", masked);
                sheet.set("hints", YES.to_owned());
                sheet.time(texts, widget);
            }
            Screen::Code => {
                if here {
                    sheet.offer("main", texts.words("app").action, Event::OpenLink);
                } else if let Some(code) = qr::code(widget.links().qr_code.as_bytes()) {
                    // A text that is too long for a code shows none: the number does it as well.
                    sheet.set("code", svg(&code.side.to_string(), &code.path));
                }
                sheet.offer("way", texts.text("by_number"), Event::ByNumber);
                sheet.time(texts, widget);
            }
            Screen::Failed(failure) => {
                if event != Event::Close {
                    sheet.offer("other", texts.text("close"), Event::Close);
                }
                if failure == Failure::Refused(Refusal::Other) {
                    words.body = [&words.body, " ", &texts.text("code_is"), " ", &widget.code()].concat();
                }
            }
            Screen::JustLinked => sheet.set("masked", masked),
            Screen::Panel => {
                sheet.set("masked", masked);
                // There is no app on a desk.
                sheet.set("role", "main phones".to_owned());
                sheet.offer("other", texts.text("other_account"), Event::OtherAccount);
            }
            // "… a phone number different than 60*****00?"
            Screen::Confirm => {
                let known = !masked.is_empty();
                let number = if known {
                    masked
                } else {
                    texts.text("present_number")
                };
                words.title = [&words.title, " ", &number, "?"].concat();
                sheet.offer("other", texts.text("keep"), Event::KeepAccount);
            }
            Screen::Blocked(_) | Screen::Thanks => {}
        }
        sheet.set("title", words.title);
        sheet.set("body", words.body);
        // Where the shopper can only wait, what is left to press is the way out.
        let place = if event == Event::Cancel { "other" } else { "main" };
        sheet.offer(place, words.action, event);
        if !picture.is_empty() {
            sheet.set("sign", svg("24", picture));
            sheet.set("mood", mood.to_owned());
        }
        let busy = widget.is_busy();
        let main = sheet.event("main").is_some();
        sheet.set("role", "main".to_owned());
        sheet.set("main_busy", truth(busy));
        // The main button is the one that waits; without one, all are.
        sheet.set("others_busy", truth(busy && !main));
        sheet
    }

    fn form(&mut self, texts: &Texts, widget: &Widget) {
        let form = widget.form.borrow();
        let error = form.error();
        let field = if error.is_some() { "field wrong" } else { "field" };
        self.set("form", YES.to_owned());
        self.set("error", error.map(|name| texts.text(name)).unwrap_or_default());
        self.set("invalid", truth(error.is_some()));
        self.set("field", field.to_owned());
        self.set("chosen", ["+", &form.prefix].concat());
        self.set("typed", form.number.clone());
    }

    fn time(&mut self, texts: &Texts, widget: &Widget) {
        let seconds = widget.seconds_left();
        let left = texts.text("left");
        self.set("time", seconds.to_string());
        self.set("clock", [&left, " ", &*clock(seconds)].concat());
        if seconds > 0 {
            // A screen reader hears the time once a minute, not every second.
            let minutes = seconds.div_ceil(60).to_string();
            self.set(
                "spoken",
                [&left, " ", &minutes, " ", &*texts.text("minutes")].concat(),
            );
        }
    }
}

/// The template's names that are a screen's own: empty where it does not set them.
const NAMES: [&str; 11] = [
    "code",
    "sign",
    "masked",
    "number_label",
    "form",
    "time",
    "spoken",
    "hints",
    "main",
    "way",
    "other",
];
const YES: &str = "1";

/// A new try; none where it would end the same way.
fn after(failure: Failure) -> Event {
    match failure {
        Failure::Refused(Refusal::Merchant) => Event::Close,
        _ => Event::Retry { product: false },
    }
}

fn truth(is: bool) -> String {
    if is { "true" } else { "false" }.to_owned()
}

/// A picture, without a name: the words beside it say what it means.
fn svg(side: &str, path: &str) -> String {
    [
        "<svg viewBox='0 0 ",
        side,
        " ",
        side,
        "' aria-hidden=true><path d='",
        path,
        "'/></svg>",
    ]
    .concat()
}

/// `9:05`.
fn clock(seconds: u32) -> String {
    let rest = (seconds % 60).to_string();
    let zero = if rest.len() == 1 { "0" } else { "" };
    [&(seconds / 60).to_string(), ":", zero, &rest].concat()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clock_has_two_digits_for_seconds() {
        assert_eq!(
            ["0:00", "0:59", "9:05", "10:00"],
            [0, 59, 545, 600].map(super::clock)
        );
    }
}
