//! What the way through the screens is made of: where the link stands, what may go wrong, the screens, the states, what
//! happens and what is to be done. How one leads to the other is the parent's affair.

use karfa_shared::widget::{Ended, LinkStatus, LinkView};

/// Where the basket's link stands, as far as the screens care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not linked.
    Unlinked,
    /// Not linked, but the provider trusts this browser: linking needs no dialog.
    Trusted,
    /// The shopper is to approve in the app.
    Waiting,
    /// The shopper is to scan a code or open the app by a link, and to approve there.
    Scanning,
    /// The basket is in the app.
    Linked,
    /// An order was placed for it.
    Ordered,
}

impl Link {
    /// Reads the backend's view.
    pub fn of(view: &LinkView) -> Self {
        match view.status {
            LinkStatus::Unlinked if view.browser_trusted => Link::Trusted,
            LinkStatus::Unlinked => Link::Unlinked,
            LinkStatus::Waiting if view.links.is_some() => Link::Scanning,
            LinkStatus::Connecting | LinkStatus::Waiting => Link::Waiting,
            LinkStatus::Linked => Link::Linked,
            LinkStatus::Ordered => Link::Ordered,
        }
    }

    /// Whether the shopper is to do something in the app.
    pub fn is_pending(self) -> bool {
        matches!(self, Link::Waiting | Link::Scanning)
    }
}

/// Why the provider refused to link, by its error code (InPost contract, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `PHONE_BINDING_METHOD_UNAVAILABLE`: too many requests, or the number is not one of InPost Pay's.
    Phone,
    /// `BASKET_EXPIRED`.
    BasketExpired,
    /// `BASKET_NOT_FOUND`, `BASKET_NOT_BOUND`, `BROWSER_NOT_FOUND`: the provider has forgotten, a new try is a new start.
    Forgotten,
    /// `MERCHANT_DISABLE`: the shop may not use InPost Pay at present.
    Merchant,
    /// `BASKET_IS_BINDED`: it is linked already.
    AlreadyLinked,
    /// A code that says nothing to a shopper.
    Other,
}

impl Refusal {
    /// Sorts an error code.
    pub fn of(code: &str) -> Self {
        match code {
            "PHONE_BINDING_METHOD_UNAVAILABLE" => Refusal::Phone,
            "BASKET_EXPIRED" => Refusal::BasketExpired,
            "BASKET_NOT_FOUND" | "BASKET_NOT_BOUND" | "BROWSER_NOT_FOUND" => Refusal::Forgotten,
            "MERCHANT_DISABLE" | "UNAUTHORIZED" | "FORBIDDEN" => Refusal::Merchant,
            "BASKET_IS_BINDED" => Refusal::AlreadyLinked,
            _ => Refusal::Other,
        }
    }
}

/// What ended a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The provider refused.
    Refused(Refusal),
    /// The shopper refused in the app.
    Rejected,
    /// Nobody answered in the app in time.
    Expired,
    /// The shopper stopped waiting.
    Cancelled,
    /// The basket was deleted in the app.
    Deleted,
    /// The provider or the shop's backend does not answer as it should.
    Unavailable,
    /// Too many requests: the backend asks for a pause.
    TooOften,
    /// An order was placed for the basket meanwhile: the next one is a new one.
    Ordered,
    /// The browser reaches nobody.
    Offline,
}

impl Failure {
    /// What ended the last try or link, by the backend's view. `None` while nothing has, or where the shopper
    /// wanted it so.
    pub fn of(view: &LinkView) -> Option<Self> {
        Some(match view.ended? {
            Ended::Unlinked | Ended::BoughtInShop => return None,
            Ended::Cancelled => Failure::Cancelled,
            Ended::Rejected => Failure::Rejected,
            Ended::Expired => Failure::Expired,
            Ended::Refused => Failure::Refused(Refusal::of(view.error_code.as_deref().unwrap_or_default())),
            Ended::Unavailable => Failure::Unavailable,
            Ended::DeletedInApp => Failure::Deleted,
        })
    }

    /// Whether a new try begins with the number, which is kept as it was typed. Otherwise it begins with asking
    /// the backend where we stand.
    pub(super) fn back_to_phone(self) -> bool {
        matches!(
            self,
            Failure::Refused(Refusal::Phone | Refusal::Other)
                | Failure::Rejected
                | Failure::Expired
                | Failure::Cancelled
        )
    }
}

/// Why a product or a basket cannot be linked. The backend's own words ([`karfa_shared::widget::CannotBeBound`], and the codes
/// of its problems), and what only the adding of a product brings to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The shop does not sell it.
    UnknownProduct,
    /// None left.
    OutOfStock,
    /// A size, colour or the like is not chosen.
    OptionsMissing,
    /// Nothing is in the basket.
    EmptyBasket,
    /// The provider does not settle in the basket's currency.
    Currency,
    /// The basket has as many pieces as the shop sells at once.
    TooMany,
}

