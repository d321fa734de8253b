//! The client under the emulation's second opinion: no port, the transport of the same process.

use crate::bench::{Bench, GSM, KEY, SECRET, SSN};
use netgiro::wire::{Confirmation, InsertCart};
use netgiro::{Client, Config, CustomerId, Group, RandomNonces, SmsCode};
use std::sync::Arc;

fn client(bench: &Bench) -> Client {
    let config = Config::below("http://sandbox.test/netgiro", KEY, SECRET.into()).unwrap();
    let transport = Arc::new(bench.sandbox.transport());
    Client::new(config, transport, Arc::new(RandomNonces::new())).unwrap()
}

#[tokio::test]
async fn the_clients_signatures_are_right_and_ours_are_right_to_the_client() {
    let bench = Bench::new();
    let client = client(&bench);
    for customer in [CustomerId::gsm(GSM).unwrap(), CustomerId::ssn(SSN).unwrap()] {
        let wanted = InsertCart::new(1000, "r-1", customer.clone(), Confirmation::Automatic);
        let cart = client.insert_cart(&wanted).await.unwrap();
        assert!(cart.support_id.is_some());
        let id = cart.transaction_id;
        let waiting = client.check_cart(&id).await.unwrap();
        assert_eq!(waiting.result_code.group(), Group::Pending);
        match customer {
            CustomerId::Ssn(_) => {
                let code = bench.only_item(GSM).await["code"].as_str().unwrap().to_owned();
                let code = SmsCode::parse(&code).unwrap();
                client.confirm_cart(&id, Some(&code)).await.unwrap();
            }
            _ => {
                bench.act(GSM, "approve").await;
            }
        }
        let paid = client.check_cart(&id).await.unwrap();
        assert!(paid.payment_successful);
        assert_eq!(paid.payment_info.unwrap().total_amount, Some(1000));
    }
}

#[tokio::test]
async fn an_answer_that_is_signed_wrongly_is_thrown_away() {
    let bench = Bench::new();
    let client = client(&bench);
    bench
        .fault(&serde_json::json!({"call": "netgiro.insert_cart", "kind": "tamper_signature", "times": 1}))
        .await;
    let wanted = InsertCart::new(
        1000,
        "r-1",
        CustomerId::gsm(GSM).unwrap(),
        Confirmation::Automatic,
    );
    let refusal = client.insert_cart(&wanted).await.unwrap_err();
    assert!(
        matches!(refusal, netgiro::Error::BadSignature { .. }),
        "{refusal:?}"
    );
}
