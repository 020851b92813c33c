//! Every worked example of E2–E7, and what stands beside them in words.

use super::*;
use base::{Fraction, RecordId};

fn amount(text: &str) -> Amount {
    text.parse().expect("a number")
}

fn amounts(texts: &[&str]) -> Vec<Amount> {
    texts.iter().map(|text| amount(text)).collect()
}

/// The score, `none` without one, or what is wrong.
fn text(result: Result<Option<Amount>, AppraisalError>) -> String {
    match result {
        Ok(score) => score.map_or("none".to_owned(), Amount::to_text),
        Err(error) => error.to_string(),
    }
}

/// Weight, expected, observed.
fn rated(of: &[(&str, u8, Option<&str>)]) -> Vec<Rated> {
    let one = |(weight, expected, observed): &(&str, u8, Option<&str>)| Rated {
        weight: amount(weight),
        expected: Level::new(*expected).expect("a level"),
        observed: observed.map(amount),
    };
    of.iter().map(one).collect()
}

fn competencies(of: &[(&str, u8, Option<&str>)]) -> String {
    text(competency_score(&rated(of)))
}

#[test]
fn the_competency_example_of_e2() {
    let example = [("50", 4, Some("4")), ("30", 4, Some("3")), ("20", 4, Some("5"))];
    assert_eq!(competencies(&example), "96.5");
    let one = |one: &Rated| (one.score().expect("small"), one.gap().expect("small"));
    let parts: Vec<_> = rated(&example).iter().map(one).collect();
    let expected = [("100", "0"), ("75", "-1"), ("120", "1")];
    assert_eq!(parts, expected.map(|(score, gap)| (Some(amount(score)), Some(amount(gap)))));
}

#[test]
fn competencies_nobody_rated_leave_their_weight_to_the_others() {
    let one_missing = [("50", 4, Some("4")), ("30", 4, Some("3")), ("20", 4, None)];
    assert_eq!(competencies(&one_missing), "90.625");
    assert_eq!(competencies(&[("50", 3, Some("3.5")), ("50", 3, None)]), "116.666667");
    assert_eq!(competencies(&[("49.99", 3, Some("3")), ("50.01", 3, None)]), "none");
    assert_eq!(competencies(&[]), "none");
    let thirds = [("33.33", 5, Some("4.5")), ("33.33", 5, Some("4.5")), ("33.34", 5, None)];
    assert_eq!(competencies(&thirds), "90", "not a millionth less: it would be another grade");
}

#[test]
fn what_is_wrong_with_competencies_is_said() {
    assert_eq!(competencies(&[("60", 3, None), ("39", 3, None)]), "the weights make 99, and not 100");
    assert_eq!(competencies(&[("110", 3, None), ("-10", 3, None)]), "a weight is from 0 to 100, this one is 110");
    assert_eq!(competencies(&[("100", 3, Some("5.5"))]), "a rating is from 1 to 5, this one is 5.5");
    assert_eq!((Level::new(0), Level::new(6)), (None, None));
}

/// Each rater a word of levels, one for each competency; `-` where they left one out.
fn group(kind: RaterKind, raters: &[&str]) -> (RaterKind, Group) {
    let answers = |word: &&str| {
        let level =
            |(at, digit): (usize, char)| Some((at.to_string(), digit.to_string().parse().ok().and_then(Level::new)?));
        word.chars().enumerate().filter_map(level).collect()
    };
    (kind, Group { raters: raters.iter().map(answers).collect() })
}

fn by(means: Means) -> Measure {
    let weights = RaterKind::ALL.map(|kind| (kind, kind.weight())).into();
    Measure::new(weights, FEWEST_RATERS, means, Grades::default()).expect("it is right")
}

fn all_sides(groups: &[(RaterKind, &[&str])], means: Means) -> Feedback {
    let groups = groups.iter().map(|(kind, raters)| group(*kind, raters)).collect();
    feedback(&groups, &by(means)).expect("it is right")
}

fn of(groups: &[(RaterKind, &[&str])]) -> Feedback {
    all_sides(groups, Means::Plain)
}

