//! What a simulation promises: the same seed is the same run, all that was asked for happens, a violation is told of.

use std::path::Path;
use std::sync::Arc;

use sansfix::config::{Config, Identity, Role};
use sansfix::dictionary::{Dictionary, Validator};
use sansfix::wire::Message;
use sansfix::{BeginString, Order, PhaseName, SECOND_NS, SessionRejectReason};
use sansfix_runtime::dictionary_xml::read_dictionary;
use sansfix_sim::{Answer, Application, Options, Pace, Report, Ruling, Settings, Side, Simulation};

/// A run without a violation, and its ladder as text.
fn run(options: Options) -> (Report, String) {
    let seed = options.seed;
    let mut simulation = Simulation::new(options).unwrap();
    match simulation.run() {
        Ok(report) => (report, simulation.ladder().to_string()),
        Err(violation) => panic!("seed {seed}: {violation}\n{}", simulation.ladder()),
    }
}

/// Everything, more often than by default.
fn storm(seed: u64, hours: f64) -> Options {
    Options {
        loss: 0.01,
        duplicate: 0.01,
        cut: 20.0,
        silence: 5.0,
        crash: 20.0,
        logout: 20.0,
        slow_store_ms: 2_000,
        ..Options { seed, hours, ..Options::default() }
    }
}

#[test]
fn nothing_is_violated_and_all_that_was_asked_for_happens() {
    for seed in 1..=3 {
        let (report, _) = run(storm(seed, 6.0));
        println!("seed {seed}\n{report}");
        assert!(report.rows().iter().all(|(_, count)| *count > 0), "{report}");
        assert!((6.0..6.3).contains(&report.virtual_hours()), "{report}");
    }
}

#[test]
fn equal_options_give_equal_runs() {
    let runs = [1, 1, 2].map(|seed| run(storm(seed, 2.0)));
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0].0.digest, runs[2].0.digest);
}

#[test]
fn looking_more_often_changes_nothing() {
    let [mut seldom, mut often] =
        [storm(5, 1.0), storm(5, 1.0)].map(|options| Simulation::new(options).unwrap());
    for _ in 0..60 {
        seldom.run_for(60 * SECOND_NS).unwrap();
        (0..10).for_each(|_| often.run_for(6 * SECOND_NS).unwrap());
        assert_eq!(seldom.report(), often.report());
        assert_eq!(seldom.ladder(), often.ladder());
    }
}

#[test]
fn without_faults_there_is_one_connection_and_nothing_to_ask_for() {
    let (report, _) = run(Options { orders: 600.0, ..Options::calm(9, 3.0) });
    assert_eq!((report.connections, report.logons, report.logouts), (1, 2, 0), "{report}");
    assert_eq!((report.resend_requests, report.replayed, report.gap_fills), (0, 0, 0), "{report}");
    assert_eq!(report.sent, report.delivered, "{report}");
    assert!((3_000..4_200).contains(&report.sent), "two sides, 600 an hour each: {report}");
}

#[test]
fn what_is_lost_alone_is_asked_for_and_comes() {
    let (report, _) = run(Options { orders: 600.0, loss: 0.02, ..Options::calm(4, 6.0) });
    assert!(report.lost > 100 && report.replayed > 50 && report.resend_requests > 50, "{report}");
    assert_eq!(report.sent, report.delivered, "{report}");
}

#[test]
fn a_line_that_falls_silent_is_noticed_by_both_sides() {
    let (report, ladder) = run(Options { orders: 60.0, silence: 6.0, ..Options::calm(2, 12.0) });
    assert!(report.silences > 50 && report.connections >= report.silences, "{report}");
    // Orders keep the line busy, but what is heard counts: each side sends a TestRequest into the silence.
    assert!(report.test_requests >= 2 * (report.silences - 1), "{report}");
    assert_eq!((report.cuts, report.crashes, report.sent), (0, 0, report.delivered), "{report}\n{ladder}");
}

