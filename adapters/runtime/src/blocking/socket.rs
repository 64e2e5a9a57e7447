//! One TCP connection whose reads and writes return soon, whatever the peer does.
//!
//! The standard library cannot wait for a socket and a mailbox at once, so waiting is cut into short pieces here.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// How long a read waits at most before the mailbox is looked at again. Short beside what a person notices, long
/// beside what a turn costs.
pub const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// How long a write waits for room. The system rounds it up to one tick of its own (1 to 10 ms).
const WRITE_WAIT: Duration = Duration::from_millis(1);

/// How long the peer may take to close after we have: until then its bytes are read and dropped, since closing with
/// unread input makes TCP destroy the bytes that we sent last.
const LINGER: Duration = Duration::from_secs(1);

pub(super) struct Socket {
    stream: TcpStream,
    read_wait: Duration,
    /// The peer takes no bytes any more.
    write_closed: bool,
}

/// What a read brought.
pub(super) enum Received {
    Bytes(usize),
    Nothing,
    End,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> std::io::Result<Self> {
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITE_WAIT))?;
        stream.set_read_timeout(Some(POLL_INTERVAL))?;
        Ok(Self { stream, read_wait: POLL_INTERVAL, write_closed: false })
    }

    /// Reads, waiting at most `wait`, which is rounded up to whole milliseconds and cut to [`POLL_INTERVAL`].
    pub(super) fn read(&mut self, into: &mut [u8], wait: Duration) -> Received {
        let wait =
            Duration::from_millis(1 + wait.as_micros().saturating_sub(1) as u64 / 1_000).min(POLL_INTERVAL);
        if wait != self.read_wait {
            if self.stream.set_read_timeout(Some(wait)).is_err() {
                return Received::End;
            }
            self.read_wait = wait;
        }
        match self.stream.read(into) {
            Ok(0) => Received::End,
            Ok(count) => Received::Bytes(count),
            Err(error) if is_wait(error.kind()) => Received::Nothing,
            Err(_) => Received::End,
        }
    }

    /// Writes as much as there is room for. 0: no room for now. An error is no room for ever: reading goes on, and
    /// will find the end.
    pub(super) fn write(&mut self, bytes: &[u8]) -> usize {
        if self.write_closed {
            return 0;
        }
        match self.stream.write(bytes) {
            Ok(count) => count,
            Err(error) if is_wait(error.kind()) => 0,
            Err(_) => {
                self.write_closed = true;
                0
            }
        }
    }

    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }
}

/// Closes a connection so that the last bytes arrive. Takes a thread for up to [`LINGER`], so that the caller can go
/// on.
pub(super) fn close(stream: TcpStream) {
    // When no thread can be had, the connection is closed the hard way by dropping it.
    let _ = thread::Builder::new().name("sansfix-close".into()).spawn(move || linger(stream));
}

fn linger(mut stream: TcpStream) {
    let started = Instant::now();
    if stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let mut dropped = [0; 4096];
    loop {
        let left = LINGER.saturating_sub(started.elapsed());
        if left.is_zero() || stream.set_read_timeout(Some(left)).is_err() {
            return;
        }
        match stream.read(&mut dropped) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

pub(super) fn is_wait(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Two ends of a connection.
    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (ours, listener.accept().unwrap().0)
    }

    #[test]
    fn the_last_bytes_arrive_though_input_is_unread() {
        let (mut ours, mut theirs) = pair();
        theirs.write_all(&[7; 100_000]).unwrap();
        ours.write_all(b"the last bytes").unwrap();
        close(ours);
        theirs.write_all(b"more that is never read").unwrap();
        let mut came = Vec::new();
        theirs.read_to_end(&mut came).expect("the connection was reset");
        assert_eq!(came, b"the last bytes");
    }

    #[test]
    fn a_peer_that_does_not_close_is_closed_after_the_limit() {
        let (ours, mut theirs) = pair();
        close(ours);
        assert_eq!(theirs.read(&mut [0]).unwrap(), 0, "our side is closed at once");
        let started = Instant::now();
        // What is written after the limit is answered with a reset, which a later write sees.
        while theirs.write_all(b"still here").is_ok() {
            assert!(started.elapsed() < 30 * LINGER, "held open for ever");
            thread::sleep(POLL_INTERVAL);
        }
    }

    #[test]
    fn a_write_to_a_peer_that_never_reads_returns() {
        let (ours, _theirs) = pair();
        let mut socket = Socket::new(ours).unwrap();
        let bytes = vec![7; 1 << 20];
        let started = Instant::now();
        while socket.write(&bytes) > 0 {
            assert!(started.elapsed() < Duration::from_secs(30), "the connection takes everything");
        }
        assert!(
            matches!(socket.read(&mut [0], POLL_INTERVAL), Received::Nothing),
            "and the connection lives"
        );
    }

    #[test]
    fn a_read_tells_bytes_silence_and_the_end() {
        let (ours, mut theirs) = pair();
        let mut socket = Socket::new(ours).unwrap();
        let mut bytes = [0; 8];
        assert!(matches!(socket.read(&mut bytes, Duration::ZERO), Received::Nothing));
        theirs.write_all(b"abc").unwrap();
        assert!(matches!(socket.read(&mut bytes, POLL_INTERVAL), Received::Bytes(3)));
        drop(theirs);
        assert!(matches!(socket.read(&mut bytes, POLL_INTERVAL), Received::End));
    }
}
