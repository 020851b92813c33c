//! What holds of every appraisal, whatever its numbers.

use super::*;
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeMap;

fn level() -> impl Strategy<Value = Level> {
    (1..=5_u8).prop_filter_map("1 to 5", Level::new)
}

fn rater() -> impl Strategy<Value = Answers> {
    proptest::collection::btree_map("[a-d]", level(), 0..4)
}

fn groups() -> impl Strategy<Value = BTreeMap<RaterKind, Group>> {
    let group = |kind: RaterKind| vec(rater(), 0..7).prop_map(move |raters| (kind, Group { raters }));
    let kinds = proptest::sample::subsequence(RaterKind::ALL.to_vec(), 0..=6);
    kinds.prop_flat_map(move |kinds| kinds.into_iter().map(group).collect::<Vec<_>>()).prop_map(BTreeMap::from_iter)
}

fn means() -> impl Strategy<Value = Means> {
    proptest::sample::select(vec![Means::Plain, Means::Trimmed])
}

/// From 0 to 120, with two decimals.
fn score() -> impl Strategy<Value = Amount> {
    (0..=12_000_i128).prop_filter_map("it fits", |hundredths| Amount::from_millionths(hundredths * 10_000).ok())
}

/// Some parts of the whole, per cent.
fn weights(cuts: Vec<i64>) -> Vec<Amount> {
    let mut cuts: Vec<i64> = cuts.into_iter().chain([0, 100]).collect();
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| Amount::from(pair[1] - pair[0])).collect()
}

fn by(means: Means) -> Measure {
    let weights = RaterKind::ALL.map(|kind| (kind, kind.weight())).into();
    Measure::new(weights, FEWEST_RATERS, means, Grades::default()).expect("it is right")
}

fn told(feedback: &Feedback) -> Vec<Amount> {
    let mean = |standing: &Standing| match standing {
        Standing::Told { mean, .. } => Some(*mean),
        Standing::Hidden | Standing::Missing => None,
    };
    feedback.groups.iter().filter(|(kind, _)| !kind.weight().is_zero()).filter_map(|(_, one)| mean(one)).collect()
}

