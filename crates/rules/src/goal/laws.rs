//! What holds of every goal and every design, whatever its numbers.

use super::*;
use proptest::{collection::vec, prelude::*, sample::select};
use std::collections::BTreeMap;

/// From 0 up to a million, with two decimals.
fn amount() -> impl Strategy<Value = Amount> {
    (0..=100_000_000_i128).prop_filter_map("it fits", |cents| Amount::from_millionths(cents * 10_000).ok())
}

fn lot() -> impl Strategy<Value = Lot> {
    select(vec!["0.01", "1", "100", "0.3"]).prop_filter_map("above zero", |size| Lot::new(size.parse().ok()?).ok())
}

fn sum(amounts: impl IntoIterator<Item = Amount>) -> Amount {
    Amount::sum(amounts).expect("small")
}

/// Fewer and smaller numbers than in life, so that equals and empty territories come up.
fn unit(id: i64, territories: i64) -> impl Strategy<Value = Unit> {
    let place = proptest::option::weighted(0.8, (-20..20_i64, -20..20_i64));
    let home = proptest::option::weighted(0.9, 1..=territories);
    (0..6_i64, 0..6_i64, place, home, proptest::bool::weighted(0.2)).prop_map(
        move |(workload, potential, place, home, is_pinned)| Unit {
            id: RecordId(id),
            workload: Amount::from(workload),
            potential: Amount::from(potential),
            place: place.map(|(x, y)| Place::Plane { x: Amount::from(x), y: Amount::from(y) }),
            territory: home.map(|home| TerritoryId(RecordId(home))),
            is_pinned: is_pinned && home.is_some(),
        },
    )
}

fn design() -> impl Strategy<Value = (Vec<Unit>, Vec<TerritoryId>, Terms)> {
    let terms =
        (0..30_i64, 0..200_i64, 0..3_i64, select(vec![Balanced::Workload, Balanced::Potential, Balanced::Both]));
    let terms =
        (terms, any::<u64>(), 0..2_000_u32).prop_map(|((tolerance, balance, change, balanced), seed, steps)| {
            let [tolerance, balance, change] = [tolerance, balance, change].map(Amount::from);
            Terms { tolerance, balance, change, balanced, seed, steps }
        });
    (0..14_i64, 1..5_i64, terms).prop_flat_map(|(units, territories, terms)| {
        let ids = (1..=territories).map(|id| TerritoryId(RecordId(id))).collect::<Vec<_>>();
        ((1..=units).map(|id| unit(id, territories)).collect::<Vec<_>>(), Just(ids), Just(terms))
    })
}

