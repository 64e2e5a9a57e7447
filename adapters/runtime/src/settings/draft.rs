//! A session's settings while its keys are read, and what must hold between them in the end.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use sansfix::config::{Identity, Ids, Role};
use sansfix::dictionary::Validation;
use sansfix::tags::Tag;
use sansfix::wire::Precision;
use sansfix::{ApplVerId, BeginString, Config};

use super::finding::SettingsError;
use super::log::LogDraft;
use super::session_time::SessionTimeDraft;
use super::store::StoreDraft;
use super::tls::TlsDraft;
use super::{ConnectionSettings, DictionaryFiles, Endpoint, LogonField, SessionSettings, ValidationSettings};
use crate::{AddressOrder, SocketOptions};

/// MaxLatency, seconds, as every engine has it.
const DEFAULT_MAX_LATENCY: u32 = 120;
/// ReconnectInterval, seconds, as every engine has it.
const DEFAULT_RECONNECT_INTERVAL: u32 = 30;
/// SocketConnectTimeout, seconds: an address that does not answer holds up the next for so long.
const DEFAULT_CONNECT_TIMEOUT: u32 = 10;
/// Where an acceptor listens that does not say: every interface, as every engine does.
const EVERY_INTERFACE: &str = "0.0.0.0";

/// What the keys have said so far. What several keys decide together is decided in [`Draft::finish`].
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) role: Option<Role>,
    pub(crate) begin_string: Option<BeginString>,
    pub(crate) sender: Ids,
    pub(crate) target: Ids,
    /// Everything but role, identity and what stands below.
    pub(crate) config: Config,
    pub(crate) default_appl_ver_id: Option<ApplVerId>,
    pub(crate) precision: Option<Precision>,
    pub(crate) milliseconds: Option<bool>,
    pub(crate) check_latency: bool,
    pub(crate) max_latency: u32,
    pub(crate) heart_bt_int_min: Option<u32>,
    pub(crate) heart_bt_int_max: Option<u32>,
    /// Hosts and ports to connect to, by their number; 0 for the keys without a number.
    pub(crate) connect_hosts: BTreeMap<u16, String>,
    pub(crate) connect_ports: BTreeMap<u16, u16>,
    pub(crate) reconnect_interval: u32,
    pub(crate) connect_timeout: u32,
    pub(crate) order: AddressOrder,
    pub(crate) local_host: Option<String>,
    pub(crate) local_port: Option<u16>,
    pub(crate) socket: SocketOptions,
    pub(crate) allowed: Option<Vec<IpAddr>>,
    pub(crate) template: bool,
    pub(crate) accept_host: Option<String>,
    pub(crate) accept_port: Option<u16>,
    pub(crate) rules: Validation,
    pub(crate) check_messages: bool,
    pub(crate) use_dictionary: Option<bool>,
    pub(crate) dictionary: Option<PathBuf>,
    pub(crate) transport_dictionary: Option<PathBuf>,
    /// By application version; `None` for the key without a version.
    pub(crate) application_dictionaries: BTreeMap<Option<ApplVerId>, PathBuf>,
    pub(crate) logon_fields: BTreeMap<u16, (Tag, String)>,
    pub(crate) session_time: SessionTimeDraft,
    pub(crate) store: StoreDraft,
    pub(crate) tls: TlsDraft,
    pub(crate) password_in_clear: bool,
    pub(crate) log: LogDraft,
}

impl Draft {
    pub(crate) fn new() -> Self {
        // Role and identity are set in the end; until then they stand for nothing.
        let nobody = Identity::new(BeginString::Fix44, "", "");
        Self {
            role: None,
            begin_string: None,
            sender: Ids::default(),
            target: Ids::default(),
            config: Config::new(Role::Initiator, nobody),
            default_appl_ver_id: None,
            precision: None,
            milliseconds: None,
            check_latency: true,
            max_latency: DEFAULT_MAX_LATENCY,
            heart_bt_int_min: None,
            heart_bt_int_max: None,
            connect_hosts: BTreeMap::new(),
            connect_ports: BTreeMap::new(),
            reconnect_interval: DEFAULT_RECONNECT_INTERVAL,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            order: AddressOrder::default(),
            local_host: None,
            local_port: None,
            socket: SocketOptions::default(),
            allowed: None,
            template: false,
            accept_host: None,
            accept_port: None,
            rules: Validation::default(),
            check_messages: true,
            use_dictionary: None,
            dictionary: None,
            transport_dictionary: None,
            application_dictionaries: BTreeMap::new(),
            logon_fields: BTreeMap::new(),
            session_time: SessionTimeDraft::default(),
            store: StoreDraft::default(),
            tls: TlsDraft::default(),
            password_in_clear: false,
            log: LogDraft::default(),
        }
    }

