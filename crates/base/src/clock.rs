//! Time and randomness as arguments, so that every rule can be asked about any day and every test repeats.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};

/// Tells the present instant.
pub trait Clock: Send + Sync {
    /// The present instant, UTC.
    fn now(&self) -> Timestamp;
}

/// Gives unpredictable bytes: nonces, tokens, salts. Implemented at the edge that owns the operating system's source.
pub trait Random: Send + Sync {
    /// Overwrites the whole buffer with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock; all else takes a Clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved. Can be shared between threads.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// A clock standing at this instant.
    #[must_use]
    pub fn at(instant: Timestamp) -> Self {
        FixedClock(Mutex::new(instant))
    }

    /// Moves the clock to this instant, forwards or back.
    pub fn set(&self, instant: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = instant;
    }

    /// Moves the clock by this much; it stops at the first or last instant that can be told.
    pub fn advance(&self, by: SignedDuration) {
        let limit = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        let mut instant = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *instant = instant.checked_add(by).unwrap_or(limit);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_clock_stands_still_until_moved() {
        let clock = FixedClock::at("1996-07-04T00:00:00Z".parse().unwrap());
        assert_eq!(clock.now(), clock.now());

        clock.advance(SignedDuration::from_hours(36));
        assert_eq!(clock.now().to_string(), "1996-07-05T12:00:00Z");

        clock.set(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);

        clock.advance(SignedDuration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
    }

    #[test]
    fn system_clock_tells_a_time_after_the_epoch() {
        assert!(SystemClock.now() > Timestamp::UNIX_EPOCH);
    }
}
