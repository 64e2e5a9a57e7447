//! The application of a configured session: prints, checks against the dictionary, accepts.
//!
//! It checks messages itself, although a link can: what a link rejects is not shown to the application, and an operator
//! wants to see it.

use std::sync::Arc;

use sansfix::dictionary::Validator;
use sansfix::tags;
use sansfix::wire::{Body, Garbled, Message, is_secret};
use sansfix::{ApplVerId, LogonWanted, Reason, Status, Verdict, msg_type};
use sansfix_registry::Bell;
use sansfix_runtime::blocking::{Application, Clock};
use sansfix_runtime::log::GarbledBytes;
use sansfix_runtime::settings::{LogonField, ScreenSettings};
use sansfix_runtime::{ConnectError, Outlet, StoreError};

use super::describe::{Names, readable, time_of_day};
use super::outbox::{Answer, Outbox, Outgoing};
use super::say;

/// Prints a line for each message, and accepts what the dictionary does not reject.
#[derive(Debug)]
pub(crate) struct PlainApplication {
    pub(crate) identity: String,
    pub(crate) names: Names,
    pub(crate) validator: Option<Validator>,
    pub(crate) logon_fields: Vec<LogonField>,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) clock: Clock,
    pub(crate) screen: ScreenSettings,
}

impl PlainApplication {
    fn say(&self, direction: &str, text: &str) {
        let ScreenSettings { incoming, outgoing, events, .. } = self.screen;
        let shown = match direction {
            "<-" => incoming,
            "->" => outgoing,
            _ => events,
        };
        if !shown {
            return;
        }
        let time = time_of_day(self.clock.now().utc_ns);
        say(&format!("{time} {} {direction} {text}", self.identity));
    }

    fn received(&self, message: &Message<'_>) -> Verdict<'static> {
        let line = self.names.describe(message);
        match self.validator.as_ref().map_or(Ok(()), |validator| validator.check(message)) {
            Ok(()) => {
                if self.screen.heartbeats || message.msg_type() != msg_type::HEARTBEAT {
                    self.say("<-", &line);
                }
                Verdict::Accept
            }
            Err(violation) => {
                self.say("<-", &format!("{line} [rejected: {violation}]"));
                violation.into()
            }
        }
    }

    fn send(&self, outgoing: &Outgoing, outlet: &mut Outlet<'_>) -> Answer {
        let sent = outlet.send(&outgoing.msg_type, |body| {
            for (tag, value) in &outgoing.fields {
                body.field(*tag, value.as_slice());
            }
        });
        match sent {
            Ok(seq) => {
                let fields: Vec<String> =
                    outgoing.fields.iter().map(|(tag, value)| shown(*tag, value)).collect();
                let kind = self.names.with_kind(&outgoing.msg_type);
                self.say("->", &format!("{kind} #{} {}", seq.get(), fields.join("|")));
                Ok(seq)
            }
            Err(refused) => Err(refused.to_string()),
        }
    }
}

impl Application for PlainApplication {
    fn started(&mut self, bell: &Bell) {
        self.outbox.attach(bell);
    }

    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.received(&message)
    }

    fn duplicate(&mut self, message: Message<'_>) {
        self.say("<-", &format!("{} [duplicate, no effect]", self.names.describe(&message)));
    }

    fn logon<'a>(&'a mut self, logon: Message<'a>) -> Verdict<'a> {
        let verdict = self.received(&logon);
        let version = logon.get(tags::DEFAULT_APPL_VER_ID).and_then(ApplVerId::from_bytes);
        if let (Verdict::Accept, Some(validator), Some(version)) = (verdict, &mut self.validator, version) {
            validator.set_default_appl_ver_id(version);
        }
        verdict
    }

    fn logon_fields(&mut self, _wanted: &LogonWanted, body: &mut Body<'_>) {
        for field in &self.logon_fields {
            body.field(field.tag, field.value.as_str());
        }
    }

    fn admin<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.received(&message)
    }

    fn state_changed(&mut self, status: &Status, _outlet: &mut Outlet<'_>) {
        self.say("--", &state(status));
    }

    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        let outbox = self.outbox.clone();
        outbox.work(|outgoing| self.send(&outgoing, outlet));
    }

    fn garbled(&mut self, why: Garbled, bytes: &[u8]) {
        self.say("<-", &format!("ignored, garbled ({why}): {}", GarbledBytes(bytes)));
    }

    fn store_failed(&mut self, error: &StoreError) {
        self.say("--", &format!("the store failed: {error}"));
    }

    fn connect_failed(&mut self, error: &ConnectError) {
        self.say("--", &format!("could not connect to {error}"));
    }

    fn connection_failed(&mut self, error: &std::io::Error) {
        self.say("--", &format!("the connection failed: {error}"));
    }

    fn ended(&mut self, reason: Reason) {
        self.say("--", &format!("disconnected: {reason}"));
    }
}

/// `tag=value`, with secrets hidden.
fn shown(tag: tags::Tag, value: &[u8]) -> String {
    if is_secret(tag) { format!("{tag}=***") } else { format!("{tag}={}", readable(value)) }
}

/// Where a session stands, in words.
pub(super) fn state(status: &Status) -> String {
    let logged_on = if status.logged_on { "logged on" } else { "not logged on" };
    let disabled = if status.enabled { "" } else { ", disabled" };
    let outside = if status.in_session_time { "" } else { ", outside session time" };
    let (next_sender, next_target) = (status.next_sender.get(), status.next_target.get());
    format!(
        "{:?}, {logged_on}{disabled}{outside}; next to send {next_sender}, next expected {next_target}",
        status.phase
    )
}
