//! One owner, some commanders.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::Write;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use sansfix::BeginString;
use sansfix::config::Identity;

use super::history::{History, What, is_serial};
use super::listed::mistaken;
use super::scheduler::{check, stop_exploring, thread};
use super::session::{Kind, Pace, Session, Taken};
use crate::cell::Cell as SessionCell;
use crate::registry::give;
use crate::seeded::{self, Bug};
use crate::{
    Bell, CommandError, CommandOutcome, MAILBOX_BOUND, Mailbox, OwnedCommand, OwnedMessage, Receipt, Registry,
};

/// No wait under loom or shuttle ever times out; this one must not have run out either when it is looked at.
pub(super) const FOR_EVER: Duration = Duration::from_secs(3600 * 24 * 365);

/// A command as far as the registry tells commands apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Logout,
    Logon,
    Other,
    /// The owner is to end.
    Shutdown,
}

#[cfg(loom)]
pub(super) const CLASSES: [Class; 4] = [Class::Logout, Class::Logon, Class::Other, Class::Shutdown];

/// What is explored.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// What each commander does, one after another.
    pub(super) commanders: Vec<Vec<Class>>,
    /// Whether each command is waited for before the next.
    pub(super) wait: Wait,
    /// How the owner waits.
    pub(super) owner: Owner,
    /// Whether each command finds its session in the registry, or has found it before: the lock of the registry's
    /// map guards nothing but the finding.
    pub(super) find: bool,
    /// When each commander looks at `is_logged_on`.
    pub(super) look: Look,
    /// When the session is done with a command.
    pub(super) pace: Pace,
    /// How many commands the mailbox holds.
    pub(super) bound: usize,
    /// Preemptions of a thread in one execution; `None`: every order.
    pub(super) preemptions: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wait {
    /// For nothing: the outcome is looked at when everything is over.
    No,
    /// On a thread.
    Blocking,
    /// As a task.
    Task,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    /// Never: one step less for each command.
    Never,
    AfterLogouts,
    AfterEach,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    Thread,
    Task,
}

impl Plan {
    pub(super) fn of<const N: usize>(commanders: [&[Class]; N]) -> Self {
        Self {
            commanders: commanders.iter().map(|classes| classes.to_vec()).collect(),
            wait: Wait::No,
            owner: Owner::Task,
            find: false,
            look: Look::AfterLogouts,
            pace: Pace::AtOnce,
            bound: MAILBOX_BOUND,
            preemptions: None,
        }
    }

    fn has(&self, class: Class) -> bool {
        self.commanders.iter().flatten().any(|one| *one == class)
    }

    /// How many commands the owner carries out, when that is sure: then nobody has to tell it to end.
    fn known_end(&self) -> Option<usize> {
        let all = self.commanders.iter().flatten().count();
        (!self.has(Class::Shutdown) && all <= self.bound).then_some(all)
    }

    /// Runs every execution. How many there were.
    pub(super) fn explore(&self) -> u64 {
        let plan = self.clone();
        executions(self.bound, self.preemptions, move || execute(&plan))
    }
}

/// Runs `execution` in every order, with mailboxes of this bound, and with a mistake in the registry if this process is to
/// make one. How often.
pub(super) fn executions(
    bound: usize,
    preemptions: Option<usize>,
    execution: impl Fn() + Send + Sync + 'static,
) -> u64 {
    let before = EXECUTIONS.get();
    seeded::set(mistaken(), bound);
    check(preemptions, move || {
        EXECUTIONS.set(EXECUTIONS.get() + 1);
        execution();
    });
    seeded::set(None, MAILBOX_BOUND);
    EXECUTIONS.get() - before
}

/// For the report, past the test harness, which swallows what a test prints.
pub(super) fn report(what: &str, executions: u64) {
    let _ = writeln!(std::io::stderr(), "explored {what}: {executions} executions");
}

pub(super) fn identity() -> Identity {
    Identity::new(BeginString::Fix44, "US", "THEM")
}

thread_local! {
    /// On this thread, which runs all of a model.
    pub(super) static EXECUTIONS: Cell<u64> = const { Cell::new(0) };
    /// The owner is to end. A plain cell: reading it is no step of the model, and the bell orders it.
    static STOP: Cell<bool> = const { Cell::new(false) };
    static AT_WORK: Cell<usize> = const { Cell::new(0) };
}

fn execute(plan: &Plan) {
    History::begin();
    STOP.set(false);
    AT_WORK.set(plan.commanders.len());
    let registry = Registry::new();
    let mut session = Session::new(plan.pace);
    let mut mailbox = registry.register(identity(), session.standing().status).unwrap();
    let bell = mailbox.bell();
    let commanders: Vec<_> = plan
        .commanders
        .iter()
        .map(|classes| {
            let commander = Commander {
                registry: registry.clone(),
                found: (!plan.find).then(|| registry.cell(&identity()).unwrap()),
                bell: bell.clone(),
                plan: plan.clone(),
            };
            let classes = classes.clone();
            thread::spawn(move || commander.command(&classes))
        })
        .collect();
    own(&mut mailbox, &mut session, plan.owner, plan.known_end());
    let close = |mailbox| History::note(|| drop(mailbox), |()| What::Closed);
    // An end that races with commanders is what Shutdown is for.
    let mailbox = if plan.known_end().is_some() {
        Some(mailbox)
    } else {
        close(mailbox);
        None
    };
    // Nothing happens from here on that could come out in two ways: only the order in which threads end.
    stop_exploring();
    let receipts: Vec<Receipt> =
        commanders.into_iter().flat_map(|commander| commander.join().unwrap()).collect();
    if let Some(mailbox) = mailbox {
        close(mailbox);
    }
    for receipt in receipts {
        let told = |outcome: &Option<_>| {
            let outcome = outcome.clone().expect("a command without an outcome");
            What::Told { key: receipt.key(), outcome }
        };
        let _ = History::note(|| receipt.outcome(), told);
    }
    let events = History::end();
    assert!(is_serial(&events, plan.pace, plan.bound), "no serial order explains {events:#?}");
}

