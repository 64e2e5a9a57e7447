//! What every TCP connection is set to.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// How long a connection is silent before the system probes it, unless a configuration says otherwise. Heartbeats
/// find a dead counterparty earlier; this is for sessions without them, and for connections without a Logon.
pub(crate) const KEEPALIVE: Duration = Duration::from_secs(60);

/// A message leaves at once rather than waiting for more, and a silent connection is probed.
#[cfg(unix)]
pub(crate) fn configure(stream: &impl std::os::fd::AsFd, keepalive: Option<Duration>) -> io::Result<()> {
    set(&SockRef::from(stream), keepalive)
}

/// A message leaves at once rather than waiting for more, and a silent connection is probed.
#[cfg(windows)]
pub(crate) fn configure(
    stream: &impl std::os::windows::io::AsSocket,
    keepalive: Option<Duration>,
) -> io::Result<()> {
    set(&SockRef::from(stream), keepalive)
}

fn set(socket: &SockRef<'_>, keepalive: Option<Duration>) -> io::Result<()> {
    socket.set_tcp_nodelay(true)?;
    match keepalive {
        Some(after) => socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(after)),
        None => socket.set_keepalive(false),
    }
}

/// An attempt to connect took too long.
pub(crate) fn no_answer(limit: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {} s", limit.as_secs_f32()))
}
