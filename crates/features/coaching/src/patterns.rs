//! Patterns (COACH-6): what customers reject or complain of again and again, put to the department that can change it, which answers.

use crate::{
    Coaching, CoachingError, DEPARTMENTS, PATTERN, PATTERN_SIGHTING,
    desk::{said, text_field, text_of, written},
};
use base::{RecordId, Seq};
use crm::{ACCOUNT, PRODUCT};
use db::{Change, Filter, ListQuery, Record};
use jiff::civil::Date;
use rules::{
    log::Origin,
    record::{RecordType, Value},
};

pub const PATTERN_KINDS: [&str; 2] = ["rejection", "complaint"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PatternState {
    Open,
    Answered,
    Closed,
}

impl PatternState {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Pattern {
    pub id: RecordId,
    pub name: String,
    pub kind: String,
    pub department: String,
    pub detail: Option<String>,
    pub product: Option<(RecordId, String)>,
    pub reporter: RecordId,
    pub reported_by: String,
    pub reported_on: Date,
    pub answer: Option<(String, String, Option<Date>)>,
    pub state: PatternState,
    /// How often it was met, whoever may open where.
    pub met: usize,
    pub last_met: Date,
    /// The last first.
    pub sightings: Vec<Sighting>,
}

#[derive(Debug, Clone)]
pub struct Sighting {
    pub id: RecordId,
    pub by: String,
    pub day: Date,
    /// Where whoever asks may open it.
    pub account: Option<(RecordId, String)>,
    pub note: Option<String>,
}

#[derive(Debug, Clone)]
pub struct NewPattern {
    pub name: String,
    pub kind: String,
    pub department: String,
    pub detail: String,
    pub product: Option<RecordId>,
}

impl Coaching {
    /// All patterns: the open ones first, the most met first among them.
    pub async fn patterns(&self) -> Result<Vec<Pattern>, CoachingError> {
        let lines = self.lines().await?;
        let all = || ListQuery { limit: u64::MAX, ..ListQuery::default() };
        let system = self.db().system();
        let records = system.list(&PATTERN, &all()).await?;
        let met = system.list(&PATTERN_SIGHTING, &all()).await?;
        // How often is everybody's to know; where is not.
        let accounts = met.iter().filter_map(|one| one.value("account").as_reference()).collect();
        let accounts = self.db().reader(self.viewer()).titles(&ACCOUNT, &accounts).await?;
        let products = records.iter().filter_map(|one| one.value("product").as_reference()).collect();
        let products = system.titles(&PRODUCT, &products).await?;
        let read = |record: &Record| {
            let who = |field: &str| record.value(field).as_reference().map(|one| lines.name(one)).unwrap_or_default();
            let own = met.iter().filter(|one| one.value("pattern").as_reference() == Some(record.id));
            let sighting = |one: &Record| {
                let account = one.value("account").as_reference();
                Some(Sighting {
                    id: one.id,
                    by: lines.name(one.value("seen_by").as_reference()?),
                    day: one.value("seen_on").as_date()?,
                    account: account.and_then(|id| Some((id, accounts.get(&id)?.title()))),
                    note: text_of(one, "note"),
                })
            };
            let mut sightings: Vec<Sighting> = own.filter_map(sighting).collect();
            sightings.sort_by_key(|one| std::cmp::Reverse((one.day, one.id)));
            let reported_on = record.value("reported_on").as_date()?;
            let answer = text_of(record, "answer")
                .map(|answer| (answer, who("answered_by"), record.value("answered_on").as_date()));
            let state = match (record.value("closed_on").as_date(), &answer) {
                (Some(_), _) => PatternState::Closed,
                (None, Some(_)) => PatternState::Answered,
                (None, None) => PatternState::Open,
            };
            let product = record.value("product").as_reference();
            Some(Pattern {
                id: record.id,
                name: record.title(),
                kind: text_of(record, "kind")?,
                department: text_of(record, "department")?,
                detail: text_of(record, "detail"),
                product: product.and_then(|id| Some((id, products.get(&id)?.title()))),
                reporter: record.value("reported_by").as_reference()?,
                reported_by: who("reported_by"),
                reported_on,
                answer,
                state,
                met: sightings.len(),
                last_met: sightings.first().map_or(reported_on, |last| last.day),
                sightings,
            })
        };
        let mut found: Vec<Pattern> = records.iter().filter(|one| !one.archived).filter_map(read).collect();
        found.sort_by_key(|one| (one.state, std::cmp::Reverse((one.met, one.last_met)), one.id));
        Ok(found)
    }

    /// What a pattern may be about.
    pub(crate) async fn products(&self) -> Result<Vec<(RecordId, String)>, CoachingError> {
        self.titles(&PRODUCT, Vec::new()).await
    }

    /// Where whoever asks may have met one: their own accounts.
    pub(crate) async fn accounts(&self) -> Result<Vec<(RecordId, String)>, CoachingError> {
        self.titles(&ACCOUNT, vec![Filter("owner", Value::Reference(self.me()?))]).await
    }

    async fn titles(
        &self,
        record_type: &'static RecordType,
        filters: Vec<Filter>,
    ) -> Result<Vec<(RecordId, String)>, CoachingError> {
        let found = self.desk.visible(record_type, filters).await?;
        let mut found: Vec<_> = found.iter().map(|one| (one.id, one.title())).collect();
        found.sort_by(|one, other| one.1.cmp(&other.1));
        Ok(found)
    }

    pub async fn pattern(&self, id: RecordId) -> Result<Pattern, CoachingError> {
        self.patterns().await?.into_iter().find(|one| one.id == id).ok_or(CoachingError::NotThere)
    }

    /// Somebody reports a pattern, which they met at least once.
    pub async fn report(&self, new: &NewPattern, origin: Origin) -> Result<RecordId, CoachingError> {
        let me = self.me()?;
        if !PATTERN_KINDS.contains(&new.kind.as_str()) || !DEPARTMENTS.contains(&new.department.as_str()) {
            return Err(CoachingError::Pattern);
        }
        if let Some(product) = new.product
            && self.db().reader(self.viewer()).get(&PRODUCT, product).await?.is_none()
        {
            return Err(CoachingError::NotThere);
        }
        let id = self.db().new_id().await?;
        let fields = vec![
            ("name", Value::Text(said(&new.name)?)),
            ("kind", Value::Text(new.kind.clone())),
            ("department", Value::Text(new.department.clone())),
            ("detail", text_field(written(&new.detail)?)),
            ("product", new.product.map_or(Value::Null, Value::Reference)),
            ("reported_by", Value::Reference(me)),
            ("reported_on", Value::Date(self.today().await?)),
        ];
        let mut tx = self.db().begin(Some(me), origin);
        tx.put(Change::create(&PATTERN, id, fields))?;
        self.committed(tx, "the pattern").await?;
        Ok(id)
    }

    /// Somebody met it too.
    pub async fn met(
        &self,
        id: RecordId,
        account: Option<RecordId>,
        note: &str,
        origin: Origin,
    ) -> Result<RecordId, CoachingError> {
        let me = self.me()?;
        if self.pattern(id).await?.state == PatternState::Closed {
            return Err(CoachingError::Answered);
        }
        if let Some(account) = account
            && self.db().reader(self.viewer()).get(&ACCOUNT, account).await?.is_none()
        {
            return Err(CoachingError::NotThere);
        }
        let sighting = self.db().new_id().await?;
        let fields = vec![
            ("pattern", Value::Reference(id)),
            ("seen_by", Value::Reference(me)),
            ("seen_on", Value::Date(self.today().await?)),
            ("account", account.map_or(Value::Null, Value::Reference)),
            ("note", text_field(written(note)?)),
        ];
        let mut tx = self.db().begin(Some(me), origin);
        tx.put(Change::create(&PATTERN_SIGHTING, sighting, fields))?;
        self.committed(tx, "the pattern").await?;
        Ok(sighting)
    }

    /// A department says what it does about it; whoever reported it, or somebody above them, closes it.
    pub async fn answer(&self, id: RecordId, answer: &str, seen: Seq, origin: Origin) -> Result<(), CoachingError> {
        let pattern = self.pattern(id).await?;
        if pattern.state == PatternState::Closed {
            return Err(CoachingError::Answered);
        }
        let me = self.me()?;
        let fields = vec![
            ("answer", Value::Text(said(answer)?)),
            ("answered_by", Value::Reference(me)),
            ("answered_on", Value::Date(self.today().await?)),
        ];
        let mut tx = self.db().begin(Some(me), origin);
        tx.put(Change::set(&PATTERN, id, fields).based_on(seen))?;
        self.committed(tx, &pattern.name).await
    }

    pub(crate) async fn may_close(&self, pattern: &Pattern) -> Result<bool, CoachingError> {
        let (me, lines) = (self.me()?, self.lines().await?);
        Ok(pattern.state == PatternState::Answered && (me == pattern.reporter || lines.is_above(me, pattern.reporter)))
    }

    pub async fn close_pattern(&self, id: RecordId, origin: Origin) -> Result<(), CoachingError> {
        let seq = self.db().system().last_seq().await?;
        let pattern = self.pattern(id).await?;
        if !self.may_close(&pattern).await? {
            return Err(CoachingError::OnlyWriter(pattern.reported_by));
        }
        let mut tx = self.db().begin(self.viewer().person, origin);
        let fields = vec![("closed_on", Value::Date(self.today().await?))];
        tx.put(Change::set(&PATTERN, id, fields).based_on(seq))?;
        self.committed(tx, &pattern.name).await
    }
}
