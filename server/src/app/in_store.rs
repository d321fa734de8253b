//! What a store sells at its tills: its branches, with their goods, cashiers and wallets.
//!
//! Belongs here: from the configuration to the parts that are in store. Does not belong here: what any of them does.

use super::{Parts, StartError, public_url};
use crate::config::{self, BranchConfig, Config, NetgiroConfig, StoreConfig, VippsConfig};
use crate::engine::Engine;
use crate::till::api::{self, AtTill, Seats, TillRates};
use crate::till::branch::{Branch, Branches, Cashier, ClubTerms, Till};
use crate::till::callbacks;
use crate::till::callbacks::netgiro::{Callbacks, NetgiroAccount};
use crate::till::callbacks::vipps::Webhooks;
use crate::till::goods::{Goods, GoodsError};
use crate::till::register::Register;
use crate::till::tills::Tills;
use crate::till::wallet::Wallet;
use crate::till::wallet::netgiro::{CallbackAddress, Generation, NetgiroTerms, NetgiroWallet};
use crate::till::wallet::vipps::VippsWallet;
use crate::till::webhooks::{self, VippsAccount};
use crate::web::live::Live;
use crate::web::till_files;
use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use sqlx::sqlite::SqlitePool;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use vipps_mobilepay::System;

/// How often customers are forgotten whose sale nobody has ended.
const FORGET_EVERY: Duration = Duration::from_secs(600);

/// The parts of a store that are in store.
pub(super) struct InStore {
    /// What browsers ask for, to be put behind the browser's edge.
    pub(super) browser: Router,
    /// What the wallets' providers call.
    pub(super) callbacks: Router,
    /// The tables beside the sales.
    pub(super) register: Register,
    /// The tills.
    pub(super) tills: Arc<Tills>,
    /// Where Vipps MobilePay is told to call, and for which sales units.
    pub(super) webhooks: Webhooks,
}

/// Puts the parts of a store together that are in store.
pub(super) async fn open(
    config: &Config,
    store: &StoreConfig,
    parts: &Parts,
    engine: &Engine,
    pool: SqlitePool,
    shutdown: &CancellationToken,
) -> Result<InStore, StartError> {
    let register = Register::open(pool, &store.id, parts.clock.clone(), engine.random()).await?;
    let callback = CallbackAddress::below(public_url(config, store).as_str());
    let mut branches = Vec::new();
    let mut netgiro = Vec::new();
    for branch in &store.branches {
        let account = branch
            .netgiro
            .as_ref()
            .map(|account| netgiro_account(branch, account, &callback, parts))
            .transpose()?;
        branches.push(open_branch(branch, account.as_ref(), parts)?);
        netgiro.extend(account);
    }
    let branches = Branches::new(branches);
    let tills = Arc::new(Tills {
        store: store.id.clone(),
        engine: engine.clone(),
        branches: branches.clone(),
        register: register.clone(),
    });
    let seats = Seats::new(branches, register.clone());
    let rates = TillRates::new(&parts.clock);
    let sales = api::sales(AtTill {
        tills: tills.clone(),
        live: Live::new(shutdown.clone()),
        seats: seats.clone(),
        rates: rates.clone(),
    });
    let webhooks = Webhooks {
        tills: tills.clone(),
        accounts: vipps_accounts(store, &tills.branches),
        address: webhooks::address(public_url(config, store)),
    };
    let callbacks = callbacks::vipps::router(webhooks.clone()).merge(callbacks::netgiro::router(Callbacks {
        tills: tills.clone(),
        accounts: netgiro.into(),
    }));
    let mut browser = api::router(seats, rates, sales).merge(till_files::router());
    if store.web_shop().is_none() {
        browser = browser.route("/", get(async || Redirect::temporary("/till")));
    }
    Ok(InStore {
        browser,
        callbacks,
        register,
        tills,
        webhooks,
    })
}

/// The sales units of a store's branches.
fn vipps_accounts(store: &StoreConfig, branches: &Branches) -> Arc<[VippsAccount]> {
    let account = |branch: &BranchConfig| {
        Some(VippsAccount {
            branch: branch.id.clone(),
            msn: branch.vipps.as_ref()?.merchant_serial_number.clone(),
            client: branches.get(branch.id.as_str())?.vipps.clone()?,
        })
    };
    store.branches.iter().filter_map(account).collect()
}

/// Sees to it that Vipps MobilePay tells a store's tills what happens, beside everything else.
pub(super) fn register_webhooks(
    background: &mut JoinSet<()>,
    webhooks: &Webhooks,
    shutdown: &CancellationToken,
) {
    for account in webhooks.accounts.iter() {
        background.spawn(webhooks::keep_registered(
            account.clone(),
            webhooks.tills.register.clone(),
            webhooks.address.clone(),
            shutdown.clone(),
        ));
    }
}

