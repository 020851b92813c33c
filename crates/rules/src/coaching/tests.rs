//! Worked examples of both parts, and what stands beside them in words.
//!
//! The expected numbers of the comparison come from a Python script of its own: effects, s² and the widening as
//! `fractions.Fraction`, the root as `decimal` of 60 digits, then floor and ceiling to six decimals.

use super::{
    effect::quantile,
    rubric::{MOST_LETTERS, weighted},
    *,
};

fn amount(text: &str) -> Amount {
    text.parse().expect("a number")
}

fn person(id: i64, before: i64, after: i64) -> Subject {
    Subject {
        id: RecordId(id),
        role: "ae".to_owned(),
        tenure_months: 24,
        potential: None,
        before: before.into(),
        after: after.into(),
        coached: false,
    }
}

/// The coached and the others: id, before, after.
fn people(coached: &[(i64, i64, i64)], others: &[(i64, i64, i64)]) -> Vec<Subject> {
    let of = |of: &[(i64, i64, i64)], coached| -> Vec<Subject> {
        of.iter().map(|(id, before, after)| Subject { coached, ..person(*id, *before, *after) }).collect()
    };
    [of(coached, true), of(others, false)].concat()
}

fn told(subjects: &[Subject], design: Design) -> Effect {
    effect(subjects, &design, false).expect("it is right")
}

fn design(nearest: usize, caliper: &str, fewest_pairs: usize) -> Design {
    Design { nearest, caliper: amount(caliper), fewest_pairs }
}

fn interval(low: &str, high: &str) -> Interval {
    Interval { low: amount(low), high: amount(high) }
}

fn effects(effect: &Effect) -> Vec<String> {
    effect.pairs.iter().map(|pair| pair.effect.to_text()).collect()
}

/// Changes of 10, 14, 12, 9 and 15.
const COACHED: [(i64, i64, i64); 5] = [(1, 100, 110), (2, 200, 214), (3, 300, 312), (4, 400, 409), (5, 500, 515)];
/// One like each of them, who changed by 2, 3, 1, 4 and 0.
const OWN_LIKES: [(i64, i64, i64); 5] =
    [(11, 101, 103), (12, 201, 204), (13, 301, 302), (14, 401, 405), (15, 501, 501)];

/// 10 ± 2.776 √(14 ÷ 5) = 10 ± 4.645136….
#[test]
fn five_pairs_of_their_own_give_the_plain_interval() {
    let found = told(&people(&COACHED, &OWN_LIKES), design(1, "0.5", 5));
    assert_eq!(effects(&found), ["8", "11", "11", "5", "15"]);
    assert_eq!((found.mean, found.interval), (Some(amount("10")), Some(interval("5.354863", "14.645137"))));
    assert_eq!((found.verdict, found.controls), (Verdict::Better, 5));
    let first = &found.pairs[0];
    let like = Like { id: RecordId(11), apart: amount("1"), change: amount("2") };
    assert_eq!(first, &Pair { coached: RecordId(1), change: amount("10"), effect: amount("8"), likes: vec![like] });
}

const CLOSE: [(i64, i64, i64); 5] = [(1, 100, 112), (2, 110, 124), (3, 120, 131), (4, 130, 143), (5, 140, 158)];
const SHARED: [(i64, i64, i64); 6] =
    [(11, 95, 98), (12, 105, 109), (13, 115, 116), (14, 125, 127), (15, 135, 140), (16, 145, 146)];

