//! Signing in: branch, till, cashier, PIN.

use crate::api::{self, Body, Failure};
use crate::state::{Notice, Till, till};
use crate::{faces::Picture, page, view::icons};
use gloo_net::http::Method;
use karfa_shared::till::{BranchChoice, Named, SESSION, SignIn};
use leptos::prelude::*;

/// A PIN has at least so many digits.
const SHORTEST: usize = 4;
/// And at most so many.
const LONGEST: usize = 8;

/// Who is signing in, so far.
#[derive(Clone, Copy)]
struct Choice {
    branch: RwSignal<Option<String>>,
    till: RwSignal<Option<String>>,
    cashier: RwSignal<Option<String>>,
    pin: RwSignal<String>,
    /// Locked until then, by the page's clock in seconds.
    locked_until: RwSignal<i64>,
}

/// The whole page while nobody is signed in.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let till = till();
    let branches = till
        .session
        .with_untracked(|session| session.as_ref().map(|session| session.branches.clone()))
        .unwrap_or_default();
    let only = |branches: &[BranchChoice]| match branches {
        [one] => Some(one.id.clone()),
        _ => None,
    };
    let known = |id: &String| branches.iter().any(|branch| branch.id == *id);
    let choice = Choice {
        branch: RwSignal::new(only(&branches).or(page::remembered("branch").filter(known))),
        till: RwSignal::new(None),
        cashier: RwSignal::new(None),
        pin: RwSignal::new(String::new()),
        locked_until: RwSignal::new(0),
    };
    let all = StoredValue::new(branches);
    let branch = move || {
        let id = choice.branch.get()?;
        all.with_value(|all| all.iter().find(|branch| branch.id == id).cloned())
    };
    // The till that was used last, or the only one.
    Effect::new(move |_| {
        let tills = branch().map(|branch| branch.tills).unwrap_or_default();
        let last = page::remembered("till").filter(|id| tills.iter().any(|till| till.id == *id));
        let only = match tills.as_slice() {
            [one] => Some(one.id.clone()),
            _ => None,
        };
        choice.till.set(only.or(last));
        choice.cashier.set(None);
    });
    let branch_tiles = move || {
        let named = all.with_value(|all| {
            let named = all.iter().map(|branch| Named {
                id: branch.id.clone(),
                name: branch.name.clone(),
            });
            named.collect::<Vec<_>>()
        });
        (named.len() > 1).then(|| tiles("branch", till.text("sign_in.branch"), named, choice.branch))
    };
    let till_tiles = move || {
        let named = branch().map(|branch| branch.tills).unwrap_or_default();
        (named.len() > 1).then(|| tiles("till", till.text("sign_in.till"), named, choice.till))
    };
    let cashier_tiles = move || {
        let named = branch().map(|branch| branch.cashiers).unwrap_or_default();
        choice
            .till
            .with(Option::is_some)
            .then(|| tiles("cashier", till.text("sign_in.cashier"), named, choice.cashier))
    };
    view! {
        <main class="sign-in" id="main" tabindex="-1">
            <div class="sign-in-card">
                <h1 class="brand">
                    {icons::icon(icons::BASKET)} <span>{till.text("app.name")}</span>
                </h1>
                <p class="lead">{till.text("sign_in.lead")}</p>
                {branch_tiles}
                {till_tiles}
                {cashier_tiles}
                <Show when=move || choice.cashier.with(Option::is_some)>
                    <Pin choice=choice shown=Signal::derive(move || branch().and_then(|branch| branch.shown_pin))/>
                </Show>
            </div>
        </main>
    }
}

fn tiles(
    name: &'static str,
    heading: String,
    named: Vec<Named>,
    chosen: RwSignal<Option<String>>,
) -> impl IntoView {
    let buttons = named.into_iter().map(move |named| {
        let id = StoredValue::new(named.id.clone());
        view! {
            <button
                type="button"
                class="tile"
                aria-pressed=move || chosen.with(|chosen| chosen.as_ref() == Some(&id.get_value())).to_string()
                on:click=move |_| {
                    if name != "cashier" {
                        page::remember(name, &id.get_value());
                    }
                    chosen.set(Some(id.get_value()));
                    if name == "cashier" {
                        page::focus("pin");
                    }
                }
            >
                {named.name}
            </button>
        }
    });
    view! {
        <section class="choice" data-choice=name>
            <h2>{heading}</h2>
            <div class="tiles">{buttons.collect_view()}</div>
        </section>
    }
}

