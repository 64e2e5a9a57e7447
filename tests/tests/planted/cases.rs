//! Which test finds which mistake, and what it says then: the property that is broken is one of the mistake's guarantee.

use sansfix::Planted;

/// A test that must fail when the mistake is made.
#[derive(Debug)]
pub(crate) struct Case {
    /// The mistake.
    pub(crate) mistake: Planted,
    /// The test.
    pub(crate) test: &'static str,
    /// What it says, among other things.
    pub(crate) says: &'static str,
}

const fn case(mistake: Planted, test: &'static str, says: &'static str) -> Case {
    Case { mistake, test, says }
}

const TABLE: &str = "states::every_cell_of_the_transition_table_is_as_the_specification_says";
const COMMANDS: &str = "states::every_command_in_every_state_does_what_the_design_says";
const RUNS: &str = "invariants::nothing_is_lost_without_crashes";
const CRASHES: &str = "invariants::crashes_heal_and_reuse_no_number";
const SESSION: &str = "corpus_replay::corpus_of_session";
const SCENARIOS: &str = "scenarios::every_scenario_goes_as_it_says";
const STOPPED: &str =
    "others_bugs::others_bugs::logout::quickfixgo_753_no_session_can_be_stopped_and_started_by_itself";

pub(crate) const CASES: &[Case] = &[
    case(Planted::LogoutForgetsNumbers, STOPPED, "no number was lost or reset"),
    case(Planted::LogoutForgetsNumbers, SESSION, "there was a reset that nobody asked for"),
    case(Planted::TooLowLowersExpected, SESSION, "the expected number fell"),
    case(Planted::UnansweredLogonGivesNumberBack, RUNS, "G8: Initiator: remembers"),
    case(Planted::UnansweredLogonGivesNumberBack, SESSION, "the number to send fell"),
    case(Planted::LeavesUnsaved, SESSION, "left before it was saved"),
    case(
        Planted::RefusedResetTakesEffect,
        "adversary::adversary::verdicts::a_reset_on_a_live_connection_can_be_refused_and_resets_nothing",
        "right: (LogoutSent, (4, 3))",
    ),
    case(
        Planted::UnansweredLogoutCounted,
        "others_bugs::others_bugs::logout::cpp_qfn_logout_with_heartbtint_0_never_times_out",
        "an answer that has not come is not counted",
    ),
    case(Planted::LogonAboveGapCounted, TABLE, "Standard AwaitingLogon, Logon, High"),
    case(Planted::LogoutAnswerNotCounted, STOPPED, "no number was lost or reset"),
    case(Planted::LogoutAnswerNotCounted, TABLE, "Standard LogoutSent, Logout, Expected"),
    case(
        Planted::ResetStaysOwed,
        "adversary::adversary::resets::an_initiator_announces_a_reset_until_it_is_confirmed",
        "nothing is owed any more",
    ),
    case(Planted::GapBelowLogonNotAsked, TABLE, "Standard AwaitingLogon, Logon, High"),
    case(Planted::LogoutAboveGapCounted, TABLE, "Standard LogoutSent, Logout, High"),
    case(Planted::NumberNotSavedWithMessage, SESSION, "after a crash"),
    case(Planted::RestartGivesNumberAgain, CRASHES, "was used before"),
    case(Planted::LogonCommandNotSaved, COMMANDS, "not durable"),
    case(Planted::DeliveredAboveGap, TABLE, "Active, Application, High"),
    case(
        Planted::SendsBeforeResetConfirmed,
        "adversary::adversary::resets::nothing_is_sent_in_a_numbering_that_is_not_confirmed",
        "right: Err(NotActive)",
    ),
    case(Planted::QueuedSkipped, CRASHES, "sent what was never delivered"),
    case(Planted::EarlyLogonClosesGap, RUNS, "G10: "),
    case(Planted::DuplicateIsNew, CRASHES, "G11: "),
    case(
        Planted::DeliveredBeforeLogon,
        "adversary::adversary::logon::an_order_in_place_of_the_answer_to_our_logon_is_not_delivered",
        "G12: nothing is delivered before the Logon",
    ),
    case(Planted::DeliveredAfterLogout, TABLE, "Standard LogoutAnswered, Application, Expected"),
    case(Planted::AdminRepeated, "rules_replay::every_number_has_a_record_holes_included", "0 6R 112=T"),
    case(Planted::AdminRepeated, RUNS, "G13: "),
    case(Planted::AdminRepeated, SESSION, "was to be filled over"),
    case(Planted::RepeatedWithoutPossDup, SESSION, "was sent where"),
    case(
        Planted::ReplayBeyondEnd,
        "invariants::a_replay_covers_exactly_what_was_asked_for",
        "G14: a replay ends where the request ends",
    ),
    case(
        Planted::ReplayInterleaved,
        "others_bugs::others_bugs::resend::quickfixgo_715_768_live_messages_stand_between_repeated_ones",
        "G14: nothing new comes between what is repeated",
    ),
    case(Planted::AsksForEachAboveGap, RUNS, "asked again after"),
    case(
        Planted::HeartbeatAnswered,
        "invariants::two_engines_fall_quiet_after_whatever_one_of_them_begins",
        "Livelock",
    ),
    case(Planted::SequenceResetLowers, SESSION, "the expected number fell"),
    case(Planted::GapFillAboveGapApplied, TABLE, "Standard Active, GapFill, High"),
    case(Planted::GarbledIsLife, SCENARIOS, "6-garbled-is-no-life"),
    case(Planted::GarbledCounted, "arbitrary_bytes::damaged_streams", "garbled bytes changed the session"),
    case(Planted::ReadsAreMessages, "corpus_replay::corpus_of_chunking", "the cuts matter"),
    case(Planted::QueueAfterInput, "corpus_replay::corpus_of_chunking", "reading byte by byte matters"),
    case(
        Planted::QueueUnbounded,
        "rules_input::bytes_above_a_gap_are_bounded_too",
        "more is kept above a gap than may be",
    ),
    case(
        Planted::CheckSumNotCompared,
        "arbitrary_bytes::damaged_streams",
        "garbled bytes were taken for a message",
    ),
    case(
        Planted::BodyLengthNotHeeded,
        "arbitrary_bytes::damaged_streams",
        "garbled bytes were taken for a message",
    ),
    case(Planted::GarbledTakesAll, "corpus_replay::corpus_of_chunking", "reading byte by byte matters"),
    case(
        Planted::LengthWithoutLimit,
        "adversary::adversary::limits::a_message_that_is_too_long_is_passed_over_whole_however_it_is_cut",
        "Message exceeds MaxMessageSize",
    ),
    case(Planted::CheckSumCountsItself, RUNS, "G20: "),
    case(Planted::PanicsOnEmptyTestReqId, SESSION, "index out of bounds"),
    case(Planted::TooLowPassedOver, TABLE, "Standard Active, Heartbeat, Low"),
    case(Planted::DuplicateNotTold, TABLE, "Standard Active, Heartbeat, LowDuplicate"),
    case(
        Planted::StrangerAnswered,
        "invariants::strangers_get_no_byte",
        "G22: who is not let in gets nothing and changes nothing",
    ),
    case(
        Planted::RefusedLogonCounted,
        "adversary::adversary::logon::a_logon_in_sequence_that_is_refused_in_silence_is_not_counted",
        "right: ((1, 1), [], 0)",
    ),
    case(Planted::LogoutLostInRecovery, COMMANDS, "Logout in Gap"),
    case(
        Planted::LogoutUndoneByPeer,
        "others_bugs::others_bugs::logout::quickfixj_359_360_531_the_peers_logout_undoes_the_operators",
        "G24: the counterparty's Logout undid the operator's",
    ),
    case(
        Planted::SecondConnectionTakesOver,
        "others_bugs::others_bugs::connections::one_connection_at_a_time_the_second_touches_nothing",
        "G25: a second connection is refused",
    ),
    case(Planted::SendsAfterLogout, RUNS, "after the Logout"),
    case(
        Planted::LogoutWaitsForEver,
        "others_bugs::others_bugs::logout::cpp_qfn_logout_with_heartbtint_0_never_times_out",
        "G27: a Logout has a limit",
    ),
    case(Planted::SilenceNeverEnds, SCENARIOS, "6-testrequest-unanswered"),
    case(
        Planted::HolesWithoutRecord,
        "invariants::a_replay_covers_exactly_what_was_asked_for",
        "G14: every number has a record",
    ),
    case(
        Planted::AsksOnce,
        "rules_replay::a_resend_request_that_brings_something_is_not_one_repetition_nearer_to_its_end",
        "the first one and six repetitions",
    ),
];
