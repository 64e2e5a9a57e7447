//! Two honest sessions: model A with cuts and crashes, B with loss and duplication besides, and one of the commands
//! SetNextSender and SetNextTarget. Every order of every step within a budget.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use sansfix::config::Config;
use sansfix_sim::explore::{Broken, Budget, Explorer, Guarantee, Reached, Step, World, ladder, write_steps};
use stateright::{Checker, HasDiscoveries, Property};

/// Which model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Model {
    /// Cuts and crashes
    A,
    /// Logouts of both operators, limits that pass early, and an acceptor that is dialled in vain
    Logouts,
    /// Resets in session
    Resets,
    /// The same with messages that are lost or arrive twice
    B,
    /// Model B with a cut and a crash, one side sending, and no Logon command: the other faults leave no time for them
    Faults,
    /// SetNextSender and SetNextTarget
    SetNext,
    /// Model B with a cut, which CI has no time for
    Nightly,
}

/// Which worlds are looked at first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// The nearest, so that a counterexample is as short as any
    ShortestFirst,
    /// The newest, so that few wait to be looked at
    LeastMemory,
}

/// What a search came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figures {
    /// What was allowed.
    pub budget: Budget,
    /// Different worlds.
    pub unique: usize,
    /// Steps taken.
    pub steps: usize,
    /// The longest of the shortest histories.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// How often each situation was reached.
    pub reached: Vec<(&'static str, u64)>,
}

/// A history that breaks a guarantee, as short as any.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counterexample {
    /// What is broken, and how.
    pub broken: Broken,
    /// The history.
    pub steps: Vec<Step>,
    /// What was exchanged, drawn.
    pub ladder: String,
    /// How many different worlds had been seen by then.
    pub unique: usize,
}

impl Model {
    /// What CI searches.
    #[must_use]
    pub const fn budget(self) -> Budget {
        let both = Budget { application: [1, 1], ..Budget::NONE };
        match self {
            Self::A => Budget { logout: 1, logon: 1, cut: 1, crash: 1, ..both },
            Self::Logouts => Budget { logout: 2, logon: 1, cut: 1, early: 1, dials: 1, ..both },
            Self::Resets => Budget { reset: 1, logout: 1, cut: 1, crash: 1, ..both },
            Self::B => Budget { logout: 1, logon: 1, loss: 1, duplication: 1, heartbeats: 1, ..both },
            Self::Nightly => Budget { cut: 1, ..Self::B.budget() },
            Self::Faults => Budget {
                application: [1, 0],
                logout: 1,
                cut: 1,
                crash: 1,
                loss: 1,
                duplication: 1,
                ..Budget::NONE
            },
            Self::SetNext => Budget { set_next: 2, logout: 1, ..both },
        }
    }
}

/// Searches every history within the budget, both sides configured further by `tweak`.
///
/// # Errors
/// A history that breaks something; with [`Order::ShortestFirst`] and one thread there is no shorter one.
pub fn search(
    budget: Budget,
    order: Order,
    threads: usize,
    tweak: impl Fn(&mut Config),
) -> Result<Figures, Box<Counterexample>> {
    let explorer = Explorer::with(budget, tweak);
    let searched = Searched {
        explorer: explorer.clone(),
        reached: Reached::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
    };
    let began = Instant::now();
    let builder = stateright::Model::checker(searched).threads(threads);
    let builder = builder.finish_when(HasDiscoveries::AnyFailures);
    match order {
        Order::ShortestFirst => summed_up(&explorer, &builder.spawn_bfs().join(), began),
        Order::LeastMemory => summed_up(&explorer, &builder.spawn_dfs().join(), began),
    }
}

fn summed_up(
    explorer: &Explorer,
    checker: &impl Checker<Searched>,
    began: Instant,
) -> Result<Figures, Box<Counterexample>> {
    if let Some(path) = checker.discoveries().into_values().next() {
        let steps = path.clone().into_actions();
        let broken = path.last_state().broken().cloned();
        let broken = broken.unwrap_or_else(|| Broken { guarantee: Guarantee::G16, what: "unknown".into() });
        let ladder = ladder(explorer, &broken.to_string(), &steps).to_string();
        let unique = checker.unique_state_count();
        return Err(Box::new(Counterexample { broken, steps, ladder, unique }));
    }
    let counts = checker.model().reached.iter().map(|count| count.load(Relaxed));
    let budget = *explorer.budget();
    Ok(Figures {
        budget,
        unique: checker.unique_state_count(),
        steps: checker.state_count(),
        depth: checker.max_depth(),
        took: began.elapsed(),
        reached: Reached::ALL.iter().map(|(_, name)| *name).zip(counts).collect(),
    })
}

/// The explorer as stateright sees it.
struct Searched {
    explorer: Explorer,
    reached: Vec<AtomicU64>,
}

impl stateright::Model for Searched {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![self.explorer.first()]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        self.explorer.steps(world, steps);
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let performed = self.explorer.perform(world, step)?;
        for at in performed.reached.places() {
            self.reached[at].fetch_add(1, Relaxed);
        }
        Some(performed.world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        // One property is enough: a world that is broken says itself which guarantee it breaks.
        vec![Property::always("every guarantee holds", |_, world: &World| world.broken().is_none())]
    }
}

impl Figures {
    /// How often a situation was reached.
    #[must_use]
    pub fn count(&self, situation: Reached) -> u64 {
        situation.places().filter_map(|at| self.reached.get(at)).map(|(_, count)| *count).sum()
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { budget, unique, steps, depth, took, .. } = self;
        writeln!(
            f,
            "{unique} worlds by {steps} steps, depth {depth}, in {:.1} s: {budget}",
            took.as_secs_f64()
        )?;
        self.reached.iter().try_for_each(|(name, count)| writeln!(f, "{count:>12} {name}"))
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { broken, steps, ladder, unique } = self;
        writeln!(
            f,
            "{broken}\nafter {} steps, {unique} worlds seen:\n\n{}",
            steps.len(),
            write_steps(steps)
        )?;
        writeln!(f, "{ladder}")
    }
}
