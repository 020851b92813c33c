//! The second factor: one-time codes of an app (RFC 6238), their secret sealed with the key file.

use crate::{Access, AccessError, secrets};
use base::RecordId;
use db::Record;
use totp_rs::{Builder, Secret, Totp};

impl Access {
    /// A new secret for a second factor, not in force before `enrol`.
    pub fn new_factor(&self) -> String {
        let mut bytes = [0; 20];
        self.random.fill(&mut bytes);
        Secret::from(bytes.as_slice()).to_base32()
    }

    /// Puts a second factor in force once its first code was right. One that is in force already is replaced only by who
    /// has it: a code of it is asked for too, `old`.
    pub async fn enrol(&self, person: RecordId, secret: &str, code: &str, old: &str) -> Result<(), AccessError> {
        let totp = totp(secret).ok_or(AccessError::Code)?;
        let step = totp.check(code.trim(), self.seconds()).ok_or(AccessError::Code)?;
        if self.has_factor(person).await? {
            let attempts = format!("factor {person}");
            self.check_attempts(&attempts).await?;
            if !self.take_code(person, old).await? {
                self.count_attempt(&attempts).await?;
                return Err(AccessError::OldCode);
            }
            self.forget_attempts(&attempts).await?;
        }
        let mut credential = self.credential(person).await?.ok_or(AccessError::Wrong)?;
        credential.totp = Some(secrets::seal(&self.key, self.random.as_ref(), secret.as_bytes()));
        credential.last_step = step;
        self.save(person, &credential).await
    }

    /// Whether a second factor is in force.
    pub async fn has_factor(&self, person: RecordId) -> Result<bool, AccessError> {
        Ok(self.credential(person).await?.is_some_and(|credential| credential.totp.is_some()))
    }

    /// Takes a lost second factor away and ends every session: for the operator at the command line alone.
    pub async fn drop_factor(&self, person: RecordId) -> Result<(), AccessError> {
        let Some(mut credential) = self.credential(person).await? else { return Ok(()) };
        credential.totp = None;
        self.end_sessions(person).await?;
        self.save(person, &credential).await
    }

    /// Puts a second factor in force without a code: for a demo company, whose secret is printed.
    pub async fn set_factor(&self, person: RecordId, secret: &str) -> Result<(), AccessError> {
        let mut credential = self.credential(person).await?.unwrap_or_default();
        credential.totp = Some(secrets::seal(&self.key, self.random.as_ref(), secret.as_bytes()));
        self.save(person, &credential).await
    }

    pub(crate) async fn take_code(&self, person: RecordId, code: &str) -> Result<bool, AccessError> {
        let Some(mut credential) = self.credential(person).await? else { return Ok(false) };
        let Some(sealed) = &credential.totp else { return Ok(false) };
        let secret = secrets::unseal(&self.key, sealed).ok_or(AccessError::OtherKey)?;
        let secret = String::from_utf8(secret).map_err(|_| AccessError::OtherKey)?;
        let Some(step) = totp(&secret).and_then(|totp| totp.check(code.trim(), self.seconds())) else {
            return Ok(false);
        };
        if step <= credential.last_step {
            return Ok(false);
        }
        credential.last_step = step;
        self.save(person, &credential).await?;
        Ok(true)
    }
}

/// What an app reads a secret from, `otpauth:`.
pub fn factor_address(company: &str, person: &Record, secret: &str) -> Option<String> {
    let account = person.value("email").as_text().unwrap_or("person").replace(':', " ");
    let secret = Secret::try_from_base32(secret.trim()).ok()?;
    let totp = builder(secret).with_account_name(account).with_issuer(Some(company.replace(':', " "))).build().ok()?;
    totp.to_url().ok()
}

fn builder(secret: Secret) -> Builder {
    Builder::new().with_secret(secret)
}

fn totp(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret.trim()).ok()?;
    builder(secret).with_account_name("person").build().ok()
}
