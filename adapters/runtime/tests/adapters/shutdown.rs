//! Ending in order: every session is logged out, within a limit, and stays what the operator wants it to be.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{BeginString, PhaseName, Verdict};
use sansfix_registry::{CommandError, CommandOutcome, OwnedMessage, Receipt, Registry};
use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, Outlet, SessionSetup, channel};

use crate::gate::GatedStore;
use crate::host::{Acceptor, Adapter, on_both_adapters};
use crate::peer::Peer;
use crate::{GENEROUS, Silent, accept, accept_with, acceptor_config, desk, venue, wait_logged_on};

fn venues(count: usize) -> Vec<Identity> {
    (0..count).map(|n| Identity::new(BeginString::Fix44, "VENUE", &format!("DESK{n}"))).collect()
}

fn a_shutdown_logs_every_session_out_and_ends_when_all_are_down(on: Adapter) {
    let stores: Vec<GatedStore> = (0..3).map(|_| GatedStore::default()).collect();
    let sessions = venues(3).into_iter().zip(&stores).map(|(venue, store)| {
        SessionSetup::new(Config::new(Role::Acceptor, venue), Silent).with_store(store.clone())
    });
    let (acceptor, registry) = accept_with(on, sessions.collect(), AcceptorOptions::default());
    let address = acceptor.local_addr();
    let peers: Vec<_> = venues(3)
        .into_iter()
        .map(|venue| {
            std::thread::spawn(move || {
                let mut peer = Peer::logged_on(address, venue.reversed(), 1);
                assert_eq!(peer.receive().msg_type(), "5");
                peer.send("5", &[]);
                peer.ends_in_silence();
            })
        })
        .collect();
    for venue in &venues(3) {
        wait_logged_on(&registry, venue);
    }
    assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));
    assert_eq!(registry.sessions(), []);
    peers.into_iter().for_each(|peer| peer.join().unwrap());
    for store in stores {
        let snapshot = store.snapshot();
        assert!(snapshot.intent.enabled, "nobody has disabled it");
        assert_eq!((snapshot.next_sender.get(), snapshot.next_target.get()), (3, 3));
    }
    assert!(std::net::TcpStream::connect(address).is_err(), "the port is closed");
}

fn a_peer_that_does_not_answer_is_named_when_the_limit_passes(on: Adapter) {
    let (acceptor, registry) =
        accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], AcceptorOptions::default());
    let _peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    let started = Instant::now();
    let not_down = acceptor.shut_down(Duration::from_millis(300)).unwrap_err();
    assert_eq!(not_down.0, [venue()]);
    assert!(not_down.to_string().contains("FIX.4.4:VENUE->DESK"), "{not_down}");
    // Its own Logout limit is 10 s.
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
}

fn an_initiator_logs_out_and_dials_no_more(on: Adapter) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let registry = Registry::new();
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), Silent);
    let options = InitiatorOptions::to(listener.local_addr().unwrap());
    let initiator = on.initiate(setup, options, &registry).unwrap();
    let peer = std::thread::spawn(move || {
        let mut peer = Peer::on(listener.accept().unwrap().0, venue());
        assert_eq!(peer.receive().msg_type(), "A");
        peer.log_on();
        assert_eq!(peer.receive().msg_type(), "5");
        peer.send("5", &[]);
        peer.ends_in_silence();
        listener.set_nonblocking(true).unwrap();
        listener.accept().map(|_| ()).map_err(|error| error.kind())
    });
    wait_logged_on(&registry, &desk());
    assert_eq!(initiator.shut_down(GENEROUS), Ok(()));
    assert_eq!(registry.sessions(), []);
    assert_eq!(peer.join().unwrap(), Err(std::io::ErrorKind::WouldBlock));
}

