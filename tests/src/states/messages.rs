//! One cell of the transition table, observed.

use sansfix::config::{Profile, Role};
use sansfix::{Order, PhaseName};

use super::bench::{Bench, Lent};
use super::observation::{Later, Observation};
use super::stage::{EXPECTED, HIGH, Stage};
use super::wire::from_them;
use super::witness::{Kind, Number, witness};

/// Brings a session into the stage, gives it the message, accepts what is lent, and tells what was seen.
///
/// # Panics
/// When what is seen contradicts itself: a message lent twice or under another order than its number says, a
/// Disconnect that the status does not show, numbers sent that are not consecutive.
#[must_use]
pub fn observe_message(
    stage: Stage,
    role: Role,
    profile: Profile,
    kind: Kind,
    number: Number,
) -> Observation {
    let cell = format!("{stage}, {kind}, {number}, {role:?}, {profile:?}");
    let mut bench = stage.reach(role, profile);
    let before = bench.session.status();
    let asked_before = bench.disconnect;
    let left = bench.feed(&witness(stage, kind, number));
    let after = bench.session.status();
    let order = match number {
        Number::Low | Number::LowDuplicate => Order::Low,
        Number::Expected | Number::ExpectedDuplicate => Order::Expected,
        Number::High | Number::HighDuplicate => Order::High,
    };
    let once = [Lent { order, queued: false }];
    assert!(bench.lent.is_empty() || bench.lent == once, "{cell}: lent {:?}", bench.lent);
    if asked_before.is_none() {
        let closing = after.ended.filter(|_| after.phase == PhaseName::Closing);
        assert_eq!(bench.disconnect, closing, "{cell}: Disconnect");
    }
    check_numbers(&cell, &bench);
    let mut seen = Observation::between(&before, &after);
    seen.waits = left > 0;
    seen.lent = !bench.lent.is_empty();
    seen.sent = bench.sent.iter().map(ToString::to_string).collect();
    seen.later = (order == Order::High).then(|| later(&mut bench, &seen)).flatten();
    seen
}

/// New messages have consecutive numbers, the last one just below the next. Repeated ones use none.
fn check_numbers(cell: &str, bench: &Bench) {
    let new = bench.sent.iter().rev().filter(|sent| !sent.text.contains("43=Y"));
    let next = bench.session.status().next_sender.get();
    for (back, sent) in (1..).zip(new) {
        assert_eq!(sent.seq, next - back, "{cell}: the number of {sent}");
    }
}

/// Fills the gap below the message, where there is still one and the session goes on and listens.
fn later(bench: &mut Bench, seen: &Observation) -> Option<Later> {
    let phase = bench.session.status().phase;
    let ended = matches!(seen.phase, Some((PhaseName::LogoutSent, _)));
    let over = matches!(phase, PhaseName::Closing | PhaseName::Disconnected);
    if ended || over || seen.waits || seen.target.1.get() != EXPECTED {
        return None;
    }
    bench.forget();
    let fill = HIGH.to_string();
    bench.feed(&from_them("4", EXPECTED, false, &[(123, "Y"), (36, &fill)]));
    let lent_from_queue = bench.lent.iter().any(|lent| lent.queued);
    match bench.session.status().next_target.get() {
        EXPECTED => None,
        HIGH => Some(Later::ComesAgain),
        _ if lent_from_queue => Some(Later::Lent),
        _ => Some(Later::Counted),
    }
}