/// Two stand beside each, 5 away, for the next are 15 away and half of σ is 7.9. Four of the six stand beside two of the coached:
/// the square of the interval is 19 ÷ 14 of the plain one, 10.8 ± 2.776 √(19 ÷ 14 × 6.7 ÷ 5).
#[test]
fn whoever_stands_beside_several_widens_the_interval() {
    let subjects = people(&CLOSE, &SHARED);
    let found = told(&subjects, Design::default());
    assert_eq!(effects(&found), ["8.5", "11.5", "9.5", "9.5", "15"]);
    assert_eq!((found.mean, found.interval), (Some(amount("10.8")), Some(interval("7.056441", "14.543559"))));
    assert_eq!((found.verdict, found.controls), (Verdict::Better, 6));
    let three = told(&subjects, design(3, "2", 5));
    assert_eq!(effects(&three), ["9.333333", "11.333333", "8.666667", "10.333333", "15.333333"]);
    assert_eq!(three.interval, Some(interval("6.801323", "15.198677")), "88 ÷ 53 × 62 ÷ 9 ÷ 5");
    let likes: Vec<i64> = three.pairs[1].likes.iter().map(|like| like.id.0).collect();
    assert_eq!(likes, [12, 13, 11], "11 and 14 are 15 away both; the lower id goes first");
}

#[test]
fn where_lower_is_better_a_rise_is_worse() {
    let subjects = people(&COACHED, &OWN_LIKES);
    let verdict = |subjects: &[Subject], lower| effect(subjects, &design(1, "0.5", 5), lower).expect("right").verdict;
    assert_eq!(verdict(&subjects, true), Verdict::Worse);
    let turned: Vec<Subject> =
        subjects.into_iter().map(|one| Subject { before: one.after, after: one.before, ..one }).collect();
    assert_eq!([false, true].map(|lower| verdict(&turned, lower)), [Verdict::Worse, Verdict::Better]);
}

fn why(coached: &[(i64, i64, i64)], others: &[(i64, i64, i64)], design: Design) -> Why {
    match told(&people(coached, others), design).verdict {
        Verdict::CannotTell(why) => why,
        verdict => panic!("{verdict:?}"),
    }
}

#[test]
fn what_cannot_be_told_says_why() {
    let one = design(1, "0.5", 5);
    assert_eq!(why(&COACHED[..4], &OWN_LIKES, one), Why::TooFewPairs);
    assert_eq!(why(&[], &OWN_LIKES, one), Why::TooFewPairs);
    assert_eq!(why(&COACHED, &[], one), Why::TooFewPairs);
    assert_eq!(why(&COACHED, &OWN_LIKES[..4], design(1, "1", 5)), Why::TooFewControls);
    let alike = COACHED.map(|(id, before, _)| (id, before, before + 7));
    let still = OWN_LIKES.map(|(id, before, _)| (id, before, before));
    assert_eq!(why(&alike, &still, one), Why::NoSpread);
    let as_much = OWN_LIKES.map(|(id, before, _)| (id, before, before + 12));
    assert_eq!(why(&COACHED, &as_much, one), Why::IntervalContainsZero);
    let names: std::collections::BTreeSet<&str> = Why::ALL.iter().map(|why| why.name()).collect();
    assert_eq!(names.len(), Why::ALL.len());
}

#[test]
fn what_cannot_be_told_is_shown_as_far_as_it_goes() {
    let nobody = told(&people(&COACHED, &[]), design(1, "0.5", 5));
    assert_eq!((nobody.mean, nobody.interval, nobody.controls), (None, None, 0));
    assert_eq!(nobody.unmatched, [1, 2, 3, 4, 5].map(RecordId));
    let one = told(&people(&COACHED[..1], &OWN_LIKES[..1]), design(1, "2", 5));
    assert_eq!((one.mean, one.interval), (Some(amount("8")), None), "one pair has no spread");
    let two = told(&people(&COACHED[..2], &OWN_LIKES[..2]), design(1, "0.5", 5));
    assert_eq!(two.interval, Some(interval("-9.559", "28.559")), "9.5 ± 12.706 √(4.5 ÷ 2)");
    assert_eq!(two.verdict, Verdict::CannotTell(Why::TooFewPairs));
}

