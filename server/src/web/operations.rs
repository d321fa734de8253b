//! What operators and their tools ask for: is it alive, is it ready, how is it doing. And the housekeeping.

use crate::engine::Engine;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often what has expired is deleted.
const SWEEP_EVERY: Duration = Duration::from_secs(300);
/// How much of it at once, so that nobody waits for the database meanwhile.
const SWEEP_LIMIT: u32 = 500;

/// `/healthz`: the process answers. `/readyz`: it can work. `/metrics`: for Prometheus.
pub fn router(engine: Engine) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(engine)
}

async fn ready(State(engine): State<Engine>) -> Response {
    match engine.measure().await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n").into_response()
        }
    }
}

async fn metrics(State(engine): State<Engine>) -> Response {
    if let Err(error) = engine.measure().await {
        tracing::error!(%error, "the outbox cannot be measured");
    }
    match recorder() {
        Some(handle) => {
            let text = handle.render();
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
        }
        None => (StatusCode::NOT_FOUND, "metrics are collected elsewhere\n").into_response(),
    }
}

/// Begins to collect metrics, once in a process. `None` where a program that uses this library collects its own.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| PrometheusBuilder::new().install_recorder().ok())
        .as_ref()
}

/// Deletes what has expired, a little at a time, until `shutdown`.
pub async fn sweep(engine: Engine, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Some(handle) = recorder() {
            handle.run_upkeep();
        }
        match engine.sweep(SWEEP_LIMIT).await {
            Ok(swept) if swept >= u64::from(SWEEP_LIMIT) => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "could not delete what has expired"),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}
