//! The whole way of a sale and of a login, against the emulation, which shares no code with this crate.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use karfa_sandbox::{Options, Sandbox, SandboxTransport};
use provider_http::{ManualClock, Transport, TransportError};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::watch;
use url::Url;
use vipps_mobilepay::id_token::IdTokenError;
use vipps_mobilepay::wire::login::{LoginHint, LoginPoll, LoginRefusal, LoginStart, NewLogin};
use vipps_mobilepay::wire::payment::{Customer, EventName, NewPayment, PaymentState};
use vipps_mobilepay::wire::qr::QrVersion;
use vipps_mobilepay::wire::webhook::{Notification, WebhookEvent};
use vipps_mobilepay::{
    Amount, BindingMessage, Client, Config, Currency, ErrorNumber, IdempotencyKey, Msisdn, PersonalQr,
    Reference, Retry, webhook,
};

const PHONE: &str = "4791234567";
const WEBHOOK_URL: &str = "http://shop.test:8080/vipps/webhooks?store=1";

/// The merchant's endpoint: keeps every call, and answers 200.
#[derive(Default)]
struct Endpoint(watch::Sender<Vec<Request<Bytes>>>);

#[async_trait]
impl Transport for Endpoint {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.0.send_modify(|calls| calls.push(request));
        Ok(Response::new(Bytes::new()))
    }
}

struct Shop {
    clock: Arc<ManualClock>,
    endpoint: Arc<Endpoint>,
    transport: SandboxTransport,
    client: Client,
}

impl Shop {
    fn open() -> Self {
        Self::of_unit("123456")
    }

    fn of_unit(merchant_serial_number: &str) -> Self {
        let clock = Arc::new(ManualClock::new("2026-01-31T12:00:00Z".parse().unwrap()));
        let endpoint = Arc::new(Endpoint::default());
        let options = Options::new("http://shop.test/inpost", endpoint.clone());
        let sandbox = Sandbox::new(Options {
            clock: clock.clone(),
            seed: 7,
            ..options
        })
        .unwrap();
        let config = Config::new(
            &"http://127.0.0.1:8090/vipps".parse().unwrap(),
            "6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a",
            "karfa-demo-secret".into(),
            "0123456789abcdef0123456789abcdef".into(),
            merchant_serial_number,
        );
        let transport = sandbox.transport();
        let client = Client::new(config.unwrap(), Arc::new(transport.clone()), clock.clone()).unwrap();
        Self {
            clock,
            endpoint,
            transport,
            client,
        }
    }

    /// A call of the phone or of the control.
    async fn ask(&self, request: http::request::Builder, body: &Value) -> Value {
        let request = request.header("content-type", "application/json");
        let body = if body.is_null() {
            Bytes::new()
        } else {
            body.to_string().into()
        };
        let answer = self.transport.send(request.body(body).unwrap()).await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }

    async fn phone(&self) -> Value {
        self.ask(
            Request::get(format!("http://sandbox/phone/api/{PHONE}")),
            &Value::Null,
        )
        .await
    }

    /// Answers the newest request on the phone.
    async fn tap(&self, answer: Value) {
        let phone = self.phone().await;
        let id = phone["inbox"][0]["id"].as_str().unwrap();
        self.ask(
            Request::post(format!("http://sandbox/phone/api/{PHONE}/inbox/{id}")),
            &answer,
        )
        .await;
    }

    /// Waits until so many webhooks have come.
    async fn heard(&self, count: usize) -> Vec<Request<Bytes>> {
        let mut calls = self.endpoint.0.subscribe();
        calls
            .wait_for(|calls| calls.len() >= count)
            .await
            .unwrap()
            .clone()
    }

    async fn start_login(&self) -> vipps_mobilepay::wire::login::LoginStarted {
        let login = NewLogin::new(hint())
            .scope("name")
            .unwrap()
            .scope("delegatedConsents")
            .unwrap();
        let login = login.binding_message(BindingMessage::parse("KAFFE-7").unwrap());
        match self.client.start_login(&login).await.unwrap() {
            LoginStart::Started(started) => started,
            LoginStart::Refused(refusal) => panic!("{refusal}"),
        }
    }
}

fn hint() -> LoginHint {
    LoginHint::Msisdn(Msisdn::parse(PHONE).unwrap())
}

fn nok(value: i64) -> Amount {
    Amount::parse(Currency::Nok, value).unwrap()
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).unwrap()
}

fn sale(reference: &str) -> (Reference, NewPayment) {
    let reference = Reference::for_new_payment(reference).unwrap();
    let customer = Customer::PhoneNumber(Msisdn::parse(PHONE).unwrap());
    (
        reference.clone(),
        NewPayment::push_message(reference, nok(1000), customer),
    )
}

