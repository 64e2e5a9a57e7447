//! Connections that are handed to the owner of a session: it has one at a time, none is lost, and nobody waits for a
//! slot that is free or for an owner that ends.

use std::cell::Cell;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Waker};

use super::model::{FOR_EVER, Owner, executions, identity, run, up};
use super::scheduler::{stop_exploring, thread};
use crate::{Ask, Caller, MAILBOX_BOUND, Mailbox, Registry, Slot};

/// What is explored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// How many hand over a connection, and wait for that.
    pub(super) callers: usize,
    /// How many try that once, and go away.
    pub(super) hasty: usize,
    /// How the owner waits.
    pub(super) owner: Owner,
    /// Whether the owner is asked to end meanwhile.
    pub(super) asked: bool,
    /// Preemptions of a thread in one execution; `None`: every order.
    pub(super) preemptions: Option<usize>,
}

thread_local! {
    /// The owner has been asked to end, and who asked it has been told so. No step of the model.
    static ASKED: Cell<bool> = const { Cell::new(false) };
    static ACCEPTED: Cell<usize> = const { Cell::new(0) };
    static AT_WORK: Cell<usize> = const { Cell::new(0) };
}

impl Plan {
    /// So many who wait, and nobody else.
    pub(super) fn of(callers: usize) -> Self {
        Self { callers, hasty: 0, owner: Owner::Task, asked: false, preemptions: None }
    }

    /// The owner knows how many connections come: then nobody has to tell it that there are no more.
    fn has_known_end(self) -> bool {
        self.hasty == 0 && !self.asked
    }

    /// Runs every execution. How many there were.
    pub(super) fn explore(self) -> u64 {
        executions(MAILBOX_BOUND, self.preemptions, move || self.execute())
    }

    fn execute(self) {
        ASKED.set(false);
        ACCEPTED.set(0);
        AT_WORK.set(self.callers + self.hasty);
        let registry = Registry::new();
        let mut mailbox = registry.register(identity(), up().status).unwrap();
        let slot = Arc::new(Slot::new(mailbox.bell()));
        let bell = mailbox.bell();
        let hands_over = |who: usize, waits: bool| {
            let (caller, bell) = (Slot::caller(&slot), bell.clone());
            thread::spawn(move || {
                hand_over(caller, who, waits);
                AT_WORK.set(AT_WORK.get() - 1);
                // The last one: then there is nothing more to come.
                if AT_WORK.get() == 0 && !self.has_known_end() {
                    bell.ring();
                }
            })
        };
        let mut threads: Vec<_> =
            (0..self.callers + self.hasty).map(|who| hands_over(who, who < self.callers)).collect();
        if self.asked {
            let slot = slot.clone();
            threads.push(thread::spawn(move || {
                slot.ask(Ask::ShutDown);
                ASKED.set(true);
            }));
        }
        let mut came = self.own(&mut mailbox, &slot);
        // From here on only the order in which threads end is open, unless some are still to be told that it ends.
        if self.has_known_end() {
            stop_exploring();
        }
        for thread in threads {
            thread.join().unwrap();
        }
        // Handed over to an owner that was just ending: it has it, and closes it.
        came.extend(slot.take());
        assert_eq!(came.len(), ACCEPTED.get(), "a connection is lost: {came:?}");
        came.sort_unstable();
        came.dedup();
        assert_eq!(came.len(), ACCEPTED.get(), "a connection came twice");
        assert_eq!(slot.callers(), 0, "whoever has gone is forgotten");
        if !self.asked {
            assert!(ACCEPTED.get() >= self.callers.max(1), "a connection is refused");
        }
    }

    /// The owner: has one connection after another, until all have come or it is asked to end.
    fn own(self, mailbox: &mut Mailbox, slot: &Slot<usize>) -> Vec<usize> {
        let mut came = Vec::new();
        loop {
            let no_more = !self.has_known_end() && AT_WORK.get() == 0;
            while let Some(connection) = slot.take() {
                came.push(connection);
                assert_eq!(slot.take(), None, "a second connection is there");
                slot.release();
            }
            let all_came = self.has_known_end() && came.len() == self.callers;
            if no_more || all_came || self.asked && slot.asked() != Ask::Run {
                return came;
            }
            match self.owner {
                Owner::Thread => mailbox.wait(FOR_EVER),
                Owner::Task => run(poll_fn(|context| mailbox.poll(context))),
            }
        }
    }
}

fn hand_over(mut caller: Caller<usize>, who: usize, waits: bool) {
    let (mut connection, too_late) = (Some(who), ASKED.get());
    if waits {
        run(poll_fn(|context| caller.poll_offer(context, &mut connection)));
    } else {
        let _ = caller.poll_offer(&mut Context::from_waker(Waker::noop()), &mut connection);
    }
    if connection.is_none() {
        assert!(!too_late, "an owner that ends has been handed a connection");
        ACCEPTED.set(ACCEPTED.get() + 1);
    }
}

#[cfg(loom)]
mod every_order {
    use super::Plan;
    use crate::explore::model::{Owner, report};

    fn explore(what: &str, plan: Plan) {
        let executions: u64 =
            [Owner::Task, Owner::Thread].into_iter().map(|owner| Plan { owner, ..plan }.explore()).sum();
        assert!(executions > 2, "nobody meets: {plan:?}");
        let bound = plan.preemptions.map_or("every order".to_owned(), |bound| format!("bound {bound}"));
        report(&format!("connections handed over, {what}, {bound}"), executions);
    }

    #[test]
    fn two_connections_one_after_the_other() {
        let plan = Plan::of(2);
        report("connections handed over, 2 callers, owner in a task, every order", plan.explore());
        explore("2 callers", Plan { preemptions: Some(3), ..plan });
    }

    #[test]
    fn an_owner_that_is_asked_to_end_meanwhile() {
        explore("1 caller, the owner is asked to end", Plan { asked: true, ..Plan::of(1) });
        let plan = Plan { asked: true, preemptions: Some(3), ..Plan::of(2) };
        explore("2 callers, the owner is asked to end", plan);
    }

    #[test]
    fn one_that_does_not_wait_for_its_turn() {
        explore(
            "1 caller and one that does not wait",
            Plan { hasty: 1, preemptions: Some(3), ..Plan::of(1) },
        );
    }

    #[test]
    fn three_connections() {
        explore("3 callers", Plan { preemptions: Some(2), ..Plan::of(3) });
    }
}
