//! The shop that karfa brings along: a catalogue in a file, and everything that changes in the database.
//!
//! Good for a small shop and for the demo; a merchant with a shop system of their own implements [`Shop`] over that.
//!
//! **Architecture invariant:** what a basket says follows from its row, the stock's, the catalogue and the day the basket is
//! dated on; the clock is not asked. Whatever changes one of these also gives the basket a new revision and a place in the
//! feed, so that a copy elsewhere can be told to be old.

/// What becomes of orders once they are placed.
mod after_sales;
/// What of the orders a person has to look at.
mod attention;
/// Additions, quantities, codes.
mod baskets;
/// Whether a catalogue's file is right.
mod check;
/// Whether a catalogue's products are right.
mod check_products;
/// Baskets and orders of customers with an account.
mod customers;
/// What codes take off.
mod discount;
/// The SQL of the feed of changes.
mod feed;
/// The catalogue's file as it is written.
mod file;
/// The catalogue as the shop uses it.
mod goods;
/// The SQL of orders.
mod order_rows;
/// Placing orders, and their payments.
mod orders;
/// From a stored basket to the basket as it is told.
mod pricing;
/// Money that goes back.
mod refunds;
/// What happens once a day: new dates, and an end to what has expired.
mod renewal;
/// The SQL of baskets and stock.
mod rows;
/// Whether an order can be placed as it is asked for.
mod terms;

#[cfg(test)]
mod tests;

pub use check::{CatalogueError, Problem};
pub use goods::Catalogue;

use super::model::{
    Basket, BasketChange, BasketId, ChangedBy, Edit, NewOrder, Order, OrderId, OrderRefusal, PaymentNews,
    Product, ProductId,
};
use super::{RandomBytes, Shop, ShopError};
use async_trait::async_trait;
use goods::Supply;
use jiff::Timestamp;
use jiff::civil::Date;
use provider_http::Clock;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// A follower of the feed looks at least this often, so that a new day is noticed.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A shop over a [`Catalogue`] and an SQLite database.
pub struct CatalogueShop {
    store: String,
    pool: SqlitePool,
    catalogue: Arc<Catalogue>,
    clock: Arc<dyn Clock>,
    random: RandomBytes,
    changed: Notify,
    orders_changed: Notify,
    renewed_on: Mutex<Option<Date>>,
}

