use super::*;
use proptest::prelude::*;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn amounts_read_and_write_plain_decimals() {
    for (text, written) in [
        ("1200000.00", "1200000"),
        ("-.5", "-0.5"),
        ("0.000001", "0.000001"),
        ("-0", "0"),
        ("100", "100"),
        ("0.10000000000", "0.1"),
        ("99999999999999999999999999999999.999999", "99999999999999999999999999999999.999999"),
    ] {
        assert_eq!(amount(text).to_text(), written);
    }
    assert_eq!(format!("{:>8}", amount("1.5")), "     1.5");
}

#[test]
fn a_number_that_is_no_amount_is_refused_with_its_reason() {
    for (text, reason) in [
        ("1e5", "`1e5` is not a number; write plain digits with a point, like 1200000.50"),
        ("0.0000001", "`0.0000001` has more than 6 decimals; round it first"),
        (
            "100000000000000000000000000000000",
            "100000000000000000000000000000000.000000 does not fit: an amount has at most 32 digits before the point; \
             check the numbers",
        ),
    ] {
        assert_eq!(text.parse::<Amount>().unwrap_err().to_string(), reason);
    }
    assert!("9".repeat(60).parse::<Amount>().is_err());
}

#[test]
fn a_line_net_is_exact() {
    // Northwind order 10250: 10 × 7.70, 35 × 42.40 less 15 %, 15 × 16.80 less 15 %
    let lines = [("7.70", "10", "1"), ("42.40", "35", "0.85"), ("16.80", "15", "0.85")];
    let nets = lines
        .map(|(price, quantity, kept)| Amount::product(&[decimal(price), decimal(quantity), decimal(kept)]).unwrap());
    assert_eq!(nets.map(Amount::to_text), ["77", "1261.4", "214.2"]);
    assert_eq!(Amount::sum(nets), Ok(amount("1552.6")));
}

#[test]
fn a_product_is_rounded_once_and_only_at_the_end() {
    for (factors, net) in [
        (vec![], "1"),
        (vec!["0.0001", "0.005"], "0.000001"),
        (vec!["-0.0001", "0.005"], "-0.000001"),
        (vec!["0.001", "0.00049999"], "0"),
        (vec!["-3", "-4"], "12"),
        // long on the way, short at the end
        (vec!["79228162514264337593543950335", "0.0000000000000000000000000001", "10"], "79.228163"),
        (vec!["0.9999999999999999999999999999"; 3], "1"),
        (vec!["0.0000000000000000000000000001"; 8], "0"),
        (vec!["0", "79228162514264337593543950335", "79228162514264337593543950335"], "0"),
    ] {
        let decimals: Vec<Decimal> = factors.iter().map(|text| decimal(text)).collect();
        assert_eq!(Amount::product(&decimals), Ok(amount(net)), "{factors:?}");
    }
    let large = decimal("79228162514264337593543950335");
    assert!(matches!(Amount::product(&[large, large]), Err(AmountError::TooLarge { .. })));
}

#[test]
fn decimals_are_taken_exactly_or_rounded_as_asked() {
    assert_eq!(Amount::from_decimal_exact(decimal("1.2500000000")), Ok(amount("1.25")));
    let noisy = decimal("12406672.2000001");
    assert_eq!(
        Amount::from_decimal_exact(noisy).unwrap_err().to_string(),
        "`12406672.2000001` has more than 6 decimals; round it first"
    );
    assert_eq!(Amount::from_decimal_rounded(noisy), Ok(amount("12406672.2")));
    assert_eq!(Amount::from_decimal_rounded(decimal("-0.0000005")), Ok(amount("-0.000001")));
    assert_eq!(amount("-12.50").to_decimal(), Ok(decimal("-12.5")));
    assert!(Amount::MAX.to_decimal().is_err());
}

#[test]
fn rounding_is_half_away_from_zero() {
    for (text, decimals, rounded) in [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("2.4", 0, "2"),
        ("1.005", 2, "1.01"),
        ("1.0049", 2, "1"),
        ("0.999999", 5, "1"),
        ("1.234567", 6, "1.234567"),
        ("1.234567", 9, "1.234567"),
    ] {
        assert_eq!(amount(text).round_to(decimals), Ok(amount(rounded)), "{text}");
    }
    assert!(Amount::MAX.round_to(0).is_err());
}

