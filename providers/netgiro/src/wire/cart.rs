//! Carts: what is asked and what became of them. Contract, sections 3 and 4.

use super::{DEFAULT_CHECK_INTERVAL, Fields, MalformedBody};
use crate::{CustomerId, Group, Personal, ResultCode, SmsCode, SupportId, TransactionId};
use serde::{Serialize, Serializer};
use std::time::Duration;

/// When a payment comes about after the customer has confirmed (`ConfirmationType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfirmationType {
    /// 0: at once.
    Automatic,
    /// 1: when the merchant's server has answered the callback with 200.
    ServerCallback,
    /// 2: when the merchant calls `ConfirmCart`.
    Manual,
}

impl ConfirmationType {
    /// Every type, in the order of the numbers.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::ServerCallback, Self::Manual];

    /// The number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Automatic => 0,
            Self::ServerCallback => 1,
            Self::Manual => 2,
        }
    }
}

impl Serialize for ConfirmationType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

/// The same with what it needs: a callback cannot be asked for without an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// At once.
    Automatic,
    /// When this address has answered 200.
    ServerCallback {
        /// Where Netgíró posts to. It is part of the callback's signature, as text.
        callback_url: String,
    },
    /// When the merchant calls `ConfirmCart`.
    Manual,
}

/// A line of the cart (`CartItemRequests`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CartItem {
    /// The merchant's number of the product.
    pub product_no: String,
    /// Its name.
    pub name: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Price of one, in whole krónur.
    pub unit_price: i64,
    /// Price of the line, in whole krónur.
    pub amount: i64,
    /// How many, in thousandths: 1000 is one piece.
    #[serde(rename = "Quantity")]
    pub quantity_thousandths: i64,
}

/// Asks a customer for a payment: `InsertCart`.
///
/// ```
/// use netgiro::CustomerId;
/// use netgiro::wire::{Confirmation, InsertCart};
///
/// let cart = InsertCart::new(4990, "sale-7", CustomerId::gsm("822-3281")?, Confirmation::Manual)
///     .register_id("till-2");
/// assert_eq!(
///     serde_json::to_string(&cart)?,
///     r#"{"Amount":4990,"Reference":"sale-7","CustomerId":"8223281","ConfirmationType":2,"RegisterId":"till-2"}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InsertCart {
    amount: i64,
    reference: String,
    customer_id: CustomerId,
    confirmation_type: ConfirmationType,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_cancel_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Personal>,
    #[serde(rename = "CartItemRequests", skip_serializing_if = "Vec::is_empty")]
    items: Vec<CartItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    register_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<Personal>,
}

impl InsertCart {
    /// The necessary part. `amount` is in whole krónur; `reference` is the merchant's and comes back in `PaymentInfo`.
    pub fn new(
        amount: i64,
        reference: impl Into<String>,
        customer_id: CustomerId,
        confirmation: Confirmation,
    ) -> Self {
        let (confirmation_type, callback_url) = match confirmation {
            Confirmation::Automatic => (ConfirmationType::Automatic, None),
            Confirmation::Manual => (ConfirmationType::Manual, None),
            Confirmation::ServerCallback { callback_url } => {
                (ConfirmationType::ServerCallback, Some(callback_url))
            }
        };
        Self {
            amount,
            reference: reference.into(),
            customer_id,
            confirmation_type,
            callback_url,
            callback_cancel_url: None,
            description: None,
            items: Vec::new(),
            location_id: None,
            register_id: None,
            client_info: None,
        }
    }

    /// Where Netgíró posts to after a payment. For `Automatic` it is news only; for `ServerCallback` it takes the place
    /// of the former address.
    #[must_use]
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// Where Netgíró posts to after a cancellation.
    #[must_use]
    pub fn callback_cancel_url(mut self, url: impl Into<String>) -> Self {
        self.callback_cancel_url = Some(url.into());
        self
    }

