//! Open enums: a provider will add a value tomorrow, and it must not stop a sale.

/// Declares an enum of known texts that keeps an unknown one in `Other` and passes it on unchanged.
///
/// It gives `as_str`, `is_known`, `ALL` (the known values, in the order of the declaration), `From<&str>`,
/// `From<String>`, `Display` and serde. A text is found as it is written; for a provider that is careless about the case
/// of its own words write `in any case` behind the name.
///
/// ```
/// provider_http::open_enum! {
///     /// How far a payment is.
///     pub enum State {
///         /// The customer has not decided.
///         Created = "CREATED",
///         /// The customer has paid.
///         Paid = "PAID",
///     }
/// }
///
/// provider_http::open_enum! {
///     /// How a card is read.
///     pub enum Entry in any case {
///         /// By its chip.
///         Chip = "chip",
///     }
/// }
///
/// assert_eq!(State::from("PAID"), State::Paid);
/// assert_eq!(State::from("paid"), State::Other("paid".into()));
/// assert_eq!(Entry::from("Chip"), Entry::Chip);
/// assert_eq!(State::ALL, [State::Created, State::Paid]);
///
/// let tomorrow: State = serde_json::from_str(r#""FROZEN""#)?;
/// assert!(!tomorrow.is_known());
/// assert_eq!(serde_json::to_string(&tomorrow)?, r#""FROZEN""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident in any case { $($variants:tt)+ }) => {
        $crate::open_enum! {
            @declare str::eq_ignore_ascii_case;
            $(#[$meta])*
            ///
            /// An open enum: a text that is not known is kept in `Other` and written back unchanged. Known texts are
            /// found whatever their case. Make one from a text with `From`, which never puts a known text into `Other`.
            $visibility enum $name { $($variants)+ }
        }
    };
    ($(#[$meta:meta])* $visibility:vis enum $name:ident { $($variants:tt)+ }) => {
        $crate::open_enum! {
            @declare str::eq;
            $(#[$meta])*
            ///
            /// An open enum: a text that is not known is kept in `Other` and written back unchanged. Make one from a
            /// text with `From`, which never puts a known text into `Other`.
            $visibility enum $name { $($variants)+ }
        }
    };
    (
        @declare $same:expr;
        $(#[$meta:meta])* $visibility:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value that this version does not know, as it was received.
            Other(String),
        }

        impl $name {
            /// Every known value, in the order of the declaration.
            $visibility const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The text on the wire.
            $visibility fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $text,)+
                    $name::Other(text) => text,
                }
            }

            /// Whether this version knows the value.
            $visibility fn is_known(&self) -> bool {
                !matches!(self, $name::Other(_))
            }

            fn known(text: &str) -> Option<Self> {
                let same: fn(&str, &str) -> bool = $same;
                Self::ALL.iter().find(|known| same(known.as_str(), text)).cloned()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| $name::Other(text.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or($name::Other(text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as $crate::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    crate::open_enum! {
        /// As written.
        pub(crate) enum Exact {
            /// One.
            One = "ONE",
            /// Two.
            Two = "TWO",
        }
    }

    crate::open_enum! {
        /// Whatever the case.
        enum Careless in any case {
            /// One.
            One = "One",
        }
    }

    #[test]
    fn a_known_text_is_never_put_into_other() {
        for known in Exact::ALL {
            assert_eq!(&Exact::from(known.as_str()), known);
            assert_eq!(&Exact::from(known.to_string()), known);
            assert!(known.is_known());
        }
        assert_eq!(Careless::from("oNE"), Careless::One);
        assert_eq!(Careless::from(String::from("ONE")).as_str(), "One");
    }

    #[test]
    fn an_unknown_text_is_kept_to_the_letter_and_written_back() {
        let unknown = Exact::from("one");
        assert_eq!(unknown, Exact::Other("one".into()));
        assert_eq!(unknown.to_string(), "one");
        assert!(!unknown.is_known() && !Careless::from("Øne").is_known());
        for written in [r#""ONE""#, r#""ONE ""#, r#""""#] {
            let read: Exact = serde_json::from_str(written).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
        assert!(serde_json::from_str::<Exact>("1").is_err());
    }
}
