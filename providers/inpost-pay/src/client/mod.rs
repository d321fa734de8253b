//! The merchant's calls to InPost: what they have in common. Contract, section 2.

/// Links, baskets and browsers.
mod baskets;
/// A call before it has a token.
mod call;
/// Orders, their money, and who signs for them.
mod orders;
/// Hot products.
mod products;

use crate::config::{Config, ConfigError};
use crate::error::{Error, TokenError, Unexpected};
use crate::wire;
use crate::wire::error::ErrorBody;
use bytes::Bytes;
use call::{Call, unformable};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use provider_http::{Clock, NotSent, Token, TokenCache, Transport, TransportError, check_api_address};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Carries the merchant's software version, on calls to InPost and on answers to it, but not on a 401.
pub const PLUGIN_VERSION_HEADER: &str = "inpay-plugin-version";

/// A token of 300 s is renewed this long before it ends.
const TOKEN_MARGIN: SignedDuration = SignedDuration::from_secs(30);

/// Speaks to InPost Pay for one merchant. Share one by `Arc`: its callers share one access token.
///
/// A token that InPost refuses is dropped, fetched once more, and the call made once more; reads are sent once more when
/// no connection came about. Nothing else is sent twice: see [`Error::may_have_acted`].
pub struct Client {
    config: Config,
    plugin_version: HeaderValue,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    tokens: TokenCache<TokenError>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for this merchant. Calls nothing yet.
    ///
    /// # Errors
    /// [`ConfigError`] if an address cannot be an API's or the plugin version cannot stand in a header.
    pub fn new(
        config: Config,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConfigError> {
        for address in [&config.api_url, &config.token_url] {
            check_api_address(address).map_err(ConfigError::Address)?;
        }
        let plugin_version = HeaderValue::from_str(&config.plugin_version)
            .map_err(|_| ConfigError::PluginVersion(config.plugin_version.clone()))?;
        let tokens = TokenCache::new(clock.clone(), TOKEN_MARGIN);
        Ok(Self {
            config,
            plugin_version,
            transport,
            clock,
            tokens,
        })
    }

    /// A call whose answer has a body.
    async fn read<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, Error> {
        let answer = self.call(call).await?;
        wire::read(answer.body()).map_err(|reason| Error::Unexpected {
            status: answer.status(),
            reason: Unexpected::Body(reason),
        })
    }

    /// A call of whose answer only the success counts: 200, 201, 202 and 204 have all been seen.
    async fn act(&self, call: Call<'_>) -> Result<(), Error> {
        self.call(call).await.map(drop)
    }

    async fn call(&self, call: Call<'_>) -> Result<Response<Bytes>, Error> {
        let request = self.request(call)?;
        let token = self.token().await?;
        let answer = self.send(&request, &token).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return judge(answer);
        }
        self.tokens.invalidate(&token);
        let token = self.token().await?;
        judge(self.send(&request, &token).await?)
    }

    async fn send(&self, request: &Request<Bytes>, token: &Token) -> Result<Response<Bytes>, Error> {
        let mut authorised = request.clone();
        authorised.headers_mut().insert(AUTHORIZATION, bearer(token)?);
        match self.transport.send(authorised.clone()).await {
            Err(TransportError::NotSent(NotSent::Connect { .. })) if request.method() == Method::GET => {
                Ok(self.transport.send(authorised).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    fn request(&self, call: Call<'_>) -> Result<Request<Bytes>, Error> {
        let address = call.address(&self.config.api_url)?;
        let mut request = Request::builder()
            .method(call.method)
            .uri(address.as_str())
            .header(ACCEPT, JSON);
        if let Some((name, value)) = call.header {
            request = request.header(name, value);
        }
        let body = match call.body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, JSON);
                body?
            }
            None => Bytes::new(),
        };
        request
            .header(
                HeaderName::from_static(PLUGIN_VERSION_HEADER),
                &self.plugin_version,
            )
            .body(body)
            .map_err(|_| unformable("the address is not a URI"))
    }

    async fn token(&self) -> Result<Token, TokenError> {
        self.tokens.get(|| self.fetch_token()).await
    }

    async fn fetch_token(&self) -> Result<Token, TokenError> {
        let asked_at = self.clock.now();
        let answer = self
            .transport
            .send(self.token_request()?)
            .await
            .map_err(TokenError::Transport)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(refused_token(&answer));
        }
        let granted: Granted = wire::read(answer.body()).map_err(|_| TokenError::Unexpected { status })?;
        let life = SignedDuration::from_secs(granted.expires_in);
        let expires_at = asked_at.checked_add(life).unwrap_or(Timestamp::MAX);
        Ok(Token::new(granted.access_token.expose_secret(), expires_at))
    }

    fn token_request(&self) -> Result<Request<Bytes>, TokenError> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.config.client_id)
            .append_pair("client_secret", self.config.client_secret.expose_secret())
            .append_pair("grant_type", "client_credentials")
            .finish();
        Request::post(self.config.token_url.as_str())
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(
                HeaderName::from_static(PLUGIN_VERSION_HEADER),
                &self.plugin_version,
            )
            .body(Bytes::from(form))
            .map_err(|_| {
                let reason = NotSent::unformable("the address of the token service is not a URI");
                TokenError::Transport(TransportError::NotSent(reason))
            })
    }
}

const JSON: &str = "application/json";

/// The token service's answer; what it says beyond this is not needed.
#[derive(serde::Deserialize)]
struct Granted {
    access_token: SecretString,
    expires_in: i64,
}

/// The token service's refusal (RFC 6749, section 5.2).
#[derive(serde::Deserialize)]
struct NotGranted {
    error: String,
    error_description: Option<String>,
}

fn refused_token(answer: &Response<Bytes>) -> TokenError {
    let status = answer.status();
    match wire::read::<NotGranted>(answer.body()) {
        Ok(NotGranted {
            error,
            error_description,
        }) => TokenError::Refused {
            status,
            description: error_description.unwrap_or(error),
        },
        Err(_) => TokenError::Unexpected { status },
    }
}

fn bearer(token: &Token) -> Result<HeaderValue, Error> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(|_| TokenError::Unexpected {
            status: StatusCode::OK,
        })?;
    value.set_sensitive(true);
    Ok(value)
}

fn judge(answer: Response<Bytes>) -> Result<Response<Bytes>, Error> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    if status == StatusCode::UNAUTHORIZED {
        return Err(Error::Unauthorised);
    }
    Err(match wire::read::<ErrorBody>(answer.body()) {
        Ok(ErrorBody {
            error_code: code,
            error_message,
        }) => Error::Refused {
            status,
            code,
            message: error_message.into(),
        },
        Err(_) => Error::Unexpected {
            status,
            reason: Unexpected::NoErrorCode,
        },
    })
}
