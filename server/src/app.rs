//! Puts the parts together: stores, routers, background work.
//!
//! Belongs here: who knows whom. Does not belong here: what any of them does.

/// Which store a request belongs to.
mod host;
/// What the shop's pages may know of the checkout.
mod ties;

use crate::checkout::inpost::InpostPerformer;
use crate::checkout::link::Link;
use crate::checkout::translate::StoreFacts;
use crate::checkout::v2::machine::BindingKey;
use crate::checkout::v2::perform::KeyPerformer;
use crate::checkout::v2::{self, V2};
use crate::checkout::widget_api::{WidgetRates, WidgetState};
use crate::checkout::{Checkout, Checkouts, callbacks, follower, widget_api};
use crate::config::{Config, ConfigError, InpostConfig, Protocol, StoreConfig};
use crate::engine::Engine;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::random::{Random, SystemRandom};
use crate::engine::store::StoreError;
use crate::shop::catalogue::{Catalogue, CatalogueError, CatalogueShop};
use crate::shop::{RandomBytes, Shop};
use crate::storefront::{self, Accounts, AccountsError, Button, Patience, Storefront};
use crate::web::client_address::BehindProxy;
use crate::web::live::Live;
use crate::web::origin::Origins;
use crate::web::session::Sessions;
use crate::web::shopper::follow_customer;
use crate::web::{assets, edge, operations, widget_files};
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use inpost_pay::{Client, KeyCache};
use jiff::SignedDuration;
use provider_http::{BuildError, Clock, HttpConfig, HttpTransport, SystemClock, Transport};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How long requests may go on after the signal to end.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// What the world gives the server: time, chance, and the way to the providers.
#[derive(Clone)]
pub struct Parts {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Keys, ids, jitter.
    pub random: Arc<dyn Random>,
    /// Carries calls to providers.
    pub transport: Arc<dyn Transport>,
}

impl Parts {
    /// This machine's clock, randomness and network.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn of_this_machine() -> Result<Self, BuildError> {
        Ok(Parts {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            transport: transport()?,
        })
    }
}

/// The network.
///
/// # Errors
/// When TLS cannot be set up.
pub fn transport() -> Result<Arc<dyn Transport>, BuildError> {
    let config = HttpConfig {
        user_agent: callbacks::PLUGIN_VERSION.to_owned(),
        ..HttpConfig::default()
    };
    Ok(Arc::new(HttpTransport::new(&config)?))
}

