//! The journal over a disk in memory that fails, tears and forgets.

mod counted;
mod crash;
mod disk;
mod explore;
mod faults;
mod forged;
mod history;
mod images;
mod link;
mod long;
mod mistakes;
mod model;
mod policies;
mod real;
mod torn;
mod walk;