/// The owner, until it has carried out so many commands, or is told to end.
fn own(mailbox: &mut Mailbox, session: &mut Session, owner: Owner, end_after: Option<usize>) {
    let mut carried_out = 0;
    loop {
        loop {
            // `None` is no event of the history: the owner looked, and nothing was there.
            let taken = History::take(mailbox);
            if let Some((key, command)) = taken {
                answer(mailbox, session.carry_out(Kind::of(&command)));
                publish(mailbox, session, Some(key));
                carried_out += 1;
            } else if session.go_on() {
                publish(mailbox, session, None);
            } else {
                break;
            }
            if end_after == Some(carried_out) && !session.is_busy() {
                return;
            }
        }
        if STOP.get() {
            return;
        }
        match owner {
            Owner::Thread => mailbox.wait(FOR_EVER),
            Owner::Task => run(poll_fn(|context| mailbox.poll(context))),
        }
    }
}

fn answer(mailbox: &mut Mailbox, taken: Taken) {
    match taken {
        Taken::Command(outcome) => mailbox.carried_out(outcome),
        Taken::Send(Ok(seq)) if seeded::is(Bug::AnswersAnother) => mailbox.sent(Ok(seq.next())),
        Taken::Send(result) => mailbox.sent(result),
    }
}

fn publish(mailbox: &mut Mailbox, session: &Session, key: Option<u64>) {
    let standing = session.standing();
    History::note(
        || mailbox.publish(standing),
        |()| What::Published { key, logged_on: standing.status.logged_on },
    );
}

/// Runs a future to its end on this thread.
pub(super) fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        thread::park();
    }
}

struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Who gives commands.
struct Commander {
    registry: Registry,
    found: Option<Arc<SessionCell>>,
    bell: Bell,
    plan: Plan,
}

impl Commander {
    fn command(&self, classes: &[Class]) -> Vec<Receipt> {
        let mut receipts = Vec::new();
        for class in classes {
            if *class == Class::Shutdown {
                self.stop();
                continue;
            }
            let given = self.give(*class);
            if match self.plan.look {
                Look::Never => false,
                Look::AfterLogouts => *class == Class::Logout,
                Look::AfterEach => true,
            } {
                let _ = self.look();
            }
            let Ok(mut receipt) = given else { continue };
            match self.plan.wait {
                Wait::No => {}
                Wait::Blocking => {
                    self.told(*class, receipt.key(), || receipt.wait(FOR_EVER).expect("it waits for ever"))
                }
                Wait::Task => self.told(*class, receipt.key(), || run(&mut receipt)),
            }
            // Kept to the end: dropping it is one more step.
            receipts.push(receipt);
        }
        AT_WORK.set(AT_WORK.get() - 1);
        if AT_WORK.get() == 0 && self.plan.known_end().is_none() {
            self.stop();
        }
        receipts
    }

    fn stop(&self) {
        STOP.set(true);
        self.bell.ring();
    }

    fn give(&self, class: Class) -> Result<Receipt, CommandError> {
        let id = identity();
        let gives = || match (&self.found, class) {
            (None, Class::Logout) => self.registry.logout(&id, ""),
            (None, Class::Logon) => self.registry.logon(&id),
            (None, Class::Other | Class::Shutdown) => self.registry.test_request(&id),
            (Some(cell), _) => give(cell.clone(), &id, owned(class)),
        };
        let kind = match class {
            Class::Logout => Kind::Logout,
            Class::Logon => Kind::Logon,
            // What the registry does not tell apart is given both ways.
            Class::Other | Class::Shutdown if self.found.is_some() => Kind::Send,
            Class::Other | Class::Shutdown => Kind::Other,
        };
        History::note(gives, |given| match given {
            Ok(receipt) => What::Given { key: receipt.key(), kind },
            Err(CommandError::Busy) => What::Busy,
            Err(error) => {
                assert_eq!(*error, CommandError::Unknown(identity()));
                What::Unknown
            }
        })
    }

    /// `None`: the session is unknown.
    fn look(&self) -> Option<bool> {
        let looks = || match &self.found {
            Some(cell) => Some(cell.status().logged_on),
            None => self.registry.is_logged_on(&identity()).ok(),
        };
        History::note(looks, |seen| seen.map_or(What::Unknown, |logged_on| What::Seen { logged_on }))
    }

    /// What has been told is so: the status that goes with it is published no later.
    fn told(&self, class: Class, key: u64, waits: impl FnOnce() -> CommandOutcome) {
        let outcome = History::note(waits, |outcome| What::Told { key, outcome: outcome.clone() });
        let (stops, logouts) = (self.plan.has(Class::Shutdown), self.plan.has(Class::Logout));
        assert!(stops || outcome != CommandOutcome::ShutDown, "{class:?}: the owner has not ended");
        if outcome.is_success() && class == Class::Logon && !stops && !logouts {
            assert_eq!(self.look(), Some(true), "told that it is logged on");
        }
    }
}

fn owned(class: Class) -> OwnedCommand {
    match class {
        Class::Logout => OwnedCommand::Logout { text: "".into() },
        Class::Logon => OwnedCommand::Logon,
        Class::Other | Class::Shutdown => OwnedCommand::Send(OwnedMessage::new("B", "")),
    }
}

/// Where a session stands that is logged on.
pub(super) fn up() -> crate::Standing {
    Session::new(Pace::AtOnce).standing()
}
