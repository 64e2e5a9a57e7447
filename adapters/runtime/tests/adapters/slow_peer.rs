//! A peer that never reads stalls nothing: a Logout ends within its limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sansfix::Refused;
use sansfix_runtime::{AcceptorOptions, Application, Outlet, SessionSetup};

use crate::host::{Adapter, on_both_adapters};
use crate::peer::{Peer, text_of};
use crate::{GENEROUS, accept_with, acceptor_config, desk, venue, wait_down};

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
    // 0.7 s by its limits; the rest is for a machine that is busy.
    assert!(given.elapsed() < Duration::from_secs(5), "{:?}", given.elapsed());
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

on_both_adapters!(
    a_logout_ends_within_its_limits_though_the_peer_never_reads,
    a_peer_that_never_reads_is_noticed_when_it_goes,
);
