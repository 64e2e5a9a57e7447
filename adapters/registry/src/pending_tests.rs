//! What became of commands, without a mailbox: how the session took each, then what it reported.

use sansfix::{CommandRefused, Outcome, PhaseName, Reason, Refused, ResetMode, SeqNum, Status};

use crate::command::{OwnedCommand, OwnedMessage};
use crate::outcome::CommandOutcome as End;
use crate::pending::{Answer, Pending};
use crate::standing::Standing;

const UP: PhaseName = PhaseName::Active;
const DOWN: PhaseName = PhaseName::Disconnected;

/// Connection `connection` in this phase.
fn at(connection: u64, phase: PhaseName) -> Standing {
    let status = Status {
        phase,
        logged_on: phase == UP,
        enabled: true,
        in_session_time: true,
        next_sender: SeqNum::FIRST,
        next_target: SeqNum::FIRST,
        connection,
        ended: None,
    };
    Standing { status, resetting: false, epoch: 7, unsaved: false }
}

fn ended(connection: u64, reason: Reason) -> Standing {
    let mut standing = at(connection, DOWN);
    standing.status.ended = Some(reason);
    standing
}

fn logout() -> OwnedCommand {
    OwnedCommand::Logout { text: "".into() }
}

#[derive(Default)]
struct Desk {
    pending: Pending,
    last: u64,
}

impl Desk {
    /// A command that the session took like this, standing like that afterwards. What was let out by that.
    fn took(&mut self, command: OwnedCommand, outcome: Outcome, after: Standing) -> Vec<(u64, End)> {
        self.last += 1;
        self.pending.answered(self.last, command, Answer::Command(outcome));
        self.sees(after)
    }

    fn sees(&mut self, standing: Standing) -> Vec<(u64, End)> {
        self.pending.look(&standing);
        self.pending.let_out()
    }
}

#[test]
fn a_logon_waits_until_the_session_is_logged_on() {
    let mut desk = Desk::default();
    assert_eq!(desk.took(OwnedCommand::Logon, Outcome::Done, at(0, DOWN)), []);
    assert_eq!(desk.sees(at(1, PhaseName::LogonPending)), []);
    assert_eq!(desk.sees(at(1, PhaseName::LogonSent)), []);
    assert_eq!(desk.sees(at(1, UP)), [(1, End::LoggedOn)]);
    assert_eq!(desk.sees(ended(1, Reason::ConnectionLost)), [], "each has one outcome");
    assert_eq!(desk.took(OwnedCommand::Logon, Outcome::Already, at(2, UP)), [(2, End::Already)]);
}

#[test]
fn the_end_of_the_connection_decides_a_logon_that_it_belongs_to() {
    let refused = End::RefusedByPeer { text: "closed today".into() };
    let ends = [
        (Reason::LogonRefusedByPeer, refused),
        (Reason::LogonTimeout, End::TimedOut),
        (Reason::ConnectionLost, End::ConnectionLost),
        (Reason::ByOperator, End::Superseded),
        (Reason::MsgSeqNumTooLow, End::Failed(Reason::MsgSeqNumTooLow)),
    ];
    for (reason, outcome) in ends {
        for before in [at(0, DOWN), at(1, PhaseName::AwaitingLogon), at(1, PhaseName::LogonSent)] {
            let mut desk = Desk::default();
            assert_eq!(desk.took(OwnedCommand::Logon, Outcome::Already, before), []);
            assert_eq!(desk.sees(at(1, PhaseName::LogonSent)), []);
            desk.pending.refused_by_peer(1, "closed today".into());
            assert_eq!(desk.sees(at(1, PhaseName::Closing)), []);
            assert_eq!(desk.sees(ended(1, reason)), [(1, outcome.clone())], "{before:?}");
        }
    }
}

#[test]
fn a_logon_during_a_logout_belongs_to_the_next_connection() {
    for phase in [PhaseName::LogoutSent, PhaseName::LogoutAnswered, PhaseName::Closing] {
        let mut desk = Desk::default();
        assert_eq!(desk.took(OwnedCommand::Logon, Outcome::Remembered, at(3, phase)), []);
        assert_eq!(desk.sees(ended(3, Reason::LogoutCompleted)), [], "{phase:?}");
        assert_eq!(desk.sees(at(4, PhaseName::LogonSent)), []);
        assert_eq!(desk.sees(at(4, UP)), [(1, End::LoggedOn)]);
    }
}

#[test]
fn the_text_of_another_connections_refusal_is_not_told() {
    let mut desk = Desk::default();
    desk.pending.refused_by_peer(1, "yesterday's".into());
    assert_eq!(desk.took(OwnedCommand::Logon, Outcome::Done, at(1, DOWN)), []);
    let told = desk.sees(ended(2, Reason::LogonRefusedByPeer));
    assert_eq!(told, [(1, End::RefusedByPeer { text: "".into() })]);
}

