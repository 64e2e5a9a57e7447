//! The page of all keys for `docs/configuration.md`, written from the tables that the reader works with.

use std::fmt::Write as _;

use super::key::{Key, Setting, Suffix};
use super::keys::groups;

const INTRODUCTION: &str = "\
# Configuration

`sansfix serve --config FILE`, `sansfix connect --config FILE` and `sansfix_runtime::settings` read the `.cfg` format
that FIX users already have. `sansfix config check FILE` says what each session of a file will do, and what is wrong with
it. This page is written by `sansfix config keys`; a test compares the two.

```ini
# What holds for every session that does not say otherwise
[DEFAULT]
ConnectionType=initiator
SenderCompID=US
HeartBtInt=30

[SESSION]
BeginString=FIX.4.4
TargetCompID=THEM
SocketConnectHost=fix.example.com
SocketConnectPort=5001
DataDictionary=FIX44.xml
```

- Lines are `[DEFAULT]`, `[SESSION]`, `Key=Value` or `# comment`; a `#` after a value belongs to the value. UTF-8, with or
  without a byte order mark; lines end with LF or CRLF. Sections and keys are compared without regard to case, blanks
  around key and value do not count.
- `[DEFAULT]` counts for every session, wherever it stands. A key in `[SESSION]` takes the place of the inherited one; an
  empty value of a text takes the inherited one away. Of a repeated key the last counts, with a warning.
- An unknown key is a warning with its line and the nearest known name. A wrong value is an error with its line, its key
  and what is allowed. All errors are reported, not only the first.
- `Profile` sets the switches and limits that the other keys then change, wherever they stand.
- Relative paths start from the directory that the process runs in.

The columns C++, J, n and Go say which of QuickFIX, QuickFIX/J, QuickFIX/n and QuickFIX/Go have a key; a key that none
has is ours. Acted on is *yes*; *later* (recognised, and a warning says that it is not acted on yet); *no* (a warning says
what happens instead); *refused* (an error: going on without it would be less safe than the file asks); or *needless*
(there is nothing to do).
";

/// The text of `docs/configuration.md`: every key with its values, its default and its meaning.
///
/// ```
/// assert!(sansfix_runtime::settings::configuration_page().contains("\n| HeartBtInt |"));
/// ```
#[must_use]
pub fn configuration_page() -> String {
    let mut page = String::from(INTRODUCTION);
    for group in groups() {
        let _ = write!(page, "\n## {}\n\n{}\n\n", group.title, group.about);
        page.push_str("| Key | C++ | J | n | Go | Values | Default | Meaning | Acted on |\n");
        page.push_str("|---|---|---|---|---|---|---|---|---|\n");
        for key in group.keys {
            row(&mut page, key);
        }
    }
    page
}

fn row(page: &mut String, key: &Key) {
    let suffix = match key.suffix {
        Suffix::None => "",
        Suffix::Number => "\\<n\\>",
        Suffix::Version => "[.VERSION]",
    };
    let dialects = key.dialects;
    let _ = write!(page, "| {}{suffix} ", key.name);
    for has in [dialects.cpp, dialects.java, dialects.net, dialects.go] {
        page.push_str(if has { "| x " } else { "| " });
    }
    let cells = [key.allowed(), key.default.to_owned(), key.meaning.to_owned(), acted_on(&key.setting)];
    for cell in cells {
        let _ = write!(page, "| {}{}", cell.replace('|', "\\|"), if cell.is_empty() { "" } else { " " });
    }
    page.push_str("|\n");
}

fn acted_on(setting: &Setting) -> String {
    match setting {
        Setting::Flag(_) | Setting::Number(..) | Setting::Text(_) | Setting::Custom(..) => "yes".to_owned(),
        Setting::Later(fine) => format!("later{}", as_now(fine)),
        Setting::Unsupported(fine, why) => format!("no: {why}{}", as_now(fine)),
        Setting::Unsafe(fine, why) => format!("refused: {why}{}", as_now(fine)),
        Setting::Needless => "needless".to_owned(),
    }
}

/// The values that ask for what is done anyway.
fn as_now(fine: &[&str]) -> String {
    match fine {
        [] | [""] => String::new(),
        values => format!("; {} is as now", values.join(" or ")),
    }
}
