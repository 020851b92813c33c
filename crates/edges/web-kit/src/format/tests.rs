use super::*;
use crate::i18n::{Language, Words};
use base::{Amount, Currency, FiscalCalendar, Fraction, Grain, Money, Period};
use jiff::civil::date;

const EN: Words = Words::new(Language::En);
const TH: Words = Words::new(Language::Th);
const JA: Words = Words::new(Language::Ja);

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// One line of a table: what English, Thai and Japanese write.
fn check<T: ToString>(write: impl Fn(Words) -> T, expected: [&str; 3]) {
    assert_eq!([EN, TH, JA].map(|words| write(words).to_string()), expected);
}

#[test]
fn money_is_shortened_as_each_language_counts() {
    for (text, expected) in [
        ("19030000", ["THB 19.03 M", "19.03 ล้านบาท", "THB 1,903万"]),
        ("238000", ["THB 238 k", "238 พันบาท", "THB 23.8万"]),
        ("123400000", ["THB 123.40 M", "123.40 ล้านบาท", "THB 1億2,340万"]),
        ("0", ["THB 0", "0 บาท", "THB 0"]),
        ("9870.4", ["THB 9,870", "9,870 บาท", "THB 9,870"]),
        ("-12345", ["THB −12.3 k", "−12.3 พันบาท", "THB −1.23万"]),
        ("9999.5", ["THB 10.0 k", "10.0 พันบาท", "THB 1.00万"]),
        ("999999", ["THB 1.00 M", "1.00 ล้านบาท", "THB 100万"]),
        ("999995000", ["THB 1.00 bn", "1,000.00 ล้านบาท", "THB 10億"]),
        ("99999999", ["THB 100.00 M", "100.00 ล้านบาท", "THB 1億"]),
        ("1234567890123", ["THB 1,234.57 bn", "1.23 ล้านล้านบาท", "THB 1兆2,346億"]),
        ("-0.4", ["THB 0", "0 บาท", "THB 0"]),
    ] {
        check(|words| words.compact(amount(text), Some(Currency::THB)), expected);
    }
    check(
        |words| words.compact(amount("20360000"), Some(Currency::JPY)),
        ["JPY 20.36 M", "JPY 20.36 ล้าน", "2,036万円"],
    );
    check(|words| words.compact(amount("20360000"), None), ["20.36 M", "20.36 ล้าน", "2,036万"]);
    check(|words| words.overview(Amount::MAX, Unit::Count).to_string().len() > 20, ["true"; 3]);
}

#[test]
fn full_amounts_have_their_code_and_no_minor_units() {
    check(|words| words.exact(amount("386000"), Unit::Money(Currency::THB)), ["THB 386,000"; 3]);
    check(|words| words.exact(amount("1250000"), Unit::Money(Currency::JPY)), ["JPY 1,250,000"; 3]);
    check(|words| words.exact(amount("-386000.5"), Unit::Money(Currency::THB)), ["THB −386,001"; 3]);
    let million: Money = Money::parse("53025", Currency::THB).unwrap();
    check(|words| words.money(million), ["THB 53,025.00"; 3]);
    check(|words| words.money(Money::parse("-1200", Currency::JPY).unwrap()), ["JPY −1,200"; 3]);
}

#[test]
fn percents_have_one_decimal_and_no_space() {
    for (text, expected) in
        [("0.935", "93.5%"), ("1", "100.0%"), ("-0.0085", "−0.9%"), ("0.0004", "0.0%"), ("12.5", "1,250.0%")]
    {
        check(|words| words.exact(amount(text), Unit::Percent), [expected; 3]);
    }
    let third = Fraction::new(Amount::ONE, Amount::from(3));
    assert_eq!(EN.percent(third).unwrap().to_string(), "33.3%");
    let just_below = Fraction::new(amount("499999999"), amount("1000000000000"));
    assert_eq!(EN.percent(just_below).unwrap().to_string(), "0.0%", "rounded once, from its parts");
    assert_eq!(EN.percent(Fraction::new(Amount::ONE, Amount::ZERO)), None);
}

#[test]
fn differences_carry_their_sign_and_percents_differ_in_points() {
    check(|words| words.change(amount("0.142")), ["+14.2%"; 3]);
    check(|words| words.change(amount("-0.05")), ["−5.0%"; 3]);
    check(|words| words.change(Amount::ZERO), ["0.0%"; 3]);
    check(|words| words.difference(amount("-0.008"), Unit::Percent), ["−0.8 pts", "−0.8 จุด", "−0.8pt"]);
    check(
        |words| words.difference(amount("1330000"), Unit::Money(Currency::THB)),
        ["+1.33 M", "+1.33 ล้านบาท", "+133万"],
    );
    check(|words| words.difference(amount("12"), Unit::Count), ["+12"; 3]);
    check(|words| words.difference(amount("-2.5"), Unit::Days), ["−2.5 days", "−2.5 วัน", "−2.5日"]);
}

