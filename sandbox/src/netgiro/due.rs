//! What time ends: carts that nobody has confirmed, callbacks that nobody has answered.

use super::callback;
use super::cart::News;
use crate::world::{Shared, World};
use std::time::Duration;

/// How often a served sandbox looks at its clock.
const PACE: Duration = Duration::from_secs(1);

/// Ends what is over, and tells the merchants of it in the background.
pub(super) fn settle(world: &Shared) {
    if !is_due(world) {
        return;
    }
    for id in world.change(|state, now| state.netgiro.settle(now)) {
        callback::tell_later(world, &id, News::Cancelled);
    }
}

fn is_due(world: &World) -> bool {
    world.look(|state, now| state.netgiro.is_due(now))
}

/// Does so from time to time, until the sandbox stops: a merchant hears of a lapsed cart without asking.
pub(crate) fn keep_time(world: &Shared) {
    let world = world.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(PACE) => settle(&world),
                () = world.stopping.cancelled() => return,
            }
        }
    });
}
