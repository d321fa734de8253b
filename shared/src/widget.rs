//! The browser API of the checkout: what the widget asks, what the backend answers, and where.
//!
//! Everything the page may know of its basket is in one [`LinkView`]; every answer carries the newest one. A view has
//! a cursor, and observing means to ask for a view newer than a cursor: a page that was away misses nothing.

use serde::{Deserialize, Serialize};

/// Paths under the backend's public address. All take and give JSON; refusals are `application/problem+json`.
pub mod path {
    /// `GET`: the session's [`super::LinkView`]. Starts no session. Sets the `BrowserId` cookie once linked and trusted.
    pub const LINK: &str = "/api/widget/link";
    /// `POST` [`super::CanBeBound`] -> [`super::CanBeBoundAnswer`]: may this product be bought, and where do we stand with the provider.
    pub const CAN_BE_BOUND: &str = "/api/widget/can-be-bound";
    /// `POST` [`super::AddItem`] -> [`super::LinkView`]: puts a product into the basket, once per `request_id`.
    pub const ITEMS: &str = "/api/widget/items";
    /// `POST` [`super::Bind`] -> [`super::BindAnswer`]: begins linking, or links at once for a trusted browser.
    pub const BIND: &str = "/api/widget/bind";
    /// `POST` -> [`super::LinkView`]: the shopper no longer waits.
    pub const CANCEL: &str = "/api/widget/cancel";
    /// `POST` -> [`super::LinkView`]: unlinks the basket and forgets the browser.
    pub const UNBIND: &str = "/api/widget/unbind";
    /// `GET` -> [`super::MobileLink`]: the link that opens the basket in the app.
    pub const MOBILE_LINK: &str = "/api/widget/mobile-link";
    /// `GET ?basket=&after=`: long poll. Answers 200 with a newer [`super::LinkView`], or 204 after [`super::OBSERVE_SECONDS`].
    pub const OBSERVE: &str = "/api/widget/observe";
    /// `GET ?basket=&after=`: the same over a websocket; each text message is a [`super::LinkView`].
    pub const LIVE: &str = "/api/widget/live";
}

/// How long one long poll waits for news, in seconds.
pub const OBSERVE_SECONDS: u32 = 25;

/// Where the link between the basket and the wallet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// Not linked; [`LinkView::ended`] says why, if a try or a link has ended.
    Unlinked,
    /// The provider is being asked.
    Connecting,
    /// The provider has accepted; the shopper is to approve in the app.
    Waiting,
    /// The basket is in the app.
    Linked,
    /// An order was placed for the basket; [`LinkView::order`] says what the page does now.
    Ordered,
}

/// Why a try to link, or a link, has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The shopper stopped waiting.
    Cancelled,
    /// Refused in the app.
    Rejected,
    /// Nobody answered in time.
    Expired,
    /// The provider refused the request; [`LinkView::error_code`] has its code.
    Refused,
    /// The provider could not be reached.
    Unavailable,
    /// The shopper unlinked the basket on the page.
    Unlinked,
    /// The basket was deleted in the app, or the provider no longer knows it.
    DeletedInApp,
    /// The basket was bought on the shop's own pages.
    BoughtInShop,
}

/// What the page does once the order is done (InPost contract, section 9, `iziGetOrderComplete`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum OrderComplete {
    /// Go to this address of the shop.
    Redirect {
        /// Path or URL of the thank-you page.
        redirect: String,
    },
    /// Load the page again.
    Refresh,
}

/// What opens a link in the app. Empty texts where the provider gives none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeepLinks {
    /// Text of the QR code.
    pub qr_code: String,
    /// Opens the app.
    pub deep_link: String,
    /// Opens the app on a Huawei phone.
    pub deep_link_hms: String,
}

