//! The basket link: how one basket of the shop and the shopper's wallet app come together, and part.
//!
//! Pure. Every pair of state and command is decided here, and the table in `machine/table.rs` lists them all.
//!
//! ```text
//! Unlinked ──StartPhone──► Connecting ──BindingAccepted──► Waiting ──Confirmed──► Linked ──PlaceOrder──► Ordering ──► Ordered
//!    ▲  └───StartTrusted──► Connecting ────────────BasketStored────────────────────► │                      │
//!    └───────── refused, rejected, expired, cancelled, unlinked, deleted in the app ─┘ ◄───OrderRefused─────┘
//! ```

use super::link::{Asked, Attempt, Awaited, Client, DeepLinks, Link, Stage};
use crate::engine::machine::{Decision, Machine};
use crate::shop::model::{NewOrder, OrderId};
use inpost_pay::InpostBasketId;
use inpost_pay::wire::error::ErrorCode;
use jiff::{SignedDuration, Timestamp};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::widget::Ended;
use serde::{Deserialize, Serialize};

/// What is to be done outside.
mod effect;
/// Decisions about linking and unlinking.
mod linking;
/// Decisions about orders.
mod ordering;
/// What holds of every link, rule by rule.
#[cfg(test)]
mod rules;
/// Every state's answer to every command.
#[cfg(test)]
mod table;

pub use effect::LinkEffect;

/// How long InPost may take to accept or refuse a phone number before the page is told that it cannot be reached.
pub const CONNECTING_TIME: SignedDuration = SignedDuration::from_secs(60);
/// The first look, while waiting, whether a confirmation was lost; each later one waits twice as long.
pub const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(20);
/// The longest pause between two looks.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(160);

/// How long after a basket was begun in the app InPost is asked for its id of it.
pub const ADOPT_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// How often it is asked in all; each pause is twice as long as the one before, so that this is about two minutes.
pub const MOST_ADOPTING_LOOKS: u32 = 6;

/// What the browser needs to tell InPost of itself when linking.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserFacts {
    /// `navigator.userAgent`.
    pub user_agent: String,
    /// The browser's name.
    pub description: String,
    /// The operating system.
    pub platform: String,
    /// `navigator.appVersion`.
    pub architecture: String,
    /// Address that the request came from. Personal data.
    pub customer_ip: String,
    /// Port that it came from.
    pub port: String,
}

impl std::fmt::Debug for BrowserFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserFacts(..)")
    }
}

