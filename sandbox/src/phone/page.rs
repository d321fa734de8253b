//! The phone as a page: a shell, modules, styles.

use crate::assets;
use crate::world::Shared;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;
use std::collections::BTreeSet;

/// The routes below `/phone` that show the page.
pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(shell))
        .route("/open", get(shell))
        .route("/{number}", get(shell))
        .route("/assets/{*path}", get(file))
}

/// The shell is the same for every phone: its script reads the number from the path. At `/open?link=…` it asks which
/// phone opens the link.
async fn shell(State(world): State<Shared>, headers: HeaderMap) -> Response {
    assets::page("phone/index.html", &headers, &shops(&world))
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    assets::file(&format!("phone/{path}"), &headers)
}

/// Where the pictures of products may come from: the shops' own origins.
fn shops(world: &Shared) -> Vec<String> {
    world.look(|state, _| {
        let urls = state
            .inpost
            .merchants
            .values()
            .filter_map(|merchant| url::Url::parse(&merchant.callback_url).ok());
        let origins: BTreeSet<String> = urls.map(|url| url.origin().ascii_serialization()).collect();
        origins.into_iter().collect()
    })
}
