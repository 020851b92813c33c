//! What leaves as a file.

/// A cell that a spreadsheet would take for a formula stands behind an apostrophe; reading it back takes that off.
pub fn made_safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::made_safe;

    #[test]
    fn what_a_spreadsheet_would_run_is_made_safe() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("+66 2", "'+66 2"),
            ("-5", "'-5"),
            ("@me", "'@me"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("'quoted", "''quoted"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(made_safe(text), safe);
        }
    }
}
