//! A connection on its way to its session: reads the first message, finds the session, waits for the session's place.
//!
//! Decides nothing about the Logon but whose it is; whether it is right is the session's business.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use sansfix::wire::Message;
use sansfix_registry::{Ask, Caller};

use super::strangers::{AcceptorOptions, WhyRefused, first_logon};
use super::transport::{Incoming, Slot, Transport};

/// How long a connection for an identity that is connected is held before it is closed: when the old connection has
/// just been closed by the peer, its owner may be a moment late to notice.
const GRACE: Duration = Duration::from_millis(500);

/// How much is read at a time.
const CHUNK: usize = 4096;

pub(crate) struct Greeter {
    /// Taken when the connection has been handed over.
    incoming: Option<Incoming>,
    /// It could not even begin.
    failed: Option<io::Error>,
    /// At the slot of its session, when that has been found.
    caller: Option<Caller<Incoming>>,
    deadline: u64,
}

impl Greeter {
    pub(crate) fn new(transport: Box<dyn Transport>, options: &AcceptorOptions, mono_ns: u64) -> Self {
        let (incoming, failed) = match options.secured(transport) {
            Ok(transport) => (Some(Incoming { transport, first: Vec::new() }), None),
            Err(error) => (None, Some(error)),
        };
        let deadline = after(mono_ns, options.logon_timeout);
        Self { incoming, failed, caller: None, deadline }
    }

    /// When [`Self::poll`] is due at the latest, on the monotonic clock, nanoseconds.
    pub(crate) fn deadline(&self) -> u64 {
        self.deadline
    }

    /// Ready when the connection has been handed over, or is to be sent away: then [`Self::take_transport`] has it.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        mono_ns: u64,
        options: &AcceptorOptions,
        find: impl FnOnce(&Message<'_>) -> Result<Arc<Slot>, WhyRefused>,
    ) -> Poll<Result<(), WhyRefused>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Err(WhyRefused::Failed(error)));
        }
        if self.caller.is_none() {
            match self.find(context, options, find) {
                Poll::Ready(Ok(slot)) => {
                    self.caller = Some(Slot::caller(&slot));
                    self.deadline = after(mono_ns, GRACE);
                }
                Poll::Ready(Err(why)) => return Poll::Ready(Err(why)),
                Poll::Pending if self.deadline <= mono_ns => return Poll::Ready(Err(WhyRefused::TooSlow)),
                Poll::Pending => return Poll::Pending,
            }
        }
        if let Some(why) = self.end(context, options) {
            return Poll::Ready(Err(why));
        }
        let Some(caller) = &mut self.caller else { return Poll::Pending };
        match caller.poll_offer(context, &mut self.incoming) {
            Poll::Ready(()) if self.incoming.is_none() => Poll::Ready(Ok(())),
            Poll::Ready(()) => Poll::Ready(Err(WhyRefused::Ending)),
            Poll::Pending if self.deadline <= mono_ns => Poll::Ready(Err(WhyRefused::Connected)),
            Poll::Pending => Poll::Pending,
        }
    }

    pub(crate) fn take_transport(&mut self) -> Option<Box<dyn Transport>> {
        self.incoming.take().map(|incoming| incoming.transport)
    }

    /// Why the connection is of no use any more. One that ended while it waited must not reach its session: a newer
    /// one may have been there before it, and its Logon would be too low.
    fn end(&mut self, context: &mut Context<'_>, options: &AcceptorOptions) -> Option<WhyRefused> {
        let Incoming { transport, first } = self.incoming.as_mut()?;
        let mut chunk = [0; CHUNK];
        while first.len() < options.max_logon_size {
            match transport.poll_read(context, &mut chunk) {
                Poll::Ready(Ok(0)) => return Some(WhyRefused::Ended),
                Poll::Ready(Ok(count)) => first.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Poll::Ready(Err(error)) => return Some(WhyRefused::Failed(error)),
                Poll::Pending => break,
            }
        }
        None
    }

    fn find(
        &mut self,
        context: &mut Context<'_>,
        options: &AcceptorOptions,
        find: impl FnOnce(&Message<'_>) -> Result<Arc<Slot>, WhyRefused>,
    ) -> Poll<Result<Arc<Slot>, WhyRefused>> {
        let Some(Incoming { transport, first }) = &mut self.incoming else { return Poll::Pending };
        let mut chunk = [0; CHUNK];
        loop {
            match transport.poll_read(context, &mut chunk) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(WhyRefused::Ended)),
                Poll::Ready(Ok(count)) => first.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(WhyRefused::Failed(error))),
                Poll::Pending => return Poll::Pending,
            }
            if let Some(logon) = first_logon(first, options.max_logon_size) {
                // A panic of what makes sessions costs this connection alone: whoever accepts goes on.
                let found = |logon| catch_unwind(AssertUnwindSafe(|| find(&logon)));
                let slot = logon.and_then(|logon| found(logon).unwrap_or(Err(WhyRefused::Panicked)));
                return Poll::Ready(slot.and_then(|slot| match slot.asked() {
                    Ask::Run => Ok(slot),
                    Ask::ShutDown | Ask::Stop => Err(WhyRefused::Ending),
                }));
            }
        }
    }
}

