//! What follows from a grade (E6): raise, bonus, 9-box.

use super::{AppraisalError, Grade, PerGrade};
use base::{Amount, AmountError, Fraction};
use pay_rules::exact::Exact;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Salary over the midpoint of its range; an error where one of them is not above zero.
pub fn compa_ratio(salary: Amount, midpoint: Amount) -> Result<Fraction, AppraisalError> {
    if salary <= Amount::ZERO || midpoint <= Amount::ZERO {
        return Err(AppraisalError::Salary { salary: salary.to_text(), midpoint: midpoint.to_text() });
    }
    Ok(Fraction::new(salary, midpoint))
}

/// From this to that raise, both included, per cent of the salary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    pub least: Amount,
    pub most: Amount,
}

/// The raises of one grade, by where the salary stands in its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeritRow {
    pub below: Range,
    pub within: Range,
    pub above: Range,
}

/// Where a salary stands in its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Compa-ratio under the lower bound.
    Below,
    /// On a bound or between them.
    Within,
    /// Over the upper bound.
    Above,
}

/// Raises by grade and compa-ratio (E6). Bounds are per cent of the midpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeritMatrix {
    pub low: Amount,
    pub high: Amount,
    /// Over this a salary is red-circled: it does not grow, what was proposed is paid once.
    pub red: Amount,
    pub rows: PerGrade<MeritRow>,
}

/// How a raise is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It adds to the salary.
    Raise,
    /// It is paid once, and the salary stays.
    LumpSum,
}

/// A raise that keeps to the matrix, before the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    pub compa: Fraction,
    pub percent: Amount,
    /// In the currency and for the time of the salary; six decimals.
    pub amount: Amount,
    pub form: Form,
}

impl MeritMatrix {
    /// Of a matrix that a company has changed.
    pub fn check(&self) -> Result<(), AppraisalError> {
        if self.low <= Amount::ZERO || self.low > self.high || self.high > self.red {
            let [low, high, red] = [self.low, self.high, self.red].map(Amount::to_text);
            return Err(AppraisalError::CompaBounds { low, high, red });
        }
        let is_wrong = |range: &Range| range.least.is_negative() || range.least > range.most;
        let wrong = Grade::ALL.into_iter().find(|grade| {
            let MeritRow { below, within, above } = self.rows.get(*grade);
            [below, within, above].into_iter().any(is_wrong)
        });
        wrong.map_or(Ok(()), |grade| Err(AppraisalError::RaiseRange(grade)))
    }

    /// Compared unrounded: 89.9993 is under 90.
    pub fn column(&self, compa: Fraction) -> Column {
        match (against(compa, self.low), against(compa, self.high)) {
            (Ordering::Less, _) => Column::Below,
            (_, Ordering::Greater) => Column::Above,
            _ => Column::Within,
        }
    }

    pub fn range(&self, grade: Grade, compa: Fraction) -> Range {
        let row = self.rows.get(grade);
        match self.column(compa) {
            Column::Below => row.below,
            Column::Within => row.within,
            Column::Above => row.above,
        }
    }

    /// A raise of so many per cent; an error where the matrix does not hold it.
    pub fn propose(
        &self,
        salary: Amount,
        midpoint: Amount,
        grade: Grade,
        percent: Amount,
    ) -> Result<Proposal, AppraisalError> {
        let compa = compa_ratio(salary, midpoint)?;
        let Range { least, most } = self.range(grade, compa);
        if percent < least || percent > most {
            let [percent, least, most] = [percent, least, most].map(Amount::to_text);
            return Err(AppraisalError::Raise { percent, least, most });
        }
        let amount = salary.mul_fraction(Fraction::new(percent, Amount::from(super::WHOLE)))?;
        let form = if against(compa, self.red) == Ordering::Greater { Form::LumpSum } else { Form::Raise };
        Ok(Proposal { compa, percent, amount, form })
    }
}

