//! The customers of the demo shop who have an account, and whether a password is theirs.
//!
//! Passwords are kept as PBKDF2-HMAC-SHA256 with a salt each. Whoever types an address that nobody has waits as long as
//! one who types a wrong password.

use crate::shop::model::CustomerId;
use crate::toml_error::one_sentence;
use ring::pbkdf2;
use serde::Deserialize;
use std::num::NonZeroU32;
use std::sync::Arc;

/// Rounds of PBKDF2-HMAC-SHA256, as OWASP's password storage cheat sheet asks for.
const ROUNDS: u32 = 600_000;
/// The longest address or password that is looked at.
const LONGEST: usize = 256;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;

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

struct Password {
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Password {
    /// Slow, as it is meant to be: not for the threads that serve requests.
    fn is(&self, typed: &str) -> bool {
        let rounds = NonZeroU32::new(ROUNDS).unwrap_or(NonZeroU32::MAX);
        pbkdf2::verify(
            pbkdf2::PBKDF2_HMAC_SHA256,
            rounds,
            &self.salt,
            typed.as_bytes(),
            &self.hash,
        )
        .is_ok()
    }
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
            let bytes = |text: &str, what: &str| {
                hex(text).ok_or_else(|| wrong(format!("the {what} of “{}” is not hexadecimal", table.id)))
            };
            let password = Password {
                salt: bytes(&table.salt, "salt")?,
                hash: bytes(&table.hash, "hash")?,
            };
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
        if mail.len() > LONGEST || password.len() > LONGEST {
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
                let nobodys = Password {
                    salt: vec![0; HASH_BYTES],
                    hash: vec![0; HASH_BYTES],
                };
                nobodys.is(&password);
                None
            }
        };
        tokio::task::spawn_blocking(check).await.ok().flatten()
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() || digits.is_empty() {
        return None;
    }
    pairs
        .map(|pair| match pair {
            [high, low] => Some(high * 16 + low),
            _ => None,
        })
        .collect()
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

    #[test]
    fn hexadecimal_is_read_in_pairs() {
        assert_eq!(hex("00ff1A"), Some(vec![0, 255, 26]));
        assert_eq!((hex("0"), hex("0g"), hex("")), (None, None, None));
    }
}
