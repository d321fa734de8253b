//! The messages of the contract as tables: what must be in them, and within which limits.

use super::shape::Rule::{Amount, Any, Bool, List, Named, Object, OneOf, Quantity, Text, Time, Whole};
use super::shape::{Rule, opt, req};

/// Longest text where the contract names no limit: nothing is without one.
const LONG: usize = 4000;
/// Longest name, id or link where the contract names no limit.
const SHORT: usize = 1024;
/// Most entries of a list where the contract names no limit.
const MANY: usize = 500;

const PRICE: Rule = Object(&[req("net", Amount), req("gross", Amount), req("vat", Amount)]);
const DELIVERY_TYPE: Rule = OneOf(&["APM", "COURIER", "DIGITAL"]);
const KEY_VALUES: Rule = List(
    &Object(&[req("key", Named(SHORT)), req("value", Text(LONG))]),
    MANY,
);
const PHONE: Rule = Object(&[req("country_prefix", Named(4)), req("phone", Named(14))]);

const DELIVERY: Rule = Object(&[
    req("delivery_type", DELIVERY_TYPE),
    opt("delivery_date", Time),
    req("delivery_price", PRICE),
    opt("free_delivery_minimum_gross_price", Amount),
    opt(
        "delivery_options",
        List(
            &Object(&[
                req("delivery_name", Named(SHORT)),
                req("delivery_code_value", Named(32)),
                req("delivery_option_price", PRICE),
            ]),
            MANY,
        ),
    ),
]);

const QUANTITY: Rule = Object(&[
    req("quantity", Quantity),
    req("quantity_type", OneOf(&["INTEGER", "DECIMAL"])),
    opt("quantity_unit", Text(SHORT)),
    opt("available_quantity", Quantity),
    opt("max_quantity", Quantity),
]);

const DELIVERY_PRODUCT: Rule = List(
    &Object(&[
        req("delivery_type", DELIVERY_TYPE),
        req("if_delivery_available", Bool),
    ]),
    MANY,
);

const IMAGES: Rule = List(
    &Object(&[opt("small_size", Text(LONG)), opt("normal_size", Text(LONG))]),
    10,
);

const ATTRIBUTES: Rule = List(
    &Object(&[
        req("attribute_name", Text(255)),
        req("attribute_value", Text(255)),
    ]),
    MANY,
);

/// One product of a basket.
pub(crate) const PRODUCT: Rule = Object(&[
    req("product_id", Named(SHORT)),
    opt("product_category", Text(SHORT)),
    opt("ean", Text(SHORT)),
    req("product_name", Named(SHORT)),
    opt("product_description", Text(LONG)),
    opt("product_link", Text(LONG)),
    opt("product_image", Text(LONG)),
    opt("additional_product_images", IMAGES),
    req("base_price", PRICE),
    opt("promo_price", PRICE),
    opt("lowest_price", PRICE),
    req("quantity", QUANTITY),
    opt("product_attributes", ATTRIBUTES),
    opt(
        "variants",
        List(
            &Object(&[
                req("variant_id", Named(SHORT)),
                opt("variant_name", Text(SHORT)),
                opt("variant_description", Text(LONG)),
                opt("variant_type", Text(SHORT)),
                opt("variant_values", Any),
            ]),
            MANY,
        ),
    ),
    opt("delivery_product", DELIVERY_PRODUCT),
    opt("delivery_related_products", DELIVERY_PRODUCT),
    opt("product_type", OneOf(&["PRODUCT", "DIGITAL"])),
]);

const CONSENT: Rule = Object(&[
    req("consent_id", Named(SHORT)),
    opt("consent_link", Text(LONG)),
    opt("label_link", Text(SHORT)),
    req("consent_description", Text(150)),
    req("consent_version", Named(SHORT)),
    req(
        "requirement_type",
        OneOf(&["OPTIONAL", "REQUIRED_ONCE", "REQUIRED_ALWAYS"]),
    ),
    opt(
        "additional_consent_links",
        List(
            &Object(&[
                req("id", Named(SHORT)),
                req("consent_link", Text(LONG)),
                opt("label_link", Text(SHORT)),
            ]),
            MANY,
        ),
    ),
]);

