//! Models that are searched exhaustively.

pub mod hostile;
