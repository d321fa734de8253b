//! Baskets: opened, read, and changed. Each change is one transaction.

use super::goods::{Article, Supply};
use super::pricing::{self, StoredBasket};
use super::{CatalogueShop, feed, rows};
use crate::shop::ShopError;
use crate::shop::model::{Basket, BasketId, ChangedBy, Edit, ProductId};
use karfa_shared::money::MoneyError;
use sqlx::sqlite::SqliteConnection;

/// The most codes in one basket.
pub(super) const MOST_CODES: usize = 10;

impl From<MoneyError> for ShopError {
    fn from(error: MoneyError) -> Self {
        ShopError::Storage(Box::new(error))
    }
}

impl CatalogueShop {
    pub(super) async fn open_new_basket(&self) -> Result<BasketId, ShopError> {
        let id = self.random_basket_id()?;
        let mut conn = self.pool.acquire().await?;
        rows::insert_basket(
            &mut conn,
            &self.store,
            &id,
            self.today(),
            self.clock.now(),
            self.expiry(),
        )
        .await?;
        Ok(id)
    }

    pub(super) async fn read_basket(&self, id: &BasketId) -> Result<Option<Basket>, ShopError> {
        // One transaction, so that lines, codes and stock are of one moment.
        let mut tx = self.pool.begin().await?;
        let stored = rows::basket(&mut tx, &self.store, id, self.clock.now()).await?;
        tx.rollback().await?;
        Ok(stored
            .map(|stored| pricing::price(&self.catalogue, &stored, stored.dated_on))
            .transpose()?)
    }

    pub(super) async fn make_edits(
        &self,
        id: &BasketId,
        edits: &[Edit],
        request_id: &str,
        by: ChangedBy,
    ) -> Result<Basket, ShopError> {
        let mut tx = self.write().await?;
        let stored = self.stored(&mut tx, id).await?;
        if !rows::note_request(&mut tx, &self.store, id, request_id).await? {
            return Ok(pricing::price(&self.catalogue, &stored, stored.dated_on)?);
        }
        if stored.order.is_some() {
            return Err(ShopError::BasketOrdered);
        }
        let mut changed = false;
        for edit in edits {
            let edit = match edit {
                Edit::Dated { topic, at, edit } => {
                    if !rows::note_topic(&mut tx, &self.store, id, topic, *at).await? {
                        continue;
                    }
                    edit.as_ref()
                }
                edit => edit,
            };
            changed |= match edit {
                Edit::Add { product, quantity } => self.add(&mut tx, id, product, *quantity).await?,
                Edit::SetQuantity { product, quantity } => self.set(&mut tx, id, product, *quantity).await?,
                Edit::SetPromoCodes(codes) => self.set_codes(&mut tx, id, codes).await?,
                // A date within a date says nothing.
                Edit::Dated { .. } => false,
            };
        }
        if changed {
            rows::touch(&mut tx, &self.store, id, self.today(), self.expiry()).await?;
            feed::announce(&mut tx, &self.store, id, by, self.clock.now()).await?;
        }
        let stored = self.stored(&mut tx, id).await?;
        let basket = pricing::price(&self.catalogue, &stored, stored.dated_on)?;
        tx.commit().await?;
        if changed {
            self.tell();
        }
        Ok(basket)
    }

    async fn add(
        &self,
        conn: &mut SqliteConnection,
        id: &BasketId,
        product: &ProductId,
        quantity: u32,
    ) -> Result<bool, ShopError> {
        let before = rows::quantity(conn, &self.store, id, product).await?;
        self.for_sale(product)?;
        self.set(conn, id, product, before.saturating_add(quantity)).await
    }

    /// Sets a line, if there are so many pieces and one basket may hold them. `false` if it is so already.
    async fn set(
        &self,
        conn: &mut SqliteConnection,
        id: &BasketId,
        product: &ProductId,
        quantity: u32,
    ) -> Result<bool, ShopError> {
        if rows::quantity(conn, &self.store, id, product).await? == quantity {
            return Ok(false);
        }
        if quantity == 0 {
            rows::remove_line(conn, &self.store, id, product).await?;
            return Ok(true);
        }
        let article = self.for_sale(product)?;
        if article.supply != Supply::Endless {
            let available = rows::pieces(conn, &self.store, product).await?.unwrap_or(0);
            if quantity > available {
                return Err(ShopError::OutOfStock { available });
            }
        }
        let most = article.product.max_quantity;
        if quantity > most {
            return Err(ShopError::TooMany { most });
        }
        rows::set_line(conn, &self.store, id, product, quantity).await?;
        Ok(true)
    }

    /// Replaces the codes, if all of them apply. `false` if these are the codes already.
    async fn set_codes(
        &self,
        conn: &mut SqliteConnection,
        id: &BasketId,
        codes: &[String],
    ) -> Result<bool, ShopError> {
        let stored = self.stored(conn, id).await?;
        let goods = pricing::price(&self.catalogue, &stored, stored.dated_on)?
            .promo_total
            .gross();
        let today = self.today();
        let mut wanted: Vec<String> = Vec::new();
        for typed in codes {
            let code = typed.trim().to_uppercase();
            let applies = self
                .catalogue
                .code(&code)
                .is_some_and(|rule| rule.applies(today, goods));
            if !applies || wanted.len() >= MOST_CODES {
                return Err(ShopError::BadPromoCode { code: typed.clone() });
            }
            if !wanted.contains(&code) {
                wanted.push(code);
            }
        }
        if wanted == stored.codes {
            return Ok(false);
        }
        rows::set_codes(conn, &self.store, id, &wanted).await?;
        Ok(true)
    }

    /// What can be put into a basket under this id.
    fn for_sale(&self, product: &ProductId) -> Result<&Article, ShopError> {
        let article = self.catalogue.article(product).ok_or(ShopError::UnknownProduct)?;
        if article.supply == Supply::Variants {
            Err(ShopError::OptionsMissing)
        } else {
            Ok(article)
        }
    }

    async fn stored(&self, conn: &mut SqliteConnection, id: &BasketId) -> Result<StoredBasket, ShopError> {
        rows::basket(conn, &self.store, id, self.clock.now())
            .await?
            .ok_or(ShopError::UnknownBasket)
    }
}
