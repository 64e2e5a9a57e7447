//! Who talks to whom, and which side connects.

use sansfix::BeginString;
use sansfix::config::Role;

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Custom, Text, Unsupported},
};
use crate::settings::value;

fn sub(value: &str) -> Option<Box<str>> {
    (!value.is_empty()).then(|| value.into())
}

pub(super) const KEYS: &[Key] = keys! {
    "ConnectionType", None, CPP_JAVA_NET, Custom("initiator or acceptor", |draft, _, value| {
        let roles = [("initiator", Role::Initiator), ("acceptor", Role::Acceptor)];
        let role = roles.into_iter().find(|(name, _)| value.eq_ignore_ascii_case(name));
        draft.role = role.map(|(_, role)| role);
        draft.role.is_some()
    });
        "as the addresses say";
        "Which side connects. Without it, SocketConnectHost makes an initiator and SocketAcceptPort an acceptor.";
    "BeginString", None, ALL,
        Custom("FIX.4.0, FIX.4.1, FIX.4.2, FIX.4.3, FIX.4.4 or FIXT.1.1 (FIX 5.0 and later, with DefaultApplVerID)",
        |draft, _, value| {
            draft.begin_string = BeginString::from_bytes(value.as_bytes());
            draft.begin_string.is_some()
        });
        "required"; "The transport version, BeginString(8).";
    "DefaultApplVerID", None, ALL,
        Custom("FIX.4.0 to FIX.4.4, FIX.5.0, FIX.5.0SP1, FIX.5.0SP2, or a value of ApplVerID(1128)",
        |draft, _, value| {
            draft.default_appl_ver_id = value::version(value);
            draft.default_appl_ver_id.is_some()
        });
        "required for FIXT.1.1"; "The application version, DefaultApplVerID(1137).";
    "SenderCompID", None, ALL, Text(|draft, value| draft.sender.comp_id = value.into());
        "required"; "This side: SenderCompID(49) of what is sent, TargetCompID(56) of what is received.";
    "SenderSubID", None, JAVA_NET_GO, Text(|draft, value| draft.sender.sub_id = sub(value));
        ""; "This side: SenderSubID(50) of what is sent.";
    "SenderLocationID", None, JAVA_NET_GO, Text(|draft, value| draft.sender.location_id = sub(value));
        ""; "This side: SenderLocationID(142) of what is sent.";
    "TargetCompID", None, ALL, Text(|draft, value| draft.target.comp_id = value.into());
        "required"; "The counterparty: TargetCompID(56) of what is sent, SenderCompID(49) of what is received.";
    "TargetSubID", None, JAVA_NET_GO, Text(|draft, value| draft.target.sub_id = sub(value));
        ""; "The counterparty: TargetSubID(57) of what is sent.";
    "TargetLocationID", None, JAVA_NET_GO, Text(|draft, value| draft.target.location_id = sub(value));
        ""; "The counterparty: TargetLocationID(143) of what is sent.";
    "SessionQualifier", None, ALL,
        Unsupported(&[""], "sessions are told apart by what stands in their messages");
        ""; "A name that tells sessions apart whose identities are equal.";
};
