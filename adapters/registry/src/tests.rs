//! Commands and observers, with and without threads.

use std::thread;
use std::time::Duration;

use sansfix::config::Identity;
use sansfix::{BeginString, Command, Origin, Outcome, PhaseName, ResetMode, SeqNum, Status};

use crate::registry::give;
use crate::{AsGiven, CommandError, MAILBOX_BOUND, Mailbox, OwnedCommand, OwnedMessage, Registry, Standing};

/// Far more than any wait here takes.
pub(crate) const GENEROUS: Duration = Duration::from_secs(10);

pub(crate) fn identity() -> Identity {
    Identity::new(BeginString::Fix44, "US", "THEM")
}

fn status(logged_on: bool) -> Status {
    Status {
        phase: if logged_on { PhaseName::Active } else { PhaseName::Disconnected },
        logged_on,
        enabled: true,
        in_session_time: true,
        next_sender: SeqNum::FIRST,
        next_target: SeqNum::FIRST,
        connection: u64::from(logged_on),
        ended: None,
    }
}

pub(crate) fn standing(logged_on: bool) -> Standing {
    Standing { status: status(logged_on), resetting: false, epoch: 0, unsaved: false }
}

/// The owner carries the next command out, as a session would that is logged on or not after it.
fn carry_out(mailbox: &mut Mailbox, logged_on_after: bool) -> bool {
    let there = mailbox.take().is_some();
    mailbox.carried_out(Outcome::Done);
    mailbox.publish(standing(logged_on_after));
    there
}

pub(crate) fn registered() -> (Registry, Mailbox) {
    let registry = Registry::new();
    let mailbox = registry.register(identity(), status(false)).unwrap();
    (registry, mailbox)
}

#[test]
fn an_unknown_session_is_an_error_for_every_call() {
    let registry = Registry::new();
    let id = identity();
    let unknown = CommandError::Unknown(id.clone());
    assert_eq!(registry.logon(&id).unwrap_err(), unknown);
    assert_eq!(registry.logout(&id, "x").unwrap_err(), unknown);
    assert_eq!(registry.disconnect(&id).unwrap_err(), unknown);
    assert_eq!(registry.test_request(&id).unwrap_err(), unknown);
    assert_eq!(registry.reset(&id, ResetMode::Offline).unwrap_err(), unknown);
    assert_eq!(registry.set_next_sender(&id, SeqNum::SECOND).unwrap_err(), unknown);
    assert_eq!(registry.set_next_target(&id, SeqNum::SECOND).unwrap_err(), unknown);
    assert_eq!(registry.send(&id, OwnedMessage::new("B", "58=x\u{1}")).unwrap_err(), unknown);
    assert_eq!(registry.is_logged_on(&id), Err(unknown.clone()));
    assert_eq!(registry.status(&id), Err(unknown.clone()));
    assert_eq!(registry.wait(&id, GENEROUS, |_| true), Err(unknown));
}

#[test]
fn a_session_is_known_as_long_as_its_mailbox_lives_and_only_once() {
    let (registry, mailbox) = registered();
    assert!(registry.register(identity(), status(false)).is_err());
    assert_eq!(registry.sessions(), [identity()]);
    drop(mailbox);
    assert_eq!(registry.sessions(), []);
    assert!(registry.register(identity(), status(false)).is_ok());
}

