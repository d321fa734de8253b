//! A sale by its id, as the day's list has it: read, and its money taken, released or given back, whether it stands on a desk
//! or not.

use super::looked_up::looked_up;
use super::refusals::failed;
use super::sale::{AtTill, check_request_id, run, wait, wait_for};
use crate::till::branch::Seat;
use crate::till::machine::Command;
use crate::till::sale::{Sale, StrayMoney};
use crate::till::tills::Tills;
use crate::web::problem::{JsonBody, PathParams, Problem, not_found};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use karfa_shared::till::{Action, AmountWish, RefundWish, SALES, SaleView, StrayWish};
use std::sync::Arc;

/// Sales by their ids, for those who have signed in.
pub(super) fn router() -> Router<AtTill> {
    let below = |path: &str| format!("{SALES}/{{id}}{path}");
    Router::new()
        .route(&below(""), get(read))
        .route(&below("/capture"), post(capture))
        .route(&below("/cancel"), post(cancel))
        .route(&below("/refund"), post(refund))
        .route(&below("/looked-up"), post(looked_up))
        .route(&below("/give-back"), post(give_back))
}

/// `GET sales/{id}`.
async fn read(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    PathParams(id): PathParams<String>,
) -> Result<Json<SaleView>, Problem> {
    of_branch(&tills, &seat, &id).await?;
    of_id(&tills, &id).await
}

/// `POST sales/{id}/capture`: takes what the customer has agreed to, of a sale that left the desk before it was taken. Of one
/// that stands on a desk whoever sits there decides.
async fn capture(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    PathParams(id): PathParams<String>,
    JsonBody(wish): JsonBody<AmountWish>,
) -> Result<Json<SaleView>, Problem> {
    off_desk(&of_branch(&tills, &seat, &id).await?)?;
    let amount_minor = wish.amount_minor;
    run(&tills, &id, Command::Capture { amount_minor }).await?;
    wait(&tills, &id, |payment| payment.capture_under_way.is_none()).await?;
    of_id(&tills, &id).await
}

/// `POST sales/{id}/cancel`: releases it, of such a sale.
async fn cancel(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    PathParams(id): PathParams<String>,
) -> Result<Json<SaleView>, Problem> {
    off_desk(&of_branch(&tills, &seat, &id).await?)?;
    run(&tills, &id, Command::Cancel).await?;
    wait(&tills, &id, |payment| !payment.cancelling).await?;
    of_id(&tills, &id).await
}

/// `POST sales/{id}/refund`: gives money back.
async fn refund(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    PathParams(id): PathParams<String>,
    JsonBody(wish): JsonBody<RefundWish>,
) -> Result<Json<SaleView>, Problem> {
    check_request_id(&wish.request_id)?;
    of_branch(&tills, &seat, &id).await?;
    let refund = Command::Refund {
        request_id: wish.request_id,
        amount_minor: wish.amount_minor,
    };
    run(&tills, &id, refund).await?;
    wait(&tills, &id, |payment| payment.refund_under_way().is_none()).await?;
    of_id(&tills, &id).await
}

/// `POST sales/{id}/give-back`: gives money back that nobody waited for, once more.
async fn give_back(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    PathParams(id): PathParams<String>,
    JsonBody(wish): JsonBody<StrayWish>,
) -> Result<Json<SaleView>, Problem> {
    of_branch(&tills, &seat, &id).await?;
    let attempt = wish.attempt;
    run(&tills, &id, Command::GiveBack { attempt }).await?;
    let is_settled = move |sale: &Sale| {
        let stray = sale.stray(attempt);
        stray.is_none_or(|stray| stray.money != Some(StrayMoney::GivingBack))
    };
    wait_for(&tills, &id, is_settled).await?;
    of_id(&tills, &id).await
}

/// A sale of another branch is as good as none.
pub(super) async fn of_branch(tills: &Tills, seat: &Seat, id: &str) -> Result<Sale, Problem> {
    let sale = tills.load(id).await.map_err(failed)?.state;
    let branch = sale.facts.as_ref().map(|facts| facts.branch.as_str());
    if branch == Some(seat.branch.id.as_str()) {
        Ok(sale)
    } else {
        Err(not_found())
    }
}

/// A sale that has left its desk never comes back to one.
fn off_desk(sale: &Sale) -> Result<(), Problem> {
    if sale.ended.is_some() {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::CONFLICT,
        "on_a_desk",
        "The sale stands on a desk: take or cancel its payment there.",
    ))
}

/// What the page is shown of it.
pub(super) async fn of_id(tills: &Tills, id: &str) -> Result<Json<SaleView>, Problem> {
    let (_, view) = tills.sale_view(id).await.map_err(failed)?;
    let mut view = view.ok_or_else(not_found)?;
    if off_desk(&tills.load(id).await.map_err(failed)?.state).is_err() {
        view.can
            .retain(|action| !matches!(action, Action::Capture | Action::Cancel));
    }
    Ok(Json(view))
}
