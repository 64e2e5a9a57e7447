//! The accepting thread: takes connections from the port and brings each to its session, all of them at once, so that
//! a slow one costs itself only.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::task::{Context, Poll};

use mio::{Interest, Token};

use super::acceptor::Shared;
use super::reactor::{Reactor, WOKEN};
use super::stream::Tcp;
use crate::driver::Closing;
use crate::driver::greeter::Greeter;
use crate::driver::strangers::{ACCEPT_AGAIN, Stranger};
use crate::driver::transport::Transport;
use crate::socket;

const LISTENER: Token = Token(0);

/// How many connections are accepted before those that are here are looked at: a flood must not keep them waiting.
const ACCEPTED_AT_A_TIME: usize = 64;

pub(super) struct Reception {
    reactor: Reactor,
    listener: Option<mio::net::TcpListener>,
    shared: Arc<Shared>,
    guests: BTreeMap<usize, Guest>,
    last_token: usize,
    /// When to accept again, on the monotonic clock, nanoseconds: after a failure, or when more may be waiting.
    accept_again: Option<u64>,
}

/// A connection that is without a session.
struct Guest {
    stage: Stage,
    from: Option<SocketAddr>,
    /// Counted until it is gone.
    _stranger: Stranger,
}

enum Stage {
    Greeting(Greeter),
    Closing(Closing),
}

impl Reception {
    pub(super) fn open(
        reactor: Reactor,
        listener: Option<TcpListener>,
        shared: Arc<Shared>,
    ) -> io::Result<Self> {
        let listener = match listener {
            None => None,
            Some(listener) => {
                listener.set_nonblocking(true)?;
                socket::widen(&listener)?;
                let mut listener = mio::net::TcpListener::from_std(listener);
                reactor.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
                Some(listener)
            }
        };
        let guests = BTreeMap::new();
        Ok(Self { reactor, listener, shared, guests, last_token: 0, accept_again: None })
    }

    pub(super) fn run(mut self) {
        let waker = self.reactor.waker();
        let mut context = Context::from_waker(&waker);
        let mut told = Vec::new();
        while !self.shared.stopped() {
            let limit = self.deadline().map(|at| self.shared.clock.until(at));
            told.clear();
            told.extend(self.reactor.wait(limit));
            self.accept(told.contains(&LISTENER), &mut context);
            for (transport, from) in self.shared.take_admitted() {
                self.receive(transport, from, &mut context);
            }
            // A waker says not which connection it is for.
            let everybody = told.contains(&WOKEN);
            let now = self.shared.clock.mono_ns();
            let due = |(token, guest): (&usize, &Guest)| {
                let is_due = everybody || told.contains(&Token(*token)) || guest.stage.deadline() <= now;
                is_due.then_some(*token)
            };
            let due: Vec<usize> = self.guests.iter().filter_map(due).collect();
            due.into_iter().for_each(|token| self.look_at(token, &mut context));
        }
    }

    fn deadline(&self) -> Option<u64> {
        self.guests.values().map(|guest| guest.stage.deadline()).chain(self.accept_again).min()
    }

    fn accept(&mut self, told: bool, context: &mut Context<'_>) {
        let now = self.shared.clock.mono_ns();
        let again = self.accept_again.take_if(|at| *at <= now).is_some();
        if !told && !again {
            return;
        }
        for _ in 0..ACCEPTED_AT_A_TIME {
            let Some(listener) = &self.listener else { return };
            match listener.accept() {
                Ok((stream, from)) => self.accepted(stream.into(), from, context),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => {
                    self.accept_again = Some(now + ACCEPT_AGAIN.as_nanos() as u64);
                    return;
                }
            }
        }
        // The listener tells of those that come next, not of those that are there.
        self.accept_again = Some(now);
    }

    fn accepted(&mut self, stream: std::net::TcpStream, from: SocketAddr, context: &mut Context<'_>) {
        match Tcp::accepted(stream, &self.shared.options.socket) {
            Ok(tcp) => self.receive(Box::new(tcp), Some(from), context),
            Err(error) => self.shared.options.tell(Some(from), error.into()),
        }
    }

    fn receive(
        &mut self,
        transport: Box<dyn Transport>,
        from: Option<SocketAddr>,
        context: &mut Context<'_>,
    ) {
        let Shared { options, strangers, clock, .. } = &*self.shared;
        match strangers.enter(from, options) {
            // Closed at once when it may not come in.
            Err(why) => options.tell(from, why),
            Ok(stranger) => {
                let greeter = Greeter::new(transport, options, clock.mono_ns());
                self.last_token += 1;
                let guest = Guest { stage: Stage::Greeting(greeter), from, _stranger: stranger };
                self.guests.insert(self.last_token, guest);
                self.look_at(self.last_token, context);
            }
        }
    }

    fn look_at(&mut self, token: usize, context: &mut Context<'_>) {
        let Some(mut guest) = self.guests.remove(&token) else { return };
        self.reactor.enter(Token(token));
        if guest.stays(context, &self.shared) {
            self.guests.insert(token, guest);
        }
    }
}

impl Guest {
    /// Whether it is still here afterwards.
    fn stays(&mut self, context: &mut Context<'_>, shared: &Shared) -> bool {
        let now = shared.clock.mono_ns();
        if let Stage::Greeting(greeter) = &mut self.stage {
            let from = self.from;
            let greeted = greeter.poll(context, now, &shared.options, |logon| shared.find(logon, from));
            match greeted {
                Poll::Pending => return true,
                Poll::Ready(Ok(())) => return false,
                Poll::Ready(Err(why)) => shared.options.tell(from, why),
            }
            let mut closing = Closing::default();
            if let Some(transport) = greeter.take_transport() {
                closing.add(transport, now);
            }
            self.stage = Stage::Closing(closing);
        }
        match &mut self.stage {
            Stage::Closing(closing) => {
                closing.work(context, now);
                !closing.is_empty()
            }
            Stage::Greeting(_) => true,
        }
    }
}

impl Stage {
    fn deadline(&self) -> u64 {
        match self {
            Self::Greeting(greeter) => greeter.deadline(),
            Self::Closing(closing) => closing.deadline().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use sansfix_registry::Registry;

    use super::*;
    use crate::driver::strangers::AcceptorOptions;

    #[test]
    fn a_flood_does_not_keep_those_waiting_who_are_there() {
        const FLOOD: usize = ACCEPTED_AT_A_TIME + 10;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let options =
            AcceptorOptions { max_strangers: FLOOD, max_strangers_per_address: FLOOD, ..Default::default() };
        let shared = Arc::new(Shared::new(options, &Registry::new()));
        let mut reception = Reception::open(Reactor::new().unwrap(), Some(listener), shared).unwrap();
        let _flood: Vec<_> = (0..FLOOD).map(|_| TcpStream::connect(address).unwrap()).collect();
        let waker = reception.reactor.waker();
        let context = &mut Context::from_waker(&waker);
        reception.accept(true, context);
        assert_eq!(reception.guests.len(), ACCEPTED_AT_A_TIME);
        let due = reception.deadline().unwrap();
        assert!(due <= reception.shared.clock.mono_ns(), "the rest is accepted in the next turn");
        reception.accept(false, context);
        assert_eq!(reception.guests.len(), FLOOD);
    }
}
