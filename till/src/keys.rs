//! The keys that do something wherever one is on the page.

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shortcut {
    /// To the field for goods.
    Search,
    /// To the field for the customer.
    Customer,
    /// Asks for the payment.
    Pay,
    /// Asks the provider now.
    Check,
    /// The next customer.
    Next,
    /// Back to the sale.
    Back,
}

impl Shortcut {
    /// The key's name in the browser, which is also printed on it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Shortcut::Search => "F2",
            Shortcut::Customer => "F4",
            Shortcut::Pay => "F8",
            Shortcut::Check => "F7",
            Shortcut::Next => "F9",
            Shortcut::Back => "Escape",
        }
    }

    /// What a key does, if anything. With Ctrl, Alt or Meta it is the browser's.
    pub(crate) fn of(key: &str, with_modifier: bool) -> Option<Self> {
        let all = [
            Shortcut::Search,
            Shortcut::Customer,
            Shortcut::Pay,
            Shortcut::Check,
            Shortcut::Next,
            Shortcut::Back,
        ];
        all.into_iter()
            .find(|shortcut| !with_modifier && shortcut.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_one_thing_and_nothing_with_a_modifier() {
        assert_eq!(Shortcut::of("F8", false), Some(Shortcut::Pay));
        assert_eq!(Shortcut::of("F8", true), None);
        assert_eq!(Shortcut::of("Escape", false), Some(Shortcut::Back));
        assert_eq!(Shortcut::of("F5", false), None);
        assert_eq!(Shortcut::of("a", false), None);
    }
}
