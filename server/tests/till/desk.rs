//! A till in a world, and phones beside it.

use crate::world::{World, until};
use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use karfa::config::Config;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// The PIN of the demo's cashiers.
const PIN: &str = "1234";

/// Requests of all pages so far: each has a name of its own.
static REQUESTS: AtomicU32 = AtomicU32::new(0);

/// The branches that tests need: one for each wallet.
pub(crate) fn two_branches(config: &mut Config) {
    for store in &mut config.stores {
        store
            .branches
            .retain(|branch| ["oslo", "reykjavik"].contains(&branch.id.as_str()));
    }
}

/// A browser at one till.
pub(crate) struct Desk<'a> {
    pub(crate) world: &'a World,
    cookies: Mutex<Vec<(String, String)>>,
}

impl<'a> Desk<'a> {
    /// Signs in.
    pub(crate) async fn sign_in(world: &'a World, branch: &str, till: &str, cashier: &str) -> Self {
        let desk = Desk {
            world,
            cookies: Mutex::default(),
        };
        let who = json!({"branch": branch, "till": till, "cashier": cashier, "pin": PIN});
        desk.insist("POST", "/session", Some(who)).await;
        desk
    }

    /// Signed in at the first till of Oslo, where Vipps is taken; its webhook is registered.
    pub(crate) async fn oslo(world: &'a World) -> Self {
        webhook_registered(world).await;
        Self::sign_in(world, "oslo", "1", "kari").await
    }

    /// Signed in at the first till of Reykjavík, where Netgíró is taken.
    pub(crate) async fn reykjavik(world: &'a World) -> Self {
        Self::sign_in(world, "reykjavik", "1", "gudrun").await
    }

