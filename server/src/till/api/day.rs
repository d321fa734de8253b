//! The day's list and its comparison with the providers.

use super::rates::{Asker, TillRates};
use super::refusals::failed;
use super::sale::AtTill;
use crate::till::branch::Seat;
use crate::till::day::Day;
use crate::till::tills::Tills;
use crate::web::problem::{Problem, QueryString};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::civil::Date;
use karfa_shared::till as paths;
use karfa_shared::till::DayView;
use serde::Deserialize;
use std::sync::Arc;

/// Which day.
#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default)]
    date: Option<String>,
}

/// The day's list, for those who have signed in.
pub(super) fn router() -> Router<AtTill> {
    Router::new()
        .route(paths::DAY, get(show))
        .route(paths::DAY_COMPARED, post(compare))
}

/// `GET day`.
async fn show(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    QueryString(which): QueryString<Which>,
) -> Result<Json<DayView>, Problem> {
    let day = which.day(&tills, &seat)?;
    Ok(Json(tills.day(&seat, day).await.map_err(failed)?))
}

/// `POST day/compare`.
async fn compare(
    seat: Seat,
    asker: Asker,
    State(rates): State<TillRates>,
    State(tills): State<Arc<Tills>>,
    QueryString(which): QueryString<Which>,
) -> Result<Json<DayView>, Problem> {
    let day = which.day(&tills, &seat)?;
    asker.count(&rates.comparisons)?;
    Ok(Json(tills.compared_day(&seat, day).await.map_err(failed)?))
}

impl Which {
    fn day(&self, tills: &Tills, seat: &Seat) -> Result<Day, Problem> {
        let date = match self.date.as_deref().filter(|date| !date.is_empty()) {
            None => Some(Day::date_at(&seat.branch, tills.engine.now())),
            Some(text) => text.parse::<Date>().ok(),
        };
        date.and_then(|date| Day::of(&seat.branch, date)).ok_or_else(|| {
            let detail = "Write the date like 2026-11-22.";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "date", detail)
        })
    }
}
