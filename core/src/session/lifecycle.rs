//! Connections begin and end; the store answers.

use super::Session;
use super::actions::Actions;
use super::connection::{Connection, LogonKind, Phase};
use super::event::{Outcome, Ticket};
use super::planted::Planted;
use super::status::Reason;
use crate::config::Role;
use crate::seq::SeqNum;
use crate::time::Now;

impl Session {
    pub(super) fn connected(&mut self, now: Now, out: &mut Actions) -> Outcome {
        if self.connection.is_some() && !self.config.planted(Planted::SecondConnectionTakesOver) {
            return Outcome::Ignored;
        }
        self.connections += 1;
        self.ended = None;
        out.connection_begins();
        let heart_bt_int = self.config.heart_bt_int;
        let mut live = Connection::new(now, Phase::AwaitingLogon, heart_bt_int);
        if self.config.role == Role::Initiator {
            if self.connections == 1 && self.config.planted(Planted::RestartGivesNumberAgain) {
                self.durable.next_sender = self.durable.next_sender.previous().unwrap_or(SeqNum::FIRST);
            }
            live.phase = Phase::LogonPending;
            let id = self.next_id();
            live.want_logon(now, id, LogonKind::Initial { reset: self.resets_at_logon() });
        }
        self.connection = Some(live);
        if !self.durable.intent.enabled {
            self.close(now, Reason::Disabled, out);
        } else if !self.in_session_time {
            self.close(now, Reason::OutsideSessionTime, out);
        }
        Outcome::Done
    }

    /// An initiator that resets at the end of a connection says so at the next logon, as common engines do: the
    /// counterparty may not have reset.
    fn resets_at_logon(&self) -> bool {
        let fresh = self.durable.next_sender == SeqNum::FIRST && self.durable.next_target == SeqNum::FIRST;
        let reset_before = (self.config.reset_on_logout || self.config.reset_on_disconnect) && fresh;
        self.config.reset_on_logon || self.durable.reset_owed || reset_before
    }

    pub(super) fn disconnected(&mut self, now: Now, out: &mut Actions) -> Outcome {
        let Some(live) = self.connection.take() else { return Outcome::Ignored };
        out.connection_over();
        self.held.clear();
        self.ended = Some(match live.phase {
            Phase::Closing(reason) => reason,
            Phase::LogoutAnswered => Reason::PeerLogout,
            Phase::LogoutSent { then, .. } if then != Reason::LogoutCompleted => then,
            Phase::LogoutSent { .. }
            | Phase::AwaitingLogon
            | Phase::LogonReceived
            | Phase::LogonPending
            | Phase::LogonSent
            | Phase::Active => Reason::ConnectionLost,
        });
        if self.config.planted(Planted::UnansweredLogonGivesNumberBack) && live.phase == Phase::LogonSent {
            self.durable.next_sender = self.durable.next_sender.previous().unwrap_or(SeqNum::FIRST);
        }
        let forgets = self.config.planted(Planted::LogoutForgetsNumbers);
        let after_logout = (self.config.reset_on_logout || forgets) && live.logout_seen;
        if self.config.reset_on_disconnect || after_logout || self.reset_when_down {
            self.reset_offline(now, out);
        }
        Outcome::Done
    }

    pub(super) fn saved(ticket: Ticket, out: &mut Actions) -> Outcome {
        if out.saved(ticket) { Outcome::Done } else { Outcome::Ignored }
    }
}
