//! Every state against every command: the table that the machine keeps to, and what holds in all of it.

use super::*;
use crate::checkout::link::{DeepLinks, Stage};
use crate::engine::machine::Effect as _;
use crate::shop::model::{Address, ChosenDelivery, Customer, DeliveryKind, PlacedIn};
use inpost_pay::InpostBasketId;
use inpost_pay::wire::error::ErrorCode;
use karfa_shared::money::{Currency, Money};
use std::fmt::Write as _;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);

fn asked() -> PhoneNumber {
    PhoneNumber::parse("+48 600 000 001").expect("a number")
}

fn other_number() -> PhoneNumber {
    PhoneNumber::parse("+48 600 000 002").expect("a number")
}

fn browser() -> BrowserFacts {
    BrowserFacts {
        user_agent: "agent".into(),
        description: "browser".into(),
        platform: "platform".into(),
        architecture: "architecture".into(),
        customer_ip: "192.0.2.1".into(),
        port: "4711".into(),
    }
}

fn client() -> Client {
    Client {
        masked_phone_number: Some("60*****01".into()),
        name: Some("Ola".into()),
    }
}

fn order(payment_method: &str) -> Box<NewOrder> {
    Box::new(NewOrder {
        quoted_gross: Money::new(100, Currency::Pln),
        payment_method: payment_method.to_owned(),
        cash_on_delivery: false,
        customer: Customer {
            name: "Ola".into(),
            surname: "Nowak".into(),
            mail: "ola@example.com".into(),
            phone: asked(),
            address: Address::default(),
        },
        delivery: ChosenDelivery {
            kind: DeliveryKind::Courier,
            extras: Vec::new(),
            point: None,
            address: None,
            mail: None,
            phone: None,
            note: None,
        },
        consents: Vec::new(),
        comments: None,
        original: "{}".into(),
        placed_in: PlacedIn::Wallet,
    })
}

fn after(commands: &[Command]) -> Link {
    let mut link = Link::default();
    for command in commands {
        let a_minute_ago = NOW - SignedDuration::from_mins(1);
        let decision = link
            .decide(command, a_minute_ago)
            .expect("part of the way to a state");
        for event in &decision.events {
            link.apply(event);
        }
    }
    link
}

fn start() -> Command {
    Command::StartPhone {
        phone: asked(),
        place: "PRODUCT_CARD".into(),
        browser: browser(),
    }
}

fn start_trusted() -> Command {
    Command::StartTrusted {
        browser_id: "browser".into(),
    }
}

fn start_deep_link() -> Command {
    Command::StartDeepLink {
        place: "BASKET_SUMMARY".into(),
        browser: browser(),
    }
}

fn links() -> DeepLinks {
    DeepLinks {
        qr_code: "qr".into(),
        deep_link: "link".into(),
        deep_link_hms: "hms".into(),
    }
}

fn links_given() -> Command {
    Command::BindingAccepted {
        attempt: 1,
        links: Some(links()),
        time_to_approve: TEN_MINUTES,
    }
}

fn accepted() -> Command {
    Command::BindingAccepted {
        attempt: 1,
        links: None,
        time_to_approve: TEN_MINUTES,
    }
}

fn confirmed(id: &str, phone: PhoneNumber) -> Command {
    confirmation(id, phone, false)
}

fn confirmation(id: &str, phone: PhoneNumber, unasked: bool) -> Command {
    Command::Confirmed {
        inpost_basket_id: InpostBasketId::from(id),
        phone: Some(phone),
        client: client(),
        browser_id: Some("browser".into()),
        unasked,
    }
}

fn place(payment_method: &str) -> Command {
    Command::PlaceOrder {
        order: order(payment_method),
    }
}

fn placed() -> Command {
    Command::OrderPlaced {
        order_id: OrderId::parse("order").expect("an id"),
        payment_method: "BLIK_CODE".into(),
        pay_until: Some(Timestamp::from_second(86_400).expect("a time")),
    }
}

