use sansfix::{Action, Event, Now, PhaseName, Reason, Status, Verdict};
use sansfix_runtime::{Link, Next, Store};
use std::io::{Read, Write};

fn drive(link: &mut Link, store: &mut dyn Store, stream: &mut (impl Read + Write), now: impl Fn() -> Now)
    -> Result<Reason, Box<dyn std::error::Error>> {
    link.handle(now(), Event::Connected);
    loop {
        link.handle(now(), Event::Tick);                                  // due or not: it does no harm
        while let Some(next) = link.next(now()) {
            match next {
                Next::Message(_lent, reply) => reply.settle(Verdict::Accept)?,   // read it, reply, judge it
                Next::LogonWanted(_, reply) => drop(reply.logon(|_body| {})?),   // add credentials
                Next::Garbled { why, .. } => eprintln!("ignored: {why}"),
                Next::Action(Action::StateChanged(status)) => eprintln!("{:?}", status.phase),
                Next::Action(Action::Save(batch)) => {
                    let ticket = batch.ticket();
                    store.save(&batch)?;
                    link.handle(now(), Event::Saved(ticket));
                }
                Next::Action(Action::Fetch { fetch, range, limit }) => {
                    let through = store.fetch(range, limit, &mut |stored| {
                        link.handle(now(), stored.answer(fetch));
                    })?;
                    link.handle(now(), Event::FetchEnd { fetch, through });
                }
                Next::Action(Action::Transmit(wire)) => {                 // only saved bytes can be read from it
                    let count = stream.write(wire.bytes())?;
                    wire.sent(count);
                }
                Next::Action(Action::Disconnect(_)) => { link.handle(now(), Event::Disconnected); }
            }
        }
        let Status { phase, ended, .. } = link.status();
        if phase == PhaseName::Disconnected {                             // and everything is saved
            return Ok(ended.unwrap_or(Reason::ConnectionLost));
        }
        match stream.read(link.io().0) {                                  // with a timeout: link.deadline()
            Ok(0) => { link.handle(now(), Event::Disconnected); }
            Ok(count) => link.received(count),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
}
