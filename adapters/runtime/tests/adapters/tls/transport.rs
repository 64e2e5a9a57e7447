//! The transport itself, over a pipe that takes a byte at a time: nobody is looked at before being woken.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use sansfix_runtime::tls::{ClientTls, TlsError, TlsTransport, rustls};
use sansfix_runtime::{Pipe, Transport, pipe};

use super::authority::Authority;
use super::{client, mutual};
use crate::GENEROUS;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls when it is woken, and only then.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    let until = Instant::now() + GENEROUS;
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        thread::park_timeout(until.saturating_duration_since(Instant::now()));
        assert!(Instant::now() < until, "nobody is woken");
    }
}

type Tls<T = Pipe> = TlsTransport<T>;

fn pair(capacity: usize, server: Arc<rustls::ServerConfig>, client: &ClientTls) -> (Tls, Tls) {
    let (here, there) = pipe(capacity);
    let name = rustls::pki_types::ServerName::try_from("venue.example").unwrap();
    let here = TlsTransport::client(here, client.config.clone(), name).unwrap();
    (here, TlsTransport::server(there, server).unwrap())
}

async fn write_all(tls: &mut Tls<impl Transport>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = poll_fn(|context| tls.poll_write(context, bytes)).await?;
        bytes = &bytes[count..];
    }
    poll_fn(|context| tls.poll_flush(context)).await
}

async fn read_to_end(tls: &mut Tls<impl Transport>) -> io::Result<Vec<u8>> {
    let (mut all, mut chunk) = (Vec::new(), [0; 100]);
    loop {
        match poll_fn(|context| tls.poll_read(context, &mut chunk)).await? {
            0 => return Ok(all),
            count => all.extend_from_slice(&chunk[..count]),
        }
    }
}

fn why(error: &io::Error) -> &TlsError {
    error.get_ref().and_then(|why| why.downcast_ref()).unwrap_or_else(|| panic!("{error:?}"))
}

#[test]
fn a_byte_at_a_time_everything_comes_and_so_does_the_end() {
    for capacity in [1, 7, 64 << 10] {
        let (server, client) = mutual();
        let (mut here, mut there) = pair(capacity, server, &client);
        let sent: Vec<u8> = (0..50_000_u32).map(|n| n as u8).collect();
        let expected = sent.clone();
        let echoing = thread::spawn(move || {
            block_on(async {
                let came = read_to_end(&mut there).await.unwrap();
                write_all(&mut there, &came).await.unwrap();
                poll_fn(|context| there.poll_close(context)).await.unwrap();
                // Dropped only when the other side has read.
                there
            })
        });
        let came = block_on(async {
            write_all(&mut here, &sent).await.unwrap();
            // Nothing follows; reading goes on.
            poll_fn(|context| here.poll_close(context)).await.unwrap();
            read_to_end(&mut here).await.unwrap()
        });
        assert!(came == expected, "{} of {} bytes came back", came.len(), expected.len());
        drop(echoing.join().unwrap());
    }
}

#[test]
fn an_end_that_was_not_announced_is_a_fault() {
    let (server, client) = mutual();
    let (mut here, mut there) = pair(64 << 10, server, &client);
    let writing = thread::spawn(move || {
        block_on(async {
            write_all(&mut there, b"half a mess").await.unwrap();
            // Dropped without a word.
        });
    });
    let mut chunk = [0; 100];
    let count = block_on(poll_fn(|context| here.poll_read(context, &mut chunk))).unwrap();
    assert_eq!(&chunk[..count], b"half a mess", "what came is not lost");
    writing.join().unwrap();
    for _ in 0..2 {
        let error = block_on(read_to_end(&mut here)).unwrap_err();
        assert_eq!((why(&error), error.kind()), (&TlsError::Truncated, io::ErrorKind::UnexpectedEof));
    }
    let (server, client) = mutual();
    let (mut here, there) = pair(64 << 10, server, &client);
    drop(there);
    let error = block_on(poll_fn(|context| here.poll_open(context))).unwrap_err();
    assert_eq!(why(&error), &TlsError::EndedInHandshake);
}

