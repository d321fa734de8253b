//! Netgíró: every kind of customer, every kind of confirmation, everything that can become of it.

use crate::desk::{Desk, fault, request_on_phone, tap};
use crate::netgiro_desk::{assert_agrees, kennitala, no_faults, reserved, reykjavik, time_passes_at_netgiro};
use crate::world::{World, until};
use serde_json::{Value, json};

/// How the customer is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// By a number whose owner has the app.
    Gsm,
    /// By kennitala: a code comes by text message.
    Ssn,
    /// By the code of the app, typed.
    CodeTyped,
    /// By the code of the app, scanned.
    CodeScanned,
}

/// Who confirms after the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Automatic,
    Manual,
    ServerCallback,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// The customer agrees.
    Accept,
    /// The customer agrees, and has no credit.
    NoCredit,
    /// The customer says no.
    Reject,
    /// Nobody does anything for ten minutes.
    Ignore,
    /// The code is wrong three times.
    WrongThrice,
    /// The code is wrong twice, and then right.
    WrongTwice,
    /// The callback never comes.
    CallbackLost,
    /// The callback comes after Netgíró has given up waiting.
    CallbackLate,
    /// The callback takes a while, but comes in time.
    CallbackSlow,
    /// Somebody else sends the callback.
    CallbackForged,
    /// The callback comes twice.
    CallbackTwice,
    /// The same callback is sent once more, to the byte.
    CallbackReplayed,
    /// InsertCart is done, and its answer lost.
    InsertLost,
    /// InsertCart never arrives, and nobody can say so.
    InsertDropped,
    /// ConfirmCart is done, and its answer lost.
    ConfirmLost,
    /// ConfirmCart never arrives, and nobody can say so.
    ConfirmDropped,
    /// ConfirmCart's answer is not signed by Netgíró.
    ConfirmForged,
    /// CheckCart fails for a while.
    CheckFails,
    /// CheckCart's answer is lost a few times.
    CheckLost,
    /// The cashier takes it back before the customer does anything.
    Cancel,
    /// CancelCart is done, and its answer lost.
    CancelLost,
    /// CancelCart never arrives, and nobody can say so.
    CancelDropped,
    /// The cashier takes it back when the customer has agreed.
    CancelLate,
}

use What::*;

/// Between the customer of a request that was lost and the one of the next.
const ANOTHER: u32 = 40;

const WHO: [Who; 4] = [Who::Gsm, Who::Ssn, Who::CodeTyped, Who::CodeScanned];
const WHAT: [What; 23] = [
    Accept,
    NoCredit,
    Reject,
    Ignore,
    WrongThrice,
    WrongTwice,
    CallbackLost,
    CallbackLate,
    CallbackSlow,
    CallbackForged,
    CallbackTwice,
    CallbackReplayed,
    InsertLost,
    InsertDropped,
    ConfirmLost,
    ConfirmDropped,
    ConfirmForged,
    CheckFails,
    CheckLost,
    Cancel,
    CancelLost,
    CancelDropped,
    CancelLate,
];

/// A line of the table.
#[derive(Clone, Copy, Debug)]
struct Row {
    who: Who,
    by: By,
    what: What,
}

impl Who {
    /// Their code pays at once: there is nothing for them to do.
    fn is_instant(self) -> bool {
        matches!(self, Who::CodeTyped | Who::CodeScanned)
    }
}

impl By {
    fn word(self) -> &'static str {
        match self {
            By::Automatic => "automatic",
            By::Manual => "manual",
            By::ServerCallback => "server_callback",
        }
    }
}

impl Row {
    /// Whether such a thing can happen to such a customer.
    fn is_possible(self) -> bool {
        match self.what {
            Accept | NoCredit | InsertLost | CheckFails | CheckLost => true,
            InsertDropped => self.by != By::Automatic || self.who == Who::Ssn,
            Reject | Ignore | Cancel | CancelLost | CancelDropped => !self.who.is_instant(),
            WrongThrice | WrongTwice => self.who == Who::Ssn,
            CallbackLost | CallbackForged | CallbackTwice | CallbackReplayed => self.by != By::Manual,
            CallbackLate | CallbackSlow => self.by != By::Manual,
            ConfirmLost | ConfirmDropped | ConfirmForged => self.who == Who::Ssn || self.by == By::Manual,
            CancelLate => self.by == By::ServerCallback || self.who == Who::Gsm,
        }
    }

