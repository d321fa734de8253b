//! Baskets and orders of customers with an account.

use super::goods::Supply;
use super::pricing::{self, StoredBasket, StoredLine};
use super::rows::unreadable;
use super::{CatalogueShop, feed, order_rows, rows};
use crate::shop::ShopError;
use crate::shop::customers::{Adopted, Customers, Keep, LeftOut};
use crate::shop::model::{BasketId, ChangedBy, CustomerId, Order};
use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Row as _, query};

#[async_trait]
impl Customers for CatalogueShop {
    async fn basket_of_customer(&self, customer: &CustomerId) -> Result<Option<BasketId>, ShopError> {
        let mut conn = self.pool.acquire().await?;
        open_basket(&mut conn, &self.store, customer, self.clock.now()).await
    }

    async fn basket_of_customer_or_new(&self, customer: &CustomerId) -> Result<BasketId, ShopError> {
        let mut tx = self.write().await?;
        let now = self.clock.now();
        if let Some(open) = open_basket(&mut tx, &self.store, customer, now).await? {
            return Ok(open);
        }
        let id = self.random_basket_id()?;
        rows::insert_basket(&mut tx, &self.store, &id, self.today(), now, self.expiry()).await?;
        claim(&mut tx, &self.store, customer, &id).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn adopt_basket(
        &self,
        customer: &CustomerId,
        guest: Option<&BasketId>,
        keep: Keep,
    ) -> Result<Adopted, ShopError> {
        let mut tx = self.write().await?;
        let own = open_basket(&mut tx, &self.store, customer, self.clock.now()).await?;
        let guest = match guest {
            Some(guest) => self.adoptable(&mut tx, customer, guest).await?,
            None => None,
        };
        let adopted = match (own, guest) {
            (own, None) => Adopted {
                basket: own,
                left_out: Vec::new(),
            },
            (Some(own), Some(guest)) if own != guest.id => {
                let own = self.stored_or_gone(&mut tx, &own).await?;
                let (kept, ended) = match keep {
                    Keep::Guest => (guest, own),
                    Keep::Account => (own, guest),
                };
                let left_out = self.merge(&mut tx, &kept, &ended).await?;
                claim(&mut tx, &self.store, customer, &kept.id).await?;
                Adopted {
                    basket: Some(kept.id),
                    left_out,
                }
            }
            (_, Some(guest)) => {
                claim(&mut tx, &self.store, customer, &guest.id).await?;
                Adopted {
                    basket: Some(guest.id),
                    left_out: Vec::new(),
                }
            }
        };
        tx.commit().await?;
        self.tell();
        Ok(adopted)
    }

    async fn orders_of_customer(&self, customer: &CustomerId, limit: u32) -> Result<Vec<Order>, ShopError> {
        let mut conn = self.pool.acquire().await?;
        order_rows::orders_of_customer(&mut conn, &self.store, customer, limit).await
    }
}

impl CatalogueShop {
    /// A guest's basket that `customer` may be given: open, and nobody else's.
    async fn adoptable(
        &self,
        conn: &mut SqliteConnection,
        customer: &CustomerId,
        guest: &BasketId,
    ) -> Result<Option<StoredBasket>, ShopError> {
        let owner = owner(conn, &self.store, guest).await?;
        if owner.is_some_and(|owner| owner != customer.as_str()) {
            return Ok(None);
        }
        let stored = rows::basket(conn, &self.store, guest, self.clock.now()).await?;
        Ok(stored.filter(|stored| stored.order.is_none()))
    }

    async fn stored_or_gone(
        &self,
        conn: &mut SqliteConnection,
        id: &BasketId,
    ) -> Result<StoredBasket, ShopError> {
        rows::basket(conn, &self.store, id, self.clock.now())
            .await?
            .ok_or(ShopError::UnknownBasket)
    }

