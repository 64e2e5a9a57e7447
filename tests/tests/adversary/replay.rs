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
    assert_eq!((outcome, lone.node.ended()), (Outcome::Done, Some(Reason::StoreFailed)));
    assert_eq!(lone.received(), [""; 0], "B under the number of A");
}