#[test]
fn a_logon_that_finds_no_connection_says_so_and_a_logout_supersedes_it() {
    let mut desk = Desk::default();
    desk.took(OwnedCommand::Logon, Outcome::Done, at(0, DOWN));
    desk.pending.no_connection();
    assert_eq!(desk.sees(at(0, DOWN)), [(1, End::NoConnection)]);
    desk.took(OwnedCommand::Logon, Outcome::Already, at(0, DOWN));
    assert_eq!(desk.took(logout(), Outcome::Done, at(0, DOWN)), [(2, End::Superseded), (3, End::Already)]);
}

#[test]
fn a_logout_ends_with_its_connection() {
    let ends = [
        (Reason::LogoutCompleted, End::Completed),
        (Reason::PeerLogout, End::Completed),
        (Reason::Disabled, End::Completed),
        (Reason::OutsideSessionTime, End::Completed),
        (Reason::LogoutTimeout, End::TimedOut),
        (Reason::ConnectionLost, End::ConnectionLost),
        (Reason::ByOperator, End::Superseded),
        (Reason::StoreFailed, End::Failed(Reason::StoreFailed)),
    ];
    for (reason, outcome) in ends {
        let mut desk = Desk::default();
        assert_eq!(desk.took(logout(), Outcome::Done, at(1, PhaseName::LogoutSent)), []);
        assert_eq!(
            desk.took(logout(), Outcome::Already, at(1, PhaseName::LogoutSent)),
            [],
            "joins the first"
        );
        assert_eq!(desk.took(OwnedCommand::Logon, Outcome::Remembered, at(1, PhaseName::LogoutSent)), []);
        assert_eq!(desk.sees(at(1, PhaseName::Closing)), []);
        assert_eq!(desk.sees(ended(1, reason)), [(1, outcome.clone()), (2, outcome)]);
    }
    let mut desk = Desk::default();
    assert_eq!(desk.took(logout(), Outcome::Already, at(1, DOWN)), [(1, End::Already)]);
    assert_eq!(desk.took(logout(), Outcome::Done, at(1, DOWN)), [(2, End::Already)], "it had no connection");
}

#[test]
fn a_logout_is_over_when_the_next_connection_is_seen_first() {
    let mut desk = Desk::default();
    desk.took(logout(), Outcome::Done, at(1, PhaseName::LogoutSent));
    assert_eq!(desk.sees(at(2, PhaseName::LogonSent)), [(1, End::ConnectionLost)]);
}

#[test]
fn resets() {
    let reset = |mode| OwnedCommand::Reset(mode);
    let mut desk = Desk::default();
    assert_eq!(desk.took(reset(ResetMode::Offline), Outcome::Done, at(1, DOWN)), [(1, End::Completed)]);
    let connected = Outcome::Refused(CommandRefused::Connected);
    let not_possible = End::NotPossible(CommandRefused::Connected);
    assert_eq!(desk.took(reset(ResetMode::Offline), connected, at(1, UP)), [(2, not_possible)]);

    assert_eq!(desk.took(reset(ResetMode::LogoutThenReset), Outcome::Done, at(1, PhaseName::LogoutSent)), []);
    assert_eq!(desk.sees(ended(1, Reason::LogoutTimeout)), [(3, End::Completed)], "it is reset all the same");
    let offline = desk.took(reset(ResetMode::LogoutThenReset), Outcome::Done, at(1, DOWN));
    assert_eq!(offline, [(4, End::Completed)]);
    let nothing_to_do = desk.took(reset(ResetMode::LogoutThenReset), Outcome::Already, at(1, DOWN));
    assert_eq!(nothing_to_do, [(5, End::Already)]);
}

#[test]
fn a_reset_in_session() {
    let under_way = Standing { resetting: true, ..at(1, UP) };
    let begin = || {
        let mut desk = Desk::default();
        assert_eq!(desk.took(OwnedCommand::Reset(ResetMode::InSession), Outcome::Done, under_way), []);
        desk
    };
    let mut done = begin();
    assert_eq!(done.sees(Standing { epoch: 8, ..under_way }), [], "announced, and not confirmed");
    assert_eq!(done.sees(Standing { epoch: 8, ..at(1, UP) }), [(1, End::Completed)]);
    assert_eq!(begin().sees(at(1, UP)), [(1, End::TimedOut)], "given up, nothing reset");
    let mut lost = begin();
    assert_eq!(lost.sees(Standing { epoch: 8, ..at(1, PhaseName::LogoutSent) }), []);
    assert_eq!(lost.sees(ended(1, Reason::ResetFailed)), [(1, End::Failed(Reason::ResetFailed))]);
}

#[test]
fn a_second_reset_in_session_has_the_outcome_of_the_first() {
    let reset = || OwnedCommand::Reset(ResetMode::InSession);
    let announced = Standing { resetting: true, epoch: 8, ..at(1, UP) };
    let begin = || {
        let mut desk = Desk::default();
        assert_eq!(desk.sees(at(1, UP)), []);
        assert_eq!(desk.took(reset(), Outcome::Done, Standing { epoch: 7, ..announced }), []);
        assert_eq!(desk.sees(announced), []);
        assert_eq!(desk.took(reset(), Outcome::Already, announced), [], "it is not confirmed");
        desk
    };
    let confirmed = Standing { epoch: 8, ..at(1, UP) };
    assert_eq!(begin().sees(confirmed), [(1, End::Completed), (2, End::Completed)]);
    let failed = End::Failed(Reason::ResetFailed);
    assert_eq!(begin().sees(ended(1, Reason::ResetFailed)), [(1, failed.clone()), (2, failed)]);
}

