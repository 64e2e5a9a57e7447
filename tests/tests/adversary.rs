//! Attacks on the session: counterparties that break the rules, and commands and faults at the worst moment.

mod adversary {
    mod logon;
    mod logout;
    mod resets;
    mod verdicts;
}
