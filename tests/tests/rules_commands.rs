//! The rule that every command has a defined result in every state, and none leaves anything undone.

use sansfix::config::Role;
use sansfix::{BeginString, Command, Event, Origin, msg_type};
use sansfix_sim::Settings;
use sansfix_tests::applications::Undecided;
use sansfix_tests::lone::{Lone, config};
use sansfix_tests::peer;

/// An acceptor whose application has not answered the Logon yet.
fn undecided() -> Lone {
    let settings = Settings::new(config(Role::Acceptor, BeginString::Fix44));
    let mut lone = Lone::with(Settings { application: Box::new(Undecided(msg_type::LOGON)), ..settings });
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30");
    lone
}

#[test]
fn commands_are_taken_in_every_situation() {
    let commands = [
        Command::Logon { by: Origin::Operator },
        Command::Logout { text: "t", by: Origin::Operator },
        Command::Reset(sansfix::ResetMode::Offline),
        Command::Reset(sansfix::ResetMode::LogoutThenReset),
        Command::Reset(sansfix::ResetMode::InSession),
        Command::SetNextSender(sansfix::SeqNum::new(50).unwrap()),
        Command::SetNextTarget(sansfix::SeqNum::new(50).unwrap()),
        Command::TestRequest { id: "" },
        Command::Disconnect,
    ];
    let situations: [fn() -> Lone; 5] = [
        || Lone::new(config(Role::Acceptor, BeginString::Fix44)),
        || {
            let mut lone = Lone::new(config(Role::Initiator, BeginString::Fix44));
            lone.event(Event::Connected);
            lone
        },
        undecided,
        Lone::acceptor,
        || {
            let mut lone = Lone::acceptor();
            lone.send("35=5");
            lone
        },
    ];
    for situation in situations {
        for first in commands {
            for second in commands {
                let mut lone = situation();
                lone.command(first);
                lone.command(second);
                lone.pass(60.0);
                let valid = peer::messages(lone.node.take_output(lone.now));
                assert!(valid.len() <= 4, "{first:?} {second:?}: {valid:?}");
                assert!(!lone.node.recorder().unsaved(), "{first:?} {second:?}");
                assert_eq!(lone.node.store().snapshot(), lone.node.session().snapshot());
            }
        }
    }
}

#[test]
fn reset_on_logout_resets_after_a_logout_of_either_side_and_after_nothing_else() {
    type End = fn(&mut Lone);
    let ends: [(End, bool); 5] = [
        (|lone| lone.send("35=5"), true),
        (
            |lone| {
                lone.logout("bye");
                lone.send("35=5");
            },
            true,
        ),
        (
            |lone| {
                lone.logout("bye");
                lone.pass(11.0);
            },
            true,
        ),
        (|lone| lone.pass(200.0), false),
        (|_| {}, false),
    ];
    for (at, (end, resets)) in ends.into_iter().enumerate() {
        for role in [Role::Acceptor, Role::Initiator] {
            let mut config = config(role, BeginString::Fix44);
            config.reset_on_logout = true;
            let mut lone = Lone::logged_on(config);
            lone.send("35=0");
            end(&mut lone);
            lone.event(Event::Disconnected);
            assert_eq!(lone.numbers() == (1, 1), resets, "{at} {role:?} {:?}", lone.numbers());
        }
    }
}
