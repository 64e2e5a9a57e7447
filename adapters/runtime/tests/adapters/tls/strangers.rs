//! Who speaks no TLS, or does not come to the end of it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use sansfix_runtime::InitiatorOptions;

use super::authority::Authority;
use super::{Desk, HOST, Venue, client, server};
use crate::host::{Adapter, on_both_adapters};
use crate::peer::Peer;
use crate::{GENEROUS, desk, wait_down};

/// A ClientHello that promises more than comes.
const HALF_A_HELLO: &[u8] = &[0x16, 0x03, 0x01, 0x01, 0x00, 0x01];

fn a_client_in_plain_text_costs_only_itself(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), None));
    let mut plain = Peer::connect(place.acceptor.local_addr(), desk());
    plain.log_on();
    place.wait_refused("is the counterparty's side plain?");
    // An alert, and the end.
    let mut rest = Vec::new();
    plain.stream.read_to_end(&mut rest).unwrap();
    assert_eq!(rest.first(), Some(&0x15), "{rest:?}");
    Desk::dial(on, place.address(), Some(client(None, &authority))).is_served();
}

fn a_client_with_tls_on_a_plain_port_costs_only_itself(on: Adapter) {
    let place = Venue::open(on, None, GENEROUS);
    let tls = client(None, &Authority::new("Root"));
    let secured = Desk::dial(on, place.address(), Some(tls));
    secured.hears_that("not connected: ", "does the counterparty speak TLS there?");
    place.wait_refused("cannot be read");
    Desk::dial(on, place.address(), None).is_served();
}

fn a_handshake_that_does_not_end_is_closed_at_the_limit_and_holds_nothing(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::open(on, Some(server(&authority.issue(HOST), None)), Duration::from_millis(500));
    let mut silent = TcpStream::connect(place.acceptor.local_addr()).unwrap();
    let mut halfway = TcpStream::connect(place.acceptor.local_addr()).unwrap();
    halfway.write_all(HALF_A_HELLO).unwrap();
    // Beside them somebody is served.
    let served = Desk::dial(on, place.address(), Some(client(None, &authority)));
    served.is_served();
    for stream in [&mut silent, &mut halfway] {
        stream.set_read_timeout(Some(GENEROUS)).unwrap();
        // What is said before the end is close_notify.
        stream.read_to_end(&mut Vec::new()).unwrap();
    }
    place.wait_refused("did not come in time");
    assert_eq!(place.refused.lock().unwrap().len(), 2);
}

fn a_server_that_never_answers_is_given_up_at_the_limit_and_the_next_is_tried(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), None));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_address = silent.local_addr().unwrap().to_string();
    let desk = Desk::dial_with(
        on,
        InitiatorOptions {
            addresses: vec![silent_address.clone(), place.address()],
            connect_timeout: Duration::from_millis(700),
            tls: Some(client(None, &authority)),
            ..InitiatorOptions::to("")
        },
    );
    desk.hears_that(&format!("not connected: {silent_address}: "), "no connection within 0.7 s");
    desk.is_served();
}

fn commands_are_carried_out_while_a_handshake_is_under_way(on: Adapter) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let dialling = Desk::dial(on, silent.local_addr().unwrap(), Some(client(None, &Authority::new("Root"))));
    let (mut connection, _) = silent.accept().unwrap();
    let mut hello = [0; 1];
    connection.read_exact(&mut hello).unwrap();
    assert_eq!(hello, [0x16], "the handshake is under way");
    // Far less than the time that a handshake may take here.
    let outcome = dialling.registry.logout(&desk(), "").unwrap().wait(GENEROUS / 2);
    assert!(outcome.is_some(), "the command waits for the handshake");
    connection.set_read_timeout(Some(GENEROUS / 2)).unwrap();
    connection.read_to_end(&mut Vec::new()).expect("the attempt goes on though nobody wants it");
    wait_down(&dialling.registry, &desk());
}

on_both_adapters!(
    a_client_in_plain_text_costs_only_itself,
    a_client_with_tls_on_a_plain_port_costs_only_itself,
    a_handshake_that_does_not_end_is_closed_at_the_limit_and_holds_nothing,
    a_server_that_never_answers_is_given_up_at_the_limit_and_the_next_is_tried,
    commands_are_carried_out_while_a_handshake_is_under_way,
);
