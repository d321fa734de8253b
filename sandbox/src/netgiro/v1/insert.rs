//! InsertCart: a new cart for a customer. Contract, section 3.

use super::signed::{Signed, failure};
use crate::netgiro::app_code;
use crate::netgiro::callback;
use crate::netgiro::cart::{Cart, Confirmation, SmsCode, Stage, Way};
use crate::netgiro::customers::{self, Gsm};
use crate::netgiro::fields::{Bad, Fields};
use crate::world::Shared;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

const ACCEPTED: u32 = 200;
const GENERIC: u32 = 400;
const CART_NOT_VALID: u32 = 10304;
const BELOW_THE_MINIMUM: u32 = 10305;
const CONFIRMATION_NOT_VALID: u32 = 10427;

/// The pace of CheckCart where none was set at `/control/netgiro/pace`.
pub(in crate::netgiro) const PACE_MS: u32 = 2000;
/// Amounts are 32-bit numbers at their side.
const HIGHEST_AMOUNT: i64 = 2_147_483_647;
/// The most lines, and the longest texts.
const MOST_ITEMS: usize = 200;
const LONGEST: usize = 500;
const LONGEST_URL: usize = 2000;

/// A refusal: its code and a sentence.
type Refusal = (u32, String);

impl From<Bad> for Refusal {
    fn from(bad: Bad) -> Self {
        (GENERIC, bad.0)
    }
}

pub(super) async fn insert(State(world): State<Shared>, call: Signed) -> Response {
    let id = world.id();
    let sms_code = SmsCode(format!("{:06}", world.number_below(1_000_000)));
    let inserted = world.change(|state, now| {
        let asked = read(&call.fields)?;
        let state = &mut state.netgiro;
        let (gsm, way) = customer(state, &asked.customer_id, now)?;
        let cart = asked.cart(id.clone(), (gsm, way), sms_code, now);
        let has_app = state.has_app(&cart.gsm);
        state.add(cart);
        let news = match way {
            Way::AppCode => state.customer_confirms(&id, now),
            Way::Gsm | Way::Ssn => None,
        };
        Ok((news, has_app, state.pace_ms.unwrap_or(PACE_MS)))
    });
    match inserted {
        Ok((news, has_app, pace_ms)) => {
            if let Some(news) = news {
                // After the answer: before it the merchant does not know the cart.
                callback::tell_later(&world, &id, news);
            }
            call.answer(&world, &accepted(&id, has_app, pace_ms))
        }
        Err((code, message)) => call.answer(&world, &failure(code, &message)),
    }
}

fn accepted(id: &str, has_app: bool, pace_ms: u32) -> Value {
    json!({
        "Success": true,
        "Message": "The cart is inserted.",
        "ResultCode": ACCEPTED,
        "TransactionId": id,
        "ProcessCartCheckIntervalMiliseconds": pace_ms,
        "RemoteConfirmationAvailable": has_app,
        "AnnouncementMessage": Value::Null,
    })
}

/// What a merchant asks for.
struct Asked {
    amount: i64,
    reference: String,
    customer_id: String,
    confirmation: Confirmation,
    callback_url: Option<String>,
    callback_cancel_url: Option<String>,
    description: Option<String>,
    location_id: Option<String>,
    register_id: Option<String>,
    items: Vec<Value>,
}

