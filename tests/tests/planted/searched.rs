//! What the models' searches find of each mistake, within which budget, and the reason for those that they cannot see.

use std::fmt;

use sansfix::Planted;
use sansfix_sim::explore::Budget;
use sansfix_tests::models::{hostile, pair};

/// How a mistake is looked for, and the guarantee that is then said to be broken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Search {
    /// Two honest sessions, within a budget.
    Pair(Budget, &'static str),
    /// One session against a hostile counterparty, by words of so many letters after each beginning.
    Hostile(usize, &'static str),
    /// Neither model can see it.
    Outside(&'static str),
}

/// What a search came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    /// The guarantee that is said to be broken.
    pub(crate) guarantee: String,
    /// Steps, or letters with those of the beginning.
    pub(crate) steps: usize,
    /// Worlds, or states, that had been seen by then.
    pub(crate) seen: usize,
}

const NONE: Budget = Budget::NONE;
const LOGOUT: Budget = Budget { logout: 1, ..NONE };
const CRASH: Budget = Budget { crash: 1, ..NONE };
const ORDER: Budget = Budget { application: [1, 0], ..NONE };
const ORDERS: Budget = Budget { application: [2, 0], ..NONE };
const WHOLE_STEPS: &str =
    "what the store is asked for is answered within the step, so nothing can come between";
const WHOLE_MESSAGES: &str = "messages arrive whole, one in each read";

/// Every mistake with its searches, in the order in which the mistakes are listed.
pub(crate) const SEARCHES: &[(Planted, &[Search])] = {
    use Planted as P;
    use Search::{Hostile, Outside, Pair};
    &[
        (P::LogoutForgetsNumbers, &[Pair(LOGOUT, "G1"), Hostile(1, "G1")]),
        (P::TooLowLowersExpected, &[Pair(Budget { duplication: 1, ..ORDER }, "G1"), Hostile(1, "G1")]),
        (P::UnansweredLogonGivesNumberBack, &[Pair(LOGOUT, "G8"), Hostile(1, "G1")]),
        (P::LeavesUnsaved, &[Pair(ORDER, "G3"), Hostile(1, "G2")]),
        (P::RefusedResetTakesEffect, &[Hostile(2, "G1")]),
        (P::UnansweredLogoutCounted, &[Pair(Budget { early: 1, ..LOGOUT }, "G4"), Hostile(1, "G4")]),
        (P::LogonAboveGapCounted, &[Pair(Budget { cut: 1, ..ORDER }, "G10"), Hostile(1, "G4")]),
        (P::LogoutAnswerNotCounted, &[Pair(LOGOUT, "G5")]),
        (P::ResetStaysOwed, &[Pair(Budget { reset: 1, cut: 1, ..NONE }, "G28")]),
        (P::GapBelowLogonNotAsked, &[Pair(Budget { cut: 1, ..ORDER }, "G6")]),
        (P::LogoutAboveGapCounted, &[Pair(Budget { loss: 1, logout: 1, ..ORDER }, "G10"), Hostile(1, "G4")]),
        (P::NumberNotSavedWithMessage, &[Pair(NONE, "G3"), Hostile(1, "G3")]),
        (P::RestartGivesNumberAgain, &[Pair(CRASH, "G7")]),
        (P::LogonCommandNotSaved, &[Pair(LOGOUT, "G8"), Hostile(1, "G8")]),
        (P::DeliveredAboveGap, &[Pair(Budget { loss: 1, ..ORDERS }, "G9"), Hostile(1, "G11")]),
        (P::SendsBeforeResetConfirmed, &[Pair(Budget { reset: 1, ..ORDER }, "G9")]),
        (P::QueuedSkipped, &[Pair(Budget { loss: 1, ..ORDERS }, "G10")]),
        (P::EarlyLogonClosesGap, &[Pair(Budget { cut: 1, ..ORDERS }, "G10")]),
        (P::DuplicateIsNew, &[Pair(Budget { cut: 1, ..ORDER }, "G11"), Hostile(1, "G11")]),
        (P::DeliveredBeforeLogon, &[Hostile(1, "G12")]),
        (P::DeliveredAfterLogout, &[Hostile(1, "G12")]),
        (P::AdminRepeated, &[Pair(Budget { loss: 1, ..ORDERS }, "G13"), Hostile(1, "G13")]),
        (P::RepeatedWithoutPossDup, &[Pair(Budget { loss: 1, ..ORDERS }, "G2"), Hostile(1, "G2")]),
        (P::ReplayBeyondEnd, &[Hostile(1, "G14")]),
        (P::ReplayInterleaved, &[Outside(WHOLE_STEPS)]),
        (P::AsksForEachAboveGap, &[Pair(Budget { cut: 1, ..ORDER }, "G15"), Hostile(1, "G15")]),
        (P::HeartbeatAnswered, &[Pair(Budget { heartbeats: 1, ..NONE }, "G16")]),
        (P::SequenceResetLowers, &[Hostile(1, "G1")]),
        (P::GapFillAboveGapApplied, &[Hostile(1, "G17")]),
        (P::GarbledIsLife, &[Hostile(1, "G18")]),
        (P::GarbledCounted, &[Hostile(1, "G18")]),
        (P::ReadsAreMessages, &[Outside(WHOLE_MESSAGES)]),
        (P::QueueAfterInput, &[Outside(WHOLE_MESSAGES)]),
        (P::QueueUnbounded, &[Hostile(2, "G20")]),
        (P::CheckSumNotCompared, &[Hostile(1, "G18")]),
        (P::BodyLengthNotHeeded, &[Hostile(1, "G18")]),
        (P::GarbledTakesAll, &[Outside(WHOLE_MESSAGES)]),
        (P::LengthWithoutLimit, &[Outside("no message is longer than a session takes")]),
        (P::CheckSumCountsItself, &[Pair(ORDER, "G20")]),
        (P::PanicsOnEmptyTestReqId, &[Hostile(1, "G20")]),
        (P::TooLowPassedOver, &[Hostile(1, "G21")]),
        (P::DuplicateNotTold, &[Hostile(1, "G21")]),
        (P::StrangerAnswered, &[Hostile(1, "G22")]),
        (P::RefusedLogonCounted, &[Hostile(1, "G22")]),
        (P::LogoutLostInRecovery, &[Pair(Budget { loss: 1, logout: 1, ..ORDER }, "G24"), Hostile(1, "G24")]),
        (P::LogoutUndoneByPeer, &[Pair(LOGOUT, "G24"), Hostile(1, "G24")]),
        (P::SecondConnectionTakesOver, &[Hostile(1, "G25")]),
        (P::SendsAfterLogout, &[Pair(LOGOUT, "G26"), Hostile(1, "G26")]),
        (P::LogoutWaitsForEver, &[Hostile(1, "G27")]),
        (P::SilenceNeverEnds, &[Hostile(1, "G28")]),
        (P::HolesWithoutRecord, &[Pair(Budget { set_next: 1, ..NONE }, "G28")]),
        (P::AsksOnce, &[Pair(Budget { loss: 2, ..ORDER }, "G28")]),
    ]
};

impl Search {
    /// Searches; `None` when nothing is found. One thread, so that the numbers are the same each time.
    pub(crate) fn run(self, mistake: Planted) -> Option<Found> {
        match self {
            Self::Pair(budget, _) => {
                let order = pair::Order::ShortestFirst;
                let found = pair::search(budget, order, 1, |config| config.planted = Some(mistake)).err()?;
                let said = found.broken.to_string();
                let guarantee = said.split([' ', ':']).next().unwrap_or_default().to_owned();
                Some(Found { guarantee, steps: found.steps.len(), seen: found.unique })
            }
            Self::Hostile(depth, _) => {
                let found = hostile::search(|config| config.planted = Some(mistake), depth).err()?;
                let guarantee = found.broken.guarantee.to_owned();
                Some(Found { guarantee, steps: found.word.letters.len(), seen: found.states })
            }
            Self::Outside(_) => None,
        }
    }

    /// The guarantee that is expected to be named.
    pub(crate) fn names(self) -> Option<&'static str> {
        match self {
            Self::Pair(_, guarantee) | Self::Hostile(_, guarantee) => Some(guarantee),
            Self::Outside(_) => None,
        }
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair(budget, _) => write!(f, "two sessions: {budget}"),
            Self::Hostile(1, _) => f.write_str("hostile counterparty: 1 letter"),
            Self::Hostile(letters, _) => write!(f, "hostile counterparty: {letters} letters"),
            Self::Outside(why) => write!(f, "outside the models: {why}"),
        }
    }
}
