//! Performs the effects of a membership: asks a customer's phone for a login, asks what became of it, and keeps the member.
//!
//! What the provider gives once is stored before anything else is done: a grant before it is used, a member before the
//! membership hears of it.

use super::machine::{Answer, Command, Membership, MembershipEffect, Stage};
use crate::engine::perform::{Outcome, Perform, Task};
use crate::till::branch::Branch;
use crate::till::register::{Consent, Enrolment, Member};
use crate::till::tills::{AllTills, TillError, Tills};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use vipps_mobilepay::id_token::IdTokenError;
use vipps_mobilepay::wire::login::{LoginHint, LoginPoll, LoginRefusal, LoginStart, NewLogin, UserInfo};
use vipps_mobilepay::{AuthReqId, BindingMessage, Client, Error, IdToken, Msisdn, UserToken};

/// A provider that asks for more patience than this cannot be waited for at a till.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 100;

type Performed = Outcome<Command>;

/// Performs the effects of all stores' memberships.
pub struct MembershipPerformer {
    tills: AllTills,
}

impl MembershipPerformer {
    /// Performs for these tills.
    pub fn new(tills: AllTills) -> Self {
        MembershipPerformer { tills }
    }
}

#[async_trait]
impl Perform<Membership> for MembershipPerformer {
    async fn perform(&self, task: &Task<MembershipEffect>) -> Performed {
        let Some(tills) = self.tills.of_store(&task.store) else {
            return Outcome::dead("the store is not in the configuration any more");
        };
        let done = match task.effect {
            MembershipEffect::Start { n } => start(tills, &task.aggregate_id, n).await,
            MembershipEffect::Ask { n, chain } => ask(tills, &task.aggregate_id, n, chain).await,
            MembershipEffect::Deadline { n } => Ok(Outcome::Command(Command::Deadline { n })),
            MembershipEffect::Forget { n } => forget(tills, &task.aggregate_id, n).await,
        };
        done.unwrap_or_else(|error| Outcome::retry(error.to_string()))
    }

    fn local(&self) -> &'static [&'static str] {
        &["membership_deadline", "membership_forget"]
    }

    fn given_up(&self, task: &Task<MembershipEffect>) -> Option<Command> {
        match task.effect {
            MembershipEffect::Start { n } => Some(Command::NotPossible {
                n,
                why: "unreachable".to_owned(),
            }),
            MembershipEffect::Ask { n, chain } => Some(Command::Asked {
                n,
                chain,
                answer: Answer::Later { after_ms: None },
            }),
            MembershipEffect::Deadline { .. } | MembershipEffect::Forget { .. } => None,
        }
    }
}

/// What a call needs.
struct Asking {
    enrolment: Enrolment,
    binding_message: String,
    branch: Arc<Branch>,
    client: Arc<Client>,
}

/// What the asking needs; `None` if nobody is asked any more.
async fn asking(
    tills: &Tills,
    member: &str,
    is_meant: impl Fn(&Membership) -> bool,
) -> Result<Option<Asking>, TillError> {
    let membership = tills.engine.load::<Membership>(&tills.store, member).await?.state;
    if !is_meant(&membership) {
        return Ok(None);
    }
    let Stage::Enrolling(enrolling) = membership.stage else {
        return Ok(None);
    };
    let branch = tills.branches.get(&enrolling.branch).cloned();
    let client = branch.as_ref().and_then(|branch| branch.vipps.clone());
    let enrolment = tills.register.enrolment(member).await?;
    Ok(enrolment
        .zip(branch)
        .zip(client)
        .map(|((enrolment, branch), client)| Asking {
            enrolment,
            binding_message: enrolling.binding_message,
            branch,
            client,
        }))
}

