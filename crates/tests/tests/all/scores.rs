//! Scores of people by the scorecard of their role (E1), over the sample company.

use crate::company::{advance, as_person, data, import, kpi, person};
use base::{Amount, RecordId};
use clinch::EDITABLE;
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use kpi::{KpiError, PersonScore, SCORE, ScoreAsk, Scores};
use records::edit::{self, Author, Edit, Since};
use rules::{
    log::Origin,
    score::{NoScore, Scorecard},
};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

const FROM: Date = date(2025, 1, 1);

/// The company with the scorecards that it has of its own.
pub async fn acme(app: &TestApp) {
    advance(app);
    import(app, "acme", "acme", false).await;
    for role in ["aem", "esd", "hos", "kam"] {
        let file = data("acme/scorecards").join(format!("{role}.toml"));
        let text = std::fs::read_to_string(file).expect("read");
        let card = Scorecard::read(&text, kpi(app).await.catalogue()).expect("sound");
        kpi(app).await.set_scorecard(&card, ::kpi::Setting::new(FROM, Origin::Cli)).await.expect("set");
    }
    app.clock.advance(SignedDuration::from_hours(1));
}

fn asked(app: &TestApp, period: &str) -> ScoreAsk {
    ScoreAsk { period: period.to_owned(), folder: app.folder().join("facts"), ..ScoreAsk::default() }
}

async fn scores(app: &TestApp, period: &str) -> Scores {
    kpi(app).await.scores(&asked(app, period)).await.expect("scores")
}

fn of<'a>(scores: &'a Scores, external_id: &str) -> &'a PersonScore {
    let is = |one: &&PersonScore| one.person.external_id.as_deref() == Some(external_id);
    scores.people.iter().find(is).expect("somebody with a scorecard")
}

fn plain(amount: Option<Amount>) -> String {
    amount.map(Amount::to_text).unwrap_or_default()
}

/// A line of the expected scores.
#[derive(Debug)]
struct Expected {
    role: String,
    person: String,
    period: String,
    kpi: String,
    value: String,
    target: String,
    score: String,
    no_score: String,
    weight: String,
    adds: String,
}

impl Expected {
    fn read(line: &str) -> Self {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let [role, person, period, kpi, value, target, score, no_score, weight, adds] =
            cells.try_into().expect("ten columns");
        Self { role, person, period, kpi, value, target, score, no_score, weight, adds }
    }
}

/// Numbers as they are written, whatever their zeros at the end.
fn told(text: &str) -> String {
    text.parse::<Amount>().map_or_else(|_| text.to_owned(), Amount::to_text)
}

