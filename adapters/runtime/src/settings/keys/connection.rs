//! Where the session connects to, or listens.

use super::keys;
use super::limits::MAX_SECONDS;
use crate::settings::key::{
    Key,
    Setting::{Custom, Later, Needless, Number, Text, Unsafe},
};
use crate::settings::value;

/// The number in a name: 0 for the key without one.
fn index(suffix: &str) -> u16 {
    suffix.parse().unwrap_or(0)
}

pub(super) const KEYS: &[Key] = keys! {
    "SocketConnectHost", Number, ALL, Custom("a host name or an address", |draft, suffix, value| {
        draft.connect_hosts.insert(index(suffix), value.to_owned());
        !value.is_empty() && !value.contains(char::is_whitespace)
    });
        "required for an initiator"; "Where to connect to. Those with a number are tried in turn when a connection fails.";
    "SocketConnectPort", Number, ALL, Custom("a port from 1 to 65535", |draft, suffix, value| {
        let port = value::number(value, 1, u64::from(u16::MAX));
        draft.connect_ports.extend(port.map(|port| (index(suffix), port as u16)));
        port.is_some()
    });
        "required for an initiator"; "The port that goes with the host of the same number.";
    "ReconnectInterval", None, ALL, Number(1, MAX_SECONDS, |draft, n| draft.reconnect_interval = n as u32);
        "30"; "Seconds from a failed or lost connection to the next attempt.";
    "SocketAcceptPort", None, ALL,
        Number(0, u16::MAX as u64, |draft, n| draft.accept_port = Some(n as u16));
        "required for an acceptor"; "Where to listen; 0 takes a free port.";
    "SocketAcceptAddress", None, JAVA,
        Text(|draft, value| draft.accept_host = (!value.is_empty()).then(|| value.to_owned()));
        "0.0.0.0"; "The address to listen on; without it, every interface.";
    "SocketAcceptHost", None, NET_GO,
        Text(|draft, value| draft.accept_host = (!value.is_empty()).then(|| value.to_owned()));
        "0.0.0.0"; "As SocketAcceptAddress.";
    "AllowedRemoteAddresses", None, CPP_JAVA,
        Unsafe(&[""], "addresses are not compared; remove it if every address may connect");
        ""; "The addresses that may connect.";
    "SocketConnectTimeout", None, JAVA, Number(1, MAX_SECONDS, |draft, n| draft.connect_timeout = n as u32);
        "10"; "Seconds that an attempt to connect may take.";
    "SocketConnectProtocol", Number, JAVA, Later(&["TCP"]);
        "TCP"; "TCP, or a pipe within the process.";
    "SocketAcceptProtocol", None, JAVA, Later(&["TCP"]);
        "TCP"; "TCP, or a pipe within the process.";
    "SocketConnectSourceHost", None, CPP, Later(&[]);
        ""; "The address to connect from.";
    "SocketConnectSourcePort", None, CPP, Later(&[]);
        ""; "The port to connect from.";
    "SocketLocalHost", None, JAVA, Later(&[]);
        ""; "The address to connect from.";
    "SocketLocalPort", None, JAVA, Later(&[]);
        ""; "The port to connect from.";
    "HostSelectionPolicy", None, CPP, Later(&[]);
        ""; "The order in which hosts are tried.";
    "HostSelectionPolicyPriorityStartOverInterval", None, CPP, Later(&[]);
        ""; "Seconds after which the first host is tried again.";
    "SocketNodelay", None, CPP_NET, Later(&["Y"]);
        "Y"; "Small writes leave at once.";
    "SocketTcpNoDelay", None, JAVA, Later(&["Y"]);
        "Y"; "As SocketNodelay.";
    "SocketReuseAddress", None, CPP_JAVA, Needless;
        "Y"; "The port can be listened on again at once.";
    "SocketKeepAlive", None, JAVA, Later(&["N"]);
        "N"; "TCP probes a silent connection.";
    "SocketSendBufferSize", None, CPP_JAVA_NET, Later(&[]);
        ""; "Bytes that the system may hold for sending.";
    "SocketReceiveBufferSize", None, CPP_JAVA_NET, Later(&[]);
        ""; "Bytes that the system may hold of what was received.";
    "SendBufferSize", None, CPP, Later(&[]);
        ""; "As SocketSendBufferSize.";
    "ReceiveBufferSize", None, CPP, Later(&[]);
        ""; "As SocketReceiveBufferSize.";
    "SocketSendTimeout", None, NET, Needless;
        ""; "Milliseconds that a write may block: none does.";
    "SocketReceiveTimeout", None, NET, Needless;
        ""; "Milliseconds that a read may block: none does.";
    "SocketTimeout", None, GO, Later(&[]);
        ""; "How long a TLS handshake may take.";
    "SocketOobInline", None, JAVA, Later(&["N"]);
        "N"; "Urgent data stays in the stream.";
    "SocketLinger", None, JAVA, Later(&[]);
        ""; "How long closing waits for data to leave.";
    "SocketTrafficClass", None, JAVA, Later(&[]);
        ""; "The service class of packets.";
    "SocketSynchronousWrites", None, JAVA, Needless;
        "N"; "Writing waits for the network.";
    "SocketSynchronousWriteTimeout", None, JAVA, Needless;
        ""; "How long writing waits for the network.";
    "MaxScheduledWriteRequests", None, JAVA, Later(&["0"]);
        "0"; "How many writes may wait. UnsentBytes bounds them by their size.";
    "HttpAcceptPort", None, CPP, Later(&[]);
        ""; "A port for an operator's web page.";
};
