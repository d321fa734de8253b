//! The basket. Contract, section 4.

use crate::{amount, assert_read, assert_wire, price, time, value};
use inpost_pay::wire::basket::{
    AdditionalParameter, Basket, BasketNotice, BasketUpsert, BasketUpserted, Consent, ConsentLink, Currency,
    MerchantStore, NoticeType, PaymentType, PromoCode, Promotion, PromotionDetails, PromotionType,
    RegulationType, RequirementType, StoreCookie, Summary,
};
use inpost_pay::wire::delivery::{Delivery, DeliveryCode, DeliveryOption, DeliveryType};
use inpost_pay::wire::goods::{
    DeliveryProduct, DeliveryRelatedProduct, Product, ProductAttribute, ProductImage, ProductType, Quantity,
    QuantityType, RelatedProduct, Variant,
};
use inpost_pay::{Price, Units};

fn summary() -> Summary {
    Summary {
        basket_base_price: price("100.00", "123.00", "23.00"),
        basket_final_price: Some(price("81.30", "100.00", "18.70")),
        basket_promo_price: Some(price("90.00", "110.70", "20.70")),
        currency: Currency::Pln,
        basket_expiration_date: Some(time("2024-02-07T12:00:00Z")),
        basket_additional_information: Some("Wysyłka jutro".into()),
        payment_type: vec![
            PaymentType::Card,
            PaymentType::BlikCode,
            PaymentType::CashOnDelivery,
        ],
        basket_notice: Some(BasketNotice {
            notice_type: NoticeType::Attention,
            description: "Kod został przyjęty".into(),
        }),
        basket_additional_parameters: vec![AdditionalParameter {
            key: "campaign".into(),
            value: "winter".into(),
        }],
    }
}

fn deliveries() -> Vec<Delivery> {
    vec![
        Delivery {
            delivery_date: Some(time("2024-02-02T12:00:00Z")),
            free_delivery_minimum_gross_price: Some(amount("200.00")),
            delivery_options: vec![
                DeliveryOption {
                    delivery_name: "Paczka w Weekend".into(),
                    delivery_code_value: DeliveryCode::Weekend,
                    delivery_option_price: price("4.07", "5.00", "0.93"),
                },
                DeliveryOption {
                    delivery_name: "Pobranie w weekend".into(),
                    delivery_code_value: DeliveryCode::Other("CODPWW".into()),
                    delivery_option_price: price("8.13", "10.00", "1.87"),
                },
            ],
            ..Delivery::new(DeliveryType::Apm, price("8.13", "10.00", "1.87"))
        },
        Delivery::new(DeliveryType::Digital, Price::ZERO),
    ]
}

fn promo_codes() -> Vec<PromoCode> {
    vec![
        PromoCode {
            name: Some("Zima".into()),
            promo_code_value: "ZIMA10".into(),
            regulation_type: Some(RegulationType::Omnibus),
        },
        PromoCode {
            promo_code_value: "STALY".into(),
            ..PromoCode::default()
        },
    ]
}

fn promotions() -> Vec<Promotion> {
    vec![Promotion {
        promotion_type: PromotionType::OnlyInApp,
        promo_code_value: "APP5".into(),
        description: "5 zł mniej w aplikacji".into(),
        start_date: Some(time("2024-01-01T00:00:00Z")),
        end_date: Some(time("2024-03-01T00:00:00Z")),
        priority: Some(1),
        details: Some(PromotionDetails {
            link: Some("https://shop.example/app5".into()),
        }),
    }]
}

fn mug() -> Product {
    Product {
        product_id: "42".into(),
        product_category: Some("Kubki".into()),
        ean: Some("5901234123457".into()),
        product_name: "Kubek".into(),
        product_description: Some("Kubek z gliny".into()),
        product_link: Some("https://shop.example/kubek".into()),
        product_image: Some("https://shop.example/kubek.webp".into()),
        additional_product_images: vec![ProductImage {
            small_size: Some("https://shop.example/k-s.webp".into()),
            normal_size: Some("https://shop.example/k-n.webp".into()),
        }],
        base_price: price("50.00", "61.50", "11.50"),
        promo_price: Some(price("45.00", "55.35", "10.35")),
        lowest_price: Some(price("44.00", "54.12", "10.12")),
        quantity: Quantity {
            quantity_unit: Some("szt.".into()),
            available_quantity: Some(Units::whole(17)),
            max_quantity: Some(Units::whole(5)),
            ..Quantity::pieces(2)
        },
        product_attributes: vec![ProductAttribute {
            attribute_name: "Kolor".into(),
            attribute_value: "zielony".into(),
        }],
        variants: vec![Variant {
            variant_id: "42-m".into(),
            variant_name: "Rozmiar".into(),
            variant_description: Some("Średni".into()),
            variant_type: Some("size".into()),
            variant_values: Some("M".into()),
        }],
        delivery_product: vec![DeliveryProduct {
            delivery_type: DeliveryType::Apm,
            if_delivery_available: true,
        }],
        product_type: Some(ProductType::Product),
    }
}

