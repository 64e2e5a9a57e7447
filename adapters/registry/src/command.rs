//! A command that waits in a mailbox.

use sansfix::wire::Readable;
use sansfix::{Command, Origin, ResetMode, SeqNum};

/// An operator's command with its texts, as an owner takes it from [`crate::Mailbox::take`]. [`Command`] says what
/// each does, and the methods of [`crate::Registry`] that give them say what comes of each.
///
/// ```
/// use sansfix::{Command, Origin};
/// use sansfix_registry::{AsGiven, OwnedCommand};
///
/// let logout = OwnedCommand::Logout { text: "maintenance".into() };
/// let by = Origin::Operator;
/// assert_eq!(logout.as_given(), AsGiven::Command(Command::Logout { text: "maintenance", by }));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum OwnedCommand {
    /// Enable the session.
    Logon,
    /// Disable the session, with one clean Logout when it is logged on.
    Logout {
        /// Text(58) of the Logout; the field is left out when it is empty. Holds no SOH.
        text: Box<str>,
    },
    /// Both series back to 1.
    Reset(ResetMode),
    /// The next MsgSeqNum(34) sent will be this one: from 1 to [`SeqNum::MAX`].
    SetNextSender(SeqNum),
    /// The next MsgSeqNum(34) expected will be this one: from 1 to [`SeqNum::MAX`].
    SetNextTarget(SeqNum),
    /// Ask the counterparty for a Heartbeat.
    TestRequest,
    /// Close the connection at once, without a Logout.
    Disconnect,
    /// Send an application message.
    Send(OwnedMessage),
}

/// An application message on its way to the session that will number it.
///
/// ```
/// use sansfix_registry::OwnedMessage;
///
/// let news = OwnedMessage::new("B", "148=Closing early\x0133=1\x0158=At noon\x01");
/// assert_eq!(news.msg_type(), b"B");
/// assert_eq!(news.fields(), b"148=Closing early\x0133=1\x0158=At noon\x01");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OwnedMessage {
    msg_type: Box<[u8]>,
    fields: Box<[u8]>,
}

impl OwnedMessage {
    /// A message of this MsgType(35) with these body fields, each ended by SOH, as they are to be written. Nothing is
    /// checked here. The session adds the standard header and the trailer, and checks the form
    /// ([`sansfix::wire::Body::prebuilt`]): a mistake is told by the receipt of [`crate::Registry::send`], as
    /// [`crate::CommandOutcome::NotSent`].
    pub fn new(msg_type: impl AsRef<[u8]>, fields: impl Into<Vec<u8>>) -> Self {
        Self { msg_type: msg_type.as_ref().into(), fields: fields.into().into() }
    }

    /// MsgType(35), as it was given.
    #[must_use]
    pub fn msg_type(&self) -> &[u8] {
        &self.msg_type
    }

    /// The body fields, as they were given.
    #[must_use]
    pub fn fields(&self) -> &[u8] {
        &self.fields
    }
}

impl std::fmt::Debug for OwnedMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "35={}|{}", self.msg_type.escape_ascii(), Readable(&self.fields))
    }
}

/// A command as a session takes it, by [`OwnedCommand::as_given`]. Example: [`crate::Mailbox`], whose owner gives each
/// to its session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AsGiven<'a> {
    /// For [`sansfix::Session::handle`]; [`crate::Mailbox::carried_out`] takes the outcome.
    Command(Command<'a>),
    /// For [`sansfix::Session::send`]; [`crate::Mailbox::sent`] takes the result.
    Send(&'a OwnedMessage),
}

impl OwnedCommand {
    /// The command as a session takes it, given by [`Origin::Operator`]. A TestRequest has no id of its own: the session
    /// makes one that it has not used before.
    #[must_use]
    pub fn as_given(&self) -> AsGiven<'_> {
        let by = Origin::Operator;
        AsGiven::Command(match self {
            Self::Logon => Command::Logon { by },
            Self::Logout { text } => Command::Logout { text, by },
            Self::Reset(mode) => Command::Reset(*mode),
            Self::SetNextSender(seq) => Command::SetNextSender(*seq),
            Self::SetNextTarget(seq) => Command::SetNextTarget(*seq),
            Self::TestRequest => Command::TestRequest { id: "" },
            Self::Disconnect => Command::Disconnect,
            Self::Send(message) => return AsGiven::Send(message),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_kept_as_given_and_shown_readably() {
        let news = OwnedMessage::new("B", "148=Close\x0158=At noon\x01");
        assert_eq!((news.msg_type(), news.fields()), (&b"B"[..], &b"148=Close\x0158=At noon\x01"[..]));
        let shown = format!("{news:?}");
        assert!(shown.starts_with("35=B|") && shown.contains("58=At noon"), "{shown}");
    }
}
