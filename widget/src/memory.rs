//! The little that is kept in the browser, and only after a click: that this shopper has asked for a link, the basket whose
//! order this tab waits for, and, where the page's own hooks link, the trusted browser's id.

use crate::json::Json;
use crate::page::{document, window};

/// Set while a basket of this browser is linked or is to be: pages loaded later ask the backend how it stands. A page
/// from a shared cache cannot know it.
const MARK: &str = "karfa";

/// Whether this browser has a basket to ask for.
pub(crate) fn is_marked() -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.is_some_and(|storage| storage.get_item(MARK).ok().flatten().is_some())
}

/// Sets the mark, or takes it away.
pub(crate) fn mark(marked: bool) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = if marked {
            storage.set_item(MARK, "1")
        } else {
            storage.remove_item(MARK)
        };
    }
}

/// What this page remembers over a reload, in this tab alone: the basket whose order it waits for.
const REMEMBERED: &str = "karfa-basket";

/// Remembers the basket that this tab has seen linked.
pub(crate) fn remember(basket_id: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(REMEMBERED, basket_id);
    }
}

/// Whether the tab had seen this basket linked. It is not forgotten: a page that is loaded anew before it has gone on to
/// the order has to go there still, and the backend tells of an order no more once its page was shown.
pub(crate) fn recall(basket_id: &str) -> bool {
    let Ok(Some(storage)) = window().session_storage() else {
        return false;
    };
    storage.get_item(REMEMBERED).ok().flatten().as_deref() == Some(basket_id)
}

/// Forgets it: the page is loaded again because of its order, and must not be so for ever.
pub(crate) fn forget() {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.remove_item(REMEMBERED);
    }
}

/// Keeps the id of a browser that the provider trusts, where no backend of ours can (InPost contract, section 12).
pub(crate) fn keep_browser_id(id: &str) {
    let secure = match window().location().protocol() {
        Ok(protocol) if protocol == "https:" => "; Secure",
        _ => "",
    };
    let id = String::from(js_sys::encode_uri_component(id));
    let cookie = [
        "BrowserId=",
        &id,
        "; Path=/; Max-Age=31536000; SameSite=Lax",
        secure,
    ]
    .concat();
    Json(document().into()).set("cookie", &cookie.into());
}
