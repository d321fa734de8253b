//! The documents against the program: the commands they show are understood, the example configurations are right.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

fn karfa<'a>(words: impl IntoIterator<Item = &'a str>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_karfa"))
        .args(words)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The documents by hand, from the root.
const DOCUMENTS: [&str; 9] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "docs/v2.md",
    "e2e/README.md",
    "sandbox/README.md",
    "widget/README.md",
];

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    for name in DOCUMENTS {
        let text = document(name);
        let folder = root().join(name).parent().unwrap().to_owned();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        for (target, _) in targets {
            let path = target.split('#').next().unwrap();
            let is_here = !target.contains("://") && !path.is_empty();
            assert!(!is_here || folder.join(path).exists(), "{name} leads to {target}");
        }
    }
}

#[test]
fn every_source_that_the_architecture_names_is_there() {
    let mut sources = Vec::new();
    for folder in ["server", "shared", "providers", "sandbox", "widget", "till"] {
        walk(&root().join(folder), &mut sources);
    }
    let text = document("ARCHITECTURE.md");
    let named: Vec<_> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "rs"))
        .collect();
    assert!(named.len() > 8, "{named:?}");
    for name in named {
        // A path from wherever the sentence is at home: `till/desk.rs`.
        assert!(sources.iter().any(|path| path.ends_with(name)), "{name}");
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if !path.is_dir() {
            found.push(path);
        } else if !path.ends_with("dist") && !path.ends_with("target") {
            walk(&path, found);
        }
    }
}

/// The commands in a document's blocks, without what a shell or a reader makes of the rest of the line.
fn commands(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.starts_with("karfa "))
        .map(|line| line.split(['#', '>']).next().unwrap().trim())
        .collect()
}

#[test]
fn every_command_of_the_readmes_is_understood() {
    for name in ["README.md", "sandbox/README.md"] {
        let text = document(name);
        let commands = commands(&text);
        assert!(commands.len() >= 2, "{name} shows no commands");
        for command in commands {
            // What comes before it is read first, so that whatever is not understood is refused.
            let output = karfa(
                command
                    .split(' ')
                    .skip(1)
                    .filter(|word| !word.is_empty())
                    .chain(["--help"]),
            );
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{name}: {command}\n{complaint}");
        }
    }
}

/// `karfa check` of an example, with real files and a real PIN where the merchant's belong.
fn check(folder: &Path, text: &str, pin: &str) -> Output {
    let assets = root().join("assets");
    let file = folder.join("karfa.toml");
    let text = text
        .replace(
            "/etc/karfa/catalogue.toml",
            &assets.join("demo/catalogue.toml").to_string_lossy(),
        )
        .replace(
            "/etc/karfa/goods.toml",
            &assets.join("till/goods.toml").to_string_lossy(),
        )
        .replace("pin = \"…\"", &format!("pin = \"{pin}\""));
    std::fs::write(&file, text).unwrap();
    karfa(["check", "--config", file.to_str().unwrap()])
}

#[test]
fn every_example_is_right_once_it_is_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["shop.toml", "till.toml", "sandbox.toml"] {
        let text = document(&format!("docs/examples/{name}"));
        let kept = "pbkdf2-sha256:600000:00ff:00ff";
        let output = check(folder.path(), &text, kept);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{name}: {complaint}");

        // What stands behind a # at the beginning of a line is a setting too.
        let all: String = text
            .lines()
            .map(|line| format!("{}\n", uncommented(line)))
            .collect();
        if all != text {
            let output = check(folder.path(), &all, kept);
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{name}, all of it: {complaint}");
        }
    }
}

/// `# log = "info"` as `log = "info"`; a sentence stays one.
fn uncommented(line: &str) -> &str {
    line.strip_prefix("# ")
        .filter(|rest| rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')))
        .unwrap_or(line)
}

#[test]
fn an_example_that_is_not_filled_in_says_where_the_pin_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let output = check(folder.path(), &document("docs/examples/till.toml"), "…");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint.contains("karfa cashier pin"), "{complaint}");
}
