//! InPost Pay, emulated: contract `inpost-pay`. Its own code from end to end; it shares the text that is signed with
//! the client and nothing else, so that a mistake in the client's messages meets a second opinion.

/// The account that every sandbox starts with.
mod account;
/// Amounts and prices, exactly.
pub(crate) mod amount;
/// Tokens and the merchant behind them.
mod auth;
/// A basket.
mod basket;
/// Basket updates and lists.
mod baskets;
/// The binding check, start, end and trusted browsers.
mod binding;
/// Whether two baskets are the same purchase.
mod compare;
/// The link into the app.
pub(crate) mod deep_link;
/// News that merchants must hear.
pub(crate) mod deliver;
/// Error codes and their answers.
pub(crate) mod error;
/// Hot products.
pub(crate) mod hot_products;
/// The RSA keys.
pub(crate) mod keys;
/// Signed calls to merchants.
pub(crate) mod merchant;
/// Order events from the merchant, order lists, payment methods.
pub(crate) mod orders;
/// Paged lists.
mod page;
/// Releasing what was held.
pub(crate) mod release;
/// Checks JSON against a table of fields.
mod shape;
/// The messages as tables.
mod shapes;
/// The published signing keys.
mod signing_keys;
/// The anti-spam rules.
mod spam;
/// Numbers and codes that fail in a named way.
pub(crate) mod special;
/// What InPost remembers.
pub(crate) mod state;
/// What the customer does in the app.
pub(crate) mod tap;
/// Payments and refunds.
mod transactions;
/// The second generation's Widget API.
mod v2;
/// What the phone shows of InPost.
pub(crate) mod view;

pub(crate) use account::account;
pub(crate) use state::State;
pub(crate) use v2::code_png;

use crate::calls::Direction;
use crate::gate;
use crate::world::Shared;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, delete, get, post, put};
use error::{ApiError, Code};

const TOKEN: &str = "inpost.token";

/// Every call of a merchant: its name for the faults, its route, what answers it. Contract, section 2.
#[rustfmt::skip] // A table is read by its columns.
fn table() -> Vec<(&'static str, &'static str, MethodRouter<Shared>)> {
    vec![
        (TOKEN, "/auth/token", post(auth::token)),
        ("inpost.binding.read", "/v1/izi/basket/{basket_id}/binding", get(binding::read)),
        ("inpost.binding.start", "/v1/izi/basket/{basket_id}/binding", post(binding::start)),
        ("inpost.binding.delete", "/v1/izi/basket/{basket_id}/binding", delete(binding::end)),
        ("inpost.browser.delete", "/v1/izi/browser/{browser_id}/binding", delete(binding::forget_browser)),
        ("inpost.basket.put", "/v1/izi/basket/{basket_id}", put(baskets::put)),
        ("inpost.v2.binding.start", "/v2/izi/basket/{basket_id}/binding", put(binding::start_v2)),
        ("inpost.v2.basket.put", "/v2/izi/basket/{basket_id}", put(baskets::put_v2)),
        ("inpost.baskets.list", "/v1/izi/baskets", get(baskets::list)),
        ("inpost.order.event", "/v1/izi/order/{order_id}/event", post(orders::event)),
        ("inpost.orders.list", "/v1/izi/orders", get(orders::list)),
        ("inpost.payment_methods", "/v1/izi/payment-methods", get(orders::payment_methods)),
        ("inpost.keys.all", "/v1/izi/signing-keys/public", get(signing_keys::all)),
        ("inpost.keys.one", "/v1/izi/signing-keys/public/{version}", get(signing_keys::one)),
        ("inpost.products.add", "/v1/izi/products", post(hot_products::add)),
        ("inpost.products.list", "/v1/izi/products", get(hot_products::list)),
        ("inpost.product.change", "/v1/izi/product/{product_id}", put(hot_products::change)),
        ("inpost.product.delete", "/v1/izi/product/{product_id}", delete(hot_products::remove)),
        ("inpost.transactions.list", "/v1/izi/transaction", get(transactions::list)),
        ("inpost.transaction.refund", "/v1/izi/transaction/{id}/refund", post(transactions::refund)),
    ]
}

/// The names of all calls of a merchant, and of the second generation's widget.
pub(crate) fn call_names() -> Vec<&'static str> {
    let ours = table().into_iter().map(|(name, _, _)| name);
    ours.chain(v2::call_names()).collect()
}

/// The routes below `/inpost`.
pub(crate) fn router(world: &Shared) -> Router<Shared> {
    let routes = table()
        .into_iter()
        .fold(Router::new(), |router, (name, route, handler)| {
            // The token service is another system, with an error shape of its own.
            let refuse: gate::Refuse = if name == TOKEN {
                auth::refuse
            } else {
                error::answer
            };
            gate::call(
                router,
                world,
                refuse,
                (Direction::FromMerchant, name, route),
                handler,
            )
        });
    routes
        .method_not_allowed_fallback(async || {
            let refusal = ApiError::bad_request("this path does not know this method");
            let mut response = refusal.into_response();
            *response.status_mut() = http::StatusCode::METHOD_NOT_ALLOWED;
            response
        })
        // After the above, which would answer the widget's preflights.
        .nest("/widget", v2::router(world))
        .fallback(async || ApiError::new(Code::NotFound, "there is no such call"))
}
