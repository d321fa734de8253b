//! Protocol v2: the vendor's own widget stands on the page and speaks to InPost by itself, with a key that the shop gives it.
//!
//! Belongs here: what that widget needs of the shop, and the key of each basket. Does not belong here: the link itself. It
//! is the same machine for both protocols; only who asks the shopper differs (InPost contract, introduction).

/// When InPost is asked for the key of a basket.
pub mod machine;
/// Asks InPost for it.
pub mod perform;

use super::{Checkout, CheckoutError};
use crate::engine::run::RunError;
use crate::engine::store::StoreError;
use crate::shop::model::BasketId;
use machine::{BindingKey, Command, Key};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// How long a click waits for InPost's key.
const PATIENCE: Duration = Duration::from_secs(12);
/// The vendor's script in production (InPost contract, section 1).
pub const SCRIPT: &str = "https://inpostpay-widget-v2.inpost.pl/inpostpay.widget.v2.js";
/// What the vendor's script speaks to in production, and where it counts its own use whatever API it was given.
pub const API: &str = "https://inpostpay-widget-api.inpost.pl";
/// The vendor's pictures.
const PICTURES: &str = "https://static.inpost.pl";
/// The vendor's fonts: the rules that name them.
const FONT_RULES: &str = "https://fonts.googleapis.com";
/// The vendor's fonts.
const FONTS: &str = "https://fonts.gstatic.com";

/// A shop with the vendor's own widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct V2 {
    /// Address of the vendor's script.
    pub script_url: String,
    /// What the script speaks to. No slash at the end.
    pub api_url: String,
    /// The shop's public name at InPost.
    pub merchant_client_id: String,
}

impl V2 {
    /// What a page with the widget has to allow beyond its own origin, by the directives of a Content-Security-Policy. Its
    /// `<style>` elements have no nonce, so inline styles must be allowed.
    pub fn directives(&self) -> [(&'static str, String); 5] {
        [
            ("script-src", origin(&self.script_url)),
            ("style-src", format!("'unsafe-inline' {FONT_RULES}")),
            ("font-src", FONTS.to_owned()),
            ("img-src", format!("data: {PICTURES}")),
            ("connect-src", format!("{} {API}", origin(&self.api_url))),
        ]
    }

    /// The policy of a page that needs nothing else of other origins.
    pub fn page_policy(&self) -> String {
        let own = self
            .directives()
            .map(|(directive, others)| format!("{directive} 'self' {others}; "));
        format!(
            "default-src 'none'; {}form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            own.concat()
        )
    }
}

/// Scheme, host and port of an address, as a policy names them.
fn origin(address: &str) -> String {
    Url::parse(address).map_or_else(|_| "'none'".to_owned(), |url| url.origin().ascii_serialization())
}

impl Checkout {
    /// The key with which the widget may link a basket: asked of InPost at the first click, and again when it is old.
    /// `None` if InPost gave none in time.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn ask_binding_key(&self, basket: &BasketId) -> Result<Option<Key>, CheckoutError> {
        match self
            .engine
            .run::<BindingKey>(&self.store, basket.as_str(), Command::Ask)
            .await
        {
            Ok(_) => {}
            Err(RunError::Refused(never)) => match never {},
            Err(RunError::Contended) => return Err(CheckoutError::Contended),
            Err(RunError::Store(error)) => return Err(error.into()),
        }
        let answered = |key: &BindingKey| !key.asking;
        self.engine
            .wait_until(&self.store, basket.as_str(), answered, Instant::now() + PATIENCE)
            .await?;
        self.binding_key(basket).await
    }

    /// Whether the vendor's widget may be asking the shopper to link this basket: it was given a key not long ago.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn may_be_asked_to_link(&self, basket: &BasketId) -> Result<bool, StoreError> {
        if self.v2.is_none() {
            return Ok(false);
        }
        let key = self
            .engine
            .load::<BindingKey>(&self.store, basket.as_str())
            .await?
            .state;
        let age = key.given.map(|given| self.engine.now().duration_since(given.at));
        Ok(key.asking || age.is_some_and(|age| age < self.time_to_approve))
    }

    /// The key of a basket, if InPost was ever asked for it.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn binding_key(&self, basket: &BasketId) -> Result<Option<Key>, CheckoutError> {
        let loaded = self
            .engine
            .load::<BindingKey>(&self.store, basket.as_str())
            .await?;
        Ok(loaded.state.given.map(|given| given.key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_load_the_widget_and_nothing_else_of_the_world() {
        let v2 = V2 {
            script_url: "https://widget.example/path/v2.js".into(),
            api_url: "https://api.example/below".into(),
            merchant_client_id: "shop".into(),
        };
        let policy = v2.page_policy();
        for part in [
            "default-src 'none'",
            "script-src 'self' https://widget.example;",
            "connect-src 'self' https://api.example https://inpostpay-widget-api.inpost.pl;",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part} is not in {policy}");
        }
        assert!(!policy.contains("path"), "{policy}");
        let scripts = policy
            .split(';')
            .find(|directive| directive.contains("script-src"))
            .expect("it says which scripts");
        assert!(!scripts.contains("unsafe"), "{scripts}");
    }
}
