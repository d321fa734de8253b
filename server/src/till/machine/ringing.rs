//! Decisions about goods and customers, and about leaving the desk.

use super::Work;
use super::vocabulary::{GoodFacts, LineEdit, MOST_LINES, MOST_PIECES, Refusal, SaleEffect, SaleEvent};
use crate::engine::machine::Decision;
use crate::till::sale::{CustomerSeen, Ended, Facts, Line, Sale};
use karfa_shared::till::Discount;

/// No sale comes to more, in minor units: what the sums hold exactly, and far above what any wallet takes.
const MOST_MONEY: i64 = 1_000_000_000_000;

impl Work {
    pub(super) fn opened(mut self, facts: &Facts) -> Decision<Sale> {
        self.event(SaleEvent::Opened { facts: facts.clone() });
        self.done()
    }

    /// The lines may be changed, or why not.
    fn must_be_open(&self) -> Result<(), Refusal> {
        if self.sale.ended.is_some() {
            return Err(Refusal::Over);
        }
        if self.sale.is_open() {
            Ok(())
        } else {
            Err(Refusal::PaymentUnderWay)
        }
    }

    pub(super) fn edit(&mut self, request_id: &str, edits: &[LineEdit]) -> Result<(), Refusal> {
        if self.sale.requests.iter().any(|seen| seen == request_id) {
            return Ok(());
        }
        self.must_be_open()?;
        let mut after = Lines {
            lines: self.sale.lines.clone(),
            discount: self.sale.discount,
            so_far: self.sale.lines_so_far,
        };
        for edit in edits {
            after.edit(edit)?;
        }
        self.event(SaleEvent::Edited {
            request_id: request_id.to_owned(),
            lines: after.lines,
            discount: after.discount,
            lines_so_far: after.so_far,
        });
        Ok(())
    }

    pub(super) fn identify(&mut self, seen: Option<&CustomerSeen>) -> Result<(), Refusal> {
        if self.sale.customer.as_ref() == seen {
            return Ok(());
        }
        self.must_be_open()?;
        self.event(match seen {
            Some(seen) => SaleEvent::Identified { seen: seen.clone() },
            None => SaleEvent::Forgotten,
        });
        Ok(())
    }

    pub(super) fn finish(&mut self) -> Result<(), Refusal> {
        if self.sale.ended.is_some() {
            return Ok(());
        }
        let settled = match self.payment() {
            Some(payment) if !payment.is_dead() => {
                if payment.can_be_set_aside() {
                    return self.leave(Ended::SetAside);
                }
                if payment.is_capture_in_doubt() {
                    return self.leave(Ended::Unconfirmed);
                }
                payment.is_paid_for_sure()
            }
            _ => !self.sale.lines.is_empty() && self.sale.sums().total_minor == 0,
        };
        if !settled {
            return Err(Refusal::NotSettled);
        }
        // Who joined the club after paying has the purchase all the same.
        self.effect(SaleEffect::BookPurchase);
        self.leave(Ended::Finished)
    }

    pub(super) fn discard(&mut self) -> Result<(), Refusal> {
        if self.sale.ended.is_some() {
            return Ok(());
        }
        self.must_be_open()?;
        self.leave(Ended::Discarded)
    }

    pub(super) fn leave(&mut self, ended: Ended) -> Result<(), Refusal> {
        self.event(SaleEvent::Left { ended });
        Ok(())
    }
}

/// The lines as they become.
struct Lines {
    lines: Vec<Line>,
    discount: Option<Discount>,
    so_far: u32,
}

impl Lines {
    fn edit(&mut self, edit: &LineEdit) -> Result<(), Refusal> {
        match edit {
            LineEdit::Add { good, quantity } => self.add(good, *quantity, false),
            LineEdit::Return { good, quantity } => self.add(good, *quantity, true),
            LineEdit::Quantity { line, quantity: 0 } => {
                let before = self.lines.len();
                self.lines.retain(|other| other.id != *line);
                if self.lines.len() == before {
                    return Err(Refusal::NoSuchLine);
                }
                Ok(())
            }
            LineEdit::Quantity { line, quantity } => {
                if *quantity > MOST_PIECES {
                    return Err(Refusal::TooMuch);
                }
                self.line(*line)?.quantity = *quantity;
                self.must_be_payable()
            }
            LineEdit::Discount { line, discount } => {
                let some = Some(*discount).filter(|discount| !is_nothing(*discount));
                match line {
                    Some(line) => self.line(*line)?.discount = some,
                    None => self.discount = some,
                }
                Ok(())
            }
        }
    }

    fn add(&mut self, good: &GoodFacts, quantity: u32, is_return: bool) -> Result<(), Refusal> {
        let alike = |line: &&mut Line| {
            line.good == good.id
                && line.unit_minor == good.price_minor
                && line.discount.is_none()
                && line.is_return == is_return
        };
        if quantity == 0 {
            return Ok(());
        }
        if let Some(line) = self.lines.iter_mut().find(alike) {
            line.quantity = line.quantity.saturating_add(quantity);
            if line.quantity > MOST_PIECES {
                return Err(Refusal::TooMuch);
            }
            return self.must_be_payable();
        }
        if self.lines.len() >= MOST_LINES || quantity > MOST_PIECES {
            return Err(Refusal::TooMuch);
        }
        self.so_far += 1;
        self.lines.push(Line {
            id: self.so_far,
            good: good.id.clone(),
            name: good.name.clone(),
            unit_minor: good.price_minor,
            quantity,
            vat: good.vat,
            discount: None,
            is_return,
        });
        self.must_be_payable()
    }

    fn line(&mut self, id: u32) -> Result<&mut Line, Refusal> {
        let mut lines = self.lines.iter_mut();
        lines.find(|line| line.id == id).ok_or(Refusal::NoSuchLine)
    }

    fn must_be_payable(&self) -> Result<(), Refusal> {
        let worth = |line: &Line| i128::from(line.unit_minor) * i128::from(line.quantity);
        if self.lines.iter().map(worth).sum::<i128>() > i128::from(MOST_MONEY) {
            return Err(Refusal::TooMuch);
        }
        Ok(())
    }
}

fn is_nothing(discount: Discount) -> bool {
    match discount {
        Discount::Percent { hundredths } => hundredths == 0,
        Discount::Amount { minor } => minor <= 0,
    }
}