proptest! {
    #[test]
    fn the_order_of_raters_does_not_matter(groups in groups(), means in means(), turn in 0..7_usize) {
        let turned = groups.clone().into_iter().map(|(kind, mut group)| {
            let by = turn.min(group.raters.len());
            group.raters.rotate_left(by);
            group.raters.reverse();
            (kind, group)
        });
        prop_assert_eq!(feedback(&groups, &by(means)), feedback(&turned.collect(), &by(means)));
    }

    #[test]
    fn nothing_that_is_shown_depends_on_a_hidden_group(
        groups in groups(), means in means(), kind in proptest::sample::select(vec![RaterKind::Peer, RaterKind::Report]),
        before in vec(rater(), 0..3), after in vec(rater(), 0..3),
    ) {
        let with = |raters: Vec<Answers>| {
            let mut groups = groups.clone();
            groups.insert(kind, Group { raters });
            feedback(&groups, &by(means)).expect("it is right")
        };
        let shown = with(before);
        prop_assert_eq!(shown.groups.get(&kind), Some(&Standing::Hidden));
        prop_assert_eq!(shown, with(after));
    }

    #[test]
    fn the_overall_stays_between_the_means_of_its_groups(groups in groups(), means in means()) {
        let feedback = feedback(&groups, &by(means)).expect("it is right");
        let parts = told(&feedback);
        match feedback.overall {
            Overall::Told(whole) => {
                prop_assert!(parts.iter().min() <= Some(&whole) && Some(&whole) <= parts.iter().max());
            }
            Overall::Rounded(rounded) => {
                let tenths = |of: Option<&Amount>| of.and_then(|of| of.round_to(1).ok());
                prop_assert!(tenths(parts.iter().min()) <= Some(rounded) && Some(rounded) <= tenths(parts.iter().max()));
            }
            Overall::Withheld => prop_assert!(!parts.is_empty()),
            Overall::Missing => prop_assert!(parts.is_empty()),
        }
    }

    #[test]
    fn a_competency_score_stays_between_its_parts(
        cuts in vec(0..=100_i64, 0..6), of in vec((level(), proptest::option::of(100..=500_i128)), 7),
    ) {
        let rated: Vec<Rated> = weights(cuts).into_iter().zip(of).map(|(weight, (expected, observed))| {
            let observed = observed.and_then(|hundredths| Amount::from_millionths(hundredths * 10_000).ok());
            Rated { weight, expected, observed }
        }).collect();
        let scores: Vec<Amount> = rated.iter().filter_map(|one| one.score().expect("small")).collect();
        if let Some(whole) = competency_score(&rated).expect("it is right") {
            prop_assert!(scores.iter().min() <= Some(&whole) && Some(&whole) <= scores.iter().max());
        }
    }

    #[test]
    fn quotas_sum_to_the_group_and_are_less_than_one_off(cuts in vec(0..=100_i64, 4), people in 0..3_000_usize) {
        let shares: Vec<(Grade, Amount)> = Grade::ALL.into_iter().zip(weights(cuts)).collect();
        let quotas = Distribution::new(shares.clone()).expect("it is right").quotas(people);
        prop_assert_eq!(quotas.iter().map(|(_, quota)| quota).sum::<usize>(), people);
        for ((grade, quota), (shared, share)) in quotas.into_iter().zip(shares) {
            prop_assert_eq!(grade, shared);
            let off = &(&count(quota) * &Exact::from(100)) - &(&count(people) * &Exact::from(share));
            prop_assert!(off.abs() < Exact::from(100));
        }
    }

    #[test]
    fn a_forced_distribution_grades_everybody_by_rank(cuts in vec(0..=100_i64, 4), scores in vec(60..75_i64, 10..60)) {
        let shares = Grade::ALL.into_iter().zip(weights(cuts)).collect();
        let distribution = Distribution::new(shares).expect("it is right");
        let scores: Vec<Amount> = scores.into_iter().map(Amount::from).collect();
        let grades = distribution.force(&scores).expect("ten and more");
        prop_assert_eq!(grades.len(), scores.len());
        let mut ranked: Vec<(Amount, Grade)> = scores.into_iter().zip(grades).collect();
        ranked.sort_by_key(|(score, grade)| (std::cmp::Reverse(*score), *grade));
        for pair in ranked.windows(2) {
            prop_assert!(pair[0].1 <= pair[1].1, "no better grade for a lower score");
            prop_assert!(pair[0].0 != pair[1].0 || pair[0].1 == pair[1].1, "equals together");
        }
        let mut better = 0;
        for (grade, quota) in distribution.quotas(ranked.len()) {
            better += quota;
            let given = ranked.iter().filter(|(_, given)| *given <= grade).count();
            prop_assert!(given >= better, "ties only go up");
        }
    }

    #[test]
    fn adjusting_to_the_same_spread_changes_nothing_and_keeps_the_rank(
        scores in vec(score(), 5..30), others in vec(score(), 0..30),
    ) {
        let rater = Spread::of(&scores).expect("small").expect("five and more");
        for score in &scores {
            prop_assert_eq!(adjusted(*score, &rater, &rater), Ok(*score));
        }
        let all: Vec<Amount> = scores.iter().chain(&others).copied().collect();
        let all = Spread::of(&all).expect("small").expect("five and more");
        let mut ranked = scores;
        ranked.sort_unstable();
        let after: Vec<Amount> = ranked.iter().map(|score| adjusted(*score, &rater, &all).expect("small")).collect();
        prop_assert!(after.is_sorted());
    }

    #[test]
    fn a_deviation_is_within_half_a_millionth_of_the_root(scores in vec(score(), 1..20)) {
        let spread = Spread::of(&scores).expect("small").expect("one and more");
        let square = |exact: &Exact| exact * exact;
        let count = count(scores.len());
        let exact = || scores.iter().map(|score| Exact::from(*score));
        let mean = exact().sum::<Exact>().over(&count).expect("one and more");
        let variance = exact().map(|score| square(&(&score - &mean))).sum::<Exact>().over(&count).expect("one and more");
        let half = Exact::ratio(1, 2_000_000);
        let deviation = Exact::from(spread.deviation);
        prop_assert!(variance < square(&(&deviation + &half)));
        prop_assert!(deviation.is_zero() || square(&(&deviation - &half)) <= variance);
    }

    #[test]
    fn proposals_keep_to_the_budget(proposed in 0..1_000_000_i64, budget in 0..1_000_000_i64) {
        let (proposed, budget) = (Amount::from(proposed), Amount::from(budget));
        let kept = proposed.mul_fraction(budget_factor(proposed, budget).expect("it is right"));
        prop_assert_eq!(kept, Ok(proposed.min(budget)));
    }
}
