//! SequenceReset-Reset from a counterparty that begins again, only means to fill a gap, or brings nothing at all.

use sansfix::PhaseName;
use sansfix_tests::lone::Lone;

/// After a SequenceReset-Reset the counterparty begins again with NewSeqNo. What it sent before under such numbers is
/// neither delivered for what it sends now, nor counted for it, nor waited for.
#[test]
fn what_was_kept_above_a_gap_does_not_outlive_a_sequence_reset() {
    for new in [2, 3, 4] {
        for mut lone in Lone::both() {
            lone.send_as(5, "35=D|11=OLD");
            lone.send_as(6, "35=2|7=1|16=1");
            assert_eq!(lone.received(), ["2 2 7=2 16=0", "4 1R 36=2 123=Y"]);
            lone.send_as(9, &format!("35=4|36={new}"));
            for seq in new..8 {
                lone.send_as(seq, &format!("35=D|11=NEW{seq}"));
            }
            let ids: Vec<_> = (new..8).map(|seq| format!("NEW{seq}")).collect();
            assert_eq!((lone.numbers().1, lone.delivered()), (8, ids));
            lone.received();
            lone.pass(29.0);
            let sent = lone.received();
            assert!(!sent.iter().any(|sent| sent.starts_with("2 ")), "nothing is missing: {sent:?}");
        }
    }
}

/// The counterparty only meant to fill the gap, and goes on behind what it sent before.
#[test]
fn what_does_not_come_again_after_a_sequence_reset_is_asked_for() {
    let mut lone = Lone::acceptor();
    lone.send_as(5, "35=D|11=E");
    lone.received();
    lone.send_as(2, "35=4|36=5");
    lone.send_as(6, "35=D|11=F");
    lone.pass(29.0);
    assert_eq!(lone.received(), [""; 0], "the first request may still bring it");
    lone.pass(1.0);
    assert_eq!(lone.received(), ["0 3", "2 4 7=5 16=0"]);
    lone.send_as(5, "35=D|43=Y|122=20260921-14:13:19|11=E");
    assert_eq!((lone.numbers().1, lone.delivered()), (7, vec!["E".to_owned(), "F".to_owned()]));
}

/// However often the counterparty resets to the number that is expected, it is asked a bounded number of times.
#[test]
fn a_sequence_reset_that_brings_nothing_does_not_put_the_end_of_a_gap_off() {
    let mut lone = Lone::acceptor();
    lone.send_as(5, "35=D|11=E");
    let mut asked = 0;
    for seq in 6..20 {
        asked += lone.received().iter().filter(|sent| sent.starts_with("2 ")).count();
        lone.send_as(2, "35=4|36=2");
        lone.pass(15.0);
        if lone.phase() != PhaseName::Active {
            break;
        }
        lone.send_as(seq, "35=D|11=NEW");
    }
    assert_eq!((lone.phase(), asked), (PhaseName::LogoutSent, 4));
}

/// Where gaps are asked for in chunks, a Reset that fills one is followed by the request for the next.
#[test]
fn a_sequence_reset_over_a_chunk_asks_for_the_next() {
    let mut lone = Lone::acceptor_with(|config| config.resend_request_chunk = Some(2));
    lone.send_as(9, "35=D|11=X");
    assert_eq!(lone.received(), ["2 2 7=2 16=3"]);
    lone.send_as(2, "35=4|36=4");
    assert_eq!(lone.received(), ["2 3 7=4 16=5"]);
}

#[test]
fn a_logout_above_a_gap_is_answered_after_a_sequence_reset_too() {
    for mut lone in Lone::both() {
        lone.send_as(6, "35=5");
        lone.send_as(2, "35=4|36=4");
        lone.received();
        lone.pass(f64::from(lone.node.session().config().limits.logout_recovery_ms) / 1_000.0);
        assert_eq!((lone.received(), lone.phase()), (vec!["5 3".to_owned()], PhaseName::LogoutAnswered));
    }
}
