//! Netgíró, and a backend that dies at every point between the cashier's press and the money, for the customers and
//! confirmations in which somebody else than the till has the last word: the customer alone, or Netgíró's callback.

use crate::desk::{Desk, in_tables};
use crate::netgiro_desk::{assert_agrees, carts_of, kennitala, reykjavik};
use crate::world::{World, until};
use serde_json::{Value, json};

/// Whose code it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// Of a text message, read out to the cashier.
    Message,
    /// Of the app: it can be used once, and pays at once.
    App,
}

const APP: &str = "6912345";

/// What a sale has come to: paid, or not known, and then how often Netgíró has taken its money.
#[derive(Debug)]
struct End {
    is_paid: bool,
    is_lost: bool,
    taken: usize,
    first_point: usize,
    points: usize,
}

async fn named(world: &World, desk: &Desk<'_>, code: Code) -> String {
    match code {
        Code::Message => {
            let ssn = kennitala(1);
            desk.identify("national_id", &ssn).await;
            format!("6{}", &ssn[4..])
        }
        Code::App => {
            let shown = world.phone(APP).await["app_code"].as_str().unwrap().to_owned();
            desk.identify("app_code", &shown).await;
            APP.to_owned()
        }
    }
}

async fn code_of_message(world: &World, number: &str) -> Option<String> {
    let phone = world.phone(number).await;
    let mut inbox = phone["inbox"].as_array()?.iter();
    inbox.find_map(|item| item["code"].as_str().map(str::to_owned))
}

/// Whether the till has the next move, or nobody has: a payment, a code to be typed, an end, or a request of which nobody
/// says what became of it.
fn has_come_to_rest(sale: &Value) -> bool {
    let payment = &sale["payment"];
    let phase = payment["phase"].as_str().unwrap_or_default();
    let can = |action: &str| sale["can"].as_array().unwrap().contains(&json!(action));
    let is_over = ["paid", "declined", "cancelled", "expired", "failed"].contains(&phase);
    let is_known = payment["checking"].is_null() && payment["cancelling"] == false;
    is_lost(sale) || (is_known && (is_over || can("enter_code")))
}

/// Nobody says what became of the request: the cashier reads to look it up at Netgíró.
fn is_lost(sale: &Value) -> bool {
    sale["payment"]["problem"]["key"] == "lost_automatic"
}

async fn journey(code: Code, by: &str, dies_at: Option<usize>) -> End {
    let world = World::with(dies_at, reykjavik).await;
    let pace = json!({"milliseconds": 500});
    world.sandbox("POST", "/control/netgiro/pace", Some(pace)).await;
    let desk = Desk::reykjavik(&world).await;
    let edit = json!({"request_id": "one-of-it-once", "edits": [{"edit": "add", "good": "skyr-plain", "quantity": 1}]});
    desk.insist("POST", "/sale/lines", Some(edit)).await;
    let mut number = named(&world, &desk, code).await;
    let first_point = world.backend.points();
    let sale = loop {
        let sale = desk.sale().await;
        let wish = json!({"sale": sale["id"], "amount_minor": sale["total_minor"], "wallet": "netgiro", "confirmation": by});
        if sale["payment"].is_null() || sale["payment"]["phase"] == "failed" {
            desk.ask("POST", "/sale/payment", Some(wish)).await;
        }
        if desk.sale().await["payment"].is_null() {
            continue;
        }
        let sale = desk.until_sale_passing(20, "rest", has_come_to_rest).await;
        if is_lost(&sale) {
            break sale;
        }
        match sale["payment"]["phase"].as_str() {
            Some("awaiting_code") if sale["payment"]["checking"].is_null() => {
                let entered = until("the message", async || code_of_message(&world, &number).await).await;
                let entry = json!({"code": entered});
                desk.ask("POST", "/sale/payment/code", Some(entry)).await;
            }
            // The request was lost with the server, and is made anew; a code of the app is used up.
            Some("failed") => {
                assert_eq!(sale["payment"]["problem"]["key"], "lost_request", "{sale:#}");
                number = named(&world, &desk, code).await;
            }
            // Netgíró has called a backend that was dead, and took no answer for a no.
            Some("declined" | "cancelled") => {
                assert_eq!(by, "server_callback", "{sale:#}");
                break sale;
            }
            _ => break sale,
        }
    };
    let carts = carts_of(&world, &sale).await;
    let taken = carts
        .iter()
        .filter(|cart| cart["paid"].as_i64() > cart["refunded"].as_i64());
    let is_paid = sale["payment"]["phase"] == "paid";
    let taken = taken.count();
    let is_lost = is_lost(&sale);
    if is_lost {
        assert_eq!((code, by, is_paid), (Code::App, "automatic", false), "{sale:#}");
        assert_eq!(in_tables(&world).await.captured, 0, "{sale:#}");
    } else {
        assert_agrees(&world, &sale, "the end").await;
        assert_eq!(taken, usize::from(is_paid), "{sale:#}");
    }
    End {
        is_paid,
        is_lost,
        taken,
        first_point,
        points: world.backend.points(),
    }
}

async fn dies_everywhere(code: Code, by: &str) {
    let undisturbed = journey(code, by, None).await;
    assert!(undisturbed.is_paid && undisturbed.taken == 1, "{undisturbed:?}");
    let mut paid = 0;
    for dies_at in undisturbed.first_point..undisturbed.points {
        let end = journey(code, by, Some(dies_at)).await;
        assert!(end.taken <= 1, "the process died at point {dies_at}: {end:?}");
        // Whoever has the last word beside the till may have said it to a dead one; then it is no payment, or said not to
        // be known. Else the sale is paid.
        let was_not_heard = by == "server_callback" || end.is_lost;
        assert!(
            end.is_paid || was_not_heard,
            "the process died at point {dies_at}: {end:?}"
        );
        paid += usize::from(end.is_paid);
    }
    assert!(paid > 0, "no death was survived");
}

macro_rules! deaths {
    ($($name:ident: $code:expr, $by:literal;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                dies_everywhere($code, $by).await;
            }
        )*
    };
}

deaths! {
    a_code_that_is_read_out_and_the_customers_word_alone: Code::Message, "automatic";
    a_code_that_is_read_out_and_a_callback: Code::Message, "server_callback";
    a_code_of_the_app_and_the_customers_word_alone: Code::App, "automatic";
    a_code_of_the_app_and_a_callback: Code::App, "server_callback";
}