async fn start(tills: &Tills, member: &str, n: u32) -> Result<Performed, TillError> {
    let Some(asking) = asking(tills, member, |membership| membership.n == n).await? else {
        return Ok(not_possible(n, "set_up"));
    };
    let login = match new_login(&asking) {
        Ok(login) => login,
        Err(why) => return Ok(not_possible(n, why)),
    };
    Ok(match asking.client.start_login(&login).await {
        Ok(LoginStart::Started(started)) => {
            tills
                .register
                .keep_login(member, started.auth_req_id.as_str())
                .await?;
            Outcome::Command(Command::Started {
                n,
                expires_in_s: started.expires_in,
                pause_s: started.interval,
            })
        }
        Ok(LoginStart::Refused(refusal)) => not_possible(n, why(&refusal)),
        Err(Error::RateLimited { retry_after, .. }) => {
            let wait = retry_after.and_then(|wait| Duration::try_from(wait).ok());
            match wait {
                Some(wait) if wait <= LONGEST_WAIT => Outcome::Retry {
                    why: "the provider asks for patience".to_owned(),
                    after: Some(wait),
                },
                _ => not_possible(n, "too_many"),
            }
        }
        Err(error) if error.can_retry() => Outcome::retry(error.to_string()),
        Err(error) => {
            tracing::warn!(%error, "a customer could not be asked to join the club");
            not_possible(n, "provider")
        }
    })
}

/// `Err` has a key of the page's texts.
fn new_login(asking: &Asking) -> Result<NewLogin, &'static str> {
    // Such a number nobody has the app with.
    let number = Msisdn::parse(asking.enrolment.phone.digits()).map_err(|_| "unknown_user")?;
    let message = BindingMessage::parse(asking.binding_message.as_str()).map_err(|_| "set_up")?;
    let club = asking.branch.club.as_ref().ok_or("set_up")?;
    let login = NewLogin::new(LoginHint::Msisdn(number)).binding_message(message);
    club.scopes
        .iter()
        .try_fold(login, |login, scope| login.scope(scope).map_err(|_| "set_up"))
}

async fn ask(tills: &Tills, member: &str, n: u32, chain: u32) -> Result<Performed, TillError> {
    let is_meant = |membership: &Membership| {
        membership.n == n
            && matches!(&membership.stage, Stage::Enrolling(enrolling) if enrolling.chain == chain)
    };
    let Some(asking) = asking(tills, member, is_meant).await? else {
        return Ok(Outcome::Done);
    };
    let answer = |answer| Outcome::Command(Command::Asked { n, chain, answer });
    let grant = match asking.enrolment.grant() {
        Some(grant) => grant,
        None => match poll(tills, member, &asking).await? {
            Ok(grant) => grant,
            Err(Stop::Answer(said)) => return Ok(answer(said)),
            Err(Stop::NotPossible(why)) => return Ok(not_possible(n, why)),
        },
    };
    let mut subject = asking.enrolment.subject.clone();
    if let Some(id_token) = &grant.unverified {
        let named = match asking.client.verify_id_token(id_token).await {
            Ok(claims) => tills.register.digest(claims.subject.as_str()),
            Err(error) => {
                tracing::warn!(%error, "a login's id token is not verified");
                return Ok(match unverified(&error) {
                    Some(said) => answer(said),
                    None => not_possible(n, "id_token"),
                });
            }
        };
        tills.register.grant_verified(member, &named).await?;
        subject = Some(named);
    }
    Ok(match asking.client.userinfo(&grant.user_token).await {
        // OpenID Connect Core, section 5.3.2: what is about somebody else must not be used.
        Ok(info) if subject != Some(tills.register.digest(info.sub.as_str())) => {
            tracing::warn!("a login's userinfo is not about who has logged in");
            not_possible(n, "id_token")
        }
        Ok(info) => match join(tills, &asking.enrolment, &info).await? {
            true => answer(Answer::Joined),
            false => answer(Answer::Refused),
        },
        // The token has ended before it could be used.
        Err(error) if error.status().is_some_and(|status| status == 401) => answer(Answer::Lost),
        Err(error) => {
            tracing::warn!(%error, "a new member's data could not be read");
            answer(Answer::Consented {
                after_ms: patience(&error),
            })
        }
    })
}

/// What the provider gives once to whom a customer has consented to.
struct Granted {
    user_token: UserToken,
    unverified: Option<IdToken>,
}

