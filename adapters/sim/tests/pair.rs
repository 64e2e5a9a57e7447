//! What a simulated pair promises: order, latency, cuts, closing, and a bound on runs without end.

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, Command, Event, Now, Origin, PhaseName, Reason, SECOND_NS};
use sansfix_sim::{Answer, Application, Chunking, Outgoing, Pace, Pair, Random, Settings, Side};

const START: Now = Now { mono_ns: 5 * SECOND_NS, utc_ns: 1_790_000_000 * SECOND_NS as i64 };

fn settings() -> [Settings; 2] {
    let identity = Identity::new(BeginString::Fix44, "A", "B");
    [(Role::Initiator, identity.clone()), (Role::Acceptor, identity.reversed())]
        .map(|(role, identity)| Settings::new(Config::new(role, identity)))
}

fn pair() -> Pair {
    let [initiator, acceptor] = settings();
    Pair::new(initiator, acceptor, START)
}

fn logged_on() -> Pair {
    let mut pair = pair();
    pair.connect();
    pair.run().unwrap();
    assert!(Side::BOTH.iter().all(|side| pair.node(*side).status().logged_on));
    pair
}

#[test]
fn the_clock_goes_on_by_latency_and_no_further() {
    let mut pair = pair();
    pair.set_latency(7_000);
    pair.connect();
    pair.run().unwrap();
    assert_eq!(pair.now().mono_ns - START.mono_ns, 14_000, "a Logon each way");
    assert_eq!(pair.now().utc_ns - START.utc_ns, 14_000);
}

#[test]
fn any_chunking_delivers_the_same() {
    let chunkings = [Chunking::Whole, Chunking::Every(1), Chunking::Random(Random::new(9), 30)];
    let runs = chunkings.map(|chunking| {
        let mut pair = logged_on();
        pair.set_chunking(chunking);
        for id in ["X", "Y", "Z"] {
            pair.send(Side::Initiator, b"D", format!("11={id}\u{1}").as_bytes()).unwrap();
        }
        pair.run().unwrap();
        pair.node(Side::Acceptor).inbox().to_vec()
    });
    assert_eq!(runs[0].len(), 3);
    assert!(runs.iter().all(|run| *run == runs[0]));
}

#[test]
fn a_cut_loses_what_is_under_way() {
    let mut pair = logged_on();
    pair.set_latency(1_000_000);
    pair.send(Side::Initiator, b"D", b"11=X\x01").unwrap();
    pair.cut();
    pair.run().unwrap();
    assert!(pair.node(Side::Acceptor).inbox().is_empty());
    assert!(!pair.connected());
    assert_eq!(pair.node(Side::Acceptor).status().ended, Some(Reason::ConnectionLost));
    pair.connect();
    pair.run().unwrap();
    assert_eq!(pair.node(Side::Acceptor).inbox().len(), 1, "and it is recovered on the next connection");
}

#[test]
fn closing_is_seen_behind_the_last_bytes() {
    let mut pair = logged_on();
    pair.set_latency(1_000_000);
    pair.command(Side::Acceptor, Command::Logout { text: "bye", by: Origin::Operator });
    pair.run().unwrap();
    for side in Side::BOTH {
        assert_eq!(pair.node(side).status().phase, PhaseName::Disconnected, "{side:?}");
    }
    assert_eq!(pair.node(Side::Acceptor).ended(), Some(Reason::LogoutCompleted));
}

#[test]
fn deadlines_are_kept_while_time_passes() {
    let mut pair = logged_on();
    pair.run_for(100 * SECOND_NS).unwrap();
    assert_eq!(pair.now().mono_ns, START.mono_ns + 100 * SECOND_NS);
    for side in Side::BOTH {
        let writes: Vec<u64> = pair.written(side).iter().map(|write| write.at_ns / SECOND_NS).collect();
        assert_eq!(writes, [5, 35, 65, 95], "{side:?}: a Logon and three Heartbeats");
    }
}

#[test]
fn a_store_answers_at_its_pace() {
    let mut pair = logged_on();
    pair.node_mut(Side::Initiator).set_pace(Pace::After(3 * SECOND_NS));
    pair.send(Side::Initiator, b"D", b"11=X\x01").unwrap();
    pair.run_for(2 * SECOND_NS).unwrap();
    assert!(pair.node(Side::Acceptor).inbox().is_empty());
    pair.run_for(2 * SECOND_NS).unwrap();
    assert_eq!(pair.node(Side::Acceptor).inbox().len(), 1);
    assert_eq!(pair.node(Side::Initiator).store().records().count(), 2);
}

#[test]
fn a_crash_forgets_what_was_not_saved() {
    let mut pair = logged_on();
    pair.node_mut(Side::Initiator).set_pace(Pace::OnRequest);
    pair.send(Side::Initiator, b"D", b"11=X\x01").unwrap();
    pair.crash(Side::Initiator);
    assert_eq!(pair.node(Side::Initiator).status().next_sender.get(), 2);
    assert!(!pair.connected());
}

/// Answers every message with one more.
#[derive(Debug)]
struct Chatty;

impl Application for Chatty {
    fn message(&mut self, message: &sansfix::wire::Message<'_>, _: sansfix::Order) -> Answer {
        let mut answer = Answer::accept();
        if message.msg_type() == b"D" {
            answer.replies.push(Outgoing { msg_type: b"D".to_vec(), fields: b"11=X\x01".to_vec() });
        }
        answer
    }
}

#[test]
fn a_run_without_end_is_a_livelock() {
    let [mut initiator, mut acceptor] = settings();
    for settings in [&mut initiator, &mut acceptor] {
        settings.application = Box::new(Chatty);
        settings.record = false;
    }
    let mut pair = Pair::new(initiator, acceptor, START);
    pair.set_most_steps(10_000);
    pair.connect();
    pair.run().unwrap();
    pair.send(Side::Initiator, b"D", b"11=X\x01").unwrap();
    let livelock = pair.run().unwrap_err();
    assert_eq!(livelock.steps, 10_001);
    assert_eq!(livelock.to_string(), "the two sides were not quiet after 10001 steps");
}

#[test]
fn a_node_without_a_connection_ignores_bytes() {
    let mut pair = pair();
    let now = pair.now();
    pair.node_mut(Side::Acceptor).feed(now, b"8=FIX.4.4\x01");
    assert_eq!(pair.event(Side::Acceptor, Event::Disconnected), sansfix::Outcome::Ignored);
    assert_eq!(pair.node(Side::Acceptor).ignored(), b"");
}
