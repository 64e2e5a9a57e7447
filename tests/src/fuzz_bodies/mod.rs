//! What the fuzz targets of `fuzz/` do with one input, as plain functions, so that `cargo test` replays the committed
//! inputs on stable Rust. Each panics when a promise is broken, and returns how much it got to check.

pub mod codec;
pub mod framer;
pub mod session;
