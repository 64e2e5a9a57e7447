//! The rules of the header: what is checked before a message is lent, how it is answered, and what is written.
//! Each test is named after a rule of `docs/design.md`, or of the standard.

use sansfix::config::{Config, Identity, Role};
use sansfix::{
    ApplVerId, BeginString, Event, NoGreeting, PhaseName, Reason, Refused, SECOND_NS, SeqNum,
    SessionRejectReason, greeting,
};
use sansfix_sim::{Ruling, Settings};
use sansfix_tests::applications::{Strict, Undecided};
use sansfix_tests::lone::{Lone, config};
use sansfix_tests::peer::{self, ENGINE, PEER};

/// Rejects the first message of a type.
fn rejecting(kind: &'static [u8]) -> Strict {
    let reason = SessionRejectReason::ValueIsIncorrect;
    Strict::new(kind, [Ruling::SessionReject { reason, tag: None, text: String::new() }])
}

/// FIX 4.4 volume 2, test cases 2n and 2o: two minutes, either way.
#[test]
fn a_sending_time_may_be_wrong_by_the_tolerance_and_no_more() {
    let off_by = |milliseconds: i64| {
        let mut lone = Lone::acceptor();
        let mut then = lone.now;
        then.utc_ns += milliseconds * (SECOND_NS as i64 / 1_000);
        lone.node.feed(lone.now, &peer::message(BeginString::Fix44, then, 2, "35=0"));
        lone.received()
    };
    for right in [0, 120_000, -120_000] {
        assert_eq!(off_by(right), [""; 0], "{right} ms");
    }
    for wrong in [120_001, -120_001] {
        let sent = off_by(wrong);
        assert!(
            sent[0].starts_with("3 2 ") && sent[0].contains("371=52") && sent[0].contains("373=10"),
            "{sent:?}"
        );
        assert!(sent[1].starts_with("5 3 "), "{sent:?}");
    }
}

#[test]
fn a_reject_by_the_session_names_the_field_unless_it_is_configured_not_to() {
    for (named, left_out) in [(true, false), (false, true)] {
        let mut lone = Lone::acceptor_with(|config| config.switches.no_ref_tag_in_session_rejects = left_out);
        let elsewhere = format!("35=0|34=2|49={PEER}|52=now|56=ELSE|");
        lone.node.feed(lone.now, &peer::given(BeginString::Fix44, lone.now, &elsewhere));
        let sent = lone.received();
        assert!(sent[0].starts_with("3 2 ") && sent[0].contains("373=9"), "{sent:?}");
        assert_eq!(sent[0].contains("371=56"), named, "{sent:?}");
    }
}

/// Common engines count a possible duplicate that is rejected for OrigSendingTime no more than one that is refused.
#[test]
fn only_for_its_orig_sending_time_is_a_rejected_duplicate_not_counted() {
    let next = |left_out, text: &str, off_s: i64| {
        let mut lone =
            Lone::acceptor_with(|config| config.switches.do_not_count_rejected_duplicates = left_out);
        let mut then = lone.now;
        then.utc_ns += off_s * SECOND_NS as i64;
        lone.node.feed(lone.now, &peer::message(BeginString::Fix44, then, 2, text));
        assert!(lone.received()[0].starts_with("3 2 "), "{text}");
        lone.numbers().1
    };
    let without_time = "35=D|43=Y|11=X";
    assert_eq!((next(false, without_time, 0), next(true, without_time, 0)), (3, 2));
    // A SendingTime that is wrong is another matter, whoever repeats it.
    for text in ["35=D|11=X", "35=D|43=Y|122=20260921-14:13:19|11=X"] {
        assert_eq!((next(false, text, 600), next(true, text, 600)), (3, 3), "{text}");
    }
}

