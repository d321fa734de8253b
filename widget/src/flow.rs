//! The way through the screens, as one pure function: where we are and what happened in, where we go and what is to
//! be done out. No browser, no clock, no request: those perform the [`Effect`]s and report back with [`Event`]s.

/// The function over every state, link and event.
#[cfg(test)]
mod tests;
/// What it is made of.
mod vocabulary;

pub use vocabulary::{Effect, Event, Failure, Link, Obstacle, Refusal, Screen, State, Step};

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
            Link::Scanning => show(Screen::Code),
            _ => act(State::Asking { product }, Effect::Ask),
        },

        (State::Asking { product }, Event::Allowed { on_phone }) => allowed(product, link, on_phone),
        (_, Event::Denied(reason)) if state.is_busy() => show(Screen::Blocked(reason)),
        (State::Adding, Event::Added { on_phone }) => match link {
            Link::Linked => act(State::Closed, Effect::TellAdded),
            _ => begin(link, on_phone),
        },

        (State::Trusting, Event::Accepted) => go(State::Closed),
        (State::Trusting, Event::News(_)) if link == Link::Linked => go(State::Closed),
        // The trust is gone; a number does it as well.
        (State::Trusting, Event::BadNumber | Event::Failed(Failure::Refused(Refusal::Forgotten))) => {
            show(Screen::Phone)
        }

        (State::Open(Screen::Phone), Event::Submit) => act(State::Sending, Effect::Send),
        (State::Sending, Event::Accepted) => show(after_sending(link)),
        (State::Sending | State::Fetching { .. }, Event::BadNumber) => show(Screen::Phone),
        (State::Sending | State::Fetching { .. }, Event::News(_)) if link == Link::Linked => {
            show(Screen::JustLinked)
        }

        (State::Open(Screen::App), Event::ByNumber) => show(Screen::Phone),
        (State::Open(Screen::App | Screen::Phone), Event::ByCode { here }) => {
            act(State::Fetching { here }, Effect::Fetch)
        }
        (State::Fetching { here: true }, Event::Accepted) if link == Link::Scanning => {
            act(State::Open(Screen::Code), Effect::OpenLink)
        }
        (State::Fetching { .. }, Event::Accepted) => show(after_sending(link)),
        (State::Open(Screen::Code), Event::OpenLink) => act(state, Effect::OpenLink),
        (State::Open(Screen::Code), Event::ByNumber) => {
            act(State::Cancelling { number: true }, Effect::Cancel)
        }

        (State::Open(Screen::Waiting | Screen::Code), Event::Cancel) => {
            act(State::Cancelling { number: false }, Effect::Cancel)
        }
        (State::Cancelling { number }, Event::Accepted) => show(match link {
            Link::Linked => Screen::JustLinked,
            _ if number => Screen::Phone,
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
        (State::Cancelling { .. } | State::Unlinking, Event::Close) => go(state),
        (_, Event::Close) => go(State::Closed),
        (_, Event::News(ended)) => news(state, link, ended),
        _ => go(state),
    }
}

/// After "it may be linked": the product first, where there is one.
fn allowed(product: bool, link: Link, on_phone: bool) -> Step {
    if product && !link.is_pending() {
        act(State::Adding, Effect::Add)
    } else {
        begin(link, on_phone)
    }
}

/// With everything in the basket that belongs there: how to link it.
fn begin(link: Link, on_phone: bool) -> Step {
    match link {
        Link::Trusted => act(State::Trusting, Effect::Trust),
        Link::Unlinked | Link::Ordered if on_phone => show(Screen::App),
        Link::Unlinked | Link::Ordered => show(Screen::Phone),
        Link::Waiting => show(Screen::Waiting),
        Link::Scanning => show(Screen::Code),
        Link::Linked => show(Screen::Panel),
    }
}

fn after_sending(link: Link) -> Screen {
    match link {
        Link::Linked => Screen::JustLinked,
        Link::Scanning => Screen::Code,
        _ => Screen::Waiting,
    }
}

/// The link changed by itself: in the app, in another tab, by time.
fn news(state: State, link: Link, ended: Option<Failure>) -> Step {
    match (link, state) {
        (Link::Ordered, _) => show(Screen::Thanks),
        (
            Link::Linked,
            State::Open(Screen::App | Screen::Phone | Screen::Waiting | Screen::Code | Screen::Failed(_))
            | State::Cancelling { .. },
        ) => show(Screen::JustLinked),
        // In another tab.
        (Link::Waiting, State::Open(Screen::App | Screen::Phone | Screen::Code)) => show(Screen::Waiting),
        (Link::Scanning, State::Open(Screen::App | Screen::Phone | Screen::Waiting)) => show(Screen::Code),
        (Link::Unlinked | Link::Trusted, State::Open(Screen::Waiting | Screen::Code)) => {
            show(Screen::Failed(ended.unwrap_or(Failure::Cancelled)))
        }
        (
            Link::Unlinked | Link::Trusted,
            State::Open(Screen::Panel | Screen::Confirm | Screen::JustLinked) | State::Opening,
        ) => match ended {
            Some(failure) => show(Screen::Failed(failure)),
            None => go(State::Closed),
        },
        _ => go(state),
    }
}
