//! The eight hooks (InPost contract, section 9): ours, under their own names for the page to call, and the page's own,
//! which win. The loader marks ours with a property `karfa`, so that we know which of the two stands on `window`.

use crate::api::ApiError;
use crate::json::Json;
use crate::page;
use crate::widget::{Waiter, Widget};
use crate::wire::Write;
use js_sys::{Array, Function, Object, Promise};
use karfa_shared::widget::{Bind, BindMethod, BrowserData, path};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How long a page's own hook may take. One that never answers must not leave the button busy for ever.
const TIMEOUT_MS: i32 = 60_000;

/// The page's own hook, if it has defined one.
pub(crate) fn of_page(name: &str) -> Option<Function> {
    let hook = Json(page::window().into())
        .get(name)
        .dyn_into::<Function>()
        .ok()?;
    (!Json(hook.clone().into()).get("karfa").is_truthy()).then_some(hook)
}

/// Calls a page's own hook and waits for what it says, be it a value or a promise.
pub(crate) async fn call(hook: &Function, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let answer = Promise::resolve(&hook.apply(&JsValue::NULL, &arguments.iter().collect::<Array>())?);
    let late = page::timer(TIMEOUT_MS, false);
    let late = JsFuture::from(late);
    match futures_util::future::select(JsFuture::from(answer), late).await {
        futures_util::future::Either::Left((answer, _)) => answer,
        futures_util::future::Either::Right(_) => Err(JsValue::NULL),
    }
}

/// Calls a page's own hook that answers when the shopper has done something, however long that takes.
pub(crate) async fn call_patiently(hook: &Function) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&hook.call0(&JsValue::NULL)?)).await
}

/// The argument as text: pages give ids as numbers, too.
fn text(value: &JsValue) -> Option<String> {
    let given =
        !value.is_null() && !value.is_undefined() && value.as_string().is_none_or(|text| !text.is_empty());
    given.then(|| String::from(value.unchecked_ref::<Object>().to_string()))
}

/// Whether the product, or without one the basket, can be linked.
#[wasm_bindgen(js_name = iziCanBeBound)]
pub fn izi_can_be_bound(product_id: JsValue) -> Promise {
    page::promise(async move {
        let widget = Widget::get();
        let answer = widget.api.can_be_bound(text(&product_id).as_deref()).await?;
        widget.accept(answer.link);
        Ok(answer.can_be_bound.into())
    })
}

/// Adds one piece of a product to the basket.
#[wasm_bindgen(js_name = iziAddToCart)]
pub fn izi_add_to_cart(product_id: JsValue) -> Promise {
    page::promise(async move {
        let product_id = text(&product_id).unwrap_or_default();
        Widget::get().add(product_id, page::unique()).await?;
        Ok(JsValue::UNDEFINED)
    })
}

/// Begins to link the basket. Both number arguments empty: by deep link, or at once in a trusted browser.
#[wasm_bindgen(js_name = iziGetPayData)]
pub fn izi_get_pay_data(prefix: JsValue, phone: JsValue, binding_place: JsValue) -> Promise {
    page::promise(async move {
        let place = text(&binding_place).unwrap_or_default();
        let answer = get_pay_data(text(&prefix), text(&phone), place).await?;
        Ok(answer.0)
    })
}

/// As the hook, with the answer as an object of the contract's shape.
pub(crate) async fn get_pay_data(
    prefix: Option<String>,
    phone: Option<String>,
    binding_place: String,
) -> Result<Json, ApiError> {
    let widget = Widget::get();
    let method = if phone.is_some() {
        BindMethod::Phone
    } else {
        BindMethod::DeepLink
    };
    let answer = widget
        .api
        .bind(&Bind {
            method,
            prefix,
            phone,
            binding_place,
            browser: browser(),
        })
        .await?;
    widget.accept(answer.link);
    let mut data = Json::empty();
    for (name, value) in [
        ("qr_code", answer.qr_code),
        ("deep_link", answer.deep_link),
        ("deep_link_hms", answer.deep_link_hms),
        ("error_code", answer.error_code),
        ("error_message", answer.error_message),
    ] {
        if let Some(value) = value {
            data.set_text(name, &value);
        }
    }
    Ok(data)
}

/// What the provider shows the shopper about this browser, as an object or as base64 of its JSON.
#[wasm_bindgen(js_name = iziGetBrowserData)]
pub fn izi_get_browser_data(options: JsValue) -> JsValue {
    let data = page::browser_data();
    if !Json(options).get("base64").is_truthy() {
        return data.0;
    }
    // `btoa` takes Latin-1; percent-escapes of UTF-8 turned back into bytes are that.
    let bytes = js_sys::unescape(&String::from(js_sys::encode_uri_component(&data.to_text())));
    page::window()
        .btoa(&String::from(bytes))
        .map(JsValue::from)
        .unwrap_or_default()
}

fn browser() -> BrowserData {
    use crate::wire::Read;
    let data = page::browser_data();
    let of = |name| data.text(name).unwrap_or_default();
    BrowserData {
        user_agent: of("user_agent"),
        description: of("description"),
        platform: of("platform"),
        architecture: of("architecture"),
    }
}

/// Resolves with the confirmation once the basket is linked; rejects when the try has ended otherwise.
#[wasm_bindgen(js_name = iziGetIsBound)]
pub fn izi_get_is_bound() -> Promise {
    Widget::get().promise(Waiter::Bound)
}

/// Resolves with what the page does once the order is done.
#[wasm_bindgen(js_name = iziGetOrderComplete)]
pub fn izi_get_order_complete() -> Promise {
    Widget::get().promise(Waiter::Ordered)
}

/// Unlinks the basket and forgets the browser.
#[wasm_bindgen(js_name = iziBindingDelete)]
pub fn izi_binding_delete() -> Promise {
    page::promise(async move {
        let widget = Widget::get();
        let view = widget.api.stop(path::UNBIND).await?;
        widget.accept(view);
        Ok(JsValue::UNDEFINED)
    })
}

/// The link that opens the basket in the app: `{link}`.
#[wasm_bindgen(js_name = iziMobileLink)]
pub fn izi_mobile_link() -> Promise {
    page::promise(async move { Ok(Widget::get().api.mobile_link().await?.0) })
}