#[test]
fn sub_ids_and_location_ids_are_written_and_compared_where_they_are_configured() {
    let mut identity = Identity::new(BeginString::Fix44, ENGINE, PEER);
    identity.sender.sub_id = Some("OURSUB".into());
    identity.target.sub_id = Some("THEIRSUB".into());
    identity.sender.location_id = Some("HERE".into());
    identity.target.location_id = Some("THERE".into());
    let theirs = "50=THEIRSUB|142=THERE|57=OURSUB|143=HERE";
    let logon = |theirs: &str| {
        let mut lone = Lone::new(Config::new(Role::Acceptor, identity.clone()));
        lone.event(Event::Connected);
        lone.send(&format!("35=A|{theirs}|98=0|108=30"));
        (lone.node.status().logged_on, lone.received(), lone.node.ended())
    };
    let (on, sent, _) = logon(theirs);
    assert!(on);
    for field in ["50=OURSUB", "57=THEIRSUB", "142=HERE", "143=THERE"] {
        assert!(sent[0].contains(field), "{field} in {sent:?}");
    }
    for wrong in ["THEIRSUB", "THERE", "OURSUB", "HERE"] {
        let refused = (false, vec![], Some(Reason::WrongIdentity));
        assert_eq!(logon(&theirs.replace(wrong, "OTHER")), refused, "{wrong}");
    }
}

#[test]
fn an_application_sends_what_has_a_type_and_fits() {
    let mut lone = Lone::acceptor();
    for kind in [&b""[..], b"D D", b"D\x01", b"\x7f", b"A", b"0"] {
        let sent = lone.node.send(lone.now, kind, b"11=A\x01");
        assert_eq!(sent, Err(Refused::MsgType), "{}", kind.escape_ascii());
    }
    // Of a counterparty that takes 300 bytes: a repetition has `43=Y`, `122=` with 27 digits, two SOHs, and may have one
    // digit more in BodyLength.
    let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30|383=300");
    lone.received();
    let refused = (1..300).find_map(|length| lone.order(&"x".repeat(length)).err());
    assert_eq!(refused, Some(Refused::TooLong { limit: 300 - 38 }));
    // An engine with the same limits takes no more than is taken here.
    let mut own = Lone::acceptor_with(|config| config.limits.max_message_size = 300);
    let refused = (1..300).find_map(|length| own.order(&"x".repeat(length)).err());
    assert_eq!(refused, Some(Refused::TooLong { limit: 300 - 38 }));
    // None is no bound, and neither is what is no number.
    for size in ["0", "many"] {
        let mut boundless = Lone::new(config(Role::Acceptor, BeginString::Fix44));
        boundless.event(Event::Connected);
        boundless.send(&format!("35=A|98=0|108=30|383={size}"));
        assert!(boundless.order(&"x".repeat(1_000)).is_ok(), "{size}");
    }
    let longest = |bytes: &[u8]| {
        let ends =
            bytes.windows(4).enumerate().filter(|(_, window)| window == b"\x0110=").map(|(at, _)| at + 8);
        let ends: Vec<_> = std::iter::once(0).chain(ends).collect();
        ends.windows(2).map(|two| two[1] - two[0]).max()
    };
    assert_eq!(longest(&lone.node.take_output(lone.now)), Some(300 - 38), "and no less");
}

/// FIX 4.4 volume 2, "Reject": it goes back the way the message came. LocationIDs exist from FIX 4.1 on.
#[test]
fn a_reject_goes_back_to_whom_the_message_came_from() {
    let route = "115=OBO|116=OBOSUB|128=DT|129=DTSUB|144=OBOLOC|145=DTLOC";
    for (version, locations) in [(BeginString::Fix40, false), (BeginString::Fix44, true)] {
        let settings = Settings::new(config(Role::Acceptor, version));
        let application = Box::new(rejecting(b"D"));
        let mut lone = Lone::logged_on_with(Settings { application, ..settings });
        lone.send(&format!("35=D|{route}|11=X"));
        let sent = lone.received();
        for field in ["128=OBO", "129=OBOSUB", "115=DT", "116=DTSUB"] {
            assert!(sent[0].contains(&format!(" {field}")), "{field} in {sent:?}");
        }
        for field in ["145=OBOLOC", "144=DTLOC"] {
            assert_eq!(sent[0].contains(field), locations, "{field} in {sent:?}");
        }
    }
}

