//! What the owner and the observers of one session share: one lock, taken last and held for a few instructions.

use std::collections::{BTreeMap, VecDeque};
use std::sync::PoisonError;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use sansfix::Status;

use crate::command::OwnedCommand;
use crate::outcome::CommandOutcome;
use crate::sync::{Condvar, Mutex, MutexGuard};

/// How many commands can wait for one session, not yet taken by its owner: messages to be sent are commands too. A
/// person gives a few; a program that gives more than this while the owner is stuck is told
/// [`crate::CommandError::Busy`]. It cannot be set: a session whose owner works takes what waits in a moment.
///
/// ```
/// use sansfix::{BeginString, Config, Session, Snapshot, config::{Identity, Role}};
/// use sansfix_registry::{CommandError, MAILBOX_BOUND, Registry};
///
/// # if sansfix_registry::LOOM { return Ok(()); }
/// let identity = Identity::new(BeginString::Fix44, "US", "THEM");
/// let session = Session::new(Config::new(Role::Acceptor, identity.clone()).into(), Snapshot::new(0));
/// let registry = Registry::new();
/// let mut mailbox = registry.register(identity.clone(), session.status())?;
/// for _ in 0..MAILBOX_BOUND {
///     drop(registry.test_request(&identity)?);
/// }
/// assert_eq!(registry.test_request(&identity).err(), Some(CommandError::Busy));
/// assert!(mailbox.take().is_some(), "its owner looks into it");
/// assert!(registry.test_request(&identity).is_ok(), "there is room for one");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const MAILBOX_BOUND: usize = 64;

/// Whether a mistake is switched on: never, but in builds for loom or shuttle.
macro_rules! seeded {
    ($bug:ident) => {{
        #[cfg(any(loom, shuttle))]
        let on = crate::seeded::is(crate::seeded::Bug::$bug);
        #[cfg(not(any(loom, shuttle)))]
        let on = false;
        on
    }};
}

#[cfg(not(any(loom, shuttle)))]
const fn bound() -> usize {
    MAILBOX_BOUND
}
#[cfg(any(loom, shuttle))]
use crate::seeded::bound;

#[derive(Debug)]
pub(crate) struct Cell {
    shared: Mutex<Shared>,
    /// The owner waits here, for commands and for the bell.
    rung: Condvar,
    /// Observers wait here, for what is published.
    published: Condvar,
}

#[derive(Debug)]
struct Shared {
    commands: VecDeque<(u64, OwnedCommand)>,
    /// Something else than a command waits for the owner.
    bell: bool,
    /// The owner waits on its thread. Waking nobody would cost a system call for each message of a session.
    owner_waits: bool,
    /// How many observers wait on their threads.
    observers: usize,
    /// An owner that waits without a thread.
    owner: Option<Waker>,
    status: Status,
    /// Logouts that have been given.
    logouts_given: u64,
    /// Logouts that the owner had carried out when it published the status.
    logouts_done: u64,
    /// The owner is gone: nothing is accepted any more.
    closed: bool,
    last_key: u64,
    /// Of each receipt that is kept.
    outcomes: BTreeMap<u64, Told>,
}

/// What a receipt waits for.
#[derive(Debug)]
enum Told {
    Open(Option<Waker>),
    Outcome(CommandOutcome),
}

impl Shared {
    /// The status as an observer may see it: a Logout that has been given counts at once.
    fn visible(&self) -> Status {
        let logged_on = self.status.logged_on && self.logouts_given == self.logouts_done && !self.closed;
        Status { logged_on, ..self.status }
    }

    fn outcome(&self, key: u64) -> Option<CommandOutcome> {
        match self.outcomes.get(&key)? {
            Told::Outcome(outcome) => Some(outcome.clone()),
            Told::Open(_) => None,
        }
    }

