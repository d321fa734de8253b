//! The account that every sandbox starts with, for the front page. Other merchants' secrets stay theirs.

use super::special;
use super::state::State;
use crate::front::{Account, Entry, customer, entry};
use crate::options::{DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_MERCHANT_SECRET};

/// The vendor's test codes of BLIK, and one that nobody has.
const BLIK_CODES: [&str; 6] = ["777111", "500500", "700701", "700702", "700703", "123456"];

/// How to begin with InPost Pay, for a caller who has reached the sandbox at `origin`.
pub(crate) fn account(state: &State, origin: &str) -> Account {
    let mut addresses = vec![
        entry("API", format!("{origin}/inpost")),
        entry("Widget API", format!("{origin}/inpost/widget")),
    ];
    let demo = state.merchants.get(DEMO_CLIENT_ID);
    addresses.extend(demo.map(|demo| entry("Calls your shop at", &demo.callback_url)));
    let credentials = vec![
        entry("Client id", DEMO_CLIENT_ID),
        entry("Client secret", DEMO_CLIENT_SECRET),
        entry("Merchant secret, for refunds", DEMO_MERCHANT_SECRET),
        entry("pos_id", DEMO_CLIENT_ID),
    ];
    let customers = [("48600000000", "an ordinary customer")]
        .iter()
        .chain(special::NUMBERS)
        .map(|(number, what)| customer(*number, what));
    Account {
        wallet: "inpost",
        addresses,
        credentials: demo.map_or_else(Vec::new, |_| credentials),
        first_call: format!(
            "curl -s {origin}/inpost/auth/token -d client_id={DEMO_CLIENT_ID} -d client_secret={DEMO_CLIENT_SECRET} \
             -d grant_type=client_credentials"
        ),
        customers: customers.collect(),
        fates_of: "BLIK codes",
        fates: BLIK_CODES.into_iter().map(blik).collect(),
    }
}

fn blik(code: &str) -> Entry {
    let refusal = special::payment("BLIK_CODE", Some(code));
    entry(refusal.map_or("paid", |refusal| refusal.code), code)
}
