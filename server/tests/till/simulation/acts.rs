//! What a step does: a customer, a network, a clock, a death; and what comes after the last of them. What cashiers do is in
//! `cashiers`.

use super::{Provider, Simulation, Story, Till};
use crate::simulation::time::Time;
use crate::world::World;
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt as _;
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Cashiers of the tills; the second one is a manager.
const OSLO: [&str; 2] = ["kari", "ingrid"];
const REYKJAVIK: [&str; 2] = ["gudrun", "sigridur"];

/// The club's members, of whom the second customer is none.
const MEMBERS: &str = "phone,given_name,family_name,email,birthdate,since,consents\n+4791234567,Nora,Berg,,,2026-01-05T10:00:00Z,[]\n";

/// What a customer was asked for, and nobody can name, lapses meanwhile.
const LEAST_MINUTES: u32 = 11;
/// Longer than this nothing is waited for in the end: what can be done is done within the hour, or two.
const MOST_MINUTES: u32 = 180;

/// Time passes in pieces: a second at a time, and a long pause faster.
fn piece_ms(pause_ms: i64) -> i64 {
    match pause_ms {
        ..15_000 => 1_000,
        15_000..60_000 => 4_000,
        _ => 10_000,
    }
}

/// A request of a page.
pub(super) fn request(method: &str, path: &str, body: Option<&Value>, cookies: &str) -> Request<Body> {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/till{path}"))
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ORIGIN, "http://127.0.0.1:8080")
        .header(header::COOKIE, cookies);
    match body {
        Some(body) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    }
    .unwrap()
}

impl Simulation {
    pub(super) async fn begin(seed: u64) -> Self {
        let story = Story {
            seed,
            lines: Arc::default(),
        };
        let time = Time::stands_still();
        let provider = Provider::of(seed);
        story.tell(format!("{provider:?}"));
        let world = Arc::new(World::of_seed(seed, provider.configure()).await);
        let mut simulation = Simulation {
            provider,
            seed,
            story,
            time,
            world,
            tills: Vec::new(),
            sales: BTreeSet::new(),
            requests: 0,
            under_way: JoinSet::new(),
        };
        for till in 0..2 {
            let cookies = simulation.sign_in(till).await;
            simulation.tills.push(Till {
                cookies,
                last: None,
                shown: Value::Null,
            });
        }
        if provider == Provider::Vipps {
            let manager = &simulation.tills[1].cookies;
            let mut file = request("POST", "/members.csv", None, manager);
            *file.body_mut() = Body::from(MEMBERS);
            let taken = simulation.world.backend.ask(file).await.unwrap();
            assert!(taken.status().is_success(), "{taken:?}");
        }
        simulation.time.rest().await;
        simulation
    }

    /// The cookie of a cashier at a till.
    async fn sign_in(&self, till: usize) -> String {
        let (branch, cashiers) = match self.provider {
            Provider::Vipps => ("oslo", OSLO),
            _ => ("reykjavik", REYKJAVIK),
        };
        let who = json!({"branch": branch, "till": (till + 1).to_string(), "cashier": cashiers[till], "pin": "1234"});
        loop {
            let asked = self
                .world
                .backend
                .ask(request("POST", "/session", Some(&who), ""));
            let answer = asked.await.filter(|answer| answer.status().is_success());
            if let Some(answer) = answer {
                let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
                return cookie.split(';').next().unwrap().to_owned();
            }
            self.pass(1_000).await;
        }
    }

    /// Time goes by, for all, and what falls due is done.
    async fn pass(&self, milliseconds: i64) {
        let mut left = milliseconds;
        while left > 0 {
            let piece = left.min(piece_ms(milliseconds));
            self.time.rest().await;
            self.world.pass_ms(piece);
            tokio::time::advance(Duration::from_millis(piece.unsigned_abs())).await;
            left -= piece;
        }
        self.time.rest().await;
    }

    /// An answer that has to come, in a moment or when the process lives again.
    pub(super) async fn get(&mut self, path: &str) -> Value {
        loop {
            for till in [1, 0] {
                if let Some(answer) = self.try_get(till, path).await {
                    return answer;
                }
            }
            self.pass(500).await;
        }
    }