const OWN: (RaterKind, &[&str]) = (RaterKind::Own, &["5"]);
const MANAGER: (RaterKind, &[&str]) = (RaterKind::Manager, &["4"]);
const PEERS: (RaterKind, &[&str]) = (RaterKind::Peer, &["3", "4", "3", "4"]);
const REPORTS: (RaterKind, &[&str]) = (RaterKind::Report, &["4", "5", "4", "5"]);

#[test]
fn the_360_examples_of_e3() {
    let all = of(&[OWN, MANAGER, PEERS, REPORTS, (RaterKind::Customer, &["2", "3", "4"])]);
    let told = |mean: &str, raters| Standing::Told { mean: amount(mean), raters };
    let means = [told("5", 1), told("4", 1), told("3.5", 4), told("4.5", 4), told("3", 3)];
    assert_eq!(all.groups.into_values().collect::<Vec<_>>(), means);
    assert_eq!(all.overall, Overall::Told(amount("3.9")));
    assert_eq!(of(&[OWN, MANAGER, PEERS, REPORTS]).overall, Overall::Told(amount("4")));
    let hidden = of(&[OWN, MANAGER, PEERS, REPORTS, (RaterKind::Customer, &["1", "1"])]);
    assert_eq!(hidden.groups.get(&RaterKind::Customer), Some(&Standing::Hidden));
    assert_eq!(hidden.overall, Overall::Rounded(amount("4")));
}

#[test]
fn with_one_group_hidden_the_overall_is_told_roughly_and_of_five_raters_or_not_at_all() {
    let reports: (RaterKind, &[&str]) = (RaterKind::Report, &["1"]);
    let three: (RaterKind, &[&str]) = (RaterKind::Peer, &["3", "4", "4"]);
    assert_eq!(of(&[OWN, MANAGER, three, reports]).overall, Overall::Withheld, "four raters have weight");
    assert_eq!(of(&[OWN, MANAGER, PEERS, reports]).overall, Overall::Rounded(amount("3.9")), "3.857…");
    assert_eq!(of(&[OWN, MANAGER, PEERS]).overall, Overall::Told(amount("3.857143")));
    let customers: (RaterKind, &[&str]) = (RaterKind::Customer, &[]);
    assert_eq!(of(&[MANAGER, PEERS, reports, customers]).overall, Overall::Told(amount("3.857143")), "two are hidden");
    let all_hidden = of(&[OWN, (RaterKind::Manager, &[]), reports]);
    assert_eq!(all_hidden.groups.get(&RaterKind::Manager), Some(&Standing::Missing));
    assert_eq!(all_hidden.overall, Overall::Missing, "one's own opinion has no weight");
}

#[test]
fn a_group_is_the_mean_of_its_competencies() {
    let peers: (RaterKind, &[&str]) = (RaterKind::Peer, &["5-", "5-", "5-", "-1", ""]);
    let feedback = of(&[peers]);
    let told = Standing::Told { mean: amount("3"), raters: 4 };
    assert_eq!(feedback.groups.get(&RaterKind::Peer), Some(&told), "not 4, the mean of all ratings");
}

#[test]
fn the_trimmed_mean_leaves_out_the_ends_of_five_and_more() {
    let of = |raters: &[&str]| all_sides(&[(RaterKind::Peer, raters)], Means::Trimmed).overall;
    assert_eq!(of(&["1", "4", "4", "4", "5"]), Overall::Told(amount("4")));
    assert_eq!(of(&["1", "4", "4", "5"]), Overall::Told(amount("3.5")), "four are too few");
}

#[test]
fn the_overall_example_of_e4() {
    let whole = |kpi: Option<&str>, competency: Option<&str>, weight| {
        text(overall(kpi.map(amount), competency.map(amount), amount(weight)))
    };
    assert_eq!(whole(Some("84"), Some("78"), "70"), "82.2");
    assert_eq!(Grades::default().of(amount("82.2")), Grade::B);
    assert_eq!(whole(Some("84"), None, "70"), "none", "it waits for the competencies");
    assert_eq!(whole(Some("84"), None, "100"), "84");
    assert_eq!(whole(None, Some("78"), "0"), "78");
    assert_eq!(whole(None, None, "101"), "a weight is from 0 to 100, this one is 101");
}

