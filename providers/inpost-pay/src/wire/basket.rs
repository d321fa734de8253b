//! The basket: body of the upsert, answer to a read, a confirmation and an event. Its goods are in
//! [`goods`](crate::wire::goods), its deliveries in [`delivery`](crate::wire::delivery). Contract, section 4.

use super::delivery::Delivery;
use super::goods::{Product, RelatedProduct};
use super::{or_default, text};
use crate::{BrowserId, InpostBasketId, Personal, Price, UtcTime};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// The currency of a basket. InPost Pay takes PLN only: hide the widget for another, unless already linked.
    #[derive(Default)]
    pub enum Currency {
        /// Polish złoty.
        #[default]
        Pln = "PLN",
    }
}

open_enum! {
    /// A way to pay.
    pub enum PaymentType {
        /// A card.
        Card = "CARD",
        /// A remembered card.
        CardToken = "CARD_TOKEN",
        /// Google Pay.
        GooglePay = "GOOGLE_PAY",
        /// Apple Pay.
        ApplePay = "APPLE_PAY",
        /// A BLIK code.
        BlikCode = "BLIK_CODE",
        /// BLIK without a code.
        BlikToken = "BLIK_TOKEN",
        /// A bank's own payment page.
        PayByLink = "PAY_BY_LINK",
        /// A shopping limit.
        ShoppingLimit = "SHOPPING_LIMIT",
        /// Pay later.
        DeferredPayment = "DEFERRED_PAYMENT",
        /// Cash on delivery: counts as paid at once.
        CashOnDelivery = "CASH_ON_DELIVERY",
    }
}

open_enum! {
    /// What the app shows the customer about the basket.
    pub enum NoticeType {
        /// Something failed: an unknown product, no stock, a bad code.
        Error = "ERROR",
        /// Something changed: a code accepted or removed.
        Attention = "ATTENTION",
    }
}

open_enum! {
    /// A rule that a promotional price follows.
    pub enum RegulationType {
        /// The EU's Omnibus directive: the lowest price of 30 days is shown.
        Omnibus = "OMNIBUS",
    }
}

open_enum! {
    /// Where a promotion is available.
    pub enum PromotionType {
        /// Everywhere.
        Merchant = "MERCHANT",
        /// In the app only.
        OnlyInApp = "ONLY_IN_APP",
    }
}

open_enum! {
    /// Whether a consent must be given.
    #[derive(Default)]
    pub enum RequirementType {
        /// May be refused.
        #[default]
        Optional = "OPTIONAL",
        /// Must be given once.
        RequiredOnce = "REQUIRED_ONCE",
        /// Must be given with every order.
        RequiredAlways = "REQUIRED_ALWAYS",
    }
}

/// A whole basket.
///
/// `delivery`, `promo_codes`, `promotions_available`, `products`, `related_products` and `consents` are always written,
/// empty ones too: the basket replaces the former one, and an absent list might be read as "unchanged".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basket {
    /// Prices, currency, notice.
    pub summary: Summary,
    /// The deliveries on offer.
    #[serde(default, deserialize_with = "or_default")]
    pub delivery: Vec<Delivery>,
    /// The codes in force.
    #[serde(default, deserialize_with = "or_default")]
    pub promo_codes: Vec<PromoCode>,
    /// Promotions that the customer may choose, at most [`MAX_PROMOTIONS`](Basket::MAX_PROMOTIONS).
    #[serde(default, deserialize_with = "or_default")]
    pub promotions_available: Vec<Promotion>,
    /// The goods.
    #[serde(default, deserialize_with = "or_default")]
    pub products: Vec<Product>,
    /// Goods to suggest, at most [`MAX_RELATED_PRODUCTS`](Basket::MAX_RELATED_PRODUCTS).
    #[serde(default, deserialize_with = "or_default")]
    pub related_products: Vec<RelatedProduct>,
    /// What the customer is asked to agree to, at most [`MAX_CONSENTS`](Basket::MAX_CONSENTS).
    #[serde(default, deserialize_with = "or_default")]
    pub consents: Vec<Consent>,
    /// The shop's address and session, for the second generation of the widget only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_store: Option<MerchantStore>,
}

