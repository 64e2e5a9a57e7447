//! A list of steps, played and shown: what was exchanged, as a ladder, and what broke.

use std::sync::Arc;

use super::explorer::Explorer;
use super::guarantee::Broken;
use super::step::{Act, Step};
use super::world::World;
use crate::ladder::{Fate, Kind, Ladder, What};
use crate::pair::Side;

/// Plays the steps from the first world. Steps that are not possible are passed over.
///
/// # Errors
/// What they break, or what is broken when the faults stop behind them.
pub fn play(explorer: &Explorer, steps: &[Step]) -> Result<World, Broken> {
    let mut world = explorer.first();
    for step in steps {
        if let Some(performed) = explorer.perform(&world, *step) {
            world = performed.world;
        }
        if let Some(broken) = world.broken() {
            return Err(broken.clone());
        }
    }
    explorer.settle_down(&world)?;
    Ok(world)
}

/// What the steps come to, drawn: rows for commands, faults and messages, and last what is broken.
#[must_use]
pub fn ladder(explorer: &Explorer, title: &str, steps: &[Step]) -> Ladder {
    let mut drawing =
        Drawing { ladder: Ladder::new(title), under_way: [Vec::new(), Vec::new()], connection: 0 };
    let mut world = explorer.first();
    for step in steps {
        let Some(performed) = explorer.perform(&world, *step) else {
            drawing.ladder.note(0, None, Kind::Remark, format!("not possible here: {step}"));
            continue;
        };
        drawing.before(*step);
        for (side, raw) in &performed.sent {
            drawing.sent(*side, raw, &performed.world);
        }
        drawing.after(*step, &performed.world);
        world = performed.world;
    }
    if let Some(broken) = world.broken() {
        drawing.ladder.note(0, None, Kind::Violation, broken.to_string());
    }
    drawing.ladder
}

struct Drawing {
    ladder: Ladder,
    /// The rows of the messages under way to each side.
    under_way: [Vec<(usize, Arc<[u8]>)>; 2],
    connection: u64,
}

impl Drawing {
    fn before(&mut self, step: Step) {
        let (side, kind) = match step.act {
            Act::Connect => {
                self.connection += 1;
                (None, Kind::Connected)
            }
            Act::Cut => (None, Kind::Cut),
            Act::Crash(side) => (Some(side), Kind::Crash),
            Act::End(side) => (Some(side), Kind::Remark),
            Act::Logon(side)
            | Act::Logout(side)
            | Act::Reset(side)
            | Act::SetNextSender(side, _)
            | Act::SetNextTarget(side, _) => (Some(side), Kind::Command),
            Act::Limit(side) => (Some(side), Kind::Remark),
            Act::Deliver(side) => return self.arrived(side, Fate::Delivered(None)),
            Act::Lose(side) => return self.arrived(side, Fate::Lost),
            Act::Duplicate(side) => {
                if let Some(first) = self.under_way[side as usize].first().cloned() {
                    self.under_way[side as usize].push(first);
                }
                return self.ladder.note(0, Some(side), Kind::Remark, step.to_string());
            }
            Act::Send(_) => return,
        };
        let text = match step.act {
            Act::Connect => self.connection.to_string(),
            Act::Limit(_) => "the next limit passes".into(),
            Act::End(_) => "sees the end of its stream".into(),
            act => Step::of(act).to_string(),
        };
        self.ladder.note(0, side, kind, text);
    }

    fn arrived(&mut self, side: Side, fate: Fate) {
        let waiting = &mut self.under_way[side as usize];
        if waiting.is_empty() {
            return;
        }
        let (row, _) = waiting.remove(0);
        if let Some(What::Message(message)) = self.ladder.rows.get_mut(row).map(|row| &mut row.what) {
            message.fate = match (message.fate, fate) {
                (Fate::Delivered(at), Fate::Delivered(_)) => Fate::Duplicated(at),
                (_, fate) => fate,
            };
        }
    }

    fn sent(&mut self, from: Side, raw: &Arc<[u8]>, after: &World) {
        let to = from.other();
        let leaves = after.flight(to).messages.iter().any(|other| Arc::ptr_eq(other, raw));
        let fate = if leaves { Fate::UnderWay } else { Fate::Cut };
        self.ladder.message(0, from, self.connection, raw, fate);
        if leaves {
            self.under_way[to as usize].push((self.ladder.rows.len() - 1, Arc::clone(raw)));
        }
    }

    /// What is under way no longer has met its end.
    fn after(&mut self, step: Step, world: &World) {
        if let (Some(after), Some(side)) = (step.crash_after, step.act.side()) {
            self.ladder.note(0, Some(side), Kind::Crash, format!("crash after {after} of its actions"));
        }
        for side in Side::BOTH {
            if world.flight(side).messages.is_empty() {
                for (row, _) in std::mem::take(&mut self.under_way[side as usize]) {
                    if let Some(What::Message(message)) =
                        self.ladder.rows.get_mut(row).map(|row| &mut row.what)
                    {
                        message.fate = Fate::Cut;
                    }
                }
            }
        }
    }
}