impl Obstacle {
    /// Reads the backend's word.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "unknown_product" => Obstacle::UnknownProduct,
            "out_of_stock" => Obstacle::OutOfStock,
            "options_missing" => Obstacle::OptionsMissing,
            "empty_basket" => Obstacle::EmptyBasket,
            "currency" => Obstacle::Currency,
            "too_many" => Obstacle::TooMany,
            _ => return None,
        })
    }
}

/// What the dialog shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// On a phone: open the app, or enter a number.
    App,
    /// The phone number.
    Phone,
    /// "Approve in the app."
    Waiting,
    /// The code to scan; on a phone, the way into the app once more.
    Code,
    /// What went wrong, and what to do now.
    Failed(Failure),
    /// This product or basket cannot be linked, and why, where it is known.
    Blocked(Option<Obstacle>),
    /// The moment after linking.
    JustLinked,
    /// The linked panel.
    Panel,
    /// "Really another number?"
    Confirm,
    /// The order is done.
    Thanks,
}

/// Where we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No dialog, nothing under way.
    Closed,
    /// Clicked: may it be linked, and where does it stand?
    Asking {
        /// Whether the button clicked adds a product.
        product: bool,
    },
    /// The product is being added.
    Adding,
    /// A trusted browser is being linked.
    Trusting,
    /// The number is with the backend.
    Sending,
    /// The code is being fetched.
    Fetching {
        /// Whether this is the phone that the app is on, and it is to be opened.
        here: bool,
    },
    /// The shopper no longer wants to wait.
    Cancelling {
        /// Whether a number is to be entered in place of the code.
        number: bool,
    },
    /// The basket is being unlinked.
    Unlinking,
    /// The link into the app is being fetched.
    Opening,
    /// The shopper has the word.
    Open(Screen),
}

impl State {
    /// Whether something is under way that the shopper waits for.
    pub fn is_busy(self) -> bool {
        !matches!(self, State::Closed | State::Open(_))
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A button was clicked.
    Click {
        /// Whether it has a product to add.
        product: bool,
    },
    /// The basket may be linked.
    Allowed {
        /// Whether this is a phone.
        on_phone: bool,
    },
    /// It may not.
    Denied(Option<Obstacle>),
    /// The product is in the basket.
    Added {
        /// Whether this is a phone.
        on_phone: bool,
    },
    /// The phone form was sent, with a valid number.
    Submit,
    /// The backend took the request; the link says what came of it.
    Accepted,
    /// The backend did not like the number.
    BadNumber,
    /// What was under way did not succeed.
    Failed(Failure),
    /// The link has changed, and why if it ended.
    News(Option<Failure>),
    /// Close button, Escape, a click beside the dialog.
    Close,
    /// "Do it with a QR code"; on a phone "Open the app".
    ByCode {
        /// Whether the app is on this phone.
        here: bool,
    },
    /// "Enter a phone number".
    ByNumber,
    /// "Open the app" while its link is there.
    OpenLink,
    /// "Cancel" while waiting.
    Cancel,
    /// "Try again", "Another number".
    Retry {
        /// Whether the click that began this still has a product to add.
        product: bool,
    },
    /// "Connect these purchases with another account".
    OtherAccount,
    /// "Go back" where other account was asked for.
    KeepAccount,
    /// "Connect with another phone number".
    Confirm,
    /// The basket is unlinked.
    Unbound,
    /// "Open the app".
    OpenApp,
    /// "Go on" on the thanks screen.
    Leave,
    /// A screen that leaves by itself has been read.
    Read,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `iziCanBeBound`.
    Ask,
    /// `iziAddToCart`, once per click; while not linked, once per product.
    Add,
    /// `iziGetPayData` without a number: links a trusted browser.
    Trust,
    /// `iziGetPayData` with the number.
    Send,
    /// `iziGetPayData` without a number, for the code and the links.
    Fetch,
    /// Go where the link into the app leads.
    OpenLink,
    /// Tell the backend that nobody waits.
    Cancel,
    /// `iziBindingDelete`.
    Unbind,
    /// `iziMobileLink`, and go there.
    OpenApp,
    /// Say that the product was added.
    TellAdded,
    /// Go where the order's answer says, or load the page again.
    Leave,
}

/// One step of the way: the state after it, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The new state.
    pub state: State,
    /// To be performed in the new state. At most one thing at a time.
    pub effect: Option<Effect>,
}
