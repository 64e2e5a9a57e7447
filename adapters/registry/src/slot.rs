//! Where a connection is handed to the owner of its session, and where the owner is told to end.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::mailbox::Bell;
use crate::sync::{Mutex, MutexGuard};

/// What the owner of a session is asked to do. The later ones are the more urgent.
///
/// ```
/// assert!(sansfix_registry::Ask::ShutDown < sansfix_registry::Ask::Stop);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ask {
    /// Go on.
    Run,
    /// Log out, wait for that, and end.
    ShutDown,
    /// End, without a Logout.
    Stop,
}

/// Holds one connection `T` of a session: from the moment it is handed over until the session's owner releases the
/// slot. So one identity has one connection at most, without a lock that is held for as long.
///
/// Whoever accepts connections hands them over as a [`Caller`]; the owner, which is woken by its mailbox's bell, does
/// [`Self::take`] and [`Self::release`].
///
/// ```
/// use std::{sync::Arc, task::{Context, Poll, Waker}};
/// use sansfix::{BeginString, Config, Session, Snapshot, config::{Identity, Role}};
/// use sansfix_registry::{Ask, Registry, Slot};
///
/// # if sansfix_registry::LOOM { return Ok(()); }
/// let identity = Identity::new(BeginString::Fix44, "US", "THEM");
/// let session = Session::new(Config::new(Role::Acceptor, identity.clone()).into(), Snapshot::new(0));
/// let mailbox = Registry::new().register(identity, session.status())?;
/// let slot = Arc::new(Slot::new(mailbox.bell()));
/// let context = &mut Context::from_waker(Waker::noop());
///
/// let (mut first, mut second) = (Some("a connection"), Some("another"));
/// assert_eq!(Slot::caller(&slot).poll_offer(context, &mut first), Poll::Ready(()));
/// let mut caller = Slot::caller(&slot);
/// assert_eq!(caller.poll_offer(context, &mut second), Poll::Pending, "it is taken");
///
/// // The owner, which has been woken:
/// assert_eq!(slot.take(), Some("a connection"));
/// assert_eq!(caller.poll_offer(context, &mut second), Poll::Pending, "and stays so");
/// slot.release();
/// assert_eq!(caller.poll_offer(context, &mut second), Poll::Ready(()));
///
/// slot.ask(Ask::ShutDown);
/// let mut third = Some("a third");
/// assert_eq!(Slot::caller(&slot).poll_offer(context, &mut third), Poll::Ready(()));
/// assert_eq!(third, Some("a third"), "nobody wants it any more");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Slot<T> {
    state: Mutex<State<T>>,
    bell: Bell,
}

#[derive(Debug)]
struct State<T> {
    /// A connection has been handed over and is not released yet.
    taken: bool,
    waiting: Option<T>,
    ask: Ask,
    /// Those who have a connection to hand over and found the slot taken.
    callers: BTreeMap<u64, Waker>,
    last_caller: u64,
}

impl<T> Slot<T> {
    /// A free slot, whose owner is woken by `bell`.
    #[must_use]
    pub fn new(bell: Bell) -> Self {
        let (waiting, callers) = (None, BTreeMap::new());
        let state = State { taken: false, waiting, ask: Ask::Run, callers, last_caller: 0 };
        Self { state: Mutex::new(state), bell }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Someone with a connection to hand over.
    #[must_use]
    pub fn caller(slot: &Arc<Self>) -> Caller<T> {
        Caller { slot: slot.clone(), number: None }
    }

    /// The connection that has been handed over. The slot stays taken until [`Self::release`].
    #[must_use]
    pub fn take(&self) -> Option<T> {
        self.lock().waiting.take()
    }

    /// The connection is over: the next one can be handed over. One that is handed over and not taken yet stays.
    pub fn release(&self) {
        let callers = {
            let mut state = self.lock();
            state.taken = state.waiting.is_some();
            std::mem::take(&mut state.callers)
        };
        if !seeded!(ReleaseWakesNobody) {
            callers.into_values().for_each(Waker::wake);
        }
    }

    /// Asks the owner to end. What was asked first stands, unless this is more urgent.
    pub fn ask(&self, ask: Ask) {
        let callers = {
            let mut state = self.lock();
            state.ask = state.ask.max(ask);
            std::mem::take(&mut state.callers)
        };
        if !seeded!(AskWakesNobody) {
            callers.into_values().for_each(Waker::wake);
        }
        self.bell.ring();
    }

    /// What the owner has been asked to do.
    #[must_use]
    pub fn asked(&self) -> Ask {
        self.lock().ask
    }

    /// How many wait to be woken.
    #[cfg(test)]
    pub(crate) fn callers(&self) -> usize {
        self.lock().callers.len()
    }
}

/// Someone with a connection to hand over. The slot forgets it when it is dropped, however long a session stays
/// connected. An example stands at [`Slot`].
#[derive(Debug)]
pub struct Caller<T> {
    slot: Arc<Slot<T>>,
    /// Under which the slot knows whom to wake.
    number: Option<u64>,
}

impl<T> Caller<T> {
    /// Takes the connection out of `connection` when the slot is free; else the waker is woken when it is worth
    /// another try. One that is left there when this is ready is not wanted any more: the owner has been asked to end.
    pub fn poll_offer(&mut self, context: &mut Context<'_>, connection: &mut Option<T>) -> Poll<()> {
        let waker = context.waker().clone();
        let mut state = self.slot.lock();
        if state.ask == Ask::Run && state.taken && !seeded!(TakenIsOverwritten) {
            state.last_caller += 1;
            let number = *self.number.get_or_insert(state.last_caller);
            let before = state.callers.insert(number, waker);
            drop(state);
            drop(before);
            return Poll::Pending;
        }
        if state.ask == Ask::Run {
            state.waiting = connection.take();
            state.taken = state.waiting.is_some();
        }
        drop(state);
        if !seeded!(OfferNotRung) {
            self.slot.bell.ring();
        }
        Poll::Ready(())
    }
}

impl<T> Drop for Caller<T> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let waker = self.slot.lock().callers.remove(&number);
        drop(waker);
    }
}
