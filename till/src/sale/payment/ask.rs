//! How the money is asked for: which wallet, by a message or by a code, and who confirms.

use super::PAY_BUTTON;
use crate::keys::Shortcut;
use crate::state::{Till, till};
use crate::{page, work};
use karfa_shared::till::{Action, Confirmation, CustomerKind, PaymentView, PaymentWish, WalletChoice};
use leptos::prelude::*;

/// What is chosen.
#[derive(Clone, Copy)]
struct Wish {
    wallet: RwSignal<String>,
    by_code: RwSignal<bool>,
    confirmation: RwSignal<Option<Confirmation>>,
    by_hand: RwSignal<bool>,
}

fn name(confirmation: Confirmation) -> &'static str {
    match confirmation {
        Confirmation::Automatic => "pay.automatic",
        Confirmation::ServerCallback => "pay.server_callback",
        Confirmation::Manual => "pay.manual",
    }
}

/// The wallet that fits the customer best: the usual one that takes customers named so.
fn fitting(wallets: &[WalletChoice], customer: Option<CustomerKind>) -> String {
    let fits = |wallet: &&WalletChoice| customer.is_none_or(|kind| wallet.customers.contains(&kind));
    wallets
        .iter()
        .find(fits)
        .or(wallets.first())
        .map(|wallet| wallet.id.clone())
        .unwrap_or_default()
}

/// The form.
#[component]
pub(super) fn Ask(payment: Memo<Option<PaymentView>>) -> impl IntoView {
    let till = till();
    let wallets = untrack(|| till.seat())
        .map(|seat| seat.wallets)
        .unwrap_or_default();
    let customer = Memo::new(move |_| {
        till.sale()
            .and_then(|sale| sale.customer.map(|customer| customer.kind))
    });
    let wish = Wish {
        wallet: RwSignal::new(fitting(&wallets, customer.get_untracked())),
        by_code: RwSignal::new(false),
        confirmation: RwSignal::new(None),
        by_hand: RwSignal::new(false),
    };
    let all = StoredValue::new(wallets);
    // Who was named tells which wallet; the cashier may choose another one.
    Effect::new(move |before: Option<Option<CustomerKind>>| {
        let now = customer.get();
        if before.is_some_and(|before| before != now) {
            wish.wallet.set(all.with_value(|wallets| fitting(wallets, now)));
        }
        now
    });
    let wallet = Memo::new(move |_| {
        let id = wish.wallet.get();
        all.with_value(|wallets| wallets.iter().find(|wallet| wallet.id == id).cloned())
    });
    Effect::new(move |_| {
        wish.confirmation.set(
            wallet
                .get()
                .and_then(|wallet| wallet.confirmations.first().copied()),
        );
        wish.by_code.set(false);
        wish.by_hand.set(false);
    });
    let offers_code = Memo::new(move |_| {
        let offered = payment.with(|payment| {
            payment
                .as_ref()
                .and_then(|payment| payment.problem.as_ref())
                .is_some_and(|problem| problem.offer_code)
        });
        offered && wallet.with(|wallet| wallet.as_ref().is_some_and(|wallet| wallet.by_code))
    });
    let amount = move || till.money().show(till.sale().map_or(0, |sale| sale.total_minor));
    let locked = move || till.busy.get() || !till.can(Action::Request);
    let label = move || {
        let text = match (wish.by_code.get(), payment.with(Option::is_some)) {
            (true, _) => "pay.show_code",
            (false, true) => "pay.again",
            (false, false) => "pay.request",
        };
        till.text(text)
    };
    view! {
        <form
            class="stack ask"
            on:submit=move |event| {
                event.prevent_default();
                ask(till, wish, wallet.get_untracked(), wish.by_code.get_untracked());
            }
        >
            <Show when=move || offers_code.get()>
                <button
                    type="button"
                    class="wide primary"
                    disabled=locked
                    on:click=move |_| ask(till, wish, wallet.get_untracked(), true)
                >
                    {till.text("pay.offer_code")}
                </button>
            </Show>
            {all.with_value(|wallets| (wallets.len() > 1).then(|| wallet_segments(till, wish, wallets)))}
            {move || wallet.get().map(|wallet| options(till, wish, &wallet))}
            <button
                id=PAY_BUTTON
                type="submit"
                class="wide pay-button"
                class:primary=move || !offers_code.get()
                disabled=locked
                aria-busy=move || till.busy.get().to_string()
            >
                <span>{label}</span> <strong>{amount}</strong> <kbd>{Shortcut::Pay.key()}</kbd>
            </button>
        </form>
    }
}

