//! Keys of learning tools, and what was heard from them last.

use super::{
    Told,
    records::{XAPI_SOURCE, XAPI_STATEMENT},
};
use crate::{Training, TrainingError};
use access::Access;
use base::RecordId;
use db::{Change, Filter, ListQuery, Record};
use jiff::civil::{Date, DateTime};
use rules::{log::Origin, record::Value};
use std::collections::BTreeSet;

const LONGEST_NAME: usize = 80;
/// So many of the last statements are shown.
const LAST: u64 = 50;
/// Of a key: enough that no two are the same.
const KEY_LETTERS: usize = 16;

#[derive(Debug, Clone)]
pub struct Source {
    pub id: RecordId,
    pub name: String,
    pub key: String,
    pub made_on: Date,
    pub ended_on: Option<Date>,
    pub statements: u64,
}

/// A statement at a look.
#[derive(Debug, Clone)]
pub struct Heard {
    /// In the company's time zone.
    pub stored: DateTime,
    pub source: String,
    pub person: Option<(RecordId, String)>,
    pub verb: String,
    pub activity: Option<String>,
    pub told: Told,
}

impl Training {
    pub async fn sources(&self) -> Result<Vec<Source>, TrainingError> {
        self.only_who_runs().await?;
        let mut sources = Vec::new();
        for record in self.db().system().all(&XAPI_SOURCE).await? {
            let of = vec![Filter("source", Value::Reference(record.id))];
            let query = ListQuery { filters: of, ..ListQuery::default() };
            let statements = self.db().system().count(&XAPI_STATEMENT, &query).await?;
            let Some(made_on) = record.value("made_on").as_date() else { continue };
            sources.push(Source {
                id: record.id,
                name: record.title(),
                key: record.value("key").as_text().unwrap_or_default().to_owned(),
                made_on,
                ended_on: record.value("ended_on").as_date(),
                statements,
            });
        }
        sources.sort_by_key(|one| (one.ended_on.is_some(), one.name.clone()));
        Ok(sources)
    }

    /// A new learning tool: its number, key and secret. The secret is told here and nowhere else.
    pub async fn add_source(
        &self,
        access: &Access,
        name: &str,
        origin: Origin,
    ) -> Result<(RecordId, String, String), TrainingError> {
        self.only_who_runs().await?;
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST_NAME {
            return Err(TrainingError::field("name", name, "write one of up to 80 bytes"));
        }
        let (key, (secret, digest)) = (access.new_secret().0, access.new_secret());
        let key: String = key.chars().filter(char::is_ascii_alphanumeric).take(KEY_LETTERS).collect();
        let fields = vec![
            ("name", Value::Text(name.to_owned())),
            ("key", Value::Text(key.clone())),
            ("secret_digest", Value::Text(digest)),
            ("made_on", Value::Date(self.today().await?)),
        ];
        let id = self.db().new_id().await?;
        let mut tx = self.db().begin(self.person(), origin);
        tx.put(Change::create(&XAPI_SOURCE, id, fields))?;
        tx.commit().await?;
        Ok((id, key, secret))
    }

    /// The tool reports no more; what it said stays.
    pub async fn end_source(&self, id: RecordId, origin: Origin) -> Result<(), TrainingError> {
        self.only_who_runs().await?;
        let seq = self.db().system().last_seq().await?;
        let record = self.db().system().get(&XAPI_SOURCE, id).await?.ok_or(TrainingError::NotThere)?;
        if record.value("ended_on").as_date().is_some() {
            return Ok(());
        }
        let mut tx = self.db().begin(self.person(), origin);
        let today = self.today().await?;
        tx.put(Change::set(&XAPI_SOURCE, id, vec![("ended_on", Value::Date(today))]).based_on(seq))?;
        tx.commit().await?;
        Ok(())
    }

    /// The last statements, with what each did.
    pub async fn heard(&self) -> Result<Vec<Heard>, TrainingError> {
        self.only_who_runs().await?;
        let query = ListQuery { sort: Some(("stored", true)), limit: LAST, ..ListQuery::default() };
        let found = self.db().system().list(&XAPI_STATEMENT, &query).await?;
        let named =
            |field: &str| found.iter().filter_map(|one| one.value(field).as_reference()).collect::<BTreeSet<_>>();
        let (people, sources) = (self.desk.names(named("person")).await?, named("source"));
        let sources = self.db().system().titles(&XAPI_SOURCE, &sources).await?;
        let zone = self.desk.company().await?.zone;
        let heard = |one: &Record| {
            let text = |field: &str| one.value(field).as_text().map(str::to_owned);
            let told = text("told")?;
            let source = one.value("source").as_reference()?;
            let person = one.value("person").as_reference();
            Some(Heard {
                stored: one.value("stored").as_moment()?.to_zoned(zone.clone()).datetime(),
                source: sources.get(&source).map(Record::title).unwrap_or_default(),
                person: person.and_then(|id| Some((id, people.get(&id)?.clone()))),
                verb: text("verb")?,
                activity: text("activity"),
                told: Told::ALL.into_iter().find(|one| one.name() == told)?,
            })
        };
        Ok(found.iter().filter_map(heard).collect())
    }
}
