//! The thread that owns a session, over all its connections.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::task::Context;
use std::thread::{self, Builder, JoinHandle};
use std::time::{Duration, Instant};

use mio::Token;
use sansfix::config::Identity;
use sansfix_registry::{Ask, Registry};

use super::reactor::Reactor;
use crate::driver::clock::Clock;
use crate::driver::line::Line;
use crate::driver::setup::{SessionSetup, StartError};
use crate::driver::transport::Slot;
use crate::driver::worker::{Turn, Worker};
use crate::driver::{Elsewhere, Job};

/// What the session's own connection is called; it is looked at after every wait anyway.
const CONNECTION: Token = Token(0);

/// A session that runs.
pub(super) struct Owned {
    pub(super) identity: Identity,
    pub(super) slot: Arc<Slot>,
    thread: JoinHandle<()>,
    /// Disconnected when the thread has ended.
    runs: Receiver<()>,
}

/// As long as nobody waits: a limit that leads past what an instant can be is this one.
const NEVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The instant `limit` from now.
pub(super) fn until(limit: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(limit).unwrap_or_else(|| now + NEVER)
}

impl Owned {
    /// Starts the session's thread.
    pub(super) fn start(
        setup: SessionSetup,
        registry: &Registry,
        line: impl FnOnce(Arc<Slot>) -> Line,
    ) -> Result<Self, StartError> {
        let identity = setup.config.identity.clone();
        let reactor = Reactor::new()?;
        let worker = Worker::new(setup, registry, Clock::start(), store_thread, line)?;
        let slot = worker.slot();
        let (running, runs) = channel();
        let thread =
            Builder::new().name("sansfix-session".into()).spawn(move || own(worker, reactor, running))?;
        Ok(Self { identity, slot, thread, runs })
    }

    /// Waits until the session has ended, at most until `limit`; then it is stopped. Whether it had ended in time.
    pub(super) fn ended(self, limit: Instant) -> bool {
        let left = limit.saturating_duration_since(Instant::now());
        let in_time = self.runs.recv_timeout(left) == Err(RecvTimeoutError::Disconnected);
        if !in_time {
            self.slot.ask(Ask::Stop);
        }
        in_time
    }

    /// Waits until the session has ended. On the session's own thread, inside a handler, it does not wait: the session
    /// ends when the handler has returned.
    pub(super) fn join(self) {
        if self.thread.thread().id() == thread::current().id() {
            return;
        }
        // A panic of the session's thread has been reported by it.
        let _ = self.thread.join();
    }
}

fn own(mut worker: Worker, mut reactor: Reactor, running: Sender<()>) {
    let waker = reactor.waker();
    let mut context = Context::from_waker(&waker);
    reactor.enter(CONNECTION);
    loop {
        match worker.turn(&mut context) {
            Turn::Over => break,
            Turn::Wait(at) => {
                let limit = at.map(|at| worker.clock().until(at));
                // Which event it was does not matter: a turn looks at everything.
                reactor.wait(limit).for_each(drop);
            }
        }
    }
    // The registry forgets the session before anybody learns that it has ended.
    drop(worker);
    drop(running);
}

/// Work that may wait goes to one thread of this session.
fn store_thread() -> io::Result<Elsewhere> {
    let (jobs, work) = channel::<Job>();
    Builder::new().name("sansfix-store".into()).spawn(move || work.into_iter().for_each(|job| job()))?;
    // A job that the thread does not take any more is dropped, and counts as failed.
    Ok(Box::new(move |job| drop(jobs.send(job))))
}
