//! A Logout keeps the numbers: whoever logs out, and whatever goes wrong meanwhile, the next Logon goes on with the next
//! numbers. G5, G6, G24 and G27 of `docs/guarantees.md`, each by hand between two sessions, and all of them by chance.
//!
//! Every step of every run is judged by `sansfix_sim::Invariants` too: no number has two contents, everything is
//! delivered once and in order, nothing unsaved leaves.

use sansfix::config::Role;
use sansfix::{BeginString, Event, PhaseName, Reason};
use sansfix_sim::Line;
use sansfix_sim::Side::{self, Acceptor, Initiator};
use sansfix_tests::lone::{Lone, config};
use sansfix_tests::peer;
use sansfix_tests::run::{Op, Run};

mod logout_keeps_numbers {
    mod cycles;
}

/// The Logon of a `Run`, behind its number.
const LOGON: &str = "98=0 108=10";
/// Longer than every limit of a logout together, milliseconds.
const PAST_EVERY_LIMIT_MS: u32 = 25_000;

/// Two sessions whose messages are read as they are written.
struct Talk {
    run: Run,
    read: [usize; 2],
}

impl Talk {
    /// Two sessions without a connection.
    fn new(seed: u64) -> Self {
        Self { run: Run::new(BeginString::Fix44, seed), read: [0, 0] }
    }

    /// Two sessions that have logged on, and the initiator has sent two orders and the acceptor one.
    fn under_way() -> Self {
        let mut talk = Self::new(1);
        talk.log_on();
        talk.perform(&[Op::Send(Initiator), Op::Send(Initiator), Op::Send(Acceptor), Op::Run]);
        assert_eq!(talk.numbers(), [(4, 3), (3, 4)]);
        talk.written();
        talk
    }

    fn perform(&mut self, ops: &[Op]) {
        self.run.perform(ops);
    }

    /// Both operators log on, there is a connection, and everything that follows from it arrives.
    fn log_on(&mut self) {
        self.perform(&[Op::Logon(Initiator), Op::Logon(Acceptor), Op::Connect, Op::Run]);
        for side in Side::BOTH {
            assert_eq!(self.run.pair.node(side).status().phase, PhaseName::Active, "{side:?}");
        }
    }

    /// What the initiator and the acceptor have written since this was asked last, in short: `D 2 11=X`.
    fn written(&mut self) -> [Vec<String>; 2] {
        Side::BOTH.map(|side| {
            let all = self.run.pair.written(side);
            let new = &all[std::mem::replace(&mut self.read[side as usize], all.len())..];
            new.iter()
                .flat_map(|written| peer::messages(written.bytes.clone()))
                .map(|m| peer::short(&m))
                .collect()
        })
    }

    /// The next number to send and the next number expected, of the initiator and of the acceptor.
    fn numbers(&self) -> [(u64, u64); 2] {
        Side::BOTH.map(|side| {
            let status = self.run.pair.node(side).status();
            (status.next_sender.get(), status.next_target.get())
        })
    }

    /// Neither side has a connection, and these sides stay logged out.
    fn assert_down(&self, disabled: &[Side]) {
        for side in Side::BOTH {
            let status = self.run.pair.node(side).status();
            assert_eq!(status.phase, PhaseName::Disconnected, "{side:?}");
            assert_eq!(status.enabled, !disabled.contains(&side), "{side:?} is meant to be up");
        }
    }

    /// The next logon is two Logons with the next numbers, and nothing else: no reset, no ResendRequest, no gap fill.
    fn assert_goes_on_exactly(&mut self) {
        let [(initiator, expected_by_initiator), (acceptor, expected_by_acceptor)] = self.numbers();
        assert_eq!((initiator, acceptor), (expected_by_acceptor, expected_by_initiator), "the numbers agree");
        self.written();
        self.log_on();
        assert_eq!(self.written(), [[format!("A {initiator} {LOGON}")], [format!("A {acceptor} {LOGON}")]]);
        let after = [(initiator + 1, acceptor + 1), (acceptor + 1, initiator + 1)];
        assert_eq!(self.numbers(), after, "each Logon is counted, and nothing else");
    }

    /// Everything is delivered once, in order, and the numbers agree; none has begun anew. How many ResendRequests it
    /// took.
    fn assert_heals(&mut self) -> usize {
        self.run.heal();
        self.run.check_healed();
        let written = self.written().concat();
        assert!(written.iter().all(|message| !message.contains(" 141=")), "{written:?}");
        written.iter().filter(|message| message.starts_with("2 ")).count()
    }
}

