//! What a company sets as text from a day on, in place of what ships: scorecards and KPIs.

use crate::{KpiError, company::Company, organisation};
use base::{RecordId, Seq};
use db::{Change, Db, DbError};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rules::{
    log::{Imports, LogRow, Origin, Timeline},
    record::{RecordType, Value},
};
use std::collections::BTreeMap;

/// The field that holds the text; none: from then on there is none.
const DEFINITION: &str = "definition";

/// A record type of such texts, and the field that says what a text is of.
pub struct Versions {
    pub record_type: &'static RecordType,
    pub of: &'static str,
}

/// The texts of each as they run over time, one a day.
pub type Steps = BTreeMap<String, BTreeMap<Date, Option<String>>>;

/// A text, and the row that set it.
pub type Set = (Option<String>, LogRow);

impl Versions {
    pub async fn known(&self, db: &Db, imports: &Imports, known_at: Seq, zone: &TimeZone) -> Result<Steps, KpiError> {
        let texts = |set: BTreeMap<Date, Set>| set.into_iter().map(|(since, (text, _))| (since, text)).collect();
        let set = self.set(db, imports, known_at, zone).await?;
        Ok(set.into_iter().map(|(of, set)| (of, texts(set))).collect())
    }

    /// The same, each text with the row that set it.
    pub async fn set(
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
            let set = known.steps(DEFINITION).iter().filter_map(|step| {
                let row = rows.iter().find(|row| row.seq == step.seq)?.clone();
                Some(((step.effective_at, step.seq), (step.value.as_text().map(str::to_owned), row)))
            });
            found.entry(of.to_owned()).or_default().extend(set);
        }
        let day = |moment: Timestamp| moment.to_zoned(zone.clone()).date();
        let dated = |set: BTreeMap<(Timestamp, Seq), Set>| {
            set.into_iter().map(|((moment, _), set)| (day(moment), set)).collect()
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
        from: Date,
        origin: Origin,
        seen: Option<&Steps>,
    ) -> Result<(), KpiError> {
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
            let definition = (DEFINITION, text.clone().map_or(Value::Null, Value::Text));
            let change = if let Some(id) = there.get(of) {
                Change::set(self.record_type, *id, vec![definition])
            } else {
                let of = (self.of, Value::Text(of.clone()));
                Change::create(self.record_type, db.new_id().await?, vec![of, definition])
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
