//! `cargo +nightly fuzz run dictionary`
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sansfix_tests::fuzz_bodies::dictionary::run(input);
});
