//! The reference's worked examples, each through import, log, facts and engine: `conformance/examples`. The values are the
//! reference's own.

use crate::company::{answer, ask};
use base::{Amount, Grain};
use import::{Mapping, Options};
use jiff::civil::Date;
use kpi::{Ask, ByWord, Row};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::{Path, PathBuf},
};
use testkit::{TestApp, on_both};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    example: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    kpi: String,
    says: String,
    #[serde(default = "bookings")]
    basis: String,
    #[serde(default = "end_of_2025")]
    as_of: Date,
    /// Settings of the company beside those.
    #[serde(default)]
    company: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
    expect: Vec<Expected>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Where it is not the example's own: a companion, or another KPI of the same data.
    kpi: Option<String>,
    #[serde(default = "company")]
    by: String,
    #[serde(default)]
    entity: String,
    period: String,
    value: Option<String>,
    numerator: Option<String>,
    denominator: Option<String>,
    null: Option<String>,
    target: Option<String>,
    mature: Option<bool>,
    as_of: Option<Date>,
}

fn bookings() -> String {
    "bookings".to_owned()
}

fn company() -> String {
    "company".to_owned()
}

fn end_of_2025() -> Date {
    Date::constant(2025, 12, 31)
}

/// What is named comes before what names it.
const ORDER: [&str; 13] = [
    "team",
    "person",
    "territory",
    "territory_assignment",
    "pipeline",
    "stage",
    "account",
    "contact",
    "product",
    "deal",
    "deal.history",
    "order",
    "order_line",
];

const PIPELINE: &str = "id,name\nPL,Sales\n";
const STAGES: &str = "id,name,pipeline,position,kind,probability,forecast_category\n\
    S1,First,PL,1,open,0.1,pipeline\nS2,Second,PL,2,open,0.4,best_case\nS3,Third,PL,3,open,0.6,commit\n\
    WON,Won,PL,4,won,1,closed\nLOST,Lost,PL,5,lost,0,omitted\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/examples")
}

/// Rows that begin `12 x ` stand for twelve, numbered where they say {n}.
fn rows(text: &str) -> String {
    let mut rows = String::new();
    for line in text.trim().lines() {
        let many = line.split_once(" x ").and_then(|(many, row)| Some((many.parse::<u32>().ok()?, row)));
        let (many, row) = many.unwrap_or((1, line));
        for n in 1..=many {
            writeln!(rows, "{}", row.replace("{n}", &n.to_string())).expect("a text takes everything");
        }
    }
    rows
}

/// A mapping of files that are named for record types, with columns named for fields.
fn mapping(example: &Example, files: &BTreeMap<String, String>) -> String {
    let mut settings = example.company.clone();
    settings.entry("name".to_owned()).or_insert_with(|| "Example".to_owned());
    settings.entry("currency".to_owned()).or_insert_with(|| "THB".to_owned());
    settings.insert("revenue_basis".to_owned(), example.basis.clone());
    let settings: Vec<String> = settings.iter().map(|(name, value)| format!("{name} = {value:?}")).collect();
    let mut text = format!("source = \"example\"\n[company]\n{}\n", settings.join("\n"));
    let mut names: Vec<&String> = files.keys().collect();
    names.sort_by_key(|name| (ORDER.iter().position(|first| first == name).unwrap_or(ORDER.len()), name.as_str()));
    for name in names {
        let (record, history) = name.split_once('.').map_or((name.as_str(), false), |(record, _)| (record, true));
        let heads: Vec<&str> = files[name].lines().next().expect("a header").split(',').collect();
        let fields = heads.iter().filter(|head| !["id", "when"].contains(head));
        let fields: Vec<String> = fields.map(|head| format!("{head} = {head:?}")).collect();
        write!(text, "[[file]]\nfile = \"{name}.csv\"\nrecord = {record:?}\nkey = \"{{id}}\"\n").expect("a text");
        if heads.contains(&"when") {
            text.push_str("when = \"when\"\n");
        }
        if history {
            text.push_str("history = true\n");
        }
        writeln!(text, "fields = {{ {} }}", fields.join(", ")).expect("a text");
    }
    text
}

