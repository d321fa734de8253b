//! Tells the links what changes in the shop's baskets, from a stored position: a change is told even if the process
//! ends between the change and the telling.

use super::machine::Command;
use super::{Checkout, CheckoutError};
use crate::shop::model::ChangedBy;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many changes are read at once.
const PAGE: u32 = 100;
/// How long to wait after a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// Follows until `shutdown`.
pub async fn run(checkout: Arc<Checkout>, shutdown: CancellationToken) {
    loop {
        let pause = match step(&checkout).await {
            Ok(0) => None,
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(store = %checkout.store, %error, "cannot follow the baskets, trying again");
                Some(PAUSE)
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = wait(&checkout, pause) => {}
        }
    }
}

async fn wait(checkout: &Checkout, pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => checkout.shop.wait_for_basket_change().await,
    }
}

/// Tells one page of changes; how many it were.
///
/// # Errors
/// [`CheckoutError`] when the database fails; what was told is told again later, which changes nothing.
pub async fn step(checkout: &Checkout) -> Result<usize, CheckoutError> {
    let name = format!("basket-changes:{}", checkout.store);
    let position = checkout.engine.follower_cursor(&name).await?;
    let changes = checkout.shop.basket_changes(position, PAGE).await?;
    for change in &changes {
        let tell = change.by == ChangedBy::Shop;
        // The machine accepts this command in every state.
        let _ = checkout
            .run(
                &change.basket,
                Command::BasketChanged {
                    revision: change.revision,
                    tell,
                },
            )
            .await?;
        checkout.engine.advance_follower(&name, change.position).await?;
    }
    Ok(changes.len())
}
