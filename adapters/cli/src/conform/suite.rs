//! Which scripts are played, and against what: the set and the application version come from the directories'
//! names.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sansfix::ApplVerId;
use sansfix::config::Profile;
use sansfix_runtime::dictionary_xml::DictionaryFileError;

use super::player::{Acceptor, Failure, play};
use super::script::Script;
use super::virtual_acceptor::VirtualAcceptor;
use crate::acceptance::dictionaries::Dictionaries;
use crate::acceptance::sessions::sessions;
use crate::cli::ScriptSet;

/// The directories that scripts are named from: below them, the names of the scripts do not depend on where the
/// data stands.
const ROOTS: [&str; 2] = ["quickfix", "quickfix-go"];

/// Scripts of one directory, in the order of their names. They are played against one acceptor, whose numbers
/// persist from script to script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directory {
    /// The directory.
    pub path: PathBuf,
    /// Its scripts.
    pub scripts: Vec<PathBuf>,
}

/// How a script went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Played {
    /// The script, named from the acceptance data's root.
    pub name: String,
    /// Where it failed, if it failed.
    pub failure: Option<Failure>,
}

/// Why scripts could not be played at all.
#[derive(Debug)]
pub enum SuiteError {
    /// A file or directory cannot be read.
    Read(PathBuf, std::io::Error),
    /// There is no script in any of the paths.
    NoScripts(Vec<PathBuf>),
    /// A dictionary cannot be had.
    Dictionary(DictionaryFileError),
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(path, error) => write!(f, "{}: {error}", path.display()),
            Self::NoScripts(paths) => {
                write!(f, "no .def script in")?;
                paths.iter().try_for_each(|path| write!(f, " {}", path.display()))
            }
            Self::Dictionary(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for SuiteError {}

/// Finds the scripts: each path is a `.def` file, or a directory that is searched to its depth.
///
/// # Errors
/// [`SuiteError::Read`], [`SuiteError::NoScripts`]
pub fn find(paths: &[PathBuf]) -> Result<Vec<Directory>, SuiteError> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    files.sort();
    files.dedup();
    let mut directories: Vec<Directory> = Vec::new();
    for file in files {
        let path = file.parent().unwrap_or(Path::new("")).to_owned();
        match directories.last_mut().filter(|directory| directory.path == path) {
            Some(directory) => directory.scripts.push(file),
            None => directories.push(Directory { path, scripts: vec![file] }),
        }
    }
    if directories.is_empty() { Err(SuiteError::NoScripts(paths.to_vec())) } else { Ok(directories) }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), SuiteError> {
    let unreadable = |error| SuiteError::Read(path.to_owned(), error);
    if path.metadata().map_err(unreadable)?.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in path.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?.path();
        if entry.is_dir() {
            collect(&entry, files)?;
        } else if entry.extension().is_some_and(|extension| extension == "def") {
            files.push(entry);
        }
    }
    Ok(())
}

/// An acceptor in process for the scripts of one directory.
///
/// # Errors
/// [`SuiteError::Dictionary`]
pub fn acceptor_for(
    directory: &Directory,
    dictionaries: &mut Dictionaries,
    set: Option<ScriptSet>,
    profile: Profile,
) -> Result<VirtualAcceptor, SuiteError> {
    let set = set.unwrap_or_else(|| set_of(&directory.path));
    let sessions = sessions(set, profile, appl_ver_of(&directory.path));
    let ready = sessions.into_iter().map(|session| dictionaries.ready(session));
    Ok(VirtualAcceptor::new(ready.collect::<Result<Vec<_>, _>>().map_err(SuiteError::Dictionary)?))
}

/// Plays the scripts of one directory.
///
/// # Errors
/// [`SuiteError::Read`]. A script with a wrong line is a failure of that script.
pub fn play_directory(
    directory: &Directory,
    acceptor: &mut impl Acceptor,
) -> Result<Vec<Played>, SuiteError> {
    let played = directory.scripts.iter().map(|path| {
        let text = std::fs::read(path).map_err(|error| SuiteError::Read(path.clone(), error))?;
        let failure = match Script::parse(&text) {
            Ok(script) => play(&script, acceptor).err(),
            Err(error) => Some(Failure {
                line: error.line,
                why: error.problem.to_string(),
                expected: String::new(),
                received: String::new(),
            }),
        };
        Ok(Played { name: name(path), failure })
    });
    played.collect()
}

/// The name of a script or directory that does not depend on where the data stands.
#[must_use]
pub fn name(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    match parts.iter().rposition(|part| ROOTS.contains(&&**part)) {
        Some(root) => parts[root..].join("/"),
        None => path.display().to_string(),
    }
}

/// The set that one of the path's directories is named after.
fn set_of(path: &Path) -> ScriptSet {
    let named = path.iter().rev().find_map(|part| ScriptSet::from_str(part.to_str()?, true).ok());
    named.unwrap_or(ScriptSet::Server)
}

/// The application version that the directory is named after, for FIXT.1.1.
fn appl_ver_of(path: &Path) -> ApplVerId {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("fix50") => ApplVerId::Fix50,
        Some("fix50sp1") => ApplVerId::Fix50Sp1,
        _ => ApplVerId::Fix50Sp2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_at_the_root_of_the_data() {
        assert_eq!(name(Path::new("/a/quickfix/server/fix44/1.def")), "quickfix/server/fix44/1.def");
        assert_eq!(name(Path::new("/quickfix/b/quickfix-go/x/fix42")), "quickfix-go/x/fix42");
        for outside in ["mine/1.def", "/mine/1.def"] {
            assert_eq!(name(Path::new(outside)), outside);
        }
    }

    #[test]
    fn directories_tell_the_set_and_the_version() {
        let path = Path::new("quickfix-go/nextexpectedseqnum/fix50sp1");
        assert_eq!((set_of(path), appl_ver_of(path)), (ScriptSet::NextExpectedSeqNum, ApplVerId::Fix50Sp1));
        let path = Path::new("somewhere/fix50");
        assert_eq!((set_of(path), appl_ver_of(path)), (ScriptSet::Server, ApplVerId::Fix50));
    }

    #[test]
    fn scripts_are_found_by_directory_in_order() {
        let root = std::env::temp_dir().join(format!("sansfix-suite-{}", std::process::id()));
        for file in ["b/2.def", "b/1.def", "a/x.def", "a/readme.txt"] {
            let file = root.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let found = find(&[root.clone(), root.join("b/1.def")]).unwrap();
        let relative = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let found: Vec<_> = found
            .iter()
            .map(|directory| (relative(&directory.path), directory.scripts.iter().map(relative).collect()))
            .collect();
        let expected: [(String, Vec<String>); 2] =
            [("a".into(), vec!["a/x.def".into()]), ("b".into(), vec!["b/1.def".into(), "b/2.def".into()])];
        assert_eq!(found, expected);
        std::fs::remove_dir_all(&root).unwrap();
        assert!(matches!(find(&[root]), Err(SuiteError::Read(..))));
    }
}
