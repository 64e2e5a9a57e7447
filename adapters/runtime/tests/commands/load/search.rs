//! Whether the calls of a history have an order in which one session, doing one thing after another, answers each as it
//! was answered, and in which nothing comes before what had returned when it was called: linearizability, after Wing and
//! Gong, decided forwards in time as Lowe does ("Testing for linearizability", 2017).
//!
//! The search goes through the moments at which calls began and returned, with all the places where a session can be by
//! then: its state, and which of the calls that have not returned have taken effect. When a call returns it has taken
//! effect: what is under way, the commands that wait and what a session does by itself are tried in every order until it
//! has. A place that was reached before is not gone on from again. Where nothing is left, no order explains the history.
//!
//! Two things make it quick and leave it exact. A call that changes nothing and is right now is put here: no order of
//! the others needs it later. And a place is given up when it lies beyond what is still to be seen or told: connections,
//! their phases and the numbers never go back.

use std::collections::HashSet;

use sansfix_registry::CommandOutcome;

use super::history::{Command, Event, History, What};
use super::session::{Progress, Session, progress};

/// More places than any history has led to at one moment, by far. Running into it is told, as no answer.
pub(super) const MOST_PLACES: usize = 1_000_000;
/// Calls that can be under way at a time, each with a bit.
const MOST_CALLS: usize = 64;

/// What a search took.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Effort {
    /// Places that were gone on from.
    pub(super) places: usize,
    /// Of those that were left when a call had returned, the most.
    pub(super) at_once: usize,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Unexplained {
    /// No order explains what had returned by this moment, given what was seen and told later.
    By(u64),
    /// It was not decided: there are more of these than are tried, which is so many.
    Undecided(&'static str, usize),
}

/// Where a session can be.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    session: Session,
    /// The calls under way that have taken effect, by their slots.
    done: u64,
}

/// The least of what is still to be seen or told.
#[derive(Clone, Copy)]
struct Bound {
    progress: Progress,
    next_sender: u64,
    next_target: u64,
}

impl Bound {
    const NONE: Self = Self { progress: (u64::MAX, u8::MAX), next_sender: u64::MAX, next_target: u64::MAX };

    fn of(what: &What, history: &History) -> Self {
        match what {
            What::Gave(key) => Self::of_command(*key, history),
            What::Stood(status) => Self {
                progress: progress(status.connection, status.phase),
                next_sender: status.next_sender.get(),
                next_target: status.next_target.get(),
            },
            What::Busy | What::Told(_) | What::LoggedOn(_) => Self::NONE,
        }
    }

    /// It is still to be carried out, and then no number may be above what it uses.
    fn of_command(key: usize, history: &History) -> Self {
        let given = &history.given[key];
        match (given.command, &given.outcome) {
            (Command::Send, CommandOutcome::Sent(seq)) => Self { next_sender: seq.get(), ..Self::NONE },
            (Command::SetNextSender(seq), CommandOutcome::Completed) => {
                Self { next_sender: seq, ..Self::NONE }
            }
            _ => Self::NONE,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            progress: self.progress.min(other.progress),
            next_sender: self.next_sender.min(other.next_sender),
            next_target: self.next_target.min(other.next_target),
        }
    }
}

/// Whether one order explains the history; what it took to say so.
pub(super) fn explain(history: &History) -> Result<Effort, Unexplained> {
    explain_until(history, u64::MAX, MOST_PLACES)
}

/// The same for what had returned by `until`: what had begun by then may have taken effect or not. More places than
/// `most_places` are not tried at a moment.
pub(super) fn explain_until(
    history: &History,
    until: u64,
    most_places: usize,
) -> Result<Effort, Unexplained> {
    let mut events: Vec<_> = history.events.iter().collect();
    events.sort_unstable_by_key(|event| event.span.begin);
    let begin_and_end = |at: usize| [(events[at].span.begin, at, true), (events[at].span.end, at, false)];
    let mut moments: Vec<_> = (0..events.len()).flat_map(begin_and_end).collect();
    moments.sort_unstable();
    let mut search = Search::new(history, &events, most_places);
    let mut slots = vec![0; events.len()];
    let mut begun = 0;
    for (moment, at, begins) in moments.into_iter().take_while(|(moment, ..)| *moment <= until) {
        if begins {
            slots[at] = search.begun(events[at])?;
            begun = at + 1;
        } else {
            search.returned(moment, slots[at], begun)?;
        }
    }
    Ok(search.effort)
}

