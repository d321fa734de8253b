//! The checkout for browsers where the widget does not run: the same steps as forms and pages, without a script.
//!
//! Belongs here: what a page shows of a view, and which step a form is. The steps themselves are the widget's API. Every
//! answer to a form is a redirect, so that a reload repeats nothing; only a number that cannot be one comes back at once,
//! because no number may stand in an address.

/// The page, as it is rendered.
mod page;
/// What the page says.
mod texts;

use super::visit::Visit;
use super::{
    WidgetRates, WidgetState, bind, cancel, failed, items, reason_against, remember_browser, unbind,
};
use crate::checkout::view;
use crate::shop::model::ProductId;
use crate::web::client_address::ClientAddress;
use crate::web::limits;
use crate::web::problem::{JsonBody, Problem};
use axum::extract::{Form, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use karfa_shared::widget::{
    AddItem, Bind, BindMethod, BrowserData, CannotBeBound, LinkStatus, LinkView, OrderComplete,
};
use page::{Linked, Number, Page, PhoneForm};
use serde::Deserialize;
use std::convert::Infallible;
use texts::Language;
use url::form_urlencoded;

/// How often the waiting page looks again, in seconds.
const LOOK_AGAIN_SECONDS: u32 = 5;
/// How often the page of a linked basket looks whether it was ordered, in seconds.
const LOOK_FOR_ORDER_SECONDS: u32 = 15;
/// Where the button stands, when its page did not say and the button has a product.
const AT_A_PRODUCT: &str = "PRODUCT_CARD";
/// The same without a product.
const AT_THE_BASKET: &str = "BASKET_SUMMARY";

/// The page and its forms. The forms count against the same rates as the widget's requests.
pub(super) fn router(rates: &WidgetRates) -> Router<WidgetState> {
    Router::new()
        .route("/plain", get(show))
        .route(
            "/plain/connect",
            post(connect).layer(from_fn_with_state(rates.pushes.clone(), limits::limit_rate)),
        )
        .route(
            "/plain/add",
            post(add).layer(from_fn_with_state(rates.heads.clone(), limits::limit_rate)),
        )
        .route("/plain/cancel", post(stop))
        .route("/plain/unlink", post(unlink))
        .layer(from_fn(refusals_as_pages))
        .layer(from_fn(with_headers))
}

/// What the address says: which product, from where, and how far the shopper has come.
#[derive(Clone, Debug, Default)]
struct Asked {
    product: Option<String>,
    place: Option<String>,
    lang: Option<String>,
    /// The product is in the basket already, and an ending is news.
    tried: bool,
    /// The shopper wants another number.
    other: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Asked::of(parts.uri.query().unwrap_or_default()))
    }
}

impl Asked {
    fn of(query: &str) -> Self {
        let mut asked = Asked::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            match name.as_str() {
                "product" if !value.is_empty() => asked.product = Some(value),
                "place" if !value.is_empty() => asked.place = Some(value),
                "lang" => asked.lang = Some(value),
                "tried" => asked.tried = true,
                "ask" => asked.other = value == "other",
                _ => {}
            }
        }
        asked
    }

    fn language(&self, headers: &HeaderMap) -> &'static Language {
        texts::language(self.lang.as_deref(), headers)
    }

    /// The same in an address; `tried` as given.
    fn query(&self, tried: bool) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        for (name, value) in [
            ("product", &self.product),
            ("place", &self.place),
            ("lang", &self.lang),
        ] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        if tried {
            query.append_pair("tried", "1");
        }
        query.finish()
    }

    fn place(&self) -> String {
        let usual = match self.product {
            Some(_) => AT_A_PRODUCT,
            None => AT_THE_BASKET,
        };
        self.place.clone().unwrap_or_else(|| usual.to_owned())
    }

    fn back_to_page(&self) -> Response {
        Redirect::to(&format!("/plain{}", self.query(true))).into_response()
    }
}

/// `GET /plain`: where things stand. Changes nothing, starts no session.
async fn show(visit: Visit, asked: Asked, headers: HeaderMap) -> Result<Response, Problem> {
    let language = asked.language(&headers);
    let Some(basket) = visit.shopper.newest().await.map_err(failed)? else {
        return unlinked(&visit, &asked, language, &view::nothing_yet()).await;
    };
    let view = visit.checkout.view(&basket).await.map_err(failed)?;
    let mut response = match view.status {
        LinkStatus::Unlinked => unlinked(&visit, &asked, language, &view).await?,
        LinkStatus::Connecting | LinkStatus::Waiting => {
            waiting(&asked, language, &view, visit.back(&asked).await?).into_response()
        }
        LinkStatus::Linked => linked(&visit, &asked, language, &view).await?,
        // Told once: whoever comes back later begins anew.
        LinkStatus::Ordered if visit.shopper.thank_once(&basket).await.map_err(failed)? => {
            match &view.order {
                Some(OrderComplete::Redirect { redirect }) => {
                    thanks(&asked, language, redirect).into_response()
                }
                _ => asked.back_to_page(),
            }
        }
        LinkStatus::Ordered => unlinked(&visit, &asked, language, &view::nothing_yet()).await?,
    };
    remember_browser(&visit, &basket, view.status, &mut response).await?;
    Ok(response)
}

