//! Mistakes that are planted in both sessions, and that a simulation has to find: within a few virtual hours, by the name
//! of a guarantee, with a ladder that shows it.
//!
//! What a mistake leads to first depends on what goes wrong around it, so that it may be found as another guarantee than
//! its own: who counts a message that was lost (G4) has not delivered it (G10). What two honest sides do not show, as a
//! first message that is no Logon, is for the other suites.

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, Planted};
use sansfix_sim::ladder::{Kind, What};
use sansfix_sim::{Options, Report, Settings, Simulation, Violation};

/// How many seeds are tried: with some the mistake never comes to bear.
const SEEDS: u64 = 3;

/// A mistake, and as what it is found.
struct Case {
    mistake: Planted,
    found_as: &'static [&'static str],
    /// What the simulation is asked for, with another seed each time.
    options: Options,
    /// HeartBtInt(108), seconds.
    heart_bt_int: u32,
    /// The most that one ResendRequest asks for.
    chunk: Option<u64>,
}

/// Everything, much more often than by default.
fn storm() -> Options {
    Options {
        hours: 24.0,
        loss: 0.02,
        duplicate: 0.02,
        cut: 20.0,
        silence: 10.0,
        crash: 20.0,
        logout: 20.0,
        slow_store_ms: 500,
        ..Options::default()
    }
}

fn cases() -> Vec<Case> {
    let case =
        |mistake, found_as| Case { mistake, found_as, options: storm(), heart_bt_int: 30, chunk: None };
    vec![
        case(Planted::LogoutForgetsNumbers, &["G5", "G9"]),
        case(Planted::RepeatedWithoutPossDup, &["G2"]),
        case(Planted::LeavesUnsaved, &["G3"]),
        case(Planted::LogonAboveGapCounted, &["G7", "G10"]),
        case(Planted::LogoutAnswerNotCounted, &["G5"]),
        case(Planted::LogoutAboveGapCounted, &["G7", "G10"]),
        case(Planted::NumberNotSavedWithMessage, &["G3"]),
        case(Planted::UnansweredLogonGivesNumberBack, &["G8"]),
        case(Planted::LogonCommandNotSaved, &["G8"]),
        case(Planted::QueuedSkipped, &["G7", "G10"]),
        case(Planted::EarlyLogonClosesGap, &["G7", "G10"]),
        case(Planted::TooLowLowersExpected, &["G11"]),
        case(Planted::DuplicateIsNew, &["G11"]),
        case(Planted::AdminRepeated, &["G13"]),
        case(Planted::ReplayInterleaved, &["G14"]),
        Case { chunk: Some(3), ..case(Planted::ReplayBeyondEnd, &["G14"]) },
        case(Planted::AsksForEachAboveGap, &["G15"]),
        case(Planted::HeartbeatAnswered, &["G16"]),
        case(Planted::GapFillAboveGapApplied, &["G7", "G10"]),
        case(Planted::ReadsAreMessages, &["G5", "G28"]),
        case(Planted::LogoutUndoneByPeer, &["G24"]),
        case(Planted::SendsAfterLogout, &["G26"]),
        case(Planted::LogoutLostInRecovery, &["G27"]),
        case(Planted::SilenceNeverEnds, &["G28"]),
        // Whatever ends a connection would make up for it.
        Case {
            options: Options { loss: 0.1, orders: 120.0, ..Options::calm(1, 24.0) },
            ..case(Planted::AsksOnce, &["G28"])
        },
        Case { heart_bt_int: 0, ..case(Planted::LogoutWaitsForEver, &["G27"]) },
    ]
}

/// A simulation of two sessions with this mistake in them, or without any.
fn simulation(
    mistake: Option<Planted>,
    options: Options,
    heart_bt_int: u32,
    chunk: Option<u64>,
) -> Simulation {
    let identity = Identity::new(BeginString::Fix44, "BUYER", "SELLER");
    let settings = |role, identity| {
        let mut config = Config::new(role, identity);
        config.heart_bt_int = heart_bt_int;
        config.resend_request_chunk = chunk;
        config.planted = mistake;
        Settings::new(config)
    };
    let (initiator, acceptor) = (identity.clone(), identity.reversed());
    Simulation::with(options, settings(Role::Initiator, initiator), settings(Role::Acceptor, acceptor))
        .unwrap()
}

/// The first violation of all seeds, and the simulation that shows it.
fn found(case: &Case) -> Option<(Violation, Simulation)> {
    (1..=SEEDS).find_map(|seed| {
        let options = Options { seed, ..case.options.clone() };
        let mut simulation = simulation(Some(case.mistake), options, case.heart_bt_int, case.chunk);
        let violation = simulation.run().err()?;
        Some((violation, simulation))
    })
}

#[test]
fn each_mistake_is_found_by_name_and_shown() {
    let mut wrong = Vec::new();
    for case in cases() {
        let Some((violation, simulation)) = found(&case) else {
            wrong.push(format!("{:?} is not found", case.mistake));
            continue;
        };
        let (seed, hours) = (simulation.options().seed, simulation.report().virtual_hours());
        println!(
            "{:?} is found as {} with seed {seed} after {hours:.2} virtual hours",
            case.mistake, violation.guarantee
        );
        if !case.found_as.contains(&violation.guarantee) {
            wrong.push(format!("{:?} is found as {violation}", case.mistake));
        }
        let ladder = simulation.ladder();
        let last = ladder.rows.last().unwrap();
        assert!(matches!(&last.what, What::Note(note) if note.kind == Kind::Violation), "{ladder}");
        let says = format!("VIOLATION: {}: ", violation.guarantee);
        assert!(ladder.to_string().contains(&says) && ladder.to_html().contains(&says), "{ladder}");
        let messages = ladder.rows.iter().filter(|row| matches!(row.what, What::Message(_))).count();
        assert!(messages > 0, "{ladder}");
        assert!(!violation.promise().is_empty(), "{violation}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn without_a_mistake_nothing_is_found() {
    let mut total = Report::default();
    for (heart_bt_int, chunk) in [(0, None), (30, Some(3))] {
        for seed in 1..=SEEDS {
            let mut simulation = simulation(None, Options { seed, ..storm() }, heart_bt_int, chunk);
            let report = simulation.run();
            total.add(&report.unwrap_or_else(|violation| panic!("{violation}\n{}", simulation.ladder())));
        }
    }
    println!("{total}");
    assert!(total.clean_logouts > 0 && total.replayed > 0 && total.healed == 2 * SEEDS, "{total}");
}
