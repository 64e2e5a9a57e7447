//! Replays: G13, G14. How often is asked (G15) is followed in `facts`.

use std::collections::VecDeque;

use sansfix::config::Config;

use super::super::broken::Broken;
use super::super::letter::Answer;
use super::super::seen::{Happening, Lent, Text};
use super::super::valid::completes_logon;
use super::Step;

pub(super) fn check(step: &Step<'_>) -> Result<(), Broken> {
    if step.before.saved.epoch != step.after.saved.epoch {
        return Ok(());
    }
    let config = step.before.session.config();
    let mut due: VecDeque<(u64, u64)> = VecDeque::new();
    let mut next = None;
    for one in &step.seen.all {
        match one {
            Happening::Lent(lent) => due.extend(wanted(lent, config)),
            Happening::Sent(text) if text.dup => {
                let Some((begin, end)) = due.front().copied() else {
                    return Err(Broken { guarantee: "G14", what: format!("nobody asked for {text:?}") });
                };
                let expected = next.unwrap_or(begin);
                Broken::unless(text.seq == expected, "G14", || {
                    format!("{expected} is next of {begin} to {end}: {text:?}")
                })?;
                let reached = repeated(step, text)?;
                Broken::unless(reached <= end + 1, "G14", || format!("beyond {end}: {text:?}"))?;
                next = Some(reached);
                if reached > end {
                    due.pop_front();
                    next = None;
                }
            }
            Happening::Sent(text) => {
                Broken::unless(next.is_none(), "G14", || format!("within a replay: {text:?}"))?;
            }
            Happening::State(_) | Happening::Saved | Happening::Garbled | Happening::Closed(_) => {}
        }
    }
    Broken::unless(due.is_empty(), "G14", || format!("not repeated: {due:?}"))
}

/// The numbers that a message asks for: a ResendRequest, or a Logon that says what was not got.
fn wanted(lent: &Lent, config: &Config) -> Option<(u64, u64)> {
    let duplicate = lent.order == sansfix::Order::Low && lent.text.dup;
    if lent.verdict != Answer::Accept || duplicate {
        return None;
    }
    // Counted before it is served, a request in sequence may uncover a gap: what asks for that is sent before the replay.
    let in_sequence = lent.order == sansfix::Order::Expected && lent.text.msg_type == b'2';
    let last = if in_sequence { lent.sent_next } else { lent.sender } - 1;
    match lent.text.msg_type {
        b'2' => {
            let (begin, end) = (lent.text.number(7)?, lent.text.number(16)?);
            let infinite = config.identity.begin_string.is_infinity(end);
            let through = if infinite { last } else { end.min(last) };
            (begin <= through && (infinite || begin <= end)).then_some((begin, through))
        }
        // An acceptor's answer takes a number that is repeated too, as a gap fill.
        b'A' if config.next_expected_msg_seq_num && completes_logon(lent, config, false) => {
            let next = lent.text.number(789)?;
            let acceptor = config.role == sansfix::config::Role::Acceptor;
            let through = if acceptor { lent.sender } else { last };
            (next < lent.sender).then_some((next, through))
        }
        _ => None,
    }
}

/// One message of a replay is what was sent before, or fills over what is not repeated. The number after it.
fn repeated(step: &Step<'_>, text: &Text) -> Result<u64, Broken> {
    let orig = text.get(122);
    Broken::unless(orig.is_some(), "G13", || format!("without OrigSendingTime: {text:?}"))?;
    if text.msg_type != b'4' {
        let original = step.after.records.get(&text.seq).and_then(Option::as_ref);
        let original = original.and_then(|raw| sansfix::wire::Message::parse(raw).ok());
        let Some(original) = original.map(|message| Text::new(&message)) else {
            return Err(Broken { guarantee: "G13", what: format!("never sent: {text:?}") });
        };
        let same = original.body() == text.body()
            && original.msg_type == text.msg_type
            && original.get(52) == orig
            && repeats(step, &original);
        Broken::unless(same, "G13", || format!("{original:?} was repeated as {text:?}"))?;
        return Ok(text.seq + 1);
    }
    let reached = text.number(36).unwrap_or(0);
    let fills = reached > text.seq && text.get(123) == Some(b"Y");
    Broken::unless(fills, "G14", || format!("not a gap fill: {text:?}"))?;
    for seq in text.seq..reached {
        let original = step.after.records.get(&seq).and_then(Option::as_ref);
        let original = original.and_then(|raw| sansfix::wire::Message::parse(raw).ok());
        let lost = original.map(|message| Text::new(&message)).filter(|original| repeats(step, original));
        Broken::unless(lost.is_none(), "G13", || format!("{lost:?} was filled over by {text:?}"))?;
    }
    Ok(reached)
}

/// Whether a message is repeated, not filled over.
fn repeats(step: &Step<'_>, text: &Text) -> bool {
    let rejects = !step.before.session.config().switches.gap_fill_rejects;
    text.application() || (text.msg_type == b'3' && rejects)
}