/// The alert does not fit into the pipe when it is written: closing sees it out.
#[test]
fn whoever_is_refused_learns_why_however_narrow_the_line() {
    let (server, _) = mutual();
    let (mut here, mut there) = pair(1, server, &client(None, &Authority::new("Other")));
    let serving = thread::spawn(move || block_on(read_to_end(&mut there)).unwrap_err());
    let error = block_on(poll_fn(|context| here.poll_open(context))).unwrap_err();
    assert!(matches!(why(&error), TlsError::Handshake(rustls::Error::InvalidCertificate(_))), "{error}");
    let again = block_on(poll_fn(|context| here.poll_write(context, b"x"))).unwrap_err();
    assert_eq!(why(&again), why(&error), "nothing is taken after that");
    block_on(poll_fn(|context| here.poll_close(context))).unwrap();
    let learned = serving.join().unwrap();
    let expected = rustls::Error::AlertReceived(rustls::AlertDescription::UnknownCA);
    assert_eq!(why(&learned), &TlsError::Handshake(expected));
}

/// A record that nobody made, behind what is written.
struct Tampering {
    below: Pipe,
    on: Arc<AtomicBool>,
}

impl Transport for Tampering {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        self.below.poll_read(context, into)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.on.load(Ordering::SeqCst) {
            let record = [&[0x17, 0x03, 0x03, 0, 20][..], &[0; 20]].concat();
            let written = self.below.poll_write(context, &[bytes, &record].concat());
            return written.map_ok(|count| count.min(bytes.len()));
        }
        self.below.poll_write(context, bytes)
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.below.poll_close(context)
    }
}

#[test]
fn what_came_before_a_fault_is_read_first_and_nothing_is_taken_after_it() {
    let (server, client) = mutual();
    let (here, there) = pipe(64 << 10);
    let on = Arc::new(AtomicBool::new(false));
    let name = rustls::pki_types::ServerName::try_from("venue.example").unwrap();
    let mut here = TlsTransport::client(here, client.config, name).unwrap();
    let mut there = TlsTransport::server(Tampering { below: there, on: on.clone() }, server).unwrap();
    let serving = thread::spawn(move || {
        block_on(poll_fn(|context| there.poll_open(context))).unwrap();
        there
    });
    block_on(poll_fn(|context| here.poll_open(context))).unwrap();
    let mut there = serving.join().unwrap();
    on.store(true, Ordering::SeqCst);
    let count = block_on(poll_fn(|context| there.poll_write(context, b"the last order"))).unwrap();
    assert_eq!(count, 14);
    let mut chunk = [0; 5];
    let mut came = Vec::new();
    let error = loop {
        match block_on(poll_fn(|context| here.poll_read(context, &mut chunk))) {
            Ok(count) => came.extend_from_slice(&chunk[..count]),
            Err(error) => break error,
        }
    };
    assert_eq!(came, b"the last order");
    assert_eq!(why(&error), &TlsError::Connection(rustls::Error::DecryptError));
    let error = block_on(poll_fn(|context| here.poll_write(context, b"more"))).unwrap_err();
    assert_eq!(why(&error), &TlsError::Connection(rustls::Error::DecryptError));
}

#[test]
fn a_counterparty_that_does_not_read_costs_a_bounded_buffer() {
    let (server, client) = mutual();
    let (mut here, mut there) = pair(1 << 10, server, &client);
    let serving = thread::spawn(move || {
        block_on(poll_fn(|context| there.poll_open(context))).unwrap();
        there
    });
    block_on(poll_fn(|context| here.poll_open(context))).unwrap();
    // What is left of our side of the handshake is with the pipe.
    let _unread = serving.join().unwrap();
    let context = &mut Context::from_waker(Waker::noop());
    let mut taken = 0;
    while let Poll::Ready(count) = here.poll_write(context, &[0; 1 << 20]) {
        let count = count.unwrap();
        assert!(count > 0, "room is promised and not given");
        taken += count;
        assert!(taken < 1 << 20, "there is no bound");
    }
    assert!((10_000..200_000).contains(&taken), "{taken}");
}

/// What a connection below does from some moment on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    None,
    Open,
    Read,
    Write,
    /// It takes nothing, and says so.
    TakesNothing,
}

/// A pipe with a fault, which gives a byte at a time.
struct Faulty {
    below: Pipe,
    fault: Arc<Mutex<Fault>>,
    /// It has been asked whether it is open, and was not yet.
    asked: bool,
}

