//! The two numbers, the store, and what of the input is bounded: G1 to G4, G8, G11, G18, G20.

use sansfix::PhaseName;

use super::super::broken::Broken;
use super::super::letter::{Answer, Dup, Fault, Kind, LogonForm, Number, Order as Ordered, What};
use super::super::seen::Lent;
use super::super::setting::QUEUED_MESSAGES;
use super::super::valid::completes_logon;
use super::Step;

pub(super) fn check(step: &Step<'_>) -> Result<(), Broken> {
    bounded(step)?;
    garbled_input_changes_nothing(step)?;
    numbers_never_fall(step)?;
    nothing_counts_above_a_gap(step)?;
    new_numbers_are_consecutive(step)?;
    delivered_once(step)?;
    let (seen, after) = (step.seen, step.after);
    Broken::unless(seen.unsaved.is_none(), "G3", || format!("{:?} left unsaved", seen.unsaved))?;
    Broken::unless(&after.saved == after.session.snapshot(), "G8", || {
        format!("durable {:?}, in memory {:?}", after.saved, after.session.snapshot())
    })
}

/// G20: no panic, an end to each step, and no more kept above a gap than is allowed.
fn bounded(step: &Step<'_>) -> Result<(), Broken> {
    let seen = step.seen;
    Broken::unless(seen.panic.is_none(), "G20", || format!("panic: {:?}", seen.panic))?;
    Broken::unless(!seen.endless, "G20", || "the step does not end".into())?;
    let queued = seen.lent().filter(|lent| lent.queued).count();
    Broken::unless(queued <= QUEUED_MESSAGES as usize, "G20", || {
        format!("{queued} messages were kept above a gap")
    })
}

/// G18.
fn garbled_input_changes_nothing(step: &Step<'_>) -> Result<(), Broken> {
    if !step.letter.said().is_some_and(|said| said.fault.garbles()) {
        return Ok(());
    }
    let quiet = step.seen.lent().count() + step.seen.sent().count() + step.seen.saves() == 0;
    let same = step.before.session == step.after.session;
    Broken::unless(quiet && same && step.seen.left == 0, "G18", || {
        format!("garbled input did something: {:?}", step.seen.all)
    })
}

/// Whether both sides can see, or an operator has ordered, that numbers begin anew: in this step, and rightly.
fn resets(step: &Step<'_>) -> bool {
    let ordered =
        matches!(step.letter.what, What::Operator(Ordered::ResetOffline | Ordered::ResetAfterLogout));
    // Such an order is carried out without a connection.
    let down = step.after.session.status().phase == PhaseName::Disconnected;
    let ours = step.before.saved.reset_owed || step.before.session.resetting();
    let announced = ours && step.seen.sent().any(|text| text.msg_type == b'A' && text.get(141) == Some(b"Y"));
    (ordered || step.was.reset_ordered) && down || announced || step.seen.lent().any(|lent| asks(step, lent))
}

/// Whether the counterparty resets with a Logon that is right in all respects, where it may, or confirms a reset of ours.
fn asks(step: &Step<'_>, lent: &Lent) -> bool {
    let config = step.before.session.config();
    let text = &lent.text;
    let numbered = text.seq == 1 || config.switches.tolerate_reset_with_other_number;
    let right = step.letter.said().is_some_and(|said| said.fault == Fault::None && said.dup == Dup::No)
        && text.msg_type == b'A'
        && text.get(141) == Some(b"Y")
        && numbered
        && !lent.queued
        && matches!(lent.verdict, Answer::Accept | Answer::BusinessReject);
    let owed = step.before.saved.reset_owed;
    right
        && match lent.phase {
            PhaseName::LogonReceived | PhaseName::LogonSent => completes_logon(lent, config, owed),
            PhaseName::Active => true,
            PhaseName::LogoutSent => owed,
            PhaseName::Disconnected
            | PhaseName::AwaitingLogon
            | PhaseName::LogonPending
            | PhaseName::LogoutAnswered
            | PhaseName::Closing => false,
        }
}

/// G1 and G4.
fn numbers_never_fall(step: &Step<'_>) -> Result<(), Broken> {
    let [before, after] = [step.before, step.after].map(|stand| stand.session.snapshot());
    let told = || format!("{before:?} became {after:?}");
    let fell = after.next_target < before.next_target || after.next_sender < before.next_sender;
    let anew = fell || after.epoch != before.epoch;
    Broken::unless(!anew || resets(step), "G1", told)?;
    let most = before.next_target.get().max(step.heard).max(2);
    Broken::unless(after.next_target.get() <= most, "G4", told)
}

/// G4: a message above the number expected shows a gap, which is still there after it. Of a SequenceReset G17 speaks.
fn nothing_counts_above_a_gap(step: &Step<'_>) -> Result<(), Broken> {
    let Some(said) = step.letter.said() else { return Ok(()) };
    let counts_by_itself =
        matches!(said.kind, Kind::GapFill { .. } | Kind::Reset(_) | Kind::Logon(LogonForm::Reset));
    if !matches!(said.number, Number::Ahead(_)) || counts_by_itself {
        return Ok(());
    }
    let [before, after] = [step.before, step.after].map(|stand| stand.session.snapshot());
    let same = before.epoch != after.epoch || before.next_target == after.next_target;
    Broken::unless(same, "G4", || format!("{before:?} became {after:?} above a gap"))
}

/// G2: each new message takes the next number, and nothing else does.
fn new_numbers_are_consecutive(step: &Step<'_>) -> Result<(), Broken> {
    let [before, after] = [step.before, step.after].map(|stand| stand.session.snapshot());
    let mut next = before.next_sender.get();
    for text in step.seen.sent().filter(|text| !text.dup) {
        if text.msg_type == b'A' && text.get(141) == Some(b"Y") {
            next = 1;
        }
        Broken::unless(text.seq == next, "G2", || format!("{next} is the next number: {text:?}"))?;
        next += 1;
    }
    let offline = before.epoch != after.epoch && after.next_sender.get() == 1;
    Broken::unless(offline || next == after.next_sender.get(), "G2", || {
        format!("{next} would be the next number, not {}", after.next_sender)
    })
}

/// G11: what is delivered is what was expected, and it is counted then. What the application refuses after our Logout,
/// when nobody can be told so, is not: it comes again.
fn delivered_once(step: &Step<'_>) -> Result<(), Broken> {
    for lent in step.seen.lent().filter(|lent| lent.order == sansfix::Order::Expected) {
        if lent.text.application() {
            let (expected, after) = lent.expected;
            let refused = matches!(lent.verdict, Answer::SessionReject | Answer::BusinessReject);
            let counts = !(refused && lent.phase == PhaseName::LogoutSent);
            Broken::unless(lent.text.seq == expected && (after > expected) == counts, "G11", || {
                format!("expected {expected}, then {after}: {:?}", lent.text)
            })?;
        }
    }
    Ok(())
}
