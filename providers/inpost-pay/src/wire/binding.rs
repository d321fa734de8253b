//! Linking a basket: the check, the start and the confirmation. Contract, sections 2 and 3.

use super::{or_default, text};
use crate::{BrowserId, InpostBasketId, Personal, PhoneNumber, UtcTime};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// How a link is started.
    pub enum BindingMethod {
        /// InPost sends a push to the app of a phone number.
        Phone = "PHONE",
        /// A link into the app; a QR code shows the same link.
        DeepLink = "DEEP_LINK",
    }
}

open_enum! {
    /// Where the button stands. For display only.
    pub enum BindingPlace {
        /// A product's page.
        ProductCard = "PRODUCT_CARD",
        /// The basket's page.
        BasketSummary = "BASKET_SUMMARY",
        /// The order form.
        OrderCreate = "ORDER_CREATE",
        /// The basket in a pop-up.
        BasketPopup = "BASKET_POPUP",
        /// After the order.
        ThankYouPage = "THANK_YOU_PAGE",
        /// The sign-in page.
        LoginPage = "LOGIN_PAGE",
        /// The checkout.
        CheckoutPage = "CHECKOUT_PAGE",
        /// The registration form.
        RegisterformPage = "REGISTERFORM_PAGE",
        /// The small basket.
        MinicartPage = "MINICART_PAGE",
    }
}

open_enum! {
    /// What the customer decided in the app.
    pub enum ConfirmationStatus {
        /// The basket is linked.
        Success = "SUCCESS",
        /// The customer declined.
        Reject = "REJECT",
    }
}

/// Whether a basket is linked and a browser trusted: the answer of the binding check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingStatus {
    /// The basket is linked.
    pub basket_linked: bool,
    /// The browser is trusted.
    pub browser_trusted: bool,
    /// InPost's id of the basket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inpost_basket_id: Option<InpostBasketId>,
    /// Whose basket or browser it is; may be present for a trusted browser whose basket is not linked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_details: Option<ClientDetails>,
}

/// Whose basket or browser it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientDetails {
    /// The phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// The number to show: `60*****00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masked_phone_number: Option<Personal>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname: Option<Personal>,
}

/// Starts a link. Make one with [`phone`](BindingRequest::phone) or [`deep_link`](BindingRequest::deep_link).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingRequest {
    /// By phone or by link.
    pub binding_method: BindingMethod,
    /// Where the button stands.
    pub binding_place: BindingPlace,
    /// Whose app is asked; for `PHONE` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// The browser that asks; the app shows it to the customer.
    pub browser: Browser,
}

impl BindingRequest {
    /// Ask the app of this number.
    pub fn phone(phone_number: PhoneNumber, binding_place: BindingPlace, browser: Browser) -> Self {
        let binding_method = BindingMethod::Phone;
        Self {
            binding_method,
            binding_place,
            phone_number: Some(phone_number),
            browser,
        }
    }

    /// Ask for a link into the app, also shown as a QR code.
    pub fn deep_link(binding_place: BindingPlace, browser: Browser) -> Self {
        Self {
            binding_method: BindingMethod::DeepLink,
            binding_place,
            phone_number: None,
            browser,
        }
    }
}

/// The browser that asks for a link.
///
/// The first four fields come from the page, the backend adds the rest from the connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// The `User-Agent`.
    pub user_agent: Personal,
    /// The browser's name.
    pub description: String,
    /// The operating system.
    pub platform: String,
    /// The architecture.
    pub architecture: String,
    /// When the page asked; spelt as InPost spells it.
    pub data_time: UtcTime,
    /// Where the customer is, `-` when unknown.
    pub location: Personal,
    /// The customer's address on the network.
    pub customer_ip: Personal,
    /// The customer's port on the network.
    #[serde(deserialize_with = "text")]
    pub port: String,
}

impl Browser {
    /// What is sent as `location` when it is unknown.
    pub const UNKNOWN_LOCATION: &'static str = "-";
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            user_agent: Personal::default(),
            description: String::new(),
            platform: String::new(),
            architecture: String::new(),
            data_time: UtcTime::default(),
            location: Self::UNKNOWN_LOCATION.into(),
            customer_ip: Personal::default(),
            port: String::new(),
        }
    }
}

/// The links into the app: the answer to a `DEEP_LINK` start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingLinks {
    /// The QR code's content. Its format is not published.
    #[serde(default)]
    pub qr_code: String,
    /// The link for phones.
    #[serde(default)]
    pub deep_link: String,
    /// The link for Huawei phones.
    #[serde(default)]
    pub deep_link_hms: String,
}

/// The second generation's start of a link, `PUT /v2/izi/basket/{basket_id}/binding`: its answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingApiKey {
    /// What the vendor's own widget needs to speak for this basket; hidden in `Debug`.
    pub basket_binding_api_key: String,
}

impl std::fmt::Debug for BindingApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BindingApiKey([redacted])")
    }
}

/// What the app says after the customer decided: `POST …/basket/{id}/confirmation` of section 3.
///
/// Every field may be absent. The answer is the full basket; a missing or wrong basket means that it is not linked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Linked or declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ConfirmationStatus>,
    /// InPost's id of the basket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inpost_basket_id: Option<InpostBasketId>,
    /// The customer's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// Whether the customer trusts the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<ConfirmedBrowser>,
    /// The number to show: `60*****00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masked_phone_number: Option<Personal>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname: Option<Personal>,
}

/// Whether the customer trusts the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedBrowser {
    /// The customer trusts it; `null` and absence mean no.
    #[serde(default, deserialize_with = "or_default")]
    pub browser_trusted: bool,
    /// Its id, only if trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_id: Option<BrowserId>,
}
