//! The `.cfg` format that FIX users already have: sections `[DEFAULT]` and `[SESSION]`, lines `Key=Value`, `#` comments.
//!
//! Decides what a file asks for: one [`SessionSettings`] for each `[SESSION]`, or every mistake in it with its line. It
//! opens nothing but the file: dictionaries and certificates are read, stores and sockets opened by whoever runs the sessions.
//!
//! Keys are those of QuickFIX (C++), QuickFIX/J, QuickFIX/n and QuickFIX/Go, in any case, and our own;
//! [`configuration_page`] lists them all. An unknown key is a warning, a wrong value an error.
//!
//! ```
//! let text = b"[DEFAULT]\nConnectionType=initiator\nHeartBtInt=20\n\
//!     [SESSION]\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
//!     SocketConnectHost=127.0.0.1\nSocketConnectPort=5001\n";
//! let settings = sansfix_runtime::settings::parse(text).unwrap();
//! assert_eq!(settings.sessions[0].config.heart_bt_int, 20);
//! assert!(settings.warnings.is_empty());
//! ```

mod draft;
mod finding;
mod key;
mod keys;
mod lines;
mod log;
mod nearest;
mod page;
mod sections;
mod session_time;
mod store;
mod template;
mod tls;
mod value;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use sansfix::dictionary::Validation;
use sansfix::tags::Tag;
use sansfix::{ApplVerId, Config};

use crate::schedule::Schedule;
use crate::{AddressOrder, SocketOptions};

use crate::tls::TlsFiles;

pub use finding::{SettingsError, SettingsErrors, SettingsWarning};
pub use key::{Dialects, Key, Suffix};
pub use keys::{KeyGroup, groups};
pub use log::{LogSettings, ScreenSettings};
pub use page::configuration_page;
pub use store::{OpenedStore, StoreSettings};

/// The longest file that is read, bytes: 4 MiB. A thousand sessions with fifty keys each take about 1.5 million; more is
/// no configuration. It cannot be set. Example: [`SettingsError`].
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// What a file asks for. Example: [`crate::settings`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The sessions, in the order of the file.
    pub sessions: Vec<SessionSettings>,
    /// What the file says without effect, in the order of its lines.
    pub warnings: Vec<SettingsWarning>,
}

/// What a file asks for one session. Example: [`crate::settings`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSettings {
    /// The line of its `[SESSION]`, from 1.
    pub line: usize,
    /// What the session itself is configured with.
    pub config: Config,
    /// Where its messages and numbers are kept.
    pub store: StoreSettings,
    /// What TLS works with; `None` for plain TCP.
    pub tls: Option<TlsFiles>,
    /// Username(553), Password(554) and NewPassword(925) may go over plain TCP.
    pub password_in_clear: bool,
    /// Where it logs to.
    pub log: LogSettings,
    /// How it is reached.
    pub connection: ConnectionSettings,
    /// When it may be logged on, and when its numbers begin anew.
    pub schedule: Schedule,
    /// What its TCP connections are set to. For acceptor sessions that share a listener, the first one's counts.
    pub socket: SocketOptions,
    /// The addresses that may connect to an acceptor session; `None` for every address. The same for all sessions that
    /// share a listener.
    pub allowed: Option<Vec<IpAddr>>,
    /// This is no session but a pattern for sessions that the file does not name: see [`Self::for_logon`].
    pub template: bool,
    /// How incoming messages are checked against a dictionary.
    pub validation: ValidationSettings,
    /// Fields to add to each Logon that is sent.
    pub logon_fields: Vec<LogonField>,
}

/// How a session is reached. Example: [`Endpoint`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConnectionSettings {
    /// It connects.
    Initiator {
        /// Where to, at least one; each failure goes on to the next.
        endpoints: Vec<Endpoint>,
        /// ReconnectInterval: from a failed or lost connection to the next attempt, seconds.
        reconnect_interval: u32,
        /// SocketConnectTimeout: how long an attempt may take, seconds.
        connect_timeout: u32,
        /// Which of them an attempt begins with.
        order: AddressOrder,
        /// Where to connect from; port 0 for any. `None`: as the system likes.
        local: Option<Endpoint>,
    },
    /// It is connected to. Sessions with the same address share a listener.
    Acceptor {
        /// Where to listen.
        listen: Endpoint,
    },
}

