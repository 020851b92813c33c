//! Closing a period: from then on it answers as it was reported, and what is learnt of it later is an adjustment in the open
//! period. A plan says what will be closed with which values; committing it writes one record. Reopening voids that record.

use crate::{Ask, ByWord, Kpi, KpiError, PERIOD_CLOSE, Row, company::Company, organisation};
use base::{Amount, Grain, Period, RecordId, Seq};
use db::{Change, Db, DbError};
use jiff::civil::Date;
use kpi_engine::Closing;
use rules::{
    access::{Viewer, closes_periods},
    facts::BUILDER_VERSION,
    log::{Event, Imports, Origin, Timeline, voided},
    record::Value,
};
use serde_json::json;
use std::path::PathBuf;

/// A period about to be closed.
#[derive(Debug, Clone)]
pub struct Plan {
    pub period: Period,
    /// What is known at this seq is what the period will answer.
    pub seq: Seq,
    /// The company's KPIs, those without a source left out.
    pub reported: Vec<Row>,
}

/// A period that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub id: RecordId,
    pub period: String,
    pub from: Date,
    pub to: Date,
    pub seq: Seq,
}

impl Kpi {
    /// Refuses whose role closes no periods; the operator at the command line may.
    pub(crate) async fn closers_only(&self) -> Result<(), KpiError> {
        if self.has_role(closes_periods).await? { Ok(()) } else { Err(KpiError::ClosesNothing) }
    }

    /// What closing a period, named by its label, would fix.
    pub async fn plan_close(&self, label: &str, folder: PathBuf) -> Result<Plan, KpiError> {
        self.closers_only().await?;
        let company = Company::load(self.db()).await?;
        let period = company.calendar.parse_label(label)?;
        if period.end > self.today(&company) {
            return Err(KpiError::NotOver(period.label));
        }
        for closed in closed(self.db()).await? {
            if closed.from < period.end && period.start < closed.to {
                return Err(KpiError::ClosedAlready { period: period.label, by: closed.period });
            }
        }
        let known = self.known(&folder).await?;
        let catalogues = known.catalogues(self.db(), self.shipped(), known.view.seq).await?;
        let held = catalogues.on(period.end.yesterday().unwrap_or(period.end));
        let kpis = held.iter().map(|definition| definition.id.clone()).collect();
        let ask = Ask { kpis, ..self.whole(&period, folder) };
        let answer = self.ask(&ask).await?;
        let has_source = |row: &Row| row.null_reason != Some(rules::kpi::NullReason::NoSource);
        Ok(Plan { period, seq: answer.known_at, reported: answer.rows.into_iter().filter(has_source).collect() })
    }

    /// Every KPI of the company in one period.
    pub fn whole(&self, period: &Period, folder: PathBuf) -> Ask {
        Ask {
            kpis: self.catalogue().iter().map(|definition| definition.id.clone()).collect(),
            by: ByWord::Company,
            grain: if period.grain == Grain::All { Grain::Year } else { period.grain },
            from: Some(period.start),
            to: Some(period.end),
            as_of: None,
            known_at: None,
            entity: None,
            among: None,
            filters: Vec::new(),
            org: None,
            restated: false,
            folder,
            within: None,
        }
    }

    /// Closes a period with the plan that somebody looked at, which its seq tells.
    pub async fn close_planned(
        &self,
        label: &str,
        seq: Seq,
        folder: PathBuf,
        origin: Origin,
    ) -> Result<Plan, KpiError> {
        let plan = self.plan_close(label, folder).await?;
        if plan.seq != seq {
            return Err(KpiError::PlanIsOld(plan.period.label));
        }
        self.close(&plan, origin).await?;
        Ok(plan)
    }

    /// Closes the period as planned; refused when anything was written since.
    pub async fn close(&self, plan: &Plan, origin: Origin) -> Result<RecordId, KpiError> {
        let id = self.db().new_id().await?;
        let text = |text: String| Value::Text(text);
        let mut tx = self.db().begin(self.viewer().person, origin).only_at(plan.seq);
        tx.put(Change::create(
            &PERIOD_CLOSE,
            id,
            vec![
                ("period", text(plan.period.label.clone())),
                ("starts_on", Value::Date(plan.period.start)),
                ("ends_on", Value::Date(plan.period.end)),
                ("closed_seq", Value::Integer(plan.seq.0)),
                ("reported", text(reported(plan))),
            ],
        ))?;
        match tx.commit().await {
            Ok(_) => Ok(id),
            Err(DbError::Moved) => Err(KpiError::PlanIsOld(plan.period.label.clone())),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a closed period again: its closing no longer counts.
    pub async fn reopen(&self, label: &str, origin: Origin) -> Result<(), KpiError> {
        self.closers_only().await?;
        let found = closed(self.db()).await?.into_iter().find(|closed| closed.period == label);
        let closed = found.ok_or_else(|| KpiError::NotClosed(label.to_owned()))?;
        let rows = self.db().system().history(&PERIOD_CLOSE, closed.id).await?;
        let void = voided(&rows, &self.db().system().imports().await?, Seq(i64::MAX));
        let create = rows.iter().filter(|row| matches!(row.event, Event::Create(_)) && !void.contains(&row.seq));
        let seqs = create.map(|row| row.seq).collect();
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(Change::of(&PERIOD_CLOSE, closed.id, Event::Void(seqs)))?;
        tx.commit().await?;
        Ok(())
    }
}

fn reported(plan: &Plan) -> String {
    let plain = |amount: Option<Amount>| amount.map(Amount::to_text);
    let rows = plan.reported.iter().map(|row| {
        json!({
            "kpi": row.kpi,
            "value": row.value,
            "numerator": plain(row.numerator),
            "denominator": plain(row.denominator),
            "formula": row.definition.reads,
            "formula_since": row.definition.since.map(|since| since.to_string()),
        })
    });
    json!({ "builder": BUILDER_VERSION, "kpis": rows.collect::<Vec<_>>() }).to_string()
}

/// The periods that are closed now, in order of time.
pub async fn closed(db: &Db) -> Result<Vec<Closed>, KpiError> {
    let records = db.reader(&Viewer::system()).all(&PERIOD_CLOSE).await?;
    let mut found: Vec<Closed> = records
        .iter()
        .filter_map(|record| {
            Some(Closed {
                id: record.id,
                period: record.title(),
                from: record.value("starts_on").as_date()?,
                to: record.value("ends_on").as_date()?,
                seq: Seq(record.value("closed_seq").as_integer()?),
            })
        })
        .collect();
    found.sort_by_key(|closed| closed.from);
    Ok(found)
}

/// The closings as known at a seq.
pub(crate) async fn closings(db: &Db, imports: &Imports, known_at: Seq) -> Result<Vec<Closing>, KpiError> {
    let mut found = Vec::new();
    for rows in organisation::histories(db, &PERIOD_CLOSE).await?.values() {
        let Some(known) = Timeline::known(rows, imports, known_at) else { continue };
        let last = |field: &str| known.steps(field).last().map(|step| &step.value);
        let day = |field: &str| last(field).and_then(Value::as_date);
        let seq = last("closed_seq").and_then(Value::as_integer);
        if let (Some(from), Some(to), Some(seq)) = (day("starts_on"), day("ends_on"), seq) {
            found.push(Closing { from, to, seq: Seq(seq) });
        }
    }
    Ok(found)
}
