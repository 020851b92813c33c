//! The review of pay that follows a cycle (E6): raises by grade and compa-ratio within a budget, and bonuses.

use super::{AppraisalError, BonusMatrix, BonusTerms, Form, Grade, MeritMatrix, Range, budget_factor, compa_ratio};
use base::{Amount, AmountError, Currency, Fraction, Money};
use pay_rules::exact::Exact;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Months of pay that a raise which is paid once is worth: a red-circled salary does not grow, a year of the raise is paid instead.
const LUMP_SUM_MONTHS: i32 = 12;

/// By what a review decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
    #[serde(default)]
    pub merit: MeritMatrix,
    #[serde(default)]
    pub bonus: BonusMatrix,
}

/// What a review has to spend, and how the company did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Per cent of the salaries of everybody in it.
    pub percent: Amount,
    /// One is on target.
    pub company_factor: Amount,
}

/// One person in a review. Salaries are of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub grade: Grade,
    pub salary: Money,
    pub midpoint: Money,
    /// What somebody chose; else the middle of the range.
    pub percent: Option<Amount>,
    /// Of salary that a bonus on target is worth.
    pub target_months: Amount,
    /// Of the period, days served.
    pub proration: Fraction,
}

/// What one person is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub compa: Fraction,
    pub range: Range,
    /// Before the budget.
    pub percent: Amount,
    pub form: Form,
    /// Of a month; nothing where it is paid once.
    pub raise: Money,
    pub lump_sum: Money,
    pub bonus: Money,
    /// Of a month, from then on.
    pub salary: Money,
}

/// What a currency's people cost, before and after the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// The salaries of a month.
    pub payroll: Amount,
    pub budget: Amount,
    /// What the percentages come to.
    pub proposed: Amount,
    /// By what each is multiplied to keep to the budget.
    pub factor: Fraction,
    /// Beside it.
    pub bonuses: Amount,
}

/// Everybody's offer in the order of the cases, and the budgets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub offers: Vec<Offer>,
    pub budgets: BTreeMap<Currency, Spent>,
}

impl Case {
    /// What somebody may be raised by, and the compa-ratio that says so.
    pub fn range(&self, merit: &MeritMatrix) -> Result<(Fraction, Range), AppraisalError> {
        if self.salary.currency != self.midpoint.currency {
            let (salary, midpoint) = (self.salary.to_string(), self.midpoint.to_string());
            return Err(AppraisalError::Salary { salary, midpoint });
        }
        let compa = compa_ratio(self.salary.into(), self.midpoint.into())?;
        Ok((compa, merit.range(self.grade, compa)))
    }
}

impl ReviewRules {
    /// Of a matrix that a company has written.
    pub fn check(&self) -> Result<(), AppraisalError> {
        self.merit.check()?;
        let is_wrong = |grade: &Grade| self.bonus.0.get(*grade).is_negative();
        Grade::ALL.into_iter().find(is_wrong).map_or(Ok(()), |grade| Err(AppraisalError::BonusFactor(grade)))
    }

    /// Raises are multiplied so that together they keep to the budget of their currency, and rounded down to its smallest unit, so that
    /// they still do; bonuses are rounded half away from zero.
    pub fn review(&self, cases: &[Case], budget: Budget) -> Result<Review, AppraisalError> {
        self.check()?;
        let mut proposals = Vec::new();
        let mut budgets: BTreeMap<Currency, Spent> = BTreeMap::new();
        for case in cases {
            let (compa, range) = case.range(&self.merit)?;
            let percent = case.percent.map_or_else(|| middle(range), Ok)?;
            let proposal = self.merit.propose(case.salary.into(), case.midpoint.into(), case.grade, percent)?;
            let spent = budgets.entry(case.salary.currency).or_insert(Spent {
                payroll: Amount::ZERO,
                budget: Amount::ZERO,
                proposed: Amount::ZERO,
                factor: Fraction::new(Amount::ONE, Amount::ONE),
                bonuses: Amount::ZERO,
            });
            spent.payroll = spent.payroll.checked_add(case.salary.into())?;
            spent.proposed = spent.proposed.checked_add(proposal.amount)?;
            proposals.push((compa, range, proposal));
        }
        for spent in budgets.values_mut() {
            spent.budget = spent.payroll.mul_fraction(Fraction::new(budget.percent, Amount::from(super::WHOLE)))?;
            spent.factor = budget_factor(spent.proposed, spent.budget)?;
        }
        let offers = cases.iter().zip(proposals).map(|(case, (compa, range, proposal))| {
            let currency = case.salary.currency;
            let factor = budgets.get(&currency).map_or(Fraction::new(Amount::ONE, Amount::ONE), |spent| spent.factor);
            let none = Money::zero(currency);
            let (raise, lump_sum) = match proposal.form {
                Form::Raise => (scaled(case.salary, 1, proposal.percent, factor)?, none),
                Form::LumpSum => (none, scaled(case.salary, LUMP_SUM_MONTHS, proposal.percent, factor)?),
            };
            let terms = BonusTerms {
                base: case.salary.into(),
                target_months: case.target_months,
                company_factor: budget.company_factor,
                proration: case.proration,
            };
            let bonus = self.bonus.bonus(case.grade, &terms)?.to_money(currency)?;
            let salary = case.salary.checked_add(raise).map_err(|_| too_large("a salary"))?;
            Ok(Offer { compa, range, percent: proposal.percent, form: proposal.form, raise, lump_sum, bonus, salary })
        });
        let offers = offers.collect::<Result<Vec<Offer>, AppraisalError>>()?;
        for offer in &offers {
            if let Some(spent) = budgets.get_mut(&offer.bonus.currency) {
                spent.bonuses = spent.bonuses.checked_add(offer.bonus.into())?;
            }
        }
        Ok(Review { offers, budgets })
    }
}

