//! Every committed fuzz input again, on stable Rust: `fuzz/corpus/<target>/`. An input that a fuzzer finds and that
//! matters is put there.

use std::path::{Path, PathBuf};

use sansfix_runtime::settings::groups;
use sansfix_tests::fuzz_bodies::{chunking, codec, dictionary, framer, pair, session, settings, validator};

/// How many inputs there are at least, over all targets.
const LEAST_INPUTS: usize = 100;
/// What they take at most, bytes.
const MOST_BYTES: usize = 1_000_000;

/// The committed inputs, or those that `SANSFIX_CORPUS` names.
fn corpus() -> PathBuf {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    std::env::var_os("SANSFIX_CORPUS").map_or(committed, PathBuf::from)
}

fn inputs(folder: &Path) -> Vec<PathBuf> {
    let mut inputs: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    inputs
}

/// Runs every input of a target; returns how many there were and what they came to.
fn replay(target: &str, run: fn(&[u8]) -> usize) -> (usize, usize) {
    let inputs = inputs(&corpus().join(target));
    let mut checked = 0;
    for input in &inputs {
        println!("{}", input.display());
        checked += run(&std::fs::read(input).unwrap());
    }
    (inputs.len(), checked)
}

#[test]
fn corpus_of_framer() {
    let (inputs, messages) = replay("framer", framer::run);
    assert!(inputs >= 10 && messages >= 10, "{inputs} inputs with {messages} messages check too little");
}

#[test]
fn corpus_of_codec() {
    let (inputs, fields) = replay("codec", codec::run);
    assert!(inputs >= 5 && fields >= 50, "{inputs} inputs with {fields} fields check too little");
}

#[test]
fn corpus_of_session() {
    let (inputs, messages) = replay("session", session::run);
    assert!(inputs >= 10 && messages >= 100, "{inputs} inputs with {messages} messages check too little");
}

#[test]
fn corpus_of_chunking() {
    let (inputs, bytes) = replay("chunking", chunking::run);
    assert!(inputs >= 10 && bytes >= 5_000, "{inputs} inputs with {bytes} bytes check too little");
}

#[test]
fn corpus_of_dictionary() {
    let (inputs, messages) = replay("dictionary", dictionary::run);
    assert!(inputs >= 10 && messages >= 50, "{inputs} inputs with {messages} messages check too little");
}

#[test]
fn corpus_of_settings() {
    let (inputs, findings) = replay("settings", settings::run);
    assert!(inputs >= 10 && findings >= 50, "{inputs} inputs with {findings} findings check too little");
}

#[test]
fn corpus_of_validator() {
    let (inputs, messages) = replay("validator", validator::run);
    assert!(inputs >= 20 && messages >= 20, "{inputs} inputs with {messages} messages check too little");
}

#[test]
fn corpus_of_pair() {
    let (inputs, steps) = replay("pair", pair::run);
    assert!(inputs >= 10 && steps >= 1_000, "{inputs} inputs with {steps} steps check too little");
}

#[test]
fn the_corpus_is_large_enough_and_small() {
    let (mut count, mut bytes) = (0, 0);
    for target in inputs(&corpus()) {
        for input in inputs(&target) {
            count += 1;
            bytes += std::fs::metadata(input).unwrap().len() as usize;
        }
    }
    assert!(count > LEAST_INPUTS && bytes < MOST_BYTES, "{count} inputs with {bytes} bytes");
}

#[test]
fn the_fuzzer_knows_every_key_of_a_cfg_file() {
    let words = include_str!("../../fuzz/dictionaries/settings.dict");
    let keys = groups().iter().flat_map(|group| group.keys).map(|key| key.name);
    let unknown: Vec<_> = keys.filter(|key| !words.contains(&format!("\"{key}=\""))).collect();
    assert!(unknown.is_empty(), "to be added to fuzz/dictionaries/settings.dict: {unknown:?}");
}

/// Inputs that nobody chose, so that the body itself is tried on stable too. A fuzzer tries many more.
#[test]
fn arbitrary_inputs() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let (mut messages, mut bytes) = (0, 0);
    for case in 0..2_000 {
        let mut input = Vec::new();
        for _ in 0..120 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            input.push((state >> 32) as u8);
        }
        messages += session::run(&input);
        if case % 10 == 0 {
            bytes += chunking::run(&input);
        }
    }
    assert!(messages > 1_000 && bytes > 10_000, "only {messages} messages and {bytes} bytes");
}
