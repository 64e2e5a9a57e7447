//! A venue and two participants, each on a line of its own, for a day of virtual time in which messages are lost and
//! repeated, lines are cut, processes die and operators log out and on: what is told to a participant arrives, and arrives
//! once, unless the participant's own crash takes it back.
//!
//! `cargo run -p sansfix-sim --example venue`

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::rc::Rc;

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{BeginString, Order, SeqNum, Snapshot};
use sansfix_sim::{Answer, Application, Options, OrderWanted, Outgoing, Settings, Side, Simulation};

const NAMES: [&str; 2] = ["ALICE", "BOB"];

/// The book, and what each participant is to be told. It outlives the processes that serve the lines, as a database does.
#[derive(Debug, Default)]
struct Venue {
    entered: BTreeSet<(usize, String)>,
    /// Orders that wait for one of the other side: whose, ClOrdID(11), Side(54).
    resting: Vec<(usize, String, String)>,
    reports: [Vec<String>; 2],
    /// The MsgSeqNum of each report that was sent, as long as no crash has taken it back.
    numbers: [Vec<SeqNum>; 2],
}

impl Venue {
    fn report(&mut self, participant: usize, order: &str, exec_type: char) {
        let id = format!("{}-{}", NAMES[participant], self.reports[participant].len());
        self.reports[participant].push(format!("11={order}\u{1}17={id}\u{1}150={exec_type}\u{1}"));
    }

    fn enter(&mut self, participant: usize, order: String, side: String) {
        self.report(participant, &order, '0');
        match self.resting.iter().position(|(other, _, theirs)| *other != participant && *theirs != side) {
            Some(at) => {
                let (other, theirs, _) = self.resting.remove(at);
                self.report(participant, &order, 'F');
                self.report(other, &theirs, 'F');
            }
            None => self.resting.push((participant, order, side)),
        }
    }
}

/// The venue's end of a line.
#[derive(Debug)]
struct Gateway(usize, Rc<RefCell<Venue>>);

impl Application for Gateway {
    fn message(&mut self, message: &Message<'_>, order: Order) -> Answer {
        let text = |tag| message.get(tag).map(|value| String::from_utf8_lossy(value).into_owned());
        if let (b"D", Order::Expected, Some(id), Some(side)) = (message.msg_type(), order, text(11), text(54))
        {
            let mut venue = self.1.borrow_mut();
            // What a crash took back before it was saved comes again.
            if venue.entered.insert((self.0, id.clone())) {
                venue.enter(self.0, id, side);
            }
        }
        Answer::accept()
    }

    /// Reports that had a number and were not durable are sent again.
    fn began_again(&mut self, from: &Snapshot) {
        self.1.borrow_mut().numbers[self.0].retain(|number| *number < from.next_sender);
    }
}

/// What a participant has heard.
#[derive(Debug, Default)]
struct Heard {
    /// The ExecID(17) of each report, and the MsgSeqNum(34) that it came with.
    reports: BTreeMap<String, SeqNum>,
    /// The reports that came once more though nothing had taken them back.
    twice: Vec<String>,
    taken_back: usize,
}

/// The participant's end.
#[derive(Debug)]
struct Participant(Rc<RefCell<Heard>>);

impl Application for Participant {
    fn message(&mut self, message: &Message<'_>, order: Order) -> Answer {
        // What is below the number expected was heard before, and is shown as such.
        let new = message.msg_type() == b"8" && order == Order::Expected;
        if let (true, Some(id), Some(number)) = (new, message.get(17), message.seq()) {
            let mut heard = self.0.borrow_mut();
            let id = String::from_utf8_lossy(id).into_owned();
            if heard.reports.insert(id.clone(), number).is_some() {
                heard.twice.push(id);
            }
        }
        Answer::accept()
    }

    /// Reports that were heard and whose number was not durable come again: they have never been heard.
    fn began_again(&mut self, from: &Snapshot) {
        let mut heard = self.0.borrow_mut();
        let before = heard.reports.len();
        heard.reports.retain(|_, number| *number < from.next_target);
        heard.taken_back += before - heard.reports.len();
    }
}

/// What the simulation sends by itself at the end, to see that it gets through: nothing that enters the book.
fn news(wanted: &OrderWanted) -> Outgoing {
    let fields = format!("148=the end of the day, {} of {:?}\u{1}", wanted.number, wanted.side);
    Outgoing { msg_type: b"B".to_vec(), fields: fields.into_bytes() }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (venue, heard) = (Rc::<RefCell<Venue>>::default(), [0, 1].map(|_| Rc::<RefCell<Heard>>::default()));
    let mut lines = Vec::new();
    for at in [0, 1] {
        let identity = Identity::new(BeginString::Fix44, NAMES[at], "VENUE");
        let gateway = Config::new(Role::Acceptor, identity.reversed());
        let gateway =
            Settings { application: Box::new(Gateway(at, venue.clone())), ..Settings::new(gateway) };
        let participant = Box::new(Participant(Rc::clone(&heard[at])));
        let participant =
            Settings { application: participant, ..Settings::new(Config::new(Role::Initiator, identity)) };
        let options = Options { seed: 1 + at as u64, orders: 0.0, ..Options::default() };
        lines.push(Simulation::with(options, participant, gateway)?.with_orders(news));
    }
    let mut count = 0;
    while !lines[0].is_over() {
        for (at, line) in lines.iter_mut().enumerate() {
            line.step()?; // a virtual minute; a violation of a guarantee ends it
            count += 1;
            let order = format!("11=ORDER-{count}\u{1}54={}\u{1}", 1 + (count / 3) % 2);
            let _ = line.send(Side::Initiator, b"D", order.as_bytes()); // not while logged out
            tell(line, at, &venue);
        }
    }
    for _ in 0..2 {
        // The faults stop: all that was sent arrives. Then what still had to be sent.
        lines.iter_mut().try_for_each(|line| line.finish().map(drop))?;
        lines.iter_mut().enumerate().for_each(|(at, line)| tell(line, at, &venue));
    }
    for at in [0, 1] {
        let report = lines[at].finish()?;
        let (told, heard) = (&venue.borrow().reports[at], heard[at].borrow());
        println!("{}: {} execution reports, {} arrived", NAMES[at], told.len(), heard.reports.len());
        println!("{} were taken back by a crash and came again\n{report}", heard.taken_back);
        assert_eq!(heard.reports.len(), told.len(), "lost: {}", lines[at].ladder());
        assert!(heard.twice.is_empty(), "told twice: {:?}", heard.twice);
    }
    println!("{} orders entered, {} wait", venue.borrow().entered.len(), venue.borrow().resting.len());
    Ok(())
}

/// Sends the reports that have no number yet, as far as the session takes them.
fn tell(line: &mut Simulation, at: usize, venue: &RefCell<Venue>) {
    let next = || {
        let venue = venue.borrow();
        venue.reports[at].get(venue.numbers[at].len()).cloned()
    };
    while let Some(report) = next() {
        let Ok(number) = line.send(Side::Acceptor, b"8", report.as_bytes()) else { return };
        venue.borrow_mut().numbers[at].push(number);
    }
}