fn commands_that_are_open_at_the_end_are_told_so_and_later_ones_are_errors(on: Adapter) {
    let registry = Registry::new();
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), Silent);
    let refused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options =
        InitiatorOptions { reconnect_interval: Duration::from_secs(3600), ..InitiatorOptions::to(refused) };
    let initiator = on.initiate(setup, options, &registry).unwrap();
    assert_eq!(registry.logon(&desk()).unwrap().wait(GENEROUS), Some(CommandOutcome::NoConnection));
    assert_eq!(initiator.shut_down(GENEROUS), Ok(()));
    assert_eq!(registry.logon(&desk()).unwrap_err(), CommandError::Unknown(desk()));
}

fn sessions_come_and_go_while_others_run(on: Adapter) {
    let (acceptor, registry) =
        accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], AcceptorOptions::default());
    let mut staying = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let other = Identity::new(BeginString::Fix44, "VENUE", "OTHER");
    let setup = || SessionSetup::new(Config::new(Role::Acceptor, other.clone()), Silent);
    for _ in 0..2 {
        acceptor.add(setup()).unwrap();
        assert!(acceptor.add(setup()).is_err(), "it is there already");
        let (address, reversed) = (acceptor.local_addr(), other.reversed());
        let peer = std::thread::spawn(move || {
            let mut peer = Peer::logged_on(address, reversed, 1);
            assert_eq!(peer.receive().msg_type(), "5");
            peer.send("5", &[]);
            peer.ends_in_silence();
        });
        wait_logged_on(&registry, &other);
        assert_eq!(acceptor.remove(&other, GENEROUS), Ok(true));
        peer.join().unwrap();
        assert_eq!(registry.sessions(), [venue()]);
        let mut late = Peer::connect(acceptor.local_addr(), other.reversed());
        late.log_on();
        late.ends_in_silence();
    }
    assert_eq!(acceptor.remove(&other, GENEROUS), Ok(false));
    staying.send("1", &[(112, "still here")]);
    assert_eq!(staying.receive().msg_type(), "0");
    assert_eq!(registry.status(&venue()).unwrap().phase, PhaseName::Active);
}

fn the_port_can_be_listened_on_again_at_once(on: Adapter) {
    let mut address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // They are kept, since what runs in them is gone with them.
    let mut runtimes = Vec::new();
    for _ in 0..50 {
        let listener = TcpListener::bind(address).unwrap();
        address = listener.local_addr().unwrap();
        let acceptor = on.accept(listener, vec![], AcceptorOptions::default(), &Registry::new()).unwrap();
        runtimes.push(acceptor.runtime());
        assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));
    }
}

fn a_session_that_is_made_as_the_acceptor_ends_ends_too(on: Adapter) {
    let (asked, asking) = mpsc::channel();
    let (go_on, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    let unknown = move |_: &Message<'_>, _| {
        asked.send(()).unwrap();
        wait.lock().unwrap().recv_timeout(GENEROUS).unwrap();
        Some(SessionSetup::new(acceptor_config(), Silent))
    };
    let options = AcceptorOptions { unknown: Some(Arc::new(unknown)), ..AcceptorOptions::default() };
    let (acceptor, registry) = accept_with(on, vec![], options);
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    peer.log_on();
    asking.recv_timeout(GENEROUS).unwrap();
    drop(peer);
    let runtime = acceptor.runtime();
    if on == Adapter::Blocking {
        // Its thread that accepts is waited for.
        go_on.send(()).unwrap();
    }
    assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));
    let _ = go_on.send(());
    let started = Instant::now();
    while !registry.sessions().is_empty() {
        assert!(started.elapsed() < GENEROUS, "it runs on, and nobody owns it");
        std::thread::yield_now();
    }
    drop(runtime);
}

/// Drops its own acceptor.
struct Last(Arc<Mutex<Option<Acceptor>>>, mpsc::Sender<()>);

impl Application for Last {
    fn message<'a>(&'a mut self, _message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        drop(self.0.lock().unwrap().take());
        self.1.send(()).unwrap();
        Verdict::Accept
    }
}

