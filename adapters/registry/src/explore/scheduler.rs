//! Who decides which thread goes on: loom, which tries every order, or shuttle, which draws some by a seed.

#[cfg(loom)]
pub(super) use loom::{stop_exploring, thread};
#[cfg(shuttle)]
pub(super) use shuttle::thread;

/// Shuttle tries no order twice on purpose: there is nothing to stop.
#[cfg(shuttle)]
pub(super) fn stop_exploring() {}

/// Runs `execution` in every order, with so many preemptions at most.
#[cfg(loom)]
pub(super) fn check(preemptions: Option<usize>, execution: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    builder.max_branches = 10_000;
    builder.check(execution);
}

/// Orders that are drawn for each plan: half of them with every thread as likely to go on as any other, half by
/// priorities that change a few times (PCT, Burckhardt and others 2010).
#[cfg(shuttle)]
pub(super) const DRAWN: usize = 100;

/// Changes of priority.
#[cfg(shuttle)]
const CHANGES: usize = 4;

/// For each thread of a model, bytes: the search for a serial order goes as deep as there are events in a history.
#[cfg(shuttle)]
const STACK: usize = 1 << 19;

thread_local! {
    /// What the orders are drawn by.
    #[cfg(shuttle)]
    pub(super) static SEED: std::cell::Cell<u64> = const { std::cell::Cell::new(1) };
}

/// Runs `execution` in [`DRAWN`] orders.
#[cfg(shuttle)]
pub(super) fn check(_: Option<usize>, execution: impl Fn() + Send + Sync + 'static) {
    use shuttle::scheduler::{PctScheduler, RandomScheduler};
    let (seed, execution) = (SEED.get(), std::sync::Arc::new(execution));
    let mut config = shuttle::Config::new();
    config.failure_persistence = shuttle::FailurePersistence::None;
    config.stack_size = STACK;
    let random = RandomScheduler::new_from_seed(seed, DRAWN / 2);
    let again = execution.clone();
    shuttle::Runner::new(random, config.clone()).run(move || again());
    let pct = PctScheduler::new_from_seed(seed, CHANGES, DRAWN / 2);
    shuttle::Runner::new(pct, config).run(move || execution());
}
