//! What the fields of a Logon do, one by one, and the header fields that name the parties.

use sansfix::config::{Config, Role};
use sansfix::wire::{Frame, frame};
use sansfix::{ApplVerId, BeginString, Event, LogonWanted, PhaseName, Reason, Refused, SeqNum, msg_type};
use sansfix_sim::{Answer, Application, Ruling, Settings};
use sansfix_tests::applications::Strict;
use sansfix_tests::lone::{Lone, config};

/// A session that was given a connection and the counterparty's Logon with these fields.
fn given(config: Config, logon: &str) -> Lone {
    let mut lone = Lone::new(config);
    lone.event(Event::Connected);
    lone.send(&format!("35=A|{logon}"));
    lone
}

fn acceptor(version: BeginString) -> Config {
    config(Role::Acceptor, version)
}

#[test]
fn a_heart_bt_int_outside_the_range_that_an_acceptor_agrees_to_is_refused() {
    for (seconds, agreed) in [(0, false), (9, false), (10, true), (60, true), (61, false)] {
        let mut config = acceptor(BeginString::Fix44);
        config.acceptor_heart_bt_int = Some((10, 60));
        let mut lone = given(config, &format!("98=0|108={seconds}"));
        if agreed {
            assert_eq!(lone.received(), [format!("A 1 98=0 108={seconds}")]);
            lone.pass(f64::from(seconds));
            assert_eq!(lone.received(), ["0 2"], "it is the one that counts");
        } else {
            assert_eq!(lone.received(), ["5 1 58=HeartBtInt is outside the accepted range"]);
            assert_eq!(lone.node.ended(), Some(Reason::InvalidLogon));
        }
    }
}

#[test]
fn test_message_indicator_must_be_the_same_on_both_sides() {
    let logons =
        [(None, "98=0|108=30"), (Some(true), "98=0|108=30|464=Y"), (Some(false), "98=0|108=30|464=N")];
    for role in [Role::Acceptor, Role::Initiator] {
        for ours in [None, Some(true), Some(false)] {
            for (theirs, logon) in logons {
                let mut config = config(role, BeginString::Fix44);
                config.test_message_indicator = ours;
                let mut lone = given(config, logon);
                let sent = lone.received();
                // Who says nothing does not test, and who is told nothing does not mind.
                let fits = ours.is_none() || theirs.unwrap_or(false) == ours.unwrap_or(false);
                let seen =
                    (lone.node.status().logged_on, sent.last().unwrap().contains("TestMessageIndicator"));
                assert_eq!(seen, (fits, !fits), "{role:?} {ours:?} {theirs:?}: {sent:?}");
            }
        }
    }
}

#[test]
fn what_a_version_does_not_have_is_not_written_on_a_logon() {
    let written = |version| {
        let mut config = config(Role::Initiator, version);
        config.test_message_indicator = Some(true);
        config.limits.announce_max_message_size = true;
        config.limits.max_message_size = 5_000;
        config.next_expected_msg_seq_num = true;
        config.reset_on_logon = true;
        config.last_msg_seq_num_processed = true;
        let mut lone = Lone::new(config);
        lone.event(Event::Connected);
        lone.received().remove(0)
    };
    for (version, logon) in [
        (BeginString::Fix40, "A 1 98=0 108=30"),
        (BeginString::Fix41, "A 1 98=0 108=30 141=Y"),
        (BeginString::Fix42, "A 1 369=0 98=0 108=30 141=Y 383=5000"),
        (BeginString::Fix43, "A 1 369=0 98=0 108=30 141=Y 383=5000 464=Y"),
        (BeginString::Fix44, "A 1 369=0 98=0 108=30 141=Y 383=5000 464=Y 789=1"),
        (BeginString::Fixt11, "A 1 369=0 98=0 108=30 141=Y 383=5000 464=Y 789=1 1137=9"),
    ] {
        assert_eq!(written(version), logon);
    }
}

#[test]
fn no_message_is_longer_than_the_counterparty_can_receive_not_when_it_is_repeated_either() {
    for (role, version) in [(Role::Acceptor, BeginString::Fix42), (Role::Initiator, BeginString::Fix44)] {
        for precision in [sansfix::wire::Precision::Milliseconds, sansfix::wire::Precision::Nanoseconds] {
            let mut config = config(role, version);
            config.timestamp_precision = precision;
            let mut lone = given(config, "98=0|108=30|383=150");
            let mut ids = (1..150).map(|length| "x".repeat(length));
            let refused = ids.find_map(|id| lone.order(&id).err());
            assert!(matches!(refused, Some(Refused::TooLong { limit }) if limit < 150), "{refused:?}");
            lone.send("35=2|7=1|16=0");
            let sent = lone.node.take_output(lone.now);
            let (mut rest, mut longest) = (sent.as_slice(), 0);
            while let Frame::Message { taken, .. } = frame(rest, 1 << 20) {
                longest = longest.max(taken);
                rest = &rest[taken..];
            }
            assert!((140..=150).contains(&longest), "near the limit, and not above: {longest}");
        }
    }
}

