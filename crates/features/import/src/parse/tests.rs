use super::{dates::DateFormat, *};
use base::{Amount, Currency, Money};
use jiff::{civil::Date, tz::TimeZone};
use proptest::prelude::*;

fn formats(words: &[&str]) -> DateFormats {
    DateFormats::parse(words).unwrap()
}

fn check_date(text: &str, words: &[&str], expected: &str) {
    let expected: Date = expected.parse().unwrap();
    assert_eq!(date(text, &formats(words)), Ok(expected), "{text:?} as {words:?}");
}

fn check_decimal(text: &str, format: NumberFormat, expected: &str, rounded: bool) {
    let expected: Amount = expected.parse().unwrap();
    assert_eq!(decimal(text, format), Ok((expected, rounded)), "{text:?} as {format:?}");
}

fn currency(code: &str) -> Option<Currency> {
    if code.is_empty() { None } else { Some(code.parse().unwrap()) }
}

fn message<T: std::fmt::Debug>(result: Result<T, ParseError>) -> String {
    result.unwrap_err().to_string()
}

const POINT: NumberFormat = NumberFormat { decimal: '.', group: Some(',') };
const COMMA: NumberFormat = NumberFormat { decimal: ',', group: Some('.') };
const SPACE: NumberFormat = NumberFormat { decimal: ',', group: Some(' ') };
const SWISS: NumberFormat = NumberFormat { decimal: '.', group: Some('\'') };
const BARE: NumberFormat = NumberFormat { decimal: '.', group: None };

#[test]
fn dates_are_read_in_the_order_the_mapping_says() {
    for (text, words, expected) in [
        ("7/4/1996", &["month/day/year"][..], "1996-07-04"),
        ("12/08/1948", &["month/day/year"], "1948-12-08"),
        ("7/4/1996", &["day/month/year"], "1996-04-07"),
        ("21.11.2026", &["day.month.year"], "2026-11-21"),
        ("21-11-2026", &["day-month-year"], "2026-11-21"),
        ("2026/1/5", &["year/month/day"], "2026-01-05"),
        ("13/02/2026", &["month/day/year", "day/month/year"], "2026-02-13"),
        ("02/03/2026", &["month/day/year", "day/month/year"], "2026-02-03"),
        ("29/02/2024", &["day/month/year"], "2024-02-29"),
        ("2022-05-30 00:00:00.000", &[], "2022-05-30"),
        ("2026-11-21T00:00", &["day/month/year"], "2026-11-21"),
        ("9999-12-31", &[], "9999-12-31"),
    ] {
        check_date(text, words, expected);
    }
}

#[test]
fn dates_that_read_only_one_way_need_no_format() {
    for (text, expected) in [
        ("2026-11-21", "2026-11-21"),
        ("2026/11/21", "2026-11-21"),
        ("2026.11.21", "2026-11-21"),
        (" 2026-11-21\u{a0}", "2026-11-21"),
        ("２０２６／１１／２１", "2026-11-21"),
        ("2026年11月21日", "2026-11-21"),
        ("2026 年 3 月 5 日", "2026-03-05"),
        ("21 Nov 2026", "2026-11-21"),
        ("21-NOV-2026", "2026-11-21"),
        ("1 sept. 2026", "2026-09-01"),
        ("November 21, 2026", "2026-11-21"),
        ("21 May 2026", "2026-05-21"),
        ("21Dec2026", "2026-12-21"),
    ] {
        check_date(text, &[], expected);
        check_date(text, &["day/month/year"], expected);
    }
}

