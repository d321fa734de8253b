//! A typed client for Vipps MobilePay, from the merchant's side: payments, personal QR codes, merchant-initiated login
//! and webhooks.
//!
//! - [`Client`]: the merchant's calls, with one access token for all callers.
//! - [`webhook`]: what proves that a call to the merchant is the provider's.
//! - [`id_token`]: what proves who logged in.
//! - [`wire`]: every message of both directions. Enums are open, amounts exact, personal data hidden in `Debug`.
//! - [`Error`]: typed by number and status, with the provider's trace id, and with [what to do](Error::retry).
//!
//! Nothing here decides or stores, and no state-changing call is sent twice: an [`IdempotencyKey`] comes from the caller,
//! who stores it before the call.
//!
//! "Contract" in these pages is the interface between Vipps MobilePay and a merchant as published by Vipps MobilePay;
//! "ours" marks what is not published.
//!
//! # A sale in a shop
//!
//! The example runs against an emulation; the real thing has an [`Environment`] and the transport of production.
//!
//! ```
//! use std::sync::Arc;
//! use vipps_mobilepay::wire::payment::{Customer, NewPayment, PaymentState};
//! use vipps_mobilepay::{Amount, Client, Config, Currency, ErrorNumber, IdempotencyKey, Msisdn, Reference};
//!
//! # use provider_http::{HttpConfig, HttpTransport, SystemClock};
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! # let to_the_shop = Arc::new(HttpTransport::new(&HttpConfig::default())?);
//! # let options = karfa_sandbox::Options::new("http://127.0.0.1:8080/inpost", to_the_shop);
//! # let transport = karfa_sandbox::Sandbox::new(options)?.transport();
//! let config = Config::new(
//!     &"http://127.0.0.1:8090/vipps".parse()?,
//!     "6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a",
//!     "karfa-demo-secret".into(),
//!     "0123456789abcdef0123456789abcdef".into(),
//!     "123456",
//! )?;
//! let client = Client::new(config, Arc::new(transport), Arc::new(SystemClock))?;
//!
//! // Stored with the sale before the call, and used for every try.
//! let (reference, key) = (Reference::for_new_payment("sale-0001")?, IdempotencyKey::parse("sale-0001.create")?);
//! let amount = Amount::parse(Currency::Nok, 23_900)?;
//! let customer = Customer::PhoneNumber(Msisdn::parse("4791234567")?);
//! let payment = NewPayment::push_message(reference.clone(), amount.clone(), customer);
//! match client.create_payment(&payment, &key).await {
//!     Ok(_) => println!("the customer's phone asks for the payment"),
//!     Err(error) if error.number() == Some(ErrorNumber::PushMessageNotAllowed) => println!("show a code instead"),
//!     Err(error) if error.can_retry() => println!("try again under the same key: {error}"),
//!     Err(error) => return Err(error.into()),
//! }
//!
//! # client.force_approve(&reference, None).await?;
//! // The customer pays. A webhook or a poll is the reason to look.
//! let paid = client.payment(&reference).await?;
//! assert_eq!(paid.state, PaymentState::Authorized);
//! let captured = client.capture(&reference, amount.clone(), &IdempotencyKey::parse("sale-0001.capture")?).await?;
//! assert_eq!(captured.aggregate.captured_amount, amount);
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # A new member of the club
//!
//! ```
//! use vipps_mobilepay::wire::login::{LoginHint, LoginPoll, LoginStart, NewLogin, SLOW_DOWN};
//! use vipps_mobilepay::{BindingMessage, Client, Msisdn};
//!
//! /// The member's name, if they consent.
//! async fn enrol(client: &Client, number: Msisdn) -> Result<Option<String>, Box<dyn std::error::Error>> {
//!     let login = NewLogin::new(LoginHint::Msisdn(number)).scope("name")?.scope("delegatedConsents")?;
//!     // The till shows it too.
//!     let login = login.binding_message(BindingMessage::parse("KAFFE-7")?);
//!     let started = match client.start_login(&login).await? {
//!         LoginStart::Started(started) => started,
//!         LoginStart::Refused(reason) => {
//!             println!("no login: {reason}");
//!             return Ok(None);
//!         }
//!     };
//!     let mut pause = started.pause();
//!     loop {
//!         tokio::time::sleep(pause.try_into()?).await;
//!         match client.poll_login(&started.auth_req_id).await? {
//!             LoginPoll::Pending => {}
//!             LoginPoll::SlowDown => pause += SLOW_DOWN,
//!             LoginPoll::Refused(reason) => {
//!                 println!("no membership: {reason}");
//!                 return Ok(None);
//!             }
//!             LoginPoll::Granted(grant) => {
//!                 let who = client.verify_id_token(&grant.id_token).await?;
//!                 let info = client.userinfo(&grant.access_token).await?;
//!                 assert_eq!(who.subject, info.sub);
//!                 return Ok(info.name.map(|name| name.into_string()));
//!             }
//!         }
//!     }
//! }
//! # use provider_http::{HttpConfig, HttpTransport, SystemClock, Transport};
//! # use std::sync::Arc;
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! # let to_the_shop = Arc::new(HttpTransport::new(&HttpConfig::default())?);
//! # let options = karfa_sandbox::Options::new("http://127.0.0.1:8080/inpost", to_the_shop);
//! # let transport = karfa_sandbox::Sandbox::new(options)?.transport();
//! # let config = vipps_mobilepay::Config::new(
//! #     &"http://127.0.0.1:8090/vipps".parse()?,
//! #     "6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a",
//! #     "karfa-demo-secret".into(),
//! #     "0123456789abcdef0123456789abcdef".into(),
//! #     "123456",
//! # )?;
//! # let client = Client::new(config, Arc::new(transport.clone()), Arc::new(SystemClock))?;
//! # // The runtime's clock stands still while there is work, so the customer is quicker than the till.
//! # tokio::time::pause();
//! # let phone = async {
//! #     let inbox = "http://sandbox/phone/api/4791234567";
//! #     loop {
//! #         let screen = transport.send(http::Request::get(inbox).body(Default::default())?).await?;
//! #         let screen: serde_json::Value = serde_json::from_slice(screen.body())?;
//! #         if let Some(id) = screen["inbox"][0]["id"].as_str() {
//! #             let tap = r#"{"action": "approve", "consents": ["membership"]}"#.into();
//! #             let answer = http::Request::post(format!("{inbox}/inbox/{id}")).body(tap)?;
//! #             assert!(transport.send(answer).await?.status().is_success());
//! #             return Ok::<_, Box<dyn std::error::Error>>(());
//! #         }
//! #         tokio::task::yield_now().await;
//! #     }
//! # };
//! # let (name, tapped) = tokio::join!(enrol(&client, Msisdn::parse("4791234567")?), phone);
//! # tapped?;
//! # assert!(name?.is_some());
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # A webhook
//!
//! ```
//! use vipps_mobilepay::webhook;
//! use vipps_mobilepay::wire::webhook::Notification;
//! # use http::HeaderMap;
//! # use jiff::Timestamp;
//! # use secrecy::SecretString;
//! # use url::Url;
//!
//! /// 200 for what is the provider's, after it is stored; the work comes later.
//! fn receive(secret: &SecretString, registered: &Url, headers: &HeaderMap, body: &[u8], now: Timestamp) -> u16 {
//!     if let Err(reason) = webhook::verify(secret, registered, headers, body, now) {
//!         println!("not the provider's: {reason}");
//!         return 401;
//!     }
//!     match Notification::read(body) {
//!         Ok(Notification::Payment(news)) => println!("look at {}", news.reference),
//!         Ok(_) => {}
//!         Err(reason) => println!("unreadable: {reason}"),
//!     }
//!     200
//! }
//! # let (secret, now): (SecretString, Timestamp) = ("s".into(), "2026-01-31T12:00:00Z".parse().unwrap());
//! # let registered: Url = "https://shop.example/vipps/webhooks".parse().unwrap();
//! # let signed = webhook::sign(&secret, &registered, b"{}", now);
//! # let mut headers = HeaderMap::new();
//! # headers.insert("x-ms-date", signed.date.parse().unwrap());
//! # headers.insert("x-ms-content-sha256", signed.content_hash.parse().unwrap());
//! # headers.insert("authorization", signed.authorization.parse().unwrap());
//! # assert_eq!(receive(&secret, &registered, &headers, b"{}", now), 200);
//! # assert_eq!(receive(&secret, &registered, &headers, b"[]", now), 401);
//! ```

