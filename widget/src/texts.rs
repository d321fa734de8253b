//! Every text of the dialog, in every language. A [`Texts`] has no optional field, so a language that lacks a text
//! does not compile. Where the InPost contract (section 9) gives a text, it stands here word for word.
//!
//! The button's own few texts are the loader's: it draws before this is there.

use crate::flow::{Failure, Refusal};
use karfa_shared::phone::PhoneError;
use karfa_shared::widget::CannotBeBound;

/// A message: what happened, what to do now, and the button that does it.
#[derive(Clone, Copy)]
pub struct Words {
    /// What happened.
    pub title: &'static str,
    /// What it means, and what to do now.
    pub body: &'static str,
    /// The button's text.
    pub action: &'static str,
}

/// All texts of one language.
pub struct Texts {
    /// BCP 47 code, for `lang` attributes and for country names.
    pub code: &'static str,
    /// Closes the dialog.
    pub close: &'static str,
    /// The phone screen; its action sends the number.
    pub phone: Words,
    /// Label of the country prefix.
    pub prefix: &'static str,
    /// Label of the number.
    pub number: &'static str,
    /// The phone screen's button while the number is on its way.
    pub connecting: &'static str,
    /// What is wrong with a number.
    pub number_errors: NumberErrors,
    /// The waiting screen; its action stops waiting.
    pub waiting: Words,
    /// Before the masked number.
    pub sent_to: &'static str,
    /// Before the time that is left.
    pub left: &'static str,
    /// Minutes, abbreviated so that no plural is needed.
    pub minutes: &'static str,
    /// Opens the hint below.
    pub hint: &'static str,
    /// What to do when no notification comes.
    pub hint_body: &'static str,
    /// The moment after linking.
    pub just_linked: Words,
    /// The linked panel; its action opens the app.
    pub panel: Words,
    /// "Connect these purchases with another account".
    pub other_account: &'static str,
    /// "Really another number?": the title is followed by the masked number, the action unlinks.
    pub confirm: Words,
    /// In the place of a masked number that is not known.
    pub present_number: &'static str,
    /// Leaves the link as it is.
    pub keep: &'static str,
    /// The order is done; the action goes on.
    pub thanks: Words,
    /// Before the provider's error code.
    pub code_is: &'static str,
    /// A product was added to a linked basket.
    pub added: &'static str,
    /// What went wrong.
    pub failures: Failures,
    /// Why it cannot be linked.
    pub blocked: Blocked,
}

/// What may be wrong with a number.
pub struct NumberErrors {
    /// Nothing was typed.
    pub empty: &'static str,
    /// Not a digit.
    pub not_digits: &'static str,
    /// Not a country prefix.
    pub prefix: &'static str,
    /// Too few digits.
    pub short: &'static str,
    /// Too many digits.
    pub long: &'static str,
    /// The backend refused it.
    pub refused: &'static str,
}

/// One message per [`Failure`].
pub struct Failures {
    phone: Words,
    basket_expired: Words,
    forgotten: Words,
    merchant: Words,
    already_linked: Words,
    other: Words,
    rejected: Words,
    expired: Words,
    cancelled: Words,
    deleted: Words,
    unavailable: Words,
    too_often: Words,
    offline: Words,
}

/// One message per [`CannotBeBound`].
pub struct Blocked {
    unknown_product: Words,
    out_of_stock: Words,
    options_missing: Words,
    empty_basket: Words,
    currency: Words,
}

