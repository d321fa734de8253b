//! Beginning a binding, asking a phone, ending it.

use super::{behind, content, picture};
use crate::assets::language;
use crate::inpost::binding::{self, Wish};
use crate::inpost::deliver::{self, News};
use crate::inpost::error::{ApiError, Code};
use crate::inpost::shape::{self, Rule};
use crate::inpost::special::{self, Fate};
use crate::inpost::state::{Link, Merchant, State};
use crate::inpost::tap::bind::{self, Approval, is_signed_out};
use crate::inpost::{deep_link, shapes};
use crate::number::Number;
use crate::world::{Shared, World};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as FromWorld};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

/// A call of the widget: for which basket, from where.
struct Asked {
    merchant: Merchant,
    basket_id: String,
    place: String,
    browser: String,
    body: Value,
}

impl Asked {
    fn read(world: &World, headers: &HeaderMap, body: &[u8], rule: &Rule) -> Result<Self, ApiError> {
        let body = shape::read(body, rule)?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let (merchant, basket_id) = world.look(|state, _| {
            let (merchant, basket_id) = behind(&state.inpost, text("basketBindingApiKey"))?;
            let merchant = state.inpost.merchants.get(&merchant).cloned();
            let gone = || ApiError::new(Code::NotFound, "the merchant is gone");
            Ok::<_, ApiError>((merchant.ok_or_else(gone)?, basket_id))
        })?;
        let agent = headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        Ok(Asked {
            merchant,
            basket_id,
            place: text("bindingPlace").to_owned(),
            browser: browser_name(agent.unwrap_or_default()).to_owned(),
            body,
        })
    }

    fn begin(&self, world: &World, number: Option<Number>) -> Result<Begun, ApiError> {
        let wish = Wish {
            number,
            place: self.place.clone(),
            browser: self.browser.clone(),
        };
        let ids = (world.id(), world.id());
        world.change(|state, now| {
            let state = &mut state.inpost;
            let inpost_basket_id = binding::begin(state, now, &self.merchant, &self.basket_id, &wish, ids)?;
            let basket = state.baskets.get(&inpost_basket_id);
            let pending = basket.and_then(|basket| basket.pending(now));
            let binding_id = pending.map(|pending| pending.id.clone()).unwrap_or_default();
            Ok(Begun {
                inpost_basket_id,
                binding_id,
            })
        })
    }
}

struct Begun {
    inpost_basket_id: String,
    binding_id: String,
}

/// The browser's name, as a phone shows it. Most browsers call themselves by several names; the last of these in the
/// list is the truest.
fn browser_name(agent: &str) -> &'static str {
    let names = [
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let found = names.iter().find(|(mark, _)| agent.contains(mark));
    found.map_or("", |(_, name)| name)
}

/// `POST …/binding/init`: a binding that waits for a number or a scanned code; in a trusted browser it is done at once.
pub(super) async fn init(
    FromWorld(world): FromWorld<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let language = language(&headers);
    let asked = Asked::read(&world, &headers, &body, &shapes::WIDGET_INIT)?;
    let trusted = world.look(|state, _| {
        let browser_id = asked.body.get("browserId").and_then(Value::as_str)?;
        let number = state.inpost.browser(&asked.merchant.client_id, browser_id)?;
        let signed_in = !is_signed_out(&state.inpost, number);
        signed_in.then(|| (browser_id.to_owned(), number.clone()))
    });
    let begun = asked.begin(&world, None)?;
    let mut answer = json!({
        "bindingId": begun.binding_id,
        "content": content::enter_phone(language, &qr_code(&begun.inpost_basket_id)),
    });
    if let Some((browser_id, number)) = trusted {
        link(&world, &begun, &number, &browser_id).await?;
        if let Some(members) = answer.as_object_mut() {
            members.insert("basketCreated".to_owned(), true.into());
            members.insert("basketId".to_owned(), begun.inpost_basket_id.into());
            members.insert("browserId".to_owned(), browser_id.into());
        }
    }
    Ok(Json(answer))
}

fn qr_code(inpost_basket_id: &str) -> String {
    picture::png_base64(&deep_link::plain(inpost_basket_id))
}

/// Links in a trusted browser: nobody is asked, the merchant is told as after an approval.
async fn link(world: &Shared, begun: &Begun, number: &Number, browser_id: &str) -> Result<(), ApiError> {
    world.change(|state, _| {
        if let Some(basket) = state.inpost.baskets.get_mut(&begun.inpost_basket_id)
            && let Link::Pending(pending) = &mut basket.link
        {
            pending.number = Some(number.clone());
        }
    });
    let approval = Approval {
        trust_browser: true,
        sign_in: false,
        browser_id: Some(browser_id.to_owned()),
    };
    let linked = bind::approve(world, number, &begun.binding_id, approval).await;
    linked
        .map(|_| ())
        .map_err(|problem| ApiError::new(Code::InternalServerError, problem.detail))
}

/// `POST …/binding`: a push to a number.
pub(super) async fn start(
    FromWorld(world): FromWorld<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let language = language(&headers);
    let asked = Asked::read(&world, &headers, &body, &shapes::WIDGET_START)?;
    let part = |pointer| {
        asked
            .body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let number = Number::from_parts(part("/phone/countryPrefix"), part("/phone/number"))
        .ok_or_else(|| ApiError::bad_request("phone is not a phone number"))?;
    let fate = special::fate(&number);
    if let Some(refusal) = fate.refusal() {
        return Err(refusal);
    }
    if let Fate::Slow(time) = fate {
        tokio::time::sleep(time).await;
    }
    let masked = number.masked();
    let begun = asked.begin(&world, Some(number))?;
    let mut answer = content::submitted(language);
    if let Some(members) = answer.as_object_mut() {
        members.insert("bindingId".to_owned(), begun.binding_id.into());
        members.insert("maskedPhone".to_owned(), masked.into());
    }
    Ok(Json(answer))
}

/// `DELETE …/binding/{key}`: unlinks, or takes back what waits. The browser is no longer trusted, so that the next link
/// can be with another phone; the merchant hears of it as if the app had deleted the basket.
pub(super) async fn end(
    FromWorld(world): FromWorld<Shared>,
    Path(key): Path<String>,
) -> Result<StatusCode, ApiError> {
    let unlinked = world.change(|state, now| take_away(&mut state.inpost, &key, now))?;
    if let Some((client_id, basket_id)) = unlinked {
        deliver::tell(&world, &client_id, News::Deleted { basket_id }).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The basket that was linked, if it was, for its merchant to hear of.
fn take_away(
    state: &mut State,
    key: &str,
    now: jiff::Timestamp,
) -> Result<Option<(String, String)>, ApiError> {
    let (client_id, basket_id) = behind(state, key)?;
    let bound = || ApiError::new(Code::BasketNotFound, "the basket is not linked");
    let basket = state.basket_mut(&client_id, &basket_id).ok_or_else(bound)?;
    let was_linked = basket.owner(now).is_some();
    if !was_linked && basket.pending(now).is_none() {
        return Err(bound());
    }
    // No event: the page that asks for this begins anew by itself, and an event in between makes it forget for which
    // button.
    basket.link = Link::Free;
    if let Some(browser_id) = basket.browser_id.take() {
        state.browsers.remove(&browser_id);
    }
    Ok(was_linked.then_some((client_id, basket_id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_goes_by_its_truest_name() {
        let chrome = "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(browser_name(chrome), "Chrome");
        assert_eq!(browser_name(&format!("{chrome} Edg/140.0")), "Edge");
        assert_eq!(
            browser_name("Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox"
        );
        assert_eq!(browser_name("curl/8"), "");
    }
}
