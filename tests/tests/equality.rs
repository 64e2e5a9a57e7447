//! Two sessions are equal, and have the same hash, when they go on alike: what every search of the models rests on. Each
//! pair here has come to the same numbers and phase, and differs in one of the times that a deadline counts from, or in none
//! that matters.

use std::hash::{DefaultHasher, Hash, Hasher};

use sansfix::config::Role;
use sansfix::{BeginString, Command, Event, Now, Outcome, PhaseName, ResetMode, SECOND_NS};
use sansfix_sim::Ruling;
use sansfix_tests::applications::Undecided;
use sansfix_tests::lone::{Lone, config};

/// A history, in which something happens after so many seconds.
type History = fn(&mut Lone, f64);

fn hash(lone: &Lone) -> u64 {
    let mut hasher = DefaultHasher::new();
    lone.node.session().hash(&mut hasher);
    hasher.finish()
}

fn acceptor(heart_bt_int: u32) -> Lone {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.heart_bt_int = heart_bt_int;
    Lone::new(config)
}

/// Plays the history with a monotonic clock that shows so many seconds more, and looks at the session when these seconds
/// have passed. The time of day is the same: it stands in the messages, which a session keeps while it waits for others.
fn played(mut lone: Lone, shift_s: u64, history: History, at: f64, until: f64) -> Lone {
    lone.now.mono_ns += shift_s * SECOND_NS;
    let begin = lone.now;
    history(&mut lone, at);
    let passed = (lone.now.mono_ns - begin.mono_ns) as f64 / SECOND_NS as f64;
    lone.pass(until - passed);
    lone.event(Event::Tick);
    lone
}

fn logged_on(lone: &mut Lone) {
    lone.log_on();
    assert_eq!(lone.phase(), PhaseName::Active);
}

/// Both sides say something, so that neither has been silent for longer in one history than in the other.
fn talk(lone: &mut Lone, at: f64, begin: Now) {
    let passed = (lone.now.mono_ns - begin.mono_ns) as f64 / SECOND_NS as f64;
    lone.pass(at - passed);
    lone.send_as(50, "35=0");
    lone.orders(&["TALK"]);
}

/// In each of them one time differs when something happens after another number of seconds.
const ONE_TIME: [(&str, History); 7] = [
    ("the begin of the phase", |lone, at| {
        lone.pass(at);
        lone.event(Event::Connected);
    }),
    ("the last message sent", |lone, at| {
        logged_on(lone);
        lone.pass(at);
        lone.orders(&["ONE"]);
    }),
    ("the last message received", |lone, at| {
        logged_on(lone);
        lone.pass(at);
        lone.send("35=0");
    }),
    ("the TestRequest for silence", |lone, at| {
        logged_on(lone);
        lone.pass(at);
        lone.send("35=0");
        lone.pass(40.0 - at);
        assert!(lone.received().last().is_some_and(|last| last.starts_with('1')), "it is not asked yet");
        lone.orders(&["TALK"]);
    }),
    ("the ResendRequest", |lone, at| {
        let begin = lone.now;
        logged_on(lone);
        lone.pass(at);
        lone.send_as(49, "35=D|11=ABOVE");
        talk(lone, 5.0, begin);
    }),
    ("the counterparty's Logout above a gap", |lone, at| {
        let begin = lone.now;
        logged_on(lone);
        lone.send_as(48, "35=D|11=ABOVE");
        lone.pass(at);
        lone.send_as(49, "35=5");
        assert_eq!(lone.phase(), PhaseName::Active);
        talk(lone, 5.0, begin);
    }),
    ("the reset that is under way", |lone, at| {
        logged_on(lone);
        lone.pass(at);
        assert_eq!(lone.command(Command::Reset(ResetMode::InSession)), Outcome::Done);
        lone.pass(5.0 - at);
        lone.send("35=1|112=TALK");
    }),
];

/// The same history twice, for each of them: with so many more seconds on the clock, and the time at which
/// it happens.
fn both(one: (u64, f64), other: (u64, f64)) -> impl Iterator<Item = (&'static str, Lone, Lone)> {
    ONE_TIME.into_iter().map(move |(name, history)| {
        let until = if name.contains("silence") { 41.0 } else { 6.0 };
        let [one, other] =
            [one, other].map(|(shift_s, at)| played(acceptor(30), shift_s, history, at, until));
        (name, one, other)
    })
}

#[test]
fn sessions_that_differ_in_one_time_are_not_equal() {
    for (name, one, other) in both((0, 1.0), (0, 2.0)) {
        assert_eq!(one.numbers(), other.numbers(), "{name}");
        assert_eq!(one.phase(), other.phase(), "{name}");
        assert_ne!(one.node.session(), other.node.session(), "{name}");
        assert_ne!(hash(&one), hash(&other), "{name}");
    }
}

/// What is behind the second message may be older by as long as the first has waited.
#[test]
fn what_a_message_has_waited_for_another_makes_a_difference() {
    let played = |at| {
        let mut lone = Lone::acceptor_under(Undecided(b"D"));
        lone.pass(at);
        lone.send("35=D|11=A");
        lone.pass(5.0 - at);
        lone.send("35=D|11=B");
        lone.node.settle(lone.now, &Ruling::Accept).unwrap();
        assert!(lone.node.has_unsettled());
        lone
    };
    let [one, same, other] = [1.0, 1.0, 2.0].map(played);
    assert_eq!(one.node.session(), same.node.session());
    assert_ne!(one.node.session(), other.node.session());
}

#[test]
fn what_the_clock_shows_makes_no_difference() {
    for (name, one, other) in both((0, 1.0), (86_400, 1.0)) {
        assert_eq!(one.node.session(), other.node.session(), "{name}");
        assert_eq!(hash(&one), hash(&other), "{name}");
    }
}

#[test]
fn a_time_that_no_deadline_counts_from_makes_no_difference() {
    let said_something: [History; 2] = [ONE_TIME[1].1, ONE_TIME[2].1];
    for history in said_something {
        let one = played(acceptor(0), 0, history, 1.0, 6.0);
        let other = played(acceptor(0), 0, history, 2.0, 6.0);
        assert_eq!(one.node.session(), other.node.session(), "without Heartbeats");
        assert_eq!(hash(&one), hash(&other));
    }
}

#[test]
fn sessions_that_are_meant_to_be_otherwise_have_another_hash() {
    let (mut up, mut down) = (acceptor(30), acceptor(30));
    up.logout("why");
    up.logon();
    down.logout("why");
    let [up, down] = [up, down].map(|lone| {
        let mut hasher = DefaultHasher::new();
        lone.node.session().snapshot().intent.hash(&mut hasher);
        hasher.finish()
    });
    assert_ne!(up, down);
}
