//! The screens that are a picture, a title, a text, and one or two things to press.

use super::{Sheet, pictures, press};
use crate::device;
use crate::flow::{Event, Failure, Refusal, Screen};
use crate::texts::{self, Texts};
use crate::widget::Widget;

/// The sheet of such a screen.
pub(crate) fn sheet(screen: Screen, texts: &Texts, widget: &Widget) -> Sheet {
    let (words, event) = match screen {
        Screen::App => (
            "app",
            Event::ByCode {
                here: device::is_phone(),
            },
        ),
        Screen::Failed(failure) => (texts::of_failure(failure), failed_event(failure)),
        Screen::Blocked(obstacle) => (texts::of_obstacle(obstacle), Event::Close),
        Screen::Panel => ("panel", Event::OpenApp),
        Screen::Confirm => ("confirm", Event::Confirm),
        Screen::Thanks => ("thanks", Event::Leave),
        _ => ("just_linked", Event::Close),
    };
    let mut sheet = Sheet::new(texts.words(words), event);
    (sheet.picture, sheet.mood) = match screen {
        Screen::App => (pictures::PHONE, "sign good"),
        Screen::Failed(_) | Screen::Blocked(_) => (pictures::NOTE, "sign"),
        Screen::Confirm => (pictures::QUESTION, "sign"),
        _ => (pictures::TICK, "sign good"),
    };
    match screen {
        Screen::App => sheet.other = press(texts.text("by_number"), Event::ByNumber),
        Screen::Failed(failure) => {
            if event != Event::Close {
                sheet.other = press(texts.text("close"), Event::Close);
            }
            if failure == Failure::Refused(Refusal::Other) {
                sheet.body = [&sheet.body, " ", &texts.text("code_is"), " ", &widget.code()].concat();
            }
        }
        Screen::Panel => {
            sheet.number = widget.masked();
            sheet.only_on_phones = true;
            sheet.other = press(texts.text("other_account"), Event::OtherAccount);
        }
        // "… a phone number different than 60*****00?"
        Screen::Confirm => {
            let mut number = widget.masked();
            if number.is_empty() {
                number = texts.text("present_number");
            }
            sheet.title = [&sheet.title, " ", &number, "?"].concat();
            sheet.other = press(texts.text("keep"), Event::KeepAccount);
        }
        Screen::JustLinked => sheet.number = widget.masked(),
        _ => {}
    }
    sheet
}

/// A new try; none where it would end the same way.
fn failed_event(failure: Failure) -> Event {
    match failure {
        Failure::Refused(Refusal::Merchant) => Event::Close,
        _ => Event::Retry { product: false },
    }
}
