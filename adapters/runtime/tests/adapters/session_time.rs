//! Session time from the schedule to the wire, by a clock that the test moves.

use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use jiff::civil::{Weekday, date, time};
use jiff::tz::TimeZone;
use sansfix::config::{Config, Role};
use sansfix::{PhaseName, Reason, Status};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::schedule::{ASK_EVERY, Days, Schedule, Window};
use sansfix_runtime::{
    AcceptorOptions, Application, InitiatorOptions, JournalOptions, JournalStore, ManualClock, SessionSetup,
    TimeSource,
};

use crate::gate::GatedStore;
use crate::host::{Acceptor, Adapter, Initiator, on_both_adapters};
use crate::initiator::listen;
use crate::peer::{Came, Peer};
use crate::{GENEROUS, Silent, accept_with, desk, venue, wait, wait_down, wait_logged_on};

/// A day of March 2026, whose second is a Monday.
pub(crate) fn at(day: i8, hour: i8, minute: i8) -> i64 {
    let moment = date(2026, 3, day).at(hour, minute, 0, 0).to_zoned_datetime(TimeZone::UTC).unwrap();
    i64::try_from(moment.timestamp().as_nanosecond()).unwrap()
}

/// Every day from nine to five.
pub(crate) fn office_hours() -> Schedule {
    let window = Window::new(Days::Every, time(9, 0, 0, 0), time(17, 0, 0, 0)).unwrap();
    Schedule::new(window, TimeZone::UTC)
}

/// The peer's clock is not the test's.
fn config(role: Role) -> Config {
    let identity = if role == Role::Acceptor { venue() } else { desk() };
    Config { sending_time_tolerance: None, ..Config::new(role, identity) }
}

pub(crate) fn setup(role: Role, schedule: Schedule, clock: impl TimeSource + 'static) -> SessionSetup {
    SessionSetup::new(config(role), Silent).with_schedule(schedule).with_clock(clock)
}

pub(crate) fn accept(on: Adapter, setup: SessionSetup) -> (Acceptor, Registry) {
    accept_with(on, vec![setup], AcceptorOptions::default())
}

/// An initiator that dials again only when something tells it to, and the connections that it makes.
pub(crate) fn initiate(on: Adapter, setup: SessionSetup) -> (Initiator, Registry, Receiver<Peer>) {
    let (address, connections) = listen();
    let registry = Registry::new();
    let options = InitiatorOptions {
        reconnect_interval: Duration::from_secs(1_000_000),
        reconnect_limit: Duration::from_secs(1_000_000),
        ..InitiatorOptions::to(address)
    };
    (on.initiate(setup, options, &registry).unwrap(), registry, connections)
}

/// Waits until the owner of a session that is down has looked at its clock after this call.
pub(crate) fn looked(registry: &Registry, id: &sansfix::config::Identity) -> Status {
    // It reads its clock before it takes a command: the first may still be taken by what it read before this call.
    for _ in 0..2 {
        let answer = registry.test_request(id).unwrap().wait(GENEROUS);
        assert!(matches!(answer, Some(CommandOutcome::NotPossible(_))), "{answer:?}");
    }
    registry.status(id).unwrap()
}

pub(crate) fn numbers(status: &Status) -> (u64, u64) {
    (status.next_sender.get(), status.next_target.get())
}

pub(crate) fn expect_logout(peer: &mut Peer, text: &str) {
    match peer.receive() {
        Came::Message { msg_type, text: why, .. } if msg_type == "5" => assert_eq!(why, text),
        other => panic!("no Logout: {other:?}"),
    }
    peer.send("5", &[]);
}

fn is_sent_away(acceptor: &Acceptor) {
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.log_on();
    peer.ends_in_silence();
}

fn an_acceptor_sends_connections_away_until_the_instant_the_window_opens(on: Adapter) {
    let clock = ManualClock::at(at(2, 9, 0) - 1);
    let (acceptor, registry) = accept(on, setup(Role::Acceptor, office_hours(), clock.clone()));
    assert!(!registry.status(&venue()).unwrap().in_session_time, "known before anybody has connected");
    is_sent_away(&acceptor);
    clock.advance(Duration::from_nanos(1));
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    assert_eq!(registry.status(&venue()).unwrap().connection, 1, "the first was none of the session's");
    peer.log_out();
}

