//! Integer arithmetic that does not overflow on the way to a result that fits, and decimal text.

const HALF_BITS: u32 = 64;
const LOW_HALF: u128 = u128::MAX >> HALF_BITS;

/// A divisor must stay below this, so that a remainder can be doubled.
const DIVISOR_LIMIT: u128 = 1 << 127;

/// 10^digits, or nothing when it does not fit.
pub(crate) fn power_of_ten(digits: u32) -> Option<u128> {
    10_u128.checked_pow(digits)
}

/// Magnitude / divisor, a half goes up: away from zero once the sign is put back.
pub(crate) fn divide_half_away(magnitude: u128, divisor: u128) -> u128 {
    let (quotient, remainder) = (magnitude / divisor, magnitude % divisor);
    quotient + u128::from(remainder >= divisor - remainder)
}

/// Quotient and remainder of left × right / divisor; nothing when the quotient does not fit.
pub(crate) fn multiply_divide(left: u128, right: u128, divisor: u128) -> Option<(u128, u128)> {
    assert!(0 < divisor && divisor < DIVISOR_LIMIT, "divisor out of range: {divisor}");
    if let Some(product) = left.checked_mul(right) {
        return Some((product / divisor, product % divisor));
    }
    // Double and add over the bits of `right`; only remainders are doubled, and they stay below the divisor.
    let (whole, part) = (left / divisor, left % divisor);
    let (mut quotient, mut remainder) = (0_u128, 0_u128);
    for bit in (0..u128::BITS - right.leading_zeros()).rev() {
        (quotient, remainder) = carry(quotient.checked_mul(2)?, remainder * 2, divisor)?;
        if (right >> bit) & 1 == 1 {
            (quotient, remainder) = carry(quotient.checked_add(whole)?, remainder + part, divisor)?;
        }
    }
    Some((quotient, remainder))
}

/// left × right / divisor, a half goes up; nothing when the result does not fit.
pub(crate) fn multiply_divide_half_away(left: u128, right: u128, divisor: u128) -> Option<u128> {
    let (quotient, remainder) = multiply_divide(left, right, divisor)?;
    quotient.checked_add(u128::from(remainder >= divisor - remainder))
}

/// The product of all factors without its last `dropped` decimal digits, a half goes up; nothing when it does not fit.
pub(crate) fn product_half_away(factors: &[u128], dropped: u32) -> Option<u128> {
    let narrow = factors.iter().try_fold(1_u128, |product, &factor| product.checked_mul(factor));
    if let (Some(product), Some(divisor)) = (narrow, power_of_ten(dropped)) {
        return Some(divide_half_away(product, divisor));
    }
    let mut limbs = vec![1_u128];
    for &factor in factors {
        multiply_limbs(&mut limbs, factor);
    }
    // The first dropped digit alone decides: it is five or more exactly when at least half is dropped.
    let mut last_dropped = 0;
    for _ in 0..dropped {
        last_dropped = divide_limbs_by_ten(&mut limbs);
    }
    let (lowest, higher) = limbs.split_first()?;
    let fits = higher.iter().all(|&limb| limb == 0);
    fits.then(|| lowest.checked_add(u128::from(last_dropped >= 5)))?
}

fn carry(quotient: u128, remainder: u128, divisor: u128) -> Option<(u128, u128)> {
    if remainder < divisor {
        return Some((quotient, remainder));
    }
    Some((quotient.checked_add(1)?, remainder - divisor))
}

/// Limbs are 128 bits each, lowest first.
fn multiply_limbs(limbs: &mut Vec<u128>, factor: u128) {
    let mut carried = 0;
    for limb in limbs.iter_mut() {
        (*limb, carried) = limb.carrying_mul(factor, carried);
    }
    if carried > 0 {
        limbs.push(carried);
    }
}

fn divide_limbs_by_ten(limbs: &mut [u128]) -> u128 {
    let mut remainder = 0;
    for limb in limbs.iter_mut().rev() {
        let high = (remainder << HALF_BITS) | (*limb >> HALF_BITS);
        let low = ((high % 10) << HALF_BITS) | (*limb & LOW_HALF);
        *limb = ((high / 10) << HALF_BITS) | (low / 10);
        remainder = low % 10;
    }
    remainder
}

