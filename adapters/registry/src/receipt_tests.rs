//! Receipts: told once, to threads, to tasks and to nobody.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use sansfix::Outcome;

use crate::tests::{GENEROUS, identity, registered, standing};
use crate::{CommandError, CommandOutcome, Mailbox, OwnedMessage};

#[test]
fn a_receipt_tells_the_outcome_as_often_as_it_is_asked() {
    let (registry, mut mailbox) = registered();
    let receipt = registry.test_request(&identity()).unwrap();
    assert_eq!(receipt.outcome(), None);
    assert_eq!(receipt.wait(Duration::from_millis(1)), None, "the limit passes, the command stands");
    assert!(mailbox.take().is_some());
    mailbox.carried_out(Outcome::Done);
    assert_eq!(receipt.outcome(), None, "not published yet");
    mailbox.publish(standing(true));
    assert_eq!(receipt.outcome(), Some(CommandOutcome::Completed));
    assert_eq!(receipt.wait(Duration::ZERO), Some(CommandOutcome::Completed));
}

#[test]
fn a_thread_that_waits_is_woken() {
    let (registry, mut mailbox) = registered();
    let receipt = registry.logon(&identity()).unwrap();
    let started = Instant::now();
    let waiting = thread::spawn(move || receipt.wait(GENEROUS));
    assert!(mailbox.take().is_some());
    mailbox.carried_out(Outcome::Done);
    mailbox.publish(standing(false));
    mailbox.publish(standing(true));
    assert_eq!(waiting.join().unwrap(), Some(CommandOutcome::LoggedOn));
    assert!(started.elapsed() < GENEROUS, "it slept through");
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_task_that_awaits_is_woken_once() {
    let (registry, mut mailbox) = registered();
    let mut receipt = pin!(registry.logon(&identity()).unwrap());
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(count.clone());
    let mut context = Context::from_waker(&waker);
    assert_eq!(receipt.as_mut().poll(&mut context), Poll::Pending);
    assert_eq!(receipt.as_mut().poll(&mut context), Poll::Pending);
    assert!(mailbox.take().is_some());
    mailbox.carried_out(Outcome::Done);
    mailbox.publish(standing(false));
    assert_eq!(count.0.load(Ordering::SeqCst), 0, "nothing is known yet");
    mailbox.publish(standing(true));
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    assert_eq!(receipt.as_mut().poll(&mut context), Poll::Ready(CommandOutcome::LoggedOn));
}

#[test]
fn an_owner_that_is_a_task_is_woken_for_a_command_and_for_the_bell() {
    let (registry, mut mailbox) = registered();
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(count.clone());
    let mut context = Context::from_waker(&waker);
    assert_eq!(mailbox.poll(&mut context), Poll::Pending);
    registry.logon(&identity()).unwrap();
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    assert_eq!(mailbox.poll(&mut context), Poll::Ready(()));
    assert!(mailbox.take().is_some());
    mailbox.carried_out(Outcome::Done);
    assert_eq!(mailbox.poll(&mut context), Poll::Pending);
    mailbox.bell().ring();
    assert_eq!(count.0.load(Ordering::SeqCst), 2);
    assert_eq!(mailbox.poll(&mut context), Poll::Ready(()));
    assert_eq!(mailbox.poll(&mut context), Poll::Pending, "the bell is silent again");
}

#[test]
fn what_is_open_when_the_owner_ends_is_told_so() {
    let (registry, mut mailbox) = registered();
    let id = identity();
    mailbox.publish(standing(true));
    let pending = registry.logout(&id, "").unwrap();
    assert!(mailbox.take().is_some());
    mailbox.carried_out(Outcome::Done);
    mailbox.publish(standing(false));
    let taken = registry.logon(&id).unwrap();
    assert!(mailbox.take().is_some());
    let waiting = registry.send(&id, OwnedMessage::new("B", "58=x\u{1}")).unwrap();
    let blocked = registry.logon(&id).unwrap();
    let started = Instant::now();
    let blocked = thread::spawn(move || blocked.wait(GENEROUS));
    drop(mailbox);
    assert_eq!(pending.outcome(), Some(CommandOutcome::Already), "this one had its outcome");
    assert_eq!(taken.outcome(), Some(CommandOutcome::ShutDown));
    assert_eq!(waiting.outcome(), Some(CommandOutcome::ShutDown));
    assert_eq!(blocked.join().unwrap(), Some(CommandOutcome::ShutDown));
    assert!(started.elapsed() < GENEROUS, "it slept through");
    assert_eq!(registry.logon(&id).unwrap_err(), CommandError::Unknown(id));
}

#[test]
fn a_command_that_nobody_waits_for_is_carried_out_all_the_same() {
    let (registry, mut mailbox) = registered();
    drop(registry.logon(&identity()).unwrap());
    assert!(mailbox.take().is_some());
    mailbox.carried_out(Outcome::Done);
    mailbox.publish(standing(true));
    assert_eq!(registry.is_logged_on(&identity()), Ok(true));
}

#[test]
fn logons_that_nobody_waits_for_do_not_pile_up() {
    let (registry, mut mailbox) = registered();
    let kept = registry.logon(&identity()).unwrap();
    assert!(mailbox.take().is_some());
    mailbox.carried_out(Outcome::Already);
    for given in 1..=10_000 {
        assert!(registry.logon(&identity()).is_ok());
        assert!(mailbox.take().is_some());
        mailbox.carried_out(Outcome::Already);
        mailbox.publish(standing(false));
        let remembered = mailbox.pending_commands();
        assert!(remembered <= 64, "{remembered} are remembered");
        assert!(given > 10 || remembered == 1 + given, "few are not looked through");
    }
    mailbox.publish(standing(true));
    assert_eq!(kept.outcome(), Some(CommandOutcome::LoggedOn), "the one that is waited for is not forgotten");
}

#[test]
fn many_that_are_waited_for_are_looked_through_when_as_many_again_have_come() {
    let (registry, mut mailbox) = registered();
    let give = |mailbox: &mut Mailbox| {
        let receipt = registry.logon(&identity()).unwrap();
        assert!(mailbox.take().is_some());
        mailbox.carried_out(Outcome::Already);
        mailbox.publish(standing(false));
        (receipt, mailbox.pending_commands())
    };
    let kept: Vec<_> = (0..80).map(|_| give(&mut mailbox).0).collect();
    // The 64th was looked for with those before it, so the next time is at 128.
    let remembered: Vec<_> = (0..60).map(|_| give(&mut mailbox).1).collect();
    let expected: Vec<_> = (81..=128).chain(81..=92).collect();
    assert_eq!(remembered, expected);
    assert!(kept.iter().all(|receipt| receipt.outcome().is_none()));
}
