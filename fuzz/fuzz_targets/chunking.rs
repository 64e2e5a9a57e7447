//! `cargo +nightly fuzz run chunking`
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sansfix_tests::fuzz_bodies::chunking::run(input);
});
