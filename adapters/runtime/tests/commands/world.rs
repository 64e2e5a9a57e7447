//! A session on a running adapter, with the means to be its counterparty.

use std::collections::VecDeque;
use std::io::Write;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use sansfix::config::{Config, Identity, Role};
use sansfix::{CommandRefused, PhaseName, SeqNum, Status, tags};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::schedule::{Days, Schedule, Window};
use sansfix_runtime::{
    AcceptorOptions, Application, Clock, InitiatorOptions, ManualClock, NotDown, Pipe, SessionSetup,
    TimeSource, pipe,
};

use crate::application::{Hold, Holdable, Place};
use crate::gate::GatedStore;
use crate::host::{Acceptor, Adapter, Initiator, Line};
use crate::peer::Peer;
use crate::stream::Stream;
use crate::{GENEROUS, desk, venue};

/// The counterparty.
pub(crate) type They = Peer<Stream>;

/// What every Logon says.
const LOGON: [(tags::Tag, &str); 2] = [(tags::ENCRYPT_METHOD, "0"), (tags::HEART_BT_INT, "30")];

impl They {
    /// Sends, though nobody may be there to read it.
    pub(crate) fn try_send(&mut self, msg_type: &str, fields: &[(tags::Tag, &str)]) {
        let bytes = self.message(msg_type, fields);
        let _ = self.stream.write_all(&bytes);
    }

    pub(crate) fn try_log_on(&mut self) {
        self.try_send("A", &LOGON);
    }

    /// Answers a Logon with ResetSeqNumFlag(141)=Y.
    pub(crate) fn confirm_reset(&mut self) {
        self.next = 1;
        self.try_send("A", &[LOGON[0], LOGON[1], (tags::RESET_SEQ_NUM_FLAG, "Y")]);
    }
}

/// What passes between the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Medium {
    Tcp,
    Pipe,
}

/// How many connections an initiator can make in memory.
const PIPES: usize = 4;
/// More than any exchange here has on its way at a time.
const CAPACITY: usize = 1 << 16;

pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) id: Identity,
    pub(crate) store: GatedStore,
    pub(crate) hold: Hold,
    /// What the session's time follows, when it is not the machine.
    clock: Option<ManualClock>,
    host: Host,
}

enum Host {
    Acceptor(Acceptor, Medium),
    OverTcp(Initiator, TcpListener),
    OverPipes(Initiator, Line, VecDeque<Pipe>),
}

impl World {
    /// Starts the session. An initiator dials; what it should not be waiting for is an hour away.
    pub(crate) fn start(
        on: Adapter,
        medium: Medium,
        role: Role,
        held: Option<Place>,
        tune: impl FnOnce(&mut Config),
    ) -> Self {
        let id = if role == Role::Acceptor { venue() } else { desk() };
        let mut config = Config::new(role, id);
        tune(&mut config);
        let hold = Hold::default();
        if let Some(place) = held {
            hold.at(place);
        }
        let application = Holdable(hold.clone());
        let (registry, store) = (Registry::new(), GatedStore::default());
        Self { hold, ..Self::start_with(on, medium, config, application, &registry, store) }
    }

    /// The same with what is given.
    pub(crate) fn start_with(
        on: Adapter,
        medium: Medium,
        config: Config,
        application: impl Application + 'static,
        registry: &Registry,
        store: GatedStore,
    ) -> Self {
        Self::start_in(on, medium, config, application, registry, store, None)
    }

    /// The same with a schedule and the clock that it follows.
    pub(crate) fn start_in(
        on: Adapter,
        medium: Medium,
        config: Config,
        application: impl Application + 'static,
        registry: &Registry,
        store: GatedStore,
        time: Option<(Schedule, ManualClock)>,
    ) -> Self {
        let (role, id, registry) = (config.role, config.identity.clone(), registry.clone());
        let mut setup = SessionSetup::new(config, application).with_store(store.clone());
        let mut clock = None;
        if let Some((schedule, shown)) = time {
            setup = setup.with_schedule(schedule).with_clock(shown.clone());
            clock = Some(shown);
        }
        let host = match (role, medium) {
            (Role::Acceptor, _) => {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let options = AcceptorOptions { logon_timeout: 2 * GENEROUS, ..AcceptorOptions::default() };
                Host::Acceptor(on.accept(listener, vec![setup], options, &registry).unwrap(), medium)
            }
            (Role::Initiator, Medium::Tcp) => {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let options = hourly(listener.local_addr().unwrap());
                Host::OverTcp(on.initiate(setup, options, &registry).unwrap(), listener)
            }
            (Role::Initiator, Medium::Pipe) => {
                let (theirs, ours): (VecDeque<_>, _) = (0..PIPES).map(|_| pipe(CAPACITY)).unzip();
                let line: Line = Arc::new(Mutex::new(ours));
                let initiator = on.initiate_over(line.clone(), setup, hourly("memory"), &registry).unwrap();
                Host::OverPipes(initiator, line, theirs)
            }
        };
        Self { registry, id, store, hold: Hold::default(), clock, host }
    }

