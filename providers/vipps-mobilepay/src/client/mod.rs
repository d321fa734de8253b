//! The merchant's calls to Vipps MobilePay: what they have in common. Contract, section 2.

/// A call before it has a token.
mod call;
/// Merchant-initiated login.
mod login;
/// Payments.
mod payments;
/// Codes.
mod qr;
/// Registrations of webhooks.
mod webhooks;

pub use payments::{FIRST_POLL_AFTER, POLL_EVERY};

use crate::config::{Config, ConfigError, check};
use crate::error::{Error, Refusal};
use crate::key_cache::KeyCache;
use crate::webhook::read_date;
use crate::wire;
use crate::wire::token::AccessToken;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use call::{Auth, Call, unformable};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use provider_http::{Clock, NotSent, Token, TokenCache, Transport, TransportError};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The access token is renewed this long before it ends.
const TOKEN_MARGIN: SignedDuration = SignedDuration::from_secs(60);

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const SUBSCRIPTION_KEY: HeaderName = HeaderName::from_static("ocp-apim-subscription-key");
const MERCHANT_SERIAL_NUMBER: HeaderName = HeaderName::from_static("merchant-serial-number");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Speaks to Vipps MobilePay for one sales unit. Share one by `Arc`: its callers share one access token.
///
/// A token that is refused is dropped, fetched once more, and the call made once more; reads are sent once more when no
/// connection came about. Nothing else is sent twice: see [`Error::retry`].
pub struct Client {
    config: Config,
    headers: Headers,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    tokens: TokenCache<Error>,
    keys: KeyCache,
}

