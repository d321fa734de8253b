//! The configuration of `karfa demo`: a shop online and in five branches, with the accounts that the sandbox knows.

use crate::config::{Config, ConfigError};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

/// The branches with their tills. `SANDBOX` stands for the sandbox's address.
const BRANCHES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../assets/till/branches.toml"
));

/// The configuration of `karfa demo`: the demo shop at `shop`, with the accounts that the sandbox knows.
///
/// # Errors
/// Never in practice: the text is our own.
pub fn demo_config(shop: SocketAddr, sandbox_url: &str, database: &Path) -> Result<Config, ConfigError> {
    let text = format!(
        r#"
        listen = "{shop}"
        public_url = "http://{shop}"
        database = {database}
        [[store]]
        id = "demo"
        catalogue = "demo"
        [store.inpost]
        api_url = "{sandbox_url}/inpost"
        token_url = "{sandbox_url}/inpost/auth/token"
        client_id = "karfa-demo"
        client_secret = "karfa-demo-secret"
        pos_id = "karfa-demo"
        merchant_secret = "karfa-demo-merchant-secret"
        app_link = "inpostsandbox://izilink"
        {branches}
        "#,
        branches = BRANCHES.replace("SANDBOX", sandbox_url),
        database = toml::Value::from(database.display().to_string()),
    );
    Config::parse(&text, "the demo's configuration", &BTreeMap::new())
}
