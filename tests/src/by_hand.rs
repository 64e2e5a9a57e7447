//! A link that a test drives call by call.

use sansfix::{Event, Outcome, OwnedBatch, SeqNum, Ticket};
use sansfix_runtime::Link;
use sansfix_sim::trace::{Call, Seen, perform};

use crate::lone::{Lone, START};
use crate::peer;

/// A link whose session is logged on and has nothing left to do.
///
/// # Panics
/// When something is left.
#[must_use]
pub fn link() -> Link {
    let mut link = Link::new(Lone::acceptor().node.session().clone());
    assert!(link.next(START).is_none());
    link
}

/// What the link has to do next.
pub fn next(link: &mut Link) -> Seen {
    perform(link, START, Call::Next { room: 1 << 20 })
}

/// What the link does until it has nothing left to do.
///
/// # Panics
/// When there is no end of it.
#[must_use]
pub fn until_nothing(link: &mut Link) -> Vec<Seen> {
    const MOST: usize = 10_000;
    let does = std::iter::from_fn(|| Some(next(link)).filter(|seen| *seen != Seen::Nothing));
    let done: Vec<_> = does.take(MOST).collect();
    assert!(done.len() < MOST, "no end: {:?}", done.last());
    done
}

/// What is to be saved, once the rest is done.
#[must_use]
pub fn offered(link: &mut Link) -> Option<OwnedBatch> {
    until_nothing(link).into_iter().find(|seen| matches!(seen, Seen::Save(_))).map(save)
}

/// The application sends an order.
///
/// # Panics
/// When it is refused.
pub fn order(link: &mut Link, id: &str) -> SeqNum {
    link.send(START, b"D", |body| {
        body.field(11, id);
    })
    .unwrap()
}

/// The batch that is to be saved.
///
/// # Panics
/// When it is something else.
#[must_use]
pub fn save(seen: Seen) -> OwnedBatch {
    match seen {
        Seen::Save(batch) => batch,
        other => panic!("not a Save: {other:?}"),
    }
}

/// The messages that left, in short.
///
/// # Panics
/// When it is something else.
#[must_use]
pub fn sent(seen: &Seen) -> Vec<String> {
    match seen {
        Seen::Transmit(bytes) => peer::messages(bytes.clone()).iter().map(peer::short).collect(),
        other => panic!("not a Transmit: {other:?}"),
    }
}

/// The store has saved the batch.
pub fn saved(link: &mut Link, ticket: Ticket) -> Outcome {
    link.handle(START, Event::Saved(ticket))
}
