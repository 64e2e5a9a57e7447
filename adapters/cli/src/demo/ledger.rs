//! Every number that was used and every number that arrived, in one direction; and what is wrong with them.

use std::collections::BTreeMap;

/// The numbers of one direction, each as often as it was seen.
#[derive(Default, Debug)]
pub(super) struct Ledger {
    sent: Vec<u64>,
    received: Vec<u64>,
}

impl Ledger {
    pub(super) fn sent(&mut self, seq: u64) {
        self.sent.push(seq);
    }

    pub(super) fn received(&mut self, seq: u64) {
        self.received.push(seq);
    }

    /// The highest number that was used.
    pub(super) fn last(&self) -> u64 {
        self.sent.iter().copied().max().unwrap_or(0)
    }

    /// What is wrong: each number from 1 to the last must have been used once and have arrived once, in order.
    pub(super) fn faults(&self) -> Vec<String> {
        let last = self.last();
        let mut faults = faults_of("used", &self.sent, last);
        faults.extend(faults_of("received", &self.received, last));
        faults
    }
}

fn faults_of(done: &str, numbers: &[u64], last: u64) -> Vec<String> {
    let mut times = BTreeMap::new();
    for number in numbers {
        *times.entry(*number).or_insert(0) += 1;
    }
    let mut faults: Vec<String> = (1..=last)
        .filter_map(|number| match times.get(&number) {
            Some(1) => None,
            Some(count) => Some(format!("34={number} was {done} {count} times")),
            None => Some(format!("34={number} was never {done}")),
        })
        .collect();
    faults
        .extend(times.range(last + 1..).map(|(number, _)| format!("34={number} was {done} and never used")));
    if faults.is_empty() && !numbers.is_sorted() {
        faults.push(format!("numbers were {done} out of order"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(sent: &[u64], received: &[u64]) -> Ledger {
        Ledger { sent: sent.to_vec(), received: received.to_vec() }
    }

    #[test]
    fn each_number_once_on_both_sides_is_right() {
        assert_eq!(ledger(&[1, 2, 3], &[1, 2, 3]).faults(), [] as [&str; 0]);
        assert_eq!(ledger(&[1, 2, 3], &[1, 2, 3]).last(), 3);
    }

    #[test]
    fn a_lost_number_is_a_fault() {
        assert_eq!(ledger(&[1, 2, 3], &[1, 3]).faults(), ["34=2 was never received"]);
        assert_eq!(ledger(&[1, 3], &[1, 3]).faults(), ["34=2 was never used", "34=2 was never received"]);
    }

    #[test]
    fn a_number_used_again_is_a_fault() {
        assert_eq!(ledger(&[1, 2, 2], &[1, 2]).faults(), ["34=2 was used 2 times"]);
        assert_eq!(ledger(&[1, 2], &[1, 2, 2]).faults(), ["34=2 was received 2 times"]);
    }

    #[test]
    fn a_number_from_nowhere_and_a_wrong_order_are_faults() {
        assert_eq!(ledger(&[1], &[1, 2]).faults(), ["34=2 was received and never used"]);
        assert_eq!(ledger(&[1, 2], &[2, 1]).faults(), ["numbers were received out of order"]);
    }
}
