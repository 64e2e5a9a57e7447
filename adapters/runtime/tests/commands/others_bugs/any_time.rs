//! Commands before, after and at the worst moment.

use std::time::Duration;

use sansfix::config::{Config, Role};
use sansfix::{Origin, ResetMode, SeqNum};
use sansfix_registry::{CommandError, CommandOutcome, MAILBOX_BOUND, OwnedMessage, Receipt, Registry};

use super::{ROLES, everywhere, up};
use crate::application::{Hold, Holdable, Place};
use crate::gate::GatedStore;
use crate::host::{Adapter, on_both_adapters};
use crate::peer::Came;
use crate::state::{FIRST, State, logged_on};
use crate::world::{Medium, World};
use crate::{GENEROUS, desk, venue};

/// Every command there is.
pub(super) fn every_command(
    registry: &Registry,
    id: &sansfix::config::Identity,
) -> Vec<Result<Receipt, CommandError>> {
    vec![
        registry.logon(id),
        registry.logout(id, FIRST),
        registry.disconnect(id),
        registry.test_request(id),
        registry.reset(id, ResetMode::Offline),
        registry.reset(id, ResetMode::LogoutThenReset),
        registry.reset(id, ResetMode::InSession),
        registry.set_next_sender(id, SeqNum::FIRST),
        registry.set_next_target(id, SeqNum::FIRST),
        registry.send(id, OwnedMessage::new("B", "58=x\u{1}")),
    ]
}

fn all_are_unknown(registry: &Registry, id: &sansfix::config::Identity) {
    let unknown = CommandError::Unknown(id.clone());
    for answer in every_command(registry, id) {
        assert_eq!(answer.unwrap_err(), unknown);
    }
    assert_eq!(registry.is_logged_on(id), Err(unknown.clone()));
    assert_eq!(registry.status(id), Err(unknown));
}

/// Before the start and after the end, the session is unknown; in between another one is.
fn an_unknown_session_is_an_error_for_every_command(on: Adapter) {
    everywhere(|medium, role| {
        let (registry, id) = (Registry::new(), if role == Role::Acceptor { venue() } else { desk() });
        all_are_unknown(&registry, &id);
        let config = Config::new(role, id.clone());
        let application = Holdable(Hold::default());
        let world = World::start_with(on, medium, config, application, &registry, GatedStore::default());
        all_are_unknown(&registry, &id.reversed());
        assert!(registry.status(&id).is_ok());
        assert_eq!(world.shut_down(GENEROUS), Ok(()));
        all_are_unknown(&registry, &id);
    });
}

/// Disabled, ended, started again with its store: it stays down until somebody says otherwise.
fn quickfixj_a_disable_before_the_start_stands(on: Adapter) {
    everywhere(|medium, role| {
        let held = State::Disabled.reach(on, medium, role);
        let (store, id) = (held.world.store.clone(), held.world.id.clone());
        let before = store.snapshot();
        assert_eq!(held.world.shut_down(GENEROUS), Ok(()));

        let (config, application) = (Config::new(role, id.clone()), Holdable(Hold::default()));
        let mut world = World::start_with(on, medium, config, application, &Registry::new(), store.clone());
        world.settle();
        assert!(!world.status().enabled);
        assert_eq!(store.snapshot(), before, "with who, when and why");
        if role == Role::Acceptor {
            let mut they = world.connect();
            they.log_on();
            assert_eq!(they.receive(), Came::End);
        }
        let receipt = world.registry.logon(&id).unwrap();
        world.settle();
        let _they = logged_on(&mut world);
        assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::LoggedOn));
        let intent = store.snapshot().intent;
        assert_eq!((intent.enabled, intent.by, &*intent.why), (true, Origin::Operator, ""));
    });
}

