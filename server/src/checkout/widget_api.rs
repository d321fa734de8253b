//! The browser's API (`karfa_shared::widget`): what the shopper does becomes a command, what came of it a view.
//!
//! Belongs here: reading requests, running commands, waiting for the provider's verdict. Does not belong here: what is
//! decided (`machine`), what the page sees (`view`), who observes how (`web::live`).

/// Beginning to link a basket.
mod bind;
/// Putting a product into the basket.
mod items;
/// Watching a link change.
mod observe;
/// The same for browsers without scripts.
mod plain;
/// What a page with the vendor's own widget asks.
mod v2;
/// The browser's basket and the shop it belongs to.
mod visit;

use super::{Checkout, CheckoutError, view};
use crate::checkout::machine::{Command, Refusal};
use crate::checkout::translate::basket::can_be_taken;
use crate::shop::model::BasketId;
use crate::web::cookies;
use crate::web::limits::{self, Rate, RateLimit, Rates};
use crate::web::live::Live;
use crate::web::problem::{JsonBody, Problem};
use axum::Json;
use axum::Router;
use axum::extract::FromRef;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use karfa_shared::widget::{
    CanBeBound, CanBeBoundAnswer, CannotBeBound, LinkStatus, LinkView, MobileLink, path,
};
use provider_http::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tower_http::set_header::SetResponseHeaderLayer;
use visit::Visit;

/// How long a page's unlinking waits for InPost to have heard of it.
const UNBIND_PATIENCE: Duration = Duration::from_secs(5);

/// What the API's handlers share.
#[derive(Clone, FromRef)]
pub struct WidgetState {
    /// The shop.
    pub checkout: Arc<Checkout>,
    /// Websockets and long polls.
    pub live: Live,
}

/// How often a shopper may ask for what costs a call to InPost.
pub struct WidgetRates {
    /// Beginning a flow: InPost is asked how things stand.
    pub heads: RateLimit,
    /// Linking: a push is sent to somebody's phone.
    pub pushes: RateLimit,
}

impl WidgetRates {
    /// The usual rates, by the given clock.
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        let heads = Rates {
            per_session: Rate::new(60, 30),
            per_address: Rate::new(600, 300),
        };
        WidgetRates {
            heads: RateLimit::new(heads, clock.clone()),
            pushes: RateLimit::new(Rates::default(), clock.clone()),
        }
    }
}

/// The API, to be mounted at the root behind session, origin and limits.
pub fn router(state: WidgetState, rates: WidgetRates) -> Router {
    // Protocol v2 leaves linking to the vendor's widget: what the forms ask for has no place in it.
    let plain = match &state.checkout.v2 {
        None => plain::router(&rates),
        Some(_) => Router::new(),
    };
    Router::new()
        .route(path::LINK, get(link))
        .route(
            path::CAN_BE_BOUND,
            post(can_be_bound).layer(from_fn_with_state(rates.heads.clone(), limits::limit_rate)),
        )
        .route(
            path::ITEMS,
            post(items::add).layer(from_fn_with_state(rates.heads.clone(), limits::limit_rate)),
        )
        .route(
            path::BIND,
            post(bind::bind).layer(from_fn_with_state(rates.pushes, limits::limit_rate)),
        )
        .route(
            v2::PATH,
            get(v2::read).merge(post(v2::begin).layer(from_fn_with_state(rates.heads, limits::limit_rate))),
        )
        .route(path::CANCEL, post(cancel))
        .route(path::UNBIND, post(unbind))
        .route(path::MOBILE_LINK, get(mobile_link))
        .route(path::OBSERVE, get(observe::long_poll))
        .route(path::LIVE, get(observe::websocket))
        .merge(plain)
        .with_state(state)
        // Each answer is one shopper's: no cache in between may give it to another.
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
}

