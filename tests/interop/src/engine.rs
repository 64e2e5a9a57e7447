//! What runs our session: either adapter, in either role, over plain TCP or TLS.

use std::net::{Ipv4Addr, TcpListener};

use sansfix_registry::Registry;
use sansfix_runtime::{AcceptorOptions, InitiatorOptions, SessionSetup, blocking, tokio_adapter};
use tokio::runtime::{Builder, Runtime};

use crate::case::Driver;

/// A running acceptor or initiator. Stopped when dropped.
#[derive(Debug)]
pub(crate) enum Engine {
    Acceptor { _running: blocking::Acceptor },
    Initiator { _running: blocking::Initiator },
    // With the runtime it needs, which ends with it.
    TokioAcceptor { _running: tokio_adapter::Acceptor, _runtime: Runtime },
    TokioInitiator { _running: tokio_adapter::Initiator, _runtime: Runtime },
}

impl Engine {
    /// An acceptor on a free port, and that port.
    pub(crate) fn accept(
        driver: Driver,
        setup: SessionSetup,
        options: AcceptorOptions,
        registry: &Registry,
    ) -> (Self, u16) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let engine = match driver {
            Driver::Blocking => {
                let running = blocking::Acceptor::start(listener, vec![setup], options, registry);
                Self::Acceptor { _running: running.expect("an acceptor") }
            }
            Driver::Tokio => {
                let runtime = runtime();
                let inside = runtime.enter();
                listener.set_nonblocking(true).expect("a listener that does not wait");
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener of tokio's");
                let running = tokio_adapter::Acceptor::start(listener, vec![setup], options, registry);
                drop(inside);
                Self::TokioAcceptor { _running: running.expect("an acceptor"), _runtime: runtime }
            }
        };
        (engine, port)
    }

    /// An initiator.
    pub(crate) fn connect(
        driver: Driver,
        setup: SessionSetup,
        options: InitiatorOptions,
        registry: &Registry,
    ) -> Self {
        match driver {
            Driver::Blocking => {
                let running = blocking::Initiator::start(setup, options, registry);
                Self::Initiator { _running: running.expect("an initiator") }
            }
            Driver::Tokio => {
                let runtime = runtime();
                let inside = runtime.enter();
                let running = tokio_adapter::Initiator::start(setup, options, registry);
                drop(inside);
                Self::TokioInitiator { _running: running.expect("an initiator"), _runtime: runtime }
            }
        }
    }
}

/// One thread for each session, as the other adapter has.
fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a tokio runtime")
}
