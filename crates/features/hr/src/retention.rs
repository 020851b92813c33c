//! How long words about people are kept, by kind; who falls due; and that what is shown is what goes.

use crate::{Hr, HrError};
use access::{PERSON, retention::Old};
use base::RecordId;
use db::{Change, Record};
use jiff::{ToSpan, civil::Date};
use rules::{
    log::Origin,
    record::{
        Field,
        FieldKind::{Choice, Integer, Reference, Text},
        RecordType, Scope, Value,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Five years, where nobody set another number.
pub const USUAL_MONTHS: i64 = 60;
/// A year at least: a review of pay and the next appraisal rest on the last one.
pub const FEWEST_MONTHS: i64 = 12;
pub const MOST_MONTHS: i64 = 240;
const LONGEST_REASON: usize = 1_000;
/// Records that are changed in one append.
const AT_ONCE: usize = 500;

/// How long words of one kind are kept, and why another number of months than what ships.
pub static RETENTION: RecordType = RecordType {
    name: "retention",
    title: "reason",
    scope: Scope::Own("set_by"),
    fields: &[
        Field::new("kind", Choice(&Kind::WORDS)).required().unique(),
        Field::new("months", Integer).required(),
        Field::new("reason", Text).required(),
        Field::new("set_by", Reference("person")).required(),
    ],
    listed: &["kind", "months"],
    ordered: &[],
    indexes: &[],
};

pub static RECORD_TYPES: &[&RecordType] = &[&RETENTION];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Answers, comments and files of appraisals, and appeals.
    Appraisals,
    /// Goals and wishes that are closed, and career talks.
    Development,
    /// 1:1s, notes, feedback and reviews.
    Coaching,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Appraisals, Self::Development, Self::Coaching];

    pub const WORDS: [&'static str; 3] = ["appraisals", "development", "coaching"];

    pub const fn name(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    pub fn read(name: &str) -> Result<Self, HrError> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| HrError::NoKind(name.to_owned()))
    }
}

/// How long words of a kind are kept, and what is older today.
#[derive(Debug, Clone)]
pub struct Retention {
    pub kind: Kind,
    pub months: i64,
    /// By whom and why; none where what ships holds.
    pub set: Option<(String, String)>,
    /// What is from before this day goes.
    pub before: Date,
    /// Of whom, and from when: what is oldest first.
    pub due: Vec<(RecordId, Date)>,
}

impl Retention {
    pub fn people(&self) -> usize {
        self.due.iter().map(|(person, _)| *person).collect::<BTreeSet<_>>().len()
    }
}

impl Hr {
    /// HR and the head of sales; the operator at the command line, whose timer erases.
    async fn keeps(&self) -> Result<Option<RecordId>, HrError> {
        let viewer = self.appraisal.viewer();
        if viewer.is_system() {
            return Ok(None);
        }
        if self.appraisal.runs_appraisals().await? { Ok(viewer.person) } else { Err(HrError::NotYours) }
    }

    async fn set(&self, kind: Kind) -> Result<Option<Record>, HrError> {
        let all = self.appraisal.db().system().all(&RETENTION).await?;
        Ok(all.into_iter().find(|one| one.value("kind").as_text() == Some(kind.name())))
    }

    async fn old(&self, kind: Kind, before: Date) -> Result<Vec<Old>, HrError> {
        Ok(match kind {
            Kind::Appraisals => self.appraisal.old_appraisals(before).await?,
            Kind::Development => self.appraisal.old_development(before).await?,
            Kind::Coaching => coaching::old_words(self.appraisal.db(), before).await?,
        })
    }

    pub async fn retention(&self) -> Result<Vec<Retention>, HrError> {
        let mut found = Vec::new();
        for kind in Kind::ALL {
            found.push(self.kept(kind).await?);
        }
        Ok(found)
    }

    pub async fn kept(&self, kind: Kind) -> Result<Retention, HrError> {
        self.keeps().await?;
        let (set, months, before) = self.rule(kind).await?;
        let mut due: Vec<(RecordId, Date)> =
            self.old(kind, before).await?.iter().map(|one| (one.person, one.day)).collect();
        due.sort_by_key(|(person, day)| (*day, *person));
        let set = match set {
            Some(set) => Some((self.name(&set).await?, set.title())),
            None => None,
        };
        Ok(Retention { kind, months, set, before, due })
    }

    /// The number of months with who set it, and the day before which words go today.
    async fn rule(&self, kind: Kind) -> Result<(Option<Record>, i64, Date), HrError> {
        let set = self.set(kind).await?;
        let months = set.as_ref().and_then(|set| set.value("months").as_integer()).unwrap_or(USUAL_MONTHS);
        let before = self.appraisal.today().await?.saturating_sub(months.months());
        Ok((set, months, before))
    }

    /// What people are called, for who is told what falls due.
    pub async fn names(&self, of: &Retention) -> Result<BTreeMap<RecordId, String>, HrError> {
        let people = of.due.iter().map(|(person, _)| *person).collect();
        let found = self.appraisal.db().system().titles(&PERSON, &people).await?;
        Ok(found.into_iter().map(|(id, record)| (id, record.title())).collect())
    }

    async fn name(&self, set: &Record) -> Result<String, HrError> {
        let by = set.value("set_by").as_reference().into_iter().collect();
        let names = self.appraisal.db().system().titles(&PERSON, &by).await?;
        Ok(names.values().next().map(Record::title).unwrap_or_default())
    }

    /// Another number of months, with the reason.
    pub async fn set_retention(&self, kind: Kind, months: i64, reason: &str, origin: Origin) -> Result<(), HrError> {
        let by = self.keeps().await?.ok_or(HrError::NotYours)?;
        if !(FEWEST_MONTHS..=MOST_MONTHS).contains(&months) {
            return Err(HrError::Months(months));
        }
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(HrError::NoReason);
        }
        let db = self.appraisal.db();
        let seq = db.system().last_seq().await?;
        let fields = vec![
            ("kind", Value::Text(kind.name().to_owned())),
            ("months", Value::Integer(months)),
            ("reason", Value::Text(reason.to_owned())),
            ("set_by", Value::Reference(by)),
        ];
        let change = match self.set(kind).await? {
            Some(set) => Change::set(&RETENTION, set.id, fields).based_on(seq),
            None => Change::create(&RETENTION, db.new_id().await?, fields),
        };
        let mut tx = db.begin(Some(by), origin);
        tx.put(change)?;
        Ok(self.appraisal.written(tx, "the retention").await?)
    }

    /// Erases the words of a kind from before a day that whoever asks was shown. How many appraisals, goals, talks or notes.
    pub async fn erase(&self, kind: Kind, before: Date, origin: Origin) -> Result<usize, HrError> {
        let by = self.keeps().await?;
        if before > self.rule(kind).await?.2 {
            return Err(HrError::TooEarly(before));
        }
        let old = self.old(kind, before).await?;
        let db = self.appraisal.db();
        // An appraisal goes whole; what one append leaves the next run finds.
        let (mut tx, count) = (db.begin(by, origin), old.len());
        for one in old {
            for change in one.changes {
                tx.put(change)?;
            }
            if tx.len() >= AT_ONCE {
                let full = std::mem::replace(&mut tx, db.begin(by, origin));
                self.appraisal.written(full, "the erasure").await?;
            }
        }
        self.appraisal.written(tx, "the erasure").await?;
        Ok(count)
    }
}
