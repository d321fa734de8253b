//! What cashiers press: mostly what they are offered, sometimes twice, sometimes what an old page offers.

use super::acts::request;
use super::{Press, Provider, Simulation};
use crate::netgiro_desk::told;
use http_body_util::BodyExt as _;
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};

/// How presses are refused that the backend cannot read.
const UNREADABLE: [&str; 5] = [
    "unexpected_json",
    "malformed_json",
    "content_type",
    "query",
    "not_found",
];

impl Simulation {
    pub(super) async fn cashier(&mut self, step: u64, dice: &mut StdRng) {
        let at = dice.random_range(0..self.tills.len());
        // Some press what an old page offers.
        if dice.random_bool(0.85)
            && let Some(desk) = self.try_get(at, "/desk").await
        {
            self.tills[at].shown = desk["sale"].clone();
            if let Some(id) = desk["sale"]["id"].as_str() {
                self.sales.insert(id.to_owned());
            }
        }
        let again = self.tills[at].last.clone().filter(|_| dice.random_bool(0.12));
        let press = match again {
            Some(press) => Some(press),
            None if dice.random_bool(0.15) => self.of_the_list(at, dice).await,
            None => self.at_the_desk(at, dice).await,
        };
        let Some(press) = press else { return };
        self.story.tell(format!(
            "{step}: till {at} presses {} {:?}",
            press.path, press.body
        ));
        self.press(at, step, &press);
        if dice.random_bool(0.15) {
            self.story.tell(format!("{step}: … twice"));
            self.press(at, step, &press);
        }
        self.tills[at].last = Some(press);
    }

    fn press(&mut self, at: usize, step: u64, press: &Press) {
        let asked = request("POST", &press.path, press.body.as_ref(), &self.tills[at].cookies);
        let (world, lines, path) = (self.world.clone(), self.story.lines.clone(), press.path.clone());
        self.under_way.spawn(async move {
            let told = match world.backend.ask(asked).await {
                Some(answer) => {
                    let status = answer.status();
                    let bytes = answer.into_body().collect().await.map(|body| body.to_bytes());
                    let body: Value = serde_json::from_slice(&bytes.unwrap_or_default()).unwrap_or_default();
                    assert!(
                        !UNREADABLE.iter().any(|code| body["code"] == *code),
                        "no page sends this: {path}: {body}"
                    );
                    let sale = if body["sale"].is_null() {
                        &body
                    } else {
                        &body["sale"]
                    };
                    let payment = &sale["payment"];
                    format!(
                        "{status} {} {} {} captured {} refunded {} checking {} problem {}",
                        body["code"],
                        sale["id"],
                        payment["phase"],
                        payment["captured_minor"],
                        payment["refunded_minor"],
                        payment["checking"],
                        payment["problem"]["key"]
                    )
                }
                None => "no answer".to_owned(),
            };
            lines.lock().unwrap().push(format!("   … {step}: {path}: {told}"));
        });
    }

    fn name_of_request(&mut self) -> String {
        self.requests += 1;
        format!("request-{}-{:06}", self.seed, self.requests)
    }

    /// A button of a sale in the day's list.
    async fn of_the_list(&mut self, at: usize, dice: &mut StdRng) -> Option<Press> {
        if dice.random_bool(0.1) {
            return Some(Press {
                path: "/day/compare".to_owned(),
                body: None,
            });
        }
        let day = self.try_get(at, "/day").await?;
        if let Some(stray) = day["strays"].as_array().and_then(|strays| strays.choose(dice)) {
            return Some(Press {
                path: format!("/sales/{}/give-back", stray["sale"].as_str()?),
                body: Some(json!({"attempt": stray["attempt"]})),
            });
        }
        let ids: Vec<String> = self.sales.iter().cloned().collect();
        let id = ids.choose(dice)?;
        let sale = self.try_get(at, &format!("/sales/{id}")).await?;
        let offered = ["capture", "cancel", "refund", "enter_transaction", "tell_unpaid"];
        let can: Vec<&str> = offered
            .into_iter()
            .filter(|word| is_offered(&sale, word))
            .collect();
        let word = can.choose(dice)?;
        let body = self.body_of(word, &sale, dice).await?;
        let path = match *word {
            "enter_transaction" | "tell_unpaid" => "looked-up",
            same => same,
        };
        Some(Press {
            path: format!("/sales/{id}/{path}"),
            body,
        })
    }