#[test]
fn a_reject_is_not_rejected_and_nothing_is_after_a_logout() {
    for (kind, text) in [(&b"3"[..], "35=3|45=1"), (b"D", "35=D|11=X")] {
        let mut lone = Lone::acceptor_under(rejecting(kind));
        if kind == b"D" {
            lone.logout("bye");
            lone.received();
        }
        lone.send(text);
        // What could not be rejected comes again.
        let counted = if kind == b"3" { 3 } else { 2 };
        assert_eq!((lone.received(), lone.numbers().1), (vec![], counted), "{text}");
    }
}

/// FIX 4.4 volume 2, test case 4a: Heartbeats go on while a TestRequest is outstanding.
#[test]
fn heartbeats_go_on_while_a_test_request_is_outstanding_unless_that_is_configured() {
    for (stops, goes_on) in [(false, true), (true, false)] {
        let mut lone = Lone::acceptor_with(|config| config.switches.no_heartbeat_while_probing = stops);
        lone.pass(30.5);
        assert_eq!(lone.received(), ["0 2"]);
        lone.pass(6.0);
        assert!(lone.received()[0].starts_with("1 3 "), "36 s of silence");
        lone.pass(30.5);
        assert_eq!(lone.received() == ["0 4"], goes_on);
    }
}

#[test]
fn an_empty_test_req_id_is_rejected_unless_it_is_to_be_answered() {
    let answer = |switched_on| {
        let mut lone = Lone::acceptor_with(|config| config.switches.answer_empty_test_req_id = switched_on);
        lone.send("35=1|112=");
        // Read as it is: a field without a value is none that a test would take.
        String::from_utf8(lone.node.take_output(lone.now)).unwrap().replace('\u{1}', "|")
    };
    let answered = answer(true);
    assert!(answered.contains("|35=0|34=2|") && answered.contains("|112=|"), "{answered}");
    let rejected = answer(false);
    assert!(rejected.contains("|35=3|34=2|") && rejected.contains("|371=112|"), "{rejected}");
}

/// NextExpectedMsgSeqNum spares the ResendRequest only where both sides write it.
#[test]
fn a_counterparty_that_does_not_write_what_it_expects_is_asked() {
    for (theirs, asked) in [("", true), ("|789=1", false)] {
        let mut configured = config(Role::Acceptor, BeginString::Fix44);
        configured.next_expected_msg_seq_num = true;
        let mut lone = Lone::new(configured);
        lone.event(Event::Connected);
        lone.send_as(5, &format!("35=A|98=0|108=30{theirs}"));
        let sent = lone.received();
        assert_eq!(sent[0], "A 1 98=0 108=30 789=1");
        assert_eq!(sent.contains(&"2 2 7=1 16=0".to_owned()), asked, "{sent:?}");
    }
}

/// While a message waits for its verdict nothing is read, so that nobody was silent.
#[test]
fn silence_is_not_counted_while_a_message_waits() {
    let mut lone = Lone::acceptor_under(Undecided(b"D"));
    lone.pass(20.0);
    lone.send("35=D|11=X");
    lone.pass(100.0);
    lone.received();
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    lone.pass(15.0);
    assert!(!lone.received().iter().any(|sent| sent.starts_with("1 ")), "15 s of silence");
    lone.pass(30.0);
    assert!(lone.received().iter().any(|sent| sent.starts_with("1 ")), "45 s of silence");
}