impl Texts {
    /// The texts of a language, English where there are none.
    pub fn of(language: &str) -> &'static Texts {
        match language {
            "pl" => &PL,
            _ => &EN,
        }
    }

    /// The message of a failure.
    pub fn failure(&self, failure: Failure) -> Words {
        let words = &self.failures;
        match failure {
            Failure::Refused(Refusal::Phone) => words.phone,
            Failure::Refused(Refusal::BasketExpired) => words.basket_expired,
            Failure::Refused(Refusal::Forgotten) => words.forgotten,
            Failure::Refused(Refusal::Merchant) => words.merchant,
            Failure::Refused(Refusal::AlreadyLinked) => words.already_linked,
            Failure::Refused(Refusal::Other) => words.other,
            Failure::Rejected => words.rejected,
            Failure::Expired => words.expired,
            Failure::Cancelled => words.cancelled,
            Failure::Deleted => words.deleted,
            Failure::Unavailable => words.unavailable,
            Failure::TooOften => words.too_often,
            Failure::Offline => words.offline,
        }
    }

    /// The message of a refusal to begin. A shop's own hook says `false` when options are not chosen.
    pub fn blocked(&self, reason: Option<CannotBeBound>) -> Words {
        match reason {
            Some(CannotBeBound::UnknownProduct) => self.blocked.unknown_product,
            Some(CannotBeBound::OutOfStock) => self.blocked.out_of_stock,
            Some(CannotBeBound::EmptyBasket) => self.blocked.empty_basket,
            Some(CannotBeBound::Currency) => self.blocked.currency,
            Some(CannotBeBound::OptionsMissing) | None => self.blocked.options_missing,
        }
    }

    /// What is wrong with a number.
    pub fn number_error(&self, error: PhoneError) -> &'static str {
        match error {
            PhoneError::Empty => self.number_errors.empty,
            PhoneError::NotDigits => self.number_errors.not_digits,
            PhoneError::UnknownPrefix => self.number_errors.prefix,
            PhoneError::TooShort => self.number_errors.short,
            PhoneError::TooLong => self.number_errors.long,
        }
    }
}

const fn words(title: &'static str, body: &'static str, action: &'static str) -> Words {
    Words { title, body, action }
}

