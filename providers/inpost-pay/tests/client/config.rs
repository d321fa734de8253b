//! Where InPost Pay is and who the merchant is. Contract, section 1.

use crate::fake::{Fake, Fixture, config};
use inpost_pay::{Client, Config, ConfigError, Environment};
use jiff::Timestamp;
use provider_http::{Clock, ManualClock};
use std::sync::Arc;

#[test]
fn a_configuration_that_cannot_work_is_refused() {
    let build = |config: Config| {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        Client::new(config, Arc::new(Fake::default()), clock).map(drop)
    };
    let error = build(Config {
        api_url: "mailto:a@b".parse().unwrap(),
        ..config()
    })
    .unwrap_err();
    assert!(matches!(error, ConfigError::Address(_)), "{error:?}");
    let error = build(Config {
        token_url: "file:///etc".parse().unwrap(),
        ..config()
    })
    .unwrap_err();
    assert!(matches!(error, ConfigError::Address(_)), "{error:?}");
    for behind in [
        "https://k:s&cret@shop.test/",
        "https://shop.test/#a",
        "https://shop.test/?a=b",
    ] {
        let api_url = behind.parse().unwrap();
        let error = build(Config { api_url, ..config() }).unwrap_err();
        assert!(matches!(error, ConfigError::Address(_)), "{behind}");
        assert!(!format!("{error} {error:?}").contains("s&cret"), "{error}");
    }
    let error = build(Config {
        plugin_version: "a\nb".into(),
        ..config()
    })
    .unwrap_err();
    assert!(matches!(error, ConfigError::PluginVersion(_)), "{error:?}");
    for environment in [Environment::Production, Environment::Sandbox] {
        let config = Config::for_environment(environment, "id", "secret".into(), "1.0");
        assert_eq!(
            config.api_url.as_str().trim_end_matches('/'),
            environment.api_url()
        );
        assert_eq!(config.token_url.as_str(), environment.token_url());
        build(config).unwrap();
    }
}

#[test]
fn a_client_and_its_errors_go_between_threads() {
    fn goes<T: Send + Sync + 'static>() {}
    goes::<Client>();
    goes::<Config>();
    goes::<inpost_pay::Error>();
    goes::<inpost_pay::signature::SignatureError>();
}

#[test]
fn secrets_do_not_show_in_the_configuration() {
    let fixture = Fixture::new();
    assert!(!format!("{:?} {:?}", config(), fixture.client).contains("s&cret"));
}

#[test]
fn the_link_into_the_app() {
    let id = "i 1&a=b".into();
    assert_eq!(
        Environment::Production.deep_link(&id),
        "inpost://izilink?basket_id=i+1%26a%3Db"
    );
    assert_eq!(
        Environment::Sandbox.deep_link(&"i-1".into()),
        "inpostsandbox://izilink?basket_id=i-1"
    );
}
