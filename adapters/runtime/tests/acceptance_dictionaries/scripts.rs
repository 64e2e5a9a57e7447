//! What the scripts send, and whether the reply shows that a dictionary accepts or rejects it.

use std::fs;
use std::path::{Path, PathBuf};

use sansfix::wire::checksum;

/// A message that a script sends, and what its reply shows.
pub(crate) struct Exchange {
    pub(crate) script: String,
    /// The directory of the script: `fix44`.
    pub(crate) set: String,
    pub(crate) line: usize,
    pub(crate) sent: Vec<u8>,
    pub(crate) expected: Expectation,
}

#[derive(Debug)]
pub(crate) enum Expectation {
    Accepted,
    /// Text(58) without a tag in it, and the tag.
    Rejected {
        text: String,
        tag: Option<i64>,
    },
}

/// Every message that is directly followed by a reply, in every script.
pub(crate) fn exchanges(acceptance: &Path) -> Vec<Exchange> {
    let mut scripts = Vec::new();
    collect(acceptance, &mut scripts);
    scripts.sort();
    scripts.iter().flat_map(|path| exchanges_of(path)).collect()
}

fn collect(directory: &Path, scripts: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the directory is readable") {
        let path = entry.expect("the entry is readable").path();
        if path.is_dir() {
            collect(&path, scripts);
        } else if path.extension().is_some_and(|extension| extension == "def") {
            scripts.push(path);
        }
    }
}

fn exchanges_of(path: &Path) -> Vec<Exchange> {
    let text: String =
        fs::read(path).expect("the script is readable").iter().map(|byte| *byte as char).collect();
    let set = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    let script = format!("{set}/{}", path.file_name().unwrap_or_default().to_string_lossy());
    let lines: Vec<(usize, &str)> =
        (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect();
    let mut exchanges = Vec::new();
    for pair in lines.windows(2) {
        let ((line, sent), (_, reply)) = (pair[0], pair[1]);
        let (Some(sent), Some(reply)) = (sent.strip_prefix('I'), reply.strip_prefix('E')) else { continue };
        let (sent, reply) = (without_connection(sent), without_connection(reply));
        if let Some(expected) = expectation(reply) {
            let sent = completed(&with_times(sent));
            exchanges.push(Exchange { script: script.clone(), set: set.clone(), line, sent, expected });
        }
    }
    exchanges
}

/// The line without the connection's number: `1,8=...`.
fn without_connection(line: &str) -> &str {
    match line.as_bytes() {
        [digit, b',', ..] if digit.is_ascii_digit() => &line[2..],
        _ => line,
    }
}

/// The line with one time for every time macro: times are the session's to judge.
fn with_times(line: &str) -> String {
    let mut parts = line.split("<TIME");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("20240102-03:04:05");
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    text
}

/// The bytes of the line, with BodyLength and CheckSum where it leaves them out.
fn completed(line: &str) -> Vec<u8> {
    let latin1 = |text: &str| text.chars().map(|character| character as u8).collect::<Vec<u8>>();
    let Some((begin_string, rest)) = line.split_once('\u{1}').filter(|(first, _)| first.starts_with("8="))
    else {
        return latin1(line);
    };
    let (body, sum) = match rest.trim_end_matches('\u{1}').rsplit_once("\u{1}10=") {
        Some((body, sum)) if !sum.contains('\u{1}') => (body, Some(sum)),
        _ => (rest, None),
    };
    let length = if format!("\u{1}{body}").contains("\u{1}9=") {
        String::new()
    } else {
        format!("9={}\u{1}", body.chars().count())
    };
    let end = if sum.is_some() { "\u{1}" } else { "" };
    let mut bytes = latin1(&format!("{begin_string}\u{1}{length}{body}{end}"));
    let sum = sum.map_or_else(|| format!("{:03}", checksum(&bytes)), str::to_owned);
    bytes.extend(format!("10={sum}\u{1}").bytes());
    bytes
}

/// What the reply shows; nothing when it is a rule of the session or the application, not of a dictionary.
fn expectation(reply: &str) -> Option<Expectation> {
    let value = |tag: &str| reply.split('\u{1}').find_map(|field| field.strip_prefix(tag)?.strip_prefix('='));
    if value("35") != Some("3") {
        return Some(Expectation::Accepted);
    }
    let text = value("58").unwrap_or_default();
    // FIX 4.0 and 4.1 name the tag in the text.
    let (text, tag) = match text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")) {
        Some((text, tag)) if tag.parse::<i64>().is_ok() => (text, Some(tag)),
        _ => (text, value("371")),
    };
    let of_the_session = match text {
        "CompID problem" | "SendingTime accuracy problem" | "Unsupported message type" => true,
        "Required tag missing" => tag == Some("122"),
        "Value is incorrect (out of range) for this tag" => tag.is_none(),
        _ => false,
    };
    let tag = tag.and_then(|tag| tag.parse().ok());
    (!of_the_session).then(|| Expectation::Rejected { text: text.to_owned(), tag })
}
