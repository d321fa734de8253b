//! Who pays: a phone number, a kennitala, or a code from the app. Contract, sections 3 and 9.

use crate::id::{TextError, visible};
use serde::{Serialize, Serializer};
use std::fmt;

/// A text that is not a customer's identifier. It never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CustomerIdError {
    /// Nothing stands there.
    #[error("nothing was entered")]
    Empty,
    /// Not a phone number.
    #[error("a phone number has seven digits")]
    NotGsm,
    /// Not a kennitala.
    #[error("a kennitala has ten digits")]
    NotSsn,
    /// The kennitala's ninth digit does not fit the eight before it: most likely a slip. See
    /// [`Ssn::without_check_digit`].
    #[error("the kennitala's check digit does not fit: compare the digits once more")]
    CheckDigit,
    /// Not a code from the app.
    #[error("a code from the app is digits, or the text of its barcode")]
    NotAppCode,
    /// Seven digits are always taken for a phone number, never for a code.
    #[error("seven digits are a phone number, not a code from the app")]
    CodeLikeGsm,
    /// Not the code of an SMS.
    #[error("the code from the SMS is up to {} letters and digits", SmsCode::MAX_LENGTH)]
    NotSmsCode,
    /// The second generation takes phone numbers and codes from the app only.
    #[error("this interface takes no kennitala: ask for the phone number or the code from the app")]
    SsnNotTaken,
}

macro_rules! hidden {
    ($name:ident) => {
        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = CustomerIdError;

            fn from_str(text: &str) -> Result<Self, CustomerIdError> {
                Self::parse(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}

/// An Icelandic phone number: seven digits. Hidden in `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Gsm(String);
hidden!(Gsm);

impl Gsm {
    /// Reads a number, with spaces, hyphens and Iceland's prefix (`+354`, `00354`) or without.
    ///
    /// # Errors
    /// [`CustomerIdError::Empty`], [`CustomerIdError::NotGsm`].
    pub fn parse(text: &str) -> Result<Self, CustomerIdError> {
        let compact = compact(text)?;
        let national = ["+354", "00354"]
            .iter()
            .find_map(|prefix| compact.strip_prefix(prefix))
            .unwrap_or(&compact);
        if national.len() == 7 && is_digits(national) {
            Ok(Self(national.to_owned()))
        } else {
            Err(CustomerIdError::NotGsm)
        }
    }
}

/// A kennitala, the number of a person or a company in Iceland's registers: ten digits. Hidden in `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ssn(String);
hidden!(Ssn);

impl Ssn {
    /// Weights of the first eight digits.
    const WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];

    /// Reads a kennitala, with a hyphen and spaces or without, and checks its ninth digit: the first eight, weighted
    /// 3 2 7 6 5 4 3 2 and added up, and the ninth make a multiple of 11. The date in it is not checked, so that the
    /// numbers of companies and of Netgíró's test customers pass.
    ///
    /// # Errors
    /// [`CustomerIdError::Empty`], [`CustomerIdError::NotSsn`], [`CustomerIdError::CheckDigit`].
    pub fn parse(text: &str) -> Result<Self, CustomerIdError> {
        let ssn = Self::without_check_digit(text)?;
        if ssn.has_check_digit() {
            Ok(ssn)
        } else {
            Err(CustomerIdError::CheckDigit)
        }
    }

    /// Reads a kennitala whose check digit need not fit. Registers Iceland has given out numbers without one since
    /// 18 February 2026, so a number that was compared once more and stands can be right.
    ///
    /// # Errors
    /// [`CustomerIdError::Empty`], [`CustomerIdError::NotSsn`].
    pub fn without_check_digit(text: &str) -> Result<Self, CustomerIdError> {
        let compact = compact(text)?;
        if compact.len() == 10 && is_digits(&compact) {
            Ok(Self(compact))
        } else {
            Err(CustomerIdError::NotSsn)
        }
    }

    /// Whether the ninth digit fits the eight before it.
    pub fn has_check_digit(&self) -> bool {
        let digits: Vec<u32> = self.0.chars().filter_map(|digit| digit.to_digit(10)).collect();
        let sum: u32 = digits
            .iter()
            .zip(Self::WEIGHTS)
            .map(|(digit, weight)| digit * weight)
            .sum();
        digits
            .get(8)
            .is_some_and(|check_digit| (sum + check_digit).is_multiple_of(11))
    }
}

/// A code that the customer's app shows: digits, or the text of its barcode (`500004-…`). Hidden in `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AppCode(String);
hidden!(AppCode);

impl AppCode {
    /// How the text of a barcode begins.
    pub const BARCODE_PREFIX: &'static str = "500004-";
    /// The greatest length, in characters.
    pub const MAX_LENGTH: usize = 200;

    /// Reads a code: digits, with spaces or without, or the text of a barcode, which is kept as it was scanned. Ten
    /// digits are taken as well: the second generation's access code has so many.
    ///
    /// # Errors
    /// [`CustomerIdError::Empty`], [`CustomerIdError::NotAppCode`], [`CustomerIdError::CodeLikeGsm`].
    pub fn parse(text: &str) -> Result<Self, CustomerIdError> {
        let text = text.trim();
        let barcode = text
            .strip_prefix(Self::BARCODE_PREFIX)
            .is_some_and(|token| !token.is_empty());
        let code = if barcode {
            text.to_owned()
        } else {
            text.split_whitespace().collect()
        };
        let code = visible(&code, Self::MAX_LENGTH).map_err(|error| match error {
            TextError::Empty => CustomerIdError::Empty,
            TextError::TooLong(_) | TextError::Character => CustomerIdError::NotAppCode,
        })?;
        match (barcode, is_digits(&code), code.len()) {
            (false, true, 7) => Err(CustomerIdError::CodeLikeGsm),
            (true, _, _) | (false, true, _) => Ok(Self(code)),
            (false, false, _) => Err(CustomerIdError::NotAppCode),
        }
    }
}

/// The code from the customer's SMS (`Identifier` of `ConfirmCart`). Hidden in `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SmsCode(String);
hidden!(SmsCode);

impl SmsCode {
    /// The greatest length, in characters.
    pub const MAX_LENGTH: usize = 32;

    /// Reads a code as the customer says it: letters and digits, with spaces or without.
    ///
    /// # Errors
    /// [`CustomerIdError::Empty`], [`CustomerIdError::NotSmsCode`].
    pub fn parse(text: &str) -> Result<Self, CustomerIdError> {
        let code: String = text.split_whitespace().collect();
        if code.is_empty() {
            Err(CustomerIdError::Empty)
        } else if code.len() > Self::MAX_LENGTH || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Err(CustomerIdError::NotSmsCode)
        } else {
            Ok(Self(code))
        }
    }
}

/// Who pays (`CustomerId`).
///
/// Which kind it is decides how the customer confirms: in the app after a push, by the code of an SMS, or already by
/// having shown the app's code. The wire carries the text alone; the kind is known on this side only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CustomerId {
    /// A phone number: Netgíró pushes to the app, or sends an SMS to install it.
    Gsm(Gsm),
    /// A kennitala: Netgíró sends an SMS with a code for `ConfirmCart`.
    Ssn(Ssn),
    /// A code from the app: the customer has confirmed by showing it.
    AppCode(AppCode),
}

