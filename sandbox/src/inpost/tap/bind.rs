//! Approving and refusing a binding. Contract, flows A and B.

use super::{busy, no_answer, note, refused, wrong_answer};
use crate::inpost::deliver::{self, News};
use crate::inpost::merchant;
use crate::inpost::special;
use crate::inpost::state::{Browser, Link, Merchant, Pending, State};
use crate::inpost::{shape, shapes};
use crate::number::Number;
use crate::people;
use crate::problem::Problem;
use crate::world::Shared;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

/// How the customer approves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Approval {
    pub(crate) trust_browser: bool,
    pub(crate) sign_in: bool,
    /// The browser that is trusted already, where it is asked for in one.
    pub(crate) browser_id: Option<String>,
}

struct Asked {
    merchant: Merchant,
    basket_id: String,
    inpost_basket_id: String,
    browser: String,
}

fn gone() -> Problem {
    let detail =
        "This request is no longer there: it has lapsed, was answered, or the shop has withdrawn it.";
    Problem::new(StatusCode::GONE, "request-gone", detail)
}

/// Approves: tells the merchant, and links the basket if the merchant answers with it.
pub(crate) async fn approve(
    world: &Shared,
    number: &Number,
    id: &str,
    approval: Approval,
) -> Result<Value, Problem> {
    let asked = world.change(|state, now| begin(&mut state.inpost, number, id, &approval, now))?;
    let browser_id = approval
        .browser_id
        .or_else(|| approval.trust_browser.then(|| world.id()));
    let body = confirmation(number, &asked.inpost_basket_id, browser_id.as_deref());
    let answer = merchant::ask(
        world,
        &asked.merchant,
        merchant::CONFIRM,
        &asked.basket_id,
        Some(&body),
    )
    .await;
    let answer = match answer {
        Ok(answer) if answer.status < 500 => answer,
        failed => {
            world.change(|state, _| {
                if let Some(pending) = pending_mut(&mut state.inpost, id) {
                    pending.answering = false;
                    pending.failed = true;
                }
            });
            let meanwhile = "Nothing is linked yet: try again.";
            return Err(match failed {
                Ok(answer) => refused(&answer, "shop-error", meanwhile),
                Err(failure) => no_answer(failure, meanwhile),
            });
        }
    };
    let document = answer.json();
    let verdict = if answer.is_success() {
        shape::check(&document, &shapes::BASKET)
            .map_err(|error| wrong_answer(&error.message, "The basket is not linked."))
    } else {
        Err(refused(
            &answer,
            "shop-refused",
            "The shop did not accept the link. The basket is not linked.",
        ))
    };
    let settled =
        world.change(|state, now| settle(&mut state.inpost, number, id, &verdict, document, browser_id, now));
    if let Err(problem) = &verdict {
        note(world, number, problem.code, &problem.detail, &asked.merchant.name);
    }
    verdict?;
    settled
        .then(|| json!({ "inpost_basket_id": asked.inpost_basket_id }))
        .ok_or_else(gone)
}

fn begin(
    state: &mut State,
    number: &Number,
    id: &str,
    approval: &Approval,
    now: Timestamp,
) -> Result<Asked, Problem> {
    let signed_out = is_signed_out(state, number);
    if signed_out && !approval.sign_in {
        let detail = "Nobody is signed in to InPost Pay on this phone: sign in and approve.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "sign-in-first", detail));
    }
    let asked = take(state, number, id, now)?;
    if signed_out {
        state.signed_out.insert(number.clone(), false);
    }
    Ok(asked)
}

/// Whether this person has to sign in first.
pub(crate) fn is_signed_out(state: &State, number: &Number) -> bool {
    state
        .signed_out
        .get(number)
        .copied()
        .unwrap_or_else(|| special::starts_signed_out(number))
}

/// Finds the request and keeps others from answering it at the same time.
fn take(state: &mut State, number: &Number, id: &str, now: Timestamp) -> Result<Asked, Problem> {
    let merchants = &state.merchants;
    let basket = state
        .baskets
        .values_mut()
        .find(|basket| {
            basket
                .pending(now)
                .is_some_and(|p| p.id == id && p.number.as_ref() == Some(number))
        })
        .ok_or_else(gone)?;
    let merchant = merchants.get(&basket.merchant).cloned().ok_or_else(gone)?;
    let Link::Pending(pending) = &mut basket.link else {
        return Err(gone());
    };
    if pending.answering {
        return Err(busy());
    }
    pending.answering = true;
    Ok(Asked {
        merchant,
        basket_id: basket.basket_id.clone(),
        inpost_basket_id: basket.inpost_basket_id.clone(),
        browser: pending.browser.clone(),
    })
}

fn pending_mut<'a>(state: &'a mut State, id: &str) -> Option<&'a mut Pending> {
    state
        .baskets
        .values_mut()
        .find_map(|basket| match &mut basket.link {
            Link::Pending(pending) if pending.id == id => Some(pending),
            _ => None,
        })
}

fn confirmation(number: &Number, inpost_basket_id: &str, browser_id: Option<&str>) -> Value {
    let person = people::person(number);
    let (country_prefix, phone) = number.parts();
    let browser = match browser_id {
        Some(browser_id) => json!({ "browser_trusted": true, "browser_id": browser_id }),
        None => json!({ "browser_trusted": false }),
    };
    json!({
        "status": "SUCCESS",
        "inpost_basket_id": inpost_basket_id,
        "phone_number": { "country_prefix": country_prefix, "phone": phone },
        "browser": browser,
        "masked_phone_number": number.masked(),
        "name": person.name,
        "surname": person.surname,
    })
}

/// Links the basket, or frees it. Whether the request was still there.
fn settle(
    state: &mut State,
    number: &Number,
    id: &str,
    verdict: &Result<(), Problem>,
    document: Value,
    browser_id: Option<String>,
    now: Timestamp,
) -> bool {
    let found = state
        .baskets
        .values_mut()
        .find(|basket| matches!(&basket.link, Link::Pending(p) if p.id == id));
    let Some(basket) = found else { return false };
    let Link::Pending(pending) = &basket.link else {
        return false;
    };
    let description = pending.browser.clone();
    if verdict.is_err() {
        basket.link = Link::Free;
        return true;
    }
    basket.link = Link::Linked {
        number: number.clone(),
    };
    basket.document = Some(document);
    basket.changed = now;
    basket.binding = Some(id.to_owned());
    basket.browser_id.clone_from(&browser_id);
    let merchant = basket.merchant.clone();
    if let Some(browser_id) = browser_id {
        state.browsers.entry(browser_id).or_insert_with(|| Browser {
            merchant,
            number: number.clone(),
            since: now,
            description,
        });
    }
    true
}

/// Refuses: the request is gone at once, the merchant hears of it as soon as it can.
pub(crate) async fn reject(world: &Shared, number: &Number, id: &str) -> Result<Value, Problem> {
    let asked = world.change(|state, now| {
        let asked = take(&mut state.inpost, number, id, now)?;
        if let Some(basket) = state.inpost.baskets.get_mut(&asked.inpost_basket_id) {
            basket.link = Link::Free;
        }
        Ok::<_, Problem>(asked)
    })?;
    let body = json!({ "status": "REJECT", "inpost_basket_id": asked.inpost_basket_id });
    let news = News::Refused {
        basket_id: asked.basket_id,
        body,
    };
    let told = deliver::tell(world, &asked.merchant.client_id, news).await;
    Ok(json!({ "shop_told": told, "browser": asked.browser }))
}
