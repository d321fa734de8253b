//! What every page has: head, header, footer, and the count of what is in the basket.

use super::accounts::Account;
use super::language::{Language, Speech};
use super::texts::Texts;
use super::{Storefront, files, format, path};
use crate::shop::ShopError;
use crate::shop::model::Basket;
use crate::web::shopper::{Shopper, ShopperError};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use std::sync::Arc;

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
    /// Where the account is, or the way into it; `None` in a shop without accounts.
    pub(super) account: Option<String>,
    /// Whose account it is.
    pub(super) account_name: Option<String>,
    pub(super) checkout: String,
    pub(super) terms: String,
    pub(super) privacy: String,
    /// This page in the other language.
    pub(super) other_language: String,
    pub(super) styles: String,
    pub(super) script: String,
    /// What the button is told of: how much is in the basket of a customer who has signed in, and may have had it linked on
    /// another device. Of a guest this browser's own memory knows.
    pub(super) button_count: Option<u32>,
    /// The script of the wallet's button.
    pub(super) button: &'static str,
    pub(super) icon: String,
}

impl Frame {
    /// The frame around a page for this visitor.
    pub(super) fn new(storefront: &Storefront, speech: &Speech, visitor: &Visitor) -> Self {
        let count = visitor.basket.as_ref().map_or(0, Basket::count);
        let account = match &visitor.account {
            Some(_) => path::ACCOUNT,
            None => path::SIGN_IN,
        };
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
            basket: speech.url(path::BASKET),
            account: (!storefront.accounts.is_empty()).then(|| speech.url(account)),
            account_name: visitor.account.as_ref().map(|account| account.name.clone()),
            checkout: speech.url(path::CHECKOUT),
            terms: speech.url("/terms"),
            privacy: speech.url("/terms#privacy"),
            other_language: speech.switched(other),
            styles: files::address("shop.css"),
            script: files::address("shop.js"),
            button_count: visitor.account.as_ref().map(|_| count).filter(|count| *count > 0),
            button: storefront.button.script,
            icon: files::address("icon.svg"),
        }
    }
}

/// Who looks at a page.
#[derive(Debug)]
pub(super) struct Visitor {
    /// What is being filled.
    pub(super) basket: Option<Basket>,
    /// Who has signed in.
    pub(super) account: Option<Arc<Account>>,
}

impl Visitor {
    /// The visitor of a session. Starts none.
    pub(super) async fn of(storefront: &Storefront, shopper: &Shopper) -> Result<Self, PageError> {
        let customer = shopper.customer().await?;
        Ok(Visitor {
            basket: open_basket(storefront, shopper).await?,
            account: customer.and_then(|customer| storefront.accounts.by_id(&customer)),
        })
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
