//! A panic in any method of an application costs the connection and nothing else: the session logs on again with the
//! next numbers, and can be shut down.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use sansfix::config::{Config, Role};
use sansfix::wire::{Body, Garbled, Message};
use sansfix::{LogonWanted, Reason, Status, Verdict, tags};
use sansfix_registry::Registry;
use sansfix_runtime::{
    AcceptorOptions, Application, ConnectError, InitiatorOptions, Outlet, SessionSetup, StoreError, pipe,
};
use socket2::SockRef;

use crate::fragile_store::FragileStore;
use crate::host::{Adapter, Line, on_both_adapters};
use crate::peer::{Peer, text_of};
use crate::{GENEROUS, accept_with, acceptor_config, desk, venue, wait, wait_down};

/// Panics once in the method that is named.
#[derive(Clone)]
struct Fragile {
    place: Arc<Mutex<Option<&'static str>>>,
    panics: mpsc::Sender<()>,
}

impl Fragile {
    fn is_in(&self, method: &'static str) {
        let is_it = self.place.lock().unwrap().take_if(|place| *place == method).is_some();
        if is_it {
            self.panics.send(()).unwrap();
            panic!("in {method}, as this test wants it");
        }
    }
}

impl Application for Fragile {
    fn message<'a>(&'a mut self, _message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let _ = outlet.send(b"B", |body| {
            text_of("back")(body);
            self.is_in("send");
        });
        self.is_in("message");
        Verdict::Accept
    }

    fn duplicate(&mut self, _message: Message<'_>) {
        self.is_in("duplicate");
    }

    fn logon<'a>(&'a mut self, _logon: Message<'a>) -> Verdict<'a> {
        self.is_in("logon");
        Verdict::Accept
    }

    fn logon_fields(&mut self, _wanted: &LogonWanted, body: &mut Body<'_>) {
        body.field(tags::TEXT, "half of what it adds");
        self.is_in("logon_fields");
    }

    fn admin<'a>(&'a mut self, _message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.is_in("admin");
        Verdict::Accept
    }

    fn state_changed(&mut self, status: &Status, _outlet: &mut Outlet<'_>) {
        self.is_in(if status.logged_on { "logged_on" } else { "state_changed" });
    }

    fn turn(&mut self, _outlet: &mut Outlet<'_>) {
        self.is_in("turn");
    }

    fn may_resend(&mut self, _message: &Message<'_>) -> bool {
        self.is_in("may_resend");
        true
    }

    fn garbled(&mut self, _why: Garbled, _bytes: &[u8]) {
        self.is_in("garbled");
    }

    fn store_failed(&mut self, _error: &StoreError) {
        self.is_in("store_failed");
    }

    fn connect_failed(&mut self, _error: &ConnectError) {
        self.is_in("connect_failed");
    }

    fn connection_failed(&mut self, _error: &std::io::Error) {
        self.is_in("connection_failed");
    }

    fn ended(&mut self, _reason: Reason) {
        self.is_in("ended");
    }
}

const METHODS: [&str; 14] = [
    "message",
    "send",
    "duplicate",
    "logon",
    "logon_fields",
    "admin",
    "logged_on",
    "state_changed",
    "turn",
    "may_resend",
    "garbled",
    "store_failed",
    "connection_failed",
    "ended",
];

fn fragile(place: Option<&'static str>) -> (Fragile, mpsc::Receiver<()>) {
    let (panics, panicked) = mpsc::channel();
    (Fragile { place: Arc::new(Mutex::new(place)), panics }, panicked)
}

/// Whatever leads to a call of a method, until the session has hung up.
fn say_everything(peer: &mut Peer, method: &str, store_panics: &AtomicBool) {
    let mut bytes = peer.message("A", &[(98, "0"), (108, "30")]);
    bytes.extend(peer.message("B", &[(58, "there")]));
    peer.next = 2;
    bytes.extend(peer.message("B", &[(43, "Y"), (122, "20260101-00:00:00"), (58, "there")]));
    bytes.extend(b"8=FIX.4.4\x019=5\x0135=0\x0110=000\x01");
    bytes.extend(peer.message("1", &[(112, "are you there")]));
    bytes.extend(peer.message("2", &[(7, "1"), (16, "0")]));
    // It may hang up at any of them.
    let _ = peer.stream.write_all(&bytes);
    // The Logon or the end: a connection that ends before it has found its session never reaches it.
    peer.receive();
    if method == "store_failed" {
        store_panics.store(true, Ordering::SeqCst);
        let bytes = peer.message("1", &[(112, "and now")]);
        let _ = peer.stream.write_all(&bytes);
    }
    if method == "connection_failed" {
        SockRef::from(&peer.stream).set_linger(Some(Duration::ZERO)).unwrap();
        return;
    }
    let _ = peer.stream.shutdown(std::net::Shutdown::Write);
    while peer.stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {}
}

fn a_panic_in_any_method_costs_the_connection_and_nothing_else(on: Adapter) {
    for method in METHODS {
        let (application, panicked) = fragile(Some(method));
        let (store, store_panics) = FragileStore::new();
        let setup = SessionSetup::new(acceptor_config(), application).with_store(store);
        let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
        let mut peer = Peer::connect(acceptor.local_addr(), desk());
        say_everything(&mut peer, method, &store_panics);
        drop(peer);
        panicked.recv_timeout(GENEROUS).unwrap_or_else(|_| panic!("{method} is never called"));
        let status = wait_down(&registry, &venue());
        assert!(status.enabled, "{method}");

        let mut again = Peer::connect(acceptor.local_addr(), desk());
        again.next = status.next_target.get();
        again.log_on();
        assert_eq!(again.receive().msg_type(), "A", "after a panic in {method}");
        again.send("1", &[(112, "alive")]);
        while again.receive().msg_type() != "0" {}
        let shutting_down = std::thread::spawn(move || acceptor.shut_down(GENEROUS));
        again.log_out_second();
        assert_eq!(shutting_down.join().unwrap(), Ok(()), "after a panic in {method}");
    }
}

fn a_panic_over_a_failed_attempt_does_not_end_the_dialling(on: Adapter) {
    let (application, panicked) = fragile(Some("connect_failed"));
    let options = InitiatorOptions {
        reconnect_interval: Duration::from_millis(10),
        reconnect_limit: Duration::from_millis(10),
        ..InitiatorOptions::to("in memory")
    };
    let (registry, line) = (Registry::new(), Line::default());
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), application);
    let _initiator = on.initiate_over(line.clone(), setup, options, &registry).unwrap();
    panicked.recv_timeout(GENEROUS).unwrap();
    let (here, _there) = pipe(1 << 12);
    line.lock().unwrap().push_back(here);
    wait(&registry, &desk(), "connected", |status| status.connection == 1);
}

on_both_adapters!(
    a_panic_in_any_method_costs_the_connection_and_nothing_else,
    a_panic_over_a_failed_attempt_does_not_end_the_dialling,
);
