//! Two sessions for hours of virtual time: orders, operators, and a seeded choice of everything that goes wrong.
//!
//! After every instant in which something happened the invariants of [`crate::Invariants`] are checked, and more that
//! need to know the faults and the commands (`promises`, `chatter`). When the run is over the faults stop: both sides must become logged on, with
//! equal numbers and everything delivered, and stay so.

mod chatter;
mod faults;
mod heal;
mod limits;
mod look;
mod options;
mod order;
mod promises;
mod record;
mod report;

pub use options::{Options, OutOfRange};
pub use order::OrderWanted;
pub use report::Report;

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, Command, Now, Origin, Refused, SECOND_NS, SeqNum};

use super::application::Outgoing;
use super::invariants::{Invariants, Violation};
use super::ladder::{Kind, Ladder};
use super::line::Line;
use super::network::Chunking;
use super::pair::{Pair, Side};
use super::random::Random;
use super::settings::Settings;
use super::store::Pace;
use chatter::Chatter;
use faults::{Agenda, Deed};
use promises::Promises;
use record::Record;

/// The longest that bytes travel, nanoseconds. Each connection has a latency of its own below it.
const MOST_LATENCY_NS: u64 = 50_000_000;
/// Reads are cut at random into pieces of at most this many bytes.
const MOST_READ: usize = 400;
/// An initiator dials within this long, nanoseconds.
const DIAL_WITHIN_NS: u64 = 10 * SECOND_NS;
/// An operator who has logged out logs on again within this long, nanoseconds.
const DOWN_WITHIN_NS: u64 = 120 * SECOND_NS;
/// A process that is to die does so before it has done more things than this: a logon takes about as many.
const MOST_THINGS: u64 = 12;
/// How much passes in one [`Simulation::step`], nanoseconds.
const STEP_NS: u64 = 60 * SECOND_NS;
/// How many arrivals and deadlines may fall into one instant before it is called endless.
const MOST_IN_AN_INSTANT: u64 = 1_000_000;
/// The clock at the beginning: an instant of 2026, as good as any.
const START: Now = Now { mono_ns: SECOND_NS, utc_ns: 1_790_000_000 * SECOND_NS as i64 };

/// A seeded run of two sessions.
///
/// ```
/// use sansfix_sim::{Options, Simulation};
///
/// let mut simulation = Simulation::new(Options { seed: 7, hours: 0.5, ..Options::default() })?;
/// while !simulation.is_over() {
///     simulation.step()?; // a virtual minute; a violation ends it
/// }
/// let report = simulation.finish()?; // the faults stop, and everything must have been delivered
/// assert_eq!(report.healed, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Simulation {
    options: Options,
    pair: Pair,
    invariants: Invariants,
    promises: Promises,
    chatter: Chatter,
    agenda: Agenda,
    record: Record,
    report: Report,
    /// What was known at the last look: who was connected, and how often each had begun again.
    connected: [bool; 2],
    crashes: [u64; 2],
    orders: u64,
    order: fn(&OrderWanted) -> Outgoing,
    violation: Option<Violation>,
}

impl Simulation {
    /// Two FIX.4.4 sessions whose applications accept everything.
    ///
    /// # Errors
    /// [`OutOfRange`]
    pub fn new(options: Options) -> Result<Self, OutOfRange> {
        let identity = Identity::new(BeginString::Fix44, "BUYER", "SELLER");
        let settings = |role, identity| Settings::new(Config::new(role, identity));
        let initiator = settings(Role::Initiator, identity.clone());
        let acceptor = settings(Role::Acceptor, identity.reversed());
        Self::with(options, initiator, acceptor)
    }

