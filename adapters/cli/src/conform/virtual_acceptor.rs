//! The acceptance acceptor in process: real sessions and stores, no sockets, and a clock that jumps.
//!
//! Decides what a listener decides: which connection belongs to which session, and which is dropped. Time passes
//! only while a script waits, from one deadline to the next.

use std::collections::BTreeMap;

use sansfix::config::Identity;
use sansfix::{
    Action, BeginString, Command, Event, Now, Outcome, Reason, SeqNum, Session, Snapshot, greeting, msg_type,
};
use sansfix_runtime::blocking::{Application, verdict};
use sansfix_runtime::link::Next;
use sansfix_runtime::{Link, MemoryStore, Store, StoreError, Stored};

use super::player::{Acceptor, Waited};
use super::script::Number;
use crate::acceptance::dictionaries::{Groups, ReadySession};
use crate::acceptance::respond::Responder;

/// When the virtual clock begins: 2026-01-05T12:00:00Z, nanoseconds since 1970.
const START_UTC_NS: i64 = 1_767_614_400 * 1_000_000_000;
/// How often a deadline may be found unchanged by its own tick before the session counts as stuck.
const MAX_IDLE_TICKS: u32 = 100;
/// The longest first message that is waited for, in bytes.
const MAX_GREETING: usize = 64 << 10;
/// How long a connection may take to its first message, in nanoseconds.
const GREETING_TIMEOUT_NS: u64 = 10_000_000_000;

/// Sessions, their connections, and the clock.
#[derive(Debug)]
pub struct VirtualAcceptor {
    now: Now,
    slots: Vec<Slot>,
    by_identity: BTreeMap<Identity, usize>,
    connections: BTreeMap<u8, Connection>,
}

/// A session and what it owns.
#[derive(Debug)]
struct Slot {
    link: Link,
    store: MemoryStore,
    responder: Responder<Groups>,
    /// The connection it talks on.
    connection: Option<u8>,
}

#[derive(Debug)]
struct Connection {
    side: Side,
    /// What the acceptor has sent and the script has not read.
    sent: Vec<u8>,
}

/// What the acceptor makes of a connection.
#[derive(Debug)]
enum Side {
    /// No whole message yet: what has come, and until when (nanoseconds of the monotonic clock) it may take.
    Unknown { input: Vec<u8>, until_ns: u64 },
    /// It belongs to this session.
    Session(usize),
    /// The acceptor has closed it.
    Closed,
}

impl VirtualAcceptor {
    /// An acceptor with these sessions, all numbers 1.
    #[must_use]
    pub fn new(sessions: impl IntoIterator<Item = ReadySession>) -> Self {
        let now = Now { mono_ns: 0, utc_ns: START_UTC_NS };
        let mut acceptor =
            Self { now, slots: Vec::new(), by_identity: BTreeMap::new(), connections: BTreeMap::new() };
        for session in sessions {
            let config = session.config();
            acceptor.by_identity.insert(config.identity.clone(), acceptor.slots.len());
            let snapshot = Snapshot::new(now.utc_ns);
            let mut link = Link::new(Session::new(config.clone(), snapshot.clone()));
            link.set_validator(Some(session.validator()));
            acceptor.slots.push(Slot {
                link,
                store: MemoryStore::with_snapshot(snapshot),
                responder: session.responder(),
                connection: None,
            });
        }
        acceptor
    }

    /// Routes a connection by its first message, once that is there. What is not a Logon of a session that is free
    /// is dropped without a word.
    fn greet(&mut self, connection: u8) {
        let Some(Connection { side: Side::Unknown { input, .. }, .. }) = self.connections.get(&connection)
        else {
            return;
        };
        let Some(greeting) = greeting(input, MAX_GREETING) else { return };
        let session = greeting.ok().and_then(|greeting| {
            let message = greeting.message;
            (message.msg_type() == msg_type::LOGON).then_some(())?;
            let comp_id = |value: Option<&[u8]>| Some(std::str::from_utf8(value?).ok()?.to_owned());
            let (ours, theirs) = (comp_id(message.target_comp_id())?, comp_id(message.sender_comp_id())?);
            let version = BeginString::from_bytes(message.begin_string())?;
            self.by_identity.get(&Identity::new(version, &ours, &theirs)).copied()
        });
        let free = session.filter(|session| self.slots[*session].connection.is_none());
        let Some(open) = self.connections.get_mut(&connection) else { return };
        let side = std::mem::replace(&mut open.side, free.map_or(Side::Closed, Side::Session));
        if let (Some(session), Side::Unknown { input, .. }) = (free, side) {
            let slot = &mut self.slots[session];
            slot.connection = Some(connection);
            slot.link.handle(self.now, Event::Connected);
            slot.link.feed(&input);
            self.drive(session);
        }
    }

    /// Does everything a session wants done for now.
    fn drive(&mut self, session: usize) {
        let slot = &mut self.slots[session];
        let mut sent = Vec::new();
        let closed = slot.drive(self.now, &mut sent);
        let Some(connection) = slot.connection else { return };
        if closed.is_some() {
            slot.connection = None;
        }
        if let Some(open) = self.connections.get_mut(&connection) {
            open.sent.append(&mut sent);
            if closed.is_some() {
                open.side = Side::Closed;
            }
        }
    }

    /// The next moment at which something happens by itself, on the monotonic clock.
    fn deadline(&self) -> Option<u64> {
        let sessions = self.slots.iter().filter_map(|slot| slot.link.deadline()).map(|(at, _)| at);
        let greetings = self.connections.values().filter_map(|connection| match connection.side {
            Side::Unknown { until_ns, .. } => Some(until_ns),
            Side::Session(_) | Side::Closed => None,
        });
        sessions.chain(greetings).min()
    }

