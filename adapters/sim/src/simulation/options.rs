//! What a simulation is asked for.

use std::fmt;

/// What a simulation is asked for: how long it runs, what is sent, and what goes wrong how often.
///
/// Faults come at random moments, evenly spread around the rate that was asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Options {
    /// Says which of all runs it is. Equal options give equal runs, byte for byte, on every machine.
    pub seed: u64,
    /// Virtual hours, above 0 up to 100,000. A run keeps its messages in memory to its end: some 300 bytes an order, which is
    /// 2 MB a day with 120 orders an hour from each side and 500 MB with 36,000.
    pub hours: f64,
    /// Orders that each side sends, each hour: 0 to 36,000. [`crate::OrderWanted::new_order_single`] makes them.
    pub orders: f64,
    /// The share of messages that are lost within a connection: 0 to 0.5. Whole messages are lost, as they were written,
    /// which TCP never does: it stands for what lies between two sides.
    pub loss: f64,
    /// The share of messages that arrive twice in a row within a connection: 0 to 0.5.
    pub duplicate: f64,
    /// How often an hour the connection is cut, both sides seeing its end at once: 0 to 600.
    pub cut: f64,
    /// How often an hour the line falls silent: nothing arrives any more, and neither side sees an end. Each has to notice by
    /// itself. 0 to 600.
    pub silence: f64,
    /// How often an hour one of the two processes dies and begins again from its store: 0 to 600. Either the machine
    /// dies, and what is under way is lost, or the process does, between any two things that it does, and what it had
    /// written arrives.
    pub crash: f64,
    /// How often an hour one of the two operators logs out, and on again within two minutes: 0 to 600.
    pub logout: f64,
    /// The longest that a store takes for an answer, milliseconds: 0 to 10,000. Each takes a random part of it.
    pub slow_store_ms: u32,
}

impl Default for Options {
    /// A day of trade over a bad line: each kind of fault, not too often.
    fn default() -> Self {
        Self {
            seed: 1,
            hours: 24.0,
            orders: 120.0,
            loss: 0.001,
            duplicate: 0.001,
            cut: 2.0,
            silence: 1.0,
            crash: 2.0,
            logout: 2.0,
            slow_store_ms: 20,
        }
    }
}

impl Options {
    /// A run of this seed without any fault, command or order: for who brings their own.
    #[must_use]
    pub fn calm(seed: u64, hours: f64) -> Self {
        let none = 0.0;
        Self {
            seed,
            hours,
            orders: none,
            loss: none,
            duplicate: none,
            cut: none,
            silence: none,
            crash: none,
            logout: none,
            slow_store_ms: 0,
        }
    }

    /// Whether all of it can be done.
    ///
    /// # Errors
    /// The first [`OutOfRange`].
    pub fn check(&self) -> Result<(), OutOfRange> {
        if !(self.hours > 0.0 && self.hours <= 100_000.0) {
            return Err(OutOfRange {
                option: "hours",
                given: self.hours,
                allowed: "above 0 and at most 100000 hours",
            });
        }
        let per_hour = "from 0 to 600 times an hour";
        let share = "a share of all messages from 0 to 0.5, like 0.001";
        let ranges = [
            ("orders", self.orders, 36_000.0, "from 0 to 36000 an hour for each side"),
            ("loss", self.loss, 0.5, share),
            ("duplicate", self.duplicate, 0.5, share),
            ("cut", self.cut, 600.0, per_hour),
            ("silence", self.silence, 600.0, per_hour),
            ("crash", self.crash, 600.0, per_hour),
            ("logout", self.logout, 600.0, per_hour),
            ("slow-store", f64::from(self.slow_store_ms), 10_000.0, "from 0 to 10000 ms"),
        ];
        for (option, given, most, allowed) in ranges {
            if !(0.0..=most).contains(&given) {
                return Err(OutOfRange { option, given, allowed });
            }
        }
        Ok(())
    }

    /// The end of the run, nanoseconds from its beginning.
    pub(super) fn length_ns(&self) -> u64 {
        (self.hours * HOUR_NS) as u64
    }
}

/// An hour, nanoseconds.
pub(super) const HOUR_NS: f64 = 3_600e9;

/// A value that a simulation cannot work with.
#[derive(Clone, PartialEq, Debug)]
pub struct OutOfRange {
    /// Which.
    pub option: &'static str,
    /// What was given.
    pub given: f64,
    /// What is allowed, in words.
    pub allowed: &'static str,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: must be {}", self.option, self.given, self.allowed)
    }
}

impl std::error::Error for OutOfRange {}
