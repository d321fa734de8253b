//! Watching a till's desk change: over a websocket, or by long polls. Several windows of one till see the same. It ends with
//! the seat that it is watched from.

use super::session::{Seats, Sitting, not_signed_in};
use crate::engine::machine::Machine as _;
use crate::till::branch::Seat;
use crate::till::desk::desk_id;
use crate::till::desk::machine::Desk;
use crate::till::membership::machine::Membership;
use crate::till::sale::Sale;
use crate::till::tills::{TillError, Tills};
use crate::web::live::{Live, NextView};
use crate::web::problem::{Problem, QueryString};
use async_trait::async_trait;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use karfa_shared::till::DeskView;
use serde::Deserialize;
use std::sync::Arc;
use tokio::time::Instant;
use tower_sessions::Session;

/// From where on.
#[derive(Debug, Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: i64,
}

/// `GET live`: every newer view as it comes, or, without an upgrade, one newer view or 204.
pub(super) async fn live(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    State(live): State<Live>,
    State(seats): State<Seats>,
    session: Session,
    QueryString(After { after }): QueryString<After>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let key = format!("{}/{}", tills.store, desk_id(&seat));
    let sitting = seats.watch(&session).await?.ok_or_else(not_signed_in)?;
    let watched = WatchedDesk { tills, seat, sitting };
    match upgrade {
        Ok(upgrade) => live.websocket(upgrade, &key, after, watched),
        Err(_) => live.long_poll(&key, after, watched).await,
    }
}

/// One till's desk, the sale on it, and the membership of its customer.
struct WatchedDesk {
    tills: Arc<Tills>,
    seat: Seat,
    sitting: Sitting,
}

/// Why a desk is not shown.
#[derive(Debug, thiserror::Error)]
enum NotShown {
    #[error(transparent)]
    Failed(#[from] TillError),
    #[error("nobody is signed in any more")]
    SeatLeft,
}

#[async_trait]
impl NextView for WatchedDesk {
    type View = DeskView;
    type Error = NotShown;

    async fn next(&self, after: i64, deadline: Instant) -> Result<Option<(i64, DeskView)>, NotShown> {
        loop {
            if !self.sitting.is_taken() {
                return Err(NotShown::SeatLeft);
            }
            // Read before the view: what stands on the desk by then is what the view is of, or news.
            let sale = self.tills.desk(&self.seat).await?.state.sale;
            let view = self.tills.desk_view(&self.seat).await?;
            if view.cursor > after {
                return Ok(Some((view.cursor, view)));
            }
            let has_news = tokio::select! {
                has_news = self.has_news(sale, after, deadline) => has_news?,
                () = self.sitting.left() => return Err(NotShown::SeatLeft),
            };
            if !has_news {
                return Ok(None);
            }
        }
    }

    fn is_over(error: &NotShown) -> bool {
        matches!(error, NotShown::SeatLeft)
    }
}

impl WatchedDesk {
    /// Waits until something of what is seen has changed; `false` at the deadline. The sale may be on the desk without
    /// having been begun: it is not shown then, and its first line is news.
    async fn has_news(&self, sale: Option<String>, after: i64, deadline: Instant) -> Result<bool, TillError> {
        let Tills { engine, store, .. } = self.tills.as_ref();
        let desk = desk_id(&self.seat);
        let desk = engine.wait_after(store, Desk::KIND, &desk, after, deadline);
        let Some(sale) = sale else {
            return Ok(desk.await?.is_some());
        };
        // A customer whose number is not known has no membership: nothing comes from there.
        let customer = self.tills.load(&sale).await?.state.customer;
        let member = customer.map_or_else(String::new, |seen| seen.digest);
        let member = engine.wait_after(store, Membership::KIND, &member, after, deadline);
        let sale = engine.wait_after(store, Sale::KIND, &sale, after, deadline);
        tokio::select! {
            news = desk => Ok(news?.is_some()),
            news = sale => Ok(news?.is_some()),
            news = member => Ok(news?.is_some()),
        }
    }
}
