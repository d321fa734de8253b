//! What a store sells online: its shop, its checkout with InPost Pay, its pages.
//!
//! Belongs here: from the configuration to the parts that are online. Does not belong here: what any of them does.

use super::{Parts, StartError, public_url, ties};
use crate::checkout::translate::StoreFacts;
use crate::checkout::v2::{self, V2};
use crate::checkout::widget_api::{WidgetRates, WidgetState};
use crate::checkout::{Checkout, callbacks, widget_api};
use crate::config::{Config, InpostConfig, Protocol, StoreConfig, WebShop};
use crate::engine::Engine;
use crate::shop::catalogue::{Catalogue, CatalogueError, CatalogueShop};
use crate::shop::{RandomBytes, Shop};
use crate::storefront::{self, Accounts, AccountsError, Button, Patience, Storefront};
use crate::web::live::Live;
use crate::web::shopper::follow_customer;
use crate::web::{assets, widget_files};
use axum::Router;
use axum::middleware::from_fn_with_state;
use inpost_pay::{Client, KeyCache};
use jiff::SignedDuration;
use sqlx::sqlite::SqlitePool;
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The parts of a store that are online.
pub(super) struct Online {
    /// The checkout.
    pub(super) checkout: Arc<Checkout>,
    /// What browsers ask for, to be put behind the browser's edge.
    pub(super) browser: Router,
    /// What InPost asks for, and files.
    pub(super) others: Router,
}

/// Puts the parts of a store together that are online.
pub(super) async fn open(
    config: &Config,
    store: &StoreConfig,
    web_shop: WebShop<'_>,
    parts: &Parts,
    engine: Engine,
    pool: SqlitePool,
    shutdown: &CancellationToken,
) -> Result<Online, StartError> {
    let catalogue = Arc::new(catalogue(web_shop.catalogue)?);
    let shop = open_shop(config, store, parts, catalogue.clone(), pool).await?;
    let checkout = Arc::new(checkout(
        config,
        store,
        web_shop.inpost,
        parts,
        engine,
        shop.clone(),
    )?);
    let pages = storefront::router(Storefront {
        name: catalogue.name().into(),
        time_zone: catalogue.time_zone().clone(),
        random: random_bytes(parts),
        shop: shop.clone(),
        button: button(checkout.v2.as_ref()),
        accounts: accounts(web_shop.catalogue)?,
        ties: Arc::new(ties::Links(checkout.clone())),
        patience: Patience::new(&parts.clock),
    });
    let state = WidgetState {
        checkout: checkout.clone(),
        live: Live::new(shutdown.clone()),
    };
    let rates = WidgetRates::new(&parts.clock);
    let browser = widget_api::router(state, rates)
        .merge(pages)
        .layer(from_fn_with_state(shop, follow_customer));
    let others = Router::new()
        .nest("/inpost", callbacks::router(checkout.clone()))
        .merge(widget_files::router());
    Ok(Online {
        checkout,
        browser,
        others,
    })
}

/// The shop of a store.
pub(super) async fn open_shop(
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
    inpost_config: &InpostConfig,
    parts: &Parts,
    engine: Engine,
    shop: Arc<dyn Shop>,
) -> Result<Checkout, StartError> {
    let inpost = Arc::new(inpost_client(inpost_config, parts)?);
    let public_url = public_url(config, store);
    let thank_you = store.thank_you_url.clone();
    Ok(Checkout {
        store: store.id.clone(),
        engine,
        shop,
        keys: KeyCache::new(inpost.clone(), parts.clock.clone()),
        inpost,
        facts: store_facts(config, store, inpost_config),
        time_to_approve: SignedDuration::from_secs(i64::from(inpost_config.approval_seconds)),
        time_to_pay: SignedDuration::from_secs(i64::from(inpost_config.payment_seconds)),
        merchant_secret: inpost_config.merchant_secret.clone(),
        app_link: inpost_config.app_link.clone(),
        https: public_url.scheme() == "https",
        thank_you_url: thank_you.map_or_else(|| format!("{public_url}thank-you"), String::from),
        v2: vendors_widget(inpost_config),
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
pub fn store_facts(config: &Config, store: &StoreConfig, inpost: &InpostConfig) -> StoreFacts {
    StoreFacts {
        public_url: public_url(config, store)
            .as_str()
            .trim_end_matches('/')
            .to_owned(),
        pos_id: inpost.pos_id.clone(),
    }
}

/// The store's client of InPost.
///
/// # Errors
/// When its addresses are none.
pub fn inpost_client(inpost: &InpostConfig, parts: &Parts) -> Result<Client, inpost_pay::ConfigError> {
    let config = inpost_pay::Config {
        api_url: inpost.api_url.clone(),
        token_url: inpost.token_url.clone(),
        client_id: inpost.client_id.clone(),
        client_secret: inpost.client_secret.clone(),
        plugin_version: callbacks::PLUGIN_VERSION.to_owned(),
    };
    Client::new(config, parts.transport.clone(), parts.clock.clone())
}

/// A catalogue by its name in the configuration.
pub(super) fn catalogue(name: &str) -> Result<Catalogue, CatalogueError> {
    match name {
        "demo" => Catalogue::demo(),
        path => Catalogue::read(Path::new(path)),
    }
}

/// Who can sign in: in the demo shop the demo's customers, elsewhere nobody, for a shop has customers of its own.
fn accounts(catalogue: &str) -> Result<Accounts, AccountsError> {
    match catalogue {
        "demo" => Accounts::demo(),
        _ => Ok(Accounts::default()),
    }
}
