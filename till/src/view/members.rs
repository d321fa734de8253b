//! Members of the club: search, and for managers import and export.

use crate::api::{self, Body, Failure, Refusal};
use crate::page;
use crate::state::{Till, till};
use karfa_shared::till::{API, Imported, MEMBERS, MemberList, MemberRow, MemberSearch};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// A search begins so long after the last key.
const PAUSE_MS: i32 = 250;

/// The whole part of the page.
#[component]
pub(crate) fn MembersPage() -> impl IntoView {
    let till = till();
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(None::<MemberList>);
    let is_manager = untrack(|| till.seat()).is_some_and(|seat| seat.manager);
    let search = move || {
        let text = typed.get_untracked();
        leptos::task::spawn_local(async move {
            page::pause(PAUSE_MS).await;
            if typed.try_get_untracked().as_ref() != Some(&text) {
                return;
            }
            let wanted = MemberSearch {
                text: text.trim().to_owned(),
            };
            match api::post::<MemberList>(MEMBERS, Body::json(&wanted)).await {
                Ok(list) => found.set(Some(list)),
                Err(failure) => complain(till, &failure),
            }
        });
    };
    search();
    // What is read aloud after a search: how many, not all of them.
    let counted = move || found.with(|list| list.as_ref().map(|list| counted(till, list)));
    let rows = move || {
        found
            .get()
            .filter(|list| !list.members.is_empty())
            .map(|list| table(till, &list))
    };
    view! {
        <section class="column members-page" aria-labelledby="members-title">
            <header class="column-head">
                <h2 id="members-title">{till.text("members.title")}</h2>
            </header>
            <label for="member-search">{till.text("members.search")}</label>
            <input
                id="member-search"
                type="search"
                autocomplete="off"
                prop:value=move || typed.get()
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    search();
                }
            />
            <p class="hint" role="status">{counted}</p>
            {rows}
            {is_manager.then(|| view! { <Exchange done=Callback::new(move |()| search())/> })}
        </section>
    }
}

fn complain(till: Till, failure: &Failure) {
    if till.is_signed_out(failure) {
        return;
    }
    match failure {
        Failure::Refused(refusal) => till.complain(refusal),
        Failure::NoAnswer => crate::work::ask_cashier(till, "net.no_answer"),
    }
}

fn table(till: Till, list: &MemberList) -> AnyView {
    let language = till.language.get_untracked();
    let row = |member: &MemberRow| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{member.name.clone()}</th>
                <td role="cell" class="masked">{member.masked.clone()}</td>
                <td role="cell" data-name=till.text("members.since")>{language.form_date(&member.since)}</td>
                <td role="cell" class="number" data-name=till.text("members.purchases")>{member.purchases}</td>
            </tr>
        }
    };
    let heading = |name: &'static str, class: &'static str| {
        view! { <th role="columnheader" scope="col" class=class>{till.text(name)}</th> }
    };
    // Cards in a narrow window, as the day's sales.
    view! {
        <div class="table-frame">
            <table role="table" class="sales members" aria-labelledby="members-title">
                <thead role="rowgroup">
                    <tr role="row">
                        {heading("members.name", "")}
                        {heading("members.number", "")}
                        {heading("members.since", "")}
                        {heading("members.purchases", "number")}
                    </tr>
                </thead>
                <tbody role="rowgroup">{list.members.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// How many were found.
fn counted(till: Till, list: &MemberList) -> String {
    let (shown, count) = (list.members.len().to_string(), list.count.to_string());
    match list.members.as_slice() {
        [] => till.text("members.none"),
        _ if shown == count => till.text_with("members.count", &[("count", &count)]),
        _ => till.text_with("members.first", &[("shown", &shown), ("count", &count)]),
    }
}

/// Import and export.
#[component]
fn Exchange(done: Callback<()>) -> impl IntoView {
    let till = till();
    let outcome = RwSignal::new(None::<(bool, String)>);
    let busy = RwSignal::new(false);
    let import = move |input: HtmlInputElement| {
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        busy.set(true);
        outcome.set(None);
        leptos::task::spawn_local(async move {
            let told = match api::post::<Imported>(&format!("{MEMBERS}.csv"), Body::Csv(file.into())).await {
                Ok(imported) => {
                    done.run(());
                    (true, imported_words(till, &imported))
                }
                Err(Failure::Refused(refusal)) => (false, refused_words(till, &refusal)),
                Err(Failure::NoAnswer) => (false, till.text("members.no_answer")),
            };
            outcome.set(Some(told));
            busy.set(false);
            // The same file, mended, is another choice.
            input.set_value("");
        });
    };
    view! {
        <section class="card exchange" aria-labelledby="exchange-title">
            <h3 id="exchange-title">{till.text("members.exchange")}</h3>
            <p class="hint">{till.text("members.exchange_hint")}</p>
            <div class="actions">
                <label class="button" class:busy=move || busy.get()>
                    <span>{till.text("members.import")}</span>
                    <input
                        type="file"
                        class="unseen"
                        accept=".csv,text/csv"
                        disabled=move || busy.get()
                        on:change=move |event| {
                            if let Some(input) = event.target().and_then(|target| target.dyn_into().ok()) {
                                import(input);
                            }
                        }
                    />
                </label>
                <a class="button" href=format!("{API}{MEMBERS}.csv") download="karfa-members.csv">{till.text("members.export")}</a>
            </div>
            <div role="alert">
                {move || {
                    outcome
                        .get()
                        .map(|(went_well, text)| view! { <p class=if went_well { "verdict good" } else { "verdict bad" }>{text}</p> })
                }}
            </div>
        </section>
    }
}

fn imported_words(till: Till, imported: &Imported) -> String {
    till.text_with(
        "members.imported",
        &[
            ("added", &imported.added.to_string()),
            ("changed", &imported.changed.to_string()),
            ("unchanged", &imported.unchanged.to_string()),
        ],
    )
}

/// Nothing was imported: which row and column is wrong, where the backend says it.
fn refused_words(till: Till, refusal: &Refusal) -> String {
    let nothing = till.text("members.nothing_imported");
    match (refusal.row, &refusal.column) {
        (Some(row), Some(column)) => {
            let row = row.to_string();
            let place = till.text_with("members.wrong_at", &[("row", &row), ("column", column)]);
            // The sentence names the place as well, in English.
            let reason = refusal.detail.split_once(": ").map_or("", |(_, reason)| reason);
            format!("{nothing} {place} {reason}")
        }
        _ => format!("{nothing} {}", refusal.detail),
    }
}
