//! The customers of the demo shop who have an account, and whether a password is theirs.
//!
//! Whoever types an address that nobody has waits as long as one who types a wrong password.

use crate::shop::model::CustomerId;
use crate::toml_error::one_sentence;
use crate::web::password::Password;
use serde::Deserialize;
use std::sync::Arc;

/// The longest address that is looked at.
const LONGEST: usize = 256;

/// The accounts' file is wrong.
#[derive(Debug, thiserror::Error)]
#[error("the accounts in {origin} cannot be read: {message}")]
pub struct AccountsError {
    origin: &'static str,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountsFile {
    account: Vec<AccountTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountTable {
    id: CustomerId,
    name: String,
    surname: String,
    mail: String,
    shown_password: Option<String>,
    salt: String,
    hash: String,
}

/// A customer with an account. Personal data: `Debug` shows the id alone.
pub(super) struct Account {
    pub(super) id: CustomerId,
    pub(super) name: String,
    pub(super) surname: String,
    pub(super) mail: String,
    /// Shown on the sign-in page of a demo.
    pub(super) shown_password: Option<String>,
    password: Password,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({})", self.id)
    }
}

/// Everybody who can sign in. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Arc<Vec<Arc<Account>>>);

impl Accounts {
    /// The demo's, which are part of the binary.
    ///
    /// # Errors
    /// [`AccountsError`], if the binary was built with a faulty file.
    pub fn demo() -> Result<Self, AccountsError> {
        const TEXT: &str = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../assets/demo/accounts.toml"
        ));
        let wrong = |message| AccountsError {
            origin: "assets/demo/accounts.toml",
            message,
        };
        let file: AccountsFile = toml::from_str(TEXT).map_err(|error| wrong(one_sentence(&error, TEXT)))?;
        let accounts = file.account.into_iter().map(|table| {
            let password = Password::from_parts(&table.salt, &table.hash)
                .map_err(|_| wrong(format!("salt and hash of “{}” are not hexadecimal", table.id)))?;
            Ok(Arc::new(Account {
                id: table.id,
                name: table.name,
                surname: table.surname,
                mail: table.mail,
                shown_password: table.shown_password,
                password,
            }))
        });
        Ok(Accounts(Arc::new(accounts.collect::<Result<_, _>>()?)))
    }

    /// Whether anybody can sign in at all.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.0.iter()
    }

    pub(super) fn by_id(&self, id: &CustomerId) -> Option<Arc<Account>> {
        self.0.iter().find(|account| account.id == *id).cloned()
    }

    /// Whose address and password these are. Takes a while, on a thread of its own.
    pub(super) async fn recognise(&self, mail: &str, password: String) -> Option<Arc<Account>> {
        if mail.len() > LONGEST {
            return None;
        }
        let mail = mail.trim();
        let known = self
            .0
            .iter()
            .find(|account| account.mail.eq_ignore_ascii_case(mail))
            .cloned();
        let check = move || match known {
            Some(account) => account.password.is(&password).then_some(account),
            None => {
                Password::nobodys().is(&password);
                None
            }
        };
        tokio::task::spawn_blocking(check).await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everybody_is_recognised_by_the_password_that_is_shown_and_by_no_other() {
        let accounts = Accounts::demo().unwrap();
        for account in accounts.all() {
            let shown = account.shown_password.clone().unwrap();
            let found = accounts
                .recognise(&account.mail.to_uppercase(), shown.clone())
                .await;
            assert_eq!(found.unwrap().id, account.id);
            assert!(
                accounts
                    .recognise(&account.mail, format!("{shown} "))
                    .await
                    .is_none()
            );
            assert!(accounts.recognise(&account.mail, String::new()).await.is_none());
        }
        let first = accounts.all().next().unwrap();
        let password = first.shown_password.clone().unwrap();
        assert!(
            accounts
                .recognise("nobody@klebek.example", password.clone())
                .await
                .is_none()
        );
        assert!(
            accounts
                .recognise(&first.mail, password.repeat(100))
                .await
                .is_none()
        );
    }

    #[test]
    fn nothing_about_a_person_is_printed() {
        let printed = format!("{:?}", Accounts::demo().unwrap());
        assert!(printed.contains("hanka"));
        assert!(
            !printed.contains('@') && !printed.contains("Kukuczka"),
            "{printed}"
        );
    }
}
