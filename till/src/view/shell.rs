//! The cashier's page around its parts: the bar at its head, what is said, and the way between the parts.

use super::day::DayPage;
use super::members::MembersPage;
use super::sign_in::SignInPage;
use crate::api::{self, Body};
use crate::keyboard::SCAN_FIELD;
use crate::keys::Shortcut;
use crate::language::Language;
use crate::sale::{self, SalePage};
use crate::state::{Connection, Place, Till, till};
use crate::view::icons;
use crate::{focus, keyboard, live, page, work};
use gloo_net::http::Method;
use karfa_shared::till::{Action, SESSION};
use leptos::prelude::*;

/// Where the customer's screen is.
const CUSTOMER_SCREEN: &str = "/till/customer";

/// Begins what runs for as long as the page lives: the clock, the keys, the live view.
pub(crate) fn begin(till: Till, pressed: impl Fn(Shortcut) -> bool + 'static) {
    focus::keep();
    page::every(1_000, move || till.now.set(api::backend_now_ms() / 1_000));
    keyboard::listen(
        move |text| {
            if till.seat_is_taken() {
                work::scan(till, &text, 1);
            }
        },
        pressed,
    );
    page::listen(&page::window(), "offline", move |_| {
        till.connection.set(Connection::Away);
    });
    page::listen(&page::window(), "online", move |_| {
        leptos::task::spawn_local(till.read_desk());
    });
    Effect::new(move |_| {
        till.turn.track();
        if till.seat_is_taken() {
            leptos::task::spawn_local(live::listen(till));
        }
    });
    leptos::task::spawn_local(async move {
        till.speak(till.language.get_untracked()).await;
        till.look_around().await;
    });
}

/// What a shortcut does on the cashier's page. False where it does nothing.
pub(crate) fn pressed(till: Till, shortcut: Shortcut) -> bool {
    if !till.seat_is_taken() {
        return false;
    }
    let in_sale = till.place.get_untracked() == Place::Sale;
    match shortcut {
        Shortcut::Search => {
            till.place.set(Place::Sale);
            page::focus(SCAN_FIELD);
        }
        Shortcut::Customer => {
            till.place.set(Place::Sale);
            page::focus("customer");
            // Where somebody is named already.
            page::focus("customer-other");
        }
        Shortcut::Pay if in_sale && till.can(Action::Request) => sale::payment::press_pay(),
        Shortcut::Check if in_sale && till.can(Action::Check) => work::check(till),
        Shortcut::Next if in_sale && till.can(Action::Finish) => work::finish(till),
        Shortcut::Back if !in_sale => {
            till.place.set(Place::Sale);
            page::focus(SCAN_FIELD);
        }
        _ => return false,
    }
    true
}

/// The page, in whatever language it is read.
#[component]
pub(crate) fn App() -> impl IntoView {
    let till = till();
    let signed_in = Memo::new(move |_| {
        till.session
            .with(|session| session.as_ref().map(|session| session.seat.clone()))
    });
    move || {
        // A page in another language is another page.
        till.texts.track();
        if till
            .texts
            .with_untracked(|texts| texts.find("app.name").is_none())
        {
            return ().into_any();
        }
        match signed_in.get() {
            None => view! { <p class="opening" role="status">{till.text("net.opening")}</p> }.into_any(),
            Some(None) => view! {
                <header class="corner">
                    <LanguageChoice/>
                </header>
                <SignInPage/>
            }
            .into_any(),
            Some(Some(_)) => view! { <Desk/> }.into_any(),
        }
    }
}

