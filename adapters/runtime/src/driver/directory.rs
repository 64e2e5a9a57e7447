//! Which session a first message belongs to.

use std::collections::BTreeMap;
use std::str::from_utf8;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sansfix::config::{Identity, Ids};
use sansfix::tags;
use sansfix::wire::Message;

/// BeginString, and the CompIDs of both: the counterparty's first.
type Parties = (Box<str>, Box<str>, Box<str>);

/// The acceptor's sessions, with where each one's owner is found.
pub(crate) struct Directory<O> {
    /// By the parties, so that a thousand sessions that log on at once are found at once. Those whose SubIDs or
    /// LocationIDs alone differ stand together.
    sessions: Mutex<BTreeMap<Parties, Vec<(Identity, O)>>>,
}

impl<O> Default for Directory<O> {
    fn default() -> Self {
        Self { sessions: Mutex::default() }
    }
}

impl<O: Clone> Directory<O> {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Parties, Vec<(Identity, O)>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a session. One of the same identity has ended, or the registry would have refused this one.
    pub(crate) fn add(&self, identity: Identity, owner: O) {
        let mut sessions = self.lock();
        let alike = sessions.entry(parties_of(&identity)).or_default();
        alike.retain(|(other, _)| *other != identity);
        alike.push((identity, owner));
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().values().map(Vec::len).sum()
    }

    pub(crate) fn remove(&self, identity: &Identity) -> Option<O> {
        let (mut sessions, parties) = (self.lock(), parties_of(identity));
        let alike = sessions.get_mut(&parties)?;
        let index = alike.iter().position(|(other, _)| other == identity)?;
        let (_, owner) = alike.swap_remove(index);
        if alike.is_empty() {
            sessions.remove(&parties);
        }
        Some(owner)
    }

    /// The session whose counterparty would write this header. Of several, the one that names most: SubIDs and
    /// LocationIDs that a configuration leaves out may be anything.
    pub(crate) fn find(&self, message: &Message<'_>) -> Option<O> {
        let text = |bytes| from_utf8(bytes).ok().map(Box::from);
        let id = |tag| message.header_field(tag).and_then(text);
        let begin_string = text(message.begin_string())?;
        let parties = (begin_string, id(tags::SENDER_COMP_ID)?, id(tags::TARGET_COMP_ID)?);
        self.lock()
            .get(&parties)?
            .iter()
            .filter_map(|(identity, owner)| Some((match_of(identity, message)?, owner)))
            .max_by_key(|(named, _)| *named)
            .map(|(_, owner)| owner.clone())
    }
}

fn parties_of(identity: &Identity) -> Parties {
    let Identity { begin_string, sender, target } = identity;
    (begin_string.as_str().into(), target.comp_id.clone(), sender.comp_id.clone())
}

/// How many of the SubIDs and LocationIDs the identity names, all of which match; `None` when something differs.
fn match_of(identity: &Identity, message: &Message<'_>) -> Option<usize> {
    if message.begin_string() != identity.begin_string.as_bytes() {
        return None;
    }
    // What the counterparty sends as sender is our target.
    let theirs = party(
        &identity.target,
        message,
        [tags::SENDER_COMP_ID, tags::SENDER_SUB_ID, tags::SENDER_LOCATION_ID],
    )?;
    let ours = party(
        &identity.sender,
        message,
        [tags::TARGET_COMP_ID, tags::TARGET_SUB_ID, tags::TARGET_LOCATION_ID],
    )?;
    Some(theirs + ours)
}

fn party(ids: &Ids, message: &Message<'_>, [comp, sub, location]: [tags::Tag; 3]) -> Option<usize> {
    if message.header_field(comp) != Some(ids.comp_id.as_bytes()) {
        return None;
    }
    let mut named = 0;
    for (id, tag) in [(&ids.sub_id, sub), (&ids.location_id, location)] {
        if let Some(id) = id {
            if message.header_field(tag) != Some(id.as_bytes()) {
                return None;
            }
            named += 1;
        }
    }
    Some(named)
}
