//! A company's own KPIs (KPI-7), over the sample company. What they come to is told by KPIs whose values are expected elsewhere.

use crate::company::{advance, as_person, ask, import, kpi};
use base::Grain;
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use kpi::{Against, Answer, Ask, ByWord, Explained, KPI, Kind, KnownAt, KpiError, MOST_TIME, Setting};
use rules::{kpi::NullReason, log::Origin, record::Value};
use std::time::Duration;
use testkit::{TestApp, on_both};

const JANUARY: Date = date(2026, 1, 1);
const JULY: Date = date(2026, 7, 1);

async fn acme(app: &TestApp) {
    advance(app);
    import(app, "acme", "acme", false).await;
    app.clock.advance(SignedDuration::from_hours(1));
}

/// A definition as a company writes it.
fn file(id: &str, unit: &str, formula: &str) -> String {
    format!(
        "[[kpi]]\nid = \"{id}\"\nnames = {{ en = \"Ours\", th = \"ของเรา\" }}\nmeaning = {{ en = \"What we count.\" }}\n\
         unit = \"{unit}\"\nbetter = \"higher\"\nformula = {formula}\nreads = \"as we count it\"\nrows = \"document\"\n"
    )
}

/// Won deals by their amount, which is the companion `by_amount` of the same KPI.
const BY_AMOUNT: &str =
    "{ ratio = { numerator = { sum = \"closed.amount\" }, denominator = { sum = \"closed.closed_amount\" } } }";
/// `avg_deal_size` by another way.
const PER_DEAL: &str = "{ of = \"revenue / deals_won_count\" }";

async fn plan(app: &TestApp, text: &str, from: Date) -> Result<kpi::DefinitionPlan, KpiError> {
    kpi(app).await.plan_definitions(text, from, app.folder().join("facts"), MOST_TIME).await
}

async fn define(app: &TestApp, text: &str, from: Date) {
    let plan = plan(app, text, from).await.expect("sound");
    kpi(app).await.define(&plan, "", Origin::Cli).await.expect("set");
    app.clock.advance(SignedDuration::from_mins(1));
}

fn months(app: &TestApp, ids: &[&str]) -> Ask {
    Ask { from: Some(JANUARY), to: Some(date(2026, 11, 1)), ..ask(app, ids, ByWord::Company, Grain::Month) }
}

async fn asked(app: &TestApp, ask: &Ask) -> Answer {
    kpi(app).await.ask(ask).await.expect("an answer")
}