    /// Sessions and applications of the caller's own. No traces are recorded. An application has to accept what it is
    /// given: what it refuses counts as lost. Sessions have to keep their messages and their numbers
    /// (`persist_messages`, no resets). A dictionary has to accept the orders that the simulation sends, or those of
    /// [`Self::with_orders`].
    ///
    /// [`Settings::pace`] is how fast a store answers as long as [`Options::slow_store_ms`] is 0: otherwise each answer takes
    /// a time of its own. A store that answers on request ([`Pace::OnRequest`]) has nobody to request it here.
    ///
    /// A venue that counts the orders of two participants, each on a line of its own:
    ///
    /// ```
    /// # use std::{cell::Cell, rc::Rc};
    /// # use sansfix::{BeginString, Order, config::{Config, Identity, Role}, wire::Message};
    /// # use sansfix_sim::{Answer, Application, Options, Settings, Simulation};
    /// #[derive(Debug)]
    /// struct Venue(Rc<Cell<u64>>);
    /// impl Application for Venue {
    ///     fn message(&mut self, message: &Message<'_>, order: Order) -> Answer {
    ///         let counts = message.msg_type() == b"D" && order == Order::Expected;
    ///         self.0.set(self.0.get() + u64::from(counts));
    ///         Answer::accept()
    ///     }
    /// }
    ///
    /// let orders = Rc::new(Cell::new(0));
    /// for (seed, name) in [(1, "ALICE"), (2, "BOB")] {
    ///     let identity = Identity::new(BeginString::Fix44, name, "VENUE");
    ///     let venue = Settings::new(Config::new(Role::Acceptor, identity.reversed()));
    ///     let venue = Settings { application: Box::new(Venue(orders.clone())), ..venue };
    ///     let participant = Settings::new(Config::new(Role::Initiator, identity));
    ///     let options = Options { seed, hours: 0.5, ..Options::default() };
    ///     println!("{name}: {}", Simulation::with(options, participant, venue)?.run()?);
    /// }
    /// assert!(orders.get() > 60);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`OutOfRange`]
    pub fn with(options: Options, initiator: Settings, acceptor: Settings) -> Result<Self, OutOfRange> {
        options.check()?;
        let [initiator, acceptor] =
            [initiator, acceptor].map(|settings| Settings { record: false, ..settings });
        let mut pair = Pair::new(initiator, acceptor, START);
        let ppm = |share: f64| (share * 1e6).round() as u32;
        // Chances that do not depend on each other: a fault more does not move the others.
        let mut seeds = Random::new(options.seed ^ 0x5a5a_5a5a_5a5a_5a5a);
        pair.set_line(Line::new(seeds.number(), ppm(options.loss), ppm(options.duplicate)));
        pair.set_chunking(Chunking::Random(Random::new(seeds.number()), MOST_READ));
        let mut agenda = Agenda::new(&options, START.mono_ns);
        agenda.within(Deed::Connect, START.mono_ns, SECOND_NS);
        Ok(Self {
            options,
            pair,
            invariants: Invariants::default(),
            promises: Promises::default(),
            chatter: Chatter::default(),
            agenda,
            record: Record::default(),
            report: Report::default(),
            connected: [false; 2],
            crashes: [0; 2],
            orders: 0,
            order: OrderWanted::new_order_single,
            violation: None,
        })
    }

