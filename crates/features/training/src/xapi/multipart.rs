//! `multipart/mixed`, as statements come and go with attachments (xAPI 1.0.3, Communication 1.5.2).

use sha2::{Digest, Sha256, Sha384, Sha512};
use std::{collections::BTreeMap, fmt::Write};

/// One part: headers by name in small letters, and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub headers: BTreeMap<String, String>,
    pub content: &'a [u8],
}

impl Part<'_> {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// The boundary that a content type names.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let parameters = content_type.split(';').skip(1);
    let named = parameters.filter_map(|one| one.trim().split_once('='));
    let (_, value) = named.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty() && value.len() <= 70).then(|| value.to_owned())
}

/// The parts between boundaries; what stands before the first and after the last is nobody's.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, &'static str> {
    let mark = format!("--{boundary}").into_bytes();
    let mut found = Vec::new();
    let mut rest = match find(body, &mark) {
        Some(at) => body.get(at + mark.len()..).unwrap_or_default(),
        None => return Err("the body has no part with the boundary of the content type"),
    };
    let between = [b"\r\n".as_slice(), &mark].concat();
    loop {
        if rest.starts_with(b"--") {
            return Ok(found);
        }
        let start = find(rest, b"\r\n").ok_or("a boundary stands on a line of its own")?;
        rest = rest.get(start + 2..).unwrap_or_default();
        let end = find(rest, &between).ok_or("the last part has no boundary behind it")?;
        let (whole, after) = rest.split_at(end);
        found.push(part(whole)?);
        rest = after.get(between.len()..).unwrap_or_default();
    }
}

fn part(whole: &[u8]) -> Result<Part<'_>, &'static str> {
    let (head, content) = if whole.starts_with(b"\r\n") {
        (&[][..], whole.get(2..).unwrap_or_default())
    } else {
        let at = find(whole, b"\r\n\r\n").ok_or("a blank line stands between a part's headers and its content")?;
        (whole.get(..at).unwrap_or_default(), whole.get(at + 4..).unwrap_or_default())
    };
    let head = std::str::from_utf8(head).map_err(|_| "a part's headers are text")?;
    let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let headers = lines.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect();
    Ok(Part { headers, content })
}

fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within.windows(wanted.len()).position(|window| window == wanted)
}

/// What a hash of the same length would be.
pub(super) fn hash(content: &[u8], like: &str) -> Option<String> {
    match like.len() {
        64 => Some(hex(&Sha256::digest(content))),
        96 => Some(hex(&Sha384::digest(content))),
        128 => Some(hex(&Sha512::digest(content))),
        _ => None,
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_between_boundaries() {
        let body = b"preamble\r\n--b1\r\nContent-Type: application/json\r\n\r\n{}\r\n--b1\r\nX-A: 1\r\nContent-Type:text/plain\r\n\r\none\r\ntwo\r\n--b1--\r\nend";
        let found = parts(body, "b1").expect("two parts");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].header("content-type"), found[0].content), (Some("application/json"), b"{}".as_slice()));
        assert_eq!((found[1].header("x-a"), found[1].content), (Some("1"), b"one\r\ntwo".as_slice()));
        for broken in [&b"nothing"[..], b"--b1\r\nX: 1\r\n\r\nopen", b"--b1", b"--b1\r\nno blank line\r\n--b1--"] {
            assert!(parts(broken, "b1").is_err(), "{}", String::from_utf8_lossy(broken));
        }
    }

    #[test]
    fn a_boundary_is_a_parameter_of_the_content_type() {
        assert_eq!(boundary("multipart/mixed; boundary=abc").as_deref(), Some("abc"));
        assert_eq!(boundary("multipart/mixed; charset=x; Boundary=\"a b\"").as_deref(), Some("a b"));
        assert_eq!(boundary("multipart/mixed"), None);
        assert_eq!(boundary("multipart/mixed; boundary="), None);
    }

    /// FIPS 180-4's example of "abc".
    #[test]
    fn a_hash_is_as_long_as_the_one_it_is_compared_with() {
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash(b"abc", wanted).as_deref(), Some(wanted));
        assert_eq!(hash(b"abc", "abcd"), None);
    }
}
