//! The page, as it is rendered, and which screen's words tell what.

use super::texts::{Language, Screen, Texts};
use super::{CannotBeBound, LinkView};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use karfa_shared::widget::Ended;

/// Where `web::assets` serves the page's looks.
const STYLES: &str = "/assets/plain/plain.css";

/// One page. What is not set is not shown.
#[derive(Template)]
#[template(path = "plain.html")]
pub(super) struct Page {
    lang: &'static str,
    t: &'static Texts,
    add: &'static str,
    pieces: &'static str,
    look_again: &'static str,
    styles: &'static str,
    query: String,
    back: String,
    pub(super) title: String,
    pub(super) body: String,
    /// Loads itself again after so many seconds, or another page: what the `meta` element says.
    pub(super) refresh: Option<String>,
    /// Where the shopper is thanked for the order.
    pub(super) thanks: Option<String>,
    /// The product's name.
    pub(super) goods: Option<String>,
    pub(super) notice: Option<&'static Screen>,
    pub(super) form: Option<PhoneForm>,
    pub(super) minutes_left: Option<u32>,
    pub(super) linked: Option<Linked>,
    /// Asks whether to link with another number.
    pub(super) asks_for_other: bool,
    /// Leads to the page anew.
    pub(super) again: bool,
}

/// The form that begins to link.
pub(super) struct PhoneForm {
    /// Adds the product, once.
    pub(super) request_id: Option<String>,
    /// The fields for the number; a trusted browser needs none.
    pub(super) number: Option<Number>,
}

/// A number as it was typed.
pub(super) struct Number {
    pub(super) prefix: String,
    pub(super) phone: String,
    pub(super) error: Option<&'static str>,
}

impl Number {
    /// Nothing typed yet.
    pub(super) fn empty(prefix: &str) -> Self {
        Number {
            prefix: format!("+{prefix}"),
            phone: String::new(),
            error: None,
        }
    }
}

/// A basket that is in the app.
pub(super) struct Linked {
    pub(super) masked: Option<String>,
    pub(super) count: u32,
    /// Adds the product that was asked for, once.
    pub(super) request_id: Option<String>,
    pub(super) app_link: Option<String>,
}

impl Page {
    /// An empty page. `query` is what its forms pass on, `back` leads to the shop.
    pub(super) fn new(language: &'static Language, query: String, back: String) -> Self {
        Page {
            lang: language.code,
            t: &language.texts,
            add: language.add,
            pieces: language.pieces,
            look_again: language.again,
            styles: STYLES,
            query,
            back,
            title: String::new(),
            body: String::new(),
            refresh: None,
            thanks: None,
            goods: None,
            notice: None,
            form: None,
            minutes_left: None,
            linked: None,
            asks_for_other: false,
            again: false,
        }
    }

    /// Says what a screen of the widget says.
    pub(super) fn say(&mut self, screen: &Screen) {
        self.title.clone_from(&screen.title);
        self.body.clone_from(&screen.body);
    }

    /// What the browser's window is called.
    fn name(&self) -> &str {
        match self.notice {
            Some(notice) => &notice.title,
            None => &self.title,
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        match self.render() {
            Ok(text) => Html(text).into_response(),
            Err(error) => {
                tracing::error!(%error, "the plain page cannot be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// Why there is nothing to link.
pub(super) fn of_reason(texts: &'static Texts, reason: CannotBeBound) -> &'static Screen {
    match reason {
        CannotBeBound::UnknownProduct => &texts.unknown_product,
        CannotBeBound::OutOfStock => &texts.out_of_stock,
        CannotBeBound::OptionsMissing => &texts.options_missing,
        CannotBeBound::EmptyBasket => &texts.empty_basket,
        CannotBeBound::Currency => &texts.currency,
    }
}

/// What ended the last try, unless the shopper wanted it so.
pub(super) fn of_ending(texts: &'static Texts, view: &LinkView) -> Option<&'static Screen> {
    Some(match view.ended? {
        Ended::Unlinked | Ended::BoughtInShop => return None,
        Ended::Cancelled => &texts.cancelled,
        Ended::Rejected => &texts.rejected,
        Ended::Expired => &texts.expired,
        Ended::Unavailable => &texts.unavailable,
        Ended::DeletedInApp => &texts.deleted,
        Ended::Refused => match view.error_code.as_deref().unwrap_or_default() {
            "PHONE_BINDING_METHOD_UNAVAILABLE" => &texts.number_unavailable,
            "BASKET_EXPIRED" => &texts.basket_expired,
            "BASKET_NOT_FOUND" | "BASKET_NOT_BOUND" | "BROWSER_NOT_FOUND" => &texts.forgotten,
            "MERCHANT_DISABLE" | "UNAUTHORIZED" | "FORBIDDEN" => &texts.merchant,
            "BASKET_IS_BINDED" => &texts.already_linked,
            _ => &texts.refused,
        },
    })
}

/// What a refusal of the widget's API means to a shopper.
pub(super) fn of_refusal(texts: &'static Texts, status: StatusCode, code: &str) -> &'static Screen {
    match (status, code) {
        (StatusCode::TOO_MANY_REQUESTS, _) => &texts.too_often,
        (_, "unknown_product") => &texts.unknown_product,
        (_, "out_of_stock") => &texts.out_of_stock,
        (_, "options_missing") => &texts.options_missing,
        (_, "too_many") => &texts.too_many,
        (_, "basket_ordered") => &texts.ordered,
        (_, "empty_basket" | "no_basket") => &texts.empty_basket,
        (_, "currency") => &texts.currency,
        (_, "not_linked") => &texts.forgotten,
        _ => &texts.unavailable,
    }
}