fn updated() -> Command {
    Command::OrderUpdated {
        order_id: OrderId::parse("order").expect("an id"),
        position: 7,
    }
}

fn states() -> Vec<(&'static str, Link)> {
    let linked = [start(), accepted(), confirmed("inpost", asked())];
    let with = |more: &[Command]| after(&[&linked[..], more].concat());
    vec![
        ("Unlinked", Link::default()),
        (
            "Unlinked, gave up",
            after(&[
                start(),
                Command::BindingUnavailable {
                    attempt: 1,
                    may_have_acted: false,
                },
            ]),
        ),
        ("Unlinked, telling", with(&[Command::Unlink { browser_id: None }])),
        ("Unlinked, trusted", with(&[Command::DeletedInApp])),
        ("Connecting", after(&[start()])),
        ("Connecting, trusted", after(&[start_trusted()])),
        (
            "Connecting, telling",
            with(&[Command::Unlink { browser_id: None }, start()]),
        ),
        ("Connecting, deep link", after(&[start_deep_link()])),
        (
            "Connecting, deep link, telling",
            after(&[start(), accepted(), start_deep_link()]),
        ),
        ("Waiting", after(&[start(), accepted()])),
        ("Waiting, deep link", after(&[start_deep_link(), links_given()])),
        ("Linked", with(&[])),
        ("Ordering", with(&[place("BLIK_CODE")])),
        (
            "Linked, notice",
            with(&[
                place("BLIK_CODE"),
                Command::OrderRefused {
                    notice: "sold out".into(),
                },
            ]),
        ),
        ("Ordered", with(&[place("BLIK_CODE"), placed()])),
        ("Bought", with(&[Command::BoughtInShop])),
    ]
}

fn read(as_of: u64, linked: Option<&str>, trusted: Option<&str>) -> Command {
    Command::BindingRead {
        as_of,
        linked: linked.map(InpostBasketId::from),
        trusted_browser: trusted.map(str::to_owned),
        client: client(),
    }
}

