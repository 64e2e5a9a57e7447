//! What happened in one execution, and whether some serial order of it explains every answer.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use crate::{Mailbox, OwnedCommand};

/// What one thread did, between two moments.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) begin: usize,
    pub(super) end: usize,
    pub(super) what: What,
}

/// What was done and what came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A command was given, and has this key.
    Given { key: u64, logout: bool },
    /// A command was refused: the mailbox is full.
    Busy,
    /// A command was refused, or a question: the session is gone.
    Unknown,
    /// The owner took this command.
    Taken { key: u64 },
    /// The owner published what this command led to.
    Published { key: u64, logged_on: bool },
    /// An observer saw this.
    Seen { logged_on: bool },
    /// The owner ended.
    Closed,
}

impl What {
    /// It changes nothing.
    const fn only_looks(self) -> bool {
        match self {
            Self::Busy | Self::Unknown | Self::Seen { .. } => true,
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
#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Serial {
    queue: Vec<(u64, bool)>,
    /// Logouts given and not published yet, by their keys.
    logouts: Vec<u64>,
    logged_on: bool,
    closed: bool,
}

impl Serial {
    /// Whether this is what happens next, and if so, does it.
    fn allows(&mut self, what: What, bound: usize) -> bool {
        match what {
            What::Given { key, logout } => {
                let allowed = !self.closed && self.queue.len() < bound;
                self.queue.push((key, logout));
                if logout {
                    self.logouts.push(key);
                }
                allowed
            }
            What::Busy => !self.closed && self.queue.len() == bound,
            What::Unknown => self.closed,
            What::Taken { key } => {
                let next = self.queue.first().map(|(key, _)| *key);
                self.queue.drain(..1.min(self.queue.len()));
                next == Some(key)
            }
            What::Published { key, logged_on } => {
                self.logouts.retain(|logout| *logout != key);
                self.logged_on = logged_on;
                true
            }
            What::Seen { logged_on } => {
                logged_on == (self.logged_on && self.logouts.is_empty() && !self.closed)
            }
            What::Closed => !std::mem::replace(&mut self.closed, true),
        }
    }
}

/// Whether some serial order, in which nothing comes before what had ended when it began, explains every answer.
pub(super) fn is_serial(events: &[Event], logged_on_at_first: bool, bound: usize) -> bool {
    let start = Serial { logged_on: logged_on_at_first, ..Serial::default() };
    let mut left: Vec<&Event> = events.iter().collect();
    let mut in_vain = HashSet::new();
    let explained = explains(&start, &mut left, bound, &mut in_vain);
    if in_vain.len() >= MOST_IN_VAIN {
        assert!(cfg!(shuttle), "a history of loom's is undecided");
        println!("a history of {} events is undecided", events.len());
    }
    explained
}

/// What was tried in vain: a state, and the beginnings of what was left then.
type InVain = HashSet<(Serial, Vec<usize>)>;

/// After so many the search gives up: a history that few orders explain can have more of them than memory holds. Loom's
/// short histories never come near it; where a history drawn by shuttle does, that is printed, and it stays undecided.
const MOST_IN_VAIN: usize = 200_000;

fn explains(state: &Serial, left: &mut Vec<&Event>, bound: usize, in_vain: &mut InVain) -> bool {
    let Some(first_end) = left.iter().map(|event| event.end).min() else { return true };
    // What only looks, and is right now, can come now: no order of the others needs it later.
    let looks = |event: &&Event| {
        event.begin <= first_end && event.what.only_looks() && state.clone().allows(event.what, bound)
    };
    if let Some(index) = left.iter().position(looks) {
        let event = left.remove(index);
        let explained = explains(state, left, bound, in_vain);
        if !explained {
            left.insert(index, event);
        }
        return explained;
    }
    for index in 0..left.len() {
        if left[index].begin > first_end {
            break;
        }
        let mut next = state.clone();
        if next.allows(left[index].what, bound) {
            let event = left.remove(index);
            let place = (next, left.iter().map(|event| event.begin).collect());
            if !in_vain.contains(&place) {
                if explains(&place.0, left, bound, in_vain) {
                    return true;
                }
                in_vain.insert(place);
                if in_vain.len() >= MOST_IN_VAIN {
                    return true;
                }
            }
            left.insert(index, event);
        }
    }
    false
}
