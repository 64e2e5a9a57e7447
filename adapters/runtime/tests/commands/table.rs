//! The table in `table.txt`, cell by cell on the running session.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use sansfix::config::Role;

use crate::cell::{COMMANDS, Given, observe};
use crate::host::{Adapter, on_both_adapters};
use crate::state::{STATES, State};
use crate::world::Medium;

const TABLE: &str = include_str!("table.txt");
/// How many cells are looked at together: most of them wait most of the time.
const TOGETHER: usize = 16;

/// A cell: where, what, and what comes of it.
#[derive(Clone, Copy, Debug)]
struct Cell {
    state: State,
    role: Role,
    given: Given,
    expected: &'static str,
}

/// The cells in the order of the table.
fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut heads: Vec<(State, Role)> = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix("state ") {
            heads = read_head(head);
            continue;
        }
        let (command, expected) = line.split_once('|').expect(line);
        let command = command.trim().replace(' ', "");
        let given = COMMANDS.into_iter().find(|given| format!("{given:?}").eq_ignore_ascii_case(&command));
        let given = given.unwrap_or_else(|| panic!("{command} is no command"));
        cells.extend(heads.iter().map(|(state, role)| Cell {
            state: *state,
            role: *role,
            given,
            expected: expected.trim(),
        }));
    }
    cells
}

fn read_head(head: &str) -> Vec<(State, Role)> {
    let (states, roles) = head.split_once('|').expect(head);
    let state = |name: &str| {
        let found = STATES.into_iter().find(|state| format!("{state:?}") == name.trim());
        found.unwrap_or_else(|| panic!("{name} is no state"))
    };
    let role = |name: &str| match name.trim() {
        "acceptor" => Role::Acceptor,
        "initiator" => Role::Initiator,
        other => panic!("{other} is no role"),
    };
    let roles: Vec<_> = roles.split(',').map(role).collect();
    states.split(',').flat_map(|name| roles.iter().map(move |role| (state(name), *role))).collect()
}

/// Looks at one cell. What is wrong with it.
fn look(on: Adapter, medium: Medium, cell: Cell) -> Option<String> {
    let Cell { state, role, given, expected } = cell;
    let dials = expected.ends_with("up now");
    let seen = catch_unwind(AssertUnwindSafe(|| observe(on, medium, role, state, given, dials)));
    let seen = seen.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        said.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
    });
    let is_so = match expected.strip_suffix(" now") {
        // An acceptor does not come up by itself.
        Some(up) if role == Role::Acceptor => seen == up,
        _ => seen == expected,
    };
    (!is_so).then(|| format!("{state:?} {role:?} {given:?}\n   expected {expected}\n       seen {seen}"))
}

fn look_at_all(on: Adapter, medium: Medium, cells: Vec<Cell>) {
    let count = cells.len();
    let (left, wrong) = (Mutex::new(cells.into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..TOGETHER {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap().next();
                    let Some(cell) = next else { break };
                    if let Some(what) = look(on, medium, cell) {
                        wrong.lock().unwrap().push(what);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {count} cells:\n{}", wrong.len(), wrong.join("\n"));
    println!("{count} cells on {on:?} over {medium:?}");
}

fn every_cell_over_tcp(on: Adapter) {
    look_at_all(on, Medium::Tcp, cells());
}

fn every_cell_in_memory(on: Adapter) {
    look_at_all(on, Medium::Pipe, cells());
}

on_both_adapters!(every_cell_over_tcp, every_cell_in_memory);

#[test]
fn every_command_stands_in_the_table_for_every_state() {
    let cells = cells();
    for state in STATES {
        for role in [Role::Acceptor, Role::Initiator] {
            for given in COMMANDS {
                let count = cells
                    .iter()
                    .filter(|cell| (cell.state, cell.role, cell.given) == (state, role, given))
                    .count();
                assert_eq!(count, usize::from(state.exists_for(role)), "{state:?} {role:?} {given:?}");
            }
        }
    }
}
