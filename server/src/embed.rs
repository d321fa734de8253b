//! What a merchant puts into the shop's pages: the script tag, the elements, and what a content security policy must allow.

use crate::app::vendors_widget;
use crate::checkout::v2::V2;
use crate::config::{Config, StoreConfig};
use crate::web::assets::V2_GLUE;
use crate::web::widget_files::{LOADER, Release};
use std::fmt::Write as _;
use url::Url;

/// There is no snippet. Each text is one sentence that says what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EmbedError {
    /// The configuration has no such store.
    #[error("there is no store {asked:?} in the configuration: name one of {known} with --store")]
    UnknownStore {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: String,
    },
    /// Several stores, and none was named.
    #[error("the configuration has several stores: name one of {known} with --store")]
    WhichStore {
        /// What there is.
        known: String,
    },
    /// The vendor changes its script in place.
    #[error(
        "the vendor's own widget (protocol = \"v2\") cannot be pinned, because its file changes in place: leave out --pinned"
    )]
    NotPinnable,
    /// The store sells at tills alone.
    #[error("the store {0} has no web shop: give it a catalogue and an [store.inpost] section")]
    NotOnline(String),
    /// The program has no widget in it.
    #[error("this program was built without the widget: run scripts/build-widget.sh and build it anew")]
    NotBuilt,
}

/// The snippet for a store. `pinned`: one version, by its hash, instead of the newest.
///
/// # Errors
/// [`EmbedError`].
pub fn snippet(config: &Config, store: Option<&str>, pinned: bool) -> Result<String, EmbedError> {
    let store = choose(config, store)?;
    let url = store.public_url.as_ref().unwrap_or(&config.public_url);
    let web_shop = store
        .web_shop()
        .ok_or_else(|| EmbedError::NotOnline(store.id.to_string()))?;
    if let Some(v2) = vendors_widget(web_shop.inpost) {
        return if pinned {
            Err(EmbedError::NotPinnable)
        } else {
            Ok(write_v2(url, &v2))
        };
    }
    let release = Release::of_this_program().ok_or(EmbedError::NotBuilt)?;
    write(url, &release, pinned).ok_or(EmbedError::NotBuilt)
}

fn choose<'a>(config: &'a Config, asked: Option<&str>) -> Result<&'a StoreConfig, EmbedError> {
    let known = || {
        let names: Vec<&str> = config.stores.iter().map(|store| store.id.as_str()).collect();
        names.join(", ")
    };
    match (asked, config.stores.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => Err(EmbedError::WhichStore { known: known() }),
        (Some(id), stores) => stores
            .iter()
            .find(|store| store.id.as_str() == id)
            .ok_or_else(|| EmbedError::UnknownStore {
                asked: id.to_owned(),
                known: known(),
            }),
    }
}

fn write(url: &Url, release: &Release, pinned: bool) -> Option<String> {
    let backend = url.origin().ascii_serialization();
    // http -> ws, https -> wss.
    let socket = backend.replacen("http", "ws", 1);
    let (path, integrity) = release.pinned_loader()?;
    let script = if pinned {
        format!(
            "<script src=\"{backend}{path}\" integrity=\"{integrity}\" crossorigin=\"anonymous\" defer></script>"
        )
    } else {
        format!("<script src=\"{backend}/{LOADER}\" defer></script>")
    };
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        r#"<!-- In the head of every page with a button. -->
{script}

<!-- On a product's page, below the shop's own add-to-basket button. The link inside is for browsers without scripts. -->
<inpost-izi-button data-product-id="ID" binding_place="PRODUCT_CARD" language="pl"><a href="{backend}/plain?product=ID&amp;lang=pl">InPost Pay</a></inpost-izi-button>

<!-- On the basket's page. -->
<inpost-izi-button basket="true" binding_place="BASKET_SUMMARY" language="pl"><a href="{backend}/plain?lang=pl">InPost Pay</a></inpost-izi-button>

<!-- In the shop's stylesheet, so that nothing moves when the button comes:
  inpost-izi-button {{ display: block; min-height: 48px }}
-->

<!-- With a Content-Security-Policy, add to its directives:
  script-src {backend} 'wasm-unsafe-eval'
  connect-src {backend} {socket}
-->
"#
    );
    Some(text)
}

