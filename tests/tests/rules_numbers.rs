//! The rules of MsgSeqNum: what has none, what is missing and asked for, and what is kept above a gap.
//! Each test is named after a rule of `docs/design.md`, or of the standard.

use sansfix::config::Role;
use sansfix::{
    BeginString, BusinessRejectReason, Command, PhaseName, Reason, SECOND_NS, SeqNum, SessionRejectReason,
};
use sansfix_sim::{Pace, Ruling, Settings};
use sansfix_tests::applications::{Strict, Undecided};
use sansfix_tests::lone::{Lone, START, config};
use sansfix_tests::peer::{self, ENGINE, PEER};

/// A message without MsgSeqNum, unless that is given.
fn without_number(kind: &str, rest: &str) -> Vec<u8> {
    written_by(PEER, kind, rest)
}

fn written_by(sender: &str, kind: &str, rest: &str) -> Vec<u8> {
    let text = format!("35={kind}|49={sender}|52=now|56={ENGINE}|{rest}");
    peer::given(BeginString::Fix44, START, &text)
}

/// FIX 4.4 volume 2, "MsgSeqNum": its absence is a serious error. A SequenceReset-Reset with zero is let pass.
#[test]
fn a_message_without_a_number_ends_the_session() {
    for bytes in [
        without_number("D", "11=A|"),
        without_number("4", "36=9|"),
        without_number("4", "34=x|36=9|"),
        without_number("D", "34=0|11=A|"),
    ] {
        let mut lone = Lone::acceptor();
        lone.node.feed(lone.now, &bytes);
        assert_eq!(lone.received(), ["5 2 58=Received message without MsgSeqNum"]);
        assert_eq!((lone.node.ended(), lone.numbers().1), (None, 2));
        lone.send("35=5");
        assert_eq!(lone.node.ended(), Some(Reason::MsgSeqNumMissing));
    }
    let mut lone = Lone::acceptor();
    lone.node.feed(lone.now, &without_number("4", "34=0|36=9|"));
    assert_eq!((lone.received(), lone.numbers().1), (vec![], 9));
}

#[test]
fn the_header_of_what_ends_the_session_is_not_examined() {
    let mut lone = Lone::acceptor();
    lone.node.feed(lone.now, &written_by("SOMEBODY", "D", "34=1|11=A|"));
    assert_eq!(lone.received(), ["5 2 58=MsgSeqNum too low, expecting 2 but received 1"]);
}

#[test]
fn a_gap_whose_last_number_is_not_kept_stays_open_until_that_comes() {
    let mut lone = Lone::acceptor();
    lone.send_as(4, "35=4|123=Y|36=5");
    assert_eq!(lone.received(), ["2 2 7=2 16=0"]);
    for seq in [2, 3] {
        lone.send_as(seq, "35=0|43=Y|122=20260921-14:13:19");
    }
    assert_eq!(lone.received(), [""; 0]);
    lone.pass(30.5);
    let sent = lone.received();
    assert!(sent.iter().any(|sent| sent.ends_with(" 7=4 16=0")), "4 is still missing: {sent:?}");
}

#[test]
fn a_resend_request_waits_while_a_message_is_unsettled() {
    let mut lone = Lone::acceptor_under(Undecided(b"D"));
    lone.send_as(5, "35=0");
    assert_eq!(lone.received(), ["2 2 7=2 16=0"]);
    lone.send_as(2, "35=D|43=Y|122=20260921-14:13:19|11=X");
    assert!(lone.node.has_unsettled());
    for _ in 0..4 {
        lone.pass(20.0);
        assert!(!lone.received().iter().any(|sent| sent.starts_with("2 ")), "it is our turn");
    }
}

#[test]
fn what_a_message_has_waited_is_not_held_against_the_answer_to_a_resend_request() {
    let mut lone = Lone::acceptor_under(Undecided(b"D"));
    lone.send_as(5, "35=0");
    lone.pass(20.0);
    lone.send_as(1, "35=D|43=Y|122=20260921-14:13:19|11=X");
    lone.pass(100.0);
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    lone.pass(9.5);
    assert_eq!(lone.received().iter().filter(|sent| sent.starts_with("2 ")).count(), 1, "29.5 s");
    lone.pass(1.0);
    assert_eq!(lone.received().iter().filter(|sent| sent.starts_with("2 ")).count(), 1, "30.5 s");
}