/// `data/acme/expected/scores.csv` comes from the values of its SQL and the rules of E1, by a program that knows nothing of ours.
#[tokio::test(flavor = "multi_thread")]
async fn every_expected_score_comes_out() {
    on_both(async |app| {
        acme(app).await;
        let text = std::fs::read_to_string(data("acme/expected/scores.csv")).expect("read");
        let expected: Vec<Expected> = text.lines().skip(1).map(Expected::read).collect();
        let mut by_period: BTreeMap<String, Scores> = BTreeMap::new();
        for one in &expected {
            if !by_period.contains_key(&one.period) {
                by_period.insert(one.period.clone(), scores(app, &one.period).await);
            }
            let found = of(&by_period[&one.period], &one.person);
            assert_eq!(found.role, one.role, "{one:?}");
            let part = found.kpis.iter().find(|scored| scored.item.id == one.kpi);
            let is_told = found.score.is_some();
            let found = if let Some(scored) = part {
                [
                    scored.row.as_ref().and_then(|row| row.value.clone()).unwrap_or_default(),
                    plain(scored.target),
                    plain(scored.part.score.ok()),
                    scored.part.score.err().map(NoScore::name).unwrap_or_default().to_owned(),
                    plain(scored.part.weight),
                    plain(scored.part.score.ok().and(scored.part.weight).filter(|_| is_told).map(|_| scored.part.adds)),
                ]
            } else {
                assert_eq!(one.kpi, "", "{one:?} is in the scorecard");
                let no_score = if is_told { "" } else { "insufficient" };
                let weight = found.weight_present.to_text();
                [String::new(), String::new(), plain(found.score), no_score.to_owned(), weight, String::new()]
            };
            let wanted = [&one.value, &one.target, &one.score, &one.no_score, &one.weight, &one.adds];
            let wanted = wanted.map(|text| told(text));
            // The line of the whole says nothing of single values.
            if one.kpi.is_empty() {
                assert_eq!(found[2..5], wanted[2..5], "{one:?} on {}", app.db.address());
            } else {
                assert_eq!(found.map(|text| told(&text)), wanted, "{one:?} on {}", app.db.address());
            }
        }
        assert!(expected.len() > 80, "{} lines", expected.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_sum_to_the_score_for_everybody_and_every_period() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    for period in ["2025", "2025-Q4", "2025-03", "2026", "2026-11"] {
        let scores = scores(app, period).await;
        assert!(scores.people.len() >= 28, "{period}: {}", scores.people.len());
        for one in &scores.people {
            let sum = Amount::sum(one.kpis.iter().map(|scored| scored.part.adds)).expect("small");
            assert_eq!(one.score.unwrap_or(sum), sum, "{period} {}", one.person.name);
        }
    }
}

/// Corrects the amount of a deal that was won in April 2026 (data/acme/README.md). Returns its owner.
async fn correct(app: &TestApp, amount: &str) -> RecordId {
    let id = app.db.system().by_external(&crm::DEAL, "acme", &["D0188"]).await.expect("read")["D0188"];
    let values = [("amount".to_owned(), amount.to_owned())].into();
    let edit = Edit { id, values, since: Since::Beginning, based_on: None };
    edit::edit(&app.db, &EDITABLE[0], &Author::operator(), &edit).await.expect("written");
    app.clock.advance(SignedDuration::from_mins(1));
    let deal = app.db.system().get(&crm::DEAL, id).await.expect("read").expect("a deal");
    deal.value("owner").as_reference().expect("an owner")
}

/// What is learnt after scores were fixed leaves them alone, until somebody fixes them again.
#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_score_stays_and_what_is_learnt_stands_beside_it() {
    on_both(async |app| {
        acme(app).await;
        let before = scores(app, "2026-04").await;
        let count = kpi(app).await.fix_scores(&before, Origin::Cli).await.expect("fixed");
        assert_eq!(count, before.people.len());
        app.clock.advance(SignedDuration::from_mins(1));

        let owner = correct(app, "500000").await;

        let after = scores(app, "2026-04").await;
        let one = |scores: &Scores| {
            let is = |one: &&PersonScore| one.person.id == Some(owner);
            scores.people.iter().find(is).expect("the owner has a scorecard").clone()
        };
        let attainment = |one: &PersonScore| {
            let is = |scored: &&kpi::ScoredKpi| scored.item.id == "quota_attainment";
            one.kpis.iter().find(is).and_then(|scored| scored.row.clone()).and_then(|row| row.numerator)
        };
        let (was, is) = (one(&before), one(&after));
        assert_eq!(
            attainment(&is).expect("a side").checked_sub(attainment(&was).expect("a side")).expect("small"),
            Amount::from(54_500)
        );
        let fixed = kpi(app).await.fixed(&before.period).await.expect("read");
        assert_eq!(fixed[&owner].value("score").as_decimal(), was.score, "the record is as it was");

        // What was looked at before something was written is refused; a new look writes those alone that differ.
        correct(app, "445500").await;
        let refused = kpi(app).await.fix_scores(&after, Origin::Cli).await;
        assert!(matches!(refused, Err(KpiError::PlanIsOld(_))), "{refused:?}");
        correct(app, "500000").await;
        let after = scores(app, "2026-04").await;
        let again = kpi(app).await.fix_scores(&after, Origin::Cli).await.expect("fixed");
        assert!((1..after.people.len()).contains(&again), "{again}");
        let fixed = kpi(app).await.fixed(&before.period).await.expect("read");
        assert_eq!(fixed[&owner].value("score").as_decimal(), is.score);
        let history = app.db.system().history(&SCORE, fixed[&owner].id).await.expect("read");
        assert_eq!(history.len(), 2, "what was fixed first is kept");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scorecard_holds_from_its_day_on() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let before = scores(app, "2025").await;
    let held = kpi(app).await.scorecards(date(2026, 11, 24)).await.expect("read");
    let mut card = held["ae"].card.as_ref().clone();
    assert_eq!(held["ae"].since, None, "the one that ships");
    for group in &mut card.groups {
        for item in &mut group.items {
            item.weight = (item.id == "quota_attainment").then(|| Amount::from(100));
        }
    }
    kpi(app).await.set_scorecard(&card, ::kpi::Setting::new(date(2026, 7, 1), Origin::Cli)).await.expect("set");
    app.clock.advance(SignedDuration::from_mins(1));
    let weight = |scores: &Scores| of(scores, "P09").kpis[0].part.weight.map(Amount::to_text);
    assert_eq!(weight(&scores(app, "2026-Q2").await).as_deref(), Some("40"));
    assert_eq!(weight(&scores(app, "2026-Q3").await).as_deref(), Some("100"));
    let after = scores(app, "2025").await;
    assert_eq!(of(&after, "P09").score, of(&before, "P09").score, "the past is judged as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_are_told_to_oneself_and_those_above() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let (rep, manager) = (as_person(app, "P09").await, as_person(app, "P04").await);
    let own = rep.scores(&asked(app, "2025")).await.expect("scores");
    let ids = |scores: &Scores| -> Vec<String> {
        scores.people.iter().filter_map(|one| one.person.external_id.clone()).collect()
    };
    assert_eq!(ids(&own), ["P09"]);
    let whole = scores(app, "2025").await;
    assert_eq!(of(&own, "P09").score, of(&whole, "P09").score, "a score does not depend on who asks");
    let below = ids(&manager.scores(&asked(app, "2025")).await.expect("scores"));
    assert!(
        below.contains(&"P04".to_owned()) && below.contains(&"P09".to_owned()) && !below.contains(&"P25".to_owned())
    );

    let other = person(app, "P10").await.id;
    let refused = rep.scores(&ScoreAsk { person: Some(other), ..asked(app, "2025") }).await;
    assert!(matches!(refused, Err(KpiError::Outside)), "{refused:?}");
    let refused = manager.fix_scores(&whole, Origin::Ui).await;
    assert!(matches!(refused, Err(KpiError::SetsNoScorecards)), "{refused:?}");
    let card = rep.scorecards(FROM).await.expect("read")["ae"].card.clone();
    let refused = rep.set_scorecard(&card, ::kpi::Setting::new(FROM, Origin::Ui)).await;
    assert!(matches!(refused, Err(KpiError::SetsNoScorecards)), "{refused:?}");

    kpi(app).await.fix_scores(&whole, Origin::Cli).await.expect("fixed");
    assert_eq!(rep.fixed(&whole.period).await.expect("read").len(), 1, "and so are their records");
}

/// R-PART: a quota of the whole quarter is set against the days of it that have come.
#[tokio::test(flavor = "multi_thread")]
async fn while_a_period_runs_its_days_count() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let ask = ScoreAsk { as_of: Some(date(2025, 8, 15)), ..asked(app, "2025-Q3") };
    let scores = kpi(app).await.scores(&ask).await.expect("scores");
    let scored = &of(&scores, "P09").kpis[0];
    let row = scored.row.as_ref().expect("a value");
    assert!(row.partial && scored.item.id == "quota_attainment");
    // 46 of the quarter's 92 days: half of the quota is due.
    let value: Amount = row.value.as_ref().expect("a value").parse().expect("a number");
    let due = value.mul_fraction(base::Fraction::new(Amount::from(92), Amount::from(46))).expect("small");
    let linear = rules::score::Curve::default().score(due, Amount::ONE).expect("small");
    assert_eq!(scored.part.score.ok().map(|score| score.round_to(3)), Some(linear.round_to(3)));
    let ahead = ScoreAsk { as_of: Some(date(2025, 8, 15)), ..asked(app, "2025-Q4") };
    assert!(matches!(kpi(app).await.scores(&ahead).await, Err(KpiError::NotYet(_))));
    let refused = kpi(app).await.fix_scores(&scores, Origin::Cli).await;
    assert!(matches!(refused, Err(KpiError::NotOver(_))), "{refused:?}");
}
