//! The end of a run: the faults stop, and what must come of it (G28).

use sansfix::{PhaseName, SECOND_NS};

use super::{Agenda, Deed, Report, Simulation, limits};
use crate::invariants::Violation;
use crate::ladder::Kind;
use crate::line::Line;
use crate::pair::Side;
use crate::simulation::Options;
use crate::store::Pace;

/// How often it is looked whether all is well, nanoseconds.
const LOOK_EVERY_NS: u64 = 5 * SECOND_NS;

impl Simulation {
    /// The faults stop, stores answer at once, operators log on, and connections are made: within ten virtual minutes both
    /// sides are logged on, with equal numbers and everything delivered (G28, G10), and an order each way still gets through
    /// after two intervals of Heartbeats. The ten minutes are more when the limits of a session are far above the usual ones,
    /// its HeartBtInt above all.
    ///
    /// Can be called at any time, and the run continued: faults, line and stores are what they were before. A process that
    /// was about to die is not any more.
    ///
    /// # Errors
    /// The first [`Violation`].
    pub fn finish(&mut self) -> Result<Report, Violation> {
        self.note(None, Kind::Remark, "the faults stop");
        self.pair.end_silence();
        self.promises.silence_ended();
        let line = self.pair.set_line(Line::default());
        let paces = Side::BOTH.map(|side| {
            self.pair.node_mut(side).die_after(None);
            self.pair.node_mut(side).set_pace(Pace::Prompt)
        });
        let calm = Options::calm(self.options.seed, self.options.hours);
        let faults = std::mem::replace(&mut self.options, calm);
        let agenda = self.agenda.clone();
        self.agenda = Agenda::new(&self.options, self.pair.now().mono_ns);
        // A store may still have an answer to give that it was asked for while it was slow.
        let result = self.heal(faults.slow_store_ms);
        (self.options, self.agenda) = (faults, agenda);
        self.pair.set_line(line);
        for (side, pace) in Side::BOTH.into_iter().zip(paces) {
            self.pair.node_mut(side).set_pace(pace);
        }
        result.map(|()| self.report())
    }

    fn heal(&mut self, slow_store_ms: u32) -> Result<(), Violation> {
        self.until_well(slow_store_ms)?;
        for side in Side::BOTH {
            self.order(side);
        }
        let heart_bt_int = u64::from(self.pair.node(Side::Initiator).session().config().heart_bt_int);
        self.run_for((10 + 2 * heart_bt_int).saturating_mul(SECOND_NS))?;
        if let Some(violation) = self.what_is_not_well() {
            return Err(self.violated(violation));
        }
        self.report.healed += 1;
        Ok(())
    }

    fn until_well(&mut self, slow_store_ms: u32) -> Result<(), Violation> {
        let limit = |side: Side| limits::of_healing(self.pair.node(side).session().config(), slow_store_ms);
        let limit_ns = Side::BOTH.map(limit).into_iter().fold(0, u64::max);
        let by = self.pair.now().mono_ns.saturating_add(limit_ns);
        loop {
            for side in Side::BOTH {
                if !self.pair.node(side).status().enabled {
                    self.log_on(side);
                }
            }
            if Side::BOTH.iter().all(|side| !self.pair.node(*side).connected()) {
                self.perform(Deed::Connect);
            }
            if !self.has_heartbeats() {
                // A message that was lost last is missed when the next one comes, and none comes by itself.
                Side::BOTH.into_iter().for_each(|side| self.order(side));
            }
            self.run_for(LOOK_EVERY_NS)?;
            match self.what_is_not_well() {
                None => return Ok(()),
                Some(violation) if self.pair.now().mono_ns > by => return Err(self.violated(violation)),
                Some(_) => {}
            }
        }
    }

    fn has_heartbeats(&self) -> bool {
        self.pair.node(Side::Initiator).session().config().heart_bt_int > 0
    }

    fn what_is_not_well(&self) -> Option<Violation> {
        let not_active = |side: &Side| self.pair.node(*side).status().phase != PhaseName::Active;
        if let Some(side) = Side::BOTH.into_iter().find(not_active) {
            let text = format!(
                "not logged on although the faults have stopped: {:?}",
                self.pair.node(side).status()
            );
            return Some(Violation { guarantee: "G28", side: Some(side), text });
        }
        self.invariants.check_healed(&self.pair).err()
    }
}
