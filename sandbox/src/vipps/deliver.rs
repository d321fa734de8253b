//! Brings news to the merchants: in order for each payment and webhook, again and again while nobody takes it. Contract,
//! section 6. The pauses go by the sandbox's clock, so that moving it moves them.

use super::sign;
use super::state::{Delivery, Webhook, later};
use crate::held::HeldCall;
use crate::outgoing::{self, Call, NoAnswer};
use crate::world::{Shared, World};
use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Weak;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The call to a merchant.
pub(crate) const WEBHOOK: Call = Call {
    name: "vipps.webhook",
    method: "POST",
    route: "{registered url}",
};

/// The pauses after the first failures, in seconds. Then hourly for a day, then daily.
const FIRST_PAUSES_S: [i64; 6] = [2, 2, 2, 2, 60, 120];
const HOUR_S: i64 = 3600;
const DAY_S: i64 = 86_400;
/// After so many days nobody is told any more.
const LAST_S: i64 = 7 * DAY_S;
/// A clock that is moved by hand tells nobody: it is looked at so often.
const PACE: Duration = Duration::from_millis(500);

/// What came of one try.
enum Outcome {
    Taken,
    NotTaken,
    Held,
}

/// The pause after so many failures, `age_s` after the first try; nothing where it is given up.
fn pause_s(failed: u32, age_s: i64) -> Option<i64> {
    let index = usize::try_from(failed).ok()?.checked_sub(1)?;
    let pause = match FIRST_PAUSES_S.get(index) {
        Some(pause) => *pause,
        None if age_s < DAY_S => HOUR_S,
        None => DAY_S,
    };
    (age_s + pause <= LAST_S).then_some(pause)
}

/// Brings news, and ends what time ends, until the sandbox stops or is gone. One of these runs for a sandbox.
pub(crate) async fn run(of: Weak<World>, mut changes: watch::Receiver<u64>, stopping: CancellationToken) {
    let mut tries: JoinSet<(u64, Outcome)> = JoinSet::new();
    let mut under_way = BTreeSet::new();
    loop {
        changes.borrow_and_update();
        let Some(something_waits) = of
            .upgrade()
            .map(|world| go_round(&world, &mut under_way, &mut tries))
        else {
            return;
        };
        tokio::select! {
            () = stopping.cancelled() => return,
            Some(ended) = tries.join_next() => {
                if let (Ok((count, outcome)), Some(world)) = (ended, of.upgrade()) {
                    under_way.remove(&count);
                    settle(&world, count, &outcome);
                }
            }
            changed = changes.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(PACE), if something_waits => {}
        }
    }
}

/// Ends what time has ended, and sends what can leave. Whether anything waits for its time.
fn go_round(world: &Shared, under_way: &mut BTreeSet<u64>, tries: &mut JoinSet<(u64, Outcome)>) -> bool {
    if world.look(|state, now| state.vipps.is_behind(now)) {
        world.change(|state, now| state.vipps.catch_up(now));
    }
    let (due, something_waits) = look_around(world, under_way);
    for delivery in due {
        under_way.insert(delivery.count);
        let world = world.clone();
        tries.spawn(async move { (delivery.count, attempt(&world, &delivery).await) });
    }
    something_waits
}

/// The news that can leave now: the oldest of each payment for each webhook, where its time has come. And whether
/// anything waits for its time.
fn look_around(world: &World, under_way: &BTreeSet<u64>) -> (Vec<Delivery>, bool) {
    world.look(|state, now| {
        let mut lanes = BTreeSet::new();
        let heads = state
            .vipps
            .deliveries
            .iter()
            .filter(|delivery| lanes.insert((&delivery.webhook, &delivery.about)));
        let due: Vec<Delivery> = heads
            .filter(|head| head.due <= now && !under_way.contains(&head.count))
            .cloned()
            .collect();
        let open = state
            .vipps
            .payments
            .values()
            .any(|payment| payment.next_change().is_some());
        (due, open || !state.vipps.deliveries.is_empty())
    })
}

async fn attempt(world: &World, delivery: &Delivery) -> Outcome {
    let Some(webhook) = world.look(|state, _| state.vipps.webhooks.get(&delivery.webhook).cloned()) else {
        return Outcome::Taken;
    };
    match send(world, &webhook, &delivery.body, true).await {
        Ok(answer) if answer.status().is_success() => Outcome::Taken,
        Err(NoAnswer::Held) => {
            let held = HeldCall {
                id: 0,
                call: WEBHOOK,
                merchant: delivery.webhook.clone(),
                about: delivery.event.clone(),
                body: Some(delivery.body.clone()),
                at: world.now(),
            };
            world.with_held(|waiting| waiting.keep(held));
            Outcome::Held
        }
        Ok(_) | Err(_) => Outcome::NotTaken,
    }
}

async fn send(
    world: &World,
    webhook: &Webhook,
    body: &Value,
    with_faults: bool,
) -> Result<Response<Bytes>, NoAnswer> {
    let url = Url::parse(&webhook.url).map_err(|_| NoAnswer::BadAddress)?;
    let bytes = Bytes::from(body.to_string());
    let now = world.time_outside();
    let sign = |body: &[u8], manner| sign::headers(&url, &webhook.secret, now, body, manner);
    let faults = if with_faults {
        world.strike(WEBHOOK.name)
    } else {
        Vec::new()
    };
    outgoing::send(world, WEBHOOK, &webhook.url, &bytes, &sign, faults).await
}

/// Writes down what came of a try.
fn settle(world: &World, count: u64, outcome: &Outcome) {
    world.change(|state, now| {
        let deliveries = &mut state.vipps.deliveries;
        let Some(index) = deliveries.iter().position(|delivery| delivery.count == count) else {
            return;
        };
        let next = match outcome {
            Outcome::Taken | Outcome::Held => None,
            Outcome::NotTaken => deliveries
                .get_mut(index)
                .and_then(|delivery| again(delivery, now)),
        };
        if next.is_none() {
            deliveries.remove(index);
        }
    });
}

/// When it is tried again.
fn again(delivery: &mut Delivery, now: Timestamp) -> Option<Timestamp> {
    delivery.failed += 1;
    let age_s = now.duration_since(delivery.first).as_secs();
    let due = later(now, pause_s(delivery.failed, age_s)?);
    delivery.due = due;
    Some(due)
}

/// Sends a call that was held.
pub(crate) async fn release(world: &Shared, held: &HeldCall) -> Result<Value, NoAnswer> {
    let webhook = world.look(|state, _| state.vipps.webhooks.get(&held.merchant).cloned());
    let webhook = webhook.ok_or(NoAnswer::BadAddress)?;
    let body = held.body.clone().unwrap_or_default();
    let answer = send(world, &webhook, &body, false).await?;
    Ok(json!({ "status": answer.status().as_u16() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_is_repeated_as_the_provider_does_and_given_up_after_seven_days() {
        let mut age = 0;
        let mut pauses = Vec::new();
        for failed in 1.. {
            let Some(pause) = pause_s(failed, age) else { break };
            pauses.push(pause);
            age += pause;
        }
        assert_eq!(pauses.get(..7).unwrap(), [2, 2, 2, 2, 60, 120, 3600]);
        assert_eq!(pauses.iter().filter(|pause| **pause == HOUR_S).count(), 24);
        assert_eq!(pauses.iter().filter(|pause| **pause == DAY_S).count(), 5);
        assert!(age <= LAST_S);
    }
}
