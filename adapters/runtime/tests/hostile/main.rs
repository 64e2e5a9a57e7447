//! Counterparties that trickle, flood, never end a message or never read cost themselves: another session on the same
//! acceptor is served all the while, and memory stays bounded. On both adapters.
//!
//! A process of its own, so that the memory it takes is that of these tests.

#[allow(dead_code)] // Shared with the tests in `adapters`.
#[path = "../adapters/host.rs"]
mod host;
mod neighbour;
#[allow(dead_code)]
#[path = "../adapters/peer.rs"]
mod peer;

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sansfix::config::{Config, Identity, Role};
use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix::{BeginString, PhaseName, Reason, Refused, Verdict};
use sansfix_runtime::{AcceptorOptions, Application, Outlet, SessionSetup};

use host::{Adapter, on_both_adapters};
use neighbour::Ground;
use peer::{Peer, text_of};

/// Far more than any wait here takes.
const GENEROUS: Duration = Duration::from_secs(30);

/// What all of it together may take, KiB: some multiple of the limits of a session, and far less than what is sent.
const MEMORY: u64 = 32 << 10;

/// The acceptor's session of the hostile counterparty.
fn venue() -> Identity {
    Identity::new(BeginString::Fix44, "VENUE", "HOSTILE")
}

fn hostile() -> Identity {
    venue().reversed()
}

fn config() -> Config {
    Config::new(Role::Acceptor, venue())
}

/// Sends News back.
struct Echo;

impl Application for Echo {
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let _ = outlet.send(message.msg_type(), |body| {
            body.field(TEXT, message.get(TEXT).unwrap_or(b"-"));
        });
        Verdict::Accept
    }
}

fn slow_loris_is_cut_off_before_and_after_its_logon(on: Adapter) {
    let options = AcceptorOptions { logon_timeout: Duration::from_secs(1), ..Default::default() };
    let ground = Ground::new(on, SessionSetup::new(config(), Echo), options);
    let address = ground.address();
    let mut strangers: Vec<_> = (0..40)
        .map(|_| {
            let mut peer = Peer::connect(address, hostile());
            let logon = peer.message("A", &[(98, "0"), (108, "30")]);
            (peer, logon.into_iter())
        })
        .collect();
    let mut known = Peer::connect(address, hostile());
    known.send("A", &[(98, "0"), (108, "1")]);
    assert_eq!(known.receive().msg_type(), "A");
    let mut news = known.message("B", &[(58, &"x".repeat(10_000))]).into_iter();
    ground.serve_beside(|| {
        // A byte each, now and then; those who have been cut off find it out when they write.
        strangers.retain_mut(|(peer, bytes)| {
            bytes.next().is_some_and(|byte| peer.stream.write_all(&[byte]).is_ok())
        });
        let cut_off = news.next().is_none_or(|byte| known.stream.write_all(&[byte]).is_err());
        std::thread::sleep(Duration::from_millis(20));
        strangers.is_empty() && cut_off
    });
    let status = ground.wait(|status| status.phase == PhaseName::Disconnected);
    assert_eq!(status.ended, Some(Reason::TestRequestTimeout), "half a message is no sign of life");
    assert_eq!(status.next_target.get(), 2, "nothing of it was taken");
}

fn a_flood_of_half_open_connections_has_its_bound_and_bars_nobody_else(on: Adapter) {
    let ground = Ground::new(on, SessionSetup::new(config(), Echo), AcceptorOptions::default());
    let address = ground.address();
    let (mut open, mut made) = (Vec::new(), 0);
    ground.serve_beside(|| {
        for _ in 0..50 {
            // Refused when more wait at the port than may.
            open.extend(TcpStream::connect_timeout(&address, GENEROUS));
            made += 1;
        }
        let old = open.len().saturating_sub(500);
        open.drain(..old);
        made >= 3_000
    });
    // They take the room of one address, and nobody else's.
    let mut peer = Peer::on(connect_from([127, 0, 0, 2], address), hostile());
    peer.log_on();
    assert_eq!(peer.receive().msg_type(), "A");
    peer.log_out();
}

