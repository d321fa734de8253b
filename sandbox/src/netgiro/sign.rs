//! Signatures: plain SHA-256 over pieces put one after the other, in lower-case hex. Contract, sections 2, 5 and 7.

use ring::digest::{Context, SHA256};

/// The signature of these pieces.
pub(crate) fn signature(pieces: &[&[u8]]) -> String {
    let mut context = Context::new(&SHA256);
    for piece in pieces {
        context.update(piece);
    }
    let digest = context.finish();
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The signature of a first-generation message: `secret + nonce + url + body`.
pub(crate) fn message(secret: &str, nonce: &str, url: &str, body: &[u8]) -> String {
    signature(&[secret.as_bytes(), nonce.as_bytes(), url.as_bytes(), body])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netgiro::account;

    #[test]
    fn the_published_vector_comes_out() {
        let body = br#"{"Amount":1000,"Reference":"991100-123","CustomerId":"8223281","ConfirmationType":1,"CallbackUrl":"www.example.com/callback-success/991100-123","CallbackCancelUrl":"www.example.com/callback-cancel/991100-123"}"#;
        let url = "https://api.test.netgiro.is/v1/Checkout/InsertCart";
        assert_eq!(
            message(account::SECRET, "39084373214935208", url, body),
            "8ff35684c44ae5279f16f5b024b80a7f4de18f45b71aafc9c03a2f07ac3e9856"
        );
    }
}
