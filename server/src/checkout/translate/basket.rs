//! A basket as InPost reads it (InPost contract, section 4).

use super::{StoreFacts, amount, delivery_code, delivery_type, price, requirement};
use crate::shop::model::{self, Line, Product as ShopProduct};
use inpost_pay::wire::basket::{
    Basket, BasketNotice, Consent, NoticeType, PaymentType, PromoCode, Promotion, PromotionType, Summary,
};
use inpost_pay::wire::delivery::{Delivery, DeliveryOption, DeliveryType};
use inpost_pay::wire::goods::{
    DeliveryProduct, DeliveryRelatedProduct, Product, ProductAttribute, ProductType, Quantity, QuantityType,
    RelatedProduct,
};
use inpost_pay::wire::product::{HotProduct, HotQuantity};
use inpost_pay::{Units, UtcTime};
use karfa_shared::money::Currency;

/// The longest text of an attribute.
const LONGEST_ATTRIBUTE: usize = 255;
/// The longest description of a promotion.
const LONGEST_PROMOTION: usize = 60;
/// The longest description of a consent.
const LONGEST_CONSENT: usize = 150;

/// A sentence for the app to show with a basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Something failed.
    Error(String),
    /// Something went well that the shopper should know of.
    Attention(String),
}

/// The basket in InPost's words. The same basket always reads the same: InPost compares before every order.
pub fn basket(basket: &model::Basket, notice: Option<&Notice>, store: &StoreFacts) -> Basket {
    Basket {
        summary: summary(basket, notice),
        delivery: basket.deliveries.iter().map(delivery).collect(),
        promo_codes: basket.promo_codes.iter().map(promo_code).collect(),
        promotions_available: basket.offers.iter().zip(1_i64..).map(promotion).collect(),
        products: basket
            .lines
            .iter()
            .map(|line| product(line, basket, store))
            .collect(),
        related_products: basket
            .related
            .iter()
            .map(|suggested| related(suggested, basket, store))
            .collect(),
        consents: basket
            .consents
            .iter()
            .map(|consent| self::consent(consent, store))
            .collect(),
        merchant_store: None,
    }
}

/// Whether InPost can take the basket at all.
pub fn can_be_taken(basket: &model::Basket) -> bool {
    settles_in(basket.final_total.gross().currency)
}

/// Whether InPost settles in this currency: in złoty only.
pub fn settles_in(currency: Currency) -> bool {
    currency == Currency::Pln
}

fn summary(basket: &model::Basket, notice: Option<&Notice>) -> Summary {
    Summary {
        basket_base_price: price(basket.base_total),
        basket_final_price: Some(price(basket.final_total)),
        basket_promo_price: Some(price(basket.promo_total)),
        currency: inpost_pay::wire::basket::Currency::Pln,
        basket_expiration_date: Some(UtcTime(basket.expires)),
        basket_additional_information: None,
        payment_type: basket
            .payment_methods
            .iter()
            .map(|word| PaymentType::from(word.as_str()))
            .collect(),
        basket_notice: notice.map(|notice| match notice {
            Notice::Error(text) => BasketNotice {
                notice_type: NoticeType::Error,
                description: text.clone(),
            },
            Notice::Attention(text) => BasketNotice {
                notice_type: NoticeType::Attention,
                description: text.clone(),
            },
        }),
        basket_additional_parameters: Vec::new(),
    }
}

fn delivery(offer: &model::Delivery) -> Delivery {
    Delivery {
        delivery_date: Some(UtcTime(offer.expected)),
        free_delivery_minimum_gross_price: offer.free_from.map(amount),
        delivery_options: delivery_options(offer),
        ..Delivery::new(delivery_type(offer.kind), price(offer.price))
    }
}

/// The extras of a delivery as options.
pub(super) fn delivery_options(offer: &model::Delivery) -> Vec<DeliveryOption> {
    offer
        .extras
        .iter()
        .map(|(extra, name, extra_price)| DeliveryOption {
            delivery_name: name.clone(),
            delivery_code_value: delivery_code(*extra),
            delivery_option_price: price(*extra_price),
        })
        .collect()
}

fn promo_code(code: &model::PromoCode) -> PromoCode {
    PromoCode {
        name: Some(code.name.clone()),
        promo_code_value: code.code.clone(),
        regulation_type: None,
    }
}

