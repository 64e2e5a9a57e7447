//! Models that are searched exhaustively, each over the real `Session`.

pub mod circles;
pub mod hostile;
pub mod pair;