#[component]
fn Pin(choice: Choice, shown: Signal<Option<String>>) -> impl IntoView {
    let till = till();
    let busy = RwSignal::new(false);
    let wait = move || choice.locked_until.get().saturating_sub(till.now.get()).max(0);
    // Read aloud once; the seconds run down for the eye.
    let is_locked = Memo::new(move |_| wait() > 0);
    let problem = move |seconds: i64| {
        if seconds > 0 {
            Some(till.text_with("sign_in.locked", &[("seconds", &seconds.to_string())]))
        } else {
            till.notice
                .get()
                .filter(|notice| notice.is_bad)
                .map(|notice| notice.text)
        }
    };
    let submit = move || {
        let (Some(branch), Some(till_id), Some(cashier)) = (
            choice.branch.get_untracked(),
            choice.till.get_untracked(),
            choice.cashier.get_untracked(),
        ) else {
            return;
        };
        let pin = choice.pin.get_untracked();
        if busy.get_untracked() {
            return;
        }
        if !(SHORTEST..=LONGEST).contains(&pin.len()) {
            till.notice.set(Some(Notice {
                is_bad: true,
                text: till.text("sign_in.pin_short"),
            }));
            return;
        }
        busy.set(true);
        till.notice.set(None);
        let wanted = SignIn {
            branch,
            till: till_id,
            cashier,
            pin,
        };
        leptos::task::spawn_local(async move {
            sign_in(till, choice, &wanted).await;
            busy.set(false);
        });
    };
    let press = move |digit: char| {
        choice.pin.update(|pin| {
            if pin.len() < LONGEST {
                pin.push(digit);
            }
        });
        page::focus("pin");
    };
    let digits = ('1'..='9').map(move |digit| {
        view! {
            <button type="button" class="key" on:click=move |_| press(digit)>
                {digit.to_string()}
            </button>
        }
    });
    view! {
        <form
            class="pin"
            autocomplete="off"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <label for="pin">{till.text("sign_in.pin")}</label>
            <input
                id="pin"
                class="pin-field"
                type="password"
                inputmode="numeric"
                autocomplete="off"
                maxlength="8"
                aria-describedby="pin-hint"
                prop:value=move || choice.pin.get()
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    choice.pin.set(typed.chars().filter(char::is_ascii_digit).take(LONGEST).collect());
                }
            />
            <p id="pin-hint" class="hint">
                {move || match shown.get() {
                    Some(pin) => till.text_with("sign_in.shown_pin", &[("pin", &pin)]),
                    None => till.text("sign_in.pin_hint"),
                }}
            </p>
            <p class="problem" aria-hidden="true">{move || problem(wait())}</p>
            <p class="unseen" role="alert">
                {move || {
                    is_locked.track();
                    choice.locked_until.track();
                    problem(untrack(wait))
                }}
            </p>
            <div class="pad">
                {digits.collect_view()}
                <button
                    type="button"
                    class="key"
                    aria-label=till.text("sign_in.erase")
                    on:click=move |_| {
                        choice.pin.update(|pin| { pin.pop(); });
                        page::focus("pin");
                    }
                >
                    {icons::icon(icons::of(Picture::Back))}
                </button>
                <button type="button" class="key" on:click=move |_| press('0')>"0"</button>
                <button
                    type="submit"
                    class="key primary"
                    aria-label=till.text("sign_in.enter")
                    aria-busy=move || busy.get().to_string()
                    disabled=move || { wait() > 0 }
                >
                    {icons::icon(icons::of(Picture::Tick))}
                </button>
            </div>
        </form>
    }
}

async fn sign_in(till: Till, choice: Choice, wanted: &SignIn) {
    let answer = api::tell(Method::POST, SESSION, Body::json(wanted)).await;
    choice.pin.set(String::new());
    match answer {
        Ok(_) => till.look_around().await,
        Err(Failure::Refused(refusal)) => {
            if let Some(seconds) = refusal.retry_after {
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
                choice
                    .locked_until
                    .set(till.now.get_untracked().saturating_add(seconds));
            }
            till.notice.set(Some(Notice {
                is_bad: true,
                text: match refusal.status {
                    401 | 403 => till.text("sign_in.wrong_pin"),
                    _ => till
                        .texts
                        .with_untracked(|texts| texts.refusal(&refusal.code, &refusal.detail)),
                },
            }));
            page::focus("pin");
        }
        Err(Failure::NoAnswer) => {
            till.notice.set(Some(Notice {
                is_bad: true,
                text: till.text("net.no_answer"),
            }));
        }
    }
}
