//! Connections that the session has let go of and the counterparty has not closed yet.
//!
//! Closing with unread input makes TCP destroy the bytes that were sent last, so what still comes is read and dropped
//! until the counterparty closes, or a limit passes.

use std::task::{Context, Poll};
use std::time::Duration;

use super::transport::Transport;

/// How long the counterparty may take to close after we have.
pub(crate) const LINGER: Duration = Duration::from_secs(1);

/// How many connections of one session may be closing at a time; an older one is closed the hard way. One is usual;
/// more come only when connections are made and lost within [`LINGER`].
const MOST: usize = 4;

/// How many reads one look takes: what a counterparty that never stops sending may cost at a time.
const READS: usize = 16;

#[derive(Default)]
pub(crate) struct Closing {
    connections: Vec<One>,
}

struct One {
    transport: Box<dyn Transport>,
    /// On the monotonic clock, nanoseconds.
    until: u64,
    told: bool,
}

impl Closing {
    pub(crate) fn add(&mut self, transport: Box<dyn Transport>, mono_ns: u64) {
        if self.connections.len() >= MOST {
            self.connections.remove(0);
        }
        let until = mono_ns.saturating_add(LINGER.as_nanos() as u64);
        self.connections.push(One { transport, until, told: false });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// When the first limit passes.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.connections.iter().map(|one| one.until).min()
    }

    /// Does what can be done.
    pub(crate) fn work(&mut self, context: &mut Context<'_>, mono_ns: u64) {
        self.connections.retain_mut(|one| one.until > mono_ns && !one.is_over(context));
    }

    /// Tells every counterparty, and waits for none.
    pub(crate) fn drop_all(&mut self, context: &mut Context<'_>) {
        for mut one in self.connections.drain(..) {
            let _ = one.transport.poll_close(context);
        }
    }
}

impl One {
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if !self.told {
            match self.transport.poll_close(context) {
                Poll::Ready(Ok(())) => self.told = true,
                Poll::Ready(Err(_)) => return true,
                Poll::Pending => {}
            }
        }
        let mut dropped = [0; 4096];
        for _ in 0..READS {
            match self.transport.poll_read(context, &mut dropped) {
                Poll::Ready(Ok(0) | Err(_)) => return self.told,
                Poll::Ready(Ok(_)) => {}
                Poll::Pending => return false,
            }
        }
        context.waker().wake_by_ref();
        false
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::driver::pipe::pipe;

    #[test]
    fn of_more_than_may_be_the_oldest_is_let_go_at_once() {
        let mut closing = Closing::default();
        let mut others: Vec<_> = (0..=MOST as u64)
            .map(|at| {
                let (near, far) = pipe(10);
                closing.add(Box::new(near), at);
                far
            })
            .collect();
        let context = &mut Context::from_waker(Waker::noop());
        let mut ends = |far: &mut crate::driver::pipe::Pipe| far.poll_read(context, &mut [0]).is_ready();
        assert!(ends(&mut others[0]), "its counterparty waits for its end");
        assert!(!others[1..].iter_mut().any(ends), "the others have their time");
        assert_eq!(closing.deadline(), Some(1 + LINGER.as_nanos() as u64));
    }
}
