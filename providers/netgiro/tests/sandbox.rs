//! The clients against the emulation of Netgíró, which was written from the contract by itself: every kind of customer
//! with every kind of confirmation, faults on the way, money that goes back.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a failed expectation is the point"
)]

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use karfa_sandbox::{Options, Patience, Sandbox, SandboxTransport};
use netgiro::wire::{
    CancelOutcome, CartState, Confirmation, InsertCart, PaymentInfo, Refund, TransactionStatus,
};
use netgiro::{
    Client, Config, CustomerId, Error, IdempotencyKey, RandomNonces, ResultCode, SmsCode, TransactionId,
    callback, test_account, v2,
};
use provider_http::{Transport, TransportError};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CONFIRMED_URL: &str = "http://shop.test/netgiro/callback/sale-7";
const CANCELLED_URL: &str = "http://shop.test/netgiro/callback/sale-7/cancelled";

/// A shop that answers every callback with 200 and keeps it.
#[derive(Default)]
struct Shop(Mutex<Vec<Request<Bytes>>>);

#[async_trait]
impl Transport for Shop {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.0.lock().unwrap().push(request);
        Ok(Response::new(Bytes::new()))
    }
}

struct Bench {
    transport: Arc<SandboxTransport>,
    shop: Arc<Shop>,
    client: Client,
    second: v2::Client,
}

fn config(secret: &str) -> Config {
    Config::below(
        "http://sandbox.test/netgiro",
        test_account::APPLICATION_ID,
        secret.into(),
    )
    .unwrap()
}

impl Bench {
    fn new() -> Self {
        let shop = Arc::new(Shop::default());
        let mut options = Options::new("http://shop.test/inpost", shop.clone());
        options.patience = Patience {
            first_pause: Duration::from_millis(1),
            ..Patience::default()
        };
        let transport = Arc::new(Sandbox::new(options).unwrap().transport());
        let config = config(test_account::SECRET);
        Self {
            client: Client::new(config.clone(), transport.clone(), Arc::new(RandomNonces::new())).unwrap(),
            second: v2::Client::new(config, transport.clone()).unwrap(),
            transport,
            shop,
        }
    }

    async fn json(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let request = Request::builder()
            .method(method)
            .uri(format!("http://sandbox.test{path}"))
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        let answer = self.transport.send(request).await.unwrap();
        assert!(answer.status().is_success(), "{path}: {:?}", answer.body());
        serde_json::from_slice(answer.body()).unwrap()
    }

    async fn phone(&self, gsm: &str) -> Value {
        self.json("GET", &format!("/phone/api/{gsm}"), None).await
    }

    async fn tap(&self, gsm: &str, id: &TransactionId, action: &str) {
        let path = format!("/phone/api/{gsm}/inbox/{id}");
        self.json("POST", &path, Some(json!({"action": action}))).await;
    }

