use super::{
    tests::{april, weeks_4_4_5},
    *,
};
use proptest::prelude::*;

fn any_grain() -> impl Strategy<Value = Grain> {
    prop::sample::select(Grain::EVERY.to_vec())
}

/// A calendar of any kind and a day it holds.
fn calendar_and_day() -> impl Strategy<Value = (FiscalCalendar, Date)> {
    let by_month = (1..=12_i8, 0..3_000_000_i32)
        .prop_map(|(month, days)| (FiscalCalendar::starting_in(month).unwrap(), FIRST_DAY.saturating_add(days.days())));
    let listed = (0..1_000_i32).prop_map(|days| (weeks_4_4_5(), date(2022, 1, 30).saturating_add(days.days())));
    prop_oneof![by_month, listed]
}

proptest! {
    #[test]
    fn periods_tile_a_range_without_gap_or_overlap((calendar, from) in calendar_and_day(), days in 1..400_i32, grain in any_grain()) {
        let to = from.saturating_add(days.days());
        prop_assume!(calendar.period_of(to, grain).is_ok());
        let periods = calendar.periods(from, to, grain).unwrap();

        prop_assert!(periods[0].contains(from));
        let last = &periods[periods.len() - 1];
        prop_assert!(last.start < to && to <= last.end);
        for pair in periods.windows(2) {
            prop_assert_eq!(pair[0].end, pair[1].start);
            prop_assert_eq!(calendar.previous(&pair[1]), Ok(pair[0].clone()));
        }
        prop_assert!(periods.iter().all(|period| period.start < period.end && period.overlaps(from, to)));
    }

    #[test]
    fn a_label_is_read_back_into_its_period((calendar, day) in calendar_and_day(), grain in any_grain()) {
        let period = calendar.period_of(day, grain).unwrap();
        prop_assert!(period.contains(day));
        prop_assert_eq!(calendar.parse_label(&period.label), Ok(period));
    }

    #[test]
    fn every_day_of_a_period_gives_that_period((calendar, day) in calendar_and_day(), grain in any_grain()) {
        let period = calendar.period_of(day, grain).unwrap();
        let last = period.end.saturating_sub(1.day());
        if period.start >= FIRST_DAY && grain != Grain::All {
            prop_assert_eq!(calendar.period_of(period.start, grain), Ok(period.clone()));
            prop_assert_eq!(calendar.period_of(last, grain), Ok(period));
        }
    }

    #[test]
    fn any_text_is_a_period_or_an_error(text in ".{0,12}|(FY)?[0-9]{4}-[QPW]?[0-9]{1,2}(-[0-9]{2})?") {
        for calendar in [FiscalCalendar::default(), april(), weeks_4_4_5()] {
            if let Ok(period) = calendar.parse_label(&text) {
                prop_assert_eq!(period.label, text.clone());
            }
        }
    }
}
