//! What one ResendRequest, or NextExpectedMsgSeqNum(789) of a Logon, brought, compared with what it asked for (G13, G14).

use sansfix::config::{Config, Role};
use sansfix::wire::{Message, parse_u64};
use sansfix::{PhaseName, SeqNum, msg_type, tags};

use super::guarantee::{Broken, Guarantee};
use super::world::Party;

/// The replay of one step. A replay is complete within its step, since the store answers at once.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    /// What was asked for, cut at the last number sent.
    asked: Option<(u64, u64)>,
    /// It has to be served, whatever else the step brings.
    owed: bool,
    /// The numbers that each repeated message stands for: from, and up to but without.
    spans: Vec<(u64, u64)>,
    /// A new message stood between two of them.
    interleaved: bool,
    new_since: bool,
}

impl Replayed {
    /// A message arrives at this party.
    pub(super) fn asked(&mut self, message: &Message<'_>, party: &Party, config: &Config) {
        let number = |tag| message.get(tag).and_then(parse_u64);
        let last = party.next_sender() - 1;
        if message.msg_type() == msg_type::RESEND_REQUEST {
            let (Some(begin), Some(end)) = (number(tags::BEGIN_SEQ_NO), number(tags::END_SEQ_NO)) else {
                return;
            };
            let through = if end == 0 { last } else { end.min(last) };
            self.asked = Some((begin, through));
            let exists = begin > 0 && begin <= through;
            // Below that it is a duplicate, or ends the session. Above a gap it is served too, or two sides could wait for
            // each other.
            let in_time = message.seq().is_some_and(|seq| seq.get() >= party.next_target());
            self.owed = exists && in_time && party.phase() == PhaseName::Active;
        } else if message.msg_type() == msg_type::LOGON && config.next_expected_msg_seq_num {
            let Some(begin) = number(tags::NEXT_EXPECTED_MSG_SEQ_NUM) else { return };
            // The Logon that an acceptor answers with has a number too.
            let through = if config.role == Role::Acceptor { last + 1 } else { last };
            self.asked = Some((begin, through));
        }
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
        let wrong = |what: &str| {
            Err(Broken::new(
                Guarantee::G14,
                format!("{what}: asked {:?}, repeated {:?}", self.asked, self.spans),
            ))
        };
        let (Some(first), Some(last)) = (self.spans.first(), self.spans.last()) else {
            return if self.owed && complete { wrong("nothing is repeated") } else { Ok(()) };
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
