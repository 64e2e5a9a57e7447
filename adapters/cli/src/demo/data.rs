//! Where the demo keeps numbers and messages: in memory, or in a directory that the next run goes on from.

use std::path::Path;

use sansfix::Snapshot;
use sansfix::config::Identity;
use sansfix_runtime::store::journal::directory_name;
use sansfix_runtime::{JournalOptions, JournalStore, MemoryStore, Store};

/// One side's store, and what it held.
pub(super) struct Kept {
    pub(super) store: Box<dyn Store>,
    pub(super) next_sender: u64,
    pub(super) next_target: u64,
    /// Nothing was there.
    pub(super) is_new: bool,
    /// What the operator has said, if the session was taken down.
    pub(super) taken_down: Option<String>,
    /// What a crash had left unfinished.
    pub(super) torn: Option<String>,
}

impl Kept {
    /// A journal in `data`, or a store in memory.
    pub(super) fn open(data: Option<&Path>, identity: &Identity) -> Result<Self, String> {
        let (mut store, torn): (Box<dyn Store>, _) = match data {
            None => (Box::new(MemoryStore::new()), None),
            Some(data) => {
                let directory = data.join(directory_name(identity));
                let store = JournalStore::open(directory, JournalOptions::default());
                let store = store.map_err(|error| error.to_string())?;
                let torn = store.torn_tail().map(ToString::to_string);
                (Box::new(store), torn)
            }
        };
        let loaded = store.load().map_err(|error| error.to_string())?;
        let is_new = loaded.is_none();
        let snapshot = loaded.unwrap_or_else(|| Snapshot::new(0));
        let intent = snapshot.intent;
        Ok(Self {
            store,
            next_sender: snapshot.next_sender.get(),
            next_target: snapshot.next_target.get(),
            is_new,
            taken_down: (!intent.enabled).then(|| intent.why.to_string()),
            torn,
        })
    }
}
