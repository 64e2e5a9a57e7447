//! The counterparty's end of a connection: everything that is read from it is told to the ledgers, and reading can be
//! held up, so that the process is killed with much under way.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use sansfix::tags::SENDER_COMP_ID;
use sansfix::wire::{Frame, frame};
use sansfix_runtime::Transport;
use sansfix_runtime::tokio_adapter::Stream;
use tokio::net::TcpStream;

use super::GENEROUS;
use super::child::{SESSIONS, identity};
use super::ledger::Ledger;

/// Longer than any message here.
const MOST: usize = 64 << 10;

/// What all connections of the counterparty share.
#[derive(Default)]
pub(crate) struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) ledgers: [Ledger; SESSIONS],
    /// Connections that have not ended.
    open: usize,
    held: bool,
    waiting: Vec<Waker>,
}

impl Seen {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Waits until `holds`. Whether it does.
    pub(crate) fn wait(&self, mut holds: impl FnMut(&State) -> bool) -> bool {
        let (state, _) =
            self.changed.wait_timeout_while(self.lock(), GENEROUS, |state| !holds(state)).unwrap();
        holds(&state)
    }

    /// No connection is left.
    pub(crate) fn wait_for_the_end(&self) -> bool {
        self.wait(|state| state.open == 0)
    }

    /// Reads nothing any more, or again.
    pub(crate) fn hold(&self, held: bool) {
        let waiting = {
            let mut state = self.lock();
            state.held = held;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

pub(crate) struct Tap {
    stream: Stream<TcpStream>,
    seen: Arc<Seen>,
    input: Vec<u8>,
}

impl Tap {
    pub(crate) fn new(stream: TcpStream, seen: Arc<Seen>) -> Self {
        seen.lock().open += 1;
        Self { stream: Stream(stream), seen, input: Vec::new() }
    }

    fn tell(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
        let mut state = self.seen.lock();
        while let Frame::Message { message, taken } = frame(&self.input, MOST) {
            let sender = message.header_field(SENDER_COMP_ID).unwrap().to_vec();
            let named = |session: &usize| identity(*session).sender.comp_id.as_bytes() == sender;
            let session = (0..SESSIONS).find(named).unwrap();
            state.ledgers[session].record(&message);
            self.input.drain(..taken);
        }
        drop(state);
        self.seen.changed.notify_all();
    }
}

impl Transport for Tap {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        {
            let mut state = self.seen.lock();
            if state.held {
                state.waiting.push(context.waker().clone());
                return Poll::Pending;
            }
        }
        let read = self.stream.poll_read(context, into);
        if let Poll::Ready(Ok(count)) = read {
            self.tell(&into[..count]);
        }
        read
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream.poll_write(context, bytes)
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.poll_close(context)
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.seen.lock().open -= 1;
        self.seen.changed.notify_all();
    }
}
