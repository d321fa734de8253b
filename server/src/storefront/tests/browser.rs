//! A browser with a cookie jar, and the demo shop in front of it.

use crate::shop::catalogue::{Catalogue, CatalogueShop};
use crate::shop::model::{
    Address, BasketId, ChosenDelivery, Customer, DeliveryKind, GivenConsent, NewOrder, Order, PlacedIn,
    ProductId,
};
use crate::shop::{RandomBytes, Shop};
use crate::storefront::{Accounts, Button, Patience, Storefront, Tie, Ties, router};
use crate::web::shopper::follow_customer;
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::middleware::from_fn_with_state;
use http_body_util::BodyExt as _;
use karfa_shared::phone::PhoneNumber;
use provider_http::{Clock, ManualClock};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::Result as StoreResult;
use tower_sessions::{SessionManagerLayer, SessionStore};
use url::form_urlencoded;

/// Sessions in memory.
#[derive(Clone, Debug, Default)]
struct Sessions(Arc<Mutex<HashMap<Id, Record>>>);

#[async_trait]
impl SessionStore for Sessions {
    async fn save(&self, record: &Record) -> StoreResult<()> {
        self.0.lock().unwrap().insert(record.id, record.clone());
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        Ok(self.0.lock().unwrap().get(id).cloned())
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.0.lock().unwrap().remove(id);
        Ok(())
    }
}

/// Baskets that are linked to an app, as the test says.
#[derive(Default)]
pub(super) struct KnownTies(Mutex<HashMap<BasketId, Tie>>);

impl KnownTies {
    pub(super) fn set(&self, basket: &BasketId, tie: Tie) {
        self.0.lock().unwrap().insert(basket.clone(), tie);
    }
}

#[async_trait]
impl Ties for KnownTies {
    async fn tie(&self, basket: &BasketId) -> Result<Tie, Box<dyn Error + Send + Sync>> {
        Ok(self.0.lock().unwrap().get(basket).copied().unwrap_or_default())
    }
}

/// The demo shop on 15 October 2026, a Thursday.
pub(super) struct Demo {
    pub(super) shop: Arc<CatalogueShop>,
    pub(super) ties: Arc<KnownTies>,
    pub(super) clock: Arc<ManualClock>,
    app: Router,
}

impl Demo {
    pub(super) async fn open() -> Self {
        // One connection: each is a database of its own.
        let options = SqliteConnectOptions::new().in_memory(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .unwrap();
        let catalogue = Arc::new(Catalogue::demo().unwrap());
        let clock = Arc::new(ManualClock::new("2026-10-15T12:00:00Z".parse().unwrap()));
        let random: RandomBytes =
            Arc::new(|bytes: &mut [u8]| rand::RngCore::fill_bytes(&mut rand::rng(), bytes));
        let shop = CatalogueShop::open(pool, "demo", catalogue.clone(), clock.clone(), random.clone())
            .await
            .unwrap();
        let shop = Arc::new(shop);
        let ties = Arc::new(KnownTies::default());
        let given: Arc<dyn Clock> = clock.clone();
        let pages = router(Storefront {
            button: Button::ours(),
            shop: shop.clone(),
            name: catalogue.name().into(),
            time_zone: catalogue.time_zone().clone(),
            random,
            accounts: Accounts::demo().unwrap(),
            ties: ties.clone(),
            patience: Patience::new(&given),
        });
        let followed: Arc<dyn Shop> = shop.clone();
        let pages = pages.layer(from_fn_with_state(followed, follow_customer));
        Demo {
            shop,
            ties,
            clock,
            app: pages.layer(SessionManagerLayer::new(Sessions::default())),
        }
    }

    pub(super) fn browser(&self) -> Browser {
        Browser {
            app: self.app.clone(),
            cookie: None,
            language: "pl",
        }
    }

    pub(super) async fn stock(&self, product: &str) -> u32 {
        self.shop
            .product(&ProductId::parse(product).unwrap())
            .await
            .unwrap()
            .unwrap()
            .stock
    }

    /// Orders a basket as the app would: to a locker, or by mail.
    pub(super) async fn order(&self, basket: &BasketId) -> Order {
        let basket = self.shop.basket(basket).await.unwrap().unwrap();
        let delivery = &basket.deliveries[0];
        let new = NewOrder {
            quoted_gross: basket.final_total.plus(delivery.price).unwrap().gross(),
            payment_method: "CARD".to_owned(),
            cash_on_delivery: false,
            customer: Customer {
                name: "Janina".to_owned(),
                surname: "Nowak".to_owned(),
                mail: "janina@example.com".to_owned(),
                phone: PhoneNumber::parse("+48 600 000 000").unwrap(),
                address: Address {
                    city: "Ustroń".to_owned(),
                    ..Address::default()
                },
            },
            delivery: ChosenDelivery {
                kind: delivery.kind,
                extras: Vec::new(),
                point: (delivery.kind == DeliveryKind::ParcelLocker).then(|| "IST01M".to_owned()),
                address: None,
                mail: None,
                phone: None,
                note: None,
            },
            consents: basket
                .consents
                .iter()
                .map(|consent| GivenConsent {
                    id: consent.id.clone(),
                    version: consent.version.clone(),
                    accepted: true,
                })
                .collect(),
            comments: None,
            original: "{}".to_owned(),
            placed_in: PlacedIn::Wallet,
        };
        self.shop.place_order(&basket.id, &new).await.unwrap().unwrap()
    }

    /// The basket that was changed last.
    pub(super) async fn newest_basket(&self) -> BasketId {
        self.shop
            .basket_changes(0, 1000)
            .await
            .unwrap()
            .pop()
            .unwrap()
            .basket
    }
}

/// A page, or a redirect to one.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header(header::LOCATION)
    }

    /// The text with the spaces that do not break made ordinary.
    pub(super) fn text(&self) -> String {
        self.body.replace('\u{a0}', " ")
    }

    #[track_caller]
    pub(super) fn says(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "{text:?} is not in {}", self.body);
        self
    }

    #[track_caller]
    pub(super) fn says_not(&self, text: &str) -> &Self {
        assert!(!self.text().contains(text), "{text:?} is in {}", self.body);
        self
    }

    /// The value of a hidden field.
    pub(super) fn field(&self, name: &str) -> String {
        let (_, after) = self
            .body
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        after.split_once('"').unwrap().0.to_owned()
    }
}

/// A browser that keeps cookies and follows no redirect by itself.
pub(super) struct Browser {
    app: Router,
    pub(super) cookie: Option<String>,
    pub(super) language: &'static str,
}

impl Browser {
    pub(super) async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header(header::ACCEPT_LANGUAGE, self.language);
        self.send(request, Body::empty()).await
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// Puts pieces of a product into the basket as its page's form does.
    pub(super) async fn buy(&mut self, product: &str, quantity: &str, options: &[(&str, &str)]) -> Answer {
        let page = self.get(&format!("/product/{product}")).await;
        let request_id = page.field("request_id");
        let mut fields = vec![
            ("product", product),
            ("quantity", quantity),
            ("request_id", &request_id),
        ];
        fields.extend_from_slice(options);
        self.post("/basket/items", &fields).await
    }

    async fn send(&mut self, mut request: axum::http::request::Builder, body: Body) -> Answer {
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let response = self
            .app
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        if let Some(set) = parts.headers.get(header::SET_COOKIE) {
            self.cookie = set.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}
