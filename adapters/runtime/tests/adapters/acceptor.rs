//! Whom an acceptor lets in, and what others cost.

use std::io::Write;
use std::time::{Duration, Instant};

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{BeginString, Verdict};
use sansfix_registry::Registry;
use sansfix_runtime::{AcceptorOptions, Application, Outlet, SessionSetup};

use crate::host::{Adapter, on_both_adapters};
use crate::peer::{Came, Peer};
use crate::{Echo, Silent, accept, accept_with, acceptor_config, desk, venue, wait_down, wait_logged_on};

fn news(seq: u64, text: &str) -> Came {
    Came::Message { msg_type: "B".into(), seq, text: text.into() }
}

fn the_session_is_picked_by_the_logon(on: Adapter) {
    let other = Identity::new(BeginString::Fix42, "VENUE", "OTHER");
    let sessions = vec![
        SessionSetup::new(acceptor_config(), Echo),
        SessionSetup::new(Config::new(Role::Acceptor, other.clone()), Echo),
    ];
    let (acceptor, registry) = accept_with(on, sessions, AcceptorOptions::default());
    let mut one = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let mut two = Peer::logged_on(acceptor.local_addr(), other.reversed(), 1);
    assert_eq!((registry.is_logged_on(&venue()), registry.is_logged_on(&other)), (Ok(true), Ok(true)));
    one.news("from one");
    two.news("from two");
    assert_eq!(one.receive(), news(2, "from one"));
    assert_eq!(two.receive(), news(2, "from two"));
}

fn sub_ids_that_are_configured_must_match_and_pick_the_session(on: Adapter) {
    let mut named = venue();
    named.target.sub_id = Some("TRADER".into());
    let sessions = vec![
        SessionSetup::new(acceptor_config(), Silent),
        SessionSetup::new(Config::new(Role::Acceptor, named.clone()), Silent),
    ];
    let (acceptor, registry) = accept_with(on, sessions, AcceptorOptions::default());
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    let logon = peer.message("A", &[(98, "0"), (108, "30")]);
    let with_sub_id = String::from_utf8(logon).unwrap().replace("49=DESK\u{1}", "49=DESK\u{1}50=TRADER\u{1}");
    peer.stream.write_all(&sealed(&with_sub_id)).unwrap();
    wait_logged_on(&registry, &named);
    assert_eq!(registry.is_logged_on(&venue()), Ok(false));
}

/// The message with its BodyLength and CheckSum made right.
fn sealed(message: &str) -> Vec<u8> {
    let body_start = message.find("35=").unwrap();
    let body = &message[body_start..message.find("\u{1}10=").unwrap() + 1];
    let mut sealed = format!("8=FIX.4.4\u{1}9={}\u{1}{body}", body.len());
    let sum = sansfix::wire::checksum(sealed.as_bytes());
    sealed.push_str(&format!("10={sum:03}\u{1}"));
    sealed.into_bytes()
}

fn strangers_are_closed_without_a_word_and_without_a_reset(on: Adapter) {
    let (acceptor, registry) = accept(on, Silent);
    let address = acceptor.local_addr();

    let unknown = Identity::new(BeginString::Fix44, "NOBODY", "VENUE");
    let mut peer = Peer::connect(address, unknown);
    peer.log_on();
    peer.ends_in_silence();

    let mut wrong_version = Peer::connect(address, Identity::new(BeginString::Fix42, "DESK", "VENUE"));
    wrong_version.log_on();
    wrong_version.ends_in_silence();

    let mut no_logon = Peer::connect(address, desk());
    no_logon.news("hello");
    no_logon.ends_in_silence();

    let mut noise = Peer::connect(address, desk());
    noise.stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    noise.ends_in_silence();

    // A probe: connects and closes.
    drop(std::net::TcpStream::connect(address).unwrap());

    let status = registry.status(&venue()).unwrap();
    assert_eq!((status.next_sender.get(), status.next_target.get()), (1, 1), "no number was used");
    assert_eq!(status.connection, 0, "the session never heard of them");
    Peer::logged_on(address, desk(), 1).log_out();
}

fn a_second_connection_of_a_live_session_is_closed_and_the_first_goes_on(on: Adapter) {
    let (acceptor, _registry) = accept(on, Echo);
    let mut first = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let mut second = Peer::connect(acceptor.local_addr(), desk());
    second.log_on();
    second.ends_in_silence();
    first.news("still here");
    assert_eq!(first.receive(), news(2, "still here"));
}

fn whoever_sees_the_end_can_log_on_again_at_once(on: Adapter) {
    let (acceptor, _registry) = accept(on, Silent);
    let mut seq = 1;
    for round in 0..20 {
        let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), seq);
        if round % 2 == 0 {
            // We close without a word, and are back before the other side can have noticed.
            seq += 1;
            drop(peer);
        } else {
            // We close after a clean Logout.
            peer.send("5", &[]);
            assert_eq!(peer.receive().msg_type(), "5");
            seq += 2;
        }
    }
}

fn a_first_message_that_takes_too_long_or_is_too_long_costs_a_limit(on: Adapter) {
    let options = AcceptorOptions {
        logon_timeout: Duration::from_millis(200),
        max_logon_size: 1_000,
        ..Default::default()
    };
    let (acceptor, registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], options);
    let started = Instant::now();
    let mut trickling = Peer::connect(acceptor.local_addr(), desk());
    let logon = trickling.message("A", &[(98, "0"), (108, "30")]);
    trickling.stream.write_all(&logon[..20]).unwrap();
    trickling.ends_in_silence();
    assert!(started.elapsed() >= Duration::from_millis(200));

    let mut endless = Peer::connect(acceptor.local_addr(), desk());
    let long = "x".repeat(2_000);
    endless.send("A", &[(58, &long)]);
    endless.ends_in_silence();
    assert_eq!(registry.status(&venue()).unwrap().connection, 0, "the session never heard of them");
}

