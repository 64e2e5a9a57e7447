//! Connections that are cut.

use std::collections::VecDeque;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use sansfix::config::{Config, Role};
use sansfix_registry::Registry;
use sansfix_runtime::{InitiatorOptions, SessionSetup, pipe};

use super::authority::Authority;
use super::{Desk, Told, Venue, client, mutual};
use crate::host::{Adapter, on_both_adapters};
use crate::{GENEROUS, desk, venue, wait, wait_down};

/// A line between two sides that can be cut without a word to either.
struct Line {
    address: SocketAddr,
    connections: Receiver<[TcpStream; 2]>,
}

impl Line {
    fn to(place: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (made, connections) = channel();
        thread::spawn(move || {
            for here in listener.incoming().map_while(Result::ok) {
                let there = TcpStream::connect(place).unwrap();
                let clones = || [here.try_clone().unwrap(), there.try_clone().unwrap()];
                for [mut from, mut to] in [clones(), {
                    let [here, there] = clones();
                    [there, here]
                }] {
                    thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                    });
                }
                if made.send([here, there]).is_err() {
                    return;
                }
            }
        });
        Self { address, connections }
    }

    /// Both sides see the end of the stream.
    fn cut(&self) {
        for side in self.connections.recv_timeout(GENEROUS).unwrap() {
            side.shutdown(Shutdown::Both).unwrap();
        }
    }
}

fn a_connection_that_is_cut_is_told_and_the_next_goes_on_with_the_numbers(on: Adapter) {
    let (server, client) = mutual();
    let place = Venue::secured(on, server);
    let line = Line::to(place.acceptor.local_addr());
    let cut = Desk::dial(on, line.address, Some(client));
    cut.is_served();
    line.cut();
    cut.hears_that("broken: ", "the connection ended without TLS's close_notify");
    cut.hears_that("ended: ", "");
    let (ours, theirs) = (wait_down(&cut.registry, &desk()), wait_down(&place.registry, &venue()));
    assert_eq!((ours.next_sender.get(), ours.next_target.get()), (3, 3));
    assert_eq!((theirs.next_sender.get(), theirs.next_target.get()), (3, 3));
    cut.registry.logon(&desk()).unwrap();
    cut.is_served();
    wait(&cut.registry, &desk(), "further by a Logon and a message each way", |status| {
        (status.next_sender.get(), status.next_target.get()) == (5, 5)
    });
    // The other way to end says so under TLS, and is no fault.
    let out = cut.registry.logout(&desk(), "enough").unwrap().wait(GENEROUS);
    assert_eq!(out, Some(sansfix_registry::CommandOutcome::Completed));
    cut.hears_that("ended: ", "");
    assert!(place.refused.lock().unwrap().is_empty());
}

/// So narrow that an alert does not go at once: the connection stays until it has, though nobody uses it any more.
fn whoever_is_refused_learns_why_over_a_narrow_line(on: Adapter) {
    let (server, _) = mutual();
    let place = Venue::secured(on, server);
    let (here, there) = pipe(1);
    place.acceptor.admit(there);
    let (tell, told) = channel();
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), Told(tell));
    let tls = Some(client(None, &Authority::new("Other")));
    let options =
        InitiatorOptions { reconnect_interval: GENEROUS, tls, ..InitiatorOptions::to("venue.example:1") };
    let line = Arc::new(Mutex::new(VecDeque::from([here])));
    let _initiator = on.initiate_over(line, setup, options, &Registry::new()).unwrap();
    let heard = told.recv_timeout(GENEROUS).unwrap();
    assert!(heard.starts_with("not connected: venue.example:1: the TLS handshake failed"), "{heard}");
    place.wait_refused("it does not trust the authority of our certificate");
}

on_both_adapters!(
    a_connection_that_is_cut_is_told_and_the_next_goes_on_with_the_numbers,
    whoever_is_refused_learns_why_over_a_narrow_line,
);
