//! One session against a hostile counterparty, searched exhaustively: `docs/assurance.md`, "One session against a hostile
//! counterparty". `SANSFIX_HOSTILE_DEPTH` sets how many letters follow each beginning.

use std::collections::BTreeSet;

use sansfix::PhaseName;
use sansfix_tests::models::hostile::{ALPHABET, Played, Word, play, search, settings};
use sansfix_tests::models::is_recorded;

/// Letters after each beginning.
fn depth() -> usize {
    let wanted = std::env::var("SANSFIX_HOSTILE_DEPTH").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or(if cfg!(debug_assertions) { 1 } else { 3 })
}

/// Plays a word with every session of which `wanted` holds.
fn played(word: &str, wanted: impl Fn(&str) -> bool) -> Vec<Played> {
    let word: Word = word.parse().unwrap();
    let all: Vec<_> = settings(|_| {}).into_iter().filter(|setting| wanted(setting.name)).collect();
    assert!(!all.is_empty());
    all.iter().map(|setting| play(setting, &word).unwrap()).collect()
}

#[test]
fn every_guarantee_holds_whatever_the_counterparty_says() {
    let figures = search(|_| {}, depth()).unwrap_or_else(|found| panic!("{found}"));
    println!("{figures}");
    // Two numbers are missing below what is kept, so that one letter does not bring both.
    let too_short: &[&str] = if depth() == 1 { &["a delivery from above a gap"] } else { &[] };
    assert_eq!(figures.never_reached(), too_short);
    let unrecorded = |(_, states, transitions): &&(_, usize, usize)| !is_recorded(&[*states, *transitions]);
    let others: Vec<_> = figures.searched.iter().filter(|_| depth() == 3).filter(unrecorded).collect();
    assert!(others.is_empty(), "docs/assurance.md has other figures than {others:?}");
}

#[test]
fn the_alphabet_has_at_least_sixty_letters_each_with_a_name_of_its_own() {
    let names: BTreeSet<_> = ALPHABET.iter().map(|letter| letter.name).collect();
    assert_eq!(names.len(), ALPHABET.len());
    assert!(names.len() >= 60, "{}", names.len());
}

/// More is kept above a gap than the guarantee was told of: what is found can be read, and played again.
#[test]
fn a_counterexample_is_found_and_can_be_played_again() {
    let found = search(|config| config.limits.queued_messages = 2, 2).unwrap_err();
    assert_eq!(found.broken.guarantee, "G20");
    let text = found.to_string();
    assert!(text.contains(&found.word.to_string()) && text.contains("NewOrderSingle"), "{text}");
    let word: Word = found.word.to_string().parse().unwrap();
    assert_eq!(word, found.word);
    assert_eq!(play(&found.setting, &word).unwrap().state.broken, Some(found.broken));
}

#[test]
fn a_word_that_cannot_be_played_is_an_error() {
    assert!("Logon; nonsense".parse::<Word>().is_err());
    let word: Word = "Logon".parse().unwrap();
    assert!(play(&settings(|_| {})[0], &word).is_err());
}

/// Found by the search (G12): an answer to our Logon that resets with another number than 1 was refused, and what
/// followed it was delivered.
#[test]
fn who_is_refused_for_the_number_of_a_reset_delivers_nothing() {
    let standard = |name: &str| name.starts_with("initiator") && !name.contains("compatible");
    for played in played("connect; Logon 141 +1; order; order PossDup; GapFill 3", standard) {
        assert_eq!(played.state.broken, None, "{}", played.ladder);
        let status = played.state.stand.session.status();
        assert_eq!((status.phase, status.next_target.get()), (PhaseName::LogoutSent, 1), "{}", played.ladder);
    }
}
