//! What each wallet took, and whether its provider says the same.

use crate::state::Till;
use karfa_shared::till::DayTotal;
use leptos::prelude::*;

/// What was compared holds as long as the till's own amounts are the same.
pub(super) fn keep_comparison(before: &[DayTotal], now: &mut [DayTotal]) {
    for total in now {
        let same = before.iter().find(|before| {
            before.wallet == total.wallet
                && before.captured_minor == total.captured_minor
                && before.refunded_minor == total.refunded_minor
        });
        if let Some(same) = same {
            total.provider_net_minor = same.provider_net_minor;
            total.not_compared = same.not_compared;
        }
    }
}

/// What a wallet took, and in plain words whether its provider says the same.
pub(super) fn total(till: Till, total: &DayTotal) -> impl IntoView + use<> {
    let money = till.money();
    let (tone, sentence) = verdict(till, total);
    let row = |name: &'static str, value: String| {
        view! {
            <div>
                <dt>{till.text(name)}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! {
        <article class="card day-total">
            <h3>{till.wallet_name(&total.wallet)}</h3>
            <p class="day-net">{money.show(net(total))}</p>
            <dl class="facts">
                {row("day.payments", total.payments.to_string())}
                {row("day.captured", money.show(total.captured_minor))}
                {row("day.refunded", money.show(total.refunded_minor))}
            </dl>
            {sentence.map(|sentence| view! { <p class=format!("verdict {tone}")>{sentence}</p> })}
        </article>
    }
}

/// What is left of what was taken.
fn net(total: &DayTotal) -> i64 {
    total.captured_minor.saturating_sub(total.refunded_minor)
}

/// What the comparison came to: its colour, and its sentence where there was one.
pub(super) fn verdict(till: Till, total: &DayTotal) -> (&'static str, Option<String>) {
    let money = till.money();
    let net = net(total);
    let (tone, words) = compared(total, net);
    let difference = total
        .provider_net_minor
        .map_or(0, |theirs| theirs.saturating_sub(net).saturating_abs());
    let sentence = words.map(|name| {
        till.text_with(
            name,
            &[
                ("wallet", &till.wallet_name(&total.wallet)),
                ("difference", &money.show(difference)),
                ("theirs", &money.show(total.provider_net_minor.unwrap_or(0))),
                ("count", &total.not_compared.to_string()),
            ],
        )
    });
    (tone, sentence)
}

/// How a comparison is told: its colour and its sentence.
fn compared(total: &DayTotal, net: i64) -> (&'static str, Option<&'static str>) {
    match total.provider_net_minor {
        _ if total.not_compared > 0 => ("unknown", Some("day.not_compared")),
        None => ("still", None),
        Some(theirs) if theirs == net => ("good", Some("day.same")),
        Some(theirs) if theirs > net => ("bad", Some("day.more")),
        Some(_) => ("bad", Some("day.less")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(theirs: Option<i64>, not_compared: u32) -> DayTotal {
        DayTotal {
            wallet: "w".to_owned(),
            payments: 1,
            captured_minor: 500,
            refunded_minor: 100,
            provider_net_minor: theirs,
            not_compared,
        }
    }

    #[test]
    fn a_difference_of_one_minor_unit_is_told() {
        assert_eq!(compared(&day(Some(400), 0), 400), ("good", Some("day.same")));
        assert_eq!(compared(&day(Some(401), 0), 400), ("bad", Some("day.more")));
        assert_eq!(compared(&day(Some(399), 0), 400), ("bad", Some("day.less")));
    }

    #[test]
    fn a_comparison_holds_until_the_tills_own_amounts_change() {
        let before = [day(Some(400), 0)];
        let mut now = [day(None, 0)];
        keep_comparison(&before, &mut now);
        assert_eq!(now, before);
        let changed = DayTotal {
            refunded_minor: 101,
            ..day(None, 0)
        };
        now = [changed.clone()];
        keep_comparison(&before, &mut now);
        assert_eq!(now, [changed]);
    }

    #[test]
    fn what_could_not_be_compared_is_not_called_the_same() {
        assert_eq!(
            compared(&day(Some(400), 1), 400),
            ("unknown", Some("day.not_compared"))
        );
        assert_eq!(compared(&day(None, 0), 400), ("still", None));
    }
}
