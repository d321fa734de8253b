//! Codes and what they are exchanged for. Contract, section 3.

use crate::{CustomerToken, LocationDescription, Msisdn, PersonalQr};
use jiff::Timestamp;
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// What is asked for in exchange for a code.
    pub enum RequestedData {
        /// The customer's phone number.
        Msisdn = "MSISDN",
    }
}

/// The body of `POST /exchange`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QrExchange {
    /// The complete scanned content.
    pub qr_code: PersonalQr,
    /// What is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requested_data: Vec<RequestedData>,
}

/// The body of `POST /exchange/customer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerExchange {
    /// Who scanned a code of the merchant's.
    pub customer: TokenHolder,
    /// What is asked for.
    pub requested_data: Vec<RequestedData>,
}

/// A customer who scanned a code of the merchant's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenHolder {
    /// The customer, for 15 minutes.
    pub customer_token: CustomerToken,
}

open_enum! {
    /// What kind of code it was.
    pub enum QrVersion {
        /// The number in clear text; deprecated.
        ClearText = "1.0",
        /// A token.
        Tokenised = "2.0",
    }
}

/// Whose code it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exchanged {
    /// The customer's number.
    pub msisdn: Msisdn,
    /// What kind of code it was; not said of a customer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<QrVersion>,
    /// When the app made the code, in seconds of Unix time; only of a tokenised one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
}

impl Exchanged {
    /// When the app made the code; none if it is not said or beyond the calendar.
    pub fn made_at(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.timestamp?).ok()
    }
}

/// The body of `PUT /merchant-callback/{merchantQrId}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MerchantQrPlace {
    /// Where the code stands; the app shows it.
    pub location_description: LocationDescription,
}

/// A code of the merchant's that stands in the shop. Whoever scans it is told by
/// [`user.checked-in.v1`](super::webhook::CheckedIn).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MerchantQr {
    /// The merchant's name of it, as it was received: other software may name by other rules than
    /// [`MerchantQrId`](crate::MerchantQrId)'s.
    pub merchant_qr_id: String,
    /// Where it stands, as it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_description: Option<String>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_image_url: Option<String>,
    /// Its content, to be drawn by the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_content: Option<String>,
}
