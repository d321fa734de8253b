//! The accounts that every sandbox starts with: one client with four sales units. Contract, section 2.

use super::epayment::magic;
use super::listed;
use crate::front::{Account, customer, entry};

/// The client id of all sales units.
pub(crate) const CLIENT_ID: &str = "6e5b1a3c-0d5f-4c2e-9a6b-1f2e3d4c5b6a";
/// Its secret.
pub(crate) const CLIENT_SECRET: &str = "karfa-demo-secret";
/// The subscription key; the second of the two is the same word backwards.
pub(crate) const SUBSCRIPTION_KEYS: [&str; 2] = [
    "0123456789abcdef0123456789abcdef",
    "fedcba9876543210fedcba9876543210",
];

/// A sales unit: one till, or one shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SalesUnit {
    /// `Merchant-Serial-Number`.
    pub(crate) msn: &'static str,
    /// The only currency it takes.
    pub(crate) currency: &'static str,
    /// As the app shows it.
    pub(crate) name: &'static str,
    /// Whether it may send a payment straight to a phone (5080 where not).
    pub(crate) push_allowed: bool,
}

/// The sales unit that speaks for the client where none was named.
pub(crate) const FIRST_MSN: &str = "123456";

/// All of them.
pub(crate) const SALES_UNITS: [SalesUnit; 4] = [
    SalesUnit {
        msn: FIRST_MSN,
        currency: "NOK",
        name: "Kløver Oslo",
        push_allowed: true,
    },
    SalesUnit {
        msn: "123457",
        currency: "DKK",
        name: "Kløver København",
        push_allowed: true,
    },
    SalesUnit {
        msn: "123458",
        currency: "EUR",
        name: "Kløver Helsinki",
        push_allowed: true,
    },
    SalesUnit {
        msn: "123459",
        currency: "NOK",
        name: "Kløver Bergen",
        push_allowed: false,
    },
];

/// The sales unit with this number.
pub(crate) fn sales_unit(msn: &str) -> Option<SalesUnit> {
    SALES_UNITS.into_iter().find(|unit| unit.msn == msn)
}

/// A consent that the customer club asks for, in the app.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClubConsent {
    pub(crate) id: &'static str,
    pub(crate) required: bool,
    pub(crate) text: &'static str,
}

/// What a login with the scope `delegatedConsents` asks for.
pub(crate) const CLUB_CONSENTS: [ClubConsent; 3] = [
    ClubConsent {
        id: "membership",
        required: true,
        text: "I join the customer club and accept its terms.",
    },
    ClubConsent {
        id: "email",
        required: false,
        text: "I would like offers by e-mail.",
    },
    ClubConsent {
        id: "sms",
        required: false,
        text: "I would like offers by text message.",
    },
];

/// How to begin with Vipps MobilePay, for a caller who has reached the sandbox at `origin`.
pub(crate) fn account(origin: &str) -> Account {
    let [key, other_key] = SUBSCRIPTION_KEYS;
    let mut credentials = vec![
        entry("client_id", CLIENT_ID),
        entry("client_secret", CLIENT_SECRET),
        entry("Ocp-Apim-Subscription-Key", key),
        entry("Ocp-Apim-Subscription-Key, the second", other_key),
    ];
    credentials.extend(SALES_UNITS.iter().map(|unit| {
        let push = if unit.push_allowed {
            ""
        } else {
            ", no PUSH_MESSAGE"
        };
        entry(
            &format!("Merchant-Serial-Number, {}{push}", unit.currency),
            unit.msn,
        )
    }));
    let mut customers = vec![customer("4791234567", "an ordinary customer")];
    customers.extend(listed::fates().map(|(number, what)| customer(number, what)));
    Account {
        wallet: "vipps",
        addresses: vec![entry("All APIs", format!("{origin}/vipps"))],
        credentials,
        first_call: format!(
            "curl -s -X POST {origin}/vipps/accesstoken/get -H 'client_id: {CLIENT_ID}' \
             -H 'client_secret: {CLIENT_SECRET}' -H 'Ocp-Apim-Subscription-Key: {key}'"
        ),
        customers,
        fates_of: "Amounts in minor units",
        fates: magic::named()
            .map(|(value, what)| entry(what, value.to_string()))
            .collect(),
    }
}
