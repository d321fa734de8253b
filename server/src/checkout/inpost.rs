//! Performs the effects of a link: asks InPost to change something, has the shop place an order, looks at the clock.
//!
//! **Architecture invariant:** InPost is asked to change something from here alone.

/// What is done once there is an order.
mod after_order;

use super::link::{Attempt, DeepLinks, Link, Stage};
use super::machine::{BrowserFacts, Command, LinkEffect};
use super::translate::basket::Notice;
use super::translate::{self, order::refusal_notice};
use super::{Checkout, Checkouts, binding_read};
use crate::engine::machine::Effect as _;
use crate::engine::perform::{Outcome, Perform, Task};
use crate::shop::model::{Basket, BasketId, NewOrder};
use async_trait::async_trait;
use inpost_pay::wire::binding::Browser;
use inpost_pay::wire::error::ErrorCode;
use inpost_pay::{Error, UtcTime};
use karfa_shared::phone::PhoneNumber;

type Performed = Outcome<Command>;

/// A basket that changes while it is sent is sent again, so often at most in one try.
const MOST_SENDINGS: u32 = 3;

/// Performs the effects of all stores' links.
pub struct InpostPerformer {
    checkouts: Checkouts,
}

impl InpostPerformer {
    /// Performs for these checkouts.
    pub fn new(checkouts: Checkouts) -> Self {
        InpostPerformer { checkouts }
    }
}

#[async_trait]
impl Perform<Link> for InpostPerformer {
    async fn perform(&self, task: &Task<LinkEffect>) -> Performed {
        let Some(checkout) = self.checkouts.of_store(&task.store) else {
            return Outcome::dead("the store is not in the configuration any more");
        };
        let Ok(basket) = BasketId::parse(&task.aggregate_id) else {
            return Outcome::dead("the link's id is not a basket's");
        };
        let link = match checkout.load(&basket).await {
            Ok(loaded) => loaded.state,
            Err(error) => return Outcome::retry(error.to_string()),
        };
        let one = One {
            checkout,
            basket: &basket,
            link: &link,
            last_try: task.attempt >= task.effect.policy().max_attempts,
        };
        match &task.effect {
            LinkEffect::StartBinding {
                attempt,
                phone,
                place,
                browser,
            } => one.start_binding(*attempt, phone, place, browser).await,
            LinkEffect::StartDeepLink {
                attempt,
                place,
                browser,
            } => one.start_deep_link(*attempt, place, browser).await,
            LinkEffect::StoreBasket {
                link: Some((attempt, browser_id)),
            } => one.link_trusted(*attempt, browser_id).await,
            LinkEffect::StoreBasket { link: None } => one.store_basket().await,
            LinkEffect::Unbind => one.unbind().await,
            LinkEffect::ForgetBrowser { browser_id } => one.forget_browser(browser_id).await,
            LinkEffect::PlaceOrder { order } => one.place_order(order).await,
            LinkEffect::Adopt { looks } => one.adopt_begun(*looks).await,
            LinkEffect::Realize => one.realize().await,
            LinkEffect::TellOrder { order_id, event_id } => one.tell_order(order_id, event_id).await,
            LinkEffect::GiveUpUnpaid { order_id } => one.give_up_unpaid(order_id).await,
            LinkEffect::Refund { refund } => one.refund(refund).await,
            LinkEffect::StopConnecting { attempt } => {
                // A call may be under way, or wait for its next try.
                Outcome::Command(Command::BindingUnavailable {
                    attempt: *attempt,
                    may_have_acted: true,
                })
            }
            LinkEffect::Look { attempt, looks } => one.look(*attempt, *looks).await,
            LinkEffect::Lapse { attempt } => one.lapse(*attempt).await,
        }
    }

    fn local(&self) -> &'static [&'static str] {
        &["place_order", "stop_connecting", "give_up_unpaid"]
    }

    fn given_up(&self, task: &Task<LinkEffect>) -> Option<Command> {
        match &task.effect {
            LinkEffect::StartBinding { attempt, .. }
            | LinkEffect::StartDeepLink { attempt, .. }
            | LinkEffect::StoreBasket {
                link: Some((attempt, _)),
            } => Some(Command::BindingUnavailable {
                attempt: *attempt,
                may_have_acted: true,
            }),
            LinkEffect::Lapse { attempt } => Some(Command::TimeIsUp { attempt: *attempt }),
            LinkEffect::Look { attempt, looks } => Some(Command::LookAgain {
                attempt: *attempt,
                looks: *looks,
            }),
            LinkEffect::StoreBasket { link: None }
            | LinkEffect::Unbind
            | LinkEffect::ForgetBrowser { .. }
            | LinkEffect::PlaceOrder { .. }
            | LinkEffect::Adopt { .. }
            | LinkEffect::Realize
            | LinkEffect::TellOrder { .. }
            | LinkEffect::GiveUpUnpaid { .. }
            | LinkEffect::Refund { .. }
            | LinkEffect::StopConnecting { .. } => None,
        }
    }
}

