//! What a link's decisions have done outside, and how patiently.

use super::BrowserFacts;
use crate::checkout::link::Attempt;
use crate::engine::machine::{Effect, RetryPolicy};
use crate::shop::model::{NewOrder, OrderId};
use karfa_shared::phone::PhoneNumber;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum LinkEffect {
    /// Ask InPost to send the push.
    StartBinding {
        /// Which attempt.
        attempt: Attempt,
        /// To whom.
        phone: PhoneNumber,
        /// Where the button stands.
        place: String,
        /// The browser.
        browser: BrowserFacts,
    },
    /// Ask InPost for the links into the app.
    StartDeepLink {
        /// Which attempt.
        attempt: Attempt,
        /// Where the button stands.
        place: String,
        /// The browser.
        browser: BrowserFacts,
    },
    /// Send InPost the basket as it is, with the notice that it has then; with a browser id it links.
    StoreBasket {
        /// The attempt and the trusted browser, to link.
        link: Option<(Attempt, String)>,
    },
    /// Tell InPost that the basket is not linked any more.
    Unbind,
    /// Tell InPost to forget a trusted browser.
    ForgetBrowser {
        /// Which.
        browser_id: String,
    },
    /// Tell InPost that the basket was bought in the shop.
    Realize,
    /// Tell InPost how far an order is.
    TellOrder {
        /// Which.
        order_id: OrderId,
        /// Names the event: told again it has the same name.
        event_id: String,
    },
    /// Have the shop give the order up, if it has not been paid.
    GiveUpUnpaid {
        /// Which.
        order_id: OrderId,
    },
    /// Have InPost pay money back.
    Refund {
        /// The refund's id in the shop, and its key at InPost.
        refund: String,
    },
    /// Have the shop place the order.
    PlaceOrder {
        /// The order.
        order: Box<NewOrder>,
    },
    /// Give up connecting, if that is still going on.
    StopConnecting {
        /// Which attempt.
        attempt: Attempt,
    },
    /// Ask InPost whether a confirmation was lost.
    Look {
        /// Which attempt.
        attempt: Attempt,
        /// Looks so far.
        looks: u32,
    },
    /// Ask InPost under which id it has the basket that was begun in the app.
    Adopt {
        /// Looks so far.
        #[serde(default)]
        looks: u32,
    },
    /// Ask InPost one last time, then let the attempt lapse.
    Lapse {
        /// Which attempt.
        attempt: Attempt,
    },
}

impl Effect for LinkEffect {
    fn name(&self) -> &'static str {
        match self {
            LinkEffect::StartBinding { .. } => "start_binding",
            LinkEffect::StartDeepLink { .. } => "start_deep_link",
            LinkEffect::StoreBasket { .. } => "store_basket",
            LinkEffect::Unbind => "unbind",
            LinkEffect::ForgetBrowser { .. } => "forget_browser",
            LinkEffect::PlaceOrder { .. } => "place_order",
            LinkEffect::Realize => "realize",
            LinkEffect::TellOrder { .. } => "tell_order",
            LinkEffect::GiveUpUnpaid { .. } => "give_up_unpaid",
            LinkEffect::Refund { .. } => "refund",
            LinkEffect::StopConnecting { .. } => "stop_connecting",
            LinkEffect::Look { .. } => "look",
            LinkEffect::Adopt { .. } => "adopt",
            LinkEffect::Lapse { .. } => "lapse",
        }
    }

    fn policy(&self) -> RetryPolicy {
        // Someone looks at a busy button: few tries, soon over.
        let shopper_waits = RetryPolicy {
            max_attempts: 3,
            base: Duration::from_millis(400),
            cap: Duration::from_secs(2),
            timeout: Duration::from_secs(15),
        };
        // Nobody waits, and InPost has to hear of it in the end: patient for about a day.
        let must_arrive = RetryPolicy {
            max_attempts: 60,
            base: Duration::from_secs(1),
            cap: Duration::from_mins(30),
            timeout: Duration::from_secs(20),
        };
        match self {
            LinkEffect::StartBinding { .. }
            | LinkEffect::StartDeepLink { .. }
            | LinkEffect::StoreBasket { link: Some(_), .. }
            | LinkEffect::Look { .. }
            | LinkEffect::Lapse { .. } => shopper_waits,
            LinkEffect::StoreBasket { link: None, .. }
            | LinkEffect::Unbind
            | LinkEffect::ForgetBrowser { .. }
            | LinkEffect::PlaceOrder { .. }
            | LinkEffect::Adopt { .. }
            | LinkEffect::Realize
            | LinkEffect::TellOrder { .. }
            | LinkEffect::GiveUpUnpaid { .. }
            | LinkEffect::Refund { .. }
            | LinkEffect::StopConnecting { .. } => must_arrive,
        }
    }
}
