use super::*;

pub(super) fn april() -> FiscalCalendar {
    FiscalCalendar::starting_in(4).unwrap()
}

/// Years of 4-4-5 weeks, each starting on the Sunday after the last one ends; 2023 has a 53rd week in its last period.
pub(super) fn weeks_4_4_5() -> FiscalCalendar {
    let lengths = |last: i32| [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, last];
    let mut start = date(2022, 1, 30);
    let years = [(2022, 5), (2023, 6), (2024, 5)].map(|(year, last)| {
        let starts = lengths(last).map(|weeks| {
            let first = start;
            start = first.saturating_add(weeks.weeks());
            first
        });
        FiscalYear { year, starts: starts.to_vec(), end: start }
    });
    FiscalCalendar::from_years(years.to_vec()).unwrap()
}

fn thirteen_periods() -> FiscalCalendar {
    let starts: Vec<Date> = (0..13).map(|period| date(2024, 1, 1).saturating_add((period * 4).weeks())).collect();
    FiscalCalendar::from_years(vec![FiscalYear { year: 2024, starts, end: date(2024, 12, 30) }]).unwrap()
}

/// Asked `day grain`, the calendar answers `label = start..end`, and reads the label back into that period.
#[track_caller]
fn check(calendar: &FiscalCalendar, question: &str, answer: &str) {
    let (day, grain) = question.split_once(' ').unwrap();
    let period = calendar.period_of(day.parse().unwrap(), grain.parse().unwrap()).unwrap();
    let Period { label, start, end, .. } = &period;
    assert_eq!(format!("{label} = {start}..{end}"), answer);
    assert_eq!(calendar.parse_label(label), Ok(period));
}

#[test]
fn a_january_start_labels_plain_years() {
    let calendar = FiscalCalendar::default();
    check(&calendar, "1996-07-04 year", "1996 = 1996-01-01..1997-01-01");
    check(&calendar, "1996-07-04 quarter", "1996-Q3 = 1996-07-01..1996-10-01");
    check(&calendar, "1996-07-04 month", "1996-07 = 1996-07-01..1996-08-01");
    check(&calendar, "1996-07-04 week", "1996-W27 = 1996-07-01..1996-07-08");
    check(&calendar, "1996-07-04 day", "1996-07-04 = 1996-07-04..1996-07-05");
    check(&calendar, "1996-07-04 all", "all = 0001-01-01..9999-01-01");
    check(&calendar, "1996-12-31 quarter", "1996-Q4 = 1996-10-01..1997-01-01");
}

#[test]
fn another_start_names_the_year_after_its_end() {
    let calendar = april();
    check(&calendar, "1996-03-31 year", "FY1996 = 1995-04-01..1996-04-01");
    check(&calendar, "1996-04-01 year", "FY1997 = 1996-04-01..1997-04-01");
    check(&calendar, "1996-03-31 quarter", "FY1996-Q4 = 1996-01-01..1996-04-01");
    check(&calendar, "1996-04-01 quarter", "FY1997-Q1 = 1996-04-01..1996-07-01");
    check(&calendar, "1996-02-29 month", "1996-02 = 1996-02-01..1996-03-01");
    let december = FiscalCalendar::starting_in(12).unwrap();
    check(&december, "1996-12-01 quarter", "FY1997-Q1 = 1996-12-01..1997-03-01");
    check(&december, "1996-11-30 year", "FY1996 = 1995-12-01..1996-12-01");
}

#[test]
fn weeks_are_those_of_iso_8601_across_the_turn_of_the_year() {
    for calendar in [FiscalCalendar::default(), april(), weeks_4_4_5()] {
        check(&calendar, "2021-01-03 week", "2020-W53 = 2020-12-28..2021-01-04");
        check(&calendar, "2024-12-30 week", "2025-W01 = 2024-12-30..2025-01-06");
        check(&calendar, "2024-01-01 week", "2024-W01 = 2024-01-01..2024-01-08");
    }
}

#[test]
fn listed_periods_are_numbered() {
    let calendar = weeks_4_4_5();
    check(&calendar, "2022-01-30 month", "FY2022-P01 = 2022-01-30..2022-02-27");
    check(&calendar, "2023-01-28 month", "FY2022-P12 = 2022-12-25..2023-01-29");
    check(&calendar, "2022-05-01 quarter", "FY2022-Q2 = 2022-05-01..2022-07-31");
    check(&calendar, "2024-02-03 month", "FY2023-P12 = 2023-12-24..2024-02-04");
    check(&calendar, "2024-02-03 year", "FY2023 = 2023-01-29..2024-02-04");

    let calendar = thirteen_periods();
    check(&calendar, "2024-12-29 month", "FY2024-P13 = 2024-12-02..2024-12-30");
    check(&calendar, "2024-12-29 quarter", "FY2024-Q4 = 2024-09-09..2024-12-30");
    check(&calendar, "2024-09-08 quarter", "FY2024-Q3 = 2024-06-17..2024-09-09");
}