/// The number is asked for, unless there is nothing to link; what ended the last try stands above it.
async fn unlinked(
    visit: &Visit,
    asked: &Asked,
    language: &'static Language,
    view: &LinkView,
) -> Result<Response, Problem> {
    let texts = &language.texts;
    let mut page = Page::new(language, asked.query(asked.tried), visit.back(asked).await?);
    page.goods = visit.goods(asked, language).await?;
    // Only once it is in the basket is the basket what counts.
    let product = asked.product.as_deref().filter(|_| !asked.tried);
    if let Some(reason) = reason_against(visit, product).await.map_err(failed)? {
        page.notice = Some(page::of_reason(texts, reason));
        return Ok(page.into_response());
    }
    if asked.tried {
        page.notice = page::of_ending(texts, view);
    }
    page.say(&texts.phone);
    page.form = Some(PhoneForm {
        request_id: product.map(|_| visit.new_request_id()),
        number: (!view.browser_trusted).then(|| Number::empty(language.prefix)),
    });
    Ok(page.into_response())
}

/// Leads to the thank-you page. Not by a redirect: after a form those may not leave this host.
fn thanks(asked: &Asked, language: &'static Language, address: &str) -> Page {
    let mut page = Page::new(language, asked.query(true), address.to_owned());
    page.say(&language.texts.thanks);
    page.refresh = Some(format!("0;url={address}"));
    page.thanks = Some(address.to_owned());
    page
}

fn waiting(asked: &Asked, language: &'static Language, view: &LinkView, back: String) -> Page {
    let mut page = Page::new(language, asked.query(true), back);
    page.say(&language.texts.waiting);
    page.refresh = Some(LOOK_AGAIN_SECONDS.to_string());
    page.minutes_left = Some(view.seconds_left.unwrap_or_default().div_ceil(60));
    page
}

async fn linked(
    visit: &Visit,
    asked: &Asked,
    language: &'static Language,
    view: &LinkView,
) -> Result<Response, Problem> {
    let texts = &language.texts;
    let mut page = Page::new(language, asked.query(asked.tried), visit.back(asked).await?);
    if asked.other {
        let number = view
            .masked_phone_number
            .as_deref()
            .unwrap_or(&texts.present_number);
        page.title = format!("{} {number}?", texts.confirm.title);
        page.body.clone_from(&texts.confirm.body);
        page.asks_for_other = true;
        return Ok(page.into_response());
    }
    page.say(&texts.panel);
    page.refresh = Some(LOOK_FOR_ORDER_SECONDS.to_string());
    let product = asked.product.as_deref().filter(|_| !asked.tried);
    let may_be_added = match product {
        Some(id) => {
            let reason = items::why_not(&visit.checkout, id).await.map_err(failed)?;
            page.goods = visit.goods(asked, language).await?;
            page.notice = reason.map(|reason| page::of_reason(texts, reason));
            // A page that looks again would take the form away under the shopper's hand.
            page.refresh = None;
            reason.is_none()
        }
        None => false,
    };
    page.linked = Some(Linked {
        masked: view.masked_phone_number.clone(),
        count: view.count,
        request_id: may_be_added.then(|| visit.new_request_id()),
        app_link: visit.app_link().await?,
    });
    Ok(page.into_response())
}

/// What the form for the number sends.
#[derive(Debug, Deserialize)]
struct Sent {
    request_id: Option<String>,
    prefix: Option<String>,
    phone: Option<String>,
}

/// `POST /plain/connect`: all that the widget does between the click and the waiting screen.
async fn connect(
    visit: Visit,
    asked: Asked,
    address: ClientAddress,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let request_id = sent.request_id.clone().filter(|_| !asked.tried);
    let product = asked.product.clone().filter(|_| request_id.is_some());
    if reason_against(&visit, product.as_deref())
        .await
        .map_err(failed)?
        .is_some()
    {
        return Ok(Redirect::to(&format!("/plain{}", asked.query(asked.tried))).into_response());
    }
    let typed = |text: &Option<String>| text.as_deref().map(str::trim).unwrap_or_default().to_owned();
    let (prefix, phone) = (typed(&sent.prefix), typed(&sent.phone));
    let trusted_form = sent.phone.is_none();
    if !trusted_form && bind::phone(Some(&prefix), Some(&phone)).is_err() {
        return wrong_number(&visit, &asked, &headers, sent).await;
    }
    if let (Some(product_id), Some(request_id)) = (product, request_id) {
        let item = AddItem {
            product_id,
            quantity: None,
            request_id,
        };
        items::put(&visit, &item).await?;
    }
    let basket = visit.basket().await?;
    visit
        .checkout
        .reconcile(&basket, visit.browser_id.as_deref())
        .await
        .map_err(failed)?;
    let wish = Bind {
        method: BindMethod::Phone,
        prefix: (!trusted_form).then_some(prefix),
        phone: (!trusted_form).then_some(phone),
        binding_place: asked.place(),
        browser: described(&headers),
    };
    match bind::bind(visit, address, JsonBody(wish)).await {
        Ok(Json(_)) => Ok(asked.back_to_page()),
        // The browser is not trusted any more: now the number is asked for.
        Err(problem) if problem.code() == "phone" => Ok(asked.back_to_page()),
        Err(problem) => Err(problem),
    }
}

