//! Fractions that never round. Amounts are multiplied, divided and added here until what is due is paid.

use base::{Amount, AmountError, Currency};
use num_bigint::BigInt;
use num_integer::Integer as _;
use std::{
    cmp::Ordering,
    iter::Sum,
    ops::{Add, Mul, Neg, Sub},
};

/// An exact fraction: two integers of 128 bits as long as these suffice, of any size beyond.
#[derive(Debug, Clone)]
pub struct Exact(Form);

/// Denominators are above zero.
#[derive(Debug, Clone)]
enum Form {
    Small(i128, i128),
    Large(Box<(BigInt, BigInt)>),
}

const MILLION: i128 = 1_000_000;

impl Exact {
    pub const ZERO: Exact = Exact(Form::Small(0, 1));
    pub const ONE: Exact = Exact(Form::Small(1, 1));

    /// A count over another that is not zero, of days for one.
    #[must_use]
    pub fn ratio(numerator: i32, denominator: i32) -> Self {
        let sign = i128::from(denominator.signum());
        Exact(Form::Small(i128::from(numerator) * sign, i128::from(denominator.unsigned_abs().max(1))))
    }

    /// This over other; nothing when that is zero.
    #[must_use]
    pub fn over(&self, other: &Exact) -> Option<Exact> {
        if other.is_zero() {
            return None;
        }
        let turned = match &other.0 {
            Form::Small(n, d) if *n > i128::MIN => Exact(Form::Small(d * n.signum(), n.abs())),
            _ => {
                let (n, d) = other.large();
                let sign = BigInt::from(if other.is_negative() { -1 } else { 1 });
                Exact::of(d * &sign, n * sign)
            }
        };
        Some((self * &turned).reduced())
    }

    /// In lowest terms: those that are built up in sums stay short.
    fn reduced(self) -> Exact {
        let Form::Small(n, d) = self.0 else { return self };
        match i128::try_from(n.unsigned_abs().gcd(&d.unsigned_abs())) {
            Ok(divisor) if divisor > 1 => Exact(Form::Small(n / divisor, d / divisor)),
            _ => self,
        }
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.sign() == Ordering::Equal
    }

    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.sign() == Ordering::Less
    }

    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.sign() == Ordering::Greater
    }

    #[must_use]
    pub fn abs(&self) -> Exact {
        if self.is_negative() { -self } else { self.clone() }
    }

    /// Not below zero.
    #[must_use]
    pub fn or_zero(self) -> Exact {
        self.max(Exact::ZERO)
    }

    /// The whole part towards zero, and what is left of it with the same sign.
    #[must_use]
    pub fn whole(&self) -> (Exact, Exact) {
        let whole = match &self.0 {
            Form::Small(n, d) => Exact(Form::Small(n / d, 1)),
            Form::Large(parts) => Exact::of(&parts.0 / &parts.1, BigInt::from(1)),
        };
        let rest = self - &whole;
        (whole, rest)
    }

    /// The nearest whole number, a half away from zero (C0); nothing when it does not fit.
    #[must_use]
    pub fn rounded(&self) -> Option<i128> {
        let (whole, rest) = self.whole();
        let up = (&rest + &rest).abs() >= Exact::ONE;
        let sign = if self.is_negative() { -1 } else { 1 };
        match whole.0 {
            Form::Small(whole, _) => whole.checked_add(if up { sign } else { 0 }),
            Form::Large(_) => None,
        }
    }

    /// In minor units of a currency, unrounded.
    #[must_use]
    pub fn in_minor(&self, currency: Currency) -> Exact {
        self * &Exact(Form::Small(10_i128.pow(currency.minor_digits()), 1))
    }

    /// Minor units of a currency as an amount.
    #[must_use]
    pub fn from_minor(minor: i64, currency: Currency) -> Exact {
        Exact(Form::Small(i128::from(minor), 10_i128.pow(currency.minor_digits())))
    }

    /// Rounded to the currency's minor unit, a half away from zero.
    #[must_use]
    pub fn rounded_to(&self, currency: Currency) -> Option<Exact> {
        let minor = self.in_minor(currency).rounded()?;
        Some(Exact(Form::Small(minor, 10_i128.pow(currency.minor_digits()))))
    }

    /// Rounded to six decimals.
    pub fn to_amount(&self) -> Result<Amount, AmountError> {
        let millionths = (self * &Exact(Form::Small(MILLION, 1))).rounded();
        Amount::from_millionths(millionths.ok_or_else(|| AmountError::TooLarge { what: "a fraction".to_owned() })?)
    }

    /// To read: at most six decimals.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.to_amount().map_or_else(|_| "…".to_owned(), Amount::to_text)
    }

    /// To read: as a percentage.
    #[must_use]
    pub fn to_percent(&self) -> String {
        format!("{}%", (self * &Exact::from(100)).to_text())
    }

    fn sign(&self) -> Ordering {
        match &self.0 {
            Form::Small(n, _) => n.cmp(&0),
            Form::Large(parts) => parts.0.cmp(&BigInt::ZERO),
        }
    }

    fn large(&self) -> (BigInt, BigInt) {
        match &self.0 {
            Form::Small(n, d) => (BigInt::from(*n), BigInt::from(*d)),
            Form::Large(parts) => (parts.0.clone(), parts.1.clone()),
        }
    }

    /// In lowest terms, and small where it fits.
    fn of(numerator: BigInt, denominator: BigInt) -> Exact {
        let divisor = numerator.gcd(&denominator);
        let (numerator, denominator) = (numerator / &divisor, denominator / divisor);
        match (i128::try_from(&numerator), i128::try_from(&denominator)) {
            (Ok(n), Ok(d)) => Exact(Form::Small(n, d)),
            _ => Exact(Form::Large(Box::new((numerator, denominator)))),
        }
    }
}