fn coffee() -> Product {
    Product {
        product_id: "43".into(),
        product_name: "Kawa na wagę".into(),
        base_price: price("22.76", "28.00", "5.24"),
        quantity: Quantity {
            quantity: Units::from_thousandths(350),
            quantity_type: QuantityType::Decimal,
            quantity_unit: Some("kg".into()),
            ..Quantity::default()
        },
        ..Product::default()
    }
}

fn saucer() -> RelatedProduct {
    RelatedProduct {
        product: Product {
            product_id: "44".into(),
            product_name: "Spodek".into(),
            base_price: price("10.00", "12.30", "2.30"),
            quantity: Quantity::pieces(1),
            ..Product::default()
        },
        delivery_related_products: vec![DeliveryRelatedProduct {
            delivery_type: DeliveryType::Courier,
            if_delivery_available: true,
            if_delivery_free: false,
        }],
    }
}

fn consents() -> Vec<Consent> {
    vec![Consent {
        consent_id: "terms".into(),
        consent_link: Some("https://shop.example/regulamin".into()),
        label_link: Some("regulamin".into()),
        consent_description: "Akceptuję regulamin".into(),
        consent_version: "3".into(),
        requirement_type: RequirementType::RequiredAlways,
        additional_consent_links: vec![ConsentLink {
            id: "privacy".into(),
            consent_link: "https://shop.example/prywatnosc".into(),
            label_link: Some("prywatność".into()),
        }],
    }]
}

fn store() -> MerchantStore {
    MerchantStore {
        url: "https://shop.example".into(),
        cookies: vec![StoreCookie {
            domain: Some("shop.example".into()),
            key: "session".into(),
            value: "c2Vzc2lvbg".into(),
            path: Some("/".into()),
            expires: Some("2024-02-07T12:00:00.000000Z".into()),
            secure: Some(true),
            http_only: Some(true),
            save_site: Some("LAX".into()),
            priority: Some("HIGH".into()),
            max_age: Some(604_800),
        }],
    }
}

#[test]
fn a_basket_with_every_field() {
    let expected = Basket {
        summary: summary(),
        delivery: deliveries(),
        promo_codes: promo_codes(),
        promotions_available: promotions(),
        products: vec![mug(), coffee()],
        related_products: vec![saucer()],
        consents: consents(),
        merchant_store: Some(store()),
    };
    assert_wire(include_str!("../fixtures/basket.json"), &expected);
}

fn small_basket() -> Basket {
    Basket {
        summary: Summary {
            basket_base_price: price("10.00", "12.30", "2.30"),
            ..Summary::default()
        },
        ..Basket::default()
    }
}

#[test]
fn an_upsert_for_a_trusted_browser() {
    let expected = BasketUpsert {
        browser_id: Some("browser-77".into()),
        basket: small_basket(),
    };
    assert_wire(include_str!("../fixtures/basket_upsert_trusted.json"), &expected);
}

#[test]
fn an_upsert_without_a_browser_is_the_basket_itself() {
    let upsert = BasketUpsert {
        browser_id: None,
        basket: small_basket(),
    };
    assert_eq!(
        serde_json::to_value(&upsert).unwrap(),
        serde_json::to_value(small_basket()).unwrap()
    );
    assert_wire(
        r#"{"inpost_basket_id": "i-1"}"#,
        &BasketUpserted {
            inpost_basket_id: "i-1".into(),
        },
    );
}

#[test]
fn empty_lists_are_written_where_the_basket_replaces_a_former_one() {
    let written = serde_json::to_value(small_basket()).unwrap();
    for list in [
        "delivery",
        "promo_codes",
        "promotions_available",
        "products",
        "related_products",
        "consents",
    ] {
        assert_eq!(written[list], value("[]"), "{list}");
    }
}