fn commands(link: &Link) -> Vec<(&'static str, Command)> {
    let now = link.changes;
    vec![
        ("StartPhone", start()),
        (
            "StartPhone, other number",
            Command::StartPhone {
                phone: other_number(),
                place: "PRODUCT_CARD".into(),
                browser: browser(),
            },
        ),
        ("StartDeepLink", start_deep_link()),
        ("StartTrusted", start_trusted()),
        ("BindingAccepted", accepted()),
        ("BindingAccepted, with links", links_given()),
        (
            "BindingAccepted, old",
            Command::BindingAccepted {
                attempt: 0,
                links: None,
                time_to_approve: TEN_MINUTES,
            },
        ),
        (
            "BindingRefused",
            Command::BindingRefused {
                attempt: 1,
                code: ErrorCode::PhoneBindingMethodUnavailable,
            },
        ),
        (
            "BindingRefused, old",
            Command::BindingRefused {
                attempt: 0,
                code: ErrorCode::BasketExpired,
            },
        ),
        (
            "BindingUnavailable, may have acted",
            Command::BindingUnavailable {
                attempt: 1,
                may_have_acted: true,
            },
        ),
        (
            "BindingUnavailable",
            Command::BindingUnavailable {
                attempt: 1,
                may_have_acted: false,
            },
        ),
        ("Confirmed", confirmed("inpost", asked())),
        ("Confirmed, other basket", confirmed("other", asked())),
        ("Confirmed, other number", confirmed("inpost", other_number())),
        ("Confirmed, unasked", confirmation("inpost", other_number(), true)),
        ("Confirmed, unasked, other", confirmation("other", asked(), true)),
        (
            "Confirmed, no number",
            Command::Confirmed {
                inpost_basket_id: InpostBasketId::from("inpost"),
                phone: None,
                client: client(),
                browser_id: None,
                unasked: false,
            },
        ),
        ("Rejected", Command::Rejected { phone: Some(asked()) }),
        ("Rejected, no number", Command::Rejected { phone: None }),
        (
            "Rejected, other number",
            Command::Rejected {
                phone: Some(other_number()),
            },
        ),
        ("BindingRead, linked", read(now, Some("inpost"), Some("browser"))),
        (
            "BindingRead, linked otherwise",
            read(now, Some("other"), Some("browser")),
        ),
        ("BindingRead, trusted", read(now, None, Some("browser"))),
        ("BindingRead, nothing", read(now, None, None)),
        (
            "BindingRead, old",
            read(now.wrapping_sub(1), Some("inpost"), Some("browser")),
        ),
        ("LookAgain", Command::LookAgain { attempt: 1, looks: 1 }),
        ("LookAgain, old", Command::LookAgain { attempt: 0, looks: 1 }),
        ("TimeIsUp", Command::TimeIsUp { attempt: 1 }),
        ("TimeIsUp, old", Command::TimeIsUp { attempt: 0 }),
        ("Cancel", Command::Cancel),
        (
            "Unlink",
            Command::Unlink {
                browser_id: Some("browser".into()),
            },
        ),
        ("Unbound", Command::Unbound),
        ("DeletedInApp", Command::DeletedInApp),
        ("BegunInApp", Command::BegunInApp),
        ("NotBegunYet", Command::NotBegunYet { looks: 1 }),
        ("BasketGone", Command::BasketGone),
        ("BasketEnded", Command::BasketEnded),
        (
            "BasketChanged",
            Command::BasketChanged {
                revision: link.revision + 1,
                tell: true,
            },
        ),
        (
            "BasketChanged, by the app",
            Command::BasketChanged {
                revision: link.revision + 1,
                tell: false,
            },
        ),
        (
            "BasketChanged, old",
            Command::BasketChanged {
                revision: link.revision,
                tell: true,
            },
        ),
        (
            "BasketStored, to link",
            Command::BasketStored {
                attempt: Some(1),
                inpost_basket_id: "inpost".into(),
                revision: 1,
                notice: None,
            },
        ),
        (
            "BasketStored",
            Command::BasketStored {
                attempt: None,
                inpost_basket_id: "inpost".into(),
                revision: 1,
                notice: None,
            },
        ),
        ("BoughtInShop", Command::BoughtInShop),
        ("OrderUpdated", updated()),
        (
            "RefundRequested",
            Command::RefundRequested {
                refund: "order-1".into(),
            },
        ),
        ("PlaceOrder", place("BLIK_CODE")),
        ("PlaceOrder, other payment", place("CARD")),
        ("OrderPlaced", placed()),
        (
            "OrderRefused",
            Command::OrderRefused {
                notice: "sold out".into(),
            },
        ),
    ]
}

fn stage_name(link: &Link) -> &'static str {
    match link.stage {
        Stage::Unlinked { .. } => "Unlinked",
        Stage::Connecting { .. } => "Connecting",
        Stage::Waiting { .. } => "Waiting",
        Stage::Linked { .. } => "Linked",
        Stage::Ordering { .. } => "Ordering",
        Stage::Ordered { .. } => "Ordered",
        Stage::Bought => "Bought",
    }
}

