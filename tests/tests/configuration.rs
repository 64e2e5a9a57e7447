//! What a configuration says: the names of its parties and versions, and the limits of its profile.

use sansfix::config::{Config, Identity, Limits, Profile, Role};
use sansfix::{ApplVerId, BeginString};

#[test]
fn an_identity_is_shown_as_operators_know_it() {
    let mut identity = Identity::new(BeginString::Fix44, "US", "THEM");
    assert_eq!(identity.to_string(), "FIX.4.4:US->THEM");
    identity.sender.sub_id = Some("DESK".into());
    identity.sender.location_id = Some("LONDON".into());
    assert_eq!(identity.to_string(), "FIX.4.4:US/DESK/LONDON->THEM");
    assert_eq!(identity.reversed().to_string(), "FIX.4.4:THEM->US/DESK/LONDON");
}

#[test]
fn an_application_version_has_a_name_and_a_value() {
    for (name, value, version) in [
        ("FIX.2.7", "0", ApplVerId::Fix27),
        ("FIX.3.0", "1", ApplVerId::Fix30),
        ("FIX.4.0", "2", ApplVerId::Fix40),
        ("FIX.4.1", "3", ApplVerId::Fix41),
        ("FIX.4.2", "4", ApplVerId::Fix42),
        ("FIX.4.3", "5", ApplVerId::Fix43),
        ("FIX.4.4", "6", ApplVerId::Fix44),
        ("FIX.5.0", "7", ApplVerId::Fix50),
        ("FIX.5.0SP1", "8", ApplVerId::Fix50Sp1),
        ("FIX.5.0SP2", "9", ApplVerId::Fix50Sp2),
        ("FIX.Latest", "10", ApplVerId::FixLatest),
    ] {
        assert_eq!(ApplVerId::from_name(name), Some(version), "{name}");
        assert_eq!(ApplVerId::from_name(value), Some(version), "{value}");
        assert_eq!(version.as_bytes(), value.as_bytes());
    }
    assert_eq!(ApplVerId::from_name("FIX.5.0SP3"), None);
}

/// Common engines wait two seconds for the answer to a Logout; all other limits are the same.
#[test]
fn a_profile_has_its_limits() {
    let config = |profile| {
        Config::new(Role::Acceptor, Identity::new(BeginString::Fix44, "US", "THEM")).with_profile(profile)
    };
    assert_eq!(config(Profile::Standard).limits, Limits::default());
    assert_eq!(Limits::default().logout_timeout_ms, 10_000);
    assert_eq!(config(Profile::Compatible).limits, Limits { logout_timeout_ms: 2_000, ..Limits::default() });
}