#[test]
fn a_logout_that_an_operator_passes_over_is_answered_once() {
    for (held, seq, text) in [(&b"D"[..], 2, "35=D|11=X"), (b"5", 5, "35=5")] {
        let mut lone = Lone::acceptor_under(Undecided(held));
        lone.send_as(5, "35=5");
        for missing in 2..seq {
            lone.send_as(missing, "35=0|43=Y|122=20260921-14:13:19");
        }
        if held == b"D" {
            lone.send_as(seq, text);
        }
        assert!(lone.node.has_unsettled());
        lone.received();
        lone.command(Command::SetNextTarget(SeqNum::new(9).unwrap()));
        let answered = lone.received();
        assert_eq!(answered, if held == b"D" { &["5 3"][..] } else { &[] }, "{text}");
        lone.node.settle(lone.now, &Ruling::Accept).unwrap();
        assert_eq!(answered.len() + lone.received().len(), 1, "{text}");
    }
}

#[test]
fn missing_numbers_are_asked_for_in_chunks() {
    let asked = |chunk, seq: u64| {
        let mut lone = Lone::acceptor_with(|config| config.resend_request_chunk = chunk);
        lone.send_as(seq, "35=0");
        lone.received()
    };
    assert_eq!(asked(Some(2), 5), ["2 2 7=2 16=3"]);
    assert_eq!(asked(Some(2), 4), ["2 2 7=2 16=0"], "the last chunk has no end");
    assert_eq!(asked(Some(0), 5), ["2 2 7=2 16=0"], "no chunks");
    assert_eq!(asked(None, 5), ["2 2 7=2 16=0"]);
}

/// Common engines fill up to the last number of a chunk, not past it.
#[test]
fn a_gap_fill_to_the_end_of_a_chunk_asks_for_the_next_where_that_is_configured() {
    let asked = |on, chunk, to: u64| {
        let mut lone = Lone::acceptor_with(|config| {
            config.switches.gap_fill_to_chunk_end_asks_next = on;
            config.resend_request_chunk = chunk;
        });
        lone.send_as(20, "35=0");
        lone.received();
        lone.send_as(2, &format!("35=4|43=Y|122=20260921-14:13:19|123=Y|36={to}"));
        lone.received()
    };
    assert_eq!(asked(true, Some(4), 5), ["2 3 7=5 16=8"]);
    assert_eq!(asked(false, Some(4), 5), [""; 0]);
    assert_eq!(asked(true, Some(4), 4), [""; 0], "within the chunk");
    assert_eq!(asked(true, None, 20), [""; 0], "no chunk");
    assert_eq!(asked(false, Some(4), 6), ["2 3 7=6 16=9"], "past it, as the standard has it");
}

#[test]
fn the_bytes_kept_above_a_gap_are_counted_as_they_come_and_go() {
    let kept = "35=D|11=KEPT";
    let bytes = Lone::acceptor().message(9, kept).len() as u32;
    let in_sequence = |lone: &mut Lone, seq| {
        lone.send_as(seq, "35=0|43=Y|122=20260921-14:13:19");
        lone.numbers().1
    };
    for (bound, is_kept) in [(bytes, true), (bytes - 1, false)] {
        let mut lone = Lone::acceptor_with(|config| config.limits.queued_bytes = bound);
        lone.send_as(3, kept);
        assert_eq!(in_sequence(&mut lone, 2), if is_kept { 4 } else { 3 }, "{bound} bytes");
    }
    // Room for one with a number of two digits.
    let mut lone = Lone::acceptor_with(|config| config.limits.queued_bytes = bytes + 1);
    // One that was taken out makes room, and so does one that was passed over.
    lone.send_as(3, kept);
    assert_eq!(in_sequence(&mut lone, 2), 4);
    lone.send_as(5, kept);
    assert_eq!(in_sequence(&mut lone, 4), 6);
    lone.send_as(8, kept);
    lone.send_as(6, "35=4|123=Y|36=9");
    assert_eq!(lone.numbers().1, 9);
    lone.send_as(10, kept.replace("KEPT", "LAST").as_str());
    assert_eq!(in_sequence(&mut lone, 9), 11);
    assert_eq!(lone.delivered(), ["KEPT", "KEPT", "LAST"]);
}