#[test]
fn only_labels_of_this_calendar_are_read() {
    let nowhere = "FY 1996- 1996-Q5 1996-Q0 1996-13 1996-00 1996-7 1997-W53 1996-W00 1996-02-30 1996-7-4 19960704 ALL \
                   1996-Q٣ 1996-07-04T00 12026 1996-P01 FY1996-P07 0000 FY1996-07 FY1996-W01 1996-Q03 FY1996-07-04 1996-é -Q1";
    for label in nowhere.split_whitespace().chain([""]) {
        assert!(FiscalCalendar::default().parse_label(label).is_err(), "{label:?}");
        assert!(april().parse_label(label).is_err(), "{label:?}");
    }
    assert!(FiscalCalendar::default().parse_label("FY1996-Q3").is_err());
    assert!(weeks_4_4_5().parse_label("2022-07").is_err());
    assert_eq!(
        april().parse_label("1996-Q3").unwrap_err().to_string(),
        "`1996-Q3` is not a period of this calendar; write it like FY2026, FY2026-Q3, 2026-07, 2026-W27, 2026-07-04 or all"
    );
    assert_eq!(weeks_4_4_5().parse_label("FY2030"), Err(CalendarError::NoSuchYear { year: 2030 }));
}

#[test]
fn the_period_before_and_the_year_before() {
    for (calendar, label, previous, year_before) in [
        (FiscalCalendar::default(), "2024-02-29", "2024-02-28", "2023-02-28"),
        (FiscalCalendar::default(), "2024-03-01", "2024-02-29", "2023-03-01"),
        (FiscalCalendar::default(), "2021-W01", "2020-W53", "2020-W01"),
        (FiscalCalendar::default(), "2020-W53", "2020-W52", "2019-W52"),
        (FiscalCalendar::default(), "2024-01", "2023-12", "2023-01"),
        (FiscalCalendar::default(), "2024-Q1", "2023-Q4", "2023-Q1"),
        (FiscalCalendar::default(), "2024", "2023", "2023"),
        (april(), "FY2024-Q1", "FY2023-Q4", "FY2023-Q1"),
        (april(), "2024-04", "2024-03", "2023-04"),
        (april(), "2024-03", "2024-02", "2023-03"),
        (weeks_4_4_5(), "FY2023-P01", "FY2022-P12", "FY2022-P01"),
        (weeks_4_4_5(), "FY2024-Q4", "FY2024-Q3", "FY2023-Q4"),
    ] {
        let period = calendar.parse_label(label).unwrap();
        assert_eq!(calendar.previous(&period).map(|found| found.label).as_deref(), Ok(previous), "before {label}");
        assert_eq!(calendar.year_before(&period).map(|found| found.label).as_deref(), Ok(year_before), "{label}");
    }
}

#[test]
fn nothing_is_compared_with_a_period_that_does_not_exist() {
    let all = FiscalCalendar::default().parse_label("all").unwrap();
    assert_eq!(
        FiscalCalendar::default().previous(&all).unwrap_err().to_string(),
        "`all` has no period to compare with: it holds every day"
    );
    assert!(FiscalCalendar::default().year_before(&all).is_err());

    let first = weeks_4_4_5().parse_label("FY2022-P01").unwrap();
    assert!(matches!(weeks_4_4_5().previous(&first), Err(CalendarError::OutsideCalendar { .. })));
    assert_eq!(weeks_4_4_5().year_before(&first), Err(CalendarError::NoSuchYear { year: 2021 }));

    for label in ["0001", "0001-Q1", "0001-01", "0001-W01", "0001-01-01"] {
        let first = FiscalCalendar::default().parse_label(label).unwrap();
        assert!(FiscalCalendar::default().previous(&first).is_err(), "{label}");
        assert!(FiscalCalendar::default().year_before(&first).is_err(), "{label}");
    }
}

#[test]
fn a_year_of_twelve_periods_has_no_thirteenth_to_compare_with() {
    let months: Vec<Date> = (1..=12).map(|month| date(2023, month, 1)).collect();
    let mut years = vec![FiscalYear { year: 2023, starts: months, end: date(2024, 1, 1) }];
    let starts: Vec<Date> = (0..13).map(|period| date(2024, 1, 1).saturating_add((period * 4).weeks())).collect();
    years.push(FiscalYear { year: 2024, starts, end: date(2024, 12, 30) });
    let calendar = FiscalCalendar::from_years(years).unwrap();

    let thirteenth = calendar.parse_label("FY2024-P13").unwrap();
    assert_eq!(
        calendar.year_before(&thirteenth).unwrap_err().to_string(),
        "`FY2024-P13` has no period to compare with: the year before has no such period"
    );
}

