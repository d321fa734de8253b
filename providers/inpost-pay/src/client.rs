//! The merchant's calls to InPost. Contract, section 2.

use crate::config::{Config, ConfigError};
use crate::error::{Error, TokenError, Unexpected};
use crate::wire;
use crate::wire::basket::{Basket, BasketUpsert, BasketUpserted};
use crate::wire::binding::{
    BindingApiKey, BindingLinks, BindingPlace, BindingRequest, BindingStatus, Browser,
};
use crate::wire::error::ErrorBody;
use crate::wire::order_event::MerchantOrderEvent;
use crate::wire::payment::{RefundAnswer, RefundRequest, TransactionPage};
use crate::wire::product::{HotProduct, HotProductPage, NewHotProducts, PaymentMethods};
use crate::wire::signing_key::{SigningKey, SigningKeys};
use crate::{Amount, BasketId, BrowserId, OrderId, PhoneNumber};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use provider_http::{Clock, NotSent, Token, TokenCache, Transport, TransportError, address_below};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use url::Url;

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
    /// [`ConfigError`] if an address is not http(s) or the plugin version cannot stand in a header.
    pub fn new(
        config: Config,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConfigError> {
        for address in [&config.api_url, &config.token_url] {
            if !matches!(address.scheme(), "http" | "https") {
                return Err(ConfigError::Address(address.to_string()));
            }
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

    /// Is the basket linked, is the browser trusted? A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_EXPIRED.
    pub async fn binding(
        &self,
        basket: &BasketId,
        browser: Option<&BrowserId>,
    ) -> Result<BindingStatus, Error> {
        let call = Call::new(Method::GET, &["v1", "izi", "basket", basket.as_str(), "binding"]);
        self.read(call.query("browser_id", browser.map(BrowserId::as_str)))
            .await
    }

    /// Asks the app of this number to link the basket. Success says that it was asked, not that it is linked.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_IS_BINDED, BASKET_EXPIRED and PHONE_BINDING_METHOD_UNAVAILABLE.
    pub async fn bind_by_phone(
        &self,
        basket: &BasketId,
        phone_number: PhoneNumber,
        place: BindingPlace,
        browser: Browser,
    ) -> Result<(), Error> {
        let request = BindingRequest::phone(phone_number, place, browser);
        self.act(Call::binding(basket).body(&request)).await
    }

    /// Asks for links into the app, also shown as a QR code.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_IS_BINDED and BASKET_EXPIRED.
    pub async fn bind_by_link(
        &self,
        basket: &BasketId,
        place: BindingPlace,
        browser: Browser,
    ) -> Result<BindingLinks, Error> {
        let request = BindingRequest::deep_link(place, browser);
        self.read(Call::binding(basket).body(&request)).await
    }

    /// Tells InPost the whole basket. With the id of a trusted browser it creates and links it at once.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_NOT_FOUND, BROWSER_NOT_FOUND and BASKET_EXPIRED.
    pub async fn put_basket(
        &self,
        id: &BasketId,
        basket: &Basket,
        trusted_browser: Option<&BrowserId>,
    ) -> Result<BasketUpserted, Error> {
        let upsert = BasketUpsert {
            browser_id: trusted_browser.cloned(),
            basket: basket.clone(),
        };
        let call = Call::new(Method::PUT, &["v1", "izi", "basket", id.as_str()]);
        self.read(call.body(&upsert)).await
    }

    /// Takes the link off a basket. `if_basket_realized` says that it was bought in the shop.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_NOT_FOUND, BASKET_NOT_BOUND and BASKET_EXPIRED, each of which means that
    /// there is no link any more.
    pub async fn unlink(&self, basket: &BasketId, if_basket_realized: bool) -> Result<(), Error> {
        let call = Call::new(
            Method::DELETE,
            &["v1", "izi", "basket", basket.as_str(), "binding"],
        );
        self.act(call.query("if_basket_realized", if_basket_realized.then_some("true")))
            .await
    }

    /// Forgets a trusted browser.
    ///
    /// # Errors
    /// [`Error`]; the contract names BROWSER_NOT_FOUND, which means that it is forgotten.
    pub async fn forget_browser(&self, browser: &BrowserId) -> Result<(), Error> {
        self.act(Call::new(
            Method::DELETE,
            &["v1", "izi", "browser", browser.as_str(), "binding"],
        ))
        .await
    }

    /// Starts a link for the second generation of the widget, which then speaks to InPost by this key.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn start_binding_v2(&self, basket: &BasketId) -> Result<BindingApiKey, Error> {
        self.read(Call::new(
            Method::PUT,
            &["v2", "izi", "basket", basket.as_str(), "binding"],
        ))
        .await
    }

    /// Tells InPost a linked basket of the second generation; never creates one.
    ///
    /// # Errors
    /// [`Error`]; the contract names BASKET_NOT_FOUND, BASKET_NOT_BOUND and BASKET_EXPIRED.
    pub async fn put_basket_v2(&self, id: &BasketId, basket: &Basket) -> Result<BasketUpserted, Error> {
        self.read(Call::new(Method::PUT, &["v2", "izi", "basket", id.as_str()]).body(basket))
            .await
    }

    /// Tells InPost the status, tracking or delivery of an order. Keep the event's id when it is sent again.
    ///
    /// # Errors
    /// [`Error`]; the contract names ORDER_NOT_FOUND and STATUS_ORDER_ERROR.
    pub async fn order_event(&self, order: &OrderId, event: &MerchantOrderEvent) -> Result<(), Error> {
        let call = Call::new(Method::POST, &["v1", "izi", "order", order.as_str(), "event"]);
        self.act(call.body(event)).await
    }

    /// Every signing key in force. A read. [`KeyCache`](crate::KeyCache) keeps them.
    ///
    /// # Errors
    /// [`Error`]; the contract names PUBLIC_KEY_NOT_FOUND.
    pub async fn signing_keys(&self) -> Result<SigningKeys, Error> {
        self.read(Call::new(Method::GET, &["v1", "izi", "signing-keys", "public"]))
            .await
    }

    /// The signing key of one version. A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names PUBLIC_KEY_NOT_FOUND.
    pub async fn signing_key(&self, version: &str) -> Result<SigningKey, Error> {
        self.read(Call::new(
            Method::GET,
            &["v1", "izi", "signing-keys", "public", version],
        ))
        .await
    }

    /// The ways to pay that are open to the merchant. A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn payment_methods(&self) -> Result<PaymentMethods, Error> {
        self.read(Call::new(Method::GET, &["v1", "izi", "payment-methods"]))
            .await
    }

    /// Pays money of a transaction back. The id is the refund's, and the `X-Command-ID` too: asked again under it, the
    /// money goes back once.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn refund(
        &self,
        transaction_id: &str,
        refund_id: &str,
        amount: Amount,
        additional_data: &str,
        merchant_secret: &SecretString,
    ) -> Result<RefundAnswer, Error> {
        let request = RefundRequest::signed(
            refund_id,
            transaction_id,
            refund_id,
            amount,
            additional_data,
            merchant_secret,
        );
        let path = ["v1", "izi", "transaction", transaction_id, "refund"];
        let call = Call::new(Method::POST, &path).header(COMMAND_ID, refund_id);
        let answer = self.call(call.body(&request)).await?;
        // The shape of the answer is not published: what cannot be read is a success without words.
        Ok(wire::read(answer.body()).unwrap_or_default())
    }

    /// A page of the merchant's transactions, counted from 0. A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn transactions(&self, page_index: u64) -> Result<TransactionPage, Error> {
        let index = page_index.to_string();
        self.read(Call::new(Method::GET, &["v1", "izi", "transaction"]).query("page_index", Some(&index)))
            .await
    }

    /// A page of the merchant's hot products, counted from 0. A read.
    ///
    /// # Errors
    /// [`Error`]; the contract names no code.
    pub async fn hot_products(&self, page_index: u64) -> Result<HotProductPage, Error> {
        let index = page_index.to_string();
        self.read(Call::new(Method::GET, &["v1", "izi", "products"]).query("page_index", Some(&index)))
            .await
    }

    /// Adds hot products: all of them, or none.
    ///
    /// # Errors
    /// [`Error`]; the contract names PRODUCT_EXISTS and MAX_LIMIT_PRODUCTS.
    pub async fn add_hot_products(&self, products: &[HotProduct]) -> Result<(), Error> {
        let content = products.to_vec();
        self.act(Call::new(Method::POST, &["v1", "izi", "products"]).body(&NewHotProducts { content }))
            .await
    }

    /// Changes a hot product.
    ///
    /// # Errors
    /// [`Error`]; the contract names PRODUCT_NOT_FOUND.
    pub async fn change_hot_product(&self, product: &HotProduct) -> Result<(), Error> {
        let path = ["v1", "izi", "product", product.product_id.as_str()];
        self.act(Call::new(Method::PUT, &path).body(product)).await
    }

    /// Takes a hot product back.
    ///
    /// # Errors
    /// [`Error`]; the contract names PRODUCT_NOT_FOUND, which means that it is gone.
    pub async fn remove_hot_product(&self, product_id: &str) -> Result<(), Error> {
        self.act(Call::new(Method::DELETE, &["v1", "izi", "product", product_id]))
            .await
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

const COMMAND_ID: HeaderName = HeaderName::from_static("x-command-id");

const JSON: &str = "application/json";

/// A call before it has an address and a token.
struct Call<'a> {
    method: Method,
    path: Vec<&'a str>,
    query: Option<(&'static str, &'a str)>,
    header: Option<(HeaderName, &'a str)>,
    body: Option<Result<Bytes, Error>>,
}

impl<'a> Call<'a> {
    fn new(method: Method, path: &[&'a str]) -> Self {
        Self {
            method,
            path: path.to_vec(),
            query: None,
            header: None,
            body: None,
        }
    }

    fn binding(basket: &'a BasketId) -> Self {
        Self::new(Method::POST, &["v1", "izi", "basket", basket.as_str(), "binding"])
    }

    fn query(mut self, name: &'static str, value: Option<&'a str>) -> Self {
        self.query = value.map(|value| (name, value));
        self
    }

    fn header(mut self, name: HeaderName, value: &'a str) -> Self {
        self.header = Some((name, value));
        self
    }

    fn body<T: Serialize>(mut self, body: &T) -> Self {
        let written = serde_json::to_vec(body).map(Bytes::from);
        self.body = Some(written.map_err(|_| unformable("the body cannot be written as JSON")));
        self
    }

    fn address(&self, base: &Url) -> Result<Url, Error> {
        let mut address = address_below(base, &self.path).map_err(Error::NotSent)?;
        if let Some((name, value)) = self.query {
            address.query_pairs_mut().append_pair(name, value);
        }
        Ok(address)
    }
}

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

fn unformable(detail: &str) -> Error {
    Error::NotSent(NotSent::unformable(detail))
}
