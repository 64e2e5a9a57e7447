//! Does what a session wants done, with a connection or without, and waits for nothing.
//!
//! Decides in which order a session's owner looks at its mailbox, its deadlines, its connection and its store: at all
//! of them in every turn, and at the mailbox and the deadlines between any two things. So a slow store, a slow
//! counterparty or a long replay stalls neither a command nor a deadline. How an owner waits until the next turn is
//! its adapter's; what is said on the wire is the session's.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use sansfix::{Action, Command, Event, InboundId, Now, Reason, Session, Snapshot};
use sansfix_registry::{Ask, Registry};

use super::answering::is_coming_up;
use super::application::{Answer, Application};
use super::clock::Clock;
use super::closing::Closing;
use super::connection::Connection;
use super::dialling::Failure;
use super::line::Line;
use super::session_time::SessionTime;
use super::setup::{SessionSetup, StartError};
use super::store_desk::{Elsewhere, Question, StoreDesk};
use super::transport::{Incoming, Slot};
use crate::commands::Commands;
use crate::link::{Link, Next};
use crate::log::Watch;

/// How many things are done before the connection is read again: a long replay must not stop reading.
const STEPS_BEFORE_READING: usize = 256;

/// Bytes that no message can hold.
const NO_FIELD: &[u8] = b"=";

/// How often one turn goes round before others of the same thread get theirs.
const ROUNDS: usize = 16;

/// A session with all that its owner has. It outlives its connections.
pub(crate) struct Worker {
    pub(super) link: Link,
    pub(super) application: Box<dyn Application>,
    pub(super) commands: Commands,
    pub(super) clock: Clock,
    pub(super) desk: StoreDesk,
    pub(super) store_failed: bool,
    /// What the application has been lent and not answered.
    pub(super) open: Option<InboundId>,
    pub(super) watch: Watch,
    connection: Option<Connection>,
    closing: Closing,
    pub(super) line: Line,
    pub(super) session_time: SessionTime,
    pub(super) slot: Arc<Slot>,
    pub(super) asked: Ask,
}

/// What one step came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Did {
    Nothing,
    Something,
    /// There was something to send, and no room for it.
    FoundItBlocked,
}

/// What comes after a turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// The next turn is due when the waker is woken, or at this time on the monotonic clock, nanoseconds.
    Wait(Option<u64>),
    /// The session has been asked to end, and has.
    Over,
}

