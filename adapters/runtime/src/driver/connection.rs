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
        error: Option<io::Error>,
        /// When it was found first that a message which came before it is not answered yet.
        held_since: Option<u64>,
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
    pub(super) fn read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Option<usize> {
        if into.is_empty() || self.is_at_end() {
            return None;
        }
        match self.transport.poll_read(context, into) {
            Poll::Ready(Ok(count)) if count > 0 => return Some(count),
            Poll::Ready(Ok(_)) => self.reached(None),
            Poll::Ready(Err(error)) => self.reached(Some(error)),
            Poll::Pending => {}
        }
        None
    }

    fn reached(&mut self, error: Option<io::Error>) {
        self.end = End::Reached { error, held_since: None };
    }

    pub(super) fn is_at_end(&self) -> bool {
        matches!(self.end, End::Reached { .. })
    }

    /// The end is not to be told yet. When it was first so, monotonic nanoseconds.
    pub(super) fn hold_end(&mut self, mono_ns: u64) -> u64 {
        match &mut self.end {
            End::Reached { held_since, .. } => *held_since.get_or_insert(mono_ns),
            End::NotYet => mono_ns,
        }
    }

    /// Since when the end is not told.
    pub(super) fn end_held_since(&self) -> Option<u64> {
        match self.end {
            End::Reached { held_since, .. } => held_since,
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
