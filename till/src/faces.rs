//! What a payment looks like to the cashier: one colour, one picture, one word, and what to do next.
//!
//! What is not known is said before anything else: it is never dressed as a success or as a failure.

use karfa_shared::till::{Checking, PaymentView, Phase};

/// The colour of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something is going on.
    Busy,
    /// The cashier or the customer has something to do.
    Act,
    /// Money has moved as it should.
    Good,
    /// No money has moved, and none will.
    Bad,
    /// It is not known.
    Unknown,
    /// Over, and nothing is owed.
    Still,
}

/// The picture of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    /// A message on its way.
    Sent,
    /// A phone.
    Phone,
    /// Digits.
    Code,
    /// A lock: reserved.
    Lock,
    /// A turning ring.
    Ring,
    /// A tick.
    Tick,
    /// A cross.
    Cross,
    /// A clock.
    Clock,
    /// A question mark.
    Question,
    /// An arrow back.
    Back,
}

/// A payment's face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Face {
    /// Colour.
    pub(crate) tone: Tone,
    /// Picture.
    pub(crate) picture: Picture,
    /// The texts' name: `{name}.title` and `{name}.next`.
    pub(crate) name: &'static str,
}

impl Tone {
    /// For the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Tone::Busy => "busy",
            Tone::Act => "act",
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Unknown => "unknown",
            Tone::Still => "still",
        }
    }
}

/// The face of a payment.
pub(crate) fn of_payment(payment: &PaymentView) -> Face {
    let face = |tone, picture, name| Face { tone, picture, name };
    if is_lost(payment) {
        return face(Tone::Unknown, Picture::Question, "unknown_lost");
    }
    if let Some(checking) = payment.checking {
        let name = match checking {
            Checking::Request => "unknown_request",
            Checking::Customer => "unknown_customer",
            Checking::Code => "unknown_code",
            Checking::Capture => "unknown_capture",
            Checking::Cancel => "unknown_cancel",
            Checking::Refund => "unknown_refund",
        };
        return face(Tone::Unknown, Picture::Question, name);
    }
    let is_open = matches!(
        payment.phase,
        Phase::Requested
            | Phase::AwaitingCustomer
            | Phase::AwaitingCode
            | Phase::Authorised
            | Phase::Capturing
    );
    if payment.cancelling && is_open {
        return face(Tone::Busy, Picture::Ring, "cancelling");
    }
    match payment.phase {
        Phase::Requested => face(Tone::Busy, Picture::Sent, "requested"),
        Phase::AwaitingCustomer if payment.code_to_scan.is_some() => {
            face(Tone::Busy, Picture::Phone, "awaiting_scan")
        }
        Phase::AwaitingCustomer => face(Tone::Busy, Picture::Phone, "awaiting_customer"),
        Phase::AwaitingCode => face(Tone::Act, Picture::Code, "awaiting_code"),
        Phase::Authorised => face(Tone::Act, Picture::Lock, "authorised"),
        Phase::Capturing if payment.problem.is_some() => face(Tone::Act, Picture::Lock, "capture_waits"),
        Phase::Capturing => face(Tone::Busy, Picture::Ring, "capturing"),
        Phase::Paid if payment.captured_minor < payment.amount_minor => {
            face(Tone::Good, Picture::Tick, "partly_paid")
        }
        Phase::Paid => face(Tone::Good, Picture::Tick, "paid"),
        Phase::Declined => face(Tone::Bad, Picture::Cross, "declined"),
        Phase::Cancelled => face(Tone::Still, Picture::Cross, "cancelled"),
        Phase::Expired => face(Tone::Bad, Picture::Clock, "expired"),
        Phase::Failed => face(Tone::Bad, Picture::Cross, "failed"),
        Phase::Refunding => face(Tone::Busy, Picture::Back, "refunding"),
        Phase::PartlyRefunded => face(Tone::Good, Picture::Back, "partly_refunded"),
        Phase::Refunded => face(Tone::Still, Picture::Back, "refunded"),
    }
}

/// Nobody tells any more whether it was paid: somebody has to look at the provider's own page.
fn is_lost(payment: &PaymentView) -> bool {
    let problem = payment.problem.as_ref();
    problem.is_some_and(|problem| problem.key == "lost_automatic")
}

/// The text for a phase in a list, where there is no room for more.
pub(crate) fn short(phase: Phase) -> &'static str {
    match phase {
        Phase::Requested => "requested",
        Phase::AwaitingCustomer => "awaiting_customer",
        Phase::AwaitingCode => "awaiting_code",
        Phase::Authorised => "authorised",
        Phase::Capturing => "capturing",
        Phase::Paid => "paid",
        Phase::Declined => "declined",
        Phase::Cancelled => "cancelled",
        Phase::Expired => "expired",
        Phase::Failed => "failed",
        Phase::Refunding => "refunding",
        Phase::PartlyRefunded => "partly_refunded",
        Phase::Refunded => "refunded",
    }
}

