//! What was seen in one step, in the order in which it happened.

use sansfix::wire::Message;
use sansfix::{Order, Outcome, PhaseName, Reason, SeqNum, Status};

use super::letter::Answer;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Happening {
    /// The session's state changed.
    State(Status),
    /// A message of the counterparty was lent, and answered.
    Lent(Lent),
    /// A message left.
    Sent(Text),
    /// A batch was saved.
    Saved,
    /// Bytes were ignored.
    Garbled,
    /// The connection was closed by the session.
    Closed(Reason),
}

/// A lent message, and the session before it was answered.
#[derive(Clone, Debug)]
pub struct Lent {
    /// The message
    pub text: Text,
    /// How it was judged
    pub order: Order,
    /// It waited above a gap.
    pub queued: bool,
    /// What it was answered
    pub verdict: Answer,
    /// Where the session stood
    pub phase: PhaseName,
    /// The number expected before the answer, and after it
    pub expected: (u64, u64),
    /// The number sent next, before the answer
    pub sender: u64,
    /// The number sent next, after the answer
    pub sent_next: u64,
}

/// A message, read once.
#[derive(Clone)]
pub struct Text {
    raw: Vec<u8>,
    /// MsgType(35), its first byte
    pub msg_type: u8,
    /// MsgSeqNum(34); 0 when there is none
    pub seq: u64,
    /// PossDupFlag(43)=Y
    pub dup: bool,
}

impl Text {
    /// Reads a message.
    #[must_use]
    pub fn new(message: &Message<'_>) -> Self {
        Self {
            raw: message.bytes().to_vec(),
            msg_type: message.msg_type().first().copied().unwrap_or(0),
            seq: message.seq().map_or(0, SeqNum::get),
            dup: message.poss_dup(),
        }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.raw
    }

    /// A field of the header or the body.
    #[must_use]
    pub fn get(&self, tag: u32) -> Option<&[u8]> {
        let message = Message::parse(&self.raw).ok()?;
        message.header_field(tag).or_else(|| message.get(tag))
    }

    /// A field that is a number.
    #[must_use]
    pub fn number(&self, tag: u32) -> Option<u64> {
        std::str::from_utf8(self.get(tag)?).ok()?.parse().ok()
    }

    /// Whether it belongs to the application.
    #[must_use]
    pub fn application(&self) -> bool {
        !b"012345A".contains(&self.msg_type)
    }

    /// The fields after the header, as they are written.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        Message::parse(&self.raw).map_or(Vec::new(), |message| message.body().rest().to_vec())
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.raw).replace('\u{1}', "|"))
    }
}

/// What was seen in one step.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What happened, in order
    pub all: Vec<Happening>,
    /// What came of the event or command
    pub outcome: Option<Outcome>,
    /// Bytes of the counterparty that were left in the input
    pub left: usize,
    /// A number that left before its record was durable
    pub unsaved: Option<u64>,
    /// The step did not end.
    pub endless: bool,
    /// The step ended in a panic.
    pub panic: Option<String>,
    /// What an early tick did
    pub early: bool,
}

impl Seen {
    /// What left.
    pub fn sent(&self) -> impl Iterator<Item = &Text> {
        self.all.iter().filter_map(|one| if let Happening::Sent(text) = one { Some(text) } else { None })
    }

    /// What was lent.
    pub fn lent(&self) -> impl Iterator<Item = &Lent> {
        self.all.iter().filter_map(|one| if let Happening::Lent(lent) = one { Some(lent) } else { None })
    }

    /// How many batches were saved.
    #[must_use]
    pub fn saves(&self) -> usize {
        self.all.iter().filter(|one| matches!(one, Happening::Saved)).count()
    }

    /// Whether the session closed the connection.
    #[must_use]
    pub fn closed(&self) -> Option<Reason> {
        self.all.iter().find_map(|one| if let Happening::Closed(reason) = one { Some(*reason) } else { None })
    }
}
