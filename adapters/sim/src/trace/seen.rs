//! What came of a call, with bytes of its own.

use std::fmt::{self, Write};

use sansfix::wire::Garbled;
use sansfix::{
    FetchId, InboundId, LogonError, LogonWanted, Order, Outcome, OwnedBatch, Reason, Refused, SeqNum,
    SeqRange, Snapshot, Stale, Status,
};

use super::text::quote;

/// What came of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// The call gives nothing back.
    Done,
    /// Of `next`: nothing to do.
    Nothing,
    /// Of an event.
    Outcome(Outcome),
    /// Of `next`: a message was lent.
    Message {
        /// To be named in the answer.
        id: InboundId,
        /// How its number compares with the one expected.
        order: Order,
        /// The message.
        raw: Vec<u8>,
    },
    /// Of `next`: a Logon is about to be sent.
    LogonWanted(LogonWanted),
    /// Of `next`: bytes that were ignored.
    Garbled {
        /// What was wrong with them.
        why: Garbled,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Of `next`
    StateChanged(Status),
    /// Of `next`: to be saved.
    Save(OwnedBatch),
    /// Of `next`: to be fetched.
    Fetch {
        /// To be named in the answers.
        fetch: FetchId,
        /// The numbers.
        range: SeqRange,
        /// At most this many at once.
        limit: u32,
    },
    /// Of `next`: the bytes that left.
    Transmit(Vec<u8>),
    /// Of `next`: the connection is to be closed.
    Disconnect(Reason),
    /// Of a send.
    Sent(Result<SeqNum, Refused>),
    /// Of a verdict.
    Settled(Result<(), Stale>),
    /// Of a Logon's fields.
    LogonSent(Result<SeqNum, LogonError>),
}

impl Seen {
    /// A line of a trace, without its `<`.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut line = String::new();
        // Writing to a String never fails.
        let _ = self.write(&mut line);
        line
    }

    fn write(&self, line: &mut String) -> fmt::Result {
        match self {
            Self::Done => line.push_str("done"),
            Self::Nothing => line.push_str("nothing"),
            Self::Outcome(outcome) => write!(line, "outcome {outcome:?}")?,
            Self::Message { id, order, raw } => {
                write!(line, "message {} {order:?} ", id.get())?;
                quote(line, raw);
            }
            Self::LogonWanted(wanted) => {
                write!(
                    line,
                    "logon-wanted {} {} {}",
                    wanted.id.get(),
                    wanted.seq,
                    wanted.sending_time_utc_ns
                )?;
            }
            Self::Garbled { why, bytes } => {
                write!(line, "garbled {why:?} ")?;
                quote(line, bytes);
            }
            Self::StateChanged(status) => write!(line, "state {}", Shown(status))?,
            Self::Save(batch) => write_batch(line, batch)?,
            Self::Fetch { fetch, range, limit } => {
                write!(line, "fetch {} {}-{} {limit}", fetch.get(), range.begin, range.end)?;
            }
            Self::Transmit(bytes) => {
                line.push_str("transmit ");
                quote(line, bytes);
            }
            Self::Disconnect(reason) => write!(line, "disconnect {reason:?}")?,
            Self::Sent(Ok(seq)) | Self::LogonSent(Ok(seq)) => write!(line, "sent {seq}")?,
            Self::Sent(Err(refused)) => write!(line, "refused {refused:?}")?,
            Self::LogonSent(Err(error)) => write!(line, "refused {error:?}")?,
            Self::Settled(Ok(())) => line.push_str("settled"),
            Self::Settled(Err(Stale)) => line.push_str("stale"),
        }
        Ok(())
    }
}

fn write_batch(line: &mut String, batch: &OwnedBatch) -> fmt::Result {
    write!(line, "save {}", batch.ticket().get())?;
    let Snapshot { next_target, next_sender, epoch, created_utc_ns, reset_owed, intent } = batch.snapshot();
    write!(line, " next_sender={next_sender} next_target={next_target} epoch={epoch}")?;
    write!(line, " created={created_utc_ns} reset_owed={reset_owed} enabled={}", intent.enabled)?;
    write!(line, " by={:?} at={} why=", intent.by, intent.at_utc_ns)?;
    quote(line, intent.why.as_bytes());
    for record in batch.records() {
        write!(line, " {}-{} ", record.range.begin, record.range.end)?;
        match record.raw {
            Some(raw) => quote(line, raw),
            None => line.push_str("hole"),
        }
    }
    Ok(())
}

struct Shown<'a>(&'a Status);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Status {
            phase,
            logged_on,
            enabled,
            in_session_time,
            next_sender,
            next_target,
            connection,
            ended,
        } = self.0;
        write!(f, "{phase:?} logged_on={logged_on} enabled={enabled} in_session_time={in_session_time}")?;
        write!(f, " next_sender={next_sender} next_target={next_target} connection={connection}")?;
        match ended {
            Some(reason) => write!(f, " ended={reason:?}"),
            None => write!(f, " ended=-"),
        }
    }
}
