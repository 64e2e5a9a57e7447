//! TLS on top of any transport.
//!
//! Decides when bytes go between rustls and the transport below. It waits for nothing: whatever cannot go on answers
//! `Pending` when the transport below has, so that its waker is the one that is woken. What is held is bounded: one piece
//! of plain text each way and its records; no more is taken or read before that has gone.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, Connection, ServerConfig, ServerConnection};

use super::error::TlsError;
use crate::driver::transport::Transport;

/// How much plain text is taken before its records must have gone, bytes.
const TAKEN: usize = 64 << 10;

/// How many reads of the transport below one call makes. More come only from a counterparty that sends records without
/// contents; it must not hold up its session's owner.
const READS: usize = 32;

/// TLS over another transport, in either role. The handshake goes on inside whatever is asked first.
///
/// Its end without close_notify is an error ([`TlsError::Truncated`]): the last message may have been cut off.
///
/// ```
/// use std::sync::Arc;
/// use std::task::{Context, Poll, Waker};
/// use sansfix_runtime::tls::{TlsError, TlsTransport, rustls};
/// use sansfix_runtime::{Transport, pipe};
///
/// # let provider = Arc::new(rustls::crypto::ring::default_provider());
/// # let config = rustls::ClientConfig::builder_with_provider(provider)
/// #     .with_safe_default_protocol_versions()?
/// #     .with_root_certificates(rustls::RootCertStore::empty())
/// #     .with_no_client_auth();
/// let (near, mut far) = pipe(64 << 10);
/// let name = "fix.example.com".try_into()?;
/// let mut near = TlsTransport::client(near, Arc::new(config), name)?;
/// let context = &mut Context::from_waker(Waker::noop());
/// assert!(near.poll_open(context).is_pending(), "it has said hello, and waits for an answer");
///
/// // The other end speaks no TLS.
/// assert!(far.poll_write(context, b"8=FIX.4.4\x01").is_ready());
/// let Poll::Ready(Err(error)) = near.poll_open(context) else { panic!("it is no answer") };
/// let why = error.get_ref().and_then(|error| error.downcast_ref::<TlsError>());
/// assert!(matches!(why, Some(TlsError::Handshake(_))), "{error}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TlsTransport<T> {
    below: T,
    connection: Connection,
    failed: Option<TlsError>,
    /// The transport below has ended.
    ended: bool,
    /// We have said that nothing follows.
    closed: bool,
}

impl<T: Transport> TlsTransport<T> {
    /// The side that dialled, which wants to see a certificate with this name. Nothing is sent yet.
    ///
    /// # Errors
    /// The configuration contradicts itself: a [`TlsError`] inside.
    pub fn client(below: T, config: Arc<ClientConfig>, name: ServerName<'static>) -> io::Result<Self> {
        let connection = ClientConnection::new(config, name).map_err(TlsError::Handshake)?;
        Ok(Self::new(below, connection.into()))
    }

    /// The side that was dialled. [`AcceptorOptions::tls`](crate::AcceptorOptions#structfield.tls) puts it on each
    /// connection. Example: [`Self::client`], which is its counterpart.
    ///
    /// # Errors
    /// The configuration contradicts itself: a [`TlsError`] inside.
    pub fn server(below: T, config: Arc<ServerConfig>) -> io::Result<Self> {
        let connection = ServerConnection::new(config).map_err(TlsError::Handshake)?;
        Ok(Self::new(below, connection.into()))
    }

    fn new(below: T, mut connection: Connection) -> Self {
        connection.set_buffer_limit(Some(TAKEN));
        Self { below, connection, failed: None, ended: false, closed: false }
    }

    /// Plain text that is there, or the end, if it has come to that.
    fn take(&mut self, into: &mut [u8]) -> Option<io::Result<usize>> {
        match self.connection.reader().read(into) {
            Ok(count) => return Some(Ok(count)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {}
            Err(error) => return Some(Err(error)),
        }
        self.failure().map(Err)
    }

    /// Why nothing follows, if that is so.
    fn failure(&self) -> Option<io::Error> {
        let at_the_end = || match (self.ended, self.connection.is_handshaking()) {
            (true, true) => Some(TlsError::EndedInHandshake),
            (true, false) => Some(TlsError::Truncated),
            (false, _) => None,
        };
        self.failed.clone().or_else(at_the_end).map(io::Error::from)
    }

    /// Reads what there is room for, and looks at it.
    fn pull(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.connection.read_tls(&mut Below { transport: &mut self.below, context }) {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Poll::Pending,
            Err(error) => return Poll::Ready(Err(error)),
        }
        let handshaking = self.connection.is_handshaking();
        if let Err(error) = self.connection.process_new_packets() {
            let failed = if handshaking { TlsError::Handshake } else { TlsError::Connection };
            self.failed.get_or_insert(failed(error));
            // So that the counterparty learns why; what does not go now, goes when this is closed.
            let _ = self.push(context);
        }
        Poll::Ready(Ok(()))
    }

    /// Writes all records that wait.
    fn push_records(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.connection.wants_write() {
            match self.connection.write_tls(&mut Below { transport: &mut self.below, context }) {
                Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Poll::Pending,
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Writes all records that wait, and sees them to the system.
    fn push(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.push_records(context))?;
        self.below.poll_flush(context)
    }
}

impl<T: Transport> Transport for TlsTransport<T> {
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.below.poll_open(context))?;
        for _ in 0..READS {
            // An error of writing says less than what is still to be read: an alert.
            let _ = self.push(context);
            if !self.connection.is_handshaking() {
                return Poll::Ready(Ok(()));
            }
            if let Some(error) = self.failure() {
                return Poll::Ready(Err(error));
            }
            ready!(self.pull(context))?;
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        for _ in 0..READS {
            if let Some(taken) = self.take(into) {
                return Poll::Ready(taken);
            }
            // What the handshake and the keys want said. As above about its errors.
            let _ = self.push(context);
            ready!(self.pull(context))?;
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.connection.is_handshaking() {
            ready!(self.poll_open(context))?;
        }
        if let Some(failed) = &self.failed {
            return Poll::Ready(Err(failed.clone().into()));
        }
        ready!(self.push_records(context))?;
        let count = self.connection.writer().write(bytes)?;
        // What does not go now, goes with the next call.
        if let Poll::Ready(Err(error)) = self.push_records(context) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.push(context)
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.closed {
            self.closed = true;
            // After a failure the alert says it.
            if self.failed.is_none() {
                self.connection.send_close_notify();
            }
        }
        ready!(self.push(context))?;
        self.below.poll_close(context)
    }
}

impl<T> std::fmt::Debug for TlsTransport<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsTransport")
            .field("handshaking", &self.connection.is_handshaking())
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

/// The transport below as rustls reads and writes it.
struct Below<'t, 'c, 'w, T> {
    transport: &'t mut T,
    context: &'c mut Context<'w>,
}

fn or_would_block<R>(polled: Poll<io::Result<R>>) -> io::Result<R> {
    match polled {
        Poll::Ready(result) => result,
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
    }
}

impl<T: Transport> Read for Below<'_, '_, '_, T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        or_would_block(self.transport.poll_read(self.context, into))
    }
}

impl<T: Transport> Write for Below<'_, '_, '_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        or_would_block(self.transport.poll_write(self.context, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        or_would_block(self.transport.poll_flush(self.context))
    }
}
