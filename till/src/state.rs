//! What the page knows, and the ways in which it changes: one place that every part of the view reads.

use crate::api::{self, Body, Failure, Refusal};
use crate::language::Language;
use crate::texts::{self, Texts};
use crate::{amounts::Money, news, page};
use gloo_net::http::Method;
use karfa_shared::till::{
    Action, DESK, DeskView, GOODS, Good, Goods, PaymentView, SESSION, SaleView, Seat, SessionView,
    WalletChoice,
};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

/// What went well is said for so long.
const SAID_MS: i32 = 5_000;

/// Which part of the page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The sale.
    Sale,
    /// The day's sales.
    Day,
    /// The club's members.
    Members,
}

/// Whether the backend can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// Not tried yet.
    Opening,
    /// Every change is heard.
    Live,
    /// Not now: what is shown may be old.
    Away,
}

/// A sentence for the cashier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Something did not work.
    pub(crate) is_bad: bool,
    /// The sentence.
    pub(crate) text: String,
}

/// What the page knows.
#[derive(Clone, Copy)]
pub(crate) struct Till {
    /// Where one can sign in, and who is.
    pub(crate) session: RwSignal<Option<SessionView>>,
    /// What is for sale.
    pub(crate) goods: RwSignal<Arc<Vec<Good>>>,
    /// The newest view of the desk.
    pub(crate) desk: RwSignal<Option<DeskView>>,
    /// Whether the backend can be heard.
    pub(crate) connection: RwSignal<Connection>,
    /// A request that moves money is under way.
    pub(crate) busy: RwSignal<bool>,
    /// What was said last.
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// Which part is shown.
    pub(crate) place: RwSignal<Place>,
    /// The language.
    pub(crate) language: RwSignal<Language>,
    /// Its texts.
    pub(crate) texts: RwSignal<Arc<Texts>>,
    /// The backend's clock, in seconds, once a second.
    pub(crate) now: RwSignal<i64>,
    /// What is rung up is coming back.
    pub(crate) returning: RwSignal<bool>,
    /// Counts sign-ins: what was begun for an earlier one is dropped.
    pub(crate) turn: RwSignal<u32>,
    /// The folder that the program came from.
    base: StoredValue<String>,
}

/// Something to do, when what was asked for before is done.
type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// What was rung up and not yet sent: it travels in its order, one at a time.
    static QUEUE: RefCell<(bool, VecDeque<Task>)> = const { RefCell::new((false, VecDeque::new())) };
}

impl Till {
    /// A page that knows nothing yet. `base` is the folder that the program came from.
    pub(crate) fn new(base: &str) -> Self {
        let remembered = page::remembered("language").and_then(|code| Language::of_code(&code));
        let spoken = page::window()
            .navigator()
            .language()
            .and_then(|code| Language::of_code(&code));
        Till {
            session: RwSignal::new(None),
            goods: RwSignal::new(Arc::default()),
            desk: RwSignal::new(None),
            connection: RwSignal::new(Connection::Opening),
            busy: RwSignal::new(false),
            notice: RwSignal::new(None),
            place: RwSignal::new(Place::Sale),
            language: RwSignal::new(remembered.or(spoken).unwrap_or(Language::En)),
            texts: RwSignal::new(Arc::default()),
            now: RwSignal::new(api::backend_now_ms() / 1000),
            returning: RwSignal::new(false),
            turn: RwSignal::new(0),
            base: StoredValue::new(base.to_owned()),
        }
    }

    /// A text in the language that is shown. The whole view is drawn anew with another one.
    pub(crate) fn text(self, name: &str) -> String {
        self.texts.with_untracked(|texts| texts.get(name))
    }

    /// A text with words in it.
    pub(crate) fn text_with(self, name: &str, words: &[(&str, &str)]) -> String {
        self.texts.with_untracked(|texts| texts.with(name, words))
    }

    /// Who is signed in.
    pub(crate) fn seat(self) -> Option<Seat> {
        self.session.with(|session| session.as_ref()?.seat.clone())
    }

    /// The sale on the desk.
    pub(crate) fn sale(self) -> Option<SaleView> {
        self.desk.with(|desk| desk.as_ref()?.sale.clone())
    }