fn after(mono_ns: u64, limit: Duration) -> u64 {
    mono_ns.saturating_add(u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Wake, Waker};

    use sansfix::config::{Config, Identity, Role};
    use sansfix::{BeginString, Session, Snapshot, tags};
    use sansfix_registry::Registry;

    use super::*;
    use crate::driver::pipe::{Pipe, pipe};

    struct Nobody;

    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }

    /// A connection that begins with a Logon, and its other end.
    fn connection() -> (Greeter, Pipe) {
        let (near, far) = logging_on();
        (Greeter::new(Box::new(near), &AcceptorOptions::default(), 0), far)
    }

    fn logging_on() -> (Pipe, Pipe) {
        let (near, mut far) = pipe(1 << 10);
        let mut logon = Vec::new();
        let mut encoder = sansfix::wire::Encoder::begin(&mut logon, b"FIX.4.4", b"A");
        encoder.header_field(tags::MSG_SEQ_NUM, "1");
        encoder.finish();
        assert!(far.poll_write(&mut Context::from_waker(Waker::noop()), &logon).is_ready());
        (near, far)
    }

    /// Where connections of a session are handed over that takes none.
    fn slot() -> Arc<Slot> {
        let identity = Identity::new(BeginString::Fix44, "VENUE", "DESK");
        let session = Session::new(Config::new(Role::Acceptor, identity.clone()).into(), Snapshot::new(0));
        let mailbox = Registry::new().register(identity, session.status()).unwrap();
        Arc::new(Slot::new(mailbox.bell()))
    }

    #[test]
    fn one_that_is_sent_away_leaves_nothing_at_its_session() {
        let slot = slot();
        let options = AcceptorOptions::default();
        let greet = |greeter: &mut Greeter, waker: &Waker, mono_ns| {
            greeter.poll(&mut Context::from_waker(waker), mono_ns, &options, |_| Ok(slot.clone()))
        };
        let (mut first, _far) = connection();
        assert!(matches!(greet(&mut first, Waker::noop(), 0), Poll::Ready(Ok(()))));

        let who = Arc::new(Nobody);
        let waker = Waker::from(who.clone());
        let (mut second, far_of_second) = connection();
        assert!(greet(&mut second, &waker, 0).is_pending());
        let Poll::Ready(Err(WhyRefused::Connected)) = greet(&mut second, &waker, after(0, GRACE)) else {
            panic!("it is held for ever");
        };
        let (mut third, far) = connection();
        assert!(greet(&mut third, &waker, 0).is_pending());
        drop(far);
        assert!(matches!(greet(&mut third, &waker, 0), Poll::Ready(Err(WhyRefused::Ended))));
        // A pipe keeps the waker of its reader.
        drop((second, far_of_second, third, waker));
        assert_eq!(Arc::strong_count(&who), 1, "the session holds on to who has gone");
    }

    /// Reads from a pipe until it breaks.
    struct Breaking(Pipe, Arc<AtomicBool>);

    impl Transport for Breaking {
        fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
            if self.1.load(Ordering::SeqCst) {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            self.0.poll_read(context, into)
        }

        fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            self.0.poll_write(context, bytes)
        }

        fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.0.poll_close(context)
        }
    }

    #[test]
    fn one_that_waits_learns_that_its_session_ends_and_one_that_breaks_waits_no_more() {
        let slot = slot();
        let options = AcceptorOptions::default();
        let greet = |greeter: &mut Greeter| {
            greeter.poll(&mut Context::from_waker(Waker::noop()), 0, &options, |_| Ok(slot.clone()))
        };
        let (mut first, _far) = connection();
        assert!(matches!(greet(&mut first), Poll::Ready(Ok(()))));
        let broken = Arc::new(AtomicBool::new(false));
        let (near, _far) = logging_on();
        let breaking = Box::new(Breaking(near, broken.clone()));
        let mut second = Greeter::new(breaking, &options, 0);
        assert!(greet(&mut second).is_pending());
        broken.store(true, Ordering::SeqCst);
        assert!(matches!(greet(&mut second), Poll::Ready(Err(WhyRefused::Failed(_)))));

        let (mut third, _far) = connection();
        assert!(greet(&mut third).is_pending());
        slot.ask(Ask::ShutDown);
        assert!(matches!(greet(&mut third), Poll::Ready(Err(WhyRefused::Ending))));
        assert!(third.take_transport().is_some(), "it is still to be closed");
        let (mut late, _far) = connection();
        assert!(matches!(greet(&mut late), Poll::Ready(Err(WhyRefused::Ending))));
    }
}
