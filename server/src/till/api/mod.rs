//! The till's API: what the cashier's page asks for, by the paths and messages of `karfa_shared::till`.
//!
//! Belongs here: from requests to what the other rooms do, and their refusals as problems. Does not belong here: what is
//! decided.

/// A sale by its id.
mod by_id;
/// Who the customer of the sale is.
mod customer;
/// The day's list.
mod day;
/// The sale on the desk.
mod desk;
/// What the branch sells.
mod goods;
/// Watching the desk change.
mod live;
/// A payment that somebody looked for.
mod looked_up;
/// The club's members.
mod members;
/// How often a till may ask for what costs something.
mod rates;
/// Why something was not done.
mod refusals;
/// What a cashier does to the sale on the desk.
mod sale;
/// Signing in and out, and who sits where.
pub mod session;

pub use rates::TillRates;
pub use sale::{AtTill, router as sales};
pub use session::Seats;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use karfa_shared::till::API;

/// The till's API, under [`API`]: what is there for those who have signed in (`for_seats`) beside what belongs here. Needs a
/// session layer around it, and one that refuses other people's pages.
pub fn router(seats: Seats, rates: TillRates, for_seats: Router) -> Router {
    let signed_in = goods::router()
        .merge(for_seats)
        .layer(from_fn_with_state(seats.clone(), session::seated));
    let routes = session::router(seats, rates.sign_in).merge(signed_in);
    Router::new().nest(API, routes.layer(from_fn(with_headers)))
}

/// What is told to a till is for nobody else, and not for later.
async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
