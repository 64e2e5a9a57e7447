//! The arguments of the `sansfix` command. Nothing is done here.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};
use sansfix::ApplVerId;
use sansfix_sim::Options;

/// FIX sessions on the command line.
#[derive(Parser, Clone, Debug)]
#[command(
    name = "sansfix",
    version,
    about = "FIX sessions on the command line",
    max_term_width = 100,
    after_help = "SANSFIX_LOG=info (error, warn, info, debug, trace) prints what happens to sessions on standard error."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Subcommand,
}

/// What to do.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Subcommand {
    /// Accept connections for the acceptor sessions of a configuration
    Serve(ServeArguments),
    /// Connect the initiator sessions of a configuration; commands are read from standard input
    Connect(ConnectArguments),
    /// Play conformance scripts against the session, in virtual time
    #[command(subcommand)]
    Conform(ConformCommand),
    /// An acceptor and an initiator on loopback: orders, a Logout by the operator, a Logon, the numbers go on
    Demo(DemoArguments),
    /// Look at a configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Show what the journals of a directory hold: numbers, intent, messages, damage; nothing is changed
    Store(StoreArguments),
    /// Two sessions for hours of virtual time under seeded faults; the guarantees are checked after each instant
    Simulate(SimulateArguments),
}

/// `sansfix serve`: with a configuration, or as the acceptor that the acceptance scripts expect.
#[derive(Args, Clone, Debug)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["config", "acceptance"])))]
pub struct ServeArguments {
    /// Configuration file in the .cfg format of FIX engines
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Be the acceptor that the acceptance scripts expect
    #[arg(long, requires_all = ["dictionaries", "listen"])]
    pub acceptance: bool,
    /// Directory of FIX40.xml to FIX50SP2.xml and FIXT11.xml
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    pub dictionaries: Option<PathBuf>,
    /// Address to listen on, like 127.0.0.1:5001
    #[arg(long, value_name = "ADDR", conflicts_with = "config")]
    pub listen: Option<SocketAddr>,
    /// The set of scripts to be ready for
    #[arg(long, value_enum, default_value_t = ScriptSet::Server, conflicts_with = "config")]
    pub set: ScriptSet,
    /// Application version of the FIXT.1.1 session TW, like FIX.5.0SP2 or 9
    #[arg(long, value_name = "VERSION", value_parser = appl_ver_id, default_value = "FIX.5.0SP2",
          conflicts_with = "config")]
    pub appl_ver: ApplVerId,
}

/// What [`ServeArguments`] ask for.
#[derive(Clone, Debug)]
pub enum ServeTarget {
    /// The acceptor sessions of this file.
    Config(PathBuf),
    /// The acceptor of the acceptance scripts.
    Acceptance(AcceptanceArguments),
}

/// What the acceptor of the acceptance scripts needs to know.
#[derive(Clone, Debug)]
pub struct AcceptanceArguments {
    /// Directory of the dictionaries.
    pub dictionaries: PathBuf,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// The set of scripts to be ready for.
    pub set: ScriptSet,
    /// Application version of the FIXT.1.1 session TW.
    pub appl_ver: ApplVerId,
}

impl ServeArguments {
    /// Which of the two ways to serve is asked for.
    ///
    /// # Panics
    /// When it was not made by parsing a command line, which guarantees one of the two.
    #[must_use]
    pub fn target(self) -> ServeTarget {
        match (self.config, self.dictionaries, self.listen) {
            (Some(file), ..) => ServeTarget::Config(file),
            (None, Some(dictionaries), Some(listen)) => ServeTarget::Acceptance(AcceptanceArguments {
                dictionaries,
                listen,
                set: self.set,
                appl_ver: self.appl_ver,
            }),
            _ => unreachable!("--acceptance requires --dictionaries and --listen"),
        }
    }
}

