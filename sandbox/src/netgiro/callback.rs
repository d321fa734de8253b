//! Callbacks to the merchant. Contract, sections 5 and 7: in the first generation one try, and only 200 accepts; in the
//! second any 2xx does, and a callback that was not accepted is tried once more.

use super::cart::{Cart, News, Stage};
use super::customers::CANCELLED;
use super::{account, due, sign, v1, v2};
use crate::faults::Kind;
use crate::held::HeldCall;
use crate::outgoing::{self, Call, Manner, NoAnswer};
use crate::world::{Shared, World};
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};

const fn call(name: &'static str, route: &'static str) -> Call {
    Call {
        name,
        method: "POST",
        route,
    }
}

const V1_CONFIRMED: Call = call("netgiro.callback", "CallbackUrl");
const V1_CANCELLED: Call = call("netgiro.callback_cancel", "CallbackCancelUrl");
const V2_CONFIRMED: Call = call("netgiro.v2.callback", "CallbackUrl");
const V2_CANCELLED: Call = call("netgiro.v2.callback_cancel", "CallbackCancelUrl");

/// All of them, for the faults.
pub(crate) const CALLS: &[&str] = &[
    V1_CONFIRMED.name,
    V1_CANCELLED.name,
    V2_CONFIRMED.name,
    V2_CANCELLED.name,
];

/// What a fault signs with that wants a key which was never agreed.
const FOREIGN_SECRET: &str = "a secret of somebody else";

/// A callback about a cart, ready to be sent.
struct Callback {
    call: Call,
    url: String,
    body: Value,
    /// Second generation: what is signed behind the secret.
    v2_signed: Option<String>,
}

impl Callback {
    /// Nothing where the merchant has given no address for this news.
    fn about(cart: &Cart, news: News, now: jiff::Timestamp) -> Option<Callback> {
        let is_v2 = cart.confirmation.is_v2();
        let (call, url) = match (news, is_v2) {
            (News::Cancelled, false) => (V1_CANCELLED, &cart.callback_cancel_url),
            (News::Cancelled, true) => (V2_CANCELLED, &cart.callback_cancel_url),
            (_, false) => (V1_CONFIRMED, &cart.callback_url),
            (_, true) => (V2_CONFIRMED, &cart.callback_url),
        };
        Some(Callback {
            call,
            url: url.clone()?,
            body: if is_v2 {
                v2::callback_body(cart, news)
            } else {
                v1::cart_answer(cart, news, now)
            },
            v2_signed: is_v2.then(|| format!("{}{}", cart.id, cart.amount)),
        })
    }

    async fn send(&self, world: &World, faults: Vec<crate::faults::Fault>) -> Result<u16, NoAnswer> {
        let bytes = Bytes::from(self.body.to_string());
        let sign = |body: &[u8], manner: Manner| self.headers(world, body, manner);
        let answer = outgoing::send(world, self.call, &self.url, &bytes, &sign, faults).await?;
        Ok(answer.status().as_u16())
    }

    /// Signed anew for every try. The signatures carry no time, so that none of them can be stale.
    fn headers(&self, world: &World, body: &[u8], manner: Manner) -> Vec<(HeaderName, HeaderValue)> {
        let secret = if manner.unpublished_key {
            FOREIGN_SECRET
        } else {
            account::SECRET
        };
        let headers = match &self.v2_signed {
            Some(signed) => {
                let tampered: &[u8] = if manner.tampered { b"0" } else { b"" };
                let signature = sign::signature(&[secret.as_bytes(), signed.as_bytes(), tampered]);
                vec![("x-netgiro-signature", signature)]
            }
            None => {
                let nonce = world.id().replace('-', "");
                let body = if manner.tampered { b"tampered" } else { body };
                let signature = sign::message(secret, &nonce, &self.url, body);
                vec![("netgiro_nonce", nonce), ("netgiro_signature", signature)]
            }
        };
        let ready = headers.into_iter().filter_map(|(name, text)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(&text).ok()?))
        });
        ready.collect()
    }
}

