//! Measures over customers: what each account around a period comes to (R-NEWCUST, B5).

use base::{Amount, AmountError};
use jiff::{ToSpan, civil::Date};

/// Customers are active who bought in so many days before (R-NEWCUST).
pub const ACTIVE_DAYS: i32 = 365;
/// A customer who comes back after so many months is reactivated, not new.
const AWAY_MONTHS: i32 = 24;

/// What is counted, or summed, of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Customers {
    /// Bought in the period.
    Bought,
    /// Bought in the period, and at least twice up to its end.
    Returned,
    /// Their first purchase ever falls in the period.
    New,
    /// A purchase in the period comes more than 24 months after the one before it.
    Reactivated,
    /// Active when the period began.
    ActiveAtStart,
    /// Active when the period ended.
    ActiveAtEnd,
    /// Active when the period began, and still when it ended.
    Kept,
    /// Active when the period began, and no longer when it ended.
    Lost,
    /// The amount of the same days a year earlier.
    Base,
    /// The period's amount, of those who have a base.
    OfBase,
    /// What those with a base bring less than it, the lost ones their whole base.
    Shrunk,
    /// The period's amount of those who have a base, as far as their base goes.
    Held,
    /// The amount of the same days a year earlier, of those who were active when the period began.
    ActiveBase,
    /// What those bring in the period by the facts that the measure takes only (B5 `account_expansion_rate`).
    Expanded,
    /// The largest who together bring 80 % of the period's amount, and no more of them than that takes.
    Largest80,
}

impl Customers {
    const EVERY: [(&'static str, Self); 15] = [
        ("bought", Self::Bought),
        ("returned", Self::Returned),
        ("new", Self::New),
        ("reactivated", Self::Reactivated),
        ("active_at_start", Self::ActiveAtStart),
        ("active_at_end", Self::ActiveAtEnd),
        ("kept", Self::Kept),
        ("lost", Self::Lost),
        ("base", Self::Base),
        ("of_base", Self::OfBase),
        ("shrunk", Self::Shrunk),
        ("held", Self::Held),
        ("active_base", Self::ActiveBase),
        ("expanded", Self::Expanded),
        ("largest_80", Self::Largest80),
    ];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|(word, _)| *word == name).map(|(_, customers)| customers)
    }

    pub const fn is_money(self) -> bool {
        matches!(self, Self::Base | Self::OfBase | Self::Shrunk | Self::Held | Self::ActiveBase | Self::Expanded)
    }

    /// True when amounts decide.
    pub const fn needs_amounts(self) -> bool {
        self.is_money() || matches!(self, Self::Largest80)
    }

    /// Counted by the period's own purchases.
    pub const fn grows(self) -> bool {
        matches!(self, Self::Bought | Self::Returned | Self::New | Self::Reactivated)
    }

    /// What one customer adds; nothing where it does not count.
    pub fn of(self, customer: &Customer) -> Result<Amount, AmountError> {
        let has_base = !(customer.base.is_zero() || customer.base.is_negative());
        let counts = match self {
            Self::Bought => customer.bought,
            Self::Returned => customer.bought && customer.documents >= 2,
            Self::New => customer.is_new,
            Self::Reactivated => customer.is_back,
            Self::ActiveAtStart => customer.active_at_start,
            Self::ActiveAtEnd => customer.active_at_end,
            Self::Kept => customer.active_at_start && customer.stays,
            Self::Lost => customer.active_at_start && !customer.stays,
            // Who is among them depends on the others: see `largest`.
            Self::Largest80 => false,
            Self::Base => return Ok(if has_base { customer.base } else { Amount::ZERO }),
            Self::ActiveBase => return Ok(if customer.active_at_start { customer.base } else { Amount::ZERO }),
            Self::Expanded => return Ok(if customer.active_at_start { customer.expansion } else { Amount::ZERO }),
            Self::OfBase => return Ok(if has_base { customer.amount } else { Amount::ZERO }),
            Self::Held => {
                let held = customer.amount.min(customer.base).max(Amount::ZERO);
                return Ok(if has_base { held } else { Amount::ZERO });
            }
            Self::Shrunk => {
                let base = Self::Base.of(customer)?;
                return base.checked_sub(Self::Held.of(customer)?);
            }
        };
        Ok(if counts { Amount::from(1) } else { Amount::ZERO })
    }

    /// Whose purchases of which days it rests on.
    pub const fn days(self) -> Days {
        match self {
            Self::Bought | Self::Returned | Self::New | Self::Reactivated | Self::Largest80 | Self::Expanded => {
                Days::Period
            }
            Self::ActiveAtStart | Self::Kept | Self::Lost => Days::BeforeStart,
            Self::ActiveAtEnd => Days::BeforeEnd,
            Self::Base | Self::ActiveBase => Days::Base,
            Self::OfBase | Self::Shrunk | Self::Held => Days::PeriodAndBase,
        }
    }
}

