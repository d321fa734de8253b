//! What the emulated Netgíró remembers.

use super::app_code::AppCode;
use super::cart::{Cart, News, Stage};
use super::customers::{self, Gsm};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Carts kept; the oldest that are over go first.
const MOST_CARTS: usize = 1000;
/// Nonces kept: an older one would be taken again.
const MOST_NONCES: usize = 2000;
/// Phones kept whose app was installed.
const MOST_INSTALLED: usize = 1000;
/// App codes kept.
pub(super) const MOST_APP_CODES: usize = 1000;

/// What the emulated Netgíró remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// Oldest first.
    pub(super) carts: Vec<Cart>,
    /// Phones whose app was installed on a text message's word.
    installed: BTreeSet<Gsm>,
    pub(super) app_codes: BTreeMap<Gsm, AppCode>,
    /// The pace that InsertCart names, where `/control/netgiro/pace` has set one.
    pub(super) pace_ms: Option<u32>,
    nonces: VecDeque<String>,
    invoices: u64,
}

impl State {
    /// Notes a nonce; false where it was used before.
    pub(super) fn note_nonce(&mut self, nonce: &str) -> bool {
        if self.nonces.iter().any(|used| used == nonce) {
            return false;
        }
        self.nonces.push_back(nonce.to_owned());
        if self.nonces.len() > MOST_NONCES {
            self.nonces.pop_front();
        }
        true
    }

    pub(super) fn cart(&self, id: &str) -> Option<&Cart> {
        self.carts.iter().find(|cart| cart.id.eq_ignore_ascii_case(id))
    }

    pub(super) fn cart_mut(&mut self, id: &str) -> Option<&mut Cart> {
        let mut carts = self.carts.iter_mut();
        carts.find(|cart| cart.id.eq_ignore_ascii_case(id))
    }

    /// Takes a new cart in.
    pub(super) fn add(&mut self, cart: Cart) {
        self.carts.push(cart);
        if self.carts.len() > MOST_CARTS {
            let over = |cart: &Cart| matches!(cart.stage, Stage::Paid | Stage::Cancelled { .. });
            let oldest = self.carts.iter().position(over).unwrap_or(0);
            self.carts.remove(oldest);
        }
    }

    /// A number that no invoice has had.
    pub(super) fn next_invoice(&mut self) -> u64 {
        self.invoices += 1;
        100_000 + self.invoices
    }

    /// The customer of a cart agrees; what the merchant must hear.
    pub(super) fn customer_confirms(&mut self, id: &str, now: Timestamp) -> Option<News> {
        let invoice = self.next_invoice();
        self.cart_mut(id)?.customer_confirms(now, invoice)
    }

    /// Ends what time has ended; the carts whose merchants must hear of it.
    pub(super) fn settle(&mut self, now: Timestamp) -> Vec<String> {
        let mut ended = Vec::new();
        for cart in &mut self.carts {
            let stage = cart.stage_at(now);
            if stage != cart.stage {
                cart.stage = stage;
                ended.push(cart.id.clone());
            }
        }
        ended
    }

    /// Whether [`State::settle`] would change anything.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.carts.iter().any(|cart| cart.stage_at(now) != cart.stage)
    }

    /// The app is on this phone from now on.
    pub(super) fn install(&mut self, gsm: Gsm) {
        if self.installed.len() >= MOST_INSTALLED {
            self.installed.pop_first();
        }
        self.installed.insert(gsm);
    }

    /// Whether this phone has the app.
    pub(super) fn has_app(&self, gsm: &Gsm) -> bool {
        customers::profile(gsm).has_app || self.installed.contains(gsm)
    }
}