#[test]
fn commands_are_taken_in_the_order_they_were_given() {
    let (registry, mut mailbox) = registered();
    let id = identity();
    let five = SeqNum::new(5).unwrap();
    registry.logon(&id).unwrap();
    registry.logout(&id, "lunch").unwrap();
    registry.reset(&id, ResetMode::LogoutThenReset).unwrap();
    registry.set_next_sender(&id, five).unwrap();
    registry.set_next_target(&id, five).unwrap();
    registry.test_request(&id).unwrap();
    registry.disconnect(&id).unwrap();
    let message = OwnedMessage::new("B", "58=hello\u{1}");
    registry.send(&id, message.clone()).unwrap();
    let taken: Vec<OwnedCommand> = std::iter::from_fn(|| {
        let command = mailbox.take().cloned();
        mailbox.carried_out(Outcome::Done);
        command
    })
    .take(20)
    .collect();
    let commands: Vec<AsGiven<'_>> = taken.iter().map(OwnedCommand::as_given).collect();
    let by = Origin::Operator;
    assert_eq!(
        commands,
        [
            AsGiven::Command(Command::Logon { by }),
            AsGiven::Command(Command::Logout { text: "lunch", by }),
            AsGiven::Command(Command::Reset(ResetMode::LogoutThenReset)),
            AsGiven::Command(Command::SetNextSender(five)),
            AsGiven::Command(Command::SetNextTarget(five)),
            AsGiven::Command(Command::TestRequest { id: "" }),
            AsGiven::Command(Command::Disconnect),
            AsGiven::Send(&message),
        ]
    );
}

#[test]
fn a_full_mailbox_answers_busy_and_changes_nothing() {
    let (registry, mut mailbox) = registered();
    mailbox.publish(standing(true));
    for _ in 0..MAILBOX_BOUND {
        registry.test_request(&identity()).unwrap();
    }
    assert_eq!(registry.logout(&identity(), "x").unwrap_err(), CommandError::Busy);
    assert_eq!(
        registry.is_logged_on(&identity()),
        Ok(true),
        "a Logout that was not given counts for nothing"
    );
    assert!(carry_out(&mut mailbox, true));
    assert!(registry.logout(&identity(), "x").is_ok());
}

#[test]
fn a_text_with_soh_is_refused() {
    let (registry, mut mailbox) = registered();
    assert_eq!(registry.logout(&identity(), "a\u{1}58=b").unwrap_err(), CommandError::HoldsSoh);
    assert_eq!(mailbox.take(), None);
}

#[test]
fn after_logout_nobody_sees_the_session_logged_on_until_a_later_logon() {
    let (registry, mut mailbox) = registered();
    let id = identity();
    mailbox.publish(standing(true));
    assert_eq!(registry.is_logged_on(&id), Ok(true));
    registry.logout(&id, "").unwrap();
    assert_eq!(registry.is_logged_on(&id), Ok(false), "at once, though the owner knows nothing yet");
    mailbox.publish(standing(true));
    assert_eq!(registry.is_logged_on(&id), Ok(false), "what the owner publishes is from before the Logout");
    assert!(mailbox.take().is_some());
    mailbox.publish(standing(true));
    assert_eq!(registry.is_logged_on(&id), Ok(false), "taken, but not carried out");
    mailbox.carried_out(Outcome::Done);
    assert_eq!(registry.is_logged_on(&id), Ok(false), "carried out, but its effect is not published");
    mailbox.publish(standing(false));
    registry.logon(&id).unwrap();
    assert_eq!(registry.is_logged_on(&id), Ok(false), "a Logon that was given is none that has completed");
    assert!(carry_out(&mut mailbox, true));
    assert_eq!(registry.is_logged_on(&id), Ok(true));
}

#[test]
fn each_of_two_logouts_has_to_be_carried_out() {
    let (registry, mut mailbox) = registered();
    registry.logout(&identity(), "one").unwrap();
    registry.logout(&identity(), "two").unwrap();
    assert!(carry_out(&mut mailbox, true));
    assert_eq!(registry.is_logged_on(&identity()), Ok(false));
    assert!(carry_out(&mut mailbox, true));
    assert_eq!(registry.is_logged_on(&identity()), Ok(true));
}

#[test]
fn the_owner_can_tell_that_a_logout_waits_behind_other_commands() {
    let (registry, mut mailbox) = registered();
    let _other = registry.test_request(&identity()).unwrap();
    assert!(!mailbox.logout_waits());
    let _logout = registry.logout(&identity(), "").unwrap();
    for waits in [true, false] {
        assert!(mailbox.logout_waits());
        assert!(carry_out(&mut mailbox, false));
        assert_eq!(mailbox.logout_waits(), waits);
    }
}