/// A plain decimal number as text, taken apart: no exponent, no thousands separators, no spaces.
pub(crate) struct DecimalText<'text> {
    negative: bool,
    whole: &'text str,
    pub(crate) decimals: &'text str,
}

impl<'text> DecimalText<'text> {
    /// Accepts `12`, `-12.50`, `+.5`; nothing for any other form.
    pub(crate) fn read(text: &'text str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = match unsigned.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (unsigned, ""),
        };
        let digits_only = [whole, decimals].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        (digits_only && whole.len() + decimals.len() > 0).then_some(Self { negative, whole, decimals })
    }

    /// The number × 10^digits; nothing when it does not fit or has more decimals than that.
    pub(crate) fn scaled(&self, digits: u32) -> Option<i128> {
        let missing = usize::try_from(digits).ok()?.checked_sub(self.decimals.len())?;
        let zeros = std::iter::repeat_n(b'0', missing);
        let mut scaled = 0_i128;
        for byte in self.whole.bytes().chain(self.decimals.bytes()).chain(zeros) {
            scaled = scaled.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
        }
        Some(if self.negative { -scaled } else { scaled })
    }
}

/// Writes scaled / 10^digits with exactly that many decimals.
pub(crate) fn scaled_text(scaled: i128, digits: u32) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    let magnitude = scaled.unsigned_abs();
    let Some(unit) = power_of_ten(digits).filter(|_| digits > 0) else {
        return format!("{sign}{magnitude}");
    };
    let width = usize::try_from(digits).unwrap_or(usize::MAX);
    format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wide_division_agrees_with_hand_calculation() {
        let large = 10_u128.pow(38) - 1;
        assert_eq!(multiply_divide(large, large, large), Some((large, 0)));
        assert_eq!(multiply_divide(large, 10, 7), Some((142_857_142_857_142_857_142_857_142_857_142_857_141, 3)));
        assert_eq!(multiply_divide(u128::MAX, 2, 1), None);
        assert_eq!(multiply_divide_half_away(large, 3, 6), Some(5 * 10_u128.pow(37)));
    }

    #[test]
    fn only_plain_decimals_are_read() {
        for text in ["", "-", ".", "1.", "1e5", "1,000", " 1", "๑", "1.2.3", "--1", "0x1"] {
            assert!(DecimalText::read(text).is_none(), "{text:?}");
        }
        for (text, scaled) in [("12", 1200), ("-12.5", -1250), ("+.05", 5), ("0", 0), ("-0", 0), ("007", 700)] {
            assert_eq!(DecimalText::read(text).and_then(|number| number.scaled(2)), Some(scaled), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn wide_division_undoes_multiplication(left in 0..1_u128 << 127, divisor in 1..1_u128 << 127, rest in 0..u128::MAX) {
            let rest = rest % divisor;
            // (left × divisor) / divisor = left, by way of a product of up to 254 bits
            prop_assert_eq!(multiply_divide(left, divisor, divisor), Some((left, 0)));
            prop_assert_eq!(multiply_divide(rest, 1, divisor), Some((0, rest)));
        }

        #[test]
        fn the_two_wide_paths_agree(left in 0..1_u128 << 127, right in 0..1_u128 << 100, dropped in 1..=38_u32) {
            let divided = multiply_divide_half_away(left, right, 10_u128.pow(dropped));
            prop_assert_eq!(product_half_away(&[left, right], dropped), divided);
        }

        #[test]
        fn long_products_agree_with_narrow_ones(factors in prop::collection::vec(0..100_000_000_u128, 1..4), zeros in 20..40_u32) {
            let narrow = product_half_away(&factors, 3);
            // the same product, made too long for the narrow path by zeros that are dropped again
            let mut long = factors.clone();
            long.extend([10_u128.pow(zeros.min(38)), 10_u128.pow(38)]);
            prop_assert_eq!(product_half_away(&long, 3 + zeros.min(38) + 38), narrow);
        }
    }
}
