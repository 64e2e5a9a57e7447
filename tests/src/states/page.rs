//! `docs/states.md`, written from what was observed. The hand-written tables give outcomes their names and cells their
//! sections, and nothing else.

use std::fmt::Write;

use sansfix::config::Profile;

use super::commands::{COMMANDS, State, observe_command};
use super::grid::MessageTable;
use super::messages::observe_message;
use super::stage::Stage;
use super::witness::{Kind, Number};

const HEAD: &str = "# States

Written from a real session that was driven into every cell (`cargo test -p sansfix-tests --test states`), not by
hand: `UPDATE_DOCS=1 cargo test -p sansfix-tests --test states` writes it again. The same test compares what it sees
with tables written by hand from the specification, `tests/states/messages.txt` and `tests/states/commands.txt`.
Sections are those of FIX 4.4 volume 2, test cases those of its appendix.

## What a message leads to

In every cell 12 is the number expected. *Below* is MsgSeqNum(34)=1, *above* is 15, *43=Y* the same with PossDupFlag. The
next number to send is 22 (2 after an announced reset). A GapFill moves to its own number and 4, a SequenceReset-Reset to
16, and a ResendRequest asks for one application message. Every message that is lent is accepted.

What is seen is told in fixed order, and what did not change is left out: *waits* (it stays in the input), *lent* (to the
owner, who accepts it), *sends*, *target* (the next number expected), *sender* (the next number to send), the new phase
and its reason, and *later*: whether a message above a gap is lent, only counted, or expected again when the gap has
been filled.

";

const BETWEEN: &str = "
### Profile::Compatible

Only the cells that differ. The stage LogoutAnswered does not exist there: who answers a Logout closes.

";

const COMMANDS_HEAD: &str = "
## What a command leads to

Every command has a defined result in every state. `IsLoggedOn` is `Status::logged_on`: true in the states that are
called \"logged on\" below, from the completed logon until the Logout is given, and false in all others. No command but
Disconnect moves a deadline of a connection that is on its way up or down. What a command changes is durable as soon
as the store has saved the batch that follows it.

";

/// The page. `table` is the one of `tests/states/messages.txt`.
#[must_use]
pub fn page(table: &MessageTable) -> String {
    let mut page = HEAD.to_owned();
    outcomes(&mut page, table);
    for stage in Stage::ALL {
        _ = write!(page, "\n### {stage}: {}\n\n", stage.meaning());
        page.push_str(
            "| message | below | 43=Y | expected | 43=Y | above | 43=Y | section |\n|---|---|---|---|---|---|---|---|\n",
        );
        for kind in Kind::ALL {
            message_row(&mut page, table, stage, kind);
        }
    }
    page.push_str(BETWEEN);
    compatible(&mut page, table);
    page.push_str(COMMANDS_HEAD);
    states(&mut page);
    for (name, command) in COMMANDS {
        _ = write!(page, "\n### {name}\n\n| state | outcome | effect |\n|---|---|---|\n");
        let mut rows: Vec<(Vec<State>, String)> = Vec::new();
        for state in State::ALL {
            let seen = observe_command(*state, command);
            let row = format!("{:?} | {}", seen.outcome, seen.effect);
            match rows.iter_mut().find(|(_, known)| *known == row) {
                Some((states, _)) => states.push(*state),
                None => rows.push((vec![*state], row)),
            }
        }
        for (states, row) in rows {
            let states: Vec<_> = states.iter().map(ToString::to_string).collect();
            _ = writeln!(page, "| {} | {row} |", states.join(", "));
        }
    }
    page
}

fn outcomes(page: &mut String, table: &MessageTable) {
    page.push_str("| outcome | what is seen |\n|---|---|\n");
    for (name, text) in &table.outcomes {
        _ = writeln!(page, "| {name} | {text} |");
    }
}

fn message_row(page: &mut String, table: &MessageTable, stage: Stage, kind: Kind) {
    let expected = table.expected(Profile::Standard, stage, kind, Number::Expected);
    _ = write!(page, "| {} |", kind.title());
    for number in Number::ALL {
        _ = write!(page, " {} |", observed(table, Profile::Standard, stage, kind, number));
    }
    _ = writeln!(page, " {} |", expected.map_or("", |expected| expected.section));
}

fn compatible(page: &mut String, table: &MessageTable) {
    page.push_str(
        "| stage | message | number | Standard | Compatible | section |\n|---|---|---|---|---|---|\n",
    );
    for stage in Stage::ALL.into_iter().filter(|stage| stage.exists_in(Profile::Compatible)) {
        for kind in Kind::ALL {
            for number in Number::ALL {
                let standard = observed(table, Profile::Standard, stage, kind, number);
                let compatible = observed(table, Profile::Compatible, stage, kind, number);
                if standard != compatible {
                    let expected = table.expected(Profile::Compatible, stage, kind, number);
                    let section = expected.map_or("", |expected| expected.section);
                    let cell = format!("{stage} | {} | {}", kind.title(), number.title());
                    _ = writeln!(page, "| {cell} | {standard} | {compatible} | {section} |");
                }
            }
        }
    }
}

/// The name of what is seen in a cell, or the words for it when it has no name.
fn observed(table: &MessageTable, profile: Profile, stage: Stage, kind: Kind, number: Number) -> String {
    let role = stage.roles()[0];
    let seen = observe_message(stage, role, profile, kind, number).to_string();
    table.name(&seen).map_or(seen.clone(), str::to_owned)
}

fn states(page: &mut String) {
    page.push_str("| state | what it is | IsLoggedOn |\n|---|---|---|\n");
    for state in State::ALL {
        let logged_on = if state.reach().session.status().logged_on { "yes" } else { "no" };
        _ = writeln!(page, "| {state} | {} | {logged_on} |", state.meaning());
    }
}
