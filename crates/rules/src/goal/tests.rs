//! Every worked example of F1–F3, and what stands beside them in words.

use super::*;
use base::{Currency, Fraction};
use std::collections::BTreeMap;

fn amount(text: &str) -> Amount {
    text.parse().expect("a number")
}

fn amounts(texts: &[&str]) -> Vec<Amount> {
    texts.iter().map(|text| amount(text)).collect()
}

fn texts(amounts: impl IntoIterator<Item = Amount>) -> String {
    amounts.into_iter().map(Amount::to_text).collect::<Vec<_>>().join(" ")
}

fn error<T: std::fmt::Debug>(result: Result<T, GoalError>) -> String {
    result.expect_err("it is wrong").to_string()
}

fn lot(size: &str) -> Lot {
    Lot::new(amount(size)).expect("above zero")
}

/// A month that is left out has a `-` behind it.
fn months(of: &[&str]) -> Vec<Month> {
    let month = |text: &&str| Month { actual: amount(text.trim_end_matches('-')), is_left_out: text.ends_with('-') };
    of.iter().map(month).collect()
}

fn averaged(of: &[&str], terms: &AverageTerms) -> Option<Average> {
    average(&months(of), terms).expect("it is right")
}

fn quota(of: &[&str]) -> Option<Amount> {
    averaged(of, &AverageTerms::default()).map(|average| average.quota)
}

#[test]
fn the_average_example_of_f1() {
    assert_eq!(quota(&["100"; 12]), Some(amount("110")));
    let unguarded = AverageTerms { is_guarded: false, ..AverageTerms::default() };
    assert_eq!(averaged(&["90", "110", "80", "120"], &unguarded).map(|average| average.quota), Some(amount("110")));
}

#[test]
fn one_outlier_does_not_raise_the_quota() {
    let mut year = ["100"; 12];
    year[4] = "1300";
    let guarded = averaged(&year, &AverageTerms::default());
    let expected =
        Average { months: 12, cap: Some(amount("100")), capped: 1, mean: amount("100"), quota: amount("110") };
    assert_eq!(guarded, Some(expected));
    let rising = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
    let rising = averaged(&rising, &AverageTerms::default()).expect("months");
    assert_eq!((rising.cap, rising.capped, rising.mean), (Some(amount("10.9")), 2, amount("6.4")));
    assert_eq!(quota(&["0", "0", "0", "400"]), Some(amount("110")), "four months have no percentile");
}

#[test]
fn the_last_months_count_and_those_of_ramp_and_leave_do_not() {
    let mut months = vec!["900"; 5];
    months.extend(["100"; 10]);
    months.extend(["5-", "6-"]);
    let average = averaged(&months, &AverageTerms::default()).expect("months");
    assert_eq!((average.months, average.quota), (10, amount("110")));
    assert_eq!((quota(&["100-", "100-"]), quota(&[])), (None, None));
    assert_eq!(quota(&["-50", "10"]), Some(amount("0")), "a quota is not below zero");
}

#[test]
fn averages_are_rounded_half_up_to_the_lot() {
    let terms = |size| AverageTerms { lot: lot(size), ..AverageTerms::default() };
    let rounded = |mean, size| averaged(&[mean], &terms(size)).map(|average| average.quota);
    assert_eq!(rounded("1136363.636364", "1000"), Some(amount("1250000")));
    assert_eq!((rounded("500", "100"), rounded("499.99", "100")), (Some(amount("600")), Some(amount("500"))));
    assert_eq!(rounded("100.45", "0.01"), Some(amount("110.5")));
    assert!(error(Lot::new(Amount::ZERO)).starts_with("a lot is above 0, this one is 0; take"));
    assert!(serde_json::from_str::<Lot>("\"-1\"").is_err());
}

fn criterion(weight: &str, values: &[&str]) -> Criterion {
    Criterion { weight: amount(weight), values: (1..).map(RecordId).zip(amounts(values)).collect() }
}

fn shared(pool: &str, criteria: &[Criterion], size: &str) -> String {
    texts(top_down(amount(pool), criteria, lot(size)).expect("it is right").into_values())
}

