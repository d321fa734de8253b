//! What holds of a link in whatever order commands come, rule by rule. Every single answer is in `table`.

use super::*;
use crate::engine::machine::Effect as _;
use inpost_pay::InpostBasketId;
use inpost_pay::wire::error::ErrorCode;

use super::table::{
    NOW, accepted, after, asked, browser, client, commands, confirmed, links, links_given, other_number,
    place, read, start, start_deep_link, start_trusted, states, updated,
};

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
