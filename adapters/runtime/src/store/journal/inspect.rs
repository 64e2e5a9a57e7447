//! A look at a journal from outside, which changes nothing: for an operator who wants to know what it holds, or where
//! it is damaged.

use std::fs;
use std::path::Path;

use sansfix::{SeqNum, SeqRange, Snapshot};

use super::JOURNAL;
use super::directory::{DirectoryFile, LOCK};
use super::error::JournalError;
use super::files::File;
use super::reader::Reader;
use super::recover::{TornTail, read_header, recover};
use super::sizes::Sizes;
use super::volume::{Volume, seqs_of};
use crate::store::Stored;

/// What a journal holds.
///
/// ```
/// use sansfix::{BeginString, Command, Event, Now, Origin, Session, Snapshot};
/// use sansfix::{Action, config::{Config, Identity, Role}};
/// use sansfix_runtime::store::journal::inspect;
/// use sansfix_runtime::{JournalOptions, JournalStore, Link, Next, Store};
///
/// # let path = std::env::temp_dir().join(format!("sansfix-doc-inspection-{}", std::process::id()));
/// let mut store = JournalStore::open(&path, JournalOptions::default())?;
/// let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
/// let mut link = Link::new(Session::new(Config::new(Role::Initiator, identity).into(), Snapshot::new(0)));
/// let logout = Command::Logout { text: "maintenance", by: Origin::Operator };
/// link.handle(Now::default(), Event::Command(logout)); // changes what is durable
/// while let Some(next) = link.next(Now::default()) {
///     if let Next::Action(Action::Save(batch)) = next {
///         store.save(&batch)?;
///     }
/// }
/// drop(store);
/// let found = inspect(&path)?;
/// assert_eq!((found.batches, found.messages, found.epoch), (1, 0, 0));
/// assert!(!found.snapshot.ok_or("a batch is there")?.intent.enabled);
/// assert!(found.torn_tail.is_none() && found.damage.is_none());
/// # std::fs::remove_dir_all(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Inspection {
    /// Bytes of its file.
    pub bytes: u64,
    /// How often the numbers were reset.
    pub epoch: u64,
    /// How many batches were saved since the file was begun.
    pub batches: u64,
    /// The numbers and the intent that were saved last; before the damage, when there is any. `None` when no batch is
    /// whole.
    pub snapshot: Option<Snapshot>,
    /// Messages that can be resent.
    pub messages: u64,
    /// Their bytes.
    pub message_bytes: u64,
    /// Numbers that were used without a message to resend.
    pub holes: u64,
    /// An end that the next opening will cut.
    pub torn_tail: Option<TornTail>,
    /// What keeps the journal from being opened. What is told here stands before it.
    pub damage: Option<JournalError>,
}

/// Why a journal could not be looked at. Example: [`inspect`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// A process has it open, and is changing it.
    #[error("in use: a process holds its lock, and only that process can say what it holds")]
    InUse,
    /// There is no journal, or nothing was ever saved.
    #[error("empty: nothing was ever saved there")]
    Empty,
    /// Not a journal, of another version, or the system refuses.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Reads the journal in `directory`, all of it. Nothing is written, made or cut; as long as it takes, no process can
/// open the journal.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sansfix_runtime::store::journal::{Unreadable, inspect};
/// use sansfix_runtime::{JournalOptions, JournalStore};
///
/// let directory = std::env::temp_dir().join(format!("sansfix-inspect-{}", std::process::id()));
/// let store = JournalStore::open(&directory, JournalOptions::default())?;
/// assert!(matches!(inspect(&directory), Err(Unreadable::InUse)));
/// drop(store);
/// assert!(matches!(inspect(&directory), Err(Unreadable::Empty)));
/// # std::fs::remove_dir_all(directory)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Unreadable`]. Damage within the file is no error here but [`Inspection::damage`].
pub fn inspect(directory: &Path) -> Result<Inspection, Unreadable> {
    let _locked = share_lock(&directory.join(LOCK))?;
    let path = directory.join(JOURNAL);
    let io = |why| JournalError::Io { doing: "open", file: path.clone(), why };
    let file = DirectoryFile::open_to_read(&path).map_err(io)?.ok_or(Unreadable::Empty)?;
    let mut volume = read_header(file, path, &Sizes::DEFAULT)?;
    let mut reader = Reader::new(Sizes::DEFAULT.read_ahead);
    let read = recover(&mut volume, &mut reader);
    let bytes = volume.file.size().map_err(|why| volume.io("read", why))?;
    let mut inspection = Inspection {
        bytes,
        epoch: volume.header.epoch,
        batches: volume.batches,
        snapshot: volume.snapshot.clone(),
        messages: 0,
        message_bytes: 0,
        holes: 0,
        torn_tail: None,
        damage: None,
    };
    match read {
        Ok(torn_tail) => inspection.torn_tail = torn_tail,
        Err(damage) => inspection.damage = Some(damage),
    }
    inspection.count(&mut volume, &mut reader)?;
    Ok(inspection)
}

/// Keeps every process out that wants to write, until it is dropped. A copy of a journal may have no lock.
fn share_lock(path: &Path) -> Result<Option<fs::File>, Unreadable> {
    let failed = |doing| move |why| JournalError::Io { doing, file: path.to_owned(), why };
    let lock = match fs::File::open(path) {
        Ok(lock) => lock,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("open")(error).into()),
    };
    match fs4::FileExt::try_lock_shared(&lock) {
        Ok(()) => Ok(Some(lock)),
        Err(fs4::TryLockError::WouldBlock) => Err(Unreadable::InUse),
        Err(fs4::TryLockError::Error(why)) => Err(failed("lock")(why).into()),
    }
}

impl Inspection {
    fn count<H: File>(&mut self, volume: &mut Volume<H>, reader: &mut Reader) -> Result<(), JournalError> {
        let everything = SeqRange { begin: SeqNum::FIRST, end: SeqNum::MAX };
        volume.visit(reader, everything, &mut |stored, _| {
            match stored {
                Stored::Message { raw, .. } => {
                    self.messages += 1;
                    self.message_bytes += raw.len() as u64;
                }
                Stored::Hole(_) => {
                    let SeqRange { begin, end } = seqs_of(&stored);
                    self.holes += end.get() - begin.get() + 1;
                }
            }
            Ok(true)
        })
    }
}
