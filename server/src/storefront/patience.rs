//! How often one shopper may send forms: often enough for anybody's fingers, too seldom for guessing passwords.

use super::Storefront;
use super::frame::{Frame, PageError, Visitor, page};
use super::language::Speech;
use crate::web::client_address::ClientAddress;
use crate::web::limits::{Rate, RateLimit, Rates};
use crate::web::shopper::Shopper;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use provider_http::Clock;
use std::sync::Arc;
use tower_sessions::Session;

/// The limits of the shop's forms.
#[derive(Clone)]
pub struct Patience {
    /// Of all forms.
    pub forms: RateLimit,
    /// Of signing in.
    pub sign_in: RateLimit,
}

impl Patience {
    /// The usual limits, by the given clock.
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        let forms = Rates {
            per_session: Rate::new(60, 40),
            per_address: Rate::new(600, 300),
        };
        let sign_in = Rates {
            per_session: Rate::new(6, 5),
            per_address: Rate::new(30, 20),
        };
        Patience {
            forms: RateLimit::new(forms, clock.clone()),
            sign_in: RateLimit::new(sign_in, clock.clone()),
        }
    }
}

#[derive(Template)]
#[template(path = "too_many.html")]
struct TooManyPage {
    frame: Frame,
}

/// A layer that counts the forms that are sent, and answers one too many with a page.
pub(super) async fn forms(
    State(storefront): State<Storefront>,
    address: ClientAddress,
    speech: Speech,
    shopper: Shopper,
    request: Request,
    next: Next,
) -> Result<Response, PageError> {
    if request.method() != Method::POST {
        return Ok(next.run(request).await);
    }
    let limit = match request.uri().path() {
        super::path::SIGN_IN => &storefront.patience.sign_in,
        _ => &storefront.patience.forms,
    };
    let session = request.extensions().get::<Session>().and_then(Session::id);
    let Err(problem) = limit.check(session.map(|id| id.0), address) else {
        return Ok(next.run(request).await);
    };
    let visitor = Visitor::of(&storefront, &shopper).await?;
    let mut answer = page(&TooManyPage {
        frame: Frame::new(&storefront, &speech, &visitor),
    })?;
    *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let refused = problem.into_response();
    for name in [axum::http::header::RETRY_AFTER] {
        if let Some(value) = refused.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    Ok(answer)
}
