//! What is told of the runs: the same for equal options.

use std::io::{self, Write};

use sansfix_sim::ladder::Ladder;
use sansfix_sim::{Options, Report, Side, Violation};

/// Which runs are made.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    /// What the first one is asked for.
    pub(super) first: Options,
    /// How many, each of the next seed.
    pub(super) seeds: u64,
}

impl Runs {
    /// What the run after `count` others is asked for.
    pub(super) fn nth(&self, count: u64) -> Options {
        Options { seed: self.first.seed + count, ..self.first.clone() }
    }
}

/// A violation, and the run in which it was found.
pub(super) struct Found<'a> {
    pub(super) violation: &'a Violation,
    pub(super) options: &'a Options,
    pub(super) report: &'a Report,
    pub(super) ladder: &'a Ladder,
}

/// The command that makes these runs, whatever the defaults are there.
fn command(options: &Options, seeds: u64) -> String {
    let Options { seed, hours, orders, loss, duplicate, cut, silence, crash, logout, slow_store_ms } =
        options;
    let seeds = if seeds == 1 { String::new() } else { format!(" --seeds {seeds}") };
    format!(
        "sansfix simulate --seed {seed}{seeds} --hours {hours} --orders {orders} --loss {loss} \
         --duplicate {duplicate} --cut {cut} --silence {silence} --crash {crash} --logout {logout} --slow-store {slow_store_ms}"
    )
}

/// What is about to be done, and the head of the table of seeds.
pub(super) fn beginning(runs: &Runs, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}\n", command(&runs.first, runs.seeds))?;
    let columns =
        ["seed", "hours", "messages", "lost", "twice", "cuts", "silences", "crashes", "logouts", "replayed"];
    let [seed, hours, messages, rest @ ..] = columns;
    write!(out, "{seed:>20} {hours:>9} {messages:>10}")?;
    rest.iter().try_for_each(|name| write!(out, " {name:>8}"))?;
    writeln!(out, "  digest            result")
}

/// The line of a seed. The digest stands for every byte that was written, and when.
pub(super) fn seed(
    options: &Options,
    report: &Report,
    violated: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let Report {
        messages,
        lost,
        duplicated,
        cuts,
        silences,
        crashes,
        operator_logouts,
        replayed,
        digest,
        ..
    } = report;
    write!(out, "{:>20} {:>9.2} {messages:>10}", options.seed, report.virtual_hours())?;
    for count in [lost, duplicated, cuts, silences, crashes, operator_logouts, replayed] {
        write!(out, " {count:>8}")?;
    }
    writeln!(out, "  {digest:016x}  {}", if violated { "VIOLATED" } else { "holds" })
}

/// The table of all runs together, when none has violated anything.
pub(super) fn end(runs: &Runs, total: &Report, out: &mut impl Write) -> io::Result<()> {
    let last = runs.nth(runs.seeds - 1).seed;
    let (which, from) = match runs.seeds {
        1 => ("seed", last.to_string()),
        _ => ("seeds", format!("{} to {last}", runs.first.seed)),
    };
    write!(out, "\n{total}")?;
    writeln!(out, "\nno guarantee was violated in {:.2} virtual hours: {which} {from}", total.virtual_hours())
}

/// What was violated, when, how to see it again, and what led to it.
pub(super) fn violation(found: &Found<'_>, out: &mut impl Write) -> io::Result<()> {
    let Found { violation, options, report, ladder } = found;
    let Violation { guarantee, side, text } = violation;
    let whose = match side {
        Some(Side::Initiator) => "the initiator",
        Some(Side::Acceptor) => "the acceptor",
        None => "both sides",
    };
    write!(out, "\n{report}")?;
    writeln!(out, "\nVIOLATION of {guarantee}: {}", violation.promise())?;
    writeln!(out, "  seed {}, after {:.6} virtual hours, {whose}:", options.seed, report.virtual_hours())?;
    writeln!(out, "  {text}")?;
    writeln!(out, "run it again: {}", command(options, 1))?;
    writeln!(out, "add --html FILE to draw it as a page\n")?;
    write!(out, "{ladder}")
}
