//! The shared messages to and from JSON, field by field. serde would do it as well and cost a shopper on a phone
//! several kilobytes more; tests hold every name here against the shared types' own.

use karfa_shared::widget::{
    AddItem, Bind, BindMethod, DeepLinks, Ended, LinkStatus, LinkView, OrderComplete,
};

/// An object of JSON, to read from.
pub trait Read: Sized {
    /// A text, `None` if absent, null or no text.
    fn text(&self, name: &str) -> Option<String>;
    /// A whole number.
    fn number(&self, name: &str) -> Option<i64>;
    /// A truth value, false if absent.
    fn flag(&self, name: &str) -> bool;
    /// An object within.
    fn object(&self, name: &str) -> Option<Self>;
}

/// An object of JSON, to write into.
pub trait Write: Sized {
    /// An empty object.
    fn empty() -> Self;
    /// Sets a text.
    fn set_text(&mut self, name: &str, value: &str);
    /// Sets a number.
    fn set_number(&mut self, name: &str, value: u32);
    /// Sets an object.
    fn set_object(&mut self, name: &str, value: Self);
}

/// Reads a view. `None` if it is none: an unknown status is for a newer widget than this one.
pub fn link_view(from: &impl Read) -> Option<LinkView> {
    Some(LinkView {
        basket_id: from.text("basket_id"),
        cursor: from.number("cursor")?,
        status: link_status(&from.text("status")?)?,
        attempt: count(from, "attempt"),
        count: count(from, "count"),
        seconds_left: from.number("seconds_left").and_then(|n| u32::try_from(n).ok()),
        links: from.object("links").map(|links| deep_links(&links)),
        masked_phone_number: from.text("masked_phone_number"),
        name: from.text("name"),
        browser_trusted: from.flag("browser_trusted"),
        ended: from.text("ended").and_then(|text| ended(&text)),
        error_code: from.text("error_code"),
        order: from.object("order").map(|order| order_complete(&order)),
    })
}

/// What `iziGetPayData` answers, taken over from the backend's answer by these names.
pub const PAY_DATA: [&str; 5] = [
    "qr_code",
    "deep_link",
    "deep_link_hms",
    "error_code",
    "error_message",
];

/// Reads the links into the app; also from what a page's own `iziGetPayData` says.
pub fn deep_links(from: &impl Read) -> DeepLinks {
    DeepLinks {
        qr_code: from.text("qr_code").unwrap_or_default(),
        deep_link: from.text("deep_link").unwrap_or_default(),
        deep_link_hms: from.text("deep_link_hms").unwrap_or_default(),
    }
}

/// Reads what to do once the order is done; also what a page's own `iziGetOrderComplete` says.
pub fn order_complete(from: &impl Read) -> OrderComplete {
    match from.text("redirect") {
        Some(redirect) => OrderComplete::Redirect { redirect },
        None => OrderComplete::Refresh,
    }
}

/// Writes a product to add.
pub fn add_item<W: Write>(item: &AddItem) -> W {
    let mut to = W::empty();
    to.set_text("product_id", &item.product_id);
    to.set_text("request_id", &item.request_id);
    if let Some(quantity) = item.quantity {
        to.set_number("quantity", quantity);
    }
    to
}

/// Writes the question for a product, or for the basket.
pub fn can_be_bound<W: Write>(product_id: Option<&str>) -> W {
    let mut to = W::empty();
    if let Some(product_id) = product_id {
        to.set_text("product_id", product_id);
    }
    to
}

/// Writes a request to link.
pub fn bind<W: Write>(bind: &Bind) -> W {
    let mut to = W::empty();
    to.set_text(
        "method",
        match bind.method {
            BindMethod::Phone => "phone",
            BindMethod::DeepLink => "deep_link",
        },
    );
    for (name, value) in [("prefix", &bind.prefix), ("phone", &bind.phone)] {
        if let Some(value) = value {
            to.set_text(name, value);
        }
    }
    to.set_text("binding_place", &bind.binding_place);
    let mut browser = W::empty();
    browser.set_text("user_agent", &bind.browser.user_agent);
    browser.set_text("description", &bind.browser.description);
    browser.set_text("platform", &bind.browser.platform);
    browser.set_text("architecture", &bind.browser.architecture);
    to.set_object("browser", browser);
    to
}

fn count(from: &impl Read, name: &str) -> u32 {
    from.number(name)
        .and_then(|n| u32::try_from(n).ok())
        .unwrap_or_default()
}

fn link_status(text: &str) -> Option<LinkStatus> {
    Some(match text {
        "unlinked" => LinkStatus::Unlinked,
        "connecting" => LinkStatus::Connecting,
        "waiting" => LinkStatus::Waiting,
        "linked" => LinkStatus::Linked,
        "ordered" => LinkStatus::Ordered,
        _ => return None,
    })
}

