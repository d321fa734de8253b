//! The codes that a phone shows, Vipps MobilePay's personal QR and Netgíró's app code: fresh ones, and their pictures.

use super::api::Phone;
use super::picture;
use crate::netgiro;
use crate::problem::Problem;
use crate::vipps;
use crate::world::Shared;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{StatusCode, header};
use serde_json::{Value, json};

/// The routes of a number's codes, below `/phone/api`.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/{number}/personal-qr", post(fresh_personal_qr))
        .route("/{number}/personal-qr.svg", get(personal_qr_picture))
        .route("/{number}/app-code", post(fresh_app_code))
        .route("/{number}/app-code.svg", get(app_code_picture))
}

fn none() -> Problem {
    let detail = "This phone shows no such code: its owner does not have the app.";
    Problem::new(StatusCode::NOT_FOUND, "no-code", detail)
}

async fn fresh_personal_qr(State(world): State<Shared>, phone: Phone) -> Result<Json<Value>, Problem> {
    let code = vipps::personal_qr(&world, phone.number.digits(), true).ok_or_else(none)?;
    Ok(Json(
        json!({ "personal_qr": code.text, "personal_qr_expires_at": code.expires_at }),
    ))
}

async fn fresh_app_code(State(world): State<Shared>, phone: Phone) -> Result<Json<Value>, Problem> {
    let code = netgiro::app_code(&world, phone.number.netgiro(), true).ok_or_else(none)?;
    Ok(Json(
        json!({ "app_code": code.text, "app_code_expires_at": code.expires_at }),
    ))
}

async fn personal_qr_picture(State(world): State<Shared>, phone: Phone) -> Result<Response, Problem> {
    let code = vipps::personal_qr(&world, phone.number.digits(), false);
    drawn(code.and_then(|code| picture::qr(&code.text)))
}

async fn app_code_picture(State(world): State<Shared>, phone: Phone) -> Result<Response, Problem> {
    let code = netgiro::app_code(&world, phone.number.netgiro(), false);
    drawn(code.and_then(|code| picture::barcode(&netgiro::barcode(&code))))
}

fn drawn(svg: Option<String>) -> Result<Response, Problem> {
    let svg = svg.ok_or_else(none)?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, svg).into_response())
}
