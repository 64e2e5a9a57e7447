//! Log files on a disk that fails and hangs as told.

mod disk;
mod layout;
mod queue;
mod real;
mod rotation;
mod trouble;