#[test]
fn the_owner_wakes_for_a_command_and_for_the_bell() {
    let (registry, mut mailbox) = registered();
    let bell = mailbox.bell();
    let owner = thread::spawn(move || {
        mailbox.wait(GENEROUS);
        let command = loop {
            match mailbox.take() {
                Some(command) => break command.clone(),
                None => mailbox.wait(GENEROUS),
            }
        };
        mailbox.wait(GENEROUS);
        command
    });
    registry.logon(&identity()).unwrap();
    let given = std::time::Instant::now();
    while !owner.is_finished() && given.elapsed() < GENEROUS {
        bell.ring();
        thread::yield_now();
    }
    assert!(given.elapsed() < GENEROUS, "the owner slept through");
    assert_eq!(owner.join().unwrap(), OwnedCommand::Logon);
}

#[test]
fn an_owner_that_nobody_wakes_waits_as_long_as_it_may() {
    let (_registry, mailbox) = registered();
    let limit = Duration::from_millis(20);
    let started = std::time::Instant::now();
    mailbox.wait(limit);
    assert!(started.elapsed() >= limit, "{:?}", started.elapsed());
}

#[test]
fn a_command_that_comes_when_the_owner_has_just_ended_finds_the_session_unknown() {
    let (registry, mailbox) = registered();
    let found = registry.cell(&identity()).unwrap();
    drop(mailbox);
    let given = give(found, &identity(), OwnedCommand::Logon);
    assert_eq!(given.unwrap_err(), CommandError::Unknown(identity()));
}

#[test]
fn a_bell_that_rang_before_the_wait_ends_it() {
    let (_registry, mailbox) = registered();
    mailbox.bell().ring();
    let started = std::time::Instant::now();
    mailbox.wait(GENEROUS);
    assert!(started.elapsed() < GENEROUS);
}

#[test]
fn an_observer_waits_for_a_status_and_may_ask_the_registry_meanwhile() {
    let (registry, mut mailbox) = registered();
    let id = identity();
    let started = std::time::Instant::now();
    let observer = {
        let (registry, id) = (registry.clone(), id.clone());
        thread::spawn(move || {
            registry.wait(&id, GENEROUS, |seen| seen.logged_on && registry.is_logged_on(&id) == Ok(true))
        })
    };
    mailbox.publish(standing(true));
    assert_eq!(observer.join().unwrap(), Ok((status(true), true)));
    assert!(started.elapsed() < GENEROUS, "the observer slept through");
    let never = registry.wait(&id, Duration::from_millis(1), |seen| !seen.logged_on);
    assert_eq!(never, Ok((status(true), false)));
}

/// Many threads log out and look; the owner logs on again after each Logout. Whoever has logged out and looks before
/// anybody has given a Logon must not see the session logged on.
#[test]
fn no_thread_sees_logged_on_after_its_own_logout() {
    let (registry, mut mailbox) = registered();
    mailbox.publish(standing(true));
    let started = std::time::Instant::now();
    let commanders: Vec<_> = (0..4)
        .map(|_| {
            let registry = registry.clone();
            thread::spawn(move || {
                let mut seen = 0;
                for _ in 0..200 {
                    while matches!(registry.logout(&identity(), ""), Err(CommandError::Busy)) {
                        assert!(started.elapsed() < GENEROUS, "it is busy for ever");
                        thread::yield_now();
                    }
                    seen += u32::from(registry.is_logged_on(&identity()) == Ok(true));
                }
                seen
            })
        })
        .collect();
    // The owner carries Logouts out and is never logged on after the first.
    let mut carried_out = 0;
    while carried_out < 4 * 200 {
        assert!(started.elapsed() < GENEROUS, "{carried_out} were given");
        if carry_out(&mut mailbox, false) {
            carried_out += 1;
        } else {
            mailbox.wait(Duration::from_millis(1));
        }
    }
    let seen: u32 = commanders.into_iter().map(|commander| commander.join().unwrap()).sum();
    assert_eq!(seen, 0);
}
