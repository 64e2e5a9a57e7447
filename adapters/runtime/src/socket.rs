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

/// How many connections may wait at a port to be accepted, when the system lets as many. The standard library asks for
/// 128: of a thousand counterparties that come back at once, most would try again a second later.
const WAITING_AT_THE_PORT: i32 = 1024;

/// Lets more connections wait at a port that is listened on already.
#[cfg(unix)]
pub(crate) fn widen(listener: &impl std::os::fd::AsFd) -> io::Result<()> {
    SockRef::from(listener).listen(WAITING_AT_THE_PORT)
}

/// Lets more connections wait at a port that is listened on already.
#[cfg(windows)]
pub(crate) fn widen(listener: &impl std::os::windows::io::AsSocket) -> io::Result<()> {
    SockRef::from(listener).listen(WAITING_AT_THE_PORT)
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
