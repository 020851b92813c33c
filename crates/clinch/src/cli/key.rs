//! The key file: 32 random bytes as hex, outside the database, for its owner's eyes alone.

use super::report;
use access::SecretKey;
use base::Random;
use db::Db;
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Reads the key, making it on first need beside a SQLite database.
pub fn read(db: &Db, named: Option<&Path>) -> miette::Result<SecretKey> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => beside(db, "key").ok_or_else(|| {
            miette::miette!(help = "name it with --key-file or CLINCH_KEY_FILE", "where is the key file?")
        })?,
    };
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(&path),
        text => text,
    };
    let text = text.map_err(|error| {
        report(&error, format!("the key file {} cannot be read or written; check the path", path.display()))
    })?;
    bytes(text.trim()).ok_or_else(|| {
        let hint = "put back the file this database was used with; without it second factors must be set up again";
        miette::miette!(help = hint, "{} is not a key file", path.display())
    })
}

/// `clinch.db` has its key in `clinch.db.key`: what else belongs to it has other endings.
pub fn beside(db: &Db, ending: &str) -> Option<PathBuf> {
    let folder = db.folder()?;
    let database = folder.to_str()?.strip_suffix("-facts")?;
    Some(PathBuf::from(format!("{database}.{ending}")))
}

fn make(path: &Path) -> io::Result<String> {
    let mut key = SecretKey::default();
    clinch::SystemRandom.fill(&mut key);
    let text = key.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(text)
}

fn bytes(text: &str) -> Option<SecretKey> {
    let mut key = SecretKey::default();
    if text.len() != key.len() * 2 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).ok()?;
    }
    Some(key)
}
