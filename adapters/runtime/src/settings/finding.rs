//! What can be wrong with a file, and what it can say without effect. Each names its line and its key.

use std::path::PathBuf;

use super::Endpoint;

/// A mistake: the sessions of the file cannot be run as it asks. Each says where it is and what to do.
///
/// ```
/// use sansfix_runtime::settings::{MAX_FILE_BYTES, SettingsError, parse};
///
/// let errors = parse(&vec![b'#'; MAX_FILE_BYTES + 1]).unwrap_err();
/// assert_eq!(errors.errors, [SettingsError::TooLong]);
/// let errors = parse(b"ConnectionType=acceptor\n[SESION]\n").unwrap_err();
/// assert_eq!(
///     errors.to_string(),
///     "no [SESSION]: write one for each session\n\
///      line 1: ConnectionType stands before the first section: put it under [DEFAULT] or [SESSION]\n\
///      line 2: [SESION]: sections are [DEFAULT] and [SESSION]; did you mean SESSION?"
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}: {why}: check the path and its permissions", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The file is longer than [`super::MAX_FILE_BYTES`].
    #[error("the file is longer than {} bytes: this is no configuration", super::MAX_FILE_BYTES)]
    TooLong,
    /// The file has no `[SESSION]`.
    #[error("no [SESSION]: write one for each session")]
    NoSession,
    /// A line is not UTF-8.
    #[error("line {line}: not UTF-8: save the file as UTF-8")]
    NotUtf8 {
        /// From 1.
        line: usize,
    },
    /// A line holds a control character, which could reach a message.
    #[error("line {line}: a control character: remove it")]
    ControlCharacter {
        /// From 1.
        line: usize,
    },
    /// A line is none of the three that there are.
    #[error("line {line}: {text:?} is neither a [SECTION], nor Key=Value, nor a # comment")]
    NotALine {
        /// From 1.
        line: usize,
        /// The line.
        text: String,
    },
    /// A key before the first section.
    #[error("line {line}: {key} stands before the first section: put it under [DEFAULT] or [SESSION]")]
    NoSection {
        /// From 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A section that is neither `[DEFAULT]` nor `[SESSION]`.
    #[error("line {line}: [{name}]: sections are [DEFAULT] and [SESSION]{}", meant(nearest))]
    UnknownSection {
        /// From 1.
        line: usize,
        /// As written.
        name: String,
        /// The section that is probably meant.
        nearest: Option<&'static str>,
    },
    /// A value that the key does not take.
    #[error("line {line}: {key}={value}: must be {allowed}")]
    WrongValue {
        /// From 1.
        line: usize,
        /// The key.
        key: String,
        /// As written; `***` when it may hold a password.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// A key that the session needs and the file does not have.
    #[error("line {line}: the session has no {key}: {why}")]
    Missing {
        /// The line of its `[SESSION]`, from 1.
        line: usize,
        /// The key.
        key: String,
        /// When it is needed, and what to write.
        why: String,
    },
    /// A key that says something else than another one.
    #[error("line {line}: {key} contradicts another key: {why}")]
    Contradiction {
        /// From 1.
        line: usize,
        /// The key.
        key: String,
        /// Which one, and what to do.
        why: String,
    },
    /// A key that cannot be honoured, and without which the session would be less safe than the file asks.
    #[error("line {line}: {key} cannot be honoured, and running without it would be less safe: {why}")]
    Unsafe {
        /// From 1.
        line: usize,
        /// The key.
        key: String,
        /// What would happen, and what to do.
        why: &'static str,
    },
    /// A user or a password of the Logon, on a connection without TLS.
    #[error(
        "line {line}: {key} would send {field} in clear: set up TLS (CertificationAuthoritiesFile), or write \
         LogonPasswordInClear=Y if something else protects the connection"
    )]
    PasswordInClear {
        /// From 1.
        line: usize,
        /// The key.
        key: String,
        /// The field's name and tag.
        field: &'static str,
    },
    /// Two sessions that listen at the same address with different TLS or AllowedRemoteAddresses.
    #[error(
        "line {line}: {listen} is shared with the session of line {first_line}, which has other TLS or \
         AllowedRemoteAddresses: write the same keys, or another port"
    )]
    SharedListener {
        /// The line of the second `[SESSION]`, from 1.
        line: usize,
        /// The line of the first.
        first_line: usize,
        /// Where both listen.
        listen: Endpoint,
    },
    /// Two sessions with the same identity.
    #[error(
        "line {line}: the session {identity} stands in line {first_line} already: change an ID or remove one"
    )]
    SameIdentity {
        /// The line of the second `[SESSION]`, from 1.
        line: usize,
        /// The line of the first.
        first_line: usize,
        /// BeginString and both parties.
        identity: String,
    },
}