/// Is the other one like the coached one? A third gives the role its spread: σ of 100, 110 and 130 is 12.47.
fn are_alike(coached: &Subject, other: &Subject, caliper: &str) -> bool {
    let third = Subject { tenure_months: 100, ..person(3, 130, 130) };
    let subjects = [Subject { coached: true, ..coached.clone() }, other.clone(), third];
    !told(&subjects, design(3, caliper, 5)).pairs.is_empty()
}

#[test]
fn alike_are_those_of_the_same_role_tenure_potential_and_level() {
    let (one, other) = (person(1, 100, 100), person(2, 110, 110));
    assert!(are_alike(&one, &other, "1"));
    assert!(!are_alike(&one, &other, "0.8"), "9.98");
    assert!(are_alike(&one, &other, "0.801784"), "10.000001");
    assert!(!are_alike(&one, &other, "0.801783"), "9.999989");
    assert!(!are_alike(&one, &Subject { role: "kam".to_owned(), ..other.clone() }, "1"));
    let after = |months| are_alike(&one, &Subject { tenure_months: months, ..other.clone() }, "1");
    assert_eq!([11, 12, 35, 36].map(after), [false, true, true, false]);
    let with = |own: Option<&str>, theirs: Option<&str>| {
        let of = |one: &Subject, potential: Option<&str>| Subject { potential: potential.map(amount), ..one.clone() };
        are_alike(&of(&one, own), &of(&other, theirs), "1")
    };
    let potentials = ["74.999999", "75", "125", "125.000001"].map(|theirs| with(Some("100"), Some(theirs)));
    assert_eq!(potentials, [false, true, true, false]);
    assert!(with(None, Some("1")) && with(Some("1"), None), "compared where both have one");
}

/// With a spread of nothing the caliper is nothing, and equals are still alike.
#[test]
fn of_equal_levels_the_lower_ids_are_taken() {
    let found = told(&people(&[(9, 50, 60)], &[(7, 50, 51), (3, 50, 52), (5, 50, 53), (4, 50, 54)]), Design::default());
    let likes: Vec<i64> = found.pairs[0].likes.iter().map(|like| like.id.0).collect();
    assert_eq!((likes, found.pairs[0].effect), (vec![3, 4, 5], amount("7")));
}

#[test]
fn what_is_wrong_with_a_comparison_is_said() {
    let error = |design| effect(&people(&COACHED, &[]), &design, false).expect_err("it is wrong").to_string();
    assert_eq!(error(design(0, "1", 5)), "a coached person is compared with at least one other; `nearest` is 0");
    assert_eq!(error(design(1, "-1", 5)), "a caliper is not below 0, this one is -1");
    assert_eq!(error(design(1, "1", 1)), "an interval takes at least 2 pairs; `fewest_pairs` is 1");
    let twice = effect(&people(&COACHED, &[(1, 1, 1)]), &Design::default(), false).expect_err("it is wrong");
    assert_eq!(twice, CoachingError::PersonTwice(RecordId(1)));
    let mut wide = people(&COACHED, &OWN_LIKES);
    wide[0].before = Amount::MAX;
    wide[1].before = -Amount::MAX;
    assert!(matches!(effect(&wide, &Design::default(), false), Err(CoachingError::Amount(_))));
    assert_eq!(Design::default(), design(3, "0.5", 5));
}

#[test]
fn between_two_rows_of_the_table_the_wider_interval_is_taken() {
    let found = [1, 4, 30, 31, 39, 40, 59, 60, 119, 120, 100_000].map(quantile);
    let thousandths = [12706, 2776, 2042, 2042, 2042, 2021, 2021, 2000, 2000, 1980, 1980];
    assert_eq!(found, thousandths.map(|t| Some(Exact::ratio(t, 1000))));
    assert_eq!(quantile(0), None);
}

fn shipped(id: &str) -> Rubric {
    let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == id).expect("it ships");
    Rubric::read(text).expect("it is sound")
}

