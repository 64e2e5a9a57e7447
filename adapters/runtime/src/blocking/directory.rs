//! Which session a first message belongs to.

use std::sync::Arc;

use sansfix::config::{Identity, Ids};
use sansfix::tags;
use sansfix::wire::Message;

use super::slot::Slot;

/// The acceptor's sessions.
#[derive(Default)]
pub(super) struct Directory {
    sessions: Vec<(Identity, Arc<Slot>)>,
}

impl Directory {
    pub(super) fn add(&mut self, identity: Identity, slot: Arc<Slot>) {
        self.sessions.push((identity, slot));
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.sessions.iter().map(|(_, slot)| slot)
    }

    /// The session whose counterparty would write this header. Of several, the one that names most: SubIDs and
    /// LocationIDs that a configuration leaves out may be anything.
    pub(super) fn find(&self, message: &Message<'_>) -> Option<Arc<Slot>> {
        self.sessions
            .iter()
            .filter_map(|(identity, slot)| Some((match_of(identity, message)?, slot)))
            .max_by_key(|(named, _)| *named)
            .map(|(_, slot)| slot.clone())
    }
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