fn at_the_end_of_session_time_it_logs_out_stays_enabled_and_keeps_its_numbers(on: Adapter) {
    let clock = ManualClock::at(at(2, 16, 59));
    let (acceptor, registry) = accept(on, setup(Role::Acceptor, office_hours(), clock.clone()));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    clock.advance(Duration::from_secs(60));
    expect_logout(&mut peer, "Session time is over");
    peer.ends_in_silence();
    let status = wait_down(&registry, &venue());
    assert_eq!(status.ended, Some(Reason::OutsideSessionTime));
    assert!(status.enabled && !status.in_session_time);
    assert_eq!(numbers(&status), (3, 3));
    is_sent_away(&acceptor);
    assert_eq!(numbers(&looked(&registry, &venue())), (3, 3), "until the next period");
    clock.set_utc(at(3, 9, 0));
    assert_eq!(numbers(&looked(&registry, &venue())), (1, 1));
    Peer::logged_on(acceptor.local_addr(), desk(), 1).log_out();
}

fn an_initiator_does_not_dial_outside_session_time_and_dials_at_once_when_it_begins(on: Adapter) {
    let clock = ManualClock::at(at(2, 8, 0));
    let (_initiator, registry, connections) =
        initiate(on, setup(Role::Initiator, office_hours(), clock.clone()));
    for _ in 0..10 {
        clock.advance(ASK_EVERY);
        looked(&registry, &desk());
    }
    assert!(connections.try_recv().is_err(), "it dials outside session time");
    for day in [2, 3] {
        clock.set_utc(at(day, 9, 0));
        let mut peer = connections.recv_timeout(GENEROUS).unwrap();
        assert!(matches!(peer.receive(), Came::Message { msg_type, seq: 1, .. } if msg_type == "A"));
        peer.log_on();
        wait_logged_on(&registry, &desk());
        clock.set_utc(at(day, 17, 0));
        expect_logout(&mut peer, "Session time is over");
        peer.ends_in_silence();
        assert_eq!(numbers(&wait_down(&registry, &desk())), (3, 3));
    }
    assert!(connections.try_recv().is_err(), "it dials after session time");
}

fn a_lost_connection_is_not_waited_for_when_a_period_begins(on: Adapter) {
    let clock = ManualClock::at(at(2, 16, 0));
    let (_initiator, registry, connections) =
        initiate(on, setup(Role::Initiator, office_hours(), clock.clone()));
    drop(connections.recv_timeout(GENEROUS).unwrap());
    wait(&registry, &desk(), "connected", |status| status.connection == 1);
    wait_down(&registry, &desk());
    // The whole night in one step, and no attempt was due.
    clock.set_utc(at(3, 9, 0));
    let mut peer = connections.recv_timeout(GENEROUS).unwrap();
    assert_eq!(peer.receive().msg_type(), "A");
}

/// Equal times: the next period begins when the last one ends.
fn around_the_clock() -> Schedule {
    let five = time(17, 0, 0, 0);
    Schedule::new(Window::new(Days::Every, five, five).unwrap(), TimeZone::UTC)
}

fn a_period_that_begins_on_a_live_connection_logs_out_and_resets_once_it_is_down(on: Adapter) {
    let clock = ManualClock::at(at(2, 16, 59));
    let (acceptor, registry) = accept(on, setup(Role::Acceptor, around_the_clock(), clock.clone()));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("one");
    clock.advance(Duration::from_secs(60));
    expect_logout(&mut peer, "A new session period begins");
    peer.ends_in_silence();
    let status = wait_down(&registry, &venue());
    assert!(status.in_session_time && status.enabled);
    assert_eq!(numbers(&status), (1, 1));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    // Asked again and again, it is the same period.
    clock.advance(ASK_EVERY);
    clock.advance(ASK_EVERY);
    peer.send("1", &[(sansfix::tags::TEST_REQ_ID, "still here")]);
    assert_eq!(peer.receive().msg_type(), "0");
    peer.log_out();
}

