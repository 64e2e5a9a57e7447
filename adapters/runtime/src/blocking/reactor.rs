//! Where a thread waits for its sockets, a waker and a deadline at once.
//!
//! A socket joins the reactor of the thread that asks it for bytes, so that it can go from one thread to another.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::task::{Wake, Waker};
use std::time::Duration;

use mio::event::Source;
use mio::{Events, Interest, Poll, Registry, Token};

/// Told when the waker was woken.
pub(super) const WOKEN: Token = Token(usize::MAX);

/// How many events are taken at a time; more come with the next wait.
const EVENTS: usize = 256;

pub(super) struct Reactor {
    poll: Poll,
    events: Events,
    registry: Arc<Registry>,
    waker: Waker,
}

struct Awaken(mio::Waker);

impl Wake for Awaken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // It fails only when the system has no memory left, and there is nobody to tell.
        let _ = self.0.wake();
    }
}

thread_local! {
    /// The reactor that sockets join, and under which name.
    static CURRENT: RefCell<Option<(Arc<Registry>, Token)>> = const { RefCell::new(None) };
}

impl Reactor {
    pub(super) fn new() -> io::Result<Self> {
        let poll = Poll::new()?;
        let registry = Arc::new(poll.registry().try_clone()?);
        let waker = Waker::from(Arc::new(Awaken(mio::Waker::new(poll.registry(), WOKEN)?)));
        Ok(Self { poll, events: Events::with_capacity(EVENTS), registry, waker })
    }

    /// Ends the wait, the current one or the next.
    pub(super) fn waker(&self) -> Waker {
        self.waker.clone()
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// From here on, sockets that are asked for bytes on this thread are waited for here, under this name.
    pub(super) fn enter(&self, token: Token) {
        CURRENT.with_borrow_mut(|current| match current {
            Some((registry, name)) if Arc::ptr_eq(registry, &self.registry) => *name = token,
            other => *other = Some((self.registry.clone(), token)),
        });
    }

    /// Waits for a socket or the waker, at most for `limit`. Which it was: none when the limit has passed.
    pub(super) fn wait(&mut self, limit: Option<Duration>) -> impl Iterator<Item = Token> + '_ {
        if self.poll.poll(&mut self.events, limit).is_err() {
            // Interrupted by a signal: as if there had been nothing.
            self.events.clear();
        }
        self.events.iter().map(mio::event::Event::token)
    }
}

/// A socket's place in a reactor.
#[derive(Default)]
pub(super) struct Membership {
    joined: Option<Arc<Registry>>,
}

impl Membership {
    /// Sees to it that `socket` is waited for by the reactor of this thread.
    pub(super) fn keep(&mut self, socket: &mut impl Source) -> io::Result<()> {
        CURRENT.with_borrow(|current| {
            let Some((registry, token)) = current else { return Ok(()) };
            if self.joined.as_ref().is_some_and(|joined| Arc::ptr_eq(joined, registry)) {
                return Ok(());
            }
            if let Some(before) = self.joined.take() {
                before.deregister(socket)?;
            }
            registry.register(socket, *token, Interest::READABLE | Interest::WRITABLE)?;
            self.joined = Some(registry.clone());
            Ok(())
        })
    }
}