struct Search<'h> {
    history: &'h History,
    /// Of the events from each place on, by their beginnings.
    bounds: Vec<Bound>,
    most_places: usize,
    /// The calls under way.
    slots: Vec<Option<&'h Event>>,
    places: Vec<Place>,
    effort: Effort,
}

impl<'h> Search<'h> {
    fn new(history: &'h History, events: &[&'h Event], most_places: usize) -> Self {
        let mut bounds = vec![Bound::NONE];
        for event in events.iter().rev() {
            let so_far = *bounds.last().unwrap_or(&Bound::NONE);
            bounds.push(so_far.and(Bound::of(&event.what, history)));
        }
        bounds.reverse();
        let places = vec![Place { session: Session::new(history.role), done: 0 }];
        Self { history, bounds, most_places, slots: Vec::new(), places, effort: Effort::default() }
    }

    /// A call begins. Where it is kept until it returns.
    fn begun(&mut self, event: &'h Event) -> Result<usize, Unexplained> {
        let free = self.slots.iter().position(Option::is_none);
        let slot = free.unwrap_or(self.slots.len());
        if slot == MOST_CALLS {
            return Err(Unexplained::Undecided("calls at a time", MOST_CALLS));
        }
        if free.is_none() {
            self.slots.push(None);
        }
        self.slots[slot] = Some(event);
        Ok(slot)
    }

    /// The call in this slot returns: it has taken effect. The event that begins next is the `next`th.
    fn returned(&mut self, end: u64, slot: usize, next: usize) -> Result<(), Unexplained> {
        let bit = 1 << slot;
        let mut todo = std::mem::take(&mut self.places);
        let mut seen: HashSet<Place> = todo.iter().cloned().collect();
        let mut left = HashSet::new();
        while let Some(place) = todo.pop() {
            if place.done & bit != 0 {
                left.insert(Place { done: place.done & !bit, ..place });
                continue;
            }
            self.effort.places += 1;
            for place in self.nexts(place, next) {
                if seen.insert(place.clone()) {
                    todo.push(place);
                }
            }
            if seen.len() > self.most_places {
                return Err(Unexplained::Undecided("places at a moment", self.most_places));
            }
        }
        self.slots[slot] = None;
        if left.is_empty() {
            return Err(Unexplained::By(end));
        }
        self.effort.at_once = self.effort.at_once.max(left.len());
        self.places = left.into_iter().collect();
        Ok(())
    }

    /// Everything that can come next, and nothing that leads nowhere.
    fn nexts(&self, place: Place, next: usize) -> Vec<Place> {
        let given = &self.history.given;
        let Place { session, done } = &place;
        let waiting = || {
            let slots = self.slots.iter().enumerate().filter(|(slot, _)| done >> slot & 1 == 0);
            slots.filter_map(|(slot, event)| event.map(|event| (1 << slot, event)))
        };
        let taken: Vec<_> =
            waiting().filter_map(|(bit, event)| Some((bit, session.after(&event.what, given)?))).collect();
        // What changes nothing and is right now.
        if let Some((bit, _)) = taken.iter().find(|(_, after)| after == session) {
            return vec![Place { done: done | bit, ..place }];
        }
        let ahead = waiting()
            .fold(self.bounds[next], |bound, (_, event)| bound.and(Bound::of(&event.what, self.history)));
        let steps = session.by_itself(given).chain(session.carry_out(given)).map(|after| (0, after));
        let all = taken.into_iter().chain(steps).filter(|(_, after)| self.is_viable(after, ahead));
        all.map(|(bit, session)| Place { session, done: done | bit }).collect()
    }

    fn is_viable(&self, session: &Session, ahead: Bound) -> bool {
        let queued = session.queue().iter().map(|key| Bound::of_command(*key, self.history));
        let ahead = queued.fold(ahead, Bound::and);
        let (sender, target) = session.numbers();
        session.progress() <= ahead.progress
            && sender <= ahead.next_sender
            && target <= ahead.next_target
            && session.progress().0 <= self.history.connections
    }
}
