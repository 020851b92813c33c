//! What questions cost this process, as Prometheus reads it (text format 0.0.4).

use crate::{KpiError, known};
use db::Db;
use std::fmt::Write as _;

/// Counters since the process began, and what holds now.
pub async fn metrics(db: &Db) -> Result<String, KpiError> {
    let engine = kpi_engine::counted()?;
    let (asked, anew) = known::asked();
    let seconds = base::Fraction::new(
        i64::try_from(engine.microseconds).unwrap_or(i64::MAX).into(),
        base::Amount::from(1_000_000),
    );
    let count = |count: u64| count.to_string();
    let told = [
        ("clinch_kpi_asked_total", "counter", "Questions about KPIs, pages and API together.", count(asked)),
        ("clinch_kpi_remembered_total", "counter", "Of them answered from memory.", count(asked.saturating_sub(anew))),
        ("clinch_kpi_computed_total", "counter", "Questions that the engine answered.", count(engine.questions)),
        ("clinch_kpi_scans_total", "counter", "Readings of a fact type's files.", count(engine.scans)),
        (
            "clinch_kpi_scanned_bytes_total",
            "counter",
            "Size of the fact files, as often as they were read.",
            count(engine.bytes),
        ),
        (
            "clinch_kpi_scanned_rows_total",
            "counter",
            "Facts in the files, as often as they were read.",
            count(engine.rows),
        ),
        ("clinch_kpi_seconds_total", "counter", "Time that answers took.", seconds.value(6).unwrap_or_default()),
        ("clinch_kpi_refused_total", "counter", "Questions stopped for time or memory.", count(engine.refused)),
        ("clinch_kpi_memory_bytes", "gauge", "Memory that questions hold now.", engine.memory_bytes.to_string()),
        ("clinch_kpi_memory_limit_bytes", "gauge", "Memory that all questions share.", engine.memory_limit.to_string()),
        ("clinch_log_seq", "gauge", "The last row of the log.", db.system().last_seq().await?.0.to_string()),
    ];
    let mut text = String::new();
    for (name, kind, help, value) in told {
        // Writing to a text does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    }
    Ok(text)
}
