//! When an initiator dials, and where to.
//!
//! An attempt tries each address once. After it, or after its connection, the next waits: each time twice as long as
//! before, up to a limit, until a logon has completed. A Logon command does not wait, nor does the first attempt of a
//! period of session time.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::dial_options::{AddressOrder, ConnectError, InitiatorOptions};
use super::transport::Transport;
use crate::socket;

/// A connection on its way.
pub(crate) type Connecting = Pin<Box<dyn Future<Output = io::Result<Box<dyn Transport>>> + Send>>;

/// Begins to connect to an address.
pub(crate) type Connector = Box<dyn FnMut(&str) -> Connecting + Send>;

pub(crate) struct Dialling {
    options: InitiatorOptions,
    connector: Connector,
    /// The address the next attempt begins with.
    first: usize,
    attempt: Option<Attempt>,
    /// No attempt before this, on the monotonic clock, nanoseconds.
    next: u64,
    /// The next attempt does not wait, whatever `next` says.
    at_once: bool,
    /// What the next wait takes.
    interval: Duration,
}

struct Attempt {
    opening: Opening,
    address: usize,
    /// How many addresses are left after this one.
    left: usize,
    /// When it must be over, on the monotonic clock, nanoseconds.
    limit: u64,
}

/// A connection on its way, until it can be used.
type Opening = Pin<Box<dyn Future<Output = Result<Box<dyn Transport>, Unopened>> + Send>>;

struct Unopened {
    why: io::Error,
    transport: Option<Box<dyn Transport>>,
}

/// What an attempt has come to.
pub(crate) enum Dialled {
    Connected(Box<dyn Transport>),
    /// At this address; the next is being tried.
    Failed(Failure),
    /// At this address, the last.
    GivenUp(Failure),
}

/// An address that did not lead to a connection.
pub(crate) struct Failure {
    pub(crate) error: ConnectError,
    /// What was connected all the same, and is still to be told why it is closed.
    pub(crate) transport: Option<Box<dyn Transport>>,
}

impl Dialling {
    pub(crate) fn new(options: InitiatorOptions, connector: Connector) -> Self {
        let interval = options.reconnect_interval;
        Self { options, connector, first: 0, attempt: None, next: 0, at_once: false, interval }
    }

    pub(crate) fn is_dialling(&self) -> bool {
        self.attempt.is_some()
    }

    /// No attempt before this.
    pub(crate) fn next(&self) -> u64 {
        if self.at_once { 0 } else { self.next }
    }

    /// The next attempt does not wait, even if a connection ends first.
    pub(crate) fn at_once(&mut self) {
        self.at_once = true;
        self.interval = self.options.reconnect_interval;
    }

    /// A logon has completed: the next wait is short again.
    pub(crate) fn logged_on(&mut self) {
        self.interval = self.options.reconnect_interval;
    }

    /// A connection or an attempt has ended.
    pub(crate) fn wait_from(&mut self, mono_ns: u64) {
        let wait = u64::try_from(self.interval.as_nanos()).unwrap_or(u64::MAX);
        self.next = mono_ns.saturating_add(wait);
        let longest = self.options.reconnect_limit.max(self.options.reconnect_interval);
        self.interval = self.interval.saturating_mul(2).min(longest);
    }

    /// When the attempt at the current address must be over.
    pub(crate) fn limit(&self) -> Option<u64> {
        self.attempt.as_ref().map(|attempt| attempt.limit)
    }

    pub(crate) fn begin(&mut self, mono_ns: u64) {
        let count = self.options.addresses.len();
        if let (None, true) = (&self.attempt, count > 0) {
            self.at_once = false;
            self.try_address(self.first % count, count - 1, mono_ns);
        }
    }

    pub(crate) fn give_up(&mut self) {
        self.attempt = None;
    }

