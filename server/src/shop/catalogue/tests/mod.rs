//! The shop over a real database, with a clock that stands still until it is moved.

mod after_sales;
mod baskets;
mod customers;
mod feed;
mod files;
mod orders;
mod payments;
mod sums;

use super::{Catalogue, CatalogueShop};
use crate::shop::Shop as _;
use crate::shop::model::{
    Address, Basket, BasketId, ChangedBy, ChosenDelivery, Customer, DeliveryKind, Edit, GivenConsent,
    NewOrder, PlacedIn, ProductId,
};
use jiff::Timestamp;
use karfa_shared::money::{Currency, Money};
use karfa_shared::phone::PhoneNumber;
use provider_http::{Clock, ManualClock};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// A Thursday afternoon in Warsaw.
const NOON: &str = "2026-10-15T12:00:00Z";

/// A small catalogue in which every kind of thing is there once.
const CATALOGUE: &str = include_str!("catalogue.toml");

struct Fixture {
    shop: Arc<CatalogueShop>,
    clock: Arc<ManualClock>,
    pool: SqlitePool,
    folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        Self::with(CATALOGUE).await
    }

    async fn with(catalogue: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let pool = pool(&folder).await;
        let clock = Arc::new(ManualClock::new(NOON.parse().unwrap()));
        let shop = open(&pool, &clock, "default", catalogue).await;
        Fixture {
            shop,
            clock,
            pool,
            folder,
        }
    }

    fn at(&self, moment: &str) {
        self.clock.set(moment.parse::<Timestamp>().unwrap());
    }

    /// A new basket with these pieces in it.
    async fn basket(&self, goods: &[(&str, u32)]) -> Basket {
        let id = self.shop.open_basket().await.unwrap();
        let edits: Vec<Edit> = goods
            .iter()
            .map(|(product, quantity)| add(product, *quantity))
            .collect();
        self.edit(&id, &edits).await
    }

    async fn edit(&self, id: &BasketId, edits: &[Edit]) -> Basket {
        static REQUEST: AtomicU64 = AtomicU64::new(0);
        let request = format!("request-{}", REQUEST.fetch_add(1, Ordering::Relaxed));
        self.shop
            .edit(id, edits, &request, ChangedBy::Shop)
            .await
            .unwrap()
    }

    async fn read(&self, id: &BasketId) -> Basket {
        self.shop.basket(id).await.unwrap().unwrap()
    }

    async fn stock(&self, product: &str) -> u32 {
        self.shop
            .product(&product_id(product))
            .await
            .unwrap()
            .unwrap()
            .stock
    }
}

async fn pool(folder: &TempDir) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("shop.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    SqlitePoolOptions::new()
        .max_connections(8)
        .connect_with(options)
        .await
        .unwrap()
}

async fn open(
    pool: &SqlitePool,
    clock: &Arc<ManualClock>,
    store: &str,
    catalogue: &str,
) -> Arc<CatalogueShop> {
    let catalogue = Arc::new(Catalogue::parse("catalogue.toml", catalogue).unwrap());
    let clock: Arc<dyn Clock> = clock.clone();
    let random = Arc::new(|bytes: &mut [u8]| rand::RngCore::fill_bytes(&mut rand::rng(), bytes));
    Arc::new(
        CatalogueShop::open(pool.clone(), store, catalogue, clock, random)
            .await
            .unwrap(),
    )
}

fn product_id(id: &str) -> ProductId {
    ProductId::parse(id).unwrap()
}

fn add(product: &str, quantity: u32) -> Edit {
    Edit::Add {
        product: product_id(product),
        quantity,
    }
}

fn set(product: &str, quantity: u32) -> Edit {
    Edit::SetQuantity {
        product: product_id(product),
        quantity,
    }
}

fn codes(codes: &[&str]) -> Edit {
    Edit::SetPromoCodes(codes.iter().map(|code| (*code).to_owned()).collect())
}

fn pln(text: &str) -> Money {
    Money::parse(text, Currency::Pln).unwrap()
}

/// An order that the shop takes: to a locker, paid by code, with all consents, at the basket's price.
fn order_for(basket: &Basket) -> NewOrder {
    let kind = if basket
        .deliveries
        .iter()
        .any(|delivery| delivery.kind == DeliveryKind::Digital)
    {
        DeliveryKind::Digital
    } else {
        DeliveryKind::ParcelLocker
    };
    let delivery = basket
        .deliveries
        .iter()
        .find(|delivery| delivery.kind == kind)
        .unwrap();
    NewOrder {
        quoted_gross: basket.final_total.plus(delivery.price).unwrap().gross(),
        payment_method: "BLIK_CODE".to_owned(),
        cash_on_delivery: false,
        customer: Customer {
            name: "Janina".to_owned(),
            surname: "Nowak".to_owned(),
            mail: "janina@example.com".to_owned(),
            phone: PhoneNumber::parse("+48 600 000 000").unwrap(),
            address: Address::default(),
        },
        delivery: ChosenDelivery {
            kind,
            extras: Vec::new(),
            point: Some("WAW01M".to_owned()),
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
    }
}
