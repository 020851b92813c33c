//! The golden balance of F3, and what stands beside it in words.

use super::*;

fn amount(text: &str) -> Amount {
    text.parse().expect("a number")
}

const fn territory(id: i64) -> TerritoryId {
    TerritoryId(RecordId(id))
}

/// Numbered from one, with neither map nor territory; potential is ten times the workload.
fn units(workloads: &[i64]) -> Vec<Unit> {
    let unit = |(id, workload): (i64, &i64)| Unit {
        id: RecordId(id),
        workload: Amount::from(*workload),
        potential: Amount::from(10 * workload),
        place: None,
        territory: None,
        is_pinned: false,
    };
    (1..).zip(workloads).map(unit).collect()
}

fn at(x: i64, y: i64) -> Place {
    Place::Plane { x: Amount::from(x), y: Amount::from(y) }
}

fn three() -> Vec<TerritoryId> {
    (1..=3).map(territory).collect()
}

fn proposed(units: &[Unit], territories: &[TerritoryId], terms: &Terms) -> Proposal {
    propose(units, territories, terms).expect("it is right")
}

fn error(units: &[Unit], territories: &[TerritoryId], terms: &Terms) -> String {
    propose(units, territories, terms).expect_err("it is wrong").to_string()
}

fn workloads(proposal: &Proposal) -> Vec<Amount> {
    proposal.balance.values().map(|balance| balance.workload).collect()
}

fn max_deviation(proposal: &Proposal) -> Amount {
    crate::goal::Fairness::of(&workloads(proposal)).expect("not below zero").expect("three").max_deviation
}

const GOLDEN: [i64; 9] = [9, 8, 7, 6, 5, 5, 4, 3, 1];

#[test]
fn the_golden_balance_of_f3() {
    let even = Terms { tolerance: Amount::ZERO, ..Terms::default() };
    let heaviest_first = proposed(&units(&GOLDEN), &three(), &Terms { steps: 0, ..even });
    assert_eq!(workloads(&heaviest_first), [15, 17, 16].map(Amount::from));
    let of = |place: i64| {
        let units = heaviest_first.assignment.iter().filter(|(_, of)| **of == territory(place));
        units.map(|(unit, _)| GOLDEN[usize::try_from(unit.0 - 1).expect("from one")]).collect::<Vec<_>>()
    };
    assert_eq!([of(1), of(2), of(3)], [[9, 5, 1], [8, 5, 4], [7, 6, 3]]);
    assert_eq!(max_deviation(&heaviest_first), amount("6.25"));
    for seed in 0..20 {
        let best = proposed(&units(&GOLDEN), &three(), &Terms { seed, ..even });
        assert_eq!(workloads(&best), [16, 16, 16].map(Amount::from), "seed {seed}");
        assert_eq!((max_deviation(&best), best.after.total), (Amount::ZERO, Amount::ZERO));
    }
}

#[test]
fn within_the_tolerance_nobody_moves() {
    let mut units = units(&GOLDEN);
    for (unit, place) in units.iter_mut().zip([1, 2, 3, 3, 2, 1, 2, 3, 1]) {
        unit.territory = Some(territory(place));
    }
    let usual = proposed(&units, &three(), &Terms::default());
    assert_eq!((usual.moves.len(), usual.kept, usual.before), (0, Some(Amount::from(100)), Some(usual.after)));
    let even = proposed(&units, &three(), &Terms { tolerance: Amount::ZERO, change: Amount::ZERO, ..Terms::default() });
    assert_eq!(workloads(&even), [16, 16, 16].map(Amount::from));
    assert_eq!(even.moves.iter().filter(|one| one.from.is_some()).count(), even.moves.len());
    let now = balances(&units, &three()).expect("it is right");
    assert_eq!(now, usual.balance);
    let first = now.get(&territory(1)).expect("a territory");
    assert_eq!((first.units, first.workload_deviation), (3, Some(amount("-6.25"))));
    assert_eq!((first.potential, first.potential_deviation), (Amount::from(150), Some(amount("-6.25"))));
}