/// Whether something may still happen without the cashier.
pub(crate) fn is_moving(payment: &PaymentView) -> bool {
    payment.checking.is_some() || !is_settled(&payment.phase)
}

/// Whether the till is finding out where the money is, or tries again to take it: somebody who looks now may know more.
pub(crate) fn is_in_doubt(payment: &PaymentView) -> bool {
    payment.checking.is_some() || (payment.phase == Phase::Capturing && payment.problem.is_some())
}

/// Whether nothing more happens to a payment of this phase by itself.
pub(crate) fn is_settled(phase: &Phase) -> bool {
    matches!(
        phase,
        Phase::Paid
            | Phase::Declined
            | Phase::Cancelled
            | Phase::Expired
            | Phase::Failed
            | Phase::PartlyRefunded
            | Phase::Refunded
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use karfa_shared::till::PaymentProblem;

    pub(crate) const PHASES: [Phase; 13] = [
        Phase::Requested,
        Phase::AwaitingCustomer,
        Phase::AwaitingCode,
        Phase::Authorised,
        Phase::Capturing,
        Phase::Paid,
        Phase::Declined,
        Phase::Cancelled,
        Phase::Expired,
        Phase::Failed,
        Phase::Refunding,
        Phase::PartlyRefunded,
        Phase::Refunded,
    ];
    const CHECKS: [Checking; 6] = [
        Checking::Request,
        Checking::Customer,
        Checking::Code,
        Checking::Capture,
        Checking::Cancel,
        Checking::Refund,
    ];

    fn payment(phase: Phase) -> PaymentView {
        PaymentView {
            wallet: "w".to_owned(),
            reference: "r".to_owned(),
            phase,
            checking: None,
            cancelling: false,
            amount_minor: 100,
            authorised_minor: 100,
            capturing_minor: None,
            captured_minor: 100,
            refunded_minor: 0,
            released_minor: 0,
            problem: None,
            code_to_scan: None,
            expires_at: None,
            confirmation: None,
            wrong_codes: 0,
        }
    }

    fn problem() -> PaymentProblem {
        PaymentProblem {
            key: "unreachable".to_owned(),
            number: None,
            trace_id: None,
            offer_code: false,
            can_retry: true,
        }
    }

    /// Every payment that can look like something of its own.
    pub(crate) fn every_kind() -> Vec<PaymentView> {
        let mut all = Vec::new();
        for phase in PHASES {
            for checking in CHECKS.map(Some).into_iter().chain([None]) {
                for cancelling in [false, true] {
                    for code in [None, Some("code".to_owned())] {
                        for captured_minor in [0, 40, 100] {
                            for problem in [None, Some(problem())] {
                                all.push(PaymentView {
                                    checking,
                                    cancelling,
                                    code_to_scan: code.clone(),
                                    captured_minor,
                                    problem,
                                    ..payment(phase)
                                });
                            }
                        }
                    }
                }
            }
        }
        all
    }

    #[test]
    fn what_is_not_known_never_looks_like_success_or_failure() {
        for payment in every_kind() {
            let face = of_payment(&payment);
            assert_eq!(payment.checking.is_some(), face.tone == Tone::Unknown);
            if payment.checking.is_some() {
                assert!(is_moving(&payment));
            }
        }
    }

    #[test]
    fn only_moved_money_looks_good() {
        for payment in every_kind() {
            let is_good = of_payment(&payment).tone == Tone::Good;
            let moved = matches!(payment.phase, Phase::Paid | Phase::PartlyRefunded);
            assert_eq!(is_good, moved && payment.checking.is_none());
        }
    }

    #[test]
    fn a_capture_that_is_tried_on_is_not_told_to_be_waited_for() {
        let smooth = payment(Phase::Capturing);
        let tried_on = PaymentView {
            problem: Some(problem()),
            ..smooth.clone()
        };
        let not_known = PaymentView {
            checking: Some(Checking::Capture),
            ..tried_on.clone()
        };
        let all = [&smooth, &tried_on, &not_known];
        assert_eq!(
            all.map(|payment| of_payment(payment).name),
            ["capturing", "capture_waits", "unknown_capture"]
        );
        assert_eq!(all.map(is_in_doubt), [false, true, true]);
        assert!(is_moving(&tried_on));
    }

    #[test]
    fn a_part_that_was_captured_is_not_called_the_whole() {
        let part = PaymentView {
            captured_minor: 40,
            ..payment(Phase::Paid)
        };
        assert_eq!(of_payment(&part).name, "partly_paid");
        assert_eq!(of_payment(&payment(Phase::Paid)).name, "paid");
    }
}