#[test]
fn thai_dates_are_read_in_both_eras() {
    for (text, words, expected) in [
        ("21 พ.ย. 2569", &[][..], "2026-11-21"),
        ("21 พ.ย.2569", &[], "2026-11-21"),
        ("1 มค 2567", &[], "2024-01-01"),
        ("29 กุมภาพันธ์ 2567", &[], "2024-02-29"),
        ("๒๑ พฤศจิกายน พ.ศ. ๒๕๖๙", &[], "2026-11-21"),
        ("21 พฤศจิกายน ค.ศ. 2026", &[], "2026-11-21"),
        ("5 มิ.ย. 2026", &[], "2026-06-05"),
        ("5 มี.ค. 2569", &[], "2026-03-05"),
        ("21/11/2569", &["day/month/year"], "2026-11-21"),
        ("21/11/2026", &["day/month/year"], "2026-11-21"),
        ("21/11/2569", &["day/month/year buddhist"], "2026-11-21"),
        ("29/02/2567", &["day/month/year buddhist"], "2024-02-29"),
        ("2569-11-21", &[], "2026-11-21"),
        ("2569-11-21", &["year-month-day gregorian"], "2569-11-21"),
        ("21 Nov 2569", &["day/month/year gregorian"], "2569-11-21"),
        ("2026-11-21", &["day/month/year buddhist"], "2026-11-21"),
        ("2999-01-01", &[], "2456-01-01"),
        ("3000-01-01", &[], "3000-01-01"),
    ] {
        check_date(text, words, expected);
    }
}

#[test]
fn every_month_has_its_names() {
    let names = [
        ("Jan", "January", "ม.ค.", "มกราคม"),
        ("Feb", "February", "ก.พ.", "กุมภาพันธ์"),
        ("Mar", "March", "มี.ค.", "มีนาคม"),
        ("Apr", "April", "เม.ย.", "เมษายน"),
        ("May", "May", "พ.ค.", "พฤษภาคม"),
        ("Jun", "June", "มิ.ย.", "มิถุนายน"),
        ("Jul", "July", "ก.ค.", "กรกฎาคม"),
        ("Aug", "August", "ส.ค.", "สิงหาคม"),
        ("Sep", "September", "ก.ย.", "กันยายน"),
        ("Oct", "October", "ต.ค.", "ตุลาคม"),
        ("Nov", "November", "พ.ย.", "พฤศจิกายน"),
        ("Dec", "December", "ธ.ค.", "ธันวาคม"),
    ];
    for (month, (short, long, thai_short, thai_long)) in (1_i8..).zip(names) {
        for name in [short, long, thai_short, thai_long] {
            assert_eq!(date(&format!("9 {name} 2026"), &formats(&[])), Ok(Date::constant(2026, month, 9)), "{name}");
        }
    }
}

#[test]
fn what_is_no_date_says_why() {
    for (text, words, expected) in [
        ("30/02/2026", &["day/month/year"][..], "`30/02/2026` read as day/month/year is a day that does not exist"),
        ("13/02/2026", &["month/day/year"], "`13/02/2026` read as month/day/year is a day that does not exist"),
        ("2026-02-29", &[], "`2026-02-29` read as year-month-day is a day that does not exist"),
        ("0/1/2026", &["day/month/year"], "`0/1/2026` read as day/month/year is a day that does not exist"),
        ("31 เม.ย. 2569", &[], "`31 เม.ย. 2569` read as written is a day that does not exist"),
        ("7/4/96", &["month/day/year"], "`7/4/96` has a year of two digits"),
        ("21 พ.ย. 69", &[], "`21 พ.ย. 69` has a year of two digits"),
        ("26年11月21日", &["month-day-year"], "`26年11月21日` has a year of two digits"),
        ("7/4/1996", &[], "`7/4/1996` is not a date; write it like 2026-11-21"),
        ("7.4.1996", &["month/day/year"], "`7.4.1996` is not a date"),
        ("7/4-1996", &["month/day/year"], "`7/4-1996` is not a date"),
        ("123/4/1996", &["month/day/year"], "`123/4/1996` is not a date"),
        ("45987", &["month/day/year"], "`45987` is not a date"),
        ("21 Foo 2026", &[], "`21 Foo 2026` is not a date"),
        ("10:30", &[], "`10:30` is not a date"),
        ("N/A", &["day/month/year"], "`N/A` is not a date"),
        ("21/11/2026", &["day/month/year buddhist"], "`21/11/2026` has no Buddhist year"),
        ("2026-11-21", &["year-month-day buddhist"], "`2026-11-21` has no Buddhist year"),
        ("2026-11-21 10:30:00", &[], "`2026-11-21 10:30:00` has a time of day"),
        ("2026-11-21T00:00:00Z", &[], "`2026-11-21T00:00:00Z` has a time of day"),
        ("2026-11-21 25:00", &[], "`2026-11-21 25:00` has no time of day that can be read"),
        ("  ", &[], "the cell is blank"),
    ] {
        let found = message(date(text, &formats(words)));
        assert!(found.starts_with(expected), "{text:?} as {words:?}: {found}");
    }
}