/// How many amounts, the largest first, it takes to reach four fifths of their sum (B5 `concentration_80`).
pub fn largest(amounts: &[Amount]) -> Result<usize, AmountError> {
    let whole = Amount::sum(amounts.iter().copied())?;
    let fifths = |amount: Amount, times: i128| Amount::from_millionths(amount.millionths().saturating_mul(times));
    let mut reached = Amount::ZERO;
    for (place, amount) in amounts.iter().enumerate() {
        if fifths(reached, 5)? >= fifths(whole, 4)? {
            return Ok(place);
        }
        reached = reached.checked_add(*amount)?;
    }
    Ok(amounts.len())
}

/// The days whose purchases stand behind a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    Period,
    BeforeStart,
    BeforeEnd,
    Base,
    PeriodAndBase,
}

/// The stretches of days around a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around {
    period: (Date, Date),
    before_start: (Date, Date),
    before_end: (Date, Date),
    base: (Date, Date),
}

impl Around {
    /// A period from a day to before a day, and the days it is compared with. `to` is the period's end, or the day after as-of
    /// when that comes first.
    pub fn new(from: Date, to: Date, base: (Date, Date)) -> Self {
        // Within these days somebody bought who is active on a day.
        let active = |day: Date| (day.saturating_sub(ACTIVE_DAYS.days()), day);
        Self { period: (from, to), before_start: active(from), before_end: active(to), base }
    }

    pub const fn period(&self) -> (Date, Date) {
        self.period
    }

    /// Where days of one meaning meet days of another.
    pub fn borders(&self) -> impl Iterator<Item = Date> {
        [self.period, self.before_start, self.before_end, self.base].into_iter().flat_map(|(from, to)| [from, to])
    }

    pub fn holds(&self, days: Days, day: Date) -> bool {
        let within = |(from, to): (Date, Date)| from <= day && day < to;
        match days {
            Days::Period => within(self.period),
            Days::BeforeStart => within(self.before_start),
            Days::BeforeEnd => within(self.before_end),
            Days::Base => within(self.base),
            Days::PeriodAndBase => within(self.period) || within(self.base),
        }
    }
}

/// Purchases of one customer on days that mean the same to every period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchases {
    pub first: Date,
    pub last: Date,
    pub documents: u64,
    pub amount: Amount,
    /// As far as it is of the kind that [`Customers::Expanded`] sums.
    pub expansion: Amount,
    /// What came back: it takes from the amount, and is no purchase.
    pub is_return: bool,
}

/// One customer around one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Customer {
    pub bought: bool,
    /// Orders or deals up to the period's end.
    pub documents: u64,
    pub is_new: bool,
    pub is_back: bool,
    pub active_at_start: bool,
    pub active_at_end: bool,
    /// Active at the period's end with the company, whoever sold.
    pub stays: bool,
    pub amount: Amount,
    pub expansion: Amount,
    pub base: Amount,
}

