//! From lines to settings: keys are looked up, checked once where they stand, and applied to every session that has
//! or inherits them.

use sansfix::BeginString;
use sansfix::config::Role;
use sansfix::tags::{self, Tag};

use super::draft::{Draft, Missing};
use super::finding::{SettingsError, SettingsErrors, SettingsWarning};
use super::key::{Key, Setting};
use super::keys;
use super::lines::{Entry, Lines, lines};
use super::session_time::zone_meant;
use super::tls;
use super::{ConnectionSettings, SessionSettings, Settings, StoreSettings};

/// An entry whose key is known.
#[derive(Clone, Copy)]
struct Known<'t> {
    entry: Entry<'t>,
    key: &'static Key,
    suffix: &'t str,
    inherited: bool,
}

#[derive(Default)]
struct Findings {
    errors: Vec<SettingsError>,
    warnings: Vec<SettingsWarning>,
}

pub(crate) fn settings(bytes: &[u8]) -> Result<Settings, SettingsErrors> {
    let Lines { default, sessions: sections, errors } = lines(bytes);
    let mut findings = Findings { errors, warnings: Vec::new() };
    if sections.is_empty() {
        findings.errors.push(SettingsError::NoSession);
    }
    let default = findings.look_up(&default, true);
    let mut sessions: Vec<SessionSettings> = Vec::new();
    for section in sections {
        let own = findings.look_up(&section.entries, false);
        let session = findings.session(section.line, &default, &own);
        findings.same_identity(&sessions, &session);
        findings.shared_listener(&sessions, &session);
        sessions.push(session);
    }
    let Findings { mut errors, mut warnings } = findings;
    errors.sort_by_key(SettingsError::line);
    // What sessions inherit is wrong once.
    errors.dedup();
    warnings.sort_by_key(SettingsWarning::line);
    warnings.dedup();
    if errors.is_empty() {
        Ok(Settings { sessions, warnings })
    } else {
        Err(SettingsErrors { errors, warnings })
    }
}

