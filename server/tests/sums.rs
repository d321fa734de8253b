//! Sums to the grosz, over random baskets: what the shop quotes, what InPost's copy of the basket says, and what is taken
//! as an order are the same, and gross, net and VAT always add up.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in tests a failed expectation is the point"
)]

use inpost_pay::wire::basket::{Basket as Wire, PaymentType};
use inpost_pay::wire::delivery::DeliveryType;
use inpost_pay::wire::order::OrderRequest;
use inpost_pay::{Amount, Price};
use karfa::checkout::translate::{self, StoreFacts};
use karfa::shop::Shop;
use karfa::shop::catalogue::{Catalogue, CatalogueShop};
use karfa::shop::model::{ChangedBy, Edit, Order, OrderRefusal, ProductId};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use provider_http::SystemClock;
use serde_json::json;
use std::sync::Arc;

/// What a shopper does, as indexes into what there is.
#[derive(Clone, Debug)]
struct Wish {
    goods: Vec<(usize, u32)>,
    codes: Vec<usize>,
    delivery: usize,
    extras: [bool; 3],
    cash: bool,
}

const CODES: [&str; 3] = ["KLEBEK10", "CIEPLO20", "ZIMA15"];

fn wishes() -> impl Strategy<Value = Wish> {
    (
        prop::collection::vec((0_usize..64, 1_u32..6), 1..9),
        prop::collection::vec(0_usize..CODES.len(), 0..3),
        0_usize..4,
        any::<[bool; 3]>(),
        any::<bool>(),
    )
        .prop_map(|(goods, codes, delivery, extras, cash)| Wish {
            goods,
            codes,
            delivery,
            extras,
            cash,
        })
}

fn facts() -> StoreFacts {
    StoreFacts {
        public_url: "https://shop.example".into(),
        pos_id: "pos".into(),
    }
}

async fn shop(folder: &tempfile::TempDir) -> Arc<dyn Shop> {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("sums.db"))
        .create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let catalogue = Arc::new(Catalogue::demo().unwrap());
    let random = Arc::new(|bytes: &mut [u8]| rand::RngCore::fill_bytes(&mut rand::rng(), bytes));
    let clock = Arc::new(SystemClock);
    Arc::new(
        CatalogueShop::open(pool, "demo", catalogue, clock, random)
            .await
            .unwrap(),
    )
}

fn adds_up(price: &Price) {
    assert_eq!(
        price.net.minor() + price.vat.minor(),
        price.gross.minor(),
        "{price:?}"
    );
}

/// All that InPost adds up before it asks for an order.
fn total(wire: &Wire, chosen: &[Price]) -> i64 {
    let goods = wire.summary.basket_final_price.unwrap();
    chosen
        .iter()
        .fold(goods.gross.minor(), |sum, price| sum + price.gross.minor())
}

