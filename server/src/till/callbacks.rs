//! What the wallets' providers tell the tills: each call behind its signature, each answered at once, each safe to repeat.
//!
//! Belongs here: verifying, and matching with a sale. Does not belong here: what follows from it (`machine`). A call is
//! believed as far as its signature goes, and no further: where the money is, is read.

/// Netgíró's callbacks.
pub mod netgiro;
/// Vipps MobilePay's webhooks.
pub mod vipps;

/// The largest body that a provider may send.
const BODY_LIMIT: usize = 64 * 1024;

/// The sale that a payment's reference belongs to: `<sale>-<attempt>`.
fn sale_of(reference: &str) -> Option<&str> {
    let (sale, attempt) = reference.rsplit_once('-')?;
    let is_attempt =
        !attempt.is_empty() && attempt.len() <= 4 && attempt.bytes().all(|byte| byte.is_ascii_digit());
    (is_attempt && sale.len() == 36).then_some(sale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_its_sale() {
        let sale = "01936a7e-0000-7000-8000-000000000000";
        assert_eq!(sale_of(&format!("{sale}-12")), Some(sale));
        for strange in [
            sale,
            "1-1",
            "",
            "-",
            &format!("{sale}-"),
            &format!("{sale}-a"),
            &format!("{sale}1-1"),
        ] {
            assert_eq!(sale_of(strange), None, "{strange:?}");
        }
    }
}
