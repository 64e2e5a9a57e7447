//! Mistakes that can be switched on, to see that the exploration finds them. Only in builds for loom and for shuttle.

use std::cell::Cell;

/// A mistake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bug {
    /// A Logout that is given is not counted.
    LogoutNotCounted,
    /// The count of Logouts that are carried out is published one step before the status.
    CountBeforeStatus,
    /// Outcomes are told one step before the status that goes with them is published.
    OutcomeBeforeStatus,
    /// The owner is not woken for a command.
    OwnerNotWoken,
    /// Whoever waits for an outcome is not woken for it.
    WaiterNotWoken,
    /// A task that waits for an outcome is not woken for it.
    TaskNotWoken,
    /// A full mailbox drops its oldest command.
    FullDropsOldest,
    /// Closing leaves the waiting commands without an outcome.
    CloseTellsNobody,
    /// A closed mailbox takes commands.
    ClosedTakes,
    /// A second session of one identity is registered in the place of the first.
    SecondTaken,
    /// A slot is free when its owner has released it, and nobody is told.
    ReleaseWakesNobody,
    /// Whoever waits for a slot is not told that its owner ends.
    AskWakesNobody,
    /// A connection is put in the place of the one that a slot holds.
    TakenIsOverwritten,
    /// The owner is not told of a connection that it is handed.
    OfferNotRung,
    /// The owner of the models answers a message with the number of the one after it.
    AnswersAnother,
}

thread_local! {
    static BUG: Cell<Option<Bug>> = const { Cell::new(None) };
    static BOUND: Cell<usize> = const { Cell::new(super::MAILBOX_BOUND) };
}

/// Whether this mistake is switched on. A model runs all its threads on the thread of the test.
pub(crate) fn is(bug: Bug) -> bool {
    BUG.get() == Some(bug)
}

/// How many commands a mailbox holds.
pub(crate) fn bound() -> usize {
    BOUND.get()
}

#[cfg(test)]
pub(crate) fn set(bug: Option<Bug>, bound: usize) {
    BUG.set(bug);
    BOUND.set(bound);
}
