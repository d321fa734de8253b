//! Browser sessions in the engine's database.
//!
//! A session begins when something is put into it, so whoever only looks around leaves nothing behind. It holds ids
//! only. The database knows a hash of the cookie, so that a copy of it opens nobody's session.

use crate::engine::Engine;
use crate::engine::address::StoreId;
use crate::engine::store::{SessionRow, StoreError};
use async_trait::async_trait;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use ring::digest;
use std::fmt;
use std::fmt::Write as _;
use time::{Duration, OffsetDateTime};
use tower_sessions::cookie::{Cookie, SameSite};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

/// The cookie's name, before a port that is not the usual one: cookies do not tell ports apart, and any number of
/// servers can stand side by side on one host.
pub const COOKIE: &str = "karfa_session";

/// A session that was not used for so long is forgotten.
const IDLE_DAYS: i64 = 30;

/// Ids drawn before giving up: with 128 random bits the second one is never needed.
const MAX_DRAWS: u32 = 4;

/// A session is prolonged when this much of its time is over: once a day, not at every request.
const PROLONG_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// The sessions of one store.
#[derive(Clone)]
pub struct Sessions {
    engine: Engine,
    store: StoreId,
    https: bool,
    cookie: String,
}

impl Sessions {
    /// Sessions of `store`. `https`: their cookies are sent over https alone.
    pub fn new(engine: Engine, store: StoreId, https: bool) -> Self {
        Sessions {
            engine,
            store,
            https,
            cookie: COOKIE.to_owned(),
        }
    }

    /// The server's address has a port that is not the usual one.
    #[must_use]
    pub fn at_port(mut self, port: Option<u16>) -> Self {
        self.cookie = port.map_or_else(|| COOKIE.to_owned(), |port| format!("{COOKIE}_{port}"));
        self
    }

    /// Gives every request of these routes its [`Session`], and prolongs the session that is used.
    pub fn apply(self, router: Router) -> Router {
        let kept = EngineSessions {
            engine: self.engine.clone(),
            store: self.store.clone(),
        };
        let layer = SessionManagerLayer::new(kept)
            .with_name(self.cookie.clone())
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_secure(self.https)
            .with_expiry(Expiry::OnInactivity(Duration::days(IDLE_DAYS)));
        router.layer(from_fn_with_state(self, prolong)).layer(layer)
    }

    /// Prolongs the session's row. Its content is left alone, so that nothing that another request puts in is undone.
    async fn prolong(&self, id: Id) -> std::result::Result<bool, StoreError> {
        let (store, now) = (self.engine.store(), self.engine.now());
        let Some(row) = store.load_session(&self.store, &hash(id), now).await? else {
            return Ok(false);
        };
        let expires = idle_end(now);
        if row
            .expires
            .checked_add(PROLONG_AFTER)
            .is_ok_and(|due| due > expires)
        {
            return Ok(false);
        }
        store.touch_session(&self.store, &hash(id), expires).await
    }

    fn cookie(&self, id: Id) -> Option<HeaderValue> {
        let cookie = Cookie::build((self.cookie.clone(), id.to_string()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.https)
            .max_age(Duration::days(IDLE_DAYS));
        HeaderValue::from_str(&cookie.to_string()).ok()
    }
}

/// Row and cookie of a session that is used live on, so that it ends after a time without use, not without change.
async fn prolong(State(sessions): State<Sessions>, request: Request, next: Next) -> Response {
    let session = request.extensions().get::<Session>().cloned();
    let id = session.as_ref().and_then(Session::id);
    let prolonged = match id {
        Some(id) => sessions.prolong(id).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a session could not be prolonged");
            false
        }),
        None => false,
    };
    let mut response = next.run(request).await;
    // A changed session has its cookie set anyway, and it may have another id by now, or none.
    if let (Some(session), Some(id), true) = (session, id, prolonged)
        && !session.is_modified()
        && session.id() == Some(id)
        && let Some(cookie) = sessions.cookie(id)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn idle_end(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(24 * IDLE_DAYS))
        .unwrap_or(Timestamp::MAX)
}

/// Sessions of one store, in the engine's database.
#[derive(Clone)]
struct EngineSessions {
    engine: Engine,
    store: StoreId,
}

impl fmt::Debug for EngineSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineSessions")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl EngineSessions {
    /// The row, which ends by the given clock.
    fn row(&self, record: &Record) -> Result<SessionRow> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        Ok(SessionRow {
            id: hash(record.id),
            data,
            expires: idle_end(self.engine.now()),
        })
    }

    fn draw_id(&self) -> Id {
        let mut bytes = [0; 16];
        self.engine.random().fill(&mut bytes);
        Id(i128::from_le_bytes(bytes))
    }
}