    /// Whom to wake for it.
    fn tell(&mut self, key: u64, outcome: CommandOutcome) -> Option<Waker> {
        // A receipt that was dropped wants to know nothing.
        let told = self.outcomes.get_mut(&key)?;
        match std::mem::replace(told, Told::Outcome(outcome)) {
            Told::Open(waker) => waker,
            Told::Outcome(_) if cfg!(any(loom, shuttle)) => panic!("a second outcome"),
            Told::Outcome(_) => None,
        }
    }
}

/// Why a mailbox takes no command.
pub(crate) enum NotTaken {
    /// It holds [`MAILBOX_BOUND`] commands.
    Full,
    /// Its owner is gone.
    Closed,
}

impl Cell {
    pub(crate) fn new(status: Status) -> Self {
        Self {
            shared: Mutex::new(Shared {
                commands: VecDeque::new(),
                bell: false,
                owner_waits: false,
                observers: 0,
                owner: None,
                status,
                logouts_given: 0,
                logouts_done: 0,
                closed: false,
                last_key: 0,
                outcomes: BTreeMap::new(),
            }),
            rung: Condvar::new(),
            published: Condvar::new(),
        }
    }

    /// Nothing that can panic is done under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a command; the key is its receipt's.
    pub(crate) fn give(&self, command: OwnedCommand) -> Result<u64, NotTaken> {
        let mut shared = self.lock();
        if shared.closed && !seeded!(ClosedTakes) {
            return Err(NotTaken::Closed);
        }
        if shared.commands.len() >= bound() {
            if !seeded!(FullDropsOldest) {
                return Err(NotTaken::Full);
            }
            shared.commands.pop_front();
        }
        if matches!(command, OwnedCommand::Logout { .. }) && !seeded!(LogoutNotCounted) {
            shared.logouts_given += 1;
        }
        shared.last_key += 1;
        let key = shared.last_key;
        shared.commands.push_back((key, command));
        shared.outcomes.insert(key, Told::Open(None));
        self.wake_owner(shared);
        Ok(key)
    }

    fn wake_owner(&self, mut shared: MutexGuard<'_, Shared>) {
        let owner = shared.owner.take();
        let waits = shared.owner_waits;
        drop(shared);
        if seeded!(OwnerNotWoken) {
            return;
        }
        if waits {
            self.rung.notify_one();
        }
        if let Some(owner) = owner {
            owner.wake();
        }
    }
}

/// What the owner does.
impl Cell {
    pub(crate) fn take(&self) -> Option<(u64, OwnedCommand)> {
        self.lock().commands.pop_front()
    }

    pub(crate) fn logouts_given(&self) -> u64 {
        self.lock().logouts_given
    }

