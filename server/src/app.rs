//! Puts the parts together: stores, routers, background work.
//!
//! Belongs here: who knows whom. Does not belong here: what any of them does.

/// The configuration of `karfa demo`.
mod demo;
/// Which store a request belongs to.
mod host;
/// What a store sells at its tills.
mod in_store;
/// What a store sells online.
mod online;
/// What the shop's pages may know of the checkout.
mod ties;

pub use demo::demo_config;
pub use in_store::wallets;
pub use online::{inpost_client, store_facts, vendors_widget};

use crate::checkout::inpost::InpostPerformer;
use crate::checkout::link::Link;
use crate::checkout::v2::machine::BindingKey;
use crate::checkout::v2::perform::KeyPerformer;
use crate::checkout::{Checkout, Checkouts, callbacks, follower};
use crate::config::{Config, StoreConfig};
use crate::engine::Engine;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::random::{Random, SystemRandom};
use crate::engine::store::StoreError;
use crate::shop::Shop;
use crate::shop::catalogue::CatalogueError;
use crate::storefront::AccountsError;
use crate::till::callbacks::vipps::Webhooks;
use crate::till::goods::GoodsError;
use crate::till::membership::machine::Membership;
use crate::till::membership::perform::MembershipPerformer;
use crate::till::perform::SalePerformer;
use crate::till::register::{Register, RegisterError};
use crate::till::sale::Sale;
use crate::till::tills::AllTills;
use crate::web::client_address::BehindProxy;
use crate::web::origin::Origins;
use crate::web::session::Sessions;
use crate::web::{assets, edge, operations};
use axum::{Extension, Router};
use provider_http::{BuildError, Clock, HttpConfig, HttpTransport, SystemClock, Transport};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
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
    /// A branch's goods are wrong.
    #[error(transparent)]
    Goods(#[from] GoodsError),
    /// The tills' tables cannot be used.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// An account at Vipps MobilePay is wrong.
    #[error(transparent)]
    Vipps(#[from] vipps_mobilepay::ConfigError),
    /// An account at Netgíró is wrong.
    #[error(transparent)]
    Netgiro(#[from] netgiro::ConfigError),
    /// No store with tills is meant, or several are.
    #[error("name a store that has a [[store.branch]] with --store ID")]
    WhichStore,
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
    registers: Vec<Register>,
    webhooks: Vec<Webhooks>,
    shutdown: CancellationToken,
}

impl App {
    /// Opens the database and puts everything together. Nothing runs yet.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(config: &Config, parts: Parts) -> Result<Self, StartError> {
        // Before anything is written.
        check_goods(config)?;
        let shutdown = CancellationToken::new();
        let engine = open_engine(config, &parts).await?;
        let pool = shop_pool(&config.database).await?;
        let mut checkouts = Vec::new();
        let mut registers = Vec::new();
        let mut tills = Vec::new();
        let mut webhooks = Vec::new();
        let mut stores = Vec::new();
        for store in &config.stores {
            let (mut browser, mut others) = (Router::new(), assets::pages());
            if let Some(web_shop) = store.web_shop() {
                let open = online::open(
                    config,
                    store,
                    web_shop,
                    &parts,
                    engine.clone(),
                    pool.clone(),
                    &shutdown,
                );
                let online = open.await?;
                browser = browser.merge(online.browser);
                others = others.merge(online.others);
                checkouts.push(online.checkout);
            }
            if !store.branches.is_empty() {
                let in_store =
                    in_store::open(config, store, &parts, &engine, pool.clone(), &shutdown).await?;
                browser = browser.merge(in_store.browser);
                others = others.merge(in_store.callbacks);
                registers.push(in_store.register);
                tills.push(in_store.tills);
                webhooks.push(in_store.webhooks);
            }
            let browser = browser_edge(config, store, &engine, browser);
            stores.push((store.hosts.clone(), others.merge(browser)));
        }
        let all = Checkouts::new(checkouts.clone());
        let all_tills = AllTills::new(tills);
        let dispatcher = Dispatcher::builder(engine.clone())
            .register::<Link>(InpostPerformer::new(all.clone()))
            .register::<BindingKey>(KeyPerformer::new(all))
            .register::<Sale>(SalePerformer::new(all_tills.clone()))
            .register::<Membership>(MembershipPerformer::new(all_tills))
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
            registers,
            webhooks,
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
        for register in &self.registers {
            background.spawn(in_store::forget_customers(
                register.clone(),
                self.shutdown.clone(),
            ));
        }
        for webhooks in &self.webhooks {
            in_store::register_webhooks(&mut background, webhooks, &self.shutdown);
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
        if let Some(web_shop) = store.web_shop() {
            let catalogue = Arc::new(online::catalogue(web_shop.catalogue)?);
            shops.push(online::open_shop(config, store, parts, catalogue, pool.clone()).await?);
        }
    }
    Ok(shops)
}

/// The register of a store's tills alone, without anything that runs: for the command line, beside the backend.
///
/// # Errors
/// [`StartError::WhichStore`], or when the database cannot be used.
pub async fn open_register(
    config: &Config,
    store: Option<&str>,
    parts: &Parts,
) -> Result<Register, StartError> {
    let mut with_tills = config.stores.iter().filter(|candidate| {
        let is_asked = store.is_none_or(|asked| candidate.id.as_str() == asked);
        is_asked && !candidate.branches.is_empty()
    });
    let (Some(store), None) = (with_tills.next(), with_tills.next()) else {
        return Err(StartError::WhichStore);
    };
    let pool = shop_pool(&config.database).await?;
    Ok(Register::open(pool, &store.id, parts.clock.clone(), parts.random.as_ref()).await?)
}

/// Where browsers reach a store.
fn public_url<'a>(config: &'a Config, store: &'a StoreConfig) -> &'a Url {
    store.public_url.as_ref().unwrap_or(&config.public_url)
}

/// The edge between a store and its browsers.
fn browser_edge(config: &Config, store: &StoreConfig, engine: &Engine, browser: Router) -> Router {
    let url = public_url(config, store);
    let origins = Origins::new([url], store.allowed_origins.iter().map(String::as_str));
    let sessions =
        Sessions::new(engine.clone(), store.id.clone(), url.scheme() == "https").at_port(url.port());
    edge::browser(browser, sessions, origins)
}

/// Reads what every store sells, online and in its branches, and says what is wrong with the first that is.
///
/// # Errors
/// [`StartError::Catalogue`] or [`StartError::Goods`], whose text is for the merchant.
pub fn check_goods(config: &Config) -> Result<(), StartError> {
    for store in &config.stores {
        if let Some(web_shop) = store.web_shop() {
            online::catalogue(web_shop.catalogue)?;
        }
        for branch in &store.branches {
            in_store::goods(branch)?;
        }
    }
    Ok(())
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
