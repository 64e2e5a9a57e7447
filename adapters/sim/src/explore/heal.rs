//! The faults are over: whatever has happened, both sides come to be active, with equal numbers and everything delivered
//! (G6, G28).

use sansfix::PhaseName;

use super::budget::Budget;
use super::explorer::Explorer;
use super::guarantee::{Broken, Guarantee};
use super::step::{Act, Step};
use super::world::World;
use crate::pair::Side;

/// More steps than it ever takes.
const MOST_STEPS: u32 = 300;
/// Heartbeats and probes until silence has ended a connection, on both sides, with room to spare.
const HEARTBEATS: u8 = 12;

impl Explorer {
    /// Both operators log on, and what happens by itself happens, one thing after the other.
    ///
    /// # Errors
    /// The guarantee that is broken on the way, or in the end.
    pub fn settle_down(&self, world: &World) -> Result<(), Broken> {
        if self.is_settled(world) {
            return Ok(());
        }
        self.healed_at_logon(world)?;
        let mut world = world.clone();
        let spent = world.budget;
        // Heartbeats of the cure are not what was meant to be bounded, so they are counted apart.
        world.budget = Budget { logon: u8::MAX, heartbeats: HEARTBEATS, ..spent };
        let curing =
            Self { budget: Budget { logon: u8::MAX, heartbeats: HEARTBEATS, ..self.budget }, ..self.clone() };
        for _ in 0..MOST_STEPS {
            let Some(step) = curing.next_of_cure(&world) else { break };
            let Some(done) = curing.take_step(&world, step) else { break };
            world = done.world;
            world.free_run = 0;
            if let Some(broken) = world.broken() {
                return Err(broken.clone());
            }
            if world.is_quiet() && self.is_settled(&world) {
                return Ok(());
            }
        }
        Err(self.why_unsettled(&world))
    }

    /// G6: a logon finds out what is missing, without a further message that would show it. Only what is lost while the
    /// connection goes on, or what an operator changes there, shows later.
    fn healed_at_logon(&self, world: &World) -> Result<(), Broken> {
        let [left, whole] = [world.budget, self.budget];
        let later = left.loss < whole.loss || left.set_next < whole.set_next;
        let active = Side::BOTH.into_iter().all(|side| world.party(side).phase() == PhaseName::Active);
        if later || !active || !world.one_numbering() || !self.is_at_rest(world) {
            return Ok(());
        }
        let Broken { what, .. } = self.why_unsettled(world);
        Err(Broken::new(Guarantee::G6, what))
    }

    fn next_of_cure(&self, world: &World) -> Option<Step> {
        let down = Side::BOTH.into_iter().find(|side| !world.party(*side).enabled());
        let logon = down.map(|side| Step::of(Act::Logon(side)));
        let possible = |act: &Act| self.is_possible(world, *act);
        let by_itself = [
            Act::Deliver(Side::Initiator),
            Act::Deliver(Side::Acceptor),
            Act::End(Side::Initiator),
            Act::End(Side::Acceptor),
            Act::Connect,
        ];
        let by_itself = by_itself.into_iter().find(possible);
        let limit = || Side::BOTH.into_iter().filter(|_| world.is_quiet()).map(Act::Limit).find(possible);
        // The side that is silent longer is the one whose limit passes first: they take turns.
        let turn = if world.budget.heartbeats % 2 == 0 { Side::Initiator } else { Side::Acceptor };
        let mine = Act::Limit(turn);
        let limit = || if world.is_quiet() && possible(&mine) { Some(mine) } else { limit() };
        logon.or_else(|| by_itself.or_else(limit).map(Step::of))
    }

    /// Both sides are active, with equal numbers of one numbering and everything delivered.
    pub(super) fn is_settled(&self, world: &World) -> bool {
        world.is_quiet()
            && world.one_numbering()
            && Side::BOTH.into_iter().all(|side| {
                let [here, there] = [world.party(side), world.party(side.other())];
                here.phase() == PhaseName::Active
                    && !here.session.resetting()
                    && here.next_sender() == there.next_target()
                    && world.undelivered(side).next().is_none()
            })
    }

    fn why_unsettled(&self, world: &World) -> Broken {
        let lost: Vec<_> =
            Side::BOTH.into_iter().map(|side| world.undelivered(side).collect::<Vec<_>>()).collect();
        let [one, other] = Side::BOTH.map(|side| world.party(side).session.status());
        let active = one.phase == PhaseName::Active && other.phase == PhaseName::Active;
        let guarantee =
            if active && lost.iter().any(|lost| !lost.is_empty()) { Guarantee::G6 } else { Guarantee::G28 };
        let owed = Side::BOTH.map(|side| world.party(side).disk.snapshot.reset_owed);
        let what = format!("in the end {one:?} and {other:?}, undelivered {lost:?}, a reset owed {owed:?}");
        Broken::new(guarantee, what)
    }
}
