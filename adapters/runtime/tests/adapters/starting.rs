//! What cannot be started and says why, and what is stopped without a Logout.

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use sansfix::config::{Config, Identity, Role};
use sansfix::dictionary::Validator;
use sansfix::{Batch, SeqNum, SeqRange, Snapshot};
use sansfix_registry::{CommandError, Registry};
use sansfix_runtime::dictionary_xml::read_dictionary_file;
use sansfix_runtime::{
    AcceptorOptions, InitiatorOptions, SessionSetup, StartError, Store, StoreError, Stored,
};

use crate::host::{Adapter, on_both_adapters};
use crate::initiator::listen;
use crate::peer::Peer;
use crate::{GENEROUS, Silent, accept, accept_with, acceptor_config, desk, venue, wait_logged_on};

fn initiating() -> SessionSetup {
    SessionSetup::new(Config::new(Role::Initiator, desk()), Silent)
}

fn accepting() -> SessionSetup {
    SessionSetup::new(acceptor_config(), Silent)
}

/// A store that cannot be read.
struct Unreadable;

impl Store for Unreadable {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        Err(StoreError { doing: "load", why: "as this test wants it".into() })
    }

    fn save(&mut self, _batch: &Batch<'_>) -> Result<(), StoreError> {
        panic!("a session runs whose store cannot be read")
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        _limit: u32,
        _sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        Ok(range.end)
    }
}

/// Why an acceptor of these sessions does not start. Nothing of it stays.
fn not_accepted(on: Adapter, sessions: Vec<SessionSetup>) -> StartError {
    let registry = Registry::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let error = on.accept(listener, sessions, AcceptorOptions::default(), &registry).unwrap_err();
    assert!(TcpStream::connect(address).is_err(), "the port is open after {error}");
    assert_eq!(registry.sessions(), [], "a session runs after {error}");
    error
}

/// The same of an initiator.
fn not_initiated(on: Adapter, session: SessionSetup, options: InitiatorOptions) -> StartError {
    let registry = Registry::new();
    let error = on.initiate(session, options, &registry).unwrap_err();
    assert_eq!(registry.sessions(), [], "a session runs after {error}");
    error
}

fn what_cannot_be_started_says_why_and_leaves_nothing(on: Adapter) {
    let error = not_accepted(on, vec![accepting(), initiating()]);
    assert!(matches!(&error, StartError::Role { identity } if **identity == desk()), "{error:?}");
    let address = || InitiatorOptions::to("127.0.0.1:1");
    let error = not_initiated(on, accepting(), address());
    assert!(matches!(&error, StartError::Role { identity } if **identity == venue()), "{error:?}");
    assert!(error.to_string().contains("initiator sessions with Initiator"), "{error}");

    let nowhere = InitiatorOptions { addresses: Vec::new(), ..address() };
    let error = not_initiated(on, initiating(), nowhere);
    assert!(matches!(&error, StartError::NoAddress { identity } if **identity == desk()), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the session FIX.4.4:DESK->VENUE has no address to connect to: give InitiatorOptions::addresses at least one"
    );

    let error = not_accepted(on, vec![accepting(), accepting()]);
    assert!(matches!(error, StartError::AlreadyRegistered(_)), "{error:?}");
    let error = not_accepted(on, vec![accepting().with_store(Unreadable)]);
    assert_eq!(error.to_string(), "the store could not load: as this test wants it");
    let error = not_initiated(on, initiating().with_store(Unreadable), address());
    assert!(matches!(error, StartError::Store(_)), "{error:?}");
}

fn a_second_initiator_of_a_session_is_refused_and_the_first_goes_on(on: Adapter) {
    let (address, connections) = listen();
    let registry = Registry::new();
    let first = on.initiate(initiating(), InitiatorOptions::to(&address), &registry).unwrap();
    let error = on.initiate(initiating(), InitiatorOptions::to(&address), &registry).unwrap_err();
    assert!(matches!(error, StartError::AlreadyRegistered(_)), "{error:?}");
    let mut peer = connections.recv_timeout(GENEROUS).unwrap();
    assert_eq!(peer.receive().msg_type(), "A");
    peer.log_on();
    wait_logged_on(&registry, first.identity().unwrap());
}

/// Waits until no session of this identity is there any more.
fn gone(registry: &Registry, identity: &Identity) {
    let started = Instant::now();
    while registry.is_logged_on(identity) != Err(CommandError::Unknown(identity.clone())) {
        assert!(started.elapsed() < GENEROUS, "{identity} never ends");
        std::thread::yield_now();
    }
}

