//! The sandbox by itself: `cargo run -p karfa-sandbox --example standalone -- 8090 http://127.0.0.1:8080/inpost`.

use karfa_sandbox::{Options, Sandbox};
use provider_http::{HttpConfig, HttpTransport};
use std::io::Write;
use std::sync::Arc;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().unwrap_or_else(|| "8090".to_owned());
    let merchant = arguments
        .next()
        .unwrap_or_else(|| "http://127.0.0.1:8080/inpost".to_owned());
    let transport = HttpTransport::new(&HttpConfig::default())?;
    let mut options = Options::new(merchant, Arc::new(transport));
    options.data = arguments.next().map(Into::into);
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let address = listener.local_addr()?;
    writeln!(std::io::stdout(), "keys   http://{address}/")?;
    writeln!(std::io::stdout(), "phone  http://{address}/phone")?;
    writeln!(std::io::stdout(), "faults http://{address}/control")?;
    Sandbox::new(options)?
        .serve(listener, std::future::pending())
        .await?;
    Ok(())
}