/// `GET link`: where things stand. Starts no session; sets the trusted browser's cookie once the basket is linked.
async fn link(visit: Visit) -> Result<Response, Problem> {
    let Some(basket) = visit.shopper.newest().await.map_err(failed)? else {
        return Ok(Json(view::nothing_yet()).into_response());
    };
    let mut view = visit.checkout.view(&basket).await.map_err(failed)?;
    let status = view.status;
    // Told once: whoever comes back later to shop on is not sent to the thank-you page again.
    if view.status == LinkStatus::Ordered && !visit.shopper.thank_once(&basket).await.map_err(failed)? {
        view = view::nothing_yet();
    }
    let mut response = Json(&view).into_response();
    remember_browser(&visit, &basket, status, &mut response).await?;
    Ok(response)
}

/// Sets the trusted browser's cookie in the answer that tells of a linked basket.
async fn remember_browser(
    visit: &Visit,
    basket: &BasketId,
    status: LinkStatus,
    response: &mut Response,
) -> Result<(), Problem> {
    if !matches!(status, LinkStatus::Linked | LinkStatus::Ordered) {
        return Ok(());
    }
    let link = visit.checkout.load(basket).await.map_err(failed)?.state;
    if let Some(browser_id) = link.browser_id
        && visit.browser_id.as_ref() != Some(&browser_id)
    {
        cookies::set_browser_id(response, &browser_id, visit.checkout.https);
    }
    Ok(())
}

/// `POST can-be-bound`: the head of every flow.
async fn can_be_bound(visit: Visit, JsonBody(asked): JsonBody<CanBeBound>) -> Result<Response, Problem> {
    let checkout = &visit.checkout;
    if let Some(reason) = reason_against(&visit, asked.product_id.as_deref())
        .await
        .map_err(failed)?
    {
        let link = visit.view_of_what_goes_on().await.map_err(failed)?;
        return Ok(Json(CanBeBoundAnswer {
            can_be_bound: false,
            reason: Some(reason),
            link,
        })
        .into_response());
    }
    let basket = visit.basket_or_new().await.map_err(failed)?;
    checkout
        .reconcile(&basket, visit.browser_id.as_deref())
        .await
        .map_err(failed)?;
    let link = checkout.view(&basket).await.map_err(failed)?;
    Ok(Json(CanBeBoundAnswer {
        can_be_bound: true,
        reason: None,
        link,
    })
    .into_response())
}

/// Why a product, or the basket, cannot be linked; `None` if it can.
async fn reason_against(
    visit: &Visit,
    product: Option<&str>,
) -> Result<Option<CannotBeBound>, CheckoutError> {
    let reason = match product {
        Some(id) => items::why_not(&visit.checkout, id).await?,
        None => visit.why_basket_cannot_be_bound().await?,
    };
    Ok(match reason {
        // What is linked already is shown, whatever the currency.
        Some(CannotBeBound::Currency) if visit.is_linked().await? => None,
        reason => reason,
    })
}

/// `POST cancel`: the shopper no longer waits.
async fn cancel(visit: Visit) -> Result<Json<LinkView>, Problem> {
    let basket = visit.basket().await?;
    run(&visit.checkout, &basket, Command::Cancel).await?;
    Ok(Json(visit.checkout.view(&basket).await.map_err(failed)?))
}

/// `POST unbind`: unlinks the basket and forgets the browser. InPost is told in its own time, and waited for a moment.
async fn unbind(visit: Visit) -> Result<Response, Problem> {
    let basket = visit.basket().await?;
    let checkout = &visit.checkout;
    run(
        checkout,
        &basket,
        Command::Unlink {
            browser_id: visit.browser_id.clone(),
        },
    )
    .await?;
    let deadline = Instant::now() + UNBIND_PATIENCE;
    let heard = |link: &super::link::Link| !link.telling_end;
    let waited = checkout
        .engine
        .wait_until(&checkout.store, basket.as_str(), heard, deadline)
        .await;
    if let Err(error) = waited {
        tracing::warn!(%error, "did not wait for InPost to hear of the end of a link");
    }
    let mut response = Json(checkout.view(&basket).await.map_err(failed)?).into_response();
    cookies::clear_browser_id(&mut response, checkout.https);
    Ok(response)
}

