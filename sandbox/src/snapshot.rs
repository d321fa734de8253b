//! Keeps the state in a file, so that a restarted sandbox still knows its baskets and orders.

use crate::world::{Shared, State};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// The form of the file. Another one is not read.
const FORM: u32 = 1;

#[derive(Serialize)]
struct Kept<'a> {
    form: u32,
    state: &'a State,
}

#[derive(Deserialize)]
struct Found {
    form: u32,
    state: serde_json::Value,
}

/// Reads what an earlier run has kept; nothing if there was none.
pub(crate) fn load(path: &Path) -> io::Result<Option<State>> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let unreadable = || {
        let what = format!(
            "{} is not a state of this sandbox: move it away to begin anew",
            path.display()
        );
        io::Error::new(io::ErrorKind::InvalidData, what)
    };
    let found: Found = serde_json::from_slice(&text).map_err(|_| unreadable())?;
    if found.form != FORM {
        return Err(unreadable());
    }
    let mut state: State = serde_json::from_value(found.state).map_err(|_| unreadable())?;
    state.inpost.wake_up();
    Ok(Some(state))
}

/// Writes the state after every change, until `end` and everything before it is written.
pub(crate) async fn keep(world: Shared, path: PathBuf, end: CancellationToken) {
    let mut changes = world.changes();
    loop {
        let version = *changes.borrow_and_update();
        let text = world.look(|state, _| serde_json::to_vec(&Kept { form: FORM, state }));
        let target = path.clone();
        let written =
            tokio::task::spawn_blocking(move || write(&target, &text.map_err(io::Error::other)?)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::error!(
                "the sandbox's state could not be written to its file: a restart will not know it"
            );
        }
        world.mark_kept(version);
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = end.cancelled() => if *changes.borrow() == version { return },
        }
    }
}

/// All of it or nothing: written beside the file, then put in its place. Only the owner may read it.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(text)?;
    drop(file);
    fs::rename(&beside, path)
}
