//! How far it is and how fast it goes, by this machine's clock.

use std::io::Write;
use std::time::{Duration, Instant};

use sansfix_sim::{Report, Simulation};

use super::say::Runs;

/// How long nothing is told: who waits longer wants to know.
const EVERY: Duration = Duration::from_secs(5);

/// Tells how far it is, now and then. What cannot be told is left out: it is the least of all output.
pub(super) struct Progress<'a, W> {
    runs: &'a Runs,
    out: &'a mut W,
    began: Instant,
    told: Instant,
}

impl<'a, W: Write> Progress<'a, W> {
    pub(super) fn new(runs: &'a Runs, out: &'a mut W) -> Self {
        let now = Instant::now();
        Self { runs, out, began: now, told: now }
    }

    /// To be called often. `count` runs are over.
    pub(super) fn look(&mut self, count: u64, simulation: &Simulation) {
        if self.told.elapsed() < EVERY {
            return;
        }
        self.told = Instant::now();
        let (seed, hours) = (simulation.options().seed, simulation.report().virtual_hours());
        let _ = writeln!(
            self.out,
            "{:.0} s: seed {seed}, {} of {}, is at {hours:.1} of {} virtual hours",
            self.began.elapsed().as_secs_f64(),
            count + 1,
            self.runs.seeds,
            self.runs.first.hours
        );
    }

    /// How long it took, and how fast it went.
    pub(super) fn end(&mut self, total: &Report) {
        let (seconds, hours) = (self.began.elapsed().as_secs_f64(), total.virtual_hours());
        let _ = writeln!(
            self.out,
            "{hours:.2} virtual hours in {seconds:.2} s: {:.0} virtual hours per second",
            hours / seconds.max(f64::MIN_POSITIVE)
        );
    }
}