    /// Adds what is in `ended` to `kept`, and ends it. What `kept` has already, it keeps.
    async fn merge(
        &self,
        conn: &mut SqliteConnection,
        kept: &StoredBasket,
        ended: &StoredBasket,
    ) -> Result<Vec<LeftOut>, ShopError> {
        let mut left_out = Vec::new();
        for line in &ended.lines {
            left_out.extend(self.move_line(conn, &kept.id, line).await?);
        }
        self.merge_codes(conn, kept, ended).await?;
        rows::touch(conn, &self.store, &kept.id, self.today(), self.expiry()).await?;
        feed::announce(conn, &self.store, &kept.id, ChangedBy::Shop, self.clock.now()).await?;
        feed::forget(conn, &self.store, &ended.id, self.clock.now()).await?;
        Ok(left_out)
    }

    /// Adds a line's pieces as far as there is room; the rest is told.
    async fn move_line(
        &self,
        conn: &mut SqliteConnection,
        kept: &BasketId,
        line: &StoredLine,
    ) -> Result<Option<LeftOut>, ShopError> {
        // What the catalogue no longer has was no longer in the basket either.
        let Some(article) = self.catalogue.article(&line.product) else {
            return Ok(None);
        };
        let in_stock = match article.supply {
            Supply::Counted(_) => line.pieces.unwrap_or(0),
            Supply::Endless => u32::MAX,
            Supply::Variants => return Ok(None),
        };
        let before = rows::quantity(conn, &self.store, kept, &line.product).await?;
        let wanted = before.saturating_add(line.quantity);
        let now = wanted.min(article.product.max_quantity).min(in_stock).max(before);
        if now > before {
            rows::set_line(conn, &self.store, kept, &line.product, now).await?;
        }
        Ok((wanted > now).then(|| LeftOut {
            product: article.product.clone(),
            pieces: wanted - now,
        }))
    }

    /// The codes of both baskets, those that apply to what is in it now.
    async fn merge_codes(
        &self,
        conn: &mut SqliteConnection,
        kept: &StoredBasket,
        ended: &StoredBasket,
    ) -> Result<(), ShopError> {
        let merged = self.stored_or_gone(conn, &kept.id).await?;
        let goods = pricing::price(&self.catalogue, &merged, merged.dated_on)?
            .promo_total
            .gross();
        let mut codes = kept.codes.clone();
        for rule in pricing::applying(&self.catalogue, &ended.codes, self.today(), goods) {
            if !codes.contains(&rule.code) {
                codes.push(rule.code.clone());
            }
        }
        codes.truncate(super::baskets::MOST_CODES);
        if codes != kept.codes {
            rows::set_codes(conn, &self.store, &kept.id, &codes).await?;
        }
        Ok(())
    }
}

async fn open_basket(
    conn: &mut SqliteConnection,
    store: &str,
    customer: &CustomerId,
    now: Timestamp,
) -> Result<Option<BasketId>, ShopError> {
    let row = query(
        "select basket.id from customer_basket owned join basket
              on basket.store = owned.store and basket.id = owned.basket
         where owned.store = ? and owned.customer = ? and basket.order_id is null and basket.expires_at > ?
         order by owned.position desc limit 1",
    )
    .bind(store)
    .bind(customer.as_str())
    .bind(rows::moment(now))
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let id: String = row.try_get("id")?;
    Ok(Some(BasketId::parse(&id).map_err(|_| unreadable("basket"))?))
}

async fn owner(
    conn: &mut SqliteConnection,
    store: &str,
    basket: &BasketId,
) -> Result<Option<String>, ShopError> {
    let row = query("select customer from customer_basket where store = ? and basket = ?")
        .bind(store)
        .bind(basket.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok(row.try_get("customer")?)).transpose()
}

async fn claim(
    conn: &mut SqliteConnection,
    store: &str,
    customer: &CustomerId,
    basket: &BasketId,
) -> Result<(), ShopError> {
    query("insert into customer_basket (store, customer, basket) values (?, ?, ?) on conflict do nothing")
        .bind(store)
        .bind(customer.as_str())
        .bind(basket.as_str())
        .execute(conn)
        .await?;
    Ok(())
}
