//! Administrative messages that are repeated, which nobody ought to do (FIX 4.4 volume 2, "Resend Request"). At the number
//! expected a Logon counts for the sequence and does nothing else; the others are taken as they would be without the flag.

use sansfix::config::Role;
use sansfix::{BeginString, Command, Event, PhaseName, ResetMode};
use sansfix_tests::lone::{Lone, config};

/// PossDupFlag(43)=Y, and an OrigSendingTime(122) that is not later.
const REPEATED: &str = "43=Y|122=20200101-00:00:00";

/// A session that has asked for 2 and 3, and has 4 above the gap.
fn recovering(mut lone: Lone) -> Lone {
    lone.send_as(4, "35=D|11=C");
    assert_eq!(lone.received(), ["2 2 7=2 16=0"]);
    lone
}

/// The Logon of a connection whose beginning was lost to the acceptor: it is repeated among what is asked for.
#[test]
fn a_repeated_logon_resets_nothing() {
    let mut lone = Lone::acceptor();
    lone.event(Event::Disconnected);
    lone.command(Command::Reset(ResetMode::Offline));
    lone.event(Event::Connected);
    lone.send_as(3, "35=A|98=0|108=30");
    assert_eq!(lone.received(), ["A 1 98=0 108=30", "2 2 7=1 16=0"]);
    lone.send_as(1, &format!("35=A|{REPEATED}|98=0|108=30|141=Y"));
    assert_eq!((lone.received(), lone.numbers()), (vec![], (3, 2)), "counted, and nothing else");
    lone.send_as(2, &format!("35=D|{REPEATED}|11=A"));
    assert_eq!((lone.received(), lone.numbers().1), (vec!["D 3 11=A".to_owned()], 4));
}

#[test]
fn a_repeated_logon_closes_nothing() {
    for text in ["98=0|108=30", "98=0|108=30|141=Y"] {
        for lone in Lone::both() {
            let mut lone = recovering(lone);
            let text = format!("35=A|{REPEATED}|{text}");
            lone.send_as(2, &text);
            assert_eq!((lone.received(), lone.numbers()), (vec![], (3, 3)), "{text}");
            // Above the gap it waits like any other.
            lone.send_as(5, &text);
            assert_eq!((lone.received(), lone.numbers()), (vec![], (3, 3)), "{text}");
            lone.send_as(3, &format!("35=D|{REPEATED}|11=B"));
            assert_eq!(lone.received(), ["D 3 11=B", "D 4 11=C"], "{text}");
            assert_eq!((lone.phase(), lone.numbers()), (PhaseName::Active, (5, 6)), "{text}");
        }
    }
}

/// An engine that asks once more for what it still misses, or whether anybody is there, must not be left without an answer.
#[test]
fn what_else_is_repeated_is_taken_as_it_would_be_without_the_flag() {
    let cases = [
        ("35=0", &[][..], PhaseName::Active),
        ("35=1|112=T", &["0 2 112=T"], PhaseName::Active),
        ("35=2|7=1|16=0", &["4 1R 36=2 123=Y"], PhaseName::Active),
        ("35=5", &["5 2"], PhaseName::LogoutAnswered),
    ];
    for (text, sent, phase) in cases {
        let (kind, fields) = text.split_once('|').unwrap_or((text, ""));
        let mut lone = Lone::acceptor();
        lone.send(format!("{kind}|{REPEATED}|{fields}").trim_end_matches('|'));
        assert_eq!(
            (lone.received(), lone.phase()),
            (sent.iter().map(ToString::to_string).collect(), phase),
            "{text}"
        );
        assert_eq!(lone.numbers().1, 3, "{text}");
    }
}

#[test]
fn a_first_logon_with_the_flag_is_one_but_resets_nothing() {
    let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
    lone.event(Event::Connected);
    lone.send_as(1, &format!("35=A|{REPEATED}|98=0|108=30|141=Y"));
    assert_eq!((lone.received(), lone.phase()), (vec![], PhaseName::AwaitingLogon));
    lone.send_as(1, &format!("35=A|{REPEATED}|98=0|108=30"));
    assert_eq!((lone.received().len(), lone.phase()), (1, PhaseName::Active));
}
