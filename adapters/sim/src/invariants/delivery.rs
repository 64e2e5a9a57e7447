//! What the applications gave and got.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use sansfix::wire::Fields;
use sansfix::{Order, SeqNum, tags};

use super::{Broken, must};
use crate::ladder::describe;
use crate::settings::{Delivered, Sent};

/// What one side's application gave, and how far it has got what the other one gave.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    /// Number and contents of each message that `send` has numbered and no crash has undone.
    sent: Vec<(SeqNum, u64)>,
    /// Which of the other side's messages comes next, counted from 0.
    next: usize,
    /// It has crashed since the last delivery.
    again: bool,
    /// Which message the crash began again with: none may have been passed over.
    restored: Option<SeqNum>,
}

impl Deliveries {
    /// The application has given these.
    pub(super) fn sent(&mut self, sent: &[Sent]) {
        self.sent.extend(sent.iter().map(|sent| (sent.seq, given(sent))));
    }

    /// The process has died: what it had numbered and not saved never existed, and what it had counted and not saved
    /// comes again.
    pub(super) fn crashed(&mut self, next_sender: SeqNum, next_target: SeqNum) {
        while self.sent.last().is_some_and(|(seq, _)| *seq >= next_sender) {
            self.sent.pop();
        }
        self.restored = Some(next_target);
    }

    /// The application has got these. After a `reset` numbers tell nothing: then only their order is judged.
    pub(super) fn deliver(&mut self, new: &[Delivered], other: &Self, reset: bool) -> Result<(), Broken> {
        // What is below the number expected is shown to the application too, as such.
        for delivered in new.iter().filter(|delivered| delivered.order == Order::Expected) {
            self.one(delivered, other, reset)?;
        }
        // Nothing was delivered between the crash and now.
        let Some(restored) = self.restored.take() else { return Ok(()) };
        self.again = true;
        if !reset {
            let again = other.sent.partition_point(|(seq, _)| *seq < restored);
            must(again <= self.next, "G7", || {
                format!("expects {restored} after a crash, and has not got what comes before")
            })?;
            self.next = again;
        }
        Ok(())
    }

    fn one(&mut self, delivered: &Delivered, other: &Self, reset: bool) -> Result<(), Broken> {
        let got = got(delivered);
        if reset {
            let from = if self.again { 0 } else { self.next };
            let same = |(seq, sent): &(SeqNum, u64)| Some(*seq) == delivered.seq && *sent == got;
            let found = other.sent.iter().skip(from).position(same);
            let at =
                found.ok_or_else(|| ("G9", format!("twice, or never sent: {}", describe(&delivered.raw))))?;
            self.next = from + at + 1;
        } else {
            let expected = other.sent.get(self.next);
            // Which guarantee that would break takes long to find.
            if expected != delivered.seq.map(|seq| (seq, got)).as_ref() {
                let next = expected.map(|(seq, _)| seq.get());
                let shown = describe(&delivered.raw);
                let text =
                    format!("MsgSeqNum {next:?} comes next, with the contents that were sent, not {shown}");
                return Err((self.which(delivered, other), text));
            }
            self.next += 1;
        }
        self.again = false;
        Ok(())
    }

    /// Which guarantee a message breaks that is not the next.
    fn which(&self, delivered: &Delivered, other: &Self) -> &'static str {
        let next = other.sent.get(self.next).map(|(seq, _)| *seq);
        let was_delivered = other.sent.iter().take(self.next).any(|(seq, _)| Some(*seq) == delivered.seq);
        match next {
            _ if was_delivered => "G11",
            Some(next) if delivered.seq.is_some_and(|seq| seq > next) => "G10",
            _ => "G9",
        }
    }

    /// The number of the first message of the other side that has not been delivered.
    pub(super) fn missing(&self, other: &Self) -> Option<SeqNum> {
        other.sent.get(self.next).map(|(seq, _)| *seq)
    }
}

fn given(sent: &Sent) -> u64 {
    contents(&sent.msg_type, &sent.fields)
}

fn got(delivered: &Delivered) -> u64 {
    let msg_type = Fields::new(&delivered.raw).get(tags::MSG_TYPE);
    contents(msg_type.unwrap_or_default(), &delivered.raw)
}

/// The type of a message and what stands between its header and its trailer.
fn contents(msg_type: &[u8], fields: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    msg_type.hash(&mut hasher);
    let body = Fields::new(fields).flatten();
    for field in body.filter(|field| !is_framing(field.tag)) {
        (field.tag, field.value).hash(&mut hasher);
    }
    hasher.finish()
}

fn is_framing(tag: tags::Tag) -> bool {
    tags::is_header(tag) || tags::is_trailer(tag)
}