    /// `None`: no answer came. Whoever's shift has ended signs in again.
    pub(super) async fn try_get(&mut self, till: usize, path: &str) -> Option<Value> {
        let asked = request("GET", path, None, &self.tills[till].cookies);
        let answer = self.world.backend.ask(asked).await?;
        if answer.status() == http::StatusCode::UNAUTHORIZED {
            self.tills[till].cookies = self.sign_in(till).await;
            return None;
        }
        if !answer.status().is_success() {
            return None;
        }
        let bytes = answer.into_body().collect().await.ok()?.to_bytes();
        serde_json::from_slice(&bytes).ok()
    }

    pub(super) async fn step(&mut self, step: u64, dice: &mut StdRng) {
        match dice.random_range(0..100) {
            0..45 => self.cashier(step, dice).await,
            45..68 => self.customer(step, dice).await,
            68..84 => self.clock(step, dice).await,
            84..93 => self.fault(step, dice).await,
            93..96 => {
                let points = dice.random_range(0..16);
                self.story.tell(format!("{step}: it dies after {points} points"));
                self.world.backend.dies_after(points);
            }
            96..98 => {
                let calls = dice.random_range(1..5);
                self.story
                    .tell(format!("{step}: {calls} calls find no connection"));
                self.world.backend.cut_off(calls);
            }
            _ => self.held(step, dice).await,
        }
        if dice.random_bool(0.7) {
            self.time.rest().await;
        }
    }

    async fn clock(&mut self, step: u64, dice: &mut StdRng) {
        const PAUSES_MS: [i64; 8] = [20, 300, 1_000, 2_000, 2_000, 5_000, 5_000, 12_000];
        const LONG_PAUSES_MS: [i64; 6] = [30_000, 30_000, 190_000, 670_000, 670_000, 65 * 60_000];
        let pauses: &[i64] = if dice.random_bool(0.15) {
            &LONG_PAUSES_MS
        } else {
            &PAUSES_MS
        };
        let pause = *pauses.choose(dice).unwrap();
        self.story.tell(format!("{step}: {pause} ms pass"));
        self.pass(pause).await;
    }

    async fn fault(&mut self, step: u64, dice: &mut StdRng) {
        let calls: &[&str] = match self.provider {
            Provider::Vipps => &[
                "vipps.token",
                "vipps.payment.create",
                "vipps.payment.create",
                "vipps.payment.read",
                "vipps.payment.capture",
                "vipps.payment.capture",
                "vipps.payment.refund",
                "vipps.payment.refund",
                "vipps.payment.cancel",
                "vipps.webhook",
                "vipps.webhook",
            ],
            Provider::NetgiroV1 => &[
                "netgiro.insert_cart",
                "netgiro.insert_cart",
                "netgiro.check_cart",
                "netgiro.confirm_cart",
                "netgiro.confirm_cart",
                "netgiro.cancel_cart",
                "netgiro.refund",
                "netgiro.callback",
                "netgiro.callback_cancel",
            ],
            Provider::NetgiroV2 => &[
                "netgiro.v2.payment",
                "netgiro.v2.payment",
                "netgiro.v2.status",
                "netgiro.v2.details",
                "netgiro.v2.capture",
                "netgiro.v2.capture",
                "netgiro.v2.cancel",
                "netgiro.v2.refund",
                "netgiro.v2.callback",
                "netgiro.v2.callback_cancel",
            ],
        };
        let call = *calls.choose(dice).unwrap();
        let is_news = call.contains("callback") || call.contains("webhook");
        let kinds: &[&str] = if is_news {
            &[
                "drop_before",
                "drop_after",
                "duplicate",
                "delay",
                "tamper_signature",
                "replay",
                "hold",
                "stale_timestamp",
            ]
        } else {
            &[
                "drop_before",
                "drop_after",
                "drop_after",
                "duplicate",
                "delay",
                "fail",
                "fail",
                "fail_after",
            ]
        };
        let mut kind = *kinds.choose(dice).unwrap();
        if call == "netgiro.v2.payment" && kind == "duplicate" {
            // It has no key: a network that sends it twice asks the customer twice, and nobody can help it.
            kind = "drop_after";
        }
        let mut fault = json!({"call": call, "kind": kind, "times": dice.random_range(1..4)});
        match kind {
            "delay" => fault["ms"] = json!([50, 3_000, 12_000].choose(dice).unwrap()),
            "fail" => fault["status"] = json!([500, 503, 429, 401, 409, 400].choose(dice).unwrap()),
            "fail_after" => fault["status"] = json!([500, 502, 503].choose(dice).unwrap()),
            _ => {}
        }
        let (status, answer) = self
            .world
            .sandbox("POST", "/control/faults", Some(fault.clone()))
            .await;
        self.story
            .tell(format!("{step}: fault {fault} {status} {}", answer["detail"]));
    }

