//! Where the session connects to, or listens.

use std::net::IpAddr;

use super::keys;
use super::limits::MAX_SECONDS;
use crate::AddressOrder;
use crate::settings::draft::Draft;
use crate::settings::key::{
    Key,
    Setting::{Custom, Flag, Later, Needless, Number, Text, Unsupported},
};
use crate::settings::value;
use crate::socket::KEEPALIVE;

/// The number in a name: 0 for the key without one.
fn index(suffix: &str) -> u16 {
    suffix.parse().unwrap_or(0)
}

fn local_host(draft: &mut Draft, value: &str) {
    draft.local_host = (!value.is_empty()).then(|| value.to_owned());
}

fn local_port(draft: &mut Draft, port: u64) {
    draft.local_port = (port > 0).then_some(port as u16);
}

fn send_buffer(draft: &mut Draft, bytes: u64) {
    draft.socket.send_buffer = Some(bytes as usize);
}

fn receive_buffer(draft: &mut Draft, bytes: u64) {
    draft.socket.receive_buffer = Some(bytes as usize);
}

/// The highest port.
const MAX_PORT: u64 = u16::MAX as u64;
/// The smallest buffer of a socket, bytes: systems round less up.
const MIN_BUFFER: u64 = 1 << 10;
/// The largest buffer of a socket, bytes.
const MAX_BUFFER: u64 = 1 << 30;

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
    "AllowedRemoteAddresses", None, CPP_JAVA, Custom("addresses, with commas between them", |draft, _, value| {
        let addresses = value.split(',').map(|one| one.trim().parse::<IpAddr>());
        draft.allowed = (!value.is_empty()).then(|| addresses.collect::<Result<_, _>>().ok()).flatten();
        value.is_empty() || draft.allowed.is_some()
    });
        ""; "The addresses that may connect; others are closed before anything of them is read. The same for all sessions that share a listener.";
    "SocketConnectTimeout", None, JAVA, Number(1, MAX_SECONDS, |draft, n| draft.connect_timeout = n as u32);
        "10"; "Seconds that an attempt to connect may take.";
    "SocketConnectProtocol", Number, JAVA, Unsupported(&["TCP"], "sessions of a file use TCP; a program can give any Transport");
        "TCP"; "TCP, or a pipe within the process.";
    "SocketAcceptProtocol", None, JAVA, Unsupported(&["TCP"], "sessions of a file use TCP; a program can give any Transport");
        "TCP"; "TCP, or a pipe within the process.";
    "SocketConnectSourceHost", None, CPP, Text(local_host);
        ""; "The address to connect from.";
    "SocketConnectSourcePort", None, CPP, Number(0, MAX_PORT, local_port);
        "0"; "The port to connect from; 0 takes a free one.";
    "SocketLocalHost", None, JAVA, Text(local_host);
        ""; "As SocketConnectSourceHost.";
    "SocketLocalPort", None, JAVA, Number(0, MAX_PORT, local_port);
        "0"; "As SocketConnectSourcePort.";
    "HostSelectionPolicy", None, CPP, Custom("ROUND_ROBIN or PRIORITY", |draft, _, value| {
        let order = [("ROUND_ROBIN", AddressOrder::RoundRobin), ("PRIORITY", AddressOrder::Priority)]
            .into_iter()
            .find_map(|(name, order)| value.eq_ignore_ascii_case(name).then_some(order));
        draft.order = order.unwrap_or_default();
        order.is_some()
    });
        "ROUND_ROBIN"; "Which host an attempt begins with: the one after the last that answered, or the first.";
    "HostSelectionPolicyPriorityStartOverInterval", None, CPP,
        Unsupported(&[], "with PRIORITY every attempt begins with the first host");
        ""; "Seconds after which the first host is tried again.";
    "SocketNodelay", None, CPP_NET, Flag(|draft, on| draft.socket.nodelay = on);
        "Y"; "Small writes leave at once.";
    "SocketTcpNoDelay", None, JAVA, Flag(|draft, on| draft.socket.nodelay = on);
        "Y"; "As SocketNodelay.";
    "SocketReuseAddress", None, CPP_JAVA, Needless;
        "Y"; "The port can be listened on again at once.";
    "SocketKeepAlive", None, JAVA, Flag(|draft, on| draft.socket.keepalive = on.then_some(KEEPALIVE));
        "Y"; "TCP probes a connection that is silent for a minute.";
    "SocketSendBufferSize", None, CPP_JAVA_NET, Number(MIN_BUFFER, MAX_BUFFER, send_buffer);
        ""; "Bytes that the system may hold for sending. Without it, as the system likes.";
    "SocketReceiveBufferSize", None, CPP_JAVA_NET, Number(MIN_BUFFER, MAX_BUFFER, receive_buffer);
        ""; "Bytes that the system may hold of what was received. Without it, as the system likes.";
    "SendBufferSize", None, CPP, Number(MIN_BUFFER, MAX_BUFFER, send_buffer);
        ""; "As SocketSendBufferSize.";
    "ReceiveBufferSize", None, CPP, Number(MIN_BUFFER, MAX_BUFFER, receive_buffer);
        ""; "As SocketReceiveBufferSize.";
    "SocketSendTimeout", None, NET, Needless;
        ""; "Milliseconds that a write may block: none does.";
    "SocketReceiveTimeout", None, NET, Needless;
        ""; "Milliseconds that a read may block: none does.";
    "SocketTimeout", None, GO, Later(&[]);
        ""; "How long a TLS handshake may take.";
    "SocketOobInline", None, JAVA, Unsupported(&["N"], "urgent data is no part of FIX, and stays out of the stream");
        "N"; "Urgent data stays in the stream.";
    "SocketLinger", None, JAVA, Unsupported(&[], "what is left to send has FlushTimeout to leave, and closing never waits");
        ""; "How long closing waits for data to leave.";
    "SocketTrafficClass", None, JAVA, Unsupported(&[], "packets have the class that the system gives them");
        ""; "The service class of packets.";
    "SocketSynchronousWrites", None, JAVA, Needless;
        "N"; "Writing waits for the network.";
    "SocketSynchronousWriteTimeout", None, JAVA, Needless;
        ""; "How long writing waits for the network.";
    "MaxScheduledWriteRequests", None, JAVA, Unsupported(&["0"], "UnsentBytes bounds what waits by its size");
        "0"; "How many writes may wait.";
    "HttpAcceptPort", None, CPP, Later(&[]);
        ""; "A port for an operator's web page.";
};
