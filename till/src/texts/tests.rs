//! Every state, problem and refusal has a text in every language, and every number that a provider sends has a sentence.

use super::*;
use crate::faces::{of_payment, short, tests};
use crate::view::customer_screen::customer_words;
use std::collections::BTreeMap;

const FILES: [(Language, &str); 5] = [
    (Language::En, include_str!("../../texts/en.json")),
    (Language::Nb, include_str!("../../texts/nb.json")),
    (Language::Da, include_str!("../../texts/da.json")),
    (Language::Fi, include_str!("../../texts/fi.json")),
    (Language::Is, include_str!("../../texts/is.json")),
];

/// The contract's "Errors" of Vipps MobilePay, ranges written out.
const VIPPS: [u32; 59] = [
    3010, 4010, 4020, 4040, 4050, 4060, 4070, 4080, 4090, 4100, 4110, 4120, 4130, 4140, 4150, 4160, 5010,
    5020, 5030, 5040, 5050, 5060, 5070, 5080, 5090, 5100, 6010, 6020, 6030, 6040, 6050, 6060, 6070, 6080,
    6090, 6100, 6110, 6120, 6130, 6140, 6150, 6160, 6170, 6180, 6190, 6200, 6210, 6220, 6230, 6250, 6260,
    6280, 7010, 10010, 10020, 10030, 10040, 10050, 10060,
];
/// The last of the range.
const LAST_OF_VIPPS: u32 = 10070;
/// All result codes of Netgíró's contract.
const NETGIRO: [u32; 20] = [
    200, 400, 500, 10200, 10201, 10202, 10203, 10302, 10304, 10305, 10306, 10307, 10422, 10423, 10424, 10425,
    10426, 10427, 10428, 10429,
];
/// Problems that no provider has a number for.
const WORDS: [&str; 25] = [
    "unreachable",
    "rate_limited",
    "locked",
    "token",
    "lost_request",
    "lost_automatic",
    "looked_unpaid",
    "undone",
    "return_unknown",
    "refund_doubted",
    "code_wrong",
    "code_lost",
    "paid_already",
    "kennitala_not_taken",
    "no_code",
    "no_customer",
    "not_icelandic",
    "not_named",
    "not_valid",
    "other_payment",
    "whole_amount",
    "declined",
    "aborted",
    "cancelled",
    "unclear",
];
/// The backend's refusals of a cashier's wish.
const REFUSALS: [&str; 36] = [
    "no_sale",
    "payment_under_way",
    "sale_over",
    "no_such_line",
    "too_much",
    "nothing_to_pay",
    "amount_changed",
    "no_customer",
    "no_code_awaited",
    "not_to_capture",
    "not_to_cancel",
    "not_to_refund",
    "refund_under_way",
    "not_settled",
    "not_this_payment",
    "not_told",
    "not_lost",
    "may_be_paid_yet",
    "other_sale",
    "phone_empty",
    "phone_not_digits",
    "phone_prefix",
    "phone_too_short",
    "phone_too_long",
    "phone_unknown",
    "qr_expired",
    "qr_foreign",
    "qr_damaged",
    "national_id",
    "app_code",
    "unknown_scan",
    "unknown_barcode",
    "no_club",
    "no_number",
    "member_already",
    "managers_only",
];
/// What the backend lets a cashier know about a scan.
const NOTES: [&str; 2] = ["qr_old", "qr_not_exchanged"];

fn table(text: &str) -> BTreeMap<String, String> {
    serde_json::from_str(text).expect("JSON")
}

fn texts(text: &str) -> Texts {
    Texts::new(table(text).into_iter().collect())
}

fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<&str> = text
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(place, _)| place))
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[test]
fn every_language_has_every_text_with_the_same_words_to_fill_in() {
    let english = table(FILES[0].1);
    for (language, file) in FILES {
        let table = table(file);
        assert!(table.keys().eq(english.keys()), "{language:?}");
        for (name, text) in &table {
            assert_eq!(text.trim(), text, "{language:?} {name}");
            assert!(!text.is_empty(), "{language:?} {name}");
            assert_eq!(places(text), places(&english[name]), "{language:?} {name}");
        }
    }
}

#[test]
fn no_language_borrows_anothers_sentences() {
    for (language, file) in FILES {
        for (other, theirs) in FILES.iter().filter(|(other, _)| *other != language) {
            let theirs = table(theirs);
            for (name, text) in table(file) {
                let is_sentence = text.split(' ').count() > 6;
                assert!(
                    !is_sentence || theirs[&name] != text,
                    "{name} is the same in {language:?} and {other:?}"
                );
            }
        }
    }
}

#[test]
fn every_number_of_both_contracts_has_a_sentence_that_says_what_to_do() {
    for (language, file) in FILES {
        let texts = texts(file);
        let numbers = VIPPS
            .iter()
            .chain([&LAST_OF_VIPPS])
            .map(|number| format!("vipps.{number}"));
        for key in numbers.chain(NETGIRO.iter().map(|number| format!("netgiro.{number}"))) {
            let name = format!("problem.{key}");
            assert!(texts.find(&name).is_some(), "{language:?} {key}");
            let sentence = texts.problem(&key, "Wallet", None);
            // What happened, and what to do.
            assert!(
                sentence.split(['.', ':', ';']).count() > 2,
                "{language:?} {sentence}"
            );
            assert!(!sentence.contains('{'), "{language:?} {sentence}");
        }
    }
}

