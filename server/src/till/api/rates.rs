//! How often a till may ask for what costs somebody something: a call of the provider, a push to a phone, a slow PIN check.

use super::session::counted_as;
use crate::web::client_address::ClientAddress;
use crate::web::limits::{Rate, RateLimit, Rates};
use crate::web::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use axum::response::Response;
use provider_http::Clock;
use std::sync::Arc;
use tower_sessions::Session;

/// How often one address may try to sign in. All tills of a branch may share one.
const SIGN_INS: Rates = Rates {
    per_session: Rate::new(30, 20),
    per_address: Rate::new(60, 30),
};

/// How often a till may ask a provider: how a payment stands, whose code was scanned, whether a customer joins. Goods that
/// are scanned do not count.
const ASKS: Rates = Rates {
    per_session: Rate::new(60, 30),
    per_address: Rate::new(1_200, 600),
};

/// How often a day may be compared: every payment of it is read.
const COMPARISONS: Rates = Rates {
    per_session: Rate::new(6, 6),
    per_address: Rate::new(60, 60),
};

/// Limits on the till's API.
#[derive(Clone)]
pub struct TillRates {
    pub(super) sign_in: RateLimit,
    pub(super) asks: RateLimit,
    pub(super) comparisons: RateLimit,
}

impl TillRates {
    /// Limits on the given clock.
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        let limit = |rates| RateLimit::new(rates, clock.clone());
        TillRates {
            sign_in: limit(SIGN_INS),
            asks: limit(ASKS),
            comparisons: limit(COMPARISONS),
        }
    }
}

/// Who asks, as limits know them: by cashier and till, so that signing in anew begins no new count.
pub(super) struct Asker {
    seat: Option<i128>,
    address: ClientAddress,
}

impl Asker {
    /// Counts a request.
    ///
    /// # Errors
    /// 429 when it is one too many.
    pub(super) fn count(&self, limit: &RateLimit) -> Result<(), Problem> {
        limit.check(self.seat, self.address)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, state).await;
        let session = session.map_err(|broken| broken.into_response())?;
        let address = ClientAddress::from_request_parts(parts, state).await;
        Ok(Asker {
            seat: counted_as(&session)
                .await
                .map_err(|problem| problem.into_response())?,
            address: address.map_err(|never| never.into_response())?,
        })
    }
}