    /// Its newest payment.
    pub(crate) fn payment(self) -> Option<PaymentView> {
        self.desk
            .with(|desk| desk.as_ref()?.sale.as_ref()?.payment.clone())
    }

    /// Whether the backend lets something be done now. With no sale yet, one can begin one.
    pub(crate) fn can(self, action: Action) -> bool {
        self.desk.with(|desk| match desk.as_ref() {
            Some(desk) => match &desk.sale {
                Some(sale) => sale.can.contains(&action),
                None => matches!(action, Action::Edit | Action::Identify),
            },
            None => false,
        })
    }

    /// How amounts of the branch are written.
    pub(crate) fn money(self) -> Money {
        let language = self.language.get();
        self.seat().map_or_else(
            || Money::new(language, "", 2),
            |seat| Money::new(language, &seat.currency, seat.decimals),
        )
    }

    /// A wallet of the branch by its id.
    pub(crate) fn wallet(self, id: &str) -> Option<WalletChoice> {
        self.seat()?.wallets.into_iter().find(|wallet| wallet.id == id)
    }

    /// What customers call a wallet.
    pub(crate) fn wallet_name(self, id: &str) -> String {
        self.wallet(id)
            .map_or_else(|| id.to_owned(), |wallet| wallet.name)
    }

    /// Fetches a language's texts and shows the page in it.
    pub(crate) async fn speak(self, language: Language) {
        let url = texts::address(&self.base.get_value(), language);
        if let Some(table) = api::file(&url).await {
            if let Some(root) = page::document().document_element() {
                let _ = root.set_attribute("lang", language.code());
            }
            self.texts.set(Arc::new(Texts::new(table)));
            self.language.set(language);
        } else if self
            .texts
            .with_untracked(|texts| texts.find("app.name").is_none())
        {
            // Without any texts there is no page; the network comes back.
            page::pause(1_000).await;
            Box::pin(self.speak(language)).await;
        }
    }

    /// Asks who is signed in; what one needs to work comes along.
    pub(crate) async fn look_around(self) {
        loop {
            match api::get::<SessionView>(SESSION).await {
                Ok(session) => {
                    self.connection.set(Connection::Live);
                    self.take_session(session).await;
                    return;
                }
                Err(_) => {
                    self.connection.set(Connection::Away);
                    page::pause(2_000).await;
                }
            }
        }
    }

    async fn take_session(self, session: SessionView) {
        let seat = session.seat.clone();
        let same = self
            .session
            .with_untracked(|known| known.as_ref().and_then(|known| known.seat.as_ref()) == seat.as_ref());
        if page::remembered("language").is_none() {
            let branch = seat
                .as_ref()
                .map(|seat| &seat.language)
                .or(session.branches.first().map(|branch| &branch.language));
            let language = branch.and_then(|code| Language::of_code(code));
            if let Some(language) = language.filter(|language| *language != self.language.get_untracked()) {
                self.speak(language).await;
            }
        }
        if !same {
            self.desk.set(None);
            self.returning.set(false);
            self.place.set(Place::Sale);
        }
        let has_no_goods = !same || self.goods.with_untracked(|goods| goods.is_empty());
        if seat.is_some()
            && has_no_goods
            && let Ok(goods) = api::get::<Goods>(GOODS).await
        {
            self.goods.set(Arc::new(goods.goods));
        }
        self.session.set(Some(session));
        if seat.is_some() && !same {
            self.turn.update(|turn| *turn = turn.wrapping_add(1));
            self.read_desk().await;
        }
    }

    /// Reads the desk until it could be read: what is shown is what is true.
    pub(crate) async fn read_desk(self) {
        let turn = self.turn.get_untracked();
        while turn == self.turn.get_untracked() && self.seat_is_taken() {
            match api::get::<DeskView>(DESK).await {
                Ok(view) => {
                    self.take(view);
                    return;
                }
                Err(failure) => {
                    if self.is_signed_out(&failure) {
                        return;
                    }
                    self.connection.set(Connection::Away);
                    page::pause(1_500).await;
                }
            }
        }
    }

