//! What happens to sessions, on standard error, when the environment asks for it.

/// Names the level.
pub(crate) const VARIABLE: &str = "SANSFIX_LOG";

/// Begins to print the events of `tracing` from the level on that `SANSFIX_LOG` names.
///
/// # Errors
/// It names no level.
#[cfg(feature = "tracing")]
pub(crate) fn begin() -> Result<(), String> {
    let Some(level) = std::env::var_os(VARIABLE).filter(|level| !level.is_empty()) else { return Ok(()) };
    let level = level.to_string_lossy();
    let allowed = ["error", "warn", "info", "debug", "trace"];
    match level.parse::<tracing_subscriber::filter::LevelFilter>() {
        Ok(filter) if allowed.contains(&&*level.to_ascii_lowercase()) => {
            tracing_subscriber::fmt().with_max_level(filter).with_writer(std::io::stderr).init();
            Ok(())
        }
        _ => Err(format!("{VARIABLE}={level}: must be {}", allowed.join(", "))),
    }
}

/// There is nothing to print.
///
/// # Errors
/// It asks for what was not built in.
#[cfg(not(feature = "tracing"))]
pub(crate) fn begin() -> Result<(), String> {
    match std::env::var_os(VARIABLE).filter(|level| !level.is_empty()) {
        None => Ok(()),
        Some(_) => Err(format!("{VARIABLE} needs a sansfix built with the feature tracing")),
    }
}