    /// The status and the outcomes that go with it, in one step.
    pub(crate) fn publish(&self, status: Status, logouts_done: u64, outcomes: Vec<(u64, CommandOutcome)>) {
        let mut shared = self.lock();
        shared.logouts_done = logouts_done;
        if seeded!(CountBeforeStatus) {
            drop(shared);
            shared = self.lock();
        }
        let mut wakers = Vec::new();
        for (key, outcome) in outcomes {
            wakers.extend(shared.tell(key, outcome));
        }
        if seeded!(OutcomeBeforeStatus) {
            drop(shared);
            shared = self.lock();
        }
        shared.status = status;
        let observed = shared.observers > 0;
        drop(shared);
        if observed && !seeded!(WaiterNotWoken) {
            self.published.notify_all();
        }
        if !seeded!(TaskNotWoken) {
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    /// The owner is gone. What is open has the outcome [`CommandOutcome::ShutDown`].
    pub(crate) fn close(&self) {
        let mut shared = self.lock();
        shared.closed = true;
        let commands = std::mem::take(&mut shared.commands);
        let owner = shared.owner.take();
        let mut wakers = Vec::new();
        for told in shared.outcomes.values_mut().filter(|_| !seeded!(CloseTellsNobody)) {
            if let Told::Open(waker) = told {
                wakers.extend(waker.take());
                *told = Told::Outcome(CommandOutcome::ShutDown);
            }
        }
        let observed = shared.observers > 0;
        drop(shared);
        if observed {
            self.published.notify_all();
        }
        wakers.into_iter().for_each(Waker::wake);
        drop((commands, owner));
    }

    /// Those of the keys whose receipts are kept.
    pub(crate) fn retain_awaited<T>(&self, waiting: &mut Vec<T>, key: impl Fn(&T) -> u64) {
        let shared = self.lock();
        waiting.retain(|one| shared.outcomes.contains_key(&key(one)));
    }

    pub(crate) fn ring(&self) {
        let mut shared = self.lock();
        shared.bell = true;
        self.wake_owner(shared);
    }

    /// Waits for a command or the bell. The bell is silent again afterwards.
    pub(crate) fn wait_for_owner(&self, limit: Duration) {
        let started = Instant::now();
        let mut shared = self.lock();
        while shared.commands.is_empty() && !shared.bell {
            let left = limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                break;
            }
            shared.owner_waits = true;
            shared = self.rung.wait_timeout(shared, left).unwrap_or_else(PoisonError::into_inner).0;
            shared.owner_waits = false;
        }
        shared.bell = false;
    }

    /// The same for an owner that is a task: ready when a command is there or the bell has been rung.
    pub(crate) fn poll_for_owner(&self, waker: &Waker) -> Poll<()> {
        let waker = waker.clone();
        let mut shared = self.lock();
        if shared.commands.is_empty() && !shared.bell {
            let before = shared.owner.replace(waker);
            drop(shared);
            drop(before);
            return Poll::Pending;
        }
        shared.bell = false;
        Poll::Ready(())
    }
}

/// What observers do.
impl Cell {
    pub(crate) fn status(&self) -> Status {
        self.lock().visible()
    }

    /// Waits until `until` holds of the visible status. The status, and whether it holds. `until` is called without
    /// the lock.
    pub(crate) fn wait_for_status(&self, limit: Duration, until: impl Fn(&Status) -> bool) -> (Status, bool) {
        let started = Instant::now();
        loop {
            let status = self.status();
            if until(&status) {
                return (status, true);
            }
            let mut shared = self.lock();
            while shared.visible() == status {
                let left = limit.saturating_sub(started.elapsed());
                if left.is_zero() {
                    return (status, false);
                }
                shared = self.observe(shared, left);
            }
        }
    }

    pub(crate) fn outcome(&self, key: u64) -> Option<CommandOutcome> {
        self.lock().outcome(key)
    }

    pub(crate) fn wait_for_outcome(&self, key: u64, limit: Duration) -> Option<CommandOutcome> {
        let started = Instant::now();
        let mut shared = self.lock();
        loop {
            if let Some(outcome) = shared.outcome(key) {
                return Some(outcome);
            }
            let left = limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                return None;
            }
            shared = self.observe(shared, left);
        }
    }

    /// Waits until something is published, or closed, or the limit has passed.
    fn observe<'s>(&self, mut shared: MutexGuard<'s, Shared>, limit: Duration) -> MutexGuard<'s, Shared> {
        shared.observers += 1;
        let waited = self.published.wait_timeout(shared, limit);
        let mut shared = waited.unwrap_or_else(PoisonError::into_inner).0;
        shared.observers -= 1;
        shared
    }

    pub(crate) fn poll_outcome(&self, key: u64, waker: &Waker) -> Poll<CommandOutcome> {
        let waker = waker.clone();
        let mut shared = self.lock();
        let before = match shared.outcomes.get_mut(&key) {
            Some(Told::Outcome(outcome)) => return Poll::Ready(outcome.clone()),
            Some(Told::Open(before)) => before.replace(waker),
            None => None,
        };
        drop(shared);
        drop(before);
        Poll::Pending
    }

    pub(crate) fn forget_outcome(&self, key: u64) {
        let forgotten = self.lock().outcomes.remove(&key);
        drop(forgotten);
    }
}
