//! What strangers and silence may cost.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{BeginString, tags};
use sansfix_runtime::{AcceptorOptions, Application, MemoryStore, Outlet, SessionSetup};

use crate::host::{Adapter, on_both_adapters};
use crate::peer::Peer;
use crate::{Echo, GENEROUS, Silent, accept_with, acceptor_config, desk, venue, wait_logged_on};

/// Options that keep a list of those who were sent away.
fn listing(options: AcceptorOptions) -> (AcceptorOptions, Arc<Mutex<Vec<String>>>) {
    let list = Arc::new(Mutex::new(Vec::new()));
    let told = list.clone();
    let refused = move |refused: &sansfix_runtime::Refused| {
        assert!(refused.from.is_some_and(|from| from.ip().is_loopback()), "{refused}");
        told.lock().unwrap().push(refused.why.to_string());
    };
    (AcceptorOptions { refused: Some(Arc::new(refused)), ..options }, list)
}

fn wait_for(list: &Mutex<Vec<String>>, part: &str) {
    let started = Instant::now();
    while !list.lock().unwrap().iter().any(|why| why.contains(part)) {
        assert!(started.elapsed() < GENEROUS, "{part:?} is not in {:?}", list.lock().unwrap());
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn everybody_who_is_sent_away_is_told_of(on: Adapter) {
    let options = AcceptorOptions { logon_timeout: Duration::from_millis(300), ..Default::default() };
    let (options, list) = listing(options);
    let (acceptor, _registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], options);
    let connect = || Peer::connect(acceptor.local_addr(), desk());

    connect().ends_in_silence();
    wait_for(&list, "did not come in time");
    let mut noise = connect();
    noise.stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    noise.ends_in_silence();
    wait_for(&list, "cannot be read");
    let mut no_logon = connect();
    no_logon.news("hello");
    no_logon.ends_in_silence();
    wait_for(&list, "no Logon");
    let mut unknown = Peer::connect(acceptor.local_addr(), Identity::new(BeginString::Fix44, "X", "Y"));
    unknown.log_on();
    unknown.ends_in_silence();
    wait_for(&list, "names no session");
    drop(TcpStream::connect(acceptor.local_addr()).unwrap());
    wait_for(&list, "ended before");
    let _first = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let mut second = connect();
    second.log_on();
    second.ends_in_silence();
    wait_for(&list, "has a connection already");
}

fn one_address_cannot_take_the_room_of_all(on: Adapter) {
    let options = AcceptorOptions { max_strangers: 100, max_strangers_per_address: 3, ..Default::default() };
    let (options, list) = listing(options);
    let (acceptor, _registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], options);
    let _idle = [(); 3].map(|()| Peer::connect(acceptor.local_addr(), desk()));
    Peer::connect(acceptor.local_addr(), desk()).ends_in_silence();
    wait_for(&list, "from its address");
}

/// The counterparties that trickle, flood or never read are served beside one that behaves.
fn hostile_connections_cost_only_themselves(on: Adapter) {
    let options = AcceptorOptions { logon_timeout: GENEROUS, ..Default::default() };
    let (acceptor, _registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Echo)], options);
    let address = acceptor.local_addr();
    let trickling: Vec<_> = (0..20)
        .map(|_| {
            let mut peer = Peer::connect(address, desk());
            let logon = peer.message("A", &[(98, "0"), (108, "30")]);
            peer.stream.write_all(&logon[..10]).unwrap();
            (peer, logon)
        })
        .collect();
    let half_open: Vec<_> = (0..30).map(|_| TcpStream::connect(address).unwrap()).collect();
    let mut endless = Peer::connect(address, desk());
    let _ = endless.stream.write_all(&[b'8'; 64 << 10]);

    let mut good = Peer::logged_on(address, desk(), 1);
    for (n, (peer, logon)) in trickling.iter().enumerate() {
        (&peer.stream).write_all(&logon[10 + n..11 + n]).unwrap();
        good.news("still served");
        assert_eq!(good.receive().msg_type(), "B");
    }
    drop(half_open);
}