#[test]
fn absent_lists_nulls_and_unknown_fields_are_read_as_nothing() {
    let literal = r#"{
        "summary": {"basket_base_price": {"net": 10, "gross": 12.3, "vat": "2.3", "tax": 7}, "currency": "PLN",
                    "payment_type": null, "basket_notice": null},
        "delivery": null, "products": [], "loyalty": {"points": 3}
    }"#;
    assert_read(literal, &small_basket());
}

#[test]
fn amounts_are_read_from_texts_and_numbers_exactly() {
    for (literal, minor) in [
        (r#""12.30""#, 1230),
        (r#""12.3""#, 1230),
        (r#""12""#, 1200),
        ("12.3", 1230),
        ("12.30", 1230),
        ("12", 1200),
        ("0.07", 7),
        ("1.15", 115),
        ("-3.5", -350),
        ("0", 0),
        (r#""-0.01""#, -1),
        ("99999999.99", 9_999_999_999),
        ("1234567890123.45", 123_456_789_012_345),
        (r#""92233720368547758.07""#, i64::MAX),
        (r#""-92233720368547758.08""#, i64::MIN),
    ] {
        let read: inpost_pay::Amount = serde_json::from_str(literal).unwrap();
        assert_eq!(read.minor(), minor, "{literal}");
    }
}

#[test]
fn amounts_that_are_not_exact_are_refused() {
    for literal in [
        "12.345",
        r#""12.345""#,
        r#""12.300""#,
        r#""1e3""#,
        "1e300",
        r#""12,30""#,
        r#""12 zł""#,
        r#"" 12""#,
        r#""+12""#,
        r#"".5""#,
        r#""5.""#,
        r#""-""#,
        r#""""#,
        r#""٣""#,
        "null",
        "true",
        "[1]",
        r#""92233720368547758.08""#,
        "9223372036854775807",
        "0.1234567890123456789",
        // 16 digits: a reader that carries JSON numbers as doubles may have changed them already.
        "12345678901234.56",
    ] {
        assert!(
            serde_json::from_str::<inpost_pay::Amount>(literal).is_err(),
            "{literal}"
        );
    }
}

#[test]
fn quantities_are_written_as_numbers() {
    for (thousandths, written) in [
        (3_000, "3"),
        (0, "0"),
        (350, "0.35"),
        (1_250, "1.25"),
        (1, "0.001"),
        (-500, "-0.5"),
    ] {
        let units = Units::from_thousandths(thousandths);
        assert_eq!(serde_json::to_string(&units).unwrap(), written);
        assert_eq!(serde_json::from_str::<Units>(written).unwrap(), units);
        assert_eq!(
            serde_json::from_str::<Units>(&format!("\"{written}\"")).unwrap(),
            units
        );
    }
    assert!(serde_json::from_str::<Units>("0.0001").is_err());
}

#[test]
fn a_whole_number_written_with_a_fraction_is_whole() {
    let three: Units = serde_json::from_str("3.0").unwrap();
    assert_eq!(three.as_whole(), Some(3));
    assert_eq!(Units::from_thousandths(3_001).as_whole(), None);
}

#[test]
fn a_price_adds_up_or_does_not() {
    assert!(price("10.00", "12.30", "2.30").adds_up());
    assert!(!price("10.00", "12.30", "2.31").adds_up());
    assert_eq!(
        Price::from_gross_and_net(amount("12.30"), amount("10.00")),
        Some(price("10.00", "12.30", "2.30"))
    );
    assert_eq!(
        price("10.00", "12.30", "2.30").checked_add(price("1.00", "1.23", "0.23")),
        Some(price("11.00", "13.53", "2.53"))
    );
    let largest = inpost_pay::Amount::from_minor(i64::MAX);
    assert_eq!(largest.checked_add(inpost_pay::Amount::from_minor(1)), None);
    assert_eq!(largest.checked_sub(inpost_pay::Amount::from_minor(-1)), None);
}

#[test]
fn an_unknown_payment_type_is_kept_and_passed_on() {
    let literal = r#"["CARD","CARD_TOKEN","GOOGLE_PAY","APPLE_PAY","BLIK_CODE","BLIK_TOKEN","PAY_BY_LINK",
        "SHOPPING_LIMIT","DEFERRED_PAYMENT","CASH_ON_DELIVERY","PAY_BY_STONES"]"#;
    let read: Vec<PaymentType> = serde_json::from_str(literal).unwrap();
    let (unknown, known) = read.split_last().unwrap();
    assert_eq!(known, PaymentType::ALL);
    assert_eq!(unknown, &PaymentType::Other("PAY_BY_STONES".into()));
    assert_eq!(serde_json::to_value(&read).unwrap(), value(literal));
}
