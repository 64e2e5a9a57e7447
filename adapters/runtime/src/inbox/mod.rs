//! The channel form of an application: what happens to sessions is taken from a queue, on any thread or in any task,
//! and messages are answered when the taker likes.
//!
//! Decides what waits in the queue and what does not fit, and what becomes of messages that nobody answers. It is one
//! [`crate::Application`] like any other ([`SessionForward`]), so both adapters have it, and sessions with and without it
//! can run side by side.
//!
//! - **Throttling.** A session has at most one message in the queue or in the taker's hands. While that is not answered
//!   the session looks at no further input; what it sends, commands, deadlines and the end of the connection go on. So
//!   who takes nothing more, or answers nothing more, throttles the counterparty. An end that stands behind more than the
//!   input holds shows when the message is answered.
//! - **A message that is dropped unanswered** (the taker's thread panics, say) closes its session's connection without
//!   a Logout, as a panic of an [`crate::Application`] does. It has not taken effect: it comes again with the same number
//!   after the next logon. A Logon that is dropped is refused in silence.
//! - **An answer that comes too late**, since the connection has ended, has no effect. [`Told::Withdrawn`] says so
//!   before [`Told::Ended`], and the message comes again with the same number. So a number that was answered and then
//!   withdrawn can come twice: whoever acts on a message keeps the number with what it has led to.
//! - **What is not a message** (changes of state, garbled bytes, failures) is told when there is room; beyond
//!   `bound`, [`Told::Missed`] takes its place. The state is in the registry all the same.
//! - **When the [`Inbox`] is dropped** its sessions log out and end, as at a shutdown; one whose message was still in
//!   the queue is closed without a Logout, and gets the message again when it is started again.
//! - **Sending** goes through [`sansfix_registry::Registry::send`]. What is sent before an answer is given leaves
//!   together with it.
//!
//! ```
//! use sansfix::{BeginString, config::{Config, Identity, Role}};
//! use sansfix_runtime::{SessionSetup, channel, inbox::{NothingTaken, Told}};
//! use std::time::Duration;
//!
//! let identity = Identity::new(BeginString::Fix44, "VENUE", "DESK");
//! let (forward, inbox) = channel(64);
//! let setup = SessionSetup::new(Config::new(Role::Acceptor, identity.clone()), forward.session(&identity));
//! drop(forward); // No more sessions: the inbox is over when this one has ended.
//! // An acceptor is started with it. On any thread:
//! # drop(setup);
//! loop {
//!     match inbox.take(Duration::from_secs(1)) {
//!         Ok(taken) => match taken.told {
//!             Told::Message(message) => message.accept(),
//!             other => println!("{}: {other:?}", taken.session),
//!         },
//!         Err(NothingTaken::TimedOut) => println!("a quiet second"),
//!         Err(NothingTaken::Over) => break,
//!     }
//! }
//! ```

mod delivery;
mod forward;
mod queue;
mod told;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use queue::Queue;

pub use delivery::Delivery;
pub use forward::{Forward, LogonFields, MayResend, SessionForward};
pub use told::{MOST_GARBLED_BYTES, Taken, Told};

/// A queue between sessions and whoever takes from it. `bound` is how many things that are no messages may wait, of all
/// sessions together (0 counts as 1; ignored bytes have half of it); messages wait one for each session beside that.
/// Example: [`crate::inbox`].
#[must_use]
pub fn channel(bound: usize) -> (Forward, Inbox) {
    let queue = Arc::new(Queue::new(bound.max(1)));
    (Forward::new(queue.clone()), Inbox { queue })
}

/// Where what happens to sessions is taken from, in the order in which it happened to each. Taking needs no exclusive
/// access: several threads or tasks can share one. Example: [`crate::inbox`] on a thread, [`NextTaken`] in a task.
pub struct Inbox {
    queue: Arc<Queue>,
}

/// Why nothing was taken.
///
/// ```
/// use std::time::Duration;
/// use sansfix_runtime::{channel, inbox::NothingTaken};
///
/// let (forward, inbox) = channel(64);
/// assert_eq!(inbox.take(Duration::ZERO).unwrap_err(), NothingTaken::TimedOut);
/// drop(forward); // and there never was a session
/// assert_eq!(inbox.take(Duration::MAX).unwrap_err(), NothingTaken::Over);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NothingTaken {
    /// Nothing came within the limit.
    #[error("nothing came in time")]
    TimedOut,
    /// Every [`Forward`] and every session with one of it is gone, and everything has been taken.
    #[error("every session has ended")]
    Over,
}

impl Inbox {
    /// The next, waiting at most for `limit`: zero does not wait, [`Duration::MAX`] does as long as it takes.
    ///
    /// # Errors
    /// [`NothingTaken`]
    pub fn take(&self, limit: Duration) -> Result<Taken, NothingTaken> {
        self.queue.take(limit)
    }

    /// The next, as a [`Future`] of any runtime; `None` when all is over. One that is dropped before it is ready has
    /// taken nothing.
    pub fn next(&self) -> NextTaken<'_> {
        NextTaken { queue: &self.queue, key: None }
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox").field("waiting", &self.queue.len()).finish()
    }
}

/// Waits for the next; made by [`Inbox::next`].
///
/// ```
/// use std::pin::pin;
/// use std::task::{Context, Poll, Waker};
/// use sansfix_runtime::channel;
///
/// let (forward, inbox) = channel(64);
/// let mut context = Context::from_waker(Waker::noop());
/// let mut next = pin!(inbox.next()); // inbox.next().await, in a task
/// assert!(next.as_mut().poll(&mut context).is_pending());
/// drop(forward);
/// assert!(matches!(next.poll(&mut context), Poll::Ready(None)));
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct NextTaken<'i> {
    queue: &'i Queue,
    /// Under which name the waker is kept.
    key: Option<u64>,
}

impl Future for NextTaken<'_> {
    type Output = Option<Taken>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Taken>> {
        let queue = self.queue;
        queue.poll(&mut self.key, context.waker())
    }
}

impl Drop for NextTaken<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.queue.forget(key);
        }
    }
}