#[test]
fn the_counterpartys_longest_message_holds_when_its_answer_resets_the_numbers_too() {
    let mut config = config(Role::Initiator, BeginString::Fix44);
    config.persist_messages = false;
    let mut lone = Lone::new(config);
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30|141=Y|383=150");
    assert!(lone.node.status().logged_on, "{:?}", lone.node.status());
    let refused = (1..150).find_map(|length| lone.order(&"x".repeat(length)).err());
    assert_eq!(refused, Some(Refused::TooLong { limit: 150 }));
}

#[test]
fn without_repetition_a_message_may_be_as_long_as_the_counterparty_says() {
    let mut config = acceptor(BeginString::Fix44);
    config.persist_messages = false;
    let mut lone = given(config, "98=0|108=30|383=150");
    let refused = (1..150).find_map(|length| lone.order(&"x".repeat(length)).err());
    assert_eq!(refused, Some(Refused::TooLong { limit: 150 }));
}

#[test]
fn a_refusal_carries_session_status_where_the_version_has_it() {
    for (version, refusal) in [(BeginString::Fix44, "5 1 58=no"), (BeginString::Fixt11, "5 1 58=no 1409=5")] {
        let ruling = Ruling::RefuseLogon { text: "no".into(), status: Some(5) };
        let application = Box::new(Strict::new(msg_type::LOGON, [ruling]));
        let mut lone = Lone::with(Settings { application, ..Settings::new(acceptor(version)) });
        lone.event(Event::Connected);
        lone.send("35=A|98=0|108=30|1137=9");
        assert_eq!(lone.received(), [refusal]);
        assert_eq!(lone.node.ended(), Some(Reason::LogonRefused));
    }
}

#[test]
fn default_appl_ver_id_is_demanded_in_fixt_and_silence_follows_without_it() {
    for missing in ["98=0|108=30", "98=0|108=30|1137="] {
        let mut lone = given(acceptor(BeginString::Fixt11), missing);
        assert_eq!((lone.received(), lone.numbers()), (vec![], (1, 1)), "{missing}");
        assert_eq!(lone.node.ended(), Some(Reason::InvalidLogon));
    }
    for role in [Role::Acceptor, Role::Initiator] {
        let mut lone = given(config(role, BeginString::Fixt11), "98=0|108=30|1137=33");
        assert_eq!(lone.received().last().unwrap().split_once("58=").unwrap().1, "Invalid DefaultApplVerID");
        assert_eq!(lone.node.status().ended, Some(Reason::InvalidLogon));
    }
    let mut config = acceptor(BeginString::Fixt11);
    config.default_appl_ver_id = Some(ApplVerId::Fix50);
    let mut lone = given(config, "98=0|108=30|1137=9");
    assert_eq!(lone.received(), ["A 1 98=0 108=30 1137=7"], "each side says what it sends itself");
}

/// Signs its Logon: what it adds depends on number and time.
#[derive(Debug)]
struct Signing;

impl Application for Signing {
    fn message(&mut self, _: &sansfix::wire::Message<'_>, _: sansfix::Order) -> Answer {
        Answer::accept()
    }

    fn logon_fields(&mut self, wanted: &LogonWanted) -> Vec<u8> {
        let signed = format!("{}@{}", wanted.seq, wanted.sending_time_utc_ns / 1_000_000_000);
        format!("95={}\u{1}96={signed}\u{1}553=kim\u{1}554=secret\u{1}925=other\u{1}", signed.len())
            .into_bytes()
    }
}

#[test]
fn the_application_adds_fields_when_number_and_time_are_known_and_no_secret_is_shown() {
    for role in [Role::Acceptor, Role::Initiator] {
        let settings = Settings::new(config(role, BeginString::Fix44));
        let mut lone = Lone::with(Settings { application: Box::new(Signing), ..settings });
        lone.event(Event::Command(sansfix::Command::SetNextSender(SeqNum::new(7).unwrap())));
        lone.event(Event::Connected);
        lone.send("35=A|98=0|108=30|553=tom|554=secret");
        assert_eq!(lone.received(), ["A 7 98=0 108=30 95=12 96=7@1790000000 553=kim 554=secret 925=other"]);
        let shown = format!("{:?}", lone.node.session()) + &format!("{:?}", lone.node.recorder().link());
        assert!(!shown.contains("secret") && !shown.contains("other"), "{shown}");
    }
}

