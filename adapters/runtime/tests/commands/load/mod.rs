//! Many threads command and watch a few sessions that carry traffic: is what they saw and were told what one order of
//! their commands explains? The history of each session is searched for such an order ([`search`]), against a session
//! that does one thing after another ([`session`]). Two things are judged over both ends of a connection: that somebody
//! ended it ([`fallen`]), and that what came is what was sent.
//!
//! The seed is printed; `SANSFIX_SEED` sets it. Nothing here passes or fails by the clock but a deadlock.

mod altered;
mod by_hand;
mod fallen;
mod history;
mod judge;
mod ledger;
mod log;
mod run;
mod search;
mod search_tests;
mod session;

use std::sync::mpsc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::host::{Adapter, on_both_adapters};
use log::Moments;
use run::Load;

/// How long the threads command.
const LOAD: Duration = Duration::from_secs(3);
/// What takes longer than this hangs.
const WATCHDOG: Duration = Duration::from_secs(180);

fn one_order_of_the_commands_explains_what_every_thread_sees(on: Adapter) {
    let by_clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = std::env::var("SANSFIX_SEED").map_or_else(|_| by_clock(), |seed| seed.parse().unwrap());
    println!("SANSFIX_SEED={seed} on {on:?}");
    let (done, ends) = mpsc::channel();
    let load = std::thread::spawn(move || {
        let load = Load::start(on);
        let moments = Moments::new();
        let mut logs = load.command(seed, LOAD, &moments);
        load.settle(&mut logs, &moments);
        done.send(()).unwrap();
        load.judge(logs)
    });
    match ends.recv_timeout(WATCHDOG) {
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => {}
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("something waits for ever"),
    }
    match load.join() {
        Ok(seen) => println!("{seen}"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

on_both_adapters!(one_order_of_the_commands_explains_what_every_thread_sees);