#[test]
fn the_rest_is_over_at_once_but_a_disconnect() {
    let mut desk = Desk::default();
    let five = SeqNum::new(5).unwrap();
    assert_eq!(
        desk.took(OwnedCommand::SetNextSender(five), Outcome::Done, at(0, DOWN)),
        [(1, End::Completed)]
    );
    assert_eq!(
        desk.took(OwnedCommand::SetNextTarget(five), Outcome::Already, at(0, DOWN)),
        [(2, End::Already)]
    );
    assert_eq!(desk.took(OwnedCommand::TestRequest, Outcome::Done, at(1, UP)), [(3, End::Completed)]);
    assert_eq!(desk.took(OwnedCommand::Disconnect, Outcome::Done, at(1, PhaseName::Closing)), []);
    assert_eq!(desk.sees(ended(1, Reason::ByOperator)), [(4, End::Completed)]);
    assert_eq!(desk.took(OwnedCommand::Disconnect, Outcome::Already, at(1, DOWN)), [(5, End::Already)]);
}

#[test]
fn a_message_has_its_number_or_its_refusal() {
    let mut desk = Desk::default();
    let message = OwnedCommand::Send(OwnedMessage::new("B", "58=x\u{1}"));
    desk.pending.answered(1, message.clone(), Answer::Send(Ok(SeqNum::SECOND)));
    assert_eq!(desk.sees(at(1, UP)), [(1, End::Sent(SeqNum::SECOND))]);
    desk.pending.answered(2, message, Answer::Send(Err(Refused::NotActive)));
    assert_eq!(desk.sees(at(1, DOWN)), [(2, End::NotSent(Refused::NotActive))]);
}

#[test]
fn an_outcome_is_told_when_it_is_durable() {
    let unsaved = |standing| Standing { unsaved: true, ..standing };
    let mut desk = Desk::default();
    assert_eq!(desk.took(logout(), Outcome::Done, unsaved(at(1, DOWN))), []);
    desk.pending.saved();
    assert_eq!(desk.sees(unsaved(at(1, DOWN))), [], "that batch can have left before the command was taken");
    desk.pending.saved();
    assert_eq!(desk.sees(unsaved(at(1, DOWN))), [(1, End::Already)], "under steady traffic too");
    assert_eq!(desk.took(logout(), Outcome::Done, unsaved(at(1, DOWN))), []);
    assert_eq!(desk.sees(at(1, DOWN)), [(2, End::Already)], "nothing is unsaved any more");
}

#[test]
fn a_store_that_fails_is_told_instead_of_success() {
    let unsaved = Standing { unsaved: true, ..at(1, DOWN) };
    let mut desk = Desk::default();
    assert_eq!(desk.took(logout(), Outcome::Done, unsaved), []);
    desk.pending.store_failed();
    let failed = End::Failed(Reason::StoreFailed);
    assert_eq!(desk.sees(unsaved), [(1, failed.clone())]);
    assert_eq!(desk.took(logout(), Outcome::Already, unsaved), [], "the store tries again");
    desk.pending.store_failed();
    assert_eq!(desk.sees(unsaved), [(2, failed.clone())], "and it has not recovered");
    let not_active = Answer::Send(Err(Refused::NotActive));
    desk.pending.answered(3, OwnedCommand::Send(OwnedMessage::new("B", "58=x\u{1}")), not_active);
    desk.last = 3;
    assert_eq!(desk.sees(unsaved), [(3, End::NotSent(Refused::NotActive))], "that needs no store");
    assert_eq!(desk.took(logout(), Outcome::Already, unsaved), []);
    desk.pending.saved();
    assert_eq!(desk.sees(at(1, DOWN)), [(4, End::Already)]);
}

#[test]
fn what_was_taken_before_the_store_failed_has_failed() {
    let mut desk = Desk::default();
    desk.pending.answered(1, logout(), Answer::Command(Outcome::Done));
    desk.pending.store_failed();
    desk.pending.answered(2, logout(), Answer::Command(Outcome::Already));
    let told = desk.sees(at(1, DOWN));
    assert_eq!(told, [(1, End::Failed(Reason::StoreFailed)), (2, End::Already)]);
}

#[test]
fn what_ends_while_the_store_is_broken_has_failed() {
    let unsaved = |standing| Standing { unsaved: true, ..standing };
    let mut desk = Desk::default();
    let reset = OwnedCommand::Reset(ResetMode::LogoutThenReset);
    assert_eq!(desk.took(reset, Outcome::Done, unsaved(at(1, PhaseName::LogoutSent))), []);
    desk.pending.store_failed();
    let down = unsaved(ended(1, Reason::StoreFailed));
    assert_eq!(desk.sees(down), [(1, End::Failed(Reason::StoreFailed))], "no command has it tried again");
}
