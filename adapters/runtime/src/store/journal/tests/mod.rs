//! The journal over a disk in memory that fails, tears and forgets.

mod counted;
mod crash;
mod directory;
mod disk;
mod explore;
mod faults;
mod forged;
mod history;
mod images;
mod inspected;
mod layout;
mod link;
mod long;
mod mistakes;
mod model;
mod policies;
mod real;
#[path = "../../../../../../tests/tests/planted/table.rs"]
mod table;
mod torn;
mod walk;
