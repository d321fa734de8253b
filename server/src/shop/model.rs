//! Products, baskets, deliveries, consents, orders: the words of a shop, free of any wallet's.

use jiff::Timestamp;
use karfa_shared::money::{Money, MoneyError, Price, VatRate};
use karfa_shared::phone::PhoneNumber;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an id: 1 to 64 letters, digits, hyphens or underscores.
            ///
            /// # Errors
            /// [`BadId`] for any other text.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
                if text.is_empty() || text.len() > 64 || !text.bytes().all(allowed) {
                    return Err(BadId);
                }
                Ok($name(text.to_owned()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// A text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 64 letters, digits, hyphens or underscores")]
pub struct BadId;

text_id! {
    /// A product, or one variant of it, as the shop names it.
    ProductId
}
text_id! {
    /// A basket. Unguessable, and no key to anything by itself; a new one begins after an order.
    BasketId
}
text_id! {
    /// An order's technical id.
    OrderId
}
text_id! {
    /// A customer with an account.
    CustomerId
}

/// Something for sale. A product that comes in variants is sold as one of them; each is a product of its own with
/// [`Product::variant_of`] set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The shop's id.
    pub id: ProductId,
    /// The product this is a variant of.
    pub variant_of: Option<ProductId>,
    /// What tells the variant from its siblings, like ("Rozmiar", "M").
    pub attributes: Vec<(String, String)>,
    /// Ids of the variants to choose from; not empty: this one cannot be bought itself.
    pub variants: Vec<ProductId>,
    /// Name.
    pub name: String,
    /// Two or three sentences, plain text.
    pub description: String,
    /// The shop's category.
    pub category: String,
    /// EAN-13, where the product has one.
    pub ean: Option<String>,
    /// Path of the product's page in the shop.
    pub link: String,
    /// Path of the picture.
    pub image: String,
    /// What the picture shows, for those who do not see it.
    pub image_alt: String,
    /// Regular price of one piece.
    pub base_price: Price,
    /// Reduced price of one piece.
    pub promo_price: Option<Price>,
    /// The lowest price of the last 30 days, told with a reduced price (Omnibus directive).
    pub lowest_price: Option<Price>,
    /// The VAT that the prices contain.
    pub vat_rate: VatRate,
    /// Pieces in stock; of a product with variants, all of theirs. In a [`Line`] no more than [`Product::max_quantity`] is
    /// told: otherwise every sale elsewhere would change the basket.
    pub stock: u32,
    /// The most pieces in one basket.
    pub max_quantity: u32,
    /// Word for one piece, like `szt.`
    pub unit: String,
    /// Delivered as a file or a code.
    pub digital: bool,
    /// The texts in other languages, by two-letter code.
    #[serde(default)]
    pub translations: BTreeMap<String, ProductTexts>,
    /// A wallet's app may offer it by itself.
    #[serde(default)]
    pub hot: bool,
    /// What goes with it, and can be bought as it is.
    #[serde(default)]
    pub related: Vec<ProductId>,
}

/// What a product says in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductTexts {
    /// As [`Product::name`].
    pub name: String,
    /// As [`Product::description`].
    pub description: String,
    /// As [`Product::category`].
    pub category: String,
    /// As [`Product::image_alt`].
    pub image_alt: String,
    /// As [`Product::attributes`], in the same order.
    pub attributes: Vec<(String, String)>,
    /// As [`Product::unit`].
    pub unit: String,
}

impl Product {
    /// The product's texts in `language` (a two-letter code), or in the shop's own where there is no translation.
    pub fn texts(&self, language: &str) -> ProductTexts {
        self.translations
            .get(language)
            .cloned()
            .unwrap_or_else(|| ProductTexts {
                name: self.name.clone(),
                description: self.description.clone(),
                category: self.category.clone(),
                image_alt: self.image_alt.clone(),
                attributes: self.attributes.clone(),
                unit: self.unit.clone(),
            })
    }

    /// What one piece costs now.
    pub fn price(&self) -> Price {
        self.promo_price.unwrap_or(self.base_price)
    }
}

/// A product in a basket or an order, with the prices of that moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The product.
    pub product: Product,
    /// Pieces, at least 1.
    pub quantity: u32,
    /// What all its pieces cost after codes: the lines' final totals add up to the basket's.
    pub final_total: Price,
}

impl Line {
    /// The line's price at regular prices.
    ///
    /// # Errors
    /// Past what 64 bits hold.
    pub fn base_total(&self) -> Result<Price, MoneyError> {
        self.product.base_price.times(i64::from(self.quantity))
    }

    /// The line's price as it is to be paid, before codes.
    ///
    /// # Errors
    /// Past what 64 bits hold.
    pub fn total(&self) -> Result<Price, MoneyError> {
        self.product.price().times(i64::from(self.quantity))
    }
}

/// How the goods come to the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKind {
    /// A parcel locker.
    ParcelLocker,
    /// To the door.
    Courier,
    /// By e-mail.
    Digital,
}

