//! What tests over a whole imported company share: bring it in, ask, compare.

use base::{Amount, Grain, RecordId};
use db::Record;
use import::{Mapping, Options, Report};
use kpi::{Answer, Ask, ByWord, Kpi, Row};
use rules::access::{Viewer, subtree};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use testkit::TestApp;

pub fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(folder)
}

pub async fn import(app: &TestApp, source: &str, folder: &str, dry_run: bool) -> Report {
    let checked = Mapping::named(source).expect("known").check(app.db.registry()).expect("sound");
    let skip_file = Some(app.folder().join("skipped.csv"));
    let options = Options { checked, paths: vec![data(folder)], dry_run, resume: None, skip_file };
    import::run(&app.db, &options, &mut |_| {}).await.expect("the import runs")
}

pub fn ask(app: &TestApp, kpis: &[&str], by: ByWord, grain: Grain) -> Ask {
    Ask {
        kpis: kpis.iter().map(|id| (*id).to_owned()).collect(),
        by,
        grain,
        from: None,
        to: None,
        as_of: None,
        known_at: None,
        entity: None,
        among: None,
        filters: Vec::new(),
        org: None,
        restated: false,
        folder: app.folder().join("facts"),
        within: None,
    }
}

/// Sign-in and who works where, without mail.
pub fn access(app: &TestApp) -> access::Access {
    access::Access::new(app.db.clone(), [7; 32], Arc::new(clinch::SystemRandom))
}

pub async fn kpi(app: &TestApp) -> Kpi {
    Kpi::new(app.db.clone(), Viewer::system()).await.expect("the catalogue reads")
}

pub async fn person(app: &TestApp, external_id: &str) -> Record {
    app.db.system().named(&access::PERSON, external_id).await.expect("read").remove(0)
}

/// Asks as this person, with their rights.
pub async fn as_person(app: &TestApp, external_id: &str) -> Kpi {
    Kpi::new(app.db.clone(), viewer(app, external_id).await).await.expect("the catalogue reads")
}

/// Somebody with their rights.
pub async fn viewer(app: &TestApp, external_id: &str) -> Viewer {
    let asker = person(app, external_id).await;
    let managers: BTreeMap<RecordId, RecordId> = app
        .db
        .system()
        .all(&access::PERSON)
        .await
        .expect("read")
        .iter()
        .filter_map(|person| Some((person.id, person.value("manager").as_reference()?)))
        .collect();
    Viewer::person(asker.id, access::role(&asker), subtree(asker.id, &managers))
}

pub async fn answer(app: &TestApp, ask: &Ask) -> Answer {
    kpi(app).await.ask(ask).await.expect("an answer")
}

pub async fn rows(app: &TestApp, ask: &Ask) -> Vec<Row> {
    answer(app, ask).await.rows
}

/// Rounded half away from zero to so many decimals.
pub fn rounded(value: Option<&str>, decimals: u32) -> String {
    let amount: Amount = value.expect("a value").parse().expect("a number");
    amount.round_to(decimals).expect("small").to_text()
}

/// The day that Acme's answers and those of the exports are about.
pub fn advance(app: &TestApp) {
    app.clock.set("2026-11-24T09:00:00Z".parse().expect("a moment"));
}

/// Reads a CSV of Northwind whose first columns stand without quotes.
pub fn plain_csv(file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(data("northwind").join(file)).expect("read");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// What each owner's accounts could buy, as the accounts stand: nobody changed it since they came.
pub async fn potentials(app: &TestApp) -> BTreeMap<RecordId, f64> {
    let mut found: BTreeMap<RecordId, f64> = BTreeMap::new();
    for account in app.db.system().all(&crm::ACCOUNT).await.expect("read") {
        let potential = account.value("annual_potential").as_decimal().map(|one| one.to_text().parse::<f64>());
        if let Some((owner, Ok(potential))) = account.value("owner").as_reference().zip(potential) {
            *found.entry(owner).or_default() += potential;
        }
    }
    found
}