#[async_trait]
impl SessionStore for EngineSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        for _ in 0..MAX_DRAWS {
            record.id = self.draw_id();
            if self
                .engine
                .store()
                .create_session(&self.store, self.row(record)?)
                .await
                .map_err(|error| backend(&error))?
            {
                return Ok(());
            }
        }
        Err(Error::Backend(
            "no free session id was found: is the random source broken?".to_owned(),
        ))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.engine
            .store()
            .save_session(&self.store, self.row(record)?)
            .await
            .map_err(|error| backend(&error))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = self.engine.now();
        let row = self
            .engine
            .store()
            .load_session(&self.store, &hash(*id), now)
            .await
            .map_err(|error| backend(&error))?;
        row.map(|row| {
            // The content is not quoted in the error.
            let data = serde_json::from_str(&row.data).map_err(|error| {
                Error::Decode(format!(
                    "a stored session is not readable: {:?}",
                    error.classify()
                ))
            })?;
            let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires.as_second())
                .map_err(|error| Error::Decode(error.to_string()))?;
            Ok(Record {
                id: *id,
                data,
                expiry_date,
            })
        })
        .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.engine
            .store()
            .delete_session(&self.store, &hash(*id))
            .await
            .map_err(|error| backend(&error))
    }
}

fn backend(error: &StoreError) -> Error {
    let cause = std::error::Error::source(error)
        .map(|cause| format!(": {cause}"))
        .unwrap_or_default();
    Error::Backend(format!("{error}{cause}"))
}

