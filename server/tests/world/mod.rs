//! A shop, its sandbox and a browser in one process, with no network between them; and a process that can die.

/// InPost's signed calls.
pub(crate) mod inpost;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use inpost_pay::Client;
use jiff::{SignedDuration, Timestamp};
use karfa::app::{App, Parts, demo_config, inpost_client, open_shops, store_facts};
use karfa::checkout::translate::StoreFacts;
use karfa::config::Config;
use karfa::engine::random::{Random, SeededRandom, SystemRandom};
use karfa::shop::Shop;
use karfa_sandbox::{Options, Patience, Sandbox};
use provider_http::{Clock, NotSent, SystemClock, Transport, TransportError, Unknown};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// No point is this one.
const NEVER: usize = usize::MAX;

/// The moment at which a world that follows from a seed begins.
const START: &str = "2026-11-20T09:00:00Z";

/// The time: this machine's, or one that stands still, and so much ahead of it.
#[derive(Debug, Default)]
struct AheadClock {
    stands_at: Option<Timestamp>,
    ahead_ms: AtomicI64,
}

impl AheadClock {
    fn pass(&self, milliseconds: i64) {
        self.ahead_ms.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead_ms.load(Ordering::SeqCst));
        let from = self.stands_at.unwrap_or_else(|| SystemClock.now());
        from.checked_add(ahead).expect("a time")
    }
}

/// What a world begins with.
struct Beginning {
    dies_at: Option<usize>,
    configure: fn(&mut Config),
    catalogue: Option<PathBuf>,
    /// Everything made up follows from it, and the time stands still for all unless it is moved.
    seed: Option<u64>,
}

/// One life of the backend's process.
struct Life {
    app: App,
    _background: JoinSet<()>,
}

/// The backend: it can die at a chosen point, and lives again a moment later on the same database.
pub(crate) struct Backend {
    database: PathBuf,
    dies_at: AtomicUsize,
    points: AtomicUsize,
    /// So many calls of providers do not get through.
    cut_off: AtomicUsize,
    life: Mutex<Option<Life>>,
    deaths: watch::Sender<usize>,
    sandbox: Mutex<Option<Sandbox>>,
    keys: Mutex<Vec<Value>>,
    configure: fn(&mut Config),
    clock: Arc<AheadClock>,
    random: Arc<dyn Random>,
    basket_puts: AtomicUsize,
    /// In place of the demo's.
    catalogue: Option<PathBuf>,
}

impl Backend {
    fn router(&self) -> Option<Router> {
        self.life.lock().unwrap().as_ref().map(|life| life.app.router())
    }

    /// A point at which the process can die. `true`: it has just done so.
    fn point(&self) -> bool {
        let here = self.points.fetch_add(1, Ordering::SeqCst);
        if self.dies_at.load(Ordering::SeqCst) != here {
            return false;
        }
        // Buried before it is announced: who asks from here on must not find the dead, whom nobody would take away again.
        let dead = self.life.lock().unwrap().take();
        drop(dead);
        self.deaths.send_modify(|deaths| *deaths += 1);
        true
    }

    /// It dies at the point that comes after so many others.
    pub(crate) fn dies_after(&self, points: usize) {
        self.dies_at.store(self.points() + points, Ordering::SeqCst);
    }

    /// It does not die any more.
    pub(crate) fn dies_no_more(&self) {
        self.dies_at.store(NEVER, Ordering::SeqCst);
    }

    /// How often it has died.
    pub(crate) fn deaths(&self) -> usize {
        *self.deaths.borrow()
    }

    /// The next calls of providers, so many, find no connection.
    pub(crate) fn cut_off(&self, calls: usize) {
        self.cut_off.store(calls, Ordering::SeqCst);
    }

    /// How many points were passed.
    pub(crate) fn points(&self) -> usize {
        self.points.load(Ordering::SeqCst)
    }

    /// Carries a request to the process; `None` when it is dead, or dies before it has answered.
    pub(crate) async fn ask(&self, request: Request<Body>) -> Option<Response<Body>> {
        let mut deaths = self.deaths.subscribe();
        let router = self.router()?;
        if self.point() {
            return None;
        }
        let response = tokio::select! {
            response = router.oneshot(request) => response.expect("a router answers"),
            _ = deaths.changed() => return None,
        };
        if self.point() { None } else { Some(response) }
    }