impl Findings {
    /// The entries of a section whose keys are known: of a repeated key the last. What is wrong with an entry by
    /// itself is reported.
    fn look_up<'t>(&mut self, entries: &[Entry<'t>], inherited: bool) -> Vec<Known<'t>> {
        let mut known: Vec<Known<'t>> = Vec::new();
        for entry in entries {
            let Some((key, suffix)) = keys::find(entry.key) else {
                let (line, key) = (entry.line, entry.key.to_owned());
                self.warnings.push(SettingsWarning::UnknownKey { line, nearest: keys::nearest(&key), key });
                continue;
            };
            let new = Known { entry: *entry, key, suffix, inherited };
            self.check(&new);
            if let Some(position) = known.iter().position(|earlier| earlier.is_same_key(&new)) {
                let first_line = known.remove(position).entry.line;
                self.warnings.push(SettingsWarning::Repeated {
                    line: entry.line,
                    first_line,
                    key: new.name(),
                });
            }
            known.push(new);
        }
        known
    }

    fn check(&mut self, known: &Known<'_>) {
        let Entry { line, value, .. } = known.entry;
        let key = known.name();
        let among = |fine: &[&str]| fine.iter().any(|fine| fine.eq_ignore_ascii_case(value));
        match known.key.setting {
            Setting::Later(fine) if !among(fine) => self.warnings.push(SettingsWarning::NotYet { line, key }),
            Setting::Unsupported(fine, why) if !among(fine) => {
                self.warnings.push(SettingsWarning::NotSupported { line, key, why });
            }
            Setting::Unsafe(fine, why) if !among(fine) => {
                self.errors.push(SettingsError::Unsafe { line, key, why });
            }
            _ if !known.key.apply(&mut Draft::new(), known.suffix, value) => {
                let value = if known.key.is_secret() { "***" } else { value }.to_owned();
                let mut allowed = known.key.allowed();
                if let Some(zone) = known.key.names_zones().then(|| zone_meant(&value)).flatten() {
                    allowed.push_str(&format!("; did you mean {zone}?"));
                }
                self.errors.push(SettingsError::WrongValue { line, key, value, allowed });
            }
            _ => {}
        }
    }

    fn session(&mut self, line: usize, default: &[Known<'_>], own: &[Known<'_>]) -> SessionSettings {
        let overridden = |known: &&Known<'_>| own.iter().any(|own| own.is_same_key(known));
        let inherited = default.iter().filter(|known| !overridden(known));
        let mut all: Vec<Known<'_>> = inherited.chain(own).copied().collect();
        // A profile is what the other keys change, wherever it stands.
        all.sort_by_key(|known| known.key.name != keys::PROFILE);
        let mut draft = Draft::new();
        for known in &all {
            known.key.apply(&mut draft, known.suffix, known.entry.value);
        }
        let present = all.iter().filter(|known| !known.is_taken_away());
        let present: Vec<(String, usize)> =
            present.map(|known| (known.entry.key.to_ascii_lowercase(), known.entry.line)).collect();
        let session = draft.finish(&mut Missing { line, present: &present, errors: &mut self.errors });
        self.passwords(&session, &all);
        self.without_effect(&session, &all);
        session
    }

    /// Only what a session says itself is reported: what it inherits is meant for others too.
    fn without_effect(&mut self, session: &SessionSettings, all: &[Known<'_>]) {
        for known in all.iter().filter(|known| !known.inherited) {
            let default = known.key.default.eq_ignore_ascii_case(known.entry.value);
            let found = WITHOUT_EFFECT
                .iter()
                .chain(tls::WITHOUT_EFFECT)
                .find(|(name, when, _)| *name == known.key.name && when(session));
            if let (false, Some((_, _, why))) = (default, found) {
                let (line, key) = (known.entry.line, known.name());
                self.warnings.push(SettingsWarning::NoEffect { line, key, why });
            }
        }
    }

    /// A password goes over a connection that is not protected only when the file says so.
    fn passwords(&mut self, session: &SessionSettings, all: &[Known<'_>]) {
        if session.tls.is_some() || session.password_in_clear {
            return;
        }
        for known in all.iter().filter(|known| known.key.name == "LogonTag") {
            let tag = known.entry.value.split_once('=').and_then(|(tag, _)| tag.parse().ok());
            let field = CREDENTIALS.iter().find(|(credential, _)| Some(*credential) == tag);
            if let Some((_, field)) = field {
                let (line, key) = (known.entry.line, known.name());
                self.errors.push(SettingsError::PasswordInClear { line, key, field });
            }
        }
    }

    fn shared_listener(&mut self, sessions: &[SessionSettings], session: &SessionSettings) {
        let ConnectionSettings::Acceptor { listen } = &session.connection else { return };
        let same = sessions.iter().find(|earlier| earlier.connection == session.connection);
        let Some(earlier) = same else { return };
        let (line, first_line, listen) = (session.line, earlier.line, listen.clone());
        if (&earlier.tls, &earlier.allowed) != (&session.tls, &session.allowed) {
            self.errors.push(SettingsError::SharedListener { line, first_line, listen });
        } else if earlier.socket != session.socket {
            self.warnings.push(SettingsWarning::SharedSocket { line, first_line, listen });
        }
    }

    fn same_identity(&mut self, sessions: &[SessionSettings], session: &SessionSettings) {
        let identity = &session.config.identity;
        let complete = !identity.sender.comp_id.is_empty() && !identity.target.comp_id.is_empty();
        let same = sessions.iter().find(|earlier| earlier.config.identity == *identity);
        if let (true, Some(earlier)) = (complete, same) {
            let (line, first_line, identity) = (session.line, earlier.line, identity.to_string());
            self.errors.push(SettingsError::SameIdentity { line, first_line, identity });
        }
    }
}

impl Known<'_> {
    /// The key's own spelling, with what follows it.
    fn name(&self) -> String {
        format!("{}{}", self.key.name, self.suffix)
    }

    /// An empty value of a text stands for no value.
    fn is_taken_away(&self) -> bool {
        self.entry.value.is_empty() && self.key.apply(&mut Draft::new(), self.suffix, "")
    }

    fn is_same_key(&self, other: &Known<'_>) -> bool {
        self.key.name == other.key.name && self.suffix.eq_ignore_ascii_case(other.suffix)
    }
}

/// Fields of a Logon that say who it is.
const CREDENTIALS: &[(Tag, &str)] = &[
    (tags::USERNAME, "Username(553)"),
    (tags::PASSWORD, "Password(554)"),
    (tags::NEW_PASSWORD, "NewPassword(925)"),
];

type When = fn(&SessionSettings) -> bool;

