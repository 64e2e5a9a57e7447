//! The nearest of several names, for "did you mean".

/// The name that takes the fewest insertions, deletions and replacements, when these are few enough to be a slip:
/// at most a third of what was written, and at least two are allowed.
pub(crate) fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let written: Vec<char> = written.to_lowercase().chars().take(LONGEST).collect();
    let allowed = (written.len() / 3).max(2);
    names
        .map(|name| (distance(&written, name), name))
        .filter(|(steps, _)| *steps <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// Longer than any name: what comes after cannot make it nearer, and bounds the work.
const LONGEST: usize = 64;

fn distance(written: &[char], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=written.len()).collect();
    for (i, wanted) in name.chars().flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, have) in written.iter().enumerate() {
            let replaced = diagonal + usize::from(*have != wanted);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[written.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_insertions_deletions_and_replacements() {
        let steps = |a: &str, b| distance(&a.chars().collect::<Vec<_>>(), b);
        assert_eq!(steps("kitten", "sitting"), 3);
        assert_eq!(steps("", "abc"), 3);
        assert_eq!(steps("abc", ""), 3);
        assert_eq!(steps("heartbtint", "HeartBtInt"), 0);
    }

    #[test]
    fn a_slip_finds_its_name_and_nonsense_none() {
        let names = ["HeartBtInt", "SenderCompID", "TargetCompID"];
        assert_eq!(nearest("HearBtInt", names.into_iter()), Some("HeartBtInt"));
        assert_eq!(nearest("TargtCompId", names.into_iter()), Some("TargetCompID"));
        assert_eq!(nearest("Frobnicate", names.into_iter()), None);
    }
}
