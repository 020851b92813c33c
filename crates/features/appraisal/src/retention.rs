//! What of appraisals and development is older than it is kept: words go, with what was attached; levels, scores and grades stay.

use crate::{
    APPRAISAL, APPRAISAL_PART, Answers, Appraisal, AppraisalError, CAREER_GOAL, CAREER_TALK, DEVELOPMENT_GOAL, Part,
    PartState,
};
use access::retention::{Old, left, old, says};
use base::RecordId;
use db::{Change, Filter, Record};
use jiff::civil::Date;
use rules::{log::Event, record::Value};
use std::collections::BTreeMap;

impl Appraisal {
    /// Appraisals of cycles that were released before a day. An appeal that nobody has decided stays, as long as its person is here.
    pub async fn old_appraisals(&self, before: Date) -> Result<Vec<Old>, AppraisalError> {
        let (mut found, today, left) = (Vec::new(), self.today().await?, left(&self.db).await?);
        for cycle in self.cycles().await? {
            let Some(day) = cycle.released_on.filter(|day| *day < before) else { continue };
            let of_cycle = || vec![Filter("cycle", Value::Reference(cycle.id))];
            let mut parts: BTreeMap<RecordId, Vec<Part>> = BTreeMap::new();
            for part in self.parts(of_cycle()).await? {
                parts.entry(part.form).or_default().push(part);
            }
            let ids = parts.values().flatten().map(|part| part.id).collect();
            let mut files = attachments::erased(&self.db, APPRAISAL_PART.name, &ids).await?;
            for form in self.db.system().some(&APPRAISAL, of_cycle(), &[]).await? {
                let Some(person) = form.value("person").as_reference() else { continue };
                let is_undecided =
                    form.value("appeal").as_text().is_some() && form.value("decision").as_text().is_none();
                let waits = is_undecided && left.get(&person).is_none_or(|left| *left >= before);
                let parts = parts.remove(&form.id).unwrap_or_default();
                let is_left = says(&form) || parts.iter().any(Part::says_something);
                if waits || !is_left {
                    continue;
                }
                let mut changes = vec![
                    Change::set(&APPRAISAL, form.id, vec![("erased_on", Value::Date(today))]),
                    Change::of(&APPRAISAL, form.id, Event::Erase),
                ];
                for part in &parts {
                    changes.extend(part.forgotten()?);
                    changes.extend(files.remove(&part.id).unwrap_or_default());
                }
                found.push(Old { person, day, changes });
            }
        }
        Ok(found)
    }

    /// Goals and wishes that were closed, or whose person left, and talks that were held, before a day.
    pub async fn old_development(&self, before: Date) -> Result<Vec<Old>, AppraisalError> {
        let left = left(&self.db).await?;
        let gone = |record: &Record| left.get(&record.value("person").as_reference()?).copied();
        let closed = |record: &Record| record.value("closed_on").as_date().or_else(|| gone(record));
        let mut found = old(&self.db, &DEVELOPMENT_GOAL, closed, before).await?;
        found.extend(old(&self.db, &CAREER_GOAL, closed, before).await?);
        found.extend(old(&self.db, &CAREER_TALK, |talk| talk.value("day").as_date(), before).await?);
        Ok(found)
    }
}

impl Part {
    fn says_something(&self) -> bool {
        self.customer.is_some() || (!self.is_erased && self.answers != Answers::default())
    }

    /// Of those who sign what they write the levels stay: what was paid and decided rests on them.
    fn forgotten(&self) -> Result<Vec<Change>, AppraisalError> {
        let mut changes = Vec::new();
        if self.state == PartState::Done && !self.kind.is_anonymous() && !self.is_erased {
            let numbers = serde_json::to_string(&self.answers.without_words())?;
            changes.push(Change::set(&APPRAISAL_PART, self.id, vec![("numbers", Value::Text(numbers))]));
        }
        changes.push(Change::of(&APPRAISAL_PART, self.id, Event::Erase));
        Ok(changes)
    }
}
