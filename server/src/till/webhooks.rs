//! Registers the store's webhooks at Vipps MobilePay when the server starts (contract, section 6), so that nobody has to.
//!
//! A secret is told once. Whatever is listed for our address and is not known here is therefore of no use, and is replaced.

use super::branch::PlaceId;
use super::register::{KeptWebhook, Register, RegisterError};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use url::Url;
use vipps_mobilepay::wire::webhook::{Webhook, WebhookEvent};
use vipps_mobilepay::{Client, Error};

/// What a till wants to hear of.
const EVENTS: [WebhookEvent; 9] = [
    WebhookEvent::PaymentCreated,
    WebhookEvent::PaymentAborted,
    WebhookEvent::PaymentExpired,
    WebhookEvent::PaymentCancelled,
    WebhookEvent::PaymentCaptured,
    WebhookEvent::PaymentRefunded,
    WebhookEvent::PaymentAuthorized,
    WebhookEvent::PaymentTerminated,
    WebhookEvent::LoginPing,
];

/// The first pause after a failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// A branch's sales unit at Vipps MobilePay.
#[derive(Clone, Debug)]
pub struct VippsAccount {
    /// The branch.
    pub branch: PlaceId,
    /// The sales unit's number.
    pub msn: String,
    /// Calls for it.
    pub client: Arc<Client>,
}

/// Where Vipps MobilePay calls, below the address under which the world reaches the server.
pub fn address(public_url: &Url) -> Url {
    let mut address = public_url.clone();
    address.set_path(&format!(
        "{}/vipps/webhooks",
        public_url.path().trim_end_matches('/')
    ));
    address
}

/// It could not be registered yet.
#[derive(Debug, thiserror::Error)]
enum NotYet {
    #[error(transparent)]
    Provider(#[from] Error),
    #[error(transparent)]
    Register(#[from] RegisterError),
}

/// Sees to it that a branch's webhook is registered at `address`; tries until it is, or until `shutdown`.
pub async fn keep_registered(
    account: VippsAccount,
    register: Register,
    address: Url,
    shutdown: CancellationToken,
) {
    let mut pause = FIRST_PAUSE;
    while let Err(error) = see_to(&account, &register, &address).await {
        // Payments are looked at by the clock meanwhile: nothing is lost but a second or two.
        tracing::warn!(branch = %account.branch, %error, "the webhook is not registered yet: trying again");
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = shutdown.cancelled() => return,
        }
    }
}

async fn see_to(account: &VippsAccount, register: &Register, address: &Url) -> Result<(), NotYet> {
    let kept = register.webhooks().await?;
    let kept: Vec<_> = kept
        .into_iter()
        .filter(|kept| kept.branch == account.branch)
        .collect();
    let listed = account.client.webhooks().await?;
    for former in kept.iter().filter(|kept| kept.url != address.as_str()) {
        if listed.iter().any(|listed| listed.id == former.id) {
            account.client.delete_webhook(&former.id).await?;
        }
        register.forget_webhook(former).await?;
    }
    let known = kept.iter().find(|kept| kept.url == address.as_str());
    let mut is_registered = false;
    for listed in listed.iter().filter(|listed| listed.url == address.as_str()) {
        if known.is_some_and(|known| known.id == listed.id) && has_all_events(listed) {
            is_registered = true;
        } else {
            account.client.delete_webhook(&listed.id).await?;
        }
    }
    if is_registered {
        return Ok(());
    }
    let registered = account.client.register_webhook(address, &EVENTS).await?;
    register
        .keep_webhook(&KeptWebhook {
            branch: account.branch.clone(),
            url: address.to_string(),
            id: registered.id,
            secret: registered.secret,
        })
        .await?;
    Ok(())
}

fn has_all_events(webhook: &Webhook) -> bool {
    EVENTS.iter().all(|event| webhook.events.contains(event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_below_the_public_one() {
        for (public, expected) in [
            ("https://shop.example", "https://shop.example/vipps/webhooks"),
            ("https://shop.example/", "https://shop.example/vipps/webhooks"),
            (
                "https://example.com/shop/",
                "https://example.com/shop/vipps/webhooks",
            ),
        ] {
            let public = Url::parse(public).expect("an address");
            assert_eq!(address(&public).as_str(), expected);
        }
    }
}