/// The server cannot start. Each text is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A catalogue is wrong.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The demo's accounts are wrong.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] StoreError),
    /// The shop's tables cannot be used.
    #[error("the shop's tables cannot be opened in {path}: choose another file with database")]
    Shop {
        /// The database.
        path: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An account at InPost is wrong.
    #[error(transparent)]
    Inpost(#[from] inpost_pay::ConfigError),
    /// The listener broke.
    #[error("the connection to the network broke")]
    Network(#[from] std::io::Error),
}

/// The whole backend, ready to serve.
pub struct App {
    router: Router,
    engine: Engine,
    dispatcher: Dispatcher,
    checkouts: Vec<Arc<Checkout>>,
    shutdown: CancellationToken,
}

impl App {
    /// Opens the database and puts everything together. Nothing runs yet.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(config: &Config, parts: Parts) -> Result<Self, StartError> {
        // Before anything is written.
        check_catalogues(config)?;
        let shutdown = CancellationToken::new();
        let engine = open_engine(config, &parts).await?;
        let pool = shop_pool(&config.database).await?;
        let mut checkouts = Vec::new();
        let mut stores = Vec::new();
        for store in &config.stores {
            let catalogue = Arc::new(catalogue(store)?);
            let shop = open_shop(config, store, &parts, catalogue.clone(), pool.clone()).await?;
            let checkout = Arc::new(checkout(config, store, &parts, engine.clone(), shop.clone())?);
            let pages = storefront::router(Storefront {
                name: catalogue.name().into(),
                time_zone: catalogue.time_zone().clone(),
                random: random_bytes(&parts),
                shop,
                button: button(checkout.v2.as_ref()),
                accounts: accounts(store)?,
                ties: Arc::new(ties::Links(checkout.clone())),
                patience: Patience::new(&parts.clock),
            });
            stores.push((
                store.hosts.clone(),
                store_router(config, store, &checkout, pages, &parts, &shutdown),
            ));
            checkouts.push(checkout);
        }
        let all = Checkouts::new(checkouts.clone());
        let dispatcher = Dispatcher::builder(engine.clone())
            .register::<Link>(InpostPerformer::new(all.clone()))
            .register::<BindingKey>(KeyPerformer::new(all))
            .build();
        let mut router = operations::router(engine.clone()).merge(host::by_name(stores));
        if config.behind_proxy {
            router = router.layer(Extension(BehindProxy));
        }
        let router = edge::common(router, engine.clone());
        Ok(App {
            router,
            engine,
            dispatcher,
            checkouts,
            shutdown,
        })
    }

    /// All routes, for a test that calls them without a network.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Begins the background work: it performs effects, follows the shops' baskets and cleans up. Dropping the set ends
    /// it wherever it is, as a crash would.
    pub fn start(&self) -> JoinSet<()> {
        let mut background = JoinSet::new();
        for checkout in &self.checkouts {
            background.spawn(follower::run(checkout.clone(), self.shutdown.clone()));
            background.spawn(follower::orders(checkout.clone(), self.shutdown.clone()));
        }
        background.spawn(self.dispatcher.clone().run(self.shutdown.clone()));
        background.spawn(operations::sweep(self.engine.clone(), self.shutdown.clone()));
        background
    }

    /// Serves until `shutdown`, then lets the last answers out.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken) -> Result<(), StartError> {
        let mut background = self.start();
        let stop = self.shutdown.clone();
        let asked = shutdown.clone();
        let served = axum::serve(
            listener,
            self.router.into_make_service_with_connect_info::<SocketAddr>(),
        )
        .with_graceful_shutdown(async move {
            asked.cancelled().await;
            // Observers end first: they would keep the server waiting, and their browsers come back by themselves.
            stop.cancel();
        });
        let patience = async {
            shutdown.cancelled().await;
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        let outcome = tokio::select! {
            outcome = served.into_future() => outcome,
            () = patience => Ok(()),
        };
        self.shutdown.cancel();
        while background.join_next().await.is_some() {}
        self.engine.close().await;
        Ok(outcome?)
    }
}

/// The engine on the configured database.
///
/// # Errors
/// [`StoreError`] when another process has it, or it cannot be opened.
pub async fn open_engine(config: &Config, parts: &Parts) -> Result<Engine, StoreError> {
    Engine::open_sqlite(&config.database, parts.clock.clone(), parts.random.clone()).await
}

/// The shops of a configuration alone, without anything that runs: for the command line, beside the backend.
///
/// # Errors
/// [`StartError`].
pub async fn open_shops(config: &Config, parts: &Parts) -> Result<Vec<Arc<dyn Shop>>, StartError> {
    let pool = shop_pool(&config.database).await?;
    let mut shops = Vec::new();
    for store in &config.stores {
        let catalogue = Arc::new(catalogue(store)?);
        shops.push(open_shop(config, store, parts, catalogue, pool.clone()).await?);
    }
    Ok(shops)
}

async fn open_shop(
    config: &Config,
    store: &StoreConfig,
    parts: &Parts,
    catalogue: Arc<Catalogue>,
    pool: SqlitePool,
) -> Result<Arc<dyn Shop>, StartError> {
    let random = random_bytes(parts);
    let shop = CatalogueShop::open(pool, store.id.as_str(), catalogue, parts.clock.clone(), random)
        .await
        .map_err(|error| StartError::Shop {
            path: config.database.display().to_string(),
            source: Box::new(error),
        })?;
    Ok(Arc::new(shop))
}

fn random_bytes(parts: &Parts) -> RandomBytes {
    let random = parts.random.clone();
    Arc::new(move |bytes: &mut [u8]| random.fill(bytes))
}

fn checkout(
    config: &Config,
    store: &StoreConfig,
    parts: &Parts,
    engine: Engine,
    shop: Arc<dyn Shop>,
) -> Result<Checkout, StartError> {
    let inpost = Arc::new(inpost_client(store, parts)?);
    let public_url = store.public_url.as_ref().unwrap_or(&config.public_url);
    let thank_you = store.thank_you_url.clone();
    Ok(Checkout {
        store: store.id.clone(),
        engine,
        shop,
        keys: KeyCache::new(inpost.clone(), parts.clock.clone()),
        inpost,
        facts: store_facts(config, store),
        time_to_approve: SignedDuration::from_secs(i64::from(store.inpost.approval_seconds)),
        time_to_pay: SignedDuration::from_secs(i64::from(store.inpost.payment_seconds)),
        merchant_secret: store.inpost.merchant_secret.clone(),
        app_link: store.inpost.app_link.clone(),
        https: public_url.scheme() == "https",
        thank_you_url: thank_you.map_or_else(|| format!("{public_url}thank-you"), String::from),
        v2: vendors_widget(&store.inpost),
    })
}

/// Whose button the store's pages have.
fn button(v2: Option<&V2>) -> Button {
    v2.and_then(|v2| v2.page_policy().parse().ok())
        .map_or_else(Button::ours, |policy| Button {
            script: assets::V2_GLUE,
            policy,
        })
}

/// What the vendor's own widget needs, where the store uses it.
pub fn vendors_widget(inpost: &InpostConfig) -> Option<V2> {
    match inpost.protocol {
        Protocol::V1 => None,
        Protocol::V2 => Some(V2 {
            script_url: inpost
                .widget_script_url
                .as_ref()
                .map_or(v2::SCRIPT, Url::as_str)
                .to_owned(),
            // Without a slash at the end: the widget adds its paths as they are.
            api_url: inpost
                .widget_api_url
                .as_ref()
                .map_or(v2::API, |url| url.as_str().trim_end_matches('/'))
                .to_owned(),
            merchant_client_id: inpost.merchant_client_id.clone().unwrap_or_default(),
        }),
    }
}

/// What messages to InPost say of a store.
pub fn store_facts(config: &Config, store: &StoreConfig) -> StoreFacts {
    let public_url = store.public_url.as_ref().unwrap_or(&config.public_url);
    StoreFacts {
        public_url: public_url.as_str().trim_end_matches('/').to_owned(),
        pos_id: store.inpost.pos_id.clone(),
    }
}

/// The store's client of InPost.
///
/// # Errors
/// When its addresses are none.
pub fn inpost_client(store: &StoreConfig, parts: &Parts) -> Result<Client, inpost_pay::ConfigError> {
    let config = inpost_pay::Config {
        api_url: store.inpost.api_url.clone(),
        token_url: store.inpost.token_url.clone(),
        client_id: store.inpost.client_id.clone(),
        client_secret: store.inpost.client_secret.clone(),
        plugin_version: callbacks::PLUGIN_VERSION.to_owned(),
    };
    Client::new(config, parts.transport.clone(), parts.clock.clone())
}

/// Everything under one store's addresses.
fn store_router(
    config: &Config,
    store: &StoreConfig,
    checkout: &Arc<Checkout>,
    pages: Router,
    parts: &Parts,
    shutdown: &CancellationToken,
) -> Router {
    let public_url = store.public_url.as_ref().unwrap_or(&config.public_url);
    let state = WidgetState {
        checkout: checkout.clone(),
        live: Live::new(shutdown.clone()),
    };
    let rates = WidgetRates::new(&parts.clock);
    let origins = Origins::new([public_url], store.allowed_origins.iter().map(String::as_str));
    let sessions = Sessions::new(checkout.engine.clone(), checkout.store.clone(), checkout.https)
        .at_port(public_url.port());
    let shops = widget_api::router(state, rates)
        .merge(pages)
        .layer(from_fn_with_state(checkout.shop.clone(), follow_customer));
    let browser = edge::browser(shops, sessions, origins);
    Router::new()
        .nest("/inpost", callbacks::router(checkout.clone()))
        .merge(browser)
        .merge(widget_files::router())
        .merge(assets::pages())
}

fn catalogue(store: &StoreConfig) -> Result<Catalogue, CatalogueError> {
    match store.catalogue.as_str() {
        "demo" => Catalogue::demo(),
        path => Catalogue::read(Path::new(path)),
    }
}

/// Who can sign in: in the demo shop the demo's customers, elsewhere nobody, for a shop has customers of its own.
fn accounts(store: &StoreConfig) -> Result<Accounts, AccountsError> {
    match store.catalogue.as_str() {
        "demo" => Accounts::demo(),
        _ => Ok(Accounts::default()),
    }
}

/// Reads every store's catalogue and says what is wrong with the first that is.
///
/// # Errors
/// [`CatalogueError`], whose text is for the merchant.
pub fn check_catalogues(config: &Config) -> Result<(), CatalogueError> {
    config
        .stores
        .iter()
        .try_for_each(|store| catalogue(store).map(drop))
}

async fn shop_pool(path: &Path) -> Result<SqlitePool, StartError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10));
    SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await
        .map_err(|source| StartError::Shop {
            path: path.display().to_string(),
            source: Box::new(source),
        })
}

/// The configuration of `karfa demo`: the demo shop at `shop`, with the accounts that the sandbox knows.
///
/// # Errors
/// Never in practice: the text is our own.
pub fn demo_config(shop: SocketAddr, sandbox_url: &str, database: &Path) -> Result<Config, ConfigError> {
    let text = format!(
        r#"
        listen = "{shop}"
        public_url = "http://{shop}"
        database = {database}
        [[store]]
        id = "demo"
        catalogue = "demo"
        [store.inpost]
        api_url = "{sandbox_url}/inpost"
        token_url = "{sandbox_url}/inpost/auth/token"
        client_id = "karfa-demo"
        client_secret = "karfa-demo-secret"
        pos_id = "karfa-demo"
        merchant_secret = "karfa-demo-merchant-secret"
        app_link = "inpostsandbox://izilink"
        "#,
        database = toml::Value::from(database.display().to_string()),
    );
    Config::parse(&text, "the demo's configuration", &BTreeMap::new())
}
