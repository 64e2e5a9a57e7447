//! Any text as a `.cfg` file: mistakes name their lines, and what is accepted can be described and run.

use std::sync::Arc;

use sansfix::config::Role;
use sansfix::{Actions, Event, Now, PhaseName, Session, Snapshot};
use sansfix_runtime::log::log_file_prefix;
use sansfix_runtime::settings::{ConnectionSettings, SessionSettings, Settings, SettingsErrors, parse};

/// Moments at which a schedule is asked, nanoseconds since 1970: both ends of what can be written, changes of clocks.
const MOMENTS: [i64; 6] = [i64::MIN, -1, 0, 1_790_000_000_000_000_000, 1_774_746_000_000_000_000, i64::MAX];

/// Reads the text; returns how many sessions and findings it had.
pub fn run(input: &[u8]) -> usize {
    let read = parse(input);
    if !input.contains(&b'\r') {
        let mut other_ends = Vec::new();
        for byte in input {
            other_ends.extend_from_slice(if *byte == b'\n' { b"\r\n" } else { std::slice::from_ref(byte) });
        }
        assert_eq!(parse(&other_ends), read, "how lines end matters");
    }
    let lines = input.split(|byte| *byte == b'\n').count();
    match read {
        Ok(settings) => check_settings(&settings, lines),
        Err(errors) => check_errors(&errors, lines),
    }
}

fn check_errors(read: &SettingsErrors, lines: usize) -> usize {
    assert!(!read.errors.is_empty(), "refused for nothing");
    assert!(read.errors.is_sorted_by_key(|error| error.line()), "the order of the file");
    for error in &read.errors {
        let text = error.to_string();
        let named = error.line() == 0 || text.contains(&format!("line {}", error.line()));
        assert!(error.line() <= lines && named && !text.is_empty(), "{text}");
    }
    assert_eq!(read.to_string().is_empty(), read.errors.is_empty());
    check_warnings(read.warnings.iter().map(|warning| (warning.line(), warning.to_string())), lines)
        + read.errors.len()
}

fn check_warnings(warnings: impl Iterator<Item = (usize, String)>, lines: usize) -> usize {
    let mut last = 1;
    let mut count = 0;
    for (line, text) in warnings {
        assert!((last..=lines).contains(&line), "line {line} after {last} of {lines}: {text}");
        assert!(text.starts_with(&format!("line {line}: ")), "{text}");
        last = line;
        count += 1;
    }
    count
}

fn check_settings(read: &Settings, lines: usize) -> usize {
    assert!(!read.sessions.is_empty(), "nothing was accepted");
    for session in &read.sessions {
        assert!((1..=lines).contains(&session.line));
        check_session(session);
    }
    check_warnings(read.warnings.iter().map(|warning| (warning.line(), warning.to_string())), lines)
        + read.sessions.len()
}

fn check_session(settings: &SessionSettings) {
    let config = &settings.config;
    assert!(!config.identity.sender.comp_id.is_empty() && !config.identity.target.comp_id.is_empty());
    let prefix = log_file_prefix(&config.identity);
    assert!(!prefix.contains(['/', '\0']) && !prefix.is_empty(), "{prefix:?} is no file name");
    match &settings.connection {
        ConnectionSettings::Initiator { endpoints, .. } => {
            assert_eq!(config.role, Role::Initiator);
            assert!(endpoints.iter().all(|endpoint| !endpoint.host.is_empty() && endpoint.port > 0));
            assert!(!endpoints.is_empty());
        }
        ConnectionSettings::Acceptor { listen } => {
            assert_eq!(config.role, Role::Acceptor);
            assert!(!listen.to_string().is_empty());
        }
    }
    assert!(!settings.schedule.to_string().is_empty());
    for utc_ns in MOMENTS {
        assert!(settings.schedule.at(utc_ns).until_utc_ns > utc_ns || utc_ns == i64::MAX);
        assert!(!settings.schedule.outlook(utc_ns).is_empty());
    }
    let shown = format!("{settings:?}");
    for field in &settings.logon_fields {
        assert!(field.tag > 0 && !field.value.is_empty() && !field.value.contains('\u{1}'));
        let unlikely = field.value.len() > 12 && !config.identity.to_string().contains(&field.value);
        assert!(!unlikely || !shown.contains(&format!("{}={}", field.tag, field.value)), "a secret is shown");
    }
    let (mut session, mut out) = (Session::new(Arc::new(config.clone()), Snapshot::new(0)), Actions::new());
    session.handle(Now { mono_ns: 0, utc_ns: 1_790_000_000_000_000_000 }, Event::Connected, &mut out);
    assert_ne!(session.status().phase, PhaseName::Disconnected, "it takes a connection");
}
