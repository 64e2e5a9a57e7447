//! Drivers and stores.
