//! Customers who are asked to join the club: what the provider's calls need and no event may have.

use super::{Register, RegisterError, moment};
use crate::till::wallet::Private;
use karfa_shared::phone::PhoneNumber;
use sqlx::{Row as _, query};

/// A customer who is being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Their number.
    pub phone: PhoneNumber,
    /// Names the login that was started.
    pub auth_req_id: Option<Private>,
    /// The token of a customer who has consented, until it was used.
    pub user_token: Option<Private>,
    /// What came with it and is not verified yet: until it is, the token is not used.
    pub unverified: Option<Private>,
    /// [`Register::digest`] of the provider's name of who has consented, once it is verified.
    pub subject: Option<String>,
}

impl Register {
    /// Keeps whom a membership is about. A login that is under way stays.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn keep_enrolment(&self, member: &str, phone: &PhoneNumber) -> Result<(), RegisterError> {
        query(
            "insert into enrolment (store, member, phone, kept_at) values (?1, ?2, ?3, ?4) \
             on conflict (store, member) do update set kept_at = ?4",
        )
        .bind(self.store.as_str())
        .bind(member)
        .bind(phone.digits())
        .bind(moment(self.clock.now()))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whom a membership is about, while they are asked.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn enrolment(&self, member: &str) -> Result<Option<Enrolment>, RegisterError> {
        let row = query(
            "select phone, auth_req_id, user_token, id_token, subject from enrolment \
             where store = ? and member = ?",
        )
        .bind(self.store.as_str())
        .bind(member)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            let private = |column| {
                let text: Option<String> = row.try_get(column)?;
                Ok::<_, RegisterError>(text.map(Private::new))
            };
            Ok(Enrolment {
                phone: super::members::phone(&row)?,
                auth_req_id: private("auth_req_id")?,
                user_token: private("user_token")?,
                unverified: private("id_token")?,
                subject: row.try_get("subject")?,
            })
        })
        .transpose()
    }

    /// A login was started: in place of the one before.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn keep_login(&self, member: &str, auth_req_id: &str) -> Result<(), RegisterError> {
        query(
            "update enrolment set auth_req_id = ?, login = ?, user_token = null, id_token = null, subject = null \
             where store = ? and member = ?",
        )
        .bind(auth_req_id)
        .bind(self.digest(auth_req_id))
        .bind(self.store.as_str())
        .bind(member)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The customer has consented: the tokens are given once. The id token is still to be verified.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn keep_grant(
        &self,
        member: &str,
        user_token: &str,
        id_token: &str,
    ) -> Result<(), RegisterError> {
        query("update enrolment set user_token = ?, id_token = ? where store = ? and member = ?")
            .bind(user_token)
            .bind(id_token)
            .bind(self.store.as_str())
            .bind(member)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The id token of a grant was verified, and is not needed any more but for whom it names: a digest of that.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn grant_verified(&self, member: &str, subject: &str) -> Result<(), RegisterError> {
        query("update enrolment set id_token = null, subject = ? where store = ? and member = ?")
            .bind(subject)
            .bind(self.store.as_str())
            .bind(member)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The membership whose login it is.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn membership_of_login(&self, auth_req_id: &str) -> Result<Option<String>, RegisterError> {
        let row = query("select member from enrolment where store = ? and login = ?")
            .bind(self.store.as_str())
            .bind(self.digest(auth_req_id))
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get("member")).transpose()?)
    }

    /// The customer has answered, or will not.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn forget_enrolment(&self, member: &str) -> Result<(), RegisterError> {
        query("delete from enrolment where store = ? and member = ?")
            .bind(self.store.as_str())
            .bind(member)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
