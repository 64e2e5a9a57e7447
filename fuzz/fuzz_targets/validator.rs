//! `cargo +nightly fuzz run validator`
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sansfix_tests::fuzz_bodies::validator::run(input);
});
