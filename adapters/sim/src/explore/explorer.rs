//! Which steps a world allows, and what becomes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, PhaseName, SECOND_NS, SeqNum, Session, Snapshot, Timer};

use super::budget::{Budget, take};
use super::facts::Facts;
use super::reached::Reached;
use super::step::{Act, Step};
use super::world::{Disk, Flight, Party, World};
use crate::pair::Side;

/// After how many actions a crash is tried: no step has more than these, and a longer replay shows nothing new.
const CRASH_POINTS: u8 = 5;
/// By how much an operator raises a number.
const RAISED_BY: u64 = 2;

/// What a search explores: how both sides are configured, and what may happen.
#[derive(Clone, Debug)]
pub struct Explorer {
    pub(super) configs: [Arc<Config>; 2],
    pub(super) budget: Budget,
}

/// A step that was taken.
#[derive(Clone, Debug)]
pub struct Performed {
    /// What has become of the world.
    pub world: World,
    /// Which situations the step was.
    pub reached: Reached,
    /// The messages that a side handed to its transport, whole.
    pub sent: Vec<(Side, Arc<[u8]>)>,
}

impl Explorer {
    /// Two sides of FIX.4.4 with the defaults of the standard profile.
    #[must_use]
    pub fn new(budget: Budget) -> Self {
        Self::with(budget, |_| {})
    }

    /// The same, both sides configured further.
    #[must_use]
    pub fn with(budget: Budget, tweak: impl Fn(&mut Config)) -> Self {
        let identity = Identity::new(BeginString::Fix44, "BUYER", "SELLER");
        let config = |role, identity| {
            let mut config = Config::new(role, identity);
            // Shorter than the Heartbeats' interval, so that a ResendRequest is repeated before anybody is silent.
            config.limits.resend_request_timeout_ms = 20_000;
            tweak(&mut config);
            Arc::new(config)
        };
        let reversed = identity.reversed();
        Self { configs: [config(Role::Initiator, identity), config(Role::Acceptor, reversed)], budget }
    }