#[test]
fn grades_include_their_lower_bound() {
    let given = ["120", "90", "89.999999", "80", "79.9", "70", "60", "59.999999", "-3"];
    let grades = given.map(|score| Grades::default().of(amount(score)).name());
    assert_eq!(grades, ["A", "A", "B", "B", "C", "C", "D", "E", "E"]);
}

#[test]
fn grades_are_checked_when_made() {
    let made = |bands: &[(Grade, Option<&str>)]| {
        let bands = bands.iter().map(|(grade, from)| (*grade, from.map(amount))).collect();
        Grades::new(bands).map_err(|error| error.to_string())
    };
    let pass = made(&[(Grade::B, Some("50")), (Grade::D, None)]).expect("two letters suffice");
    assert_eq!(["50", "49"].map(|score| pass.of(amount(score))), [Grade::B, Grade::D]);
    let error = |bands| made(bands).expect_err("it is wrong");
    assert!(error(&[]).starts_with("grades go"));
    assert!(error(&[(Grade::B, Some("50")), (Grade::A, None)]).starts_with("grades go"));
    assert!(error(&[(Grade::A, Some("50")), (Grade::B, Some("50")), (Grade::C, None)]).starts_with("grade B begins"));
    assert!(error(&[(Grade::A, Some("50"))]).starts_with("only the last"));
    assert!(error(&[(Grade::A, None), (Grade::B, None)]).starts_with("only the last"));
    let written = serde_json::to_string(&pass).expect("it is written");
    assert_eq!(written, r#"[["B","50"],["D",null]]"#);
    assert_eq!(serde_json::from_str::<Grades>(&written).expect("it reads"), pass);
    assert!(serde_json::from_str::<Grades>(r#"[["B","50"]]"#).is_err());
}

fn spread(count: usize, mean: &str, deviation: &str) -> Spread {
    Spread { count, mean: amount(mean), deviation: amount(deviation) }
}

#[test]
fn the_leniency_example_of_e5() {
    let adjust = |rater, all| adjusted(amount("88"), &rater, &all).expect("small").to_text();
    let all = spread(40, "70", "10");
    assert_eq!(adjust(spread(5, "85", "5"), all), "76");
    assert_eq!(adjust(spread(4, "85", "5"), all), "88", "four scores are too few");
    assert_eq!(adjust(spread(5, "88", "0"), all), "88");
    assert_eq!(adjust(spread(5, "85", "5"), spread(5, "70", "0")), "88");
}

#[test]
fn a_spread_is_that_of_the_population() {
    let of = |scores: &[&str]| Spread::of(&amounts(scores)).expect("small");
    assert_eq!(of(&["2", "4", "4", "4", "5", "5", "7", "9"]), Some(spread(8, "5", "2")));
    assert_eq!(of(&["1", "2"]), Some(spread(2, "1.5", "0.5")));
    assert_eq!(of(&["0", "0", "1"]), Some(spread(3, "0.333333", "0.471405")), "√2 ÷ 3 = 0.4714045…");
    assert_eq!(of(&["80"; 6]), Some(spread(6, "80", "0")));
    assert_eq!(of(&[]), None);
    assert!(Spread::of(&[Amount::MAX, Amount::ZERO]).is_err());
}

#[test]
fn each_rater_is_held_to_everybodys_measure() {
    let (lenient, strict, few) = (RecordId(1), RecordId(2), RecordId(3));
    let of = |rater, scores: &[&str]| amounts(scores).into_iter().map(|score| (rater, score)).collect::<Vec<_>>();
    let given = [
        of(lenient, &["80", "85", "90", "95", "100"]),
        of(strict, &["50", "55", "60", "65", "70"]),
        of(few, &["99", "1"]),
    ]
    .concat();
    let found = Leniency::of(&given).expect("small").expect("there are scores");
    assert_eq!(
        (found.all.count, found.raters[&lenient].mean, found.raters[&strict].mean),
        (12, amount("90"), amount("60"))
    );
    let adjust = |rater, score| found.adjusted(rater, amount(score)).expect("small");
    assert_eq!(adjust(lenient, "90"), adjust(strict, "60"), "what is everybody's mean to either is the same");
    assert_eq!(adjust(lenient, "90"), found.all.mean);
    assert!(adjust(lenient, "100") == adjust(strict, "70") && adjust(strict, "70") > found.all.mean);
    assert_eq!(adjust(few, "99"), amount("99"), "two scores are too few");
    assert_eq!(Leniency::of(&[]).expect("nothing"), None);
}

#[test]
fn the_bounds_around_a_distribution_hold_what_it_gives() {
    let guide = Guide::around(Strictness::Blocking, &Distribution::default()).expect("sound");
    for people in 10..200 {
        let quotas = Distribution::default().quotas(people);
        let grades: Vec<Grade> =
            quotas.into_iter().flat_map(|(grade, count)| std::iter::repeat_n(grade, count)).collect();
        assert_eq!(guide.findings(&grades).breaches, [], "{people} people");
    }
    let crowded = guide.findings(&grades("AAABBCCCDE"));
    let breach = Breach { grade: Grade::A, people: 3, limit: Limit::Most(amount("20")) };
    assert_eq!(crowded, Findings { breaches: vec![breach], is_blocking: true });
}

fn guide(strictness: Strictness) -> Guide {
    let bounds = |least, most| Bounds { least: amount(least), most: amount(most) };
    let of = [(Grade::A, bounds("0", "10")), (Grade::C, bounds("30", "50")), (Grade::E, bounds("5", "100"))];
    Guide::new(strictness, of.into()).expect("it is right")
}

fn grades(letters: &str) -> Vec<Grade> {
    letters.chars().filter_map(|letter| Grade::ALL.into_iter().find(|grade| grade.name().starts_with(letter))).collect()
}

#[test]
fn a_guide_names_the_grades_given_too_often_or_too_rarely() {
    let findings = guide(Strictness::Blocking).findings(&grades("AABBBCCCDD"));
    let breach = |grade, people, limit| Breach { grade, people, limit };
    let too_many = breach(Grade::A, 2, Limit::Most(amount("10")));
    let too_few = breach(Grade::E, 0, Limit::Least(amount("5")));
    assert_eq!(findings, Findings { breaches: vec![too_many, too_few], is_blocking: true });
    assert!(!guide(Strictness::Advisory).findings(&grades("AABBBCCCDD")).is_blocking);
    let small = guide(Strictness::Blocking).findings(&grades("AABBCCCDE"));
    assert_eq!((small.breaches.len(), small.is_blocking), (1, false), "nine are never forced");
    assert!(guide(Strictness::Blocking).findings(&grades("ABBBBCCCDE")).breaches.is_empty(), "bounds are included");
    assert!(guide(Strictness::Blocking).findings(&[]).breaches.is_empty());
}

#[test]
fn guides_and_distributions_are_checked_when_made() {
    let guide = |json: &str| serde_json::from_str::<Guide>(json).expect_err("it is wrong").to_string();
    let turned = guide(r#"{"strictness":"advisory","bounds":{"A":{"least":"20","most":"10"}}}"#);
    assert!(turned.starts_with("grade A: bounds"), "{turned}");
    let full = r#"{"least":"60","most":"100"}"#;
    let too_much = guide(&format!(r#"{{"strictness":"advisory","bounds":{{"A":{full},"B":{full}}}}}"#));
    assert!(too_much.starts_with("the least shares of all grades make 120"), "{too_much}");
    let shares = |of: &[(Grade, &str)]| {
        let shares = of.iter().map(|(grade, share)| (*grade, amount(share))).collect();
        Distribution::new(shares).expect_err("it is wrong").to_string()
    };
    assert_eq!(shares(&[(Grade::A, "50"), (Grade::B, "49")]), "the weights make 99, and not 100");
    assert!(shares(&[(Grade::B, "50"), (Grade::A, "50")]).starts_with("grades go"));
}

#[test]
fn the_quotas_of_e5() {
    let quotas =
        |people| Distribution::default().quotas(people).into_iter().map(|(_, quota)| quota).collect::<Vec<_>>();
    assert_eq!(quotas(10), [1, 2, 4, 2, 1]);
    assert_eq!(quotas(7), [1, 1, 3, 1, 1]);
    assert_eq!(quotas(11), [1, 2, 5, 2, 1], "the remainders are .1 .2 .4 .2 .1");
    assert_eq!(quotas(1), [0, 0, 1, 0, 0]);
    assert_eq!(quotas(0), [0; 5]);
    let halves = Distribution::new(vec![(Grade::A, amount("50")), (Grade::E, amount("50"))]).expect("it is right");
    assert_eq!(halves.quotas(11), [(Grade::A, 6), (Grade::E, 5)], "of equals the better grade");
}

fn forced(scores: &[&str]) -> String {
    let forced = Distribution::default().force(&amounts(scores)).expect("ten and more");
    forced.into_iter().map(Grade::name).collect()
}

#[test]
fn a_forced_distribution_keeps_equals_together() {
    let plain = ["60", "95", "61", "90", "85", "50", "70", "71", "72", "73"];
    assert_eq!(forced(&plain), "DADBBECCCC");
    assert_eq!(forced(&["95", "95", "90", "85", "80", "80", "80", "70", "60", "50"]), "AABCCCCDDE", "B has one less");
    assert_eq!(
        forced(&["95", "95", "95", "95", "80", "79", "78", "70", "60", "50"]),
        "AAAACCCDDE",
        "B has none, C three"
    );
    assert_eq!(forced(&["80"; 10]), "AAAAAAAAAA");
    let few = Distribution::default().force(&amounts(&["80"; 9]));
    assert_eq!(few, Err(AppraisalError::TooFew { count: 9 }));
}

fn proposed(salary: &str, midpoint: &str, grade: Grade, percent: &str) -> Result<Proposal, AppraisalError> {
    MeritMatrix::default().propose(amount(salary), amount(midpoint), grade, amount(percent))
}

#[test]
fn the_merit_example_of_e6() {
    let matrix = MeritMatrix::default();
    let example = proposed("50000", "55000", Grade::B, "4").expect("it is in its range");
    assert_eq!(example.compa.value(4).as_deref(), Some("0.9091"));
    assert_eq!((example.amount, example.form), (amount("2000"), Form::Raise));
    let column = |salary, midpoint| matrix.column(Fraction::new(amount(salary), amount(midpoint)));
    assert_eq!(column("50000", "55000"), Column::Within);
    assert_eq!(column("50000", "55556"), Column::Below, "89.9993 %");
    let around = ["89.999999", "90", "110", "110.000001"].map(|salary| column(salary, "100"));
    assert_eq!(around, [Column::Below, Column::Within, Column::Within, Column::Above]);
    let factor = budget_factor(amount("3.2"), amount("3")).expect("it is right");
    assert_eq!(factor.value(6).as_deref(), Some("0.9375"));
    assert_eq!(example.amount.mul_fraction(factor), Ok(amount("1875")));
    let enough = budget_factor(amount("3"), amount("3")).expect("it is right");
    assert_eq!(enough.value(6).as_deref(), Some("1"));
    assert!(budget_factor(amount("3"), amount("-1")).is_err());
}

#[test]
fn the_merit_matrix_of_e6() {
    let matrix = MeritMatrix::default();
    assert_eq!(matrix.check(), Ok(()));
    let row = |grade| {
        let range = |compa| {
            let Range { least, most } = matrix.range(grade, Fraction::new(amount(compa), Amount::from(100)));
            format!("{least}–{most}")
        };
        ["80", "100", "115"].map(range).join(" ")
    };
    assert_eq!(Grade::ALL.map(row), ["6–8 4–6 3–4", "4–6 3–4 2–3", "3–4 2–3 1–2", "0–1 0–0 0–0", "0–0 0–0 0–0"]);
}

#[test]
fn raises_keep_to_the_matrix_and_red_circled_salaries_do_not_grow() {
    let form = |salary| proposed(salary, "100", Grade::A, "3").map(|proposal| (proposal.amount, proposal.form));
    assert_eq!(form("120"), Ok((amount("3.6"), Form::Raise)));
    assert_eq!(form("120.01"), Ok((amount("3.6003"), Form::LumpSum)));
    let error = |result: Result<Proposal, AppraisalError>| result.expect_err("it is wrong").to_string();
    assert_eq!(error(proposed("100", "100", Grade::B, "4.5")), "a raise here is from 3 to 4 per cent, not 4.5");
    assert!(error(proposed("100", "0", Grade::B, "4")).starts_with("a salary and its midpoint"));
    let narrow = MeritMatrix { high: amount("80"), ..MeritMatrix::default() };
    assert!(matches!(narrow.check(), Err(AppraisalError::CompaBounds { .. })));
    let mut turned = MeritMatrix::default();
    turned.rows.d.below = Range { least: amount("2"), most: amount("1") };
    assert_eq!(turned.check(), Err(AppraisalError::RaiseRange(Grade::D)));
}

#[test]
fn the_bonus_example_of_e6() {
    let terms = |served: &str, of: &str| BonusTerms {
        base: amount("50000"),
        target_months: amount("2"),
        company_factor: amount("0.9"),
        proration: Fraction::new(amount(served), amount(of)),
    };
    let matrix = BonusMatrix::default();
    assert_eq!(matrix.bonus(Grade::B, &terms("9", "12")), Ok(amount("81000")));
    let whole = Grade::ALL.map(|grade| matrix.bonus(grade, &terms("1", "1")).map(Amount::to_text));
    assert_eq!(whole, ["135000", "108000", "90000", "45000", "0"].map(|bonus| Ok(bonus.to_owned())));
    assert!(matches!(matrix.bonus(Grade::B, &terms("9", "0")), Err(AmountError::DividedByZero { .. })));
}

#[test]
fn the_nine_boxes_of_e6() {
    let of = |grade: Grade, potential| nine_box(grade.into(), potential);
    assert_eq!((of(Grade::B, Potential::High), of(Grade::C, Potential::Medium)), (9, 5));
    let boxes = Grade::ALL.map(|grade| Potential::ALL.map(|potential| of(grade, potential)));
    assert_eq!(boxes, [[7, 8, 9], [7, 8, 9], [4, 5, 6], [1, 2, 3], [1, 2, 3]]);
}

#[test]
fn the_levels_and_styles_of_e7() {
    let degree = |degree| Degree::new(degree).expect("1 to 4");
    let level = |competence, commitment| {
        Diagnosis { competence: degree(competence), commitment: degree(commitment) }.level().name()
    };
    let by_competence = [1, 2, 3, 4].map(|competence| [1, 2, 3, 4].map(|commitment| level(competence, commitment)));
    let (low, high) = (["d2", "d2", "d1", "d1"], ["d3", "d3", "d3", "d4"]);
    assert_eq!(by_competence, [low, low, high, high]);
    assert_eq!((Degree::new(0), Degree::new(5)), (None, None));
    let styles = DevelopmentLevel::ALL.map(|level| {
        let style = level.style();
        (style, style.is_directive(), style.is_supportive())
    });
    let expected = [
        (Style::Directing, true, false),
        (Style::Coaching, true, true),
        (Style::Supporting, false, true),
        (Style::Delegating, false, false),
    ];
    assert_eq!(styles, expected);
}

#[test]
fn a_style_that_does_not_fit_the_level_raises_a_hint() {
    let hints =
        Style::ALL.map(|style| DevelopmentLevel::ALL.map(|level| Hint::of(style, level).map_or("", Hint::name)));
    let expected = [
        ["", "more_support", "support_instead", "less_direction"],
        ["less_support", "", "less_direction", "less_of_both"],
        ["direct_instead", "more_direction", "", "less_support"],
        ["more_direction", "more_of_both", "more_support", ""],
    ];
    assert_eq!(hints, expected);
}
