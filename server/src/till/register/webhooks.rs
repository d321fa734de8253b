//! The secrets of registered webhooks: told once, and needed at every call.

use super::{Register, RegisterError};
use crate::till::branch::PlaceId;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, query};

/// A webhook that was registered for a branch.
#[derive(Clone, Debug)]
pub struct KeptWebhook {
    /// The branch.
    pub branch: PlaceId,
    /// The address, as it was registered.
    pub url: String,
    /// The provider's name for it.
    pub id: String,
    /// What its calls are signed with.
    pub secret: SecretString,
}

impl Register {
    /// Keeps a webhook in place of the one that the branch had at the same address.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn keep_webhook(&self, webhook: &KeptWebhook) -> Result<(), RegisterError> {
        query(
            "insert into till_webhook (store, branch, url, id, secret) values (?1, ?2, ?3, ?4, ?5) \
             on conflict do update set id = ?4, secret = ?5",
        )
        .bind(self.store.as_str())
        .bind(webhook.branch.as_str())
        .bind(&webhook.url)
        .bind(&webhook.id)
        .bind(webhook.secret.expose_secret())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// All webhooks of all branches.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn webhooks(&self) -> Result<Vec<KeptWebhook>, RegisterError> {
        let rows =
            query("select branch, url, id, secret from till_webhook where store = ? order by branch, url")
                .bind(self.store.as_str())
                .fetch_all(&self.pool)
                .await?;
        rows.iter().map(webhook).collect()
    }

    /// Forgets a webhook that does not exist any more.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn forget_webhook(&self, webhook: &KeptWebhook) -> Result<(), RegisterError> {
        query("delete from till_webhook where store = ? and branch = ? and url = ? and id = ?")
            .bind(self.store.as_str())
            .bind(webhook.branch.as_str())
            .bind(&webhook.url)
            .bind(&webhook.id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn webhook(row: &SqliteRow) -> Result<KeptWebhook, RegisterError> {
    let branch: String = row.try_get("branch")?;
    Ok(KeptWebhook {
        branch: PlaceId::parse(&branch).map_err(|_| RegisterError::Unreadable("branch"))?,
        url: row.try_get("url")?,
        id: row.try_get("id")?,
        secret: row.try_get::<String, _>("secret")?.into(),
    })
}
