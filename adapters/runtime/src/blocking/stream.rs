//! A TCP connection as a driver sees it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::task::{Context, Poll};

use mio::net::TcpStream;

use super::reactor::Membership;
use crate::driver::transport::Transport;
use crate::socket::{self, SocketOptions};

/// A TCP connection. Its events wake the thread that asked it last, rather than a waker.
pub(super) struct Tcp {
    stream: TcpStream,
    membership: Membership,
}

impl Tcp {
    pub(super) fn accepted(stream: std::net::TcpStream, options: &SocketOptions) -> io::Result<Self> {
        socket::configure(&stream, options)?;
        Self::connected(stream)
    }

    /// A connection that is set up.
    pub(super) fn connected(stream: std::net::TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self { stream: TcpStream::from_std(stream), membership: Membership::default() })
    }

    fn ask<T>(&mut self, mut ask: impl FnMut(&mut TcpStream) -> io::Result<T>) -> Poll<io::Result<T>> {
        self.membership.keep(&mut self.stream)?;
        loop {
            match ask(&mut self.stream) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Poll::Pending,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return Poll::Ready(result),
            }
        }
    }
}

impl Transport for Tcp {
    fn poll_read(&mut self, _context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        self.ask(|stream| stream.read(into))
    }

    fn poll_write(&mut self, _context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.ask(|stream| stream.write(bytes))
    }

    fn poll_close(&mut self, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.ask(|stream| stream.shutdown(Shutdown::Write))
    }
}
