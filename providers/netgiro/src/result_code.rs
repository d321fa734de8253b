//! What became of a cart, as a number. Contract, section 3.

use serde::{Serialize, Serializer};
use std::fmt;

/// What a result code means for the sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// The customer has paid.
    Paid,
    /// Not decided yet: somebody has to act, or to wait.
    Pending,
    /// The customer or Netgíró declined.
    Declined,
    /// The cart was cancelled.
    Cancelled,
    /// None of these: the request, the cart or Netgíró is at fault, or the code is not known.
    Error,
}

macro_rules! result_codes {
    ($($(#[$meta:meta])* $variant:ident = $number:literal $group:ident,)+) => {
        /// What became of a call or of a cart (`ResultCode`).
        ///
        /// An open enum: a number that is not known is kept in `Other` and never counts as paid. Make one from a
        /// number with `From`, which never puts a known number into `Other`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ResultCode {
            $($(#[$meta])* $variant,)+
            /// A number that this version does not know.
            Other(i64),
        }

        impl ResultCode {
            /// Every known code, in the order of the numbers.
            pub const ALL: &'static [ResultCode] = &[$(ResultCode::$variant),+];

            /// The number on the wire.
            pub const fn number(self) -> i64 {
                match self {
                    $(ResultCode::$variant => $number,)+
                    ResultCode::Other(number) => number,
                }
            }

            /// What the code means for the sale. [`Accepted`](ResultCode::Accepted) says something about a call and
            /// nothing about a sale: among the states of a cart it is an error.
            pub const fn group(self) -> Group {
                match self {
                    $(ResultCode::$variant => Group::$group,)+
                    ResultCode::Other(_) => Group::Error,
                }
            }
        }

        impl From<i64> for ResultCode {
            fn from(number: i64) -> Self {
                match number {
                    $($number => ResultCode::$variant,)+
                    other => ResultCode::Other(other),
                }
            }
        }
    };
}

result_codes! {
    /// 200: the call was accepted.
    Accepted = 200 Error,
    /// 400: the call is not valid, or the customer is not one.
    Invalid = 400 Error,
    /// 500: Netgíró failed.
    ServerError = 500 Error,
    /// 10200: the payment is completed.
    Completed = 10200 Paid,
    /// 10201: the payment is cancelled, or there is no such cart.
    Cancelled = 10201 Cancelled,
    /// 10202: the payment was cancelled already.
    CancelledAlready = 10202 Cancelled,
    /// 10203: the payment was confirmed already.
    ConfirmedAlready = 10203 Paid,
    /// 10302: declined. The four codes for it are published with one and the same meaning.
    Declined10302 = 10302 Declined,
    /// 10304: the cart is not valid.
    CartNotValid = 10304 Error,
    /// 10305: less than the least amount.
    BelowMinimum = 10305 Error,
    /// 10306: no such customer.
    NoSuchCustomer = 10306 Error,
    /// 10307: declined.
    Declined10307 = 10307 Declined,
    /// 10422: declined.
    Declined10422 = 10422 Declined,
    /// 10423: declined; also seen when the customer rejects in the app.
    Declined10423 = 10423 Declined,
    /// 10424: no such cart.
    NoSuchCart = 10424 Error,
    /// 10425: waiting for the customer to confirm in the app.
    WaitingForCustomer = 10425 Pending,
    /// 10426: reserved; the merchant has to confirm.
    Reserved = 10426 Pending,
    /// 10427: the confirmation type is not valid.
    ConfirmationTypeNotValid = 10427 Error,
    /// 10428: the code from the customer's SMS is still needed.
    CodeNeeded = 10428 Pending,
    /// 10429: reserved; waiting for the merchant's answer to the callback.
    AwaitingCallback = 10429 Pending,
}

impl ResultCode {
    /// Whether this version knows the code.
    pub const fn is_known(self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

/// The number, which is what a person at the till can report.
impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

impl Serialize for ResultCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.number())
    }
}
