//! Signing in and out, and who sits where.
//!
//! A cashier's session is a shopper's session with a seat in it, so that a browser that shows the shop too keeps its basket.
//! It gets another id at sign-in, and the seat ends after a shift, at sign-out, and as soon as the configuration no longer
//! has the cashier with this PIN. Who watches the desk from it sees nothing from then on.

use super::refusals::failed;
use crate::till::branch::{Branches, Seat, named};
use crate::till::cashiers::{Doorkeeper, SignInRefusal};
use crate::till::register::Register;
use crate::web::client_address::ClientAddress;
use crate::web::limits::RateLimit;
use crate::web::problem::{JsonBody, Problem};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use karfa_shared::till::{BranchChoice, SESSION, SessionView, SignIn};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

/// The session's key for the seat.
const SEAT: &str = "seat";
/// A seat ends by itself after so long.
const SHIFT: SignedDuration = SignedDuration::from_hours(12);

/// Where one can sign in, and who checks.
#[derive(Clone)]
pub struct Seats {
    branches: Branches,
    door: Doorkeeper,
    register: Register,
    watched: Watched,
}

/// What is watched from each session: how much, and what ends it.
type Watched = Arc<Mutex<HashMap<i128, (usize, CancellationToken)>>>;

/// A seat as the session has it: ids alone.
#[derive(Clone, Deserialize, Serialize)]
struct Kept {
    branch: String,
    till: String,
    cashier: String,
    /// Stands for what is kept of the PIN: another PIN, and nobody sits here.
    mark: String,
    until: Timestamp,
}

/// Who sits there, as a number to count their requests by: the same one after they have signed in anew.
pub(super) async fn counted_as(session: &Session) -> Result<Option<i128>, Problem> {
    let kept: Option<Kept> = session.get(SEAT).await.map_err(|error| broken(&error))?;
    Ok(kept.and_then(|kept| {
        let place = format!("{}/{}/{}", kept.branch, kept.till, kept.cashier);
        let digest = digest(&SHA256, place.as_bytes());
        let bytes = digest.as_ref().first_chunk()?;
        Some(i128::from_be_bytes(*bytes))
    }))
}

impl Seats {
    /// The seats of these branches, whose cashiers this register knows.
    pub fn new(branches: Branches, register: Register) -> Self {
        Seats {
            branches,
            door: Doorkeeper::new(register.clone()),
            register,
            watched: Watched::default(),
        }
    }

    /// Watches whether somebody sits there, from this session. `None`: nobody does.
    pub(super) async fn watch(&self, session: &Session) -> Result<Option<Sitting>, Problem> {
        let Some(id) = session.id().map(|id| id.0) else {
            return Ok(None);
        };
        let watch = self.begin_to_watch(id);
        // Read again: a sign-out before it was watched was not heard here.
        session.load().await.map_err(|error| broken(&error))?;
        let kept: Option<Kept> = session.get(SEAT).await.map_err(|error| broken(&error))?;
        let sitting = kept.map(|kept| Sitting { watch, kept });
        Ok(sitting.filter(Sitting::is_taken))
    }

    fn begin_to_watch(&self, session: i128) -> Watch {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, left) = watched.entry(session).or_default();
        *count += 1;
        Watch {
            seats: self.clone(),
            session,
            left: left.clone(),
        }
    }

    /// Nobody sits there any more.
    fn leave(&self, session: Option<i128>) {
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, left)) = session.and_then(|session| watched.get(&session)) {
            left.cancel();
        }
    }

    fn seat(&self, kept: &Kept) -> Option<Seat> {
        let branch = self.branches.get(&kept.branch)?;
        let seat = Seat {
            till: branch.till(&kept.till)?.clone(),
            cashier: branch.cashier(&kept.cashier)?.clone(),
            branch: branch.clone(),
        };
        let is_theirs = kept.until > self.register.now() && kept.mark == self.mark(&seat);
        is_theirs.then_some(seat)
    }

    fn mark(&self, seat: &Seat) -> String {
        self.register.digest(&seat.cashier.pin.text())
    }

    async fn of_session(&self, session: &Session) -> Result<Option<Seat>, Problem> {
        let kept: Option<Kept> = session.get(SEAT).await.map_err(|error| broken(&error))?;
        Ok(kept.and_then(|kept| self.seat(&kept)))
    }

    fn view(&self, seat: Option<&Seat>) -> SessionView {
        let branches = self.branches.all().map(|branch| BranchChoice {
            id: branch.id.as_str().to_owned(),
            name: branch.name.clone(),
            language: branch.language.tag().to_owned(),
            currency: branch.currency.code().to_owned(),
            tills: branch
                .tills
                .iter()
                .map(|till| named(&till.id, &till.name))
                .collect(),
            cashiers: branch
                .cashiers
                .iter()
                .map(|who| named(&who.id, &who.name))
                .collect(),
            shown_pin: branch.shown_pin.clone(),
        });
        SessionView {
            seat: seat.map(Seat::view),
            branches: branches.collect(),
        }
    }
}

