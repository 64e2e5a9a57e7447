//! The rules of the house, checked on the repository's own sources.

use sansfix_tests::house::{Source, has_word, repository, shipped_lines, sources, test_files, wildcards};

/// The longest source file, in lines: what can be read in one sitting.
const MOST_LINES: usize = 400;
/// Sources that may be longer. To stay empty.
const LONGER: [&str; 0] = [];
/// Where sources stand.
const DIRECTORIES: [&str; 4] = ["core", "adapters", "tests", "fuzz"];
/// What the core must not name: it is pure.
const IMPURE: [&str; 10] = [
    "std",
    "HashMap",
    "HashSet",
    "Instant",
    "SystemTime",
    "TcpStream",
    "rand",
    "getrandom",
    "thread",
    "unsafe",
];
/// What ends the process on a caller's or a counterparty's fault.
const PANICS: [&str; 7] =
    [".unwrap()", ".expect(\"", ".expect(&", "panic!(", "unreachable!(", "todo!(", "unimplemented!("];

fn every_source() -> Vec<Source> {
    let exists = |directory: &&str| repository().join(directory).exists();
    let all: Vec<_> = DIRECTORIES.into_iter().filter(exists).flat_map(sources).collect();
    assert!(all.len() > 100, "the sources are not where they are looked for: {} found", all.len());
    all
}

/// The core's sources that its users compile.
fn core_sources() -> Vec<Source> {
    let all = sources("core/src");
    let tests: Vec<_> = all.iter().flat_map(test_files).collect();
    assert!(!tests.is_empty(), "the core has files of tests");
    all.into_iter().filter(|source| !tests.contains(&source.path)).collect()
}

/// The places in the core's shipped code where `wrong` holds.
fn places(wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for source in core_sources() {
        for (number, line) in shipped_lines(&source.text) {
            if wrong(line) {
                places.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    places
}

#[test]
fn no_source_file_is_too_long() {
    let long: Vec<_> = every_source()
        .iter()
        .map(|source| (source.path.clone(), source.text.lines().count()))
        .filter(|(path, lines)| *lines > MOST_LINES && !LONGER.contains(&path.as_str()))
        .collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines, one concept per file: {long:?}");
}

#[test]
fn the_core_names_no_clock_thread_socket_file_or_chance() {
    let found =
        places(|line| IMPURE.iter().any(|word| has_word(line, word)) && !line.contains("forbid(unsafe"));
    assert!(found.is_empty(), "the core is pure:\n{}", found.join("\n"));
}

#[test]
fn the_core_does_not_panic_by_choice() {
    let found = places(|line| PANICS.iter().any(|call| line.contains(call)));
    assert!(found.is_empty(), "a fault is an outcome or an error:\n{}", found.join("\n"));
}

#[test]
fn the_transition_table_names_every_stage_kind_and_number() {
    let path = "core/src/session/table.rs";
    let table = sources("core/src/session").into_iter().find(|source| source.path == path);
    let table = table.unwrap_or_else(|| panic!("{path} is not there"));
    assert!(table.text.matches("=>").count() > 50, "{path} is the table");
    let found = wildcards(&table.text);
    assert!(found.is_empty(), "{path}: a new stage, kind or number must be thought through: {found:?}");
}

#[test]
fn a_wildcard_is_found_wherever_it_stands() {
    for line in [
        "        _ => Rule::Ignore,",
        "        (Stage::Active, _) => Rule::Ignore,",
        "        Number::Low | _ => Rule::Ignore,",
        "        _ if switches.serve => Rule::Ignore,",
        "        other => Rule::Ignore,",
        "        (Stage::Active, number) => by(number),",
        "        Kind::Logon { .. } => Rule::Ignore,",
        "        Rule::Lend(_) => true,",
    ] {
        assert_eq!(wildcards(line).len(), 1, "{line}");
    }
    for line in [
        "        Number::Low if switches.serve_low_resend_request => Rule::Lend(Effect::ResendLow),",
        "        Kind::Heartbeat | Kind::Reject => in_sequence(number, Effect::Count),",
        "        // _ stands for nothing here",
        "        let logout_sent = 1;",
    ] {
        assert!(wildcards(line).is_empty(), "{line}");
    }
}

#[test]
fn comments_and_tests_are_not_shipped() {
    let text =
        "use a;\n// x.unwrap()\nlet y = 1; // panic!(\n#[cfg(test)]\nmod tests {\n    x.unwrap();\n}\n";
    let lines: Vec<_> = shipped_lines(text).into_iter().map(|(_, line)| line).collect();
    assert_eq!(lines, ["use a;", "let y = 1; "]);
    let text = "#[cfg(test)]\nmod tests;\nx.unwrap();\n";
    assert!(
        shipped_lines(text).iter().any(|(_, line)| line.contains(".unwrap()")),
        "what follows is shipped"
    );
    let source = Source {
        path: "core/src/a.rs".into(),
        text: "#[cfg(test)]\n#[path = \"a_tests.rs\"]\nmod tests;\n#[cfg(test)]\nmod b;\n".into(),
    };
    assert_eq!(test_files(&source), ["core/src/a_tests.rs", "core/src/b.rs"]);
}

#[test]
fn words_are_told_from_parts_of_words() {
    assert!(has_word("use std::time;", "std") && has_word("_ => x", "_"));
    assert!(!has_word("operand", "rand") && !has_word("logout_sent", "_") && !has_word("no_std", "std"));
}