/// An extra of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryExtra {
    /// Paid when the parcel is handed over.
    CashOnDelivery,
    /// Delivered on the weekend.
    Weekend,
    /// Gift wrapping.
    GiftWrap,
}

/// A delivery that the shop offers for a basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Kind.
    pub kind: DeliveryKind,
    /// Price for this basket; zero once it is free.
    pub price: Price,
    /// From this gross amount of goods on it is free.
    pub free_from: Option<Money>,
    /// When the goods are expected.
    pub expected: Timestamp,
    /// Extras with their names and prices.
    pub extras: Vec<(DeliveryExtra, String, Price)>,
}

/// What a consent asks of the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// May be left out.
    Optional,
    /// Needed once per customer.
    RequiredOnce,
    /// Needed with every order.
    RequiredAlways,
}

/// A consent that the shop asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The shop's id.
    pub id: String,
    /// Version of the text.
    pub version: String,
    /// The sentence, at most 150 characters.
    pub description: String,
    /// Where the full text stands.
    pub link: String,
    /// Words of the sentence that the link is put on.
    pub link_label: String,
    /// Whether it is needed.
    pub kind: ConsentKind,
}

/// A promotion code in a basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoCode {
    /// The code as typed, upper case.
    pub code: String,
    /// What it is called.
    pub name: String,
}

/// A promotion code that the shop offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromoOffer {
    /// The code.
    pub code: String,
    /// What it gives, at most 60 characters.
    pub description: String,
    /// Offered in the wallet's app alone.
    pub only_in_app: bool,
    /// The end of its last day.
    pub until: Option<Timestamp>,
}

/// A basket, priced at one moment. Sums are of the lines; delivery is not in them.
///
/// Two baskets of one id and one revision are equal, whenever they are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    /// Id.
    pub id: BasketId,
    /// Grows with every change.
    pub revision: i64,
    /// What is in it, in the order it was put in.
    pub lines: Vec<Line>,
    /// Sum at regular prices.
    pub base_total: Price,
    /// Sum at reduced prices, before codes.
    pub promo_total: Price,
    /// Sum to be paid for the goods.
    pub final_total: Price,
    /// Codes that apply.
    pub promo_codes: Vec<PromoCode>,
    /// Codes that take nothing off at present: the goods have become too few for them, or their days are over.
    pub resting_codes: Vec<PromoCode>,
    /// Promotions that the shopper may still choose, at most 5.
    pub offers: Vec<PromoOffer>,
    /// What goes with what is in it, at most 10. What is left of it is not told: the basket would change with it.
    pub related: Vec<Product>,
    /// Deliveries offered for it; only digital ones for a basket of digital goods.
    pub deliveries: Vec<Delivery>,
    /// Consents asked for.
    pub consents: Vec<Consent>,
    /// Ways to pay that the shop takes, in the provider's words.
    pub payment_methods: Vec<String>,
    /// When the shop forgets it.
    pub expires: Timestamp,
    /// Its order, once there is one.
    pub order: Option<OrderId>,
}

impl Basket {
    /// Number of pieces in all lines.
    pub fn count(&self) -> u32 {
        self.lines
            .iter()
            .fold(0_u32, |sum, line| sum.saturating_add(line.quantity))
    }
}

/// One change of a basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// More pieces of a product.
    Add {
        /// The product, or the variant.
        product: ProductId,
        /// Pieces to add, at least 1.
        quantity: u32,
    },
    /// The number of pieces of a product that is in the basket: 0 removes it, and removing what is not there is fine.
    SetQuantity {
        /// The product, or the variant.
        product: ProductId,
        /// Pieces from now on.
        quantity: u32,
    },
    /// The complete new list of promotion codes.
    SetPromoCodes(Vec<String>),
    /// A change that says when it was made: of no effect after one of the same topic that was made later.
    Dated {
        /// What it is about, like `quantity:` and a product.
        topic: String,
        /// When it was made, by the clock of whoever made it.
        at: Timestamp,
        /// The change.
        edit: Box<Edit>,
    },
}

/// Where a change of a basket came from: a wallet is not told of its own changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedBy {
    /// The shop's pages.
    Shop,
    /// The shopper's wallet app.
    Wallet,
}

/// A change in the feed of baskets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasketChange {
    /// Position in the feed.
    pub position: i64,
    /// Which basket.
    pub basket: BasketId,
    /// Its revision after the change.
    pub revision: i64,
    /// Where the change came from.
    pub by: ChangedBy,
}

/// A postal address. Personal data: `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// To whom.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country_code: String,
    /// Street, building and flat in one line.
    pub street: String,
    /// City.
    pub city: String,
    /// Postal code.
    pub postal_code: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// Who orders. Personal data: `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Given name.
    pub name: String,
    /// Family name.
    pub surname: String,
    /// E-mail address.
    pub mail: String,
    /// Phone number.
    pub phone: PhoneNumber,
    /// Where the customer lives.
    pub address: Address,
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Customer(..)")
    }
}

