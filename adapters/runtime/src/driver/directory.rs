//! Which session a first message belongs to.

use std::collections::BTreeMap;
use std::str::from_utf8;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sansfix::config::Identity;
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

/// How many of the SubIDs and LocationIDs the identity names, all of which match; `None` when one differs. That the
/// parties are the same is known.
fn match_of(identity: &Identity, message: &Message<'_>) -> Option<usize> {
    // What the counterparty sends as sender is our target.
    let named = [
        (&identity.target.sub_id, tags::SENDER_SUB_ID),
        (&identity.target.location_id, tags::SENDER_LOCATION_ID),
        (&identity.sender.sub_id, tags::TARGET_SUB_ID),
        (&identity.sender.location_id, tags::TARGET_LOCATION_ID),
    ];
    let mut count = 0;
    for (id, tag) in named {
        if let Some(id) = id {
            if message.header_field(tag) != Some(id.as_bytes()) {
                return None;
            }
            count += 1;
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use sansfix::BeginString;
    use sansfix::tags::Tag;
    use sansfix::wire::Encoder;

    use super::*;

    fn venue() -> Identity {
        Identity::new(BeginString::Fix44, "VENUE", "DESK")
    }

    /// Of the same parties: one that names no more, one with a SubID of theirs, one with a LocationID of ours too.
    fn several() -> Directory<&'static str> {
        let directory = Directory::default();
        let mut floor = venue();
        floor.target.sub_id = Some("FLOOR".into());
        let mut both = floor.clone();
        both.sender.location_id = Some("LONDON".into());
        for (identity, owner) in [(venue(), "any"), (both, "both"), (floor, "floor")] {
            directory.add(identity, owner);
        }
        directory
    }

    type Named<'a> = (Tag, &'a [u8]);

    fn find(
        directory: &Directory<&'static str>,
        begin_string: &[u8],
        ids: &[Named<'_>],
    ) -> Option<&'static str> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::begin(&mut bytes, begin_string, b"A");
        for (tag, id) in ids {
            encoder.header_field(*tag, *id);
        }
        encoder.finish();
        directory.find(&Message::parse(&bytes).unwrap())
    }

    const DESK: Named<'_> = (tags::SENDER_COMP_ID, b"DESK");
    const VENUE: Named<'_> = (tags::TARGET_COMP_ID, b"VENUE");

    #[test]
    fn of_several_the_one_that_names_most_is_found() {
        let directory = several();
        let floor: Named<'_> = (tags::SENDER_SUB_ID, b"FLOOR");
        let london: Named<'_> = (tags::TARGET_LOCATION_ID, b"LONDON");
        for (ids, expected) in [
            (&[DESK, VENUE][..], "any"),
            (&[DESK, VENUE, (tags::SENDER_SUB_ID, b"OTHER")], "any"),
            (&[DESK, VENUE, floor], "floor"),
            (&[DESK, VENUE, floor, (tags::TARGET_LOCATION_ID, b"PARIS")], "floor"),
            (&[DESK, VENUE, floor, london], "both"),
            (&[DESK, VENUE, london], "any"),
        ] {
            assert_eq!(find(&directory, b"FIX.4.4", ids), Some(expected), "{ids:?}");
        }
    }

    #[test]
    fn whoever_names_nobody_finds_nobody() {
        let directory = several();
        let stranger: Named<'_> = (tags::SENDER_COMP_ID, b"STRANGER");
        let no_text: Named<'_> = (tags::SENDER_COMP_ID, b"DESK\xff");
        for ids in [&[DESK][..], &[VENUE], &[stranger, VENUE], &[no_text, VENUE]] {
            assert_eq!(find(&directory, b"FIX.4.4", ids), None, "{ids:?}");
        }
        assert_eq!(find(&directory, b"FIX.4.2", &[DESK, VENUE]), None);
    }

    #[test]
    fn only_the_very_identity_is_removed() {
        let directory = several();
        let mut other = venue();
        other.sender.sub_id = Some("NONE".into());
        assert_eq!(directory.remove(&other), None);
        assert_eq!(directory.remove(&venue().reversed()), None);
        assert_eq!((directory.remove(&venue()), directory.remove(&venue())), (Some("any"), None));
        assert_eq!(directory.len(), 2, "the others stay");
        assert_eq!(find(&directory, b"FIX.4.4", &[DESK, VENUE]), None);
    }
}
