//! What the app shows, and what the customer does with it: logins and payments. Contract, sections 4 and 5.

use super::accounts::{CLUB_CONSENTS, FIRST_MSN, sales_unit};
use super::callback_code;
use super::epayment::force::{fate, unknown};
use super::epayment::magic::Fate;
use super::epayment::payment::{EventName, Flow, Payment, Step};
use super::login::request::{Login, NoConsent};
use super::special::{Special, has_account, msisdn, special};
use super::state::{State, key};
use crate::number::Number;
use crate::phone::{Item, Tap};
use crate::problem::Problem;
use crate::world::Shared;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Somebody under this age may not pay where a merchant asks for an older one. In years.
const YOUNG_AGE: i64 = 14;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// What waits on this phone, newest first.
pub(crate) fn inbox(state: &State, phone: &str, now: Timestamp) -> Vec<Item> {
    let Some(number) = msisdn(phone) else {
        return Vec::new();
    };
    let logins = state
        .logins
        .values()
        .filter(|login| login.number == number && login.waits(now));
    let payments = state
        .payments
        .values()
        .filter(|payment| payment.reached() == Some(&number) && payment.waits() && !has_lapsed(payment, now));
    let mut items: Vec<(u64, Item)> = logins.map(|login| (login.count, consent_item(login))).collect();
    items.extend(payments.map(|payment| (payment.count, payment_item(payment, now))));
    items.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    items.into_iter().map(|(_, item)| item).collect()
}

/// Whose phones something waits on, newest first.
pub(super) fn waiting_numbers(state: &State, now: Timestamp) -> Vec<Number> {
    let logins = state.logins.values().filter(|login| login.waits(now));
    let payments = state
        .payments
        .values()
        .filter(|payment| payment.waits() && !has_lapsed(payment, now));
    let mut found: Vec<(u64, Number)> = logins.map(|login| (login.count, login.number.clone())).collect();
    found.extend(payments.filter_map(|payment| Some((payment.count, payment.reached()?.clone()))));
    found.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    found.into_iter().map(|(_, number)| number).collect()
}

fn has_lapsed(payment: &Payment, now: Timestamp) -> bool {
    payment.next_change().is_some_and(|at| at <= now)
}

fn consent_item(login: &Login) -> Item {
    let shop = shop(login.msn.as_deref().unwrap_or(FIRST_MSN));
    let consents: Vec<Value> = CLUB_CONSENTS
        .iter()
        .filter(|_| login.asks_for_consents())
        .map(|consent| json!({ "id": consent.id, "text": consent.text, "required": consent.required }))
        .collect();
    Item {
        id: login.id.clone(),
        provider: "vipps",
        kind: "consent",
        title: format!("Log in at {shop}"),
        text: format!("{shop} asks who you are."),
        expires_at: Some(login.expires),
        details: object(json!({
            "shop": shop,
            "received_at": login.created,
            "binding_message": login.binding_message,
            "scopes": login.scopes,
            "consents": consents,
        })),
    }
}

fn shop(msn: &str) -> &'static str {
    sales_unit(msn).map_or("A shop", |unit| unit.name)
}

fn payment_item(payment: &Payment, now: Timestamp) -> Item {
    let shop = shop(&payment.msn);
    Item {
        id: payment.psp_reference.clone(),
        provider: "vipps",
        kind: "payment",
        title: format!("Pay {shop}"),
        text: format!("{shop} asks you to pay."),
        expires_at: Some(payment.expires),
        details: object(json!({
            "shop": shop,
            "msn": payment.msn,
            "received_at": payment.created,
            "amount": payment.amount(payment.value),
            "description": payment.request.get("paymentDescription"),
            "reference": payment.reference,
            "lines": lines(&payment.request),
            "opened": payment.is_deciding(now),
            "refusal": payment.refusal,
            "state": payment.stage,
        })),
    }
}

/// The receipt's lines, as the phone shows them.
fn lines(request: &Value) -> Vec<Value> {
    let lines = request.pointer("/receipt/orderLines").and_then(Value::as_array);
    let describe = |line: &Value| {
        let quantity = line
            .pointer("/unitInfo/quantity")
            .and_then(Value::as_str)
            .unwrap_or("1");
        json!({
            "name": line.get("name"),
            "quantity": quantity,
            "unit": line.pointer("/unitInfo/quantityUnit"),
            "value": line.get("totalAmount"),
        })
    };
    lines.into_iter().flatten().map(describe).collect()
}

