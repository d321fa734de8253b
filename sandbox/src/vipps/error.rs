//! Answers in the shapes that the provider's systems have: problems with error numbers, the gateway's own, OAuth's.
//! Contract, sections 2 to 5.

use crate::gate::AnsweredCode;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the problems' types are explained.
const TYPES: &str = "https://developer.vippsmobilepay.com/docs/APIs/epayment-api/errors";
/// After a made-up 429 a client waits so long, in seconds.
const PAUSE_S: i64 = 2;

/// A whole answer, which an idempotency key keeps.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    body: Value,
    /// Its error number or word, for the list of calls.
    code: Option<String>,
    /// Seconds, with a 429.
    #[serde(default)]
    retry_after_s: Option<i64>,
}

impl Reply {
    /// It worked.
    pub(crate) fn done(status: StatusCode, body: Value) -> Self {
        Reply {
            status: status.as_u16(),
            body,
            code: None,
            retry_after_s: None,
        }
    }

    fn refused(status: StatusCode, body: Value, code: &str) -> Self {
        let retry_after_s = (status == StatusCode::TOO_MANY_REQUESTS).then_some(PAUSE_S);
        Reply {
            status: status.as_u16(),
            body,
            code: Some(code.to_owned()),
            retry_after_s,
        }
    }

    /// An error with a number of the contract.
    pub(crate) fn number(number: u16) -> Self {
        let reason = number.to_string();
        let details = json!([{ "name": "ErrorCode", "reason": reason }]);
        Reply::refused(
            status_of(number),
            problem(status_of(number), sentence(number), &details),
            &reason,
        )
    }

    /// Fields that are not as the interface says: their names, and what is wrong with them.
    pub(crate) fn invalid(wrongs: &[(String, String)]) -> Self {
        let details: Vec<Value> = wrongs
            .iter()
            .map(|(name, reason)| json!({ "name": name, "reason": reason }))
            .collect();
        let status = StatusCode::BAD_REQUEST;
        Reply::refused(
            status,
            problem(status, "Bad Request", &json!(details)),
            "VALIDATION",
        )
    }

    /// One field that is not as the interface says.
    pub(crate) fn invalid_field(name: &str, reason: &str) -> Self {
        Reply::invalid(&[(name.to_owned(), reason.to_owned())])
    }

    /// The gateway before the systems, which has a shape of its own.
    pub(crate) fn gateway(status: StatusCode, message: &str) -> Self {
        let body = json!({ "statusCode": status.as_u16(), "message": message });
        Reply::refused(status, body, "GATEWAY")
    }

    /// Too many calls; the caller comes again in so many seconds.
    pub(crate) fn too_many(retry_after_s: i64) -> Self {
        let mut reply = Reply::gateway(
            StatusCode::TOO_MANY_REQUESTS,
            "Rate limit is exceeded. Try again later.",
        );
        reply.retry_after_s = Some(retry_after_s);
        reply
    }

    /// A problem without a number.
    pub(crate) fn problem(status: StatusCode, title: &str) -> Self {
        Reply::refused(status, problem(status, title, &json!([])), "PROBLEM")
    }

    /// OAuth's shape.
    pub(crate) fn oauth(status: StatusCode, error: &str, description: &str) -> Self {
        Reply::refused(
            status,
            json!({ "error": error, "error_description": description }),
            error,
        )
    }

    /// The login's own word beside OAuth's: `old_app`, `invalid_user`.
    pub(crate) fn with_error_code(mut self, error_code: &str) -> Self {
        if let Some(body) = self.body.as_object_mut() {
            body.insert("error_code".to_owned(), json!(error_code));
        }
        self.code = Some(error_code.to_owned());
        self
    }

    /// Whether it says that there is no such user.
    pub(crate) fn is_unknown_user(&self) -> bool {
        self.code.as_deref() == Some("unknown_user_id")
    }

