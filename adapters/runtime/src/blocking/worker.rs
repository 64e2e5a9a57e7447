//! Does what a session wants done, on its own thread: with a connection or without.

use std::time::Duration;

use sansfix::wire::Message;
use sansfix::{
    Action, Command, Event, FetchId, PhaseName, Reason, SeqRange, Session, Snapshot, Ticket, msg_type,
};
use sansfix_registry::Registry;

use super::application::{Application, verdict};
use super::clock::Clock;
use super::setup::{SessionSetup, StartError};
use super::socket::{POLL_INTERVAL, Received, Socket};
use crate::commands::Commands;
use crate::link::{Link, Next};
use crate::store::{Store, StoreError, Stored};

/// When the peer takes no bytes for now, writing is tried again this soon.
const WRITE_AGAIN: Duration = Duration::from_millis(1);

/// A session with all that its owner has. It outlives its connections.
pub(super) struct Worker {
    link: Link,
    store: Box<dyn Store>,
    application: Box<dyn Application>,
    commands: Commands,
    clock: Clock,
}

/// How the work on a connection stands.
#[derive(Default)]
struct Progress {
    /// The session has let go of the connection.
    ended: Option<Reason>,
    /// The peer takes no bytes for now.
    blocked: bool,
}

impl Worker {
    /// Loads the session from its store and registers it.
    pub(super) fn new(setup: SessionSetup, registry: &Registry) -> Result<Self, StartError> {
        let SessionSetup { config, mut store, application, validator } = setup;
        let clock = Clock::start();
        let snapshot = match store.load()? {
            Some(snapshot) => snapshot,
            None => Snapshot::new(clock.now().utc_ns),
        };
        let identity = config.identity.clone();
        let mut link = Link::new(Session::new(config, snapshot));
        link.set_validator(validator);
        link.lend_admin(true);
        link.ask_logon_fields(true);
        let commands = Commands::new(registry.register(identity, link.status())?);
        Ok(Self { link, store, application, commands, clock })
    }

    pub(super) fn commands(&mut self) -> &mut Commands {
        &mut self.commands
    }

    /// Whether a connection would be welcome.
    pub(super) fn wants_connection(&self) -> bool {
        let status = self.link.status();
        status.enabled && status.in_session_time
    }

    /// An attempt to connect that began after the last Logon command has failed.
    pub(super) fn no_connection(&mut self) {
        self.commands.mailbox().no_connection();
        self.commands.publish(&self.link);
    }

    /// What is to be done without a connection: commands, deadlines, saves.
    pub(super) fn turn_without_connection(&mut self) {
        self.work(None, &mut Progress::default());
    }

    /// When [`Self::turn_without_connection`] is due, at the latest after `limit`.
    pub(super) fn idle_for(&self, limit: Duration) -> Duration {
        self.until_deadline().map_or(limit, |left| left.min(limit))
    }

    /// Runs one connection from its beginning to its end. `first` are bytes that were read already; `stop` is asked
    /// at every turn, and ends the connection without a Logout.
    pub(super) fn run(&mut self, socket: &mut Socket, first: &[u8], stop: &dyn Fn() -> bool) {
        let mut progress = Progress::default();
        self.link.handle(self.clock.now(), Event::Connected);
        // What a Logon command wanted is there.
        self.commands.take_dial();
        self.link.feed(first);
        let mut stopping = false;
        loop {
            if !stopping && stop() {
                stopping = true;
                self.link.handle(self.clock.now(), Event::Command(Command::Disconnect));
            }
            if std::mem::take(&mut progress.blocked) {
                self.link.writable();
            }
            if self.link.status().logged_on {
                self.application.turn(&mut self.link.outlet(self.clock.now()));
            }
            self.work(Some(socket), &mut progress);
            if progress.ended.is_none() {
                self.read(socket, progress.blocked, &mut progress.ended);
            }
            if let Some(reason) = progress.ended {
                self.work(None, &mut progress);
                self.application.ended(reason);
                return;
            }
        }
    }

    /// After a panic: the connection is gone, and what is unsaved is saved. The application is not asked.
    pub(super) fn abandon_connection(&mut self) {
        self.link.handle(self.clock.now(), Event::Disconnected);
        while let Some(next) = self.link.next(self.clock.now()) {
            match next {
                Next::Action(Action::Save(batch)) => {
                    let (ticket, result) = (batch.ticket(), self.store.save(&batch));
                    self.saved(ticket, result);
                }
                Next::Action(Action::Transmit(wire)) => wire.blocked(),
                _ => {}
            }
        }
        self.commands.publish(&self.link);
    }

