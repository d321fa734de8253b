//! Vipps MobilePay's webhooks (contract, section 6): verified, then taken for a reason to look.

use super::{BODY_LIMIT, sale_of};
use crate::till::branch::PlaceId;
use crate::till::machine::Command;
use crate::till::register::KeptWebhook;
use crate::till::tills::{TillError, Tills};
use crate::till::webhooks::VippsAccount;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use std::sync::Arc;
use url::Url;
use vipps_mobilepay::webhook;
use vipps_mobilepay::wire::webhook::{Notification, PaymentNotification};

/// Where a store hears Vipps MobilePay.
#[derive(Clone)]
pub struct Webhooks {
    /// The store's tills.
    pub tills: Arc<Tills>,
    /// The sales units of its branches.
    pub accounts: Arc<[VippsAccount]>,
    /// The address as it was registered.
    pub address: Url,
}

/// `POST /vipps/webhooks`.
pub fn router(webhooks: Webhooks) -> Router {
    Router::new()
        .route("/vipps/webhooks", post(hear))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(webhooks)
}

async fn hear(State(webhooks): State<Webhooks>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match webhooks.heard(&headers, &body).await {
        Ok(status) => status,
        Err(error) => {
            // Not 2xx: it comes again.
            tracing::error!(%error, "a webhook could not be stored");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

impl Webhooks {
    async fn heard(&self, headers: &HeaderMap, body: &[u8]) -> Result<StatusCode, TillError> {
        let Some(branch) = self.signer(headers, body).await? else {
            metrics::counter!("karfa_webhooks_refused_total").increment(1);
            return Ok(StatusCode::UNAUTHORIZED);
        };
        match Notification::read(body) {
            Ok(Notification::Payment(payment)) => self.payment(&branch, &payment).await?,
            Ok(Notification::Login(ping)) => self.tills.nudge_login(ping.auth_req_id.as_str()).await?,
            // Nothing that a till waits for; refused, it would come again for a week.
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a webhook cannot be read"),
        }
        Ok(StatusCode::OK)
    }

    /// The branch whose secret a call is signed with.
    async fn signer(&self, headers: &HeaderMap, body: &[u8]) -> Result<Option<PlaceId>, TillError> {
        let now = self.tills.engine.now();
        let kept = self.tills.register.webhooks().await?;
        let signs = |kept: &KeptWebhook| {
            kept.url == self.address.as_str()
                && webhook::verify(&kept.secret, &self.address, headers, body, now).is_ok()
        };
        Ok(kept.into_iter().find(signs).map(|kept| kept.branch))
    }

    /// Something has happened to a payment of this branch: a look at once, and nothing else.
    async fn payment(&self, branch: &PlaceId, payment: &PaymentNotification) -> Result<(), TillError> {
        let is_of_branch = |account: &&VippsAccount| account.branch == *branch && account.msn == payment.msn;
        if self.accounts.iter().find(is_of_branch).is_none() {
            tracing::warn!(%branch, "a webhook names another sales unit than the one that signs it");
            return Ok(());
        }
        let Some(sale) = sale_of(&payment.reference) else {
            return Ok(());
        };
        let nudge = Command::Nudge {
            reference: payment.reference.clone(),
        };
        // Whatever the sale makes of it is right: a payment of another program's is none of ours.
        let _ = self.tills.run(sale, nudge).await?;
        Ok(())
    }
}
