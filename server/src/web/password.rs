//! Whether a typed password or PIN is the one that was kept: PBKDF2-HMAC-SHA256 with a salt each.
//!
//! As a text it is `pbkdf2-sha256:<rounds>:<salt>:<hash>`, both in hexadecimal.

use ring::pbkdf2;
use serde::{Deserialize, Deserializer, de};
use std::fmt;
use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::str::FromStr;

/// Rounds of PBKDF2-HMAC-SHA256, as OWASP's password storage cheat sheet asks for.
const ROUNDS: NonZeroU32 = match NonZeroU32::new(600_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};
/// More rounds than this would keep a machine busy for seconds at every sign-in.
const MOST_ROUNDS: u32 = 10_000_000;
/// Fewer rounds than this are a mistake of whoever wrote the text.
const LEAST_ROUNDS: u32 = 100_000;
/// Bytes of a hash, and of a salt that we draw.
const HASH_BYTES: usize = 32;
/// The longest password that is looked at, in bytes.
const LONGEST: usize = 256;
/// What the text begins with.
const SCHEME: &str = "pbkdf2-sha256";

/// A text that is no kept password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no kept password: it looks like pbkdf2-sha256:600000:<salt>:<hash>")]
pub struct NoPassword;

/// What is kept of a password. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    rounds: NonZeroU32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Password {
    /// What is to be kept of `typed`, with a salt of 16 bytes or more that nothing else has. Slow.
    pub fn keep(typed: &str, salt: &[u8]) -> Self {
        let mut hash = vec![0; HASH_BYTES];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ROUNDS,
            salt,
            typed.as_bytes(),
            &mut hash,
        );
        Password {
            rounds: ROUNDS,
            salt: salt.to_owned(),
            hash,
        }
    }

    /// One kept with the usual rounds, its parts in hexadecimal.
    ///
    /// # Errors
    /// [`NoPassword`] if they are not.
    pub fn from_parts(salt: &str, hash: &str) -> Result<Self, NoPassword> {
        let parts = from_hex(salt).zip(from_hex(hash));
        let (salt, hash) = parts.ok_or(NoPassword)?;
        Ok(Password {
            rounds: ROUNDS,
            salt,
            hash,
        })
    }

    /// One that nobody has: to take as long with an unknown name as with a known one.
    pub fn nobodys() -> Self {
        Password {
            rounds: ROUNDS,
            salt: vec![0; HASH_BYTES],
            hash: vec![0; HASH_BYTES],
        }
    }

    /// Whether it is `typed`. Slow, as it is meant to be: not for the threads that serve requests.
    pub fn is(&self, typed: &str) -> bool {
        typed.len() <= LONGEST
            && pbkdf2::verify(
                pbkdf2::PBKDF2_HMAC_SHA256,
                self.rounds,
                &self.salt,
                typed.as_bytes(),
                &self.hash,
            )
            .is_ok()
    }

    /// The text, for a configuration.
    pub fn text(&self) -> String {
        format!(
            "{SCHEME}:{}:{}:{}",
            self.rounds,
            to_hex(&self.salt),
            to_hex(&self.hash)
        )
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl FromStr for Password {
    type Err = NoPassword;

    fn from_str(text: &str) -> Result<Self, NoPassword> {
        let parts: Vec<&str> = text.trim().split(':').collect();
        let [SCHEME, rounds, salt, hash] = parts.as_slice() else {
            return Err(NoPassword);
        };
        let rounds = rounds.parse().map_err(|_| NoPassword)?;
        if !(LEAST_ROUNDS..=MOST_ROUNDS).contains(&rounds) {
            return Err(NoPassword);
        }
        let kept = Password::from_parts(salt, hash)?;
        Ok(Password {
            rounds: NonZeroU32::new(rounds).ok_or(NoPassword)?,
            ..kept
        })
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text itself is not quoted: it is a secret's hash.
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() || digits.is_empty() {
        return None;
    }
    pairs
        .map(|pair| match pair {
            [high, low] => Some(high * 16 + low),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_in_pairs() {
        assert_eq!(from_hex("00ff1A"), Some(vec![0, 255, 26]));
        assert_eq!((from_hex("0"), from_hex("0g"), from_hex("")), (None, None, None));
    }

    #[test]
    fn what_was_kept_is_told_from_everything_else() {
        let kept = Password::keep("4711", b"sixteen bytes it");
        let read: Password = kept.text().parse().unwrap();
        assert_eq!(read, kept);
        assert!(read.is("4711"));
        assert!(!read.is("4712") && !read.is("") && !read.is(&"4711".repeat(100)));
        assert!(!Password::nobodys().is("4711"));
        assert!(!format!("{kept:?}").contains("600000"));
    }

    #[test]
    fn a_text_that_would_check_badly_is_refused() {
        let good = Password::nobodys().text();
        assert!(good.parse::<Password>().is_ok());
        for bad in [
            "1234",
            "",
            &good.replace("600000", "1000"),
            &good.replace("600000", "4000000000"),
            &good.replace("sha256", "sha1"),
            &good.replace(":00", ":0g"),
            &format!("{good}:00"),
        ] {
            assert_eq!(bad.parse::<Password>(), Err(NoPassword), "{bad}");
        }
    }
}