/// All that the page may know of its basket's link, at one moment of its journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// The merchant's basket id, `None` while the session has no basket.
    pub basket_id: Option<String>,
    /// Grows with every change of the view. Opaque otherwise.
    pub cursor: i64,
    /// Where the link stands.
    pub status: LinkStatus,
    /// Counts the tries to link this basket, so that a screen can tell an old ending from a new one.
    pub attempt: u32,
    /// Number of pieces in the basket.
    pub count: u32,
    /// While [`LinkStatus::Waiting`]: how long the shopper still has, in seconds at the time of the answer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seconds_left: Option<u32>,
    /// While [`LinkStatus::Waiting`] after [`BindMethod::DeepLink`]: the links of this attempt, the same after a reload.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub links: Option<DeepLinks>,
    /// The shopper's number as the provider masks it, once linked or when the browser is trusted: `60*****00`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub masked_phone_number: Option<String>,
    /// The shopper's first name, once linked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// The provider trusts this browser: linking needs no dialog.
    pub browser_trusted: bool,
    /// Why the last try or link ended, while unlinked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended: Option<Ended>,
    /// The provider's code when it refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error_code: Option<String>,
    /// What to do now that the order is done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order: Option<OrderComplete>,
}

/// Asks whether a product can be put into a linked basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanBeBound {
    /// The product, absent on a basket page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub product_id: Option<String>,
}

/// Whether the flow may begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanBeBoundAnswer {
    /// `false`: show [`CanBeBoundAnswer::reason`] and go no further.
    pub can_be_bound: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<CannotBeBound>,
    /// The link, after the provider was asked about it.
    pub link: LinkView,
}

/// Why a basket or product cannot be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CannotBeBound {
    /// The shop does not sell it.
    UnknownProduct,
    /// None left.
    OutOfStock,
    /// A size, colour or the like is not chosen.
    OptionsMissing,
    /// Nothing is in the basket.
    EmptyBasket,
    /// The provider does not settle in the basket's currency, and the basket is not linked.
    Currency,
}

/// Puts a product into the basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddItem {
    /// The product, or the variant of it, to add.
    pub product_id: String,
    /// How many pieces, 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantity: Option<u32>,
    /// Made once per click: the same id adds once, however often it is sent. 8 to 64 letters, digits and hyphens.
    pub request_id: String,
}

/// How the shopper wants to link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindMethod {
    /// A push to the app of the number typed.
    Phone,
    /// A QR code, or the app's link on a phone.
    DeepLink,
}

/// The page's description of the browser (`iziGetBrowserData`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserData {
    /// `navigator.userAgent`.
    pub user_agent: String,
    /// The browser's name.
    pub description: String,
    /// `navigator.userAgentData.platform`, else `navigator.platform`.
    pub platform: String,
    /// `navigator.appVersion`.
    pub architecture: String,
}

/// Begins to link the basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bind {
    /// Phone or deep link; a trusted browser is linked at once either way.
    pub method: BindMethod,
    /// Country prefix without `+`, for [`BindMethod::Phone`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prefix: Option<String>,
    /// The number within the country, for [`BindMethod::Phone`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// Where the button stands, as in the contract: `PRODUCT_CARD`, `BASKET_SUMMARY`, …
    pub binding_place: String,
    /// The page's description of the browser.
    #[serde(default)]
    pub browser: BrowserData,
}

/// The outcome of [`Bind`]: a deep link, a refusal, or neither when there is only to wait, or all is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindAnswer {
    /// The link after the request.
    pub link: LinkView,
    /// Text of the QR code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub qr_code: Option<String>,
    /// Opens the app.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deep_link: Option<String>,
    /// Opens the app on a Huawei phone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deep_link_hms: Option<String>,
    /// The provider's code when it refused, or `UNAVAILABLE` when it could not be reached.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error_code: Option<String>,
    /// A sentence about the refusal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error_message: Option<String>,
}

/// The link into the app (`iziMobileLink`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MobileLink {
    /// Opens the linked basket in the app.
    pub link: String,
}