    /// Has the orders that the simulation sends by itself made by `order`: for a dictionary, or an application, that wants
    /// something else than [`OrderWanted::new_order_single`]. An order goes each way at the end of a run too, whatever
    /// [`Options::orders`] says. Two orders have to differ.
    ///
    /// ```
    /// use sansfix_sim::{Options, OrderWanted, Outgoing, Simulation};
    ///
    /// /// A News message instead.
    /// fn news(wanted: &OrderWanted) -> Outgoing {
    ///     let fields = format!("148=headline {} of {:?}\x0133=1\x0158=nothing new\x01", wanted.number, wanted.side);
    ///     Outgoing { msg_type: b"B".to_vec(), fields: fields.into_bytes() }
    /// }
    ///
    /// let options = Options { orders: 60.0, ..Options::calm(1, 0.5) };
    /// let mut simulation = Simulation::new(options)?.with_orders(news);
    /// assert!(simulation.run()?.delivered > 40);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_orders(mut self, order: fn(&OrderWanted) -> Outgoing) -> Self {
        self.order = order;
        self
    }

    /// Runs to the end: every step, then [`Self::finish`].
    ///
    /// # Errors
    /// The first [`Violation`].
    pub fn run(&mut self) -> Result<Report, Violation> {
        while !self.is_over() {
            self.step()?;
        }
        self.finish()
    }

    /// Runs for a virtual minute, or for what is left of the run.
    ///
    /// # Errors
    /// The first [`Violation`], which stays.
    pub fn step(&mut self) -> Result<(), Violation> {
        let left = self.options.length_ns().saturating_sub(self.elapsed_ns());
        self.run_for(left.min(STEP_NS))
    }

    /// Whether the hours that were asked for are over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.elapsed_ns() >= self.options.length_ns()
    }

    /// Runs for `ns` nanoseconds, with faults, whether the hours are over or not.
    ///
    /// # Errors
    /// The first [`Violation`], which stays.
    pub fn run_for(&mut self, ns: u64) -> Result<(), Violation> {
        let end = self.pair.now().mono_ns.saturating_add(ns);
        loop {
            self.settle()?;
            let now_ns = self.pair.now().mono_ns;
            // Looked up anew at each instant: what has just happened may bring something else first.
            let next = self.agenda.first().filter(|(due, _)| *due < end);
            match next {
                Some((due, deed)) if due <= now_ns => {
                    self.perform(deed);
                    self.look()?;
                }
                _ if !self.pair.go_on(next.map_or(end, |(due, _)| due)) => return Ok(()),
                _ => {}
            }
        }
    }

    /// A side's application sends; `fields` are `tag=value`, each ended by SOH.
    ///
    /// # Errors
    /// [`Refused`]: not logged on, for one. That is also the answer when the process dies while it sends, before the
    /// message is durable: it has never been sent.
    pub fn send(&mut self, side: Side, msg_type: &[u8], fields: &[u8]) -> Result<SeqNum, Refused> {
        let number = self.pair.send(side, msg_type, fields)?;
        let next = self.pair.node(side).session().snapshot().next_sender;
        if number < next { Ok(number) } else { Err(Refused::NotActive) }
    }

    /// What has been counted so far.
    #[must_use]
    pub fn report(&self) -> Report {
        Report {
            virtual_ns: self.elapsed_ns().into(),
            connections: self.pair.connections(),
            clean_logouts: self.promises.clean_logouts(),
            ..self.report.clone()
        }
    }

    /// The last 200 messages and things that happened, the violation last.
    #[must_use]
    pub fn ladder(&self) -> Ladder {
        let options = &self.options;
        let title =
            format!("Seed {}: the end of {:.2} virtual hours", options.seed, self.report().virtual_hours());
        self.record.ladder(title, self.elapsed_ns())
    }

    /// The two sides.
    #[must_use]
    pub fn pair(&self) -> &Pair {
        &self.pair
    }

    /// What was asked for.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    fn elapsed_ns(&self) -> u64 {
        self.pair.now().mono_ns - START.mono_ns
    }

    /// Lets everything happen that is due now.
    fn settle(&mut self) -> Result<(), Violation> {
        if let Some(violation) = &self.violation {
            return Err(violation.clone());
        }
        self.pair.set_most_steps(self.pair.steps() + MOST_IN_AN_INSTANT);
        let settled = self.pair.settle_now();
        self.look()?;
        settled.map_err(|livelock| {
            let (guarantee, text) = ("G16", livelock.to_string());
            self.violated(Violation { guarantee, side: None, text })
        })
    }

    fn perform(&mut self, deed: Deed) {
        let now_ns = self.pair.now().mono_ns;
        self.agenda.again(deed, &self.options, now_ns);
        self.choose_pace();
        match deed {
            Deed::Order(side) => self.order(side),
            Deed::Cut => self.cut(),
            Deed::Silence => self.fall_silent(),
            Deed::Crash => self.crash(),
            Deed::Logout => self.log_out(),
            Deed::Logon(side) => self.log_on(side),
            Deed::Connect => self.connect(),
        }
    }

    /// Each answer of a store takes a time of its own.
    fn choose_pace(&mut self) {
        if self.options.slow_store_ms > 0 {
            for side in Side::BOTH {
                let ns = self.agenda.random.below(1_000_000 * u64::from(self.options.slow_store_ms) + 1);
                self.pair.node_mut(side).set_pace(Pace::After(ns));
            }
        }
    }

    fn order(&mut self, side: Side) {
        let version = self.pair.node(side).session().config().identity.begin_string;
        let order = (self.order)(&OrderWanted { side, number: self.orders, version, now: self.pair.now() });
        if self.send(side, &order.msg_type, &order.fields).is_ok() {
            self.orders += 1;
        }
    }

    fn cut(&mut self) {
        if self.pair.connected() {
            self.report.cuts += 1;
            self.note(None, Kind::Cut, "the line is cut");
            self.pair.cut();
        }
    }

    fn fall_silent(&mut self) {
        if self.pair.connected() && !self.pair.is_silent() {
            self.report.silences += 1;
            self.note(None, Kind::Cut, "the line falls silent");
            let now_ns = self.elapsed_ns();
            Side::BOTH.into_iter().for_each(|side| self.record.cut(now_ns, side));
            self.promises.fell_silent(&self.pair, self.options.slow_store_ms);
            self.pair.fall_silent();
        }
    }

    fn crash(&mut self) {
        let side = self.agenda.side();
        if self.agenda.random.below(3) == 0 {
            self.pair.crash(side);
        } else {
            let things = self.agenda.random.below(MOST_THINGS) as u32;
            self.pair.node_mut(side).die_after(Some(things));
        }
    }

    fn log_out(&mut self) {
        let side = self.agenda.side();
        if self.pair.node(side).status().enabled {
            self.report.operator_logouts += 1;
            self.note(Some(side), Kind::Command, "Logout");
            self.promises.logout_given(side, &self.pair, self.options.slow_store_ms);
            self.pair
                .command(side, Command::Logout { text: "end of the simulated day", by: Origin::Operator });
        }
    }

    fn log_on(&mut self, side: Side) {
        self.note(Some(side), Kind::Command, "Logon");
        self.promises.logon_given(side);
        self.pair.command(side, Command::Logon { by: Origin::Operator });
    }

    /// The initiator dials, if it is meant to and both have seen the end of the last connection.
    fn connect(&mut self) {
        let meant_to = self.pair.node(Side::Initiator).status().enabled;
        if meant_to && Side::BOTH.iter().all(|side| !self.pair.node(*side).connected()) {
            self.note(None, Kind::Connected, (self.pair.connections() + 1).to_string());
            self.pair.set_latency(1_000 + self.agenda.random.below(MOST_LATENCY_NS));
            self.promises.connecting(&self.pair);
            self.pair.connect();
            self.connected = [true; 2];
        }
    }
}
