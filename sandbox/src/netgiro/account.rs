//! The merchant's account: the public test account of Netgíró's documents. Contract, section 2.

use super::customers::LISTED;
use crate::front::{Account, Customer, entry};

/// Application id: `netgiro_appkey` of the first generation, `X-Netgiro-Api-Key` of the second.
pub(crate) const APPLICATION_ID: &str = "881E674F-7891-4C20-AFD8-56FE2624C4B5";

/// The secret, used as its literal text.
pub(crate) const SECRET: &str = "YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A=";

/// The shop's name, as the app shows it.
pub(crate) const SHOP: &str = "Kløver Reykjavík";

/// Whether a key names the account. A GUID has no case.
pub(crate) fn is_known(key: &str) -> bool {
    key.eq_ignore_ascii_case(APPLICATION_ID)
}

/// How to begin with Netgíró, for a caller who has reached the sandbox at `origin`.
pub(crate) fn account(origin: &str) -> Account {
    let customers = LISTED.iter().map(|listed| Customer {
        number: listed.gsm.to_owned(),
        what: listed.what.trim_start_matches("Netgíró: "),
        ssn: listed.ssn,
    });
    Account {
        wallet: "netgiro",
        addresses: vec![
            entry("First generation", format!("{origin}/netgiro/v1/")),
            entry("Second generation", format!("{origin}/netgiro/v2/")),
            entry("Refunds", format!("{origin}/netgiro/partner/")),
        ],
        credentials: vec![entry("Application id", APPLICATION_ID), entry("Secret", SECRET)],
        first_call: format!(
            "curl -s {origin}/netgiro/v2/checkout/payment -H 'X-Netgiro-Api-Key: {APPLICATION_ID}' \
             -d '{{\"Amount\":1000,\"Reference\":\"r-1\",\"CustomerIdentifier\":\"8223281\"}}'"
        ),
        customers: customers.collect(),
        fates_of: "",
        fates: Vec::new(),
    }
}