/// The values of one KPI, month by month.
fn values(answer: &Answer, id: &str) -> Vec<Option<String>> {
    answer.rows.iter().filter(|row| row.kpi == id).map(|row| row.value.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_companys_own_kpi_comes_to_what_its_formula_says() {
    on_both(async |app| {
        acme(app).await;
        define(app, &file("revenue_per_deal", "money", PER_DEAL), JULY).await;
        // Nothing was there before it: its first version tells the months before too.
        let answer = asked(app, &months(app, &["revenue_per_deal", "avg_deal_size"])).await;
        let own = values(&answer, "revenue_per_deal");
        assert_eq!((own.len(), own.iter().flatten().count()), (10, 10));
        assert_eq!(own, values(&answer, "avg_deal_size"));
        let row = answer.rows.iter().find(|row| row.kpi == "revenue_per_deal").expect("a row");
        assert_eq!(
            (row.definition.since, row.definition.name("th"), row.definition.name("ja")),
            (Some(JULY), "ของเรา", "Ours")
        );

        let open = Ask { grain: Grain::All, ..months(app, &["revenue_per_deal"]) };
        let opened = kpi(app).await.open(&open).await.expect("it opens");
        let parts: Vec<&str> = opened.parts.iter().map(|part| part.kpi.as_str()).collect();
        assert_eq!(parts, ["revenue", "deals_won_count"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_is_told_by_the_formula_that_holds_on_its_periods_last_day() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let shipped = asked(app, &months(app, &["win_rate_closed", "win_rate_closed.by_amount"])).await;
    let (by_count, by_amount) = (values(&shipped, "win_rate_closed"), values(&shipped, "win_rate_closed.by_amount"));
    assert_ne!(by_count[6..], by_amount[6..], "the two formulas differ");
    define(app, &file("win_rate_closed", "percent", BY_AMOUNT), JULY).await;
    let now = asked(app, &months(app, &["win_rate_closed"])).await;
    assert_eq!(values(&now, "win_rate_closed"), [&by_count[..6], &by_amount[6..]].concat());
    let since: Vec<Option<Date>> = now.rows.iter().map(|row| row.definition.since).collect();
    assert_eq!((since[5], since[6]), (None, Some(JULY)));

    // As it was known before, and as of a day before, it is the one that ships.
    let june = Ask { as_of: Some(date(2026, 6, 30)), ..months(app, &["win_rate_closed"]) };
    assert_eq!(values(&asked(app, &june).await, "win_rate_closed")[..6], by_count[..6]);
    let before = Ask {
        known_at: Some(KnownAt::Moment(app.db.now() - SignedDuration::from_secs(90))),
        ..months(app, &["win_rate_closed"])
    };
    assert_eq!(values(&asked(app, &before).await, "win_rate_closed"), by_count);

    // A drill is told by the same version as the number.
    let august = Ask {
        grain: Grain::All,
        from: Some(date(2026, 8, 1)),
        to: Some(date(2026, 9, 1)),
        ..months(app, &["win_rate_closed"])
    };
    let opened = kpi(app).await.open(&august).await.expect("it opens");
    assert_eq!((opened.value, opened.definition.since), (by_amount[7].clone(), Some(JULY)));

    // Ended, the one that ships holds again.
    kpi(app).await.undefine("win_rate_closed", Setting::new(date(2026, 9, 1), Origin::Cli)).await.expect("ended");
    app.clock.advance(SignedDuration::from_mins(1));
    let ended = asked(app, &months(app, &["win_rate_closed"])).await;
    assert_eq!(values(&ended, "win_rate_closed"), [&by_count[..6], &by_amount[6..8], &by_count[8..]].concat());
    let versions = kpi(app).await.versions("win_rate_closed").await.expect("read");
    let told: Vec<_> = versions.iter().map(|one| (one.since, one.text.is_some(), one.set_by.is_none())).collect();
    assert_eq!(told, [(JULY, true, true), (date(2026, 9, 1), false, true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_period_keeps_the_formula_it_was_reported_with() {
    on_both(async |app| {
        acme(app).await;
        let shipped = asked(app, &months(app, &["win_rate_closed", "win_rate_closed.by_amount"])).await;
        let (by_count, by_amount) =
            (values(&shipped, "win_rate_closed"), values(&shipped, "win_rate_closed.by_amount"));
        let folder = app.folder().join("facts");
        let plan = kpi(app).await.plan_close("2026-03", folder).await.expect("a plan");
        kpi(app).await.close(&plan, Origin::Cli).await.expect("closed");
        define(app, &file("win_rate_closed", "percent", BY_AMOUNT), JANUARY).await;
        let reported = asked(app, &months(app, &["win_rate_closed"])).await;
        assert_eq!(values(&reported, "win_rate_closed")[2], by_count[2]);
        assert_eq!(reported.rows[2].definition.since, None);
        assert_eq!(values(&reported, "win_rate_closed")[3..], by_amount[3..]);
        let restated = Ask { restated: true, ..months(app, &["win_rate_closed"]) };
        assert_eq!(values(&asked(app, &restated).await, "win_rate_closed"), by_amount);
    })
    .await;
}

/// Every day of the quarter is closed, month by month: it is reported by the formula of then.
#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_of_closed_months_keeps_its_formula_and_an_ended_kpi_its_past() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let folder = app.folder().join("facts");
    let quarter = Ask { grain: Grain::Quarter, ..months(app, &["win_rate_closed"]) };
    let before = values(&asked(app, &quarter).await, "win_rate_closed");
    for month in ["2026-01", "2026-02", "2026-03"] {
        let plan = kpi(app).await.plan_close(month, folder.clone()).await.expect("a plan");
        kpi(app).await.close(&plan, Origin::Cli).await.expect("closed");
    }
    define(app, &file("win_rate_closed", "percent", BY_AMOUNT), JANUARY).await;
    let after = values(&asked(app, &quarter).await, "win_rate_closed");
    assert_eq!(after[0], before[0]);
    assert_ne!(after[1], before[1]);

    // What it was before anybody knew of it is nothing, and takes no other number with it.
    define(app, &file("ours", "money", PER_DEAL), JANUARY).await;
    let june = Some(KnownAt::Moment(app.db.now() - SignedDuration::from_secs(90)));
    let then = asked(app, &Ask { known_at: june, ..months(app, &["ours", "revenue"]) }).await;
    assert!(values(&then, "ours").iter().all(Option::is_none));
    assert!(then.rows.iter().filter(|row| row.kpi == "ours").all(|row| row.null_reason == Some(NullReason::NoSource)));
    assert_eq!(values(&then, "revenue").iter().flatten().count(), 10);

    // Ended in November, it is closed with October all the same, and why it changed is still told.
    kpi(app).await.undefine("ours", Setting::new(date(2026, 11, 1), Origin::Cli)).await.expect("ended");
    app.clock.advance(SignedDuration::from_mins(1));
    let plan = kpi(app).await.plan_close("2026-10", folder).await.expect("a plan");
    assert!(plan.reported.iter().any(|row| row.kpi == "ours" && row.value.is_some()));
    let october =
        Ask { grain: Grain::All, from: Some(date(2026, 10, 1)), to: Some(date(2026, 11, 1)), ..months(app, &["ours"]) };
    let explained = kpi(app).await.explain(&october, Against::PeriodBefore).await.expect("explained");
    assert!(explained.difference().is_some());
    let again = kpi(app).await.undefine("revenue", Setting::new(JULY, Origin::Cli)).await;
    assert!(matches!(again, Err(KpiError::NotOwn(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_plans_at_once_are_told_and_a_scorecard_is_not_broken() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    // Each was sound when it was planned; the later would silently take the place of the first.
    let one = plan(app, &file("one", "money", "{ of = \"revenue * 2\" }"), JULY).await.expect("sound");
    let other = plan(app, &file("one", "money", "{ of = \"pipeline_value * 2\" }"), JULY).await.expect("sound");
    kpi(app).await.define(&one, "", Origin::Cli).await.expect("set");
    let late = kpi(app).await.define(&other, "", Origin::Cli).await;
    assert!(matches!(late, Err(KpiError::PlanIsOld(_))));
    assert_eq!(app.db.system().all(&KPI).await.expect("read").len(), 1);

    // An absolute curve of the shipped scorecards rests on it: it may not grow with its period.
    let ratio = "{ ratio = { numerator = { sum = \"closed.amount\" }, denominator = { spread = \"quota.amount\" } } }";
    let text = file("pipeline_coverage", "times", ratio).replace("\"higher\"", "\"band\"");
    let broken = plan(app, &text, JULY).await;
    assert!(matches!(&broken, Err(KpiError::Made(_) | KpiError::OnScorecard { .. })), "{broken:?}");
    // A number that is nobody's judges nobody.
    let costs = "{ ratio = { numerator = { sum = \"cost.amount\" }, denominator = { sum = \"cost.amount\" } } }";
    let text = file("win_rate_closed", "percent", costs);
    let broken = plan(app, &text, JULY).await;
    assert!(matches!(&broken, Err(KpiError::OnScorecard { .. })), "{broken:?}");
}

/// The difference is that of the formula and that of what happened, and they sum to it.
#[tokio::test(flavor = "multi_thread")]
async fn another_formula_is_a_cause_of_its_own() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let third =
        Ask { grain: Grain::All, from: Some(JULY), to: Some(date(2026, 10, 1)), ..months(app, &["win_rate_closed"]) };
    let second = Ask { from: Some(date(2026, 4, 1)), to: Some(JULY), ..third.clone() };
    let value = async |ask: &Ask, id: &str| {
        let opened = kpi(app).await.open(&Ask { kpis: vec![id.to_owned()], ..ask.clone() }).await.expect("it opens");
        opened.value.expect("a value").parse::<base::Amount>().expect("a number")
    };
    let (count_then, amount_then) =
        (value(&second, "win_rate_closed").await, value(&second, "win_rate_closed.by_amount").await);
    let amount_now = value(&third, "win_rate_closed.by_amount").await;
    define(app, &file("win_rate_closed", "percent", BY_AMOUNT), JULY).await;
    let explained = kpi(app).await.explain(&third, Against::PeriodBefore).await.expect("explained");
    let formula = |explained: &Explained| {
        let found: Vec<_> =
            explained.causes.iter().filter(|cause| cause.kind == Kind::Formula).map(|cause| cause.effect).collect();
        assert!(found.len() <= 1);
        found.first().copied()
    };
    assert_eq!(formula(&explained), Some(amount_then.checked_sub(count_then).expect("small")));
    assert_eq!(explained.difference(), Some(amount_now.checked_sub(count_then).expect("small")));
    let told = base::Amount::sum(explained.causes.iter().map(|cause| cause.effect)).expect("small");
    assert_eq!(told.checked_add(explained.rounding).ok(), explained.difference());
    let other: Vec<_> = explained.causes.iter().filter(|cause| cause.kind == Kind::Other).collect();
    assert!(other.is_empty(), "{other:?}");

    // Known before it was set, the same period was told by the one that ships: nothing else is different.
    let before = Against::KnownAt(KnownAt::Moment(app.db.now() - SignedDuration::from_secs(90)));
    let explained = kpi(app).await.explain(&third, before).await.expect("explained");
    assert_eq!((explained.causes.len(), formula(&explained)), (1, explained.difference()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_computed_is_refused_and_nothing_is_written() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let told = async |text: &str| plan(app, text, JULY).await.expect_err("refused").to_string();
    let many = format!("{{ of = \"{}\" }}", vec!["revenue"; 10_000].join(" + "));
    assert!(told(&file("many", "money", &many)).await.contains("more than 200 names, numbers and signs"));
    let cycle = [("one", "two + 1"), ("two", "three * 2"), ("three", "one - 1")];
    let cycle = cycle.map(|(id, formula)| file(id, "count", &format!("{{ of = \"{formula}\" }}"))).join("\n");
    assert!(
        told(&cycle)
            .await
            .contains("line 7, character 19: one: it would be computed from itself: one → two → three → one")
    );
    let odd = file("odd", "money", "{ of = \"revenue + sales_cycle_length\" }");
    assert!(told(&odd).await.contains("`+` of money and days"));
    let filter = file("odd", "count", "{ measure = { sum = \"closed.won\", only = { colour = [\"red\"] } } }");
    assert!(told(&filter).await.contains("there is no closed.colour to filter by; there is source, type, class, tier"));
    let unit = file("win_rate_closed", "count", "{ measure = { sum = \"closed.won\" } }");
    assert!(told(&unit).await.contains("win_rate_closed is told in percent"));
    let grains = format!(
        "{}grains = [\"company\", \"product\"]\n",
        file("ours", "money", "{ measure = { sum = \"quota.amount\" } }")
    );
    assert_eq!(plan(app, &grains, JULY).await.err().map(|error| error.to_string()), None, "quotas have products");
    let grains =
        format!("{}grains = [\"product\"]\n", file("ours", "count", "{ measure = { sum = \"activity.done\" } }"));
    assert!(told(&grains).await.contains("line 10, character 11: ours: by product: activity has no product"));

    // One that takes too long is refused with the time it had.
    let trial = kpi(app).await;
    let costly = trial
        .plan_definitions(&file("ours", "money", PER_DEAL), JULY, app.folder().join("facts"), Duration::ZERO)
        .await;
    assert!(matches!(costly, Err(KpiError::TooCostly { kpi, .. }) if kpi == "ours"));
    assert_eq!(app.db.system().all(&KPI).await.expect("read").len(), 0);

    // Of a file all or none: what would cycle with what is there is found too.
    define(app, &file("one", "money", "{ of = \"revenue * 2\" }"), JULY).await;
    let cycle = file("revenue", "money", "{ of = \"one / 2\" }");
    assert!(told(&cycle).await.contains("revenue → one → revenue"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sales_operations_and_the_head_of_sales_define_kpis_and_a_scorecard_keeps_its_own() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let folder = app.folder().join("facts");
    let text = file("ours", "money", PER_DEAL);
    for (person, may) in [("P09", false), ("P04", false), ("P39", false), ("P38", true), ("P02", true)] {
        let asker = as_person(app, person).await;
        let planned = asker.plan_definitions(&text, JULY, folder.clone(), MOST_TIME).await;
        match planned {
            Ok(_) => assert!(may, "{person}"),
            Err(KpiError::DefinesNothing) => assert!(!may, "{person}"),
            Err(error) => panic!("{person}: {error}"),
        }
        assert_eq!(asker.defines().await.ok(), Some(may));
    }
    define(app, &text, JULY).await;
    let mut card = kpi(app).await.scorecards(JULY).await.expect("read")["ae"].card.as_ref().clone();
    card.groups[0].items[0].id = "ours".to_owned();
    kpi(app).await.set_scorecard(&card, Setting::new(JULY, Origin::Cli)).await.expect("set");
    let refused = kpi(app).await.undefine("ours", Setting::new(date(2026, 10, 1), Origin::Cli)).await;
    assert!(matches!(refused, Err(KpiError::OnScorecard { role, .. }) if role == "ae"));
}

/// What a later version of the product can no longer compute is left out, told, and takes nothing else with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_stored_definition_that_no_longer_computes_is_left_out() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let mut tx = app.db.begin(None, Origin::Cli);
    let text = file("lost", "count", "{ measure = { sum = \"gone.amount\" } }");
    let id = app.db.new_id().await.expect("an id");
    let values = vec![("kpi", Value::Text("lost".to_owned())), ("definition", Value::Text(text))];
    tx.put(db::Change::create(&KPI, id, values)).expect("sound");
    tx.commit().await.expect("written");
    app.clock.advance(SignedDuration::from_mins(1));
    let answer = asked(app, &months(app, &["revenue"])).await;
    assert_eq!(answer.rows.iter().filter(|row| row.null_reason == Some(NullReason::NoSource)).count(), 0);
    let lost = kpi(app).await.ask(&months(app, &["lost"])).await;
    assert!(matches!(lost, Err(KpiError::Unknown { id, .. }) if id == "lost"));
    let versions = kpi(app).await.versions("lost").await.expect("read");
    assert!(versions[0].definition().is_some(), "it reads, and does not compute");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_says_why_and_one_without_a_reason_has_no_others() {
    on_both(async |app| {
        acme(app).await;
        let (text, other) = (file("ours", "money", PER_DEAL), file("ours", "money", "{ of = \"avg_deal_size / 2\" }"));
        for (text, from, reason) in [
            (&text, JANUARY, "the board asks for it"),
            (&other, JULY, "the board asks for it"),
            (&text, date(2026, 8, 1), ""),
        ] {
            let plan = plan(app, text, from).await.expect("sound");
            kpi(app).await.define(&plan, reason, Origin::Cli).await.expect("set");
            app.clock.advance(SignedDuration::from_mins(1));
        }
        let ended = Setting::new(date(2026, 9, 1), Origin::Cli).because("nobody reads it");
        kpi(app).await.undefine("ours", ended).await.expect("ended");
        let versions = kpi(app).await.versions("ours").await.expect("read");
        let told: Vec<_> = versions.iter().map(|one| (one.since, one.reason.as_deref())).collect();
        assert_eq!(
            told,
            [
                (JANUARY, Some("the board asks for it")),
                (JULY, Some("the board asks for it")),
                (date(2026, 8, 1), None),
                (date(2026, 9, 1), Some("nobody reads it")),
            ]
        );

        let card = kpi(app).await.scorecards(JULY).await.expect("read")["ae"].card.as_ref().clone();
        let setting = Setting::new(JULY, Origin::Cli).because("weights of this year");
        kpi(app).await.set_scorecard(&card, setting).await.expect("set");
        let versions = kpi(app).await.scorecard_versions("ae").await.expect("read");
        assert_eq!(versions.last().and_then(|(one, _)| one.reason.as_deref()), Some("weights of this year"));
    })
    .await;
}
