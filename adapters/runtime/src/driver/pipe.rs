//! A connection within the process: two ends, and bytes that pass between them in memory.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::transport::Transport;

/// One end of a connection in memory, made by [`pipe`]. Works on either adapter. Dropping one end is the end of the
/// stream for the other, after the bytes that were on the way. Example: [`pipe`].
pub struct Pipe {
    reads: Arc<Mutex<OneWay>>,
    writes: Arc<Mutex<OneWay>>,
}

/// A connection in memory: what is written to one end is read from the other. `capacity` bytes, at least 1, may be on
/// the way in each direction; a full direction takes no more until it is read.
///
/// ```
/// use std::task::{Context, Poll, Waker};
/// use sansfix_runtime::{Transport, pipe};
///
/// let context = &mut Context::from_waker(Waker::noop());
/// let (mut one, mut other) = pipe(4);
/// assert!(matches!(one.poll_write(context, b"abcdef"), Poll::Ready(Ok(4))));
/// assert!(one.poll_write(context, b"ef").is_pending());
/// let mut read = [0; 8];
/// assert!(matches!(other.poll_read(context, &mut read), Poll::Ready(Ok(4))));
/// drop(one);
/// assert!(matches!(other.poll_read(context, &mut read), Poll::Ready(Ok(0))));
/// ```
#[must_use]
pub fn pipe(capacity: usize) -> (Pipe, Pipe) {
    let one_way = || Arc::new(Mutex::new(OneWay::new(capacity.max(1))));
    let (there, back) = (one_way(), one_way());
    (Pipe { reads: back.clone(), writes: there.clone() }, Pipe { reads: there, writes: back })
}

struct OneWay {
    bytes: VecDeque<u8>,
    capacity: usize,
    /// Nothing follows.
    ended: bool,
    /// Nobody reads any more.
    abandoned: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl OneWay {
    fn new(capacity: usize) -> Self {
        let bytes = VecDeque::new();
        Self { bytes, capacity, ended: false, abandoned: false, reader: None, writer: None }
    }
}

fn lock(one_way: &Mutex<OneWay>) -> MutexGuard<'_, OneWay> {
    one_way.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes without the lock.
fn wake(one_way: &Mutex<OneWay>, whom: impl FnOnce(&mut OneWay) -> Option<Waker>) {
    let waker = whom(&mut lock(one_way));
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Transport for Pipe {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut one_way = lock(&self.reads);
        if one_way.bytes.is_empty() && !one_way.ended {
            one_way.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = io::Read::read(&mut one_way.bytes, into)?;
        drop(one_way);
        wake(&self.reads, |one_way| one_way.writer.take());
        Poll::Ready(Ok(count))
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut one_way = lock(&self.writes);
        if one_way.abandoned || one_way.ended {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let count = bytes.len().min(one_way.capacity - one_way.bytes.len());
        if count == 0 {
            one_way.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        one_way.bytes.extend(bytes.iter().take(count));
        drop(one_way);
        wake(&self.writes, |one_way| one_way.reader.take());
        Poll::Ready(Ok(count))
    }

    fn poll_close(&mut self, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        wake(&self.writes, |one_way| {
            one_way.ended = true;
            one_way.reader.take()
        });
        Poll::Ready(Ok(()))
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        wake(&self.writes, |one_way| {
            one_way.ended = true;
            one_way.reader.take()
        });
        wake(&self.reads, |one_way| {
            one_way.abandoned = true;
            one_way.writer.take()
        });
    }
}

impl std::fmt::Debug for Pipe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipe").field("unread", &lock(&self.reads).bytes.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_pipe_is_how_much_is_in_it() {
        let (near, mut far) = pipe(10);
        assert!(far.poll_write(&mut Context::from_waker(Waker::noop()), b"554=secret").is_ready());
        assert_eq!(format!("{near:?}, {far:?}"), "Pipe { unread: 10, .. }, Pipe { unread: 0, .. }");
    }
}