impl Customer {
    /// `own` are the purchases that the question is about, `company` those from the whole company; both in the order of days.
    pub fn of(own: &[Purchases], company: &[Purchases], around: &Around) -> Result<Self, AmountError> {
        let mut found = Self::default();
        for bought in own.iter().filter(|bought| bought.first < around.period.1) {
            if !bought.is_return {
                found.documents += bought.documents;
                found.bought |= around.holds(Days::Period, bought.first);
                found.active_at_start |= around.holds(Days::BeforeStart, bought.first);
                found.active_at_end |= around.holds(Days::BeforeEnd, bought.first);
            }
            if around.holds(Days::Period, bought.first) {
                found.amount = found.amount.checked_add(bought.amount)?;
                found.expansion = found.expansion.checked_add(bought.expansion)?;
            }
            if around.holds(Days::Base, bought.first) {
                found.base = found.base.checked_add(bought.amount)?;
            }
        }
        let own = || own.iter().filter(|bought| !bought.is_return);
        let mut before: Option<&Purchases> = None;
        for bought in company.iter().filter(|bought| !bought.is_return) {
            found.stays |= around.holds(Days::BeforeEnd, bought.first);
            if around.holds(Days::Period, bought.first) {
                let is_own = || own().any(|own| own.first == bought.first);
                match before.map(|before| before.last.saturating_add(AWAY_MONTHS.months())) {
                    None => found.is_new = is_own(),
                    Some(until) => found.is_back |= until < bought.first && is_own(),
                }
            }
            before = Some(bought);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn on(day: Date, amount: i64) -> Purchases {
        Purchases {
            first: day,
            last: day,
            documents: 1,
            amount: Amount::from(amount),
            expansion: Amount::ZERO,
            is_return: amount < 0,
        }
    }

    fn count(customers: Customers, bought: &[&[Purchases]]) -> Amount {
        let (before, from, to) = (date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1));
        let year = Around::new(from, to, (before, from));
        let of =
            |own: &&[Purchases]| customers.of(&Customer::of(own, own, &year).expect("it adds up")).expect("it adds up");
        Amount::sum(bought.iter().map(of)).expect("it adds up")
    }

    /// Reference B10: reactivated after 25 months → `reactivated` 1, new 0.
    #[test]
    fn who_comes_back_after_two_years_is_not_new() {
        let back = [on(date(2024, 1, 10), 5), on(date(2026, 2, 10), 5)];
        assert_eq!(count(Customers::Reactivated, &[&back]), Amount::from(1));
        assert_eq!(count(Customers::New, &[&back]), Amount::ZERO);
        let soon = [on(date(2024, 3, 10), 5), on(date(2026, 3, 10), 5)];
        assert_eq!(count(Customers::Reactivated, &[&soon]), Amount::ZERO);
    }

    /// Reference B5: base 2,000, +120 +80 −60 −100 → net +40, of it lost and contraction 160.
    #[test]
    fn a_cohort_grows_by_its_own_amounts() {
        let base = date(2025, 5, 1);
        let now = date(2026, 5, 1);
        let larger = [on(base, 500), on(now, 620)];
        let other = [on(base, 500), on(now, 580)];
        let smaller = [on(base, 900), on(now, 840)];
        let gone = [on(base, 100)];
        let new = [on(now, 7_000)];
        let all: [&[Purchases]; 5] = [&larger, &other, &smaller, &gone, &new];
        assert_eq!(count(Customers::Base, &all), Amount::from(2_000));
        assert_eq!(count(Customers::OfBase, &all), Amount::from(2_040));
        assert_eq!(count(Customers::Shrunk, &all), Amount::from(160));
        assert_eq!(count(Customers::Held, &all), Amount::from(1_840));
        assert_eq!(count(Customers::Lost, &all), Amount::from(1));
        assert_eq!(count(Customers::ActiveAtEnd, &all), Amount::from(4));
    }

    /// What comes back is no purchase: nobody is new or active by it, and it takes from what they bring.
    #[test]
    fn a_return_makes_no_customer() {
        let back = [on(date(2025, 3, 1), 100), on(date(2026, 2, 1), -20)];
        assert_eq!(count(Customers::Bought, &[&back]), Amount::ZERO);
        assert_eq!(count(Customers::ActiveAtEnd, &[&back]), Amount::ZERO);
        assert_eq!(count(Customers::OfBase, &[&back]), Amount::from(-20));
        assert_eq!(count(Customers::Shrunk, &[&back]), Amount::from(100), "no more than there was");
        assert_eq!(count(Customers::New, &[&[on(date(2026, 2, 1), -20)]]), Amount::ZERO);
    }

    /// Reference B10: revenues 50, 30, 10, 5, 5 → concentration 2/5.
    #[test]
    fn few_customers_may_bring_most() {
        let amounts = [50, 30, 10, 5, 5].map(Amount::from);
        assert_eq!(largest(&amounts), Ok(2));
        assert_eq!(largest(&[]), Ok(0));
    }

    /// Lost and back inside the period = retained (B10).
    #[test]
    fn who_is_back_before_the_end_was_kept() {
        let back = [on(date(2025, 1, 2), 5), on(date(2026, 12, 30), 5)];
        assert_eq!(count(Customers::Kept, &[&back]), Amount::from(1));
    }
}
