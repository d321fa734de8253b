//! Order events in both directions: `POST …/order/{id}/event`. Contract, section 7.

use super::basket::PaymentType;
use super::or_default;
use super::order::OrderDelivery;
use crate::{PhoneNumber, UtcTime};
use provider_http::open_enum;
use serde::{Deserialize, Serialize};

open_enum! {
    /// How far the payment is.
    pub enum PaymentStatus {
        /// Paid.
        Authorized = "AUTHORIZED",
    }
}

open_enum! {
    /// What became of the order.
    pub enum OrderStatus {
        /// An unpaid order from the app was finished on the shop's site. Never sent for one paid in the app.
        OrderCompleted = "ORDER_COMPLETED",
        /// The order does not go ahead.
        OrderRejected = "ORDER_REJECTED",
    }
}

/// What the app tells the merchant about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppOrderEvent {
    /// The event's id: a repeated event has the same.
    pub event_id: String,
    /// When it happened.
    pub event_data_time: UtcTime,
    /// Whose app it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// What happened.
    pub event_data: AppOrderEventData,
}

/// What happened to the order or to its payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppOrderEventData {
    /// How far the payment is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_status: Option<PaymentStatus>,
    /// What became of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_status: Option<OrderStatus>,
    /// The payment's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<String>,
    /// The payment's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_reference: Option<String>,
    /// The way that was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_type: Option<PaymentType>,
}

/// The merchant's answer to an event of the app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppOrderEventAnswer {
    /// The status in the merchant's words.
    pub order_merchant_status_description: String,
    /// Tracking numbers.
    #[serde(default, deserialize_with = "or_default")]
    pub delivery_references_list: Vec<String>,
    /// What became of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_status: Option<OrderStatus>,
}

/// What the merchant tells the app about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantOrderEvent {
    /// The event's id: keep it when the event is sent again.
    pub event_id: String,
    /// When it happened.
    pub event_data_time: UtcTime,
    /// Whose order it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<PhoneNumber>,
    /// What happened.
    pub event_data: MerchantOrderEventData,
}

/// Status, tracking and delivery, as far as each has something new.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantOrderEventData {
    /// What became of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_status: Option<OrderStatus>,
    /// The status in the merchant's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_merchant_status_description: Option<String>,
    /// Tracking numbers; absent when empty.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub delivery_references_list: Vec<String>,
    /// The delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<OrderDelivery>,
}
