//! The address that a request came from. Personal data: never logged.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// Set on the router where a proxy in front is trusted to tell the client's address.
#[derive(Clone, Copy, Debug)]
pub struct BehindProxy;

/// The address that a request came from, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress {
    ip: Option<IpAddr>,
    port: Option<u16>,
}

impl ClientAddress {
    /// The IP address, or `-`.
    pub fn ip(&self) -> String {
        self.ip.map_or_else(|| "-".to_owned(), |ip| ip.to_string())
    }

    /// The port, or `-`.
    pub fn port(&self) -> String {
        self.port.map_or_else(|| "-".to_owned(), |port| port.to_string())
    }

    /// The IP address, where it is known.
    pub fn known_ip(&self) -> Option<IpAddr> {
        self.ip
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let connection = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(address)| *address);
        let told = match parts.extensions.get::<BehindProxy>() {
            Some(BehindProxy) => last_forwarded(parts),
            None => None,
        };
        Ok(match told {
            Some(ip) => ClientAddress {
                ip: Some(ip),
                port: None,
            },
            None => ClientAddress {
                ip: connection.map(|address| address.ip()),
                port: connection.map(|address| address.port()),
            },
        })
    }
}

/// The last entry of `X-Forwarded-For`: the one that our own proxy has added; those before it anyone can write.
fn last_forwarded(parts: &Parts) -> Option<IpAddr> {
    let entries = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    entries
        .flat_map(|text| text.split(','))
        .next_back()?
        .trim()
        .parse()
        .ok()
}