impl CustomerId {
    /// A phone number.
    ///
    /// # Errors
    /// As [`Gsm::parse`].
    pub fn gsm(text: &str) -> Result<Self, CustomerIdError> {
        Gsm::parse(text).map(Self::Gsm)
    }

    /// A kennitala with its check digit.
    ///
    /// # Errors
    /// As [`Ssn::parse`].
    pub fn ssn(text: &str) -> Result<Self, CustomerIdError> {
        Ssn::parse(text).map(Self::Ssn)
    }

    /// A code from the app.
    ///
    /// # Errors
    /// As [`AppCode::parse`].
    pub fn app_code(text: &str) -> Result<Self, CustomerIdError> {
        AppCode::parse(text).map(Self::AppCode)
    }

    /// What a text entered into a single field most likely is: a barcode's text is a code; seven digits, or a number
    /// with Iceland's prefix, are a phone number; ten digits are a kennitala; other digits are a code.
    ///
    /// Ten digits can be a code from the app as well. Without a kennitala's check digit they are taken for one only if
    /// they begin with 8 or 9, as no date of birth or of registration does; otherwise a slip in a kennitala is more
    /// likely, and the cashier should look again. A tenth of all codes passes for a kennitala: where codes have ten
    /// digits, ask which it is and call [`app_code`](CustomerId::app_code) or [`ssn`](CustomerId::ssn).
    ///
    /// ```
    /// use netgiro::{CustomerId, CustomerIdError};
    /// assert!(matches!(CustomerId::guess("822 3281"), Ok(CustomerId::Gsm(_))));
    /// assert!(matches!(CustomerId::guess("111111-1119"), Ok(CustomerId::Ssn(_))));
    /// assert!(matches!(CustomerId::guess("500004-aGVsbG8"), Ok(CustomerId::AppCode(_))));
    /// assert!(matches!(CustomerId::guess("9123456780"), Ok(CustomerId::AppCode(_))));
    /// assert_eq!(CustomerId::guess("1111111129"), Err(CustomerIdError::CheckDigit));
    /// ```
    ///
    /// # Errors
    /// [`CustomerIdError::Empty`]; [`CustomerIdError::CheckDigit`] for ten digits that are most likely a kennitala
    /// with a slip; [`CustomerIdError::NotAppCode`] for what is nothing of the kind.
    pub fn guess(text: &str) -> Result<Self, CustomerIdError> {
        if text.trim().starts_with(AppCode::BARCODE_PREFIX) {
            return Self::app_code(text);
        }
        if let Ok(gsm) = Self::gsm(text) {
            return Ok(gsm);
        }
        match Ssn::without_check_digit(text) {
            Ok(ssn) if ssn.has_check_digit() => Ok(Self::Ssn(ssn)),
            Ok(ssn) if ssn.0.starts_with(['8', '9']) => Self::app_code(&ssn.0),
            Ok(_) => Err(CustomerIdError::CheckDigit),
            Err(_) => Self::app_code(text),
        }
    }

    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Gsm(gsm) => gsm.as_str(),
            Self::Ssn(ssn) => ssn.as_str(),
            Self::AppCode(code) => code.as_str(),
        }
    }
}

impl Serialize for CustomerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for SmsCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Without spaces and hyphens.
fn compact(text: &str) -> Result<String, CustomerIdError> {
    let compact: String = text
        .chars()
        .filter(|character| !character.is_whitespace() && *character != '-')
        .collect();
    if compact.is_empty() {
        Err(CustomerIdError::Empty)
    } else {
        Ok(compact)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