/// A ratio of parts above zero against a bound, per cent; nothing is rounded.
fn against(ratio: Fraction, bound: Amount) -> Ordering {
    let Fraction { numerator, denominator } = ratio;
    (&Exact::from(numerator) * &Exact::from(100)).cmp(&(&Exact::from(denominator) * &Exact::from(bound)))
}

/// The matrix of the reference, for a budget of 3 %: rating 5 is A, rating 1 is E.
impl Default for MeritMatrix {
    fn default() -> Self {
        let range = |(least, most): (i64, i64)| Range { least: Amount::from(least), most: Amount::from(most) };
        let row = |below, within, above| MeritRow { below: range(below), within: range(within), above: range(above) };
        Self {
            low: Amount::from(90),
            high: Amount::from(110),
            red: Amount::from(120),
            rows: PerGrade {
                a: row((6, 8), (4, 6), (3, 4)),
                b: row((4, 6), (3, 4), (2, 3)),
                c: row((3, 4), (2, 3), (1, 2)),
                d: row((0, 1), (0, 0), (0, 0)),
                e: row((0, 0), (0, 0), (0, 0)),
            },
        }
    }
}

/// By what every proposal is multiplied so that together they keep to the budget; one where they do (E6). Both are amounts, or
/// both per cent of the payroll. Lump sums count as raises do.
pub fn budget_factor(proposed: Amount, budget: Amount) -> Result<Fraction, AppraisalError> {
    if budget.is_negative() {
        return Err(AppraisalError::Budget(budget.to_text()));
    }
    let is_over = proposed > budget;
    Ok(if is_over { Fraction::new(budget, proposed) } else { Fraction::new(Amount::ONE, Amount::ONE) })
}

/// By what a bonus on target is multiplied, by grade (E6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BonusMatrix(pub PerGrade<Amount>);

/// What a bonus is made of beside the grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BonusTerms {
    /// Of one month.
    pub base: Amount,
    /// Of base that a bonus on target is worth.
    pub target_months: Amount,
    /// How the company did; one is on target.
    pub company_factor: Amount,
    /// Months or days served of those of the period.
    pub proration: Fraction,
}

impl BonusMatrix {
    /// base × target months × grade factor × company factor × proration, rounded once, to six decimals.
    pub fn bonus(&self, grade: Grade, terms: &BonusTerms) -> Result<Amount, AmountError> {
        let Fraction { numerator, denominator } = terms.proration;
        let factors = [terms.target_months, *self.0.get(grade), terms.company_factor, numerator];
        let product = factors.into_iter().fold(Exact::from(terms.base), |product, factor| &product * &factor.into());
        product.over(&Exact::from(denominator)).ok_or(AmountError::DividedByZero { numerator })?.to_amount()
    }
}

/// A 1.5, B 1.2, C 1, D 0.5, E 0.
impl Default for BonusMatrix {
    fn default() -> Self {
        let tenths = |tenths: i32| Exact::ratio(tenths, 10).to_amount().unwrap_or_default();
        Self(PerGrade { a: tenths(15), b: tenths(12), c: tenths(10), d: tenths(5), e: tenths(0) })
    }
}

/// How somebody performs, in three steps by their grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Performance {
    /// D, E.
    Low,
    /// C.
    Middle,
    /// A, B.
    High,
}

impl From<Grade> for Performance {
    fn from(grade: Grade) -> Self {
        match grade {
            Grade::A | Grade::B => Self::High,
            Grade::C => Self::Middle,
            Grade::D | Grade::E => Self::Low,
        }
    }
}

/// How far somebody may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Potential {
    Low,
    Medium,
    High,
}

impl Potential {
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The box of the 9-box grid, 1 to 9: 3 × (performance − 1) + potential (E6). 9 is a star.
pub const fn nine_box(performance: Performance, potential: Potential) -> u8 {
    let below = match performance {
        Performance::Low => 0,
        Performance::Middle => 3,
        Performance::High => 6,
    };
    below
        + match potential {
            Potential::Low => 1,
            Potential::Medium => 2,
            Potential::High => 3,
        }
}
