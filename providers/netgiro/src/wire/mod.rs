//! The messages of V1 and of the partner interface. Names are the contract's own, spelt as it spells them.
//!
//! What Netgíró sends is read field by field: the case of names does not matter, unknown fields are ignored, a `null`
//! is absence, and amounts are read from the text of their number. It is `non_exhaustive`, for Netgíró will say more
//! tomorrow. No behaviour belongs here beyond reading, writing and
//! saying what an answer means.

/// Carts. Contract, section 3.
mod cart;
/// Money that goes back. Contract, section 6.
mod refund;

pub use cart::{
    CancelOutcome, CartAnswer, CartItem, CartState, Confirmation, ConfirmationType, InsertCart, InsertedCart,
    PaymentInfo, PaymentStatus,
};
pub use refund::{Done, Refund, Transaction, TransactionStatus};

pub(crate) use cart::CartRequest;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long to wait between two looks where Netgíró does not say.
pub const DEFAULT_CHECK_INTERVAL: Duration = Duration::from_millis(3000);

/// A body is not what the contract says. Holds a field's name, never its content: that may name a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedBody {
    /// Not a JSON object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// A field that must be there is not.
    #[error("the field {0} is missing")]
    Missing(&'static str),
    /// A field of another kind than the contract's, or an amount that is not whole.
    #[error("the field {0} does not hold what the contract says")]
    Field(&'static str),
    /// The answer is about another transaction than the one asked for.
    #[error("it is about another transaction")]
    OtherTransaction,
}

/// The fields of a JSON object, found whatever the case of their names.
pub(crate) struct Fields<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    /// Reads an object. Two names that differ in their case only cannot both be meant: such a body is refused.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, MalformedBody> {
        let named: BTreeMap<String, &'a RawValue> =
            serde_json::from_slice(body).map_err(|_| MalformedBody::NotAnObject)?;
        let count = named.len();
        let fields: BTreeMap<String, &'a RawValue> = named
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        if fields.len() == count {
            Ok(Self(fields))
        } else {
            Err(MalformedBody::NotAnObject)
        }
    }

    fn get(&self, name: &str) -> Option<&'a RawValue> {
        let value = *self.0.get(&name.to_ascii_lowercase())?;
        (value.get() != "null").then_some(value)
    }

    /// A field that may be absent.
    pub(crate) fn optional<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, MalformedBody> {
        self.get(name)
            .map(|value| serde_json::from_str(value.get()).map_err(|_| MalformedBody::Field(name)))
            .transpose()
    }

    /// A field that must be there.
    pub(crate) fn required<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, MalformedBody> {
        self.optional(name)?.ok_or(MalformedBody::Missing(name))
    }

    /// A whole number, written as one, with zeros after the point, or as a text.
    pub(crate) fn whole(&self, name: &'static str) -> Result<Option<i64>, MalformedBody> {
        self.get(name)
            .map(|value| whole(value.get()).ok_or(MalformedBody::Field(name)))
            .transpose()
    }

    /// A text, or a number as its text.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<String>, MalformedBody> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        if value.get().starts_with('"') {
            self.optional(name)
        } else {
            serde_json::from_str::<serde_json::Number>(value.get())
                .map(|_| Some(value.get().to_owned()))
                .map_err(|_| MalformedBody::Field(name))
        }
    }

    /// A text that is not empty.
    pub(crate) fn required_text(&self, name: &'static str) -> Result<String, MalformedBody> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or(MalformedBody::Missing(name))
    }

    /// An object.
    pub(crate) fn object(&self, name: &'static str) -> Result<Option<Fields<'a>>, MalformedBody> {
        self.get(name)
            .map(|value| Fields::parse(value.get().as_bytes()).map_err(|_| MalformedBody::Field(name)))
            .transpose()
    }

    /// A time to wait, if it is one: milliseconds, more than none.
    pub(crate) fn interval_ms(&self, name: &'static str) -> Option<Duration> {
        let ms = u64::try_from(self.whole(name).ok().flatten()?).ok()?;
        (ms > 0).then(|| Duration::from_millis(ms))
    }

    /// The very text of a number in the body.
    pub(crate) fn number_text(&self, name: &'static str) -> Result<&'a str, MalformedBody> {
        let value = self.get(name).ok_or(MalformedBody::Missing(name))?;
        Ok(value.get().trim_matches('"'))
    }
}

/// A whole number from the text of a JSON value.
fn whole(text: &str) -> Option<i64> {
    let number = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?.trim(),
        None => text,
    };
    let digits = match number.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => digits,
        Some(_) => return None,
        None => number,
    };
    digits.parse().ok()
}
