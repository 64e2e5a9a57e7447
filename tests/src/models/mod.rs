//! Models that are searched exhaustively, each over the real `Session`.

pub mod circles;
pub mod hostile;
pub mod pair;

const ASSURANCE: &str = include_str!("../../../docs/assurance.md");

/// Whether these figures stand side by side in a table of `docs/assurance.md`: figures of a search that has become another
/// are not true any more, and one that has become small without notice checks little.
#[must_use]
pub fn is_recorded(figures: &[usize]) -> bool {
    let cells: Vec<_> = figures.iter().map(|figure| grouped(*figure)).collect();
    ASSURANCE.contains(&format!("| {} |", cells.join(" | ")))
}

/// `1,234,567`
fn grouped(figure: usize) -> String {
    let digits = figure.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_in_groups_of_three() {
        assert_eq!([7, 1_000, 12_034_567].map(grouped), ["7", "1,000", "12,034,567"]);
        assert!(!is_recorded(&[7, 1_000, 12_034_567]));
    }
}
