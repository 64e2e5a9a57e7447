//! Two engines that replay to each other over small buffers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{Refused, Verdict};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::tls::{ClientTls, rustls};
use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, Outlet, SessionSetup, pipe};

use crate::host::{Acceptor, Adapter, Initiator, Line, on_both_adapters};
use crate::peer::text_of;
use crate::tls::mutual;
use crate::{GENEROUS, accept_with, desk, venue, wait, wait_down};

/// What both sides of a connection need for TLS, if they have it.
type Secrets = Option<(Arc<rustls::ServerConfig>, ClientTls)>;

/// As much as a connection holds in each direction.
const BUFFER: usize = 64 << 10;

/// HeartBtInt(108), in seconds: none while a story is told. A Heartbeat of a stranger would be counted, and in its place
/// the other's message would never be asked for.
const QUIET: u32 = 3_600;

/// Sends so many messages once, and counts what comes.
#[derive(Clone, Default)]
struct Storyteller {
    left: Arc<AtomicU64>,
    came: Arc<AtomicU64>,
}

impl Application for Storyteller {
    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        while self.left.load(Ordering::SeqCst) > 0 {
            match outlet.send(b"B", text_of("once upon a time")) {
                Ok(_) => self.left.fetch_sub(1, Ordering::SeqCst),
                // The rest when there is room again.
                Err(Refused::Full { .. } | Refused::NotActive) => return,
                Err(other) => panic!("{other}"),
            };
        }
    }

    fn message<'a>(&'a mut self, _message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.came.fetch_add(1, Ordering::SeqCst);
        Verdict::Accept
    }
}

impl Storyteller {
    fn with(messages: u64) -> Self {
        let told = Self::default();
        told.left.store(messages, Ordering::SeqCst);
        told
    }

    /// Waits for as long as more keeps coming. `standing`: what is told of the sessions when it does not.
    #[track_caller]
    fn wait_for(&self, count: u64, standing: impl Fn() -> String) {
        let (mut seen, mut since) = (0, Instant::now());
        while seen < count {
            let came = self.came.load(Ordering::SeqCst);
            if came > seen {
                (seen, since) = (came, Instant::now());
            }
            let left = &self.left;
            assert!(since.elapsed() < GENEROUS, "stuck: {came} came, {left:?} left to send: {}", standing());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

fn initiator(
    on: Adapter,
    application: &Storyteller,
    registry: &Registry,
    secrets: &Secrets,
) -> (Initiator, Line) {
    let line = Line::default();
    let config = Config { heart_bt_int: QUIET, ..Config::new(Role::Initiator, desk()) };
    let setup = SessionSetup::new(config, application.clone());
    let tls = secrets.as_ref().map(|(_, tls)| tls.clone());
    let options = InitiatorOptions { reconnect_interval: GENEROUS, tls, ..InitiatorOptions::to("anywhere") };
    (on.initiate_over(line.clone(), setup, options, registry).unwrap(), line)
}

fn acceptor(on: Adapter, application: &Storyteller, secrets: &Secrets) -> (Acceptor, Registry) {
    let setup = SessionSetup::new(Config::new(Role::Acceptor, venue()), application.clone());
    let tls = secrets.as_ref().map(|(tls, _)| tls.clone());
    accept_with(on, vec![setup], AcceptorOptions { tls, ..AcceptorOptions::default() })
}

/// Joins them with a new connection, as soon as each is down.
fn join(line: &Line, desks: &Registry, acceptor: &Acceptor, venues: &Registry) {
    for (registry, id) in [(desks, desk()), (venues, venue())] {
        wait_down(registry, &id);
    }
    let (ours, theirs) = pipe(BUFFER);
    acceptor.admit(theirs);
    line.lock().unwrap().push_back(ours);
    assert_eq!(desks.logon(&desk()).unwrap().wait(GENEROUS), Some(CommandOutcome::LoggedOn));
}

fn standing(desks: &Registry, venues: &Registry) -> String {
    format!("{:?}, {:?}", desks.status(&desk()), venues.status(&venue()))
}

fn two_engines_replay_a_hundred_thousand_messages_to_each_other(on: Adapter) {
    replay_to_each_other(on, 100_000, &None);
}

fn two_engines_replay_ten_thousand_messages_to_each_other_over_tls(on: Adapter) {
    replay_to_each_other(on, 10_000, &Some(mutual()));
}

fn replay_to_each_other(on: Adapter, messages: u64, secrets: &Secrets) {
    // Each tells its story to a stranger who goes by the other's name, so that the other misses all of it.
    let (desk_told, venue_told) = (Storyteller::with(messages), Storyteller::with(messages));
    let (desks, stranger_desks) = (Registry::new(), Registry::new());
    let (_desk, desk_line) = initiator(on, &desk_told, &desks, secrets);
    let (acceptor_, venues) = acceptor(on, &venue_told, secrets);
    {
        let stranger = Storyteller::default();
        let (strange_venue, strange_venues) = acceptor(on, &stranger, secrets);
        join(&desk_line, &desks, &strange_venue, &strange_venues);
        stranger.wait_for(messages, || standing(&desks, &strange_venues));
        desks.disconnect(&desk()).unwrap();
    }
    {
        let stranger = Storyteller::default();
        let (_strange_desk, line) = initiator(on, &stranger, &stranger_desks, secrets);
        join(&line, &stranger_desks, &acceptor_, &venues);
        stranger.wait_for(messages, || standing(&stranger_desks, &venues));
        venues.disconnect(&venue()).unwrap();
    }

    let started = Instant::now();
    join(&desk_line, &desks, &acceptor_, &venues);
    desk_told.wait_for(messages, || standing(&desks, &venues));
    venue_told.wait_for(messages, || standing(&desks, &venues));
    println!("{on:?}: {messages} messages each way in {:?}", started.elapsed());
    let caught_up = |registry: &Registry, id: &Identity| {
        wait(registry, id, "caught up", |status| status.next_target.get() > messages)
    };
    let (ours, theirs) = (caught_up(&desks, &desk()), caught_up(&venues, &venue()));
    assert!(ours.logged_on && theirs.logged_on, "{ours:?} {theirs:?}");
    assert_eq!(
        (desk_told.came.load(Ordering::SeqCst), venue_told.came.load(Ordering::SeqCst)),
        (messages, messages)
    );

    // And in the middle of such a replay a Logout ends within its limit: here it is answered.
    assert_eq!(
        desks.logout(&desk(), "enough").unwrap().wait(GENEROUS),
        Some(CommandOutcome::Completed),
        "{:?}",
        desks.status(&desk())
    );
}

on_both_adapters!(
    two_engines_replay_a_hundred_thousand_messages_to_each_other,
    two_engines_replay_ten_thousand_messages_to_each_other_over_tls,
);