    /// The browser's cookies, as a header has them.
    pub(crate) fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.join("; ")
    }

    /// One request under the till's API. `None`: no answer came.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Option<(StatusCode, Value)> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/till{path}"))
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::ORIGIN, "http://127.0.0.1:8080");
        let jar = self.cookies();
        if !jar.is_empty() {
            request = request.header(header::COOKIE, jar);
        }
        let request = match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        let response = self.world.backend.ask(request.unwrap()).await?;
        for value in response.headers().get_all(header::SET_COOKIE) {
            let pair = value.to_str().unwrap().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                let mut cookies = self.cookies.lock().unwrap();
                cookies.retain(|(known, _)| known != name);
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let status = response.status();
        let bytes = response.into_body().collect().await.ok()?.to_bytes();
        Some((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    /// As [`Desk::ask`], again and again until it succeeds: an impatient cashier.
    pub(crate) async fn insist(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        until(&format!("{method} {path}"), async || {
            match self.ask(method, path, body.clone()).await {
                Some((status, answer)) if status.is_success() => Some(answer),
                Some((StatusCode::INTERNAL_SERVER_ERROR | StatusCode::SERVICE_UNAVAILABLE, _)) | None => None,
                Some(refused) => panic!("{method} {path}: {refused:?}"),
            }
        })
        .await
    }

    /// What is refused, by its code.
    pub(crate) async fn refused(&self, method: &str, path: &str, body: Option<Value>) -> String {
        let (status, answer) = self.ask(method, path, body).await.unwrap();
        assert!(status.is_client_error(), "{method} {path}: {status} {answer}");
        answer["code"].as_str().unwrap().to_owned()
    }

    /// Rings up pieces of a good. The sale afterwards.
    pub(crate) async fn ring_up(&self, good: &str, quantity: u32) -> Value {
        let edit = json!({"request_id": request_id(), "edits": [{"edit": "add", "good": good, "quantity": quantity}]});
        self.insist("POST", "/sale/lines", Some(edit)).await["sale"].clone()
    }

    /// Names the customer. The sale afterwards.
    pub(crate) async fn identify(&self, kind: &str, text: &str) -> Value {
        let who = json!({"kind": kind, "text": text});
        self.insist("POST", "/sale/customer", Some(who)).await["sale"].clone()
    }

    /// Asks for the payment of the sale on the desk, with whatever else is wished. The sale afterwards.
    pub(crate) async fn ask_for_payment(&self, wallet: &str, also: Value) -> Value {
        let sale = self.sale().await;
        let mut wish = json!({"sale": sale["id"], "amount_minor": sale["total_minor"], "wallet": wallet});
        for (key, value) in also.as_object().unwrap() {
            wish[key] = value.clone();
        }
        self.insist("POST", "/sale/payment", Some(wish)).await["sale"].clone()
    }

    /// Asks for the payment of the sale on the desk until there is one, however often the server dies meanwhile.
    pub(crate) async fn pay_once(&self, wallet: &str, also: Value) {
        let dead = ["declined", "cancelled", "expired", "failed"];
        until("a payment", async || {
            let sale = self.sale().await;
            let phase = sale["payment"]["phase"].as_str();
            if phase.is_some_and(|phase| !dead.contains(&phase)) {
                return Some(());
            }
            let mut wish = json!({"sale": sale["id"], "amount_minor": sale["total_minor"], "wallet": wallet});
            for (key, value) in also.as_object().unwrap() {
                wish[key] = value.clone();
            }
            self.ask("POST", "/sale/payment", Some(wish)).await;
            None
        })
        .await;
    }

    /// The next customer, however often the server dies meanwhile.
    pub(crate) async fn finish(&self) {
        until("an empty desk", async || {
            self.ask("POST", "/sale/finish", None).await;
            self.sale().await.is_null().then_some(())
        })
        .await;
    }

    /// Presses a button that needs nothing else. The sale afterwards.
    pub(crate) async fn press(&self, path: &str) -> Value {
        self.insist("POST", path, None).await["sale"].clone()
    }

    /// The sale on the desk.
    pub(crate) async fn sale(&self) -> Value {
        self.insist("GET", "/desk", None).await["sale"].clone()
    }

    /// Waits until the payment is in this phase, with nothing in doubt and nothing under way; time goes by meanwhile. The
    /// sale then.
    pub(crate) async fn until_phase(&self, phase: &str) -> Value {
        self.until_sale(phase, |sale| {
            let payment = &sale["payment"];
            payment["phase"] == phase && payment["checking"].is_null() && payment["cancelling"] == false
        })
        .await
    }

    /// Waits until the sale is as it should be; time goes by meanwhile.
    pub(crate) async fn until_sale(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        self.until_sale_passing(1, what, is_so).await
    }

    /// The same at another pace: so many seconds go by between two looks.
    pub(crate) async fn until_sale_passing(
        &self,
        seconds: i64,
        what: &str,
        is_so: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut last = Value::Null;
        let deadline = tokio::time::Instant::now() + crate::world::PATIENCE;
        while tokio::time::Instant::now() < deadline {
            last = self.sale().await;
            if is_so(&last) {
                return last;
            }
            self.world.pass(seconds);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("waited in vain for {what}: {last:#}");
    }
}

fn request_id() -> String {
    format!("request-{:08}", REQUESTS.fetch_add(1, Ordering::SeqCst))
}

/// Waits until Vipps MobilePay knows where to call.
async fn webhook_registered(world: &World) {
    until("the webhook's registration", async || {
        (world.count("select count(*) from till_webhook").await > 0).then_some(())
    })
    .await;
}

/// The first request of a kind in a phone's inbox.
pub(crate) async fn request_on_phone(world: &World, number: &str, kind: &str) -> String {
    let looks = AtomicU32::new(0);
    until("the request on the phone", async || {
        // A call that failed is tried again, when its time has come.
        if looks.fetch_add(1, Ordering::SeqCst) % 50 == 49 {
            world.pass(1);
        }
        let phone = world.phone(number).await;
        let entries = phone["inbox"].as_array()?;
        let entry = entries.iter().find(|entry| entry["kind"] == kind)?;
        entry["id"].as_str().map(str::to_owned)
    })
    .await
}

/// Taps on the request for a payment.
pub(crate) async fn tap(world: &World, number: &str, kind: &str, action: &str) {
    let id = request_on_phone(world, number, kind).await;
    let path = format!("/phone/api/{number}/inbox/{id}");
    let (status, answer) = world
        .sandbox("POST", &path, Some(json!({"action": action})))
        .await;
    assert!(status.is_success(), "{action}: {status} {answer}");
}

/// Opens a link on a phone, or scans the code that it stands in.
pub(crate) async fn scan(world: &World, number: &str, link: &str) {
    let path = format!("/phone/api/{number}/scan");
    let (status, answer) = world.sandbox("POST", &path, Some(json!({"link": link}))).await;
    assert!(status.is_success(), "{status} {answer}");
}

/// Makes the sandbox misbehave.
pub(crate) async fn fault(world: &World, fault: Value) {
    let (status, answer) = world.sandbox("POST", "/control/faults", Some(fault)).await;
    assert!(status.is_success(), "{status} {answer}");
}

/// All money at Vipps MobilePay and all money in the tables is this.
pub(crate) async fn assert_totals(world: &World, captured: i64, refunded: i64, when: &str) {
    let expected = Money { captured, refunded };
    assert_eq!(at_vipps(world).await, expected, "{when}");
    until("the booking", async || {
        (in_tables(world).await == expected).then_some(())
    })
    .await;
}

/// Money by all three: the provider's, the sale's, the tables'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Money {
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
}

/// What Vipps MobilePay has of all payments.
pub(crate) async fn at_vipps(world: &World) -> Money {
    let (_, all) = world.sandbox("GET", "/control/vipps/payments", None).await;
    let list = all["payments"].as_array().cloned().unwrap();
    let sum = |field: &str| {
        list.iter()
            .map(|one| one["aggregate"][field]["value"].as_i64().unwrap())
            .sum()
    };
    Money {
        captured: sum("capturedAmount"),
        refunded: sum("refundedAmount"),
    }
}

/// What Netgíró has of all payments.
pub(crate) async fn at_netgiro(world: &World) -> Money {
    let (_, all) = world.sandbox("GET", "/control/netgiro/carts", None).await;
    let total = |field: &str| all["totals"][field].as_i64().unwrap();
    Money {
        captured: total("paid"),
        refunded: total("refunded"),
    }
}

/// What the tables have of all payments.
pub(crate) async fn in_tables(world: &World) -> Money {
    Money {
        captured: world
            .count("select coalesce(sum(amount_minor), 0) from movement where kind = 'capture'")
            .await,
        refunded: world
            .count("select coalesce(sum(amount_minor), 0) from movement where kind = 'refund'")
            .await,
    }
}

/// What a page shows of a sale.
pub(crate) fn shown(sale: &Value) -> Money {
    let payment = &sale["payment"];
    Money {
        captured: payment["captured_minor"].as_i64().unwrap(),
        refunded: payment["refunded_minor"].as_i64().unwrap(),
    }
}

/// Money at the provider, in the tables and on the page is the same.
pub(crate) async fn assert_money(world: &World, sale: &Value, captured: i64, refunded: i64) {
    let expected = Money { captured, refunded };
    assert_eq!(at_vipps(world).await, expected, "at Vipps MobilePay");
    assert_eq!(shown(sale), expected, "on the page");
    until("the booking", async || {
        (in_tables(world).await == expected).then_some(())
    })
    .await;
}
