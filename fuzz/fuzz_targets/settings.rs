//! `cargo +nightly fuzz run settings`
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sansfix_tests::fuzz_bodies::settings::run(input);
});
