//! What was given up after all its tries, for the operator: listed, and tried again on demand.
//!
//! What a dead effect holds is not shown: it may be personal.

use crate::config::Config;
use crate::engine::Engine;
use crate::engine::address::StoreId;
use crate::engine::store::{DeadLetter, StoreError};
use std::fmt::Write as _;

/// How many are read at once.
const PAGE: u32 = 200;

/// Nothing was tried again.
#[derive(Debug, thiserror::Error)]
pub enum DeadLetterError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No dead effect has the number.
    #[error("nothing dead has the number {0}: karfa dead-letters without --retry lists what there is")]
    Unknown(i64),
}

/// A line for each dead effect: number, store, what, tries, why.
///
/// # Errors
/// When the database fails.
pub async fn list(engine: &Engine, config: &Config) -> Result<String, DeadLetterError> {
    let mut text = String::new();
    for store in &config.stores {
        let mut after = 0;
        loop {
            let page = engine.dead_letters(&store.id, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for dead in &page {
                write_line(&mut text, &store.id, dead);
            }
        }
    }
    if text.is_empty() {
        text.push_str("nothing was given up");
    }
    Ok(text)
}

fn write_line(text: &mut String, store: &StoreId, dead: &DeadLetter) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{}  {store}  {}  {} tries  {}",
        dead.id, dead.name, dead.attempts, dead.last_error
    );
}

/// Lets a dead effect be tried again, with all its tries and its old key, when the backend starts.
///
/// # Errors
/// [`DeadLetterError::Unknown`], or when the database fails.
pub async fn retry(engine: &Engine, config: &Config, number: i64) -> Result<String, DeadLetterError> {
    for store in &config.stores {
        if engine.retry_dead(&store.id, number).await? {
            return Ok(format!("{number} is tried again when the backend starts"));
        }
    }
    Err(DeadLetterError::Unknown(number))
}
