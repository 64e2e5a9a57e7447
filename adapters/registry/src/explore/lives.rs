//! Sessions that come and go under one identity while commanders look for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::model::{FOR_EVER, executions, identity, up};
use super::scheduler::thread;
use crate::{AlreadyRegistered, CommandOutcome, MAILBOX_BOUND, Registry};

/// What is explored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// How many register a session of the identity.
    pub(super) owners: usize,
    /// How often each does, one time after another.
    pub(super) lives: usize,
    /// How many look for it, and give it three commands if it is there.
    pub(super) commanders: usize,
    /// Preemptions of a thread in one execution; `None`: every order.
    pub(super) preemptions: Option<usize>,
}

impl Plan {
    /// Runs every execution. How many there were.
    pub(super) fn explore(self) -> u64 {
        executions(MAILBOX_BOUND, self.preemptions, move || self.execute())
    }

    fn execute(self) {
        let registry = Registry::new();
        // A plain count: all threads of a model run one at a time.
        let alive = Arc::new(AtomicUsize::new(0));
        let owners: Vec<_> = (0..self.owners)
            .map(|_| {
                let (registry, alive) = (registry.clone(), alive.clone());
                thread::spawn(move || {
                    (0..self.lives).map(|_| usize::from(live(&registry, &alive))).sum::<usize>()
                })
            })
            .collect();
        let commanders: Vec<_> = (0..self.commanders)
            .map(|_| {
                thread::spawn({
                    let registry = registry.clone();
                    move || give(&registry)
                })
            })
            .collect();
        let lived: usize = owners.into_iter().map(|owner| owner.join().unwrap()).sum();
        assert!(lived > 0, "the first to register is refused by nobody");
        for commander in commanders {
            commander.join().unwrap();
        }
        assert!(registry.sessions().is_empty(), "whoever is gone is forgotten");
    }
}

/// Whether the identity was free.
fn live(registry: &Registry, alive: &AtomicUsize) -> bool {
    let standing = up();
    let mut mailbox = match registry.register(identity(), standing.status) {
        Ok(mailbox) => mailbox,
        Err(AlreadyRegistered(taken)) => {
            assert_eq!(taken, identity());
            return false;
        }
    };
    assert_eq!(alive.fetch_add(1, SeqCst), 0, "two sessions of one identity");
    for _ in 0..2 {
        thread::yield_now();
        while mailbox.take().is_some() {
            let _ = mailbox.open();
            mailbox.carried_out(sansfix::Outcome::Done);
            mailbox.publish(standing);
        }
    }
    alive.fetch_sub(1, SeqCst);
    drop(mailbox);
    true
}

fn give(registry: &Registry) {
    for _ in 0..3 {
        let Ok(receipt) = registry.test_request(&identity()) else {
            thread::yield_now();
            continue;
        };
        let outcome = receipt.wait(FOR_EVER).expect("it waits for ever");
        assert!(matches!(outcome, CommandOutcome::Completed | CommandOutcome::ShutDown), "{outcome:?}");
        assert_eq!(receipt.outcome(), Some(outcome), "an outcome stays what it is");
    }
}