fn gone() -> Problem {
    let detail = "This request waits no more: it was answered, taken back, or has lapsed.";
    Problem::new(StatusCode::NOT_FOUND, "request-gone", detail)
}

fn unknown_action(possible: &str) -> Problem {
    Problem::unreadable(format!("The action is one of: {possible}."))
}

/// A tap on something in the inbox; `None` where it is no request of ours.
pub(crate) async fn tap(world: &Shared, phone: &str, id: &str, tap: &Tap) -> Option<Result<Value, Problem>> {
    let number = msisdn(phone)?;
    let request = world.look(|state, _| find(&state.vipps, &number, id))?;
    Some(world.change(|state, now| {
        let state = &mut state.vipps;
        state.catch_up(now);
        match request {
            Request::Login(auth_req_id) => tap_login(state, &auth_req_id, tap, now),
            Request::Payment(key) => {
                let mut answer = tap_payment(state, &key, &number, &tap.action, now)?;
                if let (Some(answer), Some(url)) = (answer.as_object_mut(), way_back(state, &key)) {
                    answer.insert("return_url".to_owned(), url);
                }
                Ok(answer)
            }
        }
    }))
}

/// Where a customer goes on who came from the merchant's page or app.
fn way_back(state: &State, payment_key: &str) -> Option<Value> {
    let payment = state.payments.get(payment_key)?;
    let comes_from_there = matches!(payment.flow, Flow::WebRedirect | Flow::NativeRedirect);
    let url = payment.request.get("returnUrl")?;
    (comes_from_there && !payment.waits()).then(|| url.clone())
}

/// What a tap is on: its key in the state.
enum Request {
    Login(String),
    Payment(String),
}

fn find(state: &State, number: &Number, id: &str) -> Option<Request> {
    if let Some(auth_req_id) = state.login_in_inbox(number, id) {
        return Some(Request::Login(auth_req_id));
    }
    let mut payments = state.payments.iter();
    let found =
        payments.find(|(_, payment)| payment.psp_reference == id && payment.reached() == Some(number));
    found.map(|(key, _)| Request::Payment(key.clone()))
}

fn tap_login(state: &mut State, auth_req_id: &str, tap: &Tap, now: Timestamp) -> Result<Value, Problem> {
    let refused = |failure: NoConsent| match failure {
        NoConsent::Gone => gone(),
        NoConsent::Missing(id) => {
            let detail = "Without this consent nobody becomes a member: give it, or refuse.";
            Problem::new(StatusCode::CONFLICT, "consent-missing", detail).with("consent", id)
        }
        NoConsent::Unknown => Problem::unreadable("consents names one that was not asked for."),
    };
    match tap.action.as_str() {
        "approve" => {
            let given = tap
                .rest
                .get("consents")
                .filter(|given| !given.is_null())
                .map(read_consents)
                .transpose()?;
            state.approve_login(auth_req_id, given, now).map_err(refused)?;
            Ok(json!({ "state": "APPROVED" }))
        }
        "reject" => {
            state.reject_login(auth_req_id, now).map_err(refused)?;
            Ok(json!({ "state": "REJECTED" }))
        }
        _ => Err(unknown_action("approve, reject")),
    }
}

/// The consents that were given: `[{id, accepted}]`, or the ids of those that are.
fn read_consents(given: &Value) -> Result<BTreeSet<String>, Problem> {
    let unreadable = || Problem::unreadable("consents is [{id, accepted}], or a list of ids.");
    let mut accepted = BTreeSet::new();
    for one in given.as_array().ok_or_else(unreadable)? {
        let (id, yes) = match one {
            Value::String(id) => (Some(id.as_str()), Some(true)),
            one => (
                one.get("id")
                    .or_else(|| one.get("consent_id"))
                    .and_then(Value::as_str),
                one.get("accepted")
                    .or_else(|| one.get("is_accepted"))
                    .and_then(Value::as_bool),
            ),
        };
        if yes.ok_or_else(unreadable)? {
            accepted.insert(id.ok_or_else(unreadable)?.to_owned());
        }
    }
    Ok(accepted)
}

