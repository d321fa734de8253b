//! A new payment of the second generation: at once by the app's code, or after a push to a phone.

use super::envelope::{Merchant, envelope, invalid};
use crate::netgiro::app_code;
use crate::netgiro::callback;
use crate::netgiro::cart::{Cart, Confirmation, Way};
use crate::netgiro::customers::{self, Gsm};
use crate::netgiro::fields::{Bad, Fields};
use crate::world::Shared;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::Timestamp;

const LONGEST: usize = 500;
const LONGEST_URL: usize = 2000;
const HIGHEST_AMOUNT: i64 = 2_147_483_647;

pub(super) async fn create(State(world): State<Shared>, _: Merchant, body: Bytes) -> Response {
    let id = world.id();
    let created = world.change(|state, now| {
        let asked = read(&body)?;
        let state = &mut state.netgiro;
        let (gsm, way) = customer(state, &asked.customer, now)?;
        state.add(asked.cart(id.clone(), (gsm, way), now));
        let news = match way {
            Way::AppCode => state.customer_confirms(&id, now),
            Way::Gsm | Way::Ssn => None,
        };
        let cart = state.cart(&id);
        let answer = cart.map(|cart| envelope(cart, state.pace_ms, now));
        Ok::<_, Bad>((answer, news))
    });
    match created {
        Ok((answer, news)) => {
            if let Some(news) = news {
                // After the answer: before it the merchant does not know the transaction.
                callback::tell_later(&world, &id, news);
            }
            axum::Json(answer).into_response()
        }
        Err(Bad(message)) => invalid(&message),
    }
}

struct Asked {
    amount: i64,
    reference: String,
    customer: String,
    manual_capture: bool,
    callback_url: Option<String>,
    callback_cancel_url: Option<String>,
}

fn read(body: &Bytes) -> Result<Asked, Bad> {
    let fields = Fields::read(body)?;
    let amount = fields.required_int("Amount")?;
    if amount < 1 {
        return Err(Bad("'Amount' must be greater than '0'.".to_owned()));
    }
    if amount > HIGHEST_AMOUNT {
        return Err(Bad(format!("'Amount' must be at most '{HIGHEST_AMOUNT}'.")));
    }
    let url = |name| {
        let text = fields.text(name, LONGEST_URL)?;
        Ok::<_, Bad>(text.filter(|text| !text.trim().is_empty()))
    };
    Ok(Asked {
        amount,
        reference: fields.required_text("Reference", LONGEST)?,
        customer: fields.required_text("CustomerIdentifier", LONGEST)?,
        manual_capture: fields.flag("ManualCapture")?,
        callback_url: url("CallbackUrl")?,
        callback_cancel_url: url("CallbackCancelUrl")?,
    })
}

/// A GSM, or the code that an app shows: typed or scanned.
fn customer(state: &mut crate::netgiro::State, text: &str, now: Timestamp) -> Result<(Gsm, Way), Bad> {
    let named = match Gsm::parse(text) {
        Some(gsm) => Some((gsm, Way::Gsm)),
        None => app_code::redeem(state, text, now).map(|gsm| (gsm, Way::AppCode)),
    };
    let verified = named.filter(|(gsm, _)| customers::profile(gsm).refused_at_once.is_none());
    verified.ok_or_else(|| Bad("Customer not verified.".to_owned()))
}

impl Asked {
    fn cart(self, id: String, customer: (Gsm, Way), now: Timestamp) -> Cart {
        let confirmation = if self.manual_capture {
            Confirmation::V2Manual
        } else {
            Confirmation::V2Automatic
        };
        Cart {
            callback_url: self.callback_url,
            callback_cancel_url: self.callback_cancel_url,
            ..Cart::new(id, confirmation, customer, (self.amount, self.reference), now)
        }
    }
}
