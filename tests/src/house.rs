//! The rules of the house that a compiler does not check, as functions over source text.
//!
//! They look at lines and words, not at syntax: a rule that is broken in a way they do not see is for a reviewer.

use std::fs;
use std::path::{Path, PathBuf};

/// The repository's first directory.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust source below `directory` of the repository, in order of their paths; build directories are left out.
///
/// # Panics
/// When a directory or file cannot be read.
#[must_use]
pub fn sources(directory: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&repository().join(directory), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// A source file.
#[derive(Clone, Debug)]
pub struct Source {
    /// From the repository's first directory on
    pub path: String,
    /// What it holds
    pub text: String,
}

fn collect(directory: &Path, found: &mut Vec<Source>) {
    let entries = fs::read_dir(directory)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", directory.display()));
    for entry in entries {
        let path = entry.expect("a directory's entry can be read").path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path);
            let text = text.unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
            let shown = path.strip_prefix(repository()).unwrap_or(&path).display().to_string();
            found.push(Source { path: shown, text });
        }
    }
}

/// What of a source is compiled for its users: without comments, and without the tests that stand at its end.
#[must_use]
pub fn shipped_lines(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    // `mod tests;` names a file of its own, and the source goes on; `mod tests {` ends it.
    let opens_tests = |at: usize| {
        let module = lines[at..].iter().find(|line| line.contains("mod "));
        lines[at].trim() == "#[cfg(test)]" && module.is_some_and(|line| line.ends_with('{'))
    };
    let end = (0..lines.len()).find(|at| opens_tests(*at)).unwrap_or(lines.len());
    (1..)
        .zip(lines[..end].iter().copied())
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number, line.split("// ").next().unwrap_or(line)))
        .collect()
}

/// The files that a module compiles for tests only: `#[cfg(test)]` before `mod name;`, or with a `#[path]` between.
#[must_use]
pub fn test_files(source: &Source) -> Vec<String> {
    let directory = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    let mut lines = source.text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line != "#[cfg(test)]" {
            continue;
        }
        let Some(next) = lines.next() else { break };
        let path = next.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]"));
        let module = next.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'));
        let name = path.map(str::to_owned).or_else(|| module.map(|module| format!("{module}.rs")));
        files.extend(name.map(|name| directory.join(name).display().to_string()));
    }
    files
}

/// Whether `line` has `word` with nothing that continues a name on either side.
#[must_use]
pub fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
    })
}

/// The lines of a source in which something stands for anything: `_`, `..`, or a name that a pattern binds in place of a
/// variant. For sources that are tables, where every variant is to be named.
#[must_use]
pub fn wildcards(text: &str) -> Vec<(usize, &str)> {
    let stands_for_anything = |line: &str| {
        let pattern = line.split("=>").next().filter(|_| line.contains("=>")).unwrap_or("").trim();
        let binds = pattern.split(" if ").next().unwrap_or("").split(['|', ',', '(', ')']).any(|part| {
            let part = part.trim();
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        });
        binds || has_word(line, "_") || pattern.contains("..")
    };
    shipped_lines(text).into_iter().filter(|(_, line)| stands_for_anything(line)).collect()
}