/// What may be asked of a basket's link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The shopper typed a number.
    StartPhone {
        /// The number.
        phone: PhoneNumber,
        /// Where the button stands.
        place: String,
        /// The browser.
        browser: BrowserFacts,
    },
    /// The shopper wants to scan a code, or to go on in the app of this very phone.
    StartDeepLink {
        /// Where the button stands.
        place: String,
        /// The browser.
        browser: BrowserFacts,
    },
    /// The shopper clicked in a browser that InPost trusts.
    StartTrusted {
        /// InPost's id of the browser.
        browser_id: String,
    },
    /// InPost accepted the number and sent the push, or gave the links into the app.
    BindingAccepted {
        /// Which attempt.
        attempt: Attempt,
        /// The links, if it was asked for them.
        links: Option<DeepLinks>,
        /// How long the shopper has to approve.
        time_to_approve: SignedDuration,
    },
    /// InPost refused to link.
    BindingRefused {
        /// Which attempt.
        attempt: Attempt,
        /// Its code.
        code: ErrorCode,
    },
    /// InPost could not be reached, or took too long.
    BindingUnavailable {
        /// Which attempt.
        attempt: Attempt,
        /// InPost may have acted all the same: a push may be out, or the basket linked.
        may_have_acted: bool,
    },
    /// InPost reports that the shopper approved.
    Confirmed {
        /// InPost's id of the basket.
        inpost_basket_id: InpostBasketId,
        /// Who approved, where InPost says so.
        phone: Option<PhoneNumber>,
        /// What the page may show of the shopper.
        client: Client,
        /// The browser's id, when the shopper trusts it.
        browser_id: Option<String>,
        /// The vendor's own widget asks by itself (protocol v2): the answer needs no question of ours.
        unasked: bool,
    },
    /// InPost reports that the shopper refused.
    Rejected {
        /// Who refused, where InPost says so.
        phone: Option<PhoneNumber>,
    },
    /// What InPost says of the link when asked.
    BindingRead {
        /// [`Link::changes`] when the question was sent: an answer to an older state counts for nothing.
        as_of: u64,
        /// InPost's id of the basket if it is linked.
        linked: Option<InpostBasketId>,
        /// The browser that InPost trusts, if it was asked about one and trusts it.
        trusted_browser: Option<String>,
        /// What the page may show of the shopper.
        client: Client,
    },
    /// Time to look whether a confirmation was lost, and it was not.
    LookAgain {
        /// Which attempt.
        attempt: Attempt,
        /// Looks so far.
        looks: u32,
    },
    /// The time to approve is over.
    TimeIsUp {
        /// Which attempt.
        attempt: Attempt,
    },
    /// The shopper stopped waiting.
    Cancel,
    /// The shopper unlinks the basket on the page.
    Unlink {
        /// InPost's id of the browser, from its cookie, to be forgotten too.
        browser_id: Option<String>,
    },
    /// InPost has carried out our unlinking, or knows of no link.
    Unbound,
    /// The shopper deleted the basket in the app.
    DeletedInApp,
    /// The shopper began the basket in the app, or put something into it there that it offers by itself.
    BegunInApp,
    /// InPost does not have the basket linked that was begun in the app.
    NotBegunYet {
        /// Looks before this one.
        looks: u32,
    },
    /// The basket has changed in the shop.
    BasketChanged {
        /// Its revision now.
        revision: i64,
        /// InPost is to be told; not of changes that came from the app.
        tell: bool,
    },
    /// InPost has taken our copy of the basket.
    BasketStored {
        /// The attempt it was sent for, when it was to link a trusted browser.
        attempt: Option<Attempt>,
        /// InPost's id of the basket.
        inpost_basket_id: InpostBasketId,
        /// The revision that it has now.
        revision: i64,
        /// The notice that it was sent with.
        notice: Option<String>,
    },
    /// InPost no longer knows the basket or its link.
    BasketGone,
    /// The shop no longer has the basket: it has expired, or has become part of another one.
    BasketEnded,
    /// The shopper orders in the app.
    PlaceOrder {
        /// The order.
        order: Box<NewOrder>,
    },
    /// The shop has placed the order.
    OrderPlaced {
        /// Its id.
        order_id: OrderId,
        /// How it is paid.
        payment_method: String,
        /// Until when it has to be paid, if it is not.
        pay_until: Option<Timestamp>,
    },
    /// The basket was bought on the shop's own pages.
    BoughtInShop,
    /// The shop has done something with the order that the app is to show.
    OrderUpdated {
        /// Its id.
        order_id: OrderId,
        /// The place in the shop's feed of orders, which names the event.
        position: i64,
    },
    /// The shop wants to pay money of the order back.
    RefundRequested {
        /// The refund's id.
        refund: String,
    },
    /// The shop has refused the order, or could not even read it.
    OrderRefused {
        /// Why, for the shopper.
        notice: String,
    },
}

