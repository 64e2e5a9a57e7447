//! Configurations with the mistake in them that `SANSFIX_PLANTED` names, so that every suite can be run on a session that
//! is broken in one place. Without the feature `seeded-bugs` they are what they are.

use sansfix::config::Config;

/// The variable that names the mistake.
pub const VARIABLE: &str = "SANSFIX_PLANTED";

/// The configuration with the mistake in it.
///
/// # Panics
/// When there is no such mistake.
#[cfg(feature = "seeded-bugs")]
#[must_use]
pub fn plant(mut config: Config) -> Config {
    use std::sync::LazyLock;

    use sansfix::Planted;

    static WANTED: LazyLock<Option<Planted>> = LazyLock::new(|| {
        let name = std::env::var(VARIABLE).ok()?;
        let named = Planted::ALL.iter().find(|mistake| format!("{mistake:?}") == name);
        Some(*named.unwrap_or_else(|| panic!("there is no mistake called {name}")))
    });
    config.planted = *WANTED;
    config
}

/// The configuration as it is.
#[cfg(not(feature = "seeded-bugs"))]
#[must_use]
pub fn plant(config: Config) -> Config {
    config
}
