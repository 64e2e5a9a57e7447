//! The rules of the header: what is checked before a message is lent, how it is answered, and what is written.
//! Each test is named after a rule of `docs/design.md`, or of the standard.

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, Reason, Refused, SECOND_NS};
use sansfix_sim::Settings;
use sansfix_tests::applications::Undecided;
use sansfix_tests::lone::{Lone, config};
use sansfix_tests::peer::{self, ENGINE, PEER};

/// A FIX.4.4 acceptor that is logged on, configured further.
fn logged_on(tweak: impl FnOnce(&mut Config)) -> Lone {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    tweak(&mut config);
    Lone::logged_on(config)
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
        let mut lone = logged_on(|config| config.switches.no_ref_tag_in_session_rejects = left_out);
        let elsewhere = peer::message(BeginString::Fix44, lone.now, 2, "35=0");
        let elsewhere = String::from_utf8(elsewhere).unwrap().replace(&format!("56={ENGINE}"), "56=ELSE");
        let body = elsewhere.split_once("\u{1}35=").unwrap().1.rsplit_once("\u{1}10=").unwrap().0;
        lone.node.feed(lone.now, &peer::framed(BeginString::Fix44, format!("35={body}\u{1}").as_bytes()));
        let sent = lone.received();
        assert!(sent[0].starts_with("3 2 ") && sent[0].contains("373=9"), "{sent:?}");
        assert_eq!(sent[0].contains("371=56"), named, "{sent:?}");
    }
}

/// Common engines count a possible duplicate that is rejected for OrigSendingTime no more than one that is refused.
#[test]
fn only_for_its_orig_sending_time_is_a_rejected_duplicate_not_counted() {
    let next = |left_out, text: &str, off_s: i64| {
        let mut lone = logged_on(|config| config.switches.do_not_count_rejected_duplicates = left_out);
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
        lone.event(sansfix::Event::Connected);
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
    lone.event(sansfix::Event::Connected);
    lone.send("35=A|98=0|108=30|383=300");
    lone.received();
    let refused = (1..300).find_map(|length| lone.order(&"x".repeat(length)).err());
    assert_eq!(refused, Some(Refused::TooLong { limit: 300 - 38 }));
    let longest = |bytes: &[u8]| {
        let ends =
            bytes.windows(4).enumerate().filter(|(_, window)| window == b"\x0110=").map(|(at, _)| at + 8);
        let ends: Vec<_> = std::iter::once(0).chain(ends).collect();
        ends.windows(2).map(|two| two[1] - two[0]).max()
    };
    assert_eq!(longest(&lone.node.take_output(lone.now)), Some(300 - 38), "and no less");
}

/// While a message waits for its verdict nothing is read, so that nobody was silent.
#[test]
fn silence_is_not_counted_while_a_message_waits() {
    let settings = Settings::new(config(Role::Acceptor, BeginString::Fix44));
    let mut lone = Lone::logged_on_with(Settings { application: Box::new(Undecided(b"D")), ..settings });
    lone.pass(20.0);
    lone.send("35=D|11=X");
    lone.pass(100.0);
    lone.received();
    lone.node.settle(lone.now, &sansfix_sim::Ruling::Accept).unwrap();
    lone.pass(15.0);
    assert!(!lone.received().iter().any(|sent| sent.starts_with("1 ")), "15 s of silence");
    lone.pass(30.0);
    assert!(lone.received().iter().any(|sent| sent.starts_with("1 ")), "45 s of silence");
}