/// G5: whoever logs out, one Logout goes each way, and the next Logon has the next number.
#[test]
fn a_logout_by_either_side_and_the_next_logon_goes_on() {
    for side in Side::BOTH {
        let mut talk = Talk::under_way();
        talk.perform(&[Op::Logout(side), Op::Run]);
        talk.assert_down(&[side]);
        assert_eq!(talk.run.pair.node(side).ended(), Some(Reason::LogoutCompleted));
        let written = talk.written();
        let own = if side == Initiator { "5 4 58=bye" } else { "5 3 58=bye" };
        assert_eq!(written[side as usize], [own], "the reason stands in Text(58)");
        assert_eq!(written[side.other() as usize].len(), 1, "{written:?}");
        assert_eq!(talk.numbers(), [(5, 4), (4, 5)]);
        talk.assert_goes_on_exactly();
        assert_eq!(talk.numbers(), [(6, 5), (5, 6)]);
        talk.perform(&[Op::Send(Initiator), Op::Send(Acceptor), Op::Run]);
        assert_eq!(talk.numbers(), [(7, 6), (6, 7)]);
        assert_eq!(talk.assert_heals(), 0);
    }
}

/// G5: orders on their way when the Logout is given are delivered before it ends, and the numbers agree.
#[test]
fn orders_on_their_way_to_a_logout_are_counted() {
    for side in Side::BOTH {
        let mut talk = Talk::under_way();
        talk.perform(&[Op::Send(side.other()), Op::Send(side), Op::Logout(side), Op::Run]);
        talk.assert_down(&[side]);
        talk.assert_goes_on_exactly();
        assert_eq!(talk.assert_heals(), 0);
    }
}

/// G5: Logouts that cross answer each other.
#[test]
fn logouts_that_cross_keep_the_numbers() {
    let mut talk = Talk::under_way();
    talk.perform(&[Op::Logout(Initiator), Op::Logout(Acceptor), Op::Run]);
    talk.assert_down(&[Initiator, Acceptor]);
    assert_eq!(talk.written(), [["5 4 58=bye"], ["5 3 58=bye"]], "one each");
    talk.assert_goes_on_exactly();
}

/// G5: fifty times traffic, a logout by either side and a logon: two Logons and two Logouts more each time.
#[test]
fn fifty_cycles_of_traffic_logout_and_logon() {
    let mut talk = Talk::under_way();
    for cycle in 1..=50u64 {
        let by = if cycle % 3 == 0 { Acceptor } else { Initiator };
        talk.perform(&[Op::Send(Initiator), Op::Send(Acceptor), Op::Logout(by), Op::Run]);
        talk.assert_down(&[by]);
        talk.assert_goes_on_exactly();
        // An order, a Logout and a Logon of each side.
        assert_eq!(talk.numbers(), [(4 + 3 * cycle, 3 + 3 * cycle), (3 + 3 * cycle, 4 + 3 * cycle)]);
    }
    assert_eq!(talk.assert_heals(), 0);
}

/// G5: a process of either side, or of both, that dies after a logout goes on from its store.
#[test]
fn a_crash_after_a_logout_goes_on_from_the_store() {
    for crashed in [&[Initiator][..], &[Acceptor], &Side::BOTH] {
        for by in Side::BOTH {
            let mut talk = Talk::under_way();
            talk.perform(&[Op::Logout(by), Op::Run]);
            let before = talk.numbers();
            crashed.iter().for_each(|side| talk.perform(&[Op::Crash(*side)]));
            assert_eq!(talk.numbers(), before, "{crashed:?} died");
            talk.assert_down(&[by]);
            talk.assert_goes_on_exactly();
        }
    }
}

/// G6: an order is lost on the line, and the Logout behind it shows the gap: it is filled before the session ends.
#[test]
fn a_logout_above_a_gap_is_answered_when_the_gap_is_closed() {
    for side in Side::BOTH {
        let mut talk = Talk::under_way();
        talk.run.pair.set_line(Line::new(0, 1_000_000, 0));
        talk.perform(&[Op::Send(side)]);
        talk.run.pair.set_line(Line::default());
        talk.perform(&[Op::Logout(side), Op::Pass(PAST_EVERY_LIMIT_MS)]);
        talk.assert_down(&[side]);
        let requests = talk.written()[side.other() as usize].iter().filter(|m| m.starts_with("2 ")).count();
        assert_eq!(requests, 1, "the gap is asked for once");
        let _ = talk.assert_heals();
    }
}

/// G6: an order is lost on the line, and the Logouts cross: the one above the gap is not counted, and the next logon asks
/// for both.
#[test]
fn logouts_that_cross_over_a_gap_heal() {
    for side in Side::BOTH {
        let mut talk = Talk::under_way();
        talk.run.pair.set_line(Line::new(0, 1_000_000, 0));
        talk.perform(&[Op::Send(side)]);
        talk.run.pair.set_line(Line::default());
        talk.perform(&[Op::Logout(Initiator), Op::Logout(Acceptor), Op::Pass(PAST_EVERY_LIMIT_MS)]);
        talk.assert_down(&Side::BOTH);
        let lost = if side == Initiator { 4 } else { 3 };
        assert_eq!(
            talk.numbers()[side.other() as usize].1,
            lost,
            "the order that was lost is expected still"
        );
        talk.written();
        assert_eq!(talk.assert_heals(), 1);
    }
}