/// Makes a session for whoever knows the password. Whoever does not leaves nothing behind: no session, no store, no
/// entry in the registry; and it has reset nothing, though its Logon asks for that.
fn unknown_counterparties_get_a_session_when_the_application_lets_them(on: Adapter) {
    let stores = Arc::new(AtomicUsize::new(0));
    let opened = stores.clone();
    let options = AcceptorOptions {
        unknown: Some(Arc::new(move |logon, from| {
            assert!(from.is_some());
            let theirs = |tag| String::from_utf8(logon.header_field(tag).unwrap().to_vec()).unwrap();
            let ours = Identity::new(BeginString::Fix44, &theirs(56), &theirs(49));
            let says = (logon.get(sansfix::tags::USERNAME), logon.get(sansfix::tags::PASSWORD));
            if says != (Some(b"clerk"), Some(b"secret")) {
                return None;
            }
            opened.fetch_add(1, Ordering::SeqCst);
            Some(SessionSetup::new(Config::new(Role::Acceptor, ours), Echo).with_store(MemoryStore::new()))
        })),
        max_sessions: 1,
        ..Default::default()
    };
    let (options, list) = listing(options);
    let (acceptor, registry) = accept_with(on, Vec::new(), options);
    for password in ["guess", ""] {
        let mut liar = Peer::connect(acceptor.local_addr(), desk());
        liar.send("A", &[(98, "0"), (108, "30"), (141, "Y"), (553, "clerk"), (554, password)]);
        liar.ends_in_silence();
    }
    wait_for(&list, "names no session");
    assert_eq!((registry.sessions(), stores.load(Ordering::SeqCst)), (vec![], 0));
    let known = [(98, "0"), (108, "30"), (553, "clerk"), (554, "secret")];
    for seq in [1, 3] {
        let mut peer = Peer::connect(acceptor.local_addr(), desk());
        peer.next = seq;
        peer.send("A", &known);
        assert_eq!(peer.receive().msg_type(), "A");
        wait_logged_on(&registry, &venue());
        peer.log_out();
    }
    assert_eq!(registry.sessions(), [venue()], "the second time it was known");
    let one_more = Identity::new(BeginString::Fix44, "ANOTHER", "VENUE");
    let mut peer = Peer::connect(acceptor.local_addr(), one_more);
    peer.send("A", &known);
    peer.ends_in_silence();
    wait_for(&list, "as many sessions as there may be");
    assert_eq!(stores.load(Ordering::SeqCst), 1);
}

fn an_address_that_may_not_connect_is_closed_before_it_has_said_anything(on: Adapter) {
    let allowed = Some(vec!["192.0.2.1".parse().unwrap()]);
    let (options, list) = listing(AcceptorOptions { allowed, ..Default::default() });
    let (acceptor, _registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], options);
    Peer::connect(acceptor.local_addr(), desk()).ends_in_silence();
    wait_for(&list, "not one of those that may connect");
}

/// Counts its turns.
struct Counting(Arc<AtomicUsize>);

impl Application for Counting {
    fn turn(&mut self, _outlet: &mut Outlet<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn an_idle_session_does_nothing(on: Adapter) {
    let turns = Arc::new(AtomicUsize::new(0));
    let setup = SessionSetup::new(acceptor_config(), Counting(turns.clone()));
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    peer.send("1", &[(112, "awake")]);
    assert_eq!(peer.receive().msg_type(), "0");
    let settled = turns.load(Ordering::SeqCst);
    std::thread::sleep(Duration::from_secs(1));
    let idle = turns.load(Ordering::SeqCst) - settled;
    // The turn that sent the Heartbeat may still have been under way.
    assert!(idle <= 3, "{idle} turns in an idle second");
}

fn an_error_of_an_address_is_told(on: Adapter) {
    struct Told(std::sync::mpsc::Sender<String>);
    impl Application for Told {
        fn connect_failed(&mut self, error: &sansfix_runtime::ConnectError) {
            let _ = self.0.send(error.to_string());
        }
    }
    let (tell, told) = std::sync::mpsc::channel();
    let refused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let options = sansfix_runtime::InitiatorOptions {
        addresses: vec![refused.clone(), "no port".into()],
        ..sansfix_runtime::InitiatorOptions::to("")
    };
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), Told(tell));
    let _initiator = on.initiate(setup, options, &sansfix_registry::Registry::new()).unwrap();
    assert!(told.recv_timeout(GENEROUS).unwrap().starts_with(&format!("{refused}: ")));
    assert!(told.recv_timeout(GENEROUS).unwrap().starts_with("no port: "));
}

fn a_panic_over_a_stranger_costs_that_stranger_and_nobody_else(on: Adapter) {
    let (options, list) = listing(AcceptorOptions::default());
    let told = options.refused.clone().unwrap();
    let unknown = |logon: &Message<'_>, _| {
        assert!(logon.header_field(tags::SENDER_COMP_ID) != Some(b"POISON"), "as this test wants it");
        None
    };
    let refused = move |refused: &sansfix_runtime::Refused| {
        told(refused);
        panic!("as this test wants it");
    };
    let options =
        AcceptorOptions { unknown: Some(Arc::new(unknown)), refused: Some(Arc::new(refused)), ..options };
    let (acceptor, _registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], options);
    let poison = Identity::new(BeginString::Fix44, "POISON", "VENUE");
    let mut stranger = Peer::connect(acceptor.local_addr(), poison);
    stranger.log_on();
    stranger.ends_in_silence();
    wait_for(&list, "panicked");
    Peer::logged_on(acceptor.local_addr(), desk(), 1).log_out();
}

on_both_adapters!(
    a_panic_over_a_stranger_costs_that_stranger_and_nobody_else,
    everybody_who_is_sent_away_is_told_of,
    one_address_cannot_take_the_room_of_all,
    hostile_connections_cost_only_themselves,
    unknown_counterparties_get_a_session_when_the_application_lets_them,
    an_address_that_may_not_connect_is_closed_before_it_has_said_anything,
    an_idle_session_does_nothing,
    an_error_of_an_address_is_told,
);
