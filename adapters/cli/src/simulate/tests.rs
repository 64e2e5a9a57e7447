//! What is told when something is violated: the simulation is given an application that loses orders.

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{BeginString, Order, SessionRejectReason};
use sansfix_sim::{Answer, Application, Ruling, Settings};

use super::*;

/// Refuses every third order: for a simulation that is a loss.
#[derive(Debug, Default)]
struct Picky {
    seen: u32,
}

impl Application for Picky {
    fn message(&mut self, message: &Message<'_>, order: Order) -> Answer {
        let new = message.msg_type() == b"D" && order == Order::Expected;
        self.seen += u32::from(new);
        if !new || self.seen % 3 != 0 {
            return Answer::accept();
        }
        let (reason, text) = (SessionRejectReason::ValueIsIncorrect, "no".to_owned());
        Answer::with(Ruling::SessionReject { reason, tag: None, text })
    }
}

/// The simulation of seed 8 has that application, the others lose nothing.
fn make(options: Options) -> Result<Simulation, OutOfRange> {
    if options.seed != 8 {
        return Simulation::new(options);
    }
    let identity = Identity::new(BeginString::Fix44, "A", "B");
    let buyer = Settings::new(Config::new(Role::Initiator, identity.clone()));
    let picky = Settings {
        application: Box::new(Picky::default()),
        ..Settings::new(Config::new(Role::Acceptor, identity.reversed()))
    };
    Simulation::with(options, buyer, picky)
}

fn play(runs: &Runs) -> (String, String, Ended) {
    let (mut out, mut progress) = (Vec::new(), Vec::new());
    let ended = simulate(runs, make, &mut out, &mut progress);
    let [out, progress] = [out, progress].map(|bytes| String::from_utf8(bytes).unwrap());
    (out, progress, ended)
}

#[test]
fn a_violation_ends_the_runs_and_tells_what_when_why_and_how_to_see_it_again() {
    let runs = Runs { first: Options { orders: 100.0, ..Options::calm(6, 10.0) }, seeds: 5 };
    let (out, progress, ended) = play(&runs);
    assert_eq!(ended.exit_code(), 1);
    let lines: Vec<&str> = out.lines().filter(|line| line.ends_with("  holds")).collect();
    assert_eq!(lines.len(), 2, "seeds 6 and 7 hold: {out}");
    assert_eq!(
        out.lines().filter(|line| line.ends_with("  VIOLATED")).count(),
        1,
        "and no seed after 8: {out}"
    );
    let again = "run it again: sansfix simulate --seed 8 --hours 10 --orders 100 --loss 0 --duplicate 0 --cut 0 --silence 0 \
                 --crash 0 --logout 0 --slow-store 0\n";
    for what in [
        "VIOLATION of G10: nothing below the number expected is undelivered\n",
        "  seed 8, after 0.",
        " virtual hours, the acceptor:\n  MsgSeqNum ",
        again,
        "\nSeed 8: the end of ",
        "NewOrderSingle ",
        "! Acceptor: VIOLATION: G10: MsgSeqNum ",
    ] {
        assert!(out.contains(what), "{what:?} is not in {out}");
    }
    assert!(!out.contains("no guarantee was violated"), "{out}");
    assert!(progress.contains(" virtual hours per second"), "{progress}");
    let page = ended.ladder.unwrap().to_html();
    assert!(page.contains("VIOLATION: G10") && page.contains("<svg "), "{page}");
}

#[test]
fn without_one_every_seed_has_a_line_and_the_table_is_of_all() {
    let runs = Runs { first: Options { orders: 10.0, ..Options::calm(1, 1.0) }, seeds: 3 };
    let (out, _, ended) = play(&runs);
    assert_eq!(ended.exit_code(), 0);
    assert_eq!(out.lines().filter(|line| line.ends_with("  holds")).count(), 3, "{out}");
    assert!(out.contains("\nconnections                       3\n"), "{out}");
    assert!(out.ends_with(" virtual hours: seeds 1 to 3\n"), "{out}");
}

/// Takes so many bytes, as a disk that becomes full does.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_violation_is_one_whether_it_can_be_told_or_not_and_what_cannot_be_told_is_none() {
    let orders = |seed| Options { orders: 100.0, ..Options::calm(seed, 2.0) };
    for (seed, room, code) in [(8, 0, 3), (8, 300, 1), (8, 600, 1), (7, 0, 3), (7, 300, 3)] {
        let runs = Runs { first: orders(seed), seeds: 1 };
        let mut progress = Vec::new();
        let ended = simulate(&runs, make, &mut Full(room), &mut progress);
        assert_eq!(ended.exit_code(), code, "seed {seed}, room for {room} bytes: {ended:?}");
        let said = String::from_utf8(progress).unwrap();
        assert!(said.contains("error: standard output: "), "{said}");
        assert_eq!(said.contains("\nVIOLATION of G10: Acceptor: MsgSeqNum "), code == 1, "{said}");
        assert_eq!(ended.ladder.is_some(), room > 0, "a run is shown as far as it came");
    }
}
