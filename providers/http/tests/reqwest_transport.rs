//! The production transport against a raw socket: what is known when there is no answer.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // In tests a failed expectation is the point.

use bytes::Bytes;
use http::{Request, StatusCode};
use provider_http::{HttpConfig, HttpTransport, NotSent, Transport, TransportError, Unknown};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Answers the first connection with these bytes, then hangs up.
async fn server_that_says(answer: &'static [u8]) -> SocketAddr {
    server(move |mut socket| async move {
        read_head(&mut socket).await;
        socket.write_all(answer).await.unwrap();
    })
    .await
}

async fn server<F, Fut>(serve: F) -> SocketAddr
where
    F: FnOnce(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        serve(socket).await;
    });
    address
}

async fn read_head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

fn transport() -> HttpTransport {
    HttpTransport::new(&HttpConfig {
        user_agent: "karfa-test/1".into(),
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(5),
        response_limit_bytes: 16,
    })
    .unwrap()
}

fn get(address: SocketAddr) -> Request<Bytes> {
    Request::get(format!("http://{address}/secret-path?phone=600000000"))
        .body(Bytes::new())
        .unwrap()
}

fn assert_nothing_private(error: &TransportError) {
    let text = format!("{error} {error:?}");
    assert!(
        !text.contains("600000000") && !text.contains("secret-path"),
        "{text}"
    );
}

#[tokio::test]
async fn an_answer_of_any_status_is_an_answer() {
    let address = server_that_says(b"HTTP/1.1 503 Busy\r\nx-a: b\r\ncontent-length: 4\r\n\r\nbusy").await;
    let answer = transport().send(get(address)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["x-a"], "b");
    assert_eq!(answer.body().as_ref(), b"busy");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let address =
        server_that_says(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
            .await;
    assert_eq!(
        transport().send(get(address)).await.unwrap().status(),
        StatusCode::FOUND
    );
}

#[tokio::test]
async fn method_headers_and_body_are_sent_as_they_are() {
    let (said, heard) = tokio::sync::oneshot::channel();
    let address = server(|mut socket| async move {
        let head = read_head(&mut socket).await;
        let mut body = [0; 3];
        socket.read_exact(&mut body).await.unwrap();
        socket
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .await
            .unwrap();
        said.send((head, body)).unwrap();
    })
    .await;
    let request = Request::put(format!("http://{address}/a%2Fb?c=d")).header("x-test", "yes");
    transport()
        .send(request.body(Bytes::from_static(b"abc")).unwrap())
        .await
        .unwrap();
    let (head, body) = heard.await.unwrap();
    assert!(head.starts_with("PUT /a%2Fb?c=d HTTP/1.1\r\n"), "{head}");
    assert!(
        head.contains("x-test: yes\r\n") && head.contains("user-agent: karfa-test/1\r\n"),
        "{head}"
    );
    assert_eq!(&body, b"abc");
}

#[tokio::test]
async fn a_refused_connection_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = transport().send(get(address)).await.unwrap_err();
    assert!(
        matches!(error, TransportError::NotSent(NotSent::Connect { .. })),
        "{error:?}"
    );
    assert!(!error.may_have_acted());
    assert_nothing_private(&error);
}

#[tokio::test]
async fn a_relative_address_was_not_sent() {
    let error = transport()
        .send(Request::get("/only-a-path").body(Bytes::new()).unwrap())
        .await
        .unwrap_err();
    assert!(
        matches!(error, TransportError::NotSent(NotSent::Request { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_connection_broken_after_sending_may_have_acted() {
    let address = server_that_says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal").await;
    let error = transport().send(get(address)).await.unwrap_err();
    assert!(
        matches!(error, TransportError::Unknown(Unknown::Interrupted { .. })),
        "{error:?}"
    );
    assert!(error.may_have_acted());
    assert_nothing_private(&error);

    let address = server(|mut socket| async move {
        read_head(&mut socket).await;
    })
    .await;
    let error = transport().send(get(address)).await.unwrap_err();
    assert!(
        matches!(error, TransportError::Unknown(Unknown::Interrupted { .. })),
        "{error:?}"
    );
    assert_nothing_private(&error);
}

#[tokio::test]
async fn silence_is_unknown() {
    let address = server(|mut socket| async move {
        read_head(&mut socket).await;
        std::future::pending::<()>().await;
    })
    .await;
    let config = HttpConfig {
        total_timeout: Duration::from_millis(100),
        ..HttpConfig::default()
    };
    let error = HttpTransport::new(&config)
        .unwrap()
        .send(get(address))
        .await
        .unwrap_err();
    assert_eq!(error, TransportError::Unknown(Unknown::Timeout));
    assert_nothing_private(&error);
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read() {
    let too_large = TransportError::Unknown(Unknown::TooLarge { limit_bytes: 16 });
    let announced = server_that_says(b"HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n12345678901234567").await;
    assert_eq!(transport().send(get(announced)).await.unwrap_err(), too_large);
    let chunked = server_that_says(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n123456789\r\n8\r\n12345678\r\n0\r\n\r\n",
    )
    .await;
    assert_eq!(transport().send(get(chunked)).await.unwrap_err(), too_large);
    let exact = server_that_says(b"HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n1234567890123456").await;
    assert_eq!(transport().send(get(exact)).await.unwrap().body().len(), 16);
}

#[test]
fn an_unusable_user_agent_is_a_clear_error() {
    let config = HttpConfig {
        user_agent: "line\nbreak".into(),
        ..HttpConfig::default()
    };
    assert!(
        HttpTransport::new(&config)
            .unwrap_err()
            .to_string()
            .contains("user agent")
    );
}