    /// Whether somebody is signed in, for what is not drawn.
    pub(crate) fn seat_is_taken(self) -> bool {
        self.session
            .with_untracked(|session| session.as_ref().is_some_and(|session| session.seat.is_some()))
    }

    /// Shows a view, unless a newer one is shown.
    pub(crate) fn take(self, view: DeskView) {
        let mut known = self.desk.get_untracked();
        if news::take(&mut known, view) {
            self.desk.set(known);
        }
    }

    /// The session has ended elsewhere: one has to sign in again.
    pub(crate) fn is_signed_out(self, failure: &Failure) -> bool {
        let signed_out = matches!(failure, Failure::Refused(refusal) if refusal.status == 401);
        if signed_out && self.seat_is_taken() {
            self.session.update(|session| {
                if let Some(session) = session {
                    session.seat = None;
                }
            });
            self.turn.update(|turn| *turn = turn.wrapping_add(1));
            leptos::task::spawn_local(self.look_around());
        }
        signed_out
    }

    /// Says something that went well, for a while.
    pub(crate) fn say(self, text: String) {
        let notice = Notice { is_bad: false, text };
        self.notice.set(Some(notice.clone()));
        leptos::task::spawn_local(async move {
            page::pause(SAID_MS).await;
            if self.notice.get_untracked().as_ref() == Some(&notice) {
                self.notice.set(None);
            }
        });
    }

    /// Why something was refused, and how long one waits where that is said.
    pub(crate) fn refusal(self, refusal: &Refusal) -> String {
        let text = self
            .texts
            .with_untracked(|texts| texts.refusal(&refusal.code, &refusal.detail));
        match refusal.retry_after {
            Some(seconds) => format!(
                "{text} {}",
                self.text_with("refusal.wait", &[("seconds", &seconds.to_string())])
            ),
            None => text,
        }
    }

    /// Says why something did not work.
    pub(crate) fn complain(self, refusal: &Refusal) {
        let text = self.refusal(refusal);
        self.notice.set(Some(Notice { is_bad: true, text }));
    }

    /// Does something about money, once: the answer is the desk, else the desk is read again. Never sent twice.
    pub(crate) fn act(self, method: Method, path: &'static str, body: Body) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.notice.set(None);
        leptos::task::spawn_local(async move {
            let answer = api::tell(method, &self.of_this_sale(path), body).await;
            self.settle(answer.and_then(api::read::<DeskView>)).await;
            self.busy.set(false);
        });
    }

    /// A path that says which sale is meant: another one may stand on the desk by the time the request arrives.
    pub(crate) fn of_this_sale(self, path: &str) -> String {
        untrack(|| self.sale()).map_or_else(|| path.to_owned(), |sale| format!("{path}?sale={}", sale.id))
    }

    /// Shows what came of a request that changes the desk.
    pub(crate) async fn settle(self, answer: Result<DeskView, Failure>) {
        match answer {
            Ok(view) => self.take(view),
            Err(failure) if self.is_signed_out(&failure) => {}
            Err(Failure::Refused(refusal)) => {
                self.complain(&refusal);
                self.read_desk().await;
            }
            Err(Failure::NoAnswer) => {
                self.notice.set(Some(Notice {
                    is_bad: true,
                    text: self.text("net.no_answer"),
                }));
                self.read_desk().await;
            }
        }
    }

    /// Does something in its turn, after what was asked for before.
    pub(crate) fn in_turn(self, task: impl Future<Output = ()> + 'static) {
        let runs = QUEUE.with_borrow_mut(|(runs, queue)| {
            queue.push_back(Box::pin(task));
            std::mem::replace(runs, true)
        });
        if runs {
            return;
        }
        leptos::task::spawn_local(async {
            loop {
                let next = QUEUE.with_borrow_mut(|(runs, queue)| {
                    let next = queue.pop_front();
                    *runs = next.is_some();
                    next
                });
                match next {
                    Some(task) => task.await,
                    None => return,
                }
            }
        });
    }
}

/// The page's knowledge, for a part of the view.
pub(crate) fn till() -> Till {
    expect_context()
}
