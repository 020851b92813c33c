//! What a company sets as text from a day on, in place of what ships: scorecards and KPIs.

use crate::{Entity, KpiError, ask::entity, company::Company, organisation};
use base::{RecordId, Seq};
use db::{Change, Db, DbError};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rules::{
    log::{Imports, Origin, Timeline},
    record::{RecordType, Value},
};
use std::collections::BTreeMap;

/// The field that holds the text; none: from then on there is none.
const DEFINITION: &str = "definition";
/// Why it was set, of record types that say so.
const REASON: &str = "reason";

/// A record type of such texts, and the field that says what a text is of.
pub struct Versions {
    pub record_type: &'static RecordType,
    pub of: &'static str,
}

/// The texts of each as they run over time, one a day.
pub type Steps = BTreeMap<String, BTreeMap<Date, Option<String>>>;

/// A text, and who set it when.
struct Set {
    text: Option<String>,
    reason: Option<String>,
    recorded_at: Timestamp,
    actor: Option<RecordId>,
}

/// From which day on texts hold, why, and where it was said.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    pub from: Date,
    /// Empty: nobody said why.
    pub reason: &'a str,
    pub origin: Origin,
}

impl<'a> Setting<'a> {
    pub const fn new(from: Date, origin: Origin) -> Self {
        Self { from, reason: "", origin }
    }

    #[must_use]
    pub fn because(self, reason: &'a str) -> Self {
        Self { reason: reason.trim(), ..self }
    }
}

/// One that held, holds or will hold, as people are told of it.
#[derive(Debug, Clone)]
pub struct Version {
    pub since: Date,
    /// As a file has it; none: from then on the company has none of its own.
    pub text: Option<String>,
    pub reason: Option<String>,
    pub set_on: Date,
    /// None: the operator at the command line.
    pub set_by: Option<Entity>,
}

impl Versions {
    pub async fn known(&self, db: &Db, imports: &Imports, known_at: Seq, zone: &TimeZone) -> Result<Steps, KpiError> {
        let texts = |set: BTreeMap<Date, Set>| set.into_iter().map(|(since, set)| (since, set.text)).collect();
        let set = self.set(db, imports, known_at, zone).await?;
        Ok(set.into_iter().map(|(of, set)| (of, texts(set))).collect())
    }

    /// The company's own of one id, from the first on.
    pub async fn told(&self, db: &Db, of: &str) -> Result<Vec<Version>, KpiError> {
        let zone = match Company::load(db).await {
            Err(KpiError::NoCompany) => return Ok(Vec::new()),
            company => company?.zone,
        };
        let imports = db.system().imports().await?;
        let found = self.set(db, &imports, Seq(i64::MAX), &zone).await?.remove(of).unwrap_or_default();
        let people = found.values().filter_map(|set| set.actor).collect();
        let people = db.system().many(&access::PERSON, &people).await?;
        let version = |(since, set): (Date, Set)| Version {
            since,
            text: set.text,
            reason: set.reason,
            set_on: set.recorded_at.to_zoned(zone.clone()).date(),
            set_by: set.actor.map(|id| entity(Some(id), &people)),
        };
        Ok(found.into_iter().map(version).collect())
    }

    /// Each text with the row that set it.
    async fn set(
        &self,
        db: &Db,
        imports: &Imports,
        known_at: Seq,
        zone: &TimeZone,
    ) -> Result<BTreeMap<String, BTreeMap<Date, Set>>, KpiError> {
        let mut found: BTreeMap<String, BTreeMap<(Timestamp, Seq), Set>> = BTreeMap::new();
        for rows in organisation::histories(db, self.record_type).await?.values() {
            let known = Timeline::known(rows, imports, known_at).filter(|known| !known.archived);
            let Some((known, of)) = known.as_ref().and_then(|known| Some((known, self.of(known)?))) else { continue };
            let reasons = known.steps(REASON);
            let set = known.steps(DEFINITION).iter().filter_map(|step| {
                let row = rows.iter().find(|row| row.seq == step.seq)?;
                let text = |value: &Value| value.as_text().map(str::to_owned);
                let reason = reasons.iter().find(|reason| reason.seq == step.seq);
                let reason = reason.and_then(|step| text(&step.value));
                let set = Set { text: text(&step.value), reason, recorded_at: row.recorded_at, actor: row.actor };
                Some(((step.effective_at, step.seq), set))
            });
            found.entry(of.to_owned()).or_default().extend(set);
        }
        let day = |moment: Timestamp| moment.to_zoned(zone.clone()).date();
        let dated = |set: BTreeMap<(Timestamp, Seq), Set>| {
            set.into_iter().map(|((moment, _), set)| (day(moment), set)).collect::<BTreeMap<_, _>>()
        };
        Ok(found.into_iter().map(|(of, set)| (of, dated(set))).collect())
    }

    /// What holds on a day: since when, and when the next one begins.
    pub fn on(steps: &BTreeMap<Date, Option<String>>, day: Date) -> (Option<(Date, &String)>, Option<Date>) {
        let later = steps.keys().copied().find(|since| *since > day);
        let own = steps.range(..=day).next_back();
        (own.and_then(|(since, text)| Some((*since, text.as_ref()?))), later)
    }

    fn of<'a>(&self, known: &'a Timeline) -> Option<&'a str> {
        known.steps(self.of).last().and_then(|step| step.value.as_text())
    }

    /// Sets texts from a day on, all or none of them; refused when the texts are no longer those that were seen.
    pub async fn put(
        &self,
        db: &Db,
        author: Option<RecordId>,
        texts: &[(String, Option<String>)],
        setting: Setting<'_>,
        seen: Option<&Steps>,
    ) -> Result<(), KpiError> {
        let Setting { from, reason, origin } = setting;
        let company = Company::load(db).await?;
        let zone = company.zone;
        let moment =
            from.to_zoned(zone.clone()).map_err(|_| KpiError::NotADate { name: "from", value: from.to_string() })?;
        let seq = db.system().last_seq().await?;
        let imports = db.system().imports().await?;
        let is_old = || KpiError::PlanIsOld(texts.iter().map(|(of, _)| of.as_str()).collect::<Vec<_>>().join(", "));
        if let Some(seen) = seen
            && *seen != self.known(db, &imports, seq, &zone).await?
        {
            return Err(is_old());
        }
        let mut there = BTreeMap::new();
        for (id, rows) in organisation::histories(db, self.record_type).await? {
            let known = Timeline::known(&rows, &imports, seq).filter(|known| !known.archived);
            if let Some(of) = known.as_ref().and_then(|known| self.of(known)) {
                there.insert(of.to_owned(), id);
            }
        }
        // Two first ones at once would be two records.
        let mut tx = db.begin(author, origin).only_at(seq);
        for (of, text) in texts {
            let mut fields = vec![(DEFINITION, text.clone().map_or(Value::Null, Value::Text))];
            if self.record_type.field(REASON).is_some() {
                let reason = (!reason.is_empty()).then(|| Value::Text(reason.to_owned()));
                fields.push((REASON, reason.unwrap_or(Value::Null)));
            }
            let change = if let Some(id) = there.get(of) {
                Change::set(self.record_type, *id, fields)
            } else {
                fields.push((self.of, Value::Text(of.clone())));
                Change::create(self.record_type, db.new_id().await?, fields)
            };
            tx.put(change.effective_at(moment.timestamp()))?;
        }
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Moved) => Err(is_old()),
            Err(error) => Err(error.into()),
        }
    }
}