/// What has happened. Holds at most what the page itself shows of the shopper, never a whole number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A try to link began.
    Connecting {
        /// Which attempt.
        attempt: Attempt,
        /// Whom it asks.
        asked: Asked,
        /// What the page may show while it waits.
        client: Client,
        /// InPost's id of the trusted browser.
        browser_id: Option<String>,
        /// InPost has still to hear of the end of what was before.
        telling: bool,
    },
    /// InPost has sent the push, or given the links.
    Waiting {
        /// Which attempt.
        attempt: Attempt,
        /// Whose approval is awaited.
        awaited: Awaited,
        /// Until when the shopper may approve.
        expires: Timestamp,
    },
    /// The basket is linked.
    Linked {
        /// InPost's id of the basket.
        inpost_basket_id: InpostBasketId,
        /// What the page may show of the shopper.
        client: Client,
        /// The trusted browser.
        browser_id: Option<String>,
        /// When.
        #[serde(default)]
        at: Option<Timestamp>,
    },
    /// A try to link, or the link, has ended.
    Ended {
        /// Why.
        why: Ended,
        /// InPost's code when it refused.
        code: Option<ErrorCode>,
        /// InPost is being told: until it has heard, what it says of the link is old.
        telling: bool,
    },
    /// InPost has heard of the end.
    Unbound,
    /// InPost trusts this browser, or no longer does.
    BrowserKnown {
        /// The trusted browser.
        browser_id: Option<String>,
        /// What the page may show of the shopper.
        client: Client,
    },
    /// The basket changed.
    BasketChanged {
        /// Its revision now.
        revision: i64,
    },
    /// InPost has the basket of this revision.
    BasketSent {
        /// The revision.
        revision: i64,
        /// The notice that came with it.
        #[serde(default)]
        notice: Option<String>,
    },
    /// An order is being placed.
    Ordering {
        /// How it is to be paid.
        payment_method: String,
    },
    /// The order is placed.
    Ordered {
        /// Its id.
        order_id: OrderId,
        /// How it is paid.
        payment_method: String,
    },
    /// The order was refused; the basket stays linked.
    OrderRefused {
        /// Why, for the shopper.
        notice: String,
    },
    /// The basket was bought on the shop's own pages.
    BoughtInShop,
}

/// Why a command is not for this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only a linked basket can be ordered; a confirmation is only for a basket that waits for one.
    #[error("the basket is not linked")]
    NotLinked,
    /// Another number than the one that was asked has answered, or it was an older try that was answered.
    #[error("another number was asked, or the same in an older try")]
    OtherNumber,
    /// The basket is linked under another of InPost's ids.
    #[error("the basket is linked already")]
    LinkedOtherwise,
    /// The basket has an order, or is about to: it cannot change any more.
    #[error("the basket has an order")]
    HasOrder,
    /// The order is repeated with another payment method.
    #[error("the basket was ordered with another payment method")]
    OrderedOtherwise,
}

type Decided = Result<Decision<Link>, Refusal>;

impl Machine for Link {
    const KIND: &'static str = "link";
    type Command = Command;
    type Event = Event;
    type Effect = LinkEffect;
    type Refusal = Refusal;

    fn decide(&self, command: &Command, now: Timestamp) -> Decided {
        match command {
            Command::StartPhone {
                phone,
                place,
                browser,
            } => self.start_phone(phone, place, browser, now),
            Command::StartDeepLink { place, browser } => self.start_deep_link(place, browser, now),
            Command::StartTrusted { browser_id } => self.start_trusted(browser_id, now),
            Command::BindingAccepted {
                attempt,
                links,
                time_to_approve,
            } => Ok(self.binding_accepted(*attempt, links.as_ref(), *time_to_approve, now)),
            Command::BindingRefused { attempt, code } => Ok(self.binding_refused(*attempt, code)),
            Command::BindingUnavailable {
                attempt,
                may_have_acted,
            } => Ok(self.binding_unavailable(*attempt, *may_have_acted)),
            Command::Confirmed {
                inpost_basket_id,
                phone,
                client,
                browser_id,
                unasked,
            } => {
                let linked = || Event::Linked {
                    inpost_basket_id: inpost_basket_id.clone(),
                    client: client.clone(),
                    browser_id: browser_id.clone(),
                    at: Some(now),
                };
                self.confirmed(inpost_basket_id, phone.as_ref(), *unasked, linked)
            }
            Command::Rejected { phone } => Ok(self.rejected(phone.as_ref())),
            Command::BindingRead {
                as_of,
                linked,
                trusted_browser,
                client,
            } => Ok(self.binding_read(*as_of, linked.as_ref(), trusted_browser.as_ref(), client, now)),
            Command::LookAgain { attempt, looks } => Ok(self.look_again(*attempt, *looks, now)),
            Command::TimeIsUp { attempt } => Ok(self.time_is_up(*attempt)),
            Command::Cancel => self.cancel(),
            Command::Unlink { browser_id } => self.unlink(browser_id.as_ref()),
            Command::Unbound => Ok(self.unbound()),
            Command::DeletedInApp | Command::BasketGone => Ok(self.gone()),
            Command::BasketEnded => Ok(self.basket_ended()),
            Command::BegunInApp => Ok(self.begun_in_app(now)),
            Command::NotBegunYet { looks } => Ok(self.not_begun_yet(*looks, now)),
            Command::BasketChanged { revision, tell } => Ok(self.basket_changed(*revision, *tell)),
            Command::BasketStored {
                attempt,
                inpost_basket_id,
                revision,
                notice,
            } => Ok(self.basket_stored(*attempt, inpost_basket_id, *revision, notice.as_ref(), now)),
            Command::PlaceOrder { order } => self.place_order(order),
            Command::OrderPlaced {
                order_id,
                payment_method,
                pay_until,
            } => Ok(self.order_placed(order_id, payment_method, *pay_until)),
            Command::BoughtInShop => Ok(self.bought_in_shop()),
            Command::OrderUpdated { order_id, position } => Ok(self.order_updated(order_id, *position)),
            Command::RefundRequested { refund } => Ok(self.refund_requested(refund)),
            Command::OrderRefused { notice } => Ok(self.order_refused(notice)),
        }
    }

