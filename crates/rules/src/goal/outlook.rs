//! What a year comes to for somebody (GOAL-7): what has come, what is open, and what is still to be opened.

use super::{GoalError, check_not_negative, factor};
use base::Amount;
use pay_rules::exact::Exact;

/// Of so many days a year has twelve months.
const DAYS: i32 = 365;
const MONTHS: i32 = 12;

/// What somebody works with, from some day to the end of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// Sold since the year began.
    pub came: Amount,
    /// Open deals due in what is left of the year.
    pub open: Amount,
    /// Deals that are opened in a month from now on.
    pub opened: Amount,
    /// Per cent of both that are won …
    pub win_rate: Amount,
    /// … at so much each …
    pub deal: Amount,
    /// … so many days after they were opened.
    pub cycle: Amount,
    /// Days until the year ends, and until it begins where it has not.
    pub days: i32,
    pub before: i32,
}

impl Outlook {
    fn check(&self) -> Result<(), GoalError> {
        check_not_negative("a number of deals", [self.opened])?;
        check_not_negative("a win rate", [self.win_rate])?;
        check_not_negative("a deal's size", [self.deal])?;
        check_not_negative("a sales cycle", [self.cycle])
    }

    /// Months in which what is opened is won within the year.
    fn months(&self) -> Exact {
        let days = &Exact::from(self.days) - &Exact::from(self.cycle).max(Exact::from(self.before));
        (&days * &Exact::ratio(MONTHS, DAYS)).or_zero()
    }

    /// What one deal a month more brings.
    fn of_one(&self) -> Exact {
        &(&self.months() * &factor(self.win_rate)) * &Exact::from(self.deal)
    }

    /// From deals that are not opened yet: deals a month × months in which they can still be won × win rate × size.
    pub fn new_business(&self) -> Result<Amount, GoalError> {
        self.check()?;
        Ok((&Exact::from(self.opened) * &self.of_one()).to_amount()?)
    }

    /// Of what is open: its value × win rate.
    pub fn won_of_open(&self) -> Result<Amount, GoalError> {
        self.check()?;
        Ok((&Exact::from(self.open) * &factor(self.win_rate)).to_amount()?)
    }

    pub fn comes_to(&self) -> Result<Amount, GoalError> {
        Ok(Amount::sum([self.came, self.won_of_open()?, self.new_business()?])?)
    }

    /// Deals to open each month so that the year comes to a plan; none where what is opened from now on brings nothing any more.
    pub fn opened_for(&self, plan: Amount) -> Result<Option<Amount>, GoalError> {
        let missing = plan.checked_sub(self.came)?.checked_sub(self.won_of_open()?)?.max(Amount::ZERO);
        let one = self.of_one();
        Ok(Exact::from(missing).over(&one).map(|needed| needed.to_amount()).transpose()?)
    }
}
