//! The configuration as texts, and what is said of wrong ones.

use super::*;

const GOOD: &str = r#"
    listen = "127.0.0.1:8080"
    public_url = "https://shop.example"
    database = "karfa.db"
    [[store]]
    id = "demo"
    catalogue = "demo"
    [store.inpost]
    api_url = "https://api.inpost.pl"
    token_url = "https://login.inpost.pl/token"
    client_id = "id"
    client_secret = "hush"
    pos_id = "pos"
"#;

fn parse(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let environment = environment
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    Config::parse(text, "karfa.toml", &environment)
}

fn problem(text: &str, environment: &[(&str, &str)]) -> String {
    let error = parse(text, environment)
        .expect_err("wrong configuration")
        .to_string();
    assert!(!error.contains('\n'), "one sentence, not several lines: {error}");
    error
}

#[test]
fn a_good_file_is_read_and_its_secret_does_not_print() {
    let config = parse(GOOD, &[]).expect("good");
    assert_eq!(config.stores[0].inpost.approval_seconds, 600);
    assert!(!format!("{config:?}").contains("hush"));
}

#[test]
fn addresses_that_would_never_match_are_refused() {
    let with = |line: &str| GOOD.replace("id = \"demo\"\n", &format!("id = \"demo\"\n{line}\n"));
    assert!(parse(&with(r#"allowed_origins = ["https://www.shop.example"]"#), &[]).is_ok());
    for line in [
        r#"allowed_origins = ["www.shop.example"]"#,
        r#"allowed_origins = ["https://www.shop.example/pay"]"#,
        r#"public_url = "https://shop.example/pay""#,
        r#"thank_you_url = "https://shop.example/thanks?from=karfa""#,
    ] {
        assert!(
            problem(&with(line), &[]).contains("must be http:// or https://"),
            "{line}"
        );
    }
    let clear = with(r#"allowed_origins = ["https://shop.example", "http://www.shop.example"]"#);
    assert!(problem(&clear, &[]).contains("must be https://"));
    let by_http = clear.replacen("https://shop.example", "http://127.0.0.1:8080", 1);
    assert!(parse(&by_http, &[]).is_ok(), "the shop itself is reached by http");
    assert!(problem(&format!("log = \"a=b=c\"\n{GOOD}"), &[]).contains("log filter"));
}

#[test]
fn the_vendors_widget_needs_the_shops_public_name() {
    assert_eq!(
        parse(GOOD, &[]).expect("good").stores[0].inpost.protocol,
        Protocol::V1
    );
    let v2 = ("KARFA_STORE_DEMO_INPOST_PROTOCOL", "v2");
    assert!(problem(GOOD, &[v2]).contains("inpost.merchant_client_id"));
    let named = ("KARFA_STORE_DEMO_INPOST_MERCHANT_CLIENT_ID", "shop");
    let config = parse(GOOD, &[v2, named]).expect("good");
    assert_eq!(config.stores[0].inpost.protocol, Protocol::V2);
    let wrong = (
        "KARFA_STORE_DEMO_INPOST_WIDGET_API_URL",
        "https://api.example?x=1",
    );
    assert!(problem(GOOD, &[v2, named, wrong]).contains("inpost.widget_api_url"));
    assert!(!problem(GOOD, &[("KARFA_STORE_DEMO_INPOST_PROTOCOL", "v3")]).is_empty());
}

#[test]
fn lists_come_with_commas_and_an_orchestrators_variables_are_none_of_ours() {
    let config = parse(
        GOOD,
        &[
            ("KARFA_STORE_DEMO_HOSTS", "one.example, two.example"),
            ("KARFA_SERVICE_HOST", "10.0.0.1"),
            ("KARFA_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ],
    )
    .expect("good");
    assert_eq!(config.stores[0].hosts, ["one.example", "two.example"]);
}

#[test]
fn the_environment_overrides_the_file() {
    use secrecy::ExposeSecret;
    let config = parse(
        GOOD,
        &[
            ("KARFA_LISTEN", "0.0.0.0:1"),
            ("KARFA_STORE_DEMO_INPOST_CLIENT_SECRET", "123456"),
            ("KARFA_STORE_DEMO_INPOST_APPROVAL_SECONDS", "30"),
            ("KARFA_BEHIND_PROXY", "true"),
            ("PATH", "/bin"),
        ],
    )
    .expect("good");
    assert_eq!(config.listen.port(), 1);
    assert_eq!(config.stores[0].inpost.client_secret.expose_secret(), "123456");
    assert_eq!(config.stores[0].inpost.approval_seconds, 30);
    assert!(config.behind_proxy);
}

#[test]
fn what_is_wrong_is_said_in_one_sentence_that_names_it() {
    assert!(problem(&GOOD.replace("pos_id", "posid"), &[]).contains("posid"));
    assert!(problem(&GOOD.replace("database = \"karfa.db\"", ""), &[]).contains("database"));
    assert!(problem(&GOOD.replace("127.0.0.1:8080", "eighty"), &[]).contains("socket address"));
    assert!(problem(&GOOD.replace("shop.example", "shop.example/x"), &[]).contains("without a path"));
    assert!(problem(&GOOD.replace("\"id\"", "\" \""), &[]).contains("inpost.client_id"));
    assert!(problem(GOOD, &[("KARFA_LISTN", "x")]).contains("KARFA_LISTN"));
    assert!(problem("listen = ", &[]).contains("karfa.toml"));
}

#[test]
fn several_stores_are_told_apart_by_host() {
    let section = GOOD.split_once("[[store]]").expect("has a store").1;
    let second = section.replace(
        "\"demo\"\n        catalogue",
        "\"two\"\n        hosts = [\"two.example\"]\n        catalogue",
    );
    let first = GOOD.replace("id = \"demo\"\n", "id = \"demo\"\n hosts = [\"one.example\"]\n");
    let config = parse(&format!("{first}\n[[store]]{second}"), &[]).expect("good");
    assert_eq!(config.stores[1].hosts, ["two.example"]);
    assert!(problem(&format!("{GOOD}\n[[store]]{second}"), &[]).contains("hosts"));
}
