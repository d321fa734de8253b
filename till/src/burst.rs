//! A scanner that types like a keyboard: a burst of keys, ended by Enter. People do not type that fast.
//!
//! Not here: where the keys come from, and what is done with the text (`keyboard`).

/// Keys of one burst follow each other within this.
const GAP_MS: i64 = 100;
/// A shorter burst is somebody's finger.
const SHORTEST: usize = 4;
/// A burst longer than any code is dropped.
const LONGEST: usize = 512;

/// What a key was part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Not of a burst, as far as one can tell: the key means what it means.
    Key,
    /// Of a burst under way: the key must do nothing else.
    Part,
    /// The end of a burst: this was scanned.
    Scan(String),
}

/// Listens for bursts.
#[derive(Debug, Default)]
pub(crate) struct Burst {
    text: String,
    last_ms: i64,
}

impl Burst {
    /// A key by its name in the browser, pressed at `at_ms`.
    pub(crate) fn press(&mut self, key: &str, at_ms: i64) -> Heard {
        if at_ms.saturating_sub(self.last_ms) > GAP_MS {
            self.text.clear();
        }
        if matches!(key, "Shift" | "CapsLock" | "AltGraph") {
            return Heard::Key;
        }
        self.last_ms = at_ms;
        if key == "Enter" || key == "Tab" {
            let text = std::mem::take(&mut self.text);
            return if text.chars().count() >= SHORTEST {
                Heard::Scan(text)
            } else {
                Heard::Key
            };
        }
        let mut characters = key.chars();
        let (Some(character), None) = (characters.next(), characters.next()) else {
            self.text.clear();
            return Heard::Key;
        };
        if self.text.len() >= LONGEST {
            self.text.clear();
        }
        self.text.push(character);
        if self.text.chars().count() >= SHORTEST {
            Heard::Part
        } else {
            Heard::Key
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, gap_ms: i64) -> Heard {
        let mut burst = Burst::default();
        let mut at_ms = 10_000;
        for character in text.chars() {
            burst.press(&character.to_string(), at_ms);
            at_ms += gap_ms;
        }
        burst.press("Enter", at_ms)
    }

    #[test]
    fn a_burst_that_ends_in_enter_is_a_scan() {
        assert_eq!(typed("7038010000010", 3), Heard::Scan("7038010000010".to_owned()));
        let code = "https://qr.vipps.no/p/AbC-1";
        assert_eq!(typed(code, 20), Heard::Scan(code.to_owned()));
    }

    #[test]
    fn what_a_person_types_is_not() {
        assert_eq!(typed("7038010000010", 180), Heard::Key);
        assert_eq!(typed("12", 3), Heard::Key);
        assert_eq!(typed("", 3), Heard::Key);
    }

    #[test]
    fn capital_letters_come_with_a_shift_that_is_no_character() {
        let mut burst = Burst::default();
        for (at_ms, key) in ["a", "Shift", "B", "c", "Shift", "D"].into_iter().enumerate() {
            burst.press(key, i64::try_from(at_ms).unwrap());
        }
        assert_eq!(burst.press("Enter", 8), Heard::Scan("aBcD".to_owned()));
    }

    #[test]
    fn the_keys_of_a_burst_do_nothing_else_and_another_begins_anew() {
        let mut burst = Burst::default();
        let heard: Vec<Heard> = (0..5).map(|at_ms| burst.press("1", at_ms)).collect();
        assert_eq!(
            heard,
            [Heard::Key, Heard::Key, Heard::Key, Heard::Part, Heard::Part]
        );
        assert_eq!(burst.press("Enter", 5), Heard::Scan("11111".to_owned()));
        assert_eq!(burst.press("Enter", 6), Heard::Key);
        // A pause, and then a single Enter: a person.
        burst.press("7", 1_000);
        assert_eq!(burst.press("Enter", 2_000), Heard::Key);
    }

    #[test]
    fn an_arrow_ends_a_burst() {
        let mut burst = Burst::default();
        for at_ms in 0..5 {
            burst.press("1", at_ms);
        }
        assert_eq!(burst.press("ArrowDown", 5), Heard::Key);
        assert_eq!(burst.press("Enter", 6), Heard::Key);
    }
}
