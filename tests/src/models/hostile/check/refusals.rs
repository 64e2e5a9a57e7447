//! What is refused: G21 (numbers too low) and G22 (whoever is not let in).

use sansfix::PhaseName;
use sansfix::config::Role;

use super::super::broken::Broken;
use super::super::letter::{Answer, Dup, Fault, Kind, LogonForm, Number, Said};
use super::Step;

pub(super) fn check(step: &Step<'_>) -> Result<(), Broken> {
    let Some(said) = step.letter.said().filter(|said| !said.fault.garbles()) else { return Ok(()) };
    match step.before.session.status().phase {
        PhaseName::AwaitingLogon => not_let_in(step, said),
        PhaseName::LogonSent => answer_refused(step, said),
        PhaseName::Active if said.fault == Fault::None && said.number == Number::Low => too_low(step, said),
        PhaseName::LogoutSent | PhaseName::LogoutAnswered
            if said.fault == Fault::None && said.number == Number::Low && said.dup == Dup::Yes =>
        {
            low_duplicate(step, said)
        }
        _ => Ok(()),
    }
}

/// G21.
fn too_low(step: &Step<'_>, said: &Said) -> Result<(), Broken> {
    let switches = &step.before.session.config().switches;
    match said.kind {
        Kind::Logon(_) | Kind::Reset(_) if said.dup == Dup::No => return Ok(()),
        Kind::ResendRequest(_) if switches.serve_low_resend_request && said.dup == Dup::No => return Ok(()),
        Kind::Logout if switches.logout_ignores_sequence && said.dup == Dup::No => return Ok(()),
        _ => {}
    }
    match said.dup {
        Dup::Yes => return low_duplicate(step, said),
        Dup::NoOrig | Dup::LaterOrig => return Ok(()),
        Dup::No => {}
    }
    let [before, after] = [step.before, step.after].map(|stand| stand.session.snapshot());
    let sent: Vec<_> = step.seen.sent().map(|text| text.msg_type).collect();
    let ends = step.after.session.status().phase == PhaseName::LogoutSent;
    let right = sent == [b'5'] && ends && before.next_target == after.next_target;
    Broken::unless(right && step.seen.lent().count() == 0, "G21", || {
        format!("too low, and not ended: {:?}, {after:?}", step.seen.all)
    })
}

fn low_duplicate(step: &Step<'_>, said: &Said) -> Result<(), Broken> {
    // The one message whose number is not compared; and nobody is logged on while a refusal is unanswered.
    if matches!(said.kind, Kind::Reset(_)) || !step.was.logon_in {
        return Ok(());
    }
    let [before, after] = [step.before, step.after].map(|stand| stand.session.snapshot());
    let told = step.seen.lent().map(|lent| lent.order).collect::<Vec<_>>() == [sansfix::Order::Low];
    let quiet = step.seen.sent().count() == 0 && before == after;
    Broken::unless(told && quiet, "G21", || format!("a duplicate: {:?}, {after:?}", step.seen.all))
}

/// G22, acceptor: who is not let in changes nothing; one who is told why costs one number.
fn not_let_in(step: &Step<'_>, said: &Said) -> Result<(), Broken> {
    let config = step.before.session.config();
    let [before, after] = [step.before, step.after].map(|stand| stand.session.snapshot());
    let told = || format!("{:?}: {before:?} became {after:?}, {:?}", step.letter, step.seen.all);
    let logon = if let Kind::Logon(form) = said.kind { Some(form) } else { None };
    let low_duplicate = said.number == Number::Low && said.dup != Dup::No;
    let stranger = logon.is_none()
        || matches!(said.fault, Fault::BeginString | Fault::Sender | Fault::Target | Fault::Stale)
        || matches!(said.number, Number::Absent | Number::Letters)
        || matches!(said.verdict, Answer::RefuseSilently | Answer::SessionReject);
    let untouched = before == after && step.seen.saves() == 0 && step.seen.sent().count() == 0;
    if stranger {
        let gone = step.seen.closed().is_some() || low_duplicate;
        return Broken::unless(untouched && gone, "G22", told);
    }
    // A reset that is owed is announced in the answer, whatever the Logon says of the old numbering.
    let too_much = logon == Some(LogonForm::GotTooMuch) && config.next_expected_msg_seq_num;
    let numbers = said.number == Number::Low || too_much;
    let refused = said.verdict == Answer::Refuse
        || logon == Some(LogonForm::NoEncryptMethod)
        || (numbers && !before.reset_owed);
    if refused && !low_duplicate {
        let one_logout = step.seen.sent().all(|text| text.msg_type == b'5') && step.seen.sent().count() <= 1;
        let gone = step.seen.closed().is_some();
        let kept = before.next_target == after.next_target && before.epoch == after.epoch;
        return Broken::unless(one_logout && gone && kept, "G22", told);
    }
    Ok(())
}

/// G22, initiator: an answer that is refused counts nothing, and nobody is logged on.
fn answer_refused(step: &Step<'_>, said: &Said) -> Result<(), Broken> {
    debug_assert_eq!(step.before.session.config().role, Role::Initiator);
    let logon = matches!(said.kind, Kind::Logon(_));
    let wrong = matches!(said.fault, Fault::BeginString | Fault::Sender | Fault::Target | Fault::Stale)
        || matches!(said.number, Number::Absent | Number::Letters)
        || (logon && said.verdict != Answer::Accept)
        || !(logon || said.kind == Kind::Logout);
    if !wrong {
        return Ok(());
    }
    let [before, after] = [step.before, step.after].map(|stand| stand.session.snapshot());
    let only_logout = step.seen.sent().all(|text| text.msg_type == b'5');
    let kept = before.next_target == after.next_target && before.epoch == after.epoch;
    let out = step.after.session.status().phase != PhaseName::Active;
    Broken::unless(only_logout && kept && out, "G22", || {
        format!("{:?}: {before:?} became {after:?}, {:?}", step.letter, step.seen.all)
    })
}
