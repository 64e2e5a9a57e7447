//! What the owner and the observers of one session share: one lock, taken last and held for a few instructions.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sansfix::Status;

use crate::command::OwnedCommand;

/// How many commands can wait for one session. A person gives a few; a program that gives more than this while the
/// owner is stuck is told so.
pub const MAILBOX_BOUND: usize = 64;

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
    commands: VecDeque<OwnedCommand>,
    /// Something else than a command waits for the owner.
    bell: bool,
    status: Status,
    /// Logouts that have been given.
    logouts_given: u64,
    /// Logouts that the owner had carried out when it published the status.
    logouts_done: u64,
}

impl Shared {
    /// The status as an observer may see it: a Logout that has been given counts at once.
    fn visible(&self) -> Status {
        let logged_on = self.status.logged_on && self.logouts_given == self.logouts_done;
        Status { logged_on, ..self.status }
    }
}

/// The mailbox holds [`MAILBOX_BOUND`] commands.
pub(crate) struct Full;

impl Cell {
    pub(crate) fn new(status: Status) -> Self {
        Self {
            shared: Mutex::new(Shared {
                commands: VecDeque::new(),
                bell: false,
                status,
                logouts_given: 0,
                logouts_done: 0,
            }),
            rung: Condvar::new(),
            published: Condvar::new(),
        }
    }

    /// Nothing that can panic is done under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn give(&self, command: OwnedCommand) -> Result<(), Full> {
        let mut shared = self.lock();
        if shared.commands.len() >= MAILBOX_BOUND {
            return Err(Full);
        }
        if matches!(command, OwnedCommand::Logout { .. }) {
            shared.logouts_given += 1;
        }
        shared.commands.push_back(command);
        drop(shared);
        self.rung.notify_one();
        Ok(())
    }

    pub(crate) fn take(&self) -> Option<OwnedCommand> {
        self.lock().commands.pop_front()
    }

    pub(crate) fn publish(&self, status: Status, logouts_done: u64) {
        let mut shared = self.lock();
        shared.status = status;
        shared.logouts_done = logouts_done;
        drop(shared);
        self.published.notify_all();
    }

    pub(crate) fn status(&self) -> Status {
        self.lock().visible()
    }

    pub(crate) fn ring(&self) {
        self.lock().bell = true;
        self.rung.notify_one();
    }

    /// Waits for a command or the bell. The bell is silent again afterwards.
    pub(crate) fn wait_for_owner(&self, limit: Duration) {
        let shared = self.lock();
        let idle = |shared: &mut Shared| shared.commands.is_empty() && !shared.bell;
        let (mut shared, _) =
            self.rung.wait_timeout_while(shared, limit, idle).unwrap_or_else(PoisonError::into_inner);
        shared.bell = false;
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
            let left = limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                return (status, false);
            }
            let same = |shared: &mut Shared| shared.visible() == status;
            drop(self.published.wait_timeout_while(self.lock(), left, same));
        }
    }
}
