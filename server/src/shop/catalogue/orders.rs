//! Placing orders, and what becomes of them when they are paid or given up. Each is one transaction.

use super::pricing::{self, StoredBasket};
use super::terms::{self, Terms};
use super::{CatalogueShop, after_sales, feed, order_rows, refunds, rows};
use crate::shop::ShopError;
use crate::shop::model::{
    Basket, BasketId, ChangedBy, Line, NewOrder, Order, OrderId, OrderPayment, OrderRefusal, OrderStatus,
    PaymentNews, ProductId,
};
use sqlx::sqlite::SqliteConnection;

impl CatalogueShop {
    pub(super) async fn place(
        &self,
        basket: &BasketId,
        new: &NewOrder,
    ) -> Result<Result<Order, OrderRefusal>, ShopError> {
        let mut tx = self.write().await?;
        let Some(stored) = rows::basket(&mut tx, &self.store, basket, self.clock.now()).await? else {
            return Ok(Err(OrderRefusal::EmptyBasket));
        };
        if stored.order.is_some() {
            let order = order_rows::order_of_basket(&mut tx, &self.store, basket).await?;
            let order = order.ok_or_else(|| rows::unreadable("order of the basket"))?;
            let same = order.request.payment_method == new.payment_method
                && order.request.placed_in == new.placed_in;
            return Ok(if same {
                Ok(order)
            } else {
                Err(OrderRefusal::OrderedOtherwise)
            });
        }
        let priced = pricing::price(&self.catalogue, &stored, self.today())?;
        let lapsed = self.lapsed(&stored, &priced)?;
        let given_before =
            order_rows::consents_given(&mut tx, &self.store, &new.customer.phone.digits()).await?;
        let cash_method = self.catalogue.cash_on_delivery_method.as_deref();
        let terms = match terms::agree(&priced, lapsed, cash_method, &given_before, new)? {
            Ok(terms) => terms,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut taken = Vec::with_capacity(priced.lines.len());
        for line in &priced.lines {
            match self.take(&mut tx, line).await? {
                Some(pieces) => taken.push(pieces),
                None => {
                    return Ok(Err(OrderRefusal::OutOfStock {
                        name: line.product.name.clone(),
                    }));
                }
            }
        }
        let sequence = order_rows::next_sequence(&mut tx, &self.store).await?;
        let order = self.order_on(terms, priced, sequence, new)?;
        order_rows::insert(&mut tx, &self.store, sequence, &order, &taken).await?;
        rows::close(&mut tx, &self.store, basket, &order.id).await?;
        rows::touch(&mut tx, &self.store, basket, stored.dated_on, stored.expires).await?;
        feed::announce(&mut tx, &self.store, basket, ChangedBy::Shop, self.clock.now()).await?;
        after_sales::announce(&mut tx, &self.store, &order.id, "placed", None, self.clock.now()).await?;
        tx.commit().await?;
        self.tell();
        self.orders_changed.notify_one();
        Ok(Ok(order))
    }

    pub(super) async fn book_payment(
        &self,
        id: &OrderId,
        news: &PaymentNews,
    ) -> Result<Option<Order>, ShopError> {
        let mut tx = self.write().await?;
        let Some(mut order) = order_rows::order(&mut tx, &self.store, id).await? else {
            return Ok(None);
        };
        if !order_rows::note_event(&mut tx, &self.store, id, news, self.clock.now()).await? {
            return Ok(Some(order));
        }
        let before = order.clone();
        let now = self.clock.now();
        learn(&mut order.payment, news);
        if news.rejected && can_still_be_rejected(&before) {
            order.status = OrderStatus::Rejected;
            self.give_back(&mut tx, id).await?;
        } else if news.rejected && before.status == OrderStatus::Accepted {
            tracing::warn!(order = %order.id, "the provider rejected an order that is paid or sent: karfa order attention lists it");
        } else if news.paid && order.status == OrderStatus::AwaitingPayment {
            order.status = OrderStatus::Accepted;
        }
        order_rows::update(&mut tx, &self.store, &order).await?;
        let owed = self.pay_back(&mut tx, &before, &order, news).await?;
        if owed && order.status == OrderStatus::Rejected {
            // The app that took the money hears once more that the order does not go ahead.
            after_sales::announce(&mut tx, &self.store, id, "updated", None, now).await?;
        }
        tx.commit().await?;
        if owed {
            self.orders_changed.notify_one();
        }
        if order.status != before.status && order.status == OrderStatus::Rejected {
            self.tell();
        }
        Ok(Some(order))
    }

    /// Has money go back that this news brought for an order that does not go ahead, or is paid already. Whether it
    /// brought such money.
    async fn pay_back(
        &self,
        conn: &mut SqliteConnection,
        before: &Order,
        order: &Order,
        news: &PaymentNews,
    ) -> Result<bool, ShopError> {
        if !news.paid {
            return Ok(false);
        }
        let over = matches!(order.status, OrderStatus::Rejected | OrderStatus::Completed);
        let now = self.clock.now();
        let Some(payment) = &news.payment_id else {
            return Ok(over && !before.payment.paid);
        };
        let new = refunds::note_payment(conn, &self.store, &order.id, payment, now).await?;
        let second = order.payment.payment_id.as_ref() != Some(payment);
        if !new || !(over || second) {
            return Ok(false);
        }
        tracing::warn!(order = %order.id, second, "money for an order that does not go ahead, or is paid already, goes back");
        let total = order.total.gross();
        if total.minor > 0 {
            refunds::insert(conn, &self.store, &order.id, payment, total, now).await?;
        }
        Ok(true)
    }

    /// Whether today's prices lack a code that the basket was told with.
    fn lapsed(&self, stored: &StoredBasket, priced: &Basket) -> Result<bool, ShopError> {
        let told = pricing::price(&self.catalogue, stored, stored.dated_on)?;
        Ok(told
            .promo_codes
            .iter()
            .any(|code| !priced.promo_codes.contains(code)))
    }

    /// Takes a line's pieces out of stock: how many were taken, or `None` if there are too few.
    async fn take(&self, conn: &mut SqliteConnection, line: &Line) -> Result<Option<u32>, ShopError> {
        if line.product.digital {
            return Ok(Some(0));
        }
        let id = &line.product.id;
        let left = rows::move_stock(conn, &self.store, id, -i64::from(line.quantity)).await?;
        let Some(left) = left else { return Ok(None) };
        self.stock_moved(conn, id, left.saturating_add(line.quantity), left)
            .await?;
        Ok(Some(line.quantity))
    }

    pub(super) async fn put_back(
        &self,
        conn: &mut SqliteConnection,
        product: &ProductId,
        pieces: u32,
    ) -> Result<(), ShopError> {
        if let Some(now) = rows::move_stock(conn, &self.store, product, i64::from(pieces)).await? {
            self.stock_moved(conn, product, now.saturating_sub(pieces), now)
                .await?;
        }
        Ok(())
    }

    /// Baskets tell the stock up to what one of them may hold: they have changed if that has.
    async fn stock_moved(
        &self,
        conn: &mut SqliteConnection,
        product: &ProductId,
        before: u32,
        after: u32,
    ) -> Result<(), ShopError> {
        let most = self
            .catalogue
            .article(product)
            .map_or(u32::MAX, |article| article.product.max_quantity);
        if before.min(most) != after.min(most) {
            feed::touch_holders(conn, &self.store, product, self.clock.now()).await?;
        }
        Ok(())
    }

    fn order_on(
        &self,
        terms: Terms,
        priced: Basket,
        sequence: i64,
        new: &NewOrder,
    ) -> Result<Order, ShopError> {
        let now = self.clock.now();
        let mut bytes = [0_u8; 10];
        (self.random)(&mut bytes);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
        let prefix = &self.catalogue.order_number_prefix;
        Ok(Order {
            id: OrderId::parse(&id.to_string()).map_err(|error| ShopError::Storage(Box::new(error)))?,
            number: format!("{prefix}-{}-{sequence:05}", self.today().year()),
            basket: priced.id,
            placed: now,
            status: if new.cash_on_delivery {
                OrderStatus::Accepted
            } else {
                OrderStatus::AwaitingPayment
            },
            lines: priced.lines,
            promo_codes: priced.promo_codes,
            base_total: priced.base_total,
            goods_total: priced.final_total,
            delivery_price: terms.delivery_price,
            delivery_offer: terms.offer,
            total: terms.total,
            request: new.clone(),
            payment: OrderPayment::default(),
            description: None,
            tracking: Vec::new(),
        })
    }
}

/// An order that is paid, sent or finished has been settled with the customer: a provider's deadline has no hold on it.
fn can_still_be_rejected(order: &Order) -> bool {
    match order.status {
        OrderStatus::AwaitingPayment => true,
        OrderStatus::Accepted => {
            order.request.cash_on_delivery && !order.payment.paid && order.tracking.is_empty()
        }
        OrderStatus::Completed | OrderStatus::Rejected => false,
    }
}

/// The first payment is the order's own: news of a try that was not paid, or of another payment, say nothing about it.
fn learn(payment: &mut OrderPayment, news: &PaymentNews) {
    if !news.paid {
        return;
    }
    payment.paid = true;
    if payment.payment_id.is_some() && payment.payment_id != news.payment_id {
        return;
    }
    for (known, told) in [
        (&mut payment.payment_id, &news.payment_id),
        (&mut payment.payment_reference, &news.payment_reference),
        (&mut payment.payment_method, &news.payment_method),
    ] {
        if known.is_none() {
            known.clone_from(told);
        }
    }
}