/// A password is not to lie in a file. Nothing is lost by that: a Logon is never repeated.
#[test]
fn no_store_gets_to_see_a_logon() {
    for role in [Role::Acceptor, Role::Initiator] {
        let settings = Settings::new(config(role, BeginString::Fix44));
        let mut lone = Lone::with(Settings { application: Box::new(Signing), ..settings });
        lone.event(Event::Connected);
        lone.send("35=A|98=0|108=30");
        lone.send("35=1|112=T");
        let kept: Vec<_> = lone.node.store().records().map(|(seq, raw)| (seq.get(), raw.is_some())).collect();
        assert_eq!(kept, [(1, false), (2, true)], "a hole for the Logon, and the Heartbeat");
        lone.received();
        lone.send("35=2|7=1|16=0");
        assert_eq!(lone.received(), ["4 1R 36=3 123=Y"]);
    }
}

/// Each field that names a party, what a message says in its place, and what the Reject refers to.
#[test]
fn each_id_that_is_configured_is_compared_and_named_when_it_is_wrong() {
    let right = "50=YOU|57=ME|142=NY|143=LON";
    let cases = [
        ("50=YOU", "50=HIM", 50),
        ("50=YOU|", "", 50),
        ("57=ME", "57=HIM", 57),
        ("57=ME|", "", 57),
        ("142=NY", "142=LA", 142),
        ("143=LON", "143=PAR", 143),
        ("|143=LON", "", 143),
    ];
    let named = |version| {
        let mut config = acceptor(version);
        (config.identity.sender.sub_id, config.identity.target.sub_id) =
            (Some("ME".into()), Some("YOU".into()));
        config.identity.sender.location_id = Some("LON".into());
        config.identity.target.location_id = Some("NY".into());
        config
    };
    for (part, wrong, tag) in cases {
        let wrong = right.replace(part, wrong);
        let mut lone = given(named(BeginString::Fix44), &format!("{right}|98=0|108=30"));
        assert_eq!(lone.received(), ["A 1 50=ME 57=YOU 142=LON 143=NY 98=0 108=30"]);
        lone.send(&format!("35=0|{right}"));
        assert_eq!((lone.received(), lone.numbers().1), (vec![], 3));
        lone.send(&format!("35=0|{wrong}"));
        let sent = lone.received();
        assert_eq!(sent.len(), 2, "{sent:?}");
        assert!(sent[0].contains(&format!(" 371={tag} 372=0 373=9")), "{wrong}: {sent:?}");
        assert_eq!((lone.phase(), lone.numbers().1), (PhaseName::LogoutSent, 4));
        // At logon the same is nobody we know.
        let mut lone = given(named(BeginString::Fix44), &format!("{wrong}|98=0|108=30"));
        assert_eq!((lone.received(), lone.numbers()), (vec![], (1, 1)));
        assert_eq!(lone.node.ended(), Some(Reason::WrongIdentity));
    }
    // FIX.4.0 has no LocationIDs: none is written, and none is missed.
    let mut lone = given(named(BeginString::Fix40), "50=YOU|57=ME|98=0|108=30");
    assert_eq!(lone.received(), ["A 1 50=ME 57=YOU 98=0 108=30"]);
}

#[test]
fn ids_and_the_clock_are_compared_unless_the_configuration_says_no() {
    type Fault = fn(&mut Lone);
    let wrong_party: Fault = |lone| {
        let bytes = String::from_utf8(lone.message(lone.next, "35=0")).unwrap();
        let body =
            bytes.split_once("\u{1}35=").unwrap().1.rsplit_once("10=").unwrap().0.replace("=TW", "=XX");
        let bytes = sansfix_tests::peer::framed(BeginString::Fix44, format!("35={body}").as_bytes());
        lone.node.feed(lone.now, &bytes);
    };
    let late: Fault = |lone| {
        let bytes = lone.message(lone.next, "35=0");
        lone.pass(121.0);
        lone.received();
        lone.node.feed(lone.now, &bytes);
    };
    for (fault, named) in [(wrong_party, "371=49"), (late, "371=52")] {
        for compared in [true, false] {
            let mut config = acceptor(BeginString::Fix44);
            config.check_comp_id = compared;
            config.sending_time_tolerance = compared.then_some(120);
            let mut lone = given(config, "98=0|108=0");
            lone.received();
            fault(&mut lone);
            let sent = lone.received();
            assert_eq!(sent.iter().any(|message| message.contains(named)), compared, "{named}: {sent:?}");
            assert_eq!((lone.node.status().logged_on, lone.numbers().1), (!compared, 3));
        }
    }
}