/// The shutdown waits for a Logout that is not answered; every command is taken and told what became of it.
fn commands_during_a_shutdown_have_an_outcome_and_a_logout_is_stored(on: Adapter) {
    everywhere(|medium, role| {
        let (world, mut they) = up(on, medium, role);
        let (registry, id, store) = (world.registry.clone(), world.id.clone(), world.store.clone());
        let shut_down = std::thread::spawn(move || world.shut_down(GENEROUS));
        assert_eq!(they.receive().msg_type(), "5", "the Logout of the shutdown");
        let receipts = every_command(&registry, &id);
        assert_eq!(registry.is_logged_on(&id), Ok(false));
        they.send("5", &[]);
        assert_eq!(they.receive(), Came::End, "one Logout");
        drop(they);
        assert_eq!(shut_down.join().unwrap(), Ok(()));
        for receipt in receipts {
            assert!(receipt.unwrap().wait(GENEROUS).is_some(), "no outcome");
        }
        let intent = store.snapshot().intent;
        assert_eq!((intent.enabled, &*intent.why), (false, FIRST));
        all_are_unknown(&registry, &id);
    });
}

/// Other commands were given before it, and wait as well.
fn a_logout_behind_other_commands_comes_before_the_logon_that_is_judged(on: Adapter) {
    everywhere(|medium, role| {
        let mut held = State::LogonReceived.reach(on, medium, role);
        let (registry, id) = (&held.world.registry, &held.world.id);
        let before = held.world.status();
        let asked = registry.test_request(id).unwrap();
        let receipt = registry.logout(id, FIRST).unwrap();
        let again = registry.logon(id).unwrap();
        held.world.hold.release();
        let they = held.they.as_mut().unwrap();
        assert_eq!(they.receive(), Came::End, "not a word");
        assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
        assert!(matches!(asked.wait(GENEROUS), Some(CommandOutcome::NotPossible(_))));
        assert!(held.world.status().next_target == before.next_target);
        drop(held.they);
        let mut they = held.world.connect();
        if role == Role::Initiator {
            assert_eq!(they.receive().msg_type(), "A");
        }
        they.log_on();
        assert_eq!(again.wait(GENEROUS), Some(CommandOutcome::LoggedOn));
    });
}

fn a_full_mailbox_answers_busy_and_changes_nothing(on: Adapter) {
    everywhere(|medium, role| {
        let (world, mut they) = up(on, medium, role);
        let (registry, id) = (&world.registry, &world.id);
        world.hold.at(Place::Message);
        they.news("held");
        world.hold.wait();
        let taken: Vec<_> = (0..MAILBOX_BOUND).map(|_| registry.test_request(id).unwrap()).collect();
        for answer in every_command(registry, id) {
            assert_eq!(answer.unwrap_err(), CommandError::Busy);
        }
        assert_eq!(registry.is_logged_on(id), Ok(true), "no Logout was given");
        world.hold.release();
        for receipt in taken {
            assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
        }
        for _ in 0..MAILBOX_BOUND {
            assert_eq!(they.receive().msg_type(), "1");
        }
        world.settle();
        let status = world.status();
        assert!(status.logged_on && status.enabled);
        assert_eq!((status.next_sender.get(), status.next_target.get()), (2 + MAILBOX_BOUND as u64, 3));
        assert_eq!(registry.logout(id, FIRST).map(drop), Ok(()), "there is room again");
        assert_eq!(they.receive().msg_type(), "5");
    });
}

/// Nobody is told that it is done before it is, and whoever stops waiting can go on later.
fn quickfixj_300_the_outcome_of_a_logout_is_told(on: Adapter) {
    for role in ROLES {
        for medium in [Medium::Tcp, Medium::Pipe] {
            for answered in [true, false] {
                let (world, mut they) = up(on, medium, role);
                let receipt = world.registry.logout(&world.id, FIRST).unwrap();
                assert_eq!(receipt.wait(Duration::from_millis(1)), None, "nobody has answered");
                assert_eq!(
                    they.receive(),
                    Came::Message { msg_type: "5".into(), seq: 2, text: FIRST.into() }
                );
                if answered {
                    they.send("5", &[]);
                }
                drop(they);
                let outcome = receipt.wait(GENEROUS);
                let expected =
                    if answered { CommandOutcome::Completed } else { CommandOutcome::ConnectionLost };
                assert_eq!(outcome, Some(expected));
            }
        }
    }
}

on_both_adapters!(
    an_unknown_session_is_an_error_for_every_command,
    quickfixj_a_disable_before_the_start_stands,
    commands_during_a_shutdown_have_an_outcome_and_a_logout_is_stored,
    a_logout_behind_other_commands_comes_before_the_logon_that_is_judged,
    a_full_mailbox_answers_busy_and_changes_nothing,
    quickfixj_300_the_outcome_of_a_logout_is_told,
);
