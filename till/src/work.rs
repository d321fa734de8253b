//! What a cashier does with the sale on the desk: rings up, names the customer, asks for money.
//!
//! Ringing up is sent in its order and again under its own name until it is answered, for it counts once. What moves money
//! is sent once; after no answer the desk says what came of it.

use crate::api::{self, Body, Failure};
use crate::state::{Notice, Till};
use crate::{goods, page};
use gloo_net::http::Method;
use karfa_shared::till::{
    AmountWish, CANCEL, CAPTURE, CHECK, CODE, CUSTOMER, CodeEntry, CustomerKind, DISCARD, DeskView,
    ENROLMENT, Edit, EditRequest, FINISH, Identify, LINES, PAYMENT, PaymentWish, SCAN, ScanRequest, Scanned,
    ScannedWas,
};
use leptos::prelude::*;

/// How often the same scan or edit is sent before the cashier is asked to do it again.
const TRIES: usize = 4;

/// Sends what counts once until it is answered. Between two tries the desk is read, which waits for the network.
async fn surely<T: serde::de::DeserializeOwned>(
    till: Till,
    path: &str,
    message: &impl serde::Serialize,
) -> Result<T, Failure> {
    let mut answer = Err(Failure::NoAnswer);
    for _ in 0..TRIES {
        answer = api::post(path, Body::json(message)).await;
        if !matches!(answer, Err(Failure::NoAnswer)) || !till.seat_is_taken() {
            break;
        }
        till.read_desk().await;
    }
    answer
}

/// Changes the lines.
pub(crate) fn edit(till: Till, edits: Vec<Edit>) {
    till.in_turn(async move {
        let request = EditRequest {
            request_id: page::fresh_id(),
            edits,
        };
        till.notice.set(None);
        let answer = surely::<DeskView>(till, &till.of_this_sale(LINES), &request).await;
        till.settle(answer).await;
    });
}

/// Rings up so many of something, or takes them back.
pub(crate) fn ring_up(till: Till, good: String, quantity: u32) {
    let edit_ = if till.returning.get_untracked() {
        Edit::Return { good, quantity }
    } else {
        Edit::Add { good, quantity }
    };
    edit(till, vec![edit_]);
}

/// What a scanner read, whatever it is. Goods that come back, or several at once, are told from their barcode here.
pub(crate) fn scan(till: Till, text: &str, quantity: u32) {
    let text = text.trim().to_owned();
    if text.is_empty() {
        return;
    }
    let is_plain = quantity == 1 && !till.returning.get_untracked();
    if !is_plain {
        let known = till
            .goods
            .with_untracked(|all| goods::by_ean(all, &text).map(|good| good.id.clone()));
        if let Some(good) = known {
            ring_up(till, good, quantity);
            return;
        }
    }
    till.in_turn(async move {
        let request = ScanRequest {
            request_id: page::fresh_id(),
            text,
        };
        till.notice.set(None);
        match surely::<Scanned>(till, SCAN, &request).await {
            Ok(scanned) => {
                till.take(scanned.desk);
                let known = scanned.note.map(|note| format!("note.{note}"));
                let known =
                    known.filter(|name| till.texts.with_untracked(|texts| texts.find(name).is_some()));
                let said = match (&known, scanned.was) {
                    (Some(note), _) => note,
                    (None, ScannedWas::Good) => "scan.was_good",
                    (None, ScannedWas::Customer) => "scan.was_customer",
                };
                till.say(till.text(said));
            }
            Err(failure) => till.settle(Err(failure)).await,
        }
    });
}

/// Names the customer.
pub(crate) fn identify(till: Till, kind: CustomerKind, text: String) {
    till.in_turn(async move {
        till.notice.set(None);
        let answer = api::post::<DeskView>(CUSTOMER, Body::json(&Identify { kind, text })).await;
        till.settle(answer).await;
    });
}

/// Forgets the customer.
pub(crate) fn forget_customer(till: Till) {
    till.in_turn(async move {
        let answer = api::tell(Method::DELETE, CUSTOMER, Body::Empty).await;
        till.settle(answer.and_then(api::read)).await;
    });
}

/// Asks the customer to join the club.
pub(crate) fn enrol(till: Till) {
    till.act(Method::POST, ENROLMENT, Body::Empty);
}

/// No longer waits for the customer's answer.
pub(crate) fn stop_enrolling(till: Till) {
    till.act(Method::DELETE, ENROLMENT, Body::Empty);
}

/// Asks for the payment.
pub(crate) fn request_payment(till: Till, wish: &PaymentWish) {
    till.act(Method::POST, PAYMENT, Body::json(wish));
}

/// Asks the provider now.
pub(crate) fn check(till: Till) {
    till.act(Method::POST, CHECK, Body::Empty);
}

/// The code that the customer read out.
pub(crate) fn enter_code(till: Till, code: String) {
    till.act(Method::POST, CODE, Body::json(&CodeEntry { code }));
}

/// Captures so much.
pub(crate) fn capture(till: Till, amount_minor: i64) {
    till.act(Method::POST, CAPTURE, Body::json(&AmountWish { amount_minor }));
}

/// Takes the request, or the authorised amount, back.
pub(crate) fn cancel(till: Till) {
    till.act(Method::POST, CANCEL, Body::Empty);
}

/// The next customer.
pub(crate) fn finish(till: Till) {
    till.returning.set(false);
    till.act(Method::POST, FINISH, Body::Empty);
    page::focus("scan");
}

/// Throws an unpaid sale away.
pub(crate) fn discard(till: Till) {
    till.returning.set(false);
    till.act(Method::POST, DISCARD, Body::Empty);
    page::focus("scan");
}

/// Tells the cashier what is missing.
pub(crate) fn ask_cashier(till: Till, text: &str) {
    till.notice.set(Some(Notice {
        is_bad: true,
        text: till.text(text),
    }));
}
