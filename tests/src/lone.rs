//! One session and a counterparty that a test plays by hand.

use sansfix::config::{Config, Identity, Role};
use sansfix::{
    BeginString, Command, Event, FetchId, Now, Order, Origin, Outcome, PhaseName, Refused, SECOND_NS, SeqNum,
};
use sansfix_sim::{Application, Node, Pace, Settings};

use crate::peer::{self, ENGINE, PEER};
use crate::planted::plant;
use crate::scenario::{Echo, Received};

/// When every test begins.
pub const START: Now = Now { mono_ns: 1_000 * SECOND_NS, utc_ns: 1_790_000_000 * SECOND_NS as i64 };

/// A session with an application that echoes orders, and its counterparty's next number.
#[derive(Debug)]
pub struct Lone {
    /// The session.
    pub node: Node,
    /// The clock.
    pub now: Now,
    /// The counterparty's next number.
    pub next: u64,
    version: BeginString,
    role: Role,
    unread: Vec<Received>,
}

/// A configuration in which SendingTime is checked and Heartbeats come every 30 seconds.
#[must_use]
pub fn config(role: Role, version: BeginString) -> Config {
    plant(Config::new(role, Identity::new(version, ENGINE, PEER)))
}

impl Lone {
    /// A session without a connection.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self::with(Settings { application: Box::new(Echo::default()), ..Settings::new(config) })
    }

    /// A session with other settings.
    #[must_use]
    pub fn with(settings: Settings) -> Self {
        let (version, role) = (settings.config.identity.begin_string, settings.config.role);
        Self { node: Node::new(settings), now: START, next: 1, version, role, unread: Vec::new() }
    }

    /// A FIX.4.4 acceptor that is logged on. What it sent until then has been taken.
    #[must_use]
    pub fn acceptor() -> Self {
        Self::logged_on(config(Role::Acceptor, BeginString::Fix44))
    }

    /// The same, configured further.
    #[must_use]
    pub fn acceptor_with(tweak: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(Role::Acceptor, BeginString::Fix44);
        tweak(&mut config);
        Self::logged_on(config)
    }

    /// The same, under another application.
    #[must_use]
    pub fn acceptor_under(application: impl Application + 'static) -> Self {
        let settings = Settings::new(config(Role::Acceptor, BeginString::Fix44));
        Self::logged_on_with(Settings { application: Box::new(application), ..settings })
    }

    /// The same, after orders with these ids, when it has been asked to repeat some and its store has not answered.
    #[must_use]
    pub fn asked(ids: &[&str], request: &str) -> Self {
        let mut lone = Self::acceptor();
        lone.orders(ids);
        lone.received();
        lone.node.set_pace(Pace::OnRequest);
        lone.send(request);
        lone
    }

    /// A FIX.4.4 initiator that is logged on. What it sent until then has been taken.
    #[must_use]
    pub fn initiator() -> Self {
        Self::logged_on(config(Role::Initiator, BeginString::Fix44))
    }

    /// Both of them: what holds for either role is tested in both.
    #[must_use]
    pub fn both() -> [Self; 2] {
        [Self::acceptor(), Self::initiator()]
    }

    /// A session that is logged on. What it sent until then has been taken.
    #[must_use]
    pub fn logged_on(config: Config) -> Self {
        let mut lone = Self::new(config);
        lone.log_on();
        lone
    }

    /// A session with other settings that is logged on. What it sent until then has been taken.
    #[must_use]
    pub fn logged_on_with(settings: Settings) -> Self {
        let mut lone = Self::with(settings);
        lone.log_on();
        lone
    }

    /// A connection and both Logons.
    ///
    /// # Panics
    /// When the session is not logged on then.
    pub fn log_on(&mut self) {
        self.event(Event::Connected);
        let version = if self.version == BeginString::Fixt11 { "|1137=9" } else { "" };
        self.send(&format!("35=A|98=0|108={}{version}", self.node.session().config().heart_bt_int));
        assert!(self.node.status().logged_on, "{:?}", self.node.status());
        let sent = self.received();
        assert_eq!(sent.first().map(|message| message.starts_with('A')), Some(true), "{sent:?}");
    }

    /// A connection and both Logons, of a session that may answer with more.
    ///
    /// # Panics
    /// When the session does not answer the Logon.
    pub fn log_on_again(&mut self) {
        self.event(Event::Connected);
        self.send("35=A|98=0|108=30");
        assert!(self.node.status().logged_on, "{:?}", self.node.status());
        let bytes = self.node.take_output(self.now);
        let sent = peer::messages(bytes);
        assert_eq!(sent.first().and_then(|message| message.get("35")), Some(&b"A"[..]), "{sent:?}");
        self.unread = sent.into_iter().skip(1).collect();
    }

    /// As [`Self::log_on`], after what was sent before has been forgotten.
    pub fn log_on_crossed(&mut self) {
        self.received();
        self.log_on();
    }

    /// The role of the session.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// An event.
    pub fn event(&mut self, event: Event<'_>) -> Outcome {
        self.node.event(self.now, event)
    }

    /// A command.
    pub fn command(&mut self, command: Command<'_>) -> Outcome {
        self.event(Event::Command(command))
    }

    /// The operator logs out.
    pub fn logout(&mut self, text: &str) -> Outcome {
        self.command(Command::Logout { text, by: Origin::Operator })
    }

    /// The operator logs on.
    pub fn logon(&mut self) -> Outcome {
        self.command(Command::Logon { by: Origin::Operator })
    }

    /// The counterparty sends a message with its next number.
    pub fn send(&mut self, text: &str) {
        let seq = self.next;
        self.next += 1;
        self.send_as(seq, text);
    }

    /// The counterparty sends a message with this number; its next one stays.
    pub fn send_as(&mut self, seq: u64, text: &str) {
        let bytes = peer::message(self.version, self.now, seq, text);
        self.node.feed(self.now, &bytes);
    }

    /// A message of the counterparty, not sent.
    #[must_use]
    pub fn message(&self, seq: u64, text: &str) -> Vec<u8> {
        peer::message(self.version, self.now, seq, text)
    }

    /// The application of the session sends an order.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn order(&mut self, id: &str) -> Result<SeqNum, Refused> {
        let fields = format!("11={id}\u{1}");
        self.node.send(self.now, b"D", fields.as_bytes())
    }

    /// The application of the session sends orders.
    ///
    /// # Panics
    /// When one of them is refused.
    pub fn orders(&mut self, ids: &[&str]) {
        for id in ids {
            assert!(self.order(id).is_ok(), "{id} was refused: {:?}", self.node.status());
        }
    }

    /// The question to the store that the trace shows last.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn question(&mut self) -> FetchId {
        let trace = self.node.recorder().trace();
        let line = trace.lines().rev().find_map(|line| line.strip_prefix("< fetch ")).unwrap();
        FetchId::from_number(line.split(' ').next().unwrap().parse().unwrap())
    }

    /// Time passes, and every deadline on the way is kept.
    pub fn pass(&mut self, seconds: f64) {
        let end = self.now.mono_ns + (seconds * SECOND_NS as f64) as u64;
        for _ in 0..10_000 {
            let due = self.node.due().filter(|due| *due <= end).unwrap_or(end).max(self.now.mono_ns);
            self.now = self.now.plus_ns(due - self.now.mono_ns);
            if self.node.due().is_none_or(|due| due > self.now.mono_ns) {
                if due == end {
                    return;
                }
                continue;
            }
            self.event(Event::Tick);
        }
        panic!("deadlines without end: {:?}", self.node.deadline());
    }

    /// What the session has sent since this was asked last, in short.
    pub fn received(&mut self) -> Vec<String> {
        self.received_whole().iter().map(peer::short).collect()
    }

    /// What the session has sent since this was asked last.
    pub fn received_whole(&mut self) -> Vec<Received> {
        let mut all = std::mem::take(&mut self.unread);
        all.extend(peer::messages(self.node.take_output(self.now)));
        all
    }

    /// The next number to send and the next number expected.
    #[must_use]
    pub fn numbers(&self) -> (u64, u64) {
        let status = self.node.status();
        (status.next_sender.get(), status.next_target.get())
    }

    /// Where the protocol stands.
    #[must_use]
    pub fn phase(&self) -> PhaseName {
        self.node.status().phase
    }

    /// The ClOrdIDs of the new messages that the application got, in order.
    #[must_use]
    pub fn delivered(&self) -> Vec<String> {
        let id = |raw: &Vec<u8>| {
            let read = peer::messages(raw.clone());
            read.first()
                .and_then(|message| message.get("11"))
                .map(|id| String::from_utf8_lossy(id).into_owned())
        };
        let inbox = self.node.inbox().iter();
        inbox
            .filter(|delivered| delivered.order == Order::Expected)
            .filter_map(|delivered| id(&delivered.raw))
            .collect()
    }
}
