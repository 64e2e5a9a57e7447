//! Long walks: at each world one of its steps, as a seed says.

use super::explorer::Explorer;
use super::reached::Reached;
use super::step::Step;
use crate::random::Random;

/// How many steps in a hundred cost something, at most: the others let what is under way arrive.
const COSTLY_PER_CENT: u64 = 25;

/// A walk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Walk {
    /// The steps that were taken, one after another.
    pub steps: Vec<Step>,
    /// What they were.
    pub reached: Reached,
    /// What the last of them broke.
    pub broken: Option<super::guarantee::Broken>,
}

/// Takes up to `length` steps from the first world. The same seed takes the same ones. It ends where nothing is possible,
/// and where something is broken.
#[must_use]
pub fn walk(explorer: &Explorer, seed: u64, length: usize) -> Walk {
    let mut random = Random::new(seed);
    let mut world = explorer.first();
    let mut walk = Walk::default();
    let mut steps = Vec::new();
    while walk.steps.len() < length {
        steps.clear();
        explorer.steps(&world, &mut steps);
        if random.below(100) >= COSTLY_PER_CENT {
            let free: Vec<Step> =
                steps.iter().copied().filter(|step| explorer.is_free(&world, *step)).collect();
            if !free.is_empty() {
                steps = free;
            }
        }
        if steps.is_empty() {
            break;
        }
        let step = steps[random.below(steps.len() as u64) as usize];
        // A crash that comes later than the process has anything to do is not a step.
        let Some(performed) = explorer.perform(&world, step) else { continue };
        walk.steps.push(step);
        walk.reached |= performed.reached;
        world = performed.world;
        if let Some(broken) = world.broken() {
            walk.broken = Some(broken.clone());
            break;
        }
    }
    walk
}
