//! The club's members as a file: CSV, one row for each member, out and in again.
//!
//! The header is [`HEADER`], always. Numbers are E.164 (`+4741234567`), times RFC 3339, days `1980-02-29`; `consents` is a
//! list in JSON, `[{"id", "text", "accepted", "required", "at"}]`, and may be empty: then what is known of a member's
//! consents stays as it is. The text is UTF-8, its fields apart by commas, or by semicolons as some spreadsheets write
//! them.
//!
//! A file is taken wholly or not at all: every row of it is read before the first is written. It is then written a few rows
//! at a time, so that no till waits long for the database. Should the server stop on the way, the rows up to there are in
//! the register; the same file again leads to the same register as if it had come in once.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, whoever wrote it. Such cells get an
//! apostrophe in front when they go out, which is taken off when they come in.

use super::register::{Consent, Member, MemberChange, Register, RegisterError, ToldMember};
use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use jiff::Timestamp;
use jiff::civil::Date;
use karfa_shared::phone::PhoneNumber;
use karfa_shared::till::Imported;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::sleep;

/// The file's columns.
pub const HEADER: [&str; 7] = [
    "phone",
    "given_name",
    "family_name",
    "email",
    "birthdate",
    "since",
    "consents",
];
/// The most rows of a file: whoever sends it waits for an answer.
const MOST_ROWS: usize = 5_000;
/// Rows that are written at once. Tills wait for that long.
const AT_ONCE: usize = 100;
/// Between two batches, for the tills.
const BREATH: Duration = Duration::from_millis(20);
/// The longest name or mail address, in characters.
const LONGEST_TEXT: usize = 254;
/// The most consents of a member.
const MOST_CONSENTS: usize = 50;
/// The longest name of a consent, and the longest text of one, in characters.
const LONGEST_CONSENT_ID: usize = 100;
const LONGEST_CONSENT: usize = 4_000;
/// What makes a spreadsheet calculate, and our apostrophe itself.
const DANGEROUS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// A file of members is wrong, and nothing of it was taken. Nothing of the file is quoted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct FileError {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column's name.
    pub column: &'static str,
    /// What is wrong with it, and what to write instead.
    pub problem: &'static str,
}

/// A file of members was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is wrong.
    #[error(transparent)]
    File(#[from] FileError),
    /// The register failed.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

/// A consent as the file has it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ConsentCell {
    id: String,
    text: String,
    accepted: bool,
    required: bool,
    at: Timestamp,
}

/// All members as a file.
///
/// # Errors
/// [`RegisterError`].
pub async fn export(register: &Register) -> Result<String, RegisterError> {
    let members = register.all_members().await?;
    write(&members).ok_or(RegisterError::Unreadable("member"))
}

/// Takes a file's members into the register, if every row is right; see the head of this file.
///
/// # Errors
/// [`ImportError`].
pub async fn import(register: &Register, text: &str) -> Result<Imported, ImportError> {
    let rows = read(text, register.now())?;
    let mut changes = Vec::with_capacity(rows.len());
    for batch in rows.chunks(AT_ONCE) {
        if !changes.is_empty() {
            sleep(BREATH).await;
        }
        changes.extend(register.keep_members(batch).await?);
    }
    let count = |wanted| {
        let those = changes.iter().filter(|change| **change == wanted).count();
        u32::try_from(those).unwrap_or(u32::MAX)
    };
    Ok(Imported {
        added: count(MemberChange::Added),
        changed: count(MemberChange::Changed),
        unchanged: count(MemberChange::Unchanged),
    })
}