    /// InPost's published keys, and beside them those of the test.
    fn with_own_keys(&self, answer: Response<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let own = self.keys.lock().unwrap().clone();
        Ok(answer.map(|body| {
            let mut keys: Value = serde_json::from_slice(&body).expect("keys are JSON");
            if let Some(listed) = keys["public_keys"].as_array_mut() {
                listed.extend(own);
            }
            keys.to_string().into()
        }))
    }

    fn config(&self) -> Config {
        let mut config = demo_config(
            (Ipv4Addr::LOCALHOST, 8080).into(),
            "http://sandbox.test",
            &self.database,
        )
        .expect("the demo's configuration is right");
        (self.configure)(&mut config);
        if let (Some(path), Some(store)) = (&self.catalogue, config.stores.first_mut()) {
            store.catalogue = Some(path.display().to_string());
        }
        config
    }

    async fn live(self: &Arc<Self>) {
        let transport = Arc::new(ToSandbox(self.clone()));
        let parts = Parts {
            clock: self.clock.clone(),
            random: self.random.clone(),
            transport,
        };
        let config = self.config();
        let mut tries = 0;
        let app = loop {
            // The former life lets go of the database's lock when its last task is gone.
            match App::build(&config, parts.clone()).await {
                Ok(app) => break app,
                Err(error) if tries > 200 => panic!("the backend does not start again: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
            tries += 1;
        };
        // It may die as soon as it has started: whoever buries it waits until it lies here.
        let mut life = self.life.lock().unwrap();
        let background = app.start();
        *life = Some(Life {
            app,
            _background: background,
        });
    }

    /// Begins the next life, whenever a death is announced.
    async fn resurrect(self: Arc<Self>, mut deaths: watch::Receiver<usize>) {
        while deaths.changed().await.is_ok() {
            self.live().await;
        }
    }
}

/// The backend's way to the sandbox.
struct ToSandbox(Arc<Backend>);

#[async_trait]
impl Transport for ToSandbox {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let sandbox = self
            .0
            .sandbox
            .lock()
            .unwrap()
            .clone()
            .expect("there is a sandbox");
        if self.0.point() {
            std::future::pending::<()>().await;
        }
        let cut_off = &self.0.cut_off;
        let one_less = |calls: usize| calls.checked_sub(1);
        let is_cut_off = cut_off.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
        if is_cut_off.is_ok() {
            return Err(TransportError::NotSent(NotSent::Connect {
                detail: "there is no connection".into(),
            }));
        }
        if request.method() == Method::PUT && request.uri().path().contains("/izi/basket/") {
            self.0.basket_puts.fetch_add(1, Ordering::SeqCst);
        }
        let asks_for_keys = request.uri().path().ends_with("/signing-keys/public");
        let answer = sandbox.transport().send(request).await;
        if self.0.point() {
            std::future::pending::<()>().await;
        }
        if asks_for_keys {
            self.0.with_own_keys(answer?)
        } else {
            answer
        }
    }
}

/// The sandbox's way to the backend.
struct ToBackend(Arc<Backend>);

#[async_trait]
impl Transport for ToBackend {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let Some(response) = self.0.ask(request.map(Body::from)).await else {
            return Err(match self.0.router() {
                Some(_) => TransportError::Unknown(Unknown::Interrupted {
                    detail: "the shop died".into(),
                }),
                None => TransportError::NotSent(NotSent::Connect {
                    detail: "the shop is dead".into(),
                }),
            });
        };
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("bodies are in memory").to_bytes();
        Ok(Response::from_parts(parts, body))
    }
}

/// Everything together.
pub(crate) struct World {
    _folder: tempfile::TempDir,
    pub(crate) database: PathBuf,
    pub(crate) backend: Arc<Backend>,
    sandbox: Sandbox,
    cookies: Mutex<Vec<(String, String)>>,
    resurrection: tokio::task::JoinHandle<()>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.resurrection.abort();
    }
}

