//! Who the customer is, from what was typed or scanned: a number, a personal code of an app, a national identity number, a
//! code that an app shows.
//!
//! Belongs here: reading and checking such texts, and asking whose personal code it is. Does not belong here: what the sale
//! makes of it, and membership.

use super::branch::Branch;
use super::register::Register;
use super::sale::CustomerSeen;
use super::wallet::{Customer, Private};
use karfa_shared::phone::{PhoneError, PhoneNumber};
use karfa_shared::till::CustomerKind;
use netgiro::{AppCode, Ssn};
use rlibphonenumber::PHONE_NUMBER_UTIL;
use vipps_mobilepay::wire::qr::QrVersion;
use vipps_mobilepay::{Client, PersonalQr};

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 512;
/// The last characters that are shown of a text that stands for a customer.
const SHOWN: usize = 2;
/// Hosts of personal codes, and what is below them.
const CODE_HOSTS: [&str; 3] = ["vipps.no", "mobilepay.dk", "vippsmobilepay.com"];
/// The path of a personal code that names nobody by itself, and of one in clear text.
const TOKEN_PATH: &str = "/p/";
const CLEAR_TEXT_PATH: &str = "/28/2/01/031/";
/// The fewest characters of a token that was read whole.
const SHORTEST_TOKEN: usize = 8;

/// Who the customer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identified {
    /// For the wallet. Personal data.
    pub(super) customer: Customer,
    /// As far as it may be journalled.
    pub(super) seen: CustomerSeen,
    /// Something that the cashier should know about it.
    pub(super) note: Option<&'static str>,
}

/// The customer is not known by this text. Nothing of the text is in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unidentified {
    /// No phone number.
    #[error("this is no phone number: {0}")]
    Phone(#[from] PhoneError),
    /// A phone number that no country has.
    #[error("there is no such phone number: type it again")]
    NoSuchNumber,
    /// A code that has expired, or that the provider does not know.
    #[error("the code has expired: ask the customer to open it again")]
    QrExpired,
    /// A code of something else.
    #[error("this is not the personal code of the wallet's app: ask the customer to show that")]
    QrForeign,
    /// A code that was read in part.
    #[error("the code was not read whole: scan it again")]
    QrDamaged,
    /// Not ten digits with a right check digit.
    #[error("this is no kennitala: type its ten digits again")]
    NationalId,
    /// Not what apps show.
    #[error("this is no code of the wallet's app: ask the customer to read it again")]
    AppCode,
    /// No wallet of the branch finds customers like this.
    #[error("no wallet of the branch finds customers like this: name the customer in another way")]
    NotHere,
    /// Neither goods nor a customer.
    #[error("this is neither something that the branch sells nor a customer's code")]
    Nothing,
}

impl Unidentified {
    /// What programs read.
    pub(super) fn code(self) -> &'static str {
        match self {
            Unidentified::Phone(PhoneError::Empty) => "phone_empty",
            Unidentified::Phone(PhoneError::NotDigits) => "phone_not_digits",
            Unidentified::Phone(PhoneError::UnknownPrefix) => "phone_prefix",
            Unidentified::Phone(PhoneError::TooShort) => "phone_too_short",
            Unidentified::Phone(PhoneError::TooLong) => "phone_too_long",
            Unidentified::NoSuchNumber => "phone_unknown",
            Unidentified::QrExpired => "qr_expired",
            Unidentified::QrForeign => "qr_foreign",
            Unidentified::QrDamaged => "qr_damaged",
            Unidentified::NationalId => "national_id",
            Unidentified::AppCode => "app_code",
            Unidentified::NotHere => "customer_kind",
            Unidentified::Nothing => "unknown_scan",
        }
    }
}

/// The customer that a text names in the given way, at this branch.
///
/// # Errors
/// [`Unidentified`].
pub(super) async fn identify(
    branch: &Branch,
    register: &Register,
    kind: CustomerKind,
    text: &str,
) -> Result<Identified, Unidentified> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(Unidentified::Nothing);
    }
    let taken = |kind| {
        let mut wallets = branch.wallets.iter();
        wallets.any(|wallet| wallet.choice().customers.contains(&kind))
    };
    if !taken(kind) {
        return Err(Unidentified::NotHere);
    }
    match kind {
        CustomerKind::Phone => Ok(by_phone(
            register,
            phone(text, &branch.country_prefix)?,
            CustomerKind::Phone,
        )),
        CustomerKind::PersonalQr => {
            check_code(text)?;
            let client = branch.vipps.as_ref().ok_or(Unidentified::NotHere)?;
            by_code(register, client, text).await
        }
        CustomerKind::NationalId => {
            let ssn = Ssn::parse(text).map_err(|_| Unidentified::NationalId)?;
            let customer = Customer::NationalId(Private::new(ssn.as_str()));
            Ok(by_text(register, customer, ssn.as_str()))
        }
        CustomerKind::AppCode => {
            let code = AppCode::parse(text).map_err(|_| Unidentified::AppCode)?;
            // Scanned into the customer's field.
            if branch.goods.by_ean(code.as_str()).is_some() {
                return Err(Unidentified::AppCode);
            }
            let customer = Customer::AppCode(Private::new(code.as_str()));
            Ok(by_text(register, customer, code.as_str()))
        }
    }
}

