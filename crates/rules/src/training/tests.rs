use super::*;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 29);

fn done(completed: Date, expires: Option<Date>) -> Assigned {
    Assigned { due: date(2026, 6, 30), completed: Some(completed), expires }
}

const fn waits(due: Date) -> Assigned {
    Assigned { due, completed: None, expires: None }
}

#[test]
fn an_assignment_stands_by_its_days() {
    assert_eq!(waits(TODAY).standing(TODAY), Standing::Open, "the due day itself is in time");
    assert_eq!(waits(date(2026, 11, 28)).standing(TODAY), Standing::Overdue);
    assert_eq!(done(date(2026, 6, 30), None).standing(TODAY), Standing::Done);
    assert_eq!(done(date(2026, 7, 1), None).standing(TODAY), Standing::Late);
    assert_eq!(
        done(date(2025, 6, 1), Some(TODAY)).standing(TODAY),
        Standing::Expired,
        "it counts until the day before"
    );
    // Sixty days on is 2027-01-28.
    assert_eq!(done(date(2026, 6, 1), Some(date(2027, 1, 28))).standing(TODAY), Standing::Expiring);
    assert_eq!(done(date(2026, 6, 1), Some(date(2027, 1, 29))).standing(TODAY), Standing::Done);
    // A month's certificate, taken on 11-20: half of 30 days before 12-20 is 12-05.
    let month = Assigned { due: TODAY, ..done(date(2026, 11, 20), Some(date(2026, 12, 20))) };
    assert_eq!(month.standing(date(2026, 12, 4)), Standing::Done);
    assert_eq!(month.standing(date(2026, 12, 5)), Standing::Expiring);
}

#[test]
fn a_certificate_ends_on_the_day_of_the_month_or_its_last() {
    assert_eq!(expires(date(2026, 1, 31), 1), Some(date(2026, 2, 28)));
    assert_eq!(expires(date(2024, 2, 29), 12), Some(date(2025, 2, 28)));
    assert_eq!(expires(date(2026, 3, 15), 24), Some(date(2028, 3, 15)));
    assert_eq!(expires(date(2026, 3, 15), 0), None);
    assert_eq!(expires(date(2026, 3, 15), i64::MAX), None);
}

#[test]
fn a_course_is_needed_by_role_gap_or_renewal_and_by_nobody_who_has_it() {
    assert_eq!(need(&[], true, true, TODAY), Some(Need::Role));
    assert_eq!(need(&[], false, true, TODAY), Some(Need::Gap));
    assert_eq!(need(&[], false, false, TODAY), None);
    assert_eq!(need(&[waits(date(2026, 1, 1))], true, true, TODAY), None, "they have it open");
    assert_eq!(need(&[done(date(2020, 1, 1), None)], true, true, TODAY), None, "it holds for good");
    let (old, new) = (done(date(2024, 1, 1), Some(date(2025, 1, 1))), done(date(2026, 6, 1), Some(date(2027, 6, 1))));
    assert_eq!(need(&[old], false, false, TODAY), Some(Need::Renewal));
    assert_eq!(need(&[old, new], true, false, TODAY), None);
    assert_eq!(need(&[old, waits(TODAY)], true, false, TODAY), None);
}

fn shown(fraction: Fraction) -> Option<String> {
    fraction.value(4)
}

/// The examples of reference B8: 54 of 60 are 90 %; ten fives, eight fours and two threes are 4.40; 70 before and 84 after are +20 %.
#[test]
fn a_courses_outcome_is_counted_as_its_kpis_are() {
    let mut sixty = Outcome::default();
    for number in 0..60 {
        let completed = date(2026, 6, if number < 54 { 30 } else { 15 });
        let one = match number {
            0..54 => done(completed, None),
            54..57 => done(date(2026, 7, 3), None),
            _ => waits(date(2026, 6, 30)),
        };
        sixty.add(&one, None, None, TODAY);
    }
    assert_eq!((sixty.assigned, sixty.due, sixty.on_time, sixty.late), (60, 60, 54, 3));
    assert_eq!(shown(sixty.rate()).as_deref(), Some("0.9"));
    assert_eq!(shown(sixty.mean_rating()), None, "nobody rated it");
    let mut rated = Outcome::default();
    let scores = Some((Amount::from(70), Amount::from(84)));
    for (rating, people) in [(5, 10), (4, 8), (3, 2)] {
        for _ in 0..people {
            rated.add(&done(date(2026, 6, 1), None), Some(rating), scores, TODAY);
        }
    }
    assert_eq!(shown(rated.mean_rating()).as_deref(), Some("4.4"));
    assert_eq!(rated.lift().and_then(shown).as_deref(), Some("0.2"));
    let (before, after) = rated.scores();
    assert_eq!((shown(before).as_deref(), shown(after).as_deref()), (Some("70"), Some("84")));
    // What is not due yet is not among what is due, done or not.
    let mut ahead = Outcome::default();
    ahead.add(
        &Assigned { due: date(2026, 12, 31), completed: Some(date(2026, 11, 1)), expires: None },
        None,
        None,
        TODAY,
    );
    assert_eq!((ahead.assigned, ahead.due, ahead.on_time), (1, 0, 0));
}
