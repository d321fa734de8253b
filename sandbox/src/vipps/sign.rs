//! How a call to a merchant is signed: contract, section 6. Written for the sandbox alone, so that the client's own reading
//! of the contract meets a second one.

use crate::outgoing::Manner;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use url::Url;

/// A stale signature is this old; merchants take up to 300 s.
const STALE_S: i64 = 3600;
/// What signs where a key is wished for that the merchant was never given.
const NOBODYS_SECRET: &str = "nobody-was-given-this-secret";

/// The headers of a call: date, hash, host, signature.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signed {
    date: String,
    content_hash: String,
    host: String,
    authorization: String,
}

fn sign(url: &Url, secret: &str, date: &str, body: &[u8]) -> Signed {
    let content_hash = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, body).as_ref());
    let name = url.host_str().unwrap_or_default();
    let host = url
        .port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    let text = format!("POST\n{}{query}\n{date};{host};{content_hash}", url.path());
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, text.as_bytes()).as_ref());
    let authorization =
        format!("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}");
    Signed {
        date: date.to_owned(),
        content_hash,
        host,
        authorization,
    }
}

/// Signs a body, well or as badly as a fault wants it.
pub(crate) fn headers(
    url: &Url,
    secret: &str,
    now: Timestamp,
    body: &[u8],
    manner: Manner,
) -> Vec<(HeaderName, HeaderValue)> {
    let age = SignedDuration::from_secs(if manner.stale { STALE_S } else { 0 });
    let at = now.checked_sub(age).unwrap_or(now);
    let date = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let secret = if manner.unpublished_key {
        NOBODYS_SECRET
    } else {
        secret
    };
    let signed_body = if manner.tampered {
        b"something else".as_slice()
    } else {
        body
    };
    let mut signed = sign(url, secret, &date, signed_body);
    if manner.tampered {
        // The hash of the body that is sent: only who checks the signature notices.
        signed.content_hash = sign(url, secret, &date, body).content_hash;
    }
    let named = [
        (HeaderName::from_static("x-ms-date"), signed.date),
        (
            HeaderName::from_static("x-ms-content-sha256"),
            signed.content_hash,
        ),
        (header::HOST, signed.host),
        (header::AUTHORIZATION, signed.authorization),
    ];
    let readable = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?)));
    readable.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_signed_as_published() {
        let url = Url::parse("https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63").unwrap();
        let secret =
            "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==";
        let body = br#"{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}"#;
        let signed = sign(&url, secret, "Thu, 30 Mar 2023 08:38:32 GMT", body);
        assert_eq!(
            signed.content_hash,
            "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4="
        );
        assert_eq!(signed.host, "webhook.site");
        assert_eq!(
            signed.authorization,
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256\
             &Signature=agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U="
        );
    }

    #[test]
    fn a_date_is_written_as_in_rfc_1123_and_the_host_with_its_port() {
        let url = Url::parse("http://127.0.0.1:8080/vipps/webhooks?store=1").unwrap();
        let now: Timestamp = "2026-02-01T07:05:09Z".parse().unwrap();
        let headers = headers(&url, "s", now, b"{}", Manner::default());
        let value = |name: &str| {
            let found = headers.iter().find(|(known, _)| known == name).unwrap();
            found.1.to_str().unwrap().to_owned()
        };
        assert_eq!(value("x-ms-date"), "Sun, 01 Feb 2026 07:05:09 GMT");
        assert_eq!(value("host"), "127.0.0.1:8080");
    }
}