#[test]
fn the_top_down_examples_of_f1() {
    let pool = |target: &str, other: &str, over: &str| Pool {
        target: amount(target),
        other_sources: amount(other),
        over_assignment: amount(over),
    };
    assert_eq!(pool("15000000", "0", "15").amount(), Ok(amount("17250000")));
    let twelve = pool("13000000", "1000000", "0").amount().expect("it is right");
    let criteria = [criterion(".6", &["40", "35", "25"]), criterion(".4", &["3000000", "4000000", "3000000"])];
    assert_eq!(shared(&twelve.to_text(), &criteria, "1"), "4320000 4440000 3240000");
    let percents = [criterion("60", &["4", "3.5", "2.5"]), criterion("40", &["3", "4", "3"])];
    assert_eq!(shared("12000000", &percents, "0.01"), "4320000 4440000 3240000");
    assert!(
        error(pool("1", "2", "0").amount()).starts_with("what comes without quotas, 2, is more than the target, 1")
    );
    assert!(error(pool("1", "0", "-5").amount()).starts_with("an over-assignment is not below 0"));
}

#[test]
fn shares_sum_to_the_pool_by_largest_remainder() {
    assert_eq!(shared("100", &[criterion("1", &["1", "1", "1"])], "1"), "34 33 33");
    assert_eq!(shared("10000", &[criterion("1", &["1", "2", "4"])], "1000"), "1000 3000 6000");
    assert_eq!(
        shared("100.5", &[criterion("1", &["1", "2", "0"])], "1"),
        "33 67.5 0",
        "less than a lot: to the largest"
    );
    let ignored = [criterion("1", &["3", "1"]), criterion("0", &["0", "0"])];
    assert_eq!(shared("8", &ignored, "1"), "6 2");
}

#[test]
fn what_is_wrong_with_criteria_is_said() {
    let of = |criteria: &[Criterion]| error(top_down(Amount::ONE, criteria, Lot::default()));
    assert!(of(&[]).starts_with("no criterion weighs anything"));
    assert!(of(&[criterion("0", &["1"])]).starts_with("no criterion weighs anything"));
    assert!(of(&[criterion("1", &["1", "2"]), criterion("1", &["1"])]).starts_with("criterion 2 has values of other"));
    assert!(of(&[criterion("1", &["0", "0"])]).starts_with("criterion 1: its values are all 0"));
    assert!(of(&[criterion("1", &["2", "-1"])]).starts_with("a value of a criterion is not below 0, this is -1"));
}

#[test]
fn commitments_sum_up_and_the_gap_to_top_down_is_told() {
    let grown = |baseline, growth| Commitment::Grown { baseline: amount(baseline), growth: amount(growth) };
    let commitments = [Commitment::Stated(amount("4000000")), grown("5000000", "8"), grown("2000000", "-10")];
    let all = bottom_up(&commitments).expect("it is right");
    assert_eq!(all, amount("11200000"));
    let gap = Gap::between(amount("12000000"), all).expect("small");
    assert_eq!((gap.amount, gap.share), (amount("-800000"), Some(amount("-6.666667"))));
    assert_eq!(Gap::between(Amount::ZERO, all).expect("small").share, None);
    assert!(error(bottom_up(&[grown("1", "-101")])).starts_with("growth is not below -100 per cent"));
}

#[test]
fn the_capacity_examples_of_f1() {
    let group = |headcount, ramp| RepGroup { headcount: amount(headcount), ramp: amount(ramp) };
    let groups = [group("8", "100"), group("2", "50")];
    assert_eq!(capacity(&groups, amount("85"), amount("1200000")), Ok(amount("9180000")));
    let heads = |target, over, quota, attainment| {
        let pool = Pool { target: amount(target), other_sources: Amount::ZERO, over_assignment: amount(over) };
        required_headcount(&pool, amount(quota), amount(attainment))
    };
    assert_eq!(heads("10000000", "10", "1250000", "80"), Ok(Some(11)));
    assert_eq!(heads("10000000.01", "10", "1250000", "80"), Ok(Some(12)));
    assert_eq!((heads("0", "0", "1", "1"), heads("1", "0", "0", "80")), (Ok(Some(0)), Ok(None)));
}

#[test]
fn accounts_make_a_quota_by_the_share_that_is_aimed_at() {
    let account = |potential, share| AccountPotential { potential: amount(potential), share: amount(share) };
    assert_eq!(account_based(&[account("3000000", "40"), account("800000", "12.5")]), Ok(amount("1300000")));
    assert_eq!(account_based(&[]), Ok(Amount::ZERO));
    assert!(error(account_based(&[account("-1", "40")])).starts_with("a potential is not below 0"));
}