#[test]
fn a_run_can_heal_and_go_on() {
    let mut simulation = Simulation::new(storm(6, 1.0)).unwrap();
    for _ in 0..3 {
        simulation.run_for(900 * SECOND_NS).unwrap();
        let report = simulation.finish().unwrap();
        assert!(report.healed > 0);
        for side in Side::BOTH {
            assert_eq!(simulation.pair().node(side).status().phase, PhaseName::Active);
        }
    }
    let report = simulation.report();
    assert!(report.healed == 3 && report.crashes > 5, "the faults begin again: {report}");
    let lost = report.lost;
    simulation.run_for(3_600 * SECOND_NS).unwrap();
    assert!(simulation.report().lost > lost, "on the line too: {}", simulation.report());
}

/// What a dictionary of this name in `tests/dictionaries` says, but that these fields of an order are required.
fn dictionary(name: &str, required: &[&str]) -> Arc<Dictionary> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/dictionaries").join(name);
    let mut text = std::fs::read_to_string(path).unwrap();
    for field in required {
        text = text.replace(&format!("'{field}' required='N'"), &format!("'{field}' required='Y'"));
    }
    Arc::new(read_dictionary(&text).unwrap())
}

#[test]
fn dictionaries_accept_the_orders_of_a_simulation() {
    let up_to_42 = ["HandlInst", "OrderQty", "TransactTime"];
    let after = ["OrderQty", "TransactTime"];
    for (version, required) in [
        (BeginString::Fix40, &up_to_42[..2]),
        (BeginString::Fix42, &up_to_42),
        (BeginString::Fix44, &after),
        (BeginString::Fixt11, &after),
    ] {
        let validator = || {
            let applications = sansfix::ApplVerId::Fix50Sp2;
            Arc::new(match version {
                BeginString::Fixt11 => Validator::fixt(dictionary("fixt11.xml", &[]), applications)
                    .with_application(applications, dictionary("fix5.xml", required)),
                _ => Validator::new(dictionary("fix4.xml", required)),
            })
        };
        let identity = Identity::new(version, "A", "B");
        let settings = |role, identity| {
            let mut config = Config::new(role, identity);
            if version == BeginString::Fixt11 {
                config.default_appl_ver_id = Some(sansfix::ApplVerId::Fix50Sp2);
            }
            Settings { validator: Some(validator()), ..Settings::new(config) }
        };
        let (buyer, seller) =
            (settings(Role::Initiator, identity.clone()), settings(Role::Acceptor, identity.reversed()));
        let mut simulation =
            Simulation::with(Options { hours: 1.0, ..storm(1, 1.0) }, buyer, seller).unwrap();
        let report = simulation.run();
        let report =
            report.unwrap_or_else(|violation| panic!("{version:?}: {violation}\n{}", simulation.ladder()));
        assert!(report.delivered > 50, "{report}");
    }
}

/// Two FIX.4.4 sessions whose configurations `change` has changed.
fn with_config(options: Options, change: impl Fn(&mut Config)) -> Simulation {
    let identity = Identity::new(BeginString::Fix44, "A", "B");
    let [initiator, acceptor] = [(Role::Initiator, identity.clone()), (Role::Acceptor, identity.reversed())]
        .map(|(role, identity)| {
            let mut config = Config::new(role, identity);
            change(&mut config);
            Settings::new(config)
        });
    Simulation::with(options, initiator, acceptor).unwrap()
}

#[test]
fn what_a_logon_asks_for_is_repeated_without_a_violation() {
    let mut simulation = with_config(storm(1, 6.0), |config| config.next_expected_msg_seq_num = true);
    let report = simulation.run();
    let report = report.unwrap_or_else(|violation| panic!("{violation}\n{}", simulation.ladder()));
    assert!(report.replayed > 20, "{report}");
}

#[test]
fn a_run_with_a_long_heart_bt_int_has_time_to_heal() {
    for seed in 1..=5 {
        let options = Options { orders: 60.0, loss: 0.3, ..Options::calm(seed, 1.0) };
        let mut simulation = with_config(options, |config| config.heart_bt_int = 900);
        let report = simulation.run();
        report.unwrap_or_else(|violation| panic!("seed {seed}: {violation}\n{}", simulation.ladder()));
    }
}