impl World {
    /// A world whose backend dies at its `dies_at`-th point, or never.
    pub(crate) async fn new(dies_at: Option<usize>) -> Self {
        Self::with(dies_at, online_alone).await
    }

    /// A world whose shop sells what this file says.
    pub(crate) async fn with_catalogue(path: &Path) -> Self {
        Self::begin(Beginning {
            dies_at: None,
            configure: online_alone,
            catalogue: Some(path.to_owned()),
            seed: None,
        })
        .await
    }

    /// The same, with a backend that is configured otherwise than the demo's.
    pub(crate) async fn with(dies_at: Option<usize>, configure: fn(&mut Config)) -> Self {
        Self::begin(Beginning {
            dies_at,
            configure,
            catalogue: None,
            seed: None,
        })
        .await
    }

    /// A world that follows from a seed: its backend and its sandbox have one clock, which stands still unless it is moved, and
    /// all that they make up comes from the seed.
    pub(crate) async fn of_seed(seed: u64, configure: fn(&mut Config)) -> Self {
        Self::begin(Beginning {
            dies_at: None,
            configure,
            catalogue: None,
            seed: Some(seed),
        })
        .await
    }

    async fn begin(beginning: Beginning) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(AheadClock {
            stands_at: beginning.seed.map(|_| START.parse().expect("a time")),
            ahead_ms: AtomicI64::new(0),
        });
        let random: Arc<dyn Random> = match beginning.seed {
            Some(seed) => Arc::new(SeededRandom::new(seed)),
            None => Arc::new(SystemRandom),
        };
        let database = folder.path().join("karfa.db");
        let backend = Arc::new(Backend {
            database: database.clone(),
            dies_at: AtomicUsize::new(beginning.dies_at.unwrap_or(NEVER)),
            points: AtomicUsize::new(0),
            cut_off: AtomicUsize::new(0),
            life: Mutex::new(None),
            deaths: watch::Sender::new(0),
            sandbox: Mutex::new(None),
            keys: Mutex::default(),
            configure: beginning.configure,
            clock: clock.clone(),
            random,
            basket_puts: AtomicUsize::new(0),
            catalogue: beginning.catalogue,
        });
        let mut options = Options::new("http://shop.test/inpost", Arc::new(ToBackend(backend.clone())));
        options.seed = beginning.seed.unwrap_or(7);
        if beginning.seed.is_some() {
            options.clock = clock;
        }
        options.patience = Patience {
            timeout: Duration::from_secs(20),
            tries_while_waiting: 10,
            tries_in_background: 20,
            first_pause: Duration::from_millis(20),
        };
        let sandbox = Sandbox::new(options).expect("a sandbox");
        *backend.sandbox.lock().unwrap() = Some(sandbox.clone());
        // From before the first life on: it may die young.
        let deaths = backend.deaths.subscribe();
        backend.live().await;
        let resurrection = tokio::spawn(backend.clone().resurrect(deaths));
        World {
            _folder: folder,
            database,
            backend,
            sandbox,
            cookies: Mutex::default(),
            resurrection,
        }
    }

    /// Whether the backend has died.
    pub(crate) fn has_died(&self) -> bool {
        self.backend.deaths() > 0
    }

    /// A request of the shopper's browser. `None`: no answer came.
    pub(crate) async fn browse(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Option<(StatusCode, Value)> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8080");
        let jar: Vec<String> = self
            .cookies
            .lock()
            .unwrap()
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        if !jar.is_empty() {
            request = request.header(header::COOKIE, jar.join("; "));
        }
        let request = match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ORIGIN, "http://127.0.0.1:8080")
                .body(Body::from(body.to_string())),
            None => request
                .header(header::ORIGIN, "http://127.0.0.1:8080")
                .body(Body::empty()),
        };
        let response = self.backend.ask(request.expect("a request")).await?;
        self.keep_cookies(response.headers());
        let status = response.status();
        let bytes = response.into_body().collect().await.ok()?.to_bytes();
        Some((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for value in headers.get_all(header::SET_COOKIE) {
            let text = value.to_str().expect("a cookie is text");
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            cookies.retain(|(known, _)| known != name);
            if !text.contains("Max-Age=0") {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// As [`World::browse`], again and again until it succeeds: an impatient shopper.
    pub(crate) async fn insist(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            match self.browse(method, path, body.clone()).await {
                Some((status, answer)) if status.is_success() => return answer,
                refused if tokio::time::Instant::now() > deadline => panic!("{method} {path}: {refused:?}"),
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// A request to the sandbox: its phone, its control.
    pub(crate) async fn sandbox(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.ask_sandbox(request.body(body).expect("a request")).await
    }

    /// A request to the sandbox as it is.
    pub(crate) async fn ask_sandbox(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.sandbox.router().oneshot(request).await.expect("answers");
        let status = response.status();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// A phone.
    pub(crate) async fn phone(&self, number: &str) -> Value {
        self.sandbox("GET", &format!("/phone/api/{number}"), None).await.1
    }

    /// Publishes a signing key beside InPost's own, so that a test can sign.
    pub(crate) fn publish_key(&self, version: &str, public_key_base64: &str) {
        let key = json!({"version": version, "public_key_base64": public_key_base64});
        self.backend.keys.lock().unwrap().push(key);
    }

    /// A request as it is, with its cookies or without.
    pub(crate) async fn ask(&self, request: Request<Body>) -> Response<Bytes> {
        let response = self.backend.ask(request).await.expect("the shop answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Response::from_parts(parts, body)
    }

    /// Serves on a port of the loopback too, for what needs a connection.
    pub(crate) async fn listen(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = self.backend.router().expect("the shop lives");
        tokio::spawn(axum::serve(listener, router).into_future());
        address
    }

    /// The cookies of the shopper's browser, as a header has them.
    pub(crate) fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Another shopper's browser, for the next requests.
    pub(crate) fn forget_cookies(&self) {
        self.cookies.lock().unwrap().clear();
    }

    /// Clicks the button on a product's page, types the number, approves on the phone, and waits until the page knows.
    /// The id of the basket.
    pub(crate) async fn link(&self, number: &str, product: &str) -> String {
        let push = self.ask_for_link(number, product).await;
        until("the approval", async || {
            let path = format!("/phone/api/{number}/inbox/{push}");
            let approve = json!({"action": "approve", "trust_browser": true});
            let tap = self.sandbox("POST", &path, Some(approve)).await;
            let gone = self.phone(number).await["inbox"]
                .as_array()
                .is_some_and(Vec::is_empty);
            (tap.0.is_success() || gone).then_some(())
        })
        .await;
        until("the linked page", async || {
            let view = self.insist("GET", "/api/widget/link", None).await;
            (view["status"] == "linked")
                .then(|| view["basket_id"].as_str().map(str::to_owned))
                .flatten()
        })
        .await
    }

    /// As [`World::link`], until the push is on the phone. Its id there.
    pub(crate) async fn ask_for_link(&self, number: &str, product: &str) -> String {
        let item = json!({"product_id": product, "request_id": "one-click-of-the-button"});
        let asked = json!({"product_id": product});
        self.insist("POST", "/api/widget/can-be-bound", Some(asked)).await;
        self.insist("POST", "/api/widget/items", Some(item)).await;
        let phone = number.strip_prefix("48").expect("a Polish number");
        let bind =
            json!({"method": "phone", "prefix": "48", "phone": phone, "binding_place": "PRODUCT_CARD"});
        self.insist("POST", "/api/widget/bind", Some(bind)).await;
        until("the push", async || {
            let phone = self.phone(number).await;
            let inbox = phone["inbox"].as_array()?;
            inbox
                .iter()
                .find(|entry| entry["kind"] == "link")
                .and_then(|entry| entry["id"].as_str().map(str::to_owned))
        })
        .await
    }

    /// Everything in the database once nothing is under way, to see whether anything has changed. Without the guard
    /// against replays, which remembers every signature.
    pub(crate) async fn contents(&self) -> BTreeSet<String> {
        let pool = open(&self.database).await;
        until("a moment in which nothing is under way", async || {
            // All tables as of one moment.
            let mut moment = pool.begin().await.expect("a transaction");
            let soon = jiff::Timestamp::now().as_microsecond() + 3_000_000;
            let under_way: i64 = sqlx::query_scalar(
                "select (select count(*) from outbox where status = 'pending' and due < ?)
                      + (select coalesce(max(position), 0) from basket_change)
                      - (select coalesce(max(cursor), 0) from follower where name like 'basket-changes:%')",
            )
            .bind(soon)
            .fetch_one(&mut *moment)
            .await
            .expect("a number");
            if under_way != 0 {
                return None;
            }
            Some(rows(&mut moment).await)
        })
        .await
    }

    /// How often a basket was sent to InPost.
    pub(crate) fn basket_puts(&self) -> usize {
        self.backend.basket_puts.load(Ordering::SeqCst)
    }

    /// Time passes for the backend alone.
    pub(crate) fn pass(&self, seconds: i64) {
        self.backend.clock.pass(seconds * 1000);
    }

    /// The backend's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.backend.clock.now()
    }

    /// As [`World::pass`], in milliseconds.
    pub(crate) fn pass_ms(&self, milliseconds: i64) {
        self.backend.clock.pass(milliseconds);
    }

    /// The shop as the command line opens it, beside the backend.
    pub(crate) async fn shop(&self) -> Arc<dyn Shop> {
        let parts = Parts {
            clock: self.backend.clock.clone(),
            random: Arc::new(SystemRandom),
            transport: Arc::new(ToSandbox(self.backend.clone())),
        };
        let shops = open_shops(&self.backend.config(), &parts).await;
        shops.expect("the shop opens").remove(0)
    }

    /// The shop's account at InPost, and what messages say of the shop.
    pub(crate) fn account(&self) -> (Client, StoreFacts) {
        let config = self.backend.config();
        let parts = Parts {
            clock: self.backend.clock.clone(),
            random: Arc::new(SystemRandom),
            transport: Arc::new(ToSandbox(self.backend.clone())),
        };
        let store = config.stores.first().expect("a store");
        let inpost = store.inpost.as_ref().expect("a web shop");
        let client = inpost_client(inpost, &parts).expect("an account");
        (client, store_facts(&config, store, inpost))
    }

    /// A single text from the database.
    pub(crate) async fn text(&self, sql: &str) -> Option<String> {
        let pool = open(&self.database).await;
        let found: Option<Option<String>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_optional(&pool)
            .await
            .expect("a text");
        found.flatten()
    }

    /// A single number from the database.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let pool = open(&self.database).await;
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_one(&pool)
            .await
            .expect("a number")
    }
}

/// A shop without branches: nothing is asked of the wallets in store.
fn online_alone(config: &mut Config) {
    for store in &mut config.stores {
        store.branches.clear();
    }
}

async fn rows(moment: &mut sqlx::SqliteConnection) -> BTreeSet<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'seen'",
    )
    .fetch_all(&mut *moment)
    .await
    .expect("tables");
    let mut rows = BTreeSet::new();
    for table in tables {
        let columns: Vec<String> = sqlx::query_scalar("select name from pragma_table_info(?) order by cid")
            .bind(&table)
            .fetch_all(&mut *moment)
            .await
            .expect("columns");
        let quoted: Vec<String> = columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
        let sql = format!("select {} from \"{table}\"", quoted.join(" || ',' || "));
        let found: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut *moment)
            .await
            .expect("rows");
        rows.extend(found.into_iter().map(|row| format!("{table}: {row}")));
    }
    rows
}

/// Nothing has changed in the database since `before`.
pub(crate) async fn assert_nothing_changed(world: &World, before: &BTreeSet<String>) {
    let after = world.contents().await;
    let gone: Vec<&String> = before.difference(&after).collect();
    let new: Vec<&String> = after.difference(before).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "gone: {gone:#?}\nnew: {new:#?}"
    );
}

async fn open(path: &Path) -> sqlx::SqlitePool {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .read_only(true);
    sqlx::SqlitePool::connect_with(options)
        .await
        .expect("the database opens")
}

/// Waits until `found` finds something.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut find: impl FnMut() -> F) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = find().await {
            return found;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "waited in vain for {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
