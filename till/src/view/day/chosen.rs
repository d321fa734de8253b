//! The sale beside the list: read, followed while money moves, and what can be done with it.

use super::{AGAIN_MS, fail};
use crate::api::{self, Body, Failure};
use crate::faces;
use crate::page;
use crate::sale::payment::{Announcement, State};
use crate::state::{Till, till};
use crate::view::icons;
use crate::view::looked_up::LookedUpForm;
use crate::view::receipt::receipt;
use crate::view::refund::RefundDialog;
use karfa_shared::till::{Action, AmountWish, PaymentView, SALES, SaleView};
use leptos::prelude::*;

/// The sale beside the list. An answer about another one never takes its place: a press would hit a sale that nobody meant.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    /// The one that the cashier wants to see.
    pub(super) id: RwSignal<Option<String>>,
    /// It, once it was read.
    sale: RwSignal<Option<SaleView>>,
    /// Counts what was shown: what was read before that is old.
    turn: StoredValue<u32>,
}

impl Chosen {
    pub(super) fn none() -> Self {
        Chosen {
            id: RwSignal::new(None),
            sale: RwSignal::new(None),
            turn: StoredValue::new(0),
        }
    }

    /// What was chosen before is gone at once.
    pub(super) fn choose(self, id: Option<String>) {
        if self.id.with_untracked(|before| *before != id) {
            self.put(None);
            self.id.set(id);
        }
    }

    /// Whether it is still wanted: neither the page was left nor another one chosen.
    fn is(self, id: &str) -> bool {
        let is_it = |chosen: &Option<String>| chosen.as_deref() == Some(id);
        self.id.try_with_untracked(is_it) == Some(true)
    }

    /// What came of something that was done to it.
    fn show(self, sale: SaleView) {
        if self.is(&sale.id) {
            self.put(Some(sale));
        }
    }

    fn put(self, sale: Option<SaleView>) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.sale.set(sale);
    }

    /// Opens one, or looks at it again.
    pub(super) fn open(self, till: Till, id: String) {
        self.choose(Some(id.clone()));
        let turn = self.turn.get_value();
        leptos::task::spawn_local(async move {
            let answer = api::get::<SaleView>(&format!("{SALES}/{id}")).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(sale) => {
                    self.put(Some(sale));
                    page::focus("opened");
                }
                Err(failure) => {
                    fail(till, &failure);
                    if self.sale.with_untracked(Option::is_none) {
                        self.choose(None);
                    }
                }
            }
        });
    }

    /// Reads it again, unless something newer is shown by then.
    async fn follow(self, id: String, turn: u32) {
        loop {
            page::pause(AGAIN_MS).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            let answer = api::get::<SaleView>(&format!("{SALES}/{id}")).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(sale) => {
                    self.put(Some(sale));
                    return;
                }
                Err(Failure::NoAnswer) => {}
                Err(Failure::Refused(_)) => return,
            }
        }
    }
}

/// What stands beside the list.
#[component]
pub(super) fn Opened(chosen: Chosen, changed: Callback<()>) -> impl IntoView {
    let till = till();
    let opened = chosen.sale;
    let refunding = RwSignal::new(false);
    Effect::new(move |moved: Option<bool>| {
        let shown = opened.with(|sale| {
            let sale = sale.as_ref()?;
            Some((
                sale.id.clone(),
                sale.payment.as_ref().is_some_and(faces::is_moving),
            ))
        });
        match shown {
            Some((id, true)) => {
                leptos::task::spawn_local(chosen.follow(id, chosen.turn.get_value()));
                true
            }
            Some(_) if moved == Some(true) => {
                changed.run(());
                false
            }
            _ => false,
        }
    });
    let payment = Signal::derive(move || opened.with(|sale| sale.as_ref()?.payment.clone()));
    let to_capture =
        move || payment.with(|payment| payment.as_ref().map_or(0, PaymentView::to_capture_minor));
    let can = move |action: Action| {
        Memo::new(move |_| opened.with(|sale| sale.as_ref().is_some_and(|sale| sale.can.contains(&action))))
    };
    let (can_capture, can_cancel, can_refund) =
        (can(Action::Capture), can(Action::Cancel), can(Action::Refund));
    let done = Callback::new(move |sale: SaleView| {
        chosen.show(sale);
        changed.run(());
    });
    // Of which sale something is asked for: with another one one can go on meanwhile.
    let asked = RwSignal::new(None::<String>);
    let busy = Memo::new(move |_| asked.with(|asked| asked.is_some() && chosen.id.with(|id| id == asked)));
    let send = move |word: &'static str, body: Body| {
        let Some(id) = chosen.id.get_untracked() else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        asked.set(Some(id.clone()));
        leptos::task::spawn_local(async move {
            match api::post::<SaleView>(&format!("{SALES}/{id}/{word}"), body).await {
                Ok(sale) => {
                    done.try_run(sale);
                }
                Err(failure) => {
                    fail(till, &failure);
                    if chosen.is(&id) {
                        chosen.open(till, id.clone());
                    }
                }
            }
            if asked.try_get_untracked().flatten() == Some(id) {
                asked.set(None);
            }
        });
    };
    let title = move || {
        opened.with(|sale| {
            sale.as_ref()
                .map(|sale| till.text_with("sale.number", &[("number", &sale.number)]))
        })
    };
    // What is under way or in doubt goes on by itself.
    let is_next = move || {
        payment.with(|payment| {
            payment
                .as_ref()
                .is_some_and(|payment| payment.capturing_minor.is_none() && payment.checking.is_none())
        })
    };
    view! {
        <Announcement payment=payment/>
        <div id="opened" class="stack" tabindex="-1" role="group" aria-label=title>
            <Show
                when=move || opened.with(Option::is_some)
                fallback=move || {
                    chosen.id.with(Option::is_none).then(|| view! { <p class="empty">{till.text("day.choose")}</p> })
                }
            >
                <h2>{title}</h2>
                <State payment=payment/>
                <LookedUpForm sale=opened done=done/>
                <div class="actions steps">
                    <Show when=move || can_capture.get()>
                        <button
                            type="button"
                            class="wide"
                            class:primary=is_next
                            disabled=move || busy.get()
                            on:click=move |_| {
                                let amount_minor = untrack(to_capture);
                                send("capture", Body::json(&AmountWish { amount_minor }));
                            }
                        >
                            <span>{till.text("pay.capture")}</span>
                            <strong>{move || till.money().show(to_capture())}</strong>
                        </button>
                    </Show>
                    <Show when=move || can_cancel.get()>
                        <button
                            type="button"
                            class="danger"
                            disabled=move || busy.get()
                            on:click=move |_| send("cancel", Body::Empty)
                        >
                            {till.text("pay.cancel")}
                        </button>
                    </Show>
                    <button type="button" on:click=move |_| { let _ = page::window().print(); }>
                        {icons::icon(icons::PRINTER)} <span>{till.text("receipt.print")}</span>
                    </button>
                    <button
                        type="button"
                        on:click=move |_| {
                            if let Some(id) = chosen.id.get_untracked() {
                                chosen.open(till, id);
                            }
                        }
                    >
                        {till.text("day.check")}
                    </button>
                    <Show when=move || can_refund.get()>
                        <button
                            type="button"
                            class="danger"
                            disabled=move || busy.get()
                            on:click=move |_| refunding.set(true)
                        >
                            {till.text("refund.open")}
                        </button>
                    </Show>
                </div>
                {move || opened.get().map(|sale| receipt(&sale))}
            </Show>
            <RefundDialog open=refunding sale=opened done=done/>
        </div>
    }
}
