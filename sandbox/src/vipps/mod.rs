//! Vipps MobilePay, emulated: contract `vipps-mobilepay`. Its own code from end to end; it shares nothing with the client,
//! so that a mistake in the client's messages or signatures meets a second opinion.

/// The accounts.
mod accounts;
/// Access tokens and headers.
mod auth;
/// Merchant callback codes.
mod callback_code;
/// Bringing news to merchants.
pub(crate) mod deliver;
/// ePayment.
pub(crate) mod epayment;
/// Answers in the provider's shapes.
mod error;
/// Reading JSON field by field.
mod fields;
/// The phones to pick from.
mod listed;
/// Merchant-initiated login.
mod login;
/// What the provider knows of people.
mod people;
/// What the app shows.
mod phone;
/// Codes as pictures.
mod pictures;
/// Personal codes.
mod qr;
/// Signing calls to merchants.
mod sign;
/// Numbers that fail in a named way.
mod special;
/// What is remembered.
mod state;
/// Registering webhooks.
mod webhooks;

pub(crate) use accounts::account;
pub(crate) use deliver::release;
pub(crate) use listed::{numbers, special_numbers};
pub(crate) use login::discovery::published_keys;
pub(crate) use phone::{inbox, payments, scan, tap};
pub(crate) use state::State;

use crate::calls::Direction;
use crate::gate::{self, Refuse};
use crate::phone::Code;
use crate::world::Shared;
use axum::Router;
use axum::extract::{Request, State as FromWorld};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post, put};
use epayment::{create, force, modify, read};
use error::{Reply, refuse, refuse_exchange, refuse_oauth, refuse_qr};
use http::{StatusCode, Uri};
use login::{discovery, start, token, userinfo};
use std::sync::Arc;

/// The calls that it makes to merchants, for the faults.
pub(crate) const MERCHANT_CALLS: &[&str] = &[deliver::WEBHOOK.name];

/// A call of a merchant: its name for the faults, its route, its way to refuse, what answers it.
type Entry = (&'static str, &'static str, Refuse, MethodRouter<Shared>);

/// Every call of a merchant. Contract, sections 2 to 6.
#[rustfmt::skip] // A table is read by its columns.
fn table() -> Vec<Entry> {
    vec![
        ("vipps.token", "/accesstoken/get", refuse_oauth, post(auth::token)),
        ("vipps.qr.exchange", "/qr/v1/exchange", refuse_exchange, post(qr::exchange)),
        ("vipps.qr.exchange_customer", "/qr/v1/exchange/customer", refuse_exchange, post(qr::exchange_customer)),
        ("vipps.qr.callback.list", "/qr/v1/merchant-callback", refuse_qr, get(callback_code::list)),
        ("vipps.qr.callback.read", "/qr/v1/merchant-callback/{merchantQrId}", refuse_qr, get(callback_code::read)),
        ("vipps.qr.callback.put", "/qr/v1/merchant-callback/{merchantQrId}", refuse_qr, put(callback_code::put)),
        ("vipps.qr.callback.delete", "/qr/v1/merchant-callback/{merchantQrId}", refuse_qr, delete(callback_code::remove)),
        ("vipps.login.discovery", "/access-management-1.0/access/.well-known/openid-configuration", refuse_oauth, get(discovery::configuration)),
        ("vipps.login.keys", "/access-management-1.0/access/.well-known/jwks.json", refuse_oauth, get(discovery::keys)),
        ("vipps.login.start", "/vipps-login-ciba/api/backchannel/authentication", refuse_oauth, post(start::start)),
        ("vipps.login.user_exists", "/vipps-login-ciba/api/v1/user-exists", refuse_oauth, post(start::user_exists)),
        ("vipps.login.poll", "/access-management-1.0/access/oauth2/token", refuse_oauth, post(token::ask)),
        ("vipps.login.userinfo", "/vipps-userinfo-api/userinfo", refuse_oauth, get(userinfo::read)),
        ("vipps.payment.create", "/epayment/v1/payments", refuse, post(create::create)),
        ("vipps.payment.read", "/epayment/v1/payments/{reference}", refuse, get(read::payment)),
        ("vipps.payment.events", "/epayment/v1/payments/{reference}/events", refuse, get(read::events)),
        ("vipps.payment.capture", "/epayment/v1/payments/{reference}/capture", refuse, post(modify::capture)),
        ("vipps.payment.refund", "/epayment/v1/payments/{reference}/refund", refuse, post(modify::refund)),
        ("vipps.payment.cancel", "/epayment/v1/payments/{reference}/cancel", refuse, post(modify::cancel)),
        ("vipps.payment.approve", "/epayment/v1/test/payments/{reference}/approve", refuse, post(force::approve)),
        ("vipps.webhooks.register", "/webhooks/v1/webhooks", refuse, post(webhooks::register)),
        ("vipps.webhooks.list", "/webhooks/v1/webhooks", refuse, get(webhooks::list)),
        ("vipps.webhooks.delete", "/webhooks/v1/webhooks/{id}", refuse, delete(webhooks::remove)),
    ]
}

/// The names of all calls of a merchant.
pub(crate) fn call_names() -> Vec<&'static str> {
    table().into_iter().map(|(name, ..)| name).collect()
}

/// The routes below `/vipps`.
pub(crate) fn router(world: &Shared) -> Router<Shared> {
    let routes = table()
        .into_iter()
        .fold(Router::new(), |router, (name, route, refuse, handler)| {
            gate::call(
                router,
                world,
                refuse,
                (Direction::FromMerchant, name, route),
                handler,
            )
        });
    routes
        .route("/qr-images/{file}", get(pictures::picture))
        .layer(middleware::from_fn_with_state(world.clone(), wake))
        .method_not_allowed_fallback(async |uri: Uri| unknown_method(uri.path()))
        .fallback(async || Reply::gateway(StatusCode::NOT_FOUND, "Resource not found"))
}

/// The calls of a path share a shape, whatever their methods.
fn unknown_method(path: &str) -> Response {
    let of_path = table().into_iter().find(|(_, route, ..)| is_at(route, path));
    let shape: Refuse = of_path.map_or(refuse, |(_, _, shape, _)| shape);
    let message = "This path does not know this method.";
    shape(StatusCode::METHOD_NOT_ALLOWED, "BAD_REQUEST", message)
}

/// Whether a path is one of a route's.
fn is_at(route: &str, path: &str) -> bool {
    let mut given = path.split('/');
    let fits = route.split('/').all(|part| {
        given
            .next()
            .is_some_and(|given| part == given || part.starts_with('{'))
    });
    fits && given.next().is_none()
}

/// News is brought from the first call on.
async fn wake(FromWorld(world): FromWorld<Shared>, request: Request, next: Next) -> Response {
    resume(&world);
    next.run(request).await
}

/// Begins to bring news, if nobody does yet.
pub(crate) fn resume(world: &Shared) {
    if world.is_first_to_bring_vipps_news() {
        let stopping = world.stopping.clone();
        tokio::spawn(deliver::run(Arc::downgrade(world), world.changes(), stopping));
    }
}

/// The personal QR that this phone shows; a fresh one where the old one has expired, or where one is wished for.
pub(crate) fn personal_qr(world: &Shared, phone: &str, fresh: bool) -> Option<Code> {
    qr::personal_qr(world, phone, fresh)
}
