//! The log of the whole suite, at every level.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use tracing_subscriber::fmt::MakeWriter;

static LOG: OnceLock<Log> = OnceLock::new();

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

/// Begins to write the log, if nobody has yet.
pub(crate) fn begin() {
    LOG.get_or_init(|| {
        let log = Log::default();
        let level = tracing::Level::TRACE;
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_writer(log.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("the only subscriber of this process");
        log
    });
}

/// What was logged so far.
pub(crate) fn everything() -> String {
    let log = LOG.get().expect("a bench has begun it");
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}