fn an_initiator_dials_at_once_into_the_next_period(on: Adapter) {
    let clock = ManualClock::at(at(2, 16, 59));
    let (_initiator, registry, connections) =
        initiate(on, setup(Role::Initiator, around_the_clock(), clock.clone()));
    for _ in 0..2 {
        let mut peer = connections.recv_timeout(GENEROUS).unwrap();
        assert!(matches!(peer.receive(), Came::Message { msg_type, seq: 1, .. } if msg_type == "A"));
        peer.log_on();
        wait_logged_on(&registry, &desk());
        clock.set_utc(clock.now().utc_ns + 86_400_000_000_000);
        expect_logout(&mut peer, "A new session period begins");
        peer.ends_in_silence();
    }
}

fn a_disabled_session_is_reset_when_a_period_begins_and_stays_disabled(on: Adapter) {
    let clock = ManualClock::at(at(2, 10, 0));
    let store = GatedStore::default();
    let session = setup(Role::Acceptor, office_hours(), clock.clone()).with_store(store.clone());
    let (acceptor, registry) = accept(on, session);
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    let receipt = registry.logout(&venue(), "maintenance").unwrap();
    peer.log_out_second();
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
    clock.set_utc(at(3, 9, 0));
    let status = looked(&registry, &venue());
    assert!(!status.enabled && status.in_session_time);
    assert_eq!(numbers(&status), (1, 1));
    is_sent_away(&acceptor);
    registry.logon(&venue()).unwrap();
    Peer::logged_on(acceptor.local_addr(), desk(), 1).log_out();
    assert_eq!(store.snapshot().epoch, 1, "once");
}

fn a_logon_window_logs_out_and_keeps_the_numbers_of_its_period(on: Adapter) {
    let midnight = time(0, 0, 0, 0);
    let week = Window::new(Days::Week { start: Weekday::Monday, end: Weekday::Monday }, midnight, midnight);
    let mornings = Window::new(Days::Every, time(6, 0, 0, 0), time(12, 0, 0, 0)).unwrap();
    let schedule = Schedule::new(week.unwrap(), TimeZone::UTC).with_logon_window(mornings);
    let clock = ManualClock::at(at(2, 6, 0));
    let (acceptor, registry) = accept(on, setup(Role::Acceptor, schedule, clock.clone()));
    for day in 2..9 {
        clock.set_utc(at(day, 6, 0));
        let next = u64::try_from(day - 2).unwrap() * 2 + 1;
        let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), next);
        clock.set_utc(at(day, 12, 0));
        expect_logout(&mut peer, "Session time is over");
        peer.ends_in_silence();
        assert_eq!(numbers(&wait_down(&registry, &venue())), (next + 2, next + 2));
        is_sent_away(&acceptor);
    }
    // The week ends before its next logon window: what an operator sets then is meant for the new one.
    clock.set_utc(at(9, 3, 0));
    assert_eq!(numbers(&looked(&registry, &venue())), (1, 1));
    registry.set_next_sender(&venue(), sansfix::SeqNum::new(7).unwrap()).unwrap();
    clock.set_utc(at(9, 6, 0));
    assert_eq!(numbers(&looked(&registry, &venue())), (7, 1));
}

/// Without a connection the reset is saved by itself; nothing of the new period leaves before.
fn the_reset_of_a_period_is_durable_before_anything_leaves(on: Adapter) {
    let clock = ManualClock::at(at(2, 16, 0));
    let store = GatedStore::default();
    let session = setup(Role::Acceptor, office_hours(), clock.clone()).with_store(store.clone());
    let (acceptor, registry) = accept(on, session);
    Peer::logged_on(acceptor.local_addr(), desk(), 1).log_out();
    wait_down(&registry, &venue());
    store.shut();
    clock.set_utc(at(3, 9, 0));
    store.wait_until_held();
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.log_on();
    wait_logged_on(&registry, &venue());
    peer.stream.set_nonblocking(true).unwrap();
    assert!(peer.stream.peek(&mut [0]).is_err(), "an answer before the reset is saved");
    peer.stream.set_nonblocking(false).unwrap();
    store.open();
    assert!(matches!(peer.receive(), Came::Message { msg_type, seq: 1, .. } if msg_type == "A"));
    assert_eq!((store.snapshot().epoch, store.snapshot().next_sender.get()), (1, 2));
}