#[tokio::test]
async fn a_scanned_customer_pays_and_is_refunded() {
    let shop = Shop::open();
    let client = &shop.client;
    let code = PersonalQr::parse(shop.phone().await["personal_qr"].as_str().unwrap()).unwrap();
    let scanned = client.exchange_qr(&code).await.unwrap();
    assert_eq!(
        (scanned.msisdn.as_str(), &scanned.version),
        (PHONE, &Some(QrVersion::Tokenised))
    );
    assert!(scanned.made_at().is_some());

    let reference = Reference::for_new_payment("sale-0001").unwrap();
    let payment = NewPayment::push_message(reference.clone(), nok(1000), Customer::PersonalQr(code));
    let created = client
        .create_payment(&payment, &key("sale-0001.create"))
        .await
        .unwrap();
    assert_eq!(created.redirect_url, None);
    assert_eq!(
        client.payment(&reference).await.unwrap().state,
        PaymentState::Created
    );
    shop.tap(json!({"action": "approve"})).await;
    assert_eq!(
        client.payment(&reference).await.unwrap().aggregate.capturable(),
        1000
    );

    let captured = client
        .capture(&reference, nok(700), &key("sale-0001.capture"))
        .await
        .unwrap();
    let again = client
        .capture(&reference, nok(700), &key("sale-0001.capture"))
        .await
        .unwrap();
    assert_eq!(captured, again, "one key, one capture");
    client
        .cancel(&reference, false, &key("sale-0001.cancel"))
        .await
        .unwrap();
    let refunded = client
        .refund(&reference, nok(200), &key("sale-0001.refund"))
        .await
        .unwrap();
    assert_eq!(
        (refunded.aggregate.capturable(), refunded.aggregate.refundable()),
        (0, 500)
    );

    let events = client.payment_events(&reference).await.unwrap();
    let names: Vec<_> = events.into_iter().map(|event| event.name).collect();
    let expected = [
        EventName::Created,
        EventName::Authorized,
        EventName::Captured,
        EventName::Cancelled,
        EventName::Refunded,
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_refusal_of_the_emulation_has_its_number() {
    let shop = Shop::open();
    let (reference, payment) = sale("sale-0001");
    let unknown = shop.client.payment(&reference).await.unwrap_err();
    assert_eq!(unknown.number(), Some(ErrorNumber::NoSuchReference));
    shop.client
        .create_payment(&payment, &key("create"))
        .await
        .unwrap();
    let early = shop
        .client
        .capture(&reference, nok(1000), &key("capture"))
        .await
        .unwrap_err();
    assert_eq!(early.number(), Some(ErrorNumber::CaptureBeforeReservation));
    assert!(early.trace_id().is_some());
    let twice = shop
        .client
        .create_payment(&payment, &key("create-2"))
        .await
        .unwrap_err();
    assert_eq!(twice.number(), Some(ErrorNumber::ReferenceExists));

    let kiosk = Shop::of_unit("123459");
    let (_, payment) = sale("sale-0002");
    let not_allowed = kiosk
        .client
        .create_payment(&payment, &key("create"))
        .await
        .unwrap_err();
    assert_eq!(not_allowed.number(), Some(ErrorNumber::PushMessageNotAllowed));
    let code = NewPayment::qr(payment.reference, nok(1000));
    assert!(
        kiosk
            .client
            .create_payment(&code, &key("code"))
            .await
            .unwrap()
            .redirect_url
            .is_some()
    );
}

#[tokio::test]
async fn too_many_calls_name_the_time_to_wait() {
    let shop = Shop::open();
    let (reference, payment) = sale("sale-0001");
    shop.client
        .create_payment(&payment, &key("create"))
        .await
        .unwrap();
    for number in 0..5 {
        shop.client
            .capture(&reference, nok(1000), &key(&format!("capture-{number}")))
            .await
            .unwrap_err();
    }
    let limited = shop
        .client
        .capture(&reference, nok(1000), &key("capture-5"))
        .await
        .unwrap_err();
    assert_eq!(limited.status(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(limited.retry(), Retry::SameKey);
    let wait = limited.retry_after().unwrap();
    assert!(
        SignedDuration::ZERO < wait && wait <= SignedDuration::from_mins(1),
        "{wait:?}"
    );
    shop.clock.advance(wait);
    let answered = shop
        .client
        .capture(&reference, nok(1000), &key("capture-5"))
        .await
        .unwrap_err();
    assert_eq!(answered.number(), Some(ErrorNumber::CaptureBeforeReservation));
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_is_renewed() {
    let shop = Shop::open();
    let (reference, payment) = sale("sale-0001");
    shop.client
        .create_payment(&payment, &key("create"))
        .await
        .unwrap();
    shop.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(
        shop.client.payment(&reference).await.unwrap().state,
        PaymentState::Expired
    );
}

#[tokio::test]
async fn webhooks_of_the_emulation_hold_and_are_read() {
    let shop = Shop::open();
    let registered_url: Url = WEBHOOK_URL.parse().unwrap();
    let events = [
        WebhookEvent::PaymentCreated,
        WebhookEvent::PaymentAuthorized,
        WebhookEvent::LoginPing,
    ];
    let registered = shop
        .client
        .register_webhook(&registered_url, &events)
        .await
        .unwrap();
    let (reference, payment) = sale("sale-0001");
    shop.client
        .create_payment(&payment, &key("create"))
        .await
        .unwrap();
    shop.client.force_approve(&reference, None).await.unwrap();
    let calls = shop.heard(2).await;
    for (call, name) in calls.iter().zip([EventName::Created, EventName::Authorized]) {
        let now: Timestamp = provider_http::Clock::now(&*shop.clock);
        webhook::verify(
            &registered.secret,
            &registered_url,
            call.headers(),
            call.body(),
            now,
        )
        .unwrap();
        let Notification::Payment(news) = Notification::read(call.body()).unwrap() else {
            panic!()
        };
        assert_eq!(
            (news.name, news.reference.as_str(), news.amount),
            (name, "sale-0001", nok(1000))
        );
    }

    let started = shop.start_login().await;
    shop.tap(json!({"action": "reject"})).await;
    let calls = shop.heard(3).await;
    let Notification::Login(ping) = Notification::read(calls[2].body()).unwrap() else {
        panic!()
    };
    assert_eq!(ping.auth_req_id, started.auth_req_id);

    assert_eq!(shop.client.webhooks().await.unwrap()[0].id, registered.id);
    shop.client.delete_webhook(&registered.id).await.unwrap();
    assert!(shop.client.webhooks().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_customer_consents_to_a_login() {
    let shop = Shop::open();
    assert!(shop.client.user_exists(&hint()).await.unwrap());
    let started = shop.start_login().await;
    assert_eq!(shop.phone().await["inbox"][0]["binding_message"], "KAFFE-7");
    assert_eq!(
        shop.client.poll_login(&started.auth_req_id).await.unwrap(),
        LoginPoll::Pending
    );
    assert_eq!(
        shop.client.poll_login(&started.auth_req_id).await.unwrap(),
        LoginPoll::SlowDown
    );
    shop.clock
        .advance(started.pause() + vipps_mobilepay::wire::login::SLOW_DOWN);
    shop.tap(json!({"action": "approve", "consents": [{"id": "membership", "accepted": true}]}))
        .await;

    let LoginPoll::Granted(grant) = shop.client.poll_login(&started.auth_req_id).await.unwrap() else {
        panic!()
    };
    let who = shop.client.verify_id_token(&grant.id_token).await.unwrap();
    let info = shop.client.userinfo(&grant.access_token).await.unwrap();
    assert_eq!(info.sub, who.subject);
    assert!(
        info.name.is_some() && info.email.is_none(),
        "what was asked for, and no more"
    );
    let consents = info.delegated_consents.unwrap();
    assert!(consents.agreed_at().is_some());
    let accepted: Vec<_> = consents
        .consents
        .iter()
        .filter(|consent| consent.accepted)
        .collect();
    assert_eq!((accepted.len(), accepted[0].id.as_str()), (1, "membership"));

    shop.clock.advance(SignedDuration::from_secs(301));
    let ended = shop.client.userinfo(&grant.access_token).await.unwrap_err();
    assert_eq!(ended.status(), Some(StatusCode::UNAUTHORIZED));
    shop.clock.advance(SignedDuration::from_hours(2));
    assert!(matches!(
        shop.client.verify_id_token(&grant.id_token).await,
        Err(IdTokenError::Expired)
    ));
}

#[tokio::test]
async fn a_customer_refuses_a_login_or_lets_it_lapse() {
    let shop = Shop::open();
    let started = shop.start_login().await;
    shop.tap(json!({"action": "reject"})).await;
    let refused = shop.client.poll_login(&started.auth_req_id).await.unwrap();
    assert_eq!(refused, LoginPoll::Refused(LoginRefusal::Denied));

    let started = shop.start_login().await;
    shop.clock.advance(started.life());
    let lapsed = shop.client.poll_login(&started.auth_req_id).await.unwrap();
    assert_eq!(lapsed, LoginPoll::Refused(LoginRefusal::Expired));
}

#[tokio::test]
async fn what_is_published_is_what_is_derived() {
    let shop = Shop::open();
    let published = shop.client.discover().await.unwrap();
    let api_url = "http://127.0.0.1:8090/vipps".parse().unwrap();
    let derived = vipps_mobilepay::Endpoints::below(&api_url).unwrap().login;
    assert_eq!(derived.clone().discovered(&published), derived);
}
