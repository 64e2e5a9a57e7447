//! A connection as a driver sees it: bytes in and out, without waiting.

use std::io;
use std::task::{Context, Poll};

/// A stream of bytes in both directions: TCP, TLS, a pipe, a queue in memory.
///
/// No method waits. One that cannot go on answers [`Poll::Pending`] and sees to it that the waker is woken when it
/// can; it may be asked again before that. The waker of the last call counts: an accepted connection is asked by whoever
/// accepts first and by its session afterwards, on another thread or task. Dropping the transport closes it, and the
/// other end learns of that.
///
/// Streams of tokio's are transports inside a `tokio_adapter::Stream` (feature `tokio`). What can only be read and
/// written by waiting is given threads that do so, and that hand the bytes over in memory: as the channels of
/// `examples/custom_transport.rs`, which is a whole transport, or a [`pipe`](crate::pipe). One that adds something to
/// another hands the rest on:
///
/// ```
/// use std::io;
/// use std::task::{Context, Poll, Waker};
/// use sansfix_runtime::{Transport, pipe};
///
/// /// Counts what is read.
/// struct Counted<T>(T, usize);
///
/// impl<T: Transport> Transport for Counted<T> {
///     fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
///         self.0.poll_open(context)
///     }
///     fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
///         let read = self.0.poll_read(context, into);
///         if let Poll::Ready(Ok(count)) = read {
///             self.1 += count;
///         }
///         read
///     }
///     fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
///         self.0.poll_write(context, bytes)
///     }
///     fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
///         self.0.poll_flush(context)
///     }
///     fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
///         self.0.poll_close(context)
///     }
/// }
///
/// let context = &mut Context::from_waker(Waker::noop());
/// let (near, mut far) = pipe(64);
/// let mut counted = Counted(near, 0);
/// assert!(matches!(far.poll_write(context, b"8=FIX"), Poll::Ready(Ok(5))));
/// assert!(counted.poll_read(context, &mut [0; 16]).is_ready());
/// assert_eq!(counted.1, 5);
/// ```
pub trait Transport: Send {
    /// Ready when the connection can be used. For transports that begin with a handshake; reading and writing go on
    /// with it too, so an acceptor need not ask.
    ///
    /// # Errors
    /// The counterparty is not who it should be, or the connection is broken.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _ = context;
        Poll::Ready(Ok(()))
    }

    /// Reads into `into`, which has room. `Ok(0)` is the end of the stream.
    ///
    /// # Errors
    /// The connection is broken.
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>>;

    /// Takes some of `bytes`, which are not empty; says how many.
    ///
    /// # Errors
    /// The counterparty takes no more bytes.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Ready when everything that was taken has been handed to the system. For transports that hold bytes back.
    ///
    /// # Errors
    /// The counterparty takes no more bytes.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _ = context;
        Poll::Ready(Ok(()))
    }

    /// Tells the counterparty that nothing follows. Reading goes on.
    ///
    /// # Errors
    /// The connection is broken.
    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        (**self).poll_open(context)
    }

    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        (**self).poll_read(context, into)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        (**self).poll_write(context, bytes)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        (**self).poll_flush(context)
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        (**self).poll_close(context)
    }
}

/// Where connections of a session are handed over.
pub(crate) type Slot = sansfix_registry::Slot<Incoming>;

/// A connection that has just been made.
pub(crate) struct Incoming {
    pub(crate) transport: Box<dyn Transport>,
    /// What was read from it already, to find its session.
    pub(crate) first: Vec<u8>,
}
