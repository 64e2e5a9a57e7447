//! The rules of what waits: output that nobody reads, and records that the store does not save.
//! Each test is named after a rule of `docs/design.md`.

use sansfix::config::Role;
use sansfix::{Action, BeginString, Event, Reason, Session, Snapshot, Verdict};
use sansfix_runtime::Link;
use sansfix_runtime::link::Next;
use sansfix_tests::lone::{START, config};
use sansfix_tests::peer;

/// A hostile counterparty reads nothing, and lets each replay begin behind what is kept for it and be called off.
#[test]
fn resets_do_not_hide_what_waits_to_be_sent() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.limits.unsent_bytes = 10_000;
    let mut link = Link::new(Session::new(config.into(), Snapshot::new(0)));
    link.handle(START, Event::Connected);
    let message = |seq, text: &str| peer::message(BeginString::Fix44, START, seq, text);
    link.feed(&message(1, "35=A|98=0|108=30"));
    let mut ended = perform_without_sending(&mut link);
    let probe = format!("35=1|112={}", "x".repeat(500));
    for _ in 0..4 {
        link.feed(&message(2, "35=2|7=1|16=0"));
        (3..28).for_each(|seq| link.feed(&message(seq, &probe)));
        link.feed(&message(1, "35=A|98=0|108=30|141=Y"));
        ended = ended.or(perform_without_sending(&mut link));
    }
    assert_eq!(ended, Some(Reason::OutputFull));
}

/// What is given up with its connection and not saved yet is still there.
#[test]
fn no_connection_is_kept_while_too_much_waits_to_be_saved() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.limits.unsent_bytes = 10_000;
    let mut link = Link::new(Session::new(config.into(), Snapshot::new(0)));
    let probe = format!("35=1|112={}", "x".repeat(500));
    let (mut seq, mut ends, mut first) = (1, Vec::new(), None);
    for _ in 0..6 {
        link.handle(START, Event::Connected);
        for text in std::iter::once("35=A|98=0|108=30").chain(std::iter::repeat_n(&*probe, 15)) {
            link.feed(&peer::message(BeginString::Fix44, START, seq, text));
            seq += 1;
        }
        let mut end = None;
        while let Some(next) = link.next(START) {
            match next {
                Next::Message(_, reply) => reply.settle(Verdict::Accept).unwrap(),
                Next::Action(Action::Save(batch)) => first = first.or(Some(batch.ticket())),
                Next::Action(Action::Disconnect(reason)) => end = Some(reason),
                Next::Action(_) | Next::LogonWanted(..) | Next::Garbled { .. } => {}
            }
        }
        ends.push(end);
        link.handle(START, Event::Disconnected);
    }
    let full = Some(Reason::OutputFull);
    assert_eq!(ends, [None, None, full, full, full, full]);
    // The store works again.
    link.handle(START, Event::Saved(first.unwrap()));
    assert_eq!(perform_without_sending(&mut link), None);
    link.handle(START, Event::Connected);
    link.feed(&peer::message(BeginString::Fix44, START, link.status().next_target.get(), "35=A|98=0|108=30"));
    assert_eq!(perform_without_sending(&mut link), None);
    assert!(link.status().logged_on);
}

/// Does what the link wants, but that no byte leaves. Why the connection was closed, if it was.
fn perform_without_sending(link: &mut Link) -> Option<Reason> {
    let mut ended = None;
    while let Some(next) = link.next(START) {
        match next {
            Next::Message(_, reply) => reply.settle(Verdict::Accept).unwrap(),
            Next::Action(Action::Save(batch)) => {
                let ticket = batch.ticket();
                link.handle(START, Event::Saved(ticket));
            }
            Next::Action(Action::Transmit(wire)) => wire.blocked(),
            Next::Action(Action::Disconnect(reason)) => {
                ended = Some(reason);
                link.handle(START, Event::Disconnected);
            }
            Next::Action(_) | Next::LogonWanted(..) | Next::Garbled { .. } => {}
        }
    }
    ended
}
