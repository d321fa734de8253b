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

fn inpost(config: &Config) -> &InpostConfig {
    config.stores[0].inpost.as_ref().expect("a web shop")
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
    assert_eq!(inpost(&config).approval_seconds, 600);
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
    assert_eq!(inpost(&parse(GOOD, &[]).expect("good")).protocol, Protocol::V1);
    let v2 = ("KARFA_STORE_DEMO_INPOST_PROTOCOL", "v2");
    assert!(problem(GOOD, &[v2]).contains("inpost.merchant_client_id"));
    let named = ("KARFA_STORE_DEMO_INPOST_MERCHANT_CLIENT_ID", "shop");
    let config = parse(GOOD, &[v2, named]).expect("good");
    assert_eq!(inpost(&config).protocol, Protocol::V2);
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
    assert_eq!(inpost(&config).client_secret.expose_secret(), "123456");
    assert_eq!(inpost(&config).approval_seconds, 30);
    assert!(config.behind_proxy);
}

#[test]
fn what_is_wrong_is_said_in_one_sentence_that_names_it() {
    assert!(problem(&GOOD.replace("pos_id", "posid"), &[]).contains("posid"));
    assert!(problem(&GOOD.replace("database = \"karfa.db\"", ""), &[]).contains("database"));
    assert!(problem(&GOOD.replace("127.0.0.1:8080", "eighty"), &[]).contains("socket address"));
    assert!(problem(&GOOD.replace("shop.example", "shop.example/x"), &[]).contains("without a path"));
    assert!(problem(&GOOD.replace("\"id\"", "\" \""), &[]).contains("inpost.client_id"));
    assert!(problem(&GOOD.replace("\"hush\"", "\"\""), &[]).contains("inpost.client_secret"));
    assert!(problem(GOOD, &[("KARFA_LISTN", "x")]).contains("KARFA_LISTN"));
    assert!(problem("listen = ", &[]).contains("karfa.toml"));
}

#[test]
fn several_stores_are_told_apart_by_host() {
    let section = GOOD.split_once("[[store]]").expect("has a store").1;
    let second = section.replace(
        "\"demo\"\n    catalogue",
        "\"two\"\n    hosts = [\"two.example\"]\n    catalogue",
    );
    let first = GOOD.replace("id = \"demo\"\n", "id = \"demo\"\n hosts = [\"one.example\"]\n");
    let config = parse(&format!("{first}\n[[store]]{second}"), &[]).expect("good");
    assert_eq!(config.stores[1].hosts, ["two.example"]);
    assert!(problem(&format!("{GOOD}\n[[store]]{second}"), &[]).contains("hosts"));
}

const TILL: &str = r#"
    listen = "127.0.0.1:8080"
    public_url = "https://till.example"
    database = "karfa.db"
    [[store]]
    id = "demo"
    [[store.branch]]
    id = "oslo-vest"
    name = "Kløver Oslo"
    language = "nb"
    currency = "NOK"
    country_prefix = "47"
    time_zone = "Europe/Oslo"
    goods = "demo"
    club = "Kløver"
    receipt_head = ["Kløver AS", "Org.nr. 999 999 999 MVA"]
    tills = [{ id = "1", name = "Kasse 1" }, { id = "2", name = "Kasse 2" }]
    [[store.branch.cashier]]
    id = "kari"
    name = "Kari"
    pin = "pbkdf2-sha256:600000:00ff:00ff"
    [store.branch.vipps]
    api_url = "https://api.vipps.no"
    client_id = "id"
    client_secret = "hush"
    subscription_key = "quiet"
    merchant_serial_number = "123456"
"#;

const NETGIRO: &str = r#"
    [store.branch.netgiro]
    v1_url = "https://api.netgiro.is/v1/"
    v2_url = "https://api.netgiro.is/v2/"
    partner_url = "https://api.netgiro.is/partner/"
    application_id = "id"
    secret = "silence"
    confirmations_allowed = ["automatic", "manual"]
