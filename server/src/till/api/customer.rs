//! Who the customer of the sale is: by scan, by what the cashier types, and whether they join the club.

use super::desk;
use super::rates::{Asker, TillRates};
use super::refusals::{failed, sentence};
use super::sale::{AtTill, check_request_id, one_more, run};
use crate::till::branch::Seat;
use crate::till::identify::{self, Unidentified};
use crate::till::machine::Command;
use crate::till::tills::Tills;
use crate::till::wallet::Customer;
use crate::web::problem::{JsonBody, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::till as paths;
use karfa_shared::till::{Action, CustomerKind, DeskView, Identify, ScanRequest, Scanned, ScannedWas};
use std::sync::Arc;

/// The customer of the sale, for those who have signed in.
pub(super) fn router() -> Router<AtTill> {
    Router::new()
        .route(paths::SCAN, post(scan))
        .route(paths::CUSTOMER, post(name).delete(forget))
        .route(paths::ENROLMENT, post(enrol).delete(leave))
}

/// `POST sale/scan`: goods or a customer.
async fn scan(
    seat: Seat,
    asker: Asker,
    State(rates): State<TillRates>,
    State(tills): State<Arc<Tills>>,
    JsonBody(scan): JsonBody<ScanRequest>,
) -> Result<Json<Scanned>, Problem> {
    check_request_id(&scan.request_id)?;
    let text = scan.text.trim();
    let (was, note) = if let Some(good) = seat.branch.goods.by_ean(text) {
        tills.edit(&seat, scan.request_id, vec![one_more(good)]).await?;
        (ScannedWas::Good, None)
    } else if identify::looks_like_goods(text) {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown_barcode",
            "The branch does not sell anything with this barcode.",
        ));
    } else {
        let kind = identify::kind_of_scan(text).map_err(unidentified)?;
        if asks_the_provider(kind) {
            asker.count(&rates.asks)?;
        }
        (
            ScannedWas::Customer,
            tills.name_customer(&seat, kind, text).await?,
        )
    };
    Ok(Json(Scanned {
        was,
        note: note.map(str::to_owned),
        desk: desk::read(seat, State(tills)).await?.0,
    }))
}

/// `POST sale/customer`.
async fn name(
    seat: Seat,
    asker: Asker,
    State(rates): State<TillRates>,
    State(tills): State<Arc<Tills>>,
    JsonBody(wish): JsonBody<Identify>,
) -> Result<Json<DeskView>, Problem> {
    if asks_the_provider(wish.kind) {
        asker.count(&rates.asks)?;
    }
    tills.name_customer(&seat, wish.kind, &wish.text).await?;
    desk::read(seat, State(tills)).await
}

/// Whose number a code stands for is asked; everything else says itself.
fn asks_the_provider(kind: CustomerKind) -> bool {
    kind == CustomerKind::PersonalQr
}

/// `DELETE sale/customer`.
async fn forget(seat: Seat, State(tills): State<Arc<Tills>>) -> Result<Json<DeskView>, Problem> {
    let (id, _) = tills.sale_at(&seat).await?;
    {
        let _turn = tills.register.turn_of_customers().await;
        run(&tills, &id, Command::Forget).await?;
        tills.register.forget_customer(&id).await.map_err(failed)?;
    }
    desk::read(seat, State(tills)).await
}

/// `POST sale/enrolment`.
async fn enrol(
    seat: Seat,
    asker: Asker,
    State(rates): State<TillRates>,
    State(tills): State<Arc<Tills>>,
) -> Result<Json<DeskView>, Problem> {
    let phone = tills.number_of_customer(&seat).await?;
    if seat.branch.club.is_none() {
        let detail = "The branch has no customer club.";
        return Err(Problem::new(StatusCode::CONFLICT, "no_club", detail));
    }
    asker.count(&rates.asks)?;
    if !tills.enrol(&seat.branch, &phone).await.map_err(failed)? {
        let detail = "The customer is a member already: nobody is asked.";
        return Err(Problem::new(StatusCode::CONFLICT, "member_already", detail));
    }
    desk::read(seat, State(tills)).await
}

/// `DELETE sale/enrolment`.
async fn leave(seat: Seat, State(tills): State<Arc<Tills>>) -> Result<Json<DeskView>, Problem> {
    let phone = tills.number_of_customer(&seat).await?;
    tills.leave_enrolment(&phone).await.map_err(failed)?;
    desk::read(seat, State(tills)).await
}

impl Tills {
    /// The number of the customer of the sale on a till's desk.
    async fn number_of_customer(&self, seat: &Seat) -> Result<PhoneNumber, Problem> {
        let (id, sale) = self.sale_at(seat).await?;
        match self.customer_of(&id, &sale).await.map_err(failed)? {
            Some(Customer::Phone(phone)) => Ok(phone),
            _ => Err(Problem::new(
                StatusCode::CONFLICT,
                "no_number",
                "The customer's number is not known: ask for it.",
            )),
        }
    }

    /// Makes somebody the customer of the sale on a till's desk, a new one if there is none. What the cashier should know
    /// about it, if anything.
    async fn name_customer(
        &self,
        seat: &Seat,
        kind: CustomerKind,
        text: &str,
    ) -> Result<Option<&'static str>, Problem> {
        let found = identify::identify(&seat.branch, &self.register, kind, text)
            .await
            .map_err(unidentified)?;
        let id = self.sale_or_new(seat).await.map_err(failed)?;
        let _turn = self.register.turn_of_customers().await;
        let before = self.load(&id).await.map_err(failed)?.state;
        let identify = Command::Identify { seen: found.seen };
        if !before.can().contains(&Action::Identify) {
            // The customer of a payment that is under way stays.
            return run(self, &id, identify).await.map(|()| found.note);
        }
        // Kept before the sale says it: who sees the new customer finds the number too. Until then it counts for nobody.
        let earlier = self.customer_of(&id, &before).await.map_err(failed)?;
        self.register
            .keep_customer(&id, &found.customer)
            .await
            .map_err(failed)?;
        if let Err(refusal) = run(self, &id, identify).await {
            let restored = match earlier {
                Some(customer) => self.register.keep_customer(&id, &customer).await,
                None => self.register.forget_customer(&id).await.map(drop),
            };
            restored.map_err(failed)?;
            return Err(refusal);
        }
        Ok(found.note)
    }
}

fn unidentified(why: Unidentified) -> Problem {
    let status = match why {
        Unidentified::NotHere => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, why.code(), sentence(&why.to_string()))
}
