//! Decides what became of a command, from what its owner reports: how the session took it, then every status.
//!
//! Pure: no lock, no clock, no thread. An outcome is let out when everything it rests on is durable, so that what an
//! operator has been told stays true over a crash.

use sansfix::{Outcome, PhaseName, Reason, Refused, ResetMode, SeqNum};

use crate::command::OwnedCommand;
use crate::outcome::CommandOutcome;
use crate::standing::Standing;

/// After as many answers of the store a change is durable for sure: one batch can have been on its way when it was
/// made, and the next one holds it.
const SAVES_THAT_COVER: u8 = 2;

/// The commands of one session that have been taken and whose outcome has not been let out.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// Taken, and the session has said how it takes them; looked at with the next standing.
    answered: Vec<(u64, OwnedCommand, Answer)>,
    /// How many of these the session had taken when the store failed.
    answered_before_failure: usize,
    /// What comes of them takes time.
    waiting: Vec<Waiting>,
    /// What came of them is known and may not be durable.
    held: Vec<Held>,
    /// Text(58) of the Logout that answered our Logon on this connection.
    refusal: Option<(u64, Box<str>)>,
    /// The store has failed and not saved anything since.
    store_broken: bool,
    /// The epoch when the session was last seen without a reset under way: what a reset that is begins with, whoever
    /// began it and when.
    epoch_before_reset: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    Command(Outcome),
    Send(Result<SeqNum, Refused>),
}

#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) key: u64,
    what: What,
    /// The connection whose end decides.
    connection: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    LoggedOn,
    LoggedOut,
    ResetWhenDown,
    /// The epoch before.
    ResetInSession(u64),
    Disconnected,
}

#[derive(Debug)]
struct Held {
    key: u64,
    outcome: CommandOutcome,
    saves: u8,
}

impl Pending {
    /// The session has taken the command in this way.
    pub(crate) fn answered(&mut self, key: u64, command: OwnedCommand, answer: Answer) {
        self.answered.push((key, command, answer));
    }

    /// A batch has become durable.
    pub(crate) fn saved(&mut self) {
        self.store_broken = false;
        for held in &mut self.held {
            held.saves = held.saves.saturating_sub(1);
        }
    }

    /// The store has failed: what was done is not durable.
    pub(crate) fn store_failed(&mut self) {
        self.store_broken = true;
        self.answered_before_failure = self.answered.len();
        for held in &mut self.held {
            held.saves = 0;
            if held.outcome.is_success() {
                held.outcome = CommandOutcome::Failed(Reason::StoreFailed);
            }
        }
    }

    /// The counterparty has answered our Logon on this connection with a Logout.
    pub(crate) fn refused_by_peer(&mut self, connection: u64, text: Box<str>) {
        self.refusal = Some((connection, text));
    }

    /// No connection could be made.
    pub(crate) fn no_connection(&mut self) {
        let (held, broken) = (&mut self.held, self.store_broken);
        self.waiting.retain(|one| {
            let over = one.what == What::LoggedOn;
            if over {
                held.push(Held::new(one.key, CommandOutcome::NoConnection, broken));
            }
            !over
        });
    }

    /// Looks at where the session stands. What can be let out is for [`Self::let_out`].
    pub(crate) fn look(&mut self, standing: &Standing) {
        let before_failure = std::mem::take(&mut self.answered_before_failure);
        for (at, (key, command, answer)) in std::mem::take(&mut self.answered).into_iter().enumerate() {
            self.begin(key, &command, answer, standing, at < before_failure);
        }
        let (held, broken, refusal) = (&mut self.held, self.store_broken, &self.refusal);
        self.waiting.retain(|one| match one.outcome(standing, refusal.as_ref()) {
            Some(outcome) => {
                held.push(Held::new(one.key, outcome, broken));
                false
            }
            None => true,
        });
        if !standing.resetting {
            self.epoch_before_reset = Some(standing.epoch);
        }
        if !standing.unsaved {
            self.held.iter_mut().for_each(|held| held.saves = 0);
        }
    }

    /// The outcomes that can be told now, each once, in the order in which they became known.
    pub(crate) fn let_out(&mut self) -> Vec<(u64, CommandOutcome)> {
        let (out, held) = std::mem::take(&mut self.held).into_iter().partition(|held| held.saves == 0);
        self.held = held;
        Vec::into_iter(out).map(|held: Held| (held.key, held.outcome)).collect()
    }

    pub(crate) fn waiting(&mut self) -> &mut Vec<Waiting> {
        &mut self.waiting
    }

    fn begin(&mut self, key: u64, command: &OwnedCommand, answer: Answer, standing: &Standing, failed: bool) {
        match self.first_look(key, command, answer, standing) {
            // The command itself has the store try again, which then tells whether it is durable.
            Ok(outcome) if outcome.is_success() && !failed => self.held.push(Held::new(key, outcome, false)),
            Ok(outcome) => self.held.push(Held::new(key, outcome, self.store_broken)),
            Err(waiting) => self.waiting.push(waiting),
        }
    }

