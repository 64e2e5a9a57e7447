//! What every TCP connection is set to.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};

/// How long a connection is silent before the system probes it, unless a configuration says otherwise. Heartbeats
/// find a dead counterparty earlier; this is for sessions without them, and for connections without a Logon.
pub(crate) const KEEPALIVE: Duration = Duration::from_secs(60);

/// What TCP connections are set to.
///
/// ```
/// use sansfix_runtime::SocketOptions;
///
/// let options = SocketOptions { send_buffer: Some(64 << 10), ..SocketOptions::default() };
/// assert!(options.nodelay);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SocketOptions {
    /// SocketNodelay: a message leaves at once rather than waiting for more (TCP_NODELAY). On by default.
    pub nodelay: bool,
    /// SocketKeepAlive: how long a connection is silent before the system probes it, 60 s by default, in whole seconds,
    /// 1 to 32,767 s. `None`: it does not.
    pub keepalive: Option<Duration>,
    /// SocketSendBufferSize: how many bytes the system may hold for sending (SO_SNDBUF; the system may round it).
    /// `None`, the default: as it likes.
    pub send_buffer: Option<usize>,
    /// SocketReceiveBufferSize: how many bytes the system may hold of what was received (SO_RCVBUF; the system may round
    /// it). `None`, the default: as it likes.
    pub receive_buffer: Option<usize>,
}

impl Default for SocketOptions {
    /// No delay; probes after 60 s of silence; buffers as the system likes.
    fn default() -> Self {
        Self { nodelay: true, keepalive: Some(KEEPALIVE), send_buffer: None, receive_buffer: None }
    }
}

/// Sets an accepted connection up.
#[cfg(unix)]
pub(crate) fn configure(stream: &impl std::os::fd::AsFd, options: &SocketOptions) -> io::Result<()> {
    set(&SockRef::from(stream), options)
}

/// Sets an accepted connection up.
#[cfg(windows)]
pub(crate) fn configure(
    stream: &impl std::os::windows::io::AsSocket,
    options: &SocketOptions,
) -> io::Result<()> {
    set(&SockRef::from(stream), options)
}

/// A socket that is to be connected to `address`, from `local` if that says something. Buffers are set before, since
/// their size is told to the counterparty when it connects.
pub(crate) fn unconnected(
    address: SocketAddr,
    local: Option<SocketAddr>,
    options: &SocketOptions,
) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    set(&SockRef::from(&socket), options)?;
    if let Some(local) = local {
        // The last connection from the same port may linger.
        socket.set_reuse_address(local.port() != 0)?;
        socket.bind(&local.into())?;
    }
    Ok(socket)
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

fn set(socket: &SockRef<'_>, options: &SocketOptions) -> io::Result<()> {
    socket.set_tcp_nodelay(options.nodelay)?;
    if let Some(bytes) = options.send_buffer {
        socket.set_send_buffer_size(bytes)?;
    }
    if let Some(bytes) = options.receive_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    match options.keepalive {
        Some(after) => socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(after)),
        None => socket.set_keepalive(false),
    }
}

/// How long one address of a name may take when so much is `left` for the `addresses` that have not been tried: one
/// that never answers must not keep the others from being tried.
pub(crate) fn share(left: Duration, addresses: usize) -> Duration {
    let share = left / u32::try_from(addresses).unwrap_or(u32::MAX).max(1);
    share.max(Duration::from_millis(1))
}

/// An attempt to connect took too long.
pub(crate) fn no_answer(limit: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {} s", limit.as_secs_f32()))
}

/// For tests: an address that never answers, as long as what comes with it is kept. Its queue is full: one attempt in
/// vain might be a busy machine's, so three are made.
#[cfg(test)]
pub(crate) fn that_never_answers() -> (SocketAddr, impl Sized) {
    use std::net::TcpStream;

    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP)).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let mut waiting = Vec::new();
    let mut in_vain = 0;
    while in_vain < 3 {
        match TcpStream::connect_timeout(&address, Duration::from_millis(500)) {
            Ok(stream) => waiting.push(stream),
            Err(_) => in_vain += 1,
        }
    }
    (address, (socket, waiting))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn each_address_of_a_name_has_its_share_of_the_time() {
        let seconds = Duration::from_secs;
        assert_eq!([1, 2, 5].map(|addresses| share(seconds(10), addresses)), [10, 5, 2].map(seconds));
        assert!(share(Duration::ZERO, 3) > Duration::ZERO, "the system takes no limit of nothing");
    }

    #[test]
    fn every_option_reaches_the_socket() {
        let options = SocketOptions {
            nodelay: false,
            keepalive: None,
            send_buffer: Some(50_000),
            receive_buffer: Some(60_000),
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        configure(&stream, &options).unwrap();
        let socket = SockRef::from(&stream);
        assert!(!socket.tcp_nodelay().unwrap() && !socket.keepalive().unwrap());
        // Linux answers with twice as much.
        assert!((50_000..=100_000).contains(&socket.send_buffer_size().unwrap()));
        assert!((60_000..=120_000).contains(&socket.recv_buffer_size().unwrap()));
        configure(&stream, &SocketOptions::default()).unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
    }
}