    /// The till has no name for a cart that it has to confirm: it asks anew.
    fn is_lost(self) -> bool {
        let tills_word = self.by != By::Automatic || self.who == Who::Ssn;
        matches!(self.what, InsertLost | InsertDropped) && tills_word
    }

    /// Where the payment stands in the end.
    fn ends(self) -> &'static str {
        match self.what {
            NoCredit if self.who.is_instant() => "declined",
            NoCredit | Reject | WrongThrice => "declined",
            Ignore => "expired",
            CallbackLost | CallbackForged | CallbackLate if self.by == By::ServerCallback => "declined",
            Cancel | CancelLost | CancelDropped => "cancelled",
            CancelLate if self.by != By::Automatic => "cancelled",
            _ => "paid",
        }
    }

    /// What goes wrong on the way.
    fn fault(self) -> Option<(&'static str, &'static str, u32)> {
        let once = |call, kind| Some((call, kind, 1));
        match self.what {
            CallbackLost => once("netgiro.callback", "drop_before"),
            CallbackLate | CallbackSlow => once("netgiro.callback", "hold"),
            CallbackForged => once("netgiro.callback", "tamper_signature"),
            CallbackTwice => once("netgiro.callback", "duplicate"),
            CallbackReplayed => once("netgiro.callback", "replay"),
            CancelLate if self.by == By::ServerCallback => once("netgiro.callback", "hold"),
            CancelLate if self.by == By::Automatic => once("netgiro.callback", "drop_before"),
            InsertLost => once("netgiro.insert_cart", "drop_after"),
            InsertDropped => once("netgiro.insert_cart", "drop_before"),
            ConfirmLost => once("netgiro.confirm_cart", "drop_after"),
            ConfirmDropped => once("netgiro.confirm_cart", "drop_before"),
            ConfirmForged => once("netgiro.confirm_cart", "tamper_signature"),
            CheckFails => Some(("netgiro.check_cart", "fail", 3)),
            CheckLost => Some(("netgiro.check_cart", "drop_after", 2)),
            CancelLost => once("netgiro.cancel_cart", "drop_after"),
            CancelDropped => once("netgiro.cancel_cart", "drop_before"),
            _ => None,
        }
    }
}

/// Names the customer at the till. The number of their phone.
async fn identify(desk: &Desk<'_>, row: Row, serial: u32) -> String {
    let has_credit = row.what != NoCredit;
    let gsm = if has_credit {
        format!("69{serial:05}")
    } else {
        "8220002".to_owned()
    };
    match row.who {
        Who::Gsm => {
            desk.identify("phone", &gsm).await;
            gsm
        }
        Who::Ssn if has_credit => {
            let ssn = kennitala(serial);
            desk.identify("national_id", &ssn).await;
            format!("6{}", &ssn[4..])
        }
        Who::Ssn => {
            desk.identify("national_id", "222222-2229").await;
            gsm
        }
        Who::CodeTyped => {
            let phone = desk.world.phone(&gsm).await;
            desk.identify("app_code", phone["app_code"].as_str().unwrap())
                .await;
            gsm
        }
        Who::CodeScanned => {
            let phone = desk.world.phone(&gsm).await;
            let scan =
                json!({"request_id": format!("scanned-{serial:05}"), "text": phone["app_code_barcode"]});
            let was = desk.insist("POST", "/sale/scan", Some(scan)).await;
            assert_eq!(was["was"], "customer");
            gsm
        }
    }
}

/// What the customer does on the phone, where that is not the text message's code.
async fn on_the_phone(world: &World, row: Row, number: &str) {
    if row.who.is_instant() || row.what == Ignore {
        return;
    }
    let is_cancelled_first = matches!(row.what, Cancel | CancelLost | CancelDropped | InsertDropped);
    match (row.who, row.what) {
        (Who::Gsm, Reject) => tap(world, number, "payment", "reject").await,
        (Who::Gsm, _) if !is_cancelled_first => tap(world, number, "payment", "approve").await,
        (Who::Ssn, Reject) => tap(world, number, "sms", "reject").await,
        _ => {}
    }
}

