//! All acceptance scripts against the real session, in process and in virtual time. The scripts are test data that
//! does not belong to this repository: see [`data`] for where they are looked for.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use sansfix::ApplVerId;
use sansfix::config::Profile;
use sansfix_cli::acceptance::{self, dictionaries::Dictionaries};
use sansfix_cli::cli::{AcceptanceArguments, ScriptSet};
use sansfix_cli::conform::expected::{Deviation, Expected};
use sansfix_cli::conform::over_tcp;
use sansfix_cli::conform::suite::{Played, acceptor_for, find, play_directory};
use sansfix_registry::Registry;

/// How many scripts there are: 468 of one engine and 38 of another.
const SCRIPTS: usize = 506;

/// Where the scripts and dictionaries are: `SANSFIX_ACCEPTANCE`, or `../shared/acceptance` beside the checkout. When
/// they are nowhere this says so, past the capture of the test harness.
fn data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/acceptance");
    let data = std::env::var_os("SANSFIX_ACCEPTANCE").map_or(beside, PathBuf::from);
    if data.join("dictionaries").is_dir() {
        return Some(data);
    }
    let _ = writeln!(std::io::stderr(), "no acceptance scripts in {}: not played", data.display());
    None
}

fn play_all(data: &Path, profile: Profile) -> Vec<Played> {
    let directories = find(&[data.join("quickfix/server"), data.join("quickfix-go")]).unwrap();
    let mut dictionaries = Dictionaries::new(&data.join("dictionaries"));
    let mut played = Vec::new();
    for directory in &directories {
        let mut acceptor = acceptor_for(directory, &mut dictionaries, None, profile).unwrap();
        played.extend(play_directory(directory, &mut acceptor).unwrap());
    }
    played
}

#[test]
fn every_script_passes_under_the_compatible_profile() {
    let Some(data) = data() else { return };
    let played = play_all(&data, Profile::Compatible);
    assert_eq!(played.len(), SCRIPTS);
    let failed: Vec<_> = played.iter().filter(|script| script.failure.is_some()).collect();
    assert!(failed.is_empty(), "{} failed: {failed:#?}", failed.len());
}

/// One script of each version, the one with two connections for one identity. All of them take a minute.
#[test]
fn the_acceptor_on_a_socket_is_the_same() {
    let Some(data) = data() else { return };
    let arguments = AcceptanceArguments {
        dictionaries: data.join("dictionaries"),
        listen: "127.0.0.1:0".parse().unwrap(),
        set: ScriptSet::Server,
        appl_ver: ApplVerId::Fix50Sp2,
    };
    let acceptor = acceptance::start(&arguments, &Registry::new()).unwrap();
    let mut directories = find(&[data.join("quickfix/server")]).unwrap();
    for directory in &mut directories {
        directory.scripts.retain(|script| script.ends_with("AlreadyLoggedOn.def"));
    }
    let played = over_tcp(&directories, acceptor.local_addr()).unwrap();
    assert_eq!(played.len(), 8);
    let failed: Vec<_> = played.iter().filter(|script| script.failure.is_some()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn under_the_standard_profile_scripts_fail_as_listed_and_not_otherwise() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/expected-differences/standard.txt");
    let list = Expected::parse(&std::fs::read_to_string(list).unwrap()).unwrap();
    let Some(data) = data() else { return };
    let played = play_all(&data, Profile::Standard);
    let deviations: Vec<_> = played
        .iter()
        .map(|script| (script, list.judge(&script.name, script.failure.as_ref().map(|failure| failure.line))))
        .filter(|(_, deviation)| *deviation != Deviation::None)
        .collect();
    assert!(deviations.is_empty(), "{} deviate: {deviations:#?}", deviations.len());
    let names: BTreeSet<_> = played.iter().map(|script| script.name.as_str()).collect();
    let stale: Vec<_> = list.scripts().filter(|script| !names.contains(script)).collect();
    assert!(stale.is_empty(), "listed, but not there: {stale:?}");
}