#[test]
fn a_date_format_that_nobody_knows_is_refused() {
    for word in ["", "month", "d/m/y", "year/day/month", "day/month-year", "day/month/year thai"] {
        assert!(message(DateFormats::parse(&[word])).contains("is not a date format"), "{word}");
    }
    for word in ["year-month-day", "month/day/year", "day.month.year buddhist", "day/month/year gregorian"] {
        assert_eq!(word.parse::<DateFormat>().unwrap().to_string(), word);
    }
}

#[test]
fn moments_are_read_with_and_without_an_offset() {
    let bangkok = TimeZone::get("Asia/Bangkok").unwrap();
    for (text, words, expected) in [
        ("2026-11-21T16:30:00+07:00", &[][..], "2026-11-21T09:30:00Z"),
        ("2026-11-21T16:30:00Z", &[], "2026-11-21T16:30:00Z"),
        ("2024-07-11T21:22:07.000+0000", &[], "2024-07-11T21:22:07Z"),
        ("2026-11-21t16:30:00-05", &[], "2026-11-21T21:30:00Z"),
        ("2023-06-08 23:22:38.270000", &[], "2023-06-08T16:22:38.27Z"),
        ("2023-11-11 08:18:16.519000 UTC", &[], "2023-11-11T08:18:16.519Z"),
        ("2022-04-14 4:30:42", &[], "2022-04-13T21:30:42Z"),
        ("2026-11-21 16:30", &[], "2026-11-21T09:30:00Z"),
        ("2026-11-21", &[], "2026-11-20T17:00:00Z"),
        ("7/4/1996 3:05 PM", &["month/day/year"], "1996-07-04T08:05:00Z"),
        ("7/4/1996, 12:05 am", &["month/day/year"], "1996-07-03T17:05:00Z"),
        ("21/11/2569 16:30:00", &["day/month/year"], "2026-11-21T09:30:00Z"),
        ("21 พ.ย. 2569 16:30", &[], "2026-11-21T09:30:00Z"),
    ] {
        let expected: jiff::Timestamp = expected.parse().unwrap();
        assert_eq!(moment(text, &formats(words), &bangkok), Ok(expected), "{text:?}");
    }
}

#[test]
fn a_day_starts_where_its_zone_says() {
    // No midnight on 2018-11-04 in São Paulo: clocks went from 00:00 to 01:00, which is 03:00 UTC.
    let zone = TimeZone::get("America/Sao_Paulo").unwrap();
    let expected: jiff::Timestamp = "2018-11-04T03:00:00Z".parse().unwrap();
    assert_eq!(moment("2018-11-04", &formats(&[]), &zone), Ok(expected));
}

#[test]
fn what_is_no_moment_says_why() {
    for (text, expected) in [
        ("2026-11-21 16:60", "has no time of day that can be read"),
        ("2026-11-21 16:30:00:00", "has no time of day that can be read"),
        ("2026-11-21 13:05 PM", "has no time of day that can be read"),
        ("2026-11-21T16:30:00+07:75", "has no time of day that can be read"),
        ("2026-11-21 16:30 about", "has no time of day that can be read"),
        ("2026-02-30 16:30", "is a day that does not exist"),
        ("9999-12-31 23:59:59", "is too far in the past or future"),
        ("yesterday", "is not a date"),
        ("", "the cell is blank"),
    ] {
        let found = message(moment(text, &formats(&[]), &TimeZone::UTC));
        assert!(found.contains(expected), "{text:?}: {found}");
    }
}

