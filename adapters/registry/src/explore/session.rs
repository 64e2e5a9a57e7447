//! The session that an owner has, as small as it can be.

use sansfix::{Outcome, PhaseName, Reason, Refused, SeqNum, Status};

use crate::{OwnedCommand, Standing};

/// A command as far as this session tells commands apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Kind {
    Logon,
    Logout,
    Send,
    Other,
}

impl Kind {
    pub(super) fn of(command: &OwnedCommand) -> Self {
        match command {
            OwnedCommand::Logon => Self::Logon,
            OwnedCommand::Logout { .. } => Self::Logout,
            OwnedCommand::Send(_) => Self::Send,
            _ => Self::Other,
        }
    }
}

/// What a session makes of commands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Pace {
    /// Up or down with the command, and durable: each outcome is known with the status that follows.
    AtOnce,
    /// Up or down, and durable, when the owner has nothing else to do: outcomes wait for that.
    Later,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Phase {
    Down,
    Up,
    LoggingOut,
}

/// How a session has taken a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Taken {
    Command(Outcome),
    Send(Result<SeqNum, Refused>),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Session {
    pace: Pace,
    enabled: bool,
    pub(super) phase: Phase,
    /// How many connections there have been.
    pub(super) connection: u64,
    next_sender: SeqNum,
    unsaved: bool,
}

impl Session {
    /// A session that is logged on.
    pub(super) fn new(pace: Pace) -> Self {
        let next_sender = SeqNum::FIRST;
        Self { pace, enabled: true, phase: Phase::Up, connection: 1, next_sender, unsaved: false }
    }

    pub(super) fn carry_out(&mut self, command: Kind) -> Taken {
        self.unsaved = self.pace == Pace::Later;
        let before = self.enabled;
        match command {
            Kind::Logon => self.enabled = true,
            Kind::Logout => self.enabled = false,
            Kind::Send if self.logged_on() => {
                let seq = self.next_sender;
                self.next_sender = seq.next();
                return Taken::Send(Ok(seq));
            }
            Kind::Send => return Taken::Send(Err(Refused::NotActive)),
            Kind::Other => return Taken::Command(Outcome::Done),
        }
        if !self.enabled && self.phase == Phase::Up {
            self.phase = Phase::LoggingOut;
        }
        if self.pace == Pace::AtOnce {
            self.settle();
        }
        Taken::Command(if before == self.enabled { Outcome::Already } else { Outcome::Done })
    }

    /// Whether something is still to come of what was carried out, and if so, it does.
    pub(super) fn go_on(&mut self) -> bool {
        let more = std::mem::take(&mut self.unsaved);
        self.settle() || more
    }

    /// Whether something is still to come.
    pub(super) fn is_busy(&self) -> bool {
        self.unsaved || self.phase == Phase::LoggingOut || self.phase == Phase::Down && self.enabled
    }

    fn settle(&mut self) -> bool {
        match self.phase {
            Phase::LoggingOut => self.phase = Phase::Down,
            Phase::Down if self.enabled => (self.phase, self.connection) = (Phase::Up, self.connection + 1),
            Phase::Down | Phase::Up => return false,
        }
        true
    }

    pub(super) fn logged_on(&self) -> bool {
        self.phase == Phase::Up
    }

    /// Whether something is not durable yet.
    pub(super) fn unsaved(&self) -> bool {
        self.unsaved
    }

    pub(super) fn standing(&self) -> Standing {
        let phase = match self.phase {
            Phase::Down => PhaseName::Disconnected,
            Phase::Up => PhaseName::Active,
            Phase::LoggingOut => PhaseName::LogoutSent,
        };
        let status = Status {
            phase,
            logged_on: self.logged_on(),
            enabled: self.enabled,
            in_session_time: true,
            next_sender: self.next_sender,
            next_target: SeqNum::FIRST,
            connection: self.connection,
            ended: (self.phase == Phase::Down).then_some(Reason::LogoutCompleted),
        };
        Standing { status, resetting: false, epoch: 0, unsaved: self.unsaved }
    }
}
