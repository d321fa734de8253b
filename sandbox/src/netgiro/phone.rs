//! What the phone shows of Netgíró, and what its owner does: pushes, text messages. Contract, section 4.

use super::cart::{Cart, News, Stage, Way};
use super::customers::{self, Gsm};
use super::state::State;
use super::{account, callback, due};
use crate::number::Number;
use crate::phone::{Item, Tap};
use crate::problem::Problem;
use crate::world::Shared;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// So many phones are listed.
const MOST_PHONES: usize = 20;

/// The phones with a fate of their own.
pub(crate) fn special_numbers() -> impl Iterator<Item = Value> {
    let listed = customers::LISTED.iter();
    listed.map(|listed| json!({ "number": listed.gsm, "what": listed.what }))
}

/// The phones on which something waits, newest first, and how much.
pub(crate) fn numbers(state: &State, now: Timestamp) -> Vec<(Number, usize)> {
    let mut phones: Vec<(&str, usize)> = Vec::new();
    for cart in state
        .carts
        .iter()
        .rev()
        .filter(|cart| item(state, cart, now).is_some())
    {
        let digits = cart.gsm.digits();
        match phones.iter_mut().find(|(known, _)| *known == digits) {
            Some((_, waiting)) => *waiting += 1,
            None => phones.push((digits, 1)),
        }
    }
    let list = phones.into_iter().take(MOST_PHONES);
    list.filter_map(|(digits, waiting)| Some((Number::parse(digits)?, waiting)))
        .collect()
}

/// What waits on this phone, newest first.
pub(crate) fn inbox(state: &State, phone: &str, now: Timestamp) -> Vec<Item> {
    let Some(gsm) = Gsm::parse(phone) else {
        return Vec::new();
    };
    let carts = state.carts.iter().rev().filter(|cart| cart.gsm == gsm);
    carts.filter_map(|cart| item(state, cart, now)).collect()
}

fn item(state: &State, cart: &Cart, now: Timestamp) -> Option<Item> {
    if cart.dismissed {
        return None;
    }
    let amount = kronur(cart.amount);
    let (kind, title, text) = match cart.stage_at(now) {
        Stage::WaitingForCustomer if state.has_app(&cart.gsm) => {
            let text = format!("{} asks for {amount}.", account::SHOP);
            ("payment", "Netgíró: payment request", text)
        }
        Stage::WaitingForCustomer => {
            let shop = account::SHOP;
            let text = format!("{shop} asks you for {amount}. Install the Netgíró app to pay.");
            ("sms", "Text message from Netgíró", text)
        }
        Stage::WaitingForCode => {
            let code = cart.sms_code.as_ref().map_or("", |code| code.0.as_str());
            let shop = account::SHOP;
            let text =
                format!("Your Netgíró code is {code}. Tell it to the cashier of {shop} to pay {amount}.");
            ("sms", "Text message from Netgíró", text)
        }
        _ => return None,
    };
    Some(Item {
        id: cart.id.clone(),
        provider: "netgiro",
        kind,
        title: title.to_owned(),
        text,
        expires_at: Some(cart.expires_at()),
        details: details(state, cart, kind),
    })
}

fn details(state: &State, cart: &Cart, kind: &str) -> Map<String, Value> {
    let mut details = Map::new();
    let mut add = |name: &str, value: Value| details.insert(name.to_owned(), value);
    add("shop", json!(account::SHOP));
    add("received_at", json!(cart.created));
    add("transaction_id", json!(cart.id));
    add("amount", json!({ "currency": "ISK", "value": cart.amount }));
    add("reference", json!(cart.reference));
    if let Some(description) = &cart.description {
        add("description", json!(description));
    }
    if kind == "payment" {
        add("lines", cart.items.iter().map(line).collect());
    }
    if let (Some(code), true) = (&cart.sms_code, kind == "sms") {
        add("code", json!(code.0));
    }
    if kind == "sms" && cart.way == Way::Gsm && !state.has_app(&cart.gsm) {
        add("install", json!(true));
    }
    details
}

/// A line of the cart as the phone's page reads it. Quantities are thousandths.
fn line(item: &Value) -> Value {
    let field = |wanted: &str| {
        let members = item.as_object()?;
        let found = members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value)
    };
    let thousandths = field("Quantity").and_then(Value::as_i64).unwrap_or(1000);
    json!({
        "name": field("Name"),
        "quantity": quantity(thousandths),
        "unit": "",
        "value": field("Amount"),
    })
}