#[test]
fn months_sum_to_the_year() {
    let phased = |year, index: &[&str], lot| phase(amount(year), &amounts(index), lot).map(texts);
    assert_eq!(phased("100", &["1", "1", "1"], Lot::of(Currency::THB)), Ok("33.34 33.33 33.33".to_owned()));
    assert_eq!(phased("100", &["1", "1", "1"], Lot::of(Currency::JPY)), Ok("34 33 33".to_owned()));
    assert_eq!(phased("1000", &["80", "120", "100", "100"], Lot::default()), Ok("200 300 250 250".to_owned()));
    assert_eq!(phased("1000", &["80", "0", "0", "0"], Lot::default()), Ok("1000 0 0 0".to_owned()));
    assert!(phased("1", &["0"; 12], Lot::default()).is_err_and(|error| error == GoalError::NoSeason));
    assert_eq!(phased("1", &[], Lot::default()), Err(GoalError::NoSeason));
}

fn tree(of: &[(i64, Option<i64>, &str)]) -> BTreeMap<RecordId, Goal> {
    let goal = |(id, above, quota): &(i64, Option<i64>, &str)| {
        (RecordId(*id), Goal { above: above.map(RecordId), quota: amount(quota) })
    };
    of.iter().map(goal).collect()
}

#[test]
fn a_split_is_checked_at_each_level() {
    let company = [(1, None, "100"), (2, Some(1), "60"), (3, Some(1), "50"), (4, Some(2), "33"), (5, Some(2), "33")];
    let levels_of = |goals: &[(i64, Option<i64>, &str)]| levels(&tree(goals));
    let levels = levels_of(&company).expect("a tree");
    let all: Vec<_> =
        levels.iter().map(|level| (level.all.above, level.all.below, level.all.over_assignment)).collect();
    let expected = [("100", "110", "10"), ("60", "66", "10")];
    assert_eq!(all, expected.map(|(above, below, over)| (amount(above), amount(below), Some(amount(over)))));
    let short = Split::of(amount("100"), amounts(&["60", "30"])).expect("small");
    assert_eq!((short.is_covered(), short.over_assignment), (false, Some(amount("-10"))));
    let of_nothing = Split::of(Amount::ZERO, amounts(&["60"])).expect("small");
    assert_eq!((of_nothing.is_covered(), of_nothing.over_assignment), (true, None));
    assert!(error(levels_of(&[(1, Some(9), "1")])).starts_with("quota 1 stands under 9, which is not among"));
    assert_eq!(levels_of(&[(1, Some(2), "1"), (2, Some(1), "1")]), Err(GoalError::Circle(RecordId(1))));
    assert_eq!(levels_of(&[(1, Some(1), "1")]), Err(GoalError::Circle(RecordId(1))));
    let beside = [(1, Some(2), "1"), (2, Some(3), "1"), (3, Some(2), "1"), (4, Some(1), "1")];
    assert!(matches!(levels_of(&beside), Err(GoalError::Circle(RecordId(2 | 3)))), "not 1, which only hangs on it");
}

fn attained(percents: &[&str]) -> Health {
    let attainment = |percent: &&str| Fraction::new(amount(percent), Amount::from(100));
    health(&percents.iter().map(attainment).collect::<Vec<_>>()).expect("it is right")
}

#[test]
fn health_tells_how_many_reach_their_quota() {
    let health = attained(&["40", "60", "79.999999", "80", "85", "90", "95", "100", "110", "130"]);
    assert_eq!((health.people, health.without_quota, health.bands), (10, 0, [1, 2, 4, 2, 1]));
    assert_eq!(
        (health.at_80, health.at_100, health.reach()),
        (Some(amount("70")), Some(amount("30")), Some(Reach::Usual))
    );
    let tails = (health.median, health.p90, health.p10, health.spread);
    assert_eq!(tails, (Some(amount("87.5")), Some(amount("112")), Some(amount("58")), Some(amount("1.931034"))));
    assert_eq!(attained(&["80", "80", "80", "79"]).reach(), Some(Reach::TooMany));
    assert_eq!(attained(&["80", "79"]).reach(), Some(Reach::TooFew));
}

#[test]
fn people_without_a_quota_count_nowhere_and_few_people_have_no_tails() {
    let of = |credit, quota| Fraction::new(amount(credit), amount(quota));
    let health = health(&[of("5", "0"), of("2", "3"), of("3", "3"), of("1", "-1")]).expect("it is right");
    assert_eq!((health.people, health.without_quota, health.at_80), (2, 2, Some(amount("50"))));
    assert_eq!((health.median, health.p90, health.spread), (Some(amount("83.333334")), None, None));
    let nobody = attained(&[]);
    assert_eq!((nobody.at_80, nobody.median, nobody.reach()), (None, None, None));
}

fn fairness(values: &[&str]) -> Option<Fairness> {
    Fairness::of(&amounts(values)).expect("it is right")
}

