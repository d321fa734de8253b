//! Codes of payments and of merchants as pictures, where the merchant wants them so. Contract, sections 3 and 5.

use super::callback_code::CONTENT;
use super::epayment::create::link;
use crate::inpost::code_png;
use crate::origin::Origin;
use crate::phone::code_svg;
use crate::world::Shared;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

/// `GET /qr-images/{token}.png` and `.svg`.
pub(crate) async fn picture(
    State(world): State<Shared>,
    origin: Origin,
    Path(file): Path<String>,
) -> Response {
    let not_found = || StatusCode::NOT_FOUND.into_response();
    let Some((token, kind)) = file.rsplit_once('.') else {
        return not_found();
    };
    let text = world.look(|state, _| {
        let mut payments = state.vipps.payments.values();
        if payments.any(|payment| payment.link_token.as_deref() == Some(token)) {
            return Some(link(&origin, token));
        }
        let mut codes = state.vipps.callback_codes.values();
        codes
            .any(|code| code.token == token)
            .then(|| format!("{CONTENT}{token}"))
    });
    let Some(text) = text else { return not_found() };
    match kind {
        "png" => ([(header::CONTENT_TYPE, "image/png")], code_png(&text)).into_response(),
        "svg" => match code_svg(&text) {
            Some(svg) => ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response(),
            None => not_found(),
        },
        _ => not_found(),
    }
}