impl SettingsError {
    /// The line it is about, from 1; 0 for the file as a whole.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::Unreadable { .. } | Self::TooLong | Self::NoSession => 0,
            Self::NotUtf8 { line }
            | Self::ControlCharacter { line }
            | Self::NotALine { line, .. }
            | Self::NoSection { line, .. }
            | Self::UnknownSection { line, .. }
            | Self::WrongValue { line, .. }
            | Self::Missing { line, .. }
            | Self::Contradiction { line, .. }
            | Self::Unsafe { line, .. }
            | Self::PasswordInClear { line, .. }
            | Self::SharedListener { line, .. }
            | Self::SameIdentity { line, .. } => *line,
        }
    }
}

/// Every mistake of a file, in the order of its lines, and its warnings.
///
/// ```
/// use sansfix_runtime::settings::{SettingsWarning, parse};
///
/// let text = b"[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
///     SocketAcceptPort=many\nHeartBeatInt=20\n";
/// let errors = parse(text).unwrap_err();
/// assert_eq!(errors.errors.len(), 1);
/// assert_eq!(errors.errors[0].line(), 6);
/// assert_eq!(errors.warnings[0].line(), 7);
/// let SettingsWarning::UnknownKey { nearest, .. } = errors.warnings[0] else { panic!() };
/// assert_eq!(nearest, Some("HeartBtInt"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsErrors {
    /// At least one.
    pub errors: Vec<SettingsError>,
    /// What the file says without effect.
    pub warnings: Vec<SettingsWarning>,
}

impl From<SettingsError> for SettingsErrors {
    fn from(error: SettingsError) -> Self {
        Self { errors: vec![error], warnings: Vec::new() }
    }
}

impl std::fmt::Display for SettingsErrors {
    /// One line for each error.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            write!(f, "{}{error}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsErrors {}

/// Something that the file says without effect. Example: [`SettingsErrors`].
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsWarning {
    /// No engine has this key.
    #[error("line {line}: unknown key {key}{}", meant(nearest))]
    UnknownKey {
        /// From 1.
        line: usize,
        /// As written.
        key: String,
        /// The key that is probably meant.
        nearest: Option<&'static str>,
    },
    /// A key that other engines have, for something that sansfix does not have yet.
    #[error("line {line}: {key} is recognised, not acted on yet")]
    NotYet {
        /// From 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A key that other engines have and sansfix will not.
    #[error("line {line}: {key} is not supported: {why}")]
    NotSupported {
        /// From 1.
        line: usize,
        /// The key.
        key: String,
        /// What happens instead.
        why: &'static str,
    },
    /// A key that has no effect in this session.
    #[error("line {line}: {key} has no effect: {why}")]
    NoEffect {
        /// From 1.
        line: usize,
        /// The key.
        key: String,
        /// Why.
        why: &'static str,
    },
    /// A session with other socket options than an earlier one that listens at the same address.
    #[error(
        "line {line}: its socket options have no effect: the session of line {first_line} says what holds at {listen}"
    )]
    SharedSocket {
        /// The line of the second `[SESSION]`, from 1.
        line: usize,
        /// The line of the first.
        first_line: usize,
        /// Where both listen.
        listen: Endpoint,
    },
    /// A key that stands twice in a section: the last counts.
    #[error("line {line}: {key} replaces the value of line {first_line}")]
    Repeated {
        /// The line that counts, from 1.
        line: usize,
        /// The line that does not.
        first_line: usize,
        /// The key.
        key: String,
    },
}

impl SettingsWarning {
    /// The line it is about, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::UnknownKey { line, .. }
            | Self::NotYet { line, .. }
            | Self::NotSupported { line, .. }
            | Self::NoEffect { line, .. }
            | Self::SharedSocket { line, .. }
            | Self::Repeated { line, .. } => *line,
        }
    }
}

fn meant(nearest: &Option<&'static str>) -> String {
    nearest.map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}
