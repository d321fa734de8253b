//! Serves a router over TCP. Its own loop instead of axum's, because a connection must be able to close without an
//! answer.

use crate::gate::Dropped;
use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

/// Connections that are still busy when the sandbox stops get so long.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
/// A client that sends its headers slower than this is cut off.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// Connections at a time; a phone's stream holds one. Further ones wait to be accepted.
const MOST_CONNECTIONS: usize = 1024;
/// After a failed accept (no file handles left) wait before the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on demand")]
struct OnDemand;

/// Serves until `shutdown` is over, then lets the last answers out.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            (accepted, place) = accept(&listener, &places) => match accepted {
                Ok(stream) => serve_one(stream, place, router.clone(), &connections),
                Err(error) => {
                    tracing::warn!(kind = ?error.kind(), "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(LAST_ANSWERS, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections were still busy when the sandbox stopped");
    }
    Ok(())
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (io::Result<TcpStream>, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok();
    (listener.accept().await.map(|(stream, _)| stream), place)
}

fn serve_one(
    stream: TcpStream,
    place: Option<OwnedSemaphorePermit>,
    router: Router,
    connections: &GracefulShutdown,
) {
    // Answers are small: waiting to fill a packet only costs time.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let router = router.clone();
        async move {
            let response = match router.oneshot(request.map(axum::body::Body::new)).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            if response.extensions().get::<Dropped>().is_some() {
                Err(OnDemand)
            } else {
                Ok(response)
            }
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        // A connection that breaks, or is broken on demand, is nobody's error.
        let _ = watched.await;
        drop(place);
    });
}