fn an_acceptor_that_is_dropped_inside_a_handler_ends_and_does_not_wait_for_itself(on: Adapter) {
    let place = Arc::new(Mutex::new(None));
    let (dropped, is_dropped) = mpsc::channel();
    let (acceptor, registry) = accept(on, Last(place.clone(), dropped));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let _runtime = acceptor.runtime();
    place.lock().unwrap().replace(acceptor);
    peer.news("that was the last one");
    is_dropped.recv_timeout(GENEROUS).expect("it waits for itself");
    peer.ends_in_silence();
    let started = Instant::now();
    while !registry.sessions().is_empty() {
        assert!(started.elapsed() < GENEROUS, "it does not end");
        std::thread::yield_now();
    }
}

fn commands_that_race_with_a_removal_have_an_outcome_or_an_error(on: Adapter) {
    let (acceptor, registry) = accept(on, Silent);
    let (over, receipts) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let command = |give: &dyn Fn() -> Result<Receipt, CommandError>| {
        while !over.load(Ordering::SeqCst) {
            match give() {
                Ok(receipt) => receipts.lock().unwrap().push(receipt),
                Err(CommandError::Unknown(_) | CommandError::Busy) => std::thread::yield_now(),
                Err(other) => panic!("{other}"),
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| command(&|| registry.logout(&venue(), "now")));
        scope.spawn(|| command(&|| registry.logon(&venue())));
        scope.spawn(|| command(&|| registry.send(&venue(), OwnedMessage::new("B", "58=x\x01"))));
        for _ in 0..50 {
            assert_eq!(acceptor.remove(&venue(), GENEROUS), Ok(true));
            acceptor.add(SessionSetup::new(acceptor_config(), Silent)).unwrap();
        }
        over.store(true, Ordering::SeqCst);
    });
    assert_eq!(acceptor.remove(&venue(), GENEROUS), Ok(true));
    for receipt in receipts.into_inner().unwrap() {
        assert!(receipt.outcome().is_some(), "its session is gone, and nothing will ever be told");
    }
    assert_eq!(registry.sessions(), []);
}

/// The first has ended by itself, so another of its identity can be added while it is removed.
fn a_removal_that_meets_an_addition_ends_whichever_it_finds(on: Adapter) {
    let (acceptor, registry) = accept_with(on, vec![], AcceptorOptions::default());
    for _ in 0..50 {
        let (forward, inbox) = channel(1);
        drop(inbox);
        acceptor.add(SessionSetup::new(acceptor_config(), forward.session(&venue()))).unwrap();
        let started = Instant::now();
        while !registry.sessions().is_empty() {
            assert!(started.elapsed() < GENEROUS, "it does not end");
            std::thread::yield_now();
        }
        std::thread::scope(|scope| {
            scope.spawn(|| acceptor.add(SessionSetup::new(acceptor_config(), Silent)).unwrap());
            assert_eq!(acceptor.remove(&venue(), GENEROUS), Ok(true));
        });
        acceptor.remove(&venue(), GENEROUS).unwrap();
        assert_eq!(registry.sessions(), []);
    }
}

on_both_adapters!(
    a_removal_that_meets_an_addition_ends_whichever_it_finds,
    commands_that_race_with_a_removal_have_an_outcome_or_an_error,
    an_acceptor_that_is_dropped_inside_a_handler_ends_and_does_not_wait_for_itself,
    the_port_can_be_listened_on_again_at_once,
    a_session_that_is_made_as_the_acceptor_ends_ends_too,
    a_shutdown_logs_every_session_out_and_ends_when_all_are_down,
    a_peer_that_does_not_answer_is_named_when_the_limit_passes,
    an_initiator_logs_out_and_dials_no_more,
    commands_that_are_open_at_the_end_are_told_so_and_later_ones_are_errors,
    sessions_come_and_go_while_others_run,
);