/// The form again, with what was typed and what is wrong with it.
async fn wrong_number(
    visit: &Visit,
    asked: &Asked,
    headers: &HeaderMap,
    sent: Sent,
) -> Result<Response, Problem> {
    let language = asked.language(headers);
    let texts = &language.texts;
    let mut page = Page::new(language, asked.query(asked.tried), visit.back(asked).await?);
    page.goods = visit.goods(asked, language).await?;
    page.say(&texts.phone);
    let phone = sent.phone.unwrap_or_default();
    let error = if phone.trim().is_empty() {
        &texts.error_empty
    } else {
        &texts.error_refused
    };
    page.form = Some(PhoneForm {
        request_id: sent.request_id,
        number: Some(Number {
            prefix: sent.prefix.unwrap_or_default(),
            phone,
            error: Some(error),
        }),
    });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What the form sends that puts a product into a linked basket.
#[derive(Debug, Deserialize)]
struct Adding {
    request_id: String,
}

/// `POST /plain/add`: puts the product into the basket that is in the app already.
async fn add(visit: Visit, asked: Asked, Form(sent): Form<Adding>) -> Result<Response, Problem> {
    let item = AddItem {
        product_id: asked.product.clone().unwrap_or_default(),
        quantity: None,
        request_id: sent.request_id,
    };
    items::put(&visit, &item).await?;
    Ok(asked.back_to_page())
}

/// `POST /plain/cancel`: the shopper no longer waits.
async fn stop(visit: Visit, asked: Asked) -> Result<Response, Problem> {
    let Json(_) = cancel(visit).await?;
    Ok(asked.back_to_page())
}

/// `POST /plain/unlink`: unlinks the basket and forgets the browser, to link it with another number.
async fn unlink(visit: Visit, asked: Asked) -> Result<Response, Problem> {
    let told = unbind(visit).await?;
    let mut response = asked.back_to_page();
    for cookie in told.headers().get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}

/// What a browser without scripts says of itself.
fn described(headers: &HeaderMap) -> BrowserData {
    let said = |name: HeaderName| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().trim_matches('"').to_owned()
    };
    BrowserData {
        user_agent: said(header::USER_AGENT),
        description: String::new(),
        platform: said(HeaderName::from_static("sec-ch-ua-platform")),
        architecture: String::new(),
    }
}

impl Visit {
    /// The page that the shopper came from, as far as it is known: the product's, or the shop's first.
    async fn back(&self, asked: &Asked) -> Result<String, Problem> {
        let link = match self.product(asked).await? {
            Some(product) => product.link,
            None => String::from("/"),
        };
        Ok(self.checkout.facts.absolute(&link))
    }

    /// The name of the product that was asked for.
    async fn goods(&self, asked: &Asked, language: &Language) -> Result<Option<String>, Problem> {
        let product = self.product(asked).await?;
        Ok(product.map(|product| product.texts(language.code).name))
    }

    async fn product(&self, asked: &Asked) -> Result<Option<crate::shop::model::Product>, Problem> {
        let Some(id) = asked.product.as_deref().and_then(|id| ProductId::parse(id).ok()) else {
            return Ok(None);
        };
        self.checkout.shop.product(&id).await.map_err(failed)
    }

    /// What opens the linked basket in the app.
    async fn app_link(&self) -> Result<Option<String>, Problem> {
        let basket = self.basket().await?;
        let loaded = self.checkout.load(&basket).await.map_err(failed)?;
        let id = loaded.state.inpost_basket_id();
        Ok(id.map(|id| self.checkout.app_link_of(id)))
    }

    /// An id for one sending of a form, however often it is sent.
    fn new_request_id(&self) -> String {
        let mut bytes = [0; 16];
        self.checkout.engine.random().fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A refusal is for a person here: a page that says what to do.
async fn refusals_as_pages(request: Request, next: Next) -> Response {
    let asked = Asked::of(request.uri().query().unwrap_or_default());
    let language = asked.language(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error())
        || response.headers().get(header::CONTENT_TYPE)
            == Some(&HeaderValue::from_static("text/html; charset=utf-8"))
    {
        return response;
    }
    let code = response
        .extensions()
        .get::<crate::web::problem::Code>()
        .map(|code| code.0);
    let mut page = Page::new(language, asked.query(true), String::from("/"));
    page.notice = Some(page::of_refusal(
        &language.texts,
        status,
        code.unwrap_or_default(),
    ));
    page.again = true;
    let mut shown = (status, page).into_response();
    if let Some(after) = response.headers().get(header::RETRY_AFTER) {
        shown.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    shown
}

/// No script, nothing from elsewhere, no frame, no copy in a cache in between, and no address told to others.
async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
