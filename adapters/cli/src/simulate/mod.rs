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

/// The exit code for a call that cannot be carried out.
const WRONG_CALL: u8 = 2;

/// Succeeds when no guarantee is violated.
pub(crate) fn run(arguments: &SimulateArguments) -> ExitCode {
    let runs = Runs { first: arguments.options(), seeds: arguments.seeds };
    // Opened first: a run of an hour is not to end in a page that cannot be written.
    let page = match check(&runs).and_then(|()| open_page(arguments)) {
        Ok(page) => page,
        Err(problem) => {
            eprintln!("error: {problem}");
            return ExitCode::from(WRONG_CALL);
        }
    };
    let ended = simulate(&runs, Simulation::new, &mut io::stdout().lock(), &mut io::stderr());
    match ended.and_then(|ended| Ok((ended.violated, write_page(arguments, page, &ended.ladder)?))) {
        Ok((false, ())) => ExitCode::SUCCESS,
        Ok((true, ())) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// How the runs have ended.
#[derive(Debug)]
struct Ended {
    violated: bool,
    /// The end of the last run.
    ladder: Ladder,
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

fn write_page(arguments: &SimulateArguments, page: Option<File>, ladder: &Ladder) -> Result<(), String> {
    let (Some(path), Some(mut file)) = (&arguments.html, page) else { return Ok(()) };
    file.write_all(ladder.to_html().as_bytes())
        .map_err(|error| format!("--html {}: {error}; it is not whole", path.display()))?;
    eprintln!("the ladder is drawn in {}", path.display());
    Ok(())
}

/// Makes all runs, each of a simulation of its own from `make`, up to the first violation, and tells of them.
///
/// # Errors
/// What could not be told, or made, in words.
fn simulate(
    runs: &Runs,
    make: impl Fn(Options) -> Result<Simulation, OutOfRange>,
    out: &mut impl Write,
    progress: &mut impl Write,
) -> Result<Ended, String> {
    let told = |result: io::Result<()>| result.map_err(|error| format!("standard output: {error}"));
    told(say::beginning(runs, out))?;
    let mut progress = Progress::new(runs, progress);
    let mut total = Report::default();
    let mut count = 0;
    loop {
        let options = runs.nth(count);
        let mut simulation = make(options.clone()).map_err(|wrong| format!("--{wrong}"))?;
        let result = one(&mut simulation, count, &mut progress);
        let report = simulation.report();
        total.add(&report);
        count += 1;
        told(say::seed(&options, &report, result.is_err(), out))?;
        let ladder = simulation.ladder();
        if let Err(violation) = result {
            let found = Found { violation: &violation, options: &options, report: &report, ladder: &ladder };
            told(say::violation(&found, out))?;
            progress.end(&total);
            return Ok(Ended { violated: true, ladder });
        }
        if count == runs.seeds {
            told(say::end(runs, &total, out))?;
            progress.end(&total);
            return Ok(Ended { violated: false, ladder });
        }
    }
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
