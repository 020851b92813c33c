//! Signed statements (1.0.3, Data 2.6). Whether the key fits is not asked here: that takes the certificate of the header.

use super::{Invalid, Statement, Version, Why, at::At};
use serde_json::Value;

const ALGORITHMS: [&str; 3] = ["RS256", "RS384", "RS512"];

/// The content of a signature attachment: a JWS in compact serialization, by an algorithm that is allowed, of the statement
/// itself.
pub fn check_signature(content: &[u8], statement: &Statement, version: Version) -> Result<(), Invalid> {
    let at = At::Name(&At::Top, "attachments");
    let broken = || at.invalid(Why::Jws);
    let text = std::str::from_utf8(content).map_err(|_| broken())?;
    let parts: Vec<&str> = text.trim_end().split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return Err(broken()) };
    if base64url(signature).is_none_or(|signature| signature.is_empty()) {
        return Err(broken());
    }
    let header = json(header, &at)?;
    let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or("none");
    if !ALGORITHMS.contains(&algorithm) {
        return Err(at.invalid(Why::Algorithm(algorithm.to_owned())));
    }
    let signed = Statement::read(json(payload, &at)?, version);
    let signed = signed.map_err(|why| at.invalid(Why::Signed(Box::new(why))))?;
    if signed.same_as(statement) { Ok(()) } else { Err(at.invalid(Why::SignsAnother)) }
}

fn json(part: &str, at: &At<'_>) -> Result<Value, Invalid> {
    let content = base64url(part).ok_or_else(|| at.invalid(Why::Jws))?;
    serde_json::from_slice(&content).map_err(|error| at.invalid(Why::Json(error.to_string())))
}

/// RFC 4648, 5, without padding.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::with_capacity(text.len()));
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    (count < 6 && bits == 0).then_some(bytes)
}
