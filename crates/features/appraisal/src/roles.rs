//! Roles and competencies as they hold on a day: a company's own in place of those that ship.

use crate::{AppraisalError, COMPETENCY, JOB_DESCRIPTION, ROLE_PROFILE};
use base::{RecordId, Seq};
use db::{Db, DbError, Filter, Record};
use jiff::civil::Date;
use kpi::{Company, Kpi, Setting, Steps, Versions};
use rules::{
    access::{Viewer, runs_appraisals},
    kpi::Catalogue,
    log::Origin,
    record::RecordType,
    role::{self, Competency, Library, Profile, SHIPPED},
    score::Scorecard,
};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

const PROFILES: Versions = Versions { record_type: &ROLE_PROFILE, of: "role" };
const COMPETENCIES: Versions = Versions { record_type: &COMPETENCY, of: "competency" };

/// Roles, job descriptions and appraisals on somebody's behalf.
#[derive(Clone)]
pub struct Appraisal {
    pub(crate) db: Db,
    pub(crate) viewer: Viewer,
    /// Where fact files are kept.
    pub(crate) folder: PathBuf,
    /// The seq of the plan that somebody saw; none: what there is now.
    pub(crate) seen: Option<Seq>,
}

/// What holds on a day.
#[derive(Debug, Clone)]
pub struct Held<T> {
    pub what: T,
    /// Since when the company has its own; none for what ships.
    pub since: Option<Date>,
    /// When the next one begins.
    pub later: Option<Date>,
    /// Why the company's own does not read; then `what` is what ships.
    pub broken: Option<String>,
    /// The first days of all own versions.
    pub versions: Vec<Date>,
}

impl<T> Held<T> {
    pub const fn shipped(what: T) -> Self {
        Self { what, since: None, later: None, broken: None, versions: Vec::new() }
    }
}

