//! Registrations of webhooks. Contract, section 6.

use super::Client;
use super::call::{Auth, Call, below};
use crate::error::Error;
use crate::wire::webhook::{NewWebhook, Webhook, WebhookEvent, WebhookRegistered, Webhooks};
use http::Method;
use url::Url;

impl Client {
    /// Has the provider call this address when one of these things happens. The secret is shown this once: store it at
    /// once. There is no key: after an [`Error`] that [may have acted](Error::may_have_acted), list and delete first.
    ///
    /// # Errors
    /// [`Error`]; there are at most 25 registrations per event.
    pub async fn register_webhook(
        &self,
        url: &Url,
        events: &[WebhookEvent],
    ) -> Result<WebhookRegistered, Error> {
        let body = NewWebhook {
            url: url.clone(),
            events: events.to_vec(),
        };
        let address = below(&self.config.endpoints.webhooks, &["webhooks"]);
        self.read(Call::new(Method::POST, address, Auth::Merchant).json(&body))
            .await
    }

    /// Every registration, without its secret. A read.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, Error> {
        let address = below(&self.config.endpoints.webhooks, &["webhooks"]);
        let all: Webhooks = self.read(Call::new(Method::GET, address, Auth::Merchant)).await?;
        Ok(all.webhooks)
    }

    /// Takes a registration back.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn delete_webhook(&self, id: &str) -> Result<(), Error> {
        let address = below(&self.config.endpoints.webhooks, &["webhooks", id]);
        self.act(Call::new(Method::DELETE, address, Auth::Merchant)).await
    }
}
