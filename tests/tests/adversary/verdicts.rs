//! Every verdict on every message.

use sansfix::config::Role;
use sansfix::{BeginString, BusinessRejectReason, Event, PhaseName, Reason, SessionRejectReason};
use sansfix_sim::{Ruling, Settings};
use sansfix_tests::applications::Strict;
use sansfix_tests::lone::{Lone, config};

fn ruled(role: Role, msg_type: &'static [u8], rulings: &[Ruling]) -> Lone {
    let application = Box::new(Strict::new(msg_type, rulings.to_vec()));
    Lone::logged_on_with(Settings { application, ..Settings::new(config(role, BeginString::Fix44)) })
}

fn business(text: &str) -> Ruling {
    Ruling::BusinessReject {
        reason: BusinessRejectReason::Other,
        ref_id: text.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn an_administrative_message_gets_no_business_message_reject() {
    for role in [Role::Acceptor, Role::Initiator] {
        for (msg_type, text) in [(&b"0"[..], "35=0"), (b"3", "35=3|45=1")] {
            let mut lone = ruled(role, msg_type, &[business("no")]);
            lone.send(text);
            assert_eq!((lone.received(), lone.numbers()), (vec![], (2, 3)));
        }
    }
}

#[test]
fn a_text_with_soh_forges_no_field() {
    for ruling in [
        business("a\u{1}34=9\u{1}b"),
        Ruling::SessionReject {
            reason: SessionRejectReason::Other,
            tag: None,
            text: "a\u{1}34=9\u{1}b".to_owned(),
        },
    ] {
        let mut lone = ruled(Role::Acceptor, b"D", &[ruling]);
        lone.send("35=D|11=X");
        let sent = lone.received_whole();
        assert_eq!(sent[0].get("58"), Some(&b"a 34=9 b"[..]), "{}", sent[0]);
    }
}

#[test]
fn a_reset_on_a_live_connection_can_be_refused_and_resets_nothing() {
    let refusal = Ruling::RefuseLogon { text: "not now".into(), status: None };
    for role in [Role::Acceptor, Role::Initiator] {
        let mut lone = ruled(role, b"A", &[Ruling::Accept, refusal.clone()]);
        lone.order("A").unwrap();
        lone.send("35=0");
        lone.received();
        lone.send_as(1, "35=A|98=0|108=30|141=Y");
        assert_eq!(lone.received(), ["5 3 58=not now"]);
        assert_eq!((lone.phase(), lone.numbers()), (PhaseName::LogoutSent, (4, 3)));
        assert_eq!(lone.node.store().records().count(), 3, "nothing was wiped");
    }
}

#[test]
fn an_answer_to_our_logon_that_is_rejected_ends_the_session_with_the_text_or_the_reason() {
    for (text, told) in
        [("", "Value is incorrect (out of range) for this tag"), ("no such venue", "no such venue")]
    {
        let ruling = Ruling::SessionReject {
            reason: SessionRejectReason::ValueIsIncorrect,
            tag: Some(108),
            text: text.to_owned(),
        };
        let application = Box::new(Strict::new(b"A", [ruling]));
        let settings = Settings::new(config(Role::Initiator, BeginString::Fix44));
        let mut lone = Lone::with(Settings { application, ..settings });
        lone.event(Event::Connected);
        lone.received();
        lone.send("35=A|98=0|108=30");
        assert_eq!(lone.received(), [format!("5 2 58={told}")]);
        lone.send("35=5");
        assert_eq!(lone.node.ended(), Some(Reason::InvalidLogon));
    }
}

#[test]
fn a_logout_that_was_rejected_is_not_answered_later() {
    let ruling = Ruling::SessionReject {
        reason: SessionRejectReason::InvalidTagNumber,
        tag: Some(9999),
        text: String::new(),
    };
    let mut lone = ruled(Role::Acceptor, b"5", &[ruling]);
    lone.send_as(3, "35=5|9999=1");
    lone.send_as(2, "35=0|43=Y|122=20260921-14:13:19");
    assert_eq!(lone.received(), ["2 2 7=2 16=0", "3 3 45=3 58=Invalid tag number 371=9999 372=5 373=0"]);
    lone.pass(15.0);
    assert_eq!(lone.phase(), PhaseName::Active, "{:?}", lone.received());
}