async fn one(shop: &dyn Shop, wish: Wish) {
    let sold: Vec<ProductId> = shop
        .products()
        .await
        .unwrap()
        .into_iter()
        .filter(|product| product.variants.is_empty() && product.stock > 5)
        .map(|product| product.id)
        .collect();
    let id = shop.open_basket().await.unwrap();
    for (at, (product, quantity)) in wish.goods.iter().enumerate() {
        let edit = Edit::SetQuantity {
            product: sold[product % sold.len()].clone(),
            quantity: *quantity,
        };
        let edited = shop
            .edit(&id, &[edit], &format!("put-{at}"), ChangedBy::Shop)
            .await;
        // More than one basket may hold: this one goes without.
        drop(edited);
    }
    let codes = wish.codes.iter().map(|at| CODES[*at].to_owned()).collect();
    let edited = shop
        .edit(&id, &[Edit::SetPromoCodes(codes)], "codes", ChangedBy::Shop)
        .await;
    // A code that does not apply to this basket: it goes without.
    drop(edited);
    let basket = shop.basket(&id).await.unwrap().unwrap();
    if basket.lines.is_empty() {
        return;
    }

    let wire = translate::basket::basket(&basket, None, &facts());
    let summary = &wire.summary;
    let base = summary.basket_base_price;
    let promo = summary.basket_promo_price.unwrap();
    let last = summary.basket_final_price.unwrap();
    for price in [base, promo, last] {
        adds_up(&price);
    }
    assert!(base.gross.minor() >= promo.gross.minor() && promo.gross.minor() >= last.gross.minor());
    let mut goods = (0, 0);
    for product in &wire.products {
        let pieces = product.quantity.quantity.as_whole().unwrap();
        let now = product.promo_price.unwrap_or(product.base_price);
        adds_up(&product.base_price);
        adds_up(&now);
        goods.0 += product.base_price.gross.minor() * pieces;
        goods.1 += now.gross.minor() * pieces;
    }
    assert_eq!(
        goods,
        (base.gross.minor(), promo.gross.minor()),
        "the goods are the sums"
    );

    let delivery = &wire.delivery[wish.delivery % wire.delivery.len()];
    let mut chosen = vec![delivery.delivery_price];
    let mut picked = Vec::new();
    for (option, wanted) in delivery.delivery_options.iter().zip(wish.extras) {
        let is_cash = option.delivery_code_value.as_str() == "COD";
        if (is_cash && wish.cash) || (!is_cash && wanted) {
            chosen.push(option.delivery_option_price);
            picked.push(option.delivery_code_value.clone());
        }
    }
    let cash = picked.iter().any(|code| code.as_str() == "COD");
    let payment = if cash {
        PaymentType::CashOnDelivery
    } else {
        PaymentType::BlikCode
    };
    let asked = |gross: i64| -> OrderRequest {
        serde_json::from_value(json!({
            "order_details": {
                "basket_id": id.as_str(),
                "currency": "PLN",
                "basket_price": {"net": "0.00", "gross": Amount::from_minor(gross).to_string(), "vat": "0.00"},
                "payment_type": payment.as_str(),
            },
            "account_info": {
                "name": "Anna", "surname": "Żuk", "mail": "anna@example.com",
                "phone_number": {"country_prefix": "+48", "phone": "600000321"},
            },
            "delivery": {
                "delivery_type": delivery.delivery_type.as_str(),
                "delivery_codes": picked.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
                "delivery_point": (delivery.delivery_type == DeliveryType::Apm).then_some("KRA10A"),
                "delivery_address": {
                    "name": "Anna Żuk", "country_code": "PL", "address": "Polna 1", "city": "Kraków",
                    "postal_code": "30-001",
                },
                "digital_delivery_email": "anna@example.com",
            },
            "consents": basket.consents.iter().map(|consent| json!({
                "consent_id": consent.id, "consent_version": consent.version, "is_accepted": true,
            })).collect::<Vec<_>>(),
        }))
        .unwrap()
    };
    let place = async |gross: i64| -> Result<Order, OrderRefusal> {
        let order = translate::order::new_order(&asked(gross)).unwrap();
        shop.place_order(&id, &order).await.unwrap()
    };
    let quoted = total(&wire, &chosen);
    for wrong in [quoted - 1, quoted + 1] {
        assert!(matches!(
            place(wrong).await,
            Err(OrderRefusal::PriceChanged { expected }) if expected.minor == quoted
        ));
    }
    let order = place(quoted).await.unwrap();
    let told = translate::order::order(&order, &facts()).unwrap();
    assert_eq!(told.order_details.order_final_price.gross.minor(), quoted);
    adds_up(&told.order_details.order_base_price);
    adds_up(&told.order_details.order_final_price);
    let off = told
        .order_details
        .order_discount
        .map_or(0, |discount| discount.minor());
    assert_eq!(told.order_details.order_base_price.gross.minor() - off, quoted);
    // And what the lines are sold for is what the goods cost: the accounts agree with the till.
    let sum = |of: fn(&karfa_shared::money::Price) -> i64| -> i64 {
        order.lines.iter().map(|line| of(&line.final_total)).sum()
    };
    assert_eq!(sum(|price| price.gross().minor), order.goods_total.gross().minor);
    assert_eq!(sum(|price| price.net().minor), order.goods_total.net().minor);
    assert_eq!(sum(|price| price.vat().minor), order.goods_total.vat().minor);
    // The goods go back, so that the next basket finds them.
    let give_up = karfa::shop::after_sales::OrderUpdate::Reject;
    shop.update_order(&order.id, &give_up).await.unwrap().unwrap();
}

#[test]
fn what_is_quoted_is_what_inpost_adds_up_and_what_is_ordered() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shop = runtime.block_on(shop(&folder));
    let config = Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&wishes(), |wish| {
            runtime.block_on(one(shop.as_ref(), wish));
            Ok(())
        })
        .unwrap();
}
