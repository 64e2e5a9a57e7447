//! A peer that never reads stalls nothing: a Logout ends within its limits.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sansfix::{Reason, Refused};
use sansfix_registry::{CommandOutcome, OwnedMessage};
use sansfix_runtime::inbox::Told;
use sansfix_runtime::{AcceptorOptions, Application, Outlet, SessionSetup, channel};

use crate::host::{Adapter, on_both_adapters};
use crate::inbox::until;
use crate::peer::{Came, Peer, text_of};
use crate::{GENEROUS, Silent, accept_with, acceptor_config, desk, venue, wait_down};

/// Sends until nothing more is taken.
struct Talkative {
    full: Arc<AtomicBool>,
}

impl Application for Talkative {
    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        let text = "x".repeat(10_000);
        for _ in 0..20 {
            if let Err(Refused::Full { .. }) = outlet.send(b"B", text_of(&text)) {
                self.full.store(true, Ordering::SeqCst);
                return;
            }
        }
    }
}

fn a_logout_ends_within_its_limits_though_the_peer_never_reads(on: Adapter) {
    let mut config = acceptor_config();
    config.limits.unsent_bytes = 1 << 20;
    config.limits.logout_timeout_ms = 500;
    config.limits.flush_timeout_ms = 200;
    let full = Arc::new(AtomicBool::new(false));
    let setup = SessionSetup::new(config, Talkative { full: full.clone() });
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let started = Instant::now();
    while !full.load(Ordering::SeqCst) {
        assert!(started.elapsed() < GENEROUS, "the output never fills");
        std::thread::sleep(Duration::from_millis(5));
    }
    let given = Instant::now();
    registry.logout(&venue(), "nobody listens").unwrap();
    let status = wait_down(&registry, &venue());
    // 0.7 s by its limits; the rest, up to what they are by default, is for a machine that is busy.
    assert!(given.elapsed() < Duration::from_secs(9), "{:?}", given.elapsed());
    assert!(!status.enabled);
    drop(peer);
}

fn a_peer_that_never_reads_is_noticed_when_it_goes(on: Adapter) {
    let mut config = acceptor_config();
    config.limits.unsent_bytes = 1 << 20;
    let full = Arc::new(AtomicBool::new(false));
    let setup = SessionSetup::new(config, Talkative { full: full.clone() });
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let started = Instant::now();
    while !full.load(Ordering::SeqCst) && started.elapsed() < GENEROUS {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(peer);
    wait_down(&registry, &venue());
}

/// What is refused uses no number, and is not lost behind the application's back.
fn a_full_output_is_told_and_takes_more_when_the_peer_reads(on: Adapter) {
    let mut config = acceptor_config();
    config.limits.unsent_bytes = 1 << 18;
    let (acceptor, registry) =
        accept_with(on, vec![SessionSetup::new(config, Silent)], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let news = OwnedMessage::new("B", format!("58={}\x01", "x".repeat(20_000)));
    let send = || registry.send(&venue(), news.clone()).unwrap().wait(GENEROUS).unwrap();
    let mut sent = 0;
    let unsent = loop {
        match send() {
            CommandOutcome::Sent(_) => sent += 1,
            CommandOutcome::NotSent(Refused::Full { unsent }) => break unsent,
            other => panic!("{other}"),
        }
        assert!(sent < 10_000, "the output never fills");
    };
    assert!((1 << 18..(1 << 18) + 30_000).contains(&unsent), "{unsent} bytes wait");
    let status = registry.status(&venue()).unwrap();
    assert!(status.logged_on, "a slow peer is not closed for that");
    assert_eq!(status.next_sender.get(), sent + 2);
    for n in 0..sent {
        assert!(matches!(peer.receive(), Came::Message { seq, .. } if seq == n + 2));
    }
    assert!(matches!(send(), CommandOutcome::Sent(seq) if seq.get() == sent + 2));
}

/// What the session itself must answer cannot be refused, so it has a bound of its own.
fn a_peer_that_asks_and_never_reads_is_closed_and_the_application_told_why(on: Adapter) {
    let (forward, inbox) = channel(64);
    let mut config = acceptor_config();
    config.limits.unsent_bytes = 1 << 16;
    let setup = SessionSetup::new(config, forward.session(&venue()));
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let id = "x".repeat(20_000);
    let mut asked = 0;
    loop {
        let question = peer.message("1", &[(112, &id)]);
        if peer.stream.write_all(&question).is_err() {
            break;
        }
        asked += 1;
        assert!(asked < 10_000, "it is never closed");
    }
    assert_eq!(wait_down(&registry, &venue()).ended, Some(Reason::OutputFull));
    let told = until(&inbox, |told| match told {
        Told::Ended(reason) => Some(reason),
        _ => None,
    });
    assert_eq!(told, Reason::OutputFull);
}

on_both_adapters!(
    a_full_output_is_told_and_takes_more_when_the_peer_reads,
    a_peer_that_asks_and_never_reads_is_closed_and_the_application_told_why,
    a_logout_ends_within_its_limits_though_the_peer_never_reads,
    a_peer_that_never_reads_is_noticed_when_it_goes,
);
