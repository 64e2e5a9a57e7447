//! What of the past the guarantees are judged by, followed message by message.

use sansfix::PhaseName;

use super::broken::Broken;
use super::letter::{Answer, Dup, Fault, Kind, Letter, Number, Order as Ordered, Said, What};
use super::seen::{Happening, Lent, Text};
use super::stand::Stand;
use super::valid::completes_logon;

/// The facts of one connection, and what outlives it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Facts {
    /// The counterparty's Logon was accepted.
    pub logon_in: bool,
    /// Our Logon left.
    pub logon_out: bool,
    /// The counterparty's Logout was consumed.
    pub logout_in: bool,
    /// How long ago our first Logout left, nanoseconds
    pub logout_out: Option<u64>,
    /// How long ago a Logout came above a gap, nanoseconds; until it is answered
    pub logout_waits: Option<u64>,
    /// The last ResendRequest: where it began, and from where on another may ask; how often it was repeated
    pub asked: Option<(u64, u64, u32)>,
    /// TestReqID(112) of the last TestRequest
    pub test_req_id: Option<Vec<u8>>,
    /// One above the highest number that was heard, as far as that is above the number expected
    pub heard: u64,
    /// A reset waits for the end of the connection.
    pub reset_ordered: bool,
}

impl Facts {
    /// Time passes.
    pub(super) fn pass(&mut self, ns: u64) {
        for age in [&mut self.logout_out, &mut self.logout_waits].into_iter().flatten() {
            *age += ns;
        }
    }

    fn connection_over(&mut self) {
        let reset_ordered = self.reset_ordered;
        *self = Self { reset_ordered, ..Self::default() };
    }

    /// What a letter means by itself, before anything happens.
    pub(super) fn read(&mut self, letter: &Letter, before: &Stand) {
        match &letter.what {
            What::Operator(Ordered::ResetAfterLogout) => self.reset_ordered = true,
            What::Heard(said) if !said.fault.garbles() => {
                let expected = before.session.snapshot().next_target.get();
                let right = said.fault == Fault::None && said.number != Number::Letters;
                let past = past(said, expected);
                self.heard = self.heard.max(past);
                let waits = matches!(said.kind, Kind::Logout) && matches!(said.number, Number::Ahead(_));
                let active = before.session.status().phase == PhaseName::Active;
                let ignores = before.session.config().switches.logout_ignores_sequence;
                if waits && active && right && said.dup == Dup::No && !ignores {
                    self.logout_waits.get_or_insert(0);
                }
            }
            _ => {}
        }
    }

    /// Follows one happening.
    pub(super) fn follow(&mut self, one: &Happening, letter: &Letter, before: &Stand) -> Result<(), Broken> {
        match one {
            Happening::Lent(lent) => self.lent(lent, before),
            Happening::Sent(text) => self.sent(text, letter, before),
            Happening::Closed(_) => {
                self.connection_over();
                Ok(())
            }
            Happening::State(_) | Happening::Saved | Happening::Garbled => Ok(()),
        }
    }

    fn lent(&mut self, lent: &Lent, before: &Stand) -> Result<(), Broken> {
        let in_sequence = lent.order == sansfix::Order::Expected;
        if lent.text.application() && in_sequence {
            let logged_on = self.logon_in && self.logon_out;
            Broken::unless(logged_on, "G12", || format!("delivered before the logon: {:?}", lent.text))?;
            Broken::unless(!self.logout_in, "G12", || {
                format!("delivered after the counterparty's Logout: {:?}", lent.text)
            })?;
        }
        let accepted =
            !matches!(lent.verdict, Answer::SessionReject | Answer::Refuse | Answer::RefuseSilently);
        let first = matches!(lent.phase, PhaseName::LogonReceived | PhaseName::LogonSent);
        let duplicate = lent.order == sansfix::Order::Low && lent.text.dup;
        match lent.text.msg_type {
            b'5' if duplicate => {}
            // A Logon that is repeated where somebody is logged on counts for the sequence alone.
            b'A' if duplicate || lent.text.dup && !first => {}
            b'A' if accepted => {
                let resets = lent.text.get(141) == Some(b"Y");
                if first {
                    self.logon_in |= completes_logon(lent, before.session.config(), before.saved.reset_owed);
                }
                if resets {
                    (self.asked, self.logout_waits) = (None, None);
                }
            }
            b'5' if lent.verdict != Answer::SessionReject => self.logout_in = true,
            b'5' => self.logout_waits = None,
            _ => {}
        }
        Ok(())
    }