    /// What was held on its way arrives late, or never.
    async fn held(&mut self, step: u64, dice: &mut StdRng) {
        let (_, held) = self.world.sandbox("GET", "/control/held", None).await;
        let Some(call) = held["held"].as_array().unwrap().choose(dice).cloned() else {
            return;
        };
        let id = call["id"].as_i64().unwrap();
        if dice.random_bool(0.7) {
            self.story.tell(format!("{step}: held call {call} arrives"));
            self.at_sandbox("POST", format!("/control/held/{id}/release"), None);
        } else {
            self.story.tell(format!("{step}: held call {call} is lost"));
            self.at_sandbox("DELETE", format!("/control/held/{id}"), None);
        }
    }

    /// Something at the sandbox that may take its time.
    fn at_sandbox(&mut self, method: &'static str, path: String, body: Option<Value>) {
        let (world, lines) = (self.world.clone(), self.story.lines.clone());
        self.under_way.spawn(async move {
            let (status, answer) = world.sandbox(method, &path, body).await;
            let why = answer["detail"].as_str().unwrap_or_default().to_owned();
            lines
                .lock()
                .unwrap()
                .push(format!("   … {method} {path}: {status} {why}"));
        });
    }

    pub(super) fn phones(&self) -> [&'static str; 2] {
        match self.provider {
            Provider::Vipps => ["4791234567", "4798765432"],
            _ => ["8223281", "6912345"],
        }
    }

    async fn customer(&mut self, step: u64, dice: &mut StdRng) {
        let code = self.tills.choose(dice).and_then(|till| {
            let code = till.shown["payment"]["code_to_scan"].as_str();
            code.map(str::to_owned)
        });
        let number = if dice.random_bool(0.8) {
            self.phones()[0]
        } else {
            self.phones()[1]
        };
        if let Some(link) = code.filter(|_| dice.random_bool(0.6)) {
            self.story.tell(format!("{step}: {number} scans the code"));
            self.at_sandbox(
                "POST",
                format!("/phone/api/{number}/scan"),
                Some(json!({"link": link})),
            );
            return;
        }
        let phone = self.world.phone(number).await;
        let inbox = phone["inbox"].as_array().unwrap();
        let Some(item) = inbox.choose(dice) else {
            return self.cashier(step, dice).await;
        };
        let action = if dice.random_bool(0.85) {
            "approve"
        } else {
            "reject"
        };
        let id = item["id"].as_str().unwrap();
        self.story
            .tell(format!("{step}: {number}: {action} of {} {id}", item["kind"]));
        let path = format!("/phone/api/{number}/inbox/{id}");
        self.at_sandbox("POST", path, Some(json!({"action": action})));
    }

    /// Nothing goes wrong any more, nobody presses anything, and time goes on until nothing is left to be done.
    pub(super) async fn calm_down(&mut self) {
        self.story.tell("nothing goes wrong any more");
        self.world.backend.dies_no_more();
        self.world.backend.cut_off(0);
        self.world.sandbox("DELETE", "/control/faults", None).await;
        for minutes in 1..=MOST_MINUTES {
            self.pass(60_001).await;
            while let Some(ended) = self.under_way.try_join_next() {
                ended.unwrap();
            }
            if minutes >= LEAST_MINUTES && self.under_way.is_empty() && self.left().await == 0 {
                break;
            }
        }
        assert!(self.under_way.is_empty(), "somebody waits for ever");
        let dead = self
            .world
            .text("select group_concat(effect_name || ': ' || last_error) from outbox where status = 'dead'")
            .await;
        assert_eq!(dead, None, "effects that nobody tries any more");
        assert_eq!(self.left().await, 0, "effects that are still to be done");
    }

    /// What is left to be done of sales. What somebody has reserved and left is looked at now and then, as long as it is so.
    async fn left(&self) -> i64 {
        let soon = (self.world.now() + jiff::SignedDuration::from_mins(15)).as_microsecond();
        let sql = format!(
            "select count(*) from outbox where kind in ('sale', 'desk') and (effect_name <> 'look' or due < {soon})"
        );
        self.world.count(&sql).await
    }
}
