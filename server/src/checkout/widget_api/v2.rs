//! What a page with the vendor's own widget asks (protocol v2): the widget's settings, and a basket's key.

use super::visit::Visit;
use super::{bind, failed, items};
use crate::checkout::link::Link;
use crate::checkout::v2::V2;
use crate::checkout::view;
use crate::web::cookies;
use crate::web::problem::{JsonBody, Problem};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use karfa_shared::widget::{AddItem, OrderComplete};
use serde::{Deserialize, Serialize};

/// Where the page asks.
pub(super) const PATH: &str = "/api/widget/v2/binding";

/// A click on the unlinked button.
#[derive(Debug, Deserialize)]
pub(super) struct Click {
    /// The product to add first; none on a basket's page.
    product_id: Option<String>,
    /// Made once per page and product: the widget repeats a click by itself after unlinking.
    request_id: Option<String>,
}

/// What the vendor's `init` is to be called with, and what the page does besides.
#[derive(Debug, Serialize)]
struct Binding<'a> {
    script_url: &'a str,
    merchant_client_id: &'a str,
    api_base_url: &'a str,
    /// Absent until the first click.
    basket_binding_api_key: Option<&'a str>,
    /// What to do now that the order is done.
    order: Option<OrderComplete>,
    /// An earlier answer has told of that order: whoever comes back to shop on is not sent to the thank-you page again.
    told: bool,
}

/// `GET v2/binding`: the settings, the basket's key if there is one, and where a finished order leads. Starts no session.
pub(super) async fn read(visit: Visit) -> Result<Response, Problem> {
    let v2 = settings(&visit)?;
    let answer = |key: Option<&str>, order: Option<OrderComplete>, told: bool| {
        Json(Binding {
            script_url: &v2.script_url,
            merchant_client_id: &v2.merchant_client_id,
            api_base_url: &v2.api_url,
            basket_binding_api_key: key,
            order,
            told,
        })
        .into_response()
    };
    let checkout = &visit.checkout;
    let Some(basket) = visit.shopper.newest().await.map_err(failed)? else {
        return Ok(answer(None, None, false));
    };
    let loaded = checkout.load(&basket).await.map_err(failed)?;
    let order = view::order_complete(&loaded.state, &checkout.thank_you_url);
    let mut response = match order {
        Some(order) => {
            let first = visit.shopper.thank_once(&basket).await.map_err(failed)?;
            answer(None, Some(order), !first)
        }
        None => {
            let key = checkout.binding_key(&basket).await.map_err(failed)?;
            answer(key.as_ref().map(|key| key.reveal()), None, false)
        }
    };
    remember_browser(&mut response, &visit, &loaded.state);
    Ok(response)
}

/// `POST v2/binding`: adds the product, once per request id, and gives the key with which the widget links the basket.
pub(super) async fn begin(visit: Visit, JsonBody(click): JsonBody<Click>) -> Result<Response, Problem> {
    settings(&visit)?;
    if let Some(product_id) = click.product_id {
        let item = AddItem {
            product_id,
            quantity: None,
            request_id: click.request_id.unwrap_or_default(),
        };
        items::put(&visit, &item).await?;
    }
    let basket = bind::basket_with_something_in_it(&visit).await?;
    // The widget links again what it does not find linked: what is known here may be an older link, whose end was lost.
    let checkout = &visit.checkout;
    checkout
        .reconcile(&basket, visit.browser_id.as_deref())
        .await
        .map_err(failed)?;
    let key = checkout
        .ask_binding_key(&basket)
        .await
        .map_err(failed)?
        .ok_or_else(|| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "InPost Pay cannot be reached at the moment: try again later.",
            )
        })?;
    Ok(Json(serde_json::json!({ "basket_binding_api_key": key.reveal() })).into_response())
}

fn settings(visit: &Visit) -> Result<V2, Problem> {
    visit.checkout.v2.clone().ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not_v2",
            "This shop does not use the vendor's widget: set protocol = \"v2\".",
        )
    })
}

/// The vendor's widget reads the trusted browser's id from the page's cookie, so a script must be able to.
fn remember_browser(response: &mut Response, visit: &Visit, link: &Link) {
    if let Some(browser_id) = &link.browser_id
        && visit.browser_id.as_ref() != Some(browser_id)
    {
        cookies::set_readable_browser_id(response, browser_id, visit.checkout.https);
    }
}