"#;

/// A branch in Iceland, with Netgíró alone.
fn icelandic() -> String {
    let branch = TILL.split_once("[store.branch.vipps]").expect("has vipps").0;
    let branch = branch.replace("\"NOK\"", "\"ISK\"").replace("\"47\"", "\"354\"");
    format!("{branch}{NETGIRO}").replace("club = \"Kløver\"\n", "")
}

#[test]
fn a_shop_may_be_a_till_alone() {
    let config = parse(TILL, &[]).expect("good");
    let store = &config.stores[0];
    assert!(store.inpost.is_none() && store.catalogue.is_none());
    let branch = &store.branches[0];
    assert_eq!(branch.zone().iana_name(), Some("Europe/Oslo"));
    assert!(branch.vipps.as_ref().expect("vipps").club_scopes.len() == 5);
    let printed = format!("{config:?}");
    assert!(
        !printed.contains("hush") && !printed.contains("quiet") && !printed.contains("00ff"),
        "{printed}"
    );
    let nothing = TILL.split_once("[[store.branch]]").expect("has a branch").0;
    assert!(problem(nothing, &[]).contains("[[store.branch]]"));
    assert!(problem(&GOOD.replace("catalogue = \"demo\"", ""), &[]).contains("catalogue"));
    let (without, _) = GOOD.split_once("[store.inpost]").expect("has inpost");
    assert!(problem(without, &[]).contains("[store.inpost]"));
}

#[test]
fn an_account_of_the_till_is_overridden_by_the_environment() {
    use karfa_shared::till::Confirmation;
    use secrecy::ExposeSecret;
    let config = parse(
        TILL,
        &[
            ("KARFA_STORE_DEMO_BRANCH_OSLO_VEST_NAME", "Kløver Grønland"),
            ("KARFA_STORE_DEMO_BRANCH_OSLO_VEST_VIPPS_CLIENT_SECRET", "123"),
            (
                "KARFA_STORE_DEMO_BRANCH_OSLO_VEST_VIPPS_CLUB_SCOPES",
                "name, phoneNumber",
            ),
            ("KARFA_STORE_DEMO_BRANCH_OSLO_VEST_CASHIER_KARI_MANAGER", "true"),
            (
                "KARFA_STORE_DEMO_BRANCH_OSLO_VEST_CASHIER_KARI_PIN",
                "pbkdf2-sha256:600000:11:22",
            ),
        ],
    )
    .expect("good");
    let branch = &config.stores[0].branches[0];
    let vipps = branch.vipps.as_ref().expect("vipps");
    assert_eq!(branch.name, "Kløver Grønland");
    assert_eq!(vipps.client_secret.expose_secret(), "123");
    assert_eq!(vipps.club_scopes, ["name", "phoneNumber"]);
    assert!(branch.cashiers[0].manager);
    assert_eq!(branch.cashiers[0].pin.text(), "pbkdf2-sha256:600000:11:22");

    let allowed = (
        "KARFA_STORE_DEMO_BRANCH_OSLO_VEST_NETGIRO_CONFIRMATIONS_ALLOWED",
        "automatic,server_callback,manual",
    );
    let config = parse(&icelandic(), &[allowed]).expect("good");
    let netgiro = config.stores[0].branches[0].netgiro.as_ref().expect("netgiro");
    assert_eq!(
        netgiro.confirmations(),
        [
            Confirmation::Manual,
            Confirmation::Automatic,
            Confirmation::ServerCallback
        ]
    );
    for unknown in [
        "KARFA_STORE_DEMO_BRANCH_BERGEN_NAME",
        "KARFA_STORE_DEMO_BRANCH_OSLO_VEST_CASHIER_OLA_PIN",
        "KARFA_STORE_DEMO_BRANCH_OSLO_VEST_VIPPS_SECRET",
    ] {
        assert!(problem(TILL, &[(unknown, "x")]).contains("_BRANCH_"), "{unknown}");
    }
}