fn read(fields: &Fields) -> Result<Asked, Refusal> {
    let amount = fields.required_int("Amount")?;
    let reference = fields.required_text("Reference", LONGEST)?;
    let customer_id = fields.required_text("CustomerId", LONGEST)?;
    let callback_url = url(fields, "CallbackUrl")?;
    let confirmation = match fields.required_int("ConfirmationType")? {
        0 => Confirmation::Automatic,
        1 if callback_url.is_none() => {
            let message = "'CallbackUrl' must not be empty for ConfirmationType 1.";
            return Err((GENERIC, message.to_owned()));
        }
        1 => Confirmation::ServerCallback,
        2 => Confirmation::Manual,
        _ => {
            let message = "'ConfirmationType' is 0, 1 or 2.";
            return Err((CONFIRMATION_NOT_VALID, message.to_owned()));
        }
    };
    if amount == 0 {
        return Err((BELOW_THE_MINIMUM, "The least amount is 1 ISK.".to_owned()));
    }
    if !(1..=HIGHEST_AMOUNT).contains(&amount) {
        let message = format!("'Amount' is from 1 to {HIGHEST_AMOUNT}.");
        return Err((GENERIC, message));
    }
    fields.text("ClientInfo", LONGEST)?;
    Ok(Asked {
        amount,
        reference,
        customer_id,
        confirmation,
        callback_url,
        callback_cancel_url: url(fields, "CallbackCancelUrl")?,
        description: fields.text("Description", LONGEST)?,
        location_id: fields.text("LocationId", LONGEST)?,
        register_id: fields.text("RegisterId", LONGEST)?,
        items: items(fields, amount)?,
    })
}

/// An address that is there. Whether anybody answers there is seen when it is called.
fn url(fields: &Fields, name: &str) -> Result<Option<String>, Bad> {
    let text = fields.text(name, LONGEST_URL)?;
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// The lines, whose totals are the amount. Contract, section 3.
fn items(fields: &Fields, amount: i64) -> Result<Vec<Value>, Refusal> {
    let items = fields.objects("CartItemRequests", MOST_ITEMS)?;
    let mut sum = 0_i64;
    for (item, _) in &items {
        item.text("ProductNo", LONGEST)?;
        item.required_text("Name", LONGEST)?;
        item.text("Description", LONGEST)?;
        item.required_int("UnitPrice")?;
        item.required_int("Quantity")?;
        sum = sum.saturating_add(item.required_int("Amount")?);
    }
    if !items.is_empty() && sum != amount {
        let message = format!("The lines come to {sum} and 'Amount' is {amount}.");
        return Err((CART_NOT_VALID, message));
    }
    Ok(items.into_iter().map(|(_, as_sent)| as_sent).collect())
}

/// Who is meant, and how they were named.
fn customer(
    state: &mut crate::netgiro::State,
    customer_id: &str,
    now: Timestamp,
) -> Result<(Gsm, Way), Refusal> {
    let named = Gsm::parse(customer_id)
        .map(|gsm| (gsm, Way::Gsm))
        .or_else(|| Some((customers::phone_of(customer_id)?, Way::Ssn)))
        .or_else(|| Some((app_code::redeem(state, customer_id, now)?, Way::AppCode)));
    let (gsm, way) = named.ok_or_else(|| {
        let message =
            "'CustomerId' is a GSM of seven digits, a kennitala of ten, or the code that an app shows now.";
        (GENERIC, message.to_owned())
    })?;
    match customers::profile(&gsm).refused_at_once {
        Some(code) => Err((code, refused(code).to_owned())),
        None => Ok((gsm, way)),
    }
}

const fn refused(code: u32) -> &'static str {
    match code {
        10306 => "There is no such customer.",
        GENERIC => "This is not a customer.",
        _ => "The payment is declined.",
    }
}

impl Asked {
    fn cart(self, id: String, (gsm, way): (Gsm, Way), sms_code: SmsCode, now: Timestamp) -> Cart {
        let wanted = (self.amount, self.reference);
        let mut cart = Cart {
            description: self.description,
            items: self.items,
            location_id: self.location_id,
            register_id: self.register_id,
            callback_url: self.callback_url,
            callback_cancel_url: self.callback_cancel_url,
            ..Cart::new(id, self.confirmation, (gsm, way), wanted, now)
        };
        if way == Way::Ssn {
            cart.stage = Stage::WaitingForCode;
            cart.sms_code = Some(sms_code);
        }
        cart
    }
}