impl Enrolment {
    /// What was kept of a grant.
    fn grant(&self) -> Option<Granted> {
        let user_token = UserToken::parse(self.user_token.as_ref()?.expose()).ok()?;
        let unverified = match &self.unverified {
            Some(token) => Some(IdToken::parse(token.expose()).ok()?),
            None => None,
        };
        Some(Granted {
            user_token,
            unverified,
        })
    }
}

/// What is to be done about an id token that is not verified. `None`: it does not hold, and never will.
fn unverified(error: &IdTokenError) -> Option<Answer> {
    match error {
        IdTokenError::KeysUnavailable(why) => Some(Answer::Consented {
            after_ms: why.as_ref().and_then(patience),
        }),
        // A key so new that the keys known here are older: they are fetched again, but not at once.
        IdTokenError::UnknownKey => Some(Answer::Consented { after_ms: None }),
        IdTokenError::Expired => Some(Answer::Lost),
        _ => None,
    }
}

/// Why there is no grant.
enum Stop {
    Answer(Answer),
    NotPossible(&'static str),
}

/// Asks what became of a login. The grant of one who has consented is kept first of all.
async fn poll(tills: &Tills, member: &str, asking: &Asking) -> Result<Result<Granted, Stop>, TillError> {
    let login = asking.enrolment.auth_req_id.as_ref();
    let Some(login) = login.and_then(|login| AuthReqId::parse(login.expose()).ok()) else {
        return Ok(Err(Stop::Answer(Answer::Lost)));
    };
    let said = match asking.client.poll_login(&login).await {
        Ok(LoginPoll::Granted(grant)) => {
            tills
                .register
                .keep_grant(member, grant.access_token.as_str(), grant.id_token.as_str())
                .await?;
            return Ok(Ok(Granted {
                user_token: grant.access_token,
                unverified: Some(grant.id_token),
            }));
        }
        Ok(LoginPoll::Pending) => Answer::Pending,
        Ok(LoginPoll::SlowDown) => Answer::SlowDown,
        Ok(LoginPoll::Refused(refusal)) => match refusal {
            LoginRefusal::Denied => Answer::Refused,
            LoginRefusal::Expired => Answer::Lapsed,
            // It was collected already, and the answer never came here.
            LoginRefusal::InvalidGrant => Answer::Lost,
            other => return Ok(Err(Stop::NotPossible(why(&other)))),
        },
        Err(error) => Answer::Later {
            after_ms: patience(&error),
        },
    };
    Ok(Err(Stop::Answer(said)))
}

/// Keeps a new member. `false`: a consent that nobody is a member without is missing.
async fn join(tills: &Tills, enrolment: &Enrolment, info: &UserInfo) -> Result<bool, TillError> {
    let member = member_of(enrolment, info, tills.engine.now());
    let is_missing = |consent: &Consent| consent.required && !consent.accepted;
    if member.consents.iter().any(is_missing) {
        return Ok(false);
    }
    tills.register.keep_member(&member).await?;
    tills.register.book_paid_purchases(&member.phone).await?;
    Ok(true)
}

fn member_of(enrolment: &Enrolment, info: &UserInfo, now: Timestamp) -> Member {
    let text = |field: &Option<vipps_mobilepay::Personal>| {
        let text = field.as_ref().map_or("", |text| text.as_str()).trim();
        text.chars().take(LONGEST_NAME).collect::<String>()
    };
    let whole = text(&info.name);
    let (given, family) = whole.rsplit_once(' ').unwrap_or((&whole, ""));
    let or_else = |name: String, other: &str| if name.is_empty() { other.to_owned() } else { name };
    let said = info.delegated_consents.as_ref();
    let at = said.and_then(|said| said.agreed_at()).unwrap_or(now);
    let consents = said.into_iter().flat_map(|said| &said.consents);
    Member {
        phone: enrolment.phone.clone(),
        given_name: or_else(text(&info.given_name), given),
        family_name: or_else(text(&info.family_name), family),
        email: Some(text(&info.email)).filter(|email| !email.is_empty()),
        birthdate: text(&info.birthdate).parse().ok(),
        since: now,
        consents: consents
            .map(|said| Consent {
                id: said.id.clone(),
                text: said.text_displayed_to_user.clone(),
                accepted: said.accepted,
                required: said.required,
                at,
            })
            .collect(),
    }
}

async fn forget(tills: &Tills, member: &str, n: u32) -> Result<Performed, TillError> {
    let _turn = tills.register.turn_of_enrolments().await;
    let membership = tills.engine.load::<Membership>(&tills.store, member).await?.state;
    // Asked anew meanwhile: the number is needed again.
    if membership.n == n && !matches!(membership.stage, Stage::Enrolling(_)) {
        tills.register.forget_enrolment(member).await?;
    }
    Ok(Outcome::Done)
}

/// How long the provider asks to wait, in milliseconds.
fn patience(error: &Error) -> Option<u32> {
    error
        .retry_after()
        .and_then(|wait| u32::try_from(wait.as_millis()).ok())
}

fn not_possible(n: u32, why: &str) -> Performed {
    Outcome::Command(Command::NotPossible {
        n,
        why: why.to_owned(),
    })
}

/// A refusal as the page's texts know it.
fn why(refusal: &LoginRefusal) -> &'static str {
    match refusal {
        LoginRefusal::OldApp => "old_app",
        LoginRefusal::InvalidUser => "invalid_user",
        LoginRefusal::UnknownUser => "unknown_user",
        _ => "provider",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::engine::address::StoreId;
    use crate::engine::random::SeededRandom;
    use crate::till::branch::Branches;
    use crate::till::register::Register;
    use karfa_shared::phone::PhoneNumber;
    use provider_http::SystemClock;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool};

