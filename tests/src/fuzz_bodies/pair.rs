//! Two sessions under a list of steps: each byte of the input chooses one of the steps that are possible. What must hold is
//! what the models check after each.

use sansfix_sim::explore::{Budget, Explorer, ladder, write_steps};

use super::source::Source;

/// Enough for every situation that the models know, few enough that an input is quick.
const MOST_STEPS: usize = 300;

/// Plays the steps in `input`; returns how many were taken.
///
/// # Panics
/// When a guarantee is broken.
pub fn run(input: &[u8]) -> usize {
    let mut source = Source::new(input);
    let explorer = Explorer::new(source.choice(&Budget::WALKS));
    let mut world = explorer.first();
    let (mut taken, mut steps) = (Vec::new(), Vec::new());
    while !source.is_empty() && taken.len() < MOST_STEPS {
        steps.clear();
        explorer.steps(&world, &mut steps);
        // Those that happen by themselves stand first, so that small values let things go on.
        steps.sort_by_key(|step| !explorer.is_free(&world, *step));
        let Some(step) = steps.get(usize::from(source.byte()) % steps.len().max(1)).copied() else { break };
        let Some(performed) = explorer.perform(&world, step) else { continue };
        taken.push(step);
        world = performed.world;
        if let Some(broken) = world.broken() {
            let drawn = ladder(&explorer, &broken.to_string(), &taken);
            panic!("{broken}\n\n{}\n{drawn}", write_steps(&taken));
        }
    }
    if let Err(broken) = explorer.settle_down(&world) {
        panic!("{broken}\n\n{}", write_steps(&taken));
    }
    taken.len()
}