#[test]
fn what_ships_is_sound_and_speaks_three_languages_in_the_tone_of_the_house() {
    let never = [
        ("en", &["!", "please", "Please", "sorry"][..]),
        ("th", &["!", "ท่าน", "ครับ", "ค่ะ", "โปรด", "กรุณา", "ขออภัย", " %", "  "]),
        ("ja", &["!", "！", "あなた", "ください", "ご利用", "申し訳", "ｱ", "ｶ", " %", "  "]),
    ];
    for (id, text) in SHIPPED {
        let rubric = Rubric::read(text).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(rubric.id, id);
        let texts = rubric.criteria.iter().flat_map(|one| [&one.names, &one.look_for]).chain([&rubric.names]);
        for texts in texts {
            assert_eq!(texts.0.len(), never.len(), "{id}: {texts:?}");
            for (language, words) in never {
                let text = texts.0.get(language).unwrap_or_else(|| panic!("{id}: {language} of {texts:?}"));
                assert!(!text.trim().is_empty() && words.iter().all(|word| !text.contains(word)), "{id}: {text}");
            }
        }
        assert_eq!(Rubric::read(&rubric.to_text().expect("text")).as_ref(), Ok(&rubric));
    }
    let kinds = SHIPPED.map(|(id, _)| shipped(id).kind.name());
    assert_eq!(kinds, ["meeting", "call", "skill", "skill"]);
}

#[test]
fn the_seven_mistakes_of_the_source_are_there_in_order_and_weigh_the_same() {
    let rubric = shipped("seven_mistakes");
    let ids: Vec<&str> = rubric.criteria.iter().map(|one| one.id.as_str()).collect();
    let of_source = [
        "arriving_late",
        "arguing",
        "interrupting",
        "lack_of_information",
        "lack_of_preparation",
        "bad_manners",
        "lack_of_product_knowledge",
    ];
    assert_eq!(ids, of_source);
    assert!(rubric.criteria.iter().all(|one| one.weight == 1 && one.scale == Scale::Avoided));
}

fn answers(of: &[(&str, Option<u8>)]) -> Answers {
    of.iter().map(|(id, value)| ((*id).to_owned(), *value)).collect()
}

/// The score, `none` without one, or what is wrong; and the weakest.
fn review(rubric: &Rubric, of: &[(&str, Option<u8>)]) -> (String, Vec<String>) {
    let answers = answers(of);
    let score = rubric.score(&answers).map(|score| score.map_or("none".to_owned(), Amount::to_text));
    let weakest = rubric.weakest(&answers).unwrap_or_default();
    (score.unwrap_or_else(|error| error.to_string()), weakest.into_iter().map(|one| one.id.clone()).collect())
}

fn mistakes(of: &[(&str, Option<u8>)]) -> (String, Vec<String>) {
    review(&shipped("seven_mistakes"), of)
}

/// B8, `skill_assessment_score`: .4×80 + .35×70 + .25×60.
#[test]
fn criteria_are_weighted_as_skills_are() {
    let parts = [(40, 8), (35, 7), (25, 6)].map(|(weight, tenths)| (weight, Exact::ratio(tenths, 10)));
    assert_eq!(weighted(parts.into_iter()), Some(amount("71.5").into()));
    assert_eq!(weighted(std::iter::empty()), None);
}

#[test]
fn what_was_not_seen_leaves_its_weight_to_the_rest() {
    let late = ("arriving_late", Some(0));
    assert_eq!(mistakes(&[late, ("arguing", Some(1)), ("interrupting", Some(1))]).0, "66.666667");
    assert_eq!(mistakes(&[late, ("arguing", Some(1)), ("interrupting", None)]).0, "50");
    assert_eq!(mistakes(&[("arguing", None)]).0, "none");
    assert_eq!(mistakes(&[]), ("none".to_owned(), vec![]));
    let call = |of: &[(&str, Option<u8>)]| review(&shipped("discovery_call"), of).0;
    assert_eq!(call(&[("questions", Some(3)), ("listening", Some(5))]), "71.428571", "(20 × ½ + 15) ÷ 35");
    let ends = [1, 5].map(|level| call(&[("agenda", Some(level)), ("next_step", Some(level))]));
    assert_eq!(ends, ["0", "100"]);
}