const PROMOTION: Rule = Object(&[
    opt("type", OneOf(&["MERCHANT", "ONLY_IN_APP"])),
    req("promo_code_value", Named(SHORT)),
    req("description", Text(60)),
    opt("start_date", Time),
    opt("end_date", Time),
    opt("priority", Whole(1_000_000)),
    opt("details", Object(&[opt("link", Text(LONG))])),
]);

const SUMMARY: Rule = Object(&[
    req("basket_base_price", PRICE),
    opt("basket_final_price", PRICE),
    opt("basket_promo_price", PRICE),
    req("currency", OneOf(&["PLN"])),
    opt("basket_expiration_date", Time),
    opt("basket_additional_information", Text(LONG)),
    opt("payment_type", List(&Named(64), MANY)),
    opt(
        "basket_notice",
        Object(&[
            req("type", OneOf(&["ERROR", "ATTENTION"])),
            req("description", Text(LONG)),
        ]),
    ),
    opt("basket_additional_parameters", KEY_VALUES),
]);

/// The basket: contract, section 4.
pub(crate) const BASKET: Rule = Object(&[
    opt("browser_id", Named(SHORT)),
    req("summary", SUMMARY),
    req("delivery", List(&DELIVERY, MANY)),
    opt(
        "promo_codes",
        List(
            &Object(&[
                opt("name", Text(SHORT)),
                req("promo_code_value", Named(SHORT)),
                opt("regulation_type", OneOf(&["OMNIBUS"])),
            ]),
            MANY,
        ),
    ),
    opt("promotions_available", List(&PROMOTION, 5)),
    req("products", List(&PRODUCT, MANY)),
    opt("related_products", List(&PRODUCT, 10)),
    req("consents", List(&CONSENT, 10)),
    opt(
        "merchant_store",
        Object(&[opt("url", Text(LONG)), opt("cookies", List(&Any, MANY))]),
    ),
]);

/// A hot product: like a product of a basket, with one price and the days on which it is offered.
pub(crate) const HOT_PRODUCT: Rule = Object(&[
    opt("product_id", Named(SHORT)),
    opt("ean", Text(SHORT)),
    req("product_name", Named(SHORT)),
    opt("product_description", Text(LONG)),
    opt("product_link", Text(LONG)),
    req("product_image", Text(LONG)),
    opt("additional_product_images", IMAGES),
    req("price", PRICE),
    req("currency", OneOf(&["PLN"])),
    req(
        "quantity",
        Object(&[
            req("available_quantity", Quantity),
            req("quantity_type", OneOf(&["INTEGER", "DECIMAL"])),
            opt("quantity_unit", Text(SHORT)),
        ]),
    ),
    opt(
        "product_availability",
        Object(&[opt("start_date", Time), opt("end_date", Time)]),
    ),
    opt("product_attributes", ATTRIBUTES),
]);

/// New hot products.
pub(crate) const HOT_PRODUCTS: Rule = Object(&[req("content", List(&HOT_PRODUCT, MANY))]);

/// The basket that a merchant begins for the app: the basket, and its id.
pub(crate) const STARTED_BASKET: Rule = Object(&[req("basket_id", Named(SHORT))]);

/// The second generation's widget begins a binding.
pub(crate) const WIDGET_INIT: Rule = Object(&[
    req("basketBindingApiKey", Named(SHORT)),
    opt("bindingPlace", Text(SHORT)),
    opt("browserId", Text(SHORT)),
    opt("clientBindingApiKey", Text(SHORT)),
]);

/// The second generation's widget asks for a push.
pub(crate) const WIDGET_START: Rule = Object(&[
    req("basketBindingApiKey", Named(SHORT)),
    opt("bindingPlace", Text(SHORT)),
    req(
        "phone",
        Object(&[req("countryPrefix", Named(4)), req("number", Named(14))]),
    ),
]);