/// What finds a session: the cookie itself is not stored.
fn hash(id: Id) -> String {
    let digest = digest::digest(&digest::SHA256, &id.0.to_le_bytes());
    digest
        .as_ref()
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::SeededRandom;
    use axum::body::Body;
    use axum::routing::{get, post};
    use http_body_util::BodyExt as _;
    use provider_http::ManualClock;
    use std::sync::Arc;
    use tower::ServiceExt as _;

    struct Bench {
        app: Router,
        engine: Engine,
        clock: Arc<ManualClock>,
        folder: tempfile::TempDir,
    }

    async fn bench(https: bool) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new("2026-03-01T12:00:00Z".parse().unwrap()));
        let random = Arc::new(SeededRandom::new(1));
        let engine = Engine::open_sqlite(&folder.path().join("s.db"), clock.clone(), random)
            .await
            .unwrap();
        let app = Router::new()
            .route(
                "/put",
                post(|session: Session| async move { session.insert("n", 7).await.unwrap() }),
            )
            .route(
                "/cycle",
                post(|session: Session| async move { session.cycle_id().await.unwrap() }),
            )
            .route(
                "/flush",
                post(|session: Session| async move { session.flush().await.unwrap() }),
            )
            .route(
                "/get",
                get(|session: Session| async move {
                    session
                        .get::<i64>("n")
                        .await
                        .unwrap()
                        .map_or("none".to_owned(), |n| n.to_string())
                }),
            );
        let app = Sessions::new(engine.clone(), StoreId::default(), https).apply(app);
        Bench {
            app,
            engine,
            clock,
            folder,
        }
    }

    impl Bench {
        /// The body, and the cookie that was set.
        async fn call(&self, method: &str, path: &str, cookie: Option<&str>) -> (String, Option<String>) {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(cookie) = cookie {
                request = request.header(header::COOKIE, cookie);
            }
            let response = self
                .app
                .clone()
                .oneshot(request.body(Body::empty()).unwrap())
                .await
                .unwrap();
            assert_eq!(response.status(), 200);
            let set = response
                .headers()
                .get(header::SET_COOKIE)
                .map(|value| value.to_str().unwrap().to_owned());
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (String::from_utf8(body.to_vec()).unwrap(), set)
        }

        fn advance_days(&self, days: i64) {
            self.clock.advance(SignedDuration::from_hours(24 * days));
        }

        fn file(&self) -> Vec<u8> {
            let mut bytes = Vec::new();
            for entry in std::fs::read_dir(self.folder.path()).unwrap() {
                bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
            }
            bytes
        }
    }

    fn pair(set_cookie: &str) -> String {
        set_cookie.split(';').next().unwrap().to_owned()
    }

    #[tokio::test]
    async fn who_only_looks_around_leaves_nothing_behind() {
        let bench = bench(false).await;
        assert_eq!(bench.call("GET", "/get", None).await, ("none".to_owned(), None));
        bench.advance_days(1000);
        assert_eq!(bench.engine.sweep(10).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn what_is_put_in_is_found_again_and_the_cookie_is_well_guarded() {
        let bench = bench(true).await;
        let (_, set) = bench.call("POST", "/put", None).await;
        let set = set.unwrap();
        for flag in [
            "karfa_session=",
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
            "Path=/",
            "Max-Age=2592000",
        ] {
            assert!(set.contains(flag), "{flag} is not in {set}");
        }
        assert_eq!(bench.call("GET", "/get", Some(&pair(&set))).await.0, "7");
        let secret = pair(&set).split_once('=').unwrap().1.to_owned();
        let kept = bench.file();
        assert!(
            !kept
                .windows(secret.len())
                .any(|window| window == secret.as_bytes()),
            "the cookie is stored"
        );
    }

    #[tokio::test]
    async fn over_plain_http_the_cookie_is_not_secure() {
        let bench = bench(false).await;
        let set = bench.call("POST", "/put", None).await.1.unwrap();
        assert!(!set.contains("Secure"), "{set}");
    }

    #[tokio::test]
    async fn a_session_ends_after_a_time_without_use() {
        let bench = bench(false).await;
        let cookie = pair(&bench.call("POST", "/put", None).await.1.unwrap());
        for _ in 0..3 {
            bench.advance_days(29);
            let (body, set) = bench.call("GET", "/get", Some(&cookie)).await;
            assert_eq!(body, "7");
            assert!(
                set.unwrap().contains("Max-Age=2592000"),
                "the cookie lives on with the session"
            );
            let (_, again) = bench.call("GET", "/get", Some(&cookie)).await;
            assert_eq!(again, None, "once a day is enough");
        }
        bench.advance_days(31);
        assert_eq!(bench.call("GET", "/get", Some(&cookie)).await.0, "none");
        assert_eq!(bench.engine.sweep(10).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn an_invented_or_malformed_cookie_opens_nothing() {
        let bench = bench(false).await;
        for value in ["AAAAAAAAAAAAAAAAAAAAAA", "x", ""] {
            let cookie = format!("{COOKIE}={value}");
            assert_eq!(bench.call("GET", "/get", Some(&cookie)).await.0, "none");
            let set = bench.call("POST", "/put", Some(&cookie)).await.1.unwrap();
            assert_ne!(pair(&set), cookie, "an id that we have not drawn is never used");
        }
    }

    #[tokio::test]
    async fn a_session_can_change_its_id_and_be_forgotten() {
        let bench = bench(false).await;
        let first = pair(&bench.call("POST", "/put", None).await.1.unwrap());
        let second = pair(&bench.call("POST", "/cycle", Some(&first)).await.1.unwrap());
        assert_ne!(first, second);
        assert_eq!(bench.call("GET", "/get", Some(&first)).await.0, "none");
        assert_eq!(bench.call("GET", "/get", Some(&second)).await.0, "7");
        bench.call("POST", "/flush", Some(&second)).await;
        assert_eq!(bench.call("GET", "/get", Some(&second)).await.0, "none");
    }

    #[tokio::test]
    async fn a_taken_id_is_drawn_anew() {
        struct Twice(SeededRandom, std::sync::atomic::AtomicU32);
        impl crate::engine::random::Random for Twice {
            fn fill(&self, bytes: &mut [u8]) {
                use std::sync::atomic::Ordering;
                match self.1.fetch_add(1, Ordering::SeqCst) {
                    0 | 1 => bytes.fill(9),
                    _ => crate::engine::random::Random::fill(&self.0, bytes),
                }
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new("2026-03-01T12:00:00Z".parse().unwrap()));
        let random = Arc::new(Twice(SeededRandom::new(1), 0.into()));
        let engine = Engine::open_sqlite(&folder.path().join("s.db"), clock, random)
            .await
            .unwrap();
        let sessions = EngineSessions {
            engine,
            store: StoreId::default(),
        };
        let mut ids = Vec::new();
        for _ in 0..2 {
            let expiry_date = OffsetDateTime::UNIX_EPOCH;
            let mut record = Record {
                id: Id(0),
                data: Default::default(),
                expiry_date,
            };
            sessions.create(&mut record).await.unwrap();
            ids.push(record.id);
        }
        assert_ne!(ids[0], ids[1]);
    }
}
