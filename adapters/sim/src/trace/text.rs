//! Words of a trace line: bare words, and bytes in quotes.

/// Appends bytes in quotes: `|` for SOH, and an escape for what is not printable or has a meaning here.
pub(super) fn quote(line: &mut String, bytes: &[u8]) {
    line.push('"');
    for byte in bytes {
        match byte {
            1 => line.push('|'),
            b'"' | b'\\' | b'|' => line.push_str(&format!("\\x{byte:02x}")),
            b' '..=b'~' => line.push(char::from(*byte)),
            _ => line.push_str(&format!("\\x{byte:02x}")),
        }
    }
    line.push('"');
}

/// The words of a line, quotes resolved. `None` for a line that was not written by [`quote`].
pub(super) fn words(line: &str) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (inside, after) = quoted.split_once('"')?;
                (unquote(inside)?, after)
            }
            None => {
                let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
                (word.as_bytes().to_vec(), after)
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    Some(words)
}

fn unquote(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'|' => 1,
            b'\\' => {
                let digits = std::str::from_utf8(rest.get(1..3)?).ok()?;
                rest = rest.get(3..)?;
                u8::from_str_radix(digits, 16).ok()?
            }
            plain => *plain,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives() {
        let all: Vec<u8> = (0..=255).collect();
        let mut line = String::from("feed ");
        quote(&mut line, &all);
        assert!(line.is_ascii());
        assert_eq!(words(&line), Some(vec![b"feed".to_vec(), all]));
    }

    #[test]
    fn an_unfinished_quote_is_no_line() {
        assert_eq!(words("feed \"8=FIX"), None);
        assert_eq!(words("feed \"\\x1\""), None);
    }
}
