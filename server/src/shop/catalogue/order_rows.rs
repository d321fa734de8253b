//! The SQL of orders. An order is stored whole, as JSON, with what a shopkeeper asks for in columns of its own; its status
//! and payment are in columns alone.

use super::rows::{moment, unreadable};
use super::terms::GivenBefore;
use crate::shop::ShopError;
use crate::shop::model::{
    BasketId, CustomerId, DeliveryKind, Order, OrderId, OrderPayment, OrderStatus, PaymentNews, PlacedIn,
    ProductId,
};
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row as _, query};

fn status_word(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::AwaitingPayment => "awaiting_payment",
        // Apart from that it has `settled_in_shop`.
        OrderStatus::Accepted | OrderStatus::Completed => "accepted",
        OrderStatus::Rejected => "rejected",
    }
}

fn delivery_word(kind: DeliveryKind) -> &'static str {
    match kind {
        DeliveryKind::ParcelLocker => "parcel_locker",
        DeliveryKind::Courier => "courier",
        DeliveryKind::Digital => "digital",
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, ShopError> {
    serde_json::to_string(value).map_err(|error| ShopError::Storage(Box::new(error)))
}

/// The number of the next order.
pub(super) async fn next_sequence(conn: &mut SqliteConnection, store: &str) -> Result<i64, ShopError> {
    let row = query("select coalesce(max(sequence), 0) + 1 as next from shop_order where store = ?")
        .bind(store)
        .fetch_one(conn)
        .await?;
    Ok(row.try_get("next")?)
}

/// Stores an order with its lines and consents. `taken` are the pieces taken out of stock, line by line.
pub(super) async fn insert(
    conn: &mut SqliteConnection,
    store: &str,
    sequence: i64,
    order: &Order,
    taken: &[u32],
) -> Result<(), ShopError> {
    let customer = &order.request.customer;
    query(
        "insert into shop_order (store, id, sequence, number, basket, placed_at, status, currency, base_gross,
             goods_gross, goods_net, goods_vat, delivery_kind, delivery_point, delivery_gross, delivery_net, delivery_vat,
             total_gross, total_net, total_vat, payment_method, customer_name, customer_mail, customer_phone, placed_in,
             document)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(store)
    .bind(order.id.as_str())
    .bind(sequence)
    .bind(&order.number)
    .bind(order.basket.as_str())
    .bind(moment(order.placed))
    .bind(status_word(order.status))
    .bind(order.total.gross().currency.code())
    .bind(order.base_total.gross().minor)
    .bind(order.goods_total.gross().minor)
    .bind(order.goods_total.net().minor)
    .bind(order.goods_total.vat().minor)
    .bind(delivery_word(order.request.delivery.kind))
    .bind(&order.request.delivery.point)
    .bind(order.delivery_price.gross().minor)
    .bind(order.delivery_price.net().minor)
    .bind(order.delivery_price.vat().minor)
    .bind(order.total.gross().minor)
    .bind(order.total.net().minor)
    .bind(order.total.vat().minor)
    .bind(&order.request.payment_method)
    .bind(format!("{} {}", customer.name, customer.surname))
    .bind(&customer.mail)
    .bind(customer.phone.digits())
    .bind(match order.request.placed_in {
        PlacedIn::Wallet => "wallet",
        PlacedIn::Shop => "shop",
    })
    .bind(json(order)?)
    .execute(&mut *conn)
    .await?;
    insert_lines(conn, store, order, taken).await?;
    for consent in &order.request.consents {
        query(
            "insert into order_consent (store, order_id, consent, version, accepted) values (?, ?, ?, ?, ?)
             on conflict do nothing",
        )
        .bind(store)
        .bind(order.id.as_str())
        .bind(&consent.id)
        .bind(&consent.version)
        .bind(consent.accepted)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

async fn insert_lines(
    conn: &mut SqliteConnection,
    store: &str,
    order: &Order,
    taken: &[u32],
) -> Result<(), ShopError> {
    for ((line, taken), position) in order.lines.iter().zip(taken).zip(1_i64..) {
        query(
            "insert into shop_order_line (store, order_id, position, product, name, quantity, unit_gross, vat_rate,
                 final_gross, final_net, final_vat, taken)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(store)
        .bind(order.id.as_str())
        .bind(position)
        .bind(line.product.id.as_str())
        .bind(&line.product.name)
        .bind(line.quantity)
        .bind(line.product.price().gross().minor)
        .bind(line.product.vat_rate.hundredths_of_percent())
        .bind(line.final_total.gross().minor)
        .bind(line.final_total.net().minor)
        .bind(line.final_total.vat().minor)
        .bind(taken)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

pub(super) async fn order(
    conn: &mut SqliteConnection,
    store: &str,
    id: &OrderId,
) -> Result<Option<Order>, ShopError> {
    let row = query(
        "select document, status, settled_in_shop, paid, paid_with, payment_id, payment_reference, description, tracking from shop_order
         where store = ? and id = ?",
    )
    .bind(store)
    .bind(id.as_str())
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn order_of_basket(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
) -> Result<Option<Order>, ShopError> {
    let row = query(
        "select document, status, settled_in_shop, paid, paid_with, payment_id, payment_reference, description, tracking from shop_order
         where store = ? and basket = ?",
    )
    .bind(store)
    .bind(basket.as_str())
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The newest orders of a customer with an account.
pub(super) async fn orders_of_customer(
    conn: &mut SqliteConnection,
    store: &str,
    customer: &CustomerId,
    limit: u32,
) -> Result<Vec<Order>, ShopError> {
    let rows = query(
        "select document, status, settled_in_shop, paid, paid_with, payment_id, payment_reference, description, tracking
         from customer_basket owned join shop_order
              on shop_order.store = owned.store and shop_order.basket = owned.basket
         where owned.store = ? and owned.customer = ? order by shop_order.sequence desc limit ?",
    )
    .bind(store)
    .bind(customer.as_str())
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Order, ShopError> {
    let document: String = row.try_get("document")?;
    let mut order: Order =
        serde_json::from_str(&document).map_err(|error| ShopError::Storage(Box::new(error)))?;
    let status: String = row.try_get("status")?;
    order.status = [
        OrderStatus::AwaitingPayment,
        OrderStatus::Accepted,
        OrderStatus::Rejected,
    ]
    .into_iter()
    .find(|known| status_word(*known) == status)
    .ok_or_else(|| unreadable("status"))?;
    if row.try_get("settled_in_shop")? {
        order.status = OrderStatus::Completed;
    }
    order.description = row.try_get("description")?;
    let tracking: String = row.try_get("tracking")?;
    order.tracking = serde_json::from_str(&tracking).map_err(|_| unreadable("tracking"))?;
    order.payment = OrderPayment {
        paid: row.try_get("paid")?,
        payment_id: row.try_get("payment_id")?,
        payment_reference: row.try_get("payment_reference")?,
        payment_method: row.try_get("paid_with")?,
    };
    Ok(order)
}

/// Stores what can change of an order.
pub(super) async fn update(conn: &mut SqliteConnection, store: &str, order: &Order) -> Result<(), ShopError> {
    query(
        "update shop_order set status = ?, settled_in_shop = ?, paid = ?, paid_with = ?, payment_id = ?,
             payment_reference = ?, description = ?, tracking = ?
         where store = ? and id = ?",
    )
    .bind(status_word(order.status))
    .bind(order.status == OrderStatus::Completed)
    .bind(order.payment.paid)
    .bind(&order.payment.payment_method)
    .bind(&order.payment.payment_id)
    .bind(&order.payment.payment_reference)
    .bind(&order.description)
    .bind(json(&order.tracking)?)
    .bind(store)
    .bind(order.id.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes news of a payment; `false` if it was noted before.
pub(super) async fn note_event(
    conn: &mut SqliteConnection,
    store: &str,
    order: &OrderId,
    news: &PaymentNews,
    now: Timestamp,
) -> Result<bool, ShopError> {
    let done = query(
        "insert into order_event (store, order_id, event_id, at, news) values (?, ?, ?, ?, ?) on conflict do nothing",
    )
    .bind(store)
    .bind(order.as_str())
    .bind(&news.event_id)
    .bind(moment(now))
    .bind(json(news)?)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The pieces that an order took out of stock, which it then no longer has: a second call gives nothing.
pub(super) async fn give_back(
    conn: &mut SqliteConnection,
    store: &str,
    order: &OrderId,
) -> Result<Vec<(ProductId, u32)>, ShopError> {
    let rows =
        query("select product, taken from shop_order_line where store = ? and order_id = ? and taken > 0")
            .bind(store)
            .bind(order.as_str())
            .fetch_all(&mut *conn)
            .await?;
    query("update shop_order_line set taken = 0 where store = ? and order_id = ?")
        .bind(store)
        .bind(order.as_str())
        .execute(conn)
        .await?;
    let given = |row: &SqliteRow| {
        let product: String = row.try_get("product")?;
        Ok((
            ProductId::parse(&product).map_err(|_| unreadable("product"))?,
            row.try_get("taken")?,
        ))
    };
    rows.iter().map(given).collect()
}

/// What a customer, known by the phone number's digits, has consented to with earlier orders.
pub(super) async fn consents_given(
    conn: &mut SqliteConnection,
    store: &str,
    phone_digits: &str,
) -> Result<GivenBefore, ShopError> {
    let rows = query(
        "select distinct consent.consent, consent.version
         from shop_order join order_consent consent
              on consent.store = shop_order.store and consent.order_id = shop_order.id
         where shop_order.store = ? and shop_order.customer_phone = ? and consent.accepted = 1",
    )
    .bind(store)
    .bind(phone_digits)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("consent")?, row.try_get("version")?)))
        .collect()
}
