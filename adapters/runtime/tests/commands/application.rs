//! An application that can be held inside each of its handlers.

use std::sync::{Arc, Condvar, Mutex};

use sansfix::wire::{Body, Message};
use sansfix::{LogonWanted, Verdict};
use sansfix_runtime::{Application, Outlet};

use crate::GENEROUS;

/// Where the application can be held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// While it judges the counterparty's Logon.
    Logon,
    /// While it adds fields to our Logon.
    LogonFields,
    /// While it has an application message.
    Message,
    /// While it has an administrative message.
    Admin,
}

/// Holds the application at one place, until it is let go.
#[derive(Clone, Default)]
pub(crate) struct Hold {
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    at: Option<Place>,
    /// It is held there now.
    held: bool,
}

impl Hold {
    pub(crate) fn at(&self, place: Place) {
        self.shared.0.lock().unwrap().at = Some(place);
    }

    /// Waits until the application is there.
    pub(crate) fn wait(&self) {
        let (state, changed) = &*self.shared;
        let state = state.lock().unwrap();
        let (state, late) = changed.wait_timeout_while(state, GENEROUS, |state| !state.held).unwrap();
        drop(state);
        assert!(!late.timed_out(), "the application is never asked");
    }

    pub(crate) fn release(&self) {
        *self.shared.0.lock().unwrap() = State::default();
        self.shared.1.notify_all();
    }

    fn pass(&self, place: Place) {
        let (state, changed) = &*self.shared;
        let mut state = state.lock().unwrap();
        if state.at == Some(place) {
            state.held = true;
            changed.notify_all();
            let held = changed.wait_timeout_while(state, 2 * GENEROUS, |state| state.held).unwrap();
            drop(held);
        }
    }
}

/// Accepts everything, where it is not held.
pub(crate) struct Holdable(pub(crate) Hold);

impl Application for Holdable {
    fn message<'a>(&'a mut self, _message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.0.pass(Place::Message);
        Verdict::Accept
    }

    fn admin<'a>(&'a mut self, _message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.0.pass(Place::Admin);
        Verdict::Accept
    }

    fn logon<'a>(&'a mut self, _logon: Message<'a>) -> Verdict<'a> {
        self.0.pass(Place::Logon);
        Verdict::Accept
    }

    fn logon_fields(&mut self, _wanted: &LogonWanted, _body: &mut Body<'_>) {
        self.0.pass(Place::LogonFields);
    }
}
