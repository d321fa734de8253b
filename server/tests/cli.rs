//! The binary at a terminal: what is wrong is said in one sentence that says what to do.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

/// How long a command may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn karfa(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karfa"));
    // Nothing of the developer's own settings.
    command
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null());
    command
}

/// Runs to the end; a command that does not end is ended, and fails the test.
fn run(mut command: Command) -> Output {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let (done, ended) = mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output()));
    match ended.recv_timeout(PATIENCE) {
        Ok(output) => output.unwrap(),
        Err(_) => {
            signal(id, "KILL");
            panic!("{command:?} does not end");
        }
    }
}

fn signal(id: u32, name: &str) {
    assert!(
        Command::new("kill")
            .args(["-s", name, &id.to_string()])
            .status()
            .unwrap()
            .success()
    );
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The command fails with one sentence, which it returns; it prints nothing else.
#[track_caller]
fn complaint(command: Command) -> String {
    let shown = format!("{command:?}");
    let output = run(command);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{shown}: {out}{err}");
    assert_eq!(out, "", "{shown}");
    let sentence = err.strip_suffix('\n').unwrap();
    assert!(!sentence.contains('\n'), "one sentence, not {err}");
    assert!(sentence.len() < 400, "one sentence, not {err}");
    for inner in ["panicked", "Error {", "src/", "Os {", "hush"] {
        assert!(!sentence.contains(inner), "{inner} in {sentence}");
    }
    sentence.strip_prefix("karfa: ").unwrap().to_owned()
}

/// A folder with a right configuration in it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Place {
            folder: tempfile::tempdir().unwrap(),
        };
        place.write(&place.good());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn good(&self) -> String {
        format!(
            r#"
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:8080"
database = "{}"
[[store]]
id = "demo"
catalogue = "demo"
[store.inpost]
api_url = "http://127.0.0.1:1/inpost"
token_url = "http://127.0.0.1:1/inpost/auth/token"
client_id = "karfa-demo"
client_secret = "hush"
pos_id = "karfa-demo"
"#,
            self.path("karfa.db").display()
        )
    }

    fn write(&self, text: &str) {
        std::fs::write(self.path("karfa.toml"), text).unwrap();
    }

    fn command(&self, name: &str) -> Command {
        let mut command = karfa(&[name, "--config"]);
        command.arg(self.path("karfa.toml"));
        command
    }

    /// What `check` and `serve` both say.
    #[track_caller]
    fn complaint(&self) -> String {
        let said = complaint(self.command("check"));
        assert_eq!(complaint(self.command("serve")), said);
        assert!(
            !self.path("karfa.db").exists(),
            "nothing is begun with a wrong configuration"
        );
        said
    }
}

#[track_caller]
fn assert_says(sentence: &str, words: &[&str]) {
    for word in words {
        assert!(sentence.contains(word), "{word:?} is not in: {sentence}");
    }
}

#[test]
fn help_and_version_are_told_on_stdout() {
    for (arguments, words) in [
        (
            vec!["--help"],
            vec!["demo", "serve", "sandbox", "check", "doctor", "embed"],
        ),
        (vec!["demo", "--help"], vec!["--port", "--sandbox-port", "--data"]),
        (vec!["serve", "--help"], vec!["--config", "KARFA_CONFIG"]),
        (vec!["sandbox", "--help"], vec!["--port", "--merchant-url"]),
        (vec!["check", "--help"], vec!["--config"]),
        (vec!["doctor", "--help"], vec!["--config"]),
        (vec!["embed", "--help"], vec!["--config", "--store", "--pinned"]),
        (vec!["--version"], vec![env!("CARGO_PKG_VERSION")]),
    ] {
        let output = run(karfa(&arguments));
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
        assert_says(&text(&output.stdout), &words);
    }
    let version = text(&run(karfa(&["--version"])).stdout);
    assert_eq!(version, format!("karfa {}\n", env!("CARGO_PKG_VERSION")));
    let about = text(&run(karfa(&["--help"])).stdout);
    assert_eq!(
        about.lines().next().unwrap(),
        "Connects a shop, online and at the till, with the shopper's wallet app"
    );
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    for (arguments, word) in [
        (vec![], "Usage"),
        (vec!["dance"], "dance"),
        (vec!["serve"], "--config"),
        (vec!["serve", "--port", "1"], "--port"),
        (vec!["demo", "--port", "many"], "many"),
        (vec!["demo", "--port", "65536"], "65536"),
    ] {
        let output = run(karfa(&arguments));
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        assert_says(&text(&output.stderr), &[word]);
    }
}

#[test]
fn a_right_configuration_is_said_to_be_right_and_nothing_is_begun() {
    let place = Place::new();
    let output = run(place.command("check"));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(
        text(&output.stdout),
        format!("{} is right\n", place.path("karfa.toml").display())
    );
    assert!(!place.path("karfa.db").exists());

    let mut by_variable = karfa(&["check"]);
    by_variable.env("KARFA_CONFIG", place.path("karfa.toml"));
    assert_eq!(run(by_variable).status.code(), Some(0));
}

