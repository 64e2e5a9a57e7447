//! `sansfix config check`: what each session of a file will do, and what is wrong with it.

use std::path::PathBuf;
use std::process::ExitCode;

use sansfix::config::{Config, Profile, Role, Switches};
use sansfix_runtime::log::log_file_prefix;
use sansfix_runtime::settings::{
    ConnectionSettings, DictionaryFiles, SessionSettings, SettingsWarning, StoreSettings, read,
};
use sansfix_runtime::tls::TlsFiles;
use sansfix_runtime::{Clock, SyncPolicy};

use crate::cli::CheckArguments;
use crate::plain::Dictionaries;

/// Succeeds when the sessions could be started: the file is right and the dictionaries it names can be read.
pub(crate) fn run(arguments: &CheckArguments) -> ExitCode {
    let file = arguments.file.display();
    let settings = match read(&arguments.file) {
        Ok(settings) => settings,
        Err(errors) => {
            print_warnings(&errors.warnings);
            errors.errors.iter().for_each(|error| println!("error: {error}"));
            println!("{file}: {}, {}", count(errors.errors.len(), "error"), warnings(&errors.warnings));
            return ExitCode::FAILURE;
        }
    };
    let now = Clock::start().now().utc_ns;
    let mut dictionaries = Dictionaries::default();
    let mut unreadable = Vec::new();
    for session in &settings.sessions {
        describe(session, now).iter().for_each(|line| println!("{line}"));
        let dictionary = dictionaries.of(session).err().map(|error| error.to_string());
        let certificates = session.tls.as_ref().and_then(|files| certificates(files, session.config.role));
        for error in [dictionary, certificates].into_iter().flatten() {
            if !unreadable.contains(&error) {
                unreadable.push(error);
            }
        }
    }
    print_warnings(&settings.warnings);
    unreadable.iter().for_each(|error| println!("error: {error}"));
    let sessions = count(settings.sessions.len(), "session");
    if unreadable.is_empty() {
        println!("{file}: {sessions}, {}", warnings(&settings.warnings));
        return ExitCode::SUCCESS;
    }
    println!("{file}: {}, {}", count(unreadable.len(), "error"), warnings(&settings.warnings));
    ExitCode::FAILURE
}

fn print_warnings(warnings: &[SettingsWarning]) {
    warnings.iter().for_each(|warning| println!("warning: {warning}"));
}