proptest! {
    #[test]
    fn shares_of_a_pool_sum_to_it_and_are_less_than_a_lot_off(
        pool in amount(), lot in lot(), rows in vec((amount(), amount()), 1..20), weight in 0..=100_i64,
    ) {
        let of = |weight: i64, values: Vec<Amount>| Criterion {
            weight: Amount::from(weight), values: (1..).map(RecordId).zip(values).collect(),
        };
        let (one, other): (Vec<Amount>, Vec<Amount>) = rows.into_iter().unzip();
        prop_assume!(!sum(one.clone()).is_zero() && !sum(other.clone()).is_zero());
        let criteria = [of(weight, one.clone()), of(100 - weight, other.clone())];
        let parts = top_down(pool, &criteria, lot).expect("it is right");
        prop_assert_eq!(sum(parts.values().copied()), pool);
        let exact = |place: usize| {
            let part = |of: &[Amount], weight: i64| {
                let all: Exact = of.iter().map(|value| Exact::from(*value)).sum();
                (&Exact::from(of[place]) * &factor(Amount::from(weight))).over(&all).expect("not zero")
            };
            &Exact::from(pool) * &(&part(&one, weight) + &part(&other, 100 - weight))
        };
        let largest = (0..one.len()).map(exact).max();
        for (place, part) in parts.into_values().enumerate() {
            let off = &Exact::from(part) - &exact(place);
            let lots = if Some(exact(place)) == largest { Exact::from(2) } else { Exact::ONE };
            prop_assert!(off.abs() <= &lots * &Exact::from(lot.size()), "{} of {}", part, off.to_text());
        }
    }

    #[test]
    fn the_order_of_criteria_does_not_matter(
        pool in amount(), lot in lot(), rows in vec((1..9_i64, 1..9_i64), 1..12),
    ) {
        let of = |pick: fn(&(i64, i64)) -> i64| Criterion {
            weight: Amount::from(3),
            values: (1..).map(RecordId).zip(rows.iter().map(|row| Amount::from(pick(row)))).collect(),
        };
        let (one, other) = (of(|row| row.0), of(|row| row.1));
        let forward = top_down(pool, &[one.clone(), other.clone()], lot);
        prop_assert_eq!(forward, top_down(pool, &[other, one], lot));
    }

    #[test]
    fn months_sum_to_the_year_and_keep_its_season(
        year in amount(), lot in lot(), index in vec(0..200_i64, 1..13),
    ) {
        let of: Vec<Amount> = index.iter().copied().map(Amount::from).collect();
        prop_assume!(index.iter().any(|month| *month > 0));
        let months = phase(year, &of, lot).expect("it is right");
        prop_assert_eq!(sum(months.iter().copied()), year);
        for (month, index) in months.iter().zip(&of) {
            prop_assert!(!month.is_negative() && (index > &Amount::ZERO || month.is_zero()));
        }
    }

    #[test]
    fn the_order_of_months_does_not_change_their_average(months in vec(amount(), 0..12), turn in 0..12_usize) {
        let of = |months: &[Amount]| {
            let months: Vec<Month> = months.iter().map(|actual| Month { actual: *actual, is_left_out: false }).collect();
            average(&months, &AverageTerms::default()).expect("it is right")
        };
        let mut turned = months.clone();
        turned.rotate_left(turn.min(months.len()));
        prop_assert_eq!(of(&months), of(&turned));
        if let Some(average) = of(&months) {
            prop_assert!(months.iter().min() <= Some(&average.mean) && Some(&average.mean) <= months.iter().max());
        }
    }

    #[test]
    fn over_assignment_is_not_below_zero_when_the_split_covers_it(above in amount(), below in vec(amount(), 0..8)) {
        let split = Split::of(above, below.clone()).expect("small");
        prop_assert_eq!(split.is_covered(), sum(below.clone()) >= above);
        if let Some(over) = split.over_assignment {
            prop_assert!(split.is_covered() != over.is_negative() || over.is_zero());
        } else {
            prop_assert!(above.is_zero());
        }
        let mut turned = below;
        turned.reverse();
        prop_assert_eq!(split, Split::of(above, turned).expect("small"));
    }

    #[test]
    fn levels_of_a_tree_add_up(quotas in vec((amount(), 0..100_usize), 1..20)) {
        let id = |place: usize| RecordId(i64::try_from(place).expect("small"));
        let goals = quotas.iter().enumerate().map(|(place, (quota, pick))| {
            (id(place), Goal { above: pick.checked_rem(place).map(id), quota: *quota })
        });
        let goals: BTreeMap<RecordId, Goal> = goals.collect();
        let levels = levels(&goals).expect("a tree");
        let top = goals.get(&RecordId(0)).expect("the first").quota;
        let below = sum(levels.iter().map(|level| level.all.below));
        prop_assert_eq!(sum([top, below]), sum(goals.values().map(|goal| goal.quota)));
        for level in levels {
            prop_assert_eq!(level.all.below, sum(level.each.values().map(|split| split.below)));
        }
    }

    #[test]
    fn everybody_is_in_one_band(people in vec((0..300_i64, 0..3_i64), 0..30), turn in 0..30_usize) {
        let mut attainments: Vec<base::Fraction> = people.iter().map(|(credit, quota)| {
            base::Fraction::new(Amount::from(*credit), Amount::from(100 * quota))
        }).collect();
        let first = health(&attainments).expect("it is right");
        prop_assert_eq!(first.bands.iter().sum::<usize>(), first.people);
        prop_assert_eq!(first.people + first.without_quota, attainments.len());
        prop_assert!(first.at_100 <= first.at_80 && first.p10 <= first.p90);
        attainments.rotate_left(turn.min(people.len()));
        prop_assert_eq!(first, health(&attainments).expect("it is right"));
    }

    #[test]
    fn fairness_knows_neither_order_nor_unit(values in vec(0..1_000_i64, 0..20), times in 1..50_i64) {
        let of = |values: &[i64], times: i64| {
            let values: Vec<Amount> = values.iter().map(|value| Amount::from(value * times)).collect();
            Fairness::of(&values).expect("it is right")
        };
        let fairness = of(&values, 1);
        let mut turned = values.clone();
        turned.reverse();
        prop_assert_eq!(fairness, of(&turned, times));
        if let Some(Fairness { count, variation, gini, jain, .. }) = fairness {
            prop_assert!(Amount::ZERO <= gini && gini < Amount::ONE && jain <= Amount::ONE);
            // Jain is 1 ÷ (1 + CV²).
            let square = &Exact::from(variation) * &Exact::from(variation);
            let back = Exact::ONE.over(&(&Exact::ONE + &square)).expect("above zero");
            let near = Exact::ratio(1, 100_000);
            prop_assert!((&back - &Exact::from(jain)).abs() < &near * &super::count(count));
            let pairs = values.iter().flat_map(|one| values.iter().map(move |other| (one - other).abs())).sum::<i64>();
            let all = values.iter().sum::<i64>() * 2 * i64::try_from(count).expect("small");
            let by_pairs = base::Fraction::new(Amount::from(pairs), Amount::from(all));
            prop_assert_eq!(by_pairs.to_amount(), Ok(Some(gini)));
        } else {
            prop_assert!(values.len() < 2 || values.iter().all(|value| *value == 0));
        }
    }

    #[test]
    fn rank_correlation_has_two_sides_and_no_order(pairs in vec((0..9_i64, 0..9_i64), 0..20)) {
        let of = |pairs: Vec<(i64, i64)>| {
            let pairs: Vec<_> = pairs.into_iter().map(|(one, other)| (Amount::from(one), Amount::from(other))).collect();
            spearman(&pairs).expect("small")
        };
        let forward = of(pairs.clone());
        prop_assert!(forward.is_none_or(|rho| rho.abs() <= Amount::ONE));
        prop_assert_eq!(forward, of(pairs.iter().rev().map(|(one, other)| (*other, *one)).collect()));
        prop_assert_eq!(forward.map(|rho| -rho), of(pairs.iter().map(|(one, other)| (*one, -other)).collect()));
        prop_assert_eq!(forward, of(pairs.iter().map(|(one, other)| (one * one, 2 * other + 1)).collect()), "ranks only");
    }

    #[test]
    fn a_design_keeps_its_rules((units, territories, terms) in design()) {
        let proposal = propose(&units, &territories, &terms).expect("it is right");
        prop_assert_eq!(proposal.assignment.len(), units.len());
        for unit in &units {
            let to = proposal.assignment.get(&unit.id).expect("every unit");
            prop_assert!(territories.contains(to));
            prop_assert!(!unit.is_pinned || unit.territory == Some(*to), "pinned units stay");
            let moved = proposal.moves.iter().any(|one| one.unit == unit.id);
            prop_assert_eq!(moved, unit.territory != Some(*to));
        }
        if let Some(before) = proposal.before {
            prop_assert!(proposal.after.total <= before.total);
            prop_assert_eq!(before.change, Amount::ZERO);
        } else {
            prop_assert!(units.iter().any(|unit| unit.territory.is_none()));
        }
        prop_assert_eq!(proposal.balance.values().map(|balance| balance.units).sum::<usize>(), units.len());
        let workload = |balances: &BTreeMap<TerritoryId, Balance>| sum(balances.values().map(|balance| balance.workload));
        prop_assert_eq!(workload(&proposal.balance), sum(units.iter().map(|unit| unit.workload)));
        let had_one = units.iter().filter(|unit| unit.territory.is_some()).count();
        let all_kept = proposal.kept.is_none_or(|kept| kept == Amount::from(100));
        prop_assert_eq!(proposal.moves.is_empty(), all_kept && had_one == units.len());
    }

    #[test]
    fn the_same_seed_gives_the_same_design_in_any_order((units, territories, terms) in design(), turn in 0..14_usize) {
        let first = propose(&units, &territories, &terms);
        let (mut turned, mut others) = (units, territories);
        turned.reverse();
        let by = turn.min(turned.len());
        turned.rotate_left(by);
        others.reverse();
        prop_assert_eq!(first, propose(&turned, &others, &terms));
    }
}
