//! The way through the screens, as one pure function: where we are and what happened in, where we go and what is to
//! be done out. No browser, no clock, no request: those perform the [`Effect`]s and report back with [`Event`]s.

use karfa_shared::widget::{CannotBeBound, Ended, LinkStatus, LinkView};

/// Where the basket's link stands, as far as the screens care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not linked.
    Unlinked,
    /// Not linked, but the provider trusts this browser: linking needs no dialog.
    Trusted,
    /// The shopper is to approve in the app.
    Waiting,
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
            LinkStatus::Connecting | LinkStatus::Waiting => Link::Waiting,
            LinkStatus::Linked => Link::Linked,
            LinkStatus::Ordered => Link::Ordered,
        }
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
    /// The browser reaches nobody.
    Offline,
}

impl Failure {
    /// What ended the last try or link, by the backend's view. `None` while nothing has, or where the shopper
    /// wanted it so.
    pub fn of(view: &LinkView) -> Option<Self> {
        Some(match view.ended? {
            Ended::Unlinked => return None,
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
    fn back_to_phone(self) -> bool {
        matches!(
            self,
            Failure::Refused(Refusal::Phone | Refusal::Other)
                | Failure::Rejected
                | Failure::Expired
                | Failure::Cancelled
        )
    }
}

/// What the dialog shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The phone number.
    Phone,
    /// "Approve in the app."
    Waiting,
    /// What went wrong, and what to do now.
    Failed(Failure),
    /// This product or basket cannot be linked, and why, where it is known.
    Blocked(Option<CannotBeBound>),
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
    /// The shopper no longer wants to wait.
    Cancelling,
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
    Allowed,
    /// It may not.
    Denied(Option<CannotBeBound>),
    /// The product is in the basket.
    Added,
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

const fn go(state: State) -> Step {
    Step { state, effect: None }
}

const fn show(screen: Screen) -> Step {
    go(State::Open(screen))
}

const fn act(state: State, effect: Effect) -> Step {
    Step {
        state,
        effect: Some(effect),
    }
}

/// Decides one step. `link` is the newest that is known, the event's own news included.
///
/// An event that means nothing in a state leaves it as it is: an answer that comes late, a second click.
pub fn step(state: State, link: Link, event: Event) -> Step {
    match (state, event) {
        (State::Closed, Event::Click { product }) => match link {
            Link::Waiting => show(Screen::Waiting),
            _ => act(State::Asking { product }, Effect::Ask),
        },

        (State::Asking { product }, Event::Allowed) => allowed(product, link),
        (State::Asking { .. } | State::Adding, Event::Denied(reason)) => show(Screen::Blocked(reason)),
        (State::Adding, Event::Added) => match link {
            Link::Linked => act(State::Closed, Effect::TellAdded),
            _ => begin(link),
        },

        (State::Trusting, Event::Accepted) => go(State::Closed),
        (State::Trusting, Event::News(_)) if link == Link::Linked => go(State::Closed),
        // The trust is gone; a number does it as well.
        (State::Trusting, Event::BadNumber | Event::Failed(Failure::Refused(Refusal::Forgotten))) => {
            show(Screen::Phone)
        }

        (State::Open(Screen::Phone), Event::Submit) => act(State::Sending, Effect::Send),
        (State::Sending, Event::Accepted) => show(after_sending(link)),
        (State::Sending, Event::BadNumber) => show(Screen::Phone),
        (State::Sending, Event::News(_)) if matches!(link, Link::Linked) => show(Screen::JustLinked),

        (State::Open(Screen::Waiting), Event::Cancel) => act(State::Cancelling, Effect::Cancel),
        (State::Cancelling, Event::Accepted) => show(match link {
            Link::Linked => Screen::JustLinked,
            _ => Screen::Failed(Failure::Cancelled),
        }),

        (State::Open(Screen::Failed(failure)), Event::Retry { .. }) if failure.back_to_phone() => {
            show(Screen::Phone)
        }
        (State::Open(Screen::Failed(_)), Event::Retry { product }) => {
            act(State::Asking { product }, Effect::Ask)
        }

        (State::Open(Screen::Panel), Event::OtherAccount) => show(Screen::Confirm),
        (State::Open(Screen::Panel), Event::OpenApp) => act(State::Opening, Effect::OpenApp),
        (State::Opening, Event::Accepted) => show(Screen::Panel),
        (State::Open(Screen::Confirm), Event::KeepAccount) => show(Screen::Panel),
        (State::Open(Screen::Confirm), Event::Confirm) => act(State::Unlinking, Effect::Unbind),
        (State::Unlinking, Event::Unbound) => show(Screen::Phone),

        (State::Open(Screen::JustLinked), Event::Read) => go(State::Closed),
        (State::Open(Screen::Thanks), Event::Read | Event::Leave) => act(state, Effect::Leave),

        (_, Event::Failed(failure)) if state.is_busy() => show(Screen::Failed(failure)),
        // What changes the link is seen to its end; of the rest, nobody waits for the answer any more.
        (State::Cancelling | State::Unlinking, Event::Close) => go(state),
        (_, Event::Close) => go(State::Closed),
        (_, Event::News(ended)) => news(state, link, ended),
        _ => go(state),
    }
}

/// After "it may be linked": the product first, where there is one.
fn allowed(product: bool, link: Link) -> Step {
    match link {
        Link::Linked | Link::Unlinked | Link::Trusted | Link::Ordered if product => {
            act(State::Adding, Effect::Add)
        }
        _ => begin(link),
    }
}

/// With everything in the basket that belongs there: how to link it.
fn begin(link: Link) -> Step {
    match link {
        Link::Trusted => act(State::Trusting, Effect::Trust),
        Link::Unlinked | Link::Ordered => show(Screen::Phone),
        Link::Waiting => show(Screen::Waiting),
        Link::Linked => show(Screen::Panel),
    }
}

fn after_sending(link: Link) -> Screen {
    match link {
        Link::Linked => Screen::JustLinked,
        _ => Screen::Waiting,
    }
}

/// The link changed by itself: in the app, in another tab, by time.
fn news(state: State, link: Link, ended: Option<Failure>) -> Step {
    match (link, state) {
        (Link::Ordered, _) => show(Screen::Thanks),
        (
            Link::Linked,
            State::Open(Screen::Phone | Screen::Waiting | Screen::Failed(_)) | State::Cancelling,
        ) => show(Screen::JustLinked),
        (Link::Waiting, State::Open(Screen::Phone)) => show(Screen::Waiting),
        (Link::Unlinked | Link::Trusted, State::Open(Screen::Waiting)) => {
            show(Screen::Failed(ended.unwrap_or(Failure::Cancelled)))
        }
        (
            Link::Unlinked | Link::Trusted,
            State::Open(Screen::Panel | Screen::Confirm | Screen::JustLinked),
        ) => match ended {
            Some(failure) => show(Screen::Failed(failure)),
            None => go(State::Closed),
        },
        _ => go(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: [Link; 5] = [
        Link::Unlinked,
        Link::Trusted,
        Link::Waiting,
        Link::Linked,
        Link::Ordered,
    ];

    fn failures() -> Vec<Failure> {
        use Failure::*;
        let refusals = [
            Refusal::Phone,
            Refusal::BasketExpired,
            Refusal::Forgotten,
            Refusal::Merchant,
            Refusal::AlreadyLinked,
            Refusal::Other,
        ];
        let mut all = vec![
            Rejected,
            Expired,
            Cancelled,
            Deleted,
            Unavailable,
            TooOften,
            Offline,
        ];
        all.extend(refusals.map(Refused));
        all
    }

    fn screens() -> Vec<Screen> {
        use Screen::*;
        let mut all = vec![Phone, Waiting, Blocked(None), JustLinked, Panel, Confirm, Thanks];
        all.push(Blocked(Some(CannotBeBound::OutOfStock)));
        all.extend(failures().into_iter().map(Failed));
        all
    }

    fn states() -> Vec<State> {
        use State::*;
        let mut all = vec![Closed, Asking { product: true }, Asking { product: false }];
        all.extend([Adding, Trusting, Sending, Cancelling, Unlinking, Opening]);
        all.extend(screens().into_iter().map(Open));
        all
    }

    fn events() -> Vec<Event> {
        use Event::*;
        let mut all = vec![
            Click { product: true },
            Click { product: false },
            Allowed,
            Denied(None),
            Added,
            Submit,
        ];
        all.extend([
            Accepted,
            BadNumber,
            News(None),
            Close,
            Cancel,
            Retry { product: true },
            Retry { product: false },
        ]);
        all.extend([OtherAccount, KeepAccount, Confirm, Unbound, OpenApp, Leave, Read]);
        all.extend(failures().into_iter().map(Failed));
        all.extend(failures().into_iter().map(|failure| News(Some(failure))));
        all
    }

    /// Every state with every link and every event.
    fn all(mut check: impl FnMut(State, Link, Event, Step)) {
        for state in states() {
            for link in LINKS {
                for event in events() {
                    check(state, link, event, step(state, link, event));
                }
            }
        }
    }

    fn pass(start: State, steps: &[(Link, Event, State, Option<Effect>)]) {
        let mut state = start;
        for (link, event, expected, effect) in steps {
            let taken = step(state, *link, *event);
            assert_eq!(
                (taken.state, taken.effect),
                (*expected, *effect),
                "{state:?} {link:?} {event:?}"
            );
            state = taken.state;
        }
    }

    #[test]
    fn what_is_begun_is_waited_for() {
        all(|state, link, event, step| match step.effect {
            None | Some(Effect::TellAdded | Effect::Leave) => {}
            Some(effect) => assert!(step.state.is_busy(), "{state:?} {link:?} {event:?}: {effect:?}"),
        });
    }

    #[test]
    fn while_something_is_under_way_nothing_that_is_pressed_begins_it_again() {
        use Event::*;
        all(|state, link, event, step| {
            let pressed = matches!(
                event,
                Click { .. }
                    | Submit
                    | Cancel
                    | Retry { .. }
                    | OtherAccount
                    | KeepAccount
                    | Confirm
                    | OpenApp
                    | Leave
            );
            if state.is_busy() && pressed {
                assert_eq!((step.state, step.effect), (state, None), "{link:?} {event:?}");
            }
        });
    }

    #[test]
    fn no_failure_leaves_the_shopper_waiting() {
        all(|state, link, event, step| {
            if state.is_busy() && matches!(event, Event::Failed(_)) {
                assert!(
                    matches!(step.state, State::Open(_)),
                    "{state:?} {link:?} {event:?}"
                );
            }
        });
    }

    #[test]
    fn closing_closes_but_sees_a_change_of_the_link_to_its_end() {
        all(|state, _, event, step| {
            if event == Event::Close {
                let expected = match state {
                    State::Cancelling | State::Unlinking => state,
                    _ => State::Closed,
                };
                assert_eq!(step, go(expected));
            }
        });
    }

    #[test]
    fn an_order_is_thanked_for_wherever_the_shopper_is() {
        all(|_, link, event, step| {
            if link == Link::Ordered && matches!(event, Event::News(_)) {
                assert_eq!(step, show(Screen::Thanks));
            }
        });
    }

    #[test]
    fn each_effect_has_one_cause() {
        all(|state, link, event, step| {
            let by = match step.effect {
                None => return,
                Some(Effect::Ask) => matches!(event, Event::Click { .. } | Event::Retry { .. }),
                Some(Effect::Add) => state == State::Asking { product: true } && event == Event::Allowed,
                Some(Effect::Trust) => {
                    link == Link::Trusted && matches!(event, Event::Allowed | Event::Added)
                }
                Some(Effect::Send) => state == State::Open(Screen::Phone) && event == Event::Submit,
                Some(Effect::Cancel) => state == State::Open(Screen::Waiting) && event == Event::Cancel,
                Some(Effect::Unbind) => state == State::Open(Screen::Confirm) && event == Event::Confirm,
                Some(Effect::OpenApp) => state == State::Open(Screen::Panel) && event == Event::OpenApp,
                Some(Effect::TellAdded) => link == Link::Linked && event == Event::Added,
                Some(Effect::Leave) => state == State::Open(Screen::Thanks),
            };
            assert!(by, "{state:?} {link:?} {event:?}: {:?}", step.effect);
        });
    }

    #[test]
    fn a_late_answer_moves_nothing() {
        for state in states().into_iter().filter(|state| !state.is_busy()) {
            for link in LINKS {
                for event in [
                    Event::Allowed,
                    Event::Added,
                    Event::Accepted,
                    Event::BadNumber,
                    Event::Unbound,
                ] {
                    assert_eq!(step(state, link, event), go(state), "{link:?} {event:?}");
                }
            }
        }
    }

    #[test]
    fn flow_a_links_by_phone() {
        use {Effect as D, Event::*, State::*};
        pass(
            Closed,
            &[
                (
                    Link::Unlinked,
                    Click { product: true },
                    Asking { product: true },
                    Some(D::Ask),
                ),
                (Link::Unlinked, Allowed, Adding, Some(D::Add)),
                (Link::Unlinked, Added, Open(Screen::Phone), None),
                (Link::Unlinked, Submit, Sending, Some(D::Send)),
                (Link::Waiting, Accepted, Open(Screen::Waiting), None),
                (Link::Linked, News(None), Open(Screen::JustLinked), None),
                (Link::Linked, Read, Closed, None),
                (Link::Ordered, News(None), Open(Screen::Thanks), None),
                (Link::Ordered, Read, Open(Screen::Thanks), Some(D::Leave)),
            ],
        );
    }

    #[test]
    fn flow_a_ends_in_each_unhappy_way_and_begins_again() {
        use {Effect as D, Event::*, State::*};
        for failure in failures() {
            let ended = step(Open(Screen::Waiting), Link::Unlinked, News(Some(failure)));
            assert_eq!(ended, show(Screen::Failed(failure)));
            let again = step(ended.state, Link::Unlinked, Retry { product: false });
            let to_phone = again == show(Screen::Phone);
            let to_ask = again == act(Asking { product: false }, D::Ask);
            assert!(to_phone || to_ask, "{failure:?}");
        }
    }

    #[test]
    fn flow_c_links_a_trusted_browser_without_a_dialog() {
        use {Effect as D, Event::*, State::*};
        pass(
            Closed,
            &[
                (
                    Link::Unlinked,
                    Click { product: true },
                    Asking { product: true },
                    Some(D::Ask),
                ),
                (Link::Trusted, Allowed, Adding, Some(D::Add)),
                (Link::Trusted, Added, Trusting, Some(D::Trust)),
                (Link::Linked, Accepted, Closed, None),
            ],
        );
        let forgotten = Event::Failed(Failure::Refused(Refusal::Forgotten));
        assert_eq!(step(Trusting, Link::Unlinked, forgotten), show(Screen::Phone));
    }

    #[test]
    fn flow_d_adds_to_a_linked_basket_and_shows_it_on_a_basket_page() {
        use {Effect as D, Event::*, State::*};
        pass(
            Closed,
            &[
                (
                    Link::Linked,
                    Click { product: true },
                    Asking { product: true },
                    Some(D::Ask),
                ),
                (Link::Linked, Allowed, Adding, Some(D::Add)),
                (Link::Linked, Added, Closed, Some(D::TellAdded)),
                (
                    Link::Linked,
                    Click { product: false },
                    Asking { product: false },
                    Some(D::Ask),
                ),
                (Link::Linked, Allowed, Open(Screen::Panel), None),
            ],
        );
    }

    #[test]
    fn flow_e_asks_before_it_unlinks() {
        use {Effect as D, Event::*, State::*};
        pass(
            Open(Screen::Panel),
            &[
                (Link::Linked, OtherAccount, Open(Screen::Confirm), None),
                (Link::Linked, KeepAccount, Open(Screen::Panel), None),
                (Link::Linked, OtherAccount, Open(Screen::Confirm), None),
                (Link::Linked, Event::Confirm, Unlinking, Some(D::Unbind)),
                // The backend's answer is a change of the link, too.
                (Link::Unlinked, News(None), Unlinking, None),
                (Link::Unlinked, Unbound, Open(Screen::Phone), None),
            ],
        );
    }

    #[test]
    fn a_basket_deleted_in_the_app_is_told_where_it_is_shown() {
        let news = Event::News(Some(Failure::Deleted));
        for screen in [Screen::Panel, Screen::Confirm, Screen::JustLinked] {
            let told = step(State::Open(screen), Link::Unlinked, news);
            assert_eq!(told, show(Screen::Failed(Failure::Deleted)));
        }
        assert_eq!(step(State::Closed, Link::Unlinked, news), go(State::Closed));
    }

    #[test]
    fn every_code_of_the_contract_is_sorted() {
        for (code, refusal) in [
            ("PHONE_BINDING_METHOD_UNAVAILABLE", Refusal::Phone),
            ("BASKET_EXPIRED", Refusal::BasketExpired),
            ("BASKET_NOT_FOUND", Refusal::Forgotten),
            ("MERCHANT_DISABLE", Refusal::Merchant),
            ("BASKET_IS_BINDED", Refusal::AlreadyLinked),
            ("INTERNAL_SERVER_ERROR", Refusal::Other),
            ("NEW_TOMORROW", Refusal::Other),
        ] {
            assert_eq!(Refusal::of(code), refusal);
        }
    }
}
