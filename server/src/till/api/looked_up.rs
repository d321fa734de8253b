//! What somebody found who looked for a payment on the provider's own page, because neither the answer to the request nor a
//! callback came.
//!
//! Belongs here: reading the word, and asking the provider whether an id is this payment's. Does not belong here: what follows
//! from it (`machine`).

use super::by_id::{of_branch, of_id};
use super::rates::{Asker, TillRates};
use super::refusals::{failed, refused};
use super::sale::run;
use crate::till::branch::Seat;
use crate::till::machine::{Command, Refusal};
use crate::till::sale::Sale;
use crate::till::tills::Tills;
use crate::till::wallet::Report;
use crate::web::problem::{JsonBody, PathParams, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use karfa_shared::till::{LookedUp, SaleView};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long the provider is asked whose payment it is.
const PATIENCE: Duration = Duration::from_secs(10);

/// The lengths of ids that are passed on: a customer's number, typed into the wrong field, is too short, and stands in no
/// address of a call.
const LENGTHS: RangeInclusive<usize> = 16..=64;

/// `POST sales/{id}/looked-up`.
pub(super) async fn looked_up(
    seat: Seat,
    asker: Asker,
    State(rates): State<TillRates>,
    State(tills): State<Arc<Tills>>,
    PathParams(id): PathParams<String>,
    JsonBody(word): JsonBody<LookedUp>,
) -> Result<Json<SaleView>, Problem> {
    of_branch(&tills, &seat, &id).await?;
    if word.transaction.is_some() {
        asker.count(&rates.asks)?;
    }
    let sale = tills.load(&id).await.map_err(failed)?.state;
    let attempt = attempt_of(&sale, &word.reference)?;
    let by = seat.cashier.id.to_string();
    let command = match word.transaction {
        None => Command::FoundUnpaid { attempt, by },
        Some(transaction) => {
            let provider_id = transaction.trim().to_owned();
            let report = recognised(&tills, &sale, attempt, &provider_id).await?;
            Command::Found {
                attempt,
                provider_id,
                by,
                report,
            }
        }
    };
    run(&tills, &id, command).await?;
    of_id(&tills, &id).await
}

/// The attempt that was looked for, if it is the sale's newest: of an older one it is known what became of it.
fn attempt_of(sale: &Sale, reference: &str) -> Result<u32, Problem> {
    let payment = sale.payment.as_ref();
    let payment = payment.filter(|payment| payment.reference == reference);
    let attempt = payment.map(|payment| payment.attempt);
    attempt.ok_or_else(|| refused(&Refusal::NotLost))
}

/// What the provider says of the payment with this id, if it is the one that the sale waits for.
async fn recognised(tills: &Tills, sale: &Sale, attempt: u32, provider_id: &str) -> Result<Report, Problem> {
    if !is_an_id(provider_id) {
        return Err(not_this_payment());
    }
    let payment = sale.attempt(attempt).filter(|payment| payment.can_be_named());
    let found = payment.and_then(|_| tills.payment_of(sale, attempt));
    let found = found.ok_or_else(|| refused(&Refusal::NotLost))?;
    let told = timeout(PATIENCE, found.wallet.recognise(&found.handle, provider_id)).await;
    match told {
        Ok(Ok(Some(report))) => Ok(report),
        Ok(Ok(None)) => Err(not_this_payment()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "a provider did not tell whose payment it is");
            Err(not_told())
        }
        Err(_) => Err(not_told()),
    }
}

/// Letters, digits and hyphens: whatever a provider calls a payment.
fn is_an_id(text: &str) -> bool {
    LENGTHS.contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn not_this_payment() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "not_this_payment",
        "This is not the id of this sale's payment: copy it from the provider's own page.",
    )
}

fn not_told() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "not_told",
        "The provider does not tell now whose payment it is: try again in a moment.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customers_number_is_no_id() {
        assert!(is_an_id("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"));
        assert!(is_an_id("0190A1B2C3D47E5F8A9B0C1D2E3F4A5B"));
        for text in [
            "8223281",
            "3548223281",
            "1111111119",
            "111111-1119",
            "",
            "0190a1b2/c3d4/7e5f",
        ] {
            assert!(!is_an_id(text), "{text:?}");
        }
        assert!(!is_an_id(&"a".repeat(65)));
    }
}