/// In which way a scanned text names a customer. A number is no scan: it is typed.
///
/// # Errors
/// [`Unidentified::Nothing`] if it names nobody.
pub(super) fn kind_of_scan(text: &str) -> Result<CustomerKind, Unidentified> {
    let text = text.trim();
    if text.starts_with(AppCode::BARCODE_PREFIX) {
        return Ok(CustomerKind::AppCode);
    }
    let lower = text.to_ascii_lowercase();
    let looks_like_a_link = lower.contains("://") || lower.starts_with("http") || lower.starts_with("qr.");
    if looks_like_a_link {
        return Ok(CustomerKind::PersonalQr);
    }
    Err(Unidentified::Nothing)
}

/// A number as cashiers type it: with or without the country's prefix.
///
/// # Errors
/// [`Unidentified`] says what is wrong with it.
pub(super) fn phone(text: &str, country_prefix: &str) -> Result<PhoneNumber, Unidentified> {
    let is_international = text.starts_with('+') || text.starts_with("00");
    let number = if is_international {
        PhoneNumber::parse(text)?
    } else {
        PhoneNumber::from_parts(country_prefix, text).or_else(|error| {
            // Typed with the prefix, and without its plus.
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            match PhoneNumber::parse(&format!("+{digits}")) {
                Ok(number) if error == PhoneError::TooLong && number.country_prefix() == country_prefix => {
                    Ok(number)
                }
                _ => Err(error),
            }
        })?
    };
    let exists = PHONE_NUMBER_UTIL
        .parse(format!("+{}", number.digits()), None)
        .is_ok_and(|parsed| PHONE_NUMBER_UTIL.is_possible_number(&parsed));
    if exists {
        Ok(number)
    } else {
        Err(Unidentified::NoSuchNumber)
    }
}

/// Whether a text may be a personal code, before anybody is asked.
fn check_code(text: &str) -> Result<(), Unidentified> {
    let Some((scheme, rest)) = text.split_once("://") else {
        // Part of an address, or none at all.
        let is_part = text.to_ascii_lowercase().contains("vipps");
        return Err(if is_part {
            Unidentified::QrDamaged
        } else {
            Unidentified::QrForeign
        });
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.to_ascii_lowercase();
    let is_ours = CODE_HOSTS
        .iter()
        .any(|known| host == *known || host.ends_with(&format!(".{known}")));
    if !is_ours {
        return Err(Unidentified::QrForeign);
    }
    let is_whole = if let Some(token) = path.strip_prefix(TOKEN_PATH) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        token.len() >= SHORTEST_TOKEN && token.bytes().all(plain)
    } else if let Some(number) = path.strip_prefix(CLEAR_TEXT_PATH) {
        let (digits, version) = number.split_once('?').unwrap_or((number, ""));
        version == "v=1"
            && (10..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    } else {
        // What the wallet's codes are otherwise for: payments, shops. Or the end is missing.
        let is_cut_off = TOKEN_PATH.starts_with(path) || CLEAR_TEXT_PATH.starts_with(path);
        return Err(if is_cut_off {
            Unidentified::QrDamaged
        } else {
            Unidentified::QrForeign
        });
    };
    if scheme.eq_ignore_ascii_case("https") && is_whole {
        Ok(())
    } else {
        Err(Unidentified::QrDamaged)
    }
}

/// Whose personal code it is. If the provider cannot say so now, the code itself stands for the customer: a payment can be
/// asked for with it.
async fn by_code(register: &Register, client: &Client, text: &str) -> Result<Identified, Unidentified> {
    let code = PersonalQr::parse(text).map_err(|_| Unidentified::QrDamaged)?;
    match client.exchange_qr(&code).await {
        Ok(exchanged) => {
            let number = PhoneNumber::parse(&format!("+{}", exchanged.msisdn.as_str()))?;
            let mut found = by_phone(register, number, CustomerKind::PersonalQr);
            if exchanged.version == Some(QrVersion::ClearText) {
                found.note = Some("qr_old");
            }
            Ok(found)
        }
        Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 400) => {
            Err(Unidentified::QrExpired)
        }
        Err(error) => {
            tracing::warn!(%error, "a personal code could not be exchanged");
            let mut found = by_text(register, Customer::PersonalQr(Private::new(text)), text);
            found.note = Some("qr_not_exchanged");
            Ok(found)
        }
    }
}

