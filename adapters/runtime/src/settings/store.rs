//! Where a session of a file keeps its messages and numbers.

use std::path::PathBuf;

use sansfix::config::Identity;

use super::SessionSettings;
use crate::store::journal::{TornTail, directory_name};
use crate::store::{JournalOptions, JournalStore, MemoryStore, Store, StoreError, SyncPolicy};

/// Where a session keeps its messages and numbers. Whether messages are kept, besides the numbers, is
/// [`sansfix::Config::persist_messages`].
///
/// ```
/// use sansfix_runtime::SyncPolicy;
/// use sansfix_runtime::settings::{StoreSettings, parse};
///
/// let text = b"[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
///     SocketAcceptPort=5001\nFileStorePath=store\n";
/// let StoreSettings::Journal { directory, sync } = &parse(text).unwrap().sessions[0].store else { panic!() };
/// assert!(directory.starts_with("store") && *sync == SyncPolicy::EveryBatch);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoreSettings {
    /// In memory: they are lost when the process ends.
    Memory,
    /// In a [`JournalStore`].
    Journal {
        /// The session's own directory, which is made when the journal is opened.
        directory: PathBuf,
        /// When it is synced.
        sync: SyncPolicy,
    },
}

/// A store that was opened as a file asks. Example: [`SessionSettings::open_store`].
pub struct OpenedStore {
    /// The store, for [`crate::SessionSetup::with_store`].
    pub store: Box<dyn Store>,
    /// What a crash had left unfinished, and was cut: worth a line in a log.
    pub torn_tail: Option<TornTail>,
}

impl std::fmt::Debug for OpenedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedStore").field("torn_tail", &self.torn_tail).finish_non_exhaustive()
    }
}

impl SessionSettings {
    /// Opens the session's store.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let text = b"[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
    ///     SocketAcceptPort=5001\n";
    /// let mut settings = sansfix_runtime::settings::parse(text)?;
    /// let session = settings.sessions.remove(0);
    /// let mut opened = session.open_store()?; // in memory: the text has no FileStorePath
    /// assert_eq!(opened.store.load()?, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StoreError`] of a journal that is in use, damaged, or refused by the system. A store in memory has none.
    pub fn open_store(&self) -> Result<OpenedStore, StoreError> {
        let keep_messages = self.config.persist_messages;
        match &self.store {
            StoreSettings::Memory => {
                let store = if keep_messages { MemoryStore::new() } else { MemoryStore::numbers_only() };
                Ok(OpenedStore { store: Box::new(store), torn_tail: None })
            }
            StoreSettings::Journal { directory, sync } => {
                let store = JournalStore::open(directory, JournalOptions { sync: *sync, keep_messages })?;
                let torn_tail = store.torn_tail().cloned();
                Ok(OpenedStore { store: Box::new(store), torn_tail })
            }
        }
    }
}

/// What the keys have said of the store.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct StoreDraft {
    /// FileStorePath
    pub(crate) path: Option<PathBuf>,
    /// FileStoreSync
    pub(crate) sync: Option<bool>,
    /// FileStoreSyncPolicy, which goes before it
    pub(crate) policy: Option<SyncPolicy>,
}

impl StoreDraft {
    /// Sessions of one file share its directory: each has one of its own in it.
    pub(crate) fn finish(self, identity: &Identity) -> StoreSettings {
        let Some(path) = self.path else { return StoreSettings::Memory };
        let by_flag = self.sync.map(|on| if on { SyncPolicy::EveryBatch } else { SyncPolicy::Never });
        let sync = self.policy.or(by_flag).unwrap_or_default();
        StoreSettings::Journal { directory: path.join(directory_name(identity)), sync }
    }
}
