//! What is known of the link, and what follows from news of it: the buttons, the dialog, the page's listeners.

use super::Widget;
use crate::flow::{Event, Failure, Link};
use crate::hooks;
use crate::json::Json;
use crate::memory;
use crate::observe;
use crate::page;
use crate::wire::{self, Read};
use karfa_shared::widget::{DeepLinks, Ended, LinkStatus, LinkView, OrderComplete};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

/// How long a code of a page's own hook is said to live: as long as a request of our own backend does.
const LAPSE_SECONDS: u32 = 600;

/// What the page, or its own hooks, have told besides the status.
pub(super) enum Told {
    /// Why the link or the try has ended.
    Ended(Ended),
    /// The links into the app, empty where a push was sent.
    Links(DeepLinks),
    /// The confirmation.
    Confirmed {
        /// The masked number.
        masked: Option<String>,
        /// The shopper's first name.
        name: Option<String>,
        /// Whether the provider trusts this browser.
        trusted: bool,
    },
    /// What to do once the order is done.
    Order(OrderComplete),
}

/// Whether the page says, at a button, that this shopper has a basket.
pub(super) fn knows_of_basket(button: &HtmlElement) -> bool {
    let count = button.get_attribute("count").unwrap_or_default();
    button.has_attribute("masked_phone_number") || !matches!(count.as_str(), "" | "0")
}

impl Widget {
    /// Whether the newest view is one that may still change by itself.
    pub(crate) fn to_observe(&self) -> Option<LinkView> {
        let view = self.view.borrow();
        let view = view.as_ref().filter(|view| view.basket_id.is_some())?;
        let link = Link::of(view);
        (!self.foreign() && (link.is_pending() || link == Link::Linked)).then(|| view.clone())
    }

    /// Where the page's own `iziGetIsBound` tells, asks it. `data` is what `iziGetPayData` has said.
    pub(super) fn expect_confirmation(&'static self, data: &Json) {
        let Some(hook) = hooks::of_page("iziGetIsBound") else {
            return;
        };
        let foreign = self.foreign();
        if foreign {
            self.told(LinkStatus::Waiting, Told::Links(wire::deep_links(data)));
        }
        page::spawn(async move {
            let answer = hooks::call_patiently(&hook).await;
            if !foreign {
                self.refresh().await;
                return;
            }
            match answer {
                Ok(payload) => self.confirmed(&Json(payload)),
                Err(_) => self.told(LinkStatus::Unlinked, Told::Ended(Ended::Rejected)),
            }
        });
    }

    /// A page's own hook brought the confirmation.
    fn confirmed(&'static self, payload: &Json) {
        let browser = payload
            .object("browser")
            .filter(|browser| browser.flag("browser_trusted"));
        if let Some(id) = browser.as_ref().and_then(|browser| browser.text("browser_id")) {
            memory::keep_browser_id(&id);
        }
        self.told(
            LinkStatus::Linked,
            Told::Confirmed {
                masked: payload.text("masked_phone_number"),
                name: payload.text("name"),
                trusted: browser.is_some(),
            },
        );
    }

    /// Makes a view of what the page, or its own hooks, have told.
    pub(super) fn told(&'static self, status: LinkStatus, told: Told) {
        let before = self
            .view
            .borrow()
            .as_ref()
            .map_or((0, 0, 0), |view| (view.cursor, view.attempt, view.count));
        let mut view = LinkView {
            basket_id: None,
            cursor: before.0.saturating_add(1),
            status,
            attempt: before.1,
            count: before.2,
            seconds_left: None,
            links: None,
            masked_phone_number: None,
            name: None,
            browser_trusted: false,
            ended: None,
            error_code: None,
            order: None,
        };
        match told {
            Told::Ended(ended) => view.ended = Some(ended),
            Told::Links(links) if links.deep_link.is_empty() && links.qr_code.is_empty() => {}
            Told::Links(links) => {
                view.links = Some(links);
                view.seconds_left = Some(LAPSE_SECONDS);
            }
            Told::Confirmed {
                masked,
                name,
                trusted,
            } => {
                view.masked_phone_number = masked;
                view.name = name;
                view.browser_trusted = trusted;
            }
            Told::Order(order) => view.order = Some(order),
        }
        self.accept(view);
    }