    /// The settings of the session whose `[SESSION]` is `missing.line`. What is missing is reported; then what is
    /// returned only serves to find more mistakes.
    pub(crate) fn finish(mut self, missing: &mut Missing<'_>) -> SessionSettings {
        let role = self.role(missing);
        let begin_string = self.begin_string(missing);
        self.config.role = role.unwrap_or(Role::Initiator);
        self.config.identity.begin_string = begin_string;
        for (ids, name) in [(&self.sender, "SenderCompID"), (&self.target, "TargetCompID")] {
            if ids.comp_id.is_empty() {
                missing.report(name, "write the CompID that both sides have agreed on");
            }
        }
        self.config.default_appl_ver_id = self.default_appl_ver_id(begin_string, missing);
        self.config.timestamp_precision = self.precision();
        self.config.sending_time_tolerance = self.check_latency.then_some(self.max_latency);
        self.config.acceptor_heart_bt_int = self.acceptor_heart_bt_int(missing);
        let connection = match role {
            Some(Role::Initiator) => self.initiator(missing),
            Some(Role::Acceptor) => self.acceptor(missing),
            // Reported; what it would need depends on the role.
            None => ConnectionSettings::Initiator {
                endpoints: Vec::new(),
                reconnect_interval: 0,
                connect_timeout: 0,
                order: AddressOrder::default(),
                local: None,
            },
        };
        let dictionaries = self.dictionaries(missing);
        let schedule = self.session_time.finish(missing);
        self.config.identity.sender = self.sender;
        self.config.identity.target = self.target;
        let tls = std::mem::take(&mut self.tls).finish(self.config.role, missing);
        let store = self.store.finish(&self.config.identity);
        SessionSettings {
            line: missing.line,
            config: self.config,
            store,
            tls,
            password_in_clear: self.password_in_clear,
            log: self.log.finish(),
            connection,
            schedule,
            socket: self.socket,
            allowed: self.allowed,
            template: self.template,
            validation: ValidationSettings { dictionaries, rules: self.rules },
            logon_fields: self
                .logon_fields
                .into_values()
                .map(|(tag, value)| LogonField { tag, value })
                .collect(),
        }
    }

    /// As stated; else as the addresses say, since QuickFIX/Go does without ConnectionType.
    fn role(&self, missing: &mut Missing<'_>) -> Option<Role> {
        if self.role.is_some() || missing.has("ConnectionType") {
            return self.role;
        }
        match (missing.has("SocketConnectHost"), missing.has("SocketAcceptPort")) {
            (true, false) => Some(Role::Initiator),
            (false, true) => Some(Role::Acceptor),
            (true, true) | (false, false) => {
                missing.report("ConnectionType", "write initiator or acceptor");
                None
            }
        }
    }

    fn begin_string(&self, missing: &mut Missing<'_>) -> BeginString {
        self.begin_string.unwrap_or_else(|| {
            missing.report("BeginString", "write FIX.4.0, FIX.4.1, FIX.4.2, FIX.4.3, FIX.4.4 or FIXT.1.1");
            BeginString::Fix44
        })
    }

    fn default_appl_ver_id(&self, begin_string: BeginString, missing: &mut Missing<'_>) -> Option<ApplVerId> {
        if begin_string != BeginString::Fixt11 {
            return None;
        }
        if self.default_appl_ver_id.is_none() {
            missing.report("DefaultApplVerID", "FIXT.1.1 needs it: write FIX.5.0, FIX.5.0SP1 or FIX.5.0SP2");
        }
        self.default_appl_ver_id
    }

    fn precision(&self) -> Precision {
        let by_flag =
            self.milliseconds.map(|on| if on { Precision::Milliseconds } else { Precision::Seconds });
        self.precision.or(by_flag).unwrap_or_default()
    }

    fn acceptor_heart_bt_int(&self, missing: &mut Missing<'_>) -> Option<(u32, u32)> {
        if self.heart_bt_int_min.is_none() && self.heart_bt_int_max.is_none() {
            return None;
        }
        let range = (self.heart_bt_int_min.unwrap_or(0), self.heart_bt_int_max.unwrap_or(u32::MAX));
        if range.0 > range.1 {
            missing.contradiction(
                "AcceptorHeartBtIntMin",
                range.0,
                format!("at most {}, the maximum", range.1),
            );
        }
        Some(range)
    }

    fn initiator(&mut self, missing: &mut Missing<'_>) -> ConnectionSettings {
        if self.connect_hosts.is_empty() && self.connect_ports.is_empty() {
            missing.report("SocketConnectHost", "an initiator needs it: write the counterparty's host");
            missing.report("SocketConnectPort", "an initiator needs it: write the counterparty's port");
        }
        let mut endpoints = Vec::new();
        for (number, host) in &self.connect_hosts {
            match self.connect_ports.get(number) {
                Some(port) => endpoints.push(Endpoint { host: host.clone(), port: *port }),
                None => missing.report(&numbered("SocketConnectPort", *number), "its host has no port"),
            }
        }
        for number in self.connect_ports.keys().filter(|number| !self.connect_hosts.contains_key(number)) {
            missing.report(&numbered("SocketConnectHost", *number), "its port has no host");
        }
        ConnectionSettings::Initiator {
            endpoints,
            reconnect_interval: self.reconnect_interval,
            connect_timeout: self.connect_timeout,
            order: self.order,
            local: self.local(),
        }
    }