#[test]
fn an_address_of_a_providers_has_no_password_and_none_is_shown() {
    for (text, address, word) in [
        (GOOD, "https://api.inpost.pl", "inpost.api_url"),
        (TILL, "https://api.vipps.no", "vipps.api_url"),
    ] {
        for wrong in [
            address.replace("://", "://k:s3cret@"),
            format!("{address}/#a"),
            format!("{address}/?a=b"),
        ] {
            let said = problem(&text.replace(address, &wrong), &[]);
            assert!(said.contains(word) && !said.contains("s3cret"), "{said}");
        }
    }
}

#[test]
fn what_a_branch_lacks_is_said_with_the_branchs_id() {
    for (from, to, word) in [
        ("Europe/Oslo", "Europe/Osl", "time_zone"),
        ("\"47\"", "\"+47\"", "country_prefix"),
        ("\"47\"", "\"0\"", "country_prefix"),
        ("\"NOK\"", "\"PLN\"", "currency"),
        ("\"NOK\"", "\"ISK\"", "currency"),
        ("id = \"2\"", "id = \"1\"", "tills"),
        ("Kasse 2", "", "tills"),
        ("https://api.vipps.no", "ftp://api.vipps.no", "vipps.api_url"),
        ("\"123456\"", "\"\"", "merchant_serial_number"),
        ("\"hush\"", "\" \"", "vipps.client_secret"),
        ("\"quiet\"", "\"\"", "vipps.subscription_key"),
        (
            "[{ id = \"1\", name = \"Kasse 1\" }, { id = \"2\", name = \"Kasse 2\" }]",
            "[]",
            "tills",
        ),
    ] {
        let said = problem(&TILL.replace(from, to), &[]);
        assert!(said.contains(word) && said.contains("oslo-vest"), "{said}");
    }
    for (from, to, word) in [
        ("00ff:00ff", "00ff:00fg", ", pin: "),
        (
            "\"pbkdf2-sha256:600000:00ff:00ff\"",
            "\"4711\"",
            "karfa cashier pin",
        ),
        ("\"pbkdf2-sha256:600000:00ff:00ff\"", "4711", "karfa cashier pin"),
        ("\"nb\"", "\"sv\"", "sv"),
        ("oslo-vest", "Oslo", "lower-case"),
    ] {
        let said = problem(&TILL.replace(from, to), &[]);
        assert!(said.contains(word) && !said.contains("4711"), "{said}");
    }
    let (head, branch) = TILL.split_once("[[store.branch]]").expect("has a branch");
    let twice = format!("{head}[[store.branch]]{branch}[[store.branch]]{branch}");
    assert!(problem(&twice, &[]).contains("stands twice"));
    assert!(parse(&icelandic(), &[]).is_ok());
    assert!(problem(&icelandic().replace("\"ISK\"", "\"NOK\""), &[]).contains("ISK"));
    assert!(problem(&icelandic().replace("\"silence\"", "\"\""), &[]).contains("netgiro.secret"));
    // Its callback cannot decide: nothing else is to be done silently in place of what was written.
    let second = format!("{}generation = \"v2\"\n", icelandic());
    assert!(parse(&second, &[]).is_ok());
    let by_callback = format!("{second}confirmation = \"server_callback\"\n");
    assert!(problem(&by_callback, &[]).contains("netgiro.confirmation"));
    let allowed = second.replace("[\"automatic\", \"manual\"]", "[\"server_callback\"]");
    assert!(problem(&allowed, &[]).contains("netgiro.confirmation"));
    let no_wallet = TILL.split_once("[store.branch.vipps]").expect("has vipps").0;
    assert!(problem(&no_wallet.replace("club = \"Kløver\"\n", ""), &[]).contains("store.branch.netgiro"));
    assert!(problem(no_wallet, &[]).contains("club"));
}
