//! Replays from stores that answer late, wrong, or not at all.

use sansfix::{Event, Outcome, Reason, SeqNum};
use sansfix_tests::lone::Lone;

#[test]
fn a_record_of_another_number_is_an_error_of_the_store() {
    let mut lone = Lone::asked(&["A", "B"], "35=2|7=2|16=3");
    while lone.node.questions() > 1 {
        lone.node.answer_store(lone.now);
    }
    let fetch = lone.question();
    let raw = lone.node.store().records().nth(2).unwrap().1.unwrap().to_vec();
    let outcome = lone.event(Event::Stored { fetch, seq: SeqNum::SECOND, raw: &raw });
    while lone.node.answer_store(lone.now) {}
    assert_eq!((outcome, lone.node.ended()), (Outcome::Done, Some(Reason::StoreFailed)));
    assert_eq!(lone.received(), ["5 4 58=A message to be resent is lost"], "B under the number of A");
}

/// A record that is lost then ends the connection too; nothing new is said.
#[test]
fn a_record_that_is_lost_after_a_logout_needs_no_second_one() {
    for text in ["", "35=5"] {
        let mut lone = Lone::acceptor();
        lone.orders(&["A"]);
        lone.node.store_mut().lose(SeqNum::new(2).unwrap());
        if text.is_empty() {
            lone.logout("");
        } else {
            lone.send(text);
        }
        assert_eq!(lone.received(), ["D 2 11=A", "5 3"]);
        lone.send("35=2|7=1|16=0");
        assert_eq!((lone.received(), lone.node.ended()), (vec![], Some(Reason::StoreFailed)));
    }
}

/// What was sent meanwhile leaves before the Logout.
#[test]
fn what_is_placed_behind_a_replay_is_not_lost_with_a_record() {
    let mut lone = Lone::asked(&["A", "B"], "35=2|7=2|16=3");
    lone.orders(&["C"]);
    let fetch = lone.question();
    lone.event(Event::FetchEnd { fetch, through: SeqNum::new(3).unwrap() });
    while lone.node.answer_store(lone.now) {}
    assert_eq!(lone.received(), ["D 4 11=C", "5 5 58=A message to be resent is lost"]);
    assert_eq!(lone.node.ended(), Some(Reason::StoreFailed));
}
