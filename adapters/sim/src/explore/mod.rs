//! Two real sessions as one value: a [`World`] is everything that two of them, their disks and the line between them are at
//! a moment, small enough to be kept by the million, and a [`Step`] is one thing that can happen to it.
//!
//! A search takes every step from every world ([`Explorer::steps`]), a walk one of them at random, a shrinking test the
//! steps it is given; each is judged by the same rules, which name the guarantee that is broken ([`Broken`]). After a step
//! nothing is left to do: what is to be saved is saved, what is lent is answered. A process that dies on the way is part of
//! the step ([`Step::crash_after`]), so no state in between is needed.
//!
//! ```
//! use sansfix_sim::Side;
//! use sansfix_sim::explore::{Act, Budget, Explorer, Step};
//!
//! let explorer = Explorer::new(Budget { application: [1, 0], cut: 1, ..Budget::NONE });
//! let mut world = explorer.first();
//! for act in [Act::Connect, Act::Deliver(Side::Acceptor), Act::Deliver(Side::Initiator), Act::Send(Side::Initiator)] {
//!     world = explorer.perform(&world, Step::of(act)).ok_or("the step is not possible")?.world;
//! }
//! world = explorer.perform(&world, Step::of(Act::Cut)).ok_or("the budget has one cut")?.world;
//! // The order was on the line. However things go on, it arrives:
//! assert_eq!(explorer.settle_down(&world), Ok(()));
//! # Ok::<(), &str>(())
//! ```

mod attempt;
mod budget;
mod drive;
mod explorer;
mod facts;
mod guarantee;
mod happen;
mod heal;
mod judge;
mod reached;
mod replayed;
mod show;
mod step;
mod text;
mod walk;
mod world;

pub use budget::Budget;
pub use explorer::{Explorer, Performed};
pub use guarantee::{Broken, Guarantee};
pub use reached::Reached;
pub use show::{ladder, play};
pub use step::{Act, Step};
pub use text::{StepsError, read_steps, write_steps};
pub use walk::{Walk, walk};
pub use world::World;
