//! What the fuzz targets of `fuzz/` do with one input, as plain functions, so that `cargo test` replays the committed
//! inputs on stable Rust. Each panics when a promise is broken, and returns how much it got to check.

pub mod chunking;
pub mod codec;
pub mod dictionary;
pub mod framer;
pub mod pair;
pub mod session;
pub mod settings;
mod source;
pub mod validator;

pub use source::Source;
