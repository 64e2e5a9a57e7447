//! Whether a search came to where it matters: how often each thing was seen that a guarantee is about.

use std::sync::atomic::{AtomicU64, Ordering};

use sansfix::{Order, PhaseName, Reason};

use super::letter::{Dup, Kind, Letter, LogonForm, NewSeqNo, What};
use super::seen::Seen;
use super::stand::Stand;

/// One transition, as the facts below look at it.
struct At<'a> {
    before: &'a Stand,
    letter: &'a Letter,
    seen: &'a Seen,
    after: &'a Stand,
}

impl At<'_> {
    fn phase(&self, before: PhaseName) -> bool {
        self.before.session.status().phase == before
    }

    fn sent(&self, msg_type: u8) -> bool {
        self.seen.sent().any(|text| text.msg_type == msg_type && !text.dup)
    }

    fn ended(&self, reason: Reason) -> bool {
        self.seen.closed() == Some(reason)
    }

    fn kind(&self, wanted: impl Fn(Kind) -> bool) -> bool {
        self.letter.said().is_some_and(|said| wanted(said.kind))
    }

    fn target_rose_by(&self, least: u64) -> bool {
        let [before, after] = [self.before, self.after].map(|stand| stand.session.snapshot().next_target);
        after.get() >= before.get() + least
    }
}

type Fact = (&'static str, fn(&At<'_>) -> bool);

/// What each search must see, by name.
const FACTS: [Fact; 26] = [
    ("a logon", |at| !at.phase(PhaseName::Active) && at.after.session.status().logged_on),
    ("a delivery", |at| at.seen.lent().any(|lent| lent.text.application() && lent.order == Order::Expected)),
    ("a delivery from above a gap", |at| at.seen.lent().any(|lent| lent.queued && lent.text.application())),
    ("a ResendRequest", |at| at.sent(b'2')),
    ("a ResendRequest repeated", |at| at.letter.what == What::Tick && at.sent(b'2')),
    ("a repeated message", |at| at.seen.sent().any(|text| text.dup && text.application())),
    ("a gap fill", |at| at.seen.sent().any(|text| text.dup && text.msg_type == b'4')),
    ("a replay after our Logout", |at| {
        at.phase(PhaseName::LogoutSent) && at.seen.sent().any(|text| text.dup)
    }),
    ("a replay after the counterparty's Logout", |at| {
        at.phase(PhaseName::LogoutAnswered) && at.seen.sent().any(|text| text.dup)
    }),
    ("a GapFill", |at| at.kind(|kind| matches!(kind, Kind::GapFill { .. })) && at.target_rose_by(3)),
    ("a SequenceReset-Reset", |at| {
        at.kind(|kind| kind == Kind::Reset(NewSeqNo::Higher)) && at.target_rose_by(2)
    }),
    ("a number too low", |at| at.sent(b'5') && at.seen.lent().count() == 0 && at.letter.said().is_some()),
    ("a duplicate passed over", |at| {
        at.letter.said().is_some_and(|said| said.dup == Dup::Yes)
            && at.seen.lent().any(|lent| lent.order == Order::Low)
    }),
    ("a first message that is no Logon", |at| at.ended(Reason::FirstMessageNotLogon)),
    ("a Logon refused", |at| at.ended(Reason::LogonRefused) || refused_answer(at)),
    ("garbled input while logged on", |at| {
        at.phase(PhaseName::Active) && at.letter.said().is_some_and(|said| said.fault.garbles())
    }),
    ("a Logout of ours", |at| at.letter.name == "command Logout" && at.sent(b'5')),
    ("a Logout of ours answered", |at| at.ended(Reason::LogoutCompleted)),
    ("a Logout of ours not answered", |at| at.ended(Reason::LogoutTimeout)),
    ("a Logout of the counterparty", |at| {
        at.seen.lent().any(|lent| lent.text.msg_type == b'5' && lent.phase == PhaseName::Active)
    }),
    ("a Logout above a gap, answered late", |at| {
        at.letter.what == What::Tick && at.phase(PhaseName::Active) && at.sent(b'5')
    }),
    ("a Logout while disabled", |at| at.letter.name == "command Logout" && at.phase(PhaseName::Disconnected)),
    ("a reset by the counterparty", |at| at.kind(|kind| kind == Kind::Logon(LogonForm::Reset)) && anew(at)),
    ("a reset of ours", |at| at.sent(b'A') && at.phase(PhaseName::Active) && anew(at)),
    ("a silent counterparty", |at| at.ended(Reason::TestRequestTimeout)),
    ("no Logon in time", |at| at.ended(Reason::LogonTimeout)),
];

fn refused_answer(at: &At<'_>) -> bool {
    at.phase(PhaseName::LogonSent) && at.sent(b'5')
}

fn anew(at: &At<'_>) -> bool {
    at.before.saved.epoch != at.after.saved.epoch
}

/// How often each fact was seen.
#[derive(Debug)]
pub(super) struct Reached {
    counts: Vec<AtomicU64>,
}

impl Default for Reached {
    fn default() -> Self {
        Self { counts: FACTS.iter().map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Reached {
    pub(super) fn note(&self, before: &Stand, letter: &Letter, seen: &Seen, after: &Stand) {
        let at = At { before, letter, seen, after };
        for ((_, holds), count) in FACTS.iter().zip(&self.counts) {
            if holds(&at) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Every fact, and how often it was seen.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, u64)> {
        FACTS.iter().zip(&self.counts).map(|((name, _), count)| (*name, count.load(Ordering::Relaxed)))
    }
}
