//! The session: one state machine for both roles and all versions.

mod action;
mod actions;
mod event;
mod greeting;
mod intent;
mod snapshot;
mod status;
mod step;

use alloc::sync::Arc;

pub use action::{Action, Batch, OwnedBatch, Record, Wire};
pub use actions::Actions;
pub use event::{Command, CommandRefused, Event, FetchId, InboundId, Outcome, ResetMode, Ticket};
pub use greeting::{Greeting, NoGreeting, greeting};
pub use intent::{Intent, Origin};
pub use snapshot::Snapshot;
pub use status::{PhaseName, Reason, Status};
pub use step::{Inbound, LogonWanted, Order, Raw, Stale, Step, Verdict};

use crate::config::Config;
use crate::seq::SeqNum;
use crate::time::Now;
use crate::wire::{Body, BodyError};

/// One FIX session.
#[derive(Clone, Debug)]
pub struct Session {
    config: Arc<Config>,
}

/// What a deadline is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// A Logon must have come, or been answered.
    Logon,
    /// Our Logout must have been answered.
    Logout,
    /// The counterparty must have closed after our answer to its Logout.
    AwaitDisconnect,
    /// The counterparty's Logout is answered though the gap below it is open.
    LogoutRecovery,
    /// The last bytes must have left.
    Flush,
    /// A Heartbeat is due.
    Heartbeat,
    /// The counterparty is silent: a TestRequest is due.
    TestRequest,
    /// The TestRequest must have been answered.
    TestRequestAnswer,
    /// The ResendRequest must have brought something.
    ResendRequest,
}

/// Why [`Session::send`] sent nothing. No number was used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The session is not logged on, or has given a Logout.
    #[error("the session is not logged on")]
    NotActive,
    /// Too many bytes wait to be sent.
    #[error("output is full")]
    Full,
    /// The type belongs to the session layer, or is no MsgType.
    #[error("the message type belongs to the session layer or is none")]
    MsgType,
    /// A field cannot be written.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The message is longer than the counterparty's MaxMessageSize(383), or than our own limit.
    #[error("the message is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: u32,
    },
    /// The last sequence number has been used.
    #[error("no sequence number is left")]
    NoNumberLeft,
}

impl Session {
    /// A session that continues from what was stored.
    #[must_use]
    pub fn new(config: Arc<Config>, from: Snapshot) -> Self {
        let _ = from;
        Self { config }
    }

    /// Takes an event. What is to be done about it is in `out`.
    pub fn handle(&mut self, now: Now, event: Event<'_>, out: &mut Actions) -> Outcome {
        let _ = (now, event, out);
        todo!()
    }

    /// Bytes in. Advances `input` over what it took; what is left is an incomplete message, or waits for the answer
    /// to what was lent. `None`: nothing more can be lent for now. Only this lends.
    pub fn receive<'i>(&mut self, now: Now, input: &mut &'i [u8], out: &mut Actions) -> Option<Step<'i>> {
        let _ = (now, input, out);
        todo!()
    }

    /// Answers a lent message, which takes effect now.
    ///
    /// # Errors
    /// [`Stale`] when it was withdrawn or answered before.
    pub fn settle(
        &mut self,
        now: Now,
        id: InboundId,
        verdict: Verdict<'_>,
        out: &mut Actions,
    ) -> Result<(), Stale> {
        let _ = (now, id, verdict, out);
        todo!()
    }

    /// Answers [`Step::LogonWanted`]: the Logon is framed, with what `fields` adds.
    ///
    /// # Errors
    /// [`LogonError`]
    pub fn logon(
        &mut self,
        now: Now,
        id: InboundId,
        fields: impl FnOnce(&mut Body<'_>),
        out: &mut Actions,
    ) -> Result<SeqNum, LogonError> {
        let _ = (now, id, fields, out);
        todo!()
    }

    /// Sends an application message. It is framed and numbered at once; it leaves when it has been saved.
    ///
    /// # Errors
    /// [`Refused`]; no number is used.
    pub fn send(
        &mut self,
        now: Now,
        msg_type: &[u8],
        body: impl FnOnce(&mut Body<'_>),
        out: &mut Actions,
    ) -> Result<SeqNum, Refused> {
        let _ = (now, msg_type, body, out);
        todo!()
    }

    /// When [`Event::Tick`] is due next, on the clock of [`Now::mono_ns`], and what for.
    #[must_use]
    pub fn deadline(&self) -> Option<(u64, Timer)> {
        todo!()
    }

    /// Where the session stands.
    #[must_use]
    pub fn status(&self) -> Status {
        todo!()
    }

    /// What of the session is durable once every action has been performed.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        todo!()
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }
}

/// Why [`Session::logon`] sent nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogonError {
    /// The Logon was withdrawn, or sent before.
    #[error(transparent)]
    Stale(#[from] Stale),
    /// A field cannot be written. The Logon is still wanted.
    #[error(transparent)]
    Body(#[from] BodyError),
}