async fn import(app: &TestApp, example: &Example) {
    let mut files = example.files.clone();
    if files.contains_key("deal") && !files.contains_key("stage") {
        files.insert("pipeline".to_owned(), PIPELINE.to_owned());
        files.insert("stage".to_owned(), STAGES.to_owned());
    }
    let files: BTreeMap<String, String> = files.into_iter().map(|(name, text)| (name, rows(&text))).collect();
    for (name, text) in &files {
        std::fs::write(app.folder().join(format!("{name}.csv")), text).expect("written");
    }
    let mapping = Mapping::read(&mapping(example, &files)).expect("a mapping");
    let checked = mapping.check(app.db.registry()).unwrap_or_else(|error| panic!("{}: {error}", example.says));
    let skip_file = Some(app.folder().join("skipped.csv"));
    let paths = vec![app.folder().to_owned()];
    let options = Options { checked, paths, dry_run: false, resume: None, skip_file };
    let report = import::run(&app.db, &options, &mut |_| {}).await.expect("the import runs");
    assert_eq!(report.skipped, 0, "{}: {:?}", example.says, report.problems);
}

fn grain(period: &str) -> Grain {
    match (period.len(), period) {
        (_, "all") => Grain::All,
        (4, _) => Grain::Year,
        (7, period) if period.contains('Q') => Grain::Quarter,
        (7, _) => Grain::Month,
        (8, _) => Grain::Week,
        _ => Grain::Day,
    }
}

fn is_of(row: &Row, kpi: &str, expected: &Expected) -> bool {
    let named = expected.by == "company"
        || row.entity.external_id.as_deref() == Some(&expected.entity)
        || row.entity.name == expected.entity;
    named && row.kpi == kpi && row.period.label == expected.period
}

/// What an example says and the engine does not.
async fn difference(app: &TestApp, example: &Example, expected: &Expected) -> Option<String> {
    let kpi = expected.kpi.as_ref().unwrap_or(&example.kpi);
    let by: ByWord = expected.by.parse().expect("a breakdown");
    let asked = Ask {
        from: Some(Date::constant(2024, 1, 1)),
        to: Some(Date::constant(2027, 1, 1)),
        as_of: Some(expected.as_of.unwrap_or(example.as_of)),
        ..ask(app, &[kpi], by, grain(&expected.period))
    };
    let found = answer(app, &asked).await;
    let Some(row) = found.rows.iter().find(|row| is_of(row, kpi, expected)) else {
        return Some(format!("{kpi} ({}): no row for {expected:?}", example.says));
    };
    let number = |text: &str| text.parse::<Amount>().ok();
    let value = row.value.as_deref().and_then(number);
    // The reference rounds to what it prints.
    let is_value = match &expected.value {
        Some(stated) => {
            let decimals = stated.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            value.and_then(|value| value.round_to(u32::try_from(decimals).unwrap_or(6)).ok()) == number(stated)
        }
        None => value.is_none(),
    };
    let is_side = |stated: &Option<String>, side| stated.as_deref().is_none_or(|stated| side == number(stated));
    let same = is_value
        && is_side(&expected.numerator, row.numerator)
        && is_side(&expected.denominator, row.denominator)
        && expected.null.as_deref() == row.null_reason.map(rules::kpi::NullReason::name)
        && expected
            .target
            .as_deref()
            .is_none_or(|target| target == row.target.map_or("none".to_owned(), Amount::to_text))
        && expected.mature.is_none_or(|mature| row.mature == Some(mature));
    (!same).then(|| format!("{kpi} ({}): {expected:?}\n    is {row:?}", example.says))
}

fn examples(name: &str) -> Vec<Example> {
    let text = std::fs::read_to_string(folder().join(name)).expect("read");
    toml::from_str::<File>(&text).unwrap_or_else(|error| panic!("{name}: {error}")).example
}

async fn hold(name: &str) {
    let mut differences = Vec::new();
    for number in 0..examples(name).len() {
        let found = std::sync::Mutex::new(Vec::new());
        on_both(async |app| {
            app.clock.set("2026-11-24T09:00:00Z".parse().expect("a moment"));
            let example = &examples(name)[number];
            import(app, example).await;
            for expected in &example.expect {
                let difference = difference(app, example, expected).await;
                found.lock().expect("one at a time").extend(difference);
            }
        })
        .await;
        differences.extend(found.into_inner().expect("one at a time"));
    }
    assert!(differences.is_empty(), "{} differ\n{}", differences.len(), differences.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_deals_hold() {
    hold("deals.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_revenue_hold() {
    hold("revenue.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_orders_hold() {
    hold("orders.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_customers_hold() {
    hold("customers.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_leads_and_costs_hold() {
    hold("leads.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_service_hold() {
    hold("service.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_people_hold() {
    hold("people.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_money_hold() {
    hold("money.toml").await;
}

#[test]
fn every_file_of_examples_is_tried() {
    let files = std::fs::read_dir(folder()).expect("read").map(|entry| entry.expect("read").file_name());
    let files: BTreeSet<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
    let source = include_str!("examples.rs");
    for file in files {
        assert!(source.contains(&format!("hold(\"{file}\")")), "{file} is in no test");
    }
}