    /// A button of the sale on the desk: mostly one that is offered.
    async fn at_the_desk(&mut self, at: usize, dice: &mut StdRng) -> Option<Press> {
        const ALL: [&str; 12] = [
            "edit",
            "identify",
            "discard",
            "request",
            "finish",
            "check",
            "enter_transaction",
            "tell_unpaid",
            "enter_code",
            "capture",
            "cancel",
            "refund",
        ];
        let sale = self.tills[at].shown.clone();
        if sale.is_null() {
            let first = ["edit", "identify"].choose(dice)?;
            return self.button(first, &sale, dice).await;
        }
        if dice.random_bool(0.06) {
            let any = ALL.choose(dice)?;
            return self.button(any, &sale, dice).await;
        }
        let mut can: Vec<&str> = ALL.into_iter().filter(|word| is_offered(&sale, word)).collect();
        // Who has goods and a customer asks for the payment, mostly, and nobody throws every second sale away.
        if can.contains(&"request") {
            can.extend(["request"; 4]);
            can.retain(|word| *word != "discard" || dice.random_bool(0.2));
        }
        if can.contains(&"capture") {
            can.extend(["capture"; 2]);
        }
        if sale["customer"].is_null() && can.contains(&"identify") {
            can.extend(["identify"; 4]);
        }
        let word = can.choose(dice)?;
        self.button(word, &sale, dice).await
    }

    async fn button(&mut self, word: &str, sale: &Value, dice: &mut StdRng) -> Option<Press> {
        let body = self.body_of(word, sale, dice).await?;
        let path = match word {
            "edit" => "/sale/lines".to_owned(),
            "identify" => "/sale/customer".to_owned(),
            "request" => "/sale/payment".to_owned(),
            "check" => "/sale/payment/check".to_owned(),
            "enter_code" => "/sale/payment/code".to_owned(),
            "capture" => "/sale/payment/capture".to_owned(),
            "cancel" => "/sale/payment/cancel".to_owned(),
            "finish" => "/sale/finish".to_owned(),
            "discard" => "/sale/discard".to_owned(),
            "refund" => format!("/sales/{}/refund", sale["id"].as_str()?),
            _ => format!("/sales/{}/looked-up", sale["id"].as_str()?),
        };
        let means_a_sale = ["check", "enter_code", "capture", "cancel", "finish", "discard"].contains(&word);
        let path = match sale["id"]
            .as_str()
            .filter(|_| means_a_sale && dice.random_bool(0.7))
        {
            Some(id) => format!("{path}?sale={id}"),
            None => path,
        };
        Some(Press { path, body })
    }

