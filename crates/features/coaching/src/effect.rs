//! Does coaching work (COACH-5)? A KPI of those who were coached in a period, before and in it, beside that of people like them who were
//! not, with an interval, or that it cannot be told.

use crate::{COACHING_REVIEW, Coaching, CoachingError, ONE_ON_ONE, Talk, TalkState};
use base::{Amount, Grain, Period, RecordId};
use db::ListQuery;
use kpi::{Ask, ByWord, Company, Kpi};
use rules::{
    coaching::{Design, Effect, Subject, effect},
    kpi::{Better, Definition},
};
use std::{collections::BTreeMap, sync::Arc};

/// What is asked.
#[derive(Debug, Clone)]
pub struct EffectAsk {
    pub kpi: String,
    /// In which coaching happened: it is over. The one before is that of before.
    pub period: String,
    /// So many talks and reviews in it make somebody coached.
    pub least: usize,
}

#[derive(Debug, Clone)]
pub struct Tried {
    pub definition: Arc<Definition>,
    pub before: Period,
    pub after: Period,
    pub effect: Effect,
    pub names: BTreeMap<RecordId, String>,
    /// Who was talked with less often than that: on neither side.
    pub between: usize,
    /// Who has no number in one of the periods.
    pub without: usize,
}

/// Once a month.
pub const USUAL_LEAST: usize = 3;
const MOST_CONTACTS: usize = 100;
const QUARTERS: i64 = 8;

impl Coaching {
    fn may_ask(&self, leads: bool) -> Result<(), CoachingError> {
        if leads || self.viewer().sees_appraisals { Ok(()) } else { Err(CoachingError::LeadsNobody) }
    }

    /// KPIs that are told of single people and have a direction.
    pub async fn tried_kpis(&self) -> Result<Vec<Arc<Definition>>, CoachingError> {
        let lines = self.lines().await?;
        self.may_ask(!lines.below(self.me()?).is_empty())?;
        let kpi = Kpi::new(self.db().clone(), self.viewer().clone()).await?;
        let fits = |one: &&Definition| one.better != Better::Band && one.has_key("owner");
        Ok(kpi.catalogue().iter().filter(fits).map(|one| Arc::new(one.clone())).collect())
    }

    /// The last quarters that are over, the last first: with each a question can be asked.
    pub async fn tried_periods(&self) -> Result<Vec<Period>, CoachingError> {
        let (company, today) = (Company::load(self.db()).await?, self.today().await?);
        let from = today.saturating_sub(jiff::ToSpan::months(QUARTERS * 3));
        let periods = company.calendar.periods(from, today, Grain::Quarter).map_err(kpi::KpiError::from)?;
        Ok(periods.into_iter().filter(|period| period.end <= today).rev().collect())
    }

    /// How often everybody was coached in a period: talks held, and reviews.
    async fn contacts(&self, period: &Period) -> Result<BTreeMap<RecordId, usize>, CoachingError> {
        let mut contacts = BTreeMap::new();
        let all = ListQuery { limit: u64::MAX, ..ListQuery::default() };
        let system = self.db().system();
        let talks = system.list(&ONE_ON_ONE, &all).await?;
        let held = talks
            .iter()
            .filter(|one| !one.archived)
            .filter_map(Talk::read)
            .filter(|talk| talk.state == TalkState::Held);
        let talked = held.map(|talk| (talk.person, talk.day));
        let reviews = system.list(&COACHING_REVIEW, &all).await?;
        let reviewed = reviews.iter().filter(|one| !one.archived);
        let reviewed =
            reviewed.filter_map(|one| Some((one.value("person").as_reference()?, one.value("reviewed_on").as_date()?)));
        for (person, _) in talked.chain(reviewed).filter(|(_, day)| period.contains(*day)) {
            *contacts.entry(person).or_default() += 1;
        }
        Ok(contacts)
    }

    async fn values(&self, kpi: &Kpi, id: &str, period: &Period) -> Result<BTreeMap<RecordId, Amount>, CoachingError> {
        let ask = Ask { by: ByWord::Rep, kpis: vec![id.to_owned()], ..kpi.whole(period, self.folder.clone()) };
        let rows = kpi.ask(&ask).await?.rows.into_iter().filter(|row| row.mature != Some(false));
        Ok(rows.filter_map(|row| Some((row.entity.id?, row.value?.parse().ok()?))).collect())
    }

    pub async fn effect(&self, ask: &EffectAsk) -> Result<Tried, CoachingError> {
        let definition = self.tried_kpis().await?.into_iter().find(|one| one.id == ask.kpi);
        let definition = definition.ok_or_else(|| CoachingError::NoKpi(ask.kpi.clone()))?;
        if !(1..=MOST_CONTACTS).contains(&ask.least) {
            return Err(CoachingError::Design);
        }
        let company = Company::load(self.db()).await?;
        let after = company.calendar.parse_label(ask.period.trim()).map_err(kpi::KpiError::from)?;
        let before = company.calendar.previous(&after).map_err(kpi::KpiError::from)?;
        if after.end > self.today().await? {
            return Err(CoachingError::NotYet);
        }
        // Whom whoever asks may ask about is decided by the question.
        let kpi = Kpi::new(self.db().clone(), self.viewer().clone()).await?;
        let below = self.lines().await?.below(self.me()?);
        let roles = kpi.roles_at_start(&before, &self.folder).await?;
        let later = kpi.roles_at_start(&after, &self.folder).await?;
        let (was, is) = (self.values(&kpi, &ask.kpi, &before).await?, self.values(&kpi, &ask.kpi, &after).await?);
        let (earlier, contacts) = (self.contacts(&before).await?, self.contacts(&after).await?);
        let potentials = kpi::potentials(self.db(), after.start).await?;
        let people = self.db().system().many(&access::PERSON, &roles.keys().copied().collect()).await?;
        let (mut subjects, mut names, mut between, mut without) = (Vec::new(), BTreeMap::new(), 0, 0);
        for (id, role) in roles.iter().filter(|(id, _)| self.viewer().sees_appraisals || below.contains(id)) {
            let (often, before_often) = (contacts.get(id).copied().unwrap_or(0), earlier.contains_key(id));
            let coached = often >= ask.least;
            let is_judged = was.contains_key(id) || is.contains_key(id);
            let (Some(was), Some(is)) = (was.get(id), is.get(id)) else {
                without += usize::from(is_judged);
                continue;
            };
            // Whoever was coached a little, or before, is like neither.
            if !coached && (often > 0 || before_often) {
                between += 1;
                continue;
            }
            // Whoever changed roles, or came nobody knows when, is like nobody.
            let hired = people.get(id).and_then(|person| Some((person, person.value("hired_on").as_date()?)));
            let Some((person, hired)) = hired.filter(|_| later.get(id) == Some(role)) else {
                without += 1;
                continue;
            };
            names.insert(*id, person.title());
            let months =
                hired.until((jiff::Unit::Month, after.start)).map(|span| span.get_months()).unwrap_or_default();
            subjects.push(Subject {
                id: *id,
                role: role.clone(),
                tenure_months: u32::try_from(months).unwrap_or_default(),
                potential: potentials.get(id).copied().flatten(),
                before: *was,
                after: *is,
                coached,
            });
        }
        let effect = effect(&subjects, &Design::default(), definition.better == Better::Lower)?;
        Ok(Tried { definition, before, after, effect, names, between, without })
    }
}
