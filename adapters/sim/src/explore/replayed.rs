//! What one ResendRequest brought, compared with what it asked for (G13, G14).

use sansfix::wire::{Message, parse_u64};
use sansfix::{SeqNum, msg_type, tags};

use super::guarantee::{Broken, Guarantee};

/// The replay of one step. A replay is complete within its step, since the store answers at once.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    /// What was asked for, cut at the last number sent.
    asked: Option<(u64, u64)>,
    /// The numbers that each repeated message stands for: from, and up to but without.
    spans: Vec<(u64, u64)>,
    /// A new message stood between two of them.
    interleaved: bool,
    new_since: bool,
}

impl Replayed {
    /// A message arrives; `next_sender` is the number of the next one that is sent.
    pub(super) fn asked(&mut self, message: &Message<'_>, next_sender: u64) {
        if message.msg_type() != msg_type::RESEND_REQUEST {
            return;
        }
        let number = |tag| message.get(tag).and_then(parse_u64);
        let (Some(begin), Some(end)) = (number(tags::BEGIN_SEQ_NO), number(tags::END_SEQ_NO)) else { return };
        let last = next_sender - 1;
        self.asked = Some((begin, if end == 0 { last } else { end.min(last) }));
    }

    /// A message leaves.
    pub(super) fn sent(&mut self, message: &Message<'_>) {
        if !message.poss_dup() {
            self.new_since = !self.spans.is_empty();
            return;
        }
        self.interleaved |= self.new_since;
        let Some(seq) = message.seq().map(SeqNum::get) else { return };
        let new = message.get(tags::NEW_SEQ_NO).and_then(parse_u64);
        let next = if message.msg_type() == msg_type::SEQUENCE_RESET { new.unwrap_or(0) } else { seq + 1 };
        self.spans.push((seq, next));
    }

    /// G14: exactly the numbers asked for, without holes, nothing in between. A connection that ended on the way has the
    /// first of them.
    pub(super) fn check(&self, complete: bool) -> Result<(), Broken> {
        let (Some(first), Some(last)) = (self.spans.first(), self.spans.last()) else { return Ok(()) };
        let wrong = |what: &str| {
            Err(Broken::new(
                Guarantee::G14,
                format!("{what}: asked {:?}, repeated {:?}", self.asked, self.spans),
            ))
        };
        let Some((begin, end)) = self.asked else { return wrong("nobody asked for a replay") };
        if self.spans.iter().any(|(seq, next)| next <= seq) {
            return wrong("a GapFill that leads nowhere");
        }
        if self.interleaved || self.spans.windows(2).any(|pair| pair[0].1 != pair[1].0) {
            return wrong("a replay with holes");
        }
        if first.0 != begin || last.1 > end + 1 || (complete && last.1 != end + 1) {
            return wrong("a replay of other numbers");
        }
        Ok(())
    }
}