impl std::fmt::Debug for CatalogueShop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CatalogueShop")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl CatalogueShop {
    /// Makes the tables that are missing, puts new products into stock, and opens the shop of `store`.
    ///
    /// The stock in the file is a beginning: pieces of a product that the database knows are left as they are.
    ///
    /// # Errors
    /// [`ShopError::Storage`].
    pub async fn open(
        pool: SqlitePool,
        store: &str,
        catalogue: Arc<Catalogue>,
        clock: Arc<dyn Clock>,
        random: RandomBytes,
    ) -> Result<Self, ShopError> {
        let mut migrator = sqlx::migrate!("migrations/shop");
        migrator.dangerous_set_table_name("shop_migration");
        migrator
            .run(&pool)
            .await
            .map_err(|error| ShopError::Storage(Box::new(error)))?;
        let shop = CatalogueShop {
            store: store.to_owned(),
            pool,
            catalogue,
            clock,
            random,
            changed: Notify::new(),
            orders_changed: Notify::new(),
            renewed_on: Mutex::new(None),
        };
        shop.stock_up().await?;
        Ok(shop)
    }

    /// First stock of new products; a new edition of the catalogue changes every basket.
    async fn stock_up(&self) -> Result<(), ShopError> {
        let mut tx = self.write().await?;
        for article in &self.catalogue.articles {
            if let Supply::Counted(pieces) = article.supply {
                rows::begin_stock(&mut tx, &self.store, &article.product.id, pieces).await?;
            }
        }
        let before = rows::note(&mut tx, &self.store, "edition").await?;
        if before.as_deref() != Some(&self.catalogue.edition) {
            rows::set_note(&mut tx, &self.store, "edition", &self.catalogue.edition).await?;
            feed::redate_open(&mut tx, &self.store, self.today(), None, self.clock.now()).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The shop's day.
    fn today(&self) -> Date {
        self.clock.now().to_zoned(self.catalogue.time_zone.clone()).date()
    }

    /// When a basket that changes now is forgotten.
    fn expiry(&self) -> Timestamp {
        let life = Duration::from_secs(u64::from(self.catalogue.basket_days) * 24 * 60 * 60);
        self.clock.now().checked_add(life).unwrap_or(Timestamp::MAX)
    }

    /// A transaction that writes: it waits for its turn at the beginning, not in the middle.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, ShopError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Wakes whoever follows the feed, now or at their next look.
    fn tell(&self) {
        self.changed.notify_waiters();
        self.changed.notify_one();
    }

    fn random_basket_id(&self) -> Result<BasketId, ShopError> {
        let mut bytes = [0_u8; 16];
        (self.random)(&mut bytes);
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        BasketId::parse(&hex).map_err(|error| ShopError::Storage(Box::new(error)))
    }
}

#[async_trait]
impl Shop for CatalogueShop {
    async fn product(&self, id: &ProductId) -> Result<Option<Product>, ShopError> {
        if self.catalogue.article(id).is_none() {
            return Ok(None);
        }
        let stock = rows::stock(&self.pool, &self.store).await?;
        Ok(pricing::product(&self.catalogue, id, |id| {
            stock.get(id.as_str()).copied().unwrap_or(0)
        }))
    }

    async fn products(&self) -> Result<Vec<Product>, ShopError> {
        let stock = rows::stock(&self.pool, &self.store).await?;
        let pieces = |id: &ProductId| stock.get(id.as_str()).copied().unwrap_or(0);
        let articles = self.catalogue.articles.iter();
        Ok(articles
            .filter_map(|article| pricing::product(&self.catalogue, &article.product.id, pieces))
            .collect())
    }

    async fn open_basket(&self) -> Result<BasketId, ShopError> {
        self.open_new_basket().await
    }

    async fn basket(&self, id: &BasketId) -> Result<Option<Basket>, ShopError> {
        self.read_basket(id).await
    }

    async fn edit(
        &self,
        basket: &BasketId,
        edits: &[Edit],
        request_id: &str,
        by: ChangedBy,
    ) -> Result<Basket, ShopError> {
        self.make_edits(basket, edits, request_id, by).await
    }

    async fn place_order(
        &self,
        basket: &BasketId,
        order: &NewOrder,
    ) -> Result<Result<Order, OrderRefusal>, ShopError> {
        let placed = self.place(basket, order).await?;
        if placed.is_err() {
            // A refusal may be about yesterday's prices and codes: the next read tells today's.
            self.renew().await?;
        }
        Ok(placed)
    }

    async fn order(&self, id: &OrderId) -> Result<Option<Order>, ShopError> {
        let mut conn = self.pool.acquire().await?;
        order_rows::order(&mut conn, &self.store, id).await
    }

    async fn order_of_basket(&self, basket: &BasketId) -> Result<Option<Order>, ShopError> {
        let mut conn = self.pool.acquire().await?;
        order_rows::order_of_basket(&mut conn, &self.store, basket).await
    }

    async fn record_payment(&self, order: &OrderId, news: &PaymentNews) -> Result<Option<Order>, ShopError> {
        self.book_payment(order, news).await
    }

    async fn basket_changes(&self, after: i64, limit: u32) -> Result<Vec<BasketChange>, ShopError> {
        self.renew().await?;
        feed::changes(&self.pool, &self.store, after, limit).await
    }

    async fn wait_for_basket_change(&self) {
        let _timed_out = tokio::time::timeout(LONGEST_WAIT, self.changed.notified()).await;
    }
}
