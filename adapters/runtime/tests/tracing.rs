//! Sessions as spans and events of `tracing`, as a subscriber sees them.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::net::TcpListener;
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::Duration;

use sansfix::BeginString;
use sansfix::config::{Config, Identity, Role};
use sansfix::tags::TEXT;
use sansfix::wire::Body;
use sansfix::{LogonWanted, Status};
use sansfix_registry::Registry;
use sansfix_runtime::blocking::{Acceptor, Initiator};
use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, Outlet, SessionSetup};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const GENEROUS: Duration = Duration::from_secs(30);

/// The fields of a span or an event, as text.
type Fields = BTreeMap<&'static str, String>;

#[derive(Clone, PartialEq, Eq, Debug)]
struct Seen {
    level: tracing::Level,
    target: &'static str,
    fields: Fields,
    /// The fields of the session's span.
    session: Fields,
}

/// Keeps every event with the span it is in.
#[derive(Default)]
struct Keeps {
    spans: Mutex<Vec<Fields>>,
    within: Mutex<HashMap<std::thread::ThreadId, Vec<u64>>>,
    seen: Mutex<Vec<Seen>>,
    came: Condvar,
}

impl Keeps {
    /// Waits until an event of this party's session says `text`; all its events so far.
    fn until(&self, sender_comp_id: &str, text: &str) -> Vec<Seen> {
        let of = |seen: &Seen| seen.session.get("sender_comp_id").is_some_and(|name| name == sender_comp_id);
        let says = |seen: &Seen| seen.fields["message"].contains(text);
        let seen = self.seen.lock().unwrap();
        let missing = |seen: &mut Vec<Seen>| !seen.iter().any(|seen| of(seen) && says(seen));
        let (seen, late) = self.came.wait_timeout_while(seen, GENEROUS, missing).unwrap();
        assert!(!late.timed_out(), "{text:?} is not told: {seen:#?}");
        seen.iter().filter(|seen| of(seen)).cloned().collect()
    }
}

struct Reads<'f>(&'f mut Fields);

impl Visit for Reads<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

struct Shared(Arc<Keeps>);

impl Subscriber for Shared {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sansfix"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::from([("name", attributes.metadata().name().to_owned())]);
        attributes.record(&mut Reads(&mut fields));
        let mut spans = self.0.spans.lock().unwrap();
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Reads(&mut fields));
        let within = self.0.within.lock().unwrap();
        let inner = within.get(&std::thread::current().id()).and_then(|stack| stack.last().copied());
        let session =
            inner.map(|id| self.0.spans.lock().unwrap()[id as usize - 1].clone()).unwrap_or_default();
        let metadata = event.metadata();
        let seen = Seen { level: *metadata.level(), target: metadata.target(), fields, session };
        self.0.seen.lock().unwrap().push(seen);
        self.0.came.notify_all();
    }

    fn enter(&self, span: &Id) {
        let thread = std::thread::current().id();
        self.0.within.lock().unwrap().entry(thread).or_default().push(span.into_u64());
    }

    fn exit(&self, _: &Id) {
        self.0.within.lock().unwrap().entry(std::thread::current().id()).or_default().pop();
    }
}

/// The subscriber of this process.
fn keeps() -> Arc<Keeps> {
    static KEEPS: OnceLock<Arc<Keeps>> = OnceLock::new();
    KEEPS
        .get_or_init(|| {
            let keeps = Arc::new(Keeps::default());
            tracing::subscriber::set_global_default(Shared(keeps.clone())).unwrap();
            keeps
        })
        .clone()
}

struct Silent;

impl Application for Silent {}

/// Logs on with a password, and sends one order.
struct Sends;

impl Application for Sends {
    fn logon_fields(&mut self, _: &LogonWanted, body: &mut Body<'_>) {
        body.field(553, "kim").field(554, "topsecret");
    }

    fn state_changed(&mut self, status: &Status, outlet: &mut Outlet<'_>) {
        if status.logged_on {
            let sent = outlet.send(b"D", |body| {
                body.field(TEXT, "buy");
            });
            sent.unwrap();
        }
    }
}

#[test]
fn a_session_is_a_span_and_what_happens_to_it_its_events() {
    let keeps = keeps();
    let registry = Registry::new();
    let mut venue = Identity::new(BeginString::Fix44, "TVENUE", "TDESK");
    venue.target.sub_id = Some("OPS".into());
    let setup = SessionSetup::new(Config::new(Role::Acceptor, venue.clone()), Silent);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let acceptor = Acceptor::start(listener, vec![setup], AcceptorOptions::default(), &registry).unwrap();
    let setup = SessionSetup::new(Config::new(Role::Initiator, venue.reversed()), Sends);
    let options = InitiatorOptions::to(acceptor.local_addr());
    let initiator = Initiator::start(setup, options, &registry).unwrap();
    keeps.until("TVENUE", "58=buy");
    registry.logout(&venue.reversed(), "lunch").unwrap();
    let desk = keeps.until("TDESK", "disconnected: logout completed");
    let span = Fields::from(
        [
            ("name", "session"),
            ("begin_string", "FIX.4.4"),
            ("sender_comp_id", "TDESK"),
            ("sender_sub_id", "OPS"),
            ("target_comp_id", "TVENUE"),
            ("role", "initiator"),
        ]
        .map(|(name, value)| (name, value.to_owned())),
    );
    assert!(desk.iter().all(|seen| seen.session == span && seen.target == "sansfix"), "{desk:#?}");
    let event = |direction: &str, msg_type: &str| {
        let is = |seen: &&Seen| {
            seen.fields["kind"] == direction
                && seen.fields.get("msg_type").map(String::as_str) == Some(msg_type)
        };
        desk.iter().find(is).unwrap_or_else(|| panic!("no {direction} {msg_type}: {desk:#?}"))
    };
    for (direction, msg_type, number, level) in [
        ("outgoing", "Logon", "1", tracing::Level::INFO),
        ("incoming", "Logon", "1", tracing::Level::INFO),
        ("outgoing", "D", "2", tracing::Level::TRACE),
        ("outgoing", "Logout", "3", tracing::Level::INFO),
        ("incoming", "Logout", "2", tracing::Level::INFO),
    ] {
        let event = event(direction, msg_type);
        assert_eq!((event.fields["msg_seq_num"].as_str(), event.level), (number, level), "{event:?}");
    }
    assert!(event("outgoing", "Logon").fields["message"].contains("|553=kim|554=***|"));
    let kinds: Vec<&str> = desk.iter().map(|seen| seen.fields["kind"].as_str()).collect();
    for kind in ["started", "connected", "state", "command", "ended"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    drop((initiator, acceptor));
    let all = format!("{:?}", keeps.seen.lock().unwrap());
    assert!(!all.contains("topsecret"), "{all}");
}
