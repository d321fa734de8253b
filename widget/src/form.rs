//! The phone form's contents: what was typed, how it is written, and what is wrong with it. No element, no event.

use crate::texts;
use karfa_shared::phone::{PhoneError, PhoneNumber};

/// Europe's country prefixes, each by the country that most of its numbers are of.
pub(crate) const COUNTRIES: &str = "PL48 AL355 AD376 AM374 AT43 AZ994 BE32 BA387 BG359 BY375 CH41 CY357 CZ420 DE49 \
    DK45 EE372 ES34 FI358 FO298 FR33 GB44 GE995 GI350 GR30 HR385 HU36 IE353 IS354 IT39 LI423 LT370 LU352 LV371 MC377 \
    MD373 ME382 MK389 MT356 NL31 NO47 PT351 RO40 RS381 RU7 SE46 SI386 SK421 SM378 TR90 UA380 XK383";

/// The form. It outlives the dialog: a number typed once stays for the next try.
pub(crate) struct Form {
    /// Country prefix, digits only.
    pub(crate) prefix: String,
    /// The number within the country, as it stands in the field.
    pub(crate) number: String,
    /// Nobody likes to be told that a number is too short while typing it: errors show once it was left or sent.
    pub(crate) finished: bool,
    /// The backend refused this very number.
    pub(crate) refused: bool,
}

impl Default for Form {
    fn default() -> Self {
        Form {
            prefix: "48".to_owned(),
            number: String::new(),
            finished: false,
            refused: false,
        }
    }
}

impl Form {
    /// The number, if it is one.
    pub(crate) fn checked(&self) -> Result<PhoneNumber, PhoneError> {
        PhoneNumber::from_parts(&self.prefix, &self.number)
    }

    /// The name of the text to show below the field, if there is anything to say.
    pub(crate) fn error(&self) -> Option<&'static str> {
        match self.checked() {
            _ if self.refused => Some("error_refused"),
            Err(error) if self.finished || error == PhoneError::TooLong => {
                Some(texts::of_number_error(error))
            }
            _ => None,
        }
    }

    /// Takes a prefix from the list.
    pub(crate) fn choose(&mut self, prefix: String) {
        self.refused = false;
        self.number = grouped(&prefix, &self.number);
        self.prefix = prefix;
    }

    /// Takes what stands in the field: also a whole number with its prefix, pasted or filled in by the browser.
    /// `at_end` says that the caret is behind it all; elsewhere the shopper is correcting, and spaces that move would
    /// be in the way.
    pub(crate) fn write(&mut self, text: String, at_end: bool) {
        self.refused = false;
        if let Ok(whole) = PhoneNumber::parse(&text) {
            self.prefix = whole.country_prefix().to_owned();
            self.number = grouped(&self.prefix, whole.national());
        } else {
            self.number = if at_end {
                grouped(&self.prefix, &text)
            } else {
                text
            };
        }
    }
}

/// Puts spaces where the country's people put them: `600000000` -> `600 000 000`. Leaves alone what is not digits and
/// spaces: the check tells what is wrong with it.
fn grouped(prefix: &str, text: &str) -> String {
    let breaks: &[usize] = match prefix {
        "354" => &[3],
        "45" | "298" => &[2, 4, 6],
        "47" => &[3, 5],
        "46" => &[2, 5, 7],
        _ => &[3, 6, 9, 12],
    };
    let mut out = String::new();
    let mut digits = 0_usize;
    for c in text.chars() {
        match c {
            ' ' => continue,
            '0'..='9' => {}
            _ => return text.to_owned(),
        }
        if breaks.contains(&digits) {
            out.push(' ');
        }
        out.push(c);
        digits = digits.saturating_add(1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(prefix: &str, text: &str) -> Form {
        let mut form = Form {
            prefix: prefix.to_owned(),
            ..Form::default()
        };
        form.write(text.to_owned(), true);
        form
    }

    #[test]
    fn numbers_are_grouped_as_they_are_typed() {
        for (prefix, typed, shown) in [
            ("48", "", ""),
            ("48", "600", "600"),
            ("48", "6000", "600 0"),
            ("48", "600 000 000", "600 000 000"),
            ("354", "8223281", "822 3281"),
            ("45", "12345678", "12 34 56 78"),
            ("48", "600-000", "600-000"),
        ] {
            assert_eq!(written(prefix, typed).number, shown);
        }
    }

    #[test]
    fn a_pasted_whole_number_sets_the_prefix_too() {
        for text in ["+354 822 3281", "003548223281"] {
            let form = written("48", text);
            assert_eq!((form.prefix.as_str(), form.number.as_str()), ("354", "822 3281"));
        }
    }

    #[test]
    fn a_correction_in_the_middle_moves_no_spaces() {
        let mut form = Form::default();
        form.write("600 00 000".to_owned(), false);
        assert_eq!(form.number, "600 00 000");
    }

    #[test]
    fn errors_wait_until_the_number_is_finished() {
        let mut form = written("48", "600");
        assert_eq!(form.error(), None);
        form.finished = true;
        assert_eq!(form.error(), Some("error_short"));
        form.write("600000000".to_owned(), true);
        assert_eq!(form.error(), None);
        form.refused = true;
        assert_eq!(form.error(), Some("error_refused"));
        form.write("600000001".to_owned(), true);
        assert_eq!(form.error(), None);
        assert_eq!(written("48", "6000000000").error(), Some("error_long"));
    }

    #[test]
    fn every_country_prefix_is_one() {
        for entry in COUNTRIES.split(' ') {
            let (_, prefix) = entry.split_at(2);
            let outcome = PhoneNumber::from_parts(prefix, "1");
            assert_ne!(outcome, Err(PhoneError::UnknownPrefix), "{entry}");
        }
    }
}
