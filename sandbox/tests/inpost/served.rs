//! A sandbox that serves over TCP, where the connection itself or a restart is the matter.

use karfa_sandbox::Sandbox;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running sandbox.
pub(crate) struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Served {
    pub(crate) async fn start(sandbox: Sandbox) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(sandbox.serve(listener, async move {
            let _ = stopped.await;
        }));
        Served {
            address,
            stop,
            served,
        }
    }

    /// Sends bytes; the connection to read from.
    pub(crate) async fn send(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    /// Sends a request, with `headers` that end each in a line break; everything that comes back.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        let mut answer = String::new();
        let mut stream = self.send(&request).await;
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// The same, taken apart.
    pub(crate) async fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let answer = self.ask(method, path, headers, body).await;
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Ends without a chance to write anything more.
    pub(crate) fn kill(self) {
        self.served.abort();
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }
}