#[test]
fn counts_and_days() {
    for (text, expected) in [("1204", "1,204"), ("3.25", "3.25"), ("3.333333", "3.33"), ("-7", "−7")] {
        check(|words| words.overview(amount(text), Unit::Count), [expected; 3]);
    }
    check(|words| words.overview(amount("12400"), Unit::Count), ["12.4 k", "12.4 พัน", "1.24万"]);
    check(|words| words.exact(amount("12400"), Unit::Count), ["12,400"; 3]);
    check(|words| words.count(1204_usize), ["1,204"; 3]);
    check(|words| words.exact(Amount::ONE, Unit::Days), ["1 day", "1 วัน", "1日"]);
    check(|words| words.exact(amount("41.26"), Unit::Days), ["41.3 days", "41.3 วัน", "41.3日"]);
    assert_eq!(EN.decimal(amount("1234.5"), 2), "1,234.50");
}

#[test]
fn digits_are_grouped_from_the_point() {
    for (plain, text) in
        [("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1234567.5", "−1,234,567.5"), ("1234.5678", "1,234.5678")]
    {
        assert_eq!(grouped(plain), text);
    }
}

#[test]
fn a_figure_keeps_currency_and_unit_small() {
    let figure = EN.compact(amount("19030000"), Some(Currency::THB));
    assert_eq!(figure.render().into_string(), r#"<span class="cy">THB</span>19.03<span class="un">M</span>"#);
    let japanese = JA.compact(amount("19030000"), None);
    assert_eq!(japanese.render().into_string(), r#"1,903<span class="un">万</span>"#);
}

#[test]
fn dates_follow_the_design_language() {
    let day = date(2026, 11, 21);
    check(|words| words.date(day), ["21 Nov 2026", "21 พ.ย. 2569", "2026年11月21日"]);
    check(|words| words.day_and_month(day), ["21 Nov", "21 พ.ย.", "11月21日"]);
    check(
        |words| words.moment(day.at(9, 5, 59, 0)),
        ["21 Nov 2026, 09:05", "21 พ.ย. 2569 09:05 น.", "2026年11月21日 09:05"],
    );
    let months = (1..=12).map(|month| TH.day_and_month(date(2026, month, 1))).collect::<Vec<_>>().join(" ");
    assert_eq!(months, "1 ม.ค. 1 ก.พ. 1 มี.ค. 1 เม.ย. 1 พ.ค. 1 มิ.ย. 1 ก.ค. 1 ส.ค. 1 ก.ย. 1 ต.ค. 1 พ.ย. 1 ธ.ค.");
}

#[test]
fn periods_of_calendar_years() {
    let calendar = FiscalCalendar::starting_in(1).unwrap();
    for (grain, full, short) in [
        (Grain::Day, ["21 Nov 2026", "21 พ.ย. 2569", "2026年11月21日"], ["21 Nov", "21 พ.ย.", "11月21日"]),
        (Grain::Week, ["W47 2026", "สัปดาห์ 47/2569", "2026年第47週"], ["W47", "สัปดาห์ 47", "第47週"]),
        (Grain::Month, ["Nov 2026", "พ.ย. 2569", "2026年11月"], ["Nov", "พ.ย.", "11月"]),
        (Grain::Quarter, ["Q4 2026", "ไตรมาส 4/2569", "2026年第4四半期"], ["Q4", "ไตรมาส 4", "第4四半期"]),
        (Grain::Year, ["2026", "ปี 2569", "2026年"], ["2026", "ปี 2569", "2026年"]),
        (Grain::All, ["All time", "ทั้งหมด", "全期間"], ["All time", "ทั้งหมด", "全期間"]),
    ] {
        let period = calendar.period_of(date(2026, 11, 21), grain).unwrap();
        check(|words| words.period(&period), full);
        check(|words| words.period_short(&period), short);
    }
}

/// The label names the year in which a fiscal year ends; Japanese 年度 names the one in which it starts.
#[test]
fn periods_of_fiscal_years() {
    let april = FiscalCalendar::starting_in(4).unwrap();
    for (day, grain, expected) in [
        (date(2026, 2, 3), Grain::Year, ["FY2026", "รอบปีบัญชี 2569", "2025年度"]),
        (date(2026, 2, 3), Grain::Quarter, ["Q4 FY2026", "ไตรมาส 4 รอบปีบัญชี 2569", "2025年度第4四半期"]),
        (date(2026, 4, 1), Grain::Quarter, ["Q1 FY2027", "ไตรมาส 1 รอบปีบัญชี 2570", "2026年度第1四半期"]),
        (date(2026, 2, 3), Grain::Month, ["Feb 2026", "ก.พ. 2569", "2026年2月"]),
    ] {
        let period = april.period_of(day, grain).unwrap();
        check(|words| words.period(&period), expected);
    }
    for month in 2..=12 {
        let calendar = FiscalCalendar::starting_in(month).unwrap();
        for start in 1..=12 {
            let period = calendar.period_of(date(2026, start, 15), Grain::Quarter).unwrap();
            let starts_in = if start < month { 2025 } else { 2026 };
            assert!(
                JA.period(&period).starts_with(&format!("{starts_in}年度")),
                "{month} {start}: {}",
                JA.period(&period)
            );
        }
    }
    let listed =
        Period { start: date(2026, 6, 15), end: date(2026, 7, 13), grain: Grain::Month, label: "FY2026-P07".into() };
    check(|words| words.period(&listed), ["P07 FY2026", "งวด 7 รอบปีบัญชี 2569", "2026年度第7期"]);
}
