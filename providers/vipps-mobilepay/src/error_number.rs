//! The numbers by which the ePayment API says why it refused.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Declares the enum of known numbers, which keeps an unknown one in `Other`.
macro_rules! error_numbers {
    ($($(#[$meta:meta])* $variant:ident = $number:literal,)+) => {
        /// Why the ePayment API refused a call (`extraDetails`, `ErrorCode`). Contract, section 5, errors.
        ///
        /// An open enum: a number that is not known is kept in `Other`. Make one from a number with `From`, which never
        /// puts a known number into `Other`. It is written to JSON as the number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorNumber {
            $($(#[$meta])* $variant,)+
            /// A number that this version does not know.
            Other(u32),
        }

        impl ErrorNumber {
            /// Every known number, in ascending order: go through it to prove that each has its sentence.
            pub const ALL: &'static [ErrorNumber] = &[$(ErrorNumber::$variant),+];

            /// The number itself.
            pub const fn get(self) -> u32 {
                match self {
                    $(ErrorNumber::$variant => $number,)+
                    ErrorNumber::Other(number) => number,
                }
            }
        }

        impl From<u32> for ErrorNumber {
            fn from(number: u32) -> Self {
                match number {
                    $($number => ErrorNumber::$variant,)+
                    other => ErrorNumber::Other(other),
                }
            }
        }
    };
}

error_numbers! {
    /// The provider failed.
    Internal = 3010,
    /// The idempotency key of a capture was used with other content.
    CaptureIdempotency = 4010,
    /// The idempotency key was used with other content.
    Idempotency = 4020,
    /// The amount is not one.
    Amount = 4040,
    /// The customer token is unknown or has ended.
    CustomerToken = 4050,
    /// The personal QR code is unknown or has ended: have it scanned anew.
    PersonalQr = 4060,
    /// The phone number is not one.
    PhoneNumber = 4070,
    /// The scope of the profile is not one.
    ProfileScope = 4080,
    /// An address is not one.
    Url = 4090,
    /// The metadata breaks a rule.
    Metadata = 4100,
    /// The metadata breaks another rule.
    Metadata4110 = 4110,
    /// The metadata breaks another rule.
    Metadata4120 = 4120,
    /// The metadata breaks another rule.
    Metadata4130 = 4130,
    /// Something required is missing.
    MissingParameter = 4140,
    /// There is a payment of this reference already.
    ReferenceExists = 4150,
    /// The payment method is not one.
    PaymentMethod = 4160,
    /// The blocked sources are wrong.
    BlockedSources = 5010,
    /// The sales unit may not do Express.
    ExpressNotAllowed = 5020,
    /// The sales unit may not ask for this scope.
    ScopeNotAllowed = 5030,
    /// Not the currency of the sales unit.
    CurrencyNotAllowed = 5040,
    /// The sales unit may not make payments that live long.
    LongLivingNotAllowed = 5050,
    /// Something is wrong with the account.
    Account = 5060,
    /// The payment cannot be created.
    CannotBeCreated = 5070,
    /// The sales unit may not use PUSH_MESSAGE: offer a code on the till's screen (the QR flow) instead.
    PushMessageNotAllowed = 5080,
    /// There is no payment of this reference.
    NoSuchReference = 5090,
    /// The refund is refused.
    Refund = 5100,
    /// The amount is below the least one.
    AmountTooSmall = 6010,
    /// Refund before there is anything reserved.
    RefundBeforeReservation = 6020,
    /// The time for cancelling is over.
    CancelPeriod = 6030,
    /// What is captured cannot be cancelled.
    CancelCaptured = 6040,
    /// Nothing is reserved that could be cancelled.
    CancelNotReserved = 6050,
    /// `cancelTransactionOnly`, and the customer has authorised the payment.
    CancelAuthorised = 6060,
    /// Capture of a cancelled payment.
    CaptureCancelled = 6070,
    /// Capture before there is anything reserved.
    CaptureBeforeReservation = 6080,
    /// More than is left to capture.
    CaptureTooHigh = 6090,
    /// The time for capturing is over.
    CapturePeriod = 6100,
    /// `expiresAt` is too late.
    ExpiresTooLate = 6110,
    /// `expiresAt` is too soon.
    ExpiresTooSoon = 6120,
    /// `expiresAt` needs a receipt.
    NeedsReceipt = 6130,
    /// Only the full amount can be captured.
    MustCaptureFull = 6140,
    /// Not enough is captured to refund so much.
    NotEnoughToRefund = 6150,
    /// Another change of the payment is being processed.
    Processing = 6160,
    /// It is captured already.
    CapturedAlready = 6170,
    /// It is refunded already.
    RefundedAlready = 6180,
    /// It cannot be cancelled.
    CannotCancel = 6190,
    /// It cannot be captured.
    CannotCapture = 6200,
    /// It cannot be refunded.
    CannotRefund = 6210,
    /// The time for refunding is over.
    RefundPeriod = 6220,
    /// It is reserved already.
    ReservedAlready = 6230,
    /// The customer is authorising it just now, so it cannot be cancelled yet.
    CancelWhileProcessing = 6250,
    /// The customer has not the funds.
    InsufficientFunds = 6260,
    /// The capture failed: try it later, under the same key.
    CaptureFailed = 6280,
    /// There is no such customer.
    CustomerNotFound = 7010,
    /// Force approve is refused.
    ForceApprove10010 = 10010,
    /// Force approve is refused.
    ForceApprove10020 = 10020,
    /// Force approve is refused.
    ForceApprove10030 = 10030,
    /// Force approve is refused.
    ForceApprove10040 = 10040,
    /// Force approve is refused.
    ForceApprove10050 = 10050,
    /// Force approve is refused.
    ForceApprove10060 = 10060,
    /// Force approve is refused.
    ForceApprove10070 = 10070,
}

impl ErrorNumber {
    /// The number in a text such as `"6080"`; none if the text is no number.
    pub fn read(text: &str) -> Option<Self> {
        text.trim().parse::<u32>().ok().map(Self::from)
    }

    /// Whether this version knows the number.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

impl fmt::Display for ErrorNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.get())
    }
}

impl Serialize for ErrorNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.get())
    }
}

impl<'de> Deserialize<'de> for ErrorNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(Self::from)
    }
}
