//! The one controller of all buttons on a page: knows the newest view, moves through [`crate::flow`], performs its
//! effects, and keeps buttons, dialog and the page's listeners in step. Decides nothing that the flow can decide.

use crate::api::{Api, ApiError};
use crate::dialog::{self, Dialog};
use crate::flow::{self, Effect, Event, Failure, Link, Refusal, Screen, State};
use crate::form::Form;
use crate::hooks;
use crate::json::Json;
use crate::observe;
use crate::page;
use crate::screens::Sheet;
use crate::texts::Texts;
use crate::wire::{self, Read, Write};
use js_sys::{Function, Promise};
use karfa_shared::phone::PhoneNumber;
use karfa_shared::widget::{AddItem, CannotBeBound, Ended, LinkStatus, LinkView, OrderComplete, path};
use std::cell::{Cell, OnceCell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// How long the success is shown before the dialog closes.
const JUST_LINKED_MS: i32 = 3_000;
/// How long the thanks are shown before the page goes on.
const THANKS_MS: i32 = 2_500;

thread_local! {
    static WIDGET: OnceCell<&'static Widget> = const { OnceCell::new() };
}

/// What a caller of a hook waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waiter {
    /// `iziGetIsBound`.
    Bound,
    /// `iziGetOrderComplete`.
    Ordered,
}

/// What the shopper pressed in the dialog.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pressed {
    /// The main button, or Enter.
    Main,
    /// The other one.
    Other,
    /// The cross, Escape, beside the dialog.
    Close,
}

/// The product that the last click wants in the basket.
#[derive(Clone)]
struct Wanted {
    product_id: String,
    request_id: String,
}

/// See the module.
pub(crate) struct Widget {
    /// The backend.
    pub(crate) api: Api,
    /// What the dialog shows.
    pub(crate) screen: Cell<Screen>,
    /// The phone form.
    pub(crate) form: RefCell<Form>,
    /// When the waiting ends, by [`page::now_ms`].
    deadline_ms: Cell<f64>,
    /// Whether the time left is being counted down.
    ticking: Cell<bool>,
    state: Cell<State>,
    view: RefCell<Option<LinkView>>,
    /// The provider's code of the last refusal.
    code: RefCell<Option<String>>,
    buttons: RefCell<Vec<HtmlElement>>,
    /// The button clicked last.
    active: RefCell<Option<HtmlElement>>,
    dialog: RefCell<Option<Dialog>>,
    /// Counts what was begun: an answer to something older is dropped.
    ticket: Cell<u32>,
    wanted: RefCell<Option<Wanted>>,
    /// Products added for a link that has not come about yet: a second try adds none of them again.
    added: RefCell<Vec<Wanted>>,
    waiters: RefCell<Vec<(Waiter, Function, Function)>>,
}