    /// Where an initiator connects from. A port alone is one of every interface.
    fn local(&mut self) -> Option<Endpoint> {
        if self.local_host.is_none() && self.local_port.is_none() {
            return None;
        }
        let host = self.local_host.take().unwrap_or_else(|| EVERY_INTERFACE.to_owned());
        Some(Endpoint { host, port: self.local_port.unwrap_or(0) })
    }

    fn acceptor(&mut self, missing: &mut Missing<'_>) -> ConnectionSettings {
        if self.accept_port.is_none() {
            missing.report("SocketAcceptPort", "an acceptor needs it: write the port to listen on");
        }
        let host = self.accept_host.take().unwrap_or_else(|| EVERY_INTERFACE.to_owned());
        ConnectionSettings::Acceptor { listen: Endpoint { host, port: self.accept_port.unwrap_or(0) } }
    }

    fn dictionaries(&mut self, missing: &mut Missing<'_>) -> DictionaryFiles {
        if self.use_dictionary == Some(false) || !self.check_messages {
            return DictionaryFiles::None;
        }
        if self.config.identity.begin_string == BeginString::Fixt11 {
            return self.fixt_dictionaries(missing);
        }
        match self.dictionary.take() {
            Some(file) => DictionaryFiles::Fix(file),
            None => {
                if self.use_dictionary.is_some() {
                    missing.report("DataDictionary", "UseDataDictionary=Y needs it: write a file, or N");
                }
                DictionaryFiles::None
            }
        }
    }

    fn fixt_dictionaries(&mut self, missing: &mut Missing<'_>) -> DictionaryFiles {
        let mut application = std::mem::take(&mut self.application_dictionaries);
        let plain = application.remove(&None);
        let mut application: BTreeMap<_, _> =
            application.into_iter().filter_map(|(version, file)| Some((version?, file))).collect();
        if let Some((version, file)) = self.default_appl_ver_id.zip(plain.clone()) {
            application.entry(version).or_insert(file);
        }
        let has_default = plain.is_some()
            || self.default_appl_ver_id.is_some_and(|version| application.contains_key(&version));
        let wanted = self.use_dictionary.is_some()
            || self.transport_dictionary.is_some()
            || plain.is_some()
            || !application.is_empty();
        if wanted && self.transport_dictionary.is_none() {
            missing.report(
                "TransportDataDictionary",
                "FIXT.1.1 checks with it and AppDataDictionary, or with none",
            );
        }
        if wanted && !has_default {
            missing.report(
                "AppDataDictionary",
                "FIXT.1.1 checks with it and TransportDataDictionary, or with none",
            );
        }
        match self.transport_dictionary.take() {
            Some(transport) => DictionaryFiles::Fixt { transport, application },
            None => DictionaryFiles::None,
        }
    }
}

fn numbered(key: &str, number: u16) -> String {
    if number == 0 { key.to_owned() } else { format!("{key}{number}") }
}

/// Takes reports of what a session lacks. A key that is there with a wrong value has been reported as such.
pub(crate) struct Missing<'e> {
    pub(crate) line: usize,
    /// The keys that are there, with right or wrong values, in lower case, and their lines.
    pub(crate) present: &'e [(String, usize)],
    pub(crate) errors: &'e mut Vec<SettingsError>,
}

impl Missing<'_> {
    fn has(&self, key: &str) -> bool {
        self.line_of(key).is_some()
    }

    fn line_of(&self, key: &str) -> Option<usize> {
        self.present.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, line)| *line)
    }

    /// A key that another one contradicts.
    pub(crate) fn contradict(&mut self, key: &str, why: &str) {
        let line = self.line_of(key).unwrap_or(self.line);
        self.errors.push(SettingsError::Contradiction { line, key: key.to_owned(), why: why.to_owned() });
    }

    pub(crate) fn report(&mut self, key: &str, why: &str) {
        if !self.has(key) {
            self.errors.push(SettingsError::Missing {
                line: self.line,
                key: key.to_owned(),
                why: why.to_owned(),
            });
        }
    }

    pub(crate) fn contradiction(&mut self, key: &str, value: impl ToString, allowed: String) {
        let (line, value) = (self.line, value.to_string());
        self.errors.push(SettingsError::WrongValue { line, key: key.to_owned(), value, allowed });
    }
}
