//! A command that waits in a mailbox.

use sansfix::wire::Readable;
use sansfix::{Command, Origin, ResetMode, SeqNum};

/// An operator's command with its texts. [`Command`] says what each does.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum OwnedCommand {
    /// Enable the session.
    Logon,
    /// Disable the session, with one clean Logout when it is logged on.
    Logout {
        /// Text(58) of the Logout
        text: Box<str>,
    },
    /// Both series back to 1.
    Reset(ResetMode),
    /// The next number sent will be this one.
    SetNextSender(SeqNum),
    /// The next number expected will be this one.
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
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OwnedMessage {
    msg_type: Box<[u8]>,
    fields: Box<[u8]>,
}

impl OwnedMessage {
    /// A message of this MsgType(35) with these body fields, each ended by SOH, as they are to be written. The
    /// session adds the standard header and the trailer, and checks the form
    /// ([`sansfix::wire::Body::prebuilt`]): a mistake is the answer to [`crate::Registry::send`].
    pub fn new(msg_type: impl AsRef<[u8]>, fields: impl Into<Vec<u8>>) -> Self {
        Self { msg_type: msg_type.as_ref().into(), fields: fields.into().into() }
    }

    /// MsgType(35)
    #[must_use]
    pub fn msg_type(&self) -> &[u8] {
        &self.msg_type
    }

    /// The body fields, each ended by SOH.
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

/// A command as a session takes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AsGiven<'a> {
    /// For [`sansfix::Session::handle`]; [`crate::Mailbox::carried_out`] takes the outcome.
    Command(Command<'a>),
    /// For [`sansfix::Session::send`]; [`crate::Mailbox::sent`] takes the result.
    Send(&'a OwnedMessage),
}

impl OwnedCommand {
    /// The command as a session takes it, given by an operator.
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