fn a_stopped_acceptor_closes_everything_without_a_logout(on: Adapter) {
    let (acceptor, registry) = accept(on, Silent);
    let address = acceptor.local_addr();
    let peer = Peer::logged_on(address, desk(), 1);
    wait_logged_on(&registry, &venue());
    assert!(format!("{acceptor:?}").contains(&format!("address: Some({address})")), "{acceptor:?}");
    let runtime = acceptor.runtime();
    acceptor.stop();
    peer.ends_in_silence();
    gone(&registry, &venue());
    let started = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(started.elapsed() < GENEROUS, "the port stays open");
    }
    drop(runtime);
}

fn a_stopped_initiator_closes_without_a_logout_and_dials_no_more(on: Adapter) {
    let (address, connections) = listen();
    let registry = Registry::new();
    let options =
        InitiatorOptions { reconnect_interval: Duration::from_millis(10), ..InitiatorOptions::to(address) };
    let initiator = on.initiate(initiating(), options, &registry).unwrap();
    assert_eq!(initiator.identity(), Some(&desk()));
    assert!(format!("{initiator:?}").contains("DESK"), "{initiator:?}");
    let mut peer = connections.recv_timeout(GENEROUS).unwrap();
    assert_eq!(peer.receive().msg_type(), "A");
    peer.log_on();
    wait_logged_on(&registry, &desk());
    let runtime = initiator.stop();
    peer.ends_in_silence();
    gone(&registry, &desk());
    // Far longer than it would wait before it dials again.
    assert!(connections.recv_timeout(Duration::from_millis(300)).is_err(), "it dials though it is stopped");
    drop(runtime);
}

const SOON: Duration = Duration::from_millis(100);

fn a_peer_that_does_not_answer_holds_up_a_removal_and_an_initiator_up_to_the_limit(on: Adapter) {
    let (acceptor, registry) = accept(on, Silent);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    let not_down = acceptor.remove(&venue(), SOON).unwrap_err();
    assert_eq!(not_down.0, [venue()]);
    assert_eq!(peer.receive().msg_type(), "5");
    peer.ends_in_silence();
    gone(&registry, &venue());
    assert_eq!(acceptor.remove(&venue(), SOON), Ok(false), "it is removed all the same");

    let (address, connections) = listen();
    let initiator = on.initiate(initiating(), InitiatorOptions::to(address), &registry).unwrap();
    let mut peer = connections.recv_timeout(GENEROUS).unwrap();
    assert_eq!(peer.receive().msg_type(), "A");
    peer.log_on();
    wait_logged_on(&registry, &desk());
    let not_down = initiator.shut_down(SOON).unwrap_err();
    assert_eq!(not_down.to_string(), "not logged out in time: FIX.4.4:DESK->VENUE");
    assert_eq!(peer.receive().msg_type(), "5");
    peer.ends_in_silence();
}

fn a_shutdown_may_take_as_long_as_it_takes(on: Adapter) {
    let (acceptor, registry) = accept(on, Silent);
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    let shutting_down = std::thread::spawn(move || acceptor.shut_down(Duration::MAX));
    peer.log_out_second();
    assert_eq!(shutting_down.join().unwrap(), Ok(()));
    assert_eq!(registry.sessions(), []);
}

/// An order needs a ClOrdID(11).
fn a_session_with_a_dictionary_rejects_what_breaks_it(on: Adapter) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/dictionaries/fix4.xml");
    let dictionary = read_dictionary_file(file.as_ref()).unwrap();
    let setup = accepting().with_validator(Validator::new(dictionary.into()));
    let shown = format!("{setup:?}");
    assert!(shown.contains("VENUE") && shown.contains("DESK"), "{shown}");
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.send("D", &[(55, "IBM"), (54, "1"), (38, "100"), (40, "1")]);
    assert_eq!(peer.receive().msg_type(), "3");
    assert_eq!(wait_logged_on(&registry, &venue()).next_target.get(), 3, "it is counted");
}

on_both_adapters!(
    a_session_with_a_dictionary_rejects_what_breaks_it,
    what_cannot_be_started_says_why_and_leaves_nothing,
    a_second_initiator_of_a_session_is_refused_and_the_first_goes_on,
    a_stopped_acceptor_closes_everything_without_a_logout,
    a_stopped_initiator_closes_without_a_logout_and_dials_no_more,
    a_peer_that_does_not_answer_holds_up_a_removal_and_an_initiator_up_to_the_limit,
    a_shutdown_may_take_as_long_as_it_takes,
);
