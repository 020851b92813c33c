//! What goes with a statement: its description here, its content elsewhere.

use super::{
    Invalid, Version, Why,
    at::{At, Object, list},
    kind::{Kind, language_map},
};
use serde_json::Value;

/// The usage of a JWS signature of the statement.
pub const SIGNATURE: &str = "http://adlnet.gov/expapi/attachments/signature";
const NAMES: [&str; 7] = ["usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"];

/// What a statement says of an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Hexadecimal, small letters.
    pub sha2: String,
    pub content_type: String,
    /// Bytes.
    pub length: u64,
    pub usage_type: String,
    /// May the content be elsewhere? Without a `fileUrl` it comes with the statement.
    pub has_url: bool,
}

impl Attachment {
    pub fn is_signature(&self) -> bool {
        self.usage_type == SIGNATURE
    }

    pub(super) fn of(value: &Value) -> Option<Self> {
        let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
        Some(Self {
            sha2: text("sha2")?.to_ascii_lowercase(),
            content_type: text("contentType")?,
            length: value.get("length")?.as_u64()?,
            usage_type: text("usageType")?,
            has_url: value.get("fileUrl").is_some(),
        })
    }
}

pub(super) fn check(value: &Value, at: &At<'_>, version: Version) -> Result<(), Invalid> {
    list(value, at, |value, at| check_one(value, at, version))
}

fn check_one(value: &Value, at: &At<'_>, version: Version) -> Result<(), Invalid> {
    let attachment = Object::read(value, at, &NAMES)?;
    attachment.required("usageType", |value, at| Kind::Iri.check(value, at))?;
    attachment.required("display", language_map)?;
    attachment.optional("description", language_map)?;
    attachment.required("contentType", |value, at| Kind::MediaType.check(value, at))?;
    attachment.required("length", |value, at| {
        if value.is_u64() { Ok(()) } else { Err(at.mistaken(value, "a whole number of bytes from 0 on")) }
    })?;
    attachment.required("sha2", |value, at| Kind::Sha2(version).check(value, at))?;
    attachment.optional("fileUrl", |value, at| Kind::Iri.check(value, at))?;
    let content_type = attachment.get("contentType").and_then(Value::as_str).unwrap_or_default();
    let is_signature = attachment.get("usageType").and_then(Value::as_str) == Some(SIGNATURE);
    if is_signature && content_type != "application/octet-stream" {
        return Err(at.name("contentType").invalid(Why::SignatureType(content_type.to_owned())));
    }
    Ok(())
}
