//! Whether the body of a new payment is as the interface says: contract, section 5. First its form, field by field; then
//! what it means, by error number.

use super::super::accounts::SalesUnit;
use super::super::error::Reply;
use super::super::fields::{Need, Object, Wrongs};
use super::payment::Flow;
use super::receipt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

/// Of any amount, in minor units.
const MOST_VALUE: i64 = 65_000_000;
/// A long-living payment ends later than this from now, in minutes.
const SOONEST_END_MIN: i64 = 10;
/// And not later than this, in days.
const LATEST_END_DAYS: i64 = 28;
/// Pairs of metadata.
const MOST_METADATA: usize = 5;
/// The longest key of metadata.
const LONGEST_METADATA_KEY: usize = 100;
/// The longest value of metadata.
const LONGEST_METADATA_VALUE: usize = 500;
/// The longest address.
const LONGEST_URL: usize = 2048;
/// What a profile can be asked for.
const SCOPES: [&str; 6] = ["name", "address", "email", "phoneNumber", "birthDate", "nin"];

/// Who pays, as the merchant says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Customer {
    /// By number.
    Phone(String),
    /// By the content of the customer's code.
    PersonalQr(String),
    /// By the token of a check-in.
    Token(String),
}

/// How the code of the QR flow is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    /// The text itself.
    Text,
    /// A picture of this kind.
    Png,
    /// A drawing.
    Svg,
}

/// A payment that may be made.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) reference: String,
    pub(crate) value: i64,
    pub(crate) flow: Flow,
    pub(crate) customer: Option<Customer>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) picture: Picture,
}

const KNOWN: [&str; 15] = [
    "amount",
    "customer",
    "customerInteraction",
    "paymentMethod",
    "reference",
    "userFlow",
    "returnUrl",
    "paymentDescription",
    "expiresAt",
    "profile",
    "receipt",
    "receiptUrl",
    "metadata",
    "minimumUserAge",
    "qrFormat",
];

/// Reads the body.
pub(crate) fn check(body: &Value, unit: SalesUnit, now: Timestamp) -> Result<Wish, Reply> {
    let wrongs = Wrongs::default();
    let form = Object::whole(body, &wrongs).map(|body| form(&body));
    let found = wrongs.into_inner();
    match form {
        Some(form) if found.is_empty() => meaning(form, unit, now),
        _ => Err(Reply::invalid(&found)),
    }
}

/// A body whose form is right.
#[derive(Default)]
struct Form<'a> {
    value: i64,
    currency: &'a str,
    method: &'a str,
    reference: &'a str,
    flow: Option<Flow>,
    customer: Option<Customer>,
    expires_at: Option<Timestamp>,
    has_receipt: bool,
    return_url: Option<&'a str>,
    receipt_url: Option<&'a str>,
    scope: Option<&'a str>,
    metadata: Option<&'a Map<String, Value>>,
    picture: Option<Picture>,
}

