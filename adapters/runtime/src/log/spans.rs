//! Entries as events of the crate `tracing`, in a span for each session.
//!
//! The span is called `session` and names both parties; the events have the target `sansfix` and the level of
//! [`Entry::level`]. What an entry says stands in `message`, its kind in `kind`; a message has its direction, its
//! MsgType(35) by name, and its MsgSeqNum(34) beside that.

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use tracing::level_filters::LevelFilter;
use tracing::{Span, error_span};

use super::redact::Printable;
use super::{Entry, Level, msg_type_name};

/// An event at a level that is known only here: the macros of `tracing` want it in their text.
macro_rules! at_level {
    ($level:expr, $($rest:tt)*) => {
        match $level {
            Level::Error => tracing::error!(target: "sansfix", $($rest)*),
            Level::Warn => tracing::warn!(target: "sansfix", $($rest)*),
            Level::Info => tracing::info!(target: "sansfix", $($rest)*),
            Level::Debug => tracing::debug!(target: "sansfix", $($rest)*),
            Level::Trace => tracing::trace!(target: "sansfix", $($rest)*),
        }
    };
}

/// Whether there is a subscriber at all: a look at one number.
pub(super) fn somebody_listens() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// A session's span.
pub(super) struct Spans {
    identity: Identity,
    role: &'static str,
    /// Made with the first entry: there is a subscriber then.
    span: Option<Span>,
}

impl Spans {
    pub(super) fn new(config: &Config) -> Self {
        let role = match config.role {
            Role::Initiator => "initiator",
            Role::Acceptor => "acceptor",
        };
        Self { identity: config.identity.clone(), role, span: None }
    }

    pub(super) fn note(&mut self, entry: &Entry<'_>) {
        if !somebody_listens() {
            return;
        }
        let (identity, role) = (&self.identity, self.role);
        let span = self.span.get_or_insert_with(|| span_of(identity, role));
        let _entered = span.enter();
        match entry {
            Entry::Incoming(message) => note_message(entry, "incoming", message),
            Entry::Outgoing(message) => note_message(entry, "outgoing", message),
            _ => at_level!(entry.level(), kind = entry.kind(), "{entry}"),
        }
    }
}

fn span_of(identity: &Identity, role: &'static str) -> Span {
    let Identity { begin_string, sender, target } = identity;
    // At the gravest level, so that it is there whatever is listened to.
    error_span!(
        target: "sansfix",
        "session",
        begin_string = begin_string.as_str(),
        sender_comp_id = &*sender.comp_id,
        sender_sub_id = sender.sub_id.as_deref(),
        sender_location_id = sender.location_id.as_deref(),
        target_comp_id = &*target.comp_id,
        target_sub_id = target.sub_id.as_deref(),
        target_location_id = target.location_id.as_deref(),
        role,
    )
}

fn note_message(entry: &Entry<'_>, direction: &'static str, message: &Message<'_>) {
    let kind = message.msg_type();
    let name = msg_type_name(kind);
    let msg_seq_num = message.seq().map(|seq| seq.get());
    match name {
        Some(msg_type) => at_level!(entry.level(), kind = direction, msg_type, msg_seq_num, "{entry}"),
        None => {
            let msg_type = tracing::field::display(Printable(kind));
            at_level!(entry.level(), kind = direction, msg_type, msg_seq_num, "{entry}");
        }
    }
}
