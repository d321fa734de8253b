//! What the forms ask for. Each answer is a redirect to a page that tells how it went.

use super::Storefront;
use super::frame::{PageError, open_basket};
use super::language::Speech;
use crate::shop::ShopError;
use crate::shop::model::{ChangedBy, Edit, Product, ProductId};
use crate::web::shopper::Shopper;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use url::form_urlencoded;

/// A new id for a request.
pub(super) fn request_id(storefront: &Storefront) -> String {
    let mut bytes = [0_u8; 16];
    (storefront.random)(&mut bytes);
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// The form of a product's page.
#[derive(Debug, Deserialize)]
pub(super) struct AddForm {
    product: String,
    quantity: u32,
    /// Made with the page: a form that is sent twice adds once.
    request_id: String,
    #[serde(default)]
    option1: Option<String>,
    #[serde(default)]
    option2: Option<String>,
    #[serde(default)]
    option3: Option<String>,
    #[serde(default)]
    option4: Option<String>,
    #[serde(default)]
    lang: Option<String>,
}

impl AddForm {
    fn options(&self) -> Vec<&str> {
        [&self.option1, &self.option2, &self.option3, &self.option4]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect()
    }
}

/// Puts pieces of a product, or of the variant that was chosen, into the basket.
pub(super) async fn add(
    State(storefront): State<Storefront>,
    shopper: Shopper,
    form: Result<Form<AddForm>, FormRejection>,
) -> Result<Response, PageError> {
    let Ok(Form(form)) = form else {
        return Ok(to("/basket", &[("error", "form")], None));
    };
    let lang = form.lang.as_deref();
    let Ok(id) = ProductId::parse(&form.product) else {
        return Ok(to("/basket", &[("error", "form")], lang));
    };
    let Some(product) = storefront.shop.product(&id).await? else {
        return Ok(to("/", &[], lang));
    };
    let Some(wanted) = variant(&storefront, &product, &form.options()).await? else {
        return Ok(to(&product.link, &[("error", "options")], lang));
    };
    let well_formed = (8..=64).contains(&form.request_id.len())
        && form
            .request_id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !well_formed || form.quantity == 0 {
        return Ok(to(&wanted.link, &[("error", "form")], lang));
    }
    let basket = shopper.current_or_new(&*storefront.shop).await?;
    let edit = Edit::Add {
        product: wanted.id.clone(),
        quantity: form.quantity,
    };
    let outcome = match storefront
        .shop
        .edit(&basket, &[edit], &form.request_id, ChangedBy::Shop)
        .await
    {
        Ok(_) => ("added", "1"),
        Err(ShopError::OutOfStock { .. }) => ("error", "stock"),
        Err(ShopError::TooMany { .. }) => ("error", "many"),
        Err(ShopError::OptionsMissing) => ("error", "options"),
        Err(error) => return Err(error.into()),
    };
    Ok(to(&wanted.link, &[outcome], lang))
}

/// What a form's options choose: the product itself if it has no variants.
async fn variant(
    storefront: &Storefront,
    product: &Product,
    options: &[&str],
) -> Result<Option<Product>, ShopError> {
    if product.variants.is_empty() {
        return Ok(Some(product.clone()));
    }
    for id in &product.variants {
        if let Some(variant) = storefront.shop.product(id).await?
            && variant
                .attributes
                .iter()
                .map(|(_, value)| value.as_str())
                .eq(options.iter().copied())
        {
            return Ok(Some(variant));
        }
    }
    Ok(None)
}

/// The form of a line in the basket.
#[derive(Debug, Deserialize)]
pub(super) struct LineForm {
    product: String,
    quantity: u32,
    #[serde(default)]
    lang: Option<String>,
}

/// Sets the number of pieces of a product; 0 removes it.
pub(super) async fn set_quantity(
    State(storefront): State<Storefront>,
    shopper: Shopper,
    form: Result<Form<LineForm>, FormRejection>,
) -> Result<Response, PageError> {
    let Ok(Form(form)) = form else {
        return Ok(to("/basket", &[("error", "form")], None));
    };
    let lang = form.lang.as_deref();
    let Ok(product) = ProductId::parse(&form.product) else {
        return Ok(to("/basket", &[("error", "form")], lang));
    };
    edit(
        &storefront,
        &shopper,
        Edit::SetQuantity {
            product,
            quantity: form.quantity,
        },
        lang,
    )
    .await
}

/// The form of the codes.
#[derive(Debug, Deserialize)]
pub(super) struct CodeForm {
    code: String,
    /// The code is to be taken out.
    #[serde(default)]
    remove: Option<String>,
    #[serde(default)]
    lang: Option<String>,
}

/// Adds a promotion code, or takes one out.
pub(super) async fn change_codes(
    State(storefront): State<Storefront>,
    shopper: Shopper,
    form: Result<Form<CodeForm>, FormRejection>,
) -> Result<Response, PageError> {
    let Ok(Form(form)) = form else {
        return Ok(to("/basket", &[("error", "form")], None));
    };
    let lang = form.lang.as_deref();
    let Some(basket) = open_basket(&storefront, &shopper).await? else {
        return Ok(to("/basket", &[], lang));
    };
    let mut codes: Vec<String> = basket.promo_codes.into_iter().map(|code| code.code).collect();
    let typed = form.code.trim().to_uppercase();
    if form.remove.is_some() {
        codes.retain(|code| *code != typed);
    } else {
        codes.push(typed);
    }
    edit(&storefront, &shopper, Edit::SetPromoCodes(codes), lang).await
}

/// Makes an edit that may be repeated without harm, and goes back to the basket.
async fn edit(
    storefront: &Storefront,
    shopper: &Shopper,
    edit: Edit,
    lang: Option<&str>,
) -> Result<Response, PageError> {
    let Some(basket) = shopper.newest().await? else {
        return Ok(to("/basket", &[], lang));
    };
    let request_id = request_id(storefront);
    let outcome = storefront
        .shop
        .edit(&basket, &[edit], &request_id, ChangedBy::Shop)
        .await;
    let told: Vec<(&str, String)> = match outcome {
        Ok(_) | Err(ShopError::UnknownBasket) => vec![],
        Err(ShopError::OutOfStock { available }) => {
            vec![("error", "stock".to_owned()), ("number", available.to_string())]
        }
        Err(ShopError::TooMany { most }) => vec![("error", "many".to_owned()), ("number", most.to_string())],
        Err(ShopError::BadPromoCode { code }) => {
            vec![
                ("error", "code".to_owned()),
                ("code", code.chars().take(32).collect()),
            ]
        }
        Err(ShopError::BasketOrdered) => vec![("error", "ordered".to_owned())],
        Err(ShopError::UnknownProduct | ShopError::OptionsMissing) => vec![("error", "form".to_owned())],
        Err(error @ ShopError::Storage(_)) => return Err(error.into()),
    };
    let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(to("/basket", &told, lang))
}

/// A redirect to a page of the shop, which is then asked for with GET.
pub(super) fn to(path: &str, query: &[(&str, &str)], lang: Option<&str>) -> Response {
    let mut address = path.to_owned();
    if !query.is_empty() {
        let told = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        address.push(if path.contains('?') { '&' } else { '?' });
        address.push_str(&told);
    }
    Redirect::to(&Speech::of_form(lang).url(&address)).into_response()
}
