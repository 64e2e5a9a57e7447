//! The calls on a link that a trace holds.

use sansfix::wire::{Body, Fields, data_tag_of};
use sansfix::{Action, Event, InboundId, Now, Verdict, tags};
use sansfix_runtime::Link;
use sansfix_runtime::link::Next;

use super::seen::Seen;

/// A call on a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call<'a> {
    /// [`Link::handle`]
    Event(Event<'a>),
    /// [`Link::feed`]
    Feed(&'a [u8]),
    /// [`Link::next`]; of a Transmit, at most `room` bytes are taken, and with no room it is told to wait.
    Next {
        /// How many bytes the transport takes.
        room: usize,
    },
    /// [`Link::writable`]
    Writable,
    /// [`sansfix::Actions::offer_again`]
    OfferAgain,
    /// [`Link::send`]
    Send {
        /// MsgType(35)
        msg_type: &'a [u8],
        /// `tag=value` each ended by SOH
        fields: &'a [u8],
    },
    /// [`Link::settle`]
    Settle {
        /// What is answered.
        id: InboundId,
        /// The answer.
        verdict: Verdict<'a>,
    },
    /// [`Link::logon`]
    Logon {
        /// What is answered.
        id: InboundId,
        /// `tag=value` each ended by SOH
        fields: &'a [u8],
    },
}

/// Makes the call, and tells what came of it.
pub fn perform(link: &mut Link, now: Now, call: Call<'_>) -> Seen {
    match call {
        Call::Event(event) => Seen::Outcome(link.handle(now, event)),
        Call::Feed(bytes) => {
            link.feed(bytes);
            Seen::Done
        }
        Call::Next { room } => next(link, now, room),
        Call::Writable => {
            link.writable();
            Seen::Done
        }
        Call::OfferAgain => {
            link.actions().offer_again();
            Seen::Done
        }
        Call::Send { msg_type, fields } => {
            Seen::Sent(link.send(now, msg_type, |body| write_fields(body, fields)))
        }
        Call::Settle { id, verdict } => Seen::Settled(link.settle(now, id, verdict)),
        Call::Logon { id, fields } => Seen::LogonSent(link.logon(now, id, |body| write_fields(body, fields))),
    }
}

/// Writes `fields`, `tag=value` each ended by SOH: header fields into the header, data fields with their lengths.
pub fn write_fields(body: &mut Body<'_>, fields: &[u8]) {
    let mut length_tag = None;
    for field in Fields::new(fields).flatten() {
        match length_tag.take() {
            Some(length) => {
                body.data(length, field.tag, field.value);
            }
            None if data_tag_of(field.tag).is_some() => length_tag = Some(field.tag),
            None if tags::is_header(field.tag) => {
                body.header_field(field.tag, field.value);
            }
            None => {
                body.field(field.tag, field.value);
            }
        }
    }
}

fn next(link: &mut Link, now: Now, room: usize) -> Seen {
    match link.next(now) {
        None => Seen::Nothing,
        Some(Next::Message(lent, reply)) => {
            let seen =
                Seen::Message { id: lent.id(), order: lent.order(), raw: lent.message().bytes().to_vec() };
            drop(reply);
            seen
        }
        Some(Next::LogonWanted(wanted, reply)) => {
            drop(reply);
            Seen::LogonWanted(wanted)
        }
        Some(Next::Garbled { why, bytes }) => Seen::Garbled { why, bytes: bytes.to_vec() },
        Some(Next::Action(action)) => match action {
            Action::StateChanged(status) => Seen::StateChanged(status),
            Action::Save(batch) => Seen::Save(batch.take()),
            Action::Fetch { fetch, range, limit } => Seen::Fetch { fetch, range, limit },
            Action::Disconnect(reason) => Seen::Disconnect(reason),
            Action::Transmit(wire) => {
                let bytes = wire.bytes()[..room.min(wire.bytes().len())].to_vec();
                if bytes.is_empty() {
                    wire.blocked()
                } else {
                    wire.sent(bytes.len())
                }
                Seen::Transmit(bytes)
            }
        },
    }
}
