//! Watching a link change: over a websocket, or by long polls. Both ask for a view newer than a cursor.

use super::failed;
use super::visit::Visit;
use crate::checkout::link::Link;
use crate::checkout::{Checkout, CheckoutError};
use crate::engine::machine::Machine as _;
use crate::shop::model::BasketId;
use crate::web::live::{Live, NextView};
use crate::web::problem::{Problem, QueryString};
use async_trait::async_trait;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::StatusCode;
use axum::response::Response;
use karfa_shared::widget::LinkView;
use serde::Deserialize;
use std::sync::Arc;
use tokio::time::Instant;

/// What is observed, and from where.
#[derive(Debug, Deserialize)]
pub(super) struct Observed {
    basket: String,
    #[serde(default)]
    after: i64,
}

/// `GET observe`: a newer view, or 204.
pub(super) async fn long_poll(
    State(live): State<Live>,
    visit: Visit,
    QueryString(observed): QueryString<Observed>,
) -> Result<Response, Problem> {
    let watched = Watched::by(&visit, &observed.basket).await?;
    live.long_poll(&observed.basket, observed.after, watched).await
}

/// `GET live`: every newer view, as it comes.
pub(super) async fn websocket(
    State(live): State<Live>,
    visit: Visit,
    QueryString(observed): QueryString<Observed>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let watched = Watched::by(&visit, &observed.basket).await?;
    live.websocket(upgrade, &observed.basket, observed.after, watched)
}

/// One basket's link, watched by its own session.
struct Watched {
    checkout: Arc<Checkout>,
    basket: BasketId,
}

impl Watched {
    async fn by(visit: &Visit, basket: &str) -> Result<Self, Problem> {
        let foreign = || {
            Problem::new(
                StatusCode::FORBIDDEN,
                "foreign_basket",
                "This basket is not of your session: load the page again.",
            )
        };
        let basket = BasketId::parse(basket).map_err(|_| foreign())?;
        if !visit.shopper.owns(&basket).await.map_err(failed)? {
            return Err(foreign());
        }
        Ok(Watched {
            checkout: visit.checkout.clone(),
            basket,
        })
    }
}

#[async_trait]
impl NextView for Watched {
    type View = LinkView;
    type Error = CheckoutError;

    async fn next(&self, after: i64, deadline: Instant) -> Result<Option<(i64, LinkView)>, CheckoutError> {
        let checkout = &self.checkout;
        let id = self.basket.as_str();
        let news = checkout
            .engine
            .wait_after(&checkout.store, Link::KIND, id, after, deadline)
            .await?;
        if news.is_none() {
            return Ok(None);
        }
        let view = checkout.view(&self.basket).await?;
        Ok(Some((view.cursor, view)))
    }
}