/// G6, G24: a Logout that is given while numbers are missing is carried out, and what was missing is not lost.
#[test]
fn a_logout_given_with_a_gap_open_heals() {
    for side in Side::BOTH {
        let mut talk = Talk::under_way();
        talk.run.pair.set_line(Line::new(0, 1_000_000, 0));
        talk.perform(&[Op::Send(side.other())]);
        talk.run.pair.set_line(Line::default());
        // The second order arrives, and its receiver has asked for the first.
        talk.perform(&[Op::Send(side.other()), Op::Pass(1)]);
        assert!(talk.written()[side as usize].iter().any(|message| message.starts_with("2 ")));
        talk.perform(&[Op::Logout(side), Op::Pass(PAST_EVERY_LIMIT_MS)]);
        talk.assert_down(&[side]);
        let _ = talk.assert_heals();
    }
}

/// G6: the connection is cut while the answer to the Logout is on its way: it is asked for once, and gap-filled.
#[test]
fn a_lost_answer_to_a_logout_heals() {
    for side in Side::BOTH {
        let mut talk = Talk::under_way();
        talk.perform(&[Op::Logout(side), Op::Pass(1)]);
        assert!(talk.written()[side.other() as usize][0].starts_with("5 "), "the answer is on its way");
        talk.perform(&[Op::Cut]);
        talk.assert_down(&[side]);
        assert_eq!(talk.assert_heals(), 1);
    }
}

/// G6: the Logout itself is lost with its connection: its number is used, and gap-filled.
#[test]
fn a_lost_logout_heals() {
    for side in Side::BOTH {
        let mut talk = Talk::under_way();
        talk.perform(&[Op::Logout(side), Op::Cut]);
        talk.assert_down(&[side]);
        assert_eq!(talk.assert_heals(), 1);
    }
}

/// G24: a Logout that is given before the logon is complete is not lost, and the numbers of the attempt are kept.
#[test]
fn a_logout_during_the_logon_is_carried_out() {
    for side in Side::BOTH {
        for ms in 0..3 {
            let mut talk = Talk::new(1);
            talk.perform(&[Op::Connect]);
            if ms > 0 {
                talk.perform(&[Op::Pass(ms)]);
            }
            talk.perform(&[Op::Logout(side), Op::Pass(PAST_EVERY_LIMIT_MS)]);
            talk.assert_down(&[side]);
            let _ = talk.assert_heals();
        }
    }
}

/// G24: a Logon that is given while the Logout is under way is durable at once: a process that dies before the Logout has
/// ended is meant to be up when it starts again, and goes on with the numbers of its store.
#[test]
fn a_logon_during_a_logout_outlives_a_crash() {
    for side in Side::BOTH {
        for ms in 1..3 {
            let mut talk = Talk::under_way();
            talk.perform(&[Op::Logout(side), Op::Pass(ms), Op::Logon(side), Op::Crash(side)]);
            assert!(talk.run.pair.node(side).status().enabled, "{side:?}, {ms} ms after its Logout");
            let _ = talk.assert_heals();
        }
    }
}

/// G24: the counterparty's own Logout, or its answer, does not undo a Logout: a connection gets no byte until the Logon.
#[test]
fn a_logout_stays_until_the_operator_logs_on() {
    for side in Side::BOTH {
        for crossed in [false, true] {
            let mut talk = Talk::under_way();
            talk.perform(&[Op::Logout(side)]);
            if crossed {
                talk.perform(&[Op::Logout(side.other())]);
            }
            talk.perform(&[Op::Run, Op::Logon(side.other())]);
            talk.assert_down(&[side]);
            talk.written();
            talk.perform(&[Op::Connect, Op::Pass(PAST_EVERY_LIMIT_MS)]);
            talk.assert_down(&[side]);
            assert!(talk.written()[side as usize].is_empty(), "logged out, and wrote");
            let _ = talk.assert_heals();
        }
    }
}

/// G27: without Heartbeats and without an answer, a Logout ends at its limit of ten seconds; the numbers are kept.
#[test]
fn without_heartbeats_a_logout_that_nobody_answers_ends_at_its_limit() {
    for role in [Role::Initiator, Role::Acceptor] {
        let mut config = config(role, BeginString::Fix44);
        config.heart_bt_int = 0;
        let mut lone = Lone::logged_on(config);
        lone.logout("bye");
        assert_eq!(lone.received(), ["5 2 58=bye"]);
        lone.pass(9.999);
        assert_eq!((lone.phase(), lone.node.connected()), (PhaseName::LogoutSent, true));
        lone.pass(0.001);
        assert_eq!(lone.node.ended(), Some(Reason::LogoutTimeout));
        assert_eq!((lone.phase(), lone.numbers()), (PhaseName::Disconnected, (3, 2)));
        lone.logon();
        lone.event(Event::Connected);
        lone.send("35=A|98=0|108=0");
        assert_eq!(lone.received(), ["A 3 98=0 108=0"]);
        assert_eq!(lone.numbers(), (4, 3));
    }
}
