//! What happened in one execution, and whether some serial order of it explains every answer.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::outcomes::Outcomes;
use super::session::{Kind, Pace};
use crate::{CommandOutcome, Mailbox, OwnedCommand};

/// What one thread did, between two moments.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) begin: usize,
    pub(super) end: usize,
    pub(super) what: What,
}

/// What was done and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A command was given, and has this key.
    Given { key: u64, kind: Kind },
    /// A command was refused: the mailbox is full.
    Busy,
    /// A command was refused, or a question: the session is gone.
    Unknown,
    /// The owner took this command.
    Taken { key: u64 },
    /// The owner published what this command led to, or, without one, what was still to come of those before.
    Published { key: Option<u64>, logged_on: bool },
    /// Whoever gave this command was told what has become of it.
    Told { key: u64, outcome: CommandOutcome },
    /// An observer saw this.
    Seen { logged_on: bool },
    /// The owner ended.
    Closed,
}

impl What {
    /// It changes nothing.
    const fn only_looks(&self) -> bool {
        match self {
            Self::Busy | Self::Unknown | Self::Told { .. } | Self::Seen { .. } => true,
            Self::Given { .. } | Self::Taken { .. } | Self::Published { .. } | Self::Closed => false,
        }
    }
}

/// The log of one execution. Writing to it is no step of the model: a model runs all its threads on one.
#[derive(Clone, Default)]
pub(super) struct History {
    log: Rc<RefCell<Log>>,
}

#[derive(Default)]
struct Log {
    moment: usize,
    events: Vec<Event>,
}

// A model runs its threads as coroutines of the test's thread, so they all find this.
thread_local! {
    static CURRENT: RefCell<Option<History>> = const { RefCell::new(None) };
}

impl History {
    /// Begins the log of an execution.
    pub(super) fn begin() {
        CURRENT.set(Some(Self::default()));
    }

    fn current() -> Self {
        CURRENT.with_borrow(|current| current.clone().expect("no execution has begun"))
    }

    fn moment(&self) -> usize {
        let mut log = self.log.borrow_mut();
        log.moment += 1;
        log.moment
    }

    /// Does something and notes what came of it.
    pub(super) fn note<T>(does: impl FnOnce() -> T, what: impl FnOnce(&T) -> What) -> T {
        let history = Self::current();
        let begin = history.moment();
        let done = does();
        let (what, end) = (what(&done), history.moment());
        history.log.borrow_mut().events.push(Event { begin, end, what });
        done
    }

    /// The owner takes a command. Finding none is no event: what was there is judged by who gave it.
    pub(super) fn take(mailbox: &mut Mailbox) -> Option<(u64, OwnedCommand)> {
        let history = Self::current();
        let begin = history.moment();
        mailbox.take()?;
        let (key, command) = mailbox.open()?;
        let end = history.moment();
        history.log.borrow_mut().events.push(Event { begin, end, what: What::Taken { key } });
        Some((key, command))
    }

    /// Ends the log: what happened, by its beginnings.
    pub(super) fn end() -> Vec<Event> {
        let mut events = std::mem::take(&mut Self::current().log.borrow_mut().events);
        events.sort_by_key(|event| event.begin);
        events
    }
}

/// The registry as it would be if everything happened at once: what the real one is compared with.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Serial {
    queue: Vec<(u64, Kind)>,
    /// Taken and not published yet.
    taken: Option<(u64, Kind)>,
    /// Logouts given and not published yet, by their keys.
    logouts: Vec<u64>,
    outcomes: Outcomes,
    closed: bool,
}

impl Serial {
    /// Whether this is what happens next, and if so, does it.
    fn allows(&mut self, what: &What, bound: usize) -> bool {
        match *what {
            What::Given { key, kind } => {
                let allowed = !self.closed && self.queue.len() < bound;
                self.queue.push((key, kind));
                if kind == Kind::Logout {
                    self.logouts.push(key);
                }
                allowed
            }
            What::Busy => !self.closed && self.queue.len() == bound,
            What::Unknown => self.closed,
            What::Taken { key } => {
                self.taken = self.queue.drain(..1.min(self.queue.len())).next();
                self.taken.is_some_and(|(next, _)| next == key)
            }
            What::Published { key, logged_on } => {
                let taken = self.taken.take();
                match taken {
                    Some((key, kind)) => self.outcomes.carried_out(key, kind),
                    None => self.outcomes.gone_on(),
                }
                self.logouts.retain(|logout| Some(*logout) != key);
                key == taken.map(|(key, _)| key) && logged_on == self.outcomes.session.logged_on()
            }
            What::Told { key, ref outcome } => match self.outcomes.told(key) {
                Some(told) => told == outcome,
                None => self.closed && *outcome == CommandOutcome::ShutDown,
            },
            What::Seen { logged_on } => {
                logged_on == (self.outcomes.session.logged_on() && self.logouts.is_empty() && !self.closed)
            }
            What::Closed => !std::mem::replace(&mut self.closed, true),
        }
    }
}

/// Whether some serial order, in which nothing comes before what had ended when it began, explains every answer.
pub(super) fn is_serial(events: &[Event], pace: Pace, bound: usize) -> bool {
    let outcomes = Outcomes::new(pace);
    let start = Serial { queue: Vec::new(), taken: None, logouts: Vec::new(), outcomes, closed: false };
    let mut left: Vec<&Event> = events.iter().collect();
    explains(&start, &mut left, bound, &mut HashSet::new())
}

/// What was tried in vain: a state, and the beginnings of what was left then.
type InVain = HashSet<(Serial, Vec<usize>)>;

fn explains(state: &Serial, left: &mut Vec<&Event>, bound: usize, in_vain: &mut InVain) -> bool {
    let Some(first_end) = left.iter().map(|event| event.end).min() else { return true };
    // What only looks, and is right now, can come now: no order of the others needs it later.
    let looks = |event: &&Event| {
        event.begin <= first_end && event.what.only_looks() && state.clone().allows(&event.what, bound)
    };
    if let Some(index) = left.iter().position(looks) {
        let event = left.remove(index);
        let explained = explains(state, left, bound, in_vain);
        if !explained {
            left.insert(index, event);
        }
        return explained;
    }
    // Keys count the commands as they were given.
    let given = |event: &&Event| if let What::Given { key, .. } = event.what { Some(key) } else { None };
    let next_given = left.iter().filter_map(given).min();
    for index in 0..left.len() {
        if left[index].begin > first_end {
            break;
        }
        if given(&left[index]).is_some_and(|key| Some(key) != next_given) {
            continue;
        }
        let mut next = state.clone();
        if next.allows(&left[index].what, bound) {
            let event = left.remove(index);
            let place = (next, left.iter().map(|event| event.begin).collect());
            if !in_vain.contains(&place) {
                if explains(&place.0, left, bound, in_vain) {
                    return true;
                }
                in_vain.insert(place);
            }
            left.insert(index, event);
        }
    }
    false
}