#[test]
fn what_has_no_number_is_known_by_its_word_for_every_wallet() {
    for (language, file) in FILES {
        let texts = texts(file);
        for word in WORDS {
            let own = texts.find(&format!("problem.{word}"));
            let sentence = own.map(|sentence| sentence.replace("{wallet}", "Wallet"));
            for key in [
                word.to_owned(),
                format!("vipps.{word}"),
                format!("netgiro.{word}"),
            ] {
                assert_eq!(
                    Some(texts.problem(&key, "Wallet", None)),
                    sentence,
                    "{language:?} {key}"
                );
            }
        }
        for code in REFUSALS {
            let sentence = texts.refusal(code, "detail");
            assert!(!sentence.contains("detail"), "{language:?} {code}");
        }
        for note in NOTES {
            assert!(
                texts.find(&format!("note.{note}")).is_some(),
                "{language:?} {note}"
            );
        }
    }
}

#[test]
fn nobody_is_sent_for_another_payment_while_the_money_is_being_taken() {
    let texts = texts(FILES[0].1);
    for key in [
        "unreachable",
        "vipps.token",
        "netgiro.500",
        "vipps.3010",
        "vipps.9999",
    ] {
        let elsewhere = texts.problem(key, "Wallet", None).to_lowercase();
        assert!(elsewhere.contains("take another payment"), "{key}");
        assert_eq!(texts.while_taking(key), "while_taking", "{key}");
    }
    assert_eq!(
        texts.while_taking("vipps.6280"),
        "vipps.6280",
        "its own words are of captures"
    );
    for (language, file) in FILES {
        assert!(
            self::texts(file).find("problem.while_taking").is_some(),
            "{language:?}"
        );
    }
}

#[test]
fn an_unknown_number_is_shown_and_never_dressed_up() {
    for (_, file) in FILES {
        let texts = texts(file);
        assert!(
            texts
                .problem("vipps.9999", "Wallet", Some("9999"))
                .contains("9999")
        );
        assert!(texts.problem("netgiro.77", "Wallet", None).contains("77"));
        assert!(texts.refusal("new_refusal", "Do this.").contains("Do this."));
    }
}

#[test]
fn every_state_of_a_payment_has_its_words() {
    for (language, file) in FILES {
        let texts = texts(file);
        for payment in tests::every_kind() {
            let face = of_payment(&payment);
            let (title, next) = customer_words(face.tone, face.name);
            for name in [
                format!("state.{}.title", face.name),
                format!("state.{}.next", face.name),
                format!("phase.{}", short(payment.phase)),
                title.to_owned(),
                next.to_owned(),
            ] {
                assert!(texts.find(&name).is_some(), "{language:?} {name}");
            }
        }
    }
}

/// The sources that ask for texts.
const SOURCES: [&str; 20] = [
    include_str!("../faces.rs"),
    include_str!("../texts.rs"),
    include_str!("../state.rs"),
    include_str!("../work.rs"),
    include_str!("../view/camera.rs"),
    include_str!("../view/customer_screen.rs"),
    include_str!("../view/dialog.rs"),
    concat!(
        include_str!("../view/day.rs"),
        include_str!("../view/day/chosen.rs"),
        include_str!("../view/day/totals.rs")
    ),
    include_str!("../view/looked_up.rs"),
    include_str!("../view/members.rs"),
    include_str!("../view/receipt.rs"),
    include_str!("../view/refund.rs"),
    include_str!("../view/shell.rs"),
    include_str!("../view/sign_in.rs"),
    include_str!("../sale/mod.rs"),
    include_str!("../sale/customer.rs"),
    include_str!("../sale/discount.rs"),
    include_str!("../sale/goods.rs"),
    include_str!("../sale/lines.rs"),
    concat!(
        include_str!("../sale/payment.rs"),
        include_str!("../sale/payment/ask.rs"),
        include_str!("../sale/payment/steps.rs")
    ),
];

#[test]
fn nothing_is_asked_for_that_is_not_there() {
    let english = table(FILES[0].1);
    let groups: Vec<String> = english
        .keys()
        .filter_map(|name| name.split_once('.').map(|(group, _)| format!("\"{group}.")))
        .collect();
    for source in SOURCES {
        let code = source.split("#[cfg(test)]").next().unwrap();
        for (at, _) in code.match_indices('"') {
            let rest = &code[at..];
            if !groups.iter().any(|group| rest.starts_with(group)) {
                continue;
            }
            let name = rest[1..].split('"').next().unwrap();
            let is_made_up = name.contains('{') || name.ends_with('.');
            assert!(is_made_up || english.contains_key(name), "{name}");
        }
    }
}

#[test]
fn nothing_is_there_that_nobody_asks_for() {
    let all = SOURCES.concat();
    let made_up = ["state.", "phase.", "problem.", "refusal.", "note.", "club.why."];
    for name in table(FILES[0].1).keys() {
        let is_made_up = made_up.iter().any(|group| name.starts_with(group));
        assert!(
            is_made_up || all.contains(&format!("\"{name}\"")),
            "nobody asks for {name}"
        );
    }
}
