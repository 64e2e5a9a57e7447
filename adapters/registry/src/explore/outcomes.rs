//! What ought to become of commands that a session carries out one after another: what the receipts are compared with.

use sansfix::Outcome;

use super::session::{Kind, Pace, Phase, Session, Taken};
use crate::CommandOutcome;

/// What an outcome waits for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Wait {
    /// The session is logged on with this connection or a later one.
    Up(u64),
    Down,
    /// Everything is durable.
    Saved,
}

/// The session, and the commands that it has carried out.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Outcomes {
    pub(super) session: Session,
    /// By key: what will have become of it once that has come about.
    open: Vec<(u64, Wait, CommandOutcome)>,
    told: Vec<(u64, CommandOutcome)>,
}

impl Outcomes {
    pub(super) fn new(pace: Pace) -> Self {
        Self { session: Session::new(pace), open: Vec::new(), told: Vec::new() }
    }

    /// The session has carried this out, and its status was published.
    pub(super) fn carried_out(&mut self, key: u64, command: Kind) {
        use CommandOutcome::{Already, Completed, LoggedOn, NotSent, Sent, Superseded};
        let taken = self.session.carry_out(command);
        let Session { phase, connection, .. } = self.session;
        let (wait, outcome) = match (command, taken) {
            (_, Taken::Send(Ok(seq))) => (Wait::Saved, Sent(seq)),
            (_, Taken::Send(Err(why))) => (Wait::Saved, NotSent(why)),
            (Kind::Logon, _) if phase == Phase::Up => (Wait::Saved, Already),
            (Kind::Logon, _) => (Wait::Up(connection + 1), LoggedOn),
            (Kind::Logout, _) => {
                for (_, wait, outcome) in &mut self.open {
                    if matches!(wait, Wait::Up(_)) {
                        (*wait, *outcome) = (Wait::Saved, Superseded);
                    }
                }
                if phase == Phase::Down { (Wait::Saved, Already) } else { (Wait::Down, Completed) }
            }
            (_, Taken::Command(Outcome::Already)) => (Wait::Saved, Already),
            (_, Taken::Command(_)) => (Wait::Saved, Completed),
        };
        self.open.push((key, wait, outcome));
        self.tell();
    }

    /// What was begun has gone on, and that was published.
    pub(super) fn gone_on(&mut self) {
        self.session.go_on();
        self.tell();
    }

    fn tell(&mut self) {
        let Session { phase, connection, .. } = self.session;
        let come_about = |wait: Wait| match wait {
            Wait::Up(from) => phase == Phase::Up && connection >= from,
            Wait::Down => phase == Phase::Down,
            Wait::Saved => true,
        };
        for (_, wait, _) in &mut self.open {
            if come_about(*wait) {
                *wait = Wait::Saved;
            }
        }
        if self.session.unsaved() {
            return;
        }
        let told = &mut self.told;
        self.open.retain(|(key, wait, outcome)| {
            let open = *wait != Wait::Saved;
            if !open {
                told.push((*key, outcome.clone()));
            }
            open
        });
    }

    /// What has become of a command; `None` while that is open.
    pub(super) fn told(&self, key: u64) -> Option<&CommandOutcome> {
        self.told.iter().find(|(told, _)| *told == key).map(|(_, outcome)| outcome)
    }
}
