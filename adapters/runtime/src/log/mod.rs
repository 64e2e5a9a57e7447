//! What an operator sees of a session: its messages and what happens to it.
//!
//! Decides what is told, when, how grave it is, and what of it is hidden. [`SessionLog`] is who is told; [`FileLogs`]
//! writes files that FIX log viewers read, and with the feature `tracing` every entry is an event of that crate too, in a
//! span for each session. Both adapters tell the same, since their common driver does.
//!
//! What *incoming* and *outgoing* mean: an incoming message is told when the session takes it from the stream, in the
//! order of the stream, whatever becomes of it: rejected by a dictionary, a duplicate, kept above a gap. An outgoing
//! message is told when its last byte has been handed to the transport. So what was saved and has never left is not
//! told, and a message that is sent again is told again.
//!
//! Nothing a log does reaches the session: it is asked on the session's own thread or task and must not wait, and one
//! that panics is asked no more.

mod entry;
mod file;
mod outgoing;
mod recovery;
mod redact;
#[cfg(feature = "tracing")]
mod spans;
mod stretch;
mod watch;

pub use entry::{Entry, Level, msg_type_name};
pub use file::{FileLog, FileLogError, FileLogOptions, FileLogs, LogCounts, TellTrouble, log_file_prefix};
pub use redact::GarbledBytes;
pub(crate) use watch::{Tap, Watch};

/// Is told what happens to a session.
///
/// ```
/// use std::sync::mpsc;
///
/// use sansfix::config::{Config, Identity, Role};
/// use sansfix::BeginString;
/// use sansfix_runtime::log::{Entry, Level, SessionLog};
/// use sansfix_runtime::{Application, SessionSetup};
///
/// /// Hands everything that needs somebody to whoever reads the channel.
/// struct Alarm(mpsc::Sender<String>);
///
/// impl SessionLog for Alarm {
///     fn note(&mut self, _utc_ns: i64, entry: &Entry<'_>) {
///         if entry.level() <= Level::Warn {
///             let _ = self.0.send(entry.to_string());
///         }
///     }
/// }
///
/// struct Silent;
/// impl Application for Silent {}
///
/// let (alarm, _alarms) = mpsc::channel();
/// let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let _setup = SessionSetup::new(Config::new(Role::Initiator, identity), Silent).with_log(Alarm(alarm));
/// ```
pub trait SessionLog: Send {
    /// Something has happened, at `utc_ns` (nanoseconds since 1970-01-01T00:00:00Z). Called on the session's own thread
    /// or task, so it must not wait; what takes time is handed to somebody else.
    ///
    /// [`Entry`] shows no secrets when it is printed. Who reads the bytes of its messages sees them all. A panic is
    /// caught, and this is not called any more.
    fn note(&mut self, utc_ns: i64, entry: &Entry<'_>);
}
