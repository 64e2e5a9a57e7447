//! The thread that owns a session, over all its connections.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::slot::Slot;
use super::socket::{self, Socket};
use super::worker::Worker;

/// Without a connection the owner wakes for commands and connections; this long it sleeps at most, as a safety net.
const IDLE: Duration = Duration::from_secs(1);

/// What an owner does between connections.
pub(super) trait Between: Send {
    /// A look at the session while it has no connection. How long this can wait until the next look, if it has to.
    fn look(&mut self, worker: &mut Worker, slot: &Arc<Slot>) -> Option<Duration>;
}

/// An acceptor's owner: connections come by themselves.
pub(super) struct Accepting;

impl Between for Accepting {
    fn look(&mut self, _worker: &mut Worker, _slot: &Arc<Slot>) -> Option<Duration> {
        None
    }
}

/// Starts the owner's thread.
pub(super) fn spawn(
    worker: Worker,
    slot: Arc<Slot>,
    between: impl Between + 'static,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("sansfix-session".into()).spawn(move || own(worker, &slot, between))
}

fn own(mut worker: Worker, slot: &Arc<Slot>, mut between: impl Between) {
    while !slot.stopped() {
        guarded(&mut worker, |worker| worker.turn_without_connection());
        if let Some(incoming) = slot.take() {
            let stream = if worker.wants_connection() {
                connection(&mut worker, slot, incoming)
            } else {
                Some(incoming.stream)
            };
            // Released before it is closed: whoever sees the end can connect again at once.
            slot.release();
            if let Some(stream) = stream {
                socket::close(stream);
            }
            continue;
        }
        let wait = between.look(&mut worker, slot).map_or(IDLE, |wait| wait.min(IDLE));
        let wait = worker.idle_for(wait);
        worker.commands().mailbox().wait(wait);
    }
    if let Some(incoming) = slot.take() {
        socket::close(incoming.stream);
    }
}

fn connection(
    worker: &mut Worker,
    slot: &Slot,
    incoming: super::slot::Incoming,
) -> Option<std::net::TcpStream> {
    let mut socket = Socket::new(incoming.stream).ok()?;
    guarded(worker, |worker| worker.run(&mut socket, &incoming.first, &|| slot.stopped()));
    Some(socket.into_stream())
}

/// An application that panics loses its connection and nothing else.
fn guarded(worker: &mut Worker, work: impl FnOnce(&mut Worker)) {
    if catch_unwind(AssertUnwindSafe(|| work(worker))).is_err() {
        // Only the store is asked there; if it panics too, there is nothing left to save.
        let _ = catch_unwind(AssertUnwindSafe(|| worker.abandon_connection()));
    }
}
