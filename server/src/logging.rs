//! The log: one line an event, to standard error.
//!
//! **Architecture invariant:** personal data never gets here. Our own types print it masked; libraries may print
//! whole messages in their debug output, so they are heard from `info` up only, whatever the filter says.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, ParseError, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// Our crates' modules in log lines begin with one of these.
const OURS: [&str; 3] = ["karfa", "inpost_pay", "provider_http"];

/// The log cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The filter is none.
    #[error("log = {filter:?} is not a log filter ({source}): write info, or warn,karfa=debug")]
    Filter {
        /// As given.
        filter: String,
        /// Why.
        source: ParseError,
    },
    /// Something else logs already.
    #[error("the log was started twice")]
    Started(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts the log.
///
/// # Errors
/// [`LoggingError`].
pub fn start(filter: &str) -> Result<(), LoggingError> {
    let chosen = EnvFilter::builder()
        .parse(filter)
        .map_err(|source| LoggingError::Filter {
            filter: filter.to_owned(),
            source,
        })?;
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(filter_fn(may_speak));
    tracing_subscriber::registry()
        .with(chosen)
        .with(lines)
        .try_init()?;
    Ok(())
}

fn may_speak(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO || OURS.iter().any(|ours| metadata.target().starts_with(ours))
}
