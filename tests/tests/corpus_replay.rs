//! Every committed fuzz input again, on stable Rust: `fuzz/corpus/<target>/`. An input that a fuzzer finds and that
//! matters is put there.

use std::path::Path;

use sansfix_tests::fuzz_bodies::{codec, framer, session};

/// Runs every input of a target; returns how many there were and what they came to.
fn replay(target: &str, run: fn(&[u8]) -> usize) -> (usize, usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut inputs: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    let mut checked = 0;
    for input in &inputs {
        println!("{}", input.display());
        checked += run(&std::fs::read(input).unwrap());
    }
    (inputs.len(), checked)
}

#[test]
fn framer_inputs() {
    let (inputs, messages) = replay("framer", framer::run);
    assert!(inputs >= 10 && messages >= 10, "{inputs} inputs with {messages} messages check too little");
}

#[test]
fn codec_inputs() {
    let (inputs, fields) = replay("codec", codec::run);
    assert!(inputs >= 5 && fields >= 50, "{inputs} inputs with {fields} fields check too little");
}

#[test]
fn session_inputs() {
    let (inputs, messages) = replay("session", session::run);
    assert!(inputs >= 10 && messages >= 100, "{inputs} inputs with {messages} messages check too little");
}

/// Inputs that nobody chose, so that the body itself is tried on stable too. A fuzzer tries many more.
#[test]
fn session_with_arbitrary_inputs() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut messages = 0;
    for _ in 0..2_000 {
        let mut input = Vec::new();
        for _ in 0..120 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            input.push((state >> 32) as u8);
        }
        messages += session::run(&input);
    }
    assert!(messages > 2_000, "only {messages} messages");
}
