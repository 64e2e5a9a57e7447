//! One connection in the hands of a session's owner: what it can take and give just now.

use std::io;
use std::task::{Context, Poll};

use sansfix::{Now, Wire};

use super::transport::Transport;
use crate::log::Watch;

/// A connection that is in use.
pub(super) struct Connection {
    transport: Box<dyn Transport>,
    /// It took no bytes when it was asked last.
    blocked: bool,
    /// It holds bytes back that it has taken.
    unflushed: bool,
    /// It takes no bytes any more. Reading goes on, and will find the end.
    write_closed: bool,
    end: End,
}

enum End {
    NotYet,
    Reached {
        /// On the monotonic clock, nanoseconds.
        since: u64,
        error: Option<io::Error>,
    },
}

impl Connection {
    pub(super) fn new(transport: Box<dyn Transport>) -> Self {
        Self { transport, blocked: false, unflushed: false, write_closed: false, end: End::NotYet }
    }

    /// Whether it is worth trying to write again.
    pub(super) fn writable(&mut self) -> bool {
        std::mem::take(&mut self.blocked)
    }

    /// Sends what there is room for. Whether there was any.
    pub(super) fn transmit(
        &mut self,
        context: &mut Context<'_>,
        wire: Wire<'_>,
        watch: &Watch,
        now: Now,
    ) -> bool {
        if self.write_closed {
            wire.blocked();
            return false;
        }
        match self.transport.poll_write(context, wire.bytes()) {
            Poll::Ready(Ok(count)) if count > 0 => {
                self.unflushed = true;
                watch.handed_over(now, wire.bytes().get(..count).unwrap_or_default());
                wire.sent(count);
                return true;
            }
            Poll::Ready(_) => self.write_closed = true,
            Poll::Pending => self.blocked = true,
        }
        wire.blocked();
        false
    }

    pub(super) fn flush(&mut self, context: &mut Context<'_>) {
        if self.unflushed && !self.write_closed {
            match self.transport.poll_flush(context) {
                Poll::Ready(Ok(())) => self.unflushed = false,
                Poll::Ready(Err(_)) => self.write_closed = true,
                Poll::Pending => {}
            }
        }
    }

    /// How many bytes have come, `None` for none now. `into` may have no room.
    pub(super) fn read(&mut self, context: &mut Context<'_>, into: &mut [u8], mono_ns: u64) -> Option<usize> {
        if into.is_empty() || self.end_since().is_some() {
            return None;
        }
        match self.transport.poll_read(context, into) {
            Poll::Ready(Ok(count)) if count > 0 => return Some(count),
            Poll::Ready(Ok(_)) => self.end = End::Reached { since: mono_ns, error: None },
            Poll::Ready(Err(error)) => self.end = End::Reached { since: mono_ns, error: Some(error) },
            Poll::Pending => {}
        }
        None
    }

    /// When the counterparty's end was read, if it was.
    pub(super) fn end_since(&self) -> Option<u64> {
        match self.end {
            End::Reached { since, .. } => Some(since),
            End::NotYet => None,
        }
    }

    /// What broke it.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        match &mut self.end {
            End::Reached { error, .. } => error.take(),
            End::NotYet => None,
        }
    }

    pub(super) fn into_transport(self) -> Box<dyn Transport> {
        self.transport
    }
}
