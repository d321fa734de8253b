//! The control as a page.

use crate::assets;
use crate::world::Shared;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;

/// The routes below `/control` that show the page.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(shell))
        .route("/assets/{*path}", get(file))
}

async fn shell(headers: HeaderMap) -> Response {
    assets::page("control/index.html", &headers, &[])
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    assets::file(&format!("control/{path}"), &headers)
}