/// One basket's link, and what is needed to do something about it.
struct One<'a> {
    checkout: &'a Checkout,
    basket: &'a BasketId,
    link: &'a Link,
    /// After this try the effect is given up.
    last_try: bool,
}

impl One<'_> {
    fn inpost_id(&self) -> inpost_pay::BasketId {
        self.basket.as_str().into()
    }

    fn still_connects(&self, attempt: Attempt) -> bool {
        self.link.attempt == attempt && matches!(self.link.stage, Stage::Connecting { .. })
    }

    fn still_waits(&self, attempt: Attempt) -> bool {
        self.link.attempt == attempt && matches!(self.link.stage, Stage::Waiting { .. })
    }

    async fn start_binding(
        &self,
        attempt: Attempt,
        phone: &PhoneNumber,
        place: &str,
        browser: &BrowserFacts,
    ) -> Performed {
        if !self.still_connects(attempt) {
            return Outcome::Done;
        }
        let number = inpost_pay::PhoneNumber::new(format!("+{}", phone.country_prefix()), phone.national());
        let browser = self.browser(browser);
        match self
            .checkout
            .inpost
            .bind_by_phone(&self.inpost_id(), number, place.into(), browser)
            .await
        {
            Ok(()) => self.accepted(attempt, None),
            Err(error) => self.not_bound(attempt, &error).await,
        }
    }

    async fn start_deep_link(&self, attempt: Attempt, place: &str, browser: &BrowserFacts) -> Performed {
        if !self.still_connects(attempt) {
            return Outcome::Done;
        }
        let browser = self.browser(browser);
        match self
            .checkout
            .inpost
            .bind_by_link(&self.inpost_id(), place.into(), browser)
            .await
        {
            Ok(links) if links.qr_code.is_empty() && links.deep_link.is_empty() => {
                Outcome::retry("InPost answered without a link into the app")
            }
            Ok(links) => self.accepted(
                attempt,
                Some(DeepLinks {
                    qr_code: links.qr_code,
                    deep_link: links.deep_link,
                    deep_link_hms: links.deep_link_hms,
                }),
            ),
            Err(error) => self.not_bound(attempt, &error).await,
        }
    }

    fn accepted(&self, attempt: Attempt, links: Option<DeepLinks>) -> Performed {
        Outcome::Command(Command::BindingAccepted {
            attempt,
            links,
            time_to_approve: self.checkout.time_to_approve,
        })
    }

    /// InPost did not begin to link.
    async fn not_bound(&self, attempt: Attempt, error: &Error) -> Performed {
        match refusal(error) {
            Some(ErrorCode::BasketIsBinded) => self.adopt(attempt).await,
            Some(code) => Outcome::Command(Command::BindingRefused {
                attempt,
                code: code.clone(),
            }),
            None => self.cannot_link(attempt, error),
        }
    }

    fn browser(&self, facts: &BrowserFacts) -> Browser {
        Browser {
            user_agent: facts.user_agent.clone().into(),
            description: facts.description.clone(),
            platform: facts.platform.clone(),
            architecture: facts.architecture.clone(),
            data_time: UtcTime(self.checkout.engine.now()),
            location: Browser::UNKNOWN_LOCATION.into(),
            customer_ip: facts.customer_ip.clone().into(),
            port: facts.port.clone(),
        }
    }

    /// InPost says that the basket is linked already: it is, if it still says so when asked how.
    async fn adopt(&self, attempt: Attempt) -> Performed {
        match self.read().await {
            Ok(command) if is_linked(&command) => Outcome::Command(command),
            Ok(_) => Outcome::Command(Command::BindingRefused {
                attempt,
                code: ErrorCode::BasketIsBinded,
            }),
            Err(error) => failed(&error),
        }
    }

    /// The basket that was begun in the app, as InPost knows it.
    async fn adopt_begun(&self, looks: u32) -> Performed {
        if !matches!(self.link.stage, Stage::Unlinked { ended: None }) {
            return Outcome::Done;
        }
        match self.read().await {
            Ok(command) if is_linked(&command) => Outcome::Command(command),
            Ok(_) => Outcome::Command(Command::NotBegunYet { looks }),
            Err(error) if error.code().is_some_and(ErrorCode::means_not_linked) => {
                Outcome::Command(Command::NotBegunYet { looks })
            }
            Err(error) => failed(&error),
        }
    }

    async fn read(&self) -> Result<Command, Error> {
        let browser = self.link.browser_id.as_deref();
        let status = self
            .checkout
            .inpost
            .binding(&self.inpost_id(), browser.map(Into::into).as_ref())
            .await?;
        Ok(binding_read(self.link.changes, status, browser))
    }

    async fn link_trusted(&self, attempt: Attempt, browser_id: &str) -> Performed {
        if !self.still_connects(attempt) {
            return Outcome::Done;
        }
        match self.put(Some(browser_id)).await {
            Ok(command) => Outcome::Command(match command {
                Command::BasketStored {
                    inpost_basket_id,
                    revision,
                    notice,
                    ..
                } => Command::BasketStored {
                    attempt: Some(attempt),
                    inpost_basket_id,
                    revision,
                    notice,
                },
                // The shop no longer has the basket.
                _ => Command::BindingRefused {
                    attempt,
                    code: ErrorCode::BasketNotFound,
                },
            }),
            Err(PutError::Shop(why)) => Outcome::retry(why),
            Err(PutError::Inpost(error)) => match refusal(&error) {
                Some(code) => Outcome::Command(Command::BindingRefused {
                    attempt,
                    code: code.clone(),
                }),
                None => self.cannot_link(attempt, &error),
            },
        }
    }

    async fn store_basket(&self) -> Performed {
        if !matches!(self.link.stage, Stage::Linked { .. }) {
            return Outcome::Done;
        }
        if self.is_sent().await {
            return Outcome::Done;
        }
        match self.put(None).await {
            Ok(command) => Outcome::Command(command),
            Err(PutError::Shop(why)) => Outcome::retry(why),
            Err(PutError::Inpost(error)) => match refusal(&error) {
                Some(ErrorCode::BasketNotFound | ErrorCode::BasketNotBound)
                    if self.link.is_just_linked(self.checkout.engine.now()) =>
                {
                    Outcome::retry("InPost has still to link the basket")
                }
                Some(code) if code.means_not_linked() => Outcome::Command(Command::BasketGone),
                Some(code) => Outcome::dead(format!("InPost refused the basket: {code}")),
                None => failed(&error),
            },
        }
    }

    /// Whether InPost has the basket and its notice as they are: an earlier effect took this change along. An ordered basket
    /// is not sent.
    async fn is_sent(&self) -> bool {
        let Ok(Some(basket)) = self.shop_basket().await else {
            return false;
        };
        let is_sent =
            self.link.sent_revision == Some(basket.revision) && self.link.sent_notice == self.link.notice;
        basket.order.is_some() || is_sent
    }

    /// Sends the basket as it is now. [`Command::BasketEnded`] if the shop no longer has it.
    ///
    /// If the app changes the basket meanwhile, its change may be answered before ours arrives, and ours would undo it
    /// in InPost's copy: then the basket is sent once more. Each copy has the notice that the link has by then: one that
    /// was taken back is not told with the basket that it was taken back for.
    async fn put(&self, browser_id: Option<&str>) -> Result<Command, PutError> {
        let Some(mut basket) = self.shop_basket().await? else {
            return Ok(Command::BasketEnded);
        };
        for _ in 0..MOST_SENDINGS {
            let notice = self.notice().await?;
            let shown = notice.clone().map(Notice::Error);
            let wire = translate::basket::basket(&basket, shown.as_ref(), &self.checkout.facts);
            let (inpost, id) = (&self.checkout.inpost, self.inpost_id());
            let stored = match self.checkout.v2 {
                // The second generation's call never links.
                Some(_) if browser_id.is_none() => inpost.put_basket_v2(&id, &wire).await,
                Some(_) | None => {
                    inpost
                        .put_basket(&id, &wire, browser_id.map(Into::into).as_ref())
                        .await
                }
            }
            .map_err(PutError::Inpost)?;
            let Some(now) = self.shop_basket().await? else {
                return Ok(Command::BasketEnded);
            };
            if now.revision == basket.revision {
                return Ok(Command::BasketStored {
                    attempt: None,
                    inpost_basket_id: stored.inpost_basket_id,
                    revision: now.revision,
                    notice,
                });
            }
            basket = now;
        }
        Err(PutError::Shop(
            "the basket kept changing while it was sent".to_owned(),
        ))
    }

    async fn notice(&self) -> Result<Option<String>, PutError> {
        let loaded = self.checkout.load(self.basket).await;
        let link = loaded.map_err(|error| PutError::Shop(error.to_string()))?;
        Ok(link.state.notice)
    }

    async fn shop_basket(&self) -> Result<Option<Basket>, PutError> {
        let found = self.checkout.shop.basket(self.basket).await;
        found.map_err(|error| PutError::Shop(error.to_string()))
    }

    /// InPost cannot be asked to link. Where it certainly has not acted, the last try says so.
    fn cannot_link(&self, attempt: Attempt, error: &Error) -> Performed {
        if self.last_try && !error.may_have_acted() {
            return Outcome::Command(Command::BindingUnavailable {
                attempt,
                may_have_acted: false,
            });
        }
        failed(error)
    }

    async fn unbind(&self) -> Performed {
        // Linked again since: unlinking now would part what has just come together.
        if !matches!(
            self.link.stage,
            Stage::Unlinked { .. } | Stage::Connecting { .. } | Stage::Waiting { .. }
        ) {
            return Outcome::Done;
        }
        match self.checkout.inpost.unlink(&self.inpost_id(), false).await {
            Ok(()) => Outcome::Command(Command::Unbound),
            Err(error) => match refusal(&error) {
                Some(code) if code.means_not_linked() => Outcome::Command(Command::Unbound),
                Some(code) => Outcome::dead(format!("InPost refused to unlink: {code}")),
                None => failed(&error),
            },
        }
    }

    async fn forget_browser(&self, browser_id: &str) -> Performed {
        match self.checkout.inpost.forget_browser(&browser_id.into()).await {
            Ok(()) => Outcome::Done,
            Err(error) => match refusal(&error) {
                Some(ErrorCode::BrowserNotFound) => Outcome::Done,
                Some(code) => Outcome::dead(format!("InPost refused to forget the browser: {code}")),
                None => failed(&error),
            },
        }
    }

    async fn place_order(&self, order: &NewOrder) -> Performed {
        match self.checkout.shop.place_order(self.basket, order).await {
            Ok(Ok(placed)) => Outcome::Command(Command::OrderPlaced {
                pay_until: self.pay_until(&placed),
                order_id: placed.id,
                payment_method: placed.request.payment_method,
            }),
            Ok(Err(refusal)) => Outcome::Command(Command::OrderRefused {
                notice: refusal_notice(&refusal),
            }),
            Err(error) => Outcome::retry(error.to_string()),
        }
    }

    async fn look(&self, attempt: Attempt, looks: u32) -> Performed {
        if !self.still_waits(attempt) {
            return Outcome::Done;
        }
        Outcome::Command(match self.read().await {
            Ok(command) if is_linked(&command) && !self.link.telling_end => command,
            Ok(_) | Err(_) => Command::LookAgain { attempt, looks },
        })
    }

    async fn lapse(&self, attempt: Attempt) -> Performed {
        if !self.still_waits(attempt) {
            return Outcome::Done;
        }
        match self.read().await {
            // While InPost has still to hear of an older try's end, that is the one it speaks of.
            Ok(command) if is_linked(&command) && !self.link.telling_end => Outcome::Command(command),
            Ok(_) => Outcome::Command(Command::TimeIsUp { attempt }),
            Err(error) if error.code().is_some_and(ErrorCode::means_not_linked) => {
                Outcome::Command(Command::TimeIsUp { attempt })
            }
            Err(error) => failed(&error),
        }
    }
}

enum PutError {
    Shop(String),
    Inpost(Error),
}

fn is_linked(command: &Command) -> bool {
    matches!(command, Command::BindingRead { linked: Some(_), .. })
}

/// InPost's code where it has decided; `None` where trying again may help.
fn refusal(error: &Error) -> Option<&ErrorCode> {
    if error.is_retryable() { None } else { error.code() }
}

fn failed(error: &Error) -> Performed {
    Outcome::retry(error.to_string())
}
