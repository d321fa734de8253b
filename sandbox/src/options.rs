//! What a sandbox is told when it starts: merchants, clock, seed, transport, limits of patience.

use provider_http::{Clock, SystemClock, Transport};
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The client id, and the pos id, of the account that every sandbox starts with.
pub(crate) const DEMO_CLIENT_ID: &str = "karfa-demo";
/// Its client secret.
pub(crate) const DEMO_CLIENT_SECRET: &str = "karfa-demo-secret";
/// The secret that signs its refunds.
pub(crate) const DEMO_MERCHANT_SECRET: &str = "karfa-demo-merchant-secret";

/// A merchant with an InPost Pay account.
#[derive(Clone, Debug)]
pub struct InpostMerchant {
    /// OAuth2 client id; names the merchant everywhere in the sandbox.
    pub client_id: String,
    /// OAuth2 client secret.
    pub client_secret: SecretString,
    /// `pos_id`, and `merchant_external_id` in signatures.
    pub pos_id: String,
    /// The secret that signs refunds.
    pub merchant_secret: SecretString,
    /// The shop's name, as the app shows it.
    pub name: String,
    /// Where InPost calls the merchant: the part before `/v1/izi/…`, like `http://127.0.0.1:8080/inpost`.
    pub callback_url: String,
}

impl InpostMerchant {
    /// The account that every sandbox starts with: client id and pos id `karfa-demo`, client secret
    /// `karfa-demo-secret`, merchant secret `karfa-demo-merchant-secret`.
    pub fn demo(callback_url: impl Into<String>) -> Self {
        InpostMerchant {
            client_id: DEMO_CLIENT_ID.to_owned(),
            client_secret: SecretString::from(DEMO_CLIENT_SECRET),
            pos_id: DEMO_CLIENT_ID.to_owned(),
            merchant_secret: SecretString::from(DEMO_MERCHANT_SECRET),
            name: "Kłębek".to_owned(),
            callback_url: callback_url.into(),
        }
    }
}

/// How often and how patiently the sandbox calls a merchant.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long one try may take.
    pub timeout: Duration,
    /// Tries while a person waits with the phone in hand.
    pub tries_while_waiting: u32,
    /// Further tries in the background, for news that must arrive (a payment, an unlinked basket).
    pub tries_in_background: u32,
    /// The pause after the first try; each further one is twice as long, up to 30 s.
    pub first_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            timeout: Duration::from_secs(10),
            tries_while_waiting: 3,
            tries_in_background: 12,
            first_pause: Duration::from_millis(250),
        }
    }
}

/// Everything a sandbox needs to know. [`Options::new`] gives the demo's.
#[derive(Clone)]
pub struct Options {
    /// Merchants with an InPost Pay account; more can be added through `/control/merchants`.
    pub inpost_merchants: Vec<InpostMerchant>,
    /// The time. `/control/clock` moves the sandbox's own time ahead of it.
    pub clock: Arc<dyn Clock>,
    /// All made-up ids and signing keys follow from it: one seed, one run.
    pub seed: u64,
    /// Carries the calls to merchants.
    pub transport: Arc<dyn Transport>,
    /// Patience with merchants that do not answer.
    pub patience: Patience,
    /// A file that keeps the state over a restart, while [`Sandbox::serve`](crate::Sandbox::serve) runs; without it
    /// the state is lost. It holds made-up people and the merchants' secrets, and only its owner may read it.
    pub data: Option<PathBuf>,
}

impl Options {
    /// One demo merchant at `callback_url`, the system's clock, a random seed, nothing kept on disk.
    pub fn new(callback_url: impl Into<String>, transport: Arc<dyn Transport>) -> Self {
        Options {
            inpost_merchants: vec![InpostMerchant::demo(callback_url)],
            clock: Arc::new(SystemClock),
            seed: rand::random(),
            transport,
            patience: Patience::default(),
            data: None,
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("inpost_merchants", &self.inpost_merchants)
            .field("patience", &self.patience)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}
