//! `sansfix conform scripts`: plays acceptance scripts against the session, in process and in virtual time, or against
//! an engine on a socket, and says which ones fail where.
//!
//! What a failing line shows are the expected and the received message one below the other, SOH as `|`.

pub mod compare;
pub mod expected;
pub mod player;
pub mod prepare;
pub mod reader;
pub mod script;
pub mod suite;
pub mod tcp_acceptor;
pub mod virtual_acceptor;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use crate::acceptance::dictionaries::Dictionaries;
use crate::cli::ScriptsArguments;
use expected::{Deviation, Expected};
use suite::{Directory, Played, SuiteError};
use tcp_acceptor::TcpAcceptor;

/// The exit code for a call that cannot be carried out.
const WRONG_CALL: u8 = 2;

pub(crate) fn run(arguments: &ScriptsArguments) -> ExitCode {
    match scripts(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("sansfix: {problem}");
            ExitCode::from(WRONG_CALL)
        }
    }
}

/// Plays the scripts and prints how they went. Whether all went as they should.
fn scripts(arguments: &ScriptsArguments) -> Result<bool, String> {
    let list = arguments.expected.as_deref().map(read_list).transpose()?;
    let directories = suite::find(&arguments.paths).map_err(|error| error.to_string())?;
    let all = match (arguments.connect, &arguments.dictionaries) {
        (Some(address), _) => over_tcp(&directories, address),
        (None, Some(dictionaries)) => {
            in_process(&directories, &mut Dictionaries::new(dictionaries), arguments)
        }
        (None, None) => return Err("--dictionaries or --connect is missing".to_owned()),
    };
    let all = all.map_err(|error| error.to_string())?;
    let wrong = match &list {
        Some(list) => all.iter().filter(|script| deviates(script, list)).count(),
        None => all.iter().filter(|script| failed(script)).count(),
    };
    if let Some(file) = &arguments.write_expected {
        let failures = all.iter().filter_map(|script| Some((&*script.name, script.failure.as_ref()?.line)));
        let text = list.clone().unwrap_or_default().rewritten(failures);
        std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if let (Some(file), Some(list)) = (&arguments.expected, &list) {
        let differ = all.iter().filter(|script| script.failure.is_some() && is_listed(script, list)).count();
        println!("{differ} of the passed ones differ as {} says", file.display());
    }
    println!("{} passed, {wrong} failed", all.len() - wrong);
    Ok(wrong == 0)
}

/// One directory after the other, each against an acceptor of its own.
fn in_process(
    directories: &[Directory],
    dictionaries: &mut Dictionaries,
    arguments: &ScriptsArguments,
) -> Result<Vec<Played>, SuiteError> {
    let mut all = Vec::new();
    for directory in directories {
        let mut acceptor =
            suite::acceptor_for(directory, dictionaries, arguments.set, arguments.profile.into())?;
        let played = suite::play_directory(directory, &mut acceptor)?;
        say_how_it_went(directory, &played);
        all.extend(played);
    }
    Ok(all)
}

/// Plays all directories at once against an acceptor on a socket, since real time passes: each calls as somebody else.
///
/// # Errors
/// [`SuiteError::Read`]
pub fn over_tcp(directories: &[Directory], address: SocketAddr) -> Result<Vec<Played>, SuiteError> {
    std::thread::scope(|scope| {
        let playing: Vec<_> = directories
            .iter()
            .map(|directory| {
                scope.spawn(move || {
                    let played = suite::play_directory(directory, &mut TcpAcceptor::new(address))?;
                    say_how_it_went(directory, &played);
                    Ok(played)
                })
            })
            .collect();
        let mut all = Vec::new();
        for thread in playing {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}

fn say_how_it_went(directory: &Directory, played: &[Played]) {
    let passed = played.iter().filter(|script| script.failure.is_none()).count();
    println!("{}: {passed} of {} pass", suite::name(&directory.path), played.len());
}

fn read_list(file: &Path) -> Result<Expected, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Expected::parse(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Prints a failure, if it is one.
fn failed(script: &Played) -> bool {
    let Some(failure) = &script.failure else { return false };
    println!("FAILED {}:{}: {}", script.name, failure.line, failure.why);
    for (what, message) in [("expected", &failure.expected), ("received", &failure.received)] {
        if !message.is_empty() {
            println!("    {what} {message}");
        }
    }
    true
}

/// How a script's result compares with the list.
fn deviation(script: &Played, list: &Expected) -> Deviation {
    list.judge(&script.name, script.failure.as_ref().map(|failure| failure.line))
}

fn is_listed(script: &Played, list: &Expected) -> bool {
    deviation(script, list) == Deviation::None
}

/// Prints how a script deviates from the list, if it does.
fn deviates(script: &Played, list: &Expected) -> bool {
    match deviation(script, list) {
        Deviation::None => return false,
        Deviation::UnlistedFailure => {
            failed(script);
        }
        Deviation::UnlistedPass => println!("FAILED {}: it passes, but is listed to fail", script.name),
        Deviation::OtherLine(line) => {
            failed(script);
            println!("    it is listed to fail at line {line}");
        }
    }
    true
}
