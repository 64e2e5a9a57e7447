//! What a session is started with.

use std::sync::Arc;

use sansfix::config::Config;
use sansfix::dictionary::Validator;
use sansfix_registry::AlreadyRegistered;

use super::application::Application;
use super::time_source::TimeSource;
use crate::kept::WhileLoggedOut;
use crate::log::SessionLog;
use crate::schedule::Schedule;
use crate::store::{MemoryStore, Store, StoreError};

/// A session to be started: its configuration, its store, its application.
///
/// ```
/// use sansfix::config::{Config, Identity, Role};
/// use sansfix::dictionary::Validator;
/// use sansfix::BeginString;
/// use sansfix_runtime::dictionary_xml::read_dictionary;
/// use sansfix_runtime::log::{Entry, SessionLog};
/// use sansfix_runtime::{Application, ManualClock, MemoryStore, SessionSetup};
///
/// struct Silent;
/// impl Application for Silent {}
/// impl SessionLog for Silent {
///     fn note(&mut self, _utc_ns: i64, _entry: &Entry<'_>) {}
/// }
///
/// let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let dictionary = read_dictionary(
///     "<fix major='4' minor='4'><header/><trailer/><messages/><components/><fields/></fix>",
/// )?;
/// let setup = SessionSetup::new(Config::new(Role::Initiator, identity), Silent)
///     .with_store(MemoryStore::numbers_only())
///     .with_validator(Validator::new(dictionary.into()))
///     .with_clock(ManualClock::at(0))
///     .with_log(Silent);
/// assert!(format!("{setup:?}").contains("DESK"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SessionSetup {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Box<dyn Store>,
    pub(crate) application: Box<dyn Application>,
    pub(crate) validator: Option<Arc<Validator>>,
    pub(crate) logs: Vec<Box<dyn SessionLog>>,
    pub(crate) while_logged_out: Option<WhileLoggedOut>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) clock: Option<Arc<dyn TimeSource>>,
}

impl SessionSetup {
    /// A session whose store is in memory (of numbers alone when [`Config::persist_messages`] is off), without a
    /// dictionary, a schedule or a log, and by this machine's clock.
    #[must_use]
    pub fn new(config: impl Into<Arc<Config>>, application: impl Application + 'static) -> Self {
        let config = config.into();
        let store = if config.persist_messages { MemoryStore::new() } else { MemoryStore::numbers_only() };
        Self {
            config,
            store: Box::new(store),
            application: Box::new(application),
            validator: None,
            logs: Vec::new(),
            while_logged_out: None,
            schedule: None,
            clock: None,
        }
    }

    /// The same session with another store. It is read when the session is started.
    #[must_use]
    pub fn with_store(mut self, store: impl Store + 'static) -> Self {
        self.store = Box::new(store);
        self
    }

    /// The same session with a dictionary that every incoming message is checked against: one that breaks a rule is
    /// answered with a Reject or BusinessMessageReject, and the application does not see it. QuickFIX:
    /// UseDataDictionary.
    #[must_use]
    pub fn with_validator(mut self, validator: impl Into<Arc<Validator>>) -> Self {
        self.validator = Some(validator.into());
        self
    }

