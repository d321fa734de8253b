//! The one controller of all buttons on a page: knows the newest view, moves through [`crate::flow`], performs its
//! effects, and keeps buttons, dialog and the page's listeners in step. Decides nothing that the flow can decide.

/// What stands on the page.
mod buttons;
/// What is known of the link.
mod news;
/// What the flow asks for.
mod requests;
/// Who waits for a hook's answer.
mod waiters;

pub(crate) use waiters::Waiter;

use crate::api::Api;
use crate::device;
use crate::dialog::{self, Dialog};
use crate::flow::{self, Effect, Event, Link, Obstacle, Screen, State};
use crate::form::Form;
use crate::hooks;
use crate::memory;
use crate::page;
use crate::screens::Sheet;
use crate::texts::Texts;
use js_sys::Function;
use karfa_shared::phone::PhoneNumber;
use karfa_shared::widget::{DeepLinks, Ended, LinkStatus, LinkView, OrderComplete, path};
use news::Told;
use std::cell::{Cell, OnceCell, RefCell};
use web_sys::HtmlElement;

/// How long the success is shown before the dialog closes.
const JUST_LINKED_MS: i32 = 3_000;
/// How long the thanks are shown before the page goes on.
const THANKS_MS: i32 = 2_500;

thread_local! {
    static WIDGET: OnceCell<&'static Widget> = const { OnceCell::new() };
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
    /// Whether the backend was asked how things stand.
    asked: Cell<bool>,
    /// Whether the provider does not settle in the shop's currency: there is nothing to offer then.
    wrong_currency: Cell<bool>,
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
            asked: Cell::new(false),
            wrong_currency: Cell::new(false),
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
        // A browser may keep the page whole for the way back: thanks are said once.
        page::listen(&page::window(), "pagehide", || {
            let widget = Self::get();
            if widget.state.get() == State::Open(Screen::Thanks) {
                widget.handle(Event::Close);
            }
        });
        widget.ask_once(memory::is_marked());
    }

    /// The page's widget.
    pub(crate) fn get() -> &'static Widget {
        WIDGET.with(|cell| *cell.get().expect("the loader calls start before anything else"))
    }

    /// A button has appeared.
    pub(crate) fn attach(&'static self, button: &HtmlElement) {
        let masked = button.get_attribute("masked_phone_number");
        let unknown = self.view.borrow().is_none();
        self.buttons.borrow_mut().push(button.clone());
        if unknown && masked.is_some() && self.foreign() {
            let (name, trusted) = (None, false);
            self.told(
                LinkStatus::Linked,
                Told::Confirmed {
                    masked,
                    name,
                    trusted,
                },
            );
            return;
        }
        self.ask_once(news::knows_of_basket(button));
        self.draw();
        if self.link() == Link::Linked {
            let detail = [("masked_phone_number", self.masked().into())];
            buttons::fire(button, buttons::COMPLETE, &detail);
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

    /// The links of the code that waits to be scanned.
    pub(crate) fn links(&self) -> DeepLinks {
        let view = self.view.borrow();
        view.as_ref()
            .and_then(|view| view.links.clone())
            .unwrap_or_default()
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

    /// Something in the dialog was pressed: `main` (Enter, too), `way`, `other`, or `close` (the cross, Escape, beside the
    /// dialog).
    pub(crate) fn press(&'static self, what: &str) {
        let Some(texts) = self.host().as_ref().map(Texts::of) else {
            return;
        };
        let event = match what {
            "close" => Some(Event::Close),
            _ => Sheet::of(self.screen.get(), &texts, self).event(what),
        };
        match event {
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
        let before = self.state.replace(state);
        if before == state {
            return;
        }
        if before == State::Open(Screen::Blocked(Some(Obstacle::Currency))) {
            self.wrong_currency.set(true);
            self.draw();
        }
        match state {
            State::Closed => {
                self.next_ticket();
                self.dialog.take();
            }
            State::Open(screen) if !self.show(screen) => return self.handle(Event::Close),
            _ => {}
        }
        let busy = state.is_busy();
        self.redraw();
        if let Some(button) = &*self.active.borrow() {
            let alone = busy && self.dialog.borrow().is_none();
            let _ = button.toggle_attribute_with_force("busy", alone);
            let said = if alone {
                Texts::of(button).text("busy")
            } else {
                String::new()
            };
            buttons::say(button, &said);
        }
        match state {
            State::Open(Screen::JustLinked) => self.read_after(JUST_LINKED_MS),
            State::Open(Screen::Thanks) => self.read_after(THANKS_MS),
            _ => {}
        }
    }

    /// Shows a screen. False where the page has taken away all buttons, and there is nowhere to show it; whoever has
    /// ordered is led on all the same.
    fn show(&'static self, screen: Screen) -> bool {
        self.screen.set(screen);
        if matches!(screen, Screen::Waiting | Screen::Code) {
            self.tick();
        }
        if self.dialog.borrow().is_none() {
            let Some(button) = self.host() else {
                return screen == Screen::Thanks;
            };
            *self.dialog.borrow_mut() = Dialog::open(&button, Texts::of(&button), self);
        }
        self.redraw();
        self.focus();
        true
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
            while matches!(
                self.state.get(),
                State::Open(Screen::Waiting | Screen::Code) | State::Cancelling { .. }
            ) {
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
            Effect::OpenLink => return self.open_link(),
            _ => {}
        }
        page::spawn(async move {
            let event = match effect {
                Effect::Ask => self.ask().await,
                Effect::Add => self.add_wanted().await,
                Effect::Trust | Effect::Fetch => self.connect(None).await,
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

    /// Into the app, by the links of the code that waits.
    fn open_link(&self) {
        let links = self.links();
        let own = device::is_huawei() && !links.deep_link_hms.is_empty();
        page::go_to_app(if own {
            &links.deep_link_hms
        } else {
            &links.deep_link
        });
    }

    fn leave(&self) {
        let order = self.view.borrow().as_ref().and_then(|view| view.order.clone());
        match order {
            // Anything else than a page is not ours to go to.
            Some(OrderComplete::Redirect { redirect }) if redirect.starts_with(['/', 'h', '?', '.']) => {
                page::go(&redirect);
            }
            _ => {
                memory::forget();
                page::reload();
            }
        }
    }
}
