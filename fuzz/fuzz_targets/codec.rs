//! `cargo +nightly fuzz run codec`
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sansfix_tests::fuzz_bodies::codec::run(input);
});
