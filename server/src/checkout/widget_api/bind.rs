//! Beginning to link a basket.

use super::visit::Visit;
use super::{failed, refused};
use crate::checkout::link::{Link, Stage};
use crate::checkout::machine::{BrowserFacts, Command, Refusal};
use crate::checkout::translate::basket::can_be_taken;
use crate::shop::model::BasketId;
use crate::web::client_address::ClientAddress;
use crate::web::problem::{JsonBody, Problem};
use axum::Json;
use axum::http::StatusCode;
use inpost_pay::wire::binding::BindingPlace;
use karfa_shared::phone::PhoneNumber;
use karfa_shared::widget::{Bind, BindAnswer, BindMethod, BrowserData, Ended, LinkView};
use std::time::Duration;
use tokio::time::Instant;

/// How long the page is kept waiting for InPost's verdict; it goes on observing after that.
const PATIENCE: Duration = Duration::from_secs(12);
/// The longest text that a browser may say of itself.
const LONGEST_TEXT: usize = 512;
/// The code for a page when InPost cannot be reached.
const UNAVAILABLE: &str = "UNAVAILABLE";

/// `POST bind`: sends the push, or gives the links into the app, or links at once where InPost trusts the browser. Linked already is fine too.
pub(super) async fn bind(
    visit: Visit,
    address: ClientAddress,
    JsonBody(asked): JsonBody<Bind>,
) -> Result<Json<BindAnswer>, Problem> {
    let basket = basket_with_something_in_it(&visit).await?;
    let command = command(&visit, &basket, asked, &address).await?;
    let checkout = &visit.checkout;
    checkout
        .run(&basket, command)
        .await
        .map_err(failed)?
        .map_err(refused)?;

    let decided = |link: &Link| !matches!(link.stage, Stage::Connecting { .. });
    let deadline = Instant::now() + PATIENCE;
    checkout
        .engine
        .wait_until(&checkout.store, basket.as_str(), decided, deadline)
        .await
        .map_err(failed)?;
    let link = checkout.view(&basket).await.map_err(failed)?;
    Ok(Json(answer(link)))
}

/// The session's basket, if InPost can take it.
pub(super) async fn basket_with_something_in_it(visit: &Visit) -> Result<BasketId, Problem> {
    let empty = || {
        Problem::new(
            StatusCode::CONFLICT,
            "empty_basket",
            "The basket is empty: put something into it first.",
        )
    };
    let id = visit.basket().await?;
    let basket = visit
        .checkout
        .shop
        .basket(&id)
        .await
        .map_err(failed)?
        .ok_or_else(empty)?;
    if basket.order.is_some() {
        return Err(refused(Refusal::HasOrder));
    }
    if basket.lines.is_empty() {
        return Err(empty());
    }
    if !can_be_taken(&basket) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "currency",
            "InPost Pay takes baskets in złoty only.",
        ));
    }
    Ok(id)
}

async fn command(
    visit: &Visit,
    basket: &BasketId,
    asked: Bind,
    address: &ClientAddress,
) -> Result<Command, Problem> {
    let link = visit.checkout.load(basket).await.map_err(failed)?.state;
    let typed = asked
        .phone
        .as_deref()
        .is_some_and(|phone| !phone.trim().is_empty());
    match (asked.method, link.browser_id) {
        (_, Some(browser_id)) if !typed => Ok(Command::StartTrusted { browser_id }),
        (BindMethod::Phone, _) => Ok(Command::StartPhone {
            phone: phone(asked.prefix.as_deref(), asked.phone.as_deref())?,
            place: place(&asked.binding_place),
            browser: facts(&asked.browser, address),
        }),
        (BindMethod::DeepLink, _) => Ok(Command::StartDeepLink {
            place: place(&asked.binding_place),
            browser: facts(&asked.browser, address),
        }),
    }
}

/// The number as typed, if it can be somebody's. The text of the problem does not repeat it.
pub(super) fn phone(prefix: Option<&str>, number: Option<&str>) -> Result<PhoneNumber, Problem> {
    let wrong = |why: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "phone", why);
    let number = PhoneNumber::from_parts(prefix.unwrap_or_default(), number.unwrap_or_default())
        .map_err(|error| wrong(format!("{error}.")))?;
    if numbering_plan_has(&number) {
        Ok(number)
    } else {
        Err(wrong("No phone has this number: check the digits.".to_owned()))
    }
}

/// Whether the country's numbering plan has a number of this length and beginning.
fn numbering_plan_has(number: &PhoneNumber) -> bool {
    let text = format!("+{}", number.digits());
    rlibphonenumber::PHONE_NUMBER_UTIL
        .parse(&text, None)
        .is_ok_and(|parsed| rlibphonenumber::PHONE_NUMBER_UTIL.is_possible_number(&parsed))
}

/// Where the button stands, in InPost's words. It is shown and nothing more (InPost contract, section 2): a word that InPost
/// does not have, or none, stops nobody.
fn place(said: &str) -> String {
    let said = said.trim().to_ascii_uppercase();
    let place = match BindingPlace::from(said.as_str()) {
        BindingPlace::Other(_) => BindingPlace::BasketSummary,
        known => known,
    };
    place.as_str().to_owned()
}

fn facts(said: &BrowserData, address: &ClientAddress) -> BrowserFacts {
    BrowserFacts {
        user_agent: shortened(&said.user_agent),
        description: shortened(&said.description),
        platform: shortened(&said.platform),
        architecture: shortened(&said.architecture),
        customer_ip: address.ip(),
        port: address.port(),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn answer(link: LinkView) -> BindAnswer {
    let (error_code, error_message) = match link.ended {
        Some(Ended::Refused) => (
            link.error_code.clone(),
            Some("InPost Pay refused the request: see error_code, and let the shopper try again.".to_owned()),
        ),
        Some(Ended::Unavailable) => (
            Some(UNAVAILABLE.to_owned()),
            Some("InPost Pay cannot be reached at the moment: let the shopper try again.".to_owned()),
        ),
        _ => (None, None),
    };
    let links = link.links.clone().unwrap_or_default();
    BindAnswer {
        link,
        qr_code: given(links.qr_code),
        deep_link: given(links.deep_link),
        deep_link_hms: given(links.deep_link_hms),
        error_code,
        error_message,
    }
}
