//! Tells the links what changes in the shop's baskets and orders, from stored positions: a change is told even if the
//! process ends between the change and the telling.

use super::machine::Command;
use super::{Checkout, CheckoutError};
use crate::shop::after_sales::{OrderChange, OrderNews};
use crate::shop::model::{ChangedBy, PlacedIn};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many changes are read at once.
const PAGE: u32 = 100;
/// How long to wait after a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// Follows the baskets until `shutdown`.
pub async fn run(checkout: Arc<Checkout>, shutdown: CancellationToken) {
    loop {
        let pause = pause(&checkout, step(&checkout).await);
        let wait = async {
            match pause {
                Pause::None => {}
                Pause::UntilNews => checkout.shop.wait_for_basket_change().await,
                Pause::AfterFailure => tokio::time::sleep(PAUSE).await,
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = wait => {}
        }
    }
}

/// Follows the orders until `shutdown`.
pub async fn orders(checkout: Arc<Checkout>, shutdown: CancellationToken) {
    loop {
        let pause = pause(&checkout, step_orders(&checkout).await);
        let wait = async {
            match pause {
                Pause::None => {}
                Pause::UntilNews => checkout.shop.wait_for_order_change().await,
                Pause::AfterFailure => tokio::time::sleep(PAUSE).await,
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = wait => {}
        }
    }
}

enum Pause {
    None,
    UntilNews,
    AfterFailure,
}

fn pause(checkout: &Checkout, told: Result<usize, CheckoutError>) -> Pause {
    match told {
        Ok(0) => Pause::UntilNews,
        Ok(_) => Pause::None,
        Err(error) => {
            tracing::error!(store = %checkout.store, %error, "cannot follow the shop, trying again");
            Pause::AfterFailure
        }
    }
}

/// Tells one page of changes of baskets; how many it were.
///
/// # Errors
/// [`CheckoutError`] when the database fails; what was told is told again later, which changes nothing.
pub async fn step(checkout: &Checkout) -> Result<usize, CheckoutError> {
    let name = format!("basket-changes:{}", checkout.store);
    let position = checkout.engine.follower_cursor(&name).await?;
    let changes = checkout.shop.basket_changes(position, PAGE).await?;
    for change in &changes {
        let command = match checkout.shop.basket(&change.basket).await? {
            Some(_) => Command::BasketChanged {
                revision: change.revision,
                tell: change.by == ChangedBy::Shop,
            },
            None => Command::BasketEnded,
        };
        // The machine accepts these commands in every state.
        let _ = checkout.run(&change.basket, command).await?;
        checkout.engine.advance_follower(&name, change.position).await?;
    }
    Ok(changes.len())
}

/// Tells one page of what happened to orders; how much it was.
///
/// # Errors
/// As [`step`].
pub async fn step_orders(checkout: &Checkout) -> Result<usize, CheckoutError> {
    let name = format!("order-changes:{}", checkout.store);
    let position = checkout.engine.follower_cursor(&name).await?;
    let changes = checkout.shop.order_changes(position, PAGE).await?;
    for change in &changes {
        if let Some(command) = command(change) {
            // The machine accepts these commands in every state.
            let _ = checkout.run(&change.basket, command).await?;
        }
        checkout.engine.advance_follower(&name, change.position).await?;
    }
    Ok(changes.len())
}

/// What an entry of the feed means to the link. The app knows of its own order, and of no other.
fn command(change: &OrderChange) -> Option<Command> {
    match (&change.news, change.placed_in) {
        (OrderNews::Placed, PlacedIn::Shop) => Some(Command::BoughtInShop),
        (OrderNews::Updated, PlacedIn::Wallet) => Some(Command::OrderUpdated {
            order_id: change.order.clone(),
            position: change.position,
        }),
        (OrderNews::Refund(refund), PlacedIn::Wallet) => Some(Command::RefundRequested {
            refund: refund.clone(),
        }),
        (OrderNews::Placed, PlacedIn::Wallet) | (_, PlacedIn::Shop) => None,
    }
}