impl Basket {
    /// Most promotions that InPost takes.
    pub const MAX_PROMOTIONS: usize = 5;
    /// Most related products that InPost takes.
    pub const MAX_RELATED_PRODUCTS: usize = 10;
    /// Most consents that InPost takes.
    pub const MAX_CONSENTS: usize = 10;
}

/// The body of a basket upsert, `PUT /v1/izi/basket/{basket_id}`. Contract, section 2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketUpsert {
    /// Creates and links the basket at once; only for a trusted browser whose basket is not linked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_id: Option<BrowserId>,
    /// The basket.
    #[serde(flatten)]
    pub basket: Basket,
}

/// The answer to a basket upsert. Contract, section 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketUpserted {
    /// InPost's id of the basket, for the link into the app.
    pub inpost_basket_id: InpostBasketId,
}

/// What a basket costs, and what the app says about it. Goods only, no delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Before promotions and codes.
    pub basket_base_price: Price,
    /// After promotions and codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basket_final_price: Option<Price>,
    /// After promotions, before codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basket_promo_price: Option<Price>,
    /// PLN.
    pub currency: Currency,
    /// Then the basket leaves the app's list; 7 days by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basket_expiration_date: Option<UtcTime>,
    /// Free text for the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basket_additional_information: Option<String>,
    /// The offered ways to pay; absent when empty.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub payment_type: Vec<PaymentType>,
    /// What the app tells the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basket_notice: Option<BasketNotice>,
    /// The merchant's own data, echoed in `order_details`.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub basket_additional_parameters: Vec<AdditionalParameter>,
}

/// A sentence for the customer, shown in the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketNotice {
    /// Failure or information.
    #[serde(rename = "type")]
    pub notice_type: NoticeType,
    /// The sentence.
    pub description: String,
}

/// The merchant's own data, passed through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdditionalParameter {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// A code in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoCode {
    /// What the customer reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The code.
    pub promo_code_value: String,
    /// The rule that the reduced prices follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regulation_type: Option<RegulationType>,
}

/// A promotion that the customer may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// Everywhere or in the app only.
    #[serde(rename = "type")]
    pub promotion_type: PromotionType,
    /// The code that it stands for.
    pub promo_code_value: String,
    /// What the customer reads, at most 60 characters.
    pub description: String,
    /// First moment of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<UtcTime>,
    /// Last moment of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<UtcTime>,
    /// Order on the screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<PromotionDetails>,
}

/// Where to read more about a promotion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionDetails {
    /// Address of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What the customer is asked to agree to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Its id, answered by the order's consents.
    pub consent_id: String,
    /// Address of its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_link: Option<String>,
    /// The link's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_link: Option<String>,
    /// What the customer reads, at most 150 characters.
    pub consent_description: String,
    /// Its version: a new one asks again.
    #[serde(deserialize_with = "text")]
    pub consent_version: String,
    /// Whether it must be given.
    pub requirement_type: RequirementType,
    /// Further documents.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub additional_consent_links: Vec<ConsentLink>,
}

/// A further document of a consent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentLink {
    /// Its id.
    pub id: String,
    /// Its address.
    pub consent_link: String,
    /// The link's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_link: Option<String>,
}

/// The shop's address and session (second generation of the widget).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantStore {
    /// The shop's address.
    pub url: String,
    /// The session's cookies.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub cookies: Vec<StoreCookie>,
}

/// A cookie of the shop's session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreCookie {
    /// Its domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Its name.
    pub key: String,
    /// Its value: who has it has the session, so it is hidden in `Debug`.
    pub value: Personal,
    /// Its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Only over https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure: Option<bool>,
    /// Not for scripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_only: Option<bool>,
    /// SameSite, spelt as InPost spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_site: Option<String>,
    /// Its priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Its life in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
}
