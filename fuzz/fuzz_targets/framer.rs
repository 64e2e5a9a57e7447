//! `cargo +nightly fuzz run framer`
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sansfix_tests::fuzz_bodies::framer::run(input);
});
