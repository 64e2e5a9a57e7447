//! The task that owns a session, over all its connections.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use sansfix::config::Identity;
use sansfix_registry::{Ask, Registry};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::driver::clock::Clock;
use crate::driver::line::Line;
use crate::driver::setup::{SessionSetup, StartError};
use crate::driver::transport::Slot;
use crate::driver::worker::{Turn, Worker};
use crate::driver::{Elsewhere, Job};

/// A session that runs.
pub(super) struct Owned {
    pub(super) identity: Identity,
    pub(super) slot: Arc<Slot>,
    task: JoinHandle<()>,
}

/// As long as nobody waits: a limit that leads past what an instant can be is this one.
const NEVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The instant `limit` from now.
pub(super) fn until(limit: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(limit).unwrap_or_else(|| now + NEVER)
}

impl Owned {
    /// Starts the session's task.
    pub(super) fn start(
        setup: SessionSetup,
        registry: &Registry,
        line: impl FnOnce(Arc<Slot>) -> Line,
    ) -> Result<Self, StartError> {
        let identity = setup.config.identity.clone();
        let worker = Worker::new(setup, registry, Clock::start_in_tokio(), elsewhere, line)?;
        let slot = worker.slot();
        Ok(Self { identity, slot, task: tokio::spawn(Owner::new(worker)) })
    }

    /// Waits until the session has ended, at most until `limit`; then it is stopped. Whether it had ended in time.
    pub(super) async fn ended(self, limit: Instant) -> bool {
        let mut task = self.task;
        let in_time = tokio::time::timeout_at(limit, &mut task).await.is_ok();
        if !in_time {
            self.slot.ask(Ask::Stop);
        }
        in_time
    }
}

/// Work that may wait goes to tokio's threads for blocking work.
fn elsewhere() -> io::Result<Elsewhere> {
    let runtime = Handle::current();
    Ok(Box::new(move |job: Job| {
        runtime.spawn_blocking(job);
    }))
}

struct Owner {
    worker: Worker,
    sleep: Pin<Box<Sleep>>,
    /// What the sleep is for, on the worker's clock. An earlier one than needed costs a turn and nothing else, so a
    /// deadline that moves on does not move the sleep.
    armed: Option<u64>,
}

impl Owner {
    fn new(worker: Worker) -> Self {
        Self { worker, sleep: Box::pin(sleep_until(Instant::now())), armed: None }
    }

    fn arm(&mut self, at: u64) {
        if self.armed.is_none_or(|armed| armed > at) {
            self.armed = Some(at);
            // tokio's clock has milliseconds: rounded down, the turn would find nothing due and come again.
            let left = self.worker.clock().until(at) + Duration::from_millis(1);
            self.sleep.as_mut().reset(Instant::now() + left);
        }
    }
}

impl Future for Owner {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let owner = &mut *self;
        loop {
            match owner.worker.turn(context) {
                Turn::Over => return Poll::Ready(()),
                Turn::Wait(None) => return Poll::Pending,
                Turn::Wait(Some(at)) => owner.arm(at),
            }
            if owner.sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            owner.armed = None;
        }
    }
}