    /// The outcome, or what it takes.
    fn first_look(
        &mut self,
        key: u64,
        command: &OwnedCommand,
        answer: Answer,
        standing: &Standing,
    ) -> Result<CommandOutcome, Waiting> {
        let status = &standing.status;
        let outcome = match answer {
            Answer::Send(Ok(seq)) => return Ok(CommandOutcome::Sent(seq)),
            Answer::Send(Err(why)) => return Ok(CommandOutcome::NotSent(why)),
            Answer::Command(Outcome::Refused(why)) => return Ok(CommandOutcome::NotPossible(why)),
            Answer::Command(outcome) => outcome,
        };
        let at_once =
            if outcome == Outcome::Already { CommandOutcome::Already } else { CommandOutcome::Completed };
        let down = status.phase == PhaseName::Disconnected;
        let until = |what| Waiting { key, what, connection: status.connection };
        match command {
            OwnedCommand::Logon if status.logged_on => Ok(CommandOutcome::Already),
            OwnedCommand::Logon => {
                // The connection that is on its way up, or else the next one.
                let next = u64::from(!is_coming_up(status.phase));
                Err(Waiting { connection: status.connection + next, ..until(What::LoggedOn) })
            }
            OwnedCommand::Logout { .. } => {
                self.supersede_logons();
                if down { Ok(CommandOutcome::Already) } else { Err(until(What::LoggedOut)) }
            }
            OwnedCommand::Disconnect if down => Ok(CommandOutcome::Already),
            OwnedCommand::Disconnect => Err(until(What::Disconnected)),
            OwnedCommand::Reset(ResetMode::LogoutThenReset) if !down => Err(until(What::ResetWhenDown)),
            OwnedCommand::Reset(ResetMode::InSession) => {
                let before = self.epoch_before_reset.unwrap_or(standing.epoch);
                Err(until(What::ResetInSession(before)))
            }
            OwnedCommand::Reset(ResetMode::LogoutThenReset | ResetMode::Offline)
            | OwnedCommand::SetNextSender(_)
            | OwnedCommand::SetNextTarget(_)
            | OwnedCommand::TestRequest
            | OwnedCommand::Send(_) => Ok(at_once),
        }
    }

    fn supersede_logons(&mut self) {
        let (held, broken) = (&mut self.held, self.store_broken);
        self.waiting.retain(|one| {
            let over = one.what == What::LoggedOn;
            if over {
                held.push(Held::new(one.key, CommandOutcome::Superseded, broken));
            }
            !over
        });
    }
}

impl Held {
    fn new(key: u64, outcome: CommandOutcome, store_broken: bool) -> Self {
        if !store_broken {
            return Self { key, outcome, saves: SAVES_THAT_COVER };
        }
        let done = outcome.is_success();
        let outcome = if done { CommandOutcome::Failed(Reason::StoreFailed) } else { outcome };
        Self { key, outcome, saves: 0 }
    }
}

impl Waiting {
    /// What came of it; `None` while that is open.
    fn outcome(&self, standing: &Standing, refusal: Option<&(u64, Box<str>)>) -> Option<CommandOutcome> {
        let status = &standing.status;
        let over = status.connection > self.connection
            || (status.connection == self.connection && status.phase == PhaseName::Disconnected);
        match self.what {
            What::LoggedOn if status.logged_on && status.connection >= self.connection => {
                Some(CommandOutcome::LoggedOn)
            }
            What::ResetInSession(before) if status.phase == PhaseName::Active && !standing.resetting => {
                let reset = standing.epoch != before;
                Some(if reset { CommandOutcome::Completed } else { CommandOutcome::TimedOut })
            }
            _ if !over => None,
            What::ResetWhenDown | What::Disconnected => Some(CommandOutcome::Completed),
            What::LoggedOut => Some(logged_out(status.ended)),
            What::LoggedOn | What::ResetInSession(_) => {
                let text = refusal.filter(|(connection, _)| *connection == self.connection);
                Some(not_done(status.ended, text.map(|(_, text)| text.clone())))
            }
        }
    }
}

const fn is_coming_up(phase: PhaseName) -> bool {
    matches!(
        phase,
        PhaseName::AwaitingLogon
            | PhaseName::LogonReceived
            | PhaseName::LogonPending
            | PhaseName::LogonSent
            | PhaseName::Active
    )
}

/// What the end of the connection means for a Logout.
fn logged_out(ended: Option<Reason>) -> CommandOutcome {
    match ended {
        // The Logout was answered; or crossed the counterparty's; or there was nobody to send one to.
        Some(
            Reason::LogoutCompleted | Reason::PeerLogout | Reason::Disabled | Reason::OutsideSessionTime,
        ) => CommandOutcome::Completed,
        other => not_done(other, None),
    }
}

fn not_done(ended: Option<Reason>, text: Option<Box<str>>) -> CommandOutcome {
    match ended {
        Some(Reason::LogonRefusedByPeer) => CommandOutcome::RefusedByPeer { text: text.unwrap_or_default() },
        Some(Reason::LogonTimeout | Reason::LogoutTimeout) => CommandOutcome::TimedOut,
        Some(Reason::ByOperator | Reason::Disabled) => CommandOutcome::Superseded,
        Some(Reason::ConnectionLost) | None => CommandOutcome::ConnectionLost,
        Some(other) => CommandOutcome::Failed(other),
    }
}