fn outcome(link: &Link, command: &Command) -> String {
    let decision = match link.decide(command, NOW) {
        Err(refusal) => return format!("refused: {refusal:?}"),
        Ok(decision) => decision,
    };
    let mut next = link.clone();
    for event in &decision.events {
        next.apply(event);
    }
    let mut line = match decision.events.is_empty() {
        true => "-".to_owned(),
        false => stage_name(&next).to_owned(),
    };
    if let Stage::Unlinked {
        ended: Some((why, code)),
    } = &next.stage
        && next.stage != link.stage
    {
        let _ = write!(line, " ({why:?}");
        if let Some(code) = code {
            let _ = write!(line, " {code}");
        }
        line.push(')');
    }
    for planned in &decision.effects {
        let _ = write!(line, " + {}", planned.effect.name());
        if let Some(due) = planned.due {
            let _ = write!(line, " in {} s", due.as_second());
        }
    }
    line
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let mut table = String::new();
    for (name, link) in states() {
        let _ = writeln!(table, "{name}");
        for (command_name, command) in commands(&link) {
            let _ = writeln!(table, "    {command_name:<32}{}", outcome(&link, &command));
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn an_order_is_placed_once_whatever_is_repeated() {
    for (name, link) in states() {
        let decision = link.decide(&place("BLIK_CODE"), NOW);
        let places = decision.is_ok_and(|d| d.effects.iter().any(|e| e.effect.name() == "place_order"));
        assert_eq!(places, name.starts_with("Linked"), "{name}");
    }
}

#[test]
fn nothing_undoes_an_order() {
    let over = |name: &str| matches!(name, "Ordered" | "Bought");
    for (name, link) in states().into_iter().filter(|(name, _)| over(name)) {
        for (command_name, command) in commands(&link) {
            // The shop's own news of the order, which the app is told.
            let is_news = matches!(command_name, "OrderUpdated" | "RefundRequested") && name == "Ordered";
            let Ok(decision) = link.decide(&command, NOW) else {
                continue;
            };
            let mut next = link.clone();
            for event in &decision.events {
                next.apply(event);
            }
            assert_eq!(next.stage, link.stage, "{name} x {command_name}");
            assert_eq!(
                decision.effects.is_empty(),
                !is_news,
                "{name} x {command_name} still does something"
            );
        }
    }
}

#[test]
fn a_change_made_in_the_app_is_never_sent_back_to_it() {
    for (name, link) in states() {
        let decision = link
            .decide(
                &Command::BasketChanged {
                    revision: link.revision + 1,
                    tell: false,
                },
                NOW,
            )
            .expect("always accepted");
        assert!(decision.effects.is_empty(), "{name}");
    }
}

#[test]
fn no_event_holds_the_number_that_was_typed() {
    for (name, link) in states() {
        for (command_name, command) in commands(&link) {
            let Ok(decision) = link.decide(&command, NOW) else {
                continue;
            };
            let journalled = serde_json::to_string(&decision.events).expect("events serialise");
            assert!(
                !journalled.contains("600000001") && !journalled.contains("600000002"),
                "{name} x {command_name}"
            );
        }
    }
}

#[test]
fn the_links_of_a_try_stay_the_same_until_it_ends() {
    let waiting = after(&[start_deep_link(), links_given()]);
    assert_eq!(waiting.deep_links(), Some(&links()));
    let again = waiting.decide(&start_deep_link(), NOW).expect("accepted");
    assert_eq!(again, Decision::nothing());
    for end in [
        start(),
        start_trusted(),
        Command::Cancel,
        Command::TimeIsUp { attempt: 1 },
        confirmed("inpost", other_number()),
    ] {
        let ended = after(&[start_deep_link(), links_given(), end]);
        assert_eq!(ended.deep_links(), None, "{:?}", ended.stage);
    }
}

#[test]
fn changing_between_phone_and_link_is_another_try() {
    for (first, second) in [(start(), start_deep_link()), (start_deep_link(), start())] {
        let link = after(&[first]);
        let decision = link.decide(&second, NOW).expect("accepted");
        let effects: Vec<_> = decision
            .effects
            .iter()
            .map(|planned| planned.effect.name())
            .collect();
        assert_eq!(
            effects.first(),
            Some(&"unbind"),
            "what was asked before is taken back first"
        );
        assert_eq!(after(&[start(), start_deep_link()]).attempt, 2);
    }
}

#[test]
fn a_refusal_is_told_with_every_copy_until_the_basket_changes() {
    let refused = [
        start(),
        accepted(),
        confirmed("inpost", asked()),
        place("BLIK_CODE"),
        Command::OrderRefused {
            notice: "sold out".into(),
        },
        Command::BasketStored {
            attempt: None,
            inpost_basket_id: "inpost".into(),
            revision: 1,
            notice: Some("sold out".into()),
        },
    ];
    assert_eq!(after(&refused).notice.as_deref(), Some("sold out"));
    for tell in [true, false] {
        let changed = Command::BasketChanged { revision: 2, tell };
        let then = [&refused[..], &[changed]].concat();
        assert_eq!(after(&then).notice, None);
    }
}

#[test]
fn an_unpaid_order_has_a_deadline_and_its_news_have_names() {
    let link = after(&[
        start(),
        accepted(),
        confirmed("inpost", asked()),
        place("BLIK_CODE"),
    ]);
    let due = |pay_until| {
        let placed = Command::OrderPlaced {
            order_id: OrderId::parse("order").expect("an id"),
            payment_method: "BLIK_CODE".into(),
            pay_until,
        };
        let decision = link.decide(&placed, NOW).expect("accepted");
        decision.effects.first().and_then(|planned| planned.due)
    };
    let deadline = Timestamp::from_second(3_600).expect("a time");
    assert_eq!(due(Some(deadline)), Some(deadline));
    assert_eq!(due(None), None, "an order that is paid at the door has none");

    let told_twice = [link.decide(&updated(), NOW), link.decide(&updated(), NOW)];
    for decision in told_twice {
        let effects = decision.expect("accepted").effects;
        let told = effects.first().map(|planned| planned.effect.clone());
        let order_id = OrderId::parse("order").expect("an id");
        let event_id = "order-7".to_owned();
        assert_eq!(told, Some(LinkEffect::TellOrder { order_id, event_id }));
    }
}

#[test]
fn looks_grow_rarer_and_stop_when_the_waiting_is_over() {
    let waiting = after(&[start(), accepted()]);
    let pause = |looks| {
        let decision = waiting
            .decide(&Command::LookAgain { attempt: 1, looks }, NOW)
            .expect("accepted");
        decision
            .effects
            .first()
            .and_then(|planned| planned.due)
            .map(|due| due.as_second())
    };
    assert_eq!(
        [1, 2, 3, 60].map(pause),
        [Some(40), Some(80), Some(160), Some(160)]
    );
}

/// A number was asked and the shopper turned to another way; InPost has not heard of it yet.
fn turned_away() -> [(&'static str, Link); 3] {
    let other = Command::StartPhone {
        phone: other_number(),
        place: "PRODUCT_CARD".into(),
        browser: browser(),
    };
    let after = |next| after(&[start(), accepted(), next]);
    [
        ("to a code", after(start_deep_link())),
        ("to a trusted browser", after(start_trusted())),
        ("to another number", after(other)),
    ]
}

#[test]
fn an_older_try_answers_for_nobody_while_inpost_has_to_hear_of_its_end() {
    let confirmed_by = |phone| Command::Confirmed {
        inpost_basket_id: InpostBasketId::from("inpost"),
        phone,
        client: client(),
        browser_id: None,
        unasked: false,
    };
    for (name, link) in turned_away() {
        for phone in [Some(asked()), None] {
            let confirmed = link.decide(&confirmed_by(phone.clone()), NOW);
            assert_eq!(confirmed, Err(Refusal::OtherNumber), "{name}, {phone:?}");
            let rejected = link.decide(&Command::Rejected { phone }, NOW);
            assert_eq!(rejected, Ok(Decision::nothing()), "{name}");
        }
        let mut heard = link.clone();
        heard.apply(&Event::Unbound);
        let confirmed = heard.decide(&confirmed_by(None), NOW);
        assert!(confirmed.is_ok(), "{name}: told, InPost need not name the number");
    }
    let [.., (_, other)] = turned_away();
    let named = other.decide(&confirmed_by(Some(other_number())), NOW);
    assert!(named.is_ok(), "the number now asked is believed at once");
}

#[test]
fn inpost_is_told_of_the_end_before_it_is_asked_anew() {
    for (name, link) in turned_away() {
        assert!(link.telling_end, "{name}");
    }
    for next in [start_deep_link(), start_trusted(), start()] {
        let given_up = after(&[start(), accepted(), Command::Cancel]);
        for from in [given_up, after(&[Command::Unbound])] {
            let decision = from.decide(&next, NOW).expect("accepted");
            let first = decision.effects.first().map(|planned| planned.effect.name());
            assert_eq!(first == Some("unbind"), from.telling_end, "{next:?}");
        }
    }
}

#[test]
fn a_try_that_inpost_refuses_does_not_forget_the_end_that_it_has_still_to_hear_of() {
    for (name, link) in turned_away() {
        for end in [
            Command::BindingRefused {
                attempt: link.attempt,
                code: ErrorCode::BasketExpired,
            },
            Command::Rejected {
                phone: Some(other_number()),
            },
        ] {
            let mut next = link.clone();
            for event in link.decide(&end, NOW).expect("accepted").events {
                next.apply(&event);
            }
            assert!(next.telling_end, "{name}: {end:?}");
            let read = read(next.changes, Some("inpost"), None);
            assert_eq!(
                next.decide(&read, NOW),
                Ok(Decision::nothing()),
                "{name}: {end:?}"
            );
        }
    }
}

#[test]
fn a_link_stands_though_inpost_which_has_yet_to_hear_of_it_says_that_there_is_none() {
    let mut link = after(&[start(), accepted()]);
    for event in link
        .decide(&confirmed("inpost", asked()), NOW)
        .expect("accepted")
        .events
    {
        link.apply(&event);
    }
    let read = read(link.changes, None, None);
    for (seconds, ended) in [(0, false), (9, false), (10, true), (600, true)] {
        let at = NOW + SignedDuration::from_secs(seconds);
        let decision = link.decide(&read, at).expect("accepted");
        assert_eq!(!decision.events.is_empty(), ended, "after {seconds} s");
    }
}

#[test]
fn what_inpost_says_of_a_link_counts_though_the_basket_has_changed_meanwhile() {
    let waiting = after(&[start(), accepted()]);
    let read = read(waiting.changes, Some("inpost"), None);
    let mut changed = waiting;
    for event in [
        Event::BasketChanged { revision: 9 },
        Event::BasketSent {
            revision: 9,
            notice: None,
        },
    ] {
        changed.apply(&event);
    }
    let decision = changed.decide(&read, NOW).expect("accepted");
    assert!(
        !decision.events.is_empty(),
        "the confirmation was lost, and is found"
    );
}

#[test]
fn a_basket_begun_in_the_app_is_looked_for_more_than_once_and_not_for_ever() {
    let mut pauses = Vec::new();
    let mut looks = 0;
    let begun = Link::default();
    let mut next = begun.decide(&Command::BegunInApp, NOW).expect("accepted");
    while let Some(planned) = next.effects.first() {
        assert_eq!(planned.effect, LinkEffect::Adopt { looks });
        pauses.extend(planned.due.map(Timestamp::as_second));
        next = begun
            .decide(&Command::NotBegunYet { looks }, NOW)
            .expect("accepted");
        looks += 1;
    }
    assert_eq!(pauses, [2, 4, 8, 16, 32, 64]);
}

#[test]
fn a_copy_with_a_notice_that_no_longer_holds_is_not_the_newest() {
    let stored = |notice: Option<&str>| Command::BasketStored {
        attempt: None,
        inpost_basket_id: "inpost".into(),
        revision: 2,
        notice: notice.map(str::to_owned),
    };
    let linked = [start(), accepted(), confirmed("inpost", asked())];
    let after = |more: &[Command]| after(&[&linked[..], more].concat());
    let old = after(&[stored(Some("sold out"))]);
    assert_ne!(old.sent_notice, old.notice, "it is sent once more");
    let mended = after(&[stored(Some("sold out")), stored(None)]);
    assert_eq!((mended.sent_revision, mended.sent_notice), (Some(2), None));
}