/// A connection from another address of this machine.
fn connect_from(from: [u8; 4], to: SocketAddr) -> TcpStream {
    let runtime = host::Runtime::new();
    let stream = runtime.block_on(async {
        let socket = ::tokio::net::TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        socket.connect(to).await?.into_std()
    });
    let stream = stream.unwrap();
    stream.set_nonblocking(false).unwrap();
    stream
}

fn an_endless_message_is_cut_off_before_its_logon(on: Adapter) {
    let ground = Ground::new(on, SessionSetup::new(config(), Echo), AcceptorOptions::default());
    let (address, mut cut_off) = (ground.address(), 0);
    let beginnings: [&[u8]; 3] = [b"", b"8=FIX.4.4", b"8=FIX.4.4\x019=999999999\x0135=A\x0158="];
    ground.serve_beside(|| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(beginnings[cut_off % 3]).unwrap();
        // Until it is closed: 16 KiB are enough for a Logon. What still comes then is dropped for a second.
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
        cut_off += 1;
        cut_off >= 6
    });
    assert_eq!(ground.wait(|_| true).connection, 0, "the session never heard of them");
}

fn bytes_without_an_end_are_passed_over_on_a_live_session(on: Adapter) {
    let ground = Ground::new(on, SessionSetup::new(config(), Echo), AcceptorOptions::default());
    let mut peer = Peer::logged_on(ground.address(), hostile(), 1);
    let mut sent = 0;
    ground.serve_beside(|| {
        peer.stream.write_all(&[b'x'; 256 << 10]).unwrap();
        sent += 256 << 10;
        sent >= 128 << 20
    });
    // What is no message ends where one begins.
    peer.news("and now in earnest");
    assert_eq!(peer.receive().msg_type(), "B");
}

fn a_message_that_announces_more_than_may_be_ends_its_session(on: Adapter) {
    let ground = Ground::new(on, SessionSetup::new(config(), Echo), AcceptorOptions::default());
    let (address, mut next, mut ended) = (ground.address(), 1, 0);
    ground.serve_beside(|| {
        let mut peer = Peer::logged_on(address, hostile(), next);
        peer.stream.write_all(b"8=FIX.4.4\x019=1999999999\x0135=B\x0158=").unwrap();
        while peer.stream.write_all(&[b'x'; 64 << 10]).is_ok() {}
        let status = ground.wait(|status| status.phase == PhaseName::Disconnected);
        assert_eq!(status.ended, Some(Reason::MessageTooLong));
        next = status.next_target.get();
        ended += 1;
        ended >= 3
    });
}

/// Sends until nothing more is taken.
struct Talkative;

impl Application for Talkative {
    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        let text = "x".repeat(10_000);
        while !matches!(outlet.send(b"B", text_of(&text)), Err(Refused::Full { .. } | Refused::NotActive)) {}
    }
}

fn a_peer_that_never_reads_and_asks_ever_more_is_cut_off(on: Adapter) {
    let mut config = config();
    config.limits.unsent_bytes = 1 << 20;
    // What is kept for resending is the store's, and no part of this.
    config.persist_messages = false;
    let ground = Ground::new(on, SessionSetup::new(config, Talkative), AcceptorOptions::default());
    let (address, mut next, mut ended) = (ground.address(), 1, 0);
    let question = "q".repeat(2_000);
    ground.serve_beside(|| {
        let mut peer = Peer::connect(address, hostile());
        peer.next = next;
        peer.log_on();
        loop {
            let bytes = peer.message("1", &[(112, &question)]);
            if peer.stream.write_all(&bytes).is_err() {
                break;
            }
        }
        let status = ground.wait(|status| status.phase == PhaseName::Disconnected);
        assert_eq!(status.ended, Some(Reason::OutputFull));
        next = status.next_target.get();
        ended += 1;
        ended >= 2
    });
}

on_both_adapters!(
    slow_loris_is_cut_off_before_and_after_its_logon,
    a_flood_of_half_open_connections_has_its_bound_and_bars_nobody_else,
    an_endless_message_is_cut_off_before_its_logon,
    bytes_without_an_end_are_passed_over_on_a_live_session,
    a_message_that_announces_more_than_may_be_ends_its_session,
    a_peer_that_never_reads_and_asks_ever_more_is_cut_off,
);
