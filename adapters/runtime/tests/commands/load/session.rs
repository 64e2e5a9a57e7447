//! What one session may do and answer, one step after another: what histories are compared with.
//!
//! A command is given, waits behind those that were given before it, is carried out, and has its outcome at once or when
//! what it waits for has come about. What a session does without an operator are hidden steps ([`Session::by_itself`]):
//! it gets a connection, comes up, hears the counterparty's Logout, loses the connection. Which of them happened is not
//! in a history, only what was seen before and after.
//!
//! Numbers are lower bounds: a session numbers Heartbeats and requests of its own whenever it likes, and never goes
//! back. Nobody lowers them in these histories.

use sansfix::config::Role;
use sansfix::{CommandRefused, PhaseName, Reason, Refused, SeqNum, Status};
use sansfix_registry::{CommandOutcome, MAILBOX_BOUND};

use super::history::{Command, Given, What};

/// What an outcome waits for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Wait {
    /// A Logon: logged on with this connection or a later one, or this one's end.
    Up(u64),
    /// A Logout: the end of this connection.
    LoggedOut(u64),
    /// A Disconnect: the same.
    Cut(u64),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Session {
    role: Role,
    /// The operators' intent.
    enabled: bool,
    phase: PhaseName,
    ended: Option<Reason>,
    connection: u64,
    next_sender: u64,
    next_target: u64,
    /// Given and not carried out.
    queue: Vec<usize>,
    /// Carried out and without an outcome.
    open: Vec<(usize, Wait)>,
}

/// How far a session has come: nothing that it does leads back.
pub(super) type Progress = (u64, u8);

pub(super) const fn progress(connection: u64, phase: PhaseName) -> Progress {
    let rank = match phase {
        PhaseName::AwaitingLogon | PhaseName::LogonPending => 0,
        PhaseName::LogonReceived | PhaseName::LogonSent => 1,
        PhaseName::Active => 2,
        PhaseName::LogoutSent | PhaseName::LogoutAnswered => 3,
        PhaseName::Closing => 4,
        PhaseName::Disconnected => 5,
    };
    (connection, rank)
}