#[test]
fn numbers_are_read_as_their_source_writes_them() {
    for (text, format, expected) in [
        ("0", POINT, "0"),
        ("007", POINT, "7"),
        ("32.38", POINT, "32.38"),
        (".0120", POINT, "0.012"),
        ("5.", POINT, "5"),
        ("-0.5", POINT, "-0.5"),
        ("+3", POINT, "3"),
        ("- 3", POINT, "-3"),
        ("−3", POINT, "-3"),
        ("▲1,234", POINT, "-1234"),
        ("1,234.50", POINT, "1234.5"),
        ("(1,234.50)", POINT, "-1234.5"),
        ("1,234,567", POINT, "1234567"),
        ("12,34,567.8", POINT, "1234567.8"),
        ("1.234,50", COMMA, "1234.5"),
        ("1,5", COMMA, "1.5"),
        ("1\u{a0}234\u{202f}567,5", SPACE, "1234567.5"),
        ("1’234.5", SWISS, "1234.5"),
        ("1200000.50", BARE, "1200000.5"),
        ("15%", POINT, "0.15"),
        ("7.5 %", POINT, "0.075"),
        ("-.5%", POINT, "-0.005"),
        ("(12%)", POINT, "-0.12"),
        ("１，２３４．５０", POINT, "1234.5"),
        ("๑๒๓", POINT, "123"),
        ("1.0E7", POINT, "10000000"),
        ("1.23456789E7", POINT, "12345678.9"),
        ("5e-06", POINT, "0.000005"),
        ("1.5000000000", POINT, "1.5"),
        ("99999999999999999999999999999999.999999", POINT, "99999999999999999999999999999999.999999"),
    ] {
        check_decimal(text, format, expected, false);
    }
}

#[test]
fn binary_noise_is_rounded_off_and_flagged() {
    for (text, expected) in [
        ("1475.3000000000002", "1475.3"),
        ("15153.599999999999", "15153.6"),
        ("15399.999999999998", "15400"),
        ("-0.30000000000000004", "-0.3"),
        ("0.05000000074505806", "0.05"),
        ("0.15000000596046448%", "0.0015"),
        ("1.0000009999999999", "1.000001"),
        ("0.0000000009", "0"),
        ("9.9999999990000001", "10"),
        ("2E-17", "0"),
    ] {
        check_decimal(text, POINT, expected, true);
    }
    // Exactly 0.000000001 away is not less than that.
    for text in ["0.0000001", "1.0000005", "1.000000001", "1.999999999", "0.1234567"] {
        assert_eq!(decimal(text, POINT), Err(ParseError::TooManyDecimals { text: text.into() }));
    }
}

#[test]
fn what_is_no_number_says_why() {
    for (text, format, expected) in [
        ("", POINT, "the cell is blank"),
        ("n/a", POINT, "`n/a` is not a number"),
        ("-", POINT, "`-` is not a number"),
        (".", POINT, "`.` is not a number"),
        ("--1", POINT, "`--1` is not a number"),
        ("(-1)", POINT, "`(-1)` is not a number"),
        ("(1", POINT, "`(1` is not a number"),
        ("1e999", POINT, "`1e999` is not a number"),
        ("12 boxes", POINT, "`12 boxes` is not a number"),
        ("10-20", POINT, "`10-20` is not a number"),
        ("1,5", POINT, "`1,5` does not fit the mapping's decimal and group signs, which write 1,200.50"),
        ("1,2345", POINT, "`1,2345` does not fit"),
        ("1234,567", POINT, "`1234,567` does not fit"),
        ("1.234,50", POINT, "`1.234,50` does not fit"),
        ("1,234.50", COMMA, "`1,234.50` does not fit"),
        (",234", POINT, "`,234` does not fit"),
        ("1,234", BARE, "`1,234` does not fit the mapping's decimal and group signs, which write 1200.50"),
        ("THB 5", POINT, "`THB 5` names a currency, and the field takes a plain number; remove `THB`"),
        ("5 บาท", POINT, "`5 บาท` names a currency"),
        ("$5", POINT, "`$5` names a currency"),
        ("100000000000000000000000000000000", POINT, "is larger than can be kept"),
        ("1E60", POINT, "`1E60` is larger than can be kept"),
    ] {
        let found = message(decimal(text, format));
        assert!(found.contains(expected), "{text:?} as {format:?}: {found}");
    }
}

