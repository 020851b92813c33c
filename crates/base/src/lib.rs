//! The words every other crate counts and dates with: money, exact amounts, fractions, periods on a fiscal calendar, dated values,
//! typed ids and the clock.
//!
//! Pure: nothing here reads files, the environment or randomness, and only [`SystemClock`] reads the time.

pub mod amount;
pub mod clock;
pub mod dated;
pub mod fiscal;
pub mod fraction;
pub mod ids;
pub mod money;
pub mod period;

mod wide;

pub use amount::{Amount, AmountError};
pub use clock::{Clock, FixedClock, Random, SystemClock};
pub use dated::{DateRange, Dated, DatedError};
pub use fiscal::{CalendarError, FiscalCalendar, FiscalYear};
pub use fraction::Fraction;
pub use ids::{AccountId, DealId, OrderId, PersonId, ProductId, RecordId, Seq, TeamId, TerritoryId};
pub use money::{Currency, Money, MoneyError};
pub use period::{Grain, Period, PeriodError};
