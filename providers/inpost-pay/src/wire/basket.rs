//! The basket: body of the upsert, answer to a read, a confirmation and an event. Contract, section 4.

use super::{or_default, text};
use crate::{Amount, BrowserId, InpostBasketId, Personal, Price, Units, UtcTime};
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
    /// How the goods reach the customer.
    pub enum DeliveryType {
        /// A parcel locker.
        Apm = "APM",
        /// A courier.
        Courier = "COURIER",
        /// By mail or download.
        Digital = "DIGITAL",
    }
}

open_enum! {
    /// An option of a delivery. The combined `CODPWW` has been seen and is kept as `Other`.
    pub enum DeliveryCode {
        /// Cash on delivery.
        CashOnDelivery = "COD",
        /// Parcel at the weekend.
        Weekend = "PWW",
        /// Gift wrapping.
        GiftWrapping = "GW",
    }
}

open_enum! {
    /// Whether a quantity counts pieces or measures.
    #[derive(Default)]
    pub enum QuantityType {
        /// Whole pieces; the price is that of one piece.
        #[default]
        Integer = "INTEGER",
        /// A measure such as kilograms; the price is that of the whole chosen quantity.
        Decimal = "DECIMAL",
    }
}

open_enum! {
    /// What kind of good a product is.
    pub enum ProductType {
        /// Delivered as a parcel.
        Product = "PRODUCT",
        /// Delivered as data.
        Digital = "DIGITAL",
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

/// A delivery on offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Locker, courier or digital.
    pub delivery_type: DeliveryType,
    /// When it is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_date: Option<UtcTime>,
    /// Its price without options.
    pub delivery_price: Price,
    /// From this gross value of goods it costs nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_delivery_minimum_gross_price: Option<Amount>,
    /// What may be added to it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_options: Vec<DeliveryOption>,
}

impl Delivery {
    /// A delivery without date, threshold or options.
    pub fn new(delivery_type: DeliveryType, delivery_price: Price) -> Self {
        Self {
            delivery_type,
            delivery_date: None,
            delivery_price,
            free_delivery_minimum_gross_price: None,
            delivery_options: Vec::new(),
        }
    }
}

/// Something added to a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryOption {
    /// What the customer reads.
    pub delivery_name: String,
    /// Its code, chosen by the order's `delivery_codes`.
    pub delivery_code_value: DeliveryCode,
    /// What it adds to the delivery's price.
    pub delivery_option_price: Price,
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

/// A good in the basket or in the order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The merchant's id.
    pub product_id: String,
    /// Its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_category: Option<String>,
    /// Its bar code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    /// Its name.
    pub product_name: String,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_description: Option<String>,
    /// Its page in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_link: Option<String>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_image: Option<String>,
    /// Further pictures, at most 10.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub additional_product_images: Vec<ProductImage>,
    /// Its price before promotions: of a piece for INTEGER, of the whole chosen quantity for DECIMAL.
    pub base_price: Price,
    /// Its price after promotions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo_price: Option<Price>,
    /// Its lowest price of the last 30 days (Omnibus).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest_price: Option<Price>,
    /// How many.
    pub quantity: Quantity,
    /// Chosen properties, at most 255 characters each.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub product_attributes: Vec<ProductAttribute>,
    /// Other forms of the product.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub variants: Vec<Variant>,
    /// Which deliveries can carry it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_product: Vec<DeliveryProduct>,
    /// A thing or data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_type: Option<ProductType>,
}

/// A picture in two sizes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductImage {
    /// Address of the small one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub small_size: Option<String>,
    /// Address of the normal one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normal_size: Option<String>,
}

/// How many of a product, and how many there may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// The quantity; in a basket event the new absolute one, where 0 removes.
    pub quantity: Units,
    /// Pieces or a measure.
    #[serde(default, deserialize_with = "or_default")]
    pub quantity_type: QuantityType,
    /// The unit's name: `szt.`, `kg`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_unit: Option<String>,
    /// How many are in stock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_quantity: Option<Units>,
    /// How many one customer may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_quantity: Option<Units>,
}

impl Quantity {
    /// So many pieces, without unit and limits.
    pub fn pieces(pieces: u32) -> Self {
        Self {
            quantity: Units::whole(pieces),
            ..Self::default()
        }
    }
}

/// A property of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductAttribute {
    /// Its name, at most 255 characters.
    pub attribute_name: String,
    /// Its value, at most 255 characters.
    pub attribute_value: String,
}

/// Another form of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its id.
    pub variant_id: String,
    /// Its name: `Size`.
    pub variant_name: String,
    /// What the customer reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_description: Option<String>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_type: Option<String>,
    /// Its values as one text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_values: Option<String>,
}

/// Whether a delivery can carry a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryProduct {
    /// The delivery.
    pub delivery_type: DeliveryType,
    /// Whether it can.
    pub if_delivery_available: bool,
}

/// A good to suggest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedProduct {
    /// The good.
    #[serde(flatten)]
    pub product: Product,
    /// Which deliveries can carry it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_related_products: Vec<DeliveryRelatedProduct>,
}

/// Whether a delivery can carry a suggested product, and at no cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRelatedProduct {
    /// The delivery.
    pub delivery_type: DeliveryType,
    /// Whether it can.
    pub if_delivery_available: bool,
    /// Whether it then costs nothing.
    pub if_delivery_free: bool,
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