    /// What goes with a button; `None` where somebody would not press it.
    #[allow(clippy::option_option, reason = "a button without a body is pressed too")]
    async fn body_of(&mut self, word: &str, sale: &Value, dice: &mut StdRng) -> Option<Option<Value>> {
        let payment = &sale["payment"];
        let amount = |field: &str| payment[field].as_i64().unwrap_or(0);
        Some(Some(match word {
            "edit" => {
                let good = ["skyr-plain", "sweater-havn"].choose(dice)?;
                let edit = match dice.random_range(0..10) {
                    0 => json!({"edit": "return", "good": good, "quantity": 1}),
                    1 => json!({"edit": "quantity", "line": 1, "quantity": dice.random_range(0..3)}),
                    2 => {
                        json!({"edit": "discount", "line": null, "discount": {"kind": "percent", "hundredths": 1000}})
                    }
                    _ => json!({"edit": "add", "good": good, "quantity": dice.random_range(1..4)}),
                };
                json!({"request_id": self.name_of_request(), "edits": [edit]})
            }
            "identify" => self.who(dice).await?,
            "request" => {
                let mut wish = json!({"sale": sale["id"], "amount_minor": sale["total_minor"], "wallet": self.provider.wallet()});
                if dice.random_bool(0.04) {
                    wish["amount_minor"] = json!(1);
                }
                wish["capture_by_hand"] = json!(dice.random_bool(0.3));
                match self.provider {
                    Provider::Vipps => wish["by_code"] = json!(dice.random_bool(0.3)),
                    Provider::NetgiroV1 => {
                        wish["confirmation"] =
                            json!(["automatic", "manual", "server_callback"].choose(dice)?);
                    }
                    Provider::NetgiroV2 => {
                        wish["confirmation"] = json!(["automatic", "manual"].choose(dice)?);
                    }
                }
                wish
            }
            "capture" => {
                let left = amount("authorised_minor") - amount("captured_minor") - amount("released_minor");
                let part = match self.provider {
                    Provider::Vipps if dice.random_bool(0.4) && left > 1 => dice.random_range(1..left),
                    _ => left,
                };
                json!({"amount_minor": part})
            }
            "refund" => {
                let left = amount("captured_minor") - amount("refunded_minor");
                let part = if dice.random_bool(0.5) && left > 1 {
                    dice.random_range(1..left)
                } else {
                    left
                };
                json!({"request_id": self.name_of_request(), "amount_minor": part})
            }
            "enter_code" => json!({"code": self.code_of(payment, dice).await}),
            "enter_transaction" | "tell_unpaid" => self.in_the_portal(word, sale).await?,
            _ => return Some(None),
        }))
    }

    /// A customer, named in one of the ways.
    async fn who(&self, dice: &mut StdRng) -> Option<Value> {
        let phone = if dice.random_bool(0.8) {
            self.phones()[0]
        } else {
            self.phones()[1]
        };
        let way = dice.random_range(0..10);
        Some(match (self.provider, way) {
            (Provider::NetgiroV1, 0..2) => json!({"kind": "national_id", "text": "1111111119"}),
            (Provider::NetgiroV1 | Provider::NetgiroV2, 2..4) => {
                let code = self.world.phone(phone).await["app_code"].clone();
                json!({"kind": "app_code", "text": code.as_str()?})
            }
            (Provider::Vipps, 0..3) => {
                let code = self.world.phone(phone).await["personal_qr"].clone();
                json!({"kind": "personal_qr", "text": code.as_str()?})
            }
            (Provider::Vipps, _) => json!({"kind": "phone", "text": format!("+{phone}")}),
            _ => json!({"kind": "phone", "text": phone}),
        })
    }

    /// The code in the customer's message; sometimes misheard.
    async fn code_of(&self, payment: &Value, dice: &mut StdRng) -> String {
        let mut code = "000000".to_owned();
        for number in self.phones() {
            let phone = self.world.phone(number).await;
            let inbox = phone["inbox"].as_array().unwrap();
            let of_payment = inbox
                .iter()
                .find(|item| item["reference"] == payment["reference"]);
            if let Some(read) = of_payment.and_then(|item| item["code"].as_str())
                && dice.random_bool(0.8)
            {
                read.clone_into(&mut code);
            }
        }
        code
    }

    /// What somebody finds who looks at the provider's own page, and tells as it is.
    async fn in_the_portal(&self, word: &str, sale: &Value) -> Option<Value> {
        // Without a payment there is nothing to look for.
        sale["payment"]["reference"].as_str()?;
        let (_, all) = self.world.sandbox("GET", "/control/netgiro/carts", None).await;
        let mut carts = all["carts"].as_array()?.iter();
        let found = carts.find(|cart| cart["reference"] == sale["payment"]["reference"]);
        match word {
            "tell_unpaid" => found
                .is_none_or(|cart| cart["paid"] == 0)
                .then(|| told(sale, &Value::Null)),
            _ => found.map(|cart| told(sale, &cart["transaction_id"])),
        }
    }
}

fn is_offered(sale: &Value, word: &str) -> bool {
    sale["can"]
        .as_array()
        .is_some_and(|can| can.contains(&json!(word)))
}
