//! Signing in and out, and what becomes of a guest's basket.
//!
//! A guest's basket and the account's become one. Which id it goes on under decides what stays linked to an app:
//! the one that is tied more firmly, the guest's if both are; the other ends, and whoever has it linked hears of it from
//! the shop's feed.

use super::accounts::Account;
use super::forms::to;
use super::frame::{Frame, PageError, Visitor, page};
use super::language::Speech;
use super::ties::Tie;
use super::{Storefront, path};
use crate::shop::customers::{Adopted, Keep};
use crate::shop::model::BasketId;
use crate::web::shopper::Shopper;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use std::fmt::Write as _;
use std::sync::Arc;

/// The most products that are told to have had no room.
const MOST_TOLD: usize = 5;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    typed_mail: String,
    wrong: bool,
    shown: Vec<ShownAccount>,
}

/// An account of a demo, to be tried.
struct ShownAccount {
    name: String,
    mail: String,
    password: String,
}

/// The form. Personal data.
#[derive(Deserialize)]
pub(super) struct SignInForm {
    mail: String,
    password: String,
    #[serde(default)]
    lang: Option<String>,
}

/// `GET /sign-in`.
pub(super) async fn show(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
) -> Result<Response, PageError> {
    let visitor = Visitor::of(&storefront, &shopper).await?;
    if visitor.account.is_some() {
        return Ok(Redirect::to(&speech.url(path::ACCOUNT)).into_response());
    }
    sign_in_page(&storefront, &speech, &visitor, None)
}

/// `POST /sign-in`.
pub(super) async fn submit(
    State(storefront): State<Storefront>,
    speech: Speech,
    shopper: Shopper,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Result<Response, PageError> {
    let Ok(Form(form)) = form else {
        return Ok(to(path::SIGN_IN, &[("error", "form")], None));
    };
    let recognised = storefront.accounts.recognise(&form.mail, form.password).await;
    let Some(account) = recognised else {
        let visitor = Visitor::of(&storefront, &shopper).await?;
        let speech = speech.of_answer(form.lang.as_deref());
        let mut answer = sign_in_page(&storefront, &speech, &visitor, Some(form.mail))?;
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer);
    };
    let (adopted, both) = adopt(&storefront, &shopper, &account).await?;
    shopper.sign_in(&account.id, adopted.basket.as_ref()).await?;
    if !both {
        return Ok(to(path::ACCOUNT, &[], form.lang.as_deref()));
    }
    let left_out = left_out(&adopted);
    let mut told = vec![("merged", "1")];
    if !left_out.is_empty() {
        told.push(("left", &left_out));
    }
    Ok(to(path::BASKET, &told, form.lang.as_deref()))
}

/// `POST /sign-out`.
pub(super) async fn sign_out(speech: Speech, shopper: Shopper) -> Result<Response, PageError> {
    shopper.sign_out().await?;
    Ok(Redirect::to(&speech.url("/")).into_response())
}

fn sign_in_page(
    storefront: &Storefront,
    speech: &Speech,
    visitor: &Visitor,
    typed_mail: Option<String>,
) -> Result<Response, PageError> {
    let shown = storefront.accounts.all().filter_map(|account| {
        Some(ShownAccount {
            name: account.name.clone(),
            mail: account.mail.clone(),
            password: account.shown_password.clone()?,
        })
    });
    page(&SignInPage {
        frame: Frame::new(storefront, speech, visitor),
        wrong: typed_mail.is_some(),
        typed_mail: typed_mail.unwrap_or_default(),
        shown: shown.collect(),
    })
}

/// Makes one of the guest's basket and the account's. `true`: both had something in them.
async fn adopt(
    storefront: &Storefront,
    shopper: &Shopper,
    account: &Arc<Account>,
) -> Result<(Adopted, bool), PageError> {
    let shop = storefront.shop.as_ref();
    // Whoever changes places with somebody else brings nothing along.
    let guest = match shopper.customer().await? {
        Some(before) if before != account.id => None,
        _ => shopper.current(shop).await?,
    };
    let own = shop.basket_of_customer(&account.id).await?;
    let both =
        guest != own && filled(storefront, guest.as_ref()).await? && filled(storefront, own.as_ref()).await?;
    // Last of all: what is confirmed after this look ends with the basket.
    let keep = match (&guest, &own) {
        (Some(guest), Some(own)) => keep(storefront, guest, own).await?,
        _ => Keep::Guest,
    };
    let adopted = shop.adopt_basket(&account.id, guest.as_ref(), keep).await?;
    Ok((adopted, both))
}

async fn keep(storefront: &Storefront, guest: &BasketId, own: &BasketId) -> Result<Keep, PageError> {
    let guests = storefront.ties.tie(guest).await.map_err(PageError::Broken)?;
    let owns = storefront.ties.tie(own).await.map_err(PageError::Broken)?;
    Ok(which(guests, owns))
}

/// Which basket goes on, by how they are tied.
fn which(guests: Tie, owns: Tie) -> Keep {
    if guests > Tie::None && guests >= owns {
        Keep::Guest
    } else {
        Keep::Account
    }
}

async fn filled(storefront: &Storefront, basket: Option<&BasketId>) -> Result<bool, PageError> {
    let Some(basket) = basket else { return Ok(false) };
    let basket = storefront.shop.basket(basket).await?;
    Ok(basket.is_some_and(|basket| !basket.lines.is_empty()))
}

/// What had no room, for the address of the basket's page: `soap.2~mittens.1`.
fn left_out(adopted: &Adopted) -> String {
    let mut told = String::new();
    for left in adopted.left_out.iter().take(MOST_TOLD) {
        let separator = if told.is_empty() { "" } else { "~" };
        // Writing into a string cannot fail.
        let _ = write!(told, "{separator}{}.{}", left.product.id, left.pieces);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_firmer_tie_is_kept_and_the_guests_if_both_are_as_firm() {
        use Tie::{Forming, None, Ordering, Tied};
        for (guests, owns, kept) in [
            (None, None, Keep::Account),
            (None, Forming, Keep::Account),
            (None, Tied, Keep::Account),
            (Forming, None, Keep::Guest),
            (Forming, Forming, Keep::Guest),
            (Forming, Tied, Keep::Account),
            (Tied, None, Keep::Guest),
            (Tied, Forming, Keep::Guest),
            (Tied, Tied, Keep::Guest),
            (Tied, Ordering, Keep::Account),
            (Ordering, Tied, Keep::Guest),
        ] {
            assert_eq!(which(guests, owns), kept, "{guests:?} {owns:?}");
        }
    }
}
