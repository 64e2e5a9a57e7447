//! `sansfix store`: what the journals of a directory hold. Nothing is changed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sansfix_runtime::store::journal::{Inspection, Unreadable, inspect};

use crate::plain::snapshot_in_words;

/// Succeeds when there is a journal, and each can be read and opened.
pub(crate) fn run(directory: &Path) -> ExitCode {
    let journals = match journals(directory) {
        Ok(journals) => journals,
        Err(error) => {
            eprintln!("error: {}: {error}", directory.display());
            return ExitCode::FAILURE;
        }
    };
    if journals.is_empty() {
        eprintln!(
            "error: {} holds no journal: write the FileStorePath of a configuration",
            directory.display()
        );
        return ExitCode::FAILURE;
    }
    let mut all_good = true;
    for journal in journals {
        println!("{}", journal.display());
        let (lines, good) = match inspect(&journal) {
            Ok(inspection) => (describe(&inspection), inspection.damage.is_none()),
            // A session that was started and never had a connection.
            Err(Unreadable::Empty) => (vec![Unreadable::Empty.to_string()], true),
            Err(error) => (vec![error.to_string()], false),
        };
        lines.iter().for_each(|line| println!("  {line}"));
        all_good &= good;
    }
    if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The directory itself, or those in it, in the order of their names.
fn journals(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let is_journal = |path: &PathBuf| path.join("journal").is_file() || path.join("lock").is_file();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        found.push(entry?.path());
    }
    found.push(directory.to_owned());
    found.retain(is_journal);
    found.sort();
    Ok(found)
}

fn describe(inspection: &Inspection) -> Vec<String> {
    let Inspection { bytes, epoch, batches, snapshot, messages, message_bytes, holes, torn_tail, damage } =
        inspection;
    let mut lines = Vec::new();
    if let Some(damage) = damage {
        lines.push(format!("DAMAGED: {damage}"));
        lines.push("what follows is what stands before the damage: more was saved than this".to_owned());
    }
    lines.push(match snapshot {
        Some(snapshot) => snapshot_in_words(snapshot),
        None => "no number can be read".to_owned(),
    });
    lines.push(format!("epoch {epoch}: the numbers were reset as often"));
    let without = if *holes == 0 { String::new() } else { format!(", numbers without one: {holes}") };
    lines.push(format!("{messages} messages of {message_bytes} bytes to resend{without}"));
    lines.push(format!("{batches} batches in a file of {bytes} bytes"));
    if let Some(torn) = torn_tail {
        lines.push(format!(
            "an unfinished record of {} bytes stands at byte {}: the next start cuts it",
            torn.bytes, torn.offset
        ));
    }
    lines
}
