//! The sessions of the acceptor that the scripts expect: who may call, and how each session is configured.
//!
//! One table serves the scripts of both origins at once: those that call themselves by their version (TW40 to
//! TW50SP2) and those that always call themselves TW.

use sansfix::config::{Identity, Limits, Profile, Role, Switches};
use sansfix::{ApplVerId, BeginString, Config};

use crate::cli::ScriptSet;

/// SenderCompID of every session, as the acceptor writes it.
const ACCEPTOR: &str = "ISLD";

/// What the set `resendreqchunksize` asks for at a time.
const CHUNK: u64 = 5;

/// One session of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcceptanceSession {
    /// Its configuration.
    pub config: Config,
    /// The file that describes its administrative messages, and the application's too before FIX 5.0.
    pub transport_dictionary: &'static str,
    /// The file that describes its application messages, in FIXT.1.1.
    pub application_dictionary: Option<&'static str>,
    /// Whether a field without a value is rejected.
    pub validate_fields_have_values: bool,
    /// Whether the BusinessMessageReject of the application carries DefaultApplVerID(1137): one engine's does, and
    /// the scripts that call themselves by their version expect it.
    pub appl_ver_in_business_reject: bool,
}

/// The sessions for a set of scripts. `appl_ver` is the application version of TW in FIXT.1.1.
#[must_use]
pub fn sessions(set: ScriptSet, profile: Profile, appl_ver: ApplVerId) -> Vec<AcceptanceSession> {
    let versioned = [
        ("TW40", BeginString::Fix40),
        ("TW41", BeginString::Fix41),
        ("TW42", BeginString::Fix42),
        ("TW43", BeginString::Fix43),
        ("TW44", BeginString::Fix44),
    ];
    let versioned = versioned.map(|(target, version)| session(target, version, None));
    let fixt =
        [("TW50", ApplVerId::Fix50), ("TW50SP1", ApplVerId::Fix50Sp1), ("TW50SP2", ApplVerId::Fix50Sp2)];
    let fixt = fixt.map(|(target, appl_ver)| AcceptanceSession {
        appl_ver_in_business_reject: true,
        ..session(target, BeginString::Fixt11, Some(appl_ver))
    });
    let plain = BeginString::ALL
        .map(|version| session("TW", version, (version == BeginString::Fixt11).then_some(appl_ver)));
    let unchecked = AcceptanceSession {
        validate_fields_have_values: false,
        ..session("NO_CHECK_FIELDS_HAVE_VALUES", BeginString::Fix44, None)
    };
    let mut sessions: Vec<_> = versioned.into_iter().chain(fixt).chain(plain).chain([unchecked]).collect();
    for session in &mut sessions {
        configure(&mut session.config, set, profile);
    }
    sessions
}

fn session(target: &str, version: BeginString, appl_ver: Option<ApplVerId>) -> AcceptanceSession {
    let mut config = Config::new(Role::Acceptor, Identity::new(version, ACCEPTOR, target));
    config.default_appl_ver_id = appl_ver;
    AcceptanceSession {
        config,
        transport_dictionary: transport_dictionary(version),
        application_dictionary: appl_ver.map(application_dictionary),
        validate_fields_have_values: true,
        appl_ver_in_business_reject: false,
    }
}

fn configure(config: &mut Config, set: ScriptSet, profile: Profile) {
    config.limits = Limits::of(profile);
    config.switches = Switches::of(profile);
    let version = config.identity.begin_string;
    config.reset_on_logon = set != ScriptSet::NextExpectedSeqNum;
    match set {
        ScriptSet::Server => {}
        ScriptSet::ResendReqChunkSize => config.resend_request_chunk = Some(CHUNK),
        ScriptSet::LastSeqNumProcessed => config.last_msg_seq_num_processed = version.has_last_processed(),
        ScriptSet::NextExpectedSeqNum => config.next_expected_msg_seq_num = version.has_next_expected(),
    }
}

fn transport_dictionary(version: BeginString) -> &'static str {
    match version {
        BeginString::Fix40 => "FIX40.xml",
        BeginString::Fix41 => "FIX41.xml",
        BeginString::Fix42 => "FIX42.xml",
        BeginString::Fix43 => "FIX43.xml",
        BeginString::Fix44 => "FIX44.xml",
        BeginString::Fixt11 => "FIXT11.xml",
    }
}

