//! The same sessions on either adapter: every test of this directory runs on both.

use std::net::{SocketAddr, TcpListener};

use sansfix_registry::Registry;
use sansfix_runtime::{AcceptorOptions, InitiatorOptions, SessionSetup, StartError, blocking, tokio_adapter};

/// Which adapter a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Adapter {
    Blocking,
    Tokio,
}

/// An acceptor of either adapter, with the runtime it needs.
#[derive(Debug)]
pub(crate) enum Acceptor {
    Blocking(blocking::Acceptor),
    Tokio(tokio_adapter::Acceptor, #[allow(dead_code, reason = "kept alive")] Runtime),
}

/// An initiator of either adapter, with the runtime it needs.
#[derive(Debug)]
pub(crate) enum Initiator {
    Blocking(#[allow(dead_code, reason = "kept alive")] blocking::Initiator),
    Tokio(
        #[allow(dead_code, reason = "kept alive")] tokio_adapter::Initiator,
        #[allow(dead_code, reason = "kept alive")] Runtime,
    ),
}

/// A runtime whose tasks end with it.
#[derive(Debug)]
pub(crate) struct Runtime(tokio::runtime::Runtime);

impl Runtime {
    pub(crate) fn new() -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        Self(builder.worker_threads(2).enable_all().build().unwrap())
    }
}

impl std::ops::Deref for Runtime {
    type Target = tokio::runtime::Runtime;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Adapter {
    pub(crate) fn accept(
        self,
        listener: TcpListener,
        sessions: Vec<SessionSetup>,
        options: AcceptorOptions,
        registry: &Registry,
    ) -> Result<Acceptor, StartError> {
        match self {
            Self::Blocking => {
                blocking::Acceptor::start(listener, sessions, options, registry).map(Acceptor::Blocking)
            }
            Self::Tokio => {
                let runtime = Runtime::new();
                let inside = runtime.enter();
                listener.set_nonblocking(true)?;
                let listener = tokio::net::TcpListener::from_std(listener)?;
                let acceptor = tokio_adapter::Acceptor::start(listener, sessions, options, registry)?;
                drop(inside);
                Ok(Acceptor::Tokio(acceptor, runtime))
            }
        }
    }

    pub(crate) fn initiate(
        self,
        session: SessionSetup,
        options: InitiatorOptions,
        registry: &Registry,
    ) -> Result<Initiator, StartError> {
        match self {
            Self::Blocking => blocking::Initiator::start(session, options, registry).map(Initiator::Blocking),
            Self::Tokio => {
                let runtime = Runtime::new();
                let inside = runtime.enter();
                let initiator = tokio_adapter::Initiator::start(session, options, registry)?;
                drop(inside);
                Ok(Initiator::Tokio(initiator, runtime))
            }
        }
    }
}

impl Acceptor {
    pub(crate) fn local_addr(&self) -> SocketAddr {
        match self {
            Self::Blocking(acceptor) => acceptor.local_addr(),
            Self::Tokio(acceptor, _) => acceptor.local_addr(),
        }
    }
}

/// Makes a test of each function for each adapter.
macro_rules! on_both_adapters {
    ($($name:ident),* $(,)?) => {
        mod blocking {
            $(#[test]
            fn $name() {
                super::$name(crate::host::Adapter::Blocking);
            })*
        }
        mod tokio {
            $(#[test]
            fn $name() {
                super::$name(crate::host::Adapter::Tokio);
            })*
        }
    };
}
pub(crate) use on_both_adapters;
