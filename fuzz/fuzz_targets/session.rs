//! `cargo +nightly fuzz run session`
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sansfix_tests::fuzz_bodies::session::run(input);
});