/// `sansfix connect`
#[derive(Args, Clone, Debug)]
pub struct ConnectArguments {
    /// Configuration file in the .cfg format of FIX engines
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// `sansfix conform`
#[derive(clap::Subcommand, Clone, Debug)]
pub enum ConformCommand {
    /// Play .def scripts
    Scripts(ScriptsArguments),
}

/// `sansfix conform scripts`
#[derive(Args, Clone, Debug)]
pub struct ScriptsArguments {
    /// Script files, or directories that hold them
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Directory of FIX40.xml to FIX50SP2.xml and FIXT11.xml
    #[arg(long, value_name = "DIR", required_unless_present = "connect")]
    pub dictionaries: Option<PathBuf>,
    /// Play them in real time against the acceptor at this address, all directories at once
    #[arg(long, value_name = "ADDR", conflicts_with_all = ["dictionaries", "set", "profile"])]
    pub connect: Option<SocketAddr>,
    /// The set that the scripts belong to [default: the one that a directory is named after, else server]
    #[arg(long, value_enum)]
    pub set: Option<ScriptSet>,
    /// Where the standard and common engines differ
    #[arg(long, value_enum, default_value_t = ProfileName::Compatible)]
    pub profile: ProfileName,
    /// Which scripts fail, where and why; an unlisted failure or an unlisted pass is a failure
    #[arg(long, value_name = "FILE")]
    pub expected: Option<PathBuf>,
    /// Write that list anew from this run; reasons are kept from --expected, new entries wait for one
    #[arg(long, value_name = "FILE")]
    pub write_expected: Option<PathBuf>,
}

/// `sansfix demo`
#[derive(Args, Clone, Debug)]
pub struct DemoArguments {
    /// Keep messages and numbers there; the next run goes on from them, however this one ends
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// `sansfix store`
#[derive(Args, Clone, Debug)]
pub struct StoreArguments {
    /// The FileStorePath of a configuration, the --data of the demo, or one session's directory in it
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
}

/// `sansfix simulate`
#[derive(Args, Clone, Debug)]
#[command(
    allow_negative_numbers = true,
    after_help = "Equal options print the same on standard output, on every machine; how long it takes is told on standard \
                  error. Exit code: 0 when nothing was violated, 1 when something was, 2 when an option is wrong, 3 when standard output or \
                  the page could not be written to the end and nothing was violated until then."
)]
pub struct SimulateArguments {
    /// The first seed: it says which of all runs is made
    #[arg(long, value_name = "N", default_value_t = Options::default().seed)]
    pub seed: u64,
    /// How many seeds, one run each, from the first one on
    #[arg(long, alias = "runs", value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub seeds: u64,
    /// Virtual hours of each run, above 0 up to 100000; a run keeps some 300 bytes of memory for each order
    #[arg(long, value_name = "H", default_value_t = Options::default().hours)]
    pub hours: f64,
    /// Orders that each side sends, an hour: 0 to 36000
    #[arg(long, value_name = "RATE", default_value_t = Options::default().orders)]
    pub orders: f64,
    /// Share of the messages that are lost within a connection: 0 to 0.5
    #[arg(long, value_name = "SHARE", default_value_t = Options::default().loss)]
    pub loss: f64,
    /// Share of the messages that arrive twice within a connection: 0 to 0.5
    #[arg(long, value_name = "SHARE", default_value_t = Options::default().duplicate)]
    pub duplicate: f64,
    /// How often an hour the connection is cut: 0 to 600
    #[arg(long, value_name = "RATE", default_value_t = Options::default().cut)]
    pub cut: f64,
    /// How often an hour the line falls silent without an end, so that each side has to notice by itself: 0 to 600
    #[arg(long, value_name = "RATE", default_value_t = Options::default().silence)]
    pub silence: f64,
    /// How often an hour a process dies and begins again from its store: 0 to 600
    #[arg(long, value_name = "RATE", default_value_t = Options::default().crash)]
    pub crash: f64,
    /// How often an hour an operator logs out, and on again within two minutes: 0 to 600
    #[arg(long, value_name = "RATE", default_value_t = Options::default().logout)]
    pub logout: f64,
    /// The longest that a store takes for an answer, milliseconds: 0 to 10000
    #[arg(long, value_name = "MS", default_value_t = Options::default().slow_store_ms)]
    pub slow_store: u32,
    /// Write the last 200 messages and events as a page: those before a violation, else those of the last run
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

impl SimulateArguments {
    /// What the run of the first seed is asked for. Nothing of it has been checked.
    #[must_use]
    pub fn options(&self) -> Options {
        let Self { seed, hours, orders, loss, duplicate, cut, silence, crash, logout, slow_store, .. } =
            *self;
        Options {
            seed,
            hours,
            orders,
            loss,
            duplicate,
            cut,
            silence,
            crash,
            logout,
            slow_store_ms: slow_store,
        }
    }
}

/// `sansfix config`
#[derive(clap::Subcommand, Clone, Debug)]
pub enum ConfigCommand {
    /// Say what each session of a configuration will do, and what is wrong with it
    Check(CheckArguments),
    /// Print the page of all keys, docs/configuration.md
    Keys,
}

/// `sansfix config check`
#[derive(Args, Clone, Debug)]
pub struct CheckArguments {
    /// Configuration file in the .cfg format of FIX engines
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// A set of acceptance scripts, which says how the acceptor is configured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ScriptSet {
    /// Numbers are reset at each logon
    Server,
    /// The same, and resends are requested in chunks of 5
    #[value(name = "resendreqchunksize")]
    ResendReqChunkSize,
    /// The same as server, and LastMsgSeqNumProcessed(369) is written
    #[value(name = "lastseqnumprocessed")]
    LastSeqNumProcessed,
    /// Numbers are kept, and NextExpectedMsgSeqNum(789) is written and honoured
    #[value(name = "nextexpectedseqnum")]
    NextExpectedSeqNum,
}

/// A profile of the session, by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ProfileName {
    /// As the standard says
    Standard,
    /// As common engines behave
    Compatible,
}