/// The code in the customer's text message.
async fn code_on(world: &World, number: &str) -> String {
    let id = request_on_phone(world, number, "sms").await;
    let phone = world.phone(number).await;
    let inbox = phone["inbox"].as_array().unwrap();
    let message = inbox.iter().find(|item| item["id"] == id.as_str()).unwrap();
    message["code"].as_str().unwrap().to_owned()
}

/// Types a code once the till asks for it.
async fn enter(desk: &Desk<'_>, code: &str) -> Value {
    desk.until_phase("awaiting_code").await;
    let entry = json!({"code": code});
    desk.insist("POST", "/sale/payment/code", Some(entry)).await["sale"].clone()
}

/// A code that is not this one.
fn another_than(code: &str) -> String {
    let number: u64 = code.parse().unwrap();
    format!("{:0width$}", (number + 1) % 10_u64.pow(4), width = code.len())
}

/// The codes that the cashier types.
async fn codes(desk: &Desk<'_>, row: Row, number: &str) {
    if row.who != Who::Ssn || matches!(row.what, Reject | Ignore | Cancel | CancelLost | CancelDropped) {
        return;
    }
    let right = code_on(desk.world, number).await;
    let wrong = another_than(&right);
    let wrong_ones = match row.what {
        WrongThrice => 3,
        WrongTwice => 2,
        _ => 0,
    };
    for tried in 1..=wrong_ones {
        let sale = enter(desk, &wrong).await;
        if tried < 3 {
            assert_eq!(
                sale["payment"]["problem"]["key"], "code_wrong",
                "{row:?} {sale:#}"
            );
            assert_eq!(sale["payment"]["wrong_codes"], tried, "{row:?}");
        }
    }
    if row.what == WrongThrice {
        return;
    }
    let sale = enter(desk, &right).await;
    if matches!(row.what, ConfirmDropped) {
        // Whether it counted was asked, and it did not: the cashier types it again.
        let again = desk
            .until_sale("the code to be asked for again", |sale| {
                sale["payment"]["phase"] == "awaiting_code" && sale["payment"]["checking"].is_null()
            })
            .await;
        assert_eq!(
            again["payment"]["problem"]["key"], "code_lost",
            "{row:?} {sale:#}"
        );
        enter(desk, &right).await;
    }
}

/// Plays one line of the table to its end, and looks at the money.
async fn play(desk: &Desk<'_>, row: Row, serial: u32) {
    let world = desk.world;
    let rung = desk.ring_up("skyr-plain", 1 + serial % 3).await;
    let total = rung["total_minor"].as_i64().unwrap();
    let number = identify(desk, row, serial).await;
    if let Some((call, kind, times)) = row.fault() {
        fault(world, json!({"call": call, "kind": kind, "times": times})).await;
    }
    let wish = json!({"confirmation": row.by.word()});
    let asked = if row.what == CancelLate {
        // What the till reads with the answer is from before the customer's: nothing is captured when the cashier presses.
        let asked = desk.ask_for_payment("netgiro", wish.clone()).await;
        on_the_phone(world, row, &number).await;
        asked
    } else {
        let request = desk.ask_for_payment("netgiro", wish.clone());
        tokio::join!(request, on_the_phone(world, row, &number)).0
    };
    let is_lost = row.is_lost();
    if is_lost {
        assert_eq!(asked["payment"]["phase"], "failed", "{row:?} {asked:#}");
        assert_eq!(asked["payment"]["problem"]["key"], "lost_request", "{row:?}");
        let again = Row { what: Accept, ..row };
        let number = identify(desk, again, serial + ANOTHER).await;
        tokio::join!(
            desk.ask_for_payment("netgiro", wish),
            on_the_phone(world, again, &number)
        );
        codes(desk, again, &number).await;
    } else {
        codes(desk, row, &number).await;
    }
    match row.what {
        Ignore => {
            time_passes_at_netgiro(world, 601).await;
            world.pass(601);
        }
        // The till may have seen the money before the cashier presses.
        CancelLate if row.by == By::Automatic => {
            let (status, answer) = desk.ask("POST", "/sale/payment/cancel", None).await.unwrap();
            assert!(
                status.is_success() || answer["code"] == "not_to_cancel",
                "{row:?} {answer}"
            );
        }
        Cancel | CancelLost | CancelDropped | CancelLate => {
            desk.press("/sale/payment/cancel").await;
        }
        CallbackLate if row.by == By::ServerCallback => time_passes_at_netgiro(world, 11).await,
        CallbackSlow => release(world, true).await,
        _ => {}
    }
    let sale = desk.until_phase(row.ends()).await;
    match row.what {
        // Too late is too late, and money that has been seen is not seen twice.
        CallbackLate => release(world, row.by == By::Automatic).await,
        CancelLate if row.by == By::ServerCallback => release(world, false).await,
        _ => {}
    }
    no_faults(world).await;
    let captured = if row.ends() == "paid" { total } else { 0 };
    assert_eq!(sale["payment"]["captured_minor"], captured, "{row:?} {sale:#}");
    explains(row, &sale);
    assert_agrees(world, &desk.sale().await, &format!("{row:?}")).await;
    let is_over = desk.sale().await["can"]
        .as_array()
        .unwrap()
        .contains(&json!("finish"));
    desk.press(if is_over { "/sale/finish" } else { "/sale/discard" })
        .await;
}