fn strangers_above_the_limit_are_closed_and_make_room_when_they_go(on: Adapter) {
    let options = AcceptorOptions { max_strangers: 2, ..Default::default() };
    let (acceptor, registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], options);
    let idle = [(); 2].map(|()| Peer::connect(acceptor.local_addr(), desk()));
    // The two are counted when the third is accepted: connections are accepted in order.
    let third = Peer::connect(acceptor.local_addr(), desk());
    third.ends_in_silence();
    drop(idle);
    let started = Instant::now();
    loop {
        let mut peer = Peer::connect(acceptor.local_addr(), desk());
        let logon = peer.message("A", &[(98, "0"), (108, "30")]);
        if peer.stream.write_all(&logon).is_ok()
            && registry.wait(&venue(), Duration::from_millis(200), |s| s.logged_on).unwrap().1
        {
            break;
        }
        assert!(started.elapsed() < crate::GENEROUS, "room is never made");
    }
}

fn a_disabled_session_is_closed_without_a_word_and_stays_down(on: Adapter) {
    let (acceptor, registry) = accept(on, Silent);
    let down = crate::wait(&registry, &venue(), "known", |_| true);
    registry.logout(&venue(), "maintenance").unwrap();
    crate::wait(&registry, &venue(), "disabled", |status| !status.enabled);
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.log_on();
    peer.ends_in_silence();
    let status = registry.status(&venue()).unwrap();
    assert_eq!((status.next_sender, status.next_target), (down.next_sender, down.next_target));
    assert_eq!(status.connection, 0, "the session never heard of it");
    registry.logon(&venue()).unwrap();
    crate::wait(&registry, &venue(), "enabled", |status| status.enabled);
    Peer::logged_on(acceptor.local_addr(), desk(), 1).log_out();
}

/// Refuses the password, or the counterparty's news, by panicking.
struct Fragile;

impl Application for Fragile {
    fn message<'a>(&'a mut self, _message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        panic!("the application has a bug (this panic is part of the test)");
    }
}

fn an_application_that_panics_loses_its_connection_and_not_its_session(on: Adapter) {
    let (acceptor, registry) = accept(on, Fragile);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("poison");
    peer.ends_in_silence();
    wait_down(&registry, &venue());
    let status = registry.status(&venue()).unwrap();
    assert_eq!(status.next_target.get(), 2, "what was not settled is not counted");
    // The peer sends its next numbers; the lost one would be asked for.
    let mut again = Peer::logged_on(acceptor.local_addr(), desk(), 2);
    again.send("1", &[(112, "alive")]);
    assert_eq!(again.receive().msg_type(), "0");
}

/// Logs its own session out from inside a handler.
struct Quitter {
    registry: Registry,
}

impl Application for Quitter {
    fn message<'a>(&'a mut self, _message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.registry.logout(&venue(), "enough").unwrap();
        assert_eq!(self.registry.is_logged_on(&venue()), Ok(false));
        assert!(outlet.status().logged_on, "the session itself goes on until this returns");
        Verdict::Accept
    }
}

fn a_command_from_inside_a_handler_does_not_block(on: Adapter) {
    let registry = Registry::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = SessionSetup::new(acceptor_config(), Quitter { registry: registry.clone() });
    let acceptor = on.accept(listener, vec![setup], AcceptorOptions::default(), &registry).unwrap();
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("one too many");
    assert_eq!(peer.receive(), Came::Message { msg_type: "5".into(), seq: 2, text: "enough".into() });
}

/// Lets only the right password in.
struct Guarded;

impl Application for Guarded {
    fn logon<'a>(&'a mut self, logon: Message<'a>) -> Verdict<'a> {
        if logon.get(sansfix::tags::PASSWORD) == Some(b"secret") {
            return Verdict::Accept;
        }
        Verdict::RefuseLogon { text: "", status: None }
    }
}

fn a_logon_that_is_refused_touches_nothing(on: Adapter) {
    let (acceptor, registry) = accept(on, Guarded);
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.send("A", &[(98, "0"), (108, "30"), (141, "Y"), (554, "guess")]);
    peer.ends_in_silence();
    let status = wait_down(&registry, &venue());
    assert_eq!((status.next_sender.get(), status.next_target.get(), status.logged_on), (1, 1, false));
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.send("A", &[(98, "0"), (108, "30"), (554, "secret")]);
    assert_eq!(peer.receive().msg_type(), "A");
}

on_both_adapters!(
    the_session_is_picked_by_the_logon,
    sub_ids_that_are_configured_must_match_and_pick_the_session,
    strangers_are_closed_without_a_word_and_without_a_reset,
    a_second_connection_of_a_live_session_is_closed_and_the_first_goes_on,
    whoever_sees_the_end_can_log_on_again_at_once,
    a_first_message_that_takes_too_long_or_is_too_long_costs_a_limit,
    strangers_above_the_limit_are_closed_and_make_room_when_they_go,
    a_disabled_session_is_closed_without_a_word_and_stays_down,
    an_application_that_panics_loses_its_connection_and_not_its_session,
    a_command_from_inside_a_handler_does_not_block,
    a_logon_that_is_refused_touches_nothing,
);
