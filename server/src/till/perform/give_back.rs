//! Money that turned up for a payment which nobody waits for any more: released, or given back.

use super::amount_of;
use crate::till::reconcile::{Found, read};
use crate::till::sale::intent_key;
use crate::till::wallet::{Call, Report, Standing, WalletError};

/// Releases and gives back whatever a payment has, as the intent of this number. Afterwards nothing of it is left.
///
/// # Errors
/// [`WalletError::Unknown`] also while the money is not to be seen: the provider has told of it, and shows it later.
pub(super) async fn give_back(found: &Found<'_>, n: u32) -> Result<(), WalletError> {
    let key = |call| intent_key(&found.handle.reference, call, n);
    let wallet = found.wallet.as_ref();
    let before = what_there_is(found).await?;
    if before.authorised_minor > before.captured_minor + before.released_minor {
        wallet.cancel(&found.handle, &key(Call::Cancel)).await?;
    }
    let now = what_there_is(found).await?;
    let kept = now.captured_minor - now.refunded_minor;
    if kept > 0 {
        wallet
            .refund(&found.handle, amount_of(found, kept), &key(Call::Refund))
            .await?;
    }
    Ok(())
}

/// How the payment stands, once it has come to money or to an end.
async fn what_there_is(found: &Found<'_>) -> Result<Report, WalletError> {
    let report = read(found.wallet.as_ref(), &found.handle).await?;
    let is_open = |report: &Report| matches!(report.standing, Standing::Waiting | Standing::CodeNeeded);
    report
        .filter(|report| !is_open(report))
        .ok_or(WalletError::Unknown)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests a failed expectation is the point")]

    use super::*;
    use crate::till::wallet::{CodeAnswer, Handle, Private, Request, Requested, Wallet, WalletId};
    use async_trait::async_trait;
    use karfa_shared::money::{Currency, Money};
    use karfa_shared::till::WalletChoice;
    use std::sync::{Arc, Mutex};

    const AMOUNT: i64 = 4_900;

    /// Says how the payment stands, and counts what it gives back.
    struct Says {
        id: WalletId,
        standing: Mutex<Option<Standing>>,
        given_back: Mutex<i64>,
    }

    impl Says {
        fn now(standing: Option<Standing>) -> Arc<Self> {
            Arc::new(Says {
                id: WalletId::of("says"),
                standing: Mutex::new(standing),
                given_back: Mutex::new(0),
            })
        }

        fn given_back(&self) -> i64 {
            *self.given_back.lock().unwrap()
        }
    }

    #[async_trait]
    impl Wallet for Says {
        fn id(&self) -> &WalletId {
            &self.id
        }

        fn choice(&self) -> WalletChoice {
            unreachable!("nobody is asked")
        }

        fn repeatable(&self, _call: Call) -> bool {
            true
        }

        fn refunds_readable(&self) -> bool {
            false
        }

        async fn request(&self, _request: &Request, _key: &str) -> Result<Requested, WalletError> {
            Err(WalletError::Unknown)
        }

        async fn read(&self, _payment: &Handle) -> Result<Option<Report>, WalletError> {
            let standing = *self.standing.lock().unwrap();
            Ok(standing.map(|standing| {
                let paid = if standing == Standing::Authorised {
                    AMOUNT
                } else {
                    0
                };
                Report {
                    standing,
                    authorised_minor: paid,
                    captured_minor: paid,
                    refunded_minor: 0,
                    released_minor: 0,
                    problem: None,
                }
            }))
        }

        async fn enter_code(&self, _payment: &Handle, _code: &Private) -> Result<CodeAnswer, WalletError> {
            Err(WalletError::Unknown)
        }

        async fn capture(&self, _payment: &Handle, _amount: Money, _key: &str) -> Result<(), WalletError> {
            Err(WalletError::Unknown)
        }

        async fn cancel(&self, _payment: &Handle, _key: &str) -> Result<(), WalletError> {
            Ok(())
        }

        async fn refund(&self, _payment: &Handle, amount: Money, _key: &str) -> Result<(), WalletError> {
            *self.given_back.lock().unwrap() += amount.minor;
            Ok(())
        }
    }

    async fn given_back(says: &Arc<Says>) -> Result<(), WalletError> {
        let wallet: Arc<dyn Wallet> = says.clone();
        let handle = Handle {
            reference: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b-1".to_owned(),
            provider_id: Some("cart-0".to_owned()),
            amount: Money::new(AMOUNT, Currency::Isk),
        };
        let wallet = &wallet;
        give_back(&Found { wallet, handle }, 1).await
    }

    #[tokio::test]
    async fn what_is_not_to_be_seen_yet_is_looked_for_again() {
        for early in [Some(Standing::Waiting), Some(Standing::CodeNeeded), None] {
            let says = Says::now(early);
            assert_eq!(given_back(&says).await, Err(WalletError::Unknown), "{early:?}");
            *says.standing.lock().unwrap() = Some(Standing::Authorised);
            assert_eq!(given_back(&says).await, Ok(()));
            assert_eq!(says.given_back(), AMOUNT);
        }
    }

    #[tokio::test]
    async fn of_what_ended_without_money_nothing_goes_back() {
        for end in [
            Standing::Gone,
            Standing::Cancelled,
            Standing::Declined,
            Standing::Expired,
        ] {
            let says = Says::now(Some(end));
            assert_eq!(given_back(&says).await, Ok(()), "{end:?}");
            assert_eq!(says.given_back(), 0);
        }
    }
}
