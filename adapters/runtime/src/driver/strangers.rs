//! Connections that have not named their session yet: how many there may be, what the first message tells, and why
//! one is sent away.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sansfix::msg_type;
use sansfix::wire::Message;

use super::setup::{SessionSetup, StartError};
use super::transport::Transport;
use crate::socket::SocketOptions;
#[cfg(feature = "tls")]
use crate::tls::TlsTransport;

/// After a failure to accept (no descriptor is left, say) the next attempt waits this long.
pub(crate) const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// Makes a session for a Logon, which has come from this address (`None`: its transport has none). It is called on the
/// accepting thread or task, so it must not wait. Example: [`AcceptorOptions::unknown`](AcceptorOptions#structfield.unknown).
pub type MakeSession = dyn Fn(&Message<'_>, Option<SocketAddr>) -> Option<SessionSetup> + Send + Sync;

/// Is told of a connection that was sent away. It is called on the accepting thread or task, so it must not wait.
/// Example: [`AcceptorOptions`].
pub type TellRefused = dyn Fn(&Refused) + Send + Sync;

/// What a stranger, a connection that has not named its session yet, may cost.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use sansfix_runtime::AcceptorOptions;
///
/// let options = AcceptorOptions {
///     allowed: Some(vec!["192.0.2.7".parse()?]),
///     refused: Some(Arc::new(|refused| eprintln!("{refused}"))),
///     ..AcceptorOptions::default()
/// };
/// assert_eq!(options.logon_timeout, Duration::from_secs(5));
/// assert_eq!(options.max_logon_size, 16 << 10);
/// assert_eq!((options.max_strangers, options.max_strangers_per_address), (256, 64));
/// assert_eq!(options.max_sessions, 10_000);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone)]
pub struct AcceptorOptions {
    /// From the connection to the last byte of the first message, a TLS handshake included: 5 s by default.
    pub logon_timeout: Duration,
    /// The longest first message, in bytes: 16 KiB by default.
    pub max_logon_size: usize,
    /// How many connections may be without a session at a time: 256 by default. More are closed at once.
    pub max_strangers: usize,
    /// How many of them may come from one IP address: 64 by default. Transports without an address are not counted here.
    pub max_strangers_per_address: usize,
    /// The addresses that may connect; others are closed before anything of them is read, and so are transports without
    /// an address. `None`, the default: every address. QuickFIX/J: AllowedRemoteAddresses.
    pub allowed: Option<Vec<IpAddr>>,
    /// How many sessions there may be for [`Self::unknown`] to make one more: up to so many, 10,000 by default. Those
    /// that are added otherwise count, and are not bounded by it.
    pub max_sessions: usize,
    /// Makes a session for a Logon that names none of the sessions: authenticate it here, and answer with a session
    /// whose identity is [the reverse](sansfix::config::Identity::reversed) of the Logon's. `None`, and `None` in
    /// place of the function: the connection is sent away, and nothing is left of it. (A session that is made and whose
    /// [`Application::logon`](crate::Application::logon) refuses stays.)
    ///
    /// ```
    /// use std::sync::Arc;
    /// use sansfix::{BeginString, config::{Config, Identity, Role}, tags, wire::Message};
    /// use sansfix_runtime::{AcceptorOptions, Application, SessionSetup};
    ///
    /// struct Quiet;
    /// impl Application for Quiet {}
    ///
    /// let make = |logon: &Message<'_>, _from| {
    ///     let id = |tag| std::str::from_utf8(logon.header_field(tag)?).ok();
    ///     let (desk, venue) = (id(tags::SENDER_COMP_ID)?, id(tags::TARGET_COMP_ID)?);
    ///     if venue != "VENUE" || logon.get(tags::PASSWORD) != Some(b"secret") {
    ///         return None;
    ///     }
    ///     let identity = Identity::new(BeginString::Fix44, venue, desk);
    ///     Some(SessionSetup::new(Config::new(Role::Acceptor, identity), Quiet))
    /// };
    /// let options = AcceptorOptions { unknown: Some(Arc::new(make)), ..AcceptorOptions::default() };
    /// # drop(options);
    /// ```
    pub unknown: Option<Arc<MakeSession>>,
    /// What accepted TCP connections are set to.
    pub socket: SocketOptions,
    /// Is told of every connection that is sent away, for the log.
    pub refused: Option<Arc<TellRefused>>,
    /// Every connection begins with TLS, also one that is given to `admit`. `None`: it is taken as it is.
    /// [`TlsFiles::server`](crate::tls::TlsFiles::server) makes one from files.
    #[cfg(feature = "tls")]
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

impl Default for AcceptorOptions {
    /// 5 s for a first message of at most 16 KiB; 256 connections without a session, 64 of one address, any address;
    /// 10,000 sessions.
    fn default() -> Self {
        Self {
            logon_timeout: Duration::from_secs(5),
            max_logon_size: 16 << 10,
            max_strangers: 256,
            max_strangers_per_address: 64,
            allowed: None,
            max_sessions: 10_000,
            unknown: None,
            socket: SocketOptions::default(),
            refused: None,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl std::fmt::Debug for AcceptorOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AcceptorOptions")
            .field("logon_timeout", &self.logon_timeout)
            .field("max_logon_size", &self.max_logon_size)
            .field("max_strangers", &self.max_strangers)
            .field("max_strangers_per_address", &self.max_strangers_per_address)
            .field("allowed", &self.allowed)
            .field("max_sessions", &self.max_sessions)
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}

impl AcceptorOptions {
    /// The connection as its bytes are to be read.
    #[cfg(feature = "tls")]
    pub(crate) fn secured(&self, transport: Box<dyn Transport>) -> io::Result<Box<dyn Transport>> {
        Ok(match &self.tls {
            Some(config) => Box::new(TlsTransport::server(transport, config.clone())?),
            None => transport,
        })
    }

    /// The connection as its bytes are to be read.
    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "nothing is to be done without TLS")]
    pub(crate) fn secured(&self, transport: Box<dyn Transport>) -> io::Result<Box<dyn Transport>> {
        Ok(transport)
    }

    pub(crate) fn tell(&self, from: Option<SocketAddr>, why: WhyRefused) {
        let told = Refused { from, why };
        #[cfg(feature = "tracing")]
        tracing::warn!(target: "sansfix", kind = "refused", "{told}");
        if let Some(refused) = &self.refused {
            // A panic has been reported where it happened. Those who come next are accepted all the same.
            let _ = catch_unwind(AssertUnwindSafe(|| refused(&told)));
        }
    }

    /// A session for a Logon that names none of the `sessions` that there are.
    pub(crate) fn make(
        &self,
        logon: &Message<'_>,
        from: Option<SocketAddr>,
        sessions: usize,
    ) -> Result<SessionSetup, WhyRefused> {
        let make = self.unknown.as_ref().ok_or(WhyRefused::Unknown)?;
        if sessions >= self.max_sessions {
            return Err(WhyRefused::TooManySessions);
        }
        make(logon, from).ok_or(WhyRefused::Unknown)
    }
}

/// A connection was sent away without a word.
///
/// ```
/// use sansfix_runtime::{Refused, WhyRefused};
///
/// let refused = Refused { from: Some("192.0.2.7:40112".parse()?), why: WhyRefused::TooSlow };
/// assert!(refused.to_string().starts_with("a connection from 192.0.2.7:40112 was refused: its first message"));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[error("a connection from {} was refused: {why}", from.map_or_else(|| "an unnamed place".to_owned(), |from| from.to_string()))]
pub struct Refused {
    /// Where it came from; `None` when its transport has no address.
    pub from: Option<SocketAddr>,
    /// Why.
    #[source]
    pub why: WhyRefused,
}

/// Why a connection was sent away before it reached a session. Example: [`Refused`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WhyRefused {
    /// Its address is not among those that may connect.
    #[error("its address is not one of those that may connect")]
    Address,
    /// There are as many sessions as there may be, and its Logon names none of them.
    #[error("there are as many sessions as there may be")]
    TooManySessions,
    /// As many as may be are without a session.
    #[error("there are as many connections without a Logon as there may be")]
    TooMany,
    /// As many as may be of its address are without a session.
    #[error("there are as many connections without a Logon from its address as there may be")]
    TooManyOfItsAddress,
    /// Its first message did not come in time.
    #[error("its first message did not come in time")]
    TooSlow,
    /// It was closed before its first message was there.
    #[error("it ended before its first message")]
    Ended,
    /// It broke, or its TLS handshake failed.
    #[error("it failed: {0}")]
    Failed(#[from] io::Error),
    /// Its first message is no FIX message, or is too long.
    #[error("its first message cannot be read: {0}")]
    NoMessage(sansfix::NoGreeting),
    /// Its first message is no Logon.
    #[error("its first message is no Logon")]
    NoLogon,
    /// Its Logon names no session of this acceptor.
    #[error("its Logon names no session that is known here")]
    Unknown,
    /// Its Logon names a session that was made for it and could not be started.
    #[error("its session could not be started: {0}")]
    NotStarted(StartError),
    /// The function that makes sessions panicked over its Logon, or the application that it made did.
    #[error("making a session for its Logon panicked")]
    Panicked,
    /// Its session has a connection.
    #[error("its session has a connection already")]
    Connected,
    /// The acceptor is ending.
    #[error("nothing is accepted any more")]
    Ending,
}

/// Counts the connections of an acceptor that are without a session.
#[derive(Clone, Default)]
pub(crate) struct Strangers {
    counts: Arc<Mutex<Counts>>,
}

#[derive(Default)]
struct Counts {
    all: usize,
    of_address: BTreeMap<IpAddr, usize>,
}

/// One of them; counted as long as it is one.
pub(crate) struct Stranger {
    strangers: Strangers,
    address: Option<IpAddr>,
}

impl Strangers {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn enter(
        &self,
        from: Option<SocketAddr>,
        options: &AcceptorOptions,
    ) -> Result<Stranger, WhyRefused> {
        let address = from.map(|from| from.ip().to_canonical());
        if let Some(allowed) = &options.allowed {
            let is_allowed = |address| allowed.iter().any(|one| one.to_canonical() == address);
            if !address.is_some_and(is_allowed) {
                return Err(WhyRefused::Address);
            }
        }
        let mut counts = self.lock();
        if counts.all >= options.max_strangers {
            return Err(WhyRefused::TooMany);
        }
        if let Some(address) = address {
            let of_address = counts.of_address.entry(address).or_default();
            if *of_address >= options.max_strangers_per_address {
                return Err(WhyRefused::TooManyOfItsAddress);
            }
            *of_address += 1;
        }
        counts.all += 1;
        Ok(Stranger { strangers: self.clone(), address })
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let mut counts = self.strangers.lock();
        counts.all = counts.all.saturating_sub(1);
        if let Some(address) = self.address {
            if let Some(of_address) = counts.of_address.get_mut(&address) {
                *of_address = of_address.saturating_sub(1);
                if *of_address == 0 {
                    counts.of_address.remove(&address);
                }
            }
        }
    }
}

/// The Logon that a connection begins with. `None` while it is incomplete.
pub(crate) fn first_logon(bytes: &[u8], max_size: usize) -> Option<Result<Message<'_>, WhyRefused>> {
    let message = match sansfix::greeting(bytes, max_size)? {
        Ok(greeting) => greeting.message,
        Err(why) => return Some(Err(WhyRefused::NoMessage(why))),
    };
    Some(if message.msg_type() == msg_type::LOGON { Ok(message) } else { Err(WhyRefused::NoLogon) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8) -> Option<SocketAddr> {
        Some(SocketAddr::from(([192, 0, 2, last], 4000)))
    }

    #[test]
    fn each_address_and_all_together_have_their_bound_and_make_room() {
        let options =
            AcceptorOptions { max_strangers: 3, max_strangers_per_address: 2, ..AcceptorOptions::default() };
        let strangers = Strangers::default();
        let enter = |from| strangers.enter(from, &options).map_err(|why| why.to_string());
        let one = enter(from(1)).ok().unwrap();
        let _two = enter(from(1)).ok().unwrap();
        assert!(enter(from(1)).err().unwrap().contains("from its address"));
        let _other = enter(from(2)).ok().unwrap();
        assert!(enter(from(3)).err().unwrap().contains("without a Logon as there may be"));
        drop(one);
        let _again = enter(from(1)).ok().unwrap();
        assert_eq!(strangers.lock().of_address.len(), 2);
    }

    #[test]
    fn only_allowed_addresses_come_in() {
        let allowed = Some(vec!["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()]);
        let options = AcceptorOptions { allowed, ..AcceptorOptions::default() };
        let strangers = Strangers::default();
        let enters = |from: &str| strangers.enter(from.parse().ok(), &options).is_ok();
        assert!(enters("192.0.2.1:1") && enters("[::ffff:192.0.2.1]:2") && enters("[2001:db8::1]:3"));
        assert!(!enters("192.0.2.2:1") && !enters("[2001:db8::2]:3") && !enters("no address"));
    }

    #[test]
    fn what_is_shown_of_the_options_tells_every_limit() {
        let allowed = Some(vec!["192.0.2.1".parse().unwrap()]);
        let shown = format!("{:?}", AcceptorOptions { allowed, ..AcceptorOptions::default() });
        for told in [
            "logon_timeout: 5s",
            "max_logon_size: 16384",
            "max_strangers: 256",
            "max_strangers_per_address: 64",
            "allowed: Some([192.0.2.1])",
            "max_sessions: 10000",
            "nodelay: true",
        ] {
            assert!(shown.contains(told), "{told:?} is not in {shown}");
        }
    }

    #[test]
    fn an_address_is_the_same_in_both_notations() {
        let options = AcceptorOptions { max_strangers_per_address: 1, ..AcceptorOptions::default() };
        let strangers = Strangers::default();
        let _one = strangers.enter("192.0.2.1:1".parse().ok(), &options).ok().unwrap();
        assert!(strangers.enter("[::ffff:192.0.2.1]:2".parse().ok(), &options).is_err());
    }
}
