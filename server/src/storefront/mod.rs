//! The demo shop's pages: what a merchant's own shop would be, around our button.
//!
//! Belongs here: pages and forms over the [`Shop`] trait. Does not belong here: wallets. The pages know the button by its
//! tag and the script by its path, as any shop does.
//!
//! Every form works without scripts, and no page has an inline script or style. Answers to forms are redirects, so that
//! a reload repeats nothing.

/// Who can sign in.
mod accounts;
/// The small JSON that the pages' own script asks for.
mod api;
/// The shop's own checkout.
mod checkout;
/// What was typed at the checkout.
mod checkout_form;
/// The styles, scripts and pictures, which are part of the binary.
mod files;
/// Prices and days, as a language writes them.
mod format;
/// What the forms ask for.
mod forms;
/// What every page has: head, header, footer.
mod frame;
/// The languages of the pages.
mod language;
/// The pages.
mod pages;
/// The addresses that several pages know.
mod path;
/// How often forms may be sent.
mod patience;
/// Signing in and out.
mod sign_in;
/// What the pages say.
mod texts;
/// Whether a basket goes on outside of the shop.
mod ties;

#[cfg(test)]
mod tests;

pub use accounts::{Accounts, AccountsError};
pub use patience::Patience;
pub use ties::{Tie, Ties};

use crate::shop::{RandomBytes, Shop};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// What a page with our button may load and do: from its own origin alone, with the widget's wasm.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A shop with pages.
#[derive(Clone)]
pub struct Storefront {
    /// What is sold.
    pub shop: Arc<dyn Shop>,
    /// The shop's name.
    pub name: Arc<str>,
    /// The time zone that days are told in.
    pub time_zone: TimeZone,
    /// Randomness for the ids of requests.
    pub random: RandomBytes,
    /// The wallet's button.
    pub button: Button,
    /// Who can sign in.
    pub accounts: Accounts,
    /// Which baskets go on outside of the shop.
    pub ties: Arc<dyn Ties>,
    /// How often forms may be sent.
    pub patience: Patience,
}

/// The script that draws the wallet's button, and what a page with it may load and do.
#[derive(Clone, Debug)]
pub struct Button {
    /// Path of the script.
    pub script: &'static str,
    /// The pages' Content-Security-Policy.
    pub policy: HeaderValue,
}

impl Button {
    /// This project's own.
    pub fn ours() -> Self {
        Button {
            script: "/karfa.js",
            policy: HeaderValue::from_static(CONTENT_SECURITY_POLICY),
        }
    }
}

impl std::fmt::Debug for Storefront {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Storefront")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The shop's pages, with a friendly page for every other address as the fallback. Needs a session layer around it, and
/// one that refuses posts of foreign origins.
pub fn router(storefront: Storefront) -> Router {
    Router::new()
        .route("/", get(pages::home::show))
        .route("/product/{id}", get(pages::product::show))
        .route(path::BASKET, get(pages::basket::show))
        .route("/basket/items", post(forms::add))
        .route("/basket/lines", post(forms::set_quantity))
        .route("/basket/codes", post(forms::change_codes))
        .route(path::CHECKOUT, get(checkout::show).post(checkout::submit))
        .route(path::SIGN_IN, get(sign_in::show).post(sign_in::submit))
        .route("/sign-out", post(sign_in::sign_out))
        .route(path::ACCOUNT, get(pages::account::show))
        .route(path::THANKS, get(pages::thanks::show))
        .route("/terms", get(pages::terms::show))
        .route("/api/shop/basket", get(api::basket))
        .fallback(pages::not_found::show)
        .layer(from_fn_with_state(storefront.clone(), patience::forms))
        .layer(from_fn_with_state(storefront.button.policy.clone(), with_headers))
        .with_state(storefront)
        .route("/demo/{*path}", get(files::serve))
}

/// The headers of pages and of what belongs to one shopper.
async fn with_headers(State(policy): State<HeaderValue>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    for (name, value) in [
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::VARY, "Accept-Language, Cookie"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
