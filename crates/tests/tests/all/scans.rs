//! How often fact files are read for the scorecard of each role.

use crate::company::{advance, ask, import, kpi};
use base::Grain;
use jiff::civil::date;
use kpi::{Ask, ByWord, HELD_BYTES, Scanned};
use rules::score::{SHIPPED, Scorecard, Whose};
use testkit::TestApp;

/// The readings of fact files that each role's scorecard takes, of all people and a year's months, and the ways in which their facts
/// are placed in periods. A KPI that needs another makes it more on purpose.
const TAKES: [(&str, u64, usize); 6] =
    [("sdr", 10, 11), ("ae", 6, 8), ("aem", 18, 22), ("esd", 8, 11), ("hos", 14, 18), ("kam", 12, 14)];

#[tokio::test(flavor = "multi_thread")]
async fn a_roles_scorecard_reads_no_fact_twice() {
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
        let asked = Ask { from: days.0, to: days.1, ..ask(app, &ids, by, Grain::Month) };
        let (held, scans) = kpi.scans(&asked, HELD_BYTES).await.expect("scans");
        let twice: Vec<&Scanned> = scans.iter().filter(|scan| scan.readings > 1).collect();
        assert!(twice.is_empty(), "{role} reads more than once: {twice:?}");
        // Where nothing may be held each way reads the whole for itself, and answers the same.
        let (read, again) = kpi.scans(&asked, 0).await.expect("scans");
        assert!(again.iter().map(|scan| scan.readings).sum::<u64>() > again.len() as u64, "{role}: {again:?}");
        assert_eq!(held, read, "{role}");
        let placed = || scans.iter().flat_map(|scan| &scan.ways);
        assert!(placed().map(|placed| placed.measures).sum::<usize>() >= ids.len(), "{role}: many sums a reading");
        told.push((role, scans.iter().map(|scan| scan.readings).sum::<u64>(), placed().count()));
    }
    assert_eq!(told, TAKES);
}
