//! Replays from stores that answer late, wrong, or not at all.

use sansfix::{Event, FetchId, Outcome, Reason, SeqNum};
use sansfix_sim::Pace;
use sansfix_tests::lone::Lone;

fn asked(lone: &mut Lone) -> FetchId {
    let trace = lone.node.recorder().trace();
    let line = trace.lines().rev().find_map(|line| line.strip_prefix("< fetch ")).unwrap();
    FetchId::from_number(line.split(' ').next().unwrap().parse().unwrap())
}

#[test]
fn a_record_of_another_number_is_an_error_of_the_store() {
    let mut lone = Lone::acceptor();
    lone.orders(&["A", "B"]);
    lone.received();
    lone.node.set_pace(Pace::OnRequest);
    lone.send("35=2|7=2|16=3");
    while lone.node.questions() > 1 {
        lone.node.answer_store(lone.now);
    }
    let fetch = asked(&mut lone);
    let raw = lone.node.store().records().nth(2).unwrap().1.unwrap().to_vec();
    let outcome = lone.event(Event::Stored { fetch, seq: SeqNum::SECOND, raw: &raw });
    assert_eq!((outcome, lone.node.ended()), (Outcome::Done, Some(Reason::StoreFailed)));
    assert_eq!(lone.received(), [""; 0], "B under the number of A");
}