static PL: Texts = Texts {
    code: "pl",
    close: "Zamknij",
    phone: words(
        "Połącz koszyk z aplikacją",
        "Podaj numer telefonu z aplikacji InPost Mobile. Dostaniesz w niej powiadomienie – wystarczy je potwierdzić.",
        "Połącz",
    ),
    prefix: "Kierunkowy kraju",
    number: "Numer telefonu",
    connecting: "Łączymy…",
    number_errors: NumberErrors {
        empty: "Wpisz numer telefonu.",
        not_digits: "Wpisz same cyfry.",
        prefix: "Wybierz kierunkowy kraju z listy.",
        short: "Ten numer jest za krótki.",
        long: "Ten numer jest za długi.",
        refused: "Nie ma takiego numeru. Sprawdź, czy nie brakuje cyfry.",
    },
    waiting: words(
        "Potwierdź w aplikacji",
        "Otwórz aplikację InPost Mobile i potwierdź połączenie koszyka. Ta strona zauważy to sama.",
        "Anuluj",
    ),
    sent_to: "Powiadomienie dla numeru",
    left: "Pozostało",
    minutes: "min",
    hint: "Nie widzisz powiadomienia?",
    hint_body: "Otwórz aplikację InPost Mobile i zaloguj się: prośba czeka także w niej. Jeśli jej nie ma, sprawdź numer: anuluj i podaj go jeszcze raz.",
    just_linked: words(
        "Połączono",
        "Twoje zakupy czekają już na Ciebie w aplikacji InPost Mobile",
        "Gotowe",
    ),
    panel: words(
        "Twoje zakupy czekają już na Ciebie w aplikacji InPost Mobile",
        "Wybierz w niej dostawę i zapłać. Zmiany w koszyku zobaczysz i tu, i tam.",
        "Otwórz aplikację",
    ),
    other_account: "Połącz te zakupy z innym kontem",
    confirm: words(
        "Czy na pewno chcesz powiązać te zakupy z numerem telefonu innym niż",
        "Koszyk zniknie z aplikacji pod obecnym numerem. Produkty w sklepie zostaną.",
        "Połącz z innym numerem telefonu",
    ),
    present_number: "obecny",
    keep: "Wróć",
    thanks: words(
        "Dziękujemy za zakupy!",
        "Zamówienie zostało złożone. Za chwilę pokażemy jego podsumowanie.",
        "Przejdź teraz",
    ),
    code_is: "Kod błędu:",
    added: "Dodano. Liczba produktów w koszyku InPost Pay:",
    failures: Failures {
        phone: words(
            "Nie można wysłać prośby na ten numer",
            "InPost Pay nie przyjmuje teraz próśb dla tego numeru. Sprawdź go albo podaj inny. Po kilku próbach odczekaj chwilę.",
            "Podaj inny numer",
        ),
        basket_expired: words(
            "Ten koszyk wygasł",
            "Zbyt długo nic się w nim nie działo. Spróbuj ponownie, a połączymy go od nowa.",
            "Spróbuj ponownie",
        ),
        forgotten: words(
            "Połączenie wygasło",
            "InPost Pay nie ma już tego koszyka. Spróbuj ponownie, a połączymy go od nowa.",
            "Spróbuj ponownie",
        ),
        merchant: words(
            "InPost Pay jest tu teraz niedostępne",
            "Ten sklep chwilowo nie przyjmuje zakupów przez InPost Pay. Możesz dokończyć je w sklepie.",
            "Wróć do sklepu",
        ),
        already_linked: words(
            "Ten koszyk jest już połączony",
            "InPost Pay ma już ten koszyk w aplikacji. Spróbuj ponownie, a sprawdzimy, na jakim jest koncie.",
            "Spróbuj ponownie",
        ),
        other: words(
            "Nie udało się połączyć koszyka",
            "InPost Pay odmówiło. Spróbuj ponownie albo dokończ zakupy w sklepie.",
            "Spróbuj ponownie",
        ),
        rejected: words(
            "Odrzucono w aplikacji",
            "Koszyk nie został połączony. Jeśli to pomyłka, spróbuj ponownie.",
            "Spróbuj ponownie",
        ),
        expired: words(
            "Czas na potwierdzenie minął",
            "Nikt nie potwierdził połączenia w aplikacji. Spróbuj ponownie i miej telefon pod ręką.",
            "Spróbuj ponownie",
        ),
        cancelled: words(
            "Anulowano",
            "Koszyk nie został połączony. Możesz spróbować ponownie w każdej chwili.",
            "Spróbuj ponownie",
        ),
        deleted: words(
            "Koszyk usunięto w aplikacji",
            "Nie jest już połączony z InPost Pay. Produkty w sklepie zostały.",
            "Połącz ponownie",
        ),
        unavailable: words(
            "InPost Pay nie odpowiada",
            "To zwykle chwilowe. Odczekaj moment i spróbuj ponownie. Twój koszyk jest bezpieczny.",
            "Spróbuj ponownie",
        ),
        too_often: words(
            "Zbyt wiele prób",
            "Odczekaj minutę i spróbuj ponownie.",
            "Spróbuj ponownie",
        ),
        offline: words(
            "Brak połączenia z internetem",
            "Sprawdź sieć i spróbuj ponownie. Nic nie zginęło.",
            "Spróbuj ponownie",
        ),
    },
    blocked: Blocked {
        unknown_product: words(
            "Tego produktu nie można kupić",
            "Sklep już go nie sprzedaje. Wybierz inny produkt.",
            "Rozumiem",
        ),
        out_of_stock: words(
            "Produkt jest wyprzedany",
            "Ktoś był szybszy. Wybierz inny produkt lub wariant.",
            "Rozumiem",
        ),
        options_missing: words(
            "Wybierz opcje produktu",
            "Zanim kupisz z InPost Pay, wybierz rozmiar, kolor lub inne opcje.",
            "Wybieram",
        ),
        empty_basket: words(
            "Koszyk jest pusty",
            "Dodaj do niego produkt, a potem kup z InPost Pay.",
            "Rozumiem",
        ),
        currency: words(
            "InPost Pay przyjmuje tylko złote",
            "Wybierz ceny w złotych albo zapłać w inny sposób.",
            "Rozumiem",
        ),
    },
};

