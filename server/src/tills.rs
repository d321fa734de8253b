//! What the operator does with tills from the command line: members as a file, PINs.

use crate::engine::random::Random;
use crate::till::cashiers::is_pin;
use crate::till::members::{self, ImportError};
use crate::till::register::{Register, RegisterError};
use crate::web::password::Password;
use std::path::{Path, PathBuf};

/// It was not done. Each text is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TillsError {
    /// What was typed is no PIN. It is not quoted.
    #[error("a PIN has 4 to 8 digits: type it again")]
    NoPin,
    /// The file cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file was not taken.
    #[error("nothing of the file was taken: {0}")]
    Import(#[from] ImportError),
    /// The register failed.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

/// The line of a cashier's configuration that keeps a PIN.
///
/// # Errors
/// [`TillsError::NoPin`].
pub fn pin_line(typed: &str, random: &dyn Random) -> Result<String, TillsError> {
    if !is_pin(typed) {
        return Err(TillsError::NoPin);
    }
    let mut salt = [0; 16];
    random.fill(&mut salt);
    Ok(format!("pin = \"{}\"", Password::keep(typed, &salt).text()))
}

/// All members as CSV.
///
/// # Errors
/// [`TillsError`].
pub async fn export_members(register: &Register) -> Result<String, TillsError> {
    Ok(members::export(register).await?)
}

/// Takes the members of a CSV file, all or none; says in one line what that did.
///
/// # Errors
/// [`TillsError`].
pub async fn import_members(register: &Register, file: &Path) -> Result<String, TillsError> {
    let text = std::fs::read_to_string(file).map_err(|source| TillsError::Unreadable {
        path: file.to_owned(),
        source,
    })?;
    let done = members::import(register, &text).await?;
    Ok(format!(
        "{} added  {} changed  {} unchanged",
        done.added, done.changed, done.unchanged
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::SeededRandom;

    #[test]
    fn a_pin_is_kept_as_the_configuration_reads_it() {
        let line = pin_line("4711", &SeededRandom::new(1)).unwrap();
        let kept = line
            .strip_prefix("pin = \"")
            .and_then(|line| line.strip_suffix('"'));
        let kept: Password = kept.unwrap().parse().unwrap();
        assert!(kept.is("4711") && !kept.is("4712"));
        for typed in ["471", "PIN 4711", ""] {
            assert!(pin_line(typed, &SeededRandom::new(1)).is_err(), "{typed}");
        }
    }
}
