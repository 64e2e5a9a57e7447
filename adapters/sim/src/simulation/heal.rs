//! The end of a run: the faults stop, and what must come of it (G28).

use sansfix::{PhaseName, SECOND_NS};

use super::{Agenda, Deed, Report, Simulation};
use crate::invariants::Violation;
use crate::ladder::Kind;
use crate::line::Line;
use crate::pair::Side;
use crate::simulation::Options;
use crate::store::Pace;

/// How long it may take until all is well, nanoseconds: a ResendRequest that was lost is repeated after 30 s up to three
/// times, silence is noticed after 72 s, and what comes of either is a new connection, on which the same may be found
/// once more.
const HEALED_WITHIN_NS: u64 = 600 * SECOND_NS;
/// How often it is looked whether all is well, nanoseconds.
const LOOK_EVERY_NS: u64 = 5 * SECOND_NS;

impl Simulation {
    /// The faults stop, operators log on, and connections are made: within ten virtual minutes both sides are logged on,
    /// with equal numbers and everything delivered (G28, G10), and an order each way still gets through after two
    /// intervals of Heartbeats.
    ///
    /// Can be called at any time, and the run continued.
    ///
    /// # Errors
    /// The first [`Violation`].
    pub fn finish(&mut self) -> Result<Report, Violation> {
        self.note(None, Kind::Remark, "the faults stop");
        self.pair.end_silence();
        self.promises.silence_ended();
        let line = self.pair.set_line(Line::default());
        for side in Side::BOTH {
            self.pair.node_mut(side).set_pace(Pace::Prompt);
            self.pair.node_mut(side).die_after(None);
        }
        let calm = Options::calm(self.options.seed, self.options.hours);
        let faults = std::mem::replace(&mut self.options, calm);
        let agenda = self.agenda.clone();
        self.agenda = Agenda::new(&self.options, self.pair.now().mono_ns);
        let result = self.heal();
        (self.options, self.agenda) = (faults, agenda);
        self.pair.set_line(line);
        result.map(|()| self.report())
    }

    fn heal(&mut self) -> Result<(), Violation> {
        self.until_well()?;
        for side in Side::BOTH {
            self.order(side);
        }
        let heart_bt_int = u64::from(self.pair.node(Side::Initiator).session().config().heart_bt_int);
        self.run_for((10 + 2 * heart_bt_int) * SECOND_NS)?;
        if let Some(violation) = self.what_is_not_well() {
            return Err(self.violated(violation));
        }
        self.report.healed += 1;
        Ok(())
    }

    fn until_well(&mut self) -> Result<(), Violation> {
        let by = self.pair.now().mono_ns + HEALED_WITHIN_NS;
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