    fn sent(&mut self, text: &Text, letter: &Letter, before: &Stand) -> Result<(), Broken> {
        if text.dup {
            return Ok(());
        }
        // A Logout that is repeated is answered again; one of ours is not.
        let answers = before.session.status().phase != PhaseName::LogoutSent && text.msg_type == b'5';
        let after_logout = self.logout_out.is_some() && !answers;
        Broken::unless(!after_logout, "G26", || format!("new after our Logout: {text:?}"))?;
        match text.msg_type {
            b'A' => {
                self.logon_out = true;
                if text.get(141) == Some(b"Y") {
                    (self.asked, self.logout_waits) = (None, None);
                }
            }
            b'5' => {
                self.logout_out.get_or_insert(0);
                self.logout_waits = None;
            }
            b'1' => self.test_req_id = text.get(112).map(<[u8]>::to_vec),
            b'2' => return self.resend_request(text, letter, before),
            _ => {}
        }
        Ok(())
    }

    /// One request for a gap, repeated only when it is due, and not for ever.
    fn resend_request(&mut self, text: &Text, letter: &Letter, before: &Stand) -> Result<(), Broken> {
        let begin = text.number(7).unwrap_or(0);
        let repeated = letter.what == What::Tick;
        let most = u32::from(before.session.config().limits.resend_request_repeats);
        let heard = match letter.said() {
            Some(said) => said.seq(before.session.snapshot().next_target.get()).unwrap_or(0),
            None => 0,
        };
        let until = heard.max(begin + 1);
        self.asked = Some(match self.asked {
            Some((from, until, count)) if repeated => {
                // What came in between begins the count anew.
                let before = if begin > from { 0 } else { count };
                Broken::unless(from <= begin && before < most, "G15", || {
                    format!("repeated after {before} repetitions: {text:?}")
                })?;
                (begin, until.max(begin + 1), before + 1)
            }
            Some((from, asked_until, _)) => {
                Broken::unless(begin >= asked_until, "G15", || {
                    format!("asked again, {from} to {asked_until} being asked for: {text:?}")
                })?;
                (begin, until, 0)
            }
            None => (begin, until, 0),
        });
        Ok(())
    }

    /// What no longer matters is forgotten, so that states meet.
    pub(super) fn settle(&mut self, letter: &Letter, before: &Stand, after: &Stand) {
        let expected = after.session.snapshot().next_target.get();
        let status = after.session.status();
        if status.phase == PhaseName::Disconnected {
            self.connection_over();
        }
        if before.saved.epoch != after.saved.epoch {
            self.reset_ordered = false;
            let old = before.session.snapshot().next_target.get();
            self.heard = letter.said().map_or(0, |said| past(said, old));
        }
        if self.heard <= expected {
            self.heard = 0;
        }
        if self.asked.is_some_and(|(_, until, _)| expected > until) {
            self.asked = None;
        }
        if self.logout_waits.is_some() && status.phase != PhaseName::Active {
            self.logout_waits = None;
        }
    }
}

/// The number after the last that a message speaks of.
fn past(said: &Said, expected: u64) -> u64 {
    let seq = said.seq(expected).unwrap_or(0);
    match said.kind {
        Kind::GapFill { by } => seq + by.max(1),
        Kind::Reset(_) => expected + 2,
        Kind::Logon(_)
        | Kind::Heartbeat(_)
        | Kind::TestRequest(_)
        | Kind::ResendRequest(_)
        | Kind::Reject
        | Kind::Logout
        | Kind::Order => seq + 1,
    }
}
