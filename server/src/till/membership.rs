//! The customer club: who is a member, and how one becomes one. A sale never waits for it.
//!
//! Belongs here: asking a customer to join, and how they stand to the club as a till shows it. Does not belong here: the
//! register itself (`register`).

/// What may follow what.
pub mod machine;
/// Asks the provider.
pub mod perform;

use super::branch::Branch;
use super::register::MemberSummary;
use super::tills::{TillError, Tills};
use crate::engine::random::Random;
use crate::engine::run::RunError;
use karfa_shared::phone::PhoneNumber;
use karfa_shared::till::MembershipView;
use machine::{Command, Membership, Stage};
use std::time::Duration;
use tokio::time::Instant;

/// What a message is made of: nothing that looks like something else, at arm's length or read out.
const LETTERS: &[u8; 23] = b"ACDEFHJKLMNPQRTUVWXY347";
/// Letters in front of the hyphen and behind it.
const HALF: usize = 3;
/// How long the till waits to see that the customer is asked.
const PATIENCE: Duration = Duration::from_secs(10);

impl Tills {
    /// How whoever has this number stands to the club of a branch, and its place in the journal.
    pub(super) async fn membership_of(
        &self,
        branch: &Branch,
        phone: &PhoneNumber,
    ) -> Result<(i64, MembershipView), TillError> {
        if branch.club.is_none() {
            return Ok((0, MembershipView::Unknown));
        }
        let id = self.register.digest_of(phone);
        // The membership first: who joins between the two reads is seen by a later cursor.
        let membership = self.engine.load::<Membership>(&self.store, &id).await?;
        let view = match self.register.member_summary(phone).await? {
            Some(member) => view_of_member(member),
            None => view_of(membership.state.stage),
        };
        Ok((membership.cursor, view))
    }

    /// Asks a customer to join. Whoever is asked already, is asked once. `false`: a member is not asked.
    pub(super) async fn enrol(&self, branch: &Branch, phone: &PhoneNumber) -> Result<bool, TillError> {
        if self.register.member_summary(phone).await?.is_some() {
            return Ok(false);
        }
        let id = self.begin_enrolment(branch.id.as_str(), phone).await?;
        let settled = |membership: &Membership| !matches!(&membership.stage, Stage::Enrolling(enrolling) if enrolling.pause_ms.is_none());
        let deadline = Instant::now() + PATIENCE;
        // If it takes longer, the page goes on observing.
        self.engine
            .wait_until(&self.store, &id, settled, deadline)
            .await?;
        Ok(true)
    }

    /// Keeps whom a membership is about, and has them asked. Its place is given.
    async fn begin_enrolment(&self, branch: &str, phone: &PhoneNumber) -> Result<String, TillError> {
        let id = self.register.digest_of(phone);
        let _turn = self.register.turn_of_enrolments().await;
        self.register.keep_enrolment(&id, phone).await?;
        let enrol = Command::Enrol {
            branch: branch.to_owned(),
            binding_message: binding_message(self.engine.random()),
        };
        self.change_membership(&id, enrol).await?;
        Ok(id)
    }

    /// The till no longer waits for a customer to join.
    pub(super) async fn leave_enrolment(&self, phone: &PhoneNumber) -> Result<(), TillError> {
        let id = self.register.digest_of(phone);
        self.change_membership(&id, Command::Leave).await
    }

    /// There is news of a login (ping webhook). One that is not ours is ignored.
    pub(super) async fn nudge_login(&self, auth_req_id: &str) -> Result<(), TillError> {
        match self.register.membership_of_login(auth_req_id).await? {
            Some(id) => self.change_membership(&id, Command::Ping).await,
            None => Ok(()),
        }
    }

    async fn change_membership(&self, id: &str, command: Command) -> Result<(), TillError> {
        match self.engine.run::<Membership>(&self.store, id, command).await {
            Ok(_) => Ok(()),
            Err(RunError::Refused(never)) => match never {},
            Err(RunError::Contended) => Err(TillError::Contended),
            Err(RunError::Store(error)) => Err(error.into()),
        }
    }
}

fn view_of_member(member: MemberSummary) -> MembershipView {
    MembershipView::Member {
        name: member.given_name,
        since: member.since.to_string(),
        purchases: member.purchases,
    }
}

fn view_of(stage: Stage) -> MembershipView {
    match stage {
        Stage::Enrolling(enrolling) if enrolling.shown => MembershipView::Enrolling {
            binding_message: enrolling.binding_message,
            expires_at: enrolling.expires_at.to_string(),
        },
        // Who was a member and is not in the register was taken out of it.
        Stage::Unknown | Stage::Enrolling(_) | Stage::Member => MembershipView::NotMember,
        Stage::Refused => MembershipView::Refused,
        Stage::Lapsed => MembershipView::Lapsed,
        Stage::NotPossible { why } => MembershipView::NotPossible { why },
    }
}

/// A message for till and phone, like `K7F-3QX` (Vipps MobilePay contract, section 4: 5 to 8 of `A-Z0-9-`).
fn binding_message(random: &dyn Random) -> String {
    let letters = u64::try_from(LETTERS.len()).unwrap_or(1);
    let mut drawn = random.next_u64();
    let mut message = String::with_capacity(2 * HALF + 1);
    for at in 0..2 * HALF {
        if at == HALF {
            message.push('-');
        }
        let letter = usize::try_from(drawn % letters)
            .ok()
            .and_then(|at| LETTERS.get(at));
        message.push(char::from(letter.copied().unwrap_or(b'A')));
        drawn /= letters;
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::SeededRandom;

    #[test]
    fn a_binding_message_has_no_letters_that_look_alike_and_differs() {
        let random = SeededRandom::new(7);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..200 {
            let message = binding_message(&random);
            assert!(vipps_mobilepay::BindingMessage::parse(message.as_str()).is_ok());
            assert!(!message.contains(['0', 'O', '1', 'I', '8', 'B', '5', 'S', '2', 'Z', '6', 'G']));
            seen.insert(message);
        }
        assert!(seen.len() > 190);
    }
}
