//! The screens that are a picture, a title, a text, and one or two things to press.

use super::{Press, Sheet, pictures};
use crate::flow::{Event, Failure, Refusal, Screen};
use crate::texts::Texts;
use crate::widget::Widget;

const RETRY: Event = Event::Retry { product: false };

/// The sheet of such a screen.
pub(crate) fn sheet(screen: Screen, texts: &'static Texts, widget: &Widget) -> Sheet {
    match screen {
        Screen::Failed(failure) => failed(failure, texts, widget),
        Screen::Blocked(reason) => bad(Sheet::new(texts.blocked(reason), Event::Close)),
        Screen::Panel => Sheet {
            number: widget.masked(),
            only_on_phones: true,
            other: Some(Press {
                text: texts.other_account,
                event: Event::OtherAccount,
            }),
            ..good(Sheet::new(texts.panel, Event::OpenApp))
        },
        Screen::Confirm => confirm(texts, widget),
        Screen::Thanks => good(Sheet::new(texts.thanks, Event::Leave)),
        _ => Sheet {
            number: widget.masked(),
            ..good(Sheet::new(texts.just_linked, Event::Close))
        },
    }
}

fn good(sheet: Sheet) -> Sheet {
    Sheet {
        picture: pictures::TICK,
        mood: "sign good",
        ..sheet
    }
}

fn bad(sheet: Sheet) -> Sheet {
    Sheet {
        picture: pictures::NOTE,
        mood: "sign",
        ..sheet
    }
}

fn failed(failure: Failure, texts: &'static Texts, widget: &Widget) -> Sheet {
    let words = texts.failure(failure);
    if failure == Failure::Refused(Refusal::Merchant) {
        // A new try would end the same way.
        return bad(Sheet::new(words, Event::Close));
    }
    let mut sheet = bad(Sheet::new(words, RETRY));
    sheet.other = Some(Press {
        text: texts.close,
        event: Event::Close,
    });
    if failure == Failure::Refused(Refusal::Other) {
        sheet.body = [words.body, " ", texts.code_is, " ", &widget.code()].concat();
    }
    sheet
}

/// "… a phone number different than 60*****00?"
fn confirm(texts: &'static Texts, widget: &Widget) -> Sheet {
    let masked = widget.masked();
    let number = if masked.is_empty() {
        texts.present_number
    } else {
        &masked
    };
    Sheet {
        picture: pictures::QUESTION,
        mood: "sign",
        title: [texts.confirm.title, " ", number, "?"].concat(),
        other: Some(Press {
            text: texts.keep,
            event: Event::KeepAccount,
        }),
        ..Sheet::new(texts.confirm, Event::Confirm)
    }
}