/// Two towns, 100 apart, of ten units each; one unit of each belongs to the other's territory.
fn towns() -> Vec<Unit> {
    let mut units = units(&[1; 20]);
    for (number, unit) in (0..).zip(&mut units) {
        unit.place = Some(at(number % 2 * 100, number));
        unit.territory = Some(territory(1 + i64::from(number % 2 == 1)));
    }
    units[0].territory = Some(territory(2));
    units[1].territory = Some(territory(1));
    units
}

#[test]
fn units_go_to_the_territory_that_is_near_and_pinned_ones_stay() {
    let two = [territory(1), territory(2)];
    let proposal = proposed(&towns(), &two, &Terms::default());
    let home = Move { unit: RecordId(1), from: Some(territory(2)), to: territory(1) };
    let other = Move { unit: RecordId(2), from: Some(territory(1)), to: territory(2) };
    assert_eq!((proposal.moves, proposal.kept), (vec![home, other], Some(Amount::from(90))));
    let before = proposal.before.expect("all have a territory");
    assert!(before.distance > proposal.after.distance);
    assert_eq!((before.change, proposal.after.change), (Amount::ZERO, Amount::ONE));
    let mut pinned = towns();
    pinned[0].is_pinned = true;
    assert_eq!(proposed(&pinned, &two, &Terms::default()).moves, [other]);
    let stable = Terms { change: Amount::from(100), ..Terms::default() };
    assert_eq!(proposed(&towns(), &two, &stable).moves, []);
}

#[test]
fn an_overfull_territory_gives_units_to_one_that_is_new() {
    let three = three();
    let proposal = proposed(&towns(), &three, &Terms { change: Amount::ZERO, ..Terms::default() });
    let most = proposal.balance.values().filter_map(|balance| balance.workload_deviation).max();
    assert!(most <= Some(Amount::from(15)), "{:?}", proposal.balance);
    assert!(proposal.before.is_some_and(|before| before.balance > proposal.after.balance));
    let gone = proposed(&towns(), &[territory(2), territory(7)], &Terms::default());
    assert_eq!((gone.before, gone.assignment.len()), (None, 20));
    assert!(gone.moves.iter().all(|one| one.to != territory(1)));
}

#[test]
fn either_measure_or_both_are_balanced() {
    let mut units = units(&[4, 1, 4, 1]);
    for (unit, potential) in units.iter_mut().zip([1, 4, 1, 4]) {
        unit.potential = Amount::from(potential);
    }
    let worst = |balanced, of: fn(&Balance) -> Option<Amount>| {
        let terms = Terms { balanced, tolerance: Amount::ZERO, ..Terms::default() };
        proposed(&units, &[territory(1), territory(2)], &terms).balance.values().filter_map(of).max()
    };
    let (workload, potential) = (|of: &Balance| of.workload_deviation, |of: &Balance| of.potential_deviation);
    assert_eq!(worst(Balanced::Workload, workload), Some(Amount::ZERO));
    assert_eq!(worst(Balanced::Potential, potential), Some(Amount::ZERO));
    assert_eq!([worst(Balanced::Both, workload), worst(Balanced::Both, potential)], [Some(Amount::ZERO); 2]);
}

#[test]
fn distances_are_kilometres_on_the_globe() {
    let mut units = units(&[1; 4]);
    let places = [("13.7563", "100.5018"), ("18.7883", "98.9853"), ("-17", "179.5"), ("-17", "-179.5")];
    for (number, (unit, (latitude, longitude))) in (0..).zip(units.iter_mut().zip(places)) {
        unit.place = Some(Place::Globe { latitude: amount(latitude), longitude: amount(longitude) });
        unit.territory = Some(territory(1 + number / 2));
    }
    let balance = balances(&units, &[territory(1), territory(2)]).expect("it is right");
    let lengths: Vec<String> =
        balance.values().map(|balance| balance.distance.round_to(0).expect("small").to_text()).collect();
    assert_eq!(lengths, ["582", "106"], "Bangkok to Chiang Mai, and over the date line");
}

