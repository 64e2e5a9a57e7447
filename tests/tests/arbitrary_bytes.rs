//! Arbitrary bytes never panic, and garbled bytes never change the state.

use proptest::prelude::*;
use sansfix::config::Role;
use sansfix::wire::{Frame, frame};
use sansfix::{Action, Actions, BeginString, Event, Now, Session, Step, Verdict};
use sansfix_tests::lone::{Lone, START, config};
use sansfix_tests::property_cases;

/// Which situation the bytes come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Situation {
    AwaitingLogon,
    LogonSent,
    Active,
    Recovering,
    LogoutSent,
    LogoutAnswered,
}

const SITUATIONS: [Situation; 6] = [
    Situation::AwaitingLogon,
    Situation::LogonSent,
    Situation::Active,
    Situation::Recovering,
    Situation::LogoutSent,
    Situation::LogoutAnswered,
];

fn session(situation: Situation) -> Session {
    let lone = match situation {
        Situation::AwaitingLogon | Situation::LogonSent => {
            let role = if situation == Situation::LogonSent { Role::Initiator } else { Role::Acceptor };
            let mut lone = Lone::new(config(role, BeginString::Fix44));
            lone.event(Event::Connected);
            lone
        }
        Situation::Active | Situation::Recovering | Situation::LogoutSent | Situation::LogoutAnswered => {
            let mut lone = Lone::acceptor();
            lone.order("A").unwrap();
            match situation {
                Situation::Recovering => lone.send_as(5, "35=D|11=E"),
                Situation::LogoutSent => _ = lone.logout("bye"),
                Situation::LogoutAnswered => lone.send("35=5"),
                _ => {}
            }
            lone
        }
    };
    lone.node.session().clone()
}

/// Gives the bytes to the session as a driver would. Returns how often something garbled was passed over, having
/// checked each time that nothing else came of it.
fn read(session: &mut Session, now: Now, bytes: &[u8]) -> usize {
    let mut out = Actions::new();
    let mut input = bytes;
    let mut garbled = 0;
    let limit = session.config().limits.max_message_size as usize;
    // Every step takes bytes or answers a message; a driver that turns in circles is a defect too.
    for _ in 0..bytes.len() + 100 {
        perform(session, now, &mut out);
        let (before, front) = (session.clone(), matches!(frame(input, limit), Frame::Garbled { .. }));
        let left = input.len();
        match session.receive(now, &mut input, &mut out) {
            None => {
                if out.next().is_none() {
                    return garbled;
                }
            }
            Some(Step::Garbled { bytes, .. }) => {
                garbled += 1;
                assert!(!bytes.is_empty() && input.len() < left);
                if front {
                    assert_eq!(*session, before, "garbled bytes changed the session");
                    assert!(out.next().is_none(), "garbled bytes brought an action");
                }
            }
            Some(Step::Inbound(inbound)) => {
                let raw = inbound.raw.as_bytes();
                let whole = matches!(frame(raw, limit), Frame::Message { taken, .. } if taken == raw.len());
                assert!(whole, "garbled bytes were taken for a message: {}", String::from_utf8_lossy(raw));
                session.settle(now, inbound.id, Verdict::Accept, &mut out).unwrap();
            }
            Some(Step::LogonWanted(wanted)) => {
                session.logon(now, wanted.id, |_| {}, &mut out).unwrap();
            }
        }
    }
    panic!("no end with {} bytes left", input.len());
}

fn perform(session: &mut Session, now: Now, out: &mut Actions) {
    loop {
        let event = match out.next() {
            None => return,
            Some(Action::Save(batch)) => Event::Saved(batch.ticket()),
            Some(Action::Fetch { fetch, range, .. }) => {
                session.handle(now, Event::Declined { fetch, range }, out);
                Event::FetchEnd { fetch, through: range.end }
            }
            Some(Action::Transmit(wire)) => {
                let count = wire.bytes().len();
                wire.sent(count);
                continue;
            }
            Some(Action::Disconnect(_)) => Event::Disconnected,
            Some(Action::StateChanged(_)) => continue,
        };
        session.handle(now, event, out);
    }
}

/// Messages that a counterparty could send in these situations, whole.
fn messages() -> Vec<Vec<u8>> {
    let lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
    let texts = [
        (1, "35=A|98=0|108=30"),
        (1, "35=A|98=0|108=30|141=Y"),
        (2, "35=D|11=X"),
        (2, "35=1|112=X"),
        (2, "35=2|7=1|16=0"),
        (2, "35=4|36=9|123=Y"),
        (3, "35=4|36=9"),
        (2, "35=5"),
        (4, "35=D|43=Y|122=20260921-14:13:19|95=3|96=a=b|11=X"),
    ];
    texts.iter().map(|(seq, text)| lone.message(*seq, text)).collect()
}

/// A change to a stream of bytes.
fn damage() -> impl Strategy<Value = (u8, usize, u8)> {
    (0u8..4, 0usize..2_000, any::<u8>())
}

fn damaged(mut bytes: Vec<u8>, damages: &[(u8, usize, u8)]) -> Vec<u8> {
    for (kind, at, value) in damages {
        let at = at % bytes.len().max(1);
        match kind {
            0 => bytes[at] = *value,
            1 => bytes.insert(at, *value),
            2 => _ = bytes.remove(at),
            _ => bytes.truncate(at.max(1)),
        }
        if bytes.is_empty() {
            bytes.push(*value);
        }
    }
    bytes
}

proptest! {
    #![proptest_config(property_cases(300))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600), which in 0usize..6) {
        read(&mut session(SITUATIONS[which]), START, &bytes);
    }

    #[test]
    fn bytes_that_look_like_messages(
        text in "(8=FIX(T\\.1\\.1|\\.4\\.[0-4])\u{1}9=[0-9]{1,4}\u{1}(35=[0-9A]\u{1})?([0-9]{1,3}=[a-z]{0,3}\u{1}){0,5}(10=[0-9]{3}\u{1})?){1,4}",
        which in 0usize..6,
    ) {
        read(&mut session(SITUATIONS[which]), START, text.as_bytes());
    }

    #[test]
    fn damaged_streams(
        order in proptest::collection::vec(0usize..9, 1..8),
        damages in proptest::collection::vec(damage(), 0..6),
        which in 0usize..6,
    ) {
        let all = messages();
        let stream: Vec<u8> = order.iter().flat_map(|at| all[*at].clone()).collect();
        read(&mut session(SITUATIONS[which]), START, &damaged(stream, &damages));
    }
}

#[test]
fn every_single_damaged_byte_of_a_message_is_survived_and_nearly_all_are_garbled() {
    let message = &messages()[2];
    let mut garbled = 0;
    for at in 0..message.len() {
        let mut bytes = message.clone();
        bytes[at] ^= 0x15;
        let mut session = session(Situation::Active);
        garbled += usize::from(read(&mut session, START, &bytes) > 0);
        let next = session.snapshot().next_target.get();
        assert!(next == 2, "byte {at} was damaged and the message was counted all the same");
    }
    // A damaged length can announce more bytes than come.
    assert!(garbled + 8 > message.len(), "{garbled} of {}", message.len());
}
