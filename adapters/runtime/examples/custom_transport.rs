//! A session over something that is not TCP: chunks of bytes in two channels of the standard library. Anything that can
//! be read and written without waiting is a [`Transport`]. Run it with `cargo run --example custom_transport`.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sansfix::BeginString;
use sansfix::config::{Config, Identity, Role};
use sansfix_registry::{OwnedMessage, Registry};
use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, Initiator, InitiatorOptions};
use sansfix_runtime::{Application, SessionSetup, Transport};

/// One end: an empty chunk is the end of the stream.
struct Chunks {
    from: Receiver<Vec<u8>>,
    to: Sender<Vec<u8>>,
    unread: io::Cursor<Vec<u8>>,
    /// Who waits at this end, and at the other.
    wakers: [Arc<Mutex<Option<Waker>>>; 2],
}

fn chunks() -> (Chunks, Chunks) {
    let ((to, other_from), (other_to, from)) = (channel(), channel());
    let [one, two] = [(); 2].map(|()| Arc::new(Mutex::new(None)));
    let end = |from, to, wakers| Chunks { from, to, unread: io::Cursor::default(), wakers };
    (end(from, to, [one.clone(), two.clone()]), end(other_from, other_to, [two, one]))
}

impl Transport for Chunks {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        if self.unread.position() == self.unread.get_ref().len() as u64 {
            // The waker first: a chunk that comes after the look wakes it.
            *self.wakers[0].lock().unwrap() = Some(context.waker().clone());
            match self.from.try_recv() {
                Err(TryRecvError::Empty) => return Poll::Pending,
                chunk_or_end => self.unread = io::Cursor::new(chunk_or_end.unwrap_or_default()),
            }
        }
        Poll::Ready(self.unread.read(into))
    }

    fn poll_write(&mut self, _context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.to.send(bytes.to_vec()).map_err(|_| io::Error::from(ErrorKind::BrokenPipe))?;
        self.wakers[1].lock().unwrap().take().into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_write(context, &[]).map_ok(drop)
    }
}

impl Drop for Chunks {
    fn drop(&mut self) {
        let _ = self.poll_close(&mut Context::from_waker(Waker::noop())); // The other end has to be woken.
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    struct Quiet;
    impl Application for Quiet {}
    let (registry, limit) = (Registry::new(), Duration::from_secs(10));
    let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
    let venue = SessionSetup::new(Config::new(Role::Acceptor, desk.reversed()), Quiet);
    let acceptor = Arc::new(Acceptor::without_port(vec![venue], AcceptorOptions::default(), &registry)?);
    let (ours, at) = (SessionSetup::new(Config::new(Role::Initiator, desk.clone()), Quiet), acceptor.clone());
    let initiator = Initiator::start_with(ours, InitiatorOptions::to("the venue"), &registry, move |_| {
        let (here, there) = chunks();
        at.admit(there, None);
        Ok(here)
    })?;
    registry.wait(&desk, limit, |status| status.logged_on)?;
    println!("sent: {:?}", registry.send(&desk, OwnedMessage::new("B", "148=Two channels\x01"))?.wait(limit));
    println!("logged out: {:?}", initiator.shut_down(limit));
    Ok(())
}
