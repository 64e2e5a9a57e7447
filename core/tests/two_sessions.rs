//! Two sessions that exchange bytes directly: the shortest real use of the crate.

use std::sync::Arc;

use sansfix::config::{Config, Identity, Role};
use sansfix::{
    Action, Actions, BeginString, Command, Event, Now, Origin, PhaseName, Reason, SeqNum, Session, Snapshot,
    Step, Verdict,
};

/// One side: a session, what it wants done, and a store that keeps nothing but says that it saved.
struct Side {
    session: Session,
    out: Actions,
    input: Vec<u8>,
    delivered: Vec<String>,
    ended: Option<Reason>,
}

impl Side {
    fn new(role: Role, identity: Identity) -> Self {
        let session = Session::new(Arc::new(Config::new(role, identity)), Snapshot::new(0));
        Self { session, out: Actions::new(), input: Vec::new(), delivered: Vec::new(), ended: None }
    }

    /// Does everything there is to do; what is to be transmitted is returned.
    fn run(&mut self, now: Now) -> Vec<u8> {
        let mut wire = Vec::new();
        loop {
            let input = std::mem::take(&mut self.input);
            let mut rest = &input[..];
            let step = self.session.receive(now, &mut rest, &mut self.out);
            let lent = step.is_some();
            match step {
                Some(Step::Inbound(inbound)) => {
                    let text = String::from_utf8_lossy(inbound.raw.as_bytes()).replace('\x01', "|");
                    self.delivered.push(text);
                    self.session.settle(now, inbound.id, Verdict::Accept, &mut self.out).unwrap();
                }
                Some(Step::LogonWanted(wanted)) => {
                    self.session.logon(now, wanted.id, |_| {}, &mut self.out).unwrap();
                }
                Some(Step::Garbled { why, .. }) => panic!("{why}"),
                None => {}
            }
            self.input = rest.to_vec();
            let mut acted = false;
            let mut event = None;
            if let Some(action) = self.out.next() {
                acted = true;
                match action {
                    Action::StateChanged(_) => {}
                    Action::Save(batch) => event = Some(Event::Saved(batch.ticket())),
                    Action::Fetch { .. } => panic!("nothing is to be repeated here"),
                    Action::Transmit(bytes) => {
                        wire.extend_from_slice(bytes.bytes());
                        let count = bytes.bytes().len();
                        bytes.sent(count);
                    }
                    Action::Disconnect(reason) => {
                        self.ended = Some(reason);
                        event = Some(Event::Disconnected);
                    }
                }
            }
            if let Some(event) = event {
                self.session.handle(now, event, &mut self.out);
            }
            if !lent && !acted {
                return wire;
            }
        }
    }
}

fn exchange(now: Now, a: &mut Side, b: &mut Side) {
    loop {
        let from_a = a.run(now);
        b.input.extend_from_slice(&from_a);
        let from_b = b.run(now);
        a.input.extend_from_slice(&from_b);
        if from_a.is_empty() && from_b.is_empty() {
            return;
        }
    }
}

#[test]
fn logon_traffic_logout_and_logon_again_continue_the_numbers() {
    for version in BeginString::ALL {
        let identity = Identity::new(version, "BUYER", "SELLER");
        let mut initiator = Side::new(Role::Initiator, identity.clone());
        let mut acceptor = Side::new(Role::Acceptor, identity.reversed());
        let now = Now { mono_ns: 5, utc_ns: 1_700_000_000_000_000_000 };
        for side in [&mut initiator, &mut acceptor] {
            side.session.handle(now, Event::Connected, &mut side.out);
        }
        exchange(now, &mut initiator, &mut acceptor);
        assert!(initiator.session.status().logged_on && acceptor.session.status().logged_on);

        initiator
            .session
            .send(
                now,
                b"D",
                |body| {
                    body.field(11, "A1");
                },
                &mut initiator.out,
            )
            .unwrap();
        exchange(now, &mut initiator, &mut acceptor);
        assert!(acceptor.delivered.last().unwrap().contains("|34=2|"), "{:?}", acceptor.delivered);

        let logout = Command::Logout { text: "maintenance", by: Origin::Operator };
        initiator.session.handle(now, Event::Command(logout), &mut initiator.out);
        exchange(now, &mut initiator, &mut acceptor);
        assert_eq!(initiator.ended, Some(Reason::LogoutCompleted));
        assert!(acceptor.delivered.last().unwrap().contains("|58=maintenance|"));
        acceptor.session.handle(now, Event::Disconnected, &mut acceptor.out);
        assert_eq!(acceptor.session.status().ended, Some(Reason::PeerLogout));
        assert_eq!(initiator.session.snapshot().next_sender, SeqNum::new(4).unwrap());
        assert_eq!(initiator.session.snapshot().next_target, SeqNum::new(3).unwrap());

        let logon = Command::Logon { by: Origin::Operator };
        initiator.session.handle(now, Event::Command(logon), &mut initiator.out);
        for side in [&mut initiator, &mut acceptor] {
            side.session.handle(now, Event::Connected, &mut side.out);
        }
        exchange(now, &mut initiator, &mut acceptor);
        assert_eq!(initiator.session.status().phase, PhaseName::Active);
        assert_eq!(initiator.session.snapshot().next_sender, SeqNum::new(5).unwrap());
        assert_eq!(initiator.session.snapshot().next_target, SeqNum::new(4).unwrap());
        assert_eq!(acceptor.session.snapshot().next_target, SeqNum::new(5).unwrap());
    }
}

#[test]
fn sessions_are_equal_when_they_behave_alike_whatever_the_clock_shows() {
    let logged_on = |origin: u64| {
        let identity = Identity::new(BeginString::Fix44, "BUYER", "SELLER");
        let mut initiator = Side::new(Role::Initiator, identity.clone());
        let mut acceptor = Side::new(Role::Acceptor, identity.reversed());
        let now = Now { mono_ns: origin, utc_ns: 1_700_000_000_000_000_000 };
        for side in [&mut initiator, &mut acceptor] {
            side.session.handle(now, Event::Connected, &mut side.out);
        }
        exchange(now, &mut initiator, &mut acceptor);
        (initiator, now)
    };
    let (early, _) = logged_on(1_000);
    let (mut late, now) = logged_on(9_000_000_000);
    assert_eq!(early.session, late.session);
    late.session.handle(now.plus_seconds(1), Event::Tick, &mut late.out);
    assert_ne!(early.session, late.session, "a second of silence brings the Heartbeat nearer");
}