#[test]
fn what_is_wrong_with_a_design_is_said() {
    let usual = Terms::default();
    assert_eq!(error(&[], &[], &usual), "there is no territory to give units to; add one");
    assert!(error(&[], &[territory(4), territory(4)], &usual).starts_with("territory 4 is named twice"));
    let twice = [units(&[1]), units(&[2])].concat();
    assert!(error(&twice, &three(), &usual).starts_with("unit 1 is named twice"));
    let with = |change: fn(&mut Unit)| {
        let mut units = units(&[1, 1]);
        change(&mut units[1]);
        units[0].place = Some(at(0, 0));
        error(&units, &three(), &usual)
    };
    assert!(with(|unit| unit.is_pinned = true).starts_with("unit 2 is pinned, but not to one of the territories"));
    assert!(with(|unit| unit.workload = Amount::from(-1)).starts_with("a workload is not below 0, this is -1"));
    assert!(with(|unit| unit.potential = Amount::from(2 * 10_i64.pow(18))).starts_with("potentials together are"));
    let globe = |latitude| Some(Place::Globe { latitude: Amount::from(latitude), longitude: Amount::ZERO });
    assert!(with(|unit| unit.place = Some(at(0, 1_000_001))).starts_with("unit 2 is not on the map: x and y"));
    assert!(
        error(&[Unit { place: globe(91), ..units(&[1])[0] }], &three(), &usual)
            .starts_with("unit 1 is not on the map: a lat")
    );
    let mixed = [Unit { place: globe(10), ..units(&[1])[0] }, Unit { place: Some(at(1, 1)), ..units(&[1, 1])[1] }];
    assert!(error(&mixed, &three(), &usual).starts_with("unit 2 is on another kind of map"));
    let of = |terms: Terms| error(&[], &three(), &terms);
    assert!(of(Terms { tolerance: Amount::from(101), ..usual }).starts_with("a tolerance is from 0 to 100"));
    assert!(of(Terms { change: Amount::from(-1), ..usual }).starts_with("the weight of change is from 0 to 10000"));
    let many: Vec<TerritoryId> = (0..501).map(territory).collect();
    assert!(error(&[], &many, &usual).starts_with("0 units and 501 territories are too many"));
    assert_eq!(proposed(&[], &three(), &usual).assignment.len(), 0);
}

/// A grid of 50 by 40 with five units to a territory's column in wrong hands.
#[test]
fn two_thousand_units_are_designed_into_fifty_territories() {
    let mut units = units(&[3; 2_000]);
    for (number, unit) in (0..).zip(&mut units) {
        let (column, row) = (number % 50, number / 50);
        unit.place = Some(at(column, row));
        unit.territory = Some(territory(if row % 8 == 0 { (column + 7) % 50 } else { column }));
        unit.is_pinned = number % 100 == 0;
    }
    let territories: Vec<TerritoryId> = (0..50).map(territory).collect();
    let proposal = proposed(&units, &territories, &Terms { steps: 200_000, ..Terms::default() });
    let before = proposal.before.expect("all have a territory");
    assert!(proposal.after.total < before.total && proposal.after.distance < before.distance);
    assert!(proposal.balance.values().all(|balance| balance.workload_deviation.is_some_and(|of| of <= amount("17.5"))));
}

#[test]
fn the_largest_numbers_fit() {
    let mut units = units(&[1; 60]);
    for (number, unit) in (0..).zip(&mut units) {
        let edge = |at: i64| if at % 2 == 0 { 1_000_000 } else { -1_000_000 };
        unit.place = Some(at(edge(number), edge(number / 2)));
        unit.workload = Amount::from(if number == 0 { 900_000_000_000_000_000 } else { 0 });
        unit.potential = Amount::from(if number == 0 { 900_000_000_000_000_000 } else { 1_000_000_000_000_000 });
        unit.territory = Some(territory(1));
    }
    let territories: Vec<TerritoryId> = (0..500).map(territory).collect();
    let most = Amount::from(10_000);
    let terms = Terms {
        tolerance: Amount::ZERO,
        balance: most,
        change: most,
        balanced: Balanced::Both,
        seed: u64::MAX,
        steps: 50_000,
    };
    let proposal = proposed(&units, &territories, &terms);
    assert!(proposal.before.is_some_and(|before| proposal.after.total <= before.total));
}
