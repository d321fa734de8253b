//! The shop's words in InPost's, and back. No rules of business here: what one side says, said to the other.

/// A basket as InPost reads it.
pub mod basket;
/// An order as InPost asks for it, and as it is answered.
pub mod order;

use crate::shop::model::{ConsentKind, DeliveryExtra, DeliveryKind};
use inpost_pay::wire::basket::RequirementType;
use inpost_pay::wire::delivery::{DeliveryCode, DeliveryType};
use inpost_pay::{Amount, Price};
use karfa_shared::money;

/// What every message to InPost needs to know of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFacts {
    /// Where the shop stands, without a slash at the end. Addresses in messages begin with it.
    pub public_url: String,
    /// The store's point of sale at InPost.
    pub pos_id: String,
}

impl StoreFacts {
    pub(super) fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') {
            format!("{}{path}", self.public_url)
        } else {
            path.to_owned()
        }
    }
}

fn amount(money: money::Money) -> Amount {
    Amount::from_minor(money.minor)
}

fn price(price: money::Price) -> Price {
    Price {
        net: amount(price.net()),
        gross: amount(price.gross()),
        vat: amount(price.vat()),
    }
}

fn delivery_type(kind: DeliveryKind) -> DeliveryType {
    match kind {
        DeliveryKind::ParcelLocker => DeliveryType::Apm,
        DeliveryKind::Courier => DeliveryType::Courier,
        DeliveryKind::Digital => DeliveryType::Digital,
    }
}

fn delivery_kind(delivery_type: &DeliveryType) -> Option<DeliveryKind> {
    match delivery_type {
        DeliveryType::Apm => Some(DeliveryKind::ParcelLocker),
        DeliveryType::Courier => Some(DeliveryKind::Courier),
        DeliveryType::Digital => Some(DeliveryKind::Digital),
        DeliveryType::Other(_) => None,
    }
}

fn delivery_code(extra: DeliveryExtra) -> DeliveryCode {
    match extra {
        DeliveryExtra::CashOnDelivery => DeliveryCode::CashOnDelivery,
        DeliveryExtra::Weekend => DeliveryCode::Weekend,
        DeliveryExtra::GiftWrap => DeliveryCode::GiftWrapping,
    }
}

/// The extras in one code. Combined ones like `CODPWW` have been seen (InPost contract, section 4).
fn delivery_extras(code: &DeliveryCode) -> Option<Vec<DeliveryExtra>> {
    match code {
        DeliveryCode::CashOnDelivery => Some(vec![DeliveryExtra::CashOnDelivery]),
        DeliveryCode::Weekend => Some(vec![DeliveryExtra::Weekend]),
        DeliveryCode::GiftWrapping => Some(vec![DeliveryExtra::GiftWrap]),
        DeliveryCode::Other(combined) => {
            let mut rest = combined.as_str();
            let mut extras = Vec::new();
            while !rest.is_empty() {
                let known = [
                    ("COD", DeliveryExtra::CashOnDelivery),
                    ("PWW", DeliveryExtra::Weekend),
                    ("GW", DeliveryExtra::GiftWrap),
                ];
                let (left, extra) = known
                    .iter()
                    .find_map(|(code, extra)| Some((rest.strip_prefix(code)?, *extra)))?;
                rest = left;
                extras.push(extra);
            }
            if extras.is_empty() { None } else { Some(extras) }
        }
    }
}

fn requirement(kind: ConsentKind) -> RequirementType {
    match kind {
        ConsentKind::Optional => RequirementType::Optional,
        ConsentKind::RequiredOnce => RequirementType::RequiredOnce,
        ConsentKind::RequiredAlways => RequirementType::RequiredAlways,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combined_delivery_codes_are_taken_apart() {
        let other = |text: &str| DeliveryCode::Other(text.to_owned());
        assert_eq!(
            delivery_extras(&other("CODPWW")),
            Some(vec![DeliveryExtra::CashOnDelivery, DeliveryExtra::Weekend])
        );
        assert_eq!(
            delivery_extras(&other("GWCOD")),
            Some(vec![DeliveryExtra::GiftWrap, DeliveryExtra::CashOnDelivery])
        );
        assert_eq!(delivery_extras(&other("DRONE")), None);
        assert_eq!(delivery_extras(&other("")), None);
    }
}
