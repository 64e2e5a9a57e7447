//! Models A and B of sessions that are configured otherwise: what is promised holds in each of these.

use sansfix::config::{Config, Profile, Role, Switches};
use sansfix::{ApplVerId, BeginString};
use sansfix_sim::explore::Budget;
use sansfix_tests::models::pair::{Model, Order, search};

use super::{THREADS, assert_recorded, bounded};

/// What is configured, and how; both sides are, but for what looks at the role.
type Configuration = (&'static str, fn(&mut Config));

const CONFIGURATIONS: [Configuration; 8] = [
    ("FIX.4.0", |config| config.identity.begin_string = BeginString::Fix40),
    ("FIXT.1.1", |config| {
        config.identity.begin_string = BeginString::Fixt11;
        config.default_appl_ver_id = Some(ApplVerId::Fix50Sp2);
    }),
    ("NextExpectedMsgSeqNum", |config| config.next_expected_msg_seq_num = true),
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

fn exhaust_each(model: Model) {
    let mut budget = bounded(model.budget());
    if cfg!(debug_assertions) {
        budget = Budget { duplication: 0, heartbeats: 0, ..budget };
    }
    for (name, configure) in CONFIGURATIONS {
        let figures = search(budget, Order::ShortestFirst, THREADS, configure);
        let figures = figures.unwrap_or_else(|found| panic!("{name}: {found}"));
        println!("{name}: {} worlds by {} steps: {budget}", figures.unique, figures.steps);
        assert_recorded(&figures);
    }
}

#[test]
fn model_a_of_other_configurations() {
    exhaust_each(Model::A);
}

#[test]
fn model_b_of_other_configurations() {
    exhaust_each(Model::B);
}