#[test]
fn money_and_amounts_convert_by_minor_unit() {
    for (text, currency, minor) in
        [("10.005", Currency::THB, 1001), ("-10.005", Currency::THB, -1001), ("10.5", Currency::JPY, 11)]
    {
        assert_eq!(amount(text).to_money(currency), Ok(Money::new(minor, currency)));
    }
    assert_eq!(Amount::from(Money::new(-1, Currency::THB)), amount("-0.01"));
    assert_eq!(Amount::from(Money::new(1200, Currency::JPY)), amount("1200"));
    assert_eq!(Amount::from(30_000), amount("30000"));
    assert!(Amount::MAX.to_money(Currency::THB).is_err());
}

#[test]
fn sums_stop_at_the_limit() {
    let smallest = Amount::from_millionths(1).unwrap();
    assert!(Amount::MAX.checked_add(smallest).is_err());
    assert!((-Amount::MAX).checked_sub(smallest).is_err());
    assert!(Amount::MAX.checked_add(Amount::MAX).is_err());
    assert_eq!(Amount::MAX.checked_sub(Amount::MAX), Ok(Amount::ZERO));
    assert!(Amount::from_millionths(i128::MIN).is_err());
}

#[test]
fn a_fraction_of_an_amount_is_rounded_once() {
    let share = |numerator, denominator| Fraction::new(amount(numerator), amount(denominator));
    assert_eq!(amount("100").mul_fraction(share("1", "3")), Ok(amount("33.333333")));
    assert_eq!(amount("-100").mul_fraction(share("2", "3")), Ok(amount("-66.666667")));
    assert_eq!(amount("100").mul_fraction(share("-2", "-3")), Ok(amount("66.666667")));
    assert!(Amount::MAX.mul_fraction(share("2", "1")).is_err());
}

#[test]
fn an_amount_is_text_in_plain_data() {
    assert_eq!(serde_json::to_string(&amount("1.50")).unwrap(), r#""1.5""#);
    assert_eq!(serde_json::from_str::<Amount>(r#""-0.000001""#).unwrap(), amount("-0.000001"));
    assert!(serde_json::from_str::<Amount>("1.5").is_err(), "a float never becomes an amount");
}

fn any_amount() -> impl Strategy<Value = Amount> {
    let limit = Amount::MAX.millionths();
    (-limit..=limit).prop_map(|millionths| Amount::from_millionths(millionths).unwrap())
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_the_same_amount(amount in any_amount()) {
        prop_assert_eq!(amount.to_text().parse(), Ok(amount));
    }

    #[test]
    fn rounding_mirrors_at_zero_and_moves_by_at_most_half(amount in any_amount(), decimals in 0..6_u32) {
        prop_assume!(amount.abs().millionths() < Amount::MAX.millionths() - 1_000_000);
        let rounded = amount.round_to(decimals).unwrap();
        prop_assert_eq!((-amount).round_to(decimals), Ok(-rounded));
        let moved = amount.checked_sub(rounded).unwrap().abs().millionths();
        prop_assert!(moved * 2 <= 10_i128.pow(6 - decimals));
    }

    #[test]
    fn money_survives_the_way_through_an_amount(minor: i64, code in "THB|JPY|KWD|CLF") {
        let money = Money::new(minor, code.parse().unwrap());
        prop_assert_eq!(Amount::from(money).to_money(money.currency), Ok(money));
    }

    #[test]
    fn a_product_does_not_depend_on_the_order(price in 0..10_i64.pow(12), quantity in -1_000_000..1_000_000_i64, kept in 0..=10_000_i64) {
        let mut factors = [Decimal::new(price, 4), Decimal::new(quantity, 3), Decimal::new(kept, 4)];
        let forwards = Amount::product(&factors);
        factors.reverse();
        prop_assert_eq!(Amount::product(&factors), forwards.clone());
        let exact = i128::from(price) * i128::from(quantity) * i128::from(kept);
        let moved = forwards.unwrap().millionths() * 100_000 - exact;
        prop_assert!(moved.abs() * 2 <= 100_000);
    }
}