/// A host and a port.
///
/// ```
/// use sansfix_runtime::settings::{ConnectionSettings, Endpoint, parse};
///
/// let text = b"[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
///     SocketConnectHost=::1\nSocketConnectPort=5001\n";
/// let settings = parse(text).unwrap();
/// let ConnectionSettings::Initiator { endpoints, .. } = &settings.sessions[0].connection else { panic!() };
/// assert_eq!(endpoints[..], [Endpoint { host: "::1".into(), port: 5001 }]);
/// assert_eq!(endpoints[0].to_string(), "[::1]:5001", "as InitiatorOptions has it");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Endpoint {
    /// A name or an address.
    pub host: String,
    /// The TCP port; 0 to listen on a free one.
    pub port: u16,
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// How incoming messages are checked against a dictionary. Example: [`DictionaryFiles`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValidationSettings {
    /// The files. Without any, messages are not checked beyond the session's own rules.
    pub dictionaries: DictionaryFiles,
    /// What is checked with them.
    pub rules: Validation,
}

/// Where the dictionaries are. Relative paths start from the directory that the process runs in.
///
/// ```
/// use sansfix_runtime::settings::{DictionaryFiles, parse};
///
/// let text = b"[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
///     SocketAcceptPort=5001\nDataDictionary=spec/FIX44.xml\n";
/// let validation = &parse(text).unwrap().sessions[0].validation;
/// assert_eq!(validation.dictionaries, DictionaryFiles::Fix("spec/FIX44.xml".into()));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DictionaryFiles {
    /// No dictionary.
    None,
    /// FIX.4.0 to FIX.4.4: one for everything.
    Fix(PathBuf),
    /// FIXT.1.1: one for the session's messages, and one for each application version.
    Fixt {
        /// TransportDataDictionary
        transport: PathBuf,
        /// AppDataDictionary, by application version. That of DefaultApplVerID is always there.
        application: BTreeMap<ApplVerId, PathBuf>,
    },
}

/// A field of the Logon. Its value may be a password: `Debug` does not show it.
///
/// ```
/// use sansfix_runtime::settings::LogonField;
///
/// let field = LogonField { tag: sansfix::tags::PASSWORD, value: "secret".into() };
/// assert_eq!(format!("{field:?}"), "554=***");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct LogonField {
    /// The tag, 1 or more.
    pub tag: Tag,
    /// The value, which is not empty.
    pub value: String,
}

impl std::fmt::Debug for LogonField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=***", self.tag)
    }
}

/// Reads a file of at most [`MAX_FILE_BYTES`], as [`parse`] does its text.
///
/// ```
/// let errors = sansfix_runtime::settings::read("nowhere/sessions.cfg".as_ref()).unwrap_err();
/// assert_eq!(errors.errors[0].line(), 0, "it is about the file as a whole");
/// assert!(errors.to_string().contains("nowhere/sessions.cfg"));
/// ```
///
/// # Errors
/// [`SettingsErrors`] with every mistake that was found.
pub fn read(file: &Path) -> Result<Settings, SettingsErrors> {
    let mut bytes = Vec::new();
    let limit = MAX_FILE_BYTES as u64 + 1;
    match File::open(file).and_then(|open| open.take(limit).read_to_end(&mut bytes)) {
        Ok(_) => parse(&bytes),
        Err(why) => Err(SettingsError::Unreadable { file: file.to_owned(), why: why.to_string() }.into()),
    }
}

/// Reads the text of a file: UTF-8, with or without a byte order mark, lines ended by LF or CRLF, at most
/// [`MAX_FILE_BYTES`]. Example: [`crate::settings`], and [`SettingsErrors`] for one with mistakes.
///
/// # Errors
/// [`SettingsErrors`] with every mistake that was found.
pub fn parse(bytes: &[u8]) -> Result<Settings, SettingsErrors> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(SettingsError::TooLong.into());
    }
    sections::settings(bytes)
}