#[component]
fn Desk() -> impl IntoView {
    let till = till();
    let Some(seat) = till
        .session
        .with_untracked(|session| session.as_ref()?.seat.clone())
    else {
        return ().into_any();
    };
    let has_club = seat.club.is_some();
    // Going where one is draws nothing anew: what is being typed stays.
    let shown = Memo::new(move |_| till.place.get());
    let place = move |to: Place, name: &'static str| {
        view! {
            <button
                type="button"
                class="tab"
                aria-current=move || (till.place.get() == to).then_some("page")
                on:click=move |_| till.place.set(to)
            >
                {till.text(name)}
            </button>
        }
    };
    view! {
        <a class="skip" href="#main">{till.text("app.skip")}</a>
        <header class="bar">
            <h1 class="brand">
                {icons::icon(icons::BASKET)} <span>{till.text("app.name")}</span>
            </h1>
            <nav class="tabs" aria-label=till.text("app.parts")>
                {place(Place::Sale, "place.sale")}
                {place(Place::Day, "place.day")}
                {has_club.then(|| place(Place::Members, "place.members"))}
            </nav>
            <p class="seat">
                <strong>{seat.cashier.name.clone()}</strong>
                <span>{format!("{} · {}", seat.branch.name, seat.till.name)}</span>
            </p>
            <LanguageChoice/>
            <a
                class="quiet button"
                href=CUSTOMER_SCREEN
                target="karfa-customer"
                rel="opener"
                aria-label=till.text("app.customer_screen")
            >
                {icons::icon(icons::SCREEN)} <span>{till.text("app.customer_screen")}</span>
            </a>
            <button
                type="button"
                class="quiet sign-out"
                aria-label=till.text("sign_in.out")
                on:click=move |_| sign_out(till)
            >
                {icons::icon(icons::DOOR)} <span>{till.text("sign_in.out")}</span>
            </button>
        </header>
        <Banner/>
        <main id="main" class="place" tabindex="-1">
            {move || match shown.get() {
                Place::Sale => view! { <SalePage/> }.into_any(),
                Place::Day => view! { <DayPage/> }.into_any(),
                Place::Members => view! { <MembersPage/> }.into_any(),
            }}
        </main>
    }
    .into_any()
}

/// What the cashier must know at once: the connection is lost, or something did not work.
#[component]
pub(crate) fn Banner() -> impl IntoView {
    let till = till();
    let said = move |is_bad: bool| {
        let notice = till.notice.get().filter(|notice| notice.is_bad == is_bad)?;
        Some(view! {
            <p class=if is_bad { "banner bad" } else { "banner good" }>
                <span>{notice.text}</span>
                <button
                    type="button"
                    class="quiet square"
                    aria-label=till.text("action.dismiss")
                    on:click=move |_| till.notice.set(None)
                >
                    {icons::icon(icons::CLOSE)}
                </button>
            </p>
        })
    };
    view! {
        <div class="banners">
            <div role="status">
                <Show when=move || till.connection.get() == Connection::Away>
                    <p class="banner away">
                        {icons::icon(icons::OFFLINE)} <span>{till.text("net.away")}</span>
                    </p>
                </Show>
                {move || said(false)}
            </div>
            <div role="alert">{move || said(true)}</div>
        </div>
    }
}

#[component]
fn LanguageChoice() -> impl IntoView {
    let till = till();
    let options = Language::ALL.map(|language| {
        view! {
            <option value=language.code() lang=language.code() selected=till.language.get_untracked() == language>
                {language.own_name()}
            </option>
        }
    });
    view! {
        <label class="language">
            <span class="unseen">{till.text("app.language")}</span>
            {icons::icon(icons::GLOBE)}
            <select
                id="language"
                on:change=move |event| {
                    if let Some(language) = Language::of_code(&event_target_value(&event)) {
                        page::remember("language", language.code());
                        leptos::task::spawn_local(async move {
                            till.speak(language).await;
                            page::focus("language");
                        });
                    }
                }
            >
                {options.into_iter().collect_view()}
            </select>
        </label>
    }
}

fn sign_out(till: Till) {
    leptos::task::spawn_local(async move {
        let _ = api::tell(Method::DELETE, SESSION, Body::Empty).await;
        till.turn.update(|turn| *turn = turn.wrapping_add(1));
        till.notice.set(None);
        till.look_around().await;
    });
}
