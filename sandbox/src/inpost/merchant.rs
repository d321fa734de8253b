//! Calls to the merchant: contract, section 3. Signed, repeated when the merchant does not answer, never when it
//! has decided.

use super::keys;
use super::state::Merchant;
use crate::faults::Fault;
use crate::held::HeldCall;
use crate::outgoing::{self, Call, Manner, NoAnswer};
use crate::world::World;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use jiff::SignedDuration;
use serde_json::Value;
use std::time::Duration;

const fn call(name: &'static str, method: &'static str, route: &'static str) -> Call {
    Call { name, method, route }
}

pub(crate) const READ_BASKET: Call = call("inpost.merchant.basket.read", "GET", "/v1/izi/basket/{id}");
pub(crate) const CONFIRM: Call = call(
    "inpost.merchant.basket.confirmation",
    "POST",
    "/v1/izi/basket/{id}/confirmation",
);
pub(crate) const BASKET_EVENT: Call = call(
    "inpost.merchant.basket.event",
    "POST",
    "/v1/izi/basket/{id}/event",
);
pub(crate) const UNLINK: Call = call(
    "inpost.merchant.binding.delete",
    "DELETE",
    "/v1/izi/basket/{id}/binding",
);
pub(crate) const UNLINK_BY_POST: Call = call(
    "inpost.merchant.binding.delete",
    "POST",
    "/v1/izi/basket/{id}/binding/delete",
);
pub(crate) const CREATE_ORDER: Call = call("inpost.merchant.order.create", "POST", "/v1/izi/order");
pub(crate) const READ_ORDER: Call = call("inpost.merchant.order.read", "GET", "/v1/izi/order/{id}");
pub(crate) const ORDER_EVENT: Call = call("inpost.merchant.order.event", "POST", "/v1/izi/order/{id}/event");
pub(crate) const START_BASKET: Call = call(
    "inpost.merchant.basket.start",
    "POST",
    "/v1/izi/basket/product/{id}",
);

/// All of them, for the faults.
pub(crate) const CALLS: &[&str] = &[
    READ_BASKET.name,
    CONFIRM.name,
    BASKET_EVENT.name,
    UNLINK.name,
    CREATE_ORDER.name,
    READ_ORDER.name,
    ORDER_EVENT.name,
    START_BASKET.name,
];

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A stale signature is this old; merchants take up to 240 s.
const STALE_S: i64 = 3600;

/// What the merchant said.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    body: Bytes,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The vendor's error code; empty where there is none.
    pub(crate) fn error_code(&self) -> String {
        outgoing::error_code(&self.body).unwrap_or_default()
    }

    /// The merchant's own words on an error, cut to a sensible length.
    pub(crate) fn error_message(&self) -> String {
        let body = self.json();
        let message = body
            .get("error_message")
            .and_then(Value::as_str)
            .unwrap_or_default();
        message.chars().take(300).collect()
    }
}

/// Calls the merchant as often as a person with the phone in hand would wait.
pub(crate) async fn ask(
    world: &World,
    merchant: &Merchant,
    call: Call,
    id: &str,
    body: Option<&Value>,
) -> Result<Answer, NoAnswer> {
    let tries = world.patience().tries_while_waiting.max(1);
    let mut last = Err(NoAnswer::Unreachable);
    for tried in 0..tries {
        if tried > 0 {
            tokio::time::sleep(pause(world, tried)).await;
        }
        last = once(world, merchant, call, id, body).await;
        match &last {
            Ok(answer) if answer.status < 500 => break,
            Err(NoAnswer::Held) => break,
            _ => {}
        }
    }
    last
}

/// The pause before the try with this number, counted from 0.
pub(crate) fn pause(world: &World, tried: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(tried.saturating_sub(1).min(16));
    world
        .patience()
        .first_pause
        .saturating_mul(doubled)
        .min(LONGEST_PAUSE)
}

/// Calls the merchant once, with the faults that were asked for.
pub(crate) async fn once(
    world: &World,
    merchant: &Merchant,
    call: Call,
    id: &str,
    body: Option<&Value>,
) -> Result<Answer, NoAnswer> {
    let faults = world.strike(call.name);
    let answer = send(world, merchant, call, id, body, faults).await;
    if matches!(answer, Err(NoAnswer::Held)) {
        let held = HeldCall {
            id: 0,
            call,
            merchant: merchant.client_id.clone(),
            about: id.to_owned(),
            body: body.cloned(),
            at: world.now(),
        };
        world.with_held(|all| all.keep(held));
    }
    answer
}

/// Sends a call that was held: signed now, without faults.
pub(crate) async fn release(world: &World, merchant: &Merchant, held: &HeldCall) -> Result<Answer, NoAnswer> {
    send(
        world,
        merchant,
        held.call,
        &held.about,
        held.body.as_ref(),
        Vec::new(),
    )
    .await
}

async fn send(
    world: &World,
    merchant: &Merchant,
    call: Call,
    id: &str,
    body: Option<&Value>,
    faults: Vec<Fault>,
) -> Result<Answer, NoAnswer> {
    let path = call.route.replace("{id}", &encode(id));
    let url = format!("{}{path}", merchant.callback_url);
    let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
    let (seed, version) = world.look(|state, _| (state.inpost.key_seed, state.inpost.current_key()));
    let sign = |body: &[u8], manner: Manner| {
        let outside = world.time_outside();
        let at = if manner.stale {
            outside.saturating_sub(SignedDuration::from_secs(STALE_S))
        } else {
            Ok(outside)
        };
        let version = if manner.unpublished_key {
            format!("{version}-unpublished")
        } else {
            version.clone()
        };
        let body = if manner.tampered { b"tampered" } else { body };
        signed_headers(seed, &version, body, &merchant.pos_id, at.unwrap_or(outside))
    };
    let answer = outgoing::send(world, call, &url, &bytes, &sign, faults).await?;
    Ok(Answer {
        status: answer.status().as_u16(),
        body: answer.into_body(),
    })
}

fn signed_headers(
    seed: u64,
    version: &str,
    body: &[u8],
    merchant_external_id: &str,
    at: jiff::Timestamp,
) -> Vec<(HeaderName, HeaderValue)> {
    let Ok(key) = keys::key(seed, version) else {
        return Vec::new();
    };
    let signed = key.sign(body, merchant_external_id, version, at);
    [
        (HeaderName::from_static("x-signature"), signed.signature),
        (HeaderName::from_static("x-signature-timestamp"), signed.timestamp),
        (HeaderName::from_static("x-public-key-ver"), signed.version),
        (HeaderName::from_static("x-public-key-hash"), signed.key_hash),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?)))
    .collect()
}

/// An id as one segment of a path.
fn encode(id: &str) -> String {
    let mut url = match url::Url::parse("http://h/") {
        Ok(url) => url,
        Err(_) => return String::new(),
    };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.clear().push(id);
    }
    url.path().trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_one_segment_of_the_path() {
        assert_eq!(encode("b-1"), "b-1");
        assert_eq!(encode("a/b?c"), "a%2Fb%3Fc");
    }
}