static EN: Texts = Texts {
    code: "en",
    close: "Close",
    phone: words(
        "Connect your basket with the app",
        "Enter the phone number that you use in the InPost Mobile app. You will get a notification there: approve it, and that is all.",
        "Connect",
    ),
    prefix: "Country code",
    number: "Phone number",
    connecting: "Connecting…",
    number_errors: NumberErrors {
        empty: "Enter a phone number.",
        not_digits: "Enter digits only.",
        prefix: "Choose a country code from the list.",
        short: "This number is too short.",
        long: "This number is too long.",
        refused: "There is no such number. Check that no digit is missing.",
    },
    waiting: words(
        "Approve in the app",
        "Open the InPost Mobile app and approve connecting your basket. This page will notice by itself.",
        "Cancel",
    ),
    sent_to: "Notification sent to",
    left: "Time left",
    minutes: "min",
    hint: "No notification?",
    hint_body: "Open the InPost Mobile app and sign in: the request waits there too. If it is not there, check the number: cancel and enter it again.",
    just_linked: words(
        "Connected",
        "Your products await you already in the InPost Mobile app",
        "Done",
    ),
    panel: words(
        "Your products await you already in the InPost Mobile app",
        "Choose the delivery there and pay. Changes to the basket show here and there.",
        "Open the app",
    ),
    other_account: "Connect these purchases with another account",
    confirm: words(
        "Do you really want to connect these purchases with a phone number different than",
        "The basket will leave the app under the present number. The products stay in the shop.",
        "Connect with another phone number",
    ),
    present_number: "the present one",
    keep: "Go back",
    thanks: words(
        "Thank you for your purchase!",
        "Your order is placed. Its summary will show in a moment.",
        "Go there now",
    ),
    code_is: "Error code:",
    added: "Added. Products in the InPost Pay basket:",
    failures: Failures {
        phone: words(
            "No request can be sent to this number",
            "InPost Pay takes no requests for this number now. Check it or enter another. After several tries, wait a little.",
            "Enter another number",
        ),
        basket_expired: words(
            "This basket has expired",
            "Nothing has happened in it for too long. Try again to connect it anew.",
            "Try again",
        ),
        forgotten: words(
            "The connection has expired",
            "InPost Pay no longer has this basket. Try again to connect it anew.",
            "Try again",
        ),
        merchant: words(
            "InPost Pay is not available here now",
            "This shop takes no purchases through InPost Pay at present. You can finish your purchase in the shop.",
            "Back to the shop",
        ),
        already_linked: words(
            "This basket is already connected",
            "InPost Pay already has this basket in the app. Try again to see on which account.",
            "Try again",
        ),
        other: words(
            "The basket could not be connected",
            "InPost Pay refused. Try again, or finish your purchase in the shop.",
            "Try again",
        ),
        rejected: words(
            "Rejected in the app",
            "The basket was not connected. If that was a mistake, try again.",
            "Try again",
        ),
        expired: words(
            "The time to approve has run out",
            "Nobody approved in the app. Try again, and have the phone at hand.",
            "Try again",
        ),
        cancelled: words(
            "Cancelled",
            "The basket was not connected. You can try again at any time.",
            "Try again",
        ),
        deleted: words(
            "The basket was deleted in the app",
            "It is no longer connected with InPost Pay. The products stay in the shop.",
            "Connect again",
        ),
        unavailable: words(
            "InPost Pay does not answer",
            "This usually passes. Wait a moment and try again. Your basket is safe.",
            "Try again",
        ),
        too_often: words("Too many tries", "Wait a minute and try again.", "Try again"),
        offline: words(
            "No internet connection",
            "Check your network and try again. Nothing is lost.",
            "Try again",
        ),
    },
    blocked: Blocked {
        unknown_product: words(
            "This product cannot be bought",
            "The shop no longer sells it. Choose another product.",
            "All right",
        ),
        out_of_stock: words(
            "Sold out",
            "Someone was faster. Choose another product or variant.",
            "All right",
        ),
        options_missing: words(
            "Choose the product's options",
            "Before you buy with InPost Pay, choose the size, colour or other options.",
            "I will choose",
        ),
        empty_basket: words(
            "The basket is empty",
            "Put a product into it, then buy with InPost Pay.",
            "All right",
        ),
        currency: words(
            "InPost Pay takes Polish złoty only",
            "Choose prices in złoty, or pay in another way.",
            "All right",
        ),
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_texts_stand_word_for_word() {
        let pl = Texts::of("pl");
        assert_eq!(pl.phone.action, "Połącz");
        assert_eq!(
            pl.panel.title,
            "Twoje zakupy czekają już na Ciebie w aplikacji InPost Mobile"
        );
        assert_eq!(pl.other_account, "Połącz te zakupy z innym kontem");
        assert_eq!(
            pl.confirm.title,
            "Czy na pewno chcesz powiązać te zakupy z numerem telefonu innym niż"
        );
        assert_eq!(pl.confirm.action, "Połącz z innym numerem telefonu");
    }

    #[test]
    fn an_unknown_language_is_english() {
        assert_eq!(Texts::of("xx").code, "en");
        assert_eq!(Texts::of("pl").code, "pl");
    }

    #[test]
    fn a_shops_own_no_means_that_options_are_missing() {
        let en = Texts::of("en");
        assert_eq!(
            en.blocked(None).title,
            en.blocked(Some(CannotBeBound::OptionsMissing)).title
        );
        assert_ne!(
            en.blocked(None).title,
            en.blocked(Some(CannotBeBound::OutOfStock)).title
        );
    }
}