/// How an order is delivered. Personal data: `Debug` shows the kind alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenDelivery {
    /// Kind.
    pub kind: DeliveryKind,
    /// Extras.
    pub extras: Vec<DeliveryExtra>,
    /// The parcel locker, for that kind.
    pub point: Option<String>,
    /// Where to, for a courier.
    pub address: Option<Address>,
    /// Where to, for digital goods, and where news of the delivery goes.
    pub mail: Option<String>,
    /// Who is called about the delivery.
    pub phone: Option<PhoneNumber>,
    /// A word to the courier.
    pub note: Option<String>,
}

impl fmt::Debug for ChosenDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChosenDelivery({:?}, ..)", self.kind)
    }
}

/// A consent as it was given or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenConsent {
    /// The consent's id.
    pub id: String,
    /// The version that the shopper saw.
    pub version: String,
    /// Given.
    pub accepted: bool,
}

/// Where an order is placed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacedIn {
    /// In a wallet's app.
    #[default]
    Wallet,
    /// On the shop's own pages.
    Shop,
}

/// An order to be placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// What the shopper has agreed to pay, delivery included. Must equal what the shop asks, to the minor unit.
    pub quoted_gross: Money,
    /// How it is paid, in the provider's word. A repeated order has the same one.
    pub payment_method: String,
    /// Paid when the goods are handed over.
    pub cash_on_delivery: bool,
    /// Who orders.
    pub customer: Customer,
    /// How it is delivered.
    pub delivery: ChosenDelivery,
    /// Consents.
    pub consents: Vec<GivenConsent>,
    /// A word to the shop.
    pub comments: Option<String>,
    /// The order in the provider's own words, kept whole: invoice data, address details, and what it wants back. Empty for
    /// one that is placed on the shop's own pages.
    pub original: String,
    /// Where it is placed. A basket has one order, and only from there is it the same order again.
    #[serde(default)]
    pub placed_in: PlacedIn,
}

/// Why an order was not placed. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefusal {
    /// No such basket, or nothing in it.
    #[error("the basket is empty")]
    EmptyBasket,
    /// Fewer pieces left than the basket has.
    #[error("“{name}” is sold out or has too few pieces left")]
    OutOfStock {
        /// The product's name.
        name: String,
    },
    /// The amounts differ.
    #[error("the price has changed")]
    PriceChanged {
        /// What the shop asks, delivery included.
        expected: Money,
    },
    /// A code does not apply any more.
    #[error("a promotion code is no longer valid")]
    CodeExpired,
    /// The delivery is not offered for this basket.
    #[error("this delivery is not available")]
    DeliveryUnavailable,
    /// Something is missing to deliver, like the parcel locker.
    #[error("the delivery address is incomplete")]
    DeliveryIncomplete,
    /// A required consent is missing.
    #[error("a required consent is missing")]
    ConsentMissing,
    /// The shop does not take this payment.
    #[error("this payment method is not available")]
    PaymentUnavailable,
    /// The basket's order was placed with another payment method.
    #[error("the basket has been ordered with another payment method")]
    OrderedOtherwise,
}

/// What is known of an order's payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentNews {
    /// The provider's id of the news: each counts once.
    pub event_id: String,
    /// Paid.
    pub paid: bool,
    /// The provider rejected or gave the order up.
    pub rejected: bool,
    /// The provider's id of the payment.
    pub payment_id: Option<String>,
    /// The reference on the shopper's statement.
    pub payment_reference: Option<String>,
    /// How it was paid in the end, in the provider's word.
    pub payment_method: Option<String>,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed, not paid yet.
    AwaitingPayment,
    /// Paid, or to be paid at the door.
    Accepted,
    /// Placed in a wallet's app, not paid there, and finished on the shop's own pages.
    Completed,
    /// Given up; the goods are back in stock.
    Rejected,
}

/// Where an order's payment stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPayment {
    /// Paid; an order that is paid at the door counts as accepted without it.
    pub paid: bool,
    /// The provider's id of the payment.
    pub payment_id: Option<String>,
    /// The reference on the shopper's statement.
    pub payment_reference: Option<String>,
    /// How it was paid in the end, in the provider's word, where that differs from the order's.
    pub payment_method: Option<String>,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Technical id.
    pub id: OrderId,
    /// The number that the customer sees.
    pub number: String,
    /// Of which basket.
    pub basket: BasketId,
    /// When it was placed.
    pub placed: Timestamp,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was ordered, at the prices of that moment.
    pub lines: Vec<Line>,
    /// Codes that applied.
    pub promo_codes: Vec<PromoCode>,
    /// Goods at regular prices.
    pub base_total: Price,
    /// Goods as paid.
    pub goods_total: Price,
    /// Delivery with its extras.
    pub delivery_price: Price,
    /// The chosen delivery, priced and dated as offered.
    pub delivery_offer: Delivery,
    /// All that is paid.
    pub total: Price,
    /// What was asked for.
    pub request: NewOrder,
    /// Its payment.
    pub payment: OrderPayment,
    /// How far it is, in the shop's own words.
    #[serde(default)]
    pub description: Option<String>,
    /// Tracking numbers.
    #[serde(default)]
    pub tracking: Vec<String>,
}
