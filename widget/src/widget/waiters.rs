//! The callers of `iziGetIsBound` and `iziGetOrderComplete`: who waits, and what they are told.

use super::Widget;
use crate::flow::Link;
use crate::json::Json;
use crate::page;
use crate::wire::Write;
use js_sys::Promise;
use karfa_shared::widget::OrderComplete;
use wasm_bindgen::JsValue;

/// What a caller of a hook waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waiter {
    /// `iziGetIsBound`.
    Bound,
    /// `iziGetOrderComplete`.
    Ordered,
}

impl Widget {
    /// A promise for a caller of a hook.
    pub(crate) fn promise(&'static self, waiter: Waiter) -> Promise {
        let promise = Promise::new(&mut |resolve, reject| {
            self.waiters.borrow_mut().push((waiter, resolve, reject));
        });
        page::spawn(async move {
            // A page that has just been loaded does not know yet how things stand.
            if self.view.borrow().is_none() && !self.foreign() {
                self.refresh().await;
            }
            self.tell_waiters();
        });
        promise
    }

    /// Tells those whose wait is over. A link that is neither there nor under way does not come by waiting: whoever asks
    /// for it after its end hears of the end.
    pub(super) fn tell_waiters(&self) {
        let now = self.link();
        let waiters = self.waiters.take();
        let (told, kept) = waiters.into_iter().partition(|(waiter, ..)| match waiter {
            Waiter::Bound => !now.is_pending(),
            Waiter::Ordered => now == Link::Ordered,
        });
        *self.waiters.borrow_mut() = kept;
        let ended = matches!(now, Link::Unlinked | Link::Trusted);
        for (waiter, resolve, reject) in told {
            let (call, answer) = match waiter {
                Waiter::Bound if ended => (reject, self.confirmation(true)),
                Waiter::Bound => (resolve, self.confirmation(false)),
                Waiter::Ordered => (resolve, self.order()),
            };
            let _ = call.call1(&JsValue::NULL, &answer.0);
        }
    }

    /// The confirmation, as the provider sends it to a merchant (InPost contract, section 3).
    fn confirmation(&self, rejected: bool) -> Json {
        let mut payload = Json::empty();
        payload.set_text("status", if rejected { "REJECT" } else { "SUCCESS" });
        if let Some(view) = self.view.borrow().as_ref().filter(|_| !rejected) {
            payload.set_text(
                "masked_phone_number",
                view.masked_phone_number.as_deref().unwrap_or_default(),
            );
            payload.set_text("name", view.name.as_deref().unwrap_or_default());
            let browser = Json::empty();
            browser.set("browser_trusted", &view.browser_trusted.into());
            payload.set_object("browser", browser);
        }
        payload
    }

    fn order(&self) -> Json {
        let mut answer = Json::empty();
        let order = self.view.borrow().as_ref().and_then(|view| view.order.clone());
        match order {
            Some(OrderComplete::Redirect { redirect }) => {
                answer.set_text("action", "redirect");
                answer.set_text("redirect", &redirect);
            }
            _ => answer.set_text("action", "refresh"),
        }
        answer
    }
}
