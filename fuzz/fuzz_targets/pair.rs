//! `cargo +nightly fuzz run pair`
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sansfix_tests::fuzz_bodies::pair::run(input);
});
