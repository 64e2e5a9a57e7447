//! Where a session's connections come from: from an acceptor that hands them over, or by dialling.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::dialling::{Dialled, Dialling, Failure};
use super::transport::{Incoming, Slot};
use crate::commands::Commands;

pub(crate) enum Line {
    Accepting(Arc<Slot>),
    Dialling(Box<Dialling>),
}

impl Line {
    pub(super) fn logged_on(&mut self) {
        if let Self::Dialling(dialling) = self {
            dialling.logged_on();
        }
    }

    /// Session time has begun: there is nothing to wait for.
    pub(super) fn opened(&mut self) {
        if let Self::Dialling(dialling) = self {
            dialling.at_once();
        }
    }

    /// The connection has ended.
    pub(super) fn released(&mut self, mono_ns: u64) {
        match self {
            Self::Dialling(dialling) => dialling.wait_from(mono_ns),
            Self::Accepting(slot) => slot.release(),
        }
    }

    /// When the next attempt is due, or the current one must be over.
    pub(super) fn deadline(&self) -> Option<u64> {
        match self {
            Self::Dialling(dialling) => Some(dialling.limit().unwrap_or(dialling.next())),
            Self::Accepting(_) => None,
        }
    }

    /// The next connection, or why an attempt has failed. Only while there is no connection.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
        mono_ns: u64,
        welcome: bool,
        commands: &mut Commands,
    ) -> Poll<Result<Incoming, Failure>> {
        let dialling = match self {
            Self::Dialling(dialling) => dialling,
            Self::Accepting(slot) => {
                return slot.take().map_or(Poll::Pending, |incoming| Poll::Ready(Ok(incoming)));
            }
        };
        if !welcome {
            dialling.give_up();
            return Poll::Pending;
        }
        if !dialling.is_dialling() {
            // One after the other: a Logon command is answered by the attempt that begins here.
            if !(commands.take_dial() || dialling.next() <= mono_ns) {
                return Poll::Pending;
            }
            dialling.begin(mono_ns);
        }
        let Poll::Ready(dialled) = dialling.poll(context, mono_ns) else { return Poll::Pending };
        Poll::Ready(match dialled {
            Dialled::Connected(transport) => Ok(Incoming { transport, first: Vec::new() }),
            Dialled::Failed(failure) => Err(failure),
            Dialled::GivenUp(failure) => {
                dialling.wait_from(mono_ns);
                // One that began before a Logon command says nothing about it: the next begins now.
                if !commands.wants_dial() {
                    commands.mailbox().no_connection();
                }
                Err(failure)
            }
        })
    }
}
