use sansfix::{CommandRefused, ResetMode, SeqNum};
use sansfix_registry::OwnedMessage;

use super::*;
use crate::log::outgoing::tests::message;

fn seq(number: u64) -> SeqNum {
    SeqNum::new(number).unwrap()
}

fn store_error() -> StoreError {
    StoreError { doing: "save", why: "the disk is full".into() }
}

#[test]
fn every_kind_has_its_level_its_name_and_its_words() {
    let (store, range) = (store_error(), SeqRange { begin: seq(4), end: seq(7) });
    let connect = ConnectError { address: "venue:1".into(), why: io::Error::other("nobody is there") };
    let broken = io::Error::other("it was reset");
    let so_far = Duration::from_millis(1500);
    let why = Refused::NoNumberLeft;
    for (entry, level, kind, text) in [
        (
            Entry::StoreFailed(&store),
            Level::Error,
            "store failed",
            "the store failed: the store could not save: the disk is full",
        ),
        (Entry::Panicked, Level::Error, "panicked", "the application panicked: the connection is let go"),
        (
            Entry::TooLong { announced: 9 },
            Level::Warn,
            "too long",
            "a message of 9 bytes is too long: passed over",
        ),
        (Entry::ConnectFailed(&connect), Level::Warn, "connect failed", "venue:1: nobody is there"),
        (
            Entry::ConnectionFailed(&broken),
            Level::Warn,
            "connection failed",
            "the connection failed: it was reset",
        ),
        (Entry::Cut { bytes: 3 }, Level::Warn, "cut", "a message was cut after 3 bytes"),
        (
            Entry::NotSent { msg_type: b"D\n", why },
            Level::Warn,
            "not sent",
            "D? not sent: no sequence number is left",
        ),
        (
            Entry::StoreSlow { so_far, answered: true },
            Level::Warn,
            "store slow",
            "the store is slow: it took 1500 ms to save",
        ),
        (
            Entry::Garbled { why: Garbled::CheckSum, bytes: b"noise" },
            Level::Warn,
            "garbled",
            "ignored, garbled (CheckSum(10) is not the sum of the bytes): (5 bytes hidden)",
        ),
        (Entry::Connected, Level::Info, "connected", "connected"),
        (Entry::SessionTime { open: true }, Level::Info, "session time", "session time begins"),
        (Entry::SessionTime { open: false }, Level::Info, "session time", "session time is over"),
        (Entry::GapFound { range }, Level::Debug, "gap found", "gap found: 4 to 7"),
        (Entry::GapClosed { range: SeqRange::one(seq(4)) }, Level::Debug, "gap closed", "gap closed: 4"),
        (Entry::ReplayBegun { range }, Level::Debug, "replay begun", "replay begun: 4 to 7"),
        (Entry::ReplayEnded { range }, Level::Debug, "replay ended", "replay ended: 4 to 7"),
    ] {
        assert_eq!((entry.level(), entry.kind(), &*entry.to_string()), (level, kind, text));
    }
}

#[test]
fn an_end_is_as_grave_as_its_reason() {
    for (reason, level) in [
        (Reason::PeerLogout, Level::Info),
        (Reason::ByOperator, Level::Info),
        (Reason::ConnectionLost, Level::Warn),
        (Reason::MsgSeqNumTooLow, Level::Warn),
        (Reason::StoreFailed, Level::Error),
        (Reason::NoNumberLeft, Level::Error),
    ] {
        assert_eq!(Entry::Ended(reason).level(), level, "{reason}");
    }
}

#[test]
fn a_message_is_as_grave_as_its_type_and_is_called_by_its_name() {
    for (kind, level, name) in [
        ("A", Level::Info, Some("Logon")),
        ("5", Level::Info, Some("Logout")),
        ("0", Level::Trace, Some("Heartbeat")),
        ("1", Level::Debug, Some("TestRequest")),
        ("2", Level::Debug, Some("ResendRequest")),
        ("4", Level::Debug, Some("SequenceReset")),
        ("3", Level::Warn, Some("Reject")),
        ("j", Level::Warn, Some("BusinessMessageReject")),
        ("D", Level::Trace, None),
    ] {
        let bytes = message(kind, 1);
        let entry = Entry::Outgoing(Message::parse(&bytes).unwrap());
        assert_eq!((entry.level(), entry.kind(), msg_type_name(kind.as_bytes())), (level, "outgoing", name));
    }
}

#[test]
fn a_command_tells_what_was_given_and_what_came_of_it_and_no_field_of_a_message() {
    let secret = OwnedMessage::new("U", "554=topsecret\x01");
    for (command, outcome, level, text) in [
        (OwnedCommand::Logon, Outcome::Already, Level::Info, "command Logon: it was so already"),
        (
            OwnedCommand::Logout { text: "".into() },
            Outcome::Done,
            Level::Info,
            "command Logout: done, or begun",
        ),
        (
            OwnedCommand::Logout { text: "good\nnight".into() },
            Outcome::Done,
            Level::Info,
            "command Logout \"good?night\": done, or begun",
        ),
        (
            OwnedCommand::Reset(ResetMode::Offline),
            Outcome::Remembered,
            Level::Info,
            "command Reset Offline: remembered until the connection is down",
        ),
        (
            OwnedCommand::SetNextSender(seq(9)),
            Outcome::Done,
            Level::Info,
            "command SetNextSender 9: done, or begun",
        ),
        (
            OwnedCommand::SetNextTarget(seq(8)),
            Outcome::Ignored,
            Level::Info,
            "command SetNextTarget 8: ignored",
        ),
        (
            OwnedCommand::TestRequest,
            Outcome::Refused(CommandRefused::NotLoggedOn),
            Level::Warn,
            "command TestRequest: not possible: the session is not logged on",
        ),
        (OwnedCommand::Disconnect, Outcome::Done, Level::Info, "command Disconnect: done, or begun"),
        (OwnedCommand::Send(secret), Outcome::Done, Level::Info, "command Send U: done, or begun"),
    ] {
        let entry = Entry::Command { command: &command, outcome };
        assert_eq!((entry.level(), entry.kind(), &*entry.to_string()), (level, "command", text));
    }
}
