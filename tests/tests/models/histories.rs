//! Histories that a search has found, or that somebody wants to keep: `tests/scenarios/histories/*.steps`. What was wrong
//! with one is said in its first lines.

use std::path::Path;

use sansfix_sim::explore::{Budget, Explorer, ladder, play, read_steps, write_steps};

#[test]
fn histories_break_nothing_any_more() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/histories");
    let mut played = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let steps = read_steps(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let explorer = Explorer::new(Budget::PLENTY);
        if let Err(broken) = play(&explorer, &steps) {
            panic!("{}: {broken}\n{}", path.display(), ladder(&explorer, "", &steps));
        }
        assert_eq!(read_steps(&write_steps(&steps)).unwrap(), steps, "{}", path.display());
        played += 1;
    }
    assert!(played > 0);
}