fn ended(text: &str) -> Option<Ended> {
    Some(match text {
        "cancelled" => Ended::Cancelled,
        "rejected" => Ended::Rejected,
        "expired" => Ended::Expired,
        "refused" => Ended::Refused,
        "unavailable" => Ended::Unavailable,
        "unlinked" => Ended::Unlinked,
        "deleted_in_app" => Ended::DeletedInApp,
        "bought_in_shop" => Ended::BoughtInShop,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use karfa_shared::widget::{BindAnswer, BrowserData};
    use serde_json::Value;

    impl Read for Value {
        fn text(&self, name: &str) -> Option<String> {
            self.get(name)?.as_str().map(str::to_owned)
        }
        fn number(&self, name: &str) -> Option<i64> {
            self.get(name)?.as_i64()
        }
        fn flag(&self, name: &str) -> bool {
            self.get(name).and_then(Value::as_bool).unwrap_or_default()
        }
        fn object(&self, name: &str) -> Option<Self> {
            self.get(name).filter(|value| value.is_object()).cloned()
        }
    }

    impl Write for Value {
        fn empty() -> Self {
            Value::Object(serde_json::Map::new())
        }
        fn set_text(&mut self, name: &str, value: &str) {
            self[name] = value.into();
        }
        fn set_number(&mut self, name: &str, value: u32) {
            self[name] = value.into();
        }
        fn set_object(&mut self, name: &str, value: Self) {
            self[name] = value;
        }
    }

    fn endings() -> [Ended; 8] {
        use Ended::{
            BoughtInShop, Cancelled, DeletedInApp, Expired, Refused, Rejected, Unavailable, Unlinked,
        };
        [
            Cancelled,
            Rejected,
            Expired,
            Refused,
            Unavailable,
            Unlinked,
            DeletedInApp,
            BoughtInShop,
        ]
    }

    fn full_view(status: LinkStatus, ended: Option<Ended>, order: Option<OrderComplete>) -> LinkView {
        LinkView {
            basket_id: Some("b-1".into()),
            cursor: 1 << 40,
            status,
            attempt: 2,
            count: 3,
            seconds_left: Some(599),
            links: Some(DeepLinks {
                qr_code: "inpost://izilink?basket_id=1".into(),
                deep_link: "inpost://izilink?basket_id=1".into(),
                deep_link_hms: "inposthms://izilink?basket_id=1".into(),
            }),
            masked_phone_number: Some("60*****00".into()),
            name: Some("Łucja".into()),
            browser_trusted: true,
            ended,
            error_code: Some("MERCHANT_DISABLE".into()),
            order,
        }
    }

    #[test]
    fn every_view_is_read_as_the_shared_types_write_it() {
        use LinkStatus::{Connecting, Linked, Ordered, Waiting};
        let redirect = OrderComplete::Redirect {
            redirect: "/thank-you?order=1".into(),
        };
        for status in [LinkStatus::Unlinked, Connecting, Waiting, Linked, Ordered] {
            for ended in endings() {
                for order in [None, Some(redirect.clone()), Some(OrderComplete::Refresh)] {
                    let view = full_view(status, Some(ended), order);
                    let json = serde_json::to_value(&view).expect("serializes");
                    assert_eq!(link_view(&json), Some(view));
                }
            }
        }
    }

    #[test]
    fn a_bare_view_is_read() {
        let view = LinkView {
            basket_id: None,
            seconds_left: None,
            links: None,
            masked_phone_number: None,
            name: None,
            browser_trusted: false,
            error_code: None,
            ..full_view(LinkStatus::Unlinked, None, None)
        };
        assert_eq!(
            link_view(&serde_json::to_value(&view).expect("serializes")),
            Some(view)
        );
        assert_eq!(
            link_view(&serde_json::json!({"cursor": 1, "status": "paused"})),
            None
        );
    }

    #[test]
    fn the_names_of_an_answer_are_the_shared_types_own() {
        let answer = BindAnswer {
            link: full_view(LinkStatus::Waiting, None, None),
            qr_code: Some("qr".into()),
            deep_link: Some("inpost://".into()),
            deep_link_hms: Some("hms://".into()),
            error_code: Some("BASKET_EXPIRED".into()),
            error_message: Some("gone".into()),
        };
        let answer = serde_json::to_value(&answer).expect("serializes");
        let mut names: Vec<&str> = PAY_DATA.into_iter().chain(["link"]).collect();
        names.sort_unstable();
        let written: Vec<&String> = answer.as_object().expect("an object").keys().collect();
        assert_eq!(written, names);
        let links = serde_json::to_value(DeepLinks::default()).expect("serializes");
        assert_eq!(deep_links(&links), DeepLinks::default());
        assert_eq!(links.as_object().expect("an object").len(), 3);
    }

    #[test]
    fn requests_are_written_as_the_shared_types_write_them() {
        let browser = BrowserData {
            user_agent: "ua".into(),
            description: "d".into(),
            platform: "p".into(),
            architecture: "a".into(),
        };
        for (method, prefix, phone) in [
            (
                BindMethod::Phone,
                Some("48".to_owned()),
                Some("600000000".to_owned()),
            ),
            (BindMethod::DeepLink, None, None),
        ] {
            let request = Bind {
                method,
                prefix,
                phone,
                binding_place: "PRODUCT_CARD".into(),
                browser: browser.clone(),
            };
            assert_eq!(
                bind::<Value>(&request),
                serde_json::to_value(&request).expect("serializes")
            );
        }
        for quantity in [None, Some(2)] {
            let request = AddItem {
                product_id: "7".into(),
                quantity,
                request_id: "abcdefgh".into(),
            };
            assert_eq!(
                add_item::<Value>(&request),
                serde_json::to_value(&request).expect("serializes")
            );
        }
        for product_id in [None, Some("7".to_owned())] {
            let written = can_be_bound::<Value>(product_id.as_deref());
            let request = karfa_shared::widget::CanBeBound { product_id };
            assert_eq!(written, serde_json::to_value(&request).expect("serializes"));
        }
    }
}
