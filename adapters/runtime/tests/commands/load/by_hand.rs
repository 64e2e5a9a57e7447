//! Histories that are written by hand.

use sansfix::config::Role;
use sansfix::{PhaseName, Reason, SeqNum, Status};
use sansfix_registry::CommandOutcome;

use super::history::{Command, Event, Given, History, Span, What};
use super::search::{Unexplained, explain};

/// A history that grows. It begins with a session that is logged on with its first connection, of three.
pub(super) struct By {
    pub(super) history: History,
}

pub(super) fn up() -> By {
    let history = History { role: Role::Initiator, given: Vec::new(), events: Vec::new(), connections: 3 };
    By { history }.stood(1, 2, active(1))
}

pub(super) fn stands(phase: PhaseName, connection: u64, ended: Option<Reason>) -> Status {
    let number = SeqNum::new(100 * connection).unwrap();
    Status {
        phase,
        logged_on: phase == PhaseName::Active,
        enabled: true,
        in_session_time: true,
        next_sender: number,
        next_target: number,
        connection,
        ended,
    }
}

pub(super) fn active(connection: u64) -> Status {
    stands(PhaseName::Active, connection, None)
}

/// After a Logout that was answered.
pub(super) fn down(connection: u64) -> Status {
    Status {
        enabled: false,
        next_sender: SeqNum::new(101).unwrap(),
        ..stands(PhaseName::Disconnected, connection, Some(Reason::LogoutCompleted))
    }
}

pub(super) fn sent(seq: u64) -> CommandOutcome {
    CommandOutcome::Sent(SeqNum::new(seq).unwrap())
}

impl By {
    pub(super) fn event(mut self, begin: u64, end: u64, what: What) -> Self {
        self.history.events.push(Event { span: Span { begin, end }, what });
        self
    }

    pub(super) fn gave(mut self, begin: u64, end: u64, command: Command, outcome: CommandOutcome) -> Self {
        self.history.given.push(Given { command, outcome });
        let key = self.history.given.len() - 1;
        self.event(begin, end, What::Gave(key))
    }

    /// The `key`th command.
    pub(super) fn told(self, begin: u64, end: u64, key: usize) -> Self {
        self.event(begin, end, What::Told(key))
    }

    pub(super) fn stood(self, begin: u64, end: u64, status: Status) -> Self {
        self.event(begin, end, What::Stood(status))
    }

    pub(super) fn logged_on(self, begin: u64, end: u64, seen: bool) -> Self {
        self.event(begin, end, What::LoggedOn(seen))
    }

    /// All commands are told at the end, as those of a run are.
    pub(super) fn whole(&self) -> History {
        let mut history = self.history.clone();
        for key in 0..history.given.len() {
            let begin = 1_000 + 2 * key as u64;
            history.events.push(Event { span: Span { begin, end: begin + 1 }, what: What::Told(key) });
        }
        history
    }

    #[track_caller]
    pub(super) fn explained(self) {
        let explained = explain(&self.whole());
        assert!(explained.is_ok(), "{explained:?}: {:#?}", self.history);
    }

    #[track_caller]
    pub(super) fn unexplained(self) {
        let explained = explain(&self.whole());
        assert!(matches!(explained, Err(Unexplained::By(_))), "{explained:?}: {:#?}", self.history);
    }
}