#[test]
fn a_wrong_value_is_named_in_one_sentence() {
    let place = Place::new();
    let good = place.good();
    for (from, to, words) in [
        ("client_id = \"karfa-demo\"\n", "", vec!["client_id"]),
        ("pos_id =", "pos =", vec!["pos", "pos_id"]),
        (
            "client_id = \"karfa-demo\"",
            "client_id = \" \"",
            vec!["inpost.client_id", "empty"],
        ),
        (
            "listen = \"127.0.0.1:0\"",
            "listen = \"eighty\"",
            vec!["line 2", "socket address"],
        ),
        (
            "listen = \"127.0.0.1:0\"",
            "listen = \"127.0.0.1:0",
            vec!["line 2"],
        ),
        (
            "http://127.0.0.1:8080\"",
            "http://127.0.0.1:8080/shop\"",
            vec!["public_url", "without a path"],
        ),
        (
            "http://127.0.0.1:8080\"",
            "ftp://127.0.0.1\"",
            vec!["public_url", "http"],
        ),
        ("http://127.0.0.1:8080\"", "shop.example\"", vec!["line 3"]),
        (
            "client_secret = \"hush\"",
            "client_secret = [\"hush\"]",
            vec!["line 12", "string"],
        ),
        (
            "api_url = \"http",
            "api_url = \"gopher",
            vec!["inpost.api_url", "https://"],
        ),
        (
            "pos_id = \"karfa-demo\"",
            "pos_id = \"p\"\napproval_seconds = 0",
            vec!["inpost.approval_seconds", "86400"],
        ),
        (
            "catalogue = \"demo\"",
            "catalogue = \"/no/such/catalogue.toml\"",
            vec!["/no/such/catalogue.toml"],
        ),
        ("id = \"demo\"", "id = \"Demo Shop!\"", vec!["line 6"]),
    ] {
        assert!(good.contains(from), "{from}");
        place.write(&good.replacen(from, to, 1));
        assert_says(&place.complaint(), &words);
    }
    place.write("");
    assert_says(&place.complaint(), &["karfa.toml", "missing field"]);
    place.write("\u{feff}\u{0}");
    assert_says(&place.complaint(), &["karfa.toml"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let place = Place::new();
    std::fs::remove_file(place.path("karfa.toml")).unwrap();
    assert_says(&place.complaint(), &["karfa.toml", "--config"]);
    std::fs::create_dir(place.path("karfa.toml")).unwrap();
    assert_says(&place.complaint(), &["karfa.toml", "--config"]);
    std::fs::remove_dir(place.path("karfa.toml")).unwrap();
    std::fs::write(place.path("karfa.toml"), [0xff, 0xfe, 0x00]).unwrap();
    assert_says(&place.complaint(), &["karfa.toml", "--config"]);
}

#[test]
fn a_broken_catalogue_is_named() {
    let place = Place::new();
    let catalogue = place.path("catalogue.toml");
    place.write(&place.good().replace(
        "catalogue = \"demo\"",
        &format!("catalogue = \"{}\"", catalogue.display()),
    ));
    for text in ["", "name = ", "name = \"Shop\"", "[[product]]\nid = 7"] {
        std::fs::write(&catalogue, text).unwrap();
        assert_says(&place.complaint(), &["catalogue.toml"]);
    }
}

#[test]
fn a_variable_that_sets_nothing_is_named() {
    let place = Place::new();
    for (name, value, words) in [
        ("KARFA_LISTN", "127.0.0.1:0", vec!["KARFA_LISTN", "KARFA_LISTEN"]),
        (
            "KARFA_STORE_OTHER_INPOST_CLIENT_ID",
            "x",
            vec!["KARFA_STORE_OTHER_INPOST_CLIENT_ID"],
        ),
        ("KARFA_LISTEN", "eighty", vec!["socket address"]),
        (
            "KARFA_STORE_DEMO_INPOST_APPROVAL_SECONDS",
            "soon",
            vec!["approval_seconds"],
        ),
        (
            "KARFA_STORE_DEMO_INPOST_APPROVAL_SECONDS",
            "0",
            vec!["approval_seconds"],
        ),
    ] {
        for command in ["check", "serve"] {
            let mut command = place.command(command);
            command.env(name, value);
            assert_says(&complaint(command), &words);
        }
    }
    let mut log = place.command("serve");
    log.env("KARFA_LOG", "karfa=loud");
    assert_says(&complaint(log), &["log", "karfa=loud"]);
}

#[test]
fn a_taken_port_says_how_to_choose_another() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let port = address.port().to_string();
    let place = Place::new();

    let mut serve = place.command("serve");
    serve.env("KARFA_LISTEN", address.to_string());
    assert_says(&complaint(serve), &[&address.to_string(), "listen"]);
    assert!(!place.path("karfa.db").exists());

    assert_says(
        &complaint(karfa(&["sandbox", "--port", &port])),
        &[&address.to_string(), "--port"],
    );

    let data = place.path("data");
    let demo = |port: &str, sandbox_port: &str| {
        let mut command = karfa(&["demo", "--port", port, "--sandbox-port", sandbox_port, "--data"]);
        command.arg(&data);
        complaint(command)
    };
    assert_says(&demo(&port, "0"), &[&address.to_string(), "--port"]);
    assert_says(&demo("0", &port), &[&address.to_string(), "--sandbox-port"]);
}

#[test]
fn a_folder_for_the_data_that_cannot_be_made_is_named() {
    let place = Place::new();
    let mut demo = karfa(&["demo", "--port", "0", "--sandbox-port", "0", "--data"]);
    demo.arg(place.path("karfa.toml").join("data"));
    assert_says(&complaint(demo), &["karfa.toml/data", "--data"]);

    place.write(&place.good().replace("karfa.db", "missing/karfa.db"));
    assert_says(
        &complaint(place.command("serve")),
        &["missing/karfa.db", "database"],
    );

    place.write(&place.good());
    std::fs::write(
        place.path("karfa.db"),
        "this is no database, it is a letter to a friend".repeat(100),
    )
    .unwrap();
    assert_says(&complaint(place.command("serve")), &["karfa.db", "database"]);
}

/// A process that was started, ended with the test, and its lines after the first.
struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Running {
    /// Waits for its line `ready …`.
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(tell.send(line))));
        let running = Running { child, lines: told };
        let line = running.line();
        assert!(line.starts_with("ready http://127.0.0.1:"), "{line}");
        running
    }

    /// The next line that it prints.
    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    fn end(mut self, name: &str) -> Option<i32> {
        signal(self.child.id(), name);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_sandbox_says_where_its_pages_are() {
    let sandbox = Running::start(karfa(&["sandbox", "--port", "0"]));
    for (word, path) in [("keys", "/"), ("phone", "/phone"), ("faults", "/control")] {
        let line = sandbox.line();
        let (told, url) = line.split_once(' ').unwrap();
        assert_eq!(told, word);
        let url = url.trim_start();
        assert!(
            url.starts_with("http://127.0.0.1:") && url.ends_with(path),
            "{line}"
        );
    }
    assert_eq!(sandbox.end("INT"), Some(0));
}

#[test]
fn a_database_that_another_process_uses_is_named_and_is_free_afterwards() {
    for name in ["TERM", "INT"] {
        let place = Place::new();
        let first = Running::start(place.command("serve"));
        assert_says(&complaint(place.command("serve")), &["karfa.db", "another"]);
        assert_eq!(first.end(name), Some(0), "SIG{name} ends it cleanly");
        assert_eq!(Running::start(place.command("serve")).end(name), Some(0));
    }
}

#[test]
fn the_doctor_says_what_does_not_work() {
    let place = Place::new();
    let output = run(place.command("doctor"));
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    assert_says(&report, &["✓ database", "✓ goods", "✗ InPost Pay for demo"]);
    assert!(!report.contains("hush"), "{report}");
    assert_eq!(text(&output.stderr).lines().count(), 1);
    assert!(
        only_file(place.folder.path(), "karfa.toml"),
        "it leaves nothing behind"
    );
}

fn only_file(folder: &Path, name: &str) -> bool {
    let names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names == [name]
}

#[test]
fn the_doctor_says_who_may_embed_the_button() {
    let place = Place::new();
    let listed = "catalogue = \"demo\"\nallowed_origins = [\"https://www.shop.example\"]";
    let with_origin = place.good().replace("catalogue = \"demo\"", listed);
    place.write(&with_origin);
    let report = text(&run(place.command("doctor")).stdout);
    assert_says(&report, &["✓ pages that embed demo: https://www.shop.example"]);
    place.write(&with_origin.replace("http://127.0.0.1:8080", "http://karfa.shop.example"));
    let report = text(&run(place.command("doctor")).stdout);
    assert_says(
        &report,
        &["✗ pages that embed demo: https://www.shop.example", "https"],
    );
}

#[test]
fn embed_prints_a_snippet_for_the_configured_address() {
    let place = Place::new();
    place.write(
        &place
            .good()
            .replace("http://127.0.0.1:8080", "https://karfa.shop.example"),
    );
    for (options, words) in [
        (
            &[][..],
            &["<script src=\"https://karfa.shop.example/karfa.js\" defer></script>"][..],
        ),
        (
            &["--pinned", "--store", "demo"],
            &[
                "https://karfa.shop.example/karfa/",
                "integrity=\"sha384-",
                "crossorigin",
            ],
        ),
    ] {
        let mut command = place.command("embed");
        command.args(options);
        let output = run(command);
        // Where the widget was not built there is nothing to embed, and the one sentence says how to build it.
        if output.status.code() == Some(1) {
            assert_says(&text(&output.stderr), &["scripts/build-widget.sh"]);
            continue;
        }
        assert_says(&text(&output.stdout), words);
        assert_says(
            &text(&output.stdout),
            &[
                "<inpost-izi-button",
                "'wasm-unsafe-eval'",
                "wss://karfa.shop.example",
            ],
        );
    }
    let mut command = place.command("embed");
    command.args(["--store", "two"]);
    assert_says(&complaint(command), &["two", "demo", "--store"]);
}
