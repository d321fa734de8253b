//! Asks InPost for the key of a basket.

use super::machine::{BindingKey, Command, Key, KeyEffect};
use crate::checkout::Checkouts;
use crate::engine::perform::{Outcome, Perform, Task};
use async_trait::async_trait;

/// Asks for the keys of all stores' baskets.
pub struct KeyPerformer {
    checkouts: Checkouts,
}

impl KeyPerformer {
    /// Asks for the baskets of these checkouts.
    pub fn new(checkouts: Checkouts) -> Self {
        KeyPerformer { checkouts }
    }
}

#[async_trait]
impl Perform<BindingKey> for KeyPerformer {
    async fn perform(&self, task: &Task<KeyEffect>) -> Outcome<Command> {
        let Some(checkout) = self.checkouts.of_store(&task.store) else {
            return Outcome::dead("the store is not in the configuration any more");
        };
        let KeyEffect::AskKey = task.effect;
        let basket = task.aggregate_id.as_str().into();
        match checkout.inpost.start_binding_v2(&basket).await {
            Ok(answer) => match Key::new(answer.basket_binding_api_key) {
                Some(key) => Outcome::Command(Command::Give(key)),
                None => Outcome::retry("InPost answered without a key"),
            },
            Err(error) if error.is_retryable() => Outcome::retry(error.to_string()),
            Err(error) => {
                tracing::warn!(store = %task.store, %error, "InPost gives no key for a basket");
                Outcome::Command(Command::Fail)
            }
        }
    }

    fn given_up(&self, task: &Task<KeyEffect>) -> Option<Command> {
        let KeyEffect::AskKey = task.effect;
        Some(Command::Fail)
    }
}