/// The dictionary of an application version. Those before FIX 4.0 and after FIX 5.0SP2 have none of their own here:
/// they are read with the nearest one.
fn application_dictionary(appl_ver: ApplVerId) -> &'static str {
    match appl_ver {
        ApplVerId::Fix27 | ApplVerId::Fix30 | ApplVerId::Fix40 => "FIX40.xml",
        ApplVerId::Fix41 => "FIX41.xml",
        ApplVerId::Fix42 => "FIX42.xml",
        ApplVerId::Fix43 => "FIX43.xml",
        ApplVerId::Fix44 => "FIX44.xml",
        ApplVerId::Fix50 => "FIX50.xml",
        ApplVerId::Fix50Sp1 => "FIX50SP1.xml",
        ApplVerId::Fix50Sp2 | ApplVerId::FixLatest => "FIX50SP2.xml",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn table(set: ScriptSet) -> Vec<AcceptanceSession> {
        sessions(set, Profile::Compatible, ApplVerId::Fix50Sp1)
    }

    fn named<'a>(table: &'a [AcceptanceSession], name: &str) -> &'a AcceptanceSession {
        table.iter().find(|session| session.config.identity.to_string() == name).unwrap()
    }

    #[test]
    fn every_caller_has_one_session() {
        let table = table(ScriptSet::Server);
        let names: BTreeSet<_> = table.iter().map(|session| session.config.identity.to_string()).collect();
        assert_eq!(names.len(), table.len(), "an identity stands twice");
        let expected = [
            "FIX.4.0:ISLD->TW40",
            "FIX.4.1:ISLD->TW41",
            "FIX.4.2:ISLD->TW42",
            "FIX.4.3:ISLD->TW43",
            "FIX.4.4:ISLD->TW44",
            "FIXT.1.1:ISLD->TW50",
            "FIXT.1.1:ISLD->TW50SP1",
            "FIXT.1.1:ISLD->TW50SP2",
            "FIX.4.0:ISLD->TW",
            "FIX.4.1:ISLD->TW",
            "FIX.4.2:ISLD->TW",
            "FIX.4.3:ISLD->TW",
            "FIX.4.4:ISLD->TW",
            "FIXT.1.1:ISLD->TW",
            "FIX.4.4:ISLD->NO_CHECK_FIELDS_HAVE_VALUES",
        ];
        assert_eq!(names, expected.map(str::to_owned).into());
    }

    #[test]
    fn fixt_sessions_have_the_application_version_they_are_asked_for() {
        let table = table(ScriptSet::Server);
        let of = |name| {
            let session = named(&table, name);
            (session.config.default_appl_ver_id, session.application_dictionary)
        };
        assert_eq!(of("FIXT.1.1:ISLD->TW50"), (Some(ApplVerId::Fix50), Some("FIX50.xml")));
        assert_eq!(of("FIXT.1.1:ISLD->TW"), (Some(ApplVerId::Fix50Sp1), Some("FIX50SP1.xml")));
        assert_eq!(of("FIX.4.4:ISLD->TW"), (None, None));
    }

    #[test]
    fn each_set_has_its_settings() {
        let config = |set| named(&table(set), "FIX.4.4:ISLD->TW").config.clone();
        let server = config(ScriptSet::Server);
        assert!(server.reset_on_logon && server.resend_request_chunk.is_none());
        assert!(!server.last_msg_seq_num_processed && !server.next_expected_msg_seq_num);
        assert_eq!(config(ScriptSet::ResendReqChunkSize).resend_request_chunk, Some(5));
        assert!(config(ScriptSet::LastSeqNumProcessed).last_msg_seq_num_processed);
        let next = config(ScriptSet::NextExpectedSeqNum);
        assert!(next.next_expected_msg_seq_num && !next.reset_on_logon);
    }

    #[test]
    fn one_session_takes_fields_without_values() {
        let table = table(ScriptSet::Server);
        let lax: Vec<_> = table.iter().filter(|session| !session.validate_fields_have_values).collect();
        assert_eq!(lax.len(), 1);
        assert_eq!(&*lax[0].config.identity.target.comp_id, "NO_CHECK_FIELDS_HAVE_VALUES");
    }
}