#[test]
fn the_weakest_three_are_what_fell_short_of_what_was_seen() {
    let all_but = |happened: &[&str]| {
        let rubric = shipped("seven_mistakes");
        let of: Vec<(&str, Option<u8>)> = rubric
            .criteria
            .iter()
            .map(|one| (one.id.as_str(), Some(u8::from(!happened.contains(&&*one.id)))))
            .collect();
        review(&rubric, &of)
    };
    assert_eq!(all_but(&[]), ("100".to_owned(), vec![]));
    let four = all_but(&["bad_manners", "interrupting", "arguing", "arriving_late"]);
    assert_eq!(
        four,
        ("42.857143".to_owned(), ["arriving_late", "arguing", "interrupting"].map(str::to_owned).to_vec())
    );
    let call = [("questions", Some(4)), ("agenda", Some(2)), ("listening", Some(2)), ("next_step", None)];
    assert_eq!(review(&shipped("discovery_call"), &call).1, ["agenda", "listening", "questions"]);
}

#[test]
fn what_is_wrong_with_answers_is_said() {
    assert_eq!(mistakes(&[("arguing", Some(2))]).0, "arguing: an answer is from 0 to 1, this one is 2");
    assert_eq!(mistakes(&[("yawning", None)]).0, "the rubric seven_mistakes has no criterion yawning");
    let call = |level| review(&shipped("discovery_call"), &[("agenda", Some(level))]).0;
    assert_eq!([0, 6].map(call), [0, 6].map(|level| format!("agenda: an answer is from 1 to 5, this one is {level}")));
    assert!(shipped("negotiation").weakest(&answers(&[("yawning", Some(1))])).is_err());
}

#[test]
fn what_is_wrong_with_a_rubric_is_named() {
    let whole = shipped("seven_mistakes");
    let wrong = |change: &dyn Fn(&mut Rubric)| {
        let mut rubric = whole.clone();
        change(&mut rubric);
        rubric.check().expect_err("it is wrong").to_string()
    };
    for (change, told) in [
        (
            (&|rubric: &mut Rubric| rubric.names.0.clear()) as &dyn Fn(&mut Rubric),
            "seven_mistakes.names has no text in English",
        ),
        (&|rubric| rubric.criteria[1].look_for.0.clear(), "arguing.look_for has no text in English"),
        (&|rubric| rubric.criteria[0].weight = 0, "arriving_late: a weight of nothing; leave the criterion out"),
        (&|rubric| rubric.criteria.push(rubric.criteria[0].clone()), "arriving_late stands in it twice"),
        (&|rubric| rubric.criteria.clear(), "a rubric has 1 to 30 criteria, this one has 0"),
        (
            &|rubric| rubric.criteria = vec![rubric.criteria[0].clone(); 31],
            "a rubric has 1 to 30 criteria, this one has 31",
        ),
    ] {
        assert_eq!(wrong(change), told);
    }
    let long = "a".repeat(MOST_LETTERS + 1);
    for id in ["", "Late", "7th", "_late", "a b", "ä", &long] {
        assert!(wrong(&|rubric| rubric.id = id.to_owned()).ends_with("a letter first, 60 at most"), "{id}");
        assert!(wrong(&|rubric| rubric.criteria[0].id = id.to_owned()).contains("is no id"), "{id}");
    }
    let read =
        |from: &str, to: &str| Rubric::read(&SHIPPED[0].1.replacen(from, to, 1)).expect_err("it is wrong").to_string();
    assert!(read("weight = 1", "weight = -1").starts_with("TOML parse error at line 10"));
    assert!(read("\"avoided\"", "\"stars\"").contains("unknown variant `stars`"));
    assert!(read("weight = 1", "wieght = 1").contains("unknown field `wieght`"));
}
