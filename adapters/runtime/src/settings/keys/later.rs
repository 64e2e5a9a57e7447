//! Session time and proxies: known, and not there yet.

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Later, Schedule},
};

pub(super) const SESSION_TIME: &[Key] = keys! {
    "NonStopSession", None, CPP_JAVA_NET, Schedule; "N"; "Session time never ends.";
    "StartTime", None, ALL, Schedule; ""; "When session time begins.";
    "EndTime", None, ALL, Schedule; ""; "When session time ends.";
    "StartDay", None, ALL, Schedule; ""; "The day of the week on which session time begins.";
    "EndDay", None, ALL, Schedule; ""; "The day of the week on which session time ends.";
    "Weekdays", None, JAVA_NET_GO, Schedule; ""; "The days of the week that have session time.";
    "TimeZone", None, JAVA_NET_GO, Schedule; ""; "The time zone of these times.";
    "UseLocalTime", None, CPP_NET, Schedule; "N"; "These times are local.";
    "LogonTime", None, CPP, Schedule; ""; "When the session logs on.";
    "LogoutTime", None, CPP, Schedule; ""; "When the session logs out.";
    "LogonDay", None, CPP, Schedule; ""; "The day of the week on which the session logs on.";
    "LogoutDay", None, CPP, Schedule; ""; "The day of the week on which the session logs out.";
};

pub(super) const PROXIES: &[Key] = keys! {
    "ProxyType", None, JAVA_GO, Later(&[]); ""; "http or socks.";
    "ProxyVersion", None, JAVA, Later(&[]); ""; "The version of the proxy's protocol.";
    "ProxyHost", None, JAVA_GO, Later(&[]); ""; "The proxy's host.";
    "ProxyPort", None, JAVA_GO, Later(&[]); ""; "The proxy's port.";
    "ProxyUser", None, JAVA_GO, Later(&[]); ""; "The user at the proxy.";
    "ProxyPassword", None, JAVA_GO, Later(&[]); ""; "The password at the proxy.";
    "ProxyDomain", None, JAVA, Later(&[]); ""; "The domain at the proxy.";
    "ProxyWorkstation", None, JAVA, Later(&[]); ""; "The workstation at the proxy.";
    "SocketIgnoreProxy", None, NET, Later(&["Y"]); "Y"; "The system's proxy is not used.";
    "UseTCPProxy", None, GO, Later(&["N"]); "N"; "A load balancer tells the counterparty's address in front of the stream.";
};