impl Widget {
    /// Makes the page's widget. `base` is the address that the script came from.
    pub(crate) fn start(base: &str) {
        let widget: &'static Widget = Box::leak(Box::new(Widget {
            api: Api::new(base),
            screen: Cell::new(Screen::Phone),
            form: RefCell::default(),
            deadline_ms: Cell::new(0.0),
            ticking: Cell::new(false),
            state: Cell::new(State::Closed),
            view: RefCell::default(),
            code: RefCell::default(),
            buttons: RefCell::default(),
            active: RefCell::default(),
            dialog: RefCell::default(),
            ticket: Cell::new(0),
            wanted: RefCell::default(),
            added: RefCell::default(),
            waiters: RefCell::default(),
        }));
        if WIDGET.with(|cell| cell.set(widget)).is_err() {
            return;
        }
        page::listen(&page::window(), "online", || Self::get().look_again());
        page::listen(&page::document(), "visibilitychange", || {
            if page::visible() {
                Self::get().look_again();
            }
        });
        widget.look_again();
    }

    /// The page's widget.
    pub(crate) fn get() -> &'static Widget {
        WIDGET.with(|cell| *cell.get().expect("the loader calls start before anything else"))
    }

    /// A button has appeared.
    pub(crate) fn attach(&'static self, button: HtmlElement) {
        let masked = button.get_attribute("masked_phone_number");
        if let Some(masked) = masked.filter(|_| self.foreign() && self.view.borrow().is_none()) {
            self.told(LinkStatus::Linked, None, |view| {
                view.masked_phone_number = Some(masked);
            });
        }
        self.buttons.borrow_mut().push(button);
        self.draw();
        if self.link() == Link::Linked {
            self.announce(&[("masked_phone_number", self.masked().into())]);
        }
    }

    /// A button has gone, and its dialog with it.
    pub(crate) fn detach(&'static self, button: &HtmlElement) {
        self.buttons.borrow_mut().retain(|other| other != button);
        let gone = self
            .dialog
            .borrow()
            .as_ref()
            .is_some_and(|dialog| dialog.is_of(button));
        if gone {
            self.handle(Event::Close);
            self.dialog.take();
        }
    }

    /// A button was clicked.
    pub(crate) fn click(&'static self, button: HtmlElement) {
        if self.state.get() != State::Closed {
            return;
        }
        let product_id = match button.get_attribute("basket").as_deref() {
            Some("true") => None,
            _ => button
                .get_attribute("data-product-id")
                .filter(|id| !id.is_empty()),
        };
        let product = product_id.is_some();
        *self.wanted.borrow_mut() = product_id.map(|product_id| self.wanted_again(product_id));
        *self.active.borrow_mut() = Some(button);
        self.handle(Event::Click { product });
    }

    /// The link, as far as it is known.
    pub(crate) fn link(&self) -> Link {
        self.view.borrow().as_ref().map_or(Link::Unlinked, Link::of)
    }

    /// Whether the newest view is one that may still change by itself.
    pub(crate) fn to_observe(&self) -> Option<LinkView> {
        let view = self.view.borrow();
        let view = view.as_ref().filter(|view| view.basket_id.is_some())?;
        (!self.foreign() && matches!(Link::of(view), Link::Waiting | Link::Linked)).then(|| view.clone())
    }

    /// The shopper's number, masked: the provider's once linked, before that the one typed.
    pub(crate) fn masked(&self) -> String {
        let known = self
            .view
            .borrow()
            .as_ref()
            .and_then(|view| view.masked_phone_number.clone());
        known
            .or_else(|| self.typed().map(|number| number.masked()))
            .unwrap_or_default()
    }

    /// The number typed, if it is one.
    fn typed(&self) -> Option<PhoneNumber> {
        self.form.borrow().checked().ok()
    }

    /// The provider's code of the last refusal.
    pub(crate) fn code(&self) -> String {
        self.code.borrow().clone().unwrap_or_default()
    }

    /// Whether the shopper waits for something.
    pub(crate) fn is_busy(&self) -> bool {
        self.state.get().is_busy()
    }

    /// How long the shopper still has to approve.
    #[expect(
        clippy::as_conversions,
        clippy::float_arithmetic,
        reason = "JavaScript's clock is a float; `as` saturates"
    )]
    pub(crate) fn seconds_left(&self) -> u32 {
        ((self.deadline_ms.get() - page::now_ms()) / 1000.0) as u32
    }

    /// Something in the dialog was pressed.
    pub(crate) fn press(&'static self, pressed: Pressed) {
        let Some(texts) = self.host().as_ref().map(texts_of) else {
            return;
        };
        let sheet = Sheet::of(self.screen.get(), texts, self);
        let press = match pressed {
            Pressed::Main => sheet.main,
            Pressed::Other => sheet.other,
            Pressed::Close => return self.handle(Event::Close),
        };
        match press.map(|press| press.event) {
            Some(Event::Retry { .. }) => {
                let product = self.wanted.borrow().is_some();
                self.handle(Event::Retry { product });
            }
            Some(Event::Submit) => self.submit(),
            Some(event) => self.handle(event),
            None => {}
        }
    }

    fn submit(&'static self) {
        self.edit(|form| form.finished = true);
        let valid = self.form.borrow().checked().is_ok();
        if valid {
            self.handle(Event::Submit);
        } else {
            self.focus();
        }
    }

    /// Changes the form, and shows it.
    pub(crate) fn edit(&self, change: impl FnOnce(&mut Form)) {
        change(&mut self.form.borrow_mut());
        self.redraw();
    }

    fn redraw(&self) {
        // Drawing may move the focus, and hear of that while it draws.
        if let Ok(mut dialog) = self.dialog.try_borrow_mut()
            && let Some(dialog) = &mut *dialog
        {
            dialog.draw(self);
        }
    }

    /// Takes one step and does what it asks for.
    pub(crate) fn handle(&'static self, event: Event) {
        let step = flow::step(self.state.get(), self.link(), event);
        self.form.borrow_mut().refused = event == Event::BadNumber;
        self.enter(step.state);
        if let Some(effect) = step.effect {
            self.perform(effect);
        }
    }

    fn enter(&'static self, state: State) {
        if self.state.replace(state) == state {
            return;
        }
        match state {
            State::Closed => {
                self.next_ticket();
                self.dialog.take();
            }
            State::Open(screen) => self.show(screen),
            _ => {}
        }
        let busy = state.is_busy();
        self.redraw();
        if let Some(button) = &*self.active.borrow() {
            let _ = button.toggle_attribute_with_force("busy", busy && self.dialog.borrow().is_none());
        }
        match state {
            State::Open(Screen::JustLinked) => self.read_after(JUST_LINKED_MS),
            State::Open(Screen::Thanks) => self.read_after(THANKS_MS),
            _ => {}
        }
    }

    fn show(&'static self, screen: Screen) {
        self.screen.set(screen);
        if screen == Screen::Waiting {
            self.tick();
        }
        if self.dialog.borrow().is_none() {
            let Some(button) = self.host() else { return };
            *self.dialog.borrow_mut() = Dialog::open(&button, texts_of(&button), self);
        }
        self.redraw();
        self.focus();
    }

    fn focus(&self) {
        let element = self.dialog.borrow().as_ref().map(Dialog::element);
        if let Some(element) = element {
            dialog::focus(&element);
        }
    }

    /// Counts the time left down while it shows.
    fn tick(&'static self) {
        if self.ticking.replace(true) {
            return;
        }
        page::spawn(async move {
            while matches!(self.state.get(), State::Open(Screen::Waiting) | State::Cancelling) {
                self.redraw();
                page::pause(1000).await;
            }
            self.ticking.set(false);
        });
    }

    /// The button that a dialog belongs to: the one clicked, else the first.
    fn host(&self) -> Option<HtmlElement> {
        let active = self
            .active
            .borrow()
            .clone()
            .filter(|button| button.is_connected());
        active.or_else(|| self.buttons.borrow().first().cloned())
    }

    fn read_after(&'static self, ms: i32) {
        let ticket = self.next_ticket();
        page::spawn(async move {
            page::pause(ms).await;
            if self.ticket.get() == ticket {
                self.handle(Event::Read);
            }
        });
    }

    fn next_ticket(&self) -> u32 {
        self.ticket.set(self.ticket.get().wrapping_add(1));
        self.ticket.get()
    }

    fn perform(&'static self, effect: Effect) {
        let ticket = self.next_ticket();
        match effect {
            Effect::TellAdded => return self.tell_added(),
            Effect::Leave => return self.leave(),
            _ => {}
        }
        page::spawn(async move {
            let event = match effect {
                Effect::Ask => self.ask().await,
                Effect::Add => self.add_wanted().await,
                Effect::Trust => self.connect(None).await,
                Effect::Send => self.connect(self.typed()).await,
                Effect::Cancel => self.stop(path::CANCEL, Ended::Cancelled).await,
                Effect::Unbind => self.stop(path::UNBIND, Ended::Unlinked).await,
                _ => self.open_app().await,
            };
            if self.ticket.get() == ticket {
                self.handle(event);
            }
        });
    }

    /// Whether the page's own hooks link baskets, and our backend has no part in it.
    fn foreign(&self) -> bool {
        hooks::of_page("iziGetPayData").is_some()
    }

    async fn ask(&'static self) -> Event {
        let product_id = self
            .wanted
            .borrow()
            .as_ref()
            .map(|wanted| wanted.product_id.clone());
        if let Some(hook) = hooks::of_page("iziCanBeBound") {
            let arguments: Vec<JsValue> = product_id.into_iter().map(JsValue::from).collect();
            match hooks::call(&hook, &arguments).await {
                Ok(answer) if answer.is_falsy() => return Event::Denied(None),
                Ok(_) if self.foreign() => return Event::Allowed,
                Ok(_) => {}
                Err(_) => return Event::Failed(Failure::Unavailable),
            }
            return match self.api.can_be_bound(None).await {
                Ok(answer) => {
                    self.accept(answer.link);
                    Event::Allowed
                }
                Err(error) => Event::Failed(error.into()),
            };
        }
        match self.api.can_be_bound(product_id.as_deref()).await {
            Ok(answer) => {
                self.accept(answer.link);
                if answer.can_be_bound {
                    Event::Allowed
                } else {
                    Event::Denied(answer.reason)
                }
            }
            Err(error) => Event::Failed(error.into()),
        }
    }

    /// The product of a click, with the request's id of an earlier click that came to no link.
    fn wanted_again(&self, product_id: String) -> Wanted {
        let added = self.added.borrow();
        let before = added.iter().find(|wanted| wanted.product_id == product_id);
        before.cloned().unwrap_or_else(|| Wanted {
            product_id,
            request_id: page::unique(),
        })
    }

    async fn add_wanted(&'static self) -> Event {
        let Some(wanted) = self.wanted.borrow().clone() else {
            return Event::Added;
        };
        let linked = self.link() == Link::Linked;
        let emptied = self
            .view
            .borrow()
            .as_ref()
            .is_some_and(|view| view.basket_id.is_some() && view.count == 0);
        if emptied {
            self.added.borrow_mut().clear();
        }
        let there = self
            .added
            .borrow()
            .iter()
            .any(|other| other.product_id == wanted.product_id);
        if linked || !there {
            if let Err(event) = self.add_through_hook(&wanted).await {
                return event;
            }
            if !linked {
                self.added.borrow_mut().push(wanted);
            }
        }
        self.wanted.take();
        Event::Added
    }

    async fn add_through_hook(&'static self, wanted: &Wanted) -> Result<(), Event> {
        if let Some(hook) = hooks::of_page("iziAddToCart") {
            let added = hooks::call(&hook, &[wanted.product_id.as_str().into()]).await;
            added.map_err(|_| Event::Failed(Failure::Unavailable))?;
            if !self.foreign() {
                self.refresh().await;
            }
            return Ok(());
        }
        self.add(wanted.product_id.clone(), wanted.request_id.clone())
            .await
            .map_err(|error| match error {
                ApiError::Status(404) => Event::Denied(Some(CannotBeBound::UnknownProduct)),
                ApiError::Status(409) => Event::Denied(Some(CannotBeBound::OutOfStock)),
                ApiError::Status(400 | 422) => Event::Denied(Some(CannotBeBound::OptionsMissing)),
                other => Event::Failed(other.into()),
            })
    }

    /// Adds one piece, by our backend.
    pub(crate) async fn add(&'static self, product_id: String, request_id: String) -> Result<(), ApiError> {
        self.accept(
            self.api
                .add(&AddItem {
                    product_id,
                    quantity: None,
                    request_id,
                })
                .await?,
        );
        Ok(())
    }

    async fn connect(&'static self, number: Option<PhoneNumber>) -> Event {
        let (prefix, phone) = number
            .map(|number| (number.country_prefix().to_owned(), number.national().to_owned()))
            .unzip();
        let place = self
            .active
            .borrow()
            .as_ref()
            .and_then(|button| button.get_attribute("binding_place"));
        let place = place.unwrap_or_else(|| "BASKET_SUMMARY".to_owned());
        let data = match hooks::of_page("iziGetPayData") {
            Some(hook) => {
                let text = |part: Option<String>| JsValue::from(part.unwrap_or_default());
                match hooks::call(&hook, &[text(prefix), text(phone), place.into()]).await {
                    Ok(data) => Json(data),
                    Err(_) => return Event::Failed(Failure::Unavailable),
                }
            }
            None => match hooks::get_pay_data(prefix, phone, place).await {
                Ok(data) => data,
                Err(ApiError::Status(400 | 422)) => return Event::BadNumber,
                Err(error) => return Event::Failed(error.into()),
            },
        };
        match data.text("error_code").filter(|code| !code.is_empty()) {
            Some(code) if code == "UNAVAILABLE" => Event::Failed(Failure::Unavailable),
            Some(code) => {
                let refusal = Refusal::of(&code);
                *self.code.borrow_mut() = Some(code);
                Event::Failed(Failure::Refused(refusal))
            }
            None => {
                self.expect_confirmation();
                Event::Accepted
            }
        }
    }

    /// Where the page's own `iziGetIsBound` tells, asks it.
    fn expect_confirmation(&'static self) {
        let Some(hook) = hooks::of_page("iziGetIsBound") else {
            return;
        };
        let foreign = self.foreign();
        if foreign {
            self.told(LinkStatus::Waiting, None, |_| {});
        }
        page::spawn(async move {
            let answer = hooks::call_patiently(&hook).await;
            if !foreign {
                self.refresh().await;
                return;
            }
            match answer {
                Ok(payload) => self.confirmed(&Json(payload)),
                Err(_) => self.told(LinkStatus::Unlinked, Some(Ended::Rejected), |_| {}),
            }
        });
    }

    /// A page's own hook brought the confirmation.
    fn confirmed(&'static self, payload: &Json) {
        let browser = payload
            .object("browser")
            .filter(|browser| browser.flag("browser_trusted"));
        if let Some(id) = browser.as_ref().and_then(|browser| browser.text("browser_id")) {
            page::keep_browser_id(&id);
        }
        self.told(LinkStatus::Linked, None, |view| {
            view.masked_phone_number = payload.text("masked_phone_number");
            view.name = payload.text("name");
            view.browser_trusted = browser.is_some();
        });
    }

    /// Makes a view of what the page's own hooks have told.
    fn told(&'static self, status: LinkStatus, ended: Option<Ended>, more: impl FnOnce(&mut LinkView)) {
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
            ended,
            error_code: None,
            order: None,
        };
        more(&mut view);
        self.accept(view);
    }

    async fn stop(&'static self, path: &str, ended: Ended) -> Event {
        let unbind = ended == Ended::Unlinked;
        if let Some(hook) = hooks::of_page("iziBindingDelete").filter(|_| unbind) {
            if hooks::call(&hook, &[]).await.is_err() {
                return Event::Failed(Failure::Unavailable);
            }
            if !self.foreign() {
                self.refresh().await;
            }
        } else if !self.foreign() {
            match self.api.stop(path).await {
                Ok(view) => self.accept(view),
                Err(error) => return Event::Failed(error.into()),
            }
        }
        if self.foreign() {
            self.told(LinkStatus::Unlinked, Some(ended), |_| {});
        }
        if unbind {
            // Another number is wanted, not this one once more.
            self.edit(|form| *form = Form::default());
            Event::Unbound
        } else {
            Event::Accepted
        }
    }

    async fn open_app(&'static self) -> Event {
        let answer = match hooks::of_page("iziMobileLink") {
            Some(hook) => hooks::call(&hook, &[])
                .await
                .map(Json)
                .map_err(|_| Failure::Unavailable),
            None => self.api.mobile_link().await.map_err(Failure::from),
        };
        match answer {
            Ok(answer) => {
                // A page's own hook may give the link alone.
                if let Some(link) = answer.text("link").or_else(|| answer.0.as_string()) {
                    page::go(&link);
                }
                Event::Accepted
            }
            Err(failure) => Event::Failed(failure),
        }
    }

    fn tell_added(&self) {
        let Some(button) = self.host() else { return };
        let count = self.view.borrow().as_ref().map_or(0, |view| view.count);
        let text = [texts_of(&button).added, " ", &count.to_string()].concat();
        let element = Json(button.into());
        if let Ok(say) = element.get("say").dyn_into::<Function>() {
            let _ = say.call1(&element.0, &text.into());
        }
    }

    fn leave(&self) {
        let order = self.view.borrow().as_ref().and_then(|view| view.order.clone());
        match order {
            // Anything else than a page is not ours to go to.
            Some(OrderComplete::Redirect { redirect }) if redirect.starts_with(['/', 'h', '?', '.']) => {
                page::go(&redirect);
            }
            _ => {
                page::forget();
                page::reload();
            }
        }
    }

    /// Asks the backend where the link stands. A failure changes nothing: the next news or click tells.
    async fn refresh(&'static self) {
        if let Ok(view) = self.api.link().await {
            self.accept(view);
        }
    }

    /// The page was loaded, is seen again, or has a network again.
    fn look_again(&'static self) {
        page::wake();
        if !self.foreign() {
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
        *self.view.borrow_mut() = Some(view);
        self.draw();
        if before.is_some_and(|before| before.count != count) {
            self.fire("karfa-basket-change", &[("count", count.into())]);
        }
        if news {
            self.linked_or_not(link_before, link);
            self.tell_waiters(link_before, link);
            if link != Link::Ordered || self.order_is_ours(link_before, basket_id.as_deref()) {
                self.handle(Event::News(ended));
            }
        }
        observe::follow(self);
    }

    /// Whether this tab is to act on an order: it has seen the basket linked, before a reload at least. Otherwise each
    /// page that still shows the ordered basket would send the shopper to the thank-you page once more.
    fn order_is_ours(&self, before: Option<Link>, basket_id: Option<&str>) -> bool {
        let remembered = basket_id.is_some_and(page::recall);
        remembered || matches!(before, Some(Link::Waiting | Link::Linked))
    }

    fn linked_or_not(&'static self, before: Option<Link>, now: Link) {
        if matches!(now, Link::Waiting | Link::Linked) {
            let id = self
                .view
                .borrow()
                .as_ref()
                .and_then(|view| view.basket_id.clone());
            id.as_deref().inspect(|id| page::remember(id));
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
                self.told(LinkStatus::Ordered, None, |view| view.order = Some(order));
            }
        });
    }

    /// A promise for a caller of a hook.
    pub(crate) fn promise(&'static self, waiter: Waiter) -> Promise {
        let promise = Promise::new(&mut |resolve, reject| {
            self.waiters.borrow_mut().push((waiter, resolve, reject));
        });
        self.tell_waiters(None, self.link());
        promise
    }

    fn tell_waiters(&self, before: Option<Link>, now: Link) {
        let ended = matches!(now, Link::Unlinked | Link::Trusted) && before == Some(Link::Waiting);
        let waiters = self.waiters.take();
        let (told, kept) = waiters.into_iter().partition(|(waiter, ..)| match waiter {
            Waiter::Bound => ended || matches!(now, Link::Linked | Link::Ordered),
            Waiter::Ordered => now == Link::Ordered,
        });
        *self.waiters.borrow_mut() = kept;
        for (waiter, resolve, reject) in told {
            let answer = if waiter == Waiter::Bound {
                self.confirmation(ended)
            } else {
                self.order()
            };
            let call = if ended && waiter == Waiter::Bound {
                reject
            } else {
                resolve
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

    fn announce(&self, detail: &[(&str, JsValue)]) {
        self.fire("izi-binding-complete", detail);
    }

    fn fire(&self, name: &str, detail: &[(&str, JsValue)]) {
        let data = Json::empty();
        for (name, value) in detail {
            data.set(name, value);
        }
        // A copy: a listener may add or remove buttons.
        let buttons = self.buttons.borrow().clone();
        for button in buttons {
            page::fire(&button, name, &data.0);
        }
    }

    /// Brings every button's attributes to the newest view.
    fn draw(&self) {
        let view = self.view.borrow();
        let Some(view) = &*view else { return };
        let link = Link::of(view);
        let linked = link == Link::Linked;
        let when =
            |condition: bool, text: Option<&str>| condition.then(|| text.unwrap_or_default().to_owned());
        let status = match link {
            Link::Waiting => Some("waiting"),
            Link::Linked => Some("linked"),
            _ => None,
        };
        let attributes = [
            ("status", status.map(str::to_owned)),
            ("trusted", when(linked && view.browser_trusted, None)),
            (
                "masked_phone_number",
                when(linked, view.masked_phone_number.as_deref()),
            ),
            ("name", when(linked && view.name.is_some(), view.name.as_deref())),
        ];
        for button in self.buttons.borrow().iter() {
            for (name, value) in &attributes {
                let _ = match value {
                    Some(value) => button.set_attribute(name, value),
                    None => button.remove_attribute(name),
                };
            }
            if view.basket_id.is_some() {
                let _ = button.set_attribute("count", &view.count.to_string());
            }
        }
    }
}

/// The texts in a button's language, which the loader has chosen.
fn texts_of(button: &HtmlElement) -> &'static Texts {
    Texts::of(&Json(button.clone().into()).text("locale").unwrap_or_default())
}
