//! Tries everything that `serve` needs, and says what is wrong and what to do about it. Changes nothing at InPost.

use crate::app::{self, Parts};
use crate::config::{BranchConfig, Config, Generation, InpostConfig, StoreConfig};
use crate::till::wallet::{Handle, Wallet, WalletError};
use crate::web::widget_files::Release;
use karfa_shared::money::Money;
use std::fmt::Write as _;
use std::path::Path;
use url::Url;

/// What was found.
pub struct Report {
    /// A line for each thing that was tried.
    pub text: String,
    /// All of it works.
    pub healthy: bool,
}

impl Report {
    fn new() -> Self {
        Report {
            text: String::new(),
            healthy: true,
        }
    }

    fn note(&mut self, what: &str, outcome: Result<String, String>) {
        let (mark, text) = match outcome {
            Ok(text) => ("✓", text),
            Err(text) => {
                self.healthy = false;
                ("✗", text)
            }
        };
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{mark} {what}: {text}");
    }
}

/// Tries database, goods, tokens and signing keys.
pub async fn examine(config: &Config) -> Report {
    let mut report = Report::new();
    report.note("database", database(&config.database));
    report.note(
        "goods",
        app::check_goods(config)
            .map(|()| "right".into())
            .map_err(|e| e.to_string()),
    );
    report.note("public address", public_address(config));
    report.note("widget", widget());
    for store in &config.stores {
        if let Some(outcome) = other_origins(config, store) {
            report.note(&format!("pages that embed {}", store.id), outcome);
        }
    }
    let parts = match Parts::of_this_machine() {
        Ok(parts) => parts,
        Err(error) => {
            report.note("network", Err(error.to_string()));
            return report;
        }
    };
    for store in &config.stores {
        if let Some(web_shop) = store.web_shop() {
            report.note(
                &format!("InPost Pay for {}", store.id),
                inpost(web_shop.inpost, &parts).await,
            );
        }
        for branch in &store.branches {
            match app::wallets(config, store, branch, &parts) {
                Ok(wallets) => {
                    for wallet in wallets {
                        let name = wallet.choice().name;
                        let outcome = ask_wallet(wallet.as_ref(), branch).await;
                        report.note(&format!("{name} for {}/{}", store.id, branch.id), outcome);
                    }
                }
                Err(error) => {
                    report.note(&format!("{}/{}", store.id, branch.id), Err(error.to_string()));
                }
            }
        }
    }
    report
}

fn database(path: &Path) -> Result<String, String> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    // A file beside the database, because SQLite writes there too.
    match tempfile_in(folder) {
        Ok(()) => Ok(format!("{} can be written", path.display())),
        Err(error) => Err(format!(
            "{} cannot be written ({error}): make it, or set database",
            folder.display()
        )),
    }
}

fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".karfa-doctor-{}", std::process::id()));
    std::fs::File::create_new(&probe)?;
    std::fs::remove_file(probe)
}

fn public_address(config: &Config) -> Result<String, String> {
    let url = &config.public_url;
    if url.scheme() == "https" || is_local(url) {
        return Ok(url.to_string());
    }
    Err(format!(
        "{url} is not https: shoppers' sessions would travel in clear text"
    ))
}

fn widget() -> Result<String, String> {
    match Release::of_this_program() {
        Some(release) => Ok(format!("version {}", release.version)),
        None => {
            Err("this program was built without it: run scripts/build-widget.sh and build it anew".to_owned())
        }
    }
}

/// The origins whose pages may embed the store's button, besides its own.
fn other_origins(config: &Config, store: &StoreConfig) -> Option<Result<String, String>> {
    if store.allowed_origins.is_empty() {
        return None;
    }
    let url = store.public_url.as_ref().unwrap_or(&config.public_url);
    let listed = store.allowed_origins.join(", ");
    // A browser takes the cookies of another site by https alone, and lets no https page ask by http.
    Some(if url.scheme() == "https" || is_local(url) {
        Ok(listed)
    } else {
        Err(format!(
            "{listed} cannot use {url}, which is not https: set public_url to an https address"
        ))
    })
}

fn is_local(url: &Url) -> bool {
    let name = url.host_str().unwrap_or_default();
    matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".localhost")
}

/// Asks about a payment that does not exist: whoever answers that has let us in.
async fn ask_wallet(wallet: &dyn Wallet, branch: &BranchConfig) -> Result<String, String> {
    let nothing = Handle {
        reference: "karfa-doctor-asks".to_owned(),
        provider_id: Some("00000000-0000-0000-0000-000000000000".to_owned()),
        amount: Money::zero(branch.currency),
    };
    let (section, address, account) = settings(branch, wallet);
    match wallet.read(&nothing).await {
        Ok(_) => Ok("let us in".to_owned()),
        Err(WalletError::NotSent) => Err(format!(
            "{address} cannot be reached: check the address in [store.branch.{section}], and the network"
        )),
        Err(error @ WalletError::Refused(_)) => Err(format!(
            "{error}: check {account} in [store.branch.{section}], and {address}"
        )),
        Err(error) => Err(format!(
            "{error}: try again, and check {address} in [store.branch.{section}]"
        )),
    }
}

/// Where a wallet's account stands in the configuration: its section, the address asked, the settings that let us in.
fn settings<'a>(branch: &'a BranchConfig, wallet: &dyn Wallet) -> (&'static str, &'a str, &'static str) {
    let netgiro = branch
        .netgiro
        .as_ref()
        .filter(|_| wallet.id().as_str() == "netgiro");
    match (netgiro, &branch.vipps) {
        (Some(account), _) if account.generation == Generation::V2 => {
            ("netgiro", account.v2_url.as_str(), "application_id")
        }
        (Some(account), _) => ("netgiro", account.v1_url.as_str(), "application_id and secret"),
        (None, vipps) => {
            let address = vipps.as_ref().map_or("", |account| account.api_url.as_str());
            let account = "client_id, client_secret, subscription_key and merchant_serial_number";
            ("vipps", address, account)
        }
    }
}

async fn inpost(account: &InpostConfig, parts: &Parts) -> Result<String, String> {
    let client = app::inpost_client(account, parts).map_err(|error| error.to_string())?;
    let keys = client.signing_keys().await.map_err(|error| error.to_string())?;
    match keys.public_keys.len() {
        0 => Err("InPost has no signing keys for this merchant: ask InPost to activate the account".into()),
        some => Ok(format!("token and {some} signing key(s) received")),
    }
}
