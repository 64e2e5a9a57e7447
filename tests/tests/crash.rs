//! A process that serves four sessions is killed with SIGKILL at random moments, again and again, and started again on
//! the same journals. Its counterparty, this process, lives on and checks every number: none is used again with other
//! contents, none is lost after its save was acknowledged, every gap is healed.
//!
//! The killed process is this test binary, started with a variable in its environment. In every run it is the acceptor
//! of two sessions and the initiator of two; the adapter alternates. `SANSFIX_KILLS` is how often it is killed,
//! `SANSFIX_SEED` the seed of a run that was printed.

#[path = "crash/child.rs"]
mod child;
#[path = "crash/counterparty.rs"]
mod counterparty;
#[path = "crash/kills.rs"]
mod kills;
#[path = "crash/ledger.rs"]
mod ledger;
#[path = "crash/notebook.rs"]
mod notebook;
#[path = "crash/stores.rs"]
mod stores;
#[path = "crash/tap.rs"]
mod tap;

use std::time::Duration;

use kills::{Figures, Kills};
use stores::Fault;

/// Far more than any wait here takes.
const GENEROUS: Duration = Duration::from_secs(30);

/// How often the process is killed when nothing else is asked for.
const FEW: u64 = 25;

fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

/// The process that is killed. Without its variable there is nothing to do.
#[test]
fn killed_process() {
    if let Ok(orders) = std::env::var(child::ORDERS) {
        child::run(&orders);
    }
}

#[test]
fn whatever_moment_a_process_is_killed_at_no_number_is_lost_or_used_again() {
    let kills = number_of("SANSFIX_KILLS").unwrap_or(FEW);
    let seed = number_of("SANSFIX_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        now.as_nanos() as u64
    });
    println!("SANSFIX_SEED={seed} SANSFIX_KILLS={kills}");
    let mut run = Kills::new("sound", seed, Fault::None);
    for kill in 0..kills {
        run.kill_once();
        let problems = run.problems();
        assert!(problems.is_empty(), "seed {seed}, kill {kill}: {problems:#?}");
    }
    let (problems, figures) = run.finish();
    println!("{figures}");
    assert!(problems.is_empty(), "seed {seed}: {problems:#?}");
    let Figures { unreceived, replayed, messages, syncs, .. } = figures;
    if kills >= FEW {
        assert!(unreceived > 0, "no kill hit messages that were saved and had not arrived: {figures}");
        assert!(replayed > 0 && messages > 10 * kills && syncs > 0, "this is not what it says: {figures}");
    }
}

/// Kills a process with a broken store until something is noticed.
fn is_noticed(fault: Fault) -> Vec<String> {
    let mut run = Kills::new(fault.name(), 1, fault);
    for _ in 0..FEW {
        run.kill_once();
        let problems = run.problems();
        if !problems.is_empty() {
            return problems;
        }
    }
    run.finish().0
}

#[test]
fn a_store_that_acknowledges_before_it_has_written_is_noticed() {
    let problems = is_noticed(Fault::Early);
    assert!(
        problems.iter().any(|problem| problem.contains("acknowledged") || problem.contains("used again")),
        "{problems:#?}"
    );
}

#[test]
fn a_store_that_keeps_the_number_and_not_the_message_is_noticed() {
    let problems = is_noticed(Fault::Hollow);
    assert!(problems.iter().any(|problem| problem.contains("filled away")), "{problems:#?}");
}