    fn apply(&mut self, event: &Event) {
        // The basket changes beside the link: what InPost says of the link meanwhile is not older for it.
        if !matches!(event, Event::BasketChanged { .. } | Event::BasketSent { .. }) {
            self.changes += 1;
        }
        match event {
            Event::Connecting {
                attempt,
                asked,
                client,
                browser_id,
                telling,
            } => {
                self.attempt = *attempt;
                self.telling_end = *telling;
                self.client = client.clone();
                self.browser_id.clone_from(browser_id);
                self.stage = Stage::Connecting { asked: asked.clone() };
            }
            Event::Waiting { awaited, expires, .. } => {
                self.stage = Stage::Waiting {
                    awaited: awaited.clone(),
                    expires: *expires,
                };
            }
            Event::Linked {
                inpost_basket_id,
                client,
                browser_id,
                at,
            } => {
                self.client = client.clone();
                self.browser_id.clone_from(browser_id);
                self.telling_end = false;
                self.sent_revision = None;
                self.sent_notice = None;
                self.linked_at = *at;
                self.stage = Stage::Linked {
                    inpost_basket_id: inpost_basket_id.clone(),
                };
            }
            Event::Ended { why, code, telling } => {
                if !self.keeps_trust_after(*why) {
                    self.client = Client::default();
                    self.browser_id = None;
                }
                self.telling_end = *telling;
                self.notice = None;
                self.was_deleted |= *why == Ended::DeletedInApp;
                self.stage = Stage::Unlinked {
                    ended: Some((*why, code.clone())),
                };
            }
            Event::Unbound => self.telling_end = false,
            Event::BrowserKnown { browser_id, client } => {
                self.browser_id.clone_from(browser_id);
                self.client = client.clone();
            }
            Event::BasketChanged { revision } => {
                self.revision = *revision;
                // It was about the basket as it was. Until then InPost, which may read at any time, is told the same.
                self.notice = None;
            }
            Event::BasketSent { revision, notice } => {
                self.sent_revision = Some(*revision);
                self.sent_notice.clone_from(notice);
            }
            Event::Ordering { payment_method } => {
                if let Stage::Linked { inpost_basket_id } = &self.stage {
                    self.notice = None;
                    self.stage = Stage::Ordering {
                        inpost_basket_id: inpost_basket_id.clone(),
                        payment_method: payment_method.clone(),
                    };
                }
            }
            Event::Ordered {
                order_id,
                payment_method,
            } => {
                self.stage = Stage::Ordered {
                    order_id: order_id.clone(),
                    payment_method: payment_method.clone(),
                };
            }
            Event::BoughtInShop => {
                self.notice = None;
                self.telling_end = false;
                self.client = Client::default();
                self.stage = Stage::Bought;
            }
            Event::OrderRefused { notice } => {
                self.notice = Some(notice.clone());
                if let Stage::Ordering { inpost_basket_id, .. } = &self.stage {
                    self.stage = Stage::Linked {
                        inpost_basket_id: inpost_basket_id.clone(),
                    };
                }
            }
        }
    }
}
