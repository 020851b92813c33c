//! What holds of every comparison and every rubric, whatever the numbers.

use super::*;
use proptest::{collection::vec, prelude::*};

type Person = (&'static str, u32, Option<i64>, i64, i64, bool);

/// Of two roles; coaching may lift, or press, everybody who was coached.
fn subjects() -> impl Strategy<Value = Vec<Subject>> {
    let role = proptest::sample::select(vec!["ae", "kam"]);
    let one = (role, 0..48_u32, proptest::option::of(50..150_i64), 0..40_i64, 0..40_i64, any::<bool>());
    (vec(one, 0..40), -60..60_i64).prop_map(|(all, lift)| {
        let subject = |(id, (role, tenure_months, potential, before, change, coached)): (i64, Person)| Subject {
            id: RecordId(id),
            role: role.to_owned(),
            tenure_months,
            potential: potential.map(Amount::from),
            before: Amount::from(before),
            after: Amount::from(before + change + if coached { lift } else { 0 }),
            coached,
        };
        (1..).zip(all).map(subject).collect()
    })
}

fn design() -> impl Strategy<Value = Design> {
    (1..5_usize, 0..3_i64, 2..7_usize).prop_map(|(nearest, caliper, fewest_pairs)| Design {
        nearest,
        caliper: Amount::from(caliper),
        fewest_pairs,
    })
}

fn told(subjects: &[Subject], design: &Design, lower: bool) -> Effect {
    effect(subjects, design, lower).expect("it is right")
}

fn shipped() -> impl Strategy<Value = Rubric> {
    proptest::sample::select(SHIPPED.to_vec()).prop_map(|(_, text)| Rubric::read(text).expect("it is sound"))
}

/// Any rubric with any answers to it.
fn reviewed() -> impl Strategy<Value = (Rubric, Answers)> {
    shipped().prop_flat_map(|rubric| {
        let answer = |one: &Criterion| {
            let (least, most) = one.scale.ends();
            (Just(one.id.clone()), proptest::option::of(least..=most))
        };
        let answers: Vec<_> = rubric.criteria.iter().map(answer).collect();
        (Just(rubric), answers.prop_map(Answers::from_iter))
    })
}

proptest! {
    #[test]
    fn the_order_of_people_does_not_matter(
        (subjects, other) in subjects().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        design in design(),
    ) {
        prop_assert_eq!(told(&subjects, &design, false), told(&other, &design, false));
    }

    #[test]
    fn what_is_added_to_everybody_changes_nothing(subjects in subjects(), design in design(), more in -1000..1000_i64) {
        let more = Amount::from(more);
        let added = |of: Amount| of.checked_add(more).expect("it fits");
        let moved: Vec<Subject> = subjects.iter().cloned().map(|one| Subject {
            before: added(one.before),
            after: added(one.after),
            ..one
        }).collect();
        prop_assert_eq!(told(&subjects, &design, false), told(&moved, &design, false));
    }

    #[test]
    fn somebody_of_another_role_who_was_not_coached_changes_nothing(
        subjects in subjects(), design in design(), before in 0..40_i64, at in 0..40_usize,
    ) {
        let mut more = subjects.clone();
        let other = Subject {
            id: RecordId(99),
            role: "sdr".to_owned(),
            tenure_months: 12,
            potential: None,
            before: Amount::from(before),
            after: Amount::from(1000),
            coached: false,
        };
        more.insert(at.min(subjects.len()), other);
        prop_assert_eq!(told(&subjects, &design, false), told(&more, &design, false));
    }

    #[test]
    fn the_interval_contains_the_mean_and_the_verdict_is_read_off_it(
        subjects in subjects(), design in design(), lower in any::<bool>(),
    ) {
        let found = told(&subjects, &design, lower);
        let coached = subjects.iter().filter(|one| one.coached).count();
        prop_assert_eq!(found.pairs.len() + found.unmatched.len(), coached);
        prop_assert!(found.pairs.iter().all(|pair| (1..=design.nearest).contains(&pair.likes.len())));
        if let Some((interval, mean)) = found.interval.zip(found.mean) {
            prop_assert!(interval.contains(mean));
        }
        let above = found.interval.is_some_and(|interval| interval.low > Amount::ZERO);
        let below = found.interval.is_some_and(|interval| interval.high.is_negative());
        match found.verdict {
            Verdict::Better => prop_assert_eq!((above, below), (!lower, lower)),
            Verdict::Worse => prop_assert_eq!((above, below), (lower, !lower)),
            Verdict::CannotTell(why) => {
                let enough = found.pairs.len().min(found.controls) >= design.fewest_pairs;
                prop_assert_eq!(enough, why > Why::TooFewControls);
                prop_assert!(!enough || !(above || below));
            }
        }
    }

    /// Turned around, the KPI has the opposite effect, exactly.
    #[test]
    fn a_kpi_turned_around_has_the_opposite_effect(subjects in subjects(), design in design()) {
        let turned: Vec<Subject> = subjects.iter().cloned().map(|one| Subject {
            before: -one.before,
            after: -one.after,
            ..one
        }).collect();
        let (found, turned) = (told(&subjects, &design, false), told(&turned, &design, true));
        prop_assert_eq!(found.verdict, turned.verdict);
        prop_assert_eq!(found.mean, turned.mean.map(|mean| -mean));
        prop_assert_eq!(found.interval, turned.interval.map(|of| Interval { low: -of.high, high: -of.low }));
    }

    #[test]
    fn a_score_is_from_0_to_100_and_there_when_anything_was_seen((rubric, answers) in reviewed()) {
        let score = rubric.score(&answers).expect("it is right");
        prop_assert_eq!(score.is_some(), answers.values().any(Option::is_some));
        prop_assert!(score.is_none_or(|score| (Amount::ZERO..=Amount::from(100)).contains(&score)));
        let weakest = rubric.weakest(&answers).expect("it is right");
        prop_assert_eq!(weakest.is_empty(), score.is_none_or(|score| score == Amount::from(100)));
        prop_assert!(weakest.len() <= 3 && weakest.iter().all(|one| answers[&one.id].is_some()));
    }

    #[test]
    fn what_was_not_seen_might_as_well_not_be_in_the_rubric((rubric, answers) in reviewed(), by in 1..1000_u32) {
        let score = rubric.score(&answers);
        let mut smaller = rubric;
        smaller.criteria.retain(|one| answers[&one.id].is_some());
        smaller.criteria.iter_mut().for_each(|one| one.weight *= by);
        let seen: Answers = answers.into_iter().filter(|(_, value)| value.is_some()).collect();
        prop_assert_eq!(smaller.score(&seen), score);
    }
}