    fn try_address(&mut self, address: usize, left: usize, mono_ns: u64) {
        if let Some(text) = self.options.addresses.get(address) {
            let timeout = u64::try_from(self.options.connect_timeout.as_nanos()).unwrap_or(u64::MAX);
            let opening = Box::pin(open((self.connector)(text), self.options.clone(), text.clone()));
            let limit = mono_ns.saturating_add(timeout);
            self.attempt = Some(Attempt { opening, address, left, limit });
        }
    }

    pub(crate) fn poll(&mut self, context: &mut Context<'_>, mono_ns: u64) -> Poll<Dialled> {
        let Some(attempt) = &mut self.attempt else { return Poll::Pending };
        let (address, left) = (attempt.address, attempt.left);
        let opened = match attempt.opening.as_mut().poll(context) {
            Poll::Ready(opened) => opened,
            Poll::Pending if attempt.limit <= mono_ns => {
                Err(Unopened { why: socket::no_answer(self.options.connect_timeout), transport: None })
            }
            Poll::Pending => return Poll::Pending,
        };
        self.attempt = None;
        let Unopened { why, transport } = match opened {
            Ok(transport) => {
                if self.options.order == AddressOrder::RoundRobin {
                    self.first = address + 1;
                }
                return Poll::Ready(Dialled::Connected(transport));
            }
            Err(unopened) => unopened,
        };
        let error = ConnectError { address: self.options.addresses[address].clone(), why };
        let failure = Failure { error, transport };
        if left == 0 {
            return Poll::Ready(Dialled::GivenUp(failure));
        }
        self.try_address((address + 1) % self.options.addresses.len(), left - 1, mono_ns);
        Poll::Ready(Dialled::Failed(failure))
    }
}

