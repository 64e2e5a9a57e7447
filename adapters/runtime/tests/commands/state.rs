//! The states in which a command is given, each held still: how a running session comes into it, and how its
//! counterparty goes on from there.

use sansfix::config::Role;
use sansfix::{PhaseName, ResetMode, tags};
use sansfix_registry::{CommandOutcome, OwnedMessage, Receipt};

use crate::GENEROUS;
use crate::application::Place;
use crate::host::Adapter;
use crate::world::{Medium, They, World, wait_until};

/// The rows of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// Disabled, no connection.
    Disabled,
    /// Enabled, no connection: an initiator's next retry is an hour away.
    Down,
    /// Connected and no Logon yet. An acceptor's session has not heard of the connection; an initiator's application
    /// is adding fields to the Logon.
    NoLogonYet,
    /// Our Logon is not answered.
    LogonSent,
    /// The counterparty's Logon, or its answer to ours, is being judged.
    LogonReceived,
    Active,
    /// A message above a gap has come, and what is missing has been asked for.
    Gap,
    /// The store is being asked for the messages of a replay.
    Replay,
    /// The counterparty was silent, and our TestRequest is not answered.
    Probe,
    /// The application has a message.
    MessageLent,
    /// An in-session reset has begun with a TestRequest.
    ResetProbing,
    /// An in-session reset was announced, and is not confirmed.
    ResetSent,
    LogoutSent,
    /// The counterparty's Logout is answered, and it has not closed.
    LogoutAnswered,
    /// The same, and disabled since.
    DisabledConnected,
    /// Enabled, outside session time.
    Outside,
    /// Disabled, outside session time.
    OutsideDisabled,
}

pub(crate) const STATES: [State; 17] = [
    State::Disabled,
    State::Down,
    State::NoLogonYet,
    State::LogonSent,
    State::LogonReceived,
    State::Active,
    State::Gap,
    State::Replay,
    State::Probe,
    State::MessageLent,
    State::ResetProbing,
    State::ResetSent,
    State::LogoutSent,
    State::LogoutAnswered,
    State::DisabledConnected,
    State::Outside,
    State::OutsideDisabled,
];

/// A session that stands still in a state.
pub(crate) struct Held {
    pub(crate) state: State,
    pub(crate) world: World,
    /// The other end of its connection.
    pub(crate) they: Option<They>,
    /// TestReqID(112) of what they have not answered.
    asked: Option<String>,
    /// Keeps what the way here gave.
    _receipt: Option<Receipt>,
}

/// The text of a Logout that the way into a state gives.
pub(crate) const FIRST: &str = "first";

/// How many messages are missing in [`State::Gap`].
const MISSING: u64 = 3;

impl State {
    pub(crate) fn reach(self, on: Adapter, medium: Medium, role: Role) -> Held {
        if self.is_outside() {
            return self.outside(World::start_outside(on, medium, role));
        }
        let held = match (self, role) {
            (Self::NoLogonYet, Role::Initiator) => Some(Place::LogonFields),
            (Self::LogonReceived, _) => Some(Place::Logon),
            _ => None,
        };
        let mut world = World::start(on, medium, role, held, |config| {
            if self == Self::Probe {
                // Three seconds of silence; as many again until the end.
                config.limits.test_request_per_mille = 100;
            }
        });
        let (mut they, mut asked, mut receipt) = (None, None, None);
        match self {
            Self::Disabled | Self::Down => {
                if role == Role::Initiator {
                    assert_eq!(world.connect().receive().msg_type(), "A");
                    world.wait("connected", |status| status.connection == 1);
                    world.wait_down();
                }
                if self == Self::Disabled {
                    let given = world.registry.logout(&world.id, FIRST).unwrap();
                    assert_eq!(given.wait(GENEROUS), Some(CommandOutcome::Already));
                }
            }
            Self::NoLogonYet => {
                they = Some(world.connect());
                if role == Role::Initiator {
                    world.hold.wait();
                }
            }
            Self::LogonSent => {
                let peer = they.insert(world.connect());
                assert_eq!(peer.receive().msg_type(), "A");
            }
            Self::LogonReceived => {
                let peer = they.insert(world.connect());
                if role == Role::Initiator {
                    assert_eq!(peer.receive().msg_type(), "A");
                }
                peer.log_on();
                world.hold.wait();
            }
            _ => {
                let peer = they.insert(logged_on(&mut world));
                (asked, receipt) = self.after_logon(&world, peer);
            }
        }
        Held { state: self, world, they, asked, _receipt: receipt }
    }

    fn outside(self, world: World) -> Held {
        if self == Self::OutsideDisabled {
            let given = world.registry.logout(&world.id, FIRST).unwrap();
            assert_eq!(given.wait(GENEROUS), Some(CommandOutcome::Already));
        }
        Held { state: self, world, they: None, asked: None, _receipt: None }
    }

    pub(crate) fn is_outside(self) -> bool {
        matches!(self, Self::Outside | Self::OutsideDisabled)
    }