impl Faulty {
    fn is(&self, fault: Fault) -> io::Result<()> {
        let it_is = *self.fault.lock().unwrap() == fault;
        if it_is { Err(io::Error::other(format!("{fault:?}"))) } else { Ok(()) }
    }
}

impl Transport for Faulty {
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !std::mem::replace(&mut self.asked, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.is(Fault::Open))
    }

    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        self.is(Fault::Read)?;
        self.below.poll_read(context, &mut into[..1])
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.is(Fault::Write)?;
        if self.is(Fault::TakesNothing).is_err() {
            return Poll::Ready(Ok(0));
        }
        self.below.poll_write(context, bytes)
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.below.poll_close(context)
    }
}

/// Our side over a pipe with a fault, which can be chosen, and the other side.
fn faulty(capacity: usize) -> (Tls<Faulty>, Tls, Arc<Mutex<Fault>>) {
    let (server, client) = mutual();
    let (here, there) = pipe(capacity);
    let fault = Arc::new(Mutex::new(Fault::None));
    let name = rustls::pki_types::ServerName::try_from("venue.example").unwrap();
    let here = Faulty { below: here, fault: fault.clone(), asked: false };
    let here = TlsTransport::client(here, client.config, name).unwrap();
    (here, TlsTransport::server(there, server).unwrap(), fault)
}

/// Both sides have come through the handshake. Whoever gives a byte at a time does not keep a look from ending: it is
/// woken for the next, though there is more to be read.
fn opened(capacity: usize) -> (Tls<Faulty>, Tls, Arc<Mutex<Fault>>) {
    let (mut here, mut there, fault) = faulty(capacity);
    assert!(format!("{here:?}").contains("handshaking: true, failed: None"), "{here:?}");
    let serving = thread::spawn(move || {
        block_on(poll_fn(|context| there.poll_open(context))).unwrap();
        there
    });
    block_on(poll_fn(|context| here.poll_open(context))).unwrap();
    assert!(format!("{here:?}").contains("handshaking: false, failed: None"), "{here:?}");
    (here, serving.join().unwrap(), fault)
}

#[test]
fn a_fault_below_is_told_as_it_is() {
    let said = |error: io::Error| error.to_string();
    let context = || Context::from_waker(Waker::noop());
    let (mut here, _there, fault) = faulty(64 << 10);
    *fault.lock().unwrap() = Fault::Open;
    assert_eq!(said(block_on(poll_fn(|context| here.poll_open(context))).unwrap_err()), "Open");
    let (mut here, _there, fault) = faulty(64 << 10);
    *fault.lock().unwrap() = Fault::Read;
    assert_eq!(said(block_on(poll_fn(|context| here.poll_open(context))).unwrap_err()), "Read");
    // What is written first goes through the handshake first.
    assert_eq!(said(block_on(write_all(&mut here, b"x")).unwrap_err()), "Read");

    let (mut here, _there, fault) = opened(64 << 10);
    *fault.lock().unwrap() = Fault::Read;
    assert_eq!(said(block_on(read_to_end(&mut here)).unwrap_err()), "Read");
    *fault.lock().unwrap() = Fault::Write;
    assert_eq!(said(block_on(write_all(&mut here, b"x")).unwrap_err()), "Write");
    // Its record is still there, and does not go.
    let Poll::Ready(Err(error)) = here.poll_write(&mut context(), b"y") else { panic!("it is taken") };
    assert_eq!(said(error), "Write");
    *fault.lock().unwrap() = Fault::TakesNothing;
    let Poll::Ready(Err(error)) = here.poll_write(&mut context(), b"z") else { panic!("it is taken") };
    assert_eq!(error.kind(), io::ErrorKind::WriteZero);
}

#[test]
fn records_that_come_byte_by_byte_are_read_a_few_at_a_look() {
    let (mut here, mut there, _) = opened(64 << 10);
    let order = [b'x'; 90];
    block_on(write_all(&mut there, &order)).unwrap();
    let mut chunk = [0; 100];
    let first = here.poll_read(&mut Context::from_waker(Waker::noop()), &mut chunk);
    assert!(first.is_pending(), "a look takes as long as the counterparty likes");
    // It is woken though nothing more comes.
    let count = block_on(poll_fn(|context| here.poll_read(context, &mut chunk))).unwrap();
    assert_eq!(chunk[..count], order);
}
