//! What the branch sells.

use crate::till::branch::Seat;
use axum::routing::get;
use axum::{Json, Router};
use karfa_shared::till::{GOODS, Goods};

/// `GET` [`Goods`].
pub(super) fn router() -> Router {
    Router::new().route(GOODS, get(show))
}

async fn show(seat: Seat) -> Json<Goods> {
    Json(seat.branch.goods.view())
}
