//! A table of planted mistakes in `docs/guarantees.md`, written from what was found: by the suites of this package, and by
//! the adapters' own tests, which take this file in by its path, for they do not depend on this package.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

/// Set to write the tables again.
pub(crate) const UPDATE: &str = "UPDATE_DOCS";

/// A mistake, and what found it.
pub(crate) struct Row<'a> {
    /// Its name.
    pub(crate) mistake: String,
    /// The guarantee that it breaks, as `G1`.
    pub(crate) guarantee: &'a str,
    /// What is done wrong.
    pub(crate) sentence: &'a str,
    /// The test that found it; modules before its name are left out.
    pub(crate) test: &'a str,
    /// What that says, among other things.
    pub(crate) says: &'a str,
    /// How far it had to go.
    pub(crate) after: String,
}

/// One line for each.
pub(crate) fn table<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> String {
    let mut table = String::from(
        "| mistake | breaks | what is done wrong | found by | which says | after |\n|---|---|---|---|---|---|\n",
    );
    for Row { mistake, guarantee, sentence, test, says, after } in rows {
        let test = test.rsplit("::").next().unwrap_or(test);
        let _ = writeln!(table, "| `{mistake}` | {guarantee} | {sentence} | `{test}` | {says} | {after} |");
    }
    table
}

/// Compares what stands on the page between two marks of this name with the table; with [`UPDATE`] set, writes it.
/// `command` is what has to be run for that.
///
/// # Panics
/// When the page has no such marks, or another table between them.
pub(crate) fn check(name: &str, table: &str, command: &str) {
    /// The page is one: two tests must not write it at a time.
    static PAGE: Mutex<()> = Mutex::new(());
    println!("{table}");
    let _alone = PAGE.lock().unwrap_or_else(PoisonError::into_inner);
    let [begin, end] = ["begin", "end"].map(|mark| format!("<!-- {name}: {mark} -->\n"));
    let page = fs::read_to_string(path()).unwrap();
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("the page has no {begin}"));
    let (committed, after) = rest.split_once(&end).unwrap_or_else(|| panic!("the page has no {end}"));
    if env::var_os(UPDATE).is_some() {
        fs::write(path(), format!("{before}{begin}\n{table}\n{end}{after}")).unwrap();
        return;
    }
    assert!(
        committed.trim() == table.trim(),
        "docs/guarantees.md tells something else than was found; write it again with {UPDATE}=1 {command}, and read the \
         difference:\n{table}"
    );
}

fn path() -> PathBuf {
    let page = |directory: &Path| directory.join("docs/guarantees.md");
    let mut directories = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(page);
    directories.find(|page| page.exists()).expect("the repository has the page")
}