    /// What may happen.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    pub(super) fn config(&self, side: Side) -> &Arc<Config> {
        &self.configs[side as usize]
    }

    /// Both sides new, without a connection.
    #[must_use]
    pub fn first(&self) -> World {
        let party = |side| {
            let snapshot = Snapshot::new(0);
            Arc::new(Party {
                session: Session::new(Arc::clone(self.config(side)), snapshot.clone()),
                disk: Disk { snapshot, records: BTreeMap::new() },
                facts: Facts::default(),
                clock_ns: SECOND_NS,
            })
        };
        World {
            parties: [party(Side::Initiator), party(Side::Acceptor)],
            flights: [Flight::default(), Flight::default()],
            clean: false,
            budget: self.budget,
            free_run: 0,
            broken: None,
        }
    }

    /// Every step that the world may allow: [`Self::perform`] says of a crash whether the process lives that long.
    pub fn steps(&self, world: &World, steps: &mut Vec<Step>) {
        if world.broken.is_some() {
            return;
        }
        let mut acts = vec![Act::Connect, Act::Cut];
        for side in Side::BOTH {
            acts.extend([
                Act::Deliver(side),
                Act::End(side),
                Act::Limit(side),
                Act::Send(side),
                Act::Logout(side),
                Act::Logon(side),
                Act::Reset(side),
                Act::Lose(side),
                Act::Duplicate(side),
                Act::Crash(side),
            ]);
            for (next, set) in [
                (world.party(side).next_sender(), Act::SetNextSender as fn(Side, SeqNum) -> Act),
                (world.party(side).next_target(), Act::SetNextTarget as fn(Side, SeqNum) -> Act),
            ] {
                let numbers = [next.saturating_sub(1), next + RAISED_BY];
                acts.extend(numbers.into_iter().filter_map(SeqNum::new).map(|seq| set(side, seq)));
            }
        }
        for act in acts.into_iter().filter(|act| self.is_possible(world, *act)) {
            steps.push(Step::of(act));
            if world.budget.crash > 0 && act.side().is_some() {
                steps.extend((0..CRASH_POINTS).map(|after| Step { act, crash_after: Some(after) }));
            }
        }
    }

    /// Whether the act is possible and within the budget.
    pub(super) fn is_possible(&self, world: &World, act: Act) -> bool {
        let budget = &world.budget;
        let connected = |side| world.party(side).is_connected();
        match act {
            Act::Connect => {
                let apart = !connected(Side::Initiator) && !connected(Side::Acceptor);
                let accepted = world.party(Side::Acceptor).enabled() || budget.dials > 0;
                apart && world.party(Side::Initiator).enabled() && accepted
            }
            Act::Deliver(side) => !world.flight(side).messages.is_empty(),
            Act::End(side) => {
                connected(side) && world.flight(side).ended && world.flight(side).messages.is_empty()
            }
            Act::Cut => {
                let open = |side| {
                    connected(side) && (!world.flight(side).ended || !world.flight(side).messages.is_empty())
                };
                budget.cut > 0 && Side::BOTH.into_iter().any(open)
            }
            Act::Send(side) => {
                budget.application[side as usize] > 0 && world.party(side).session.status().logged_on
            }
            Act::Logout(side) => budget.logout > 0 && world.party(side).enabled(),
            Act::Logon(side) => {
                let ending =
                    matches!(world.party(side).phase(), PhaseName::LogoutSent | PhaseName::LogoutAnswered);
                budget.logon > 0 && (!world.party(side).enabled() || ending)
            }
            Act::Reset(side) => {
                budget.reset > 0
                    && world.party(side).phase() == PhaseName::Active
                    && !world.party(side).session.resetting()
            }
            Act::SetNextSender(..) | Act::SetNextTarget(..) => budget.set_next > 0 && world.is_quiet(),
            Act::Limit(side) => match world.party(side).session.deadline() {
                None => false,
                Some(_) if !world.is_quiet() => budget.early > 0,
                Some((_, timer)) => !is_of_silence(timer) || budget.heartbeats > 0,
            },
            Act::Lose(side) => budget.loss > 0 && !world.flight(side).messages.is_empty(),
            Act::Duplicate(side) => budget.duplication > 0 && !world.flight(side).messages.is_empty(),
            Act::Crash(_) => budget.crash > 0,
        }
    }

    /// Whether the step costs nothing of the budget: it happens by itself.
    #[must_use]
    pub fn is_free(&self, world: &World, step: Step) -> bool {
        step.crash_after.is_none() && !self.pay(&mut world.clone(), step.act)
    }

    /// Takes the step; `None` when the world does not allow it, or the process lives longer than the step says. A world
    /// that comes to rest is also judged by what becomes of it when the faults stop.
    #[must_use]
    pub fn perform(&self, before: &World, step: Step) -> Option<Performed> {
        let mut performed = self.take_step(before, step)?;
        let world = &mut performed.world;
        if world.broken.is_none()
            && self.is_at_rest(world)
            && let Err(broken) = self.settle_down(world)
        {
            world.broken = Some(Arc::new(broken));
        }
        Some(performed)
    }

    pub(super) fn take_step(&self, before: &World, step: Step) -> Option<Performed> {
        if before.broken.is_some() || !self.is_possible(before, step.act) {
            return None;
        }
        let mut world = before.clone();
        let mut costs = self.pay(&mut world, step.act);
        if step.crash_after.is_some() {
            costs = true;
            if step.act.side().is_none() || !take(&mut world.budget.crash) {
                return None;
            }
        }
        world.free_run = if costs { 0 } else { world.free_run + 1 };
        let mut performed = self.act(world, step)?;
        let overridden = match step.act {
            Act::SetNextSender(side, _) | Act::SetNextTarget(side, _) => Some(side),
            _ => None,
        };
        performed.world.forget_old_numbering(before);
        self.note_logon(&mut performed, before);
        let world = &mut performed.world;
        if world.broken.is_none()
            && let Err(broken) = world.judge(before, overridden, &self.budget)
        {
            world.broken = Some(Arc::new(broken));
        }
        Some(performed)
    }

    /// Nothing more happens by itself.
    pub(super) fn is_at_rest(&self, world: &World) -> bool {
        let free = |act: &Act| match act {
            Act::Connect => world.party(Side::Acceptor).enabled(),
            Act::Limit(side) => {
                let timer = world.party(*side).session.deadline();
                world.is_quiet() && timer.is_some_and(|(_, timer)| !is_of_silence(timer))
            }
            _ => true,
        };
        let by_itself = [Act::Deliver, Act::End, Act::Limit].into_iter().flat_map(|act| Side::BOTH.map(act));
        !by_itself.chain([Act::Connect]).any(|act| free(&act) && self.is_possible(world, act))
    }

    /// Takes what the act costs out of the budget. Whether it costs anything.
    fn pay(&self, world: &mut World, act: Act) -> bool {
        let quiet = world.is_quiet();
        let accepted = world.party(Side::Acceptor).enabled();
        let timer = |world: &World, side| world.party(side).session.deadline().map(|(_, timer)| timer);
        match act {
            Act::Connect if accepted => false,
            Act::Connect => take(&mut world.budget.dials),
            Act::Deliver(_) | Act::End(_) => false,
            Act::Cut => take(&mut world.budget.cut),
            Act::Send(side) => world.budget.take_application(side),
            Act::Logon(_) => take(&mut world.budget.logon),
            Act::Logout(_) => take(&mut world.budget.logout),
            Act::Reset(_) => take(&mut world.budget.reset),
            Act::SetNextSender(..) | Act::SetNextTarget(..) => take(&mut world.budget.set_next),
            Act::Limit(_) if !quiet => take(&mut world.budget.early),
            Act::Limit(side) if timer(world, side).is_some_and(is_of_silence) => {
                take(&mut world.budget.heartbeats)
            }
            Act::Limit(_) => false,
            Act::Lose(_) => take(&mut world.budget.loss),
            Act::Duplicate(_) => take(&mut world.budget.duplication),
            Act::Crash(_) => take(&mut world.budget.crash),
        }
    }

    /// A logon that completes: G5 has been shown, if it was to be shown.
    fn note_logon(&self, performed: &mut Performed, before: &World) {
        let world = &mut performed.world;
        let both =
            |world: &World, phase| Side::BOTH.into_iter().all(|side| world.party(side).phase() == phase);
        if both(world, PhaseName::Active) {
            if world.clean {
                performed.reached |= Reached::CLEAN_LOGON;
            }
            world.clean = false;
        }
        let epochs = |world: &World| Side::BOTH.map(|side| world.party(side).disk.snapshot.epoch);
        if world.one_numbering() && !before.one_numbering() && epochs(world)[0] > 0 {
            performed.reached |= Reached::RESET_DONE;
        }
        let owed = |world: &World| {
            Side::BOTH
                .into_iter()
                .any(|side| !world.party(side).is_connected() && world.party(side).disk.snapshot.reset_owed)
        };
        if owed(world) && !owed(before) {
            performed.reached |= Reached::RESET_INTERRUPTED;
        }
    }
}

/// Silence: what is due on a connection where nothing is wrong.
fn is_of_silence(timer: Timer) -> bool {
    matches!(timer, Timer::Heartbeat | Timer::TestRequest | Timer::TestRequestAnswer)
}