/// One line of a basket or an order, as a product of InPost's. Prices are of one piece (`INTEGER`).
pub(super) fn line(line: &Line, store: &StoreFacts) -> Product {
    let sold: &ShopProduct = &line.product;
    Product {
        product_id: sold.id.to_string(),
        product_category: Some(sold.category.clone()),
        ean: sold.ean.clone(),
        product_name: sold.name.clone(),
        product_description: Some(sold.description.clone()),
        product_link: Some(store.absolute(&sold.link)),
        product_image: Some(store.absolute(&sold.image)),
        base_price: price(sold.base_price),
        promo_price: sold.promo_price.map(price),
        lowest_price: sold.lowest_price.map(price),
        quantity: Quantity {
            quantity: Units::whole(line.quantity),
            quantity_type: QuantityType::Integer,
            quantity_unit: Some(sold.unit.clone()),
            available_quantity: Some(Units::whole(sold.stock)),
            max_quantity: Some(Units::whole(sold.max_quantity)),
        },
        product_attributes: sold.attributes.iter().map(attribute).collect(),
        product_type: Some(if sold.digital {
            ProductType::Digital
        } else {
            ProductType::Product
        }),
        ..Product::default()
    }
}

fn promotion((offer, priority): (&model::PromoOffer, i64)) -> Promotion {
    Promotion {
        promotion_type: if offer.only_in_app {
            PromotionType::OnlyInApp
        } else {
            PromotionType::Merchant
        },
        promo_code_value: offer.code.clone(),
        description: shortened(&offer.description, LONGEST_PROMOTION),
        start_date: None,
        end_date: offer.until.map(UtcTime),
        priority: Some(priority),
        details: None,
    }
}

/// One piece of what is suggested. Whether its delivery costs nothing depends on the basket as it is now.
fn related(suggested: &ShopProduct, basket: &model::Basket, store: &StoreFacts) -> RelatedProduct {
    let mut product = one_piece(suggested, store);
    product.quantity.available_quantity = None;
    let goods = basket.final_total.gross().minor;
    RelatedProduct {
        product,
        delivery_related_products: basket
            .deliveries
            .iter()
            .map(|offer| DeliveryRelatedProduct {
                delivery_type: delivery_type(offer.kind),
                if_delivery_available: (offer.kind == model::DeliveryKind::Digital) == suggested.digital,
                if_delivery_free: offer.free_from.is_some_and(|from| goods >= from.minor),
            })
            .collect(),
    }
}

/// One piece of a product, outside of any basket.
pub fn one_piece(product: &ShopProduct, store: &StoreFacts) -> Product {
    let one = Line {
        product: product.clone(),
        quantity: 1,
        final_total: product.price(),
    };
    line(&one, store)
}

/// A product that the app offers by itself.
pub fn hot_product(product: &ShopProduct, store: &StoreFacts) -> HotProduct {
    HotProduct {
        product_id: product.id.to_string(),
        ean: product.ean.clone(),
        product_name: product.name.clone(),
        product_description: Some(product.description.clone()),
        product_link: Some(store.absolute(&product.link)),
        product_image: store.absolute(&product.image),
        price: price(product.price()),
        currency: inpost_pay::wire::basket::Currency::Pln,
        quantity: HotQuantity {
            available_quantity: Units::whole(product.stock),
            quantity_type: QuantityType::Integer,
            quantity_unit: Some(product.unit.clone()),
        },
        product_attributes: product.attributes.iter().map(attribute).collect(),
    }
}

fn product(in_basket: &Line, basket: &model::Basket, store: &StoreFacts) -> Product {
    let fits = |kind: &DeliveryType| (*kind == DeliveryType::Digital) == in_basket.product.digital;
    let delivery_product = basket
        .deliveries
        .iter()
        .map(|offer| delivery_type(offer.kind))
        .map(|kind| DeliveryProduct {
            if_delivery_available: fits(&kind),
            delivery_type: kind,
        })
        .collect();
    Product {
        delivery_product,
        ..line(in_basket, store)
    }
}

fn attribute((name, value): &(String, String)) -> ProductAttribute {
    ProductAttribute {
        attribute_name: shortened(name, LONGEST_ATTRIBUTE),
        attribute_value: shortened(value, LONGEST_ATTRIBUTE),
    }
}

fn consent(asked: &model::Consent, store: &StoreFacts) -> Consent {
    Consent {
        consent_id: asked.id.clone(),
        consent_link: Some(store.absolute(&asked.link)),
        label_link: Some(asked.link_label.clone()),
        consent_description: shortened(&asked.description, LONGEST_CONSENT),
        consent_version: asked.version.clone(),
        requirement_type: requirement(asked.kind),
        additional_consent_links: Vec::new(),
    }
}

fn shortened(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}