    /// Lets everything happen that is due now.
    fn tick(&mut self) {
        for connection in self.connections.values_mut() {
            if matches!(connection.side, Side::Unknown { until_ns, .. } if until_ns <= self.now.mono_ns) {
                connection.side = Side::Closed;
            }
        }
        for session in 0..self.slots.len() {
            let link = &mut self.slots[session].link;
            if link.deadline().is_some_and(|(at, _)| at <= self.now.mono_ns) {
                link.handle(self.now, Event::Tick);
                self.drive(session);
            }
        }
    }
}

impl Slot {
    /// Does everything the session wants done for now; bytes for the wire are put into `sent`. Why the connection
    /// was closed, if it was.
    fn drive(&mut self, now: Now, sent: &mut Vec<u8>) -> Option<Reason> {
        let mut closed = None;
        while let Some(next) = self.link.next(now) {
            match next {
                Next::Message(lent, mut reply) => {
                    let verdict = verdict(&mut self.responder, &lent, reply.outlet());
                    // It was lent just now, so it cannot be stale.
                    let _ = reply.settle(verdict);
                }
                // Not asked for, so not offered; and garbled bytes are the script's own.
                Next::LogonWanted(..) | Next::Garbled { .. } => {}
                Next::Action(Action::StateChanged(status)) => {
                    self.responder.state_changed(&status, &mut self.link.outlet(now));
                }
                Next::Action(Action::Save(batch)) => {
                    let (ticket, saved) = (batch.ticket(), self.store.save(&batch));
                    self.tell(now, saved.map(|()| Event::Saved(ticket)));
                }
                Next::Action(Action::Fetch { fetch, range, limit }) => {
                    let link = &mut self.link;
                    let through = self.store.fetch(range, limit, &mut |stored| {
                        let event = match stored {
                            Stored::Message { seq, raw } => Event::Stored { fetch, seq, raw },
                            Stored::Hole(range) => Event::Declined { fetch, range },
                        };
                        link.handle(now, event);
                    });
                    self.tell(now, through.map(|through| Event::FetchEnd { fetch, through }));
                }
                Next::Action(Action::Transmit(wire)) => {
                    let count = wire.bytes().len();
                    sent.extend_from_slice(wire.bytes());
                    wire.sent(count);
                }
                Next::Action(Action::Disconnect(reason)) => {
                    closed = Some(reason);
                    self.link.handle(now, Event::Disconnected);
                }
            }
        }
        closed
    }

    fn tell(&mut self, now: Now, answer: Result<Event<'_>, StoreError>) {
        self.link.handle(now, answer.unwrap_or(Event::StoreFailed));
    }
}

impl Acceptor for VirtualAcceptor {
    fn connect(&mut self, connection: u8) -> Result<(), String> {
        let until_ns = self.now.mono_ns + GREETING_TIMEOUT_NS;
        let side = Side::Unknown { input: Vec::new(), until_ns };
        self.connections.insert(connection, Connection { side, sent: Vec::new() });
        Ok(())
    }

    fn close(&mut self, connection: u8) {
        let closed = self.connections.remove(&connection);
        if let Some(Connection { side: Side::Session(session), .. }) = closed {
            self.slots[session].link.handle(self.now, Event::Disconnected);
            self.drive(session);
            self.slots[session].connection = None;
        }
    }

    fn send(&mut self, connection: u8, bytes: &[u8]) -> bool {
        match self.connections.get_mut(&connection).map(|open| &mut open.side) {
            Some(Side::Unknown { input, .. }) => {
                input.extend_from_slice(bytes);
                self.greet(connection);
                true
            }
            Some(Side::Session(session)) => {
                let session = *session;
                self.slots[session].link.feed(bytes);
                self.drive(session);
                true
            }
            Some(Side::Closed) | None => false,
        }
    }

    fn wait(&mut self, connection: u8, within_ns: u64) -> Waited {
        let until = self.now.mono_ns.saturating_add(within_ns);
        let mut idle_ticks = 0;
        loop {
            match self.connections.get_mut(&connection) {
                Some(open) if !open.sent.is_empty() => return Waited::Bytes(std::mem::take(&mut open.sent)),
                Some(Connection { side: Side::Closed, .. }) | None => return Waited::Closed,
                Some(_) => {}
            }
            let next = self.deadline().filter(|at| *at <= until && idle_ticks < MAX_IDLE_TICKS);
            let Some(at) = next else {
                self.now = self.now.plus_ns(until.saturating_sub(self.now.mono_ns));
                return Waited::Silence;
            };
            idle_ticks = if at > self.now.mono_ns { 0 } else { idle_ticks + 1 };
            self.now = self.now.plus_ns(at.saturating_sub(self.now.mono_ns));
            self.tick();
        }
    }

    fn set_number(&mut self, session: &str, which: Number, number: u64) -> Result<(), String> {
        let named = self.by_identity.iter().find(|(identity, _)| identity.to_string() == session);
        let index = *named.ok_or_else(|| format!("there is no session {session}"))?.1;
        let number = SeqNum::new(number).ok_or("a sequence number is 1 or more")?;
        let command = match which {
            Number::Sender => Command::SetNextSender(number),
            Number::Target => Command::SetNextTarget(number),
        };
        let outcome = self.slots[index].link.handle(self.now, Event::Command(command));
        self.drive(index);
        match outcome {
            Outcome::Done | Outcome::Already => Ok(()),
            other => Err(format!("{session}: the number was not set: {other:?}")),
        }
    }

    fn utc_ns(&self) -> i64 {
        self.now.utc_ns
    }
}

#[cfg(test)]
#[path = "virtual_acceptor_tests.rs"]
mod tests;
