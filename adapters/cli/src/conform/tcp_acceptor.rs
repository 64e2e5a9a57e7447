//! An acceptor somewhere on a socket, in real time: any engine that the scripts can be played against.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use sansfix_runtime::blocking::Clock;

use super::player::{Acceptor, Waited};
use super::script::Number;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How many bytes are read at a time.
const READ_CHUNK: usize = 16 << 10;

/// Connections to one address.
#[derive(Debug)]
pub struct TcpAcceptor {
    address: SocketAddr,
    clock: Clock,
    connections: BTreeMap<u8, TcpStream>,
}

impl TcpAcceptor {
    /// An acceptor that listens on `address`.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address, clock: Clock::start(), connections: BTreeMap::new() }
    }
}

impl Acceptor for TcpAcceptor {
    fn connect(&mut self, connection: u8) -> Result<(), String> {
        let stream = TcpStream::connect_timeout(&self.address, CONNECT_TIMEOUT)
            .map_err(|error| format!("cannot connect to {}: {error}", self.address))?;
        let _ = stream.set_nodelay(true);
        self.connections.insert(connection, stream);
        Ok(())
    }

    fn close(&mut self, connection: u8) {
        self.connections.remove(&connection);
    }

    fn send(&mut self, connection: u8, bytes: &[u8]) -> bool {
        self.connections.get_mut(&connection).is_some_and(|stream| stream.write_all(bytes).is_ok())
    }

    fn wait(&mut self, connection: u8, within_ns: u64) -> Waited {
        let Some(stream) = self.connections.get_mut(&connection) else { return Waited::Closed };
        let until = Instant::now() + Duration::from_nanos(within_ns);
        let mut chunk = vec![0; READ_CHUNK];
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Waited::Silence;
            }
            // It fails only for no time at all, which was just excluded.
            let _ = stream.set_read_timeout(Some(left));
            match stream.read(&mut chunk) {
                Ok(0) => return Waited::Closed,
                Ok(count) => {
                    chunk.truncate(count);
                    return Waited::Bytes(chunk);
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                    _ => return Waited::Reset,
                },
            }
        }
    }

    fn set_number(&mut self, session: &str, _which: Number, _number: u64) -> Result<(), String> {
        Err(format!("{session}: numbers cannot be set over TCP"))
    }

    fn utc_ns(&self) -> i64 {
        self.clock.now().utc_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::player::play;
    use crate::conform::script::Script;

    #[test]
    fn that_nobody_listens_is_said_as_such() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let script = Script::parse(b"iCONNECT\neDISCONNECT\n").unwrap();
        let failure = play(&script, &mut TcpAcceptor::new(address)).unwrap_err();
        assert_eq!(failure.line, 1);
        assert!(failure.why.starts_with(&format!("cannot connect to {address}: ")), "{}", failure.why);
    }
}