/// FIXT.1.1, "Logout": SessionStatus(1409) says what the text says.
#[test]
fn a_logout_for_a_number_carries_session_status_unless_that_is_configured() {
    for (left_out, too_low, too_high) in [(false, " 1409=9", " 1409=10"), (true, "", "")] {
        let configured = || {
            let mut config = config(Role::Acceptor, BeginString::Fixt11);
            config.default_appl_ver_id = Some(ApplVerId::Fix50Sp2);
            config.next_expected_msg_seq_num = true;
            config.switches.no_session_status_in_logout = left_out;
            config
        };
        let mut lone = Lone::new(configured());
        lone.event(Event::Connected);
        lone.send("35=A|98=0|108=30|789=1|1137=9");
        lone.received();
        lone.send_as(1, "35=0");
        let text = "58=MsgSeqNum too low, expecting 2 but received 1";
        assert_eq!(lone.received(), [format!("5 2 {text}{too_low}")]);
        let mut lone = Lone::new(configured());
        lone.event(Event::Connected);
        lone.send("35=A|98=0|108=30|789=50|1137=9");
        let sent = lone.received();
        assert_eq!(sent.len(), 1);
        assert!(sent[0].starts_with("5 1 58=") && sent[0].ends_with(too_high), "{sent:?}");
        assert_eq!(sent[0].contains("1409"), !left_out);
    }
}

#[test]
fn who_has_no_number_left_refuses_a_logon_in_silence() {
    let mut settings = Settings::new(config(Role::Acceptor, BeginString::Fix44));
    settings.snapshot.next_sender = SeqNum::MAX;
    settings.snapshot.next_target = SeqNum::new(5).unwrap();
    let mut lone = Lone::with(settings);
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30");
    assert_eq!((lone.received(), lone.numbers().0), (vec![], SeqNum::MAX.get()));
    assert_eq!(lone.node.ended(), Some(Reason::MsgSeqNumTooLow));
}

#[test]
fn a_greeting_is_waited_for_up_to_the_longest_message() {
    let bytes = peer::message(BeginString::Fix44, Lone::acceptor().now, 1, "35=A|98=0|108=30");
    for length in 0..bytes.len() {
        assert!(greeting(&bytes[..length], 1_000).is_none(), "{length} bytes");
    }
    assert!(matches!(greeting(&bytes, 1_000), Some(Ok(greeted)) if greeted.message.msg_type() == b"A"));
    // Before it says how long it is, what has come counts.
    let begun = b"8=FIX.4.4\x01";
    assert_eq!(greeting(begun, begun.len()), None);
    assert_eq!(greeting(begun, begun.len() - 1), Some(Err(NoGreeting::TooLong { announced: 10 })));
}

/// What is passed over has been read: nothing that comes behind it can have waited there.
#[test]
fn a_sending_time_may_not_be_older_by_what_others_waited_before_the_input_was_passed_over() {
    let mut lone = Lone::acceptor_under(Undecided(b"D"));
    lone.send("35=D|11=A");
    let announced = "8=FIX.4.4\u{1}9=2000000\u{1}";
    lone.node.feed(lone.now, announced.as_bytes());
    let late = lone.message(3, "35=D|11=LATE");
    lone.pass(130.0);
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    // Its limit is over when all that was announced has come.
    lone.pass(1.0);
    let mut rest = vec![b'x'; 2_000_000 + 7];
    rest.extend(&late);
    lone.node.feed(lone.now, &rest);
    assert_eq!((lone.phase(), lone.numbers().1), (PhaseName::LogoutSent, 3), "{:?}", lone.node.ended());
    assert!(!lone.node.has_unsettled(), "LATE came when nothing waited");
}

/// What waits behind others grows old, and that is not held against the counterparty; what comes late does.
#[test]
fn a_sending_time_may_be_older_by_what_the_message_has_waited_for_the_verdicts_of_others() {
    let mut lone = Lone::acceptor_under(Undecided(b"D"));
    for number in 0..130 {
        lone.send(&format!("35=D|11=A{number}"));
    }
    let late = lone.message(132, "35=D|11=LATE");
    for _ in 0..130 {
        lone.pass(1.0);
        lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    }
    let sent = lone.received();
    assert!(!sent.iter().any(|sent| sent.starts_with("3 ")), "{sent:?}");
    assert_eq!((lone.delivered().len(), lone.numbers().1), (130, 132));
    lone.node.feed(lone.now, &late);
    let sent = lone.received();
    assert!(
        sent[0].contains("45=132") && sent[0].contains("373=10"),
        "it came when nothing waited: {sent:?}"
    );
}
