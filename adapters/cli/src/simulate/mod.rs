//! `sansfix simulate`: two sessions for hours of virtual time under seeded faults, seed after seed, until a guarantee is
//! violated or all is done.
//!
//! Standard output holds what depends on the options alone, so equal options print the same; what depends on this machine
//! and its clock goes to standard error.

mod progress;
mod say;

use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;

use sansfix_sim::ladder::Ladder;
use sansfix_sim::{Options, OutOfRange, Report, Simulation, Violation};

use crate::cli::SimulateArguments;
use progress::Progress;
use say::{Found, Runs};

/// The exit code for a violation, whether all of it could be told or not.
const VIOLATED: u8 = 1;
/// The exit code for a call that cannot be carried out.
const WRONG_CALL: u8 = 2;
/// The exit code for what could not be told to the end: nothing is known to be violated, and nothing to hold.
const UNTOLD: u8 = 3;

/// Succeeds when no guarantee is violated.
pub(crate) fn run(arguments: &SimulateArguments) -> ExitCode {
    let runs = Runs { first: arguments.options(), seeds: arguments.seeds };
    // Opened first: a run of an hour is not to end in a page that cannot be written.
    let page = match check(&runs).and_then(|()| open_page(arguments)) {
        Ok(page) => page,
        Err(problem) => {
            complain(&problem);
            return ExitCode::from(WRONG_CALL);
        }
    };
    let mut ended = simulate(&runs, Simulation::new, &mut io::stdout().lock(), &mut io::stderr());
    if let Err(problem) = write_page(arguments, page, ended.ladder.as_ref()) {
        complain(&problem);
        ended.problem.get_or_insert(problem);
    }
    ExitCode::from(ended.exit_code())
}

/// How the runs have ended.
#[derive(Debug, Default)]
struct Ended {
    violation: Option<Violation>,
    /// What kept them from being told, or made, to the end.
    problem: Option<String>,
    /// The end of the last run.
    ladder: Option<Ladder>,
}

impl Ended {
    fn exit_code(&self) -> u8 {
        match (&self.violation, &self.problem) {
            (Some(_), _) => VIOLATED,
            (None, Some(_)) => UNTOLD,
            (None, None) => 0,
        }
    }
}

/// Says what went wrong; who does not hear it has the exit code.
fn complain(problem: &str) {
    let _ = writeln!(io::stderr(), "error: {problem}");
}

/// Whether all of it can be done.
fn check(runs: &Runs) -> Result<(), String> {
    let seed = runs.first.seed;
    runs.first.check().map_err(|wrong| format!("--{wrong}"))?;
    match seed.checked_add(runs.seeds - 1) {
        Some(_) => Ok(()),
        None => Err(format!(
            "--seeds {}: must be at most {}, since --seed {seed} has no more after it",
            runs.seeds,
            u64::MAX - seed + 1
        )),
    }
}

fn open_page(arguments: &SimulateArguments) -> Result<Option<File>, String> {
    let Some(path) = &arguments.html else { return Ok(None) };
    let file = File::create(path);
    file.map(Some)
        .map_err(|error| format!("--html {}: {error}; name a file that can be written", path.display()))
}

fn write_page(
    arguments: &SimulateArguments,
    page: Option<File>,
    ladder: Option<&Ladder>,
) -> Result<(), String> {
    let (Some(path), Some(mut file), Some(ladder)) = (&arguments.html, page, ladder) else { return Ok(()) };
    file.write_all(ladder.to_html().as_bytes())
        .map_err(|error| format!("--html {}: {error}; it is not whole", path.display()))?;
    let _ = writeln!(io::stderr(), "the ladder is drawn in {}", path.display());
    Ok(())
}

/// Makes all runs, each of a simulation of its own from `make`, up to the first violation, and tells of them. What cannot be
/// told on `out` is told with the other progress.
fn simulate(
    runs: &Runs,
    make: impl Fn(Options) -> Result<Simulation, OutOfRange>,
    out: &mut impl Write,
    progress: &mut impl Write,
) -> Ended {
    let mut ended = Ended::default();
    if let Err(problem) = play(runs, make, &mut ended, out, progress) {
        let _ = writeln!(progress, "error: {problem}");
        if let Some(violation) = &ended.violation {
            let _ = writeln!(progress, "VIOLATION of {violation}");
        }
        ended.problem = Some(problem);
    }
    ended
}

/// Notes in `ended` what has come of the runs, before it is told.
///
/// # Errors
/// What could not be told, or made, in words.
fn play(
    runs: &Runs,
    make: impl Fn(Options) -> Result<Simulation, OutOfRange>,
    ended: &mut Ended,
    out: &mut impl Write,
    progress: &mut impl Write,
) -> Result<(), String> {
    let told = |result: io::Result<()>| result.map_err(|error| format!("standard output: {error}"));
    told(say::beginning(runs, out))?;
    let mut progress = Progress::new(runs, progress);
    let mut total = Report::default();
    for count in 0..runs.seeds {
        let options = runs.nth(count);
        let mut simulation = make(options.clone()).map_err(|wrong| format!("--{wrong}"))?;
        ended.violation = one(&mut simulation, count, &mut progress).err();
        let (report, ladder) = (simulation.report(), ended.ladder.insert(simulation.ladder()));
        total.add(&report);
        told(say::seed(&options, &report, ended.violation.is_some(), out))?;
        if let Some(violation) = &ended.violation {
            let found = Found { violation, options: &options, report: &report, ladder };
            told(say::violation(&found, out).and_then(|()| out.flush()))?;
            progress.end(&total);
            return Ok(());
        }
    }
    told(say::end(runs, &total, out).and_then(|()| out.flush()))?;
    progress.end(&total);
    Ok(())
}

/// One run, to its end or to the first violation.
fn one(
    simulation: &mut Simulation,
    count: u64,
    progress: &mut Progress<'_, impl Write>,
) -> Result<(), Violation> {
    while !simulation.is_over() {
        simulation.step()?;
        progress.look(count, simulation);
    }
    simulation.finish().map(drop)
}

#[cfg(test)]
mod tests;