/// The start of a binding: contract, section 2.
pub(crate) const BINDING: Rule = Object(&[
    req("binding_method", OneOf(&["PHONE", "DEEP_LINK"])),
    req(
        "binding_place",
        OneOf(&[
            "PRODUCT_CARD",
            "BASKET_SUMMARY",
            "ORDER_CREATE",
            "BASKET_POPUP",
            "THANK_YOU_PAGE",
            "LOGIN_PAGE",
            "CHECKOUT_PAGE",
            "REGISTERFORM_PAGE",
            "MINICART_PAGE",
        ]),
    ),
    opt("phone_number", PHONE),
    req(
        "browser",
        Object(&[
            req("user_agent", Text(LONG)),
            opt("description", Text(LONG)),
            opt("platform", Text(SHORT)),
            opt("architecture", Text(LONG)),
            req("data_time", Time),
            opt("location", Text(SHORT)),
            req("customer_ip", Named(64)),
            req("port", Any),
        ]),
    ),
]);

/// An order event, merchant to app: contract, section 7.
pub(crate) const ORDER_EVENT: Rule = Object(&[
    req("event_id", Named(SHORT)),
    req("event_data_time", Time),
    opt("phone_number", PHONE),
    req(
        "event_data",
        Object(&[
            opt("order_status", Named(64)),
            opt("order_merchant_status_description", Text(SHORT)),
            opt("delivery_references_list", List(&Text(SHORT), MANY)),
            opt("delivery", Any),
        ]),
    ),
]);

/// A merchant's answer to an order event: contract, section 3.
pub(crate) const ORDER_EVENT_ANSWER: Rule = Object(&[
    req("order_merchant_status_description", Text(SHORT)),
    opt("delivery_references_list", List(&Text(SHORT), MANY)),
    opt("order_status", Named(64)),
]);

/// A merchant's order: contract, section 6.
pub(crate) const ORDER: Rule = Object(&[
    req(
        "order_details",
        Object(&[
            req("order_id", Named(SHORT)),
            opt("customer_order_id", Text(SHORT)),
            opt("pos_id", Text(SHORT)),
            opt("order_creation_date", Time),
            req("basket_id", Named(SHORT)),
            opt("order_merchant_status_description", Text(SHORT)),
            opt("payment_type", Text(64)),
            opt("order_base_price", PRICE),
            req("order_final_price", PRICE),
            req("currency", OneOf(&["PLN"])),
            opt("delivery_references_list", List(&Text(SHORT), MANY)),
            opt("order_comments", Text(LONG)),
            opt("order_discount", Any),
            opt("order_additional_parameters", List(&Any, MANY)),
        ]),
    ),
    req("account_info", Object(&[])),
    opt("invoice_details", Object(&[])),
    req("delivery", Object(&[req("delivery_type", DELIVERY_TYPE)])),
    req("products", List(&PRODUCT, MANY)),
    req(
        "consents",
        List(
            &Object(&[req("consent_id", Named(SHORT)), opt("is_accepted", Bool)]),
            MANY,
        ),
    ),
]);

/// The data of an invoice: contract, section 6.
pub(crate) const INVOICE: Rule = Object(&[
    req("legal_form", OneOf(&["PERSON", "COMPANY"])),
    opt("country_code", Named(2)),
    opt("tax_id_prefix", Named(2)),
    opt("tax_id", Named(32)),
    opt("company_name", Named(SHORT)),
    opt("name", Named(SHORT)),
    opt("surname", Named(SHORT)),
    opt("city", Text(SHORT)),
    opt("street", Text(SHORT)),
    opt("building", Text(SHORT)),
    opt("flat", Text(SHORT)),
    opt("postal_code", Text(SHORT)),
    opt("mail", Text(SHORT)),
    opt("registration_data_edited", Bool),
    opt("additional_information", Text(LONG)),
]);

/// A refund: contract, section 8.
pub(crate) const REFUND: Rule = Object(&[
    req("external_refund_id", Named(SHORT)),
    req("refund_amount", Amount),
    opt(
        "additional_business_data",
        Object(&[opt("additional_data", Text(LONG))]),
    ),
    req("signature", Named(SHORT)),
]);