/// A customer whose number is known, however it became known.
fn by_phone(register: &Register, number: PhoneNumber, kind: CustomerKind) -> Identified {
    Identified {
        seen: CustomerSeen {
            kind,
            masked: number.to_string(),
            digest: register.digest_of(&number),
        },
        customer: Customer::Phone(number),
        note: None,
    }
}

fn by_text(register: &Register, customer: Customer, text: &str) -> Identified {
    let length = text.chars().count();
    let end: String = text.chars().skip(length.saturating_sub(SHOWN)).collect();
    Identified {
        seen: CustomerSeen {
            kind: customer.kind(),
            masked: format!("••••{end}"),
            digest: register.digest(text),
        },
        customer,
        note: None,
    }
}

/// When a barcode of goods is all digits, and long enough to be one.
pub(super) fn looks_like_goods(text: &str) -> bool {
    matches!(text.len(), 8 | 12 | 13 | 14) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_or_without_the_countrys_prefix() {
        for text in [
            "41 23 45 67",
            "+47 41234567",
            "004741234567",
            "4741234567",
            "412-34-567",
        ] {
            let number = phone(text, "47").unwrap();
            assert_eq!(number.digits(), "4741234567", "{text}");
        }
        assert_eq!(phone("+45 20123456", "47").unwrap().country_prefix(), "45");
        assert_eq!(phone("822 3281", "354").unwrap().digits(), "3548223281");
        for (text, wrong) in [
            ("", Unidentified::Phone(PhoneError::Empty)),
            ("4123456", Unidentified::Phone(PhoneError::TooShort)),
            ("412345678", Unidentified::Phone(PhoneError::TooLong)),
            ("4512345678", Unidentified::Phone(PhoneError::TooLong)),
            ("Kari", Unidentified::Phone(PhoneError::NotDigits)),
            ("+0 12345678", Unidentified::Phone(PhoneError::UnknownPrefix)),
            ("+999 12345678", Unidentified::NoSuchNumber),
            ("+999 1234567890123", Unidentified::Phone(PhoneError::TooLong)),
        ] {
            assert_eq!(phone(text, "47"), Err(wrong), "{text}");
        }
    }

    #[test]
    fn a_code_is_told_from_part_of_one_and_from_others() {
        for (text, outcome) in [
            ("https://qr.vipps.no/p/0b7cba3f1d", Ok(())),
            ("https://qr.vipps.no/28/2/01/031/4712345678?v=1", Ok(())),
            ("https://qr.vipps.no/p/0b7", Err(Unidentified::QrDamaged)),
            (
                "https://qr.vipps.no/p/0b7cba3f1d\u{fffd}",
                Err(Unidentified::QrDamaged),
            ),
            (
                "https://qr.vipps.no/28/2/01/031/4712345678",
                Err(Unidentified::QrDamaged),
            ),
            ("https://qr.vipps.no/28/2/0", Err(Unidentified::QrDamaged)),
            ("https://qr.vipps.no", Err(Unidentified::QrDamaged)),
            ("ps://qr.vipps.no/p/0b7cba3f1d", Err(Unidentified::QrDamaged)),
            ("qr.vipps.no/p/0b7cba3f1d", Err(Unidentified::QrDamaged)),
            ("https://qr.vipps.no/e/0b7cba3f1d", Err(Unidentified::QrForeign)),
            ("https://evilvipps.no/p/0b7cba3f1d", Err(Unidentified::QrForeign)),
            ("https://example.org/p/0b7cba3f1d", Err(Unidentified::QrForeign)),
            ("WIFI:S:guests;;", Err(Unidentified::QrForeign)),
        ] {
            assert_eq!(check_code(text), outcome, "{text}");
        }
    }

    #[test]
    fn a_scan_says_by_itself_what_it_is() {
        assert_eq!(kind_of_scan("500004-123456"), Ok(CustomerKind::AppCode));
        assert_eq!(
            kind_of_scan(" https://qr.vipps.no/p/x"),
            Ok(CustomerKind::PersonalQr)
        );
        assert_eq!(kind_of_scan("41234567"), Err(Unidentified::Nothing));
        assert!(looks_like_goods("4006381333931") && !looks_like_goods("41234"));
    }
}
