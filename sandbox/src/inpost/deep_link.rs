//! The link into the app, which a QR code carries as text too. Contract, section 1.

use url::Url;

/// How a link into the emulated app begins.
const IZILINK: &str = "inpostsandbox://izilink";

/// A link into the app for this basket.
pub(crate) fn plain(inpost_basket_id: &str) -> String {
    written(&[("basket_id", inpost_basket_id)])
}

/// The same for phones with Huawei's services, told apart by `services=hms`.
pub(crate) fn huawei(inpost_basket_id: &str) -> String {
    written(&[("basket_id", inpost_basket_id), ("services", "hms")])
}

fn written(members: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(members)
        .finish();
    format!("{IZILINK}?{query}")
}

/// A link into the app that begins a basket with a hot product.
pub(crate) fn product(product_id: &str, pos_id: &str) -> String {
    written(&[("product_id", product_id), ("pos_id", pos_id)])
}

/// Where a link or the text of a code leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To a basket, by its `inpost_basket_id`.
    Basket(String),
    /// To a binding that the second generation's widget has begun.
    Binding(String),
    /// To a hot product.
    Product { product_id: String, pos_id: String },
}

/// Reads a link; production's links, and the ones through the vendor's web site, are read too.
pub(crate) fn read(link: &str) -> Option<Target> {
    let url = Url::parse(link.trim()).ok()?;
    let is_ours = match url.scheme() {
        "inpostsandbox" | "inpost" => url.host_str() == Some("izilink"),
        "https" => url.host_str() == Some("inpost.pl") && url.path() == "/izilink",
        _ => false,
    };
    let member = |wanted: &str| {
        let mut pairs = url.query_pairs().filter(|(name, _)| name == wanted);
        let value = pairs.next().map(|(_, value)| value.into_owned());
        value.filter(|value| is_ours && !value.is_empty())
    };
    if let Some(id) = member("basket_id") {
        return Some(Target::Basket(id));
    }
    if let Some(id) = member("binding_id") {
        return Some(Target::Binding(id));
    }
    Some(Target::Product {
        product_id: member("product_id")?,
        pos_id: member("pos_id")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_where_it_was_written_for() {
        assert_eq!(plain("b-1"), "inpostsandbox://izilink?basket_id=b-1");
        for link in [plain("b-1"), huawei("b-1"), format!(" {}\n", plain("b-1"))] {
            assert_eq!(read(&link), Some(Target::Basket("b-1".into())), "{link:?}");
        }
        assert_eq!(
            read("inpost://izilink?basket_id=b-1"),
            Some(Target::Basket("b-1".into()))
        );
        assert_eq!(
            read("https://inpost.pl/izilink?binding_id=x"),
            Some(Target::Binding("x".into()))
        );
        let product = Target::Product {
            product_id: "a b".into(),
            pos_id: "shop".into(),
        };
        assert_eq!(read(&super::product("a b", "shop")), Some(product));
    }

    #[test]
    fn what_is_no_link_into_the_app_leads_nowhere() {
        for link in [
            "",
            "b-1",
            "inpostsandbox://izilink",
            "inpostsandbox://izilink?basket_id=",
            "inpostsandbox://izilink?product_id=1",
            "inpostsandbox://other?basket_id=b-1",
            "http://127.0.0.1/?basket_id=b-1",
            "https://inpost.pl/other?basket_id=b-1",
        ] {
            assert_eq!(read(link), None, "{link:?}");
        }
    }
}
