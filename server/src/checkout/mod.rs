//! InPost Pay online: links a shopper's basket with the app, keeps the two in step, and takes the order.
//!
//! Belongs here: what happens to a basket's link, asked by the browser (`widget_api`), by InPost (`callbacks`), by the
//! shop (`follower`), and what is done about it (`inpost`). Does not belong here: pages, sessions' storage, prices.
//!
//! **Architecture invariant:** every change of a link is a command to its machine. Nothing here writes anything else.

/// InPost's calls to the shop.
pub mod callbacks;
/// Tells the links what changes in the shop's baskets and orders.
pub mod follower;
/// Makes InPost's list of hot products equal to the shop's.
pub mod hot_products;
/// Performs the effects: the one place from where InPost is asked to change anything.
pub mod inpost;
/// The state of a basket's link.
pub mod link;
/// What becomes of a basket's link, decided purely.
pub mod machine;
/// The shop's words in InPost's, and back.
pub mod translate;
/// Protocol v2: the vendor's own widget.
pub mod v2;
/// What the page is told of its link.
pub mod view;
/// The browser's API.
pub mod widget_api;

use crate::engine::address::StoreId;
use crate::engine::run::{Committed, Loaded, RunError};
use crate::engine::store::StoreError;
use crate::engine::{Engine, observe::WaitError};
use crate::shop::model::BasketId;
use crate::shop::{Shop, ShopError};
use crate::web::shopper::ShopperError;
use inpost_pay::wire::binding::BindingStatus;
use inpost_pay::wire::error::ErrorCode;
use inpost_pay::{Client as InpostClient, InpostBasketId, KeyCache};
use jiff::SignedDuration;
use link::{Client, Link};
use machine::{Command, Refusal};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use translate::StoreFacts;

/// How long a click waits for InPost to tell how the link stands; the flow goes on without it.
const RECONCILE_PATIENCE: Duration = Duration::from_secs(5);

/// One shop's checkout: everything that its commands and their effects need.
pub struct Checkout {
    /// The shop's name in the database.
    pub store: StoreId,
    /// The durable core.
    pub engine: Engine,
    /// The merchant's shop.
    pub shop: Arc<dyn Shop>,
    /// The shop's account at InPost.
    pub inpost: Arc<InpostClient>,
    /// InPost's signing keys for this shop.
    pub keys: KeyCache,
    /// What messages to InPost say of the shop.
    pub facts: StoreFacts,
    /// Where the shopper is thanked for an order; `?order=` and its id are added.
    pub thank_you_url: String,
    /// How long a shopper has to approve in the app.
    pub time_to_approve: SignedDuration,
    /// How long an order holds its goods unpaid.
    pub time_to_pay: SignedDuration,
    /// Signs refunds.
    pub merchant_secret: Option<SecretString>,
    /// The address in front of a basket's id that opens the app: `inpost://izilink`.
    pub app_link: String,
    /// Browsers reach the shop by https.
    pub https: bool,
    /// What the vendor's own widget needs, where the shop uses it: then the shop speaks protocol v2.
    pub v2: Option<v2::V2>,
}

/// Something failed that the caller cannot mend. The text is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The shop.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// The session.
    #[error(transparent)]
    Shopper(#[from] ShopperError),
    /// Too many changes of one link at once.
    #[error("too many changes of one basket at once")]
    Contended,
    /// Too many observers.
    #[error("too many observers at once")]
    TooManyWaiters,
}

impl From<WaitError> for CheckoutError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::TooManyWaiters(_) => CheckoutError::TooManyWaiters,
            WaitError::Store(error) => CheckoutError::Store(error),
        }
    }
}