fn add_small(left: (i128, i128), right: (i128, i128)) -> Option<Exact> {
    let ((a, b), (c, d)) = (left, right);
    let (numerator, denominator) = if b == d {
        (a.checked_add(c)?, b)
    } else if b % d == 0 {
        (a.checked_add(c.checked_mul(b / d)?)?, b)
    } else if d % b == 0 {
        (a.checked_mul(d / b)?.checked_add(c)?, d)
    } else {
        (a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?, b.checked_mul(d)?)
    };
    Some(Exact(Form::Small(numerator, denominator)))
}

impl Add for &Exact {
    type Output = Exact;

    fn add(self, other: &Exact) -> Exact {
        if let (Form::Small(a, b), Form::Small(c, d)) = (&self.0, &other.0)
            && let Some(sum) = add_small((*a, *b), (*c, *d))
        {
            return sum;
        }
        if let (Form::Small(a, b), Form::Small(c, d)) = (self.clone().reduced().0, other.clone().reduced().0)
            && let Some(sum) = add_small((a, b), (c, d))
        {
            return sum;
        }
        let ((a, b), (c, d)) = (self.large(), other.large());
        Exact::of(a * &d + c * &b, b * d)
    }
}

impl Sub for &Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        self + &-other
    }
}

impl Mul for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        if let (Form::Small(a, b), Form::Small(c, d)) = (&self.0, &other.0)
            && let (Some(n), Some(d)) = (a.checked_mul(*c), b.checked_mul(*d))
        {
            return Exact(Form::Small(n, d));
        }
        let ((a, b), (c, d)) = (self.large(), other.large());
        Exact::of(a * c, b * d)
    }
}

impl Neg for &Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        match &self.0 {
            Form::Small(n, d) if *n > i128::MIN => Exact(Form::Small(-n, *d)),
            _ => {
                let (n, d) = self.large();
                Exact::of(-n, d)
            }
        }
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        if let (Form::Small(a, b), Form::Small(c, d)) = (&self.0, &other.0) {
            if b == d {
                return a.cmp(c);
            }
            if let (Some(left), Some(right)) = (a.checked_mul(*d), c.checked_mul(*b)) {
                return left.cmp(&right);
            }
        }
        let ((a, b), (c, d)) = (self.large(), other.large());
        (a * d).cmp(&(c * b))
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(terms: I) -> Exact {
        terms.fold(Exact::ZERO, |sum, term| &sum + &term)
    }
}

impl<'a> Sum<&'a Exact> for Exact {
    fn sum<I: Iterator<Item = &'a Exact>>(terms: I) -> Exact {
        terms.fold(Exact::ZERO, |sum, term| &sum + term)
    }
}

impl From<Amount> for Exact {
    fn from(amount: Amount) -> Exact {
        let millionths = amount.millionths();
        if millionths % MILLION == 0 {
            return Exact(Form::Small(millionths / MILLION, 1));
        }
        Exact(Form::Small(millionths, MILLION))
    }
}

impl From<i32> for Exact {
    fn from(whole: i32) -> Exact {
        Exact(Form::Small(i128::from(whole), 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(text: &str) -> Exact {
        text.parse::<Amount>().unwrap().into()
    }

    #[test]
    fn thirds_make_a_whole() {
        let third = Exact::ratio(1, 3);
        assert_eq!(&(&third + &third) + &third, Exact::ONE);
        assert_eq!(Exact::ONE.over(&third), Some(Exact::from(3)));
        assert_eq!(Exact::ONE.over(&Exact::ZERO), None);
        assert_eq!(Exact::ratio(1, -2), -&Exact::ratio(1, 2));
    }

    #[test]
    fn a_half_goes_away_from_zero() {
        for (text, rounded) in [("0.5", 1), ("-0.5", -1), ("0.499999", 0), ("-1.5", -2), ("2.4", 2), ("0", 0)] {
            assert_eq!(exact(text).rounded(), Some(rounded), "{text}");
        }
    }

    #[test]
    fn what_is_too_long_for_an_integer_stays_exact_and_comes_back() {
        let odd = (1..400).map(|place| Exact::ratio(1, 2 * place + 1));
        let sum: Exact = odd.clone().sum();
        assert!(matches!(sum.0, Form::Large(_)));
        let back = odd.fold(sum.clone(), |left, term| &left - &term);
        assert!(matches!(back.0, Form::Small(0, _)));
        assert_eq!(sum.over(&sum), Some(Exact::ONE));
        assert!(sum > Exact::ONE && -&sum < Exact::ZERO);
    }

    proptest! {
        #[test]
        fn sums_do_not_depend_on_order(mut parts in prop::collection::vec((-1_000_000..1_000_000, 1..100_000), 1..40)) {
            let sum = |parts: &[(i32, i32)]| parts.iter().map(|(n, d)| Exact::ratio(*n, *d)).sum::<Exact>();
            let forward = sum(&parts);
            parts.reverse();
            prop_assert_eq!(forward, sum(&parts));
        }
    }
}