/// Tells the merchant, in the background and a moment later.
pub(super) fn tell_later(world: &Shared, id: &str, news: News) {
    let (world, id) = (world.clone(), id.to_owned());
    tokio::spawn(async move {
        tokio::time::sleep(world.patience().first_pause).await;
        tell(&world, &id, news).await;
    });
}

/// Tells the merchant now, and takes the consequences.
pub(super) async fn tell(world: &Shared, id: &str, news: News) {
    let callback = world.look(|state, now| Callback::about(state.netgiro.cart(id)?, news, now));
    let Some(callback) = callback else { return };
    let is_v2 = callback.v2_signed.is_some();
    for tried in 0..if is_v2 { 2 } else { 1 } {
        if tried > 0 {
            tokio::time::sleep(world.patience().first_pause).await;
        }
        let faults = world.strike(callback.call.name);
        let wants_hold = faults.iter().any(|fault| fault.kind == Kind::Hold);
        let answer = callback.send(world, faults).await;
        if wants_hold {
            hold(world, id, &callback);
            return;
        }
        if answer.is_ok_and(|status| accepts(is_v2, status)) {
            accepted(world, id);
            return;
        }
    }
    refused(world, id, news);
}

fn hold(world: &World, id: &str, callback: &Callback) {
    let held = HeldCall {
        id: 0,
        call: callback.call,
        merchant: account::APPLICATION_ID.to_owned(),
        about: id.to_owned(),
        body: Some(callback.body.clone()),
        at: world.now(),
    };
    world.with_held(|all| all.keep(held));
}

/// Sends a callback that was held, as it was but signed now. It may come too late to count.
pub(crate) async fn release(world: &Shared, held: &HeldCall) -> Result<Value, NoAnswer> {
    due::settle(world);
    let is_confirmation = [V1_CONFIRMED.name, V2_CONFIRMED.name].contains(&held.call.name);
    let callback = world.look(|state, now| {
        let cart = state.netgiro.cart(&held.about)?;
        let news = match (is_confirmation, cart.confirmation) {
            (false, _) => News::Cancelled,
            (true, super::cart::Confirmation::ServerCallback) => News::Asked,
            (true, _) => News::Confirmed,
        };
        let mut callback = Callback::about(cart, news, now)?;
        callback.body = held.body.clone()?;
        Some((callback, news))
    });
    let (callback, news) = callback.ok_or(NoAnswer::BadAddress)?;
    let answer = callback.send(world, Vec::new()).await;
    match &answer {
        Ok(status) if accepts(callback.v2_signed.is_some(), *status) => accepted(world, &held.about),
        _ => refused(world, &held.about, news),
    }
    Ok(json!({ "status": answer?, "error_code": "" }))
}

/// The first generation takes nothing but 200.
fn accepts(is_v2: bool, status: u16) -> bool {
    if is_v2 {
        (200..300).contains(&status)
    } else {
        status == 200
    }
}

/// A reservation that was asked about becomes a payment, unless it is over by now.
fn accepted(world: &World, id: &str) {
    world.change(|state, now| {
        if let Some(cart) = state.netgiro.cart_mut(id)
            && matches!(cart.stage_at(now), Stage::Calling { .. })
        {
            cart.pay(cart.amount, now);
        }
    });
}

/// Without the merchant's word a reservation ends, and in the second generation a payment does. An Automatic payment of
/// the first stays what it is.
fn refused(world: &Shared, id: &str, news: News) {
    let ended = world.change(|state, now| {
        let cart = state.netgiro.cart_mut(id)?;
        let ends = match (news, cart.stage_at(now)) {
            (News::Asked, Stage::Calling { .. }) => true,
            (News::Confirmed, Stage::Paid | Stage::Reserved) => cart.confirmation.is_v2(),
            _ => false,
        };
        ends.then(|| cart.end(CANCELLED))
    });
    if let Some(Some(news)) = ended {
        tell_later(world, id, news);
    }
}