/// `1500` thousandths are `1.5`.
fn quantity(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, rest) = (
        thousandths.unsigned_abs() / 1000,
        thousandths.unsigned_abs() % 1000,
    );
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let text = format!("{sign}{whole}.{rest:03}");
    text.trim_end_matches('0').to_owned()
}

/// `12500` is `12.500 kr.`
fn kronur(amount: i64) -> String {
    let digits = amount.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        let left = digits.len() - at;
        if at > 0 && left.is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    format!("{text} kr")
}

/// A tap on something in the inbox; `None` where it is no request of ours.
pub(crate) async fn tap(world: &Shared, phone: &str, id: &str, tap: &Tap) -> Option<Result<Value, Problem>> {
    due::settle(world);
    let gsm = Gsm::parse(phone)?;
    let done = world.change(|state, now| {
        let cart = state.netgiro.cart(id).filter(|cart| cart.gsm == gsm)?;
        let cart_id = cart.id.clone();
        let stage = cart.stage_at(now);
        Some(act(&mut state.netgiro, &cart_id, stage, tap, now).map(|news| (cart_id, news)))
    })?;
    Some(match done {
        Ok((cart_id, news)) => {
            if let Some(news) = news {
                // The app shows a wheel until the merchant has answered.
                callback::tell(world, &cart_id, news).await;
            }
            outcome(world, &cart_id)
        }
        Err(problem) => Err(problem),
    })
}

/// What the owner's finger does; what the merchant must hear of it.
fn act(
    state: &mut State,
    id: &str,
    stage: Stage,
    tap: &Tap,
    now: Timestamp,
) -> Result<Option<News>, Problem> {
    let gsm = state.cart(id).map(|cart| cart.gsm.clone());
    let has_app = gsm.as_ref().is_some_and(|gsm| state.has_app(gsm));
    match (tap.action.as_str(), stage) {
        ("dismiss", Stage::WaitingForCustomer | Stage::WaitingForCode) => {
            if let Some(cart) = state.cart_mut(id) {
                cart.dismissed = true;
            }
            Ok(None)
        }
        ("approve", Stage::WaitingForCustomer) if has_app => Ok(state.customer_confirms(id, now)),
        ("install" | "approve", Stage::WaitingForCustomer) => {
            if let Some(gsm) = gsm {
                state.install(gsm);
            }
            Ok(None)
        }
        ("approve", Stage::WaitingForCode) => Err(Problem::new(
            StatusCode::CONFLICT,
            "code-is-typed",
            "Tell the code to the cashier: it is typed at the till.",
        )),
        ("reject", Stage::WaitingForCustomer | Stage::WaitingForCode) => {
            Ok(state.cart_mut(id).and_then(Cart::customer_rejects))
        }
        (_, Stage::WaitingForCustomer | Stage::WaitingForCode) => Err(Problem::unreadable(
            "action is approve, reject, install or dismiss.",
        )),
        _ => Err(Problem::new(
            StatusCode::GONE,
            "request-gone",
            "This request is over: it was answered, has lapsed or was taken back.",
        )),
    }
}

/// What came of a tap.
fn outcome(world: &Shared, id: &str) -> Result<Value, Problem> {
    let (stage, code) = world
        .look(|state, now| {
            let cart = state.netgiro.cart(id)?;
            Some((cart.stage_at(now), cart.result(now).1))
        })
        .unwrap_or((Stage::Paid, 10200));
    let word = match stage {
        Stage::WaitingForCustomer | Stage::WaitingForCode => "waiting",
        Stage::Reserved => "reserved",
        Stage::Calling { .. } => "waiting_for_shop",
        Stage::Paid => "paid",
        Stage::Cancelled { .. } => "cancelled",
    };
    Ok(json!({ "state": word, "transaction_id": id, "result_code": code }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_quantities_are_written_as_people_read_them() {
        assert_eq!(kronur(990), "990 kr");
        assert_eq!(kronur(1_000), "1.000 kr");
        assert_eq!(kronur(1_250_000), "1.250.000 kr");
        assert_eq!(quantity(1000), "1");
        assert_eq!(quantity(1500), "1.5");
        assert_eq!(quantity(250), "0.25");
        assert_eq!(quantity(-500), "-0.5");
        assert_eq!(quantity(-2000), "-2");
    }
}