/// Amounts of money.
mod amount;
/// The merchant's calls.
mod client;
/// Where the provider is and who the merchant is.
mod config;
/// What can go wrong when the merchant calls.
mod error;
/// The numbers of the ePayment API's refusals.
mod error_number;
/// Names that the merchant gives, each of its own type.
mod id;
pub mod id_token;
/// What a text or number must be.
mod invalid;
/// The keys that sign id tokens, kept for a day.
mod key_cache;
/// Personal data and secrets of a person, hidden in `Debug`.
mod personal;
pub mod webhook;
pub mod wire;

pub use amount::{Amount, Currency};
pub use client::{Client, FIRST_POLL_AFTER, POLL_EVERY};
pub use config::{Config, ConfigError, Endpoints, Environment, LoginEndpoints, System};
pub use error::{Error, Refusal, Retry};
pub use error_number::ErrorNumber;
pub use id::{
    BindingMessage, IdempotencyKey, LocationDescription, MerchantQrId, PaymentDescription, Quantity,
    Reference,
};
pub use invalid::Invalid;
pub use personal::{
    AuthReqId, CustomerToken, IdToken, Msisdn, PersonalJson, PersonalQr, RedirectUrl, UserToken,
};
pub use provider_http::Personal;

/// The examples of the README, held to compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
