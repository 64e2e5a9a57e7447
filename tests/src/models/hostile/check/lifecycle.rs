//! Commands, connections and ends: G24, G25, G27, and of G28 that silence ends a connection. G12 and G26 are followed message by message in `facts`.

use sansfix::{Outcome, PhaseName, Reason, Timer};

use super::super::broken::Broken;
use super::super::letter::{Order as Ordered, What};
use super::Step;

pub(super) fn check(step: &Step<'_>) -> Result<(), Broken> {
    logout_is_carried_out(step)?;
    one_connection(step)?;
    every_logout_ends(step)?;
    silence_ends(step)?;
    ticks_are_due(step)
}

/// G25: a second connection is refused, and changes nothing.
fn one_connection(step: &Step<'_>) -> Result<(), Broken> {
    let connected = step.before.session.status().phase != PhaseName::Disconnected;
    if step.letter.what != What::Connect || !connected {
        return Ok(());
    }
    let refused = step.seen.outcome == Some(Outcome::Ignored) && step.seen.all.is_empty();
    let same = step.before.session == step.after.session;
    Broken::unless(refused && same, "G25", || format!("{:?}, {:?}", step.seen.outcome, step.seen.all))
}

/// G28: a TestRequest that is not answered in its time ends the connection.
fn silence_ends(step: &Step<'_>) -> Result<(), Broken> {
    let due = step.before.session.deadline().is_some_and(|(_, timer)| timer == Timer::TestRequestAnswer);
    if step.letter.what != What::Tick || !due {
        return Ok(());
    }
    let ended = step.seen.closed() == Some(Reason::TestRequestTimeout);
    Broken::unless(ended, "G28", || format!("no answer, and: {:?}", step.seen.all))
}

/// G24: a Logout is carried out or deferred, and only an operator undoes it.
fn logout_is_carried_out(step: &Step<'_>) -> Result<(), Broken> {
    let [before, after] = [step.before, step.after].map(|stand| stand.session.status());
    let command = if let What::Operator(order) = step.letter.what { Some(order) } else { None };
    let expected = match command {
        Some(Ordered::Logout) => false,
        Some(Ordered::Logon) => true,
        _ => before.enabled,
    };
    let told = || format!("{:?}: {before:?} became {after:?}", step.letter);
    Broken::unless(after.enabled == expected, "G24", told)?;
    let down = matches!(
        after.phase,
        PhaseName::Disconnected | PhaseName::LogoutSent | PhaseName::LogoutAnswered | PhaseName::Closing
    );
    Broken::unless(after.enabled || down, "G24", told)?;
    if command == Some(Ordered::Logout) {
        let outcome = if before.enabled { Outcome::Done } else { Outcome::Already };
        Broken::unless(step.seen.outcome == Some(outcome), "G24", told)?;
        let logged_on = before.phase == PhaseName::Active && before.enabled;
        let logouts = step.seen.sent().filter(|text| text.msg_type == b'5').count();
        Broken::unless(logouts == usize::from(logged_on), "G24", || {
            format!("{logouts} Logouts; {}", told())
        })?;
    }
    Ok(())
}

/// G27: there is always a deadline that ends a logout, and it is not put off.
fn every_logout_ends(step: &Step<'_>) -> Result<(), Broken> {
    let session = &step.after.session;
    let limits = &session.config().limits;
    let millis = |ms: u32| u64::from(ms) * 1_000_000;
    let in_time = |age: Option<u64>, limit: u64| match (age, session.deadline()) {
        (Some(age), Some((at, _))) => age + at.saturating_sub(step.after.mono_ns) <= limit,
        _ => false,
    };
    let told = || format!("{:?}, {:?}, {:?}", session.status().phase, session.deadline(), step.facts);
    let (first, waits) = (step.facts.logout_out, step.facts.logout_waits);
    match session.status().phase {
        PhaseName::LogoutSent => {
            Broken::unless(in_time(first, millis(limits.logout_timeout_ms)), "G27", told)
        }
        PhaseName::LogoutAnswered => {
            Broken::unless(in_time(first, millis(limits.await_disconnect_ms)), "G27", told)
        }
        PhaseName::Active if waits.is_some() => {
            Broken::unless(in_time(waits, millis(limits.logout_recovery_ms)), "G27", told)
        }
        PhaseName::Active
        | PhaseName::Disconnected
        | PhaseName::AwaitingLogon
        | PhaseName::LogonReceived
        | PhaseName::LogonPending
        | PhaseName::LogonSent
        | PhaseName::Closing => Ok(()),
    }
}

/// G27: a tick before its time does nothing, and one that is due does something.
fn ticks_are_due(step: &Step<'_>) -> Result<(), Broken> {
    if step.letter.what == What::Half {
        let quiet = step.seen.all.is_empty();
        return Broken::unless(quiet, "G27", || format!("before its time: {:?}", step.seen.all));
    }
    if step.letter.what != What::Tick {
        return Ok(());
    }
    Broken::unless(!step.seen.early, "G27", || "an early tick did something".into())?;
    let passed = step.after.session.deadline().is_none_or(|(at, _)| at > step.after.mono_ns);
    Broken::unless(passed, "G27", || format!("still due: {:?}", step.after.session.deadline()))
}
