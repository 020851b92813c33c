//! Tokens, hashes and what is sealed with the key file.

use base::Random;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::Aead};
use sha2::{Digest, Sha256};

/// The company's key file, kept outside the database.
pub type SecretKey = [u8; 32];

const NONCE_BYTES: usize = 24;

/// 256 random bits as text for a cookie, a link or a token.
pub(crate) fn token(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    BASE64.encode(bytes)
}

/// What is stored of a token: whoever reads the database cannot use it.
pub(crate) fn digest(token: &str) -> String {
    BASE64.encode(Sha256::digest(token.as_bytes()))
}

pub(crate) fn seal(key: &SecretKey, random: &dyn Random, plain: &[u8]) -> String {
    let mut nonce = [0; NONCE_BYTES];
    random.fill(&mut nonce);
    let sealed = XChaCha20Poly1305::new(key.into()).encrypt(&nonce.into(), plain).unwrap_or_default();
    BASE64.encode([nonce.as_slice(), &sealed].concat())
}

/// None when it was sealed with another key file.
pub(crate) fn unseal(key: &SecretKey, sealed: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    XChaCha20Poly1305::new(key.into()).decrypt(&nonce.into(), sealed).ok()
}
