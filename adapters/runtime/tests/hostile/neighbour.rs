//! A session beside the hostile one, which must be served whatever the other does.

use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, Status};
use sansfix_registry::Registry;
use sansfix_runtime::{AcceptorOptions, SessionSetup};

use crate::host::{Acceptor, Adapter};
use crate::peer::Peer;
use crate::{Echo, GENEROUS, MEMORY, venue};

/// How often the neighbour must be served while the other is at it.
const SERVED: u64 = 100;

/// An acceptor with the session of the hostile counterparty, and that of its neighbour, which is logged on.
pub(crate) struct Ground {
    acceptor: Acceptor,
    registry: Registry,
    neighbour: Mutex<Peer>,
}

impl Ground {
    pub(crate) fn new(on: Adapter, session: SessionSetup, options: AcceptorOptions) -> Self {
        let identity = Identity::new(BeginString::Fix44, "VENUE", "NEIGHBOUR");
        let mut config = Config::new(Role::Acceptor, identity.clone());
        // It says so much that keeping it would be all that is seen of the memory.
        config.persist_messages = false;
        let beside = SessionSetup::new(config, Echo);
        let (registry, listener) = (Registry::new(), TcpListener::bind("127.0.0.1:0").unwrap());
        let acceptor = on.accept(listener, vec![session, beside], options, &registry).unwrap();
        let neighbour = Mutex::new(Peer::logged_on(acceptor.local_addr(), identity.reversed(), 1));
        Self { acceptor, registry, neighbour }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.acceptor.local_addr()
    }

    /// Where the session of the hostile counterparty is once this holds.
    pub(crate) fn wait(&self, until: impl Fn(&Status) -> bool) -> Status {
        let (status, holds) = self.registry.wait(&venue(), GENEROUS, until).unwrap();
        assert!(holds, "{status:?}");
        status
    }

    /// Attacks again and again, until that is enough and the neighbour was served often enough meanwhile. The memory
    /// of the process is looked at all the while.
    pub(crate) fn serve_beside(&self, mut attack: impl FnMut() -> bool + Send) {
        let served = AtomicU64::new(0);
        let mut neighbour = self.neighbour.lock().unwrap();
        let before = resident_kib();
        let mut most = before;
        thread::scope(|scope| {
            let served = &served;
            let attacker = scope.spawn(move || while !attack() || served.load(Ordering::SeqCst) < SERVED {});
            while !attacker.is_finished() {
                neighbour.news("still served");
                assert_eq!(neighbour.receive().msg_type(), "B");
                served.fetch_add(1, Ordering::SeqCst);
                most = most.max(resident_kib());
            }
        });
        let served = served.load(Ordering::SeqCst);
        println!("the neighbour was served {served} times; {} KiB more in memory", most - before);
        assert!(served >= SERVED);
        assert!(most - before < MEMORY, "{} KiB more in memory", most - before);
    }
}

/// Memory of this process that is in RAM, KiB; 0 where the system does not say.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
