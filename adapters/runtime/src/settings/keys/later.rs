//! Proxies: known, and not there yet.

use super::keys;
use crate::settings::key::{Key, Setting::Later};

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
