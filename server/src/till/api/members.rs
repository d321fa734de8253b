//! The club's members: a search for those who have signed in, a file for managers.

use super::refusals::failed;
use super::sale::AtTill;
use crate::till::branch::Seat;
use crate::till::members::{self, FileError, ImportError};
use crate::till::register::MemberSummary;
use crate::till::tills::Tills;
use crate::web::limits::MAX_TABLE;
use crate::web::problem::{JsonBody, Problem};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use karfa_shared::till as paths;
use karfa_shared::till::{Imported, MemberList, MemberRow, MemberSearch};
use std::sync::Arc;

/// The longest search, in characters.
const LONGEST_SEARCH: usize = 100;

/// The members, for those who have signed in.
pub(super) fn router() -> Router<AtTill> {
    let file = get(export).post(import).layer(DefaultBodyLimit::max(MAX_TABLE));
    Router::new()
        .route(paths::MEMBERS, post(search))
        .route(&format!("{}.csv", paths::MEMBERS), file)
}

/// `POST members`: a name or a number is nothing for an address.
async fn search(
    _seat: Seat,
    State(tills): State<Arc<Tills>>,
    JsonBody(MemberSearch { text }): JsonBody<MemberSearch>,
) -> Result<Json<MemberList>, Problem> {
    if text.chars().count() > LONGEST_SEARCH {
        let detail = "Search for at most 100 characters.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "search", detail));
    }
    let (found, count) = tills.register.find_members(&text).await.map_err(failed)?;
    Ok(Json(MemberList {
        members: found.iter().map(row).collect(),
        count,
    }))
}

fn row(member: &MemberSummary) -> MemberRow {
    let name = format!("{} {}", member.given_name, member.family_name);
    MemberRow {
        name: name.trim().to_owned(),
        masked: member.phone.to_string(),
        since: member.since.to_string(),
        purchases: member.purchases,
    }
}

/// `GET members.csv`.
async fn export(seat: Seat, State(tills): State<Arc<Tills>>) -> Result<impl IntoResponse, Problem> {
    of_manager(&seat)?;
    let file = members::export(&tills.register).await.map_err(failed)?;
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"karfa-members.csv\"",
        ),
    ];
    // Without the mark some spreadsheets take UTF-8 for something else.
    Ok((headers, format!("\u{feff}{file}")))
}

/// `POST members.csv`.
async fn import(
    seat: Seat,
    State(tills): State<Arc<Tills>>,
    file: Result<Bytes, BytesRejection>,
) -> Result<Json<Imported>, Problem> {
    of_manager(&seat)?;
    let file = file.map_err(|_| {
        let detail = "The file is too large: send at most 8 MiB at once.";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    })?;
    let text = std::str::from_utf8(&file).map_err(|_| {
        let detail = "The file is not UTF-8: save it as “CSV UTF-8”.";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not_utf8", detail)
    })?;
    match members::import(&tills.register, text).await {
        Ok(imported) => Ok(Json(imported)),
        Err(ImportError::File(error)) => Err(wrong_file(&error)),
        Err(ImportError::Register(error)) => Err(failed(error)),
    }
}

fn wrong_file(error: &FileError) -> Problem {
    let detail = format!("Nothing was taken. In {error}.");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "members_file", detail).at(error.line, error.column)
}

fn of_manager(seat: &Seat) -> Result<(), Problem> {
    if seat.cashier.manager {
        return Ok(());
    }
    let detail = "Only a manager may do this: ask one to sign in.";
    Err(Problem::new(StatusCode::FORBIDDEN, "managers_only", detail))
}
