//! What came of a command, in the end.

use sansfix::{CommandRefused, Reason, Refused, SeqNum};

/// What came of a command. Each command has exactly one, told by its [`crate::Receipt`] when everything it rests on
/// is durable. Its text is meant for an operator.
///
/// ```
/// use sansfix::{CommandRefused, SeqNum};
/// use sansfix_registry::CommandOutcome;
///
/// assert_eq!(CommandOutcome::Sent(SeqNum::SECOND).to_string(), "sent as number 2");
/// let refused = CommandOutcome::RefusedByPeer { text: "unknown user".into() };
/// assert_eq!(refused.to_string(), "the counterparty refused: unknown user");
/// let not_possible = CommandOutcome::NotPossible(CommandRefused::NotLoggedOn);
/// assert_eq!(not_possible.to_string(), "not possible: the session is not logged on");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum CommandOutcome {
    /// Done. A Logout: the connection is down, and the counterparty has answered if there was anything to answer. A
    /// reset: both numbers are 1, or what the exchange left. A TestRequest: numbered and on its way.
    Completed,
    /// The session is logged on.
    LoggedOn,
    /// The message has this MsgSeqNum(34), and is saved.
    Sent(SeqNum),
    /// It was so already: logged on; without a connection; the number is that one.
    Already,
    /// A limit of the session has passed (`logout_timeout_ms`, `logon_timeout_ms` of
    /// [`sansfix::config::Limits`]): the Logout was not answered, the Logon was not answered, the counterparty did not
    /// take part in the reset. After a Logout the connection is down all the same.
    TimedOut,
    /// The connection was lost before it was done. After a Logout the session is down all the same.
    ConnectionLost,
    /// A Logon: no connection could be made. The initiator goes on trying.
    NoConnection,
    /// A Logon: the counterparty has answered with a Logout.
    RefusedByPeer {
        /// Text(58) of its Logout, empty when there was none.
        text: Box<str>,
    },
    /// Not possible in the state the session was in. Nothing has changed.
    NotPossible(CommandRefused),
    /// The message was not sent, and no number was used.
    NotSent(Refused),
    /// The connection ended for another reason before it was done.
    Failed(Reason),
    /// A later command has made it pointless: a Logout or a Disconnect after a Logon.
    Superseded,
    /// The session's owner ended first. What was begun may have been done.
    ShutDown,
}

impl CommandOutcome {
    /// Whether the command has done what it is for: [`Self::Completed`], [`Self::LoggedOn`], [`Self::Sent`],
    /// [`Self::Already`].
    ///
    /// ```
    /// use sansfix_registry::CommandOutcome;
    /// assert!(CommandOutcome::Completed.is_success());
    /// assert!(!CommandOutcome::TimedOut.is_success());
    /// ```
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Completed | Self::LoggedOn | Self::Sent(_) | Self::Already)
    }
}

impl std::fmt::Display for CommandOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Completed => f.write_str("completed"),
            Self::LoggedOn => f.write_str("logged on"),
            Self::Sent(seq) => write!(f, "sent as number {seq}"),
            Self::Already => f.write_str("it was so already"),
            Self::TimedOut => f.write_str("timed out"),
            Self::ConnectionLost => f.write_str("the connection was lost"),
            Self::NoConnection => f.write_str("no connection could be made"),
            Self::RefusedByPeer { text } if text.is_empty() => {
                f.write_str("the counterparty refused, without a reason")
            }
            Self::RefusedByPeer { text } => write!(f, "the counterparty refused: {text}"),
            Self::NotPossible(why) => write!(f, "not possible: {why}"),
            Self::NotSent(why) => write!(f, "not sent: {why}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
            Self::Superseded => f.write_str("a later command made it pointless"),
            Self::ShutDown => f.write_str("the session's owner has ended"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_succeeded_when_it_did_what_it_is_for() {
        use CommandOutcome::*;
        let succeeded = [Completed, LoggedOn, Already, Sent(sansfix::SeqNum::FIRST)];
        assert!(succeeded.iter().all(CommandOutcome::is_success));
        let refused = RefusedByPeer { text: "".into() };
        let failed = [TimedOut, ConnectionLost, NoConnection, refused, Superseded, ShutDown];
        assert!(!failed.iter().any(CommandOutcome::is_success));
    }

    #[test]
    fn a_refusal_is_told_with_the_counterpartys_text_when_it_gave_one() {
        let told = |text: &str| CommandOutcome::RefusedByPeer { text: text.into() }.to_string();
        assert_eq!(told(""), "the counterparty refused, without a reason");
        assert_eq!(told("unknown user"), "the counterparty refused: unknown user");
    }
}