    /// Sets when to come again.
    pub(crate) fn after(mut self, seconds: i64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The shape of the QR systems other than the exchange of a personal code.
    pub(crate) fn qr(status: StatusCode, detail: &str, wrongs: &[(String, String)]) -> Self {
        let params: Vec<Value> = wrongs
            .iter()
            .map(|(name, reason)| json!({ "name": name, "reason": reason }))
            .collect();
        let body = json!({
            "title": status.canonical_reason().unwrap_or("Refused"),
            "detail": detail,
            "instance": trace_id(),
            "invalidParams": params,
        });
        Reply::refused(status, body, "QR")
    }

    /// The shape of the exchange of a personal code.
    pub(crate) fn exchange(status: StatusCode, name: &str, reason: &str) -> Self {
        let body = json!({
            "title": status.canonical_reason().unwrap_or("Refused"),
            "status": status.as_u16(),
            "detail": "The request is not valid.",
            "extraDetails": [{ "name": name, "reason": reason }],
        });
        Reply::refused(status, body, "QR")
    }

    /// The same refusal in the shape of the exchange of a personal code, unless it is the gateway's.
    pub(crate) fn in_exchange_shape(self) -> Self {
        match self.wrongs() {
            None => self,
            Some(wrongs) => {
                let status = self.status();
                let (name, reason) = wrongs.into_iter().next().unwrap_or_default();
                Reply::exchange(status, &name, &reason)
            }
        }
    }

    /// The same refusal in the shape of the other systems of the QR API, unless it is the gateway's.
    pub(crate) fn in_qr_shape(self) -> Self {
        match self.wrongs() {
            None => self,
            Some(wrongs) => Reply::qr(self.status(), "The request is not valid.", &wrongs),
        }
    }

    /// What a problem says is wrong; nothing where this is no problem. One without a field is about the whole body.
    fn wrongs(&self) -> Option<Vec<(String, String)>> {
        let details = self.body.get("extraDetails")?.as_array()?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        if details.is_empty() {
            return Some(vec![("body".to_owned(), text(self.body.get("title")))]);
        }
        let named = details
            .iter()
            .map(|detail| (text(detail.get("name")), text(detail.get("reason"))));
        Some(named.collect())
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Whether an idempotency key keeps it. What is the server's fault or the gateway's may come out differently the
    /// next time, and so may 6280: contract, section 5.
    pub(crate) fn sticks(&self) -> bool {
        self.status < 500 && !matches!(self.status, 401 | 429) && self.code.as_deref() != Some("6280")
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = self.status();
        let is_problem = self.body.get("type").is_some() && !status.is_success();
        let mut response = if self.body.is_null() {
            status.into_response()
        } else {
            (status, Json(self.body)).into_response()
        };
        if is_problem {
            let kind = HeaderValue::from_static("application/problem+json");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(code) = self.code {
            response.extensions_mut().insert(AnsweredCode(code));
        }
        response
    }
}

fn problem(status: StatusCode, title: &str, details: &Value) -> Value {
    json!({
        "type": TYPES,
        "title": title,
        "status": status.as_u16(),
        "traceId": trace_id(),
        "extraDetails": details,
    })
}

/// Every error has its own.
fn trace_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let count = LAST.fetch_add(1, Ordering::Relaxed);
    let mixed = count.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("00-{mixed:016x}{count:016x}-{mixed:016x}-01")
}

fn is_gateway_s(status: StatusCode) -> bool {
    matches!(status.as_u16(), 401 | 403 | 422 | 429)
}

/// A made-up error of the ePayment and the webhooks API: `error_code` is a number of the contract, or no number.
pub(crate) fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    if is_gateway_s(status) {
        return Reply::gateway(status, message).into_response();
    }
    let details = match code.parse::<u16>() {
        Ok(_) => json!([{ "name": "ErrorCode", "reason": code }]),
        Err(_) => json!([]),
    };
    let title = code
        .parse()
        .map_or(status.canonical_reason().unwrap_or("Refused"), sentence);
    let mut body = problem(status, title, &details);
    if let Some(body) = body.as_object_mut() {
        body.insert("detail".to_owned(), json!(message));
    }
    Reply::refused(status, body, code).into_response()
}

/// A made-up error of the exchange of a personal code.
pub(crate) fn refuse_exchange(status: StatusCode, _code: &str, message: &str) -> Response {
    let reply = if is_gateway_s(status) {
        Reply::gateway(status, message)
    } else {
        Reply::exchange(status, "qrCode", message)
    };
    reply.into_response()
}

/// A made-up error of the merchant's codes.
pub(crate) fn refuse_qr(status: StatusCode, _code: &str, message: &str) -> Response {
    let reply = if is_gateway_s(status) {
        Reply::gateway(status, message)
    } else {
        Reply::qr(status, message, &[])
    };
    reply.into_response()
}

/// A made-up error of the login and the token API.
pub(crate) fn refuse_oauth(status: StatusCode, code: &str, message: &str) -> Response {
    let error = match code {
        "INTERNAL_SERVER_ERROR" => "server_error",
        "BAD_REQUEST" => "invalid_request",
        other => other,
    };
    Reply::oauth(status, error, message).into_response()
}

/// The HTTP status of an error number: contract, section 8.
pub(crate) const fn status_of(number: u16) -> StatusCode {
    match number {
        3010 => StatusCode::INTERNAL_SERVER_ERROR,
        5090 => StatusCode::NOT_FOUND,
        4010 | 4020 | 4150 => StatusCode::CONFLICT,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// A sentence for an error number: contract, section 5.
#[rustfmt::skip] // A table is read by its columns.
const fn sentence(number: u16) -> &'static str {
    match number {
        3010 => "Internal error",
        4010 => "The idempotency key was used for another capture",
        4020 => "The idempotency key was used for another request",
        4040 => "The amount is not valid",
        4050 => "The customer token is not valid",
        4060 => "The personal QR code is not valid",
        4070 => "The phone number is not valid",
        4080 => "The scope is not valid",
        4090 => "The URL is not valid",
        4100 => "The metadata has too many pairs",
        4110 => "A key of the metadata is too long",
        4120 => "A value of the metadata is too long",
        4130 => "A value of the metadata is not a text",
        4140 => "A parameter is missing",
        4150 => "The reference exists already",
        4160 => "The payment method is not possible here",
        5010 => "The sources cannot be blocked",
        5020 => "Express is not possible",
        5030 => "The scope is not allowed",
        5040 => "The currency is not the sales unit's",
        5050 => "A long-living payment is not possible here",
        5060 => "The account cannot pay",
        5070 => "The payment cannot be created",
        5080 => "The sales unit may not use PUSH_MESSAGE",
        5090 => "There is no payment with this reference",
        5100 => "The refund failed",
        6010 => "The amount is too small",
        6020 => "Nothing is reserved that could be refunded",
        6030 => "The time for cancelling is over",
        6040 => "What is captured cannot be cancelled",
        6050 => "Nothing is reserved that could be cancelled",
        6060 => "The payment is authorised, and was not to be cancelled then",
        6070 => "What is cancelled cannot be captured",
        6080 => "Nothing is reserved that could be captured",
        6090 => "More than is reserved cannot be captured",
        6100 => "The time for capturing is over",
        6110 => "expiresAt is too late",
        6120 => "expiresAt is too soon",
        6130 => "A long-living payment needs a receipt",
        6140 => "The whole amount must be captured",
        6150 => "Not as much is left to be refunded",
        6160 => "The payment is being processed",
        6170 => "All is captured already",
        6180 => "All is refunded already",
        6190 => "The payment cannot be cancelled",
        6200 => "The payment cannot be captured",
        6210 => "The payment cannot be refunded",
        6220 => "The time for refunds is over",
        6230 => "The payment is reserved already",
        6250 => "The customer is paying: it cannot be cancelled now",
        6260 => "There are not enough funds",
        6280 => "The capture failed, try again later with the same key",
        7010 => "There is no customer with this number",
        10010 => "Only a payment that waits can be approved",
        10020 => "The customer is not this payment's",
        10030 => "The customer must be named",
        10040 => "The customer cannot approve",
        10050 => "The payment's flow cannot be approved so",
        10060 => "The token is not valid",
        10070 => "The approval failed",
        _ => "Refused",
    }
}
