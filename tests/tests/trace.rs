//! A recorded trace replays byte for byte, and a trace that was changed does not.

use sansfix::BeginString;
use sansfix_sim::trace::{HEADING, replay};
use sansfix_sim::{Pace, Side};
use sansfix_tests::lone::Lone;
use sansfix_tests::run::{Op, Run};

/// A session with everything in it: orders, a gap, a replay, a slow store, a Logout and a second connection.
fn eventful() -> Lone {
    let mut lone = Lone::acceptor();
    lone.orders(&["A", "B"]);
    lone.send_as(4, "35=D|11=D");
    lone.node.set_pace(Pace::OnRequest);
    lone.send_as(5, "35=2|7=1|16=0");
    lone.pass(31.0);
    while lone.node.answer_store(lone.now) {}
    lone.node.feed(lone.now, b"noise\x018=FIX.4.4\x019=5\x0135=0\x0110=000\x01");
    lone.node.set_pace(Pace::Prompt);
    lone.logout("enough | of \"this\"");
    lone.send_as(6, "35=5");
    lone.logon();
    lone.event(sansfix::Event::Connected);
    lone
}

#[test]
fn a_recorded_trace_replays_byte_for_byte() {
    let mut lone = eventful();
    let trace = lone.node.recorder().trace().to_owned();
    assert!(trace.starts_with(HEADING));
    for what in
        ["> feed", "> logout", "> stored", "> fetch-end", "< save", "< transmit", "< garbled", "< disconnect"]
    {
        assert!(trace.contains(what), "{what} is not in the trace");
    }
    assert_eq!(lone.node.replay(), Ok(trace));
}

#[test]
fn both_sides_of_a_pair_replay() {
    let mut run = Run::new(BeginString::Fix42, 7);
    let ops = [
        Op::Connect,
        Op::Run,
        Op::Send(Side::Initiator),
        Op::Send(Side::Acceptor),
        Op::Cut,
        Op::Connect,
        Op::Run,
        Op::Logout(Side::Acceptor),
        Op::Run,
    ];
    run.perform(&ops);
    run.heal();
    for side in Side::BOTH {
        let trace = run.pair.node_mut(side).recorder().trace().to_owned();
        assert_eq!(run.pair.node(side).replay(), Ok(trace), "{side:?}");
    }
}

#[test]
fn a_trace_that_was_changed_diverges_at_that_line() {
    let mut lone = eventful();
    let trace = lone.node.recorder().trace().to_owned();
    let session = || {
        sansfix::Session::new(
            std::sync::Arc::new(lone.node.session().config().clone()),
            sansfix::Snapshot::new(0),
        )
    };
    for (from, to) in [("11=B", "11=Z"), ("< transmit", "< nothing"), ("> logout 0", "> log-out 0")] {
        let line = trace.lines().position(|line| line.contains(from)).unwrap();
        let changed: Vec<String> = trace
            .lines()
            .enumerate()
            .map(|(at, text)| if at == line { text.replace(from, to) } else { text.to_owned() })
            .collect();
        let divergence = replay(&changed.join("\n"), session(), None).unwrap_err();
        // A changed call is seen in what comes of it, or cannot be read at all.
        assert!((line + 1..line + 12).contains(&divergence.line), "{from}: {divergence}");
    }
    assert_eq!(replay("sansfix-trace 2\n", session(), None).unwrap_err().line, 1);
}