/// `None` if a consent is none that can be written, which does not happen.
fn write(members: &[Member]) -> Option<String> {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(HEADER).ok()?;
    for member in members {
        let consents: Vec<ConsentCell> = member
            .consents
            .iter()
            .map(|said| ConsentCell {
                id: said.id.clone(),
                text: said.text.clone(),
                accepted: said.accepted,
                required: said.required,
                at: said.at,
            })
            .collect();
        let cells = [
            format!("+{}", member.phone.digits()),
            member.given_name.clone(),
            member.family_name.clone(),
            member.email.clone().unwrap_or_default(),
            member.birthdate.map(|day| day.to_string()).unwrap_or_default(),
            member.since.to_string(),
            serde_json::to_string(&consents).ok()?,
        ];
        writer.write_record(cells.map(|cell| harmless(&cell))).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

fn read(text: &str, now: Timestamp) -> Result<Vec<ToldMember>, FileError> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header_wrong = FileError {
        line: 1,
        column: "phone",
        problem: "the first line must be phone,given_name,family_name,email,birthdate,since,consents",
    };
    match records.next() {
        Some(Ok(header)) if header.iter().map(str::trim).eq(HEADER) => {}
        _ => return Err(header_wrong),
    }
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    for record in records {
        let record = record.map_err(|error| FileError {
            line: error.position().map_or(0, csv::Position::line),
            column: "phone",
            problem: "the line cannot be read: are its quotation marks in pairs?",
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = row(&record, line, now)?;
        if !seen.insert(row.member.phone.digits()) {
            return Err(wrong(line, "phone", "the number stands in the file twice"));
        }
        rows.push(row);
        if rows.len() > MOST_ROWS {
            return Err(wrong(
                line,
                "phone",
                "there are more than 5000 rows: split the file",
            ));
        }
    }
    Ok(rows)
}

fn row(record: &StringRecord, line: u64, now: Timestamp) -> Result<ToldMember, FileError> {
    if record.len() != HEADER.len() {
        let problem = "the line must have seven fields: write \"\" where there is nothing";
        return Err(wrong(line, "consents", problem));
    }
    let cell = |at: usize| meant(record.get(at).unwrap_or_default().trim());
    let name = |at: usize, column| {
        let text = cell(at);
        let fits = text.chars().count() <= LONGEST_TEXT && !text.chars().any(char::is_control);
        fits.then_some(text)
            .ok_or_else(|| wrong(line, column, "write at most 254 characters on one line"))
    };
    let number = cell(0);
    let phone = if number.starts_with('+') {
        PhoneNumber::parse(&number).ok()
    } else {
        None
    };
    let problem = "write the number with its country, like +4741234567";
    let phone = phone.ok_or_else(|| wrong(line, "phone", problem))?;
    let (given_name, family_name) = (name(1, "given_name")?, name(2, "family_name")?);
    let email = name(3, "email")?;
    if !email.is_empty() && !email.contains('@') {
        return Err(wrong(line, "email", "this is no mail address"));
    }
    let birthdate: Option<Date> = match cell(4) {
        day if day.is_empty() => None,
        day => Some(
            day.parse()
                .map_err(|_| wrong(line, "birthdate", "write the day like 1980-02-29"))?,
        ),
    };
    let since = match cell(5) {
        time if time.is_empty() => now,
        time => time
            .parse()
            .map_err(|_| wrong(line, "since", "write the time like 2026-11-22T10:00:00Z"))?,
    };
    let said = cell(6);
    let knows_consents = !said.is_empty();
    let consents = if knows_consents {
        consents(&said, line)?
    } else {
        Vec::new()
    };
    Ok(ToldMember {
        member: Member {
            phone,
            given_name,
            family_name,
            email: Some(email).filter(|email| !email.is_empty()),
            birthdate,
            since,
            consents,
        },
        knows_consents,
    })
}

fn consents(text: &str, line: u64) -> Result<Vec<Consent>, FileError> {
    let problem = "write a list like [{\"id\":\"mail\",\"text\":\"…\",\"accepted\":true,\"required\":false,\"at\":\"2026-11-22T10:00:00Z\"}]";
    let cells: Vec<ConsentCell> = serde_json::from_str(text).map_err(|_| wrong(line, "consents", problem))?;
    let is_short = |cell: &ConsentCell| {
        cell.id.chars().count() <= LONGEST_CONSENT_ID && cell.text.chars().count() <= LONGEST_CONSENT
    };
    if cells.len() > MOST_CONSENTS || !cells.iter().all(is_short) {
        let problem = "write at most 50 consents, their ids with at most 100 characters and their texts with at most 4000";
        return Err(wrong(line, "consents", problem));
    }
    let mut ids = HashSet::new();
    if !cells.iter().all(|cell| ids.insert(cell.id.clone())) {
        return Err(wrong(line, "consents", "each consent has an id of its own"));
    }
    let mut consents: Vec<Consent> = cells
        .into_iter()
        .map(|cell| Consent {
            id: cell.id,
            text: cell.text,
            accepted: cell.accepted,
            required: cell.required,
            at: cell.at,
        })
        .collect();
    consents.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(consents)
}

fn wrong(line: u64, column: &'static str, problem: &'static str) -> FileError {
    FileError {
        line,
        column,
        problem,
    }
}

/// A cell that no spreadsheet calculates.
fn harmless(cell: &str) -> String {
    if cell.starts_with(DANGEROUS) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// What a cell says, without the apostrophe that keeps it from being calculated.
fn meant(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(DANGEROUS) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINE: &str = "'+4741234567,Kari,Dahl,kari@example.no,1980-02-29,2026-11-01T10:00:00Z,[]";

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn file(line: &str) -> String {
        format!("{}\n{line}\n", HEADER.join(","))
    }

    fn error(text: &str) -> FileError {
        read(text, now()).unwrap_err()
    }

    #[test]
    fn a_file_is_read_with_commas_or_semicolons_and_with_a_byte_order_mark() {
        for text in [
            file(LINE),
            file(LINE).replace(',', ";"),
            format!("\u{feff}{}", file(LINE)),
            file(&LINE.replace("'+", "+")),
        ] {
            let rows = read(&text, now()).unwrap();
            assert_eq!(rows[0].member.phone.digits(), "4741234567");
            assert_eq!(rows[0].member.email.as_deref(), Some("kari@example.no"));
            assert!(rows[0].knows_consents);
        }
        let bare = read(&file("+4741234567,,,,,,"), now()).unwrap();
        assert_eq!(bare[0].member.since, now());
        assert!(!bare[0].knows_consents);
    }

    fn many_consents(count: usize, length: usize) -> String {
        let said: Vec<_> = (0..count)
            .map(|n| ConsentCell {
                id: n.to_string(),
                text: "x".repeat(length),
                accepted: true,
                required: false,
                at: now(),
            })
            .collect();
        let cell = serde_json::to_string(&said).unwrap().replace('"', "\"\"");
        format!(",\"{cell}\"")
    }

    #[test]
    fn what_is_wrong_is_said_by_line_and_column_and_quotes_nothing() {
        for (from, to, column) in [
            ("'+4741234567", "41234567", "phone"),
            ("'+4741234567", "+474123", "phone"),
            ("Kari", "Ka\tri", "given_name"),
            ("kari@example.no", "kari", "email"),
            ("1980-02-29", "1981-02-29", "birthdate"),
            ("2026-11-01T10:00:00Z", "yesterday", "since"),
            (",[]", ",yes", "consents"),
            (",[]", many_consents(51, 1).as_str(), "consents"),
            (",[]", many_consents(1, 4_001).as_str(), "consents"),
            (",[]", "", "consents"),
        ] {
            let text = format!("{}{}", file("+4798765432,,,,,,"), LINE.replace(from, to));
            let error = error(&text);
            assert_eq!((error.line, error.column), (3, column), "{error}");
            assert!(!error.to_string().contains("Kari"));
        }
        let twice = format!("{}{LINE}\n", file(LINE));
        assert_eq!((error(&twice).line, error(&twice).column), (3, "phone"));
        assert_eq!(error("phone,name\n").line, 1);
        assert_eq!(error("").line, 1);
    }

    #[test]
    fn no_cell_goes_out_that_a_spreadsheet_would_calculate() {
        for formula in ["=1+1", "+47", "-1", "@SUM(A1)", "'=1", "\t=1"] {
            let cell = harmless(formula);
            assert!(cell.starts_with('\''));
            assert_eq!(meant(&cell), formula);
        }
        assert_eq!(meant("'tHooft"), "'tHooft");
        assert_eq!(harmless("Kari"), "Kari");
    }

    prop_compose! {
        fn text()(text in "[ -~æøåðÞ=+@',;\"\\[\\]-]{0,20}") -> String {
            text.trim().to_owned()
        }
    }

    prop_compose! {
        fn member()(
            national in 40_000_000_u32..49_999_999,
            given_name in text(),
            family_name in text(),
            mail in proptest::option::of("[a-z=+-]{1,8}@example\\.no"),
            day in proptest::option::of(0_i32..20_000),
            seconds in 0_i64..1_800_000_000,
            said in proptest::collection::btree_map("[a-z]{1,6}", (text(), any::<bool>(), any::<bool>()), 0..4),
        ) -> Member {
            let since = Timestamp::from_second(seconds).unwrap();
            let first = jiff::civil::date(1940, 1, 1);
            Member {
                phone: PhoneNumber::parse(&format!("+47{national}")).unwrap(),
                given_name,
                family_name,
                email: mail,
                birthdate: day.map(|days| first.checked_add(jiff::ToSpan::days(days)).unwrap()),
                since,
                consents: said
                    .into_iter()
                    .map(|(id, (text, accepted, required))| Consent { id, text, accepted, required, at: since })
                    .collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_in_again_as_it_was(mut members in proptest::collection::vec(member(), 0..6)) {
            members.sort_by_key(|member| member.phone.digits());
            members.dedup_by_key(|member| member.phone.digits());
            let text = write(&members).unwrap();
            let back: Vec<Member> = read(&text, now()).unwrap().into_iter().map(|row| row.member).collect();
            prop_assert_eq!(back, members);
        }
    }
}
