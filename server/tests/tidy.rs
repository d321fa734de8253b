//! The repository keeps its own rules: who may know whom, what a machine may not do, how a file begins.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path from the root of the repository, and its text.
struct Source {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All files below the folders with one of the endings, what is built or installed aside.
fn sources(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in folders {
        walk(&root().join(folder), endings, &mut found);
    }
    assert!(!found.is_empty(), "no sources below {folders:?}");
    found
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name().into_string().unwrap();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "test-results"].contains(&name.as_str())
                && !name.starts_with('.')
            {
                walk(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let shown = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            found.push(Source {
                path: shown,
                text: fs::read_to_string(&path).unwrap(),
            });
        }
    }
}

/// The lines of a source that are code, with their numbers.
fn code(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let lines = source.text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Fails with every line of code in `folders` that has one of the words.
fn nowhere(rule: &str, folders: &[&str], except: &[&str], words: &[&str]) {
    let mut offences = Vec::new();
    for source in sources(folders, &[".rs"])
        .iter()
        .filter(|source| !except.contains(&source.path.as_str()))
    {
        for (number, line) in code(source) {
            if words.iter().any(|word| line.contains(word)) {
                offences.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert!(offences.is_empty(), "{rule}\n{}", offences.join("\n"));
}

#[test]
fn shared_does_no_io_and_knows_no_provider() {
    let words = [
        "std::fs",
        "std::net",
        "std::io",
        "SystemTime",
        "Instant",
        "tokio",
        "inpost",
        "vipps",
        "netgiro",
    ];
    nowhere("invariant 1", &["shared/src"], &[], &words);
}

#[test]
fn only_a_provider_crate_knows_a_providers_headers_and_signatures() {
    let words = [
        "x-signature",
        "x-public-key",
        "signing_text",
        "x-ms-date",
        "x-ms-content-sha256",
        "ocp-apim",
        "netgiro_signature",
        "netgiro_nonce",
    ];
    nowhere(
        "invariant 2",
        &["server/src", "shared/src", "widget/src", "till/src"],
        &[],
        &words,
    );
    let rooms = [
        "server/src/engine",
        "server/src/shop",
        "server/src/web",
        "server/src/storefront",
        "server/src/till/machine",
        "server/src/till/sale",
        "widget/src",
        "till/src",
    ];
    let crates = ["inpost_pay::", "vipps_mobilepay::", "netgiro::"];
    nowhere("invariant 2: this room knows no provider", &rooms, &[], &crates);
}

#[test]
fn a_machine_is_pure() {
    let impure = [
        "async ",
        ".await",
        "tokio",
        "sqlx",
        "reqwest",
        "std::fs",
        "std::net",
        "std::io",
        "Timestamp::now",
        "SystemTime",
        "Instant",
        "rand::",
        "tracing::",
        "thread",
    ];
    let machines = sources(&["server/src"], &[".rs"]);
    let machines: Vec<_> = machines
        .iter()
        .filter(|source| source.path.ends_with("/machine.rs") || source.path.contains("/machine/"))
        .collect();
    assert!(machines.len() >= 6, "the machines have moved");
    for source in machines {
        for (number, line) in code(source) {
            for word in impure {
                assert!(
                    !line.contains(word),
                    "invariant 3: {}:{number} has {word:?}",
                    source.path
                );
            }
        }
    }
}

#[test]
fn server_and_sandbox_meet_in_the_demo_alone() {
    nowhere(
        "invariant 9",
        &["server/src"],
        &["server/src/main.rs"],
        &["karfa_sandbox"],
    );
    nowhere(
        "invariant 9",
        &["sandbox/src", "providers"],
        &[],
        &["karfa::", "karfa_shared"],
    );
}

#[test]
fn no_arrow_runs_up_between_the_floors() {
    let above_the_ground = [
        "crate::app",
        "crate::checkout",
        "crate::config",
        "crate::storefront",
        "crate::web",
    ];
    nowhere(
        "the engine knows no floor above it",
        &["server/src/engine"],
        &[],
        &above_the_ground,
    );
    nowhere(
        "the shop knows no floor above it",
        &["server/src/shop"],
        &[],
        &above_the_ground,
    );
    nowhere(
        "engine and shop stand beside each other",
        &["server/src/engine"],
        &[],
        &["crate::shop"],
    );
    nowhere(
        "engine and shop stand beside each other",
        &["server/src/shop"],
        &[],
        &["crate::engine"],
    );
    nowhere(
        "web knows no floor above it",
        &["server/src/web"],
        &[],
        &[
            "crate::app",
            "crate::checkout",
            "crate::config",
            "crate::storefront",
        ],
    );
    nowhere(
        "checkout knows no floor above it",
        &["server/src/checkout"],
        &[],
        &["crate::app", "crate::config", "crate::storefront"],
    );
    nowhere(
        "till and checkout stand beside each other",
        &["server/src/till"],
        &[],
        &[
            "crate::app",
            "crate::checkout",
            "crate::config",
            "crate::storefront",
        ],
    );
    nowhere(
        "till and checkout stand beside each other",
        &["server/src/checkout", "server/src/storefront", "server/src/web"],
        &[],
        &["crate::till"],
    );
    nowhere(
        "the storefront stands beside the checkout",
        &["server/src/storefront"],
        &[],
        &["crate::app", "crate::checkout", "crate::config", "crate::engine"],
    );
}

#[test]
fn every_file_says_first_what_belongs_in_it() {
    let folders = ["shared", "providers", "server", "sandbox", "widget", "till"];
    let silent: Vec<String> = sources(&folders, &[".rs"])
        .into_iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "these files begin without a `//!`: {silent:?}");
}

#[test]
fn rooms_have_names() {
    for source in sources(
        &["shared", "providers", "server", "sandbox", "widget", "till"],
        &[".rs", ".js"],
    ) {
        let nameless = ["utils", "util", "helpers", "helper", "common", "manager", "misc"];
        let words = source.path.split(['/', '.', '_']);
        assert!(
            !words.into_iter().any(|word| nameless.contains(&word)),
            "{}: name its purpose",
            source.path
        );
    }
}

#[test]
fn pages_and_elements_have_no_inline_styles_or_scripts() {
    let folders = ["assets", "widget", "till", "sandbox", "server/src"];
    for source in sources(&folders, &[".html", ".js", ".rs", ".svg"]) {
        // Tests look for what must not be there.
        if source.path.contains("/tests/") {
            continue;
        }
        for (number, line) in code(&source) {
            for forbidden in [
                " style=\"",
                " style='",
                "setAttribute('style'",
                "setAttribute(\"style\"",
                " onclick=",
            ] {
                assert!(
                    !line.contains(forbidden),
                    "{}:{number} has {forbidden:?}",
                    source.path
                );
            }
            let inline_script = source.path.ends_with(".html") && line.contains("<script>");
            let inline_style = source.path.ends_with(".html") && line.contains("<style>");
            assert!(
                !inline_script && !inline_style,
                "{}:{number} is inline",
                source.path
            );
        }
    }
}