/// The counterparty has its own limit for the answer, whatever keeps us.
#[test]
fn a_logout_above_a_gap_is_answered_in_time_though_a_message_waits_for_its_verdict() {
    let mut lone = Lone::acceptor_under(Undecided(b"D"));
    lone.send_as(5, "35=5");
    lone.send_as(2, "35=D|43=Y|122=20260921-14:13:19|11=X");
    lone.received();
    lone.pass(f64::from(lone.node.session().config().limits.logout_recovery_ms) / 1_000.0);
    assert_eq!((lone.received(), lone.phase()), (vec!["5 3".to_owned()], PhaseName::LogoutAnswered));
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    assert_eq!(lone.numbers(), (4, 3));
}

#[test]
fn what_was_kept_above_a_gap_does_not_outlive_a_reset() {
    let mut lone = Lone::acceptor();
    lone.send_as(4, "35=D|11=OLD");
    lone.received();
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    for seq in 2..4 {
        lone.send_as(seq, &format!("35=D|11={seq}"));
    }
    assert_eq!((lone.numbers().1, lone.delivered()), (4, vec!["2".to_owned(), "3".to_owned()]));
}

/// FIX 4.4 volume 2, "Sequence Reset": NewSeqNo must be above the number of a GapFill.
#[test]
fn a_gap_fill_that_fills_nothing_is_rejected_and_counted_unless_that_is_configured() {
    for (counted, next) in [(true, 3), (false, 2)] {
        for new in [1, 2] {
            let mut lone =
                Lone::acceptor_with(|config| config.switches.do_not_count_rejected_duplicates = !counted);
            lone.send_as(2, &format!("35=4|123=Y|36={new}"));
            let sent = lone.received();
            assert_eq!((sent.len(), lone.numbers().1), (1, next), "{sent:?}");
            assert!(sent[0].starts_with("3 2 ") && sent[0].contains("371=36"), "{sent:?}");
        }
    }
}

#[test]
fn only_an_application_message_in_sequence_can_be_rejected_by_the_business() {
    let rejected = |kind: &'static [u8], text: &str| {
        let ruling = Ruling::BusinessReject {
            reason: BusinessRejectReason::UnsupportedMessageType,
            ref_id: String::new(),
            text: String::new(),
        };
        let mut lone = Lone::acceptor_under(Strict::new(kind, [ruling]));
        lone.send(text);
        (lone.received(), lone.numbers().1)
    };
    let (sent, next) = rejected(b"D", "35=D|11=X");
    assert!(sent[0].starts_with("j 2 ") && next == 3, "{sent:?}");
    assert_eq!(rejected(b"0", "35=0"), (vec![], 3));
    assert_eq!(rejected(b"1", "35=1|112=T"), (vec!["0 2 112=T".to_owned()], 3));
}

/// What a version does not have yet is told as Other, with the text.
#[test]
fn a_business_reject_gives_a_reason_that_its_version_has() {
    for (version, told) in [(BeginString::Fix42, "0"), (BeginString::Fix44, "6")] {
        let ruling = Ruling::BusinessReject {
            reason: BusinessRejectReason::NotAuthorized,
            ref_id: String::new(),
            text: "not for you".to_owned(),
        };
        let application = Box::new(Strict::new(b"D", [ruling]));
        let settings = Settings { application, ..Settings::new(config(Role::Acceptor, version)) };
        let mut lone = Lone::logged_on_with(settings);
        lone.send("35=D|11=X");
        let sent = lone.received_whole();
        let told = ["380", "58"].map(|tag| sent[0].get(tag)) == [Some(told.as_bytes()), Some(b"not for you")];
        assert!(told, "{version:?}: {}", sent[0]);
    }
}

