//! Where nonces come from: given, never taken from the air, so that a test and a simulation own theirs.

use ring::rand::{SecureRandom, SystemRandom};

/// Gives the nonces of signed requests, each one once.
///
/// A closure that returns a text is a source: `|| nonce_from_bits(rng.random())`. Production is [`RandomNonces`].
pub trait NonceSource: Send + Sync {
    /// A nonce that was never given before. It stands in a header: visible ASCII.
    ///
    /// # Errors
    /// [`NoRandomness`] if there is none; the request is not sent then.
    fn next_nonce(&self) -> Result<String, NoRandomness>;
}

impl<F: Fn() -> String + Send + Sync> NonceSource for F {
    fn next_nonce(&self) -> Result<String, NoRandomness> {
        Ok(self())
    }
}

/// The machine gives no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the machine gives no random numbers for a nonce")]
pub struct NoRandomness;

/// Nonces of 128 bits from the machine's generator.
#[derive(Clone, Debug)]
pub struct RandomNonces(SystemRandom);

impl RandomNonces {
    /// The machine's generator.
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for RandomNonces {
    fn default() -> Self {
        Self::new()
    }
}

impl NonceSource for RandomNonces {
    fn next_nonce(&self) -> Result<String, NoRandomness> {
        let mut bits = [0; 16];
        self.0.fill(&mut bits).map_err(|_| NoRandomness)?;
        Ok(nonce_from_bits(u128::from_be_bytes(bits)))
    }
}

/// A nonce from 128 random bits: 32 lower-case hexadecimal digits.
pub fn nonce_from_bits(bits: u128) -> String {
    format!("{bits:032x}")
}