fn over_a_restart_a_period_resets_once(on: Adapter) {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("session-time-{on:?}"));
    let _ = std::fs::remove_dir_all(&directory);
    let clock = ManualClock::at(at(2, 10, 0));
    // When it is started, and the numbers that it starts with: stopped and started again in one period they go on.
    for (day, hour, next) in [(2, 10, 1), (2, 16, 3), (2, 16, 5), (4, 11, 1), (4, 11, 3), (5, 9, 1)] {
        clock.set_utc(at(day, hour, 0));
        let store = JournalStore::open(&directory, JournalOptions::default()).unwrap();
        let session = setup(Role::Acceptor, office_hours(), clock.clone()).with_store(store);
        let (acceptor, registry) = accept(on, session);
        let status = registry.status(&venue()).unwrap();
        assert_eq!(numbers(&status), (next, next), "March {day}, {hour}:00");
        Peer::logged_on(acceptor.local_addr(), desk(), next).log_out();
        wait_down(&registry, &venue());
        acceptor.shut_down(GENEROUS).unwrap();
    }
    // A period that began and ended while the process was down is over, but the numbers are older still.
    clock.set_utc(at(6, 20, 0));
    let store = JournalStore::open(&directory, JournalOptions::default()).unwrap();
    let (_acceptor, registry) =
        accept(on, setup(Role::Acceptor, office_hours(), clock.clone()).with_store(store));
    assert_eq!(numbers(&looked(&registry, &venue())), (1, 1));
}

fn a_shutdown_is_not_undone_by_the_schedule(on: Adapter) {
    let clock = ManualClock::at(at(2, 10, 0));
    let (acceptor, registry) = accept(on, setup(Role::Acceptor, office_hours(), clock.clone()));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let ending = std::thread::spawn(move || acceptor.shut_down(GENEROUS));
    assert_eq!(peer.receive().msg_type(), "5");
    // Asked now, the schedule would say that session time goes on, and on the next day that a period begins.
    clock.advance(ASK_EVERY);
    looked(&registry, &venue());
    clock.set_utc(at(3, 10, 0));
    let status = looked(&registry, &venue());
    assert_eq!((status.in_session_time, status.phase), (false, PhaseName::LogoutSent));
    assert_eq!(numbers(&status), (3, 2));
    peer.send("5", &[]);
    peer.ends_in_silence();
    assert_eq!(ending.join().unwrap(), Ok(()));
}

/// Tells what it is asked.
struct Asked(std::sync::mpsc::Sender<bool>);

impl Application for Asked {
    fn state_changed(&mut self, status: &Status, _outlet: &mut sansfix_runtime::Outlet<'_>) {
        self.0.send(status.in_session_time).unwrap();
    }
}

fn the_application_learns_of_session_time_without_a_connection(on: Adapter) {
    let clock = ManualClock::at(at(2, 8, 0));
    let (told, states) = std::sync::mpsc::channel();
    let session = SessionSetup::new(config(Role::Acceptor), Asked(told));
    let session = session.with_schedule(office_hours()).with_clock(clock.clone());
    let (_acceptor, _registry) = accept(on, session);
    assert_eq!(states.recv_timeout(GENEROUS), Ok(false));
    clock.set_utc(at(2, 9, 0));
    assert_eq!(states.recv_timeout(GENEROUS), Ok(true));
    clock.set_utc(at(2, 17, 0));
    assert_eq!(states.recv_timeout(GENEROUS), Ok(false));
}

on_both_adapters!(
    an_acceptor_sends_connections_away_until_the_instant_the_window_opens,
    at_the_end_of_session_time_it_logs_out_stays_enabled_and_keeps_its_numbers,
    an_initiator_does_not_dial_outside_session_time_and_dials_at_once_when_it_begins,
    a_lost_connection_is_not_waited_for_when_a_period_begins,
    a_period_that_begins_on_a_live_connection_logs_out_and_resets_once_it_is_down,
    an_initiator_dials_at_once_into_the_next_period,
    a_disabled_session_is_reset_when_a_period_begins_and_stays_disabled,
    a_logon_window_logs_out_and_keeps_the_numbers_of_its_period,
    the_reset_of_a_period_is_durable_before_anything_leaves,
    over_a_restart_a_period_resets_once,
    a_shutdown_is_not_undone_by_the_schedule,
    the_application_learns_of_session_time_without_a_connection,
);
