//! Views that a browser watches change: over a websocket, or by long polls. Both ask for a view newer than a cursor, so
//! that a browser that was away misses nothing.

use super::problem::Problem;
use async_trait::async_trait;
use axum::Json;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use karfa_shared::widget::OBSERVE_SECONDS;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// How many observers one watched thing may have: tabs, windows, and those that a lost connection left behind.
const MOST_OBSERVERS: usize = 8;
/// A silent websocket is asked for a sign of life this often, and closed when the next question comes unanswered.
const PING_EVERY: Duration = Duration::from_secs(20);
/// The browser says nothing over the websocket; more than this is an attack.
const MOST_RECEIVED: usize = 1024;
/// A view that the browser does not take for so long is the last one.
const SEND_PATIENCE: Duration = Duration::from_secs(10);

/// Something that changes, at positions of its journal.
#[async_trait]
pub trait NextView: Send + Sync + 'static {
    /// What the browser gets.
    type View: Serialize + Send;
    /// Why it cannot be had.
    type Error: std::error::Error + Send;

    /// Waits until there is a view newer than `after`: its cursor and the view, or `None` at the deadline.
    async fn next(&self, after: i64, deadline: Instant) -> Result<Option<(i64, Self::View)>, Self::Error>;

    /// Whether this is no failure, but the end of what the browser may see.
    fn is_over(_error: &Self::Error) -> bool {
        false
    }
}

/// All websockets and long polls of this server.
#[derive(Clone)]
pub struct Live {
    shutdown: CancellationToken,
    observers: Arc<Mutex<HashMap<String, usize>>>,
}

impl Live {
    /// Ends all observation at `shutdown`, so that browsers connect to the next process at once.
    pub fn new(shutdown: CancellationToken) -> Self {
        Live {
            shutdown,
            observers: Arc::default(),
        }
    }

    /// Answers with a view newer than `after`, or 204 when there is none for a while. `key` names what is watched.
    ///
    /// # Errors
    /// 429 with too many observers, 503 when the view cannot be had.
    pub async fn long_poll<V: NextView>(
        &self,
        key: &str,
        after: i64,
        watched: V,
    ) -> Result<Response, Problem> {
        let _place = self.enter(key)?;
        let deadline = Instant::now() + Duration::from_secs(u64::from(OBSERVE_SECONDS));
        let next = tokio::select! {
            next = watched.next(after, deadline) => next,
            () = self.shutdown.cancelled() => return Err(going_away()),
        };
        match next {
            Ok(Some((_, view))) => Ok(Json(view).into_response()),
            Ok(None) => Ok(StatusCode::NO_CONTENT.into_response()),
            Err(error) => {
                if !V::is_over(&error) {
                    tracing::warn!(%error, "a long poll cannot be answered");
                }
                Err(going_away())
            }
        }
    }

    /// Sends every view newer than `after` as a text message of JSON. `key` names what is watched.
    ///
    /// # Errors
    /// 429 with too many observers.
    pub fn websocket<V: NextView>(
        &self,
        upgrade: WebSocketUpgrade,
        key: &str,
        after: i64,
        watched: V,
    ) -> Result<Response, Problem> {
        let place = self.enter(key)?;
        let shutdown = self.shutdown.clone();
        // Small buffers: an idle connection holds about 5 KB instead of 133 KB.
        let upgrade = upgrade
            .read_buffer_size(4096)
            .write_buffer_size(0)
            .max_message_size(MOST_RECEIVED)
            .max_frame_size(MOST_RECEIVED);
        Ok(upgrade.on_upgrade(move |socket| async move {
            converse(socket, after, watched, shutdown).await;
            drop(place);
        }))
    }

    fn enter(&self, key: &str) -> Result<Place, Problem> {
        let mut observers = self.observers.lock().unwrap_or_else(PoisonError::into_inner);
        let count = observers.entry(key.to_owned()).or_default();
        if *count >= MOST_OBSERVERS {
            return Err(Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_observers",
                "This basket is watched in too many windows: close some.",
            ));
        }
        *count += 1;
        Ok(Place {
            key: key.to_owned(),
            observers: self.observers.clone(),
        })
    }
}

fn going_away() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "going_away",
        "The shop is not available: try again in a moment.",
    )
}

/// A place among the observers of one thing, given back when dropped.
struct Place {
    key: String,
    observers: Arc<Mutex<HashMap<String, usize>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut observers = self.observers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = observers.get_mut(&self.key) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                observers.remove(&self.key);
            }
        }
    }
}

