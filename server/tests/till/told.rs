//! Whatever the tills' backend says to a cashier, as a word or a code, is a sentence in every language of the page; and no
//! sentence waits for a word that nobody says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The page's languages.
const LANGUAGES: [&str; 5] = ["en", "nb", "da", "fi", "is"];
/// What names a problem of a payment, in the sources.
const PROBLEMS: [&str; 4] = ["problem_of(", "Problem::of(", "refused(\"", "told(answer, "];
/// What names a refusal of a wish.
const REFUSALS: [&str; 2] = ["Problem::new(", "unprocessable("];
/// What names a reason why a customer cannot be asked to join the club: in calls, in the words for a login's refusal, and where
/// nobody was reached.
const REASONS: [&str; 3] = ["not_possible(", "LoginRefusal::", "why: \""];
/// Refusals that no cashier can bring about on a page that fits the backend, or that the page answers in another way than
/// with their sentence.
const NOT_TOLD: [&str; 11] = [
    "by_code",
    "capture_by_hand",
    "confirmation",
    "date",
    "edits",
    "going_away",
    "members_file",
    "request_id",
    "search",
    "unknown_till",
    "wrong_pin",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The sources of the backend's tills, without their tests.
fn sources() -> String {
    let mut texts = String::new();
    let mut folders = vec![root().join("server/src/till")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let is_test = ["tests", "table", "rules", "model", "overtaken"].contains(&name.as_str());
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && !is_test {
                let text = std::fs::read_to_string(path).unwrap();
                texts.push_str(text.split("#[cfg(test)]").next().unwrap());
            }
        }
    }
    texts
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The texts in quotation marks of a call's arguments.
fn quoted(arguments: &str) -> impl Iterator<Item = &str> {
    let mut depth = 1_u32;
    let end = arguments.find(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    arguments[..end.unwrap_or(arguments.len())]
        .split('"')
        .skip(1)
        .step_by(2)
}

/// The words in the calls of any of these.
fn words_of(sources: &str, calls: &[&str], first_alone: bool) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for call in calls {
        // The quotation mark of a marker belongs to the arguments.
        let length = call.trim_end_matches('"').len();
        for (at, _) in sources.match_indices(call) {
            let found = quoted(&sources[at + length..]).filter(|text| is_word(text));
            words.extend(
                found
                    .take(if first_alone { 1 } else { usize::MAX })
                    .map(str::to_owned),
            );
        }
    }
    words
}

/// The words that a status of HTTP has.
fn words_of_statuses(sources: &str) -> BTreeSet<String> {
    let (_, rest) = sources.split_once("fn of_status").unwrap();
    let (body, _) = rest.split_once("\n    }\n").unwrap();
    body.split("=> \"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

fn texts(language: &str) -> BTreeMap<String, String> {
    let file = root().join(format!("till/texts/{language}.json"));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Words for problems that the page puts in place of the backend's.
const OF_THE_PAGE: [&str; 2] = ["other", "while_taking"];

#[test]
fn every_word_for_a_problem_has_a_sentence_and_every_sentence_a_word() {
    let sources = sources();
    let mut words = words_of(&sources, &PROBLEMS, false);
    words.extend(words_of_statuses(&sources));
    assert!(
        words.contains("rate_limited") && words.contains("code_lost"),
        "{words:?}"
    );
    for language in LANGUAGES {
        let texts = texts(language);
        for word in &words {
            let names = [
                format!("problem.{word}"),
                format!("problem.vipps.{word}"),
                format!("problem.netgiro.{word}"),
            ];
            assert!(
                names.iter().any(|name| texts.contains_key(name)),
                "{language}: {word}"
            );
        }
        for name in texts.keys() {
            let Some(word) = name.strip_prefix("problem.") else {
                continue;
            };
            let is_number = word.ends_with(|letter: char| letter.is_ascii_digit());
            assert!(
                is_number || OF_THE_PAGE.contains(&word) || said(&sources, &words, word),
                "{language}: nobody says {word}"
            );
        }
    }
}

/// The backend says a word outright, or the sale keeps it.
fn said(sources: &str, words: &BTreeSet<String>, word: &str) -> bool {
    words.contains(word) || sources.contains(&format!("\"{word}\""))
}

#[test]
fn every_refusal_that_a_cashier_can_bring_about_has_a_sentence() {
    let mut sources = sources();
    for file in ["problem.rs", "limits.rs"] {
        sources.push_str(&std::fs::read_to_string(root().join("server/src/web").join(file)).unwrap());
    }
    // What is wrong with the request itself, and not with what it asks for.
    let not_of_a_cashier = [
        "content_type",
        "internal_error",
        "malformed_json",
        "method",
        "query",
        "request",
        "unexpected_json",
        "unavailable",
        "websocket",
    ];
    let codes: BTreeSet<String> = words_of(&sources, &REFUSALS, true)
        .into_iter()
        .filter(|code| !not_of_a_cashier.contains(&code.as_str()) && !NOT_TOLD.contains(&code.as_str()))
        .collect();
    assert!(codes.contains("too_many") && codes.contains("busy"), "{codes:?}");
    for language in LANGUAGES {
        let texts = texts(language);
        let missing: Vec<&String> = codes
            .iter()
            .filter(|code| !texts.contains_key(&format!("refusal.{code}")))
            .collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
}

#[test]
fn every_reason_why_nobody_is_asked_to_join_has_a_sentence_and_every_sentence_a_reason() {
    let mut reasons = BTreeSet::new();
    for line in sources().lines() {
        let names_one = REASONS.iter().any(|marker| line.contains(marker));
        reasons.extend(
            line.split('"')
                .skip(1)
                .step_by(2)
                .filter(|word| names_one && is_word(word))
                .map(str::to_owned),
        );
    }
    assert!(
        reasons.contains("old_app") && reasons.contains("too_many") && reasons.contains("answer_lost"),
        "{reasons:?}"
    );
    // What a backend of tomorrow may say.
    reasons.insert("other".to_owned());
    for language in LANGUAGES {
        let texts = texts(language);
        let sentences: BTreeSet<String> = texts
            .keys()
            .filter_map(|name| name.strip_prefix("club.why."))
            .map(str::to_owned)
            .collect();
        assert_eq!(sentences, reasons, "{language}");
    }
}