/// The ninth that waits is joined with the one before it: numbers between may be repeated, none is left out.
#[test]
fn more_resend_requests_than_are_kept_apart_are_joined() {
    let mut lone = Lone::acceptor();
    lone.orders(&["2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]);
    lone.received();
    lone.node.set_pace(Pace::OnRequest);
    for seq in [2, 3, 4, 5, 6, 7, 8, 9, 10, 12] {
        lone.send(&format!("35=2|7={seq}|16={seq}"));
    }
    while lone.node.answer_store(lone.now) {}
    let expected: Vec<_> = (2..=12).map(|seq| format!("D {seq}R 11={seq}")).collect();
    assert_eq!(lone.received(), expected);
}

#[test]
fn numbers_that_are_given_again_do_not_disturb_a_replay_below_them() {
    let mut lone = Lone::asked(&["A", "B", "C"], "35=2|7=2|16=3");
    lone.command(Command::SetNextSender(SeqNum::new(4).unwrap()));
    while lone.node.answer_store(lone.now) {}
    assert_eq!(lone.received(), ["D 2R 11=A", "D 3R 11=B"]);
    let trace = lone.node.recorder().trace();
    assert_eq!(trace.matches("< fetch ").count(), 1, "the store is asked once");
}

/// FIX 4.4 volume 2, "Heartbeat": any message that is sent puts it off.
#[test]
fn a_replay_puts_the_heartbeat_off() {
    for ask in ["35=2|7=2|16=2", "35=2|7=1|16=1"] {
        let mut lone = Lone::acceptor();
        lone.order("A").unwrap();
        lone.pass(29.0);
        lone.received();
        lone.send(ask);
        assert_eq!(lone.received().len(), 1);
        lone.pass(2.0);
        assert_eq!(lone.received(), [""; 0]);
        lone.pass(29.0);
        assert!(lone.received().contains(&"0 3".to_owned()));
    }
}

/// A message that is neither delivered nor rejected comes again: after our Logout nothing is rejected any more.
#[test]
fn what_cannot_be_rejected_after_a_logout_is_not_counted() {
    // The counterparty's clock is three minutes late: the first order ends the session, the others are behind it.
    let mut lone = Lone::acceptor();
    let mut late = lone.now;
    late.utc_ns -= 180 * SECOND_NS as i64;
    let orders: Vec<u8> = (2..6)
        .flat_map(|seq| peer::message(BeginString::Fix44, late, seq, &format!("35=D|11=A{seq}")))
        .collect();
    lone.node.feed(lone.now, &orders);
    let sent = lone.received();
    assert!(sent[0].starts_with("3 2 45=2 ") && sent[1].starts_with("5 3 "), "{sent:?}");
    assert_eq!((sent.len(), lone.delivered().len(), lone.numbers().1), (2, 0, 3));

    let session = Ruling::SessionReject {
        reason: SessionRejectReason::ValueIsIncorrect,
        tag: Some(11),
        text: String::new(),
    };
    let business = Ruling::BusinessReject {
        reason: BusinessRejectReason::ApplicationNotAvailable,
        ref_id: String::new(),
        text: "not now".into(),
    };
    for refusal in [session, business] {
        let mut lone = Lone::acceptor_under(Strict::new(b"D", [refusal.clone()]));
        lone.logout("bye");
        lone.send("35=D|11=A");
        lone.send("35=D|11=B");
        assert_eq!((lone.received(), lone.numbers().1), (vec!["5 2 58=bye".to_owned()], 2), "{refusal:?}");
        lone.send("35=5");
        lone.logon();
        lone.log_on_again();
        // They are asked for, and what is refused now is told.
        let sent = lone.received();
        assert!(
            sent.iter().any(|sent| sent.starts_with("2 ") && sent.contains("7=2")),
            "{refusal:?}: {sent:?}"
        );
    }
}