fn wallet_segments(till: Till, wish: Wish, wallets: &[WalletChoice]) -> impl IntoView + use<> {
    let each = wallets.iter().map(|wallet| {
        let id = StoredValue::new(wallet.id.clone());
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="wallet"
                    prop:checked=move || wish.wallet.get() == id.get_value()
                    on:change=move |_| wish.wallet.set(id.get_value())
                />
                <span>{wallet.name.clone()}</span>
            </label>
        }
    });
    view! {
        <fieldset class="segments">
            <legend>{till.text("pay.wallet")}</legend>
            {each.collect_view()}
        </fieldset>
    }
}

fn options(till: Till, wish: Wish, wallet: &WalletChoice) -> impl IntoView + use<> {
    let confirmations = (wallet.confirmations.len() > 1).then(|| {
        let each = wallet.confirmations.iter().map(|confirmation| {
            let confirmation = *confirmation;
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        name="confirmation"
                        prop:checked=move || wish.confirmation.get() == Some(confirmation)
                        on:change=move |_| wish.confirmation.set(Some(confirmation))
                    />
                    <span>{till.text(name(confirmation))}</span>
                </label>
            }
        });
        view! {
            <fieldset class="segments">
                <legend>{till.text("pay.confirmation")}</legend>
                {each.collect_view()}
            </fieldset>
        }
    });
    let switch = |shown: bool, of: RwSignal<bool>, text: &'static str| {
        shown.then(|| {
            view! {
                <label class="switch">
                    <input
                        type="checkbox"
                        prop:checked=move || of.get()
                        on:change=move |event| of.set(event_target_checked(&event))
                    />
                    <span>{till.text(text)}</span>
                </label>
            }
        })
    };
    view! {
        {confirmations}
        {switch(wallet.by_code, wish.by_code, "pay.by_code")}
        {switch(wallet.capture_by_hand, wish.by_hand, "pay.by_hand")}
    }
}

/// Asks for the total that is on the screen, of the sale that is on the screen.
fn ask(till: Till, wish: Wish, wallet: Option<WalletChoice>, by_code: bool) {
    let (Some(sale), Some(wallet)) = (untrack(|| till.sale()), wallet) else {
        return;
    };
    let customer = sale.customer.as_ref().map(|customer| customer.kind);
    let takes = customer.is_some_and(|kind| wallet.customers.contains(&kind));
    if !by_code && !takes {
        let text = if customer.is_none() {
            "pay.needs_customer"
        } else {
            "pay.other_customer"
        };
        work::ask_cashier(till, text);
        page::focus("customer");
        return;
    }
    let has_choice = wallet.confirmations.len() > 1;
    let wish = PaymentWish {
        sale: sale.id,
        amount_minor: sale.total_minor,
        wallet: wallet.id,
        by_code,
        confirmation: wish.confirmation.get_untracked().filter(|_| has_choice),
        capture_by_hand: wish.by_hand.get_untracked(),
    };
    work::request_payment(till, &wish);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wallet(id: &str, customers: &[CustomerKind]) -> WalletChoice {
        WalletChoice {
            id: id.to_owned(),
            name: id.to_owned(),
            customers: customers.to_vec(),
            confirmations: Vec::new(),
            by_code: false,
            capture_by_hand: false,
        }
    }

    #[test]
    fn the_wallet_follows_from_how_the_customer_was_named() {
        use CustomerKind::{NationalId, PersonalQr, Phone};
        let wallets = [
            wallet("a", &[Phone, PersonalQr]),
            wallet("b", &[Phone, NationalId]),
        ];
        assert_eq!(fitting(&wallets, None), "a");
        assert_eq!(fitting(&wallets, Some(Phone)), "a");
        assert_eq!(fitting(&wallets, Some(NationalId)), "b");
        assert_eq!(fitting(&wallets, Some(CustomerKind::AppCode)), "a");
        assert_eq!(fitting(&[], None), "");
    }
}