    /// Tills whose effects nobody performs.
    async fn tills(folder: &std::path::Path) -> Tills {
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SeededRandom::new(1)));
        let path = folder.join("t.db");
        let engine = Engine::open_sqlite(&path, clock.clone(), random.clone())
            .await
            .unwrap();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePool::connect_with(options).await.unwrap();
        let store = StoreId::parse("demo").unwrap();
        let register = Register::open(pool, &store, clock, random.as_ref())
            .await
            .unwrap();
        Tills {
            store,
            engine,
            branches: Branches::default(),
            register,
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_is_asked_anew_is_not_forgotten_with_the_asking_before() {
        let folder = tempfile::tempdir().unwrap();
        let tills = Arc::new(tills(folder.path()).await);
        let phone = PhoneNumber::parse("+4741234567").unwrap();
        let id = tills.begin_enrolment("oslo", &phone).await.unwrap();
        for n in 1..=30 {
            let why = "unreachable".to_owned();
            tills
                .change_membership(&id, Command::NotPossible { n, why })
                .await
                .unwrap();
            let (former, member) = (tills.clone(), id.clone());
            let forgetting = tokio::spawn(async move { forget(&former, &member, n).await.map(drop) });
            tills.begin_enrolment("oslo", &phone).await.unwrap();
            forgetting.await.unwrap().unwrap();
            let kept = tills.register.enrolment(&id).await.unwrap();
            assert!(kept.is_some(), "asked for the {}th time", n + 1);
        }
    }

    #[test]
    fn only_an_id_token_that_does_not_hold_is_the_end_of_it() {
        let consented = Some(Answer::Consented { after_ms: None });
        for (error, expected) in [
            (IdTokenError::KeysUnavailable(None), consented.clone()),
            (IdTokenError::UnknownKey, consented),
            (IdTokenError::Expired, Some(Answer::Lost)),
            (IdTokenError::BadSignature, None),
            (IdTokenError::Issuer, None),
            (IdTokenError::Audience, None),
            (IdTokenError::Algorithm, None),
            (IdTokenError::Malformed, None),
            (IdTokenError::UnusableKey, None),
        ] {
            assert_eq!(unverified(&error), expected, "{error}");
        }
    }
}
