//! Plays one script against an acceptor: sends what it says, waits for what it expects, stops at the first line
//! that fails.
//!
//! The acceptor is behind a trait, so that this decides only what a script demands. Time is the acceptor's.

use std::collections::BTreeMap;

use super::compare::{compare, shown};
use super::prepare::prepare;
use super::reader::{Received, read};
use super::script::{Action, Line, Number, Script};

/// How long an `eDISCONNECT` waits, in nanoseconds: 10 s, as the scripts' runners do.
pub const PATIENCE_FOR_DISCONNECT_NS: u64 = 10_000_000_000;
/// How long an `E` line waits, in nanoseconds: 60 s, more than any heartbeat interval in the scripts.
pub const PATIENCE_FOR_MESSAGE_NS: u64 = 60_000_000_000;

const RESET: &str = "the acceptor broke the connection off instead of closing it";

/// An acceptor that scripts are played against.
pub trait Acceptor {
    /// Opens a connection under this name.
    ///
    /// # Errors
    /// Why there is none.
    fn connect(&mut self, connection: u8) -> Result<(), String>;

    /// Closes the connection from the script's side. One that is closed already stays so.
    fn close(&mut self, connection: u8);

    /// Hands bytes to the acceptor. False when it has closed the connection: the bytes are lost.
    fn send(&mut self, connection: u8, bytes: &[u8]) -> bool;

    /// Waits until bytes come on the connection or the acceptor closes it, at most `within_ns` nanoseconds.
    fn wait(&mut self, connection: u8, within_ns: u64) -> Waited;

    /// Sets a number of a session, as an operator would.
    ///
    /// # Errors
    /// Why it was not set.
    fn set_number(&mut self, session: &str, which: Number, number: u64) -> Result<(), String>;

    /// The time, nanoseconds since 1970-01-01T00:00:00Z.
    fn utc_ns(&self) -> i64;
}

/// What came of waiting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Waited {
    /// These bytes came.
    Bytes(Vec<u8>),
    /// The acceptor closed the connection, and all bytes before that have been told.
    Closed,
    /// The acceptor broke the connection off with bytes unread: what it sent last may be lost.
    Reset,
    /// Nothing within the time given.
    Silence,
}

/// A line that failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Where it stands in the file, from 1.
    pub line: usize,
    /// What went wrong.
    pub why: String,
    /// The message that was expected, for people. Empty when none was.
    pub expected: String,
    /// What came instead, for people. Empty when nothing came.
    pub received: String,
}

/// Plays the script. Connections that are open at its end are closed.
///
/// # Errors
/// The first [`Failure`].
pub fn play(script: &Script, acceptor: &mut impl Acceptor) -> Result<(), Failure> {
    let mut player = Player { acceptor, unread: BTreeMap::new() };
    player.probe();
    let result = script.lines.iter().try_for_each(|line| player.step(line));
    for connection in player.unread.keys() {
        player.acceptor.close(*connection);
    }
    result
}

struct Player<'a, A> {
    acceptor: &'a mut A,
    /// The script's open connections, and what has come on each without having been read by a line.
    unread: BTreeMap<u8, Vec<u8>>,
}