    fn after_logon(self, world: &World, peer: &mut They) -> (Option<String>, Option<Receipt>) {
        let (registry, id) = (&world.registry, &world.id);
        match self {
            Self::Gap => {
                peer.next += MISSING;
                peer.news("late");
                assert_eq!(peer.receive().msg_type(), "2");
            }
            Self::Replay => {
                let sent = registry.send(id, OwnedMessage::new("B", "58=news\u{1}")).unwrap();
                assert!(sent.wait(GENEROUS).unwrap().is_success());
                assert_eq!(peer.receive().msg_type(), "B");
                world.store.shut();
                peer.send("2", &[(tags::BEGIN_SEQ_NO, "1"), (tags::END_SEQ_NO, "0")]);
                world.store.wait_until_held();
                world.wait("asked", |status| status.next_target.get() == 3);
            }
            Self::Probe => return (Some(asked(peer)), None),
            Self::MessageLent => {
                world.hold.at(Place::Message);
                peer.news("held");
                world.hold.wait();
            }
            Self::ResetProbing | Self::ResetSent => {
                let reset = registry.reset(id, ResetMode::InSession).unwrap();
                let id = asked(peer);
                if self == Self::ResetProbing {
                    return (Some(id), Some(reset));
                }
                peer.send("0", &[(tags::TEST_REQ_ID, &id)]);
                assert_eq!(peer.receive().msg_type(), "A");
                return (None, Some(reset));
            }
            Self::LogoutSent => {
                let logout = registry.logout(id, FIRST).unwrap();
                assert_eq!(peer.receive().msg_type(), "5");
                return (None, Some(logout));
            }
            Self::LogoutAnswered | Self::DisabledConnected => {
                peer.send("5", &[]);
                assert_eq!(peer.receive().msg_type(), "5");
                if self == Self::DisabledConnected {
                    let logout = registry.logout(id, FIRST).unwrap();
                    wait_until("it is not stored", || !world.store.snapshot().intent.enabled);
                    return (None, Some(logout));
                }
            }
            _ => {}
        }
        (None, None)
    }

    /// Whether a session comes into it in this role.
    pub(crate) fn exists_for(self, role: Role) -> bool {
        self != Self::LogonSent || role == Role::Initiator
    }

    pub(crate) fn is_logged_on(self) -> bool {
        matches!(
            self,
            Self::Active
                | Self::Gap
                | Self::Replay
                | Self::Probe
                | Self::MessageLent
                | Self::ResetProbing
                | Self::ResetSent
        )
    }

    /// What an observer is told where the session stands.
    pub(crate) fn phase(self, role: Role) -> PhaseName {
        match (self, role) {
            (Self::Disabled | Self::Down | Self::Outside | Self::OutsideDisabled, _)
            | (Self::NoLogonYet, Role::Acceptor) => PhaseName::Disconnected,
            (Self::NoLogonYet, Role::Initiator) => PhaseName::LogonPending,
            // As it was before the Logon was given to the application, which has it now.
            (Self::LogonReceived, Role::Acceptor) => PhaseName::AwaitingLogon,
            (Self::LogonSent | Self::LogonReceived, _) => PhaseName::LogonSent,
            (Self::LogoutSent, _) => PhaseName::LogoutSent,
            (Self::LogoutAnswered | Self::DisabledConnected, _) => PhaseName::LogoutAnswered,
            _ => PhaseName::Active,
        }
    }
}

impl Held {
    /// The counterparty goes on, and whatever was held is let go. Its bytes may find nobody.
    pub(crate) fn go_on(&mut self, target_set: Option<u64>) {
        self.world.hold.release();
        self.world.store.open();
        let (state, role) = (self.state, self.world.role());
        let Some(they) = &mut self.they else { return };
        let first_missing = they.next - 1 - MISSING.min(they.next - 1);
        if let Some(seq) = target_set {
            they.next = seq;
        }
        let test_req_id = self.asked.take().unwrap_or_default();
        match state {
            State::NoLogonYet if role == Role::Acceptor => they.try_log_on(),
            State::LogonSent => they.try_log_on(),
            State::Gap if target_set.is_none() => {
                let next = std::mem::replace(&mut they.next, first_missing);
                they.try_send("4", &[(tags::GAP_FILL_FLAG, "Y"), (tags::NEW_SEQ_NO, &next.to_string())]);
                they.next = next;
            }
            State::Probe | State::ResetProbing => they.try_send("0", &[(tags::TEST_REQ_ID, &test_req_id)]),
            State::ResetSent => they.confirm_reset(),
            State::LogoutSent => they.try_send("5", &[]),
            State::LogoutAnswered | State::DisabledConnected => self.they = None,
            _ => {}
        }
    }
}

/// A session that is logged on, with its counterparty.
pub(crate) fn logged_on(world: &mut World) -> They {
    let mut they = world.connect();
    if world.role() == Role::Initiator {
        assert_eq!(they.receive().msg_type(), "A");
    }
    they.log_on();
    if world.role() == Role::Acceptor {
        assert_eq!(they.receive().msg_type(), "A");
    }
    world.wait("logged on", |status| status.logged_on);
    they
}

/// Their TestRequest, when it comes.
fn asked(they: &mut They) -> String {
    let raw = they.receive_raw().expect("the end");
    let message = sansfix::wire::Message::parse(&raw).unwrap();
    assert_eq!(message.msg_type(), b"1");
    String::from_utf8(message.get(tags::TEST_REQ_ID).unwrap().to_vec()).unwrap()
}