/// A watch over one session, given up when dropped.
struct Watch {
    seats: Seats,
    session: i128,
    left: CancellationToken,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watched = self.seats.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut place) = watched.entry(self.session) {
            place.get_mut().0 -= 1;
            if place.get().0 == 0 {
                place.remove();
            }
        }
    }
}

/// Somebody sits at a till, as far as is known: it is watched whether they still do.
pub(super) struct Sitting {
    watch: Watch,
    kept: Kept,
}

impl Sitting {
    /// Whether somebody still sits there.
    pub(super) fn is_taken(&self) -> bool {
        !self.watch.left.is_cancelled() && self.watch.seats.seat(&self.kept).is_some()
    }

    /// Waits until somebody signs out. The end of a shift is not waited for.
    pub(super) async fn left(&self) {
        self.watch.left.cancelled().await;
    }
}

fn broken(error: &SessionError) -> Problem {
    tracing::error!(%error, "a cashier's session cannot be read or written");
    Problem::internal()
}

/// What anybody may ask for.
pub(super) fn router(seats: Seats, limit: RateLimit) -> Router {
    let state = SessionState { seats, limit };
    Router::new()
        .route(SESSION, get(show).post(sign_in).delete(sign_out))
        .with_state(state)
}

#[derive(Clone)]
struct SessionState {
    seats: Seats,
    limit: RateLimit,
}

async fn show(State(state): State<SessionState>, session: Session) -> Result<Json<SessionView>, Problem> {
    let seat = state.seats.of_session(&session).await?;
    Ok(Json(state.seats.view(seat.as_ref())))
}

async fn sign_in(
    State(state): State<SessionState>,
    address: ClientAddress,
    session: Session,
    JsonBody(wanted): JsonBody<SignIn>,
) -> Result<Json<SessionView>, Problem> {
    state.limit.check(session.id().map(|id| id.0), address)?;
    let seats = &state.seats;
    let branch = seats.branches.get(&wanted.branch).ok_or_else(no_such_till)?;
    let till = branch.till(&wanted.till).ok_or_else(no_such_till)?;
    let cashier = seats
        .door
        .recognise(branch, till, &wanted.cashier, &wanted.pin)
        .await
        .map_err(failed)?
        .map_err(refused)?;
    let seat = Seat {
        branch: branch.clone(),
        till: till.clone(),
        cashier,
    };
    let kept = Kept {
        branch: wanted.branch,
        till: wanted.till,
        cashier: wanted.cashier,
        mark: seats.mark(&seat),
        until: seats.register.now().checked_add(SHIFT).unwrap_or(Timestamp::MAX),
    };
    // A session that somebody had before the PIN was typed is worth nothing afterwards.
    let before = session.id().map(|id| id.0);
    session.cycle_id().await.map_err(|error| broken(&error))?;
    seats.leave(before);
    session.insert(SEAT, kept).await.map_err(|error| broken(&error))?;
    Ok(Json(seats.view(Some(&seat))))
}

async fn sign_out(State(state): State<SessionState>, session: Session) -> Result<StatusCode, Problem> {
    let id = session.id().map(|id| id.0);
    let before: Option<serde_json::Value> =
        session.remove_value(SEAT).await.map_err(|error| broken(&error))?;
    if before.is_some() {
        session.cycle_id().await.map_err(|error| broken(&error))?;
        state.seats.leave(id);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn no_such_till() -> Problem {
    let detail = "There is no such till: choose one of those shown.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_till", detail)
}

fn refused(refusal: SignInRefusal) -> Problem {
    match refusal {
        SignInRefusal::Wrong => Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong_pin",
            "This is not the cashier's PIN: try again.",
        ),
        SignInRefusal::Locked { for_seconds } => {
            let detail = format!("Too many wrong PINs: wait {for_seconds} seconds and try again.");
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "pin_locked", detail).retry_after(for_seconds)
        }
    }
}

/// A layer that lets through who has signed in, with their [`Seat`].
pub(super) async fn seated(
    State(seats): State<Seats>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    match seats.of_session(&session).await {
        Ok(Some(seat)) => {
            request.extensions_mut().insert(seat);
            next.run(request).await
        }
        Ok(None) => not_signed_in().into_response(),
        Err(problem) => problem.into_response(),
    }
}

pub(super) fn not_signed_in() -> Problem {
    let detail = "Nobody is signed in at this till: sign in.";
    Problem::new(StatusCode::UNAUTHORIZED, "not_signed_in", detail)
}

/// Who has signed in, on the routes behind [`seated`].
impl<S: Send + Sync> FromRequestParts<S> for Seat {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Seat>().cloned().ok_or_else(not_signed_in)
    }
}
