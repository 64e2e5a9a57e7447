//! Defects of other engines, each with the test that keeps it out of this one. `docs/others-bugs.md` is the table.

mod others_bugs {
    mod connections;
    mod logon;
    mod logout;
    mod resend;
}