impl Checkout {
    /// Runs a command on a basket's link. The inner error is the machine's refusal.
    pub(crate) async fn run(
        &self,
        basket: &BasketId,
        command: Command,
    ) -> Result<Result<Committed<Link>, Refusal>, CheckoutError> {
        match self
            .engine
            .run::<Link>(&self.store, basket.as_str(), command)
            .await
        {
            Ok(committed) => Ok(Ok(committed)),
            Err(RunError::Refused(refusal)) => Ok(Err(refusal)),
            Err(RunError::Contended) => Err(CheckoutError::Contended),
            Err(RunError::Store(error)) => Err(error.into()),
        }
    }

    /// A basket's link as it is.
    pub(crate) async fn load(&self, basket: &BasketId) -> Result<Loaded<Link>, StoreError> {
        self.engine.load::<Link>(&self.store, basket.as_str()).await
    }

    /// What opens a linked basket in the app.
    pub(crate) fn app_link_of(&self, id: &InpostBasketId) -> String {
        format!(
            "{}?basket_id={}",
            self.app_link,
            url::form_urlencoded::byte_serialize(id.as_str().as_bytes()).collect::<String>()
        )
    }

    /// Asks InPost how a basket's link stands and decides on the answer once: what a lost confirmation, a forgotten
    /// browser or a deleted basket come down to. InPost not answering changes nothing.
    ///
    /// `browser_id` is InPost's id of the browser that asks, from its cookie.
    pub(crate) async fn reconcile(
        &self,
        basket: &BasketId,
        browser_id: Option<&str>,
    ) -> Result<(), CheckoutError> {
        let link = self.load(basket).await?.state;
        let id = basket.as_str().into();
        let browser = browser_id.map(Into::into);
        let command = match timeout(RECONCILE_PATIENCE, self.inpost.binding(&id, browser.as_ref())).await {
            Ok(Ok(status)) => binding_read(link.changes, status, browser_id),
            // No link; of the browser this says nothing.
            Ok(Err(error)) if error.code().is_some_and(ErrorCode::means_not_linked) => Command::BindingRead {
                as_of: link.changes,
                linked: None,
                trusted_browser: link.browser_id,
                client: link.client,
            },
            Ok(Err(error)) => {
                tracing::warn!(store = %self.store, %error, "InPost did not tell how the link stands");
                return Ok(());
            }
            Err(_) => {
                tracing::warn!(store = %self.store, "InPost took too long to tell how the link stands");
                return Ok(());
            }
        };
        // A refusal is as good as "nothing to do" here.
        let _ = self.run(basket, command).await?;
        Ok(())
    }
}

impl Checkout {
    /// Whether InPost says that a basket is linked. `false` also if it does not answer in time.
    pub(crate) async fn is_linked_at_inpost(&self, basket: &BasketId) -> bool {
        let id = basket.as_str().into();
        match timeout(RECONCILE_PATIENCE, self.inpost.binding(&id, None)).await {
            Ok(Ok(status)) => status.basket_linked,
            Ok(Err(_)) | Err(_) => false,
        }
    }
}

/// InPost's answer about a link as a command.
pub(crate) fn binding_read(as_of: u64, status: BindingStatus, browser_id: Option<&str>) -> Command {
    let details = status.client_details.unwrap_or_default();
    Command::BindingRead {
        as_of,
        linked: if status.basket_linked {
            Some(status.inpost_basket_id.unwrap_or_default())
        } else {
            None
        },
        trusted_browser: browser_id.filter(|_| status.browser_trusted).map(str::to_owned),
        client: Client {
            masked_phone_number: details.masked_phone_number.map(|text| text.into_string()),
            name: details.name.map(|text| text.into_string()),
        },
    }
}

/// The checkouts of all shops that this server serves.
#[derive(Clone)]
pub struct Checkouts(Arc<[Arc<Checkout>]>);

impl Checkouts {
    /// One checkout a store.
    pub fn new(checkouts: Vec<Arc<Checkout>>) -> Self {
        Checkouts(checkouts.into())
    }

    /// The checkout of a store.
    pub fn of_store(&self, store: &StoreId) -> Option<&Arc<Checkout>> {
        self.0.iter().find(|checkout| checkout.store == *store)
    }
}
