//! What every page has: head, header, footer, and the count of what is in the basket.

use super::language::{Language, Speech};
use super::texts::Texts;
use super::{Storefront, files, format};
use crate::shop::ShopError;
use crate::shop::model::Basket;
use crate::web::shopper::{Shopper, ShopperError};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// The parts that the template `base.html` fills in.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) t: &'static Texts,
    pub(super) lang: &'static str,
    /// The language that forms pass on.
    pub(super) form_lang: Option<&'static str>,
    pub(super) shop_name: String,
    pub(super) count: u32,
    pub(super) count_text: String,
    pub(super) home: String,
    pub(super) basket: String,
    pub(super) terms: String,
    pub(super) privacy: String,
    /// This page in the other language.
    pub(super) other_language: String,
    pub(super) styles: String,
    pub(super) script: String,
    /// The script of the wallet's button.
    pub(super) button: &'static str,
    pub(super) icon: String,
}

impl Frame {
    /// The frame around a page for whoever has this basket.
    pub(super) fn new(storefront: &Storefront, speech: &Speech, basket: Option<&Basket>) -> Self {
        let count = basket.map_or(0, Basket::count);
        let other = match speech.language {
            Language::Polish => Language::English,
            Language::English => Language::Polish,
        };
        Frame {
            t: speech.language.texts(),
            lang: speech.language.code(),
            form_lang: speech.form_lang(),
            shop_name: storefront.name.to_string(),
            count,
            count_text: format::products(speech.language, count),
            home: speech.url("/"),
            basket: speech.url("/basket"),
            terms: speech.url("/terms"),
            privacy: speech.url("/terms#privacy"),
            other_language: speech.switched(other),
            styles: files::address("shop.css"),
            script: files::address("shop.js"),
            button: storefront.button.script,
            icon: files::address("icon.svg"),
        }
    }
}

/// A page cannot be shown.
#[derive(Debug)]
pub(super) enum PageError {
    /// The shop or the session failed.
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl From<ShopError> for PageError {
    fn from(error: ShopError) -> Self {
        PageError::Broken(Box::new(error))
    }
}

impl From<ShopperError> for PageError {
    fn from(error: ShopperError) -> Self {
        PageError::Broken(Box::new(error))
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        PageError::Broken(Box::new(error))
    }
}

/// The page that is shown when none can be: it asks nothing of the shop, and so speaks both languages.
#[derive(Template)]
#[template(path = "broken.html")]
struct BrokenPage {
    styles: String,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let PageError::Broken(error) = self;
        tracing::error!(error = &*error, "a page of the shop cannot be shown");
        let page = BrokenPage {
            styles: files::address("shop.css"),
        }
        .render()
        .unwrap_or_default();
        (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response()
    }
}

/// The shopper's basket, unless it was ordered.
pub(super) async fn open_basket(
    storefront: &Storefront,
    shopper: &Shopper,
) -> Result<Option<Basket>, PageError> {
    let Some(newest) = shopper.newest().await? else {
        return Ok(None);
    };
    Ok(storefront
        .shop
        .basket(&newest)
        .await?
        .filter(|basket| basket.order.is_none()))
}

/// A rendered page.
pub(super) fn page(template: &impl Template) -> Result<Response, PageError> {
    Ok(Html(template.render()?).into_response())
}
