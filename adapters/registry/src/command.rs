//! A command that waits in a mailbox.

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
}

impl OwnedCommand {
    /// The command as a session takes it.
    #[must_use]
    pub fn as_command(&self) -> Command<'_> {
        match self {
            Self::Logon => Command::Logon { by: Origin::Operator },
            Self::Logout { text } => Command::Logout { text, by: Origin::Operator },
            Self::Reset(mode) => Command::Reset(*mode),
            Self::SetNextSender(seq) => Command::SetNextSender(*seq),
            Self::SetNextTarget(seq) => Command::SetNextTarget(*seq),
            Self::TestRequest => Command::TestRequest { id: "" },
            Self::Disconnect => Command::Disconnect,
        }
    }
}