/// For pages with the vendor's own widget.
fn write_v2(url: &Url, v2: &V2) -> String {
    let backend = url.origin().ascii_serialization();
    let mut text = format!(
        r#"<!-- In the head of every page with a button. -->
<script src="{backend}{V2_GLUE}" defer></script>

<!-- On a product's page, below the shop's own add-to-basket button. -->
<inpost-izi-button data-product-id="ID" binding_place="PRODUCT_CARD" language="pl"></inpost-izi-button>

<!-- On the basket's page. -->
<inpost-izi-button basket="true" binding_place="BASKET_SUMMARY" language="pl"></inpost-izi-button>

<!-- With a Content-Security-Policy, add to its directives:
"#
    );
    for (directive, others) in v2.directives() {
        let ours = match directive {
            "script-src" | "connect-src" => format!("{backend} "),
            _ => String::new(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {directive} {ours}{others}");
    }
    text.push_str("-->\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn config(stores: &[&str]) -> Config {
        let mut text = "listen = \"127.0.0.1:0\"\npublic_url = \"https://karfa.shop.example\"\ndatabase = \"karfa.db\"\n".to_owned();
        for id in stores {
            let _ = write!(
                text,
                "[[store]]\nid = \"{id}\"\ncatalogue = \"demo\"\nhosts = [\"{id}.example\"]\npublic_url = \"https://{id}.example\"\n\
                 [store.inpost]\napi_url = \"https://api.inpost.pl\"\ntoken_url = \"https://login.inpost.pl/token\"\n\
                 client_id = \"id\"\nclient_secret = \"hush\"\npos_id = \"pos\"\n"
            );
        }
        Config::parse(&text, "karfa.toml", &BTreeMap::new()).unwrap()
    }

    fn release() -> Release {
        serde_json::from_str(
            r#"{"version":"0123456789ab","files":{"karfa.js":{"integrity":"sha384-loader"}}}"#,
        )
        .unwrap()
    }

    #[test]
    fn the_newest_is_named_without_a_version_and_a_pinned_one_with_its_hash() {
        let url = Url::parse("https://one.example").unwrap();
        let newest = write(&url, &release(), false).unwrap();
        assert!(
            newest.contains("<script src=\"https://one.example/karfa.js\" defer></script>"),
            "{newest}"
        );
        let pinned = write(&url, &release(), true).unwrap();
        assert!(
            pinned.contains(
                "<script src=\"https://one.example/karfa/0123456789ab/karfa.js\" integrity=\"sha384-loader\" \
                 crossorigin=\"anonymous\" defer></script>"
            ),
            "{pinned}"
        );
        for snippet in [newest, pinned] {
            for part in [
                "<inpost-izi-button data-product-id=\"ID\"",
                "<a href=\"https://one.example/plain?product=ID&amp;lang=pl\">",
                "script-src https://one.example 'wasm-unsafe-eval'",
                "connect-src https://one.example wss://one.example",
                "inpost-izi-button { display: block; min-height: 48px }",
            ] {
                assert!(snippet.contains(part), "{part} is not in {snippet}");
            }
        }
    }

    #[test]
    fn a_local_backend_is_spoken_to_by_ws_and_its_port() {
        let url = Url::parse("http://127.0.0.1:8080").unwrap();
        let snippet = write(&url, &release(), false).unwrap();
        assert!(
            snippet.contains("connect-src http://127.0.0.1:8080 ws://127.0.0.1:8080\n"),
            "{snippet}"
        );
    }

    #[test]
    fn the_vendors_widget_has_a_script_and_a_policy_of_its_own_and_cannot_be_pinned() {
        let mut config = config(&["one"]);
        for store in &mut config.stores {
            let inpost = store.inpost.as_mut().unwrap();
            inpost.protocol = crate::config::Protocol::V2;
            inpost.merchant_client_id = Some("shop".to_owned());
        }
        let text = snippet(&config, None, false).unwrap();
        for part in [
            "<script src=\"https://one.example/karfa-v2.js\" defer></script>",
            "script-src https://one.example https://inpostpay-widget-v2.inpost.pl\n",
            "connect-src https://one.example https://inpostpay-widget-api.inpost.pl",
            "style-src 'unsafe-inline'",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert_eq!(snippet(&config, None, true), Err(EmbedError::NotPinnable));
    }

    #[test]
    fn a_store_is_named_where_there_are_several() {
        let two = config(&["one", "two"]);
        assert_eq!(choose(&two, Some("two")).unwrap().id.as_str(), "two");
        assert_eq!(
            choose(&two, None).unwrap_err(),
            EmbedError::WhichStore {
                known: "one, two".to_owned()
            }
        );
        let unknown = choose(&two, Some("three")).unwrap_err().to_string();
        assert!(
            unknown.contains("three") && unknown.contains("one, two"),
            "{unknown}"
        );
        assert_eq!(choose(&config(&["one"]), None).unwrap().id.as_str(), "one");
    }
}