impl Worker {
    /// Loads the session from its store and registers it. The owner's thread waits for that.
    pub(crate) fn new(
        setup: SessionSetup,
        registry: &Registry,
        clock: Clock,
        elsewhere: impl FnOnce() -> io::Result<Elsewhere>,
        line: impl FnOnce(Arc<Slot>) -> Line,
    ) -> Result<Self, StartError> {
        let SessionSetup {
            config,
            mut store,
            mut application,
            validator,
            logs,
            while_logged_out,
            schedule,
            clock: given,
        } = setup;
        let clock = given.map_or(clock, Clock::given);
        let snapshot = match store.load()? {
            Some(snapshot) => snapshot,
            None => Snapshot::new(clock.now().utc_ns),
        };
        let desk = StoreDesk::new(store, elsewhere)?;
        let identity = config.identity.clone();
        let watch = Watch::new(&config, logs);
        let mut link = Link::new(Session::new(config, snapshot));
        link.set_validator(validator);
        link.lend_admin(true);
        link.ask_logon_fields(true);
        link.set_tap(watch.tap());
        let mut session_time = SessionTime::new(schedule);
        // Whoever looks at the session first sees it in its session time.
        session_time.tell(&mut link, clock.now());
        let mut commands = Commands::new(registry.register(identity, link.status())?);
        commands.watched_by(watch.clone());
        watch.started(clock.now(), link.status());
        if let Some(bounds) = while_logged_out {
            commands = commands.keeping(bounds);
        }
        let bell = commands.mailbox().bell();
        clock.watched_by(&bell);
        application.started(&bell);
        let slot = Arc::new(Slot::new(bell));
        Ok(Self {
            link,
            application,
            commands,
            clock,
            desk,
            store_failed: false,
            open: None,
            watch,
            connection: None,
            closing: Closing::default(),
            line: line(slot.clone()),
            session_time,
            slot,
            asked: Ask::Run,
        })
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Where connections are handed over, and the end is asked for.
    pub(crate) fn slot(&self) -> Arc<Slot> {
        self.slot.clone()
    }

    /// Does everything that can be done now. An application that panics loses its connection and nothing else.
    pub(crate) fn turn(&mut self, context: &mut Context<'_>) -> Turn {
        for _ in 0..ROUNDS {
            let round = catch_unwind(AssertUnwindSafe(|| self.round(context)));
            let busy = round.unwrap_or_else(|_| {
                self.watch.panicked(self.clock.now());
                self.let_go();
                true
            });
            if !busy {
                return self.wait();
            }
        }
        context.waker().wake_by_ref();
        Turn::Wait(None)
    }

    /// A look at everything. Whether anything was done, so that another look is due.
    fn round(&mut self, context: &mut Context<'_>) -> bool {
        let rung = self.commands.mailbox().poll(context).is_ready();
        self.hear_what_is_asked();
        let worked = self.work(context);
        let answered = self.hear_the_store(context);
        let read = self.read(context, worked);
        let connected = self.look_at_the_line(context);
        self.watch.look(self.clock.now(), &self.link);
        if self.asked == Ask::Stop {
            self.closing.drop_all(context);
        } else {
            self.closing.work(context, self.clock.mono_ns());
        }
        rung || worked || answered || read || connected
    }

    fn wait(&self) -> Turn {
        let down = self.connection.is_none();
        let saved = self.store_failed || (!self.link.standing().unsaved && self.desk.is_idle());
        if self.asked != Ask::Run && down && saved && self.closing.is_empty() {
            return Turn::Over;
        }
        let session = self.link.deadline().map(|(at, _)| at);
        let line = if down && self.is_welcome() { self.line.deadline() } else { None };
        let session_time = if self.asked == Ask::Run { self.session_time.deadline() } else { None };
        let deadlines = [
            session,
            line,
            session_time,
            self.end_held_until(),
            self.closing.deadline(),
            self.desk.deadline(),
        ];
        Turn::Wait(deadlines.into_iter().flatten().min())
    }

    /// Does what the session wants done, up to a bound. Whether there was anything.
    fn work(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(connection) = &mut self.connection {
            if connection.writable() {
                self.link.writable();
            }
        }
        let now = self.keep_session_time();
        if self.link.status().logged_on {
            self.application.turn(&mut self.link.outlet(now));
        }
        let mut worked = false;
        for _ in 0..STEPS_BEFORE_READING {
            let now = self.keep_session_time();
            let command =
                self.commands.carry_out(&mut self.link, now) | self.commands.send_kept(&mut self.link, now);
            if self.link.deadline().is_some_and(|(at, _)| at <= now.mono_ns) {
                self.link.handle(now, Event::Tick);
            }
            let answered = self.hear_the_application();
            let did = self.step(context);
            self.commands.publish(&self.link);
            if did == Did::Nothing && !command && !answered {
                break;
            }
            worked |= did != Did::FoundItBlocked || command || answered;
        }
        if let Some(connection) = &mut self.connection {
            connection.flush(context);
        }
        worked
    }

    /// Does one thing.
    fn step(&mut self, context: &mut Context<'_>) -> Did {
        let now = self.clock.now();
        let Some(next) = self.link.next(now) else { return Did::Nothing };
        match next {
            Next::Message(lent, mut reply) => {
                let status = reply.outlet().status();
                self.commands.heard(&lent.message(), &status);
                let id = lent.id();
                let logs_on = is_coming_up(&status);
                match self.application.lent(&lent, reply.outlet()) {
                    // Given while the Logon was being judged, it closes the connection and withdraws the Logon.
                    Answer::Verdict(_) if logs_on && self.commands.logout_waits() => {
                        self.commands.carry_out_logout(&mut self.link, now);
                    }
                    // It is settled at once, so it cannot be stale.
                    Answer::Verdict(verdict) => drop(reply.settle(verdict)),
                    Answer::Later => self.open = Some(id),
                    Answer::Abandon => self.ended(None),
                }
            }
            Next::LogonWanted(wanted, mut reply) => {
                let comes_up = !reply.outlet().status().logged_on;
                let (application, commands) = (&mut self.application, &self.commands);
                let framed = reply.logon(|body| {
                    application.logon_fields(&wanted, body);
                    if comes_up && commands.logout_waits() {
                        // Given while the Logon was being made: it comes first, and no Logon is framed.
                        body.prebuilt(NO_FIELD);
                    }
                });
                if framed.is_err() && comes_up && self.commands.logout_waits() {
                    self.commands.carry_out_logout(&mut self.link, now);
                } else if framed.is_err() {
                    // A field that cannot be written: without a Logon there is no session.
                    self.link.handle(now, Event::Command(Command::Disconnect));
                }
            }
            Next::Garbled { why, bytes } => self.application.garbled(why, bytes),
            Next::Action(Action::Save(batch)) => {
                let ticket = batch.ticket();
                self.watch.saving(now);
                if let Some(result) = self.desk.save(&batch, now.mono_ns) {
                    self.saved(ticket, result);
                }
            }
            Next::Action(Action::Fetch { fetch, range, limit }) => {
                self.fetch(Question { fetch, range, limit });
            }
            Next::Action(Action::Transmit(wire)) => {
                let sent = match &mut self.connection {
                    Some(connection) => connection.transmit(context, wire, &self.watch, now),
                    None => {
                        wire.blocked();
                        false
                    }
                };
                if !sent {
                    return Did::FoundItBlocked;
                }
            }
            Next::Action(Action::StateChanged(status)) => {
                self.watch.state(now, &status);
                if status.logged_on {
                    self.line.logged_on();
                }
                self.application.state_changed(&status, &mut self.link.outlet(now));
            }
            Next::Action(Action::Disconnect(reason)) => self.ended(Some(reason)),
        }
        Did::Something
    }

    /// The connection is over, because the session says so or because there is nothing more to read.
    pub(super) fn ended(&mut self, reason: Option<Reason>) {
        let open = self.open.take();
        self.let_go();
        self.commands.publish(&self.link);
        if let Some(id) = open {
            self.application.withdrawn(id);
        }
        let reason = reason.or(self.link.status().ended).unwrap_or(Reason::ConnectionLost);
        self.watch.ended(self.clock.now(), reason);
        self.application.ended(reason);
    }

    /// Lets the connection go, without asking the application.
    fn let_go(&mut self) {
        let now = self.clock.now();
        self.open = None;
        self.link.handle(now, Event::Disconnected);
        if let Some(connection) = self.connection.take() {
            // Released before it is closed: whoever sees the end can connect again at once.
            self.line.released(now.mono_ns);
            self.closing.add(connection.into_transport(), now.mono_ns);
        }
    }

    /// Reads what has come. The end is told only when everything before it has been looked at, the answer to a Logout
    /// above all: while a message is open it is held back, for as long as such an answer would be waited for.
    fn read(&mut self, context: &mut Context<'_>, worked: bool) -> bool {
        let mono_ns = self.clock.mono_ns();
        let Some(connection) = &mut self.connection else { return false };
        let (spare, _) = self.link.io();
        if let Some(count) = connection.read(context, spare, mono_ns) {
            self.link.received(count);
            return true;
        }
        let over = connection.end_since().is_some() && !worked;
        if !over || self.end_held_until().is_some_and(|until| until > mono_ns) {
            return false;
        }
        if let Some(error) = self.connection.as_mut().and_then(Connection::take_error) {
            self.watch.connection_failed(self.clock.now(), &error);
            self.application.connection_failed(&error);
        }
        self.ended(None);
        true
    }

    /// When the end of the connection, if it has come while a message is open, is told at the latest.
    fn end_held_until(&self) -> Option<u64> {
        let since = self.connection.as_ref().filter(|_| self.open.is_some())?.end_since()?;
        let limit_ms = self.link.session().config().limits.logout_timeout_ms;
        Some(since.saturating_add(u64::from(limit_ms) * 1_000_000))
    }

    fn look_at_the_line(&mut self, context: &mut Context<'_>) -> bool {
        if self.connection.is_some() {
            return false;
        }
        let welcome = self.is_welcome();
        let now = self.clock.now();
        let Poll::Ready(incoming) = self.line.poll(context, now.mono_ns, welcome, &mut self.commands) else {
            return false;
        };
        match incoming {
            Ok(incoming) if welcome => self.begin(incoming, now),
            Ok(Incoming { transport, .. }) => {
                self.line.released(now.mono_ns);
                self.closing.add(transport, now.mono_ns);
            }
            Err(Failure { error, transport }) => {
                if let Some(transport) = transport {
                    self.closing.add(transport, now.mono_ns);
                }
                self.watch.connect_failed(now, &error);
                self.application.connect_failed(&error);
            }
        }
        self.commands.publish(&self.link);
        true
    }

    fn begin(&mut self, incoming: Incoming, now: Now) {
        self.store_failed = false;
        self.watch.connected(now);
        self.link.handle(now, Event::Connected);
        // What a Logon command wanted is there.
        self.commands.take_dial();
        self.link.feed(&incoming.first);
        self.connection = Some(Connection::new(incoming.transport));
    }
}
