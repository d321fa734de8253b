//! The way through the screens, over every state, link and event.

use super::*;
use karfa_shared::widget::CannotBeBound;

const LINKS: [Link; 6] = [
    Link::Unlinked,
    Link::Trusted,
    Link::Waiting,
    Link::Scanning,
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
        Ordered,
        Offline,
    ];
    all.extend(refusals.map(Refused));
    all
}

fn screens() -> Vec<Screen> {
    use Screen::*;
    let mut all = vec![
        App,
        Phone,
        Waiting,
        Code,
        Blocked(None),
        JustLinked,
        Panel,
        Confirm,
        Thanks,
    ];
    all.push(Blocked(Some(Obstacle::OutOfStock)));
    all.extend(failures().into_iter().map(Failed));
    all
}

fn states() -> Vec<State> {
    use State::*;
    let mut all = vec![Closed, Asking { product: true }, Asking { product: false }];
    all.extend([
        Adding,
        Trusting,
        Sending,
        Unlinking,
        Opening,
        Fetching { here: true },
        Fetching { here: false },
    ]);
    all.extend([Cancelling { number: true }, Cancelling { number: false }]);
    all.extend(screens().into_iter().map(Open));
    all
}

fn events() -> Vec<Event> {
    use Event::*;
    let mut all = vec![
        Click { product: true },
        Click { product: false },
        Allowed { on_phone: true },
        Allowed { on_phone: false },
        Denied(None),
        Added { on_phone: true },
        Added { on_phone: false },
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
    all.extend([ByCode { here: true }, ByCode { here: false }, ByNumber, OpenLink]);
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
        None | Some(Effect::TellAdded | Effect::Leave | Effect::OpenLink) => {}
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
                | ByCode { .. }
                | ByNumber
                | OpenLink
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
                State::Cancelling { .. } | State::Unlinking => state,
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
            Some(Effect::Add) => {
                state == State::Asking { product: true } && matches!(event, Event::Allowed { .. })
            }
            Some(Effect::Trust) => {
                link == Link::Trusted && matches!(event, Event::Allowed { .. } | Event::Added { .. })
            }
            Some(Effect::Send) => state == State::Open(Screen::Phone) && event == Event::Submit,
            Some(Effect::Fetch) => {
                matches!(state, State::Open(Screen::Phone | Screen::App))
                    && matches!(event, Event::ByCode { .. })
            }
            Some(Effect::OpenLink) => {
                link == Link::Scanning && event == Event::Accepted
                    || state == State::Open(Screen::Code) && event == Event::OpenLink
            }
            Some(Effect::Cancel) => {
                matches!(state, State::Open(Screen::Waiting | Screen::Code))
                    && matches!(event, Event::Cancel | Event::ByNumber)
            }
            Some(Effect::Unbind) => state == State::Open(Screen::Confirm) && event == Event::Confirm,
            Some(Effect::OpenApp) => state == State::Open(Screen::Panel) && event == Event::OpenApp,
            Some(Effect::TellAdded) => link == Link::Linked && matches!(event, Event::Added { .. }),
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
                Event::Allowed { on_phone: false },
                Event::Added { on_phone: true },
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
            (Link::Unlinked, Allowed { on_phone: false }, Adding, Some(D::Add)),
            (
                Link::Unlinked,
                Added { on_phone: false },
                Open(Screen::Phone),
                None,
            ),
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
            (Link::Trusted, Allowed { on_phone: false }, Adding, Some(D::Add)),
            (Link::Trusted, Added { on_phone: false }, Trusting, Some(D::Trust)),
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
            (Link::Linked, Allowed { on_phone: false }, Adding, Some(D::Add)),
            (
                Link::Linked,
                Added { on_phone: false },
                Closed,
                Some(D::TellAdded),
            ),
            (
                Link::Linked,
                Click { product: false },
                Asking { product: false },
                Some(D::Ask),
            ),
            (
                Link::Linked,
                Allowed { on_phone: false },
                Open(Screen::Panel),
                None,
            ),
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

#[test]
fn flow_b_links_by_a_code() {
    use {Effect as D, Event::*, State::*};
    pass(
        Open(Screen::Phone),
        &[
            (
                Link::Unlinked,
                ByCode { here: false },
                Fetching { here: false },
                Some(D::Fetch),
            ),
            (Link::Scanning, Accepted, Open(Screen::Code), None),
            // Back to the number: the code is good for nothing then.
            (
                Link::Scanning,
                ByNumber,
                Cancelling { number: true },
                Some(D::Cancel),
            ),
            (Link::Unlinked, Accepted, Open(Screen::Phone), None),
            (
                Link::Unlinked,
                ByCode { here: false },
                Fetching { here: false },
                Some(D::Fetch),
            ),
            (Link::Scanning, Accepted, Open(Screen::Code), None),
            (Link::Linked, News(None), Open(Screen::JustLinked), None),
        ],
    );
}

#[test]
fn flow_b_on_a_phone_opens_the_app_and_a_number_stays_possible() {
    use {Effect as D, Event::*, State::*};
    pass(
        Adding,
        &[
            (Link::Unlinked, Added { on_phone: true }, Open(Screen::App), None),
            (
                Link::Unlinked,
                ByCode { here: true },
                Fetching { here: true },
                Some(D::Fetch),
            ),
            (Link::Scanning, Accepted, Open(Screen::Code), Some(D::OpenLink)),
            (
                Link::Scanning,
                Event::OpenLink,
                Open(Screen::Code),
                Some(D::OpenLink),
            ),
            (Link::Linked, News(None), Open(Screen::JustLinked), None),
        ],
    );
    assert_eq!(
        step(Open(Screen::App), Link::Unlinked, ByNumber),
        show(Screen::Phone)
    );
}

#[test]
fn a_basket_that_is_deleted_while_the_way_to_it_is_asked_for_shows_no_panel() {
    let told = step(
        State::Opening,
        Link::Unlinked,
        Event::News(Some(Failure::Deleted)),
    );
    assert_eq!(told, show(Screen::Failed(Failure::Deleted)));
    for late in [Event::Accepted, Event::Failed(Failure::Unavailable)] {
        assert_eq!(step(told.state, Link::Unlinked, late), go(told.state), "{late:?}");
    }
}

#[test]
fn flow_b_ends_in_each_unhappy_way() {
    for failure in failures() {
        let ended = step(
            State::Open(Screen::Code),
            Link::Unlinked,
            Event::News(Some(failure)),
        );
        assert_eq!(ended, show(Screen::Failed(failure)));
        let refused = step(
            State::Fetching { here: false },
            Link::Unlinked,
            Event::Failed(failure),
        );
        assert_eq!(refused, show(Screen::Failed(failure)));
    }
}

#[test]
fn a_code_that_waits_is_shown_again_after_a_reload() {
    let again = step(State::Closed, Link::Scanning, Event::Click { product: true });
    assert_eq!(again, show(Screen::Code));
}

#[test]
fn every_reason_of_the_backend_is_an_obstacle() {
    let reasons = [
        CannotBeBound::UnknownProduct,
        CannotBeBound::OutOfStock,
        CannotBeBound::OptionsMissing,
        CannotBeBound::EmptyBasket,
        CannotBeBound::Currency,
    ];
    for reason in reasons {
        let word = serde_json::to_value(reason).expect("serializes");
        assert!(
            Obstacle::of(word.as_str().expect("a word")).is_some(),
            "{reason:?}"
        );
    }
    assert_eq!(Obstacle::of("too_many"), Some(Obstacle::TooMany));
    assert_eq!(Obstacle::of("new_tomorrow"), None);
}
