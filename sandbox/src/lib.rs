//! Emulated wallet providers.