/// Connects, and goes through what a transport begins with.
async fn open(
    connecting: Connecting,
    options: InitiatorOptions,
    address: String,
) -> Result<Box<dyn Transport>, Unopened> {
    let secured = match connecting.await {
        Ok(transport) => options.secured(&address, transport),
        Err(why) => Err(why),
    };
    let mut transport = secured.map_err(|why| Unopened { why, transport: None })?;
    match poll_fn(|context| transport.poll_open(context)).await {
        Ok(()) => Ok(transport),
        Err(why) => Err(Unopened { why, transport: Some(transport) }),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::task::Waker;

    use super::*;

    struct Nothing;

    impl Transport for Nothing {
        fn poll_read(&mut self, _: &mut Context<'_>, _: &mut [u8]) -> Poll<io::Result<usize>> {
            Poll::Pending
        }

        fn poll_write(&mut self, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Pending
        }

        fn poll_close(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// Connects to addresses that begin with `up`, and never to `slow`. Which were tried, in order.
    fn dialling(addresses: &[&str]) -> (Dialling, Arc<Mutex<Vec<String>>>) {
        let tried = Arc::new(Mutex::new(Vec::new()));
        let seen = tried.clone();
        let connector: Connector = Box::new(move |address| {
            seen.lock().unwrap().push(address.to_owned());
            if address == "slow" {
                return Box::pin(std::future::pending());
            }
            let result: io::Result<Box<dyn Transport>> =
                if address.starts_with("up") { Ok(Box::new(Nothing)) } else { Err(io::Error::other("down")) };
            Box::pin(std::future::ready(result))
        });
        let options = InitiatorOptions {
            addresses: addresses.iter().map(ToString::to_string).collect(),
            reconnect_interval: Duration::from_secs(1),
            reconnect_limit: Duration::from_secs(5),
            ..InitiatorOptions::to("")
        };
        (Dialling::new(options, connector), tried)
    }

    /// One attempt, to its end.
    fn attempt(dialling: &mut Dialling) -> bool {
        dialling.begin(0);
        loop {
            match dialling.poll(&mut Context::from_waker(Waker::noop()), 0) {
                Poll::Ready(Dialled::Connected(_)) => return true,
                Poll::Ready(Dialled::GivenUp(_)) => return false,
                Poll::Ready(Dialled::Failed(Failure { error, .. })) => {
                    assert!(error.to_string().ends_with(": down"));
                }
                Poll::Pending => panic!("nothing is under way"),
            }
        }
    }

    #[test]
    fn an_attempt_tries_each_address_once() {
        let (mut dialling, tried) = dialling(&["a", "b", "c"]);
        assert!(!attempt(&mut dialling) && !attempt(&mut dialling));
        assert_eq!(*tried.lock().unwrap(), ["a", "b", "c", "a", "b", "c"]);
    }

    #[test]
    fn the_next_attempt_begins_after_the_address_that_answered() {
        let (mut dialling, tried) = dialling(&["a", "up1", "up2"]);
        for _ in 0..3 {
            assert!(attempt(&mut dialling));
        }
        assert_eq!(*tried.lock().unwrap(), ["a", "up1", "up2", "a", "up1"]);
    }

    #[test]
    fn each_address_has_the_limit_for_itself() {
        let (mut dialling, tried) = dialling(&["slow", "slow"]);
        let context = &mut Context::from_waker(Waker::noop());
        let limit = dialling.options.connect_timeout.as_nanos() as u64;
        dialling.begin(5);
        assert_eq!(dialling.limit(), Some(5 + limit));
        assert!(dialling.poll(context, 4 + limit).is_pending());
        let Poll::Ready(Dialled::Failed(failure)) = dialling.poll(context, 5 + limit) else {
            panic!("no limit")
        };
        assert_eq!(failure.error.to_string(), "slow: no connection within 10 s");
        assert!(dialling.poll(context, 4 + 2 * limit).is_pending());
        assert!(matches!(dialling.poll(context, 5 + 2 * limit), Poll::Ready(Dialled::GivenUp(_))));
        assert_eq!(*tried.lock().unwrap(), ["slow", "slow"]);
    }

    #[test]
    fn with_a_priority_every_attempt_begins_with_the_first() {
        let (mut dialling, tried) = dialling(&["a", "up1", "up2"]);
        dialling.options.order = AddressOrder::Priority;
        assert!(attempt(&mut dialling) && attempt(&mut dialling));
        assert_eq!(*tried.lock().unwrap(), ["a", "up1", "a", "up1"]);
    }

    #[test]
    fn without_an_address_nothing_is_tried() {
        let (mut dialling, _) = dialling(&[]);
        dialling.begin(0);
        assert!(!dialling.is_dialling());
    }

    #[test]
    fn the_wait_doubles_up_to_its_limit_and_is_short_again_after_a_logon() {
        let (mut dialling, _) = dialling(&["a"]);
        let mut waits = Vec::new();
        for _ in 0..5 {
            dialling.wait_from(100);
            waits.push((dialling.next() - 100) / 1_000_000_000);
        }
        assert_eq!(waits, [1, 2, 4, 5, 5]);
        dialling.logged_on();
        dialling.wait_from(0);
        assert_eq!(dialling.next(), 1_000_000_000);
    }

    #[test]
    fn an_attempt_at_once_does_not_wait_for_the_end_of_a_connection_and_the_next_does() {
        let (mut dialling, _) = dialling(&["a"]);
        dialling.wait_from(0);
        dialling.wait_from(0);
        dialling.at_once();
        dialling.wait_from(100);
        assert_eq!(dialling.next(), 0);
        assert!(!attempt(&mut dialling));
        assert_eq!(dialling.next(), 1_000_000_100, "the waits are short again");
    }

    #[test]
    fn a_limit_below_the_interval_keeps_the_interval() {
        let (mut dialling, _) = dialling(&["a"]);
        dialling.options.reconnect_limit = Duration::ZERO;
        for _ in 0..3 {
            dialling.wait_from(0);
            assert_eq!(dialling.next(), 1_000_000_000);
        }
    }
}