/// What the cashier is told of it.
fn explains(row: Row, sale: &Value) {
    let problem = &sale["payment"]["problem"];
    let (key, number) = (problem["key"].as_str(), problem["number"].as_str());
    let expected = match row.what {
        NoCredit => (Some("netgiro.10302"), Some("10302")),
        Reject | WrongThrice | Ignore => (Some("netgiro.10201"), Some("10201")),
        CancelLate if row.by == By::Automatic && key.is_some() => (Some("paid_already"), None),
        _ if row.ends() == "paid" => (None, None),
        _ => return,
    };
    assert_eq!((key, number), expected, "{row:?} {sale:#}");
}

/// Sends the callback that was held; whether the till takes it.
async fn release(world: &World, is_taken: bool) {
    let held = until("a held callback", async || {
        let (_, held) = world.sandbox("GET", "/control/held", None).await;
        held["held"][0]["id"].as_u64()
    })
    .await;
    let (_, answer) = world
        .sandbox("POST", &format!("/control/held/{held}/release"), None)
        .await;
    assert_eq!(answer["status"] == 200, is_taken, "{answer}");
}

async fn table(who: Who, by: By) {
    let world = World::with(None, reykjavik).await;
    let desk = Desk::reykjavik(&world).await;
    let rows = WHAT
        .iter()
        .map(|what| Row { who, by, what: *what })
        .filter(|row| row.is_possible());
    let mut serial = 1;
    for row in rows {
        play(&desk, row, serial).await;
        serial += 1;
    }
    let least = if who.is_instant() { 4 } else { 9 };
    assert!(serial > least, "only {serial} lines");
    // What a lost request has led to lapses, and nothing else is left.
    time_passes_at_netgiro(&world, 601).await;
    assert_eq!(reserved(&world).await, 0);
}

macro_rules! tables {
    ($($name:ident: $who:expr, $by:expr;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                table($who, $by).await;
            }
        )*
    };
}

tables! {
    a_number_and_the_customers_word_alone: Who::Gsm, By::Automatic;
    a_number_and_the_tills_word: Who::Gsm, By::Manual;
    a_number_and_a_callback: Who::Gsm, By::ServerCallback;
    a_kennitala_and_the_customers_word_alone: Who::Ssn, By::Automatic;
    a_kennitala_and_the_tills_word: Who::Ssn, By::Manual;
    a_kennitala_and_a_callback: Who::Ssn, By::ServerCallback;
    a_typed_code_and_the_customers_word_alone: Who::CodeTyped, By::Automatic;
    a_typed_code_and_the_tills_word: Who::CodeTyped, By::Manual;
    a_typed_code_and_a_callback: Who::CodeTyped, By::ServerCallback;
    a_scanned_code_and_the_customers_word_alone: Who::CodeScanned, By::Automatic;
    a_scanned_code_and_the_tills_word: Who::CodeScanned, By::Manual;
    a_scanned_code_and_a_callback: Who::CodeScanned, By::ServerCallback;
}

#[test]
fn every_kind_of_customer_is_in_the_table() {
    for what in WHAT {
        let rows = WHO.iter().flat_map(|who| {
            [By::Automatic, By::Manual, By::ServerCallback].map(|by| Row { who: *who, by, what })
        });
        assert!(rows.filter(|row| row.is_possible()).count() > 0, "{what:?}");
    }
}
