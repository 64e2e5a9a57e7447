//! Every number that was used and every number that arrived, in one direction; and what is wrong with them.

use std::collections::BTreeSet;

/// The numbers of one direction, from where an earlier run has left them.
#[derive(Debug)]
pub(super) struct Ledger {
    /// The first number that this run uses.
    first: u64,
    /// The number to be used next.
    next: u64,
    /// The number that has not arrived, and all below it have.
    expected: u64,
    /// Numbers above that which have arrived: they count when those below them do.
    early: BTreeSet<u64>,
    faults: Vec<String>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::from(1, 1)
    }
}

impl Ledger {
    /// The sender is to use `next`, the receiver expects `expected`.
    pub(super) fn from(next: u64, expected: u64) -> Self {
        let mut faults = Vec::new();
        if expected > next {
            faults.push(format!("34={} was received and is to be used again", expected - 1));
        }
        Self { first: next, next, expected, early: BTreeSet::new(), faults }
    }

    pub(super) fn sent(&mut self, seq: u64) {
        match seq.cmp(&self.next) {
            std::cmp::Ordering::Less => self.faults.push(format!("34={seq} was used again")),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => {
                let last = seq - 1;
                self.faults.push(format!("34={}..{last} was never used", self.next));
            }
        }
        self.next = self.next.max(seq + 1);
    }

    /// The numbers from `begin` to `end` have arrived: one message, or what a GapFill stands for. What is marked as a
    /// possible duplicate may have arrived before.
    pub(super) fn received(&mut self, begin: u64, end: u64, duplicate: bool) {
        if end >= self.next {
            self.faults.push(format!("34={end} was received and never used"));
        } else if end < self.expected && !duplicate {
            self.faults.push(format!("34={begin} was received again"));
        }
        self.early.extend(begin.max(self.expected)..=end);
        while self.early.remove(&self.expected) {
            self.expected += 1;
        }
    }

    /// The first number that this run uses.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// The highest number that was used.
    pub(super) fn last(&self) -> u64 {
        self.next - 1
    }

    /// What is wrong: each number must have been used once, in order, and must have arrived.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = self.faults.clone();
        faults.extend(
            (self.expected..self.next)
                .filter(|number| !self.early.contains(number))
                .map(|number| format!("34={number} was never received")),
        );
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(sent: &[u64], received: &[u64]) -> Ledger {
        let mut ledger = Ledger::default();
        sent.iter().for_each(|seq| ledger.sent(*seq));
        received.iter().for_each(|seq| ledger.received(*seq, *seq, false));
        ledger
    }

    #[test]
    fn each_number_once_on_both_sides_is_right() {
        assert_eq!(ledger(&[1, 2, 3], &[1, 2, 3]).faults(), [] as [&str; 0]);
        assert_eq!(ledger(&[1, 2, 3], &[1, 2, 3]).last(), 3);
    }

    #[test]
    fn a_lost_number_is_a_fault() {
        assert_eq!(ledger(&[1, 2, 3], &[1, 3]).faults(), ["34=2 was never received"]);
        assert_eq!(ledger(&[1, 3], &[1, 3]).faults(), ["34=2..2 was never used", "34=2 was never received"]);
    }

    #[test]
    fn a_number_used_again_is_a_fault() {
        assert_eq!(ledger(&[1, 2, 2], &[1, 2]).faults(), ["34=2 was used again"]);
        assert_eq!(ledger(&[1, 2], &[1, 2, 2]).faults(), ["34=2 was received again"]);
    }

    #[test]
    fn a_number_from_nowhere_is_a_fault() {
        assert_eq!(ledger(&[1], &[1, 2]).faults(), ["34=2 was received and never used"]);
    }

    #[test]
    fn a_gap_is_filled_by_duplicates_and_by_a_gap_fill() {
        let mut ledger = ledger(&[1, 2, 3, 4, 5], &[1, 5]);
        ledger.received(2, 2, true);
        assert_eq!(ledger.faults(), ["34=3 was never received", "34=4 was never received"]);
        ledger.received(3, 4, true);
        ledger.received(2, 2, true);
        assert_eq!(ledger.faults(), [] as [&str; 0]);
    }

    #[test]
    fn it_goes_on_from_an_earlier_run() {
        let mut ledger = Ledger::from(7, 6);
        assert_eq!(ledger.faults(), ["34=6 was never received"]);
        ledger.received(6, 6, true);
        ledger.sent(7);
        ledger.received(7, 7, false);
        assert_eq!((ledger.first(), ledger.last(), ledger.faults().len()), (7, 7, 0));
        assert_eq!(Ledger::from(7, 9).faults(), ["34=8 was received and is to be used again"]);
    }
}
