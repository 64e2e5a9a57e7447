//! A counterparty that is not authenticated gets nothing.

use sansfix::config::Role;
use sansfix::{BeginString, Event, PhaseName, Reason, msg_type};
use sansfix_sim::Settings;
use sansfix_tests::applications::{Strict, Undecided};
use sansfix_tests::lone::{Lone, config};

/// An initiator that has sent orders before, and whose Logon is not answered yet.
fn waiting() -> Lone {
    let application = Box::new(Strict::new(
        msg_type::LOGON,
        [
            sansfix_sim::Ruling::Accept,
            sansfix_sim::Ruling::RefuseLogon { text: "who are you".into(), status: None },
        ],
    ));
    let settings = Settings { application, ..Settings::new(config(Role::Initiator, BeginString::Fix44)) };
    let mut lone = Lone::with(settings);
    lone.log_on();
    lone.orders(&["A", "B"]);
    lone.event(Event::Disconnected);
    lone.received();
    lone.event(Event::Connected);
    lone.received();
    lone
}

#[test]
fn a_counterparty_that_never_logged_on_is_sent_no_orders() {
    let mut lone = waiting();
    let next = lone.next;
    lone.send_as(next, "35=0");
    assert_eq!(lone.received(), ["5 5 58=First message not a Logon"]);
    lone.send_as(next, "35=2|7=1|16=0");
    lone.send_as(next + 1, "35=2|7=1|16=0");
    assert_eq!(lone.received(), [""; 0]);
    lone.send_as(next + 1, "35=5");
    assert_eq!(lone.node.ended(), Some(Reason::FirstMessageNotLogon));
    assert_eq!(lone.numbers(), (6, next), "nothing of it was counted");
}

#[test]
fn an_order_in_place_of_the_answer_to_our_logon_is_not_delivered() {
    let mut lone = waiting();
    let next = lone.next;
    lone.send_as(next, "35=D|11=X");
    lone.send_as(next, "35=D|11=Y");
    assert_eq!(lone.delivered(), [""; 0], "G12: nothing is delivered before the Logon");
    assert_eq!(lone.received(), ["5 5 58=First message not a Logon"]);
    assert_eq!(lone.numbers(), (6, next), "nothing of it was counted");
}

#[test]
fn a_counterparty_that_the_owner_refused_is_sent_no_orders_and_delivers_nothing() {
    let mut lone = waiting();
    let next = lone.next;
    lone.send_as(next, "35=A|98=0|108=30");
    assert_eq!(lone.received(), ["5 5 58=who are you"]);
    lone.send_as(next, "35=D|11=X");
    lone.send_as(next, "35=4|36=1000");
    lone.send_as(next, "35=4|123=Y|36=1000");
    lone.send_as(next, "35=2|7=1|16=0");
    lone.send_as(next, "35=A|98=0|108=30|141=Y");
    lone.send_as(next, "35=1|112=T");
    assert_eq!((lone.received(), lone.delivered()), (vec![], vec![]));
    assert_eq!((lone.phase(), lone.numbers()), (PhaseName::LogoutSent, (6, next)));
    lone.pass(2.1);
    assert_eq!(lone.node.ended(), Some(Reason::LogonRefused));
}

#[test]
fn a_logon_in_sequence_that_is_refused_in_silence_is_not_counted() {
    let config = config(Role::Acceptor, BeginString::Fix44);
    let application = Box::new(Undecided(msg_type::LOGON));
    let mut lone = Lone::with(Settings { application, ..Settings::new(config) });
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30");
    let refusal = sansfix_sim::Ruling::RefuseLogon { text: String::new(), status: None };
    lone.node.settle(lone.now, &refusal).unwrap();
    assert_eq!((lone.numbers(), lone.received(), lone.node.store().saves()), ((1, 1), vec![], 0));
}