impl Appraisal {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        Self { db, viewer, folder, seen: None }
    }

    /// What somebody saw with this seq: KPIs as they were known then; what else it rests on is refused where it was written since.
    #[must_use]
    pub const fn seen_at(mut self, seq: Seq) -> Self {
        self.seen = Some(seq);
        self
    }

    pub async fn company(&self) -> Result<Company, AppraisalError> {
        Ok(Company::load(&self.db).await?)
    }

    pub const fn db(&self) -> &Db {
        &self.db
    }

    pub const fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.db.now()
    }

    pub async fn today(&self) -> Result<Date, AppraisalError> {
        Ok(self.db.now().to_zoned(self.company().await?.zone).date())
    }

    /// Whether the role of whoever asks is one of these; the operator at the command line may.
    pub(crate) async fn has_role(&self, may: fn(&str) -> bool) -> Result<bool, AppraisalError> {
        let Some(id) = self.viewer.person else { return Ok(true) };
        let person = self.db.system().get(&access::PERSON, id).await?;
        Ok(person.as_ref().is_some_and(|person| may(access::role(person))))
    }

    pub async fn runs_appraisals(&self) -> Result<bool, AppraisalError> {
        self.has_role(runs_appraisals).await
    }

    pub(crate) async fn only_who_runs(&self) -> Result<(), AppraisalError> {
        if self.runs_appraisals().await? { Ok(()) } else { Err(AppraisalError::RunsNone) }
    }

    pub async fn written(&self, tx: db::Tx, what: &str) -> Result<(), AppraisalError> {
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Moved | DbError::Conflict { .. }) => Err(AppraisalError::Moved(what.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// Records that this viewer may see.
    pub async fn visible(
        &self,
        record_type: &'static RecordType,
        filters: Vec<Filter>,
    ) -> Result<Vec<Record>, AppraisalError> {
        self.brief(record_type, filters, &[]).await
    }

    /// The same with no more than these fields of each; all where none is named.
    pub async fn brief(
        &self,
        record_type: &'static RecordType,
        filters: Vec<Filter>,
        only: &'static [&'static str],
    ) -> Result<Vec<Record>, AppraisalError> {
        Ok(self.db.reader(&self.viewer).some(record_type, filters, only).await?)
    }

    pub async fn names(
        &self,
        people: impl IntoIterator<Item = RecordId>,
    ) -> Result<BTreeMap<RecordId, String>, AppraisalError> {
        let found = self.db.system().titles(&access::PERSON, &people.into_iter().collect()).await?;
        Ok(found.into_iter().map(|(id, person)| (id, person.title())).collect())
    }

    /// Somebody by # and number or external id.
    pub async fn person(&self, text: &str) -> Result<Record, AppraisalError> {
        let mut found = self.db.system().named(&access::PERSON, text.trim()).await?;
        found.pop().filter(|_| found.is_empty()).ok_or_else(|| AppraisalError::NoPerson(text.to_owned()))
    }

    /// Everybody who is there on a day, by name.
    pub async fn people(&self, day: Date) -> Result<Vec<Record>, AppraisalError> {
        let mut people = self.db.system().all(&access::PERSON).await?;
        people.retain(|person| is_there(person, day));
        people.sort_by_cached_key(Record::title);
        Ok(people)
    }

    /// A company's own texts of a kind, as they run over time.
    pub async fn steps(&self, versions: &Versions) -> Result<Steps, AppraisalError> {
        let (company, imports) = (self.company().await?, self.db.system().imports().await?);
        Ok(versions.known(&self.db, &imports, Seq(i64::MAX), &company.zone).await?)
    }

    /// The competencies that hold on a day, by id.
    pub async fn competencies(&self, day: Date) -> Result<BTreeMap<String, Held<Competency>>, AppraisalError> {
        let shipped = role::library()?;
        let held = shipped.into_iter().map(|(id, one)| (id, Held::shipped(one))).collect();
        Ok(own(held, self.steps(&COMPETENCIES).await?, day, &|text| Competency::read(text)))
    }

    pub async fn library(&self, day: Date) -> Result<Library, AppraisalError> {
        Ok(self.competencies(day).await?.into_iter().map(|(id, held)| (id, held.what)).collect())
    }

    /// The roles that hold on a day, by name.
    pub async fn roles(&self, day: Date) -> Result<BTreeMap<String, Held<Profile>>, AppraisalError> {
        let library = self.library(day).await?;
        let mut held = BTreeMap::new();
        for (role, text) in SHIPPED {
            held.insert(role.to_owned(), Held::shipped(Profile::read(text, &library)?));
        }
        Ok(own(held, self.steps(&PROFILES).await?, day, &|text| Profile::read(text, &library)))
    }

    pub async fn role(&self, role: &str, day: Date) -> Result<Held<Profile>, AppraisalError> {
        self.roles(day).await?.remove(role).ok_or_else(|| AppraisalError::NoRole(role.to_owned()))
    }

    /// By which KPIs a role is judged today; none where it has no scorecard.
    pub(crate) async fn scorecard(&self, role: &str) -> Result<Option<(Catalogue, Arc<Scorecard>)>, AppraisalError> {
        let kpi = self.kpi().await?;
        let held = kpi.scorecards(self.today().await?).await?.remove(role);
        Ok(held.map(|held| (kpi.catalogue().clone(), held.card)))
    }

    /// KPIs as the product itself asks for them; whose are told is decided here.
    pub(crate) async fn kpi(&self) -> Result<Kpi, AppraisalError> {
        Ok(Kpi::new(self.db.clone(), Viewer::system()).await?)
    }

    /// Puts a role's file in place from a day on.
    pub async fn set_role(&self, role: &str, text: &str, from: Date, origin: Origin) -> Result<(), AppraisalError> {
        self.only_who_runs().await?;
        let profile = Profile::read(text, &self.library(from).await?)?;
        for named in [&profile.role].into_iter().chain(&profile.reports_to).chain(&profile.grows_into) {
            if !access::ROLES.contains(&named.as_str()) {
                return Err(AppraisalError::NoRole(named.clone()));
            }
        }
        if profile.role != role {
            return Err(AppraisalError::OtherId { said: profile.role, address: role.to_owned() });
        }
        let texts = [(profile.role, Some(text.to_owned()))];
        Ok(PROFILES.put(&self.db, self.viewer.person, &texts, Setting::new(from, origin), None).await?)
    }

    /// Puts a competency's file in place from a day on.
    pub async fn set_competency(&self, id: &str, text: &str, from: Date, origin: Origin) -> Result<(), AppraisalError> {
        self.only_who_runs().await?;
        let competency = Competency::read(text)?;
        if competency.id != id {
            return Err(AppraisalError::OtherId { said: competency.id, address: id.to_owned() });
        }
        let is_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if id.is_empty() || !id.chars().all(is_word) {
            return Err(AppraisalError::NotAnId(id.to_owned()));
        }
        let texts = [(competency.id, Some(text.to_owned()))];
        Ok(COMPETENCIES.put(&self.db, self.viewer.person, &texts, Setting::new(from, origin), None).await?)
    }

    /// Job descriptions that this viewer may see, the last first.
    pub(crate) async fn description_records(&self, filters: Vec<Filter>) -> Result<Vec<Record>, AppraisalError> {
        let mut found = self.visible(&JOB_DESCRIPTION, filters).await?;
        found.sort_by_key(|one| std::cmp::Reverse((one.value("starts_on").as_date(), one.id)));
        Ok(found)
    }
}

/// Whether somebody works here on a day.
pub fn is_there(person: &Record, day: Date) -> bool {
    let on = |field: &'static str| person.value(field).as_date();
    !person.archived && on("hired_on").is_none_or(|hired| hired <= day) && on("left_on").is_none_or(|left| left > day)
}

/// A company's own in place of what ships, as they hold on a day.
pub fn own<T, E: std::fmt::Display>(
    mut held: BTreeMap<String, Held<T>>,
    steps: Steps,
    day: Date,
    read: &dyn Fn(&str) -> Result<T, E>,
) -> BTreeMap<String, Held<T>> {
    for (id, steps) in steps {
        let (own, later) = Versions::on(&steps, day);
        let versions = steps.keys().copied().collect();
        let shipped = held.remove(&id);
        let found = match own.map(|(since, text)| (since, read(text))) {
            Some((since, Ok(what))) => Some(Held { what, since: Some(since), later, broken: None, versions }),
            Some((since, Err(error))) => shipped.map(|shipped| Held {
                since: Some(since),
                later,
                broken: Some(error.to_string()),
                versions,
                ..shipped
            }),
            None => shipped.map(|shipped| Held { later, versions, ..shipped }),
        };
        held.extend(found.map(|found| (id, found)));
    }
    held
}