    /// What the customer reads.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(Personal::from(text.into()));
        self
    }

    /// What is bought.
    #[must_use]
    pub fn items(mut self, items: Vec<CartItem>) -> Self {
        self.items = items;
        self
    }

    /// Which shop (`LocationId`).
    #[must_use]
    pub fn location_id(mut self, id: impl Into<String>) -> Self {
        self.location_id = Some(id.into());
        self
    }

    /// Which till (`RegisterId`).
    #[must_use]
    pub fn register_id(mut self, id: impl Into<String>) -> Self {
        self.register_id = Some(id.into());
        self
    }

    /// What the merchant tells about the customer's device (`ClientInfo`).
    #[must_use]
    pub fn client_info(mut self, text: impl Into<String>) -> Self {
        self.client_info = Some(Personal::from(text.into()));
        self
    }

    /// The amount, in whole krónur.
    pub fn amount(&self) -> i64 {
        self.amount
    }

    /// The merchant's reference.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// When the payment comes about.
    pub fn confirmation_type(&self) -> ConfirmationType {
        self.confirmation_type
    }
}

/// The body of `CheckCart`, `ConfirmCart` and `CancelCart`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CartRequest<'a> {
    pub(crate) transaction_id: &'a TransactionId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identifier: Option<&'a SmsCode>,
}

/// A cart that Netgíró took.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InsertedCart {
    /// Its id.
    pub transaction_id: TransactionId,
    /// 200 by the contract. If it is another although the call was a success, the cart is there all the same: look at it.
    pub result_code: ResultCode,
    /// How long to wait between two looks (`ProcessCartCheckIntervalMiliseconds`), 3 s where absent.
    pub check_interval: Duration,
    /// Whether the customer can confirm from afar.
    pub remote_confirmation_available: Option<bool>,
    /// Netgíró's words for the cashier.
    pub announcement_message: Option<Personal>,
    /// What Netgíró's support asks for.
    pub support_id: Option<SupportId>,
}

impl InsertedCart {
    /// Nothing if Netgíró did not take the cart.
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Option<Self>, MalformedBody> {
        if !fields.required::<bool>("Success")? {
            return Ok(None);
        }
        let code = fields.whole("ResultCode")?;
        Ok(Some(Self {
            transaction_id: fields.required_text("TransactionId")?.into(),
            result_code: code.ok_or(MalformedBody::Missing("ResultCode"))?.into(),
            check_interval: fields
                .interval_ms("ProcessCartCheckIntervalMiliseconds")
                .unwrap_or(DEFAULT_CHECK_INTERVAL),
            remote_confirmation_available: fields.optional("RemoteConfirmationAvailable").unwrap_or(None),
            announcement_message: fields
                .text("AnnouncementMessage")
                .unwrap_or(None)
                .filter(|text| !text.is_empty())
                .map(Personal::from),
            support_id: None,
        }))
    }
}

/// How far a payment is (`StatusId`). An open enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// 1.
    Unconfirmed,
    /// 2.
    Confirmed,
    /// 5.
    Cancelled,
    /// A number that this version does not know.
    Other(i64),
}

impl From<i64> for PaymentStatus {
    fn from(number: i64) -> Self {
        match number {
            1 => Self::Unconfirmed,
            2 => Self::Confirmed,
            5 => Self::Cancelled,
            other => Self::Other(other),
        }
    }
}

/// The payment that a cart became (`PaymentInfo`). Compare id, reference and amount with the sale before counting it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentInfo {
    /// Netgíró's id of the cart.
    pub transaction_id: Option<TransactionId>,
    /// The invoice.
    pub invoice_number: Option<String>,
    /// The merchant's reference from `InsertCart`.
    pub reference_number: Option<String>,
    /// How far it is.
    pub status: Option<PaymentStatus>,
    /// When it was made, in Netgíró's words.
    pub created: Option<String>,
    /// How much, in whole krónur.
    pub total_amount: Option<i64>,
    /// The customer's account.
    pub account_number: Option<Personal>,
    /// In how many parts the customer pays.
    pub number_of_installments: Option<i64>,
}

impl PaymentInfo {
    fn read(fields: &Fields<'_>) -> Result<Self, MalformedBody> {
        // What nothing depends on may have any form.
        let loose = |name| fields.text(name).unwrap_or(None);
        Ok(Self {
            transaction_id: fields.text("TransactionId")?.map(TransactionId::from),
            invoice_number: loose("InvoiceNumber"),
            reference_number: fields.text("ReferenceNumber")?,
            status: fields.whole("StatusId")?.map(PaymentStatus::from),
            created: loose("Created"),
            total_amount: fields.whole("TotalAmount")?,
            account_number: loose("AccountNumber").map(Personal::from),
            number_of_installments: fields.whole("NumberOfInstallments").unwrap_or(None),
        })
    }
}

