//! The baskets of a session: the newest is the one that is being filled, those before it were ordered.
//!
//! A session in which a customer has signed in follows the customer's basket, whichever device it was begun on.

use crate::shop::model::{BasketId, CustomerId};
use crate::shop::{Shop, ShopError};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use super::problem::Problem;

/// The session's key for the ids of its baskets, the newest last.
const BASKETS: &str = "baskets";
/// The session's key for the last basket whose order the page was thanked for.
const THANKED: &str = "thanked";
/// The session's key for the customer who has signed in.
const CUSTOMER: &str = "customer";
/// A session remembers so many baskets.
const MOST: usize = 8;

/// The session's baskets could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ShopperError {
    /// The session's storage failed.
    #[error("the session cannot be read or written")]
    Session(#[from] SessionError),
    /// The shop failed.
    #[error(transparent)]
    Shop(#[from] ShopError),
}

/// Whoever has this session.
#[derive(Clone, Debug)]
pub struct Shopper {
    session: Session,
}

impl<S: Send + Sync> FromRequestParts<S> for Shopper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let session = Session::from_request_parts(parts, state)
            .await
            .map_err(|(_, why)| {
                tracing::error!(why, "a request came without a session layer");
                Problem::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "The shop failed: try again in a moment.",
                )
            })?;
        Ok(Shopper { session })
    }
}

impl Shopper {
    /// The newest basket, ordered or not. Starts no session.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn newest(&self) -> Result<Option<BasketId>, ShopperError> {
        Ok(self.baskets().await?.pop())
    }

    /// The basket that is being filled: a new one if there is none yet, or if the newest was ordered.
    ///
    /// # Errors
    /// When the session or the shop fails.
    pub async fn current_or_new(&self, shop: &dyn Shop) -> Result<BasketId, ShopperError> {
        if let Some(basket) = self.current(shop).await? {
            return Ok(basket);
        }
        let opened = match self.customer().await? {
            Some(customer) => shop.basket_of_customer_or_new(&customer).await?,
            None => shop.open_basket().await?,
        };
        self.go_on_with(&opened).await?;
        // At once, not at the request's end: another tab must not write over it while this one waits for a provider.
        self.session.save().await?;
        Ok(opened)
    }

    /// The customer who has signed in. Starts no session.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn customer(&self) -> Result<Option<CustomerId>, ShopperError> {
        Ok(self.session.get(CUSTOMER).await?)
    }

    /// Makes the session a customer's, who goes on with `basket`. The session has a new id from then on: whoever knew the
    /// old one, and may have planted it, knows nothing (session fixation). What it knew of another customer is forgotten.
    ///
    /// # Errors
    /// When the session fails.
    pub async fn sign_in(
        &self,
        customer: &CustomerId,
        basket: Option<&BasketId>,
    ) -> Result<(), ShopperError> {
        if self.customer().await?.is_some_and(|before| before != *customer) {
            self.session.clear().await;
        }
        self.session.cycle_id().await?;
        self.session.insert(CUSTOMER, customer).await?;
        if let Some(basket) = basket {
            self.go_on_with(basket).await?;
        }
        self.session.save().await?;
        Ok(())
    }

    /// Ends the session with all it knows. The account keeps its basket.
    ///
    /// # Errors
    /// When the session fails.
    pub async fn sign_out(&self) -> Result<(), ShopperError> {
        Ok(self.session.flush().await?)
    }

    /// Follows the basket of the customer who has signed in, if there is one: it may go on under another id, because of
    /// what was done on another device.
    async fn catch_up(&self, shop: &dyn Shop) -> Result<(), ShopperError> {
        let Some(customer) = self.customer().await? else {
            return Ok(());
        };
        let Some(current) = shop.basket_of_customer(&customer).await? else {
            return Ok(());
        };
        if self.newest().await?.as_ref() != Some(&current) {
            self.go_on_with(&current).await?;
            self.session.save().await?;
        }
        Ok(())
    }

    /// Makes a basket the newest.
    async fn go_on_with(&self, basket: &BasketId) -> Result<(), ShopperError> {
        let mut baskets = self.baskets().await?;
        baskets.retain(|known| known != basket);
        baskets.push(basket.clone());
        let kept: Vec<BasketId> = baskets.split_off(baskets.len().saturating_sub(MOST));
        self.session.insert(BASKETS, kept).await?;
        Ok(())
    }

    /// The basket that is being filled, if there is one. Starts no session.
    ///
    /// # Errors
    /// When the session or the shop fails.
    pub async fn current(&self, shop: &dyn Shop) -> Result<Option<BasketId>, ShopperError> {
        let Some(newest) = self.newest().await? else {
            return Ok(None);
        };
        let open = shop
            .basket(&newest)
            .await?
            .is_some_and(|basket| basket.order.is_none());
        Ok(Some(newest).filter(|_| open))
    }

    /// Whether a basket is of this session.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn owns(&self, basket: &BasketId) -> Result<bool, ShopperError> {
        Ok(self.baskets().await?.contains(basket))
    }

    /// Whether the shopper has yet to be thanked for a basket's order. `true` once.
    ///
    /// # Errors
    /// When the session fails.
    pub async fn thank_once(&self, basket: &BasketId) -> Result<bool, ShopperError> {
        let thanked: Option<BasketId> = self.session.get(THANKED).await?;
        if thanked.as_ref() == Some(basket) {
            return Ok(false);
        }
        self.session.insert(THANKED, basket).await?;
        Ok(true)
    }

    async fn baskets(&self) -> Result<Vec<BasketId>, ShopperError> {
        Ok(self.session.get(BASKETS).await?.unwrap_or_default())
    }
}

/// A layer that lets the session of a customer with an account follow the customer's basket. To be layered inside the
/// session's.
pub async fn follow_customer(
    State(shop): State<Arc<dyn Shop>>,
    shopper: Shopper,
    request: Request,
    next: Next,
) -> Response {
    if let Err(error) = shopper.catch_up(shop.as_ref()).await {
        // The page then shows the basket that the session knows.
        tracing::error!(%error, "a session cannot follow its customer's basket");
    }
    next.run(request).await
}
