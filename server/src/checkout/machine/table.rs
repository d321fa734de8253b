//! Every state against every command: the table that the machine keeps to.

use super::*;
use crate::checkout::link::{DeepLinks, Stage};
use crate::engine::machine::Effect as _;
use crate::shop::model::{Address, ChosenDelivery, Customer, DeliveryKind, PlacedIn};
use inpost_pay::InpostBasketId;
use inpost_pay::wire::error::ErrorCode;
use karfa_shared::money::{Currency, Money};
use std::fmt::Write as _;

pub(super) const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);

pub(super) fn asked() -> PhoneNumber {
    PhoneNumber::parse("+48 600 000 001").expect("a number")
}

pub(super) fn other_number() -> PhoneNumber {
    PhoneNumber::parse("+48 600 000 002").expect("a number")
}

pub(super) fn browser() -> BrowserFacts {
    BrowserFacts {
        user_agent: "agent".into(),
        description: "browser".into(),
        platform: "platform".into(),
        architecture: "architecture".into(),
        customer_ip: "192.0.2.1".into(),
        port: "4711".into(),
    }
}

pub(super) fn client() -> Client {
    Client {
        masked_phone_number: Some("60*****01".into()),
        name: Some("Ola".into()),
    }
}

pub(super) fn order(payment_method: &str) -> Box<NewOrder> {
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

pub(super) fn after(commands: &[Command]) -> Link {
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

pub(super) fn start() -> Command {
    Command::StartPhone {
        phone: asked(),
        place: "PRODUCT_CARD".into(),
        browser: browser(),
    }
}

pub(super) fn start_trusted() -> Command {
    Command::StartTrusted {
        browser_id: "browser".into(),
    }
}

pub(super) fn start_deep_link() -> Command {
    Command::StartDeepLink {
        place: "BASKET_SUMMARY".into(),
        browser: browser(),
    }
}

pub(super) fn links() -> DeepLinks {
    DeepLinks {
        qr_code: "qr".into(),
        deep_link: "link".into(),
        deep_link_hms: "hms".into(),
    }
}

pub(super) fn links_given() -> Command {
    Command::BindingAccepted {
        attempt: 1,
        links: Some(links()),
        time_to_approve: TEN_MINUTES,
    }
}

pub(super) fn accepted() -> Command {
    Command::BindingAccepted {
        attempt: 1,
        links: None,
        time_to_approve: TEN_MINUTES,
    }
}

pub(super) fn confirmed(id: &str, phone: PhoneNumber) -> Command {
    confirmation(id, phone, false)
}

pub(super) fn confirmation(id: &str, phone: PhoneNumber, unasked: bool) -> Command {
    Command::Confirmed {
        inpost_basket_id: InpostBasketId::from(id),
        phone: Some(phone),
        client: client(),
        browser_id: Some("browser".into()),
        unasked,
    }
}

pub(super) fn place(payment_method: &str) -> Command {
    Command::PlaceOrder {
        order: order(payment_method),
    }
}

pub(super) fn placed() -> Command {
    Command::OrderPlaced {
        order_id: OrderId::parse("order").expect("an id"),
        payment_method: "BLIK_CODE".into(),
        pay_until: Some(Timestamp::from_second(86_400).expect("a time")),
    }
}

pub(super) fn updated() -> Command {
    Command::OrderUpdated {
        order_id: OrderId::parse("order").expect("an id"),
        position: 7,
    }
}

pub(super) fn states() -> Vec<(&'static str, Link)> {
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

pub(super) fn read(as_of: u64, linked: Option<&str>, trusted: Option<&str>) -> Command {
    Command::BindingRead {
        as_of,
        linked: linked.map(InpostBasketId::from),
        trusted_browser: trusted.map(str::to_owned),
        client: client(),
    }
}

pub(super) fn commands(link: &Link) -> Vec<(&'static str, Command)> {
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