    async fn app_code(&self) -> String {
        self.phone(test_account::GSM).await["app_code"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn sms_code(&self) -> SmsCode {
        let phone = self.phone(test_account::GSM).await;
        SmsCode::parse(phone["inbox"][0]["code"].as_str().unwrap()).unwrap()
    }

    async fn fault(&self, call: &str, kind: &str) {
        let fault = json!({"call": call, "kind": kind, "times": 1});
        self.json("POST", "/control/faults", Some(fault)).await;
    }

    async fn state(&self, id: &TransactionId) -> CartState {
        self.client.check_cart(id).await.unwrap().state()
    }

    /// The state, once the callback that is on its way has been answered.
    async fn settled(&self, id: &TransactionId) -> CartState {
        loop {
            let state = self.state(id).await;
            if state != CartState::AwaitingCallback {
                return state;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn insert(&self, customer: CustomerId, confirmation: Confirmation) -> TransactionId {
        let cart = InsertCart::new(1000, "sale-7", customer, confirmation)
            .callback_url(CONFIRMED_URL)
            .callback_cancel_url(CANCELLED_URL);
        let inserted = self.client.insert_cart(&cart).await.unwrap();
        assert!(inserted.support_id.is_some());
        inserted.transaction_id
    }

    /// Asks the test customer by phone number, and the customer approves.
    async fn approved(&self, confirmation: Confirmation) -> TransactionId {
        let id = self.insert(gsm(), confirmation).await;
        self.tap(test_account::GSM, &id, "approve").await;
        id
    }

    async fn callbacks(&self, at_least: usize) -> Vec<Request<Bytes>> {
        loop {
            let seen = self.shop.0.lock().unwrap().clone();
            if seen.len() >= at_least {
                return seen;
            }
            tokio::task::yield_now().await;
        }
    }
}

fn gsm() -> CustomerId {
    CustomerId::gsm(test_account::GSM).unwrap()
}

fn server_callback() -> Confirmation {
    Confirmation::ServerCallback {
        callback_url: CONFIRMED_URL.into(),
    }
}

#[track_caller]
fn paid(state: CartState) -> PaymentInfo {
    match state {
        CartState::Paid { info: Some(info) } => info,
        other => panic!("not paid: {other:?}"),
    }
}

#[tokio::test]
async fn every_customer_pays_in_every_way() {
    for kind in ["gsm", "ssn", "code", "barcode"] {
        for confirmation in [Confirmation::Automatic, server_callback(), Confirmation::Manual] {
            let bench = Bench::new();
            let customer = match kind {
                "gsm" => gsm(),
                "ssn" => CustomerId::ssn(test_account::SSN).unwrap(),
                "code" => CustomerId::guess(&bench.app_code().await).unwrap(),
                _ => CustomerId::guess(&format!("500004-{}", bench.app_code().await)).unwrap(),
            };
            let id = bench.insert(customer, confirmation.clone()).await;
            match kind {
                "gsm" => {
                    assert_eq!(bench.state(&id).await, CartState::Waiting);
                    bench.tap(test_account::GSM, &id, "approve").await;
                }
                "ssn" => {
                    assert_eq!(bench.state(&id).await, CartState::CodeNeeded);
                    let code = bench.sms_code().await;
                    bench.client.confirm_cart(&id, Some(&code)).await.unwrap();
                }
                _ => {}
            }
            if confirmation == Confirmation::Manual {
                assert_eq!(bench.state(&id).await, CartState::Reserved);
                paid(bench.client.confirm_cart(&id, None).await.unwrap().state());
            }
            let info = paid(bench.settled(&id).await);
            assert_eq!(info.transaction_id.as_ref(), Some(&id));
            assert_eq!(info.reference_number.as_deref(), Some("sale-7"));
            assert_eq!(info.total_amount, Some(1000), "{kind} {confirmation:?}");
            let again = bench.client.confirm_cart(&id, None).await.unwrap();
            paid(again.state());
            assert_eq!(again.result_code, ResultCode::ConfirmedAlready);
        }
    }
}

#[tokio::test]
async fn callbacks_hold_at_their_own_address_only() {
    let bench = Bench::new();
    let id = bench.approved(server_callback()).await;
    paid(bench.settled(&id).await);
    let cancelled = bench.insert(gsm(), server_callback()).await;
    bench.tap(test_account::GSM, &cancelled, "reject").await;
    let seen = bench.callbacks(2).await;
    let secret = test_account::SECRET.into();
    let verify =
        |url: &str, call: &Request<Bytes>| callback::verify(&secret, url, call.headers(), call.body());
    let confirmed = verify(CONFIRMED_URL, &seen[0]).unwrap();
    assert!(confirmed.answer.is_about(&id) && !confirmed.answer.is_about(&cancelled));
    assert_eq!(paid(confirmed.answer.state()).total_amount, Some(1000));
    let refused = verify(CANCELLED_URL, &seen[1]).unwrap();
    assert_eq!(refused.answer.state(), CartState::Cancelled);
    assert_ne!(confirmed.nonce, refused.nonce);
    assert!(verify(CONFIRMED_URL, &seen[1]).is_err());
    assert!(verify(CANCELLED_URL, &seen[0]).is_err());
}

#[tokio::test]
async fn a_wrong_code_is_a_refusal_and_the_third_is_the_end() {
    let bench = Bench::new();
    let id = bench
        .insert(
            CustomerId::ssn(test_account::SSN).unwrap(),
            Confirmation::Automatic,
        )
        .await;
    let wrong = SmsCode::parse("x").unwrap();
    let mut states = Vec::new();
    for _ in 0..3 {
        states.push(
            bench
                .client
                .confirm_cart(&id, Some(&wrong))
                .await
                .unwrap()
                .state(),
        );
    }
    let refused = CartState::Error(ResultCode::Invalid);
    assert_eq!(states, [refused.clone(), refused, CartState::Cancelled]);
    assert_eq!(bench.state(&id).await, CartState::Cancelled);
}

#[tokio::test]
async fn cancelling_too_late_tells_of_the_payment() {
    let bench = Bench::new();
    let id = bench.insert(gsm(), Confirmation::Automatic).await;
    let outcome = async |id| bench.client.cancel_cart(id).await.unwrap().cancel_outcome();
    assert_eq!(outcome(&id).await, CancelOutcome::Cancelled);
    assert_eq!(outcome(&id).await, CancelOutcome::Cancelled);
    assert_eq!(bench.state(&id).await, CartState::Cancelled);
    let id = bench.approved(Confirmation::Automatic).await;
    assert_eq!(outcome(&id).await, CancelOutcome::ConfirmedAlready);
    paid(bench.state(&id).await);
    let nowhere = "5d9a0b8e-0c9a-4a8e-9d1b-2a6a5a1d7c11".into();
    assert_eq!(
        outcome(&nowhere).await,
        CancelOutcome::NotCancelled(ResultCode::NoSuchCart)
    );
    assert_eq!(bench.state(&nowhere).await, CartState::Cancelled);
}

#[tokio::test]
async fn customers_with_a_fate_of_their_own_are_told_apart() {
    let bench = Bench::new();
    let nobody = CustomerId::gsm("8220005").unwrap();
    let cart = InsertCart::new(1000, "sale-7", nobody, Confirmation::Automatic);
    let error = bench.client.insert_cart(&cart).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NoSuchCustomer));
    let cart = InsertCart::new(0, "sale-7", gsm(), Confirmation::Automatic);
    let error = bench.client.insert_cart(&cart).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::BelowMinimum));
    for (number, state) in [
        ("8220002", CartState::Declined(ResultCode::Declined10302)),
        ("8220016", CartState::Error(ResultCode::Other(10999))),
    ] {
        let id = bench
            .insert(CustomerId::gsm(number).unwrap(), Confirmation::Automatic)
            .await;
        bench.tap(number, &id, "approve").await;
        assert_eq!(bench.state(&id).await, state);
    }
}

#[tokio::test]
async fn a_wrongly_signed_answer_is_thrown_away_and_asking_again_tells() {
    let bench = Bench::new();
    let id = bench.approved(Confirmation::Manual).await;
    bench.fault("netgiro.confirm_cart", "tamper_signature").await;
    let error = bench.client.confirm_cart(&id, None).await.unwrap_err();
    assert!(
        matches!(error, Error::BadSignature { .. }) && error.may_have_acted(),
        "{error:?}"
    );
    paid(bench.state(&id).await);
}

#[tokio::test]
async fn looking_tells_what_a_lost_answer_did_not() {
    let bench = Bench::new();
    let id = bench.approved(Confirmation::Manual).await;
    for kind in ["drop_before", "fail"] {
        bench.fault("netgiro.confirm_cart", kind).await;
        let error = bench.client.confirm_cart(&id, None).await.unwrap_err();
        assert!(error.may_have_acted() && error.is_retryable(), "{error:?}");
        assert_eq!(bench.state(&id).await, CartState::Reserved);
    }
    bench.fault("netgiro.confirm_cart", "drop_after").await;
    assert!(
        bench
            .client
            .confirm_cart(&id, None)
            .await
            .unwrap_err()
            .may_have_acted()
    );
    paid(bench.state(&id).await);
}

#[tokio::test]
async fn a_request_that_arrives_twice_is_carried_out_once() {
    let bench = Bench::new();
    bench.fault("netgiro.insert_cart", "duplicate").await;
    let id = bench.insert(gsm(), Confirmation::Automatic).await;
    let phone = bench.phone(test_account::GSM).await;
    assert_eq!(phone["inbox"].as_array().unwrap().len(), 1);
    assert_eq!(phone["inbox"][0]["id"], id.as_str());
}

#[tokio::test]
async fn money_goes_back_once_for_each_key() {
    let bench = Bench::new();
    let id = bench.approved(Confirmation::Automatic).await;
    let refund = |amount, key| Refund::new(id.clone(), amount, IdempotencyKey::parse(key).unwrap());
    let part = refund(300, "r-1").reason("Skil").unwrap();
    bench.fault("netgiro.refund", "drop_after").await;
    assert!(bench.client.refund(&part).await.unwrap_err().may_have_acted());
    bench.client.refund(&part).await.unwrap();
    let error = bench.client.refund(&refund(701, "r-2")).await.unwrap_err();
    assert!(!error.may_have_acted() && !error.is_retryable(), "{error:?}");
    assert!(bench.client.transaction(&id).await.unwrap().is_refundable);
    bench.client.refund(&refund(700, "r-3")).await.unwrap();
    let transaction = bench.client.transaction(&id).await.unwrap();
    assert_eq!(transaction.status, TransactionStatus::Paid);
    assert!(!transaction.is_refundable);
    let error = bench.client.transaction(&"7".into()).await.unwrap_err();
    assert!(error.is_no_such_transaction(), "{error:?}");
}

#[tokio::test]
async fn a_wrong_secret_is_told_so() {
    let bench = Bench::new();
    let id: TransactionId = "7".into();
    let client = Client::new(
        config("wrong"),
        bench.transport.clone(),
        Arc::new(RandomNonces::new()),
    )
    .unwrap();
    assert!(client.check_cart(&id).await.unwrap_err().is_unauthorised());
    assert!(client.transaction(&id).await.unwrap_err().is_unauthorised());
    let stranger = Config {
        application_id: "nobody".into(),
        ..config(test_account::SECRET)
    };
    let stranger = v2::Client::new(stranger, bench.transport.clone()).unwrap();
    assert!(stranger.status(&id).await.unwrap_err().is_unauthorised());
}

#[tokio::test]
async fn the_second_generation_takes_a_phone_number_and_wakes_the_shop() {
    let bench = Bench::new();
    let customer = v2::Customer::try_from(gsm()).unwrap();
    let payment = v2::Payment::new(1000, "sale-7", customer)
        .callback_url(CONFIRMED_URL)
        .callback_cancel_url(CANCELLED_URL);
    let made = bench.second.payment(&payment).await.unwrap();
    assert!(matches!(made.state(), v2::PaymentState::Pending { .. }) && made.poll_interval.is_some());
    let id = made.transaction_id.unwrap();
    bench.tap(test_account::GSM, &id, "approve").await;
    assert_eq!(
        bench.second.status(&id).await.unwrap().state(),
        v2::PaymentState::Confirmed
    );
    let seen = bench.callbacks(1).await;
    let woken =
        v2::callback::verify(&test_account::SECRET.into(), seen[0].headers(), seen[0].body()).unwrap();
    assert_eq!((woken.transaction_id, woken.total_amount), (id.clone(), 1000));
    assert_eq!(woken.reference_number.as_deref(), Some("sale-7"));

    let refund = v2::Refund::new(id.clone(), 300, IdempotencyKey::parse("r-1").unwrap());
    bench.second.refund(&refund).await.unwrap();
    bench.second.refund(&refund).await.unwrap();
    let details = bench.second.details(&id).await.unwrap();
    assert_eq!(details.payment.state(), v2::PaymentState::Confirmed);
    assert_eq!(
        (details.total_amount, details.is_refundable),
        (Some(1000), Some(true))
    );
}

#[tokio::test]
async fn the_second_generation_reserves_and_captures() {
    let bench = Bench::new();
    let code = CustomerId::app_code(&bench.app_code().await).unwrap();
    let payment = v2::Payment::new(1000, "sale-7", v2::Customer::try_from(code).unwrap()).manual_capture();
    let made = bench.second.payment(&payment).await.unwrap();
    assert_eq!(made.state(), v2::PaymentState::Authorized);
    let id = made.transaction_id.unwrap();
    let error = bench.second.capture(&id, Some(1001)).await.unwrap_err();
    assert!(error.message().is_some() && !error.may_have_acted(), "{error:?}");
    let captured = bench.second.capture(&id, Some(600)).await.unwrap();
    assert_eq!(captured.state(), v2::PaymentState::Confirmed);
    let cancelled = bench.second.cancel(&id).await.unwrap();
    assert_eq!(cancelled.state(), v2::PaymentState::Cancelled);
    assert_eq!(
        bench.second.status(&id).await.unwrap().state(),
        v2::PaymentState::Cancelled
    );
    let error = bench.second.status(&"7".into()).await.unwrap_err();
    assert!(error.is_no_such_transaction(), "{error:?}");
    let nothing = v2::Payment::new(0, "sale-7", v2::Customer::try_from(gsm()).unwrap());
    let error = bench.second.payment(&nothing).await.unwrap_err();
    assert_eq!(
        error.message().unwrap().as_str(),
        "'Amount' must be greater than '0'."
    );
}