impl Session {
    /// Without a connection yet, and meant to be up.
    pub(super) fn new(role: Role) -> Self {
        Self {
            role,
            enabled: true,
            phase: PhaseName::Disconnected,
            ended: None,
            connection: 0,
            next_sender: 1,
            next_target: 1,
            queue: Vec::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn progress(&self) -> Progress {
        progress(self.connection, self.phase)
    }

    pub(super) fn numbers(&self) -> (u64, u64) {
        (self.next_sender, self.next_target)
    }

    /// The commands that are given and not carried out, in that order.
    pub(super) fn queue(&self) -> &[usize] {
        &self.queue
    }

    /// What it can do next without an operator.
    pub(super) fn by_itself<'a>(&'a self, given: &'a [Given]) -> impl Iterator<Item = Self> + 'a {
        use PhaseName::{Active, Closing, Disconnected, LogoutAnswered};
        let (begun, greeted) = match self.role {
            Role::Acceptor => (PhaseName::AwaitingLogon, PhaseName::LogonReceived),
            Role::Initiator => (PhaseName::LogonPending, PhaseName::LogonSent),
        };
        let lost = (Disconnected, Some(Reason::ConnectionLost));
        let late = (Closing, Some(Reason::LogonTimeout));
        let steps = match self.phase {
            Disconnected if self.enabled => vec![(begun, None)],
            Disconnected => vec![],
            PhaseName::AwaitingLogon | PhaseName::LogonPending => vec![(greeted, None), lost, late],
            PhaseName::LogonReceived | PhaseName::LogonSent => vec![(Active, None), lost, late],
            Active => vec![(LogoutAnswered, None), lost],
            PhaseName::LogoutSent => {
                let answered = (Closing, Some(Reason::LogoutCompleted));
                vec![answered, (Closing, Some(Reason::LogoutTimeout)), lost]
            }
            LogoutAnswered => {
                let over = Some(Reason::PeerLogout);
                vec![(Disconnected, over), (Closing, over)]
            }
            Closing => vec![(Disconnected, self.ended)],
        };
        steps.into_iter().filter_map(move |(phase, ended)| {
            let mut next = self.clone();
            next.connection += u64::from(self.phase == Disconnected);
            // Our Logon, or the answer to the counterparty's Logout.
            let numbered = if self.role == Role::Initiator { greeted } else { Active };
            next.next_sender += u64::from(phase == numbered || phase == LogoutAnswered);
            next.enter(phase, ended, given).then_some(next)
        })
    }

    /// Carries out the first command that waits. `None`: there is none, or its outcome does not go with that.
    pub(super) fn carry_out(&self, given: &[Given]) -> Option<Self> {
        let mut next = self.clone();
        let key = *self.queue.first()?;
        next.queue.remove(0);
        next.carried_out(key, given).then_some(next)
    }

    fn carried_out(&mut self, key: usize, given: &[Given]) -> bool {
        use CommandOutcome::{Already, Completed, NotPossible, NotSent, Sent};
        let Given { command, outcome } = &given[key];
        let down = self.phase == PhaseName::Disconnected;
        let up = self.phase == PhaseName::Active;
        match command {
            Command::Logon => {
                self.enabled = true;
                if up {
                    return *outcome == Already;
                }
                let next = progress(0, self.phase) > progress(0, PhaseName::Active);
                self.open.push((key, Wait::Up(self.connection + u64::from(next))));
                true
            }
            Command::Logout => {
                if !self.supersede_logons(given) {
                    return false;
                }
                let open = (key, Wait::LoggedOut(self.connection));
                self.disable(given) && self.waits(!down, open, outcome)
            }
            Command::Disconnect => {
                let open = (key, Wait::Cut(self.connection));
                let cut = down || self.close(Reason::ByOperator, given);
                cut && self.waits(!down, open, outcome)
            }
            Command::TestRequest if up => {
                self.next_sender += 1;
                *outcome == Completed
            }
            Command::TestRequest => *outcome == NotPossible(CommandRefused::NotLoggedOn),
            Command::Send if up => {
                let Sent(seq) = outcome else { return false };
                let rises = seq.get() >= self.next_sender;
                self.next_sender = seq.get() + 1;
                rises
            }
            Command::Send => *outcome == NotSent(Refused::NotActive),
            Command::SetNextSender(seq) => set(&mut self.next_sender, *seq, outcome),
            Command::SetNextTarget(seq) => set(&mut self.next_target, *seq, outcome),
        }
    }

    /// It is so already, or the outcome is open.
    fn waits(&mut self, waits: bool, open: (usize, Wait), outcome: &CommandOutcome) -> bool {
        if waits {
            self.open.push(open);
        }
        waits || *outcome == CommandOutcome::Already
    }

    fn supersede_logons(&mut self, given: &[Given]) -> bool {
        let logon = |wait: &Wait| matches!(wait, Wait::Up(_));
        let superseded = |key: usize| given[key].outcome == CommandOutcome::Superseded;
        let all = self.open.iter().all(|(key, wait)| !logon(wait) || superseded(*key));
        self.open.retain(|(_, wait)| !logon(wait));
        all
    }

    /// The session is meant to be down from here on.
    fn disable(&mut self, given: &[Given]) -> bool {
        if !std::mem::take(&mut self.enabled) {
            return true;
        }
        match self.phase {
            PhaseName::Active => {
                self.next_sender += 1;
                self.enter(PhaseName::LogoutSent, None, given)
            }
            PhaseName::AwaitingLogon
            | PhaseName::LogonReceived
            | PhaseName::LogonPending
            | PhaseName::LogonSent => self.close(Reason::Disabled, given),
            PhaseName::Disconnected
            | PhaseName::LogoutSent
            | PhaseName::LogoutAnswered
            | PhaseName::Closing => true,
        }
    }

    fn close(&mut self, why: Reason, given: &[Given]) -> bool {
        self.phase == PhaseName::Closing || self.enter(PhaseName::Closing, Some(why), given)
    }

    /// Whether that gives every command that waited for it the outcome that it has.
    fn enter(&mut self, phase: PhaseName, ended: Option<Reason>, given: &[Given]) -> bool {
        (self.phase, self.ended) = (phase, ended);
        let (connection, down) = (self.connection, phase == PhaseName::Disconnected);
        let over = |waited: u64| connection > waited || connection == waited && down;
        let come_about = |wait: Wait| match wait {
            Wait::Up(from) if phase == PhaseName::Active && connection >= from => {
                Some(CommandOutcome::LoggedOn)
            }
            Wait::Up(waited) if over(waited) => Some(not_done(ended)),
            Wait::LoggedOut(waited) if over(waited) => Some(logged_out(ended)),
            Wait::Cut(waited) if over(waited) => Some(CommandOutcome::Completed),
            Wait::Up(_) | Wait::LoggedOut(_) | Wait::Cut(_) => None,
        };
        let mut right = true;
        self.open.retain(|(key, wait)| {
            let outcome = come_about(*wait);
            right &= outcome.as_ref().is_none_or(|outcome| given[*key].outcome == *outcome);
            outcome.is_none()
        });
        right
    }

    /// What comes after this has happened; `None`: it cannot happen now.
    pub(super) fn after(&self, what: &What, given: &[Given]) -> Option<Self> {
        let mut next = self.clone();
        let logout = |key: &usize| given[*key].command == Command::Logout;
        let logged_on = self.phase == PhaseName::Active && !self.queue.iter().any(logout);
        let allowed = match what {
            What::Gave(key) => {
                next.queue.push(*key);
                // One may have been taken and not be carried out.
                self.queue.len() <= MAILBOX_BOUND
            }
            What::Busy => self.queue.len() >= MAILBOX_BOUND,
            What::Told(key) => !self.queue.contains(key) && self.open.iter().all(|(open, _)| open != key),
            What::LoggedOn(seen) => *seen == logged_on,
            What::Stood(status) => {
                let (sender, target) = (status.next_sender.get(), status.next_target.get());
                let never_back = sender >= self.next_sender && target >= self.next_target;
                (next.next_sender, next.next_target) = (sender, target);
                never_back && *status == next.status(logged_on)
            }
        };
        allowed.then_some(next)
    }

    fn status(&self, logged_on: bool) -> Status {
        let number = |number| SeqNum::new(number).unwrap_or(SeqNum::FIRST);
        Status {
            phase: self.phase,
            logged_on,
            enabled: self.enabled,
            in_session_time: true,
            next_sender: number(self.next_sender),
            next_target: number(self.next_target),
            connection: self.connection,
            ended: self.ended,
        }
    }
}

/// A number is set, upwards or to what it is.
fn set(current: &mut u64, seq: u64, outcome: &CommandOutcome) -> bool {
    if seq > SeqNum::MAX.get() {
        return *outcome == CommandOutcome::NotPossible(CommandRefused::NumberTooHigh);
    }
    let upwards = seq >= *current;
    *current = seq;
    upwards && matches!(outcome, CommandOutcome::Completed | CommandOutcome::Already)
}

/// What the end of its connection means for a Logout.
fn logged_out(ended: Option<Reason>) -> CommandOutcome {
    match ended {
        Some(Reason::LogoutCompleted | Reason::PeerLogout | Reason::Disabled) => CommandOutcome::Completed,
        other => not_done(other),
    }
}

/// What the end of its connection means for a Logon, and for a Logout that it came before.
fn not_done(ended: Option<Reason>) -> CommandOutcome {
    match ended {
        Some(Reason::LogonTimeout | Reason::LogoutTimeout) => CommandOutcome::TimedOut,
        Some(Reason::ByOperator | Reason::Disabled) => CommandOutcome::Superseded,
        Some(Reason::ConnectionLost) | None => CommandOutcome::ConnectionLost,
        Some(other) => CommandOutcome::Failed(other),
    }
}
