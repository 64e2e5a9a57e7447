//! Attacks on the session: counterparties that break the rules, and commands and faults at the worst moment.

mod adversary {
    mod commands;
    mod limits;
    mod logon;
    mod logout;
    mod repeated;
    mod replay;
    mod resets;
    mod sequence_reset;
    mod verdicts;
}