/// The wallets of a branch alone: for the command line.
///
/// # Errors
/// [`StartError`].
pub fn wallets(
    config: &Config,
    store: &StoreConfig,
    branch: &BranchConfig,
    parts: &Parts,
) -> Result<Vec<Arc<dyn Wallet>>, StartError> {
    let callback = CallbackAddress::below(public_url(config, store).as_str());
    let account = branch
        .netgiro
        .as_ref()
        .map(|account| netgiro_account(branch, account, &callback, parts))
        .transpose()?;
    Ok(open_branch(branch, account.as_ref(), parts)?.wallets)
}

/// Forgets the customers of sales that nobody has ended, until `shutdown`.
pub(super) async fn forget_customers(register: Register, shutdown: CancellationToken) {
    loop {
        if let Err(error) = register.forget_old_customers().await {
            tracing::warn!(%error, "old customers could not be forgotten");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(FORGET_EVERY) => {}
        }
    }
}

/// What a branch sells.
pub(super) fn goods(branch: &BranchConfig) -> Result<Goods, GoodsError> {
    match branch.goods.as_str() {
        "demo" => Goods::demo(branch.language, branch.currency),
        path => Goods::read(Path::new(path), branch.language, branch.currency),
    }
}

fn open_branch(
    config: &BranchConfig,
    netgiro: Option<&NetgiroAccount>,
    parts: &Parts,
) -> Result<Branch, StartError> {
    let vipps = config
        .vipps
        .as_ref()
        .map(|account| vipps_client(account, parts).map(Arc::new))
        .transpose()?;
    let mut wallets: Vec<Arc<dyn Wallet>> = Vec::new();
    if let Some(client) = &vipps {
        wallets.push(Arc::new(VippsWallet::new(
            client.clone(),
            parts.clock.clone(),
            config.name.clone(),
            config.currency,
        )));
    }
    if let Some(account) = netgiro {
        wallets.push(account.wallet.clone());
    }
    let club = config.club.as_ref().zip(config.vipps.as_ref());
    Ok(Branch {
        id: config.id.clone(),
        name: config.name.clone(),
        language: config.language,
        currency: config.currency,
        country_prefix: config.country_prefix.clone(),
        time_zone: config.zone(),
        goods: Arc::new(goods(config)?),
        club: club.map(|(name, account)| ClubTerms {
            name: name.clone(),
            scopes: account.club_scopes.clone(),
        }),
        vipps,
        receipt_head: config.receipt_head.clone(),
        tills: config
            .tills
            .iter()
            .map(|till| Till {
                id: till.id.clone(),
                name: till.name.clone(),
            })
            .collect(),
        cashiers: config
            .cashiers
            .iter()
            .map(|cashier| Cashier {
                id: cashier.id.clone(),
                name: cashier.name.clone(),
                manager: cashier.manager,
                pin: cashier.pin.clone(),
            })
            .collect(),
        shown_pin: config.shown_pin.clone(),
        wallets,
    })
}

/// A branch's client of Vipps MobilePay.
///
/// # Errors
/// When its address is none.
pub(super) fn vipps_client(
    account: &VippsConfig,
    parts: &Parts,
) -> Result<vipps_mobilepay::Client, vipps_mobilepay::ConfigError> {
    let mut config = vipps_mobilepay::Config::new(
        &account.api_url,
        account.client_id.clone(),
        account.client_secret.clone(),
        account.subscription_key.clone(),
        account.merchant_serial_number.clone(),
    )?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    config.system = System {
        name: "karfa".to_owned(),
        version: version.clone(),
        plugin_name: "karfa-till".to_owned(),
        plugin_version: version,
    };
    vipps_mobilepay::Client::new(config, parts.transport.clone(), parts.clock.clone())
}

/// A branch's account at Netgíró.
fn netgiro_account(
    branch: &BranchConfig,
    account: &NetgiroConfig,
    callback: &CallbackAddress,
    parts: &Parts,
) -> Result<NetgiroAccount, netgiro::ConfigError> {
    let config = netgiro::Config {
        v1_url: account.v1_url.clone(),
        v2_url: account.v2_url.clone(),
        partner_url: account.partner_url.clone(),
        application_id: account.application_id.clone(),
        secret: account.secret.clone(),
    };
    let transport = parts.transport.clone();
    let generation = match account.generation {
        config::Generation::V1 => Generation::V1(netgiro::Client::new(config, transport, nonces(parts))?),
        config::Generation::V2 => Generation::V2 {
            client: netgiro::v2::Client::new(config, transport)?,
        },
    };
    let terms = NetgiroTerms {
        location: branch.id.to_string(),
        callback: callback.clone(),
        confirmations: account.confirmations(),
    };
    Ok(NetgiroAccount {
        branch: branch.id.clone(),
        secret: account.secret.clone(),
        callback: callback.clone(),
        wallet: Arc::new(NetgiroWallet::new(generation, terms, parts.clock.clone())),
    })
}

/// Nonces for Netgíró, from the randomness that was given.
fn nonces(parts: &Parts) -> Arc<dyn netgiro::NonceSource> {
    let random = parts.random.clone();
    Arc::new(move || {
        let mut bits = [0; 16];
        random.fill(&mut bits);
        netgiro::nonce_from_bits(u128::from_be_bytes(bits))
    })
}
