//! SequenceReset: G17.

use sansfix::PhaseName;

use super::super::broken::Broken;
use super::super::letter::{Answer, Fault, Kind, Number};
use super::Step;

pub(super) fn check(step: &Step<'_>) -> Result<(), Broken> {
    let Some(said) = step.letter.said().filter(|said| said.fault == Fault::None) else { return Ok(()) };
    let [before, after] = [step.before, step.after].map(|stand| stand.session.snapshot().next_target.get());
    if step.before.saved.epoch != step.after.saved.epoch {
        // Numbers began anew in the same step: an operator's reset waited for the end of the connection.
        return Ok(());
    }
    let told = || format!("{before} became {after} for {:?}", step.letter);
    match said.kind {
        Kind::GapFill { .. } if matches!(said.number, Number::Ahead(_)) => {
            Broken::unless(before == after, "G17", told)
        }
        Kind::GapFill { by } if said.number == Number::Expected => {
            let lent = step.seen.lent().any(|lent| lent.verdict == Answer::Accept);
            let least = if by > 0 { before + by } else { before };
            Broken::unless(!lent || after >= least, "G17", told)
        }
        Kind::GapFill { .. } => Broken::unless(before == after, "G17", told),
        Kind::Reset(new) => {
            let listens = step.before.session.status().phase == PhaseName::Active;
            let lent = step.seen.lent().any(|lent| !lent.queued);
            Broken::unless(lent || !listens, "G17", || format!("passed over: {:?}", step.letter))?;
            let Some(heard) = step.seen.lent().find(|lent| !lent.queued).map(|lent| lent.text.number(36))
            else {
                return Broken::unless(before == after, "G17", told);
            };
            let to = heard.unwrap_or(0);
            let right = if to > before { after >= to } else { after == before };
            Broken::unless(right, "G17", || format!("{} ({new:?})", told()))
        }
        Kind::Logon(_)
        | Kind::Heartbeat(_)
        | Kind::TestRequest(_)
        | Kind::ResendRequest(_)
        | Kind::Reject
        | Kind::Logout
        | Kind::Order => Ok(()),
    }
}
