//! What came of a simulation, counted.

use std::fmt;

use sansfix::{PhaseName, SECOND_NS, Status};

use crate::line::Passage;
use crate::pair::{Side, Written};
use crate::received::Received;

/// What came of a simulation, counted over both sides.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// How long it ran, nanoseconds on the virtual clock, with the time that it took to heal. The runs of a long search
    /// come to more than 64 bits hold.
    pub virtual_ns: u128,
    /// Connections made.
    pub connections: u64,
    /// Messages written, of every type.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Application messages that were numbered.
    pub sent: u64,
    /// Application messages that were delivered; after a crash some are delivered again.
    pub delivered: u64,
    /// How often a side became logged on.
    pub logons: u64,
    /// Logout messages.
    pub logouts: u64,
    /// ResendRequests.
    pub resend_requests: u64,
    /// Messages repeated with PossDupFlag=Y.
    pub replayed: u64,
    /// SequenceReset-GapFill messages.
    pub gap_fills: u64,
    /// TestRequests.
    pub test_requests: u64,
    /// Messages lost by the line, into its silence too.
    pub lost: u64,
    /// Messages that the line brought twice.
    pub duplicated: u64,
    /// Connections cut.
    pub cuts: u64,
    /// Times that the line fell silent without an end.
    pub silences: u64,
    /// Processes that died and began again.
    pub crashes: u64,
    /// Logouts given by operators.
    pub operator_logouts: u64,
    /// Connections without loss or repetition on which each side had the other's Logout: the numbers were checked to agree.
    pub clean_logouts: u64,
    /// How often numbers and deliveries were checked to agree after the faults had stopped.
    pub healed: u64,
    /// Stands for every byte that was written and when: equal for equal runs.
    pub digest: u64,
}

impl Report {
    /// The counts by name, in the order of a table.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, u64); 19] {
        [
            ("connections", self.connections),
            ("messages", self.messages),
            ("bytes", self.bytes),
            ("orders sent", self.sent),
            ("orders delivered", self.delivered),
            ("logons", self.logons),
            ("Logout messages", self.logouts),
            ("ResendRequests", self.resend_requests),
            ("messages replayed", self.replayed),
            ("gap fills", self.gap_fills),
            ("TestRequests", self.test_requests),
            ("messages lost", self.lost),
            ("messages duplicated", self.duplicated),
            ("cuts", self.cuts),
            ("silences", self.silences),
            ("crashes", self.crashes),
            ("operator logouts", self.operator_logouts),
            ("clean Logouts", self.clean_logouts),
            ("healed and checked", self.healed),
        ]
    }

    /// How long it ran, virtual hours.
    #[must_use]
    pub fn virtual_hours(&self) -> f64 {
        self.virtual_ns as f64 / super::options::HOUR_NS
    }

    /// Adds another run's counts. The digest becomes one of both.
    pub fn add(&mut self, other: &Self) {
        self.virtual_ns += other.virtual_ns;
        self.connections += other.connections;
        self.messages += other.messages;
        self.bytes += other.bytes;
        self.sent += other.sent;
        self.delivered += other.delivered;
        self.logons += other.logons;
        self.logouts += other.logouts;
        self.resend_requests += other.resend_requests;
        self.replayed += other.replayed;
        self.gap_fills += other.gap_fills;
        self.test_requests += other.test_requests;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.cuts += other.cuts;
        self.silences += other.silences;
        self.crashes += other.crashes;
        self.operator_logouts += other.operator_logouts;
        self.clean_logouts += other.clean_logouts;
        self.healed += other.healed;
        self.digest = mixed(self.digest, &other.digest.to_le_bytes());
    }

    /// Counts a message that was written.
    pub(super) fn written(&mut self, side: Side, written: &Written) {
        self.messages += 1;
        self.bytes += written.bytes.len() as u64;
        self.lost += u64::from(written.passage == Passage::Lost);
        self.duplicated += u64::from(written.passage == Passage::Twice);
        for number in [side as u64, written.connection, written.at_ns] {
            self.digest = mixed(self.digest, &number.to_le_bytes());
        }
        self.digest = mixed(self.digest, &written.bytes);
        let Ok(Some(message)) = Received::take(&mut written.bytes.clone()) else { return };
        let gap_fill = message.get("35") == Some(b"4");
        match message.get("35") {
            Some(b"1") => self.test_requests += 1,
            Some(b"2") => self.resend_requests += 1,
            Some(b"4") => self.gap_fills += 1,
            Some(b"5") => self.logouts += 1,
            _ => {}
        }
        self.replayed += u64::from(message.get("43") == Some(b"Y") && !gap_fill);
    }

    /// Counts a change of state.
    pub(super) fn state(&mut self, status: &Status) {
        self.logons += u64::from(status.phase == PhaseName::Active);
    }
}

/// FNV-1a over 64 bits: the same on every machine.
fn mixed(digest: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(digest, |digest, byte| (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A table of two columns.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.virtual_ns / u128::from(SECOND_NS);
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        writeln!(f, "{:<20} {:>14}", "virtual time", format!("{hours} h {minutes:02} min"))?;
        for (name, count) in self.rows() {
            writeln!(f, "{name:<20} {count:>14}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_runs_add_up() {
        let run = Report { virtual_ns: 360_000_000 * u128::from(SECOND_NS), ..Report::default() };
        let mut total = Report::default();
        (0..100).for_each(|_| total.add(&run));
        assert_eq!(total.virtual_hours(), 10_000_000.0);
        assert!(total.to_string().contains(" 10000000 h 00 min\n"), "{total}");
    }
}
