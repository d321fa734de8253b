//! Which wallets the page shows on a phone. Every number is a customer of every wallet all the same: a request that is
//! sent to a phone arrives, wherever the number is from.

use crate::number::Number;

/// The wallets of the number's country, the likeliest first; all three where none is at home.
pub(super) fn wallets(number: &Number) -> &'static [&'static str] {
    let (prefix, _) = number.parts();
    match prefix.as_str() {
        "+48" => &["inpost"],
        "+354" => &["netgiro"],
        "+45" | "+46" | "+47" | "+298" | "+299" | "+358" => &["vipps"],
        _ => &["inpost", "vipps", "netgiro"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_has_the_wallet_of_its_country() {
        let of = |number: &str| wallets(&Number::parse(number).unwrap());
        assert_eq!(of("48600000000"), ["inpost"]);
        assert_eq!(of("4791234567"), ["vipps"]);
        assert_eq!(of("358401234567"), ["vipps"]);
        assert_eq!(of("3548223281"), ["netgiro"]);
        assert_eq!(of("8223281"), ["netgiro"]);
        assert_eq!(of("4915112345678").len(), 3);
    }
}