impl<A: Acceptor> Player<'_, A> {
    /// The runners connect once and close at once before each script, to see that the acceptor is there.
    fn probe(&mut self) {
        const PROBE: u8 = 0;
        // Whether it is there is told by the script's own connection.
        let _ = self.acceptor.connect(PROBE);
        self.acceptor.close(PROBE);
    }

    fn step(&mut self, line: &Line) -> Result<(), Failure> {
        let fail = |why: &str| Failure {
            line: line.number,
            why: why.to_owned(),
            expected: String::new(),
            received: String::new(),
        };
        let connection = line.connection;
        match &line.action {
            Action::Connect => {
                if self.unread.insert(connection, Vec::new()).is_some() {
                    self.acceptor.close(connection);
                }
                self.acceptor.connect(connection).map_err(|why| fail(&why))
            }
            Action::SetNumber { session, which, number } => {
                self.acceptor.set_number(session, *which, *number).map_err(|why| fail(&why))
            }
            _ if !self.unread.contains_key(&connection) => {
                Err(fail("the script has no such connection open"))
            }
            Action::Disconnect => {
                self.unread.remove(&connection);
                self.acceptor.close(connection);
                Ok(())
            }
            Action::Send(text) => {
                let message = prepare(text, self.acceptor.utc_ns());
                if self.acceptor.send(connection, &message) {
                    return Ok(());
                }
                Err(fail("the acceptor had closed the connection before this line was sent"))
            }
            Action::Expect(text) => {
                let expected = prepare(text, self.acceptor.utc_ns());
                self.expect(connection, &expected).map_err(|(why, received)| Failure {
                    expected: shown(&expected),
                    received: shown(&received),
                    ..fail(&why)
                })
            }
            Action::ExpectDisconnect => {
                let result = self.expect_close(connection);
                self.unread.remove(&connection);
                self.acceptor.close(connection);
                result.map_err(|(why, received)| Failure { received: shown(&received), ..fail(why) })
            }
        }
    }

    /// Exactly one message must come, and be this one. On failure: why, and what came.
    fn expect(&mut self, connection: u8, expected: &[u8]) -> Result<(), (String, Vec<u8>)> {
        let unread = self.unread.entry(connection).or_default();
        loop {
            match read(unread) {
                Received::Message(length) => {
                    let received: Vec<u8> = unread.drain(..length).collect();
                    return match compare(expected, &received) {
                        None => Ok(()),
                        Some(difference) => Err((difference.to_string(), received)),
                    };
                }
                Received::Wrong(why) => return Err((format!("what was received {why}"), unread.clone())),
                Received::Incomplete => {}
            }
            match self.acceptor.wait(connection, PATIENCE_FOR_MESSAGE_NS) {
                Waited::Bytes(bytes) => unread.extend_from_slice(&bytes),
                Waited::Closed => {
                    return Err(("the acceptor closed the connection instead".to_owned(), unread.clone()));
                }
                Waited::Reset => return Err((RESET.to_owned(), unread.clone())),
                Waited::Silence => return Err(("nothing came within 60 s".to_owned(), unread.clone())),
            }
        }
    }

    /// The acceptor must close without sending anything more.
    fn expect_close(&mut self, connection: u8) -> Result<(), (&'static str, Vec<u8>)> {
        const GOT_DATA: &str = "expected the acceptor to close, but it sent something";
        let unread = self.unread.remove(&connection).unwrap_or_default();
        if !unread.is_empty() {
            return Err((GOT_DATA, unread));
        }
        match self.acceptor.wait(connection, PATIENCE_FOR_DISCONNECT_NS) {
            Waited::Closed => Ok(()),
            Waited::Bytes(bytes) => Err((GOT_DATA, bytes)),
            Waited::Reset => Err((RESET, Vec::new())),
            Waited::Silence => Err(("the acceptor did not close within 10 s", Vec::new())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An acceptor that answers each wait from a list, and writes down what is done to it.
    #[derive(Default)]
    struct Recorded {
        log: Vec<String>,
        answers: Vec<Waited>,
        deaf: bool,
    }

    impl Acceptor for Recorded {
        fn connect(&mut self, connection: u8) -> Result<(), String> {
            self.log.push(format!("connect {connection}"));
            Ok(())
        }
        fn close(&mut self, connection: u8) {
            self.log.push(format!("close {connection}"));
        }
        fn send(&mut self, connection: u8, bytes: &[u8]) -> bool {
            self.log.push(format!("send {connection} {}", shown(bytes)));
            !self.deaf
        }
        fn wait(&mut self, connection: u8, within_ns: u64) -> Waited {
            self.log.push(format!("wait {connection} {} s", within_ns / 1_000_000_000));
            if self.answers.is_empty() { Waited::Silence } else { self.answers.remove(0) }
        }
        fn set_number(&mut self, session: &str, which: Number, number: u64) -> Result<(), String> {
            self.log.push(format!("set {session} {which:?} {number}"));
            if number == 666 { Err("no".into()) } else { Ok(()) }
        }
        fn utc_ns(&self) -> i64 {
            0
        }
    }

    fn play_text(text: &str, answers: Vec<Waited>) -> (Vec<String>, Result<(), Failure>) {
        let script = Script::parse(text.replace('|', "\x01").as_bytes()).unwrap();
        let mut acceptor = Recorded { answers, ..Recorded::default() };
        let result = play(&script, &mut acceptor);
        (acceptor.log, result)
    }

    fn bytes(text: &str) -> Waited {
        Waited::Bytes(text.replace('|', "\x01").into_bytes())
    }

    const HEARTBEAT: &str = "8=FIX.4.4|9=10|35=0|34=2|10=166|";

    #[test]
    fn a_script_is_probed_played_and_closed() {
        let text = "iCONNECT\nI8=FIX.4.4|35=0|34=2|\nE8=FIX.4.4|35=0|34=2|\ni2,CONNECT\ne2,DISCONNECT\n";
        let (log, result) = play_text(text, vec![bytes(HEARTBEAT), Waited::Closed]);
        assert_eq!(result, Ok(()));
        let sent = format!("send 1 {HEARTBEAT}");
        assert_eq!(
            log,
            [
                "connect 0",
                "close 0",
                "connect 1",
                &sent,
                "wait 1 60 s",
                "connect 2",
                "wait 2 10 s",
                "close 2",
                "close 1"
            ]
        );
    }

    #[test]
    fn messages_are_read_one_a_line_however_they_come() {
        let text = "iCONNECT\nE8=FIX.4.4|35=0|34=2|\nE8=FIX.4.4|35=0|34=2|\n";
        let (two, rest) = (format!("{HEARTBEAT}{HEARTBEAT}"), 9);
        let (first, second) = two.split_at(rest);
        assert_eq!(play_text(text, vec![bytes(first), bytes(second)]).1, Ok(()));
    }

    #[test]
    fn the_first_line_that_fails_ends_the_script() {
        let text = "iCONNECT\nE8=FIX.4.4|35=0|34=3|\nI8=FIX.4.4|35=0|\n";
        let (log, result) = play_text(text, vec![bytes(HEARTBEAT)]);
        let failure = result.unwrap_err();
        assert_eq!((failure.line, failure.why.as_str()), (2, "expected 34=3, received 34=2"));
        assert_eq!(failure.received, HEARTBEAT);
        assert_eq!(failure.expected, "8=FIX.4.4|9=10|35=0|34=3|10=167|");
        assert_eq!(log.last().map(String::as_str), Some("close 1"));
        assert!(!log.iter().any(|line| line.starts_with("send")));
    }

    #[test]
    fn nothing_may_come_before_a_close() {
        let closing = "iCONNECT\neDISCONNECT\n";
        let why = |answers| play_text(closing, answers).1.unwrap_err().why;
        assert!(why(vec![bytes("8"), Waited::Closed]).contains("sent something"));
        assert!(why(vec![Waited::Silence]).contains("did not close within 10 s"));
        assert!(why(vec![Waited::Reset]).contains("broke the connection off"));
        let unread = "iCONNECT\nE8=FIX.4.4|35=0|34=2|\neDISCONNECT\n";
        let two = format!("{HEARTBEAT}{HEARTBEAT}");
        let failure = play_text(unread, vec![bytes(&two), Waited::Closed]).1.unwrap_err();
        assert_eq!((failure.line, failure.received.as_str()), (3, HEARTBEAT));
    }

    #[test]
    fn silence_a_close_and_nonsense_are_told_apart() {
        let text = "iCONNECT\nE8=FIX.4.4|35=0|34=2|\n";
        let why = |answers| play_text(text, answers).1.unwrap_err().why;
        assert!(why(vec![]).contains("nothing came within 60 s"));
        assert!(why(vec![Waited::Closed]).contains("closed the connection instead"));
        assert!(why(vec![Waited::Reset]).contains("broke the connection off"));
        assert!(why(vec![bytes(&HEARTBEAT.replace("166", "165"))]).contains("CheckSum"));
    }

    #[test]
    fn sending_into_a_closed_connection_fails() {
        let script = Script::parse(b"iCONNECT\nI8=FIX.4.4\x0135=0\x01\n").unwrap();
        let mut acceptor = Recorded { deaf: true, ..Recorded::default() };
        assert_eq!(play(&script, &mut acceptor).unwrap_err().line, 2);
    }

    #[test]
    fn numbers_are_set_and_a_line_needs_its_connection() {
        let set = |n| format!("iCONNECT\niSET_SESSION FIX.4.4:ISLD->TW NEXTSENDERSEQNUM={n}\n");
        let (log, result) = play_text(&set(2000), vec![]);
        assert_eq!(result, Ok(()));
        assert!(log.contains(&"set FIX.4.4:ISLD->TW Sender 2000".to_owned()));
        assert_eq!(play_text(&set(666), vec![]).1.unwrap_err().why, "no");
        assert_eq!(play_text("I8=FIX.4.4|35=0|\n", vec![]).1.unwrap_err().line, 1);
    }
}
