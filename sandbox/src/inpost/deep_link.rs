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

/// The `inpost_basket_id` of a link or of the text of a code; production's links are read too.
pub(crate) fn basket_of(link: &str) -> Option<String> {
    let url = Url::parse(link.trim()).ok()?;
    if !matches!(url.scheme(), "inpostsandbox" | "inpost") || url.host_str() != Some("izilink") {
        return None;
    }
    let id = url
        .query_pairs()
        .find(|(name, _)| name == "basket_id")
        .map(|(_, id)| id.into_owned());
    id.filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_links_lead_to_the_basket() {
        assert_eq!(plain("b-1"), "inpostsandbox://izilink?basket_id=b-1");
        for link in [plain("b-1"), huawei("b-1"), format!(" {}\n", plain("b-1"))] {
            assert_eq!(basket_of(&link).as_deref(), Some("b-1"), "{link:?}");
        }
        assert_eq!(
            basket_of("inpost://izilink?basket_id=b-1").as_deref(),
            Some("b-1")
        );
    }

    #[test]
    fn what_is_no_link_into_the_app_leads_nowhere() {
        for link in [
            "",
            "b-1",
            "inpostsandbox://izilink",
            "inpostsandbox://izilink?basket_id=",
            "inpostsandbox://other?basket_id=b-1",
            "http://127.0.0.1/?basket_id=b-1",
        ] {
            assert_eq!(basket_of(link), None, "{link:?}");
        }
    }
}
