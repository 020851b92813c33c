//! Addresses with their questions, made safe to stand in a link.

use std::fmt::Write;

/// `/scorecard?by=rep&entity=%2312`; what is empty is left out.
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut mark = '?';
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(mark);
        mark = '&';
        address.push_str(name);
        address.push('=');
        address.push_str(&escaped(value));
    }
    address
}

/// Every byte that may mean something else as its number.
pub(crate) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(char::from(byte)),
            byte => write!(text, "%{byte:02X}").unwrap_or_default(), // a String takes everything
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_leaves_out_what_is_empty_and_escapes_the_rest() {
        assert_eq!(address("/x", &[("a", ""), ("b", "")]), "/x");
        assert_eq!(
            address("/x", &[("by", "rep"), ("year", ""), ("entity", "#1&ก")]),
            "/x?by=rep&entity=%231%26%E0%B8%81"
        );
    }
}
