//! The session: one state machine for both roles and all versions.
//!
//! Every rule of the protocol stands in the file that is named after it; `table` decides which rule applies.

mod action;
mod actions;
mod canonical;
mod checks;
mod commands;
mod compose;
mod connection;
mod errors;
mod event;
mod examine;
mod gap;
mod gap_queue;
mod greeting;
mod identity;
mod intent;
mod kind;
mod lifecycle;
mod logon;
mod logon_answer;
mod logout;
mod planted;
mod receive;
mod reject;
mod replay;
mod resend_request;
mod reset;
mod schedule;
mod sequence_reset;
mod settle;
mod snapshot;
mod status;
mod step;
mod table;
mod test_request;
mod timers;

use alloc::sync::Arc;
use alloc::vec::Vec;

pub use action::{Action, Batch, OwnedBatch, Record, Wire};
pub use actions::Actions;
pub use errors::{LogonError, Refused};
pub use event::{Command, CommandRefused, Event, FetchId, InboundId, Outcome, ResetMode, Ticket};
pub use greeting::{Greeting, NoGreeting, greeting};
pub use intent::{Intent, Origin};
#[cfg(feature = "seeded-bugs")]
#[doc(hidden)]
pub use planted::Planted;
pub use snapshot::Snapshot;
pub use status::{PhaseName, Reason, Status};
pub use step::{Inbound, LogonWanted, Order, Raw, Stale, Step, Verdict};
pub use timers::Timer;

use self::connection::{Connection, InSessionReset, Phase};
use crate::config::Config;
use crate::seq::SeqNum;
use crate::time::Now;
use crate::wire::Body;

/// One FIX session: a pure state machine for either role.
///
/// Its methods come in families:
/// - **input**: [`Self::handle`] for events, [`Self::receive`] for bytes;
/// - **answers** to what `receive` lent: [`Self::settle`] and [`Self::logon`];
/// - **output**: [`Self::send`]; what is to be done about it all is in the [`Actions`] that each call is given;
/// - **questions**: [`Self::deadline`], [`Self::status`], [`Self::snapshot`].
///
/// Two sessions are equal when they behave alike from now on: times count from the last call, and the configuration
/// is left out.
#[derive(Clone)]
pub struct Session {
    config: Arc<Config>,
    durable: Snapshot,
    /// `durable` has changed since it was last noted.
    changed: bool,
    connection: Option<Connection>,
    /// The message that is lent, for the time after the caller's buffer has moved on.
    held: Vec<u8>,
    in_session_time: bool,
    /// Both numbers go back to 1 when the connection is down.
    reset_when_down: bool,
    ended: Option<Reason>,
    connections: u64,
    /// The last of the identities given to lent messages, Logons and fetches.
    last_id: u64,
    /// The number of the message whose effect is being carried out.
    answering: Option<SeqNum>,
    /// The last moment that was seen.
    now: Now,
    told: Option<Status>,
}

impl core::fmt::Debug for Session {
    /// Without the bytes of messages: one may be a Logon with a password.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let identity = alloc::format!("{}", self.config.identity);
        let mut shown = f.debug_struct("Session");
        shown.field("identity", &identity).field("status", &self.status()).field("durable", &self.durable);
        shown.finish_non_exhaustive()
    }
}

impl Session {
    /// A session that continues from what was stored.
    #[must_use]
    pub fn new(config: Arc<Config>, from: Snapshot) -> Self {
        Self {
            config,
            durable: from,
            changed: false,
            connection: None,
            held: Vec::new(),
            in_session_time: true,
            reset_when_down: false,
            ended: None,
            connections: 0,
            last_id: 0,
            answering: None,
            now: Now::default(),
            told: None,
        }
    }

