//! Circles: histories that come back to a world that they have been in. Whatever is in the budget only becomes less, so the
//! steps of a circle cost nothing, and two sides could go round without end (G16). A search for broken worlds does not see
//! that, since every world of a circle is a good one.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use sansfix_sim::explore::{Explorer, Step, World};

/// A world on the way, and which of its steps are still to be taken.
struct Open {
    world: World,
    name: u64,
    steps: Vec<Step>,
}

impl Open {
    fn new(explorer: &Explorer, world: World) -> Self {
        let mut steps = Vec::new();
        explorer.steps(&world, &mut steps);
        Self { name: name(&world), world, steps }
    }
}

fn name(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    world.hash(&mut hasher);
    hasher.finish()
}

/// Goes through every history within the explorer's budget; returns how many worlds there are.
///
/// # Errors
/// A history that ends in a world in which it has been before.
pub fn search(explorer: &Explorer) -> Result<usize, Vec<Step>> {
    let first = Open::new(explorer, explorer.first());
    // Whether a world is on the way, or done with.
    let mut on_the_way = HashMap::from([(first.name, true)]);
    let (mut way, mut taken) = (vec![first], Vec::new());
    while let Some(open) = way.last_mut() {
        let Some(step) = open.steps.pop() else {
            on_the_way.insert(open.name, false);
            way.pop();
            taken.pop();
            continue;
        };
        let Some(performed) = explorer.perform(&open.world, step) else { continue };
        match on_the_way.get(&name(&performed.world)) {
            Some(true) => {
                taken.push(step);
                return Err(taken);
            }
            Some(false) => {}
            None => {
                let next = Open::new(explorer, performed.world);
                on_the_way.insert(next.name, true);
                way.push(next);
                taken.push(step);
            }
        }
    }
    Ok(on_the_way.len())
}