#[test]
fn a_number_format_needs_two_different_signs() {
    assert_eq!(NumberFormat::new('.', Some(',')), Ok(NumberFormat::default()));
    assert_eq!(NumberFormat::new(',', None), Ok(NumberFormat { decimal: ',', group: None }));
    for (decimal, group) in [('.', Some('.')), (';', None), ('.', Some('0')), ('.', Some('-'))] {
        assert!(NumberFormat::new(decimal, group).is_err(), "{decimal} {group:?}");
    }
}

#[test]
fn money_takes_its_currency_from_the_column_or_its_code() {
    for (text, given, minor, expected) in [
        ("1,200.50", "THB", 120_050, "THB"),
        ("THB 1,200.50", "", 120_050, "THB"),
        ("1,200.50 THB", "", 120_050, "THB"),
        ("THB1,200.50", "THB", 120_050, "THB"),
        ("thb 5", "", 500, "THB"),
        ("฿1,200", "THB", 120_000, "THB"),
        ("1,200 บาท", "THB", 120_000, "THB"),
        ("¥1,200", "JPY", 1200, "JPY"),
        ("￥１，２００", "JPY", 1200, "JPY"),
        ("1,200円", "JPY", 1200, "JPY"),
        ("¥5.50", "CNY", 550, "CNY"),
        ("$5", "USD", 500, "USD"),
        ("$5", "SGD", 500, "SGD"),
        ("$5 USD", "", 500, "USD"),
        ("US$ 5.25", "USD", 525, "USD"),
        ("-$5", "USD", -500, "USD"),
        ("$-5", "USD", -500, "USD"),
        ("($5.25)", "USD", -525, "USD"),
        ("USD -5", "", -500, "USD"),
        ("1.234 KWD", "", 1234, "KWD"),
        ("300000.0000", "USD", 30_000_000, "USD"),
        ("0.30000000000000004", "USD", 30, "USD"),
    ] {
        let expected = Money::new(minor, expected.parse().unwrap());
        assert_eq!(money(text, currency(given), POINT), Ok(expected), "{text:?} given {given:?}");
    }
    assert_eq!(money("€ 1.234,50", currency("EUR"), COMMA), Ok(Money::new(123_450, Currency::EUR)));
}

#[test]
fn what_is_no_money_says_why() {
    for (text, given, expected) in [
        ("THB 5", "USD", "`THB 5` is in THB, but its currency is stated as USD"),
        ("฿5", "USD", "`฿5` is in ฿, but its currency is stated as USD"),
        ("$5", "THB", "`$5` is in $, but its currency is stated as THB"),
        ("THB 5 USD", "", "`THB 5 USD` is in USD, but its currency is stated as THB"),
        ("$5", "", "`$` in `$5` can be more than one currency"),
        ("5", "", "`5` has no currency"),
        ("5 pcs", "THB", "`pcs` in `5 pcs` is no currency"),
        ("ABC 5", "", "`ABC` in `ABC 5` is no currency"),
        ("N/A", "THB", "`N/A` is not a number"),
        ("15%", "THB", "`15%` is not a number"),
        ("", "THB", "the cell is blank"),
        ("1.5", "JPY", "`1.5` has too many decimals for JPY, which has 0"),
        ("559697.5639", "USD", "`559697.5639` has too many decimals for USD, which has 2"),
        ("99999999999999999999", "THB", "`99999999999999999999` is larger than can be kept"),
    ] {
        let found = message(money(text, currency(given), POINT));
        assert!(found.starts_with(expected), "{text:?} given {given:?}: {found}");
    }
}

