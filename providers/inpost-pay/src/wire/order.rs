//! Orders: what the app asks for and what the merchant made of it. Contract, section 6.

use super::basket::{AdditionalParameter, Currency, PaymentType};
use super::delivery::{DeliveryCode, DeliveryOption, DeliveryType};
use super::goods::Product;
use super::{or_default, text};
use crate::{Amount, BasketId, OrderId, Personal, PhoneNumber, Price, UtcTime};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// Who the invoice is for.
    pub enum LegalForm {
        /// A person.
        Person = "PERSON",
        /// A company.
        Company = "COMPANY",
    }
}

/// Asks the merchant to make an order: `POST /v1/izi/order`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// The basket, its price and the way to pay.
    pub order_details: OrderRequestDetails,
    /// The customer.
    pub account_info: AccountInfo,
    /// Who the invoice is for, if one is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_details: Option<InvoiceDetails>,
    /// Where to.
    pub delivery: DeliveryChoice,
    /// What the customer agreed to.
    #[serde(default, deserialize_with = "or_default")]
    pub consents: Vec<ConsentAnswer>,
}

/// The basket, its price and the way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequestDetails {
    /// The merchant's basket.
    pub basket_id: BasketId,
    /// PLN.
    pub currency: Currency,
    /// What the customer pays, delivery included. The merchant compares the gross part only.
    pub basket_price: Price,
    /// The chosen way to pay.
    pub payment_type: PaymentType,
    /// What the customer wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_comments: Option<Personal>,
    /// The merchant's own data from the basket.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub basket_additional_parameters: Vec<AdditionalParameter>,
    /// Discounts that InPost pays for.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub inpost_discounts: Vec<InpostDiscount>,
}

impl OrderRequestDetails {
    /// The necessary part, in PLN.
    pub fn new(basket_id: BasketId, basket_price: Price, payment_type: PaymentType) -> Self {
        Self {
            basket_id,
            currency: Currency::Pln,
            basket_price,
            payment_type,
            order_comments: None,
            basket_additional_parameters: Vec::new(),
            inpost_discounts: Vec::new(),
        }
    }
}

/// A discount that InPost pays for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InpostDiscount {
    /// Its kind.
    #[serde(rename = "type")]
    pub discount_type: String,
    /// Its value.
    pub discount: Amount,
}

/// The customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountInfo {
    /// First name.
    pub name: Personal,
    /// Family name.
    pub surname: Personal,
    /// Phone number.
    pub phone_number: PhoneNumber,
    /// Mail address.
    pub mail: Personal,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_address: Option<ClientAddress>,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientAddress {
    /// ISO 3166 country code.
    pub country_code: String,
    /// Street and house as one text.
    pub address: Personal,
    /// City.
    pub city: Personal,
    /// Postal code.
    pub postal_code: Personal,
    /// Street and house in parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_details: Option<AddressDetails>,
}

/// Street and house in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressDetails {
    /// Street.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<Personal>,
    /// House.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub building: Option<Personal>,
    /// Flat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat: Option<Personal>,
}

/// Who the invoice is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceDetails {
    /// A person or a company.
    pub legal_form: LegalForm,
    /// ISO 3166 country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// The tax number's country prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id_prefix: Option<String>,
    /// The tax number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<Personal>,
    /// The company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_name: Option<Personal>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname: Option<Personal>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<Personal>,
    /// Street.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<Personal>,
    /// House.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub building: Option<Personal>,
    /// Flat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat: Option<Personal>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Personal>,
    /// Mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Personal>,
    /// The customer changed the registered data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_data_edited: Option<bool>,
    /// Further information.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_information: Option<Personal>,
}

impl InvoiceDetails {
    /// An invoice of which only the legal form is known.
    pub fn new(legal_form: LegalForm) -> Self {
        Self {
            legal_form,
            country_code: None,
            tax_id_prefix: None,
            tax_id: None,
            company_name: None,
            name: None,
            surname: None,
            city: None,
            street: None,
            building: None,
            flat: None,
            postal_code: None,
            mail: None,
            registration_data_edited: None,
            additional_information: None,
        }
    }
}

