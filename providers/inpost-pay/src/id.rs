//! Identifiers, each of its own type, so that a basket's id is never passed where a browser's is meant.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as text, not encoded for a URL.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The identifier as text, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

/// An identifier that may be shown.
macro_rules! shown {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// The merchant's own id of a basket (`basket_id`). A new one after every order.
    BasketId
}
shown!(BasketId);

id! {
    /// InPost's id of a basket (`inpost_basket_id`), used in the link into the app.
    InpostBasketId
}
shown!(InpostBasketId);

id! {
    /// The merchant's technical id of an order (`order_id`); the customer sees `customer_order_id`.
    OrderId
}
shown!(OrderId);

id! {
    /// InPost's id of a trusted browser (`browser_id`). Who holds it links baskets without being asked: it is
    /// hidden in `Debug` and has no `Display`.
    BrowserId
}

impl fmt::Debug for BrowserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserId([redacted])")
    }
}