fn too_large(what: &str) -> AmountError {
    AmountError::TooLarge { what: what.to_owned() }
}

fn middle(range: Range) -> Result<Amount, AmountError> {
    (&(&Exact::from(range.least) + &Exact::from(range.most)) * &Exact::ratio(1, 2)).to_amount()
}

/// So many per cent of so many salaries, by a factor, down to the smallest unit.
fn scaled(salary: Money, months: i32, percent: Amount, factor: Fraction) -> Result<Money, AmountError> {
    let share = &Exact::from(percent) * &Exact::ratio(1, 100);
    let share = &share * &Exact::from(factor.numerator);
    let share = share.over(&Exact::from(factor.denominator)).unwrap_or(Exact::ZERO);
    let raise = &(&Exact::from(Amount::from(salary.minor)) * &Exact::from(months)) * &share;
    let minor = raise.whole().0.rounded().and_then(|minor| i64::try_from(minor).ok());
    let minor = minor.ok_or_else(|| too_large("a raise"))?;
    Ok(Money::new(minor, salary.currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn thb(units: i64) -> Money {
        Money::new(units * 100, "THB".parse().expect("a currency"))
    }

    fn number(text: &str) -> Amount {
        text.parse().expect("a number")
    }

    fn case(grade: Grade, salary: i64, midpoint: i64, percent: &str) -> Case {
        Case {
            grade,
            salary: thb(salary),
            midpoint: thb(midpoint),
            percent: (!percent.is_empty()).then(|| number(percent)),
            target_months: Amount::ZERO,
            proration: Fraction::new(Amount::ONE, Amount::ONE),
        }
    }

    fn budget(percent: &str) -> Budget {
        Budget { percent: number(percent), company_factor: Amount::ONE }
    }

    /// E6: 50,000 at a midpoint of 55,000 is 90.91 %, the middle column; B at 4 % is 2,000.
    #[test]
    fn a_raise_within_the_budget_is_what_was_proposed() {
        let review = ReviewRules::default().review(&[case(Grade::B, 50_000, 55_000, "4")], budget("4")).expect("sound");
        assert_eq!((review.offers[0].raise, review.offers[0].salary), (thb(2_000), thb(52_000)));
        // The middle of 3 to 4.
        let review = ReviewRules::default().review(&[case(Grade::B, 50_000, 55_000, "")], budget("4")).expect("sound");
        assert_eq!(review.offers[0].raise, thb(1_750));
        // 89.9993 % is the column below 90, where B has 4 to 6.
        let refused = ReviewRules::default().review(&[case(Grade::B, 50_000, 55_556, "3")], budget("4"));
        let bounds = |least: &str, most: &str| AppraisalError::Raise {
            percent: "3".to_owned(),
            least: least.to_owned(),
            most: most.to_owned(),
        };
        assert_eq!(refused, Err(bounds("4", "6")));
    }

    /// E6: 3.2 % proposed against 3.0 % is a factor of 0.9375.
    #[test]
    fn what_is_over_the_budget_is_scaled_to_it() {
        let cases = [case(Grade::B, 50_000, 55_000, "4"), case(Grade::C, 50_000, 55_000, "2.4")];
        let review = ReviewRules::default().review(&cases, budget("3")).expect("sound");
        let spent = review.budgets[&thb(0).currency];
        assert_eq!(Amount::ONE.mul_fraction(spent.factor), Ok(number("0.9375")));
        assert_eq!(review.offers.iter().map(|offer| offer.raise).collect::<Vec<_>>(), [thb(1_875), thb(1_125)]);
    }

    /// E6: over 120 % of the midpoint nothing grows; a year of the raise is paid once.
    #[test]
    fn a_red_circled_salary_is_paid_once_and_stays() {
        let review = ReviewRules::default().review(&[case(Grade::A, 60_500, 50_000, "3")], budget("5")).expect("sound");
        let offer = review.offers[0];
        assert_eq!((offer.form, offer.raise, offer.salary), (Form::LumpSum, thb(0), thb(60_500)));
        assert_eq!(offer.lump_sum, thb(21_780)); // 60,500 × 3 % × 12
        // Rounded once, down: 350,333 × 3 % × 0.9 × 12 = 113,507.892.
        let yen = |minor| Money::new(minor, "JPY".parse().expect("a currency"));
        let case = Case { salary: yen(350_333), midpoint: yen(250_000), ..case(Grade::A, 1, 1, "3") };
        let review = ReviewRules::default().review(&[case], budget("2.7")).expect("sound");
        assert_eq!(review.offers[0].lump_sum, yen(113_507));
    }

    /// E6: 50,000 × 2 × 1.2 × 0.9 × 9/12 = 81,000.
    #[test]
    fn a_bonus_is_base_by_months_grade_company_and_time() {
        let one = Case {
            target_months: Amount::from(2),
            proration: Fraction::new(Amount::from(9), Amount::from(12)),
            ..case(Grade::B, 50_000, 55_000, "4")
        };
        let terms = Budget { company_factor: number("0.9"), ..budget("4") };
        assert_eq!(ReviewRules::default().review(&[one], terms).expect("sound").offers[0].bonus, thb(81_000));
    }

    /// Each currency has its budget.
    #[test]
    fn a_currency_keeps_to_its_own_budget() {
        let yen = |minor| Money::new(minor, "JPY".parse().expect("a currency"));
        let other = Case { salary: yen(400_000), midpoint: yen(400_000), ..case(Grade::C, 1, 1, "2") };
        let cases = [case(Grade::B, 50_000, 55_000, "4"), other];
        let review = ReviewRules::default().review(&cases, budget("3")).expect("sound");
        assert_eq!(review.offers.iter().map(|offer| offer.raise).collect::<Vec<_>>(), [thb(1_500), yen(8_000)]);
    }

    fn any_case() -> impl Strategy<Value = Case> {
        let grade = prop::sample::select(Grade::ALL.to_vec());
        (grade, 1_i64..10_000_000, 1_i64..10_000_000).prop_map(|(grade, salary, midpoint)| {
            let money = |minor| Money::new(minor, thb(0).currency);
            Case { salary: money(salary), midpoint: money(midpoint), ..case(grade, 1, 1, "") }
        })
    }

    proptest! {
        #[test]
        fn nobody_loses_and_together_they_keep_to_the_budget(
            cases in prop::collection::vec(any_case(), 1..30),
            tenths in 0_i64..100,
        ) {
            let percent = Amount::from(tenths).mul_fraction(Fraction::new(Amount::ONE, Amount::from(10))).expect("small");
            let terms = Budget { percent, company_factor: Amount::ONE };
            let review = ReviewRules::default().review(&cases, terms).expect("sound");
            let spent = review.budgets[&thb(0).currency];
            // A year's lump sum is a month's raise twelve times.
            let of_month = review.offers.iter().map(|offer| Amount::from(offer.raise).checked_add(
                Amount::from(offer.lump_sum).mul_fraction(Fraction::new(Amount::ONE, Amount::from(12))).expect("small")
            ).expect("small"));
            let sum = Amount::sum(of_month).expect("small");
            prop_assert!(sum <= spent.budget.checked_add(number("0.000100")).expect("small"), "{sum} of {}", spent.budget);
            for (case, offer) in cases.iter().zip(&review.offers) {
                prop_assert!(offer.salary.minor >= case.salary.minor);
                prop_assert!(offer.lump_sum.minor == 0 || offer.raise.minor == 0);
            }
            let mut turned = cases.clone();
            turned.reverse();
            let mut again = ReviewRules::default().review(&turned, terms).expect("sound").offers;
            again.reverse();
            prop_assert_eq!(again, review.offers);
        }
    }
}