/// The delivery that the customer chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryChoice {
    /// Locker, courier or digital.
    pub delivery_type: DeliveryType,
    /// The chosen options.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_codes: Vec<DeliveryCode>,
    /// Mail address for news of the parcel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Personal>,
    /// Phone number for news of the parcel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// The parcel locker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_point: Option<Personal>,
    /// The address for a courier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_address: Option<DeliveryAddress>,
    /// What the courier reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub courier_note: Option<Personal>,
    /// Where digital goods are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digital_delivery_email: Option<Personal>,
}

impl DeliveryChoice {
    /// A delivery of which only the type is known.
    pub fn new(delivery_type: DeliveryType) -> Self {
        Self {
            delivery_type,
            delivery_codes: Vec::new(),
            mail: None,
            phone_number: None,
            delivery_point: None,
            delivery_address: None,
            courier_note: None,
            digital_delivery_email: None,
        }
    }
}

/// The address for a courier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryAddress {
    /// Who receives it.
    pub name: Personal,
    /// ISO 3166 country code.
    pub country_code: String,
    /// Street and house as one text.
    pub address: Personal,
    /// City.
    pub city: Personal,
    /// Postal code.
    pub postal_code: Personal,
    /// Street and house in parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_details: Option<AddressDetails>,
}

/// What the customer answered to a consent of the basket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentAnswer {
    /// The consent.
    pub consent_id: String,
    /// The version that was shown.
    #[serde(deserialize_with = "text")]
    pub consent_version: String,
    /// Whether the customer agreed.
    pub is_accepted: bool,
}

/// The merchant's order: the answer to a create and to a read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Ids, status and prices.
    pub order_details: OrderDetails,
    /// The customer.
    pub account_info: AccountInfo,
    /// Who the invoice is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_details: Option<InvoiceDetails>,
    /// Where to, when and for how much.
    pub delivery: OrderDelivery,
    /// The goods.
    #[serde(default, deserialize_with = "or_default")]
    pub products: Vec<Product>,
    /// What the customer agreed to.
    #[serde(default, deserialize_with = "or_default")]
    pub consents: Vec<ConsentAnswer>,
}

/// Ids, status and prices of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDetails {
    /// The technical id.
    pub order_id: OrderId,
    /// The id that the customer sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_order_id: Option<String>,
    /// The merchant's point of sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pos_id: Option<String>,
    /// When the order was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_creation_date: Option<UtcTime>,
    /// The basket that it was made from.
    pub basket_id: BasketId,
    /// The status in the merchant's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_merchant_status_description: Option<String>,
    /// The way to pay.
    pub payment_type: PaymentType,
    /// Before promotions and codes.
    pub order_base_price: Price,
    /// What the customer pays.
    pub order_final_price: Price,
    /// PLN.
    pub currency: Currency,
    /// Tracking numbers.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_references_list: Vec<String>,
    /// What the customer wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_comments: Option<Personal>,
    /// The discount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_discount: Option<Amount>,
    /// The merchant's own data.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub order_additional_parameters: Vec<AdditionalParameter>,
}

/// A delivery with what the merchant adds to it: day, price and options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDelivery {
    /// What the customer chose.
    #[serde(flatten)]
    pub choice: DeliveryChoice,
    /// When it is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_date: Option<UtcTime>,
    /// Its price without options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_price: Option<Price>,
    /// The chosen options and their prices.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_options: Vec<DeliveryOption>,
}

impl OrderDelivery {
    /// What the customer chose, before day, price and options are known.
    pub fn new(choice: DeliveryChoice) -> Self {
        Self {
            choice,
            delivery_date: None,
            delivery_price: None,
            delivery_options: Vec::new(),
        }
    }
}