    /// The same session with a schedule; without one it is always in session time.
    ///
    /// Outside session time an acceptor sends connections away and an initiator dials none; it dials at once when
    /// session time begins. When session time ends the session logs out, and stays enabled. Numbers that are older
    /// than the period begin again at 1 when it begins, or when the session is started later: once for each period,
    /// disabled or not, connected (after a Logout) or not. A clock that is set, or a machine that has slept, is
    /// noticed after [`ASK_EVERY`](crate::schedule::ASK_EVERY) at the latest.
    ///
    /// ```
    /// use jiff::{civil::time, tz::TimeZone};
    /// use sansfix::config::{Config, Identity, Role};
    /// use sansfix_runtime::schedule::{Days, Schedule, Window};
    /// use sansfix_runtime::{Application, SessionSetup};
    ///
    /// struct Silent;
    /// impl Application for Silent {}
    ///
    /// let identity = Identity::new(sansfix::BeginString::Fix44, "VENUE", "DESK");
    /// let window = Window::new(Days::Every, time(8, 0, 0, 0), time(17, 30, 0, 0))?;
    /// let schedule = Schedule::new(window, TimeZone::get("Europe/London")?);
    /// let setup = SessionSetup::new(Config::new(Role::Acceptor, identity), Silent).with_schedule(schedule);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = Some(schedule);
        self
    }

    /// The same session by another clock than the machine's: for tests and simulators, with
    /// [`ManualClock`](crate::ManualClock).
    #[must_use]
    pub fn with_clock(mut self, clock: impl TimeSource + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The same session with one more log that is told what happens to it. There can be several.
    #[must_use]
    pub fn with_log(mut self, log: impl SessionLog + 'static) -> Self {
        self.logs.push(Box::new(log));
        self
    }

    /// The same session, which keeps messages that are given while it is not logged on, within these bounds, and sends
    /// them at the next logon. Without this they are refused, and so they are in any case when the application itself
    /// sends through its [`crate::Outlet`].
    ///
    /// ```
    /// use sansfix::{BeginString, config::{Config, Identity, Role}};
    /// use sansfix_runtime::{Application, SessionSetup, WhileLoggedOut};
    ///
    /// struct Silent;
    /// impl Application for Silent {}
    ///
    /// let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
    /// let setup = SessionSetup::new(Config::new(Role::Initiator, identity), Silent)
    ///     .keeping_while_logged_out(WhileLoggedOut { messages: 100, ..WhileLoggedOut::default() });
    /// # drop(setup);
    /// ```
    #[must_use]
    pub fn keeping_while_logged_out(mut self, bounds: WhileLoggedOut) -> Self {
        self.while_logged_out = Some(bounds);
        self
    }
}

impl std::fmt::Debug for SessionSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionSetup").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Why a session could not be started.
///
/// ```
/// use sansfix::{BeginString, config::{Config, Identity, Role}};
/// use sansfix_registry::Registry;
/// use sansfix_runtime::blocking::Acceptor;
/// use sansfix_runtime::{AcceptorOptions, Application, SessionSetup};
///
/// struct Silent;
/// impl Application for Silent {}
///
/// let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let wrong = SessionSetup::new(Config::new(Role::Initiator, desk), Silent);
/// let started = Acceptor::without_port(vec![wrong], AcceptorOptions::default(), &Registry::new());
/// assert_eq!(
///     started.unwrap_err().to_string(),
///     "the session FIX.4.4:DESK->VENUE is configured as the other role: start acceptor sessions with Acceptor, \
///      initiator sessions with Initiator"
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Its store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The registry has a session of that identity.
    #[error(transparent)]
    AlreadyRegistered(#[from] AlreadyRegistered),
    /// Its role is not the one that is started.
    #[error(
        "the session {identity} is configured as the other role: start acceptor sessions with Acceptor, \
         initiator sessions with Initiator"
    )]
    Role {
        /// The session.
        identity: Box<sansfix::config::Identity>,
    },
    /// An initiator needs an address to connect to.
    #[error(
        "the session {identity} has no address to connect to: give InitiatorOptions::addresses at least one"
    )]
    NoAddress {
        /// The session.
        identity: Box<sansfix::config::Identity>,
    },
    /// The system refuses a thread, a file descriptor or the port's name.
    #[error("the system refuses a thread, a file descriptor or the address of the port: {0}")]
    System(#[from] std::io::Error),
}

/// Sessions that were not logged out when the limit of a shutdown passed, at least one. Their connections were closed
/// all the same, and nothing that was saved is lost: they can be started again.
///
/// ```
/// use sansfix::{BeginString, config::Identity};
/// use sansfix_runtime::NotDown;
///
/// let error = NotDown(vec![Identity::new(BeginString::Fix44, "VENUE", "DESK")]);
/// assert_eq!(error.to_string(), "not logged out in time: FIX.4.4:VENUE->DESK");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not logged out in time: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
pub struct NotDown(pub Vec<sansfix::config::Identity>);