#[test]
fn a_range_gives_the_whole_periods_it_touches() {
    let labels = |calendar: FiscalCalendar, from, to, grain| -> Vec<String> {
        calendar.periods(from, to, grain).unwrap().into_iter().map(|period| period.label).collect()
    };
    let (from, to) = (date(1996, 7, 4), date(1997, 1, 1));
    assert_eq!(labels(FiscalCalendar::default(), from, to, Grain::Quarter), ["1996-Q3", "1996-Q4"]);
    assert_eq!(labels(april(), from, date(1997, 1, 2), Grain::Quarter), ["FY1997-Q2", "FY1997-Q3", "FY1997-Q4"]);
    assert_eq!(labels(april(), from, from, Grain::Day), [""; 0]);
    assert_eq!(labels(april(), from, from, Grain::All), [""; 0]);

    let all = april().periods(from, to, Grain::All).unwrap();
    assert_eq!((all[0].start, all[0].end, all[0].label.as_str()), (from, to, "all"));
}

#[test]
fn ranges_that_cannot_be_answered_say_why() {
    let (from, to) = (date(1996, 7, 4), date(1996, 7, 3));
    assert_eq!(
        april().periods(from, to, Grain::All).unwrap_err().to_string(),
        "the range ends on 1996-07-03, before it starts on 1996-07-04; exchange the two"
    );
    let centuries = april().periods(date(1900, 1, 1), date(2100, 1, 1), Grain::Day);
    assert!(matches!(centuries, Err(CalendarError::TooManyPeriods { limit: 20_000, .. })));
    assert!(april().periods(date(-5, 1, 1), date(2, 1, 1), Grain::Year).is_err());
    assert!(april().period_of(Date::MAX, Grain::All).is_err());
    assert_eq!(
        weeks_4_4_5().period_of(date(2030, 1, 1), Grain::Month).unwrap_err().to_string(),
        "2030-01-01 is outside the fiscal calendar, which has the days from 2022-01-30 up to 2025-02-02; \
         add the years you need"
    );
}

#[test]
fn calendars_that_leave_gaps_are_refused() {
    assert_eq!(FiscalCalendar::starting_in(13), Err(CalendarError::NotAMonth { month: 13 }));
    assert_eq!(FiscalCalendar::from_years(vec![]), Err(CalendarError::NoYears));
    let FiscalCalendar(Boundaries::Listed(good)) = weeks_4_4_5() else { unreachable!() };
    let refused = |change: fn(&mut Vec<FiscalYear>)| {
        let mut years = good.clone();
        change(&mut years);
        FiscalCalendar::from_years(years).unwrap_err().to_string()
    };
    for (found, reason) in [
        (
            refused(|years| years[0].starts.truncate(11)),
            "fiscal year 2022 has 11 periods; list the first day of each of its 12 or 13 periods",
        ),
        (
            refused(|years| years[1].starts.swap(3, 4)),
            "fiscal year 2023: 2023-04-30 must come after 2023-05-28; list the days in order, the end last",
        ),
        (
            refused(|years| years[2].end = years[2].starts[11]),
            "fiscal year 2024: 2024-12-29 must come after 2024-12-29; list the days in order, the end last",
        ),
        (
            refused(|years| drop(years.remove(1))),
            "fiscal year 2024 must follow 2022; list years in order without leaving one out",
        ),
        (
            refused(|years| years[0].end = date(2023, 1, 28)),
            "fiscal year 2022 ends at 2023-01-28 but the next one starts on 2023-01-29; let one start where the other ends",
        ),
        (refused(|years| years[0].year = 0), "fiscal year 0 cannot be named so; use a year from 1 to 9999"),
    ] {
        assert_eq!(found, reason);
    }
}

#[test]
fn a_calendar_is_plain_data() {
    let json = r#"{"start_month":4}"#;
    assert_eq!(serde_json::from_str::<FiscalCalendar>(json).unwrap(), april());
    assert_eq!(serde_json::to_string(&april()).unwrap(), json);

    let listed = serde_json::to_string(&thirteen_periods()).unwrap();
    assert!(listed.starts_with(r#"{"years":[{"year":2024,"starts":["2024-01-01","2024-01-29","#), "{listed}");
    assert_eq!(serde_json::from_str::<FiscalCalendar>(&listed).unwrap(), thirteen_periods());

    for wrong in ["{}", r#"{"start_month":0}"#, r#"{"start_month":1,"years":[]}"#, r#"{"years":[]}"#, r#"{"month":4}"#]
    {
        assert!(serde_json::from_str::<FiscalCalendar>(wrong).is_err(), "{wrong}");
    }
}
