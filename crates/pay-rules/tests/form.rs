//! A plan goes through its form and comes out the same; what is wrong is told at its field.

use pay_rules::{
    Plan, SHIPPED,
    form::{Form, Kind, PLAN, Table},
};
use std::{collections::BTreeSet, fs, path::Path};

/// Every plan there is: those that ship, and one for each construct.
fn plans() -> Vec<(String, String)> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/pay");
    let mut found: Vec<(String, String)> =
        SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    for case in fs::read_dir(cases).expect("cases") {
        for file in fs::read_dir(case.expect("a case").path()).into_iter().flatten() {
            let path = file.expect("a file").path();
            if path.extension().is_some_and(|end| end == "toml") {
                found.push((path.display().to_string(), fs::read_to_string(&path).expect("read")));
            }
        }
    }
    found
}

#[test]
fn every_plan_there_is_goes_through_the_form_and_comes_out_the_same() {
    let plans = plans();
    assert!(plans.len() > 60, "{} plans", plans.len());
    for (name, text) in &plans {
        let plan = Plan::read(text).expect(name);
        let form = Form::of(text).expect(name).unwrap_or_else(|| panic!("{name} has no form"));
        let (again, written) = form.plan().expect(name);
        assert_eq!(again, plan, "{name}");
        assert_eq!(Form::of(&written).expect(name), Some(form.clone()), "{name}");
    }
}

/// What the format takes at a table, as it tells who writes something else there.
fn keys(path: &[&Table]) -> BTreeSet<String> {
    let (mut text, mut header) = (String::new(), String::new());
    for table in path {
        header = if header.is_empty() { table.name.to_owned() } else { format!("{header}.{}", table.name) };
        let (open, close) = if table.is_list { ("[[", "]]") } else { ("[", "]") };
        text.extend([open, &header, close, "\n"]);
    }
    let error = Plan::read(&(text + "another = 1\n")).expect_err("no such key").problem;
    let (_, expected) = error.split_once("expected").unwrap_or_else(|| panic!("{header}: {error}"));
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn compared(table: &'static Table, path: &[&'static Table]) -> usize {
    let own: BTreeSet<String> = table
        .fields
        .iter()
        .map(|field| field.name)
        .chain(table.tables.iter().map(|inner| inner.name))
        .map(str::to_owned)
        .collect();
    assert_eq!(own, keys(path), "{}", table.name);
    1 + table.tables.iter().map(|inner| compared(inner, &[path, &[inner]].concat())).sum::<usize>()
}

#[test]
fn the_form_has_every_key_of_the_format_and_no_other() {
    assert!(compared(&PLAN, &[]) > 20, "all tables");
}

#[test]
fn what_is_wrong_is_told_at_its_field() {
    let (_, text) = SHIPPED.iter().find(|(name, _)| *name == "account-executive").expect("it ships");
    let form = Form::of(text).expect("sound").expect("it has a form");
    let told = |place: &str, typed: &str| {
        let mut wrong = form.clone();
        wrong.0.insert(place.to_owned(), typed.to_owned());
        wrong.plan().expect_err(place)
    };
    for (place, typed, problem) in [
        ("currency", "7", "currency"),
        ("from", "soon", ""),
        ("commission.0.tiers.0.rate", "five", ""),
        ("commission.0.table", "odd", ""),
        ("commission.0.when", "whatever is new", "`whatever is new` is no condition"),
        ("commission.0.when", "years >= many", "compares with no number"),
        ("commission.0.when", "type =", "holds for nothing"),
        ("commission.0.when", "years => 2", "holds for nothing"),
        ("commission.0.when", "type == new", "holds for nothing"),
    ] {
        let error = told(place, typed);
        assert_eq!(error.place, place, "{typed}: {error}");
        assert!(error.problem.contains(problem), "{error}");
    }
    let mut shorter = form.clone();
    shorter.remove("commission.0.tiers.0");
    let tier = |form: &Form, row: usize| form.value(&format!("commission.0.tiers.{row}.from")).to_owned();
    assert_eq!(shorter.rows("commission.0.tiers").len() + 1, form.rows("commission.0.tiers").len());
    assert_eq!((tier(&shorter, 0), tier(&shorter, 1)), (tier(&form, 1), tier(&form, 2)), "later rows move up");
    let mut twice = form.clone();
    twice.add("commission", true);
    let error = twice.plan().expect_err("a commission without an id");
    assert_eq!(error.place, format!("commission.{}", form.rows("commission").len()));
    twice.remove(&error.place);
    assert_eq!(twice, form);
}

#[test]
fn a_plan_that_the_form_would_change_has_none() {
    let (_, text) = SHIPPED.iter().find(|(name, _)| *name == "sdr").expect("it ships");
    let odd = text.replacen("[[who]]\n", "[[who]]\npeople = [\"Lee, Ann\"]\n", 1);
    assert_ne!(&odd, text);
    Plan::read(&odd).expect("a sound plan");
    assert_eq!(Form::of(&odd).expect("sound"), None, "a comma within a name");
}

fn keys_of_words(table: &Table, found: &mut BTreeSet<String>) {
    if !GLOSSARY.contains(&table.name) {
        found.insert(format!("planform-table-{}", table.name));
    }
    for field in table.fields {
        let own = format!("planform-of-{}-{}", table.name, field.name);
        let own = if OF.contains(&own.as_str()) { own } else { format!("planform-field-{}", field.name) };
        found.insert(own);
        if let Kind::Choice(words) = field.kind {
            found.extend(words.iter().map(|word| format!("planform-choice-{word}")));
        }
    }
    table.tables.iter().for_each(|inner| keys_of_words(inner, found));
}

/// Tables that the field has a word for.
const GLOSSARY: [&str; 5] = ["cap", "guarantee", "draw", "holdback", "clawback"];

/// Fields that mean another thing in one table.
const OF: [&str; 5] = [
    "planform-of-ramp-quota",
    "planform-of-credit-to",
    "planform-of-tiers-to",
    "planform-of-pool-rate",
    "planform-of-draw-periods",
];

#[test]
fn every_table_field_and_choice_has_its_words_in_each_language() {
    let mut wanted = BTreeSet::new();
    keys_of_words(&PLAN, &mut wanted);
    for language in ["en", "th", "ja"] {
        let path = format!("../edges/web-kit/locales/{language}/planform.ftl");
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("messages");
        let there = text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned());
        let marked = ["table", "field", "choice", "of"].map(|kind| format!("planform-{kind}-"));
        let there: BTreeSet<String> = there.filter(|key| marked.iter().any(|mark| key.starts_with(mark))).collect();
        assert_eq!(there, wanted, "{language}");
    }
}