/// What `CheckCart`, `ConfirmCart` and `CancelCart` answer, and what a callback says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CartAnswer {
    /// Whether the call was carried out; it says nothing about a payment.
    pub success: bool,
    /// Netgíró's words.
    pub message: Personal,
    /// What became of the cart.
    pub result_code: ResultCode,
    /// Whether there is a payment. Decide by [`state`](CartAnswer::state).
    pub payment_successful: bool,
    /// The payment.
    pub payment_info: Option<PaymentInfo>,
    /// What Netgíró's support asks for.
    pub support_id: Option<SupportId>,
}

/// Where a cart stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartState {
    /// The customer has paid.
    Paid {
        /// The payment, where the answer has it.
        info: Option<PaymentInfo>,
    },
    /// Waiting for the customer to confirm in the app.
    Waiting,
    /// Reserved: call `ConfirmCart`.
    Reserved,
    /// Netgíró sent the customer an SMS: call `ConfirmCart` with its code.
    CodeNeeded,
    /// Reserved: Netgíró waits for the answer to its callback.
    AwaitingCallback,
    /// Cancelled, by either side or by time, or never there.
    Cancelled,
    /// Declined.
    Declined(ResultCode),
    /// Not paid, and not waiting for anybody: show the number.
    Error(ResultCode),
    /// The answer says "paid" and "not paid" at once. Not a payment, and not the end of one either: ask again.
    Unclear(ResultCode),
}

/// What came of `CancelCart`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelOutcome {
    /// The cart is cancelled, now or before.
    Cancelled,
    /// Too late: the customer has confirmed. `CheckCart` has the payment.
    ConfirmedAlready,
    /// Neither: look at the cart.
    NotCancelled(ResultCode),
}

impl CartAnswer {
    /// Reads the JSON of an answer or a callback. Nothing is verified here.
    ///
    /// # Errors
    /// [`MalformedBody`].
    pub fn parse(body: &[u8]) -> Result<Self, MalformedBody> {
        Self::read(&Fields::parse(body)?)
    }

    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, MalformedBody> {
        let code = fields.whole("ResultCode")?;
        Ok(Self {
            success: fields.required("Success")?,
            message: fields.text("Message").unwrap_or(None).unwrap_or_default().into(),
            result_code: code.ok_or(MalformedBody::Missing("ResultCode"))?.into(),
            payment_successful: fields.optional("PaymentSuccessful")?.unwrap_or(false),
            payment_info: fields
                .object("PaymentInfo")?
                .map(|info| PaymentInfo::read(&info))
                .transpose()?,
            support_id: None,
        })
    }

    /// Where the cart stands.
    ///
    /// Paid is what `PaymentSuccessful` **and** a code of the group "paid" say together, unless `PaymentInfo` calls the
    /// payment cancelled. If they disagree, an unknown code included, nothing is paid and nothing is over:
    /// [`CartState::Unclear`].
    pub fn state(&self) -> CartState {
        let code = self.result_code;
        let info_cancelled = self
            .payment_info
            .as_ref()
            .is_some_and(|info| info.status == Some(PaymentStatus::Cancelled));
        match (self.payment_successful, code.group()) {
            (true, Group::Paid) if !info_cancelled => CartState::Paid {
                info: self.payment_info.clone(),
            },
            (true, _) | (false, Group::Paid) => CartState::Unclear(code),
            (false, Group::Cancelled) => CartState::Cancelled,
            (false, Group::Declined) => CartState::Declined(code),
            (false, Group::Pending | Group::Error) => match code {
                ResultCode::WaitingForCustomer => CartState::Waiting,
                ResultCode::Reserved => CartState::Reserved,
                ResultCode::CodeNeeded => CartState::CodeNeeded,
                ResultCode::AwaitingCallback => CartState::AwaitingCallback,
                _ => CartState::Error(code),
            },
        }
    }

    /// What came of `CancelCart`, if this is its answer.
    pub fn cancel_outcome(&self) -> CancelOutcome {
        match self.result_code.group() {
            Group::Paid => CancelOutcome::ConfirmedAlready,
            Group::Cancelled if !self.payment_successful => CancelOutcome::Cancelled,
            _ => CancelOutcome::NotCancelled(self.result_code),
        }
    }

    /// Whether the answer can be about this cart: `PaymentInfo` names it, or names none.
    pub fn is_about(&self, cart: &TransactionId) -> bool {
        self.payment_info
            .as_ref()
            .and_then(|info| info.transaction_id.as_ref())
            .is_none_or(|named| named == cart)
    }
}
