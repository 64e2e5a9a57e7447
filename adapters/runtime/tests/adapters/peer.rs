//! A counterparty made by hand: it says exactly what a test wants said.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use sansfix::config::Identity;
use sansfix::tags;
use sansfix::wire::{Body, Encoder, Frame, Message, Precision, frame};
use sansfix_runtime::{Clock, Pipe, Transport};

use crate::GENEROUS;

pub(crate) struct Peer<S = TcpStream> {
    pub(crate) stream: S,
    identity: Identity,
    pub(crate) next: u64,
    input: Vec<u8>,
}

/// A message that came, or the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Came {
    Message { msg_type: String, seq: u64, text: String },
    End,
}

impl Came {
    pub(crate) fn msg_type(&self) -> &str {
        match self {
            Self::Message { msg_type, .. } => msg_type,
            Self::End => "end",
        }
    }
}

impl Peer {
    pub(crate) fn connect(address: SocketAddr, identity: Identity) -> Self {
        Self::on(TcpStream::connect(address).unwrap(), identity)
    }

    pub(crate) fn on(stream: TcpStream, identity: Identity) -> Self {
        stream.set_read_timeout(Some(GENEROUS)).unwrap();
        Self::over(stream, identity)
    }

    /// Connects, and logs on with this number.
    pub(crate) fn logged_on(address: SocketAddr, identity: Identity, seq: u64) -> Self {
        let mut peer = Self::connect(address, identity);
        peer.next = seq;
        peer.log_on();
        assert_eq!(peer.receive().msg_type(), "A");
        peer
    }
}

impl<S: Read + Write> Peer<S> {
    /// Over any stream, whose reads must not wait for ever.
    pub(crate) fn over(stream: S, identity: Identity) -> Self {
        Self { stream, identity, next: 1, input: Vec::new() }
    }

    pub(crate) fn log_on(&mut self) {
        self.send("A", &[(tags::ENCRYPT_METHOD, "0"), (tags::HEART_BT_INT, "30")]);
    }

    pub(crate) fn news(&mut self, text: &str) {
        self.send("B", &[(tags::TEXT, text)]);
    }

    pub(crate) fn send(&mut self, msg_type: &str, fields: &[(tags::Tag, &str)]) {
        let bytes = self.message(msg_type, fields);
        self.stream.write_all(&bytes).unwrap();
    }

    /// The next message of this peer.
    pub(crate) fn message(&mut self, msg_type: &str, fields: &[(tags::Tag, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder =
            Encoder::begin(&mut bytes, self.identity.begin_string.as_bytes(), msg_type.as_bytes());
        encoder.header_field(tags::MSG_SEQ_NUM, &self.next);
        encoder.header_field(tags::SENDER_COMP_ID, &*self.identity.sender.comp_id);
        encoder.header_timestamp(tags::SENDING_TIME, Clock::start().now().utc_ns, Precision::Milliseconds);
        encoder.header_field(tags::TARGET_COMP_ID, &*self.identity.target.comp_id);
        for (tag, value) in fields {
            encoder.field(*tag, *value);
        }
        encoder.finish();
        self.next += 1;
        bytes
    }

    /// The next message that comes, or the end of the connection. A reset counts as neither.
    pub(crate) fn receive(&mut self) -> Came {
        match self.receive_raw() {
            Some(raw) => came(&Message::parse(&raw).unwrap()),
            None => Came::End,
        }
    }

    /// The same as it came; `None` for the end.
    pub(crate) fn receive_raw(&mut self) -> Option<Vec<u8>> {
        let mut chunk = [0; 4096];
        loop {
            if let Frame::Message { taken, .. } = frame(&self.input, 1 << 20) {
                return Some(self.input.drain(..taken).collect());
            }
            match self.stream.read(&mut chunk).expect("neither bytes nor the end") {
                0 => {
                    assert!(self.input.is_empty(), "the end comes within a message");
                    return None;
                }
                count => self.input.extend_from_slice(&chunk[..count]),
            }
        }
    }

    /// Nothing comes any more but the end.
    pub(crate) fn ends_in_silence(mut self) {
        assert_eq!(self.receive(), Came::End);
    }

    /// Logs out and closes, after application messages of these numbers have come.
    pub(crate) fn log_out_through(mut self, numbers: std::ops::Range<u64>) {
        for expected in numbers {
            let came = self.receive();
            assert!(matches!(came, Came::Message { seq, .. } if seq == expected), "{came:?}");
        }
        self.log_out();
    }

    /// Waits for a Logout, answers it, and closes.
    pub(crate) fn log_out_second(mut self) {
        assert_eq!(self.receive().msg_type(), "5");
        self.send("5", &[]);
        self.ends_in_silence();
    }

    /// Logs out and closes.
    pub(crate) fn log_out(mut self) {
        self.send("5", &[]);
        assert_eq!(self.receive().msg_type(), "5");
    }
}

fn came(message: &Message<'_>) -> Came {
    let text = |value: Option<&[u8]>| String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
    Came::Message {
        msg_type: text(Some(message.msg_type())),
        seq: message.seq().unwrap().get(),
        text: text(message.get(tags::TEXT)),
    }
}

/// For applications: a body of one text.
pub(crate) fn text_of(text: &str) -> impl FnOnce(&mut Body<'_>) + '_ {
    move |body| {
        body.field(tags::TEXT, text);
    }
}

/// A pipe that is written to and read from where nobody can be woken.
pub(crate) struct InMemory(pub(crate) Pipe);

impl InMemory {
    fn until_ready<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<io::Result<T>>) -> io::Result<T> {
        let started = Instant::now();
        loop {
            if let Poll::Ready(result) = poll(&mut Context::from_waker(Waker::noop())) {
                return result;
            }
            assert!(started.elapsed() < GENEROUS, "nothing comes, or goes");
            std::thread::yield_now();
        }
    }
}

impl Read for InMemory {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Self::until_ready(|context| self.0.poll_read(context, into))
    }
}

impl Write for InMemory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::until_ready(|context| self.0.poll_write(context, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
