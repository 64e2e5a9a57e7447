//! What of a session's run must not depend on how its input was cut into reads.

use sansfix::{Reason, Session};

use crate::lone::Lone;

/// Everything that the session said, kept and became.
#[derive(PartialEq, Debug)]
pub struct Observed {
    /// The messages it sent, in short.
    pub sent: Vec<String>,
    session: Session,
    lent: Vec<(String, Vec<u8>)>,
    states: Vec<String>,
    records: Vec<(u64, Option<Vec<u8>>)>,
    stored: (u64, u64),
    ignored: Vec<u8>,
    ended: Option<Reason>,
}

impl Observed {
    /// What there is to see of `lone`. What it sent is taken.
    #[must_use]
    pub fn of(lone: &mut Lone) -> Self {
        let sent = lone.received();
        let inbox = lone.node.inbox().iter();
        let lent = inbox.map(|message| (format!("{:?}", message.order), message.raw.clone())).collect();
        // A change of state that is told on the way shows the numbers of its moment, which depend on how far was read.
        let states =
            lone.node.states().iter().map(|state| format!("{:?} {:?}", state.phase, state.ended)).collect();
        let store = lone.node.store();
        let snapshot = store.snapshot();
        let stored = (snapshot.next_sender.get(), snapshot.next_target.get());
        let records = store.records().map(|(seq, raw)| (seq.get(), raw.map(<[u8]>::to_vec))).collect();
        Self {
            sent,
            lent,
            states,
            records,
            stored,
            ignored: lone.node.ignored().to_vec(),
            ended: lone.node.ended(),
            session: lone.node.session().clone(),
        }
    }
}
