//! The eight hooks (InPost contract, section 9): ours, under their own names for the page to call, and the page's own,
//! which win. The loader marks ours with a property `karfa`, so that we know which of the two stands on `window`.

use crate::api::ApiError;
use crate::device;
use crate::json::Json;
use crate::memory;
use crate::page;
use crate::widget::{Waiter, Widget};
use crate::wire::{PAY_DATA, Read, Write};
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
    let answer = hook.apply(&JsValue::NULL, &arguments.iter().collect::<Array>())?;
    let first = Promise::race(&Array::of2(&answer, &page::deadline(TIMEOUT_MS)));
    JsFuture::from(first).await
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

/// Our own hooks. The page calls them by their names on `window`; the loader passes the name on.
#[wasm_bindgen]
pub fn hook(name: &str, one: JsValue, two: JsValue, three: JsValue) -> JsValue {
    let widget = Widget::get();
    match name {
        // What the provider shows the shopper about this browser: at once, and no promise.
        "iziGetBrowserData" => browser_data(one),
        // Resolves with the confirmation once the basket is linked; rejects when the try has ended otherwise.
        "iziGetIsBound" => widget.promise(Waiter::Bound).into(),
        // Resolves with what the page does once the order is done.
        "iziGetOrderComplete" => widget.promise(Waiter::Ordered).into(),
        "iziCanBeBound" => page::promise(async move {
            let (view, verdict) = widget.api.can_be_bound(text(&one).as_deref()).await?;
            widget.accept(view);
            Ok(verdict.is_ok().into())
        }),
        // One piece.
        "iziAddToCart" => page::promise(async move {
            let product_id = text(&one).unwrap_or_default();
            widget.add(product_id, page::unique()).await?;
            Ok(JsValue::UNDEFINED)
        }),
        // Both parts of the number empty: by a code or a link, or at once in a trusted browser.
        "iziGetPayData" => page::promise(async move {
            let place = text(&three).unwrap_or_default();
            Ok(get_pay_data(text(&one), text(&two), place).await?.0)
        }),
        // Unlinks the basket and forgets the browser.
        "iziBindingDelete" => page::promise(async move {
            widget.accept(widget.api.stop(path::UNBIND).await?);
            Ok(JsValue::UNDEFINED)
        }),
        // The link that opens the basket in the app: `{link}`.
        _ => page::promise(async move { Ok(widget.api.mobile_link().await?.0) }),
    }
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
    // Before the request: an answer that never comes may have linked all the same.
    memory::mark(true);
    let (view, answer) = widget
        .api
        .bind(&Bind {
            method,
            prefix,
            phone,
            binding_place,
            browser: browser(),
        })
        .await?;
    widget.accept(view);
    let data = Json::empty();
    for name in PAY_DATA {
        if let Some(value) = answer.text(name) {
            data.set(name, &value.into());
        }
    }
    Ok(data)
}

/// As an object, or as base64 of its JSON.
fn browser_data(options: JsValue) -> JsValue {
    let data = device::browser_data();
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
    let data = device::browser_data();
    let of = |name| data.text(name).unwrap_or_default();
    BrowserData {
        user_agent: of("user_agent"),
        description: of("description"),
        platform: of("platform"),
        architecture: of("architecture"),
    }
}
