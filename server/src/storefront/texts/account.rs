//! What the pages of an account say.

/// Texts of signing in, of the account's page, and of what was merged.
#[derive(Debug)]
pub(in crate::storefront) struct AccountTexts {
    pub(in crate::storefront) sign_in: &'static str,
    pub(in crate::storefront) sign_in_text: &'static str,
    pub(in crate::storefront) sign_out: &'static str,
    pub(in crate::storefront) account: &'static str,
    pub(in crate::storefront) mail: &'static str,
    pub(in crate::storefront) password: &'static str,
    pub(in crate::storefront) wrong: &'static str,
    pub(in crate::storefront) demo_title: &'static str,
    pub(in crate::storefront) demo_text: &'static str,
    pub(in crate::storefront) hello: &'static str,
    pub(in crate::storefront) orders: &'static str,
    pub(in crate::storefront) no_orders: &'static str,
    pub(in crate::storefront) placed_on: &'static str,
    pub(in crate::storefront) tracking: &'static str,
    pub(in crate::storefront) merged: &'static str,
    pub(in crate::storefront) left_out: &'static str,
}

pub(super) const POLISH: AccountTexts = AccountTexts {
    sign_in: "Zaloguj się",
    sign_in_text: "Koszyk i zamówienia pójdą z tobą na każde urządzenie. To, co masz teraz w koszyku, zostaje.",
    sign_out: "Wyloguj się",
    account: "Twoje konto",
    mail: "E-mail",
    password: "Hasło",
    wrong: "Ten adres i to hasło nie pasują do siebie. Sprawdź je i spróbuj jeszcze raz.",
    demo_title: "Konta na próbę",
    demo_text: "To sklep pokazowy: możesz być jedną z tych osób.",
    hello: "Dzień dobry,",
    orders: "Twoje zamówienia",
    no_orders: "Jeszcze nic tu nie ma. Pierwsze zamówienie pojawi się samo.",
    placed_on: "złożone",
    tracking: "Numer przesyłki",
    merged: "To, co było tutaj, leży teraz w koszyku twojego konta.",
    left_out: "Nie zmieściło się:",
};

pub(super) const ENGLISH: AccountTexts = AccountTexts {
    sign_in: "Sign in",
    sign_in_text: "Your basket and orders will follow you to every device. What is in the basket now stays there.",
    sign_out: "Sign out",
    account: "Your account",
    mail: "E-mail",
    password: "Password",
    wrong: "This address and this password do not belong together. Check them and try again.",
    demo_title: "Accounts to try",
    demo_text: "This is a demo shop: you may be one of these people.",
    hello: "Hello,",
    orders: "Your orders",
    no_orders: "Nothing here yet. Your first order will turn up by itself.",
    placed_on: "placed on",
    tracking: "Tracking number",
    merged: "What was here is now in your account's basket.",
    left_out: "There was no room for:",
};
