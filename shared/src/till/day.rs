//! A day's sales, and what each wallet took.

use super::{PaymentProblem, Phase};
use serde::{Deserialize, Serialize};

/// A day's sales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayView {
    /// `2026-11-22`, in the branch's time zone.
    pub date: String,
    /// ISO 4217.
    pub currency: String,
    /// Newest first.
    pub sales: Vec<DaySale>,
    /// Per wallet.
    pub totals: Vec<DayTotal>,
    /// Money that nobody waited for and that is not given back yet, of whichever day: it waits for somebody.
    #[serde(default)]
    pub strays: Vec<DayStray>,
}

/// Money of a payment that was taken for lost and brought money all the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayStray {
    /// The id of the sale that it was asked for.
    pub sale: String,
    /// Number on the sale's receipt.
    pub number: String,
    /// Counts the sale's payments, from 1.
    pub attempt: u32,
    /// [`WalletChoice::id`](super::WalletChoice::id).
    pub wallet: String,
    /// How much.
    pub amount_minor: i64,
    /// The provider knows the payment by this.
    pub reference: String,
    /// The provider's own id of it.
    pub provider_id: Option<String>,
    /// Why it could not be given back; absent while it is being given back.
    pub problem: Option<PaymentProblem>,
}

/// A sale in the day's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySale {
    /// Id.
    pub id: String,
    /// Number on the receipt.
    pub number: String,
    /// When, in the branch's time, like `14:05`.
    pub time: String,
    /// The date of that time, like `2026-11-22`, if it is another than the list's.
    pub date: Option<String>,
    /// Till's name.
    pub till: String,
    /// Cashier's name.
    pub cashier: String,
    /// [`WalletChoice::id`](super::WalletChoice::id), once a payment was asked for.
    pub wallet: Option<String>,
    /// Where the payment stands.
    pub phase: Option<Phase>,
    /// It is not known how it stands.
    pub checking: bool,
    /// Total of the sale.
    pub total_minor: i64,
    /// Captured.
    pub captured_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
}

/// What a wallet took and gave back on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTotal {
    /// [`WalletChoice::id`](super::WalletChoice::id).
    pub wallet: String,
    /// Payments that were captured, wholly or partly.
    pub payments: u32,
    /// Captured on the day.
    pub captured_minor: i64,
    /// Given back on the day.
    pub refunded_minor: i64,
    /// Captured less given back, by the providers' word, of the same payments; absent until compared.
    pub provider_net_minor: Option<i64>,
    /// Payments that could not be compared.
    pub not_compared: u32,
}
