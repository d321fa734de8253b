//! Reading, confirming and unlinking a basket.

use super::refusal::Refused;
use super::signed::Signed;
use super::{answer, find_basket};
use crate::checkout::link::{Client, Link};
use crate::checkout::machine::{Command, Refusal};
use crate::checkout::translate::{self, basket::Notice};
use crate::checkout::{Checkout, translate::order::phone};
use crate::shop::model::{Basket, BasketId};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use inpost_pay::wire::binding::{Confirmation, ConfirmationStatus};
use inpost_pay::wire::error::MerchantErrorCode;

/// `GET /v1/izi/basket/{id}`: before every order InPost compares this with its copy.
pub(super) async fn read(Path(id): Path<String>, call: Signed) -> Result<Response, Refused> {
    let basket = find_basket(&call.checkout, &id).await?;
    full_basket(&call.checkout, &basket).await
}

/// `POST /v1/izi/basket/{id}/confirmation`: the shopper has approved or refused.
pub(super) async fn confirm(Path(id): Path<String>, call: Signed) -> Result<Response, Refused> {
    let confirmation: Confirmation = call.json()?;
    let basket = find_basket(&call.checkout, &id).await?;
    let command = command(confirmation, call.checkout.v2.is_some())?;
    if basket.order.is_some() && matches!(command, Command::Confirmed { .. }) {
        return Err(refused(Refusal::HasOrder));
    }
    run(&call.checkout, &basket.id, command).await?.map_err(refused)?;
    // Read again: what changed until the link stood is in the answer, what changes from now on is sent.
    let basket = find_basket(&call.checkout, &id).await?;
    full_basket(&call.checkout, &basket).await
}

/// Where the vendor's widget links, InPost may have ended the link that is known here without our having heard of it: it is
/// asked before a new one is refused.
async fn run(
    checkout: &Checkout,
    basket: &BasketId,
    command: Command,
) -> Result<Result<(), Refusal>, Refused> {
    let run = async || {
        let answered = checkout.run(basket, command.clone()).await;
        answered
            .map(|answered| answered.map(drop))
            .map_err(Refused::failed)
    };
    let answered = run().await?;
    if answered != Err(Refusal::LinkedOtherwise) || checkout.v2.is_none() {
        return Ok(answered);
    }
    checkout.reconcile(basket, None).await.map_err(Refused::failed)?;
    run().await
}

/// `unasked`: the vendor's own widget asks the shopper, not we.
fn command(confirmation: Confirmation, unasked: bool) -> Result<Command, Refused> {
    let phone = confirmation.phone_number.as_ref().and_then(phone);
    match confirmation.status {
        Some(ConfirmationStatus::Success) => {
            let missing = || Refused::new(MerchantErrorCode::BadRequest, "SUCCESS needs inpost_basket_id");
            let browser = confirmation.browser.filter(|browser| browser.browser_trusted);
            Ok(Command::Confirmed {
                inpost_basket_id: confirmation.inpost_basket_id.ok_or_else(missing)?,
                phone,
                client: Client {
                    masked_phone_number: confirmation.masked_phone_number.map(|text| text.into_string()),
                    name: confirmation.name.map(|text| text.into_string()),
                },
                browser_id: browser
                    .and_then(|browser| browser.browser_id)
                    .map(|id| id.into_string()),
                unasked,
            })
        }
        Some(ConfirmationStatus::Reject) => Ok(Command::Rejected { phone }),
        Some(ConfirmationStatus::Other(_)) | None => Err(Refused::new(
            MerchantErrorCode::BadRequest,
            "status must be SUCCESS or REJECT",
        )),
    }
}

/// A confirmation that does not fit: for InPost the basket is not linked (InPost contract, section 3).
fn refused(refusal: Refusal) -> Refused {
    match refusal {
        Refusal::HasOrder | Refusal::OrderedOtherwise => {
            Refused::new(MerchantErrorCode::OrderExists, "the basket has been ordered")
        }
        Refusal::NotLinked | Refusal::OtherNumber | Refusal::LinkedOtherwise => Refused::new(
            MerchantErrorCode::BasketNotFound,
            "the basket does not wait for this confirmation",
        ),
    }
}

/// `DELETE /v1/izi/basket/{id}/binding`: the shopper deleted the basket in the app. An unknown basket is fine.
///
/// The call does not say which link has ended. One that InPost repeats may meet the link that the shopper has made since:
/// then InPost's word on how the basket stands decides.
pub(super) async fn unlink(Path(id): Path<String>, call: Signed) -> Result<Response, Refused> {
    if let Ok(id) = BasketId::parse(&id) {
        let checkout = &call.checkout;
        let loaded = checkout.load(&id).await.map_err(Refused::failed)?;
        let may_be_older = loaded.state.may_be_older_deletion(checkout.engine.now());
        let is_older = may_be_older && checkout.is_linked_at_inpost(&id).await;
        if loaded.version > 0 && !is_older {
            // The machine accepts this command in every state.
            let _ = checkout
                .run(&id, Command::DeletedInApp)
                .await
                .map_err(Refused::failed)?;
        }
    }
    let mut response = StatusCode::OK.into_response();
    super::name_version(&mut response);
    Ok(response)
}

/// `POST …/binding` with `X-HTTP-Method-Override: DELETE`.
pub(super) async fn unlink_overridden(path: Path<String>, call: Signed) -> Result<Response, Refused> {
    if !call.overrides_to_delete() {
        return Err(Refused::new(
            MerchantErrorCode::NotFound,
            "use DELETE, or POST with X-HTTP-Method-Override: DELETE",
        ));
    }
    unlink(path, call).await
}

/// The basket with the notice that waits for it.
async fn full_basket(checkout: &Checkout, basket: &Basket) -> Result<Response, Refused> {
    let link: Link = checkout.load(&basket.id).await.map_err(Refused::failed)?.state;
    let notice = link.notice.map(Notice::Error);
    Ok(answer(&translate::basket::basket(
        basket,
        notice.as_ref(),
        &checkout.facts,
    )))
}
