//! Mistakes that can be switched on, to see that the exploration finds them. Only in builds for loom and for shuttle.

use std::cell::Cell;

macro_rules! mistakes {
    ($($name:ident breaks $guarantee:literal: $sentence:literal,)*) => {
        /// A mistake.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[cfg_attr(not(test), allow(dead_code, reason = "the models make one of them"))]
        pub(crate) enum Bug {
            $(#[doc = $sentence] $name,)*
        }

        #[cfg(test)]
        impl Bug {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The guarantee of `docs/guarantees.md` that it breaks, as `G1`.
            pub(crate) const fn guarantee(self) -> &'static str {
                match self { $(Self::$name => $guarantee,)* }
            }

            /// What is done wrong.
            pub(crate) const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

mistakes! {
    LogoutNotCounted breaks "G23": "A Logout that is given is not counted.",
    CountBeforeStatus breaks "G23": "The count of Logouts that are carried out is published one step before the status.",
    OutcomeBeforeStatus breaks "G23": "Outcomes are told one step before the status that goes with them is published.",
    OwnerNotWoken breaks "G23": "The owner is not woken for a command.",
    WaiterNotWoken breaks "G23": "Whoever waits for an outcome is not woken for it.",
    TaskNotWoken breaks "G23": "A task that waits for an outcome is not woken for it.",
    FullDropsOldest breaks "G23": "A full mailbox drops its oldest command.",
    CloseTellsNobody breaks "G23": "Closing leaves the waiting commands without an outcome.",
    ClosedTakes breaks "G23": "A closed mailbox takes commands.",
    SecondTaken breaks "G25": "A second session of one identity is registered in the place of the first.",
    ReleaseWakesNobody breaks "G23": "A slot is free when its owner has released it, and nobody is told.",
    AskWakesNobody breaks "G23": "Whoever waits for a slot is not told that its owner ends.",
    TakenIsOverwritten breaks "G25": "A connection is put in the place of the one that a slot holds.",
    OfferNotRung breaks "G23": "The owner is not told of a connection that it is handed.",
    AnswersAnother breaks "G23": "The owner of the models answers a message with the number of the one after it.",
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