fn warnings(warnings: &[SettingsWarning]) -> String {
    count(warnings.len(), "warning")
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The session in words, a line for each matter, at a moment of UTC in nanoseconds.
fn describe(session: &SessionSettings, utc_ns: i64) -> Vec<String> {
    let config = &session.config;
    let mut lines = vec![format!("{} (line {})", config.identity, session.line)];
    let mut say = |line: String| lines.push(format!("  {line}"));
    match &session.connection {
        ConnectionSettings::Initiator { endpoints, reconnect_interval, .. } => {
            let to: Vec<String> = endpoints.iter().map(ToString::to_string).collect();
            say(format!("connects to {}; again after {reconnect_interval} s", to.join(", then ")));
            say(format!("proposes HeartBtInt {} s", config.heart_bt_int));
        }
        ConnectionSettings::Acceptor { listen } => {
            say(format!("listens on {listen}"));
            if session.template {
                say("is a template: whoever sends a Logon that fits gets a session".to_owned());
            }
            if let Some(allowed) = &session.allowed {
                let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
                say(format!("may be connected to from {}", allowed.join(", ")));
            }
            say(match config.acceptor_heart_bt_int {
                None => "adopts the HeartBtInt that is proposed".to_owned(),
                Some((least, most)) => format!("adopts a HeartBtInt from {least} s to {most} s"),
            });
        }
    }
    if let Some(version) = config.default_appl_ver_id {
        say(format!("DefaultApplVerID {}", String::from_utf8_lossy(version.as_bytes())));
    }
    say(security(session));
    say(format!("session time: {}", session.schedule));
    if !session.schedule.is_non_stop() {
        say(session.schedule.outlook(utc_ns));
    }
    let periods =
        if session.schedule.never_ends() { "" } else { "; they begin at 1 with each period of session time" };
    say(numbers(config) + periods);
    say(store(&session.store));
    say(logs(session));
    say(match config.sending_time_tolerance {
        Some(seconds) => format!("SendingTime within {seconds} s of the clock"),
        None => "SendingTime is not compared with the clock".to_owned(),
    });
    say(dictionaries(&session.validation.dictionaries));
    say(profile(config));
    if !session.logon_fields.is_empty() {
        let tags: Vec<String> = session.logon_fields.iter().map(|field| field.tag.to_string()).collect();
        let in_clear = if session.tls.is_none() { "; nothing hides them on the wire" } else { "" };
        say(format!("adds to its Logon: {}{in_clear}", tags.join(", ")));
    }
    lines
}

/// What is wrong with the files, if anything is.
fn certificates(files: &TlsFiles, role: Role) -> Option<String> {
    let error = match role {
        Role::Acceptor => files.server().err(),
        Role::Initiator => files.client().err(),
    };
    error.map(|error| error.to_string())
}

fn security(session: &SessionSettings) -> String {
    let Some(files) = &session.tls else {
        return "plain TCP: nothing is encrypted, and nobody's identity is checked".to_owned();
    };
    let file = |file: &Option<PathBuf>| file.as_deref().map(|file| file.display().to_string());
    let mut text = match (files.oldest, files.newest) {
        (oldest, newest) if oldest == newest => oldest.to_string(),
        (oldest, newest) => format!("{oldest} to {newest}"),
    };
    let authorities = file(&files.authorities).unwrap_or_default();
    match &session.connection {
        ConnectionSettings::Initiator { endpoints, .. } => {
            let hosts = endpoints.iter().map(|endpoint| endpoint.host.clone());
            let names =
                files.server_name.clone().map_or_else(|| hosts.collect(), |name| vec![name]).join(" or ");
            text.extend(["; the certificate must be for ", &names, ", from an authority in ", &authorities]);
        }
        ConnectionSettings::Acceptor { .. } if files.require_client_certificate => {
            text.extend(["; whoever connects must have a certificate from an authority in ", &authorities]);
        }
        ConnectionSettings::Acceptor { .. } => text.push_str("; whoever connects needs no certificate"),
    }
    if let Some(lists) = file(&files.revocation_lists) {
        text.extend([", not revoked in ", &lists]);
    }
    match file(&files.certificate) {
        Some(own) => text.extend(["; shows ", &own]),
        None => text.push_str("; shows no certificate"),
    }
    text
}

fn numbers(config: &Config) -> String {
    let resets = [
        (config.reset_on_logon, "at each logon"),
        (config.reset_on_logout, "after a Logout"),
        (config.reset_on_disconnect, "whenever the connection ends"),
    ];
    let when: Vec<&str> = resets.iter().filter(|(on, _)| *on).map(|(_, when)| *when).collect();
    let kept = if config.persist_messages { "" } else { "; sent messages are not kept" };
    match when.as_slice() {
        [] => format!("numbers go on from one connection to the next{kept}"),
        when => format!("numbers are reset {}{kept}", when.join(" and ")),
    }
}

fn store(store: &StoreSettings) -> String {
    match store {
        StoreSettings::Memory => {
            "messages and numbers are kept in memory: they are lost when the process ends".to_owned()
        }
        StoreSettings::Journal { directory, sync } => {
            let durable = match sync {
                SyncPolicy::EveryBatch => "the disk has everything before it is sent".to_owned(),
                SyncPolicy::Interval(interval) => {
                    format!(
                        "a failure of the machine can lose what was saved in the last {} ms",
                        interval.as_millis()
                    )
                }
                SyncPolicy::Never => "a failure of the machine can lose the last of them".to_owned(),
            };
            format!("messages and numbers are kept in {}; {durable}", directory.display())
        }
    }
}

fn logs(session: &SessionSettings) -> String {
    let Some(files) = &session.log.files else { return "no log files".to_owned() };
    let prefix = files.directory.join(log_file_prefix(&session.config.identity));
    let mut text = format!("logs to {}.messages.current.log and .event.current.log", prefix.display());
    let mut when = Vec::new();
    if let Some(bytes) = files.max_file_bytes {
        when.push(format!("at {bytes} bytes"));
    }
    if files.daily {
        let zone = files.day_zone.iana_name().unwrap_or("UTC");
        when.push(format!("at midnight ({zone})"));
    }
    if !when.is_empty() {
        let older = files.backup_directory.as_ref().unwrap_or(&files.directory).display();
        let kept = files.kept_files;
        text.push_str(&format!(
            "; the next begin {}, {kept} older of each are kept in {older}",
            when.join(" and ")
        ));
    }
    text
}

fn dictionaries(files: &DictionaryFiles) -> String {
    match files {
        DictionaryFiles::None => {
            "no dictionary: messages are checked by the session's own rules alone".to_owned()
        }
        DictionaryFiles::Fix(file) => format!("dictionary {}", file.display()),
        DictionaryFiles::Fixt { transport, application } => {
            let application: Vec<String> =
                application.values().map(|file| file.display().to_string()).collect();
            format!("dictionaries {} and {}", transport.display(), application.join(", "))
        }
    }
}

fn profile(config: &Config) -> String {
    for (name, profile) in [("Standard", Profile::Standard), ("Compatible", Profile::Compatible)] {
        if config.switches == Switches::of(profile) {
            return format!("switches of Profile={name}");
        }
    }
    "switches of its own".to_owned()
}