/// What goes with calls, checked once.
struct Headers {
    /// What the merchant's software calls itself: with every call but those that take a user's token.
    system: HeaderMap,
    sales_unit: HeaderValue,
    subscription_key: HeaderValue,
    /// Client id and secret for the access token.
    credentials: HeaderMap,
    /// Client id and secret for a login.
    basic: HeaderValue,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for this sales unit. Calls nothing yet.
    ///
    /// # Errors
    /// [`ConfigError`] if an address cannot be an API's, or a text cannot stand in its header.
    pub fn new(
        config: Config,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConfigError> {
        config.endpoints.all().into_iter().try_for_each(check)?;
        let headers = Headers::new(&config)?;
        let tokens = TokenCache::new(clock.clone(), TOKEN_MARGIN);
        let keys = KeyCache::new(clock.clone());
        Ok(Self {
            config,
            headers,
            transport,
            clock,
            tokens,
            keys,
        })
    }

    /// A call whose answer has a body.
    async fn read<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, Error> {
        let answer = self.call(call).await?;
        unpack(&answer)
    }

    /// A call of whose answer only the success counts.
    async fn act(&self, call: Call<'_>) -> Result<(), Error> {
        self.call(call).await.map(drop)
    }

    async fn call(&self, call: Call<'_>) -> Result<Response<Bytes>, Error> {
        let answer = self.exchange(call).await?;
        self.judge(answer)
    }

    /// The answer, whatever its status. A refused access token is renewed once.
    async fn exchange(&self, call: Call<'_>) -> Result<Response<Bytes>, Error> {
        let auth = call.auth;
        let mut request = self.request(call)?;
        match auth {
            Auth::Open => {}
            Auth::Basic => {
                request
                    .headers_mut()
                    .insert(AUTHORIZATION, self.headers.basic.clone());
            }
            Auth::User(token) => {
                request
                    .headers_mut()
                    .insert(AUTHORIZATION, bearer(token.as_str())?);
            }
            Auth::Merchant => return self.authorised(request).await,
        }
        self.send(request).await
    }

    async fn authorised(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let token = self.token().await?;
        let answer = self.send_with(&token, request.clone()).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        self.tokens.invalidate(&token);
        let token = self.token().await?;
        self.send_with(&token, request).await
    }

    async fn send_with(&self, token: &Token, mut request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        request
            .headers_mut()
            .insert(AUTHORIZATION, bearer(token.expose())?);
        self.send(request).await
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let again = (request.method() == Method::GET).then(|| request.clone());
        match (self.transport.send(request).await, again) {
            (Err(TransportError::NotSent(NotSent::Connect { .. })), Some(again)) => {
                Ok(self.transport.send(again).await?)
            }
            (outcome, _) => Ok(outcome?),
        }
    }

    fn request(&self, call: Call<'_>) -> Result<Request<Bytes>, Error> {
        let mut request = Request::builder().method(call.method).uri(call.address?.as_str());
        if let Some(content_type) = call.content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        if let Some(key) = call.idempotency_key {
            request = request.header(IDEMPOTENCY_KEY, key.as_str());
        }
        let mut request = request
            .header(ACCEPT, JSON)
            .body(call.body?)
            .map_err(|_| unformable("the address is not a URI"))?;
        // The user info refuses a subscription key, so a user's token goes alone.
        if !matches!(call.auth, Auth::User(_)) {
            request.headers_mut().extend(self.headers.system.clone());
        }
        if matches!(call.auth, Auth::Merchant | Auth::Basic) {
            let unit = self.headers.sales_unit.clone();
            request.headers_mut().insert(MERCHANT_SERIAL_NUMBER, unit);
        }
        if call.auth == Auth::Merchant {
            let key = self.headers.subscription_key.clone();
            request.headers_mut().insert(SUBSCRIPTION_KEY, key);
        }
        Ok(request)
    }

    async fn token(&self) -> Result<Token, Error> {
        self.tokens
            .get(|| self.fetch_token())
            .await
            .map_err(|cause| Error::Token(Box::new(cause)))
    }

    async fn fetch_token(&self) -> Result<Token, Error> {
        let asked_at = self.clock.now();
        let address = Ok(self.config.endpoints.access_token.clone());
        // Let in as a merchant is, but by client id and secret in the place of the token.
        let mut request = self.request(Call::new(Method::POST, address, Auth::Merchant))?;
        request.headers_mut().extend(self.headers.credentials.clone());
        let answer = self.judge(self.send(request).await?)?;
        let granted: AccessToken = unpack(&answer)?;
        let life = granted
            .expires_in
            .parse::<u32>()
            .map_err(|_| malformed(&answer))?;
        let expires_at = asked_at.checked_add(SignedDuration::from_secs(i64::from(life)));
        Ok(Token::new(
            granted.access_token.expose_secret(),
            expires_at.unwrap_or(Timestamp::MAX),
        ))
    }

    /// Makes an error of every answer that is no success.
    fn judge(&self, answer: Response<Bytes>) -> Result<Response<Bytes>, Error> {
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let retry_after = retry_after(answer.headers(), self.clock.now());
        let refusal = Refusal {
            retry_after,
            ..Refusal::read(status, answer.body())
        };
        Err(if status == StatusCode::TOO_MANY_REQUESTS {
            Error::RateLimited {
                retry_after,
                trace_id: refusal.trace_id,
            }
        } else {
            Error::Refused(Box::new(refusal))
        })
    }
}

impl Headers {
    fn new(config: &Config) -> Result<Self, ConfigError> {
        let secret = |name, text: &SecretString| {
            let mut value = value(name, text.expose_secret())?;
            value.set_sensitive(true);
            Ok::<_, ConfigError>(value)
        };
        let credentials = format!("{}:{}", config.client_id, config.client_secret.expose_secret());
        let basic = format!("Basic {}", STANDARD.encode(credentials));
        Ok(Self {
            system: system(config)?,
            sales_unit: value("merchant serial number", &config.merchant_serial_number)?,
            subscription_key: secret("subscription key", &config.subscription_key)?,
            credentials: HeaderMap::from_iter([
                (
                    HeaderName::from_static("client_id"),
                    value("client id", &config.client_id)?,
                ),
                (
                    HeaderName::from_static("client_secret"),
                    secret("client secret", &config.client_secret)?,
                ),
            ]),
            basic: secret("client id", &basic.into())?,
        })
    }
}

fn system(config: &Config) -> Result<HeaderMap, ConfigError> {
    let system = &config.system;
    let fields = [
        ("vipps-system-name", &system.name),
        ("vipps-system-version", &system.version),
        ("vipps-system-plugin-name", &system.plugin_name),
        ("vipps-system-plugin-version", &system.plugin_version),
    ];
    let mut headers = HeaderMap::new();
    for (name, text) in fields.into_iter().filter(|(_, text)| !text.is_empty()) {
        if text.chars().count() > 30 {
            return Err(ConfigError::SystemTooLong(name));
        }
        headers.insert(HeaderName::from_static(name), value(name, text)?);
    }
    Ok(headers)
}

fn value(name: &'static str, text: &str) -> Result<HeaderValue, ConfigError> {
    HeaderValue::from_str(text).map_err(|_| ConfigError::Header(name))
}

fn bearer(token: &str) -> Result<HeaderValue, Error> {
    let value = HeaderValue::from_str(&format!("Bearer {token}"));
    let mut value = value.map_err(|_| unformable("the access token cannot stand in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn unpack<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T, Error> {
    let status = answer.status();
    wire::read(answer.body()).map_err(|reason| Error::Unexpected { status, reason })
}

/// A success that can be read and makes no sense.
fn malformed(answer: &Response<Bytes>) -> Error {
    let reason = wire::MalformedBody { line: 0, column: 0 };
    Error::Unexpected {
        status: answer.status(),
        reason,
    }
}

/// Seconds, or a time; one in the past is no time to wait.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u32>() {
        Ok(seconds) => Some(SignedDuration::from_secs(i64::from(seconds))),
        Err(_) => Some(read_date(text)?.duration_since(now).max(SignedDuration::ZERO)),
    }
}
