//! When an initiator dials.

use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use sansfix::LogonWanted;
use sansfix::config::{Config, Role};
use sansfix::wire::Body;
use sansfix_registry::Registry;
use sansfix_runtime::{Application, InitiatorOptions, SessionSetup};

use crate::host::{Adapter, Initiator, on_both_adapters};
use crate::peer::Peer;
use crate::{GENEROUS, Silent, desk, venue, wait, wait_down};

/// A listener whose connections come through a channel.
pub(crate) fn listen() -> (String, mpsc::Receiver<Peer>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (came, connections) = mpsc::channel();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            if came.send(Peer::on(stream, venue())).is_err() {
                return;
            }
        }
    });
    (address, connections)
}

fn setup(application: impl Application + 'static) -> SessionSetup {
    SessionSetup::new(Config::new(Role::Initiator, desk()), application)
}

fn start(on: Adapter, address: &str, reconnect_interval: Duration) -> (Initiator, Registry) {
    let registry = Registry::new();
    let options = InitiatorOptions { reconnect_interval, ..InitiatorOptions::to(address) };
    (on.initiate(setup(Silent), options, &registry).unwrap(), registry)
}

const HOUR: Duration = Duration::from_secs(3600);

fn it_dials_again_after_its_interval(on: Adapter) {
    let (address, connections) = listen();
    let (_initiator, _registry) = start(on, &address, Duration::from_millis(50));
    for _ in 0..3 {
        let mut peer = connections.recv_timeout(GENEROUS).unwrap();
        assert_eq!(peer.receive().msg_type(), "A");
    }
}

fn it_stays_down_when_disabled_and_acts_at_once_on_logon(on: Adapter) {
    let (address, connections) = listen();
    let (_initiator, registry) = start(on, &address, Duration::from_millis(20));
    drop(connections.recv_timeout(GENEROUS).unwrap());
    registry.logout(&desk(), "").unwrap();
    wait(&registry, &desk(), "disabled", |status| !status.enabled);
    wait_down(&registry, &desk());
    // Attempts that were under way when it was disabled may still arrive; after them nothing does.
    while connections.recv_timeout(Duration::from_millis(300)).is_ok() {}
    assert!(connections.recv_timeout(Duration::from_millis(300)).is_err(), "it dials though it is disabled");
    registry.logon(&desk()).unwrap();
    let mut peer = connections.recv_timeout(GENEROUS).unwrap();
    assert_eq!(peer.receive().msg_type(), "A");
}

fn logon_does_not_wait_for_the_interval(on: Adapter) {
    let (address, connections) = listen();
    let (_initiator, registry) = start(on, &address, HOUR);
    drop(connections.recv_timeout(GENEROUS).unwrap());
    wait(&registry, &desk(), "connected", |status| status.connection == 1);
    wait_down(&registry, &desk());
    registry.logon(&desk()).unwrap();
    assert!(connections.recv_timeout(GENEROUS).is_ok());
}

fn the_addresses_are_tried_in_turn(on: Adapter) {
    let (address, connections) = listen();
    let refused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let options = InitiatorOptions {
        addresses: vec![refused, address],
        reconnect_interval: Duration::from_millis(20),
        connect_timeout: GENEROUS,
        ..InitiatorOptions::to("")
    };
    let _initiator = on.initiate(setup(Silent), options, &Registry::new()).unwrap();
    assert!(connections.recv_timeout(GENEROUS).is_ok());
}

fn the_wrong_role_is_an_error(on: Adapter) {
    let registry = Registry::new();
    let wrong = SessionSetup::new(Config::new(Role::Acceptor, venue()), Silent);
    let error = on.initiate(wrong, InitiatorOptions::to("127.0.0.1:1"), &registry).unwrap_err();
    assert!(error.to_string().contains("FIX.4.4:VENUE->DESK"), "{error}");
    assert_eq!(registry.sessions(), []);
}

struct WithPassword;

impl Application for WithPassword {
    fn logon_fields(&mut self, _wanted: &LogonWanted, body: &mut Body<'_>) {
        body.field(sansfix::tags::USERNAME, "clerk").field(sansfix::tags::PASSWORD, "secret");
    }
}

fn the_application_adds_its_credentials_to_the_logon(on: Adapter) {
    let (address, connections) = listen();
    let options = InitiatorOptions { reconnect_interval: HOUR, ..InitiatorOptions::to(address) };
    let _initiator = on.initiate(setup(WithPassword), options, &Registry::new()).unwrap();
    let mut peer = connections.recv_timeout(GENEROUS).unwrap();
    let mut logon = vec![0; 4096];
    let count = std::io::Read::read(&mut peer.stream, &mut logon).unwrap();
    let logon = String::from_utf8_lossy(&logon[..count]).into_owned();
    assert!(logon.contains("\u{1}553=clerk\u{1}554=secret\u{1}"), "{logon}");
}

/// A free port is asked for first, so that it can be told from one of the system's choice.
fn it_connects_from_where_it_is_told_to(on: Adapter) {
    let (address, connections) = listen();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = InitiatorOptions {
        local: Some(free),
        reconnect_interval: Duration::from_millis(50),
        ..InitiatorOptions::to(&address)
    };
    let _initiator = on.initiate(setup(Silent), options, &Registry::new()).unwrap();
    let mut peer = connections.recv_timeout(GENEROUS).unwrap();
    assert_eq!(peer.stream.peer_addr().unwrap(), free);
    assert_eq!(peer.receive().msg_type(), "A");
}

on_both_adapters!(
    it_connects_from_where_it_is_told_to,
    it_dials_again_after_its_interval,
    it_stays_down_when_disabled_and_acts_at_once_on_logon,
    logon_does_not_wait_for_the_interval,
    the_addresses_are_tried_in_turn,
    the_wrong_role_is_an_error,
    the_application_adds_its_credentials_to_the_logon,
);