    /// Makes or takes the next connection.
    pub(crate) fn connect(&mut self) -> They {
        let stream = match &mut self.host {
            Host::Acceptor(acceptor, Medium::Tcp) => {
                std::net::TcpStream::connect(acceptor.local_addr()).unwrap().into()
            }
            Host::Acceptor(acceptor, Medium::Pipe) => {
                let (ours, theirs) = pipe(CAPACITY);
                acceptor.admit(ours);
                Stream::Pipe(theirs)
            }
            Host::OverTcp(_, listener) => accept(listener).expect("it does not dial").into(),
            Host::OverPipes(_, line, theirs) => {
                wait_until("it does not dial", || line.lock().unwrap().len() < theirs.len());
                Stream::Pipe(theirs.pop_front().unwrap())
            }
        };
        Peer::over(stream, self.id.reversed())
    }

    /// Outside session time: a session that begins each day at nine, at eight.
    pub(crate) fn start_outside(on: Adapter, medium: Medium, role: Role) -> Self {
        let id = if role == Role::Acceptor { venue() } else { desk() };
        // The counterparty's clock is the machine's.
        let config = Config { sending_time_tolerance: None, ..Config::new(role, id) };
        let (registry, store, application) =
            (Registry::new(), GatedStore::default(), Holdable(Hold::default()));
        let office = Window::new(Days::Every, time(9, 0, 0, 0), time(17, 0, 0, 0)).unwrap();
        let eight = date(2026, 3, 2)
            .at(8, 0, 0, 0)
            .to_zoned_datetime(TimeZone::UTC)
            .unwrap()
            .timestamp()
            .as_nanosecond();
        let clock = ManualClock::at(eight as i64);
        let time = Some((Schedule::new(office, TimeZone::UTC), clock));
        Self::start_in(on, medium, config, application, &registry, store, time)
    }

    /// Session time begins.
    pub(crate) fn open_window(&self) {
        if let Some(clock) = &self.clock {
            clock.advance(Duration::from_secs(3600));
            self.wait("in session time", |status| status.in_session_time);
        }
    }

    /// UTC as the session knows it.
    pub(crate) fn utc_ns(&self) -> i64 {
        let now = self.clock.as_ref().map_or_else(|| Clock::start().now(), TimeSource::now);
        now.utc_ns
    }

    pub(crate) fn role(&self) -> Role {
        if matches!(self.host, Host::Acceptor(..)) { Role::Acceptor } else { Role::Initiator }
    }

    pub(crate) fn status(&self) -> Status {
        self.registry.status(&self.id).unwrap()
    }

    pub(crate) fn wait(&self, what: &str, until: impl Fn(&Status) -> bool) -> Status {
        let (status, holds) = self.registry.wait(&self.id, GENEROUS, until).unwrap();
        assert!(holds, "never {what}: {status:?}");
        status
    }

    pub(crate) fn wait_down(&self) -> Status {
        self.wait("down", |status| status.phase == PhaseName::Disconnected)
    }

    /// Lets the owner go round often enough to have done all that can be done: every command is followed by a step.
    /// The command used for that is refused in every state.
    pub(crate) fn settle(&self) {
        let refused = CommandOutcome::NotPossible(CommandRefused::NumberTooHigh);
        let too_high = SeqNum::new(u64::MAX).unwrap();
        for _ in 0..8 {
            let receipt = self.registry.set_next_target(&self.id, too_high).unwrap();
            assert_eq!(receipt.wait(GENEROUS), Some(refused.clone()));
        }
    }

    /// Whether an initiator has dialled since the connections that [`Self::connect`] took.
    pub(crate) fn has_dialled(&self) -> bool {
        match &self.host {
            Host::Acceptor(..) => false,
            Host::OverTcp(_, listener) => {
                listener.set_nonblocking(true).unwrap();
                listener.accept().is_ok()
            }
            Host::OverPipes(_, line, theirs) => line.lock().unwrap().len() < theirs.len(),
        }
    }

    pub(crate) fn shut_down(self, limit: Duration) -> Result<(), NotDown> {
        match self.host {
            Host::Acceptor(acceptor, _) => acceptor.shut_down(limit),
            Host::OverTcp(initiator, _) | Host::OverPipes(initiator, ..) => initiator.shut_down(limit),
        }
    }

    /// Ends the session at once. Whether it has dialled since the connections that [`Self::connect`] took.
    pub(crate) fn end(self) -> bool {
        match self.host {
            Host::Acceptor(..) => false,
            Host::OverTcp(initiator, listener) => {
                drop(initiator);
                listener.set_nonblocking(true).unwrap();
                listener.accept().is_ok()
            }
            Host::OverPipes(initiator, line, theirs) => {
                drop(initiator);
                let left = line.lock().unwrap().len();
                left < theirs.len()
            }
        }
    }
}

fn hourly(address: impl ToString) -> InitiatorOptions {
    let hour = Duration::from_secs(3600);
    InitiatorOptions { reconnect_interval: hour, reconnect_limit: hour, ..InitiatorOptions::to(address) }
}

fn accept(listener: &TcpListener) -> Option<std::net::TcpStream> {
    listener.set_nonblocking(true).unwrap();
    let mut accepted = None;
    wait_until("nobody connects", || {
        accepted = listener.accept().ok();
        accepted.is_some()
    });
    let (stream, _) = accepted?;
    stream.set_nonblocking(false).unwrap();
    Some(stream)
}

pub(crate) fn wait_until(or: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < GENEROUS, "{or}");
        std::thread::sleep(Duration::from_millis(1));
    }
}
