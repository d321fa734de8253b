//! A sandbox that serves over TCP: real addresses under the signatures, a clock that runs by itself, a restart.

use crate::bench::{CANCELLED_URL, GSM, KEY, SECRET, SSN, Shop, cart, clock, options, signature};
use jiff::SignedDuration;
use karfa_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Served {
    async fn start(options: Options) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(Sandbox::new(options).unwrap().serve(listener, async move {
            let _ = stopped.await;
        }));
        Served {
            address,
            stop,
            served,
        }
    }

    async fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let (address, length) = (self.address, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// A signed call; its `ResultCode`, and the whole answer.
    async fn signed(&self, nonce: &str, scheme: &str, name: &str, body: &Value) -> (u64, Value) {
        let path = format!("/netgiro/v1/Checkout/{name}");
        let (url, body) = (format!("{scheme}://{}{path}", self.address), body.to_string());
        let signature = signature(SECRET, nonce, &url, &body);
        let headers =
            format!("netgiro_appkey: {KEY}\r\nnetgiro_nonce: {nonce}\r\nnetgiro_signature: {signature}\r\n");
        let (_, answer) = self.call("POST", &path, &headers, &body).await;
        (answer["ResultCode"].as_u64().unwrap(), answer)
    }

    async fn phone(&self) -> Value {
        self.call("GET", &format!("/phone/api/{GSM}"), "", "").await.1
    }

    fn kill(self) {
        self.served.abort();
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }
}

fn kept(file: &Path, shop: &Arc<Shop>) -> Options {
    let mut options = options(shop, &clock());
    options.data = Some(file.to_owned());
    options
}

#[tokio::test]
async fn the_signature_covers_the_address_that_was_called_in_either_scheme() {
    let served = Served::start(options(&Arc::default(), &clock())).await;
    for (nonce, scheme) in [("n-1", "http"), ("n-2", "https")] {
        let (code, _) = served.signed(nonce, scheme, "InsertCart", &cart(GSM, 0)).await;
        assert_eq!(code, 200, "{scheme}");
    }
    let (code, _) = served.signed("n-3", "ftp", "InsertCart", &cart(GSM, 0)).await;
    assert_eq!(code, 400);
    served.stop().await;
}

#[tokio::test]
async fn a_lapsed_cart_is_told_without_anybody_asking() {
    let (shop, clock) = (Arc::<Shop>::default(), clock());
    let served = Served::start(options(&shop, &clock)).await;
    served.signed("n-1", "http", "InsertCart", &cart(GSM, 0)).await;
    clock.advance(SignedDuration::from_secs(600));
    while shop.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(shop.called(), [CANCELLED_URL]);
    served.stop().await;
}

#[tokio::test]
async fn what_was_answered_is_still_true_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let shop = Arc::<Shop>::default();
    let first = Served::start(kept(&file, &shop)).await;
    let (_, paid) = first.signed("n-1", "http", "InsertCart", &cart(SSN, 2)).await;
    let paid = &paid["TransactionId"];
    let code = first.phone().await["inbox"][0]["code"].clone();
    let app_code = first.phone().await["app_code"].clone();
    let wrong = json!({"TransactionId": paid, "Identifier": "wrong"});
    first.signed("n-2", "http", "ConfirmCart", &wrong).await;
    first.kill();

    let second = Served::start(kept(&file, &shop)).await;
    let (code_needed, _) = second
        .signed("n-3", "http", "CheckCart", &json!({"TransactionId": paid}))
        .await;
    assert_eq!(code_needed, 10428);
    let (replayed, _) = second
        .signed("n-2", "http", "CheckCart", &json!({"TransactionId": paid}))
        .await;
    assert_eq!(replayed, 400, "a used nonce stays used");
    let (_, carts) = second.call("GET", "/control/netgiro/carts", "", "").await;
    assert_eq!(carts["carts"][0]["wrong_codes"], 1);
    assert_eq!(second.phone().await["app_code"], app_code);
    let right = json!({"TransactionId": paid, "Identifier": code});
    let (reserved, _) = second.signed("n-4", "http", "ConfirmCart", &right).await;
    assert_eq!(reserved, 10426);
    second.stop().await;

    let third = Served::start(kept(&file, &shop)).await;
    let (done, _) = third
        .signed("n-5", "http", "ConfirmCart", &json!({"TransactionId": paid}))
        .await;
    assert_eq!(done, 10200);
    let (_, other) = third.signed("n-6", "http", "InsertCart", &cart(GSM, 0)).await;
    assert_ne!(&other["TransactionId"], paid, "ids are not made twice");
    third.stop().await;
}

#[tokio::test]
async fn a_reservation_whose_callback_died_with_the_sandbox_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let shop = Arc::<Shop>::default();
    let first = Served::start(kept(&file, &shop)).await;
    let hold = json!({"call": "netgiro.callback", "kind": "hold", "times": 1}).to_string();
    assert_eq!(first.call("POST", "/control/faults", "", &hold).await.0, 201);
    let (_, cart) = first.signed("n-1", "http", "InsertCart", &cart(GSM, 1)).await;
    let id = cart["TransactionId"].as_str().unwrap();
    let tap = json!({"action": "approve"}).to_string();
    let path = format!("/phone/api/{GSM}/inbox/{id}");
    assert_eq!(
        first.call("POST", &path, "", &tap).await.1["state"],
        "waiting_for_shop"
    );
    first.kill();

    let second = Served::start(kept(&file, &shop)).await;
    let check = json!({"TransactionId": id});
    assert_eq!(second.signed("n-2", "http", "CheckCart", &check).await.0, 10429);
    let clock = json!({"advance_seconds": 10}).to_string();
    second.call("POST", "/control/clock", "", &clock).await;
    assert_eq!(second.signed("n-3", "http", "CheckCart", &check).await.0, 10201);
    second.stop().await;
}

#[tokio::test]
async fn a_file_from_before_netgiro_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.json");
    let shop = Arc::<Shop>::default();
    Served::start(kept(&file, &shop)).await.stop().await;
    let mut state: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let members = state["state"].as_object_mut().unwrap();
    assert!(members.remove("netgiro").is_some());
    std::fs::write(&file, state.to_string()).unwrap();
    let second = Served::start(kept(&file, &shop)).await;
    let (code, _) = second.signed("n-1", "http", "InsertCart", &cart(GSM, 0)).await;
    assert_eq!(code, 200);
    second.stop().await;
}