    /// Takes an event. What is to be done about it is in `out`.
    pub fn handle(&mut self, now: Now, event: Event<'_>, out: &mut Actions) -> Outcome {
        self.now = now;
        let outcome = match event {
            Event::Connected => self.connected(now, out),
            Event::Tick => self.tick(now, out),
            Event::Disconnected => self.disconnected(now, out),
            Event::Command(command) => {
                out.save_again();
                self.command(now, command, out)
            }
            Event::Period { open, started_utc_ns } => {
                out.save_again();
                self.period(now, open, started_utc_ns, out)
            }
            Event::Saved(ticket) => Self::saved(ticket, out),
            Event::Stored { fetch, seq, raw } => self.stored(now, fetch, seq, raw, out),
            Event::Declined { fetch, range } => self.declined(now, fetch, range, out),
            Event::FetchEnd { fetch, through } => self.fetch_end(now, fetch, through, out),
            Event::StoreFailed => self.store_failed(now, out),
        };
        self.conclude(out);
        outcome
    }

    /// Bytes in. Advances `input` over what it took; what is left is an incomplete message, or waits for the answer
    /// to what was lent. `None`: nothing more can be lent for now. Only this lends.
    ///
    /// Without a connection all input is passed over: it belongs to a connection that is gone.
    pub fn receive<'i>(&mut self, now: Now, input: &mut &'i [u8], out: &mut Actions) -> Option<Step<'i>> {
        self.now = now;
        let step = self.next_step(now, input, out);
        self.conclude(out);
        step
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
        self.now = now;
        self.settle_held(now, id, verdict, out)?;
        self.conclude(out);
        Ok(())
    }

    /// Answers [`Step::LogonWanted`]: the Logon is framed, with what `fields` adds, under the number and time that
    /// were lent.
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
        self.now = now;
        let seq = self.send_logon(now, id, fields, out)?;
        self.conclude(out);
        Ok(seq)
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
        self.now = now;
        let seq = self.send_application(now, msg_type, body, out)?;
        self.conclude(out);
        Ok(seq)
    }

    /// Where the session stands.
    #[must_use]
    pub fn status(&self) -> Status {
        let phase = self.connection.as_ref().map_or(PhaseName::Disconnected, |live| live.phase.name());
        Status {
            phase,
            logged_on: phase == PhaseName::Active,
            enabled: self.durable.intent.enabled,
            in_session_time: self.in_session_time,
            next_sender: self.durable.next_sender,
            next_target: self.durable.next_target,
            connection: self.connections,
            ended: self.ended,
        }
    }

    /// Whether an in-session reset of both numbers has begun and has neither completed nor been given up.
    #[must_use]
    pub fn resetting(&self) -> bool {
        self.connection.as_ref().is_some_and(|live| {
            live.phase == Phase::Active && (live.logon.is_some() || live.reset != InSessionReset::None)
        })
    }

    /// What of the session is durable once every action has been performed.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.durable
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Notes what has changed since the last call.
    fn conclude(&mut self, out: &mut Actions) {
        self.bound_output(out);
        self.bound_numbers(out);
        if self.changed {
            self.changed = false;
            out.note_snapshot(&self.durable);
        }
        let status = self.status();
        if self.told.is_none_or(|told| !told.same_state(&status)) {
            self.told = Some(status);
            out.note_status(status);
        }
    }

    /// `send` stops at the limit; what the session says by itself (answers to TestRequests, Rejects) may go beyond it,
    /// up to twice the limit. A counterparty that makes more of it and reads none loses its connection, and has no other
    /// while as much waits to be saved.
    fn bound_output(&mut self, out: &mut Actions) {
        let most = (self.config.limits.unsent_bytes as usize).saturating_mul(2);
        if self.connection.is_some() && out.waiting() > most {
            self.close_at_once(self.now, Reason::OutputFull, out);
        }
    }

    /// A connection on which nothing more can be numbered is of no use. A Logon that resets begins again at 1.
    fn bound_numbers(&mut self, out: &mut Actions) {
        let Some(live) = &self.connection else { return };
        let resets = live.logon.is_some_and(|task| task.kind.resets());
        let undecided =
            matches!(live.phase, Phase::AwaitingLogon | Phase::LogonReceived) && live.logon.is_none();
        if !resets && !undecided && !self.durable.next_sender.leaves_numbers() {
            self.close(self.now, Reason::NoNumberLeft, out);
        }
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}