async fn converse<V: NextView>(
    mut socket: WebSocket,
    mut after: i64,
    watched: V,
    shutdown: CancellationToken,
) {
    let mut answered = true;
    loop {
        let deadline = Instant::now() + PING_EVERY;
        let next = tokio::select! {
            next = watched.next(after, deadline) => next,
            received = socket.recv() => match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(Message::Pong(_))) if !answered => {
                    answered = true;
                    continue;
                }
                // A browser says nothing else, and each word costs a look into the database.
                Some(Ok(_)) => return close(socket, close_code::POLICY).await,
            },
            () = shutdown.cancelled() => return close(socket, close_code::RESTART).await,
        };
        let message = match next {
            Ok(Some((cursor, view))) => {
                after = cursor;
                let Ok(text) = serde_json::to_string(&view) else {
                    return close(socket, close_code::ERROR).await;
                };
                Message::Text(Utf8Bytes::from(text))
            }
            Ok(None) if answered => {
                answered = false;
                Message::Ping(axum::body::Bytes::new())
            }
            Ok(None) => return,
            Err(error) if V::is_over(&error) => return close(socket, close_code::POLICY).await,
            Err(error) => {
                tracing::warn!(%error, "a websocket's view cannot be had");
                return close(socket, close_code::AGAIN).await;
            }
        };
        if !matches!(timeout(SEND_PATIENCE, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn close(mut socket: WebSocket, code: u16) {
    let farewell = Message::Close(Some(CloseFrame {
        code,
        reason: Utf8Bytes::default(),
    }));
    // Whether it arrives does not matter.
    let _ = timeout(SEND_PATIENCE, socket.send(farewell)).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::extract::{Query, State};
    use axum::http::header;
    use axum::routing::get;
    use futures_util::{SinkExt as _, StreamExt as _};
    use http_body_util::BodyExt as _;
    use serde_json::json;
    use std::convert::Infallible;
    use tokio::net::TcpStream;
    use tokio::sync::watch;
    use tokio_tungstenite::tungstenite::protocol::CloseFrame as ClientClose;
    use tokio_tungstenite::tungstenite::{Error as ClientError, Message as ClientMessage};
    use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
    use tower::ServiceExt as _;

    type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

    /// A number that grows; its cursor is itself.
    #[derive(Clone)]
    struct Number(watch::Receiver<i64>);

    #[async_trait]
    impl NextView for Number {
        type View = serde_json::Value;
        type Error = Infallible;

        async fn next(&self, after: i64, deadline: Instant) -> Result<Option<(i64, Self::View)>, Infallible> {
            let mut number = self.0.clone();
            let found = tokio::time::timeout_at(deadline, number.wait_for(|n| *n > after)).await;
            Ok(found.ok().and_then(Result::ok).map(|n| (*n, json!({ "n": *n }))))
        }
    }

    #[derive(Clone)]
    struct Watched {
        live: Live,
        number: Number,
    }

    #[derive(serde::Deserialize)]
    struct After {
        #[serde(default)]
        after: i64,
    }

    struct Bench {
        app: Router,
        live: Live,
        number: watch::Sender<i64>,
        shutdown: CancellationToken,
    }

    fn bench() -> Bench {
        let (number, watched) = watch::channel(0);
        let shutdown = CancellationToken::new();
        let live = Live::new(shutdown.clone());
        let poll = |State(watched): State<Watched>, Query(after): Query<After>| async move {
            watched
                .live
                .long_poll("key", after.after, watched.number.clone())
                .await
        };
        let socket = |State(watched): State<Watched>,
                      Query(after): Query<After>,
                      upgrade: WebSocketUpgrade| async move {
            watched
                .live
                .websocket(upgrade, "key", after.after, watched.number.clone())
        };
        let watched = Watched {
            live: live.clone(),
            number: Number(watched),
        };
        let app = Router::new()
            .route("/poll", get(poll))
            .route("/live", get(socket))
            .with_state(watched);
        Bench {
            app,
            live,
            number,
            shutdown,
        }
    }

    impl Bench {
        async fn poll(&self, after: i64) -> (u16, String) {
            let request = axum::extract::Request::get(format!("/poll?after={after}"));
            let request = request.body(axum::body::Body::empty()).unwrap();
            let response = self.app.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8(body.to_vec()).unwrap())
        }

        /// Serves on a port of this machine: its address.
        async fn serve(&self) -> String {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let app = self.app.clone();
            tokio::spawn(async move { axum::serve(listener, app).await });
            format!("ws://{address}/live")
        }

        fn observers(&self) -> usize {
            self.live.observers.lock().unwrap().values().sum()
        }

        async fn until_nobody_observes(&self) {
            while self.observers() > 0 {
                tokio::task::yield_now().await;
            }
        }
    }

    async fn text(client: &mut Client) -> String {
        loop {
            match client.next().await.unwrap().unwrap() {
                ClientMessage::Text(text) => return text.to_string(),
                ClientMessage::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code with which the server closes.
    async fn close_code(client: &mut Client) -> Option<u16> {
        loop {
            match client.next().await {
                Some(Ok(ClientMessage::Close(frame))) => {
                    return frame.map(|ClientClose { code, .. }| code.into());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    #[tokio::test]
    async fn a_long_poll_answers_with_what_is_newer() {
        let bench = bench();
        bench.number.send_replace(3);
        assert_eq!(bench.poll(2).await, (200, json!({ "n": 3 }).to_string()));
        let (answer, ()) = tokio::join!(bench.poll(3), async {
            tokio::task::yield_now().await;
            bench.number.send_replace(4);
        });
        assert_eq!(answer, (200, json!({ "n": 4 }).to_string()));
        assert_eq!(bench.observers(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_poll_without_news_ends_after_its_time() {
        let bench = bench();
        let began = Instant::now();
        assert_eq!(bench.poll(0).await, (204, String::new()));
        assert_eq!(began.elapsed().as_secs(), u64::from(OBSERVE_SECONDS));
    }

    #[tokio::test]
    async fn a_shutdown_ends_long_polls_at_once() {
        let bench = bench();
        let (answer, ()) = tokio::join!(bench.poll(0), async { bench.shutdown.cancel() });
        assert_eq!(answer.0, 503);
    }

    #[tokio::test]
    async fn too_many_observers_are_refused_and_places_are_given_back() {
        let bench = bench();
        let places: Vec<_> = (0..MOST_OBSERVERS)
            .map(|_| bench.live.enter("key").unwrap())
            .collect();
        bench.number.send_replace(1);
        assert_eq!(bench.poll(0).await.0, 429);
        assert!(bench.live.enter("other").is_ok());
        drop(places);
        assert_eq!(bench.poll(0).await.0, 200);
        assert_eq!(bench.observers(), 0);
    }

    #[tokio::test]
    async fn a_websocket_gets_every_view_after_its_cursor() {
        let bench = bench();
        bench.number.send_replace(5);
        let url = bench.serve().await;
        let (mut client, _) = connect_async(format!("{url}?after=4")).await.unwrap();
        assert_eq!(text(&mut client).await, json!({ "n": 5 }).to_string());
        bench.number.send_replace(6);
        assert_eq!(text(&mut client).await, json!({ "n": 6 }).to_string());
        client.close(None).await.unwrap();
        bench.until_nobody_observes().await;
    }

    #[tokio::test]
    async fn a_shutdown_closes_websockets_so_that_they_come_back() {
        let bench = bench();
        let (mut client, _) = connect_async(bench.serve().await).await.unwrap();
        bench.shutdown.cancel();
        assert_eq!(close_code(&mut client).await, Some(close_code::RESTART));
        bench.until_nobody_observes().await;
    }

    #[tokio::test]
    async fn a_client_that_talks_is_shown_the_door() {
        let bench = bench();
        let url = bench.serve().await;
        let (mut client, _) = connect_async(&url).await.unwrap();
        client.send(ClientMessage::text("hello")).await.unwrap();
        assert_eq!(close_code(&mut client).await, Some(close_code::POLICY));
        let (mut client, _) = connect_async(&url).await.unwrap();
        client
            .send(ClientMessage::text("x".repeat(MOST_RECEIVED + 1)))
            .await
            .unwrap();
        let end = close_code(&mut client).await;
        assert!(end.is_none() || end == Some(close_code::SIZE), "{end:?}");
        bench.until_nobody_observes().await;
    }

    #[tokio::test]
    async fn the_ninth_window_is_refused() {
        let bench = bench();
        let url = bench.serve().await;
        let mut clients = Vec::new();
        for _ in 0..MOST_OBSERVERS {
            clients.push(connect_async(&url).await.unwrap().0);
        }
        let Err(ClientError::Http(refused)) = connect_async(&url).await else {
            panic!("expected a refusal")
        };
        assert_eq!(refused.status(), 429);
        assert_eq!(
            refused.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        drop(clients);
        bench.until_nobody_observes().await;
    }

    /// Whoever does not even answer pings is gone.
    #[tokio::test(start_paused = true)]
    async fn a_silent_client_is_given_up() {
        let bench = bench();
        let (client, _) = connect_async(bench.serve().await).await.unwrap();
        let began = Instant::now();
        while bench.observers() > 0 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        assert!(began.elapsed() >= PING_EVERY, "{:?}", began.elapsed());
        drop(client);
    }
}
