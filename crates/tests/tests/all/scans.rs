//! How often facts are read for the scorecard of each role.

use crate::company::{advance, ask, import, kpi};
use base::Grain;
use jiff::civil::date;
use kpi::{Ask, ByWord};
use rules::score::{SHIPPED, Scorecard, Whose};
use std::collections::BTreeSet;
use testkit::TestApp;

/// The most readings of each role's scorecard, of all people and a year's months: one for each fact type and way of placing it in
/// periods. A KPI that needs another makes it more on purpose.
const MOST: [(&str, usize); 6] = [("sdr", 11), ("ae", 8), ("aem", 22), ("esd", 11), ("hos", 18), ("kam", 14)];

#[tokio::test(flavor = "multi_thread")]
async fn a_roles_scorecard_reads_each_fact_once_for_each_way_of_placing_it() {
    let app = &TestApp::sqlite().await;
    advance(app);
    import(app, "acme", "acme", false).await;
    let kpi = kpi(app).await;
    let mut told = Vec::new();
    for (role, text) in SHIPPED {
        let card = Scorecard::read(text, kpi.catalogue()).expect("sound");
        let own = card.items().filter(|item| item.whose.is_none());
        let ids: Vec<&str> = own.map(|item| item.id.as_str()).collect();
        let by = match card.whose {
            Whose::Person => ByWord::Rep,
            Whose::Reports => ByWord::Manager,
            Whose::Company => ByWord::Company,
        };
        let days = (Some(date(2025, 1, 1)), Some(date(2026, 1, 1)));
        let scans =
            kpi.scans(&Ask { from: days.0, to: days.1, ..ask(app, &ids, by, Grain::Month) }).await.expect("scans");
        let once: BTreeSet<(&str, &str)> = scans.iter().map(|scan| (scan.fact, scan.way.as_str())).collect();
        // How far off forecasts were is asked for each layer of forecast days.
        let has_forecasts = card.items().any(|item| item.id.starts_with("forecast_"));
        assert!(has_forecasts || once.len() == scans.len(), "{role}: {scans:?}");
        assert!(scans.iter().map(|scan| scan.measures).sum::<usize>() >= ids.len(), "{role}: many sums a reading");
        told.push((role, scans.len()));
    }
    for ((role, scans), (_, most)) in told.iter().zip(MOST) {
        assert!(*scans <= most, "{role} takes {scans} readings and not {most}: {told:?}");
    }
}
