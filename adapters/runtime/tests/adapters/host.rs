//! The same sessions on either adapter: every test of this directory runs on both.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sansfix::config::Identity;
use sansfix_registry::Registry;
use sansfix_runtime::{
    AcceptorOptions, InitiatorOptions, NotDown, Pipe, SessionSetup, StartError, Transport, blocking,
    tokio_adapter,
};

/// Connections for an initiator.
pub(crate) type Line = Arc<Mutex<VecDeque<Pipe>>>;

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
    Tokio(tokio_adapter::Acceptor, Arc<Runtime>),
}

/// An initiator of either adapter, with the runtime it needs.
#[derive(Debug)]
pub(crate) enum Initiator {
    Blocking(blocking::Initiator),
    Tokio(tokio_adapter::Initiator, Runtime),
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
                Ok(Acceptor::Tokio(acceptor, Arc::new(runtime)))
            }
        }
    }

    /// The same without a port.
    pub(crate) fn accept_without_port(
        self,
        sessions: Vec<SessionSetup>,
        options: AcceptorOptions,
    ) -> Acceptor {
        match self {
            Self::Blocking => {
                let acceptor = blocking::Acceptor::without_port(sessions, options, &Registry::new());
                Acceptor::Blocking(acceptor.unwrap())
            }
            Self::Tokio => {
                let runtime = Runtime::new();
                let inside = runtime.enter();
                let acceptor = tokio_adapter::Acceptor::without_port(sessions, options, &Registry::new());
                drop(inside);
                Acceptor::Tokio(acceptor.unwrap(), Arc::new(runtime))
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

    /// An initiator whose attempts take connections out of `line`, the oldest first, and fail when there is none.
    pub(crate) fn initiate_over(
        self,
        line: Line,
        session: SessionSetup,
        options: InitiatorOptions,
        registry: &Registry,
    ) -> Result<Initiator, StartError> {
        let take = move || line.lock().unwrap().pop_front().ok_or(ErrorKind::ConnectionRefused.into());
        match self {
            Self::Blocking => blocking::Initiator::start_with(session, options, registry, move |_| take())
                .map(Initiator::Blocking),
            Self::Tokio => {
                let runtime = Runtime::new();
                let inside = runtime.enter();
                let connect = move |_| std::future::ready(take());
                let initiator = tokio_adapter::Initiator::start_with(session, options, registry, connect)?;
                drop(inside);
                Ok(Initiator::Tokio(initiator, runtime))
            }
        }
    }
}

impl Acceptor {
    pub(crate) fn add(&self, session: SessionSetup) -> Result<(), StartError> {
        match self {
            Self::Blocking(acceptor) => acceptor.add(session),
            Self::Tokio(acceptor, runtime) => {
                let _inside = runtime.enter();
                acceptor.add(session)
            }
        }
    }

    pub(crate) fn remove(&self, identity: &Identity, limit: Duration) -> Result<bool, NotDown> {
        match self {
            Self::Blocking(acceptor) => acceptor.remove(identity, limit),
            Self::Tokio(acceptor, runtime) => runtime.block_on(acceptor.remove(identity, limit)),
        }
    }

    pub(crate) fn shut_down(self, limit: Duration) -> Result<(), NotDown> {
        match self {
            Self::Blocking(acceptor) => acceptor.shut_down(limit),
            Self::Tokio(acceptor, runtime) => runtime.block_on(acceptor.shut_down(limit)),
        }
    }

    pub(crate) fn stop(self) {
        match self {
            Self::Blocking(acceptor) => acceptor.stop(),
            Self::Tokio(acceptor, _) => acceptor.stop(),
        }
    }

    /// Takes a connection that did not come through the port.
    pub(crate) fn admit(&self, transport: impl Transport + 'static) {
        match self {
            Self::Blocking(acceptor) => acceptor.admit(transport, None),
            Self::Tokio(acceptor, runtime) => {
                let _inside = runtime.enter();
                acceptor.admit(transport, None);
            }
        }
    }

    /// What its tasks run on. They end with the last of these, whatever they are doing.
    pub(crate) fn runtime(&self) -> Option<Arc<Runtime>> {
        match self {
            Self::Blocking(_) => None,
            Self::Tokio(_, runtime) => Some(runtime.clone()),
        }
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        match self {
            Self::Blocking(acceptor) => acceptor.local_addr(),
            Self::Tokio(acceptor, _) => acceptor.local_addr(),
        }
    }
}

impl Initiator {
    pub(crate) fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Blocking(initiator) => initiator.identity(),
            Self::Tokio(initiator, _) => initiator.identity(),
        }
    }

    /// Returns what its tasks run on: they end with it, whatever they are doing.
    pub(crate) fn stop(self) -> Option<Runtime> {
        match self {
            Self::Blocking(initiator) => {
                initiator.stop();
                None
            }
            Self::Tokio(initiator, runtime) => {
                initiator.stop();
                Some(runtime)
            }
        }
    }

    pub(crate) fn shut_down(self, limit: Duration) -> Result<(), NotDown> {
        match self {
            Self::Blocking(initiator) => initiator.shut_down(limit),
            Self::Tokio(initiator, runtime) => runtime.block_on(initiator.shut_down(limit)),
        }
    }
}

/// Makes a test of each function for each adapter.
macro_rules! on_both_adapters {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {
        mod blocking {
            $($(#[$meta])*
            #[test]
            fn $name() {
                super::$name(crate::host::Adapter::Blocking);
            })*
        }
        mod tokio {
            $($(#[$meta])*
            #[test]
            fn $name() {
                super::$name(crate::host::Adapter::Tokio);
            })*
        }
    };
}
pub(crate) use on_both_adapters;