impl From<ProfileName> for sansfix::config::Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Standard => Self::Standard,
            ProfileName::Compatible => Self::Compatible,
        }
    }
}

fn appl_ver_id(name: &str) -> Result<ApplVerId, String> {
    ApplVerId::from_name(name).ok_or_else(|| {
        "is FIX.4.0 to FIX.4.4, FIX.5.0, FIX.5.0SP1, FIX.5.0SP2, or a value of tag 1128".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn the_definitions_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serve_is_either_a_configuration_or_the_acceptance_acceptor() {
        let line = "sansfix serve --acceptance --dictionaries d --listen 127.0.0.1:0 --set nextexpectedseqnum --appl-ver 7";
        let Subcommand::Serve(serve) = parse(line).unwrap().command else { panic!("not serve") };
        let ServeTarget::Acceptance(acceptance) = serve.target() else { panic!("not acceptance") };
        assert_eq!(acceptance.set, ScriptSet::NextExpectedSeqNum);
        assert_eq!(acceptance.appl_ver, ApplVerId::Fix50);
        for wrong in [
            "sansfix serve",
            "sansfix serve --acceptance --listen 127.0.0.1:0",
            "sansfix serve --acceptance --dictionaries d",
            "sansfix serve --config a --acceptance --dictionaries d --listen 127.0.0.1:0",
            "sansfix serve --acceptance --dictionaries d --listen 127.0.0.1:0 --appl-ver FIX.9",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn conform_takes_many_paths_and_is_compatible_by_default() {
        let line = "sansfix conform scripts a b --dictionaries d";
        let Subcommand::Conform(ConformCommand::Scripts(scripts)) = parse(line).unwrap().command else {
            panic!("not scripts")
        };
        assert_eq!(scripts.paths, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(scripts.profile, ProfileName::Compatible);
        assert_eq!(scripts.set, None);
    }
}