/// Keys that mean nothing in some sessions: when, and why.
const WITHOUT_EFFECT: &[(&str, When, &str)] = &[
    ("DefaultApplVerID", |s| !is_fixt(s), "only FIXT.1.1 has it"),
    ("DataDictionary", is_fixt, "FIXT.1.1 has TransportDataDictionary and AppDataDictionary"),
    ("TransportDataDictionary", |s| !is_fixt(s), "only FIXT.1.1 has it; write DataDictionary"),
    ("AppDataDictionary", |s| !is_fixt(s), "only FIXT.1.1 has it; write DataDictionary"),
    ("TimestampPrecision", |s| version(s).seconds_only(), "FIX.4.0 and FIX.4.1 write seconds"),
    ("MillisecondsInTimeStamp", |s| version(s).seconds_only(), "FIX.4.0 and FIX.4.1 write seconds"),
    ("EnableNextExpectedMsgSeqNum", |s| !version(s).has_next_expected(), "tag 789 exists from FIX.4.4 on"),
    ("SendNextExpectedMsgSeqNum", |s| !version(s).has_next_expected(), "tag 789 exists from FIX.4.4 on"),
    ("EnableLastMsgSeqNumProcessed", |s| !version(s).has_last_processed(), "tag 369 exists from FIX.4.2 on"),
    ("MaxLatency", |s| s.config.sending_time_tolerance.is_none(), "CheckLatency=N"),
    ("SocketConnectHost", is_acceptor, "an acceptor does not connect"),
    ("SocketConnectPort", is_acceptor, "an acceptor does not connect"),
    ("ReconnectInterval", is_acceptor, "an acceptor does not connect"),
    ("SocketConnectSourceHost", is_acceptor, "an acceptor does not connect"),
    ("SocketConnectSourcePort", is_acceptor, "an acceptor does not connect"),
    ("SocketLocalHost", is_acceptor, "an acceptor does not connect"),
    ("SocketLocalPort", is_acceptor, "an acceptor does not connect"),
    ("HostSelectionPolicy", is_acceptor, "an acceptor does not connect"),
    ("AcceptorTemplate", |s| !is_acceptor(s), "an initiator knows whom it connects to"),
    ("AllowedRemoteAddresses", |s| !is_acceptor(s), "an initiator does not listen"),
    ("SocketAcceptPort", |s| !is_acceptor(s), "an initiator does not listen"),
    ("SocketAcceptHost", |s| !is_acceptor(s), "an initiator does not listen"),
    ("SocketAcceptAddress", |s| !is_acceptor(s), "an initiator does not listen"),
    ("AcceptorHeartBtIntMin", |s| !is_acceptor(s), "an initiator proposes HeartBtInt"),
    ("AcceptorHeartBtIntMax", |s| !is_acceptor(s), "an initiator proposes HeartBtInt"),
    ("FileStoreSync", in_memory, "without FileStorePath there is no file"),
    ("FileStoreSyncPolicy", in_memory, "without FileStorePath there is no file"),
    ("FileLogBackupPath", no_log_file, "without FileLogPath there is no file"),
    ("FileLogMaxBytes", no_log_file, "without FileLogPath there is no file"),
    ("FileLogDaily", no_log_file, "without FileLogPath there is no file"),
    ("FileLogTimeZone", no_log_file, "without FileLogPath there is no file"),
    ("FileLogTimeZone", |s| s.log.files.as_ref().is_some_and(|files| !files.daily), "FileLogDaily=N"),
    ("FileLogKeptFiles", no_log_file, "without FileLogPath there is no file"),
    ("FileLogQueueBytes", no_log_file, "without FileLogPath there is no file"),
    ("FileLogHeartbeats", no_log_file, "without FileLogPath there is no file"),
    ("FileIncludeMilliseconds", no_log_file, "without FileLogPath there is no file"),
    ("FileIncludeTimeStampForMessages", no_log_file, "without FileLogPath there is no file"),
    ("HeartBtInt", is_acceptor, "an acceptor adopts what the initiator proposes"),
    ("StartTime", never_ends, "NonStopSession=Y"),
    ("EndTime", never_ends, "NonStopSession=Y"),
    ("StartDay", never_ends, "NonStopSession=Y"),
    ("EndDay", never_ends, "NonStopSession=Y"),
    ("Weekdays", never_ends, "NonStopSession=Y"),
    ("TimeZone", |s| s.schedule.is_non_stop(), "session time never ends"),
    ("UseLocalTime", |s| s.schedule.is_non_stop(), "session time never ends"),
];

fn never_ends(session: &SessionSettings) -> bool {
    session.schedule.never_ends()
}

fn version(session: &SessionSettings) -> BeginString {
    session.config.identity.begin_string
}

fn is_fixt(session: &SessionSettings) -> bool {
    version(session) == BeginString::Fixt11
}

fn no_log_file(session: &SessionSettings) -> bool {
    session.log.files.is_none()
}

fn in_memory(session: &SessionSettings) -> bool {
    matches!(session.store, StoreSettings::Memory)
}

fn is_acceptor(session: &SessionSettings) -> bool {
    session.config.role == Role::Acceptor
}