/// `GET mobile-link`: what opens the linked basket in the app.
async fn mobile_link(visit: Visit) -> Result<Json<MobileLink>, Problem> {
    let basket = visit.basket().await?;
    let loaded = visit.checkout.load(&basket).await.map_err(failed)?;
    match loaded.state.inpost_basket_id() {
        Some(id) => Ok(Json(MobileLink {
            link: visit.checkout.app_link_of(id),
        })),
        None => Err(Problem::new(
            StatusCode::CONFLICT,
            "not_linked",
            "The basket is not linked: link it first.",
        )),
    }
}

/// Runs a command; a refusal is a problem that says what to do.
async fn run(checkout: &Checkout, basket: &BasketId, command: Command) -> Result<(), Problem> {
    match checkout.run(basket, command).await.map_err(failed)? {
        Ok(_) => Ok(()),
        Err(refusal) => Err(refused(refusal)),
    }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::HasOrder | Refusal::OrderedOtherwise => Problem::new(
            StatusCode::CONFLICT,
            "basket_ordered",
            "The basket has been ordered: load the page again to begin a new one.",
        ),
        Refusal::NotLinked | Refusal::OtherNumber | Refusal::LinkedOtherwise => Problem::new(
            StatusCode::CONFLICT,
            "not_linked",
            "The basket is not linked any more: load the page again.",
        ),
    }
}

/// Our own failure: logged, and the page learns only that it may try again.
fn failed(error: impl Into<CheckoutError>) -> Problem {
    let error: CheckoutError = error.into();
    match &error {
        CheckoutError::Contended | CheckoutError::TooManyWaiters => {
            tracing::warn!(%error, "too much at once");
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "The shop is very busy: try again in a moment.",
            )
        }
        CheckoutError::Store(_) | CheckoutError::Shop(_) | CheckoutError::Shopper(_) => {
            tracing::error!(%error, "a request of the widget failed");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The shop failed: try again in a moment.",
            )
        }
    }
}

impl Checkout {
    /// The view of a basket's link.
    async fn view(&self, basket: &BasketId) -> Result<LinkView, CheckoutError> {
        // The link before the count: a change in between is told again, with a newer cursor.
        let loaded = self.load(basket).await?;
        let count = self.shop.basket(basket).await?.map_or(0, |basket| basket.count());
        Ok(view::of_link(
            basket,
            &loaded,
            count,
            self.engine.now(),
            &self.thank_you_url,
        ))
    }
}

impl Visit {
    async fn why_basket_cannot_be_bound(&self) -> Result<Option<CannotBeBound>, CheckoutError> {
        let Some(id) = self.shopper.newest().await? else {
            return Ok(Some(CannotBeBound::EmptyBasket));
        };
        let basket = self.checkout.shop.basket(&id).await?;
        let basket = basket.filter(|basket| !basket.lines.is_empty() && basket.order.is_none());
        Ok(match basket {
            None => Some(CannotBeBound::EmptyBasket),
            Some(basket) if !can_be_taken(&basket) => Some(CannotBeBound::Currency),
            Some(_) => None,
        })
    }

    async fn is_linked(&self) -> Result<bool, CheckoutError> {
        let Some(id) = self.shopper.newest().await? else {
            return Ok(false);
        };
        Ok(self.checkout.load(&id).await?.state.inpost_basket_id().is_some())
    }

    /// The view of the newest basket, unless that is ordered: whoever cannot begin the next one is not led to the thanks
    /// for the last one again.
    async fn view_of_what_goes_on(&self) -> Result<LinkView, CheckoutError> {
        let Some(basket) = self.shopper.newest().await? else {
            return Ok(view::nothing_yet());
        };
        let view = self.checkout.view(&basket).await?;
        Ok(match view.status {
            LinkStatus::Ordered => view::nothing_yet(),
            _ => view,
        })
    }
}