#[test]
fn the_fairness_example_of_f2() {
    let example = fairness(&["80", "100", "120"]).expect("three values");
    let rounded = [example.variation, example.gini, example.jain].map(|value| value.round_to(4));
    assert_eq!(rounded, ["0.1633", "0.0889", "0.974"].map(|text| Ok(amount(text))));
    assert_eq!(example.max_deviation, amount("20"));
    let ratios = ["80", "100", "120"].map(|quota| Fraction::new(amount(quota), amount("1000000000")));
    assert_eq!(Fairness::of_ratios(&ratios), Ok(Some(example)), "small ratios lose nothing");
}

#[test]
fn fairness_of_one_value_or_of_nothing_is_not_defined() {
    assert_eq!((fairness(&[]), fairness(&["5"]), fairness(&["0", "0"])), (None, None, None));
    let even = Fairness {
        count: 2,
        variation: Amount::ZERO,
        gini: Amount::ZERO,
        jain: Amount::ONE,
        max_deviation: Amount::ZERO,
    };
    assert_eq!(fairness(&["3", "3"]), Some(even));
    let one_has_all = fairness(&["0", "0", "0", "8"]).expect("four values");
    let [gini, jain, deviation] = [one_has_all.gini, one_has_all.jain, one_has_all.max_deviation].map(Amount::to_text);
    assert_eq!([gini, jain, deviation], ["0.75", "0.25", "300"]);
    assert!(error(Fairness::of(&amounts(&["1", "-1"]))).starts_with("a value to compare is not below 0"));
}

fn ranked(pairs: &[(i64, i64)]) -> Option<String> {
    let pairs: Vec<_> = pairs.iter().map(|(one, other)| (Amount::from(*one), Amount::from(*other))).collect();
    spearman(&pairs).expect("small").map(Amount::to_text)
}

/// Worked out apart, as Pearson's correlation of mean ranks.
#[test]
fn ranks_are_compared_and_equals_share_theirs() {
    assert_eq!(ranked(&[(1, 10), (2, 20), (3, 900)]).as_deref(), Some("1"));
    assert_eq!(ranked(&[(1, 5), (2, 4), (3, 3)]).as_deref(), Some("-1"));
    assert_eq!(ranked(&[(1, 2), (2, 1), (3, 4), (4, 3)]).as_deref(), Some("0.6"));
    assert_eq!(ranked(&[(10, 1), (20, 2), (20, 3), (30, 3), (40, 5)]).as_deref(), Some("0.921053"));
    assert_eq!(ranked(&[(1, 1), (1, 2), (2, 2), (3, 3), (3, 1)]).as_deref(), Some("0.25"));
    assert_eq!((ranked(&[]), ranked(&[(1, 1)]), ranked(&[(1, 7), (2, 7)])), (None, None, None));
    assert_eq!((follows(amount("0.8")), follows(amount("0.799999"))), (true, false));
}

/// By hand: 1,200,000 came, and 25 % of 1,200,000 that is open makes 300,000. 146 days are left and a deal takes 73, so that of two deals a
/// month those of 2.4 months are won: 2 × 2.4 × 25 % × 500,000 = 600,000.
#[test]
fn a_year_comes_to_what_came_what_is_open_and_what_can_still_be_won() {
    let outlook = Outlook {
        came: Amount::from(1_200_000),
        open: Amount::from(1_200_000),
        opened: Amount::from(2),
        win_rate: Amount::from(25),
        deal: Amount::from(500_000),
        cycle: Amount::from(73),
        days: 146,
        before: 0,
    };
    assert_eq!(outlook.new_business(), Ok(Amount::from(600_000)));
    assert_eq!(outlook.comes_to(), Ok(Amount::from(2_100_000)));
    // 3,000,000 lacks 1,500,000, and a deal a month brings 300,000.
    assert_eq!(outlook.opened_for(Amount::from(3_000_000)), Ok(Some(Amount::from(5))));
    assert_eq!(outlook.opened_for(Amount::from(1_000_000)), Ok(Some(Amount::ZERO)), "more than that is there");
    let late = Outlook { days: 60, ..outlook };
    assert_eq!(late.new_business(), Ok(Amount::ZERO), "what is opened now is won next year");
    assert_eq!(late.opened_for(Amount::from(3_000_000)), Ok(None));
    // A year that begins in 100 days: of 365 days, and what is opened 73 days before it counts too, but not what is won before it.
    let next = Outlook { days: 465, before: 100, ..outlook };
    assert_eq!(next.new_business(), Ok(Amount::from(3_000_000)), "twelve months");
    let wrong = Outlook { win_rate: Amount::from(-1), ..outlook };
    assert!(matches!(wrong.comes_to(), Err(GoalError::Negative { what: "a win rate", .. })));
}