    /// Asks the backend where the link stands. A failure changes nothing: the next news or click tells.
    pub(crate) async fn refresh(&'static self) {
        if let Ok(view) = self.api.link().await {
            self.accept(view);
        }
    }

    /// Asks the backend how things stand, where something says that this shopper has a basket. Everybody else's page asks
    /// nothing before a click.
    pub(super) fn ask_once(&'static self, has_basket: bool) {
        let known = self.view.borrow().is_some() || self.asked.get();
        if has_basket && !known && !self.foreign() {
            self.asked.set(true);
            page::spawn(self.refresh());
        }
    }

    /// The page is seen again, or has a network again.
    pub(super) fn look_again(&'static self) {
        page::wake();
        let known = self.view.borrow().is_some();
        if !self.foreign() && (known || memory::is_marked()) {
            page::spawn(self.refresh());
        }
    }

    /// Takes a view, from wherever it comes: an answer, a websocket, a poll. An older one than is known is dropped.
    pub(crate) fn accept(&'static self, view: LinkView) {
        let before = self.view.borrow().clone();
        if before
            .as_ref()
            .is_some_and(|before| before.basket_id == view.basket_id && before.cursor > view.cursor)
        {
            return;
        }
        let link = Link::of(&view);
        let link_before = before.as_ref().map(Link::of);
        let ended = Failure::of(&view);
        let news =
            link_before != Some(link) || before.as_ref().is_some_and(|before| before.ended != view.ended);
        if let Some(seconds) = view.seconds_left {
            self.deadline_ms.set(page::after_ms(seconds));
        }
        if view.error_code.is_some() {
            self.code.borrow_mut().clone_from(&view.error_code);
        }
        let (basket_id, count) = (view.basket_id.clone(), view.count);
        let other = before
            .as_ref()
            .is_some_and(|before| before.basket_id != basket_id);
        *self.view.borrow_mut() = Some(view);
        if other {
            // Whoever observes the basket before it is to turn to this one.
            page::wake();
        }
        self.draw();
        if before.is_some_and(|before| before.count != count) {
            self.fire("karfa-basket-change", &[("count", count.into())]);
        }
        if news {
            self.linked_or_not(link_before, link);
            self.tell_waiters();
            if link != Link::Ordered || self.order_is_ours(link_before, basket_id.as_deref()) {
                self.handle(Event::News(ended));
            }
        }
        observe::follow(self);
    }

    /// Whether this tab is to act on an order: it has seen the basket linked, before a reload at least. Otherwise each
    /// page that still shows the ordered basket would send the shopper to the thank-you page once more.
    fn order_is_ours(&self, before: Option<Link>, basket_id: Option<&str>) -> bool {
        let remembered = basket_id.is_some_and(memory::recall);
        remembered || before.is_some_and(|before| before.is_pending() || before == Link::Linked)
    }

    fn linked_or_not(&'static self, before: Option<Link>, now: Link) {
        memory::mark(!matches!(now, Link::Unlinked | Link::Trusted));
        if now.is_pending() || now == Link::Linked {
            let id = self
                .view
                .borrow()
                .as_ref()
                .and_then(|view| view.basket_id.clone());
            id.as_deref().inspect(|id| memory::remember(id));
        }
        let was_linked = before == Some(Link::Linked);
        if now == Link::Linked {
            self.added.borrow_mut().clear();
            let masked = ("masked_phone_number", self.masked().into());
            if before.is_none() {
                self.announce(&[masked]);
            } else {
                self.announce(&[masked, ("basket_linked", JsValue::TRUE)]);
                // This answer brings the cookie of a trusted browser; a websocket's message cannot.
                if !self.foreign() {
                    page::spawn(self.refresh());
                }
            }
            self.expect_order();
        } else if was_linked && now != Link::Ordered {
            self.announce(&[("basketLinked", JsValue::FALSE)]);
        }
    }

    /// Where the page's own `iziGetOrderComplete` tells, asks it.
    fn expect_order(&'static self) {
        let Some(hook) = hooks::of_page("iziGetOrderComplete") else {
            return;
        };
        page::spawn(async move {
            if let Ok(answer) = hooks::call_patiently(&hook).await {
                let order = wire::order_complete(&Json(answer));
                self.told(LinkStatus::Ordered, Told::Order(order));
            }
        });
    }
}