#[test]
fn flags_are_read_in_three_languages() {
    for text in ["1", "true", "TRUE", "Yes", "y", "t", " ใช่ ", "はい", "１"] {
        assert_eq!(flag(text), Ok(true), "{text:?}");
    }
    for text in ["0", "", " ", "false", "No", "n", "F", "ไม่ใช่", "いいえ"] {
        assert_eq!(flag(text), Ok(false), "{text:?}");
    }
    assert_eq!(message(flag("maybe")), "`maybe` is neither yes nor no; write yes, no, true, false, 1 or 0");
}

#[test]
fn a_tidy_key_is_the_same_for_names_that_look_the_same() {
    for (text, expected) in [
        ("  Acme   Co. ", "acme co."),
        ("ＡＣＭＥ　Ｃｏ．", "acme co."),
        ("Acme\u{a0}Co.", "acme co."),
        ("Acme\nCo.", "acme co."),
        ("ｶﾌﾞｼｷｶﾞｲｼｬ ﾊﾟﾅ", "カブシキガイシャ パナ"),
        ("ｳﾞｪﾙ", "ヴェル"),
        ("บริษัท\u{200b} ไทย", "บริษัท ไทย"),
        ("Müller GmbH", "müller gmbh"),
        ("", ""),
    ] {
        assert_eq!(tidy_key(text), expected, "{text:?}");
    }
    assert_ne!(tidy_key("Acme Co"), tidy_key("AcmeCo"));
}

#[test]
fn a_message_shows_no_more_than_80_characters_on_one_line() {
    let long = format!("ก\n{}", "ข".repeat(200));
    let ParseError::NotANumber { text } = decimal(&long, POINT).unwrap_err() else { panic!("a number?") };
    assert_eq!(text, format!("ก {}…", "ข".repeat(77)));
}

proptest! {
    #[test]
    fn a_number_written_with_groups_reads_back(millionths in -10_i128.pow(20)..10_i128.pow(20), style in 0_usize..4) {
        let format = [POINT, COMMA, SPACE, SWISS][style];
        let amount = Amount::from_millionths(millionths).unwrap();
        let plain = amount.abs().to_text();
        let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut written = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                written.extend(format.group);
            }
            written.push(digit);
        }
        if !decimals.is_empty() {
            written.push(format.decimal);
            written.push_str(decimals);
        }
        if millionths < 0 {
            written = format!("({written})");
        }
        prop_assert_eq!(decimal(&written, format), Ok((amount, false)), "{}", written);
    }

    #[test]
    fn no_text_makes_a_reader_fail_otherwise_than_with_an_error(
        text in "[0-9฿$¥A-Za-z年月日ก-๙.,:/()%+ -]{0,24}|\\PC{0,24}",
    ) {
        let formats = formats(&["month/day/year", "day.month.year buddhist"]);
        let _ = (date(&text, &formats), moment(&text, &formats, &TimeZone::UTC), flag(&text), tidy_key(&text));
        let _ = (decimal(&text, POINT), money(&text, None, COMMA), money(&text, currency("THB"), POINT));
    }

    #[test]
    fn every_day_reads_back_in_every_form(year in 1900_i16..2400, month in 1_i8..=12, day in 1_i8..=28) {
        let expected = Date::constant(year, month, day);
        let formats = formats(&["month/day/year", "day.month.year"]);
        let (thai, thai_formats) = (year + 543, self::formats(&["day/month/year buddhist"]));
        for text in [
            format!("{month}/{day}/{year}"),
            format!("{day:02}.{month:02}.{year}"),
            format!("{year}-{month:02}-{day:02}"),
            format!("{year}年{month}月{day}日"),
        ] {
            prop_assert_eq!(date(&text, &formats), Ok(expected), "{}", text);
        }
        prop_assert_eq!(date(&format!("{day}/{month}/{thai}"), &thai_formats), Ok(expected));
    }
}