fn tap_payment(
    state: &mut State,
    payment_key: &str,
    number: &Number,
    action: &str,
    now: Timestamp,
) -> Result<Value, Problem> {
    let payment = state
        .payments
        .get_mut(payment_key)
        .filter(|payment| payment.waits())
        .ok_or_else(gone)?;
    if payment.deciding.is_some_and(|deciding| deciding.then_paid) {
        let detail = "The bank has not answered yet: within the hour it will.";
        return Err(Problem::new(StatusCode::CONFLICT, "payment-unknown", detail));
    }
    let value = payment.value;
    match action {
        "open" => {
            payment.open(now);
            Ok(json!({ "state": payment.stage, "opened": true }))
        }
        "reject" => {
            state.step(payment_key, Step::of(EventName::Aborted, value), now);
            Ok(json!({ "state": "ABORTED" }))
        }
        "approve" => {
            if is_too_young(payment, number) {
                payment.deciding = None;
                let detail = "The shop sells this to older customers only.";
                return Err(Problem::new(StatusCode::PAYMENT_REQUIRED, "too-young", detail));
            }
            match fate(number, value) {
                Fate::Paid => {
                    state.step(payment_key, Step::of(EventName::Authorized, value), now);
                    Ok(json!({ "state": "AUTHORIZED" }))
                }
                Fate::UnknownForAnHour => {
                    payment.deciding = Some(unknown(now));
                    Ok(json!({ "state": payment.stage, "unknown": true }))
                }
                Fate::Fails(code) => {
                    payment.deciding = None;
                    payment.refusal = Some(code.to_owned());
                    let detail = "The payment failed. Try another card, or refuse.";
                    Err(Problem::new(StatusCode::PAYMENT_REQUIRED, code, detail))
                }
            }
        }
        _ => Err(unknown_action("open, approve, reject")),
    }
}

fn is_too_young(payment: &Payment, number: &Number) -> bool {
    let least = payment.request.get("minimumUserAge").and_then(Value::as_i64);
    special(number) == Some(Special::TooYoung) && least.is_some_and(|least| least > YOUNG_AGE)
}

/// Opens the link of a payment, or scans a code of the merchant's; `None` where it is no link of ours.
pub(crate) async fn scan(world: &Shared, phone: &str, link: &str) -> Option<Result<Value, Problem>> {
    let link = inner_link(link);
    if let Some(token) = link.strip_prefix(callback_code::CONTENT) {
        return Some(callback_code::check_in(world, phone, token));
    }
    let token = link.strip_prefix("https://qr.vipps.no/e/")?.to_owned();
    Some(open_payment(world, phone, &token))
}

/// The link within a link of the sandbox's own page, `…/phone/open?link=…`.
fn inner_link(link: &str) -> String {
    let within = url::Url::parse(link)
        .ok()
        .filter(|url| url.path() == "/phone/open")
        .and_then(|url| {
            url.query_pairs()
                .find(|(name, _)| name == "link")
                .map(|(_, value)| value.into_owned())
        });
    within.unwrap_or_else(|| link.to_owned())
}

fn open_payment(world: &Shared, phone: &str, token: &str) -> Result<Value, Problem> {
    let unknown = |detail: &str| Problem::new(StatusCode::NOT_FOUND, "link-unknown", detail);
    let number = msisdn(phone).filter(has_account);
    let number = number.ok_or_else(|| unknown("Nobody with this number has the app."))?;
    world.change(|state, now| {
        state.vipps.catch_up(now);
        let mut payments = state.vipps.payments.values_mut();
        let payment = payments
            .find(|payment| payment.link_token.as_deref() == Some(token) && payment.waits())
            .ok_or_else(|| unknown("This code is of no payment that waits."))?;
        if payment.number.as_ref().is_some_and(|other| *other != number) {
            let detail = "Another phone has opened this payment already.";
            return Err(Problem::new(StatusCode::CONFLICT, "link-taken", detail));
        }
        payment.number = Some(number);
        payment.link_opened = true;
        Ok(json!({ "inbox_id": payment.psp_reference }))
    })
}

/// All payments, for `/control`: how they stand, and no numbers of people.
pub(crate) fn payments(state: &State) -> Vec<Value> {
    let mut all: Vec<&Payment> = state.payments.values().collect();
    all.sort_by_key(|payment| payment.count);
    let describe = |payment: &&Payment| {
        json!({
            "msn": payment.msn,
            "reference": payment.reference,
            "pspReference": payment.psp_reference,
            "userFlow": payment.flow,
            "amount": payment.amount(payment.value),
            "state": payment.stage,
            "aggregate": payment.aggregate(),
            "created": payment.created,
            "expires": payment.expires,
            "events": payment.history(),
            "webhooks_waiting": waiting(state, payment),
        })
    };
    all.iter().map(describe).collect()
}

fn waiting(state: &State, payment: &Payment) -> usize {
    let about = key(&payment.msn, &payment.reference);
    state
        .deliveries
        .iter()
        .filter(|delivery| delivery.about == about)
        .count()
}
