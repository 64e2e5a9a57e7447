//! Sessions with an engine that was not written here: QuickFIX C++ on one side of a TCP connection, sansfix with one of
//! its adapters and its registry on the other, in plain text or under TLS.
//!
//! The modules make the two sides and join them; what they go through stands in `tests/quickfix`. The other engine is
//! a small program of ours around Debian's libquickfix (`peer/peer.cpp`), which `build-peer.sh` builds. Its path is
//! taken from the environment variable [`PEER_VARIABLE`]; without it the tests say so and run nothing.

pub mod case;
mod engine;
pub mod message;
pub mod ours;
pub mod pair;
pub mod peer;
pub mod terminator;
pub mod wire;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Names the peer program.
pub const PEER_VARIABLE: &str = "SANSFIX_QUICKFIX_PEER";

/// How long anything may take. Only something that never comes takes that long: a slow machine does not fail a test.
pub const LIMIT: Duration = Duration::from_secs(60);

/// How long to wait between two looks at something that is waited for.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The peer program, if there is one.
///
/// # Panics
/// When the variable names no file: interop was meant to run.
#[must_use]
pub fn peer_program() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(PEER_VARIABLE)?);
    assert!(path.is_file(), "{PEER_VARIABLE} names {}, which is no file", path.display());
    Some(path)
}

/// Waits until `look` finds something, at most for [`LIMIT`].
pub fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if started.elapsed() > LIMIT {
            return None;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// A name for a directory that is not there.
fn fresh_directory() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("sansfix-interop-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    // Left over from another process of the same number, if it is there at all.
    let _ = std::fs::remove_dir_all(&path);
    path
}
