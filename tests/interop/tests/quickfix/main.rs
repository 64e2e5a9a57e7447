//! What sansfix and QuickFIX C++ go through together, for each version, with each side dialling, under both profiles.

mod liveness;
mod logout;
mod recovery;
mod reset;
mod traffic;
