//! Connections and ports that the system refuses: each is told, and costs nothing else.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use sansfix::BeginString;
use sansfix::config::{Config, Identity, Role};
use sansfix_registry::Registry;
use sansfix_runtime::inbox::Told;
use sansfix_runtime::{
    AcceptorOptions, Inbox, InitiatorOptions, SessionSetup, SocketOptions, WhyRefused, channel, pipe,
};
use socket2::{Domain, Socket, Type};

use crate::host::{Adapter, Initiator, on_both_adapters};
use crate::peer::{InMemory, Peer};
use crate::{GENEROUS, Silent, accept_with, acceptor_config, desk};

/// An initiator that dials again and again, and what it tells.
fn dial(on: Adapter, options: InitiatorOptions) -> (Initiator, Inbox) {
    let (forward, inbox) = channel(16);
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), forward.session(&desk()));
    let options = InitiatorOptions { reconnect_interval: Duration::from_millis(10), ..options };
    (on.initiate(setup, options, &Registry::new()).unwrap(), inbox)
}

/// Why it could not connect, twice: it goes on trying.
fn fails_to_connect(inbox: &Inbox) -> String {
    let mut told = Vec::new();
    while told.len() < 2 {
        if let Told::ConnectFailed(why) = inbox.take(GENEROUS).expect("nothing is told").told {
            told.push(String::from(why));
        }
    }
    assert_eq!(told[0], told[1]);
    told.swap_remove(0)
}

/// 192.0.2.1 is nobody's: it is for documentation (RFC 5737).
fn an_address_that_the_machine_does_not_have_is_told(on: Adapter) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap();
    let local = Some(SocketAddr::from(([192, 0, 2, 1], 0)));
    let (_initiator, inbox) = dial(on, InitiatorOptions { local, ..InitiatorOptions::to(to) });
    let why = fails_to_connect(&inbox);
    assert!(why.starts_with(&format!("{to}: ")), "{why}");
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "it connects from elsewhere");
}

/// Linux takes no probes after less than a second.
#[cfg(target_os = "linux")]
fn an_option_that_the_system_refuses_is_told_for_each_connection(on: Adapter) {
    let socket = SocketOptions { keepalive: Some(Duration::ZERO), ..SocketOptions::default() };
    let (tell, refusals) = mpsc::channel();
    let options = AcceptorOptions {
        socket: socket.clone(),
        refused: Some(Arc::new(move |refused| {
            tell.send((refused.from, matches!(refused.why, WhyRefused::Failed(_)))).unwrap();
        })),
        ..AcceptorOptions::default()
    };
    let (acceptor, _registry) = accept_with(on, vec![SessionSetup::new(acceptor_config(), Silent)], options);
    for _ in 0..2 {
        let peer = Peer::connect(acceptor.local_addr(), desk());
        let from = peer.stream.local_addr().unwrap();
        assert_eq!(refusals.recv_timeout(GENEROUS).unwrap(), (Some(from), true));
        peer.ends_in_silence();
    }
    let to = acceptor.local_addr();
    let (_initiator, inbox) = dial(on, InitiatorOptions { socket, ..InitiatorOptions::to(to) });
    assert!(fails_to_connect(&inbox).starts_with(&format!("{to}: ")));
    assert!(refusals.try_recv().is_err(), "it connects all the same");
}

fn without_a_port_connections_are_admitted_and_bounded_as_at_one(on: Adapter) {
    let (tell, refusals) = mpsc::channel();
    let options = AcceptorOptions {
        max_strangers: 1,
        refused: Some(Arc::new(move |refused| tell.send(refused.to_string()).unwrap())),
        ..AcceptorOptions::default()
    };
    let acceptor = on.accept_without_port(vec![SessionSetup::new(acceptor_config(), Silent)], options);
    assert_eq!(acceptor.local_addr().to_string(), "0.0.0.0:0");
    let (near, far) = pipe(1 << 10);
    acceptor.admit(near);
    let (one_too_many, refused) = pipe(1 << 10);
    acceptor.admit(one_too_many);
    assert_eq!(
        refusals.recv_timeout(GENEROUS).unwrap(),
        "a connection from an unnamed place was refused: there are as many connections without a Logon as there may be"
    );
    Peer::over(InMemory(refused), desk()).ends_in_silence();
    let mut peer = Peer::over(InMemory(far), desk());
    peer.log_on();
    assert_eq!(peer.receive().msg_type(), "A");
    let shutting_down = std::thread::spawn(move || acceptor.shut_down(GENEROUS));
    peer.log_out_second();
    assert_eq!(shutting_down.join().unwrap(), Ok(()));
}

/// As many descriptors as the process may still open.
#[cfg(unix)]
fn every_descriptor() -> Vec<std::fs::File> {
    let mut files = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        files.push(file);
    }
    files
}

/// In a process of its own, which may open 100 descriptors: the others of this one need theirs.
#[cfg(unix)]
fn without_descriptors_nobody_is_accepted_and_afterwards_who_has_waited_is(on: Adapter) {
    const IN_ITS_OWN: &str = "SANSFIX_TEST_OF_DESCRIPTORS";
    if std::env::var_os(IN_ITS_OWN).is_none() {
        let name = std::thread::current().name().unwrap().to_owned();
        let tested = std::process::Command::new("sh")
            .args(["-c", "ulimit -n 100 && exec \"$0\" --exact \"$1\" --nocapture"])
            .args([std::env::current_exe().unwrap().as_os_str(), name.as_ref()])
            .env(IN_ITS_OWN, "")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&tested.stdout).into_owned();
        assert!(tested.status.success() && said.contains("1 passed"), "{tested:?}");
        return;
    }
    let other = Identity::new(BeginString::Fix44, "VENUE", "OTHER");
    let setups = vec![
        SessionSetup::new(acceptor_config(), Silent),
        SessionSetup::new(Config::new(Role::Acceptor, other.clone()), Silent),
    ];
    let (acceptor, _registry) = accept_with(on, setups, AcceptorOptions::default());
    let address = acceptor.local_addr();
    let mut before = Peer::logged_on(address, desk(), 1);
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let taken = every_descriptor();
    socket.connect(&address.into()).unwrap();
    let mut waiting = Peer::on(socket.into(), other.reversed());
    waiting.log_on();
    // Long enough to fail several times.
    std::thread::sleep(Duration::from_millis(200));
    before.send("1", &[(112, "still served")]);
    assert_eq!(before.receive().msg_type(), "0");
    waiting.stream.set_nonblocking(true).unwrap();
    let nothing = waiting.stream.peek(&mut [0]).unwrap_err();
    assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    waiting.stream.set_nonblocking(false).unwrap();
    drop(taken);
    assert_eq!(waiting.receive().msg_type(), "A");
}

on_both_adapters!(
    without_a_port_connections_are_admitted_and_bounded_as_at_one,
    an_address_that_the_machine_does_not_have_is_told,
    #[cfg(target_os = "linux")]
    an_option_that_the_system_refuses_is_told_for_each_connection,
    #[cfg(unix)]
    without_descriptors_nobody_is_accepted_and_afterwards_who_has_waited_is,
);
