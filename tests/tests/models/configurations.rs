//! Models A and B of sessions that are configured otherwise: what is promised holds in each of these.

use sansfix::config::{Config, Profile, Role, Switches};
use sansfix::{ApplVerId, BeginString};
use sansfix_sim::explore::{Budget, Reached};
use sansfix_tests::models::pair::{Model, Order, search};

use super::{MET_IN_A, MET_IN_B, THREADS, assert_met, assert_recorded, bounded};

/// What is configured, and how; both sides are, but for what looks at the role.
type Configuration = (&'static str, fn(&mut Config));

const NEXT_EXPECTED: &str = "NextExpectedMsgSeqNum";

/// What models A and B come to by a gap that a logon finds. Where both sides tell what they expect there is none: what is
/// missing is sent without being asked for.
const ONLY_WITH_A_GAP_AT_LOGON: [Reached; 4] =
    [Reached::CRASH_IN_GAP, Reached::LOGOUT_IN_GAP, Reached::BOTH_ASK, Reached::LOST_REQUEST];

const CONFIGURATIONS: [Configuration; 8] = [
    ("FIX.4.0", |config| config.identity.begin_string = BeginString::Fix40),
    ("FIXT.1.1", |config| {
        config.identity.begin_string = BeginString::Fixt11;
        config.default_appl_ver_id = Some(ApplVerId::Fix50Sp2);
    }),
    (NEXT_EXPECTED, |config| config.next_expected_msg_seq_num = true),
    ("chunks of one number", |config| config.resend_request_chunk = Some(1)),
    ("chunks of two numbers", |config| config.resend_request_chunk = Some(2)),
    ("compatible", |config| config.switches = Switches::of(Profile::Compatible)),
    ("a compatible initiator", |config| compatible_in(config, Role::Initiator)),
    ("a compatible acceptor", |config| compatible_in(config, Role::Acceptor)),
];

fn compatible_in(config: &mut Config, role: Role) {
    if config.role == role {
        config.switches = Switches::of(Profile::Compatible);
    }
}

fn exhaust_each(model: Model, sometimes: &[Reached]) {
    let mut budget = bounded(model.budget());
    if cfg!(debug_assertions) {
        budget = Budget { duplication: 0, heartbeats: 0, ..budget };
    }
    let mut all = Vec::new();
    for (name, configure) in CONFIGURATIONS {
        let figures = search(budget, Order::ShortestFirst, THREADS, configure);
        let figures = figures.unwrap_or_else(|found| panic!("{name}: {found}"));
        println!("{name}: {} worlds by {} steps: {budget}", figures.unique, figures.steps);
        let (met, never): (Vec<_>, Vec<_>) = sometimes
            .iter()
            .partition(|one| name != NEXT_EXPECTED || !ONLY_WITH_A_GAP_AT_LOGON.contains(one));
        assert_met(&figures, &met);
        assert!(never.iter().all(|one| figures.count(*one) == 0), "{name}: a gap at a logon");
        all.push(figures);
    }
    all.iter().for_each(assert_recorded);
}

#[test]
fn model_a_of_other_configurations() {
    exhaust_each(Model::A, &MET_IN_A);
}

#[test]
fn model_b_of_other_configurations() {
    exhaust_each(Model::B, &MET_IN_B);
}