    fn read(&mut self, socket: &mut Socket, blocked: bool, ended: &mut Option<Reason>) {
        let wait = if blocked { WRITE_AGAIN } else { self.until_deadline().unwrap_or(POLL_INTERVAL) };
        let (spare, _) = self.link.io();
        if spare.is_empty() {
            std::thread::sleep(wait.min(POLL_INTERVAL));
            return;
        }
        match socket.read(spare, wait) {
            Received::Bytes(count) => self.link.received(count),
            Received::Nothing => {}
            Received::End => {
                let answered = self.link.status().phase == PhaseName::LogoutAnswered;
                *ended = Some(if answered { Reason::PeerLogout } else { Reason::ConnectionLost });
                self.link.handle(self.clock.now(), Event::Disconnected);
            }
        }
    }

    fn until_deadline(&self) -> Option<Duration> {
        let (at, _) = self.link.deadline()?;
        Some(Duration::from_nanos(at.saturating_sub(self.clock.now().mono_ns)))
    }

    /// Does everything that can be done now. Commands and deadlines are looked at between any two things, and the
    /// status is published after each.
    fn work(&mut self, mut socket: Option<&mut Socket>, progress: &mut Progress) {
        loop {
            let command = self.commands.carry_out(&mut self.link, self.clock.now());
            let now = self.clock.now();
            if self.link.deadline().is_some_and(|(at, _)| at <= now.mono_ns) {
                self.link.handle(now, Event::Tick);
            }
            let more = self.step(socket.as_deref_mut(), progress);
            self.commands.publish(&self.link);
            if !more && !command {
                return;
            }
        }
    }

    /// Does one thing. Whether there was one.
    fn step(&mut self, socket: Option<&mut Socket>, progress: &mut Progress) -> bool {
        let now = self.clock.now();
        let Some(next) = self.link.next(now) else { return false };
        match next {
            Next::Message(lent, mut reply) => {
                self.commands.heard(&lent.message(), &reply.outlet().status());
                let verdict = verdict(&mut *self.application, &lent, reply.outlet());
                // It is settled at once, so it cannot be stale.
                let _ = reply.settle(verdict);
            }
            Next::LogonWanted(wanted, reply) => {
                let application = &mut self.application;
                if reply.logon(|body| application.logon_fields(&wanted, body)).is_err() {
                    // A field that cannot be written: without a Logon there is no session.
                    self.link.handle(now, Event::Command(Command::Disconnect));
                }
            }
            Next::Garbled { why, bytes } => self.application.garbled(why, bytes),
            Next::Action(Action::Save(batch)) => {
                let (ticket, result) = (batch.ticket(), self.store.save(&batch));
                self.saved(ticket, result);
            }
            Next::Action(Action::Fetch { fetch, range, limit }) => self.fetch(fetch, range, limit),
            Next::Action(Action::Transmit(wire)) => {
                match socket.map_or(0, |socket| socket.write(wire.bytes())) {
                    0 => {
                        wire.blocked();
                        progress.blocked = true;
                    }
                    count => wire.sent(count),
                }
            }
            Next::Action(Action::StateChanged(status)) => {
                self.application.state_changed(&status, &mut self.link.outlet(now));
            }
            Next::Action(Action::Disconnect(reason)) => {
                progress.ended = Some(reason);
                self.link.handle(now, Event::Disconnected);
            }
        }
        true
    }

    fn saved(&mut self, ticket: Ticket, result: Result<(), StoreError>) {
        let now = self.clock.now();
        match result {
            Ok(()) => {
                self.link.handle(now, Event::Saved(ticket));
                self.commands.mailbox().saved();
            }
            Err(error) => self.store_failed(&error),
        }
    }

    fn store_failed(&mut self, error: &StoreError) {
        self.application.store_failed(error);
        self.link.handle(self.clock.now(), Event::StoreFailed);
        self.commands.mailbox().store_failed();
    }

    fn fetch(&mut self, fetch: FetchId, range: SeqRange, limit: u32) {
        let now = self.clock.now();
        let (link, application) = (&mut self.link, &mut self.application);
        let result = self.store.fetch(range, limit, &mut |stored| {
            let event = match stored {
                Stored::Message { seq, raw } if may_resend(&mut **application, raw) => {
                    Event::Stored { fetch, seq, raw }
                }
                Stored::Message { seq, .. } => Event::Declined { fetch, range: SeqRange::one(seq) },
                Stored::Hole(range) => Event::Declined { fetch, range },
            };
            link.handle(now, event);
        });
        match result {
            Ok(through) => {
                self.link.handle(now, Event::FetchEnd { fetch, through });
            }
            Err(error) => self.store_failed(&error),
        }
    }
}

/// Administrative messages are never sent again as they are, so the application is not asked about them.
fn may_resend(application: &mut dyn Application, raw: &[u8]) -> bool {
    match Message::parse(raw) {
        Ok(message) if !msg_type::is_admin(message.msg_type()) => application.may_resend(&message),
        // The session looks at what the store has damaged.
        Ok(_) | Err(_) => true,
    }
}