#[test]
fn limits_may_last_for_ever() {
    let options = Options { orders: 60.0, silence: 2.0, logout: 10.0, ..Options::calm(1, 6.0) };
    let mut simulation = with_config(options, |config| {
        let limits = &mut config.limits;
        (limits.logout_recovery_ms, limits.flush_timeout_ms) = (u32::MAX, u32::MAX);
    });
    let report = simulation.run();
    let report = report.unwrap_or_else(|violation| panic!("{violation}\n{}", simulation.ladder()));
    assert!(report.operator_logouts > 30 && report.silences > 5, "{report}");
}

#[test]
fn stores_are_as_slow_after_healing_as_before() {
    let identity = Identity::new(BeginString::Fix44, "A", "B");
    let settings = |role, identity| Settings {
        pace: Pace::After(50_000_000),
        ..Settings::new(Config::new(role, identity))
    };
    let (buyer, seller) =
        (settings(Role::Initiator, identity.clone()), settings(Role::Acceptor, identity.reversed()));
    let mut simulation = Simulation::with(Options::calm(1, 1.0), buyer, seller).unwrap();
    for _ in 0..2 {
        simulation.run_for(60 * SECOND_NS).unwrap();
        assert!(simulation.send(Side::Initiator, b"D", b"11=order\x01").is_ok());
        assert!(simulation.pair().node(Side::Initiator).questions() > 0, "it is being saved");
        simulation.finish().unwrap();
    }
}

#[test]
fn what_cannot_be_done_is_told_with_what_can() {
    let wrong = |options: Options| Simulation::new(options).unwrap_err().to_string();
    let default = Options::default;
    assert_eq!(
        wrong(Options { hours: 0.0, ..default() }),
        "hours 0: must be above 0 and at most 100000 hours"
    );
    assert_eq!(
        wrong(Options { loss: 5.0, ..default() }),
        "loss 5: must be a share of all messages from 0 to 0.5, like 0.001"
    );
    assert_eq!(wrong(Options { crash: -1.0, ..default() }), "crash -1: must be from 0 to 600 times an hour");
    for options in [
        Options { hours: f64::NAN, ..default() },
        Options { hours: 1e9, ..default() },
        Options { orders: f64::NAN, ..default() },
        Options { orders: 40_000.0, ..default() },
        Options { duplicate: 0.6, ..default() },
        Options { cut: f64::INFINITY, ..default() },
        Options { logout: 601.0, ..default() },
        Options { slow_store_ms: 10_001, ..default() },
    ] {
        assert!(Simulation::new(options.clone()).is_err(), "{options:?}");
    }
}

/// Refuses every third order: for a simulation that is a loss.
#[derive(Debug, Default)]
struct Picky {
    seen: u32,
}

impl Application for Picky {
    fn message(&mut self, message: &Message<'_>, order: Order) -> Answer {
        self.seen += u32::from(message.msg_type() == b"D" && order == Order::Expected);
        if self.seen % 3 != 2 || message.msg_type() != b"D" {
            return Answer::accept();
        }
        let (reason, text) = (SessionRejectReason::ValueIsIncorrect, "no".to_owned());
        Answer::with(Ruling::SessionReject { reason, tag: None, text })
    }
}

#[test]
fn a_violation_is_told_of_and_stays() {
    let identity = Identity::new(BeginString::Fix44, "A", "B");
    let buyer = Settings::new(Config::new(Role::Initiator, identity.clone()));
    let picky = Settings {
        application: Box::new(Picky::default()),
        ..Settings::new(Config::new(Role::Acceptor, identity.reversed()))
    };
    let options = Options { orders: 100.0, ..Options::calm(1, 10.0) };
    let mut simulation = Simulation::with(options, buyer, picky).unwrap();
    let violation = simulation.run().unwrap_err();
    assert_eq!((violation.guarantee, violation.side), ("G10", Some(Side::Acceptor)), "{violation}");
    assert_eq!(violation.promise(), "nothing below the number expected is undelivered");
    assert_eq!(simulation.step().unwrap_err(), violation);
    assert_eq!(simulation.finish().unwrap_err(), violation);
    let ladder = simulation.ladder();
    assert!(ladder.to_string().contains("! Acceptor: VIOLATION: G10: MsgSeqNum"), "{ladder}");
    assert!(ladder.to_html().contains("VIOLATION"));
}