fn form<'a>(body: &Object<'a, '_>) -> Form<'a> {
    body.only(&KNOWN);
    let mut form = Form::default();
    if let Some(amount) = body.object("amount", Need::Must) {
        amount.only(&["currency", "value"]);
        form.currency = amount
            .word("currency", Need::Must, &["NOK", "DKK", "EUR"])
            .unwrap_or_default();
        form.value = amount
            .whole_number("value", Need::Must, 0..=MOST_VALUE)
            .unwrap_or_default();
    }
    if let Some(method) = body.object("paymentMethod", Need::Must) {
        method.only(&["type"]);
        form.method = method
            .word("type", Need::Must, &["WALLET", "CARD"])
            .unwrap_or_default();
    }
    let reference = |text: &str| {
        (8..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    form.reference = body
        .text(
            "reference",
            Need::Must,
            reference,
            "must match ^[a-zA-Z0-9-]{8,64}$",
        )
        .unwrap_or_default();
    let flows = ["PUSH_MESSAGE", "WEB_REDIRECT", "NATIVE_REDIRECT", "QR"];
    form.flow = body.word("userFlow", Need::Must, &flows).and_then(Flow::read);
    form.customer = body
        .object("customer", Need::May)
        .and_then(|given| customer(&given));
    body.word(
        "customerInteraction",
        Need::May,
        &["CUSTOMER_PRESENT", "CUSTOMER_NOT_PRESENT"],
    );
    body.text_of("paymentDescription", Need::May, 3..=100);
    form.return_url = body.text_of("returnUrl", Need::May, 1..=LONGEST_URL);
    form.receipt_url = body.text_of("receiptUrl", Need::May, 1..=LONGEST_URL);
    let is_time = |text: &str| text.parse::<Timestamp>().is_ok();
    form.expires_at = body
        .text("expiresAt", Need::May, is_time, "must be a time as in RFC 3339")
        .and_then(|text| text.parse().ok());
    if let Some(profile) = body.object("profile", Need::May) {
        profile.only(&["scope"]);
        form.scope = profile.text_of("scope", Need::May, 0..=200);
    }
    if let Some(receipt) = body.object("receipt", Need::May) {
        form.has_receipt = true;
        receipt::check(&receipt);
    }
    form.metadata = body
        .object("metadata", Need::May)
        .map(|metadata| metadata.members());
    body.whole_number("minimumUserAge", Need::May, 0..=100);
    if let Some(format) = body.object("qrFormat", Need::May) {
        format.only(&["format", "size"]);
        let formats = ["TEXT/TARGETURL", "IMAGE/PNG", "IMAGE/SVG+XML"];
        form.picture = match format.word("format", Need::Must, &formats) {
            Some("IMAGE/PNG") => Some(Picture::Png),
            Some("IMAGE/SVG+XML") => Some(Picture::Svg),
            _ => Some(Picture::Text),
        };
        format.whole_number("size", Need::May, 100..=2000);
    }
    form
}

fn customer(given: &Object<'_, '_>) -> Option<Customer> {
    given.only(&["phoneNumber", "personalQr", "customerToken"]);
    let is_phone = |text: &str| (10..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let phone = given.text("phoneNumber", Need::May, is_phone, "must match ^\\d{10,15}$");
    let code = given.text_of("personalQr", Need::May, 5..=255);
    let token = given.text_of("customerToken", Need::May, 1..=255);
    let ways = ["phoneNumber", "personalQr", "customerToken"];
    if ways.iter().filter(|way| given.has(way)).count() != 1 {
        given.wrong(
            "",
            "must have exactly one of phoneNumber, personalQr and customerToken",
        );
    }
    let phone = phone.map(|phone| Customer::Phone(phone.to_owned()));
    let code = code.map(|code| Customer::PersonalQr(code.to_owned()));
    phone
        .or(code)
        .or(token.map(|token| Customer::Token(token.to_owned())))
}

fn meaning(form: Form<'_>, unit: SalesUnit, now: Timestamp) -> Result<Wish, Reply> {
    let refused = |number: u16| Err(Reply::number(number));
    let Some(flow) = form.flow else {
        return Err(Reply::invalid_field("userFlow", "is required"));
    };
    if form.currency != unit.currency {
        return refused(5040);
    }
    if form.value < if form.currency == "NOK" { 100 } else { 1 } {
        return refused(6010);
    }
    if form.method == "CARD" && flow != Flow::WebRedirect {
        return refused(4160);
    }
    if flow == Flow::PushMessage {
        if form.customer.is_none() {
            return refused(4140);
        }
        if !unit.push_allowed {
            return refused(5080);
        }
    }
    if flow == Flow::WebRedirect && form.return_url.is_none() {
        return refused(4140);
    }
    if [form.return_url, form.receipt_url]
        .into_iter()
        .flatten()
        .any(|url| url::Url::parse(url).is_err())
    {
        return refused(4090);
    }
    if form
        .scope
        .is_some_and(|scope| scope.split_whitespace().any(|one| !SCOPES.contains(&one)))
    {
        return refused(4080);
    }
    if let Some(metadata) = form.metadata {
        check_metadata(metadata)?;
    }
    if let Some(expires) = form.expires_at {
        check_end(expires, flow, form.has_receipt, now)?;
    }
    Ok(Wish {
        reference: form.reference.to_owned(),
        value: form.value,
        flow,
        customer: form.customer,
        expires: form.expires_at,
        picture: form.picture.unwrap_or(Picture::Svg),
    })
}

fn check_metadata(metadata: &Map<String, Value>) -> Result<(), Reply> {
    if metadata.len() > MOST_METADATA {
        return Err(Reply::number(4100));
    }
    for (name, value) in metadata {
        if name.chars().count() > LONGEST_METADATA_KEY {
            return Err(Reply::number(4110));
        }
        match value.as_str() {
            None => return Err(Reply::number(4130)),
            Some(text) if text.chars().count() > LONGEST_METADATA_VALUE => return Err(Reply::number(4120)),
            Some(_) => {}
        }
    }
    Ok(())
}

fn check_end(expires: Timestamp, flow: Flow, has_receipt: bool, now: Timestamp) -> Result<(), Reply> {
    if !matches!(flow, Flow::PushMessage | Flow::Qr) {
        return Err(Reply::number(5050));
    }
    if !has_receipt {
        return Err(Reply::number(6130));
    }
    let from_now = expires.duration_since(now);
    if from_now <= SignedDuration::from_mins(SOONEST_END_MIN) {
        return Err(Reply::number(6120));
    }
    if from_now > SignedDuration::from_hours(24 * LATEST_END_DAYS) {
        return Err(Reply::number(6110));
    }
    Ok(())
}
