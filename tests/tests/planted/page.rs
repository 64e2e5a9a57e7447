//! `docs/guarantees.md` lists every mistake in the row of its guarantee.

use super::cases::CASES;

/// # Panics
/// When one is missing, or its test.
pub(crate) fn check() {
    let page = include_str!("../../../docs/guarantees.md");
    for case in CASES {
        let begin = format!("| {} |", case.mistake.guarantee());
        let row = page.lines().find(|line| line.starts_with(&begin)).unwrap_or_default();
        assert!(
            row.contains(&format!("`{:?}`", case.mistake)),
            "{:?} is not in the row {begin}",
            case.mistake
        );
        assert!(page.contains(case.mistake.sentence()), "{:?} is not told", case.mistake);
    }
}
