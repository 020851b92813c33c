//! A question with everything looked up: who may be asked about, on which days, as known when.

use crate::{Ask, ByWord, Kpi, KpiError, catalogues::Catalogues, company::Company, known::Known, targets::Targets};
use base::{Amount, Grain, Period, RecordId, Seq};
use db::Record;
use jiff::{ToSpan, civil::Date};
use kpi_engine::{By, Closing, Question, Rate, Span};
use rules::{
    access::Reach,
    facts::word_id,
    kpi::{Definition, Formula, Measure, TIER, resolve},
    record::RecordType,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

pub(crate) struct Prepared {
    known: Arc<Known>,
    /// What was asked, as it holds as of the day asked for.
    asked_kpis: Vec<Arc<Definition>>,
    /// Of each that was asked the place in `kpis`, period by period; none where there was none.
    versions: Vec<Vec<Option<usize>>>,
    /// Every version of what was asked, and what these are computed from.
    kpis: Vec<Arc<Definition>>,
    by: By,
    pub only: Option<Vec<RecordId>>,
    filters: Vec<(By, RecordId)>,
    pub periods: Vec<Period>,
    pub from: Date,
    pub to: Date,
    end: Date,
    pub now: Date,
    pub known_at: Seq,
    pub as_of: Date,
    open_day: Option<Date>,
    asked: (Option<Date>, Option<Date>),
    reach: Option<Vec<RecordId>>,
    rates: Arc<Vec<Rate>>,
    closings: Arc<Vec<Closing>>,
    tiers: Arc<Vec<Span>>,
    targets: Arc<Targets>,
    places: u64,
    within: Duration,
    /// So many days after its end a cohort can be judged; none while too few deals tell.
    pub ripe_days: Option<Amount>,
    /// Fact types that no record feeds.
    pub without_source: BTreeSet<&'static str>,
}

impl Prepared {
    /// Some days of the period are not in the answer: cut off by the question, or yet to come.
    pub fn is_partial(&self, period: &Period) -> bool {
        let (from, to) = self.asked;
        from.is_some_and(|from| period.start < from)
            || to.is_some_and(|to| to < period.end)
            || self.as_of.tomorrow().is_ok_and(|next| next < period.end)
            || self.open_day.is_some_and(|day| day < period.end)
    }

    /// True when a measure takes facts by a word that no fact has any of: nothing feeds it.
    pub fn lacks_words(&self, measure: &Measure) -> bool {
        let Some(fact) = resolve(measure.place().0, self.known.company.basis) else { return false };
        let lacks = |key: &String| {
            key == TIER && self.tiers.is_empty()
                || self.known.view.without_words.iter().any(|(name, word)| (*name, word) == (fact.name, &key.as_str()))
        };
        measure.only.keys().any(|key| !measure.takes_none(key) && lacks(key))
    }

    /// What was asked.
    pub fn asked_kpis(&self) -> &[Arc<Definition>] {
        &self.asked_kpis
    }

    /// The definition that holds for a KPI asked for in a period, and the place of its cells.
    pub fn version(&self, asked: usize, period: usize) -> Option<(usize, &Arc<Definition>)> {
        let place = (*self.versions.get(asked)?.get(period)?)?;
        Some((place, self.kpis.get(place)?))
    }

    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The place of a KPI's cells among those of the question.
    pub fn place(&self, definition: &Arc<Definition>) -> Option<usize> {
        place(&self.kpis, definition)
    }

    /// A period's days as far as they are in the answer.
    pub fn part(&self, period: &Period) -> (Date, Date) {
        (period.start.max(self.from), period.end.min(self.to))
    }

    pub fn question(&self, open: bool) -> Question<'_> {
        let company = &self.known.company;
        Question {
            kpis: self.kpis.iter().map(AsRef::as_ref).collect(),
            basis: company.basis,
            by: self.by.clone(),
            only: self.only.clone(),
            filters: &self.filters,
            open,
            periods: &self.periods,
            from: self.from,
            to: self.to,
            now: self.now,
            end: self.end,
            known_at: self.known_at,
            reach: self.reach.clone(),
            currency: company.currency,
            rates: &self.rates,
            closings: &self.closings,
            tiers: &self.tiers,
            places: self.places,
            within: self.within,
            facts: &self.known.view.facts,
        }
    }
}

impl Kpi {
    /// By a definition in place of those that hold, where one is given.
    pub(crate) async fn prepare(
        &self,
        ask: &Ask,
        known: &Arc<Known>,
        instead: Option<&Arc<Definition>>,
    ) -> Result<Prepared, KpiError> {
        let (company, view) = (&known.company, &known.view);
        let known_at = known.seq(self.db(), ask.known_at).await?;
        let today = self.today(company);
        let as_of = ask.as_of.unwrap_or(today);
        if as_of > today {
            return Err(KpiError::NotYet(as_of));
        }
        if let (Some(from), Some(to)) = (ask.from, ask.to)
            && to < from
        {
            return Err(KpiError::EndBeforeStart { from, to });
        }
        let catalogues = known.catalogues(self.db(), self.shipped(), known_at).await?;
        let held = |id: &String| match instead {
            Some(instead) => Ok(instead.clone()),
            // What nobody knew of then has no value then.
            None => {
                catalogues.near(id, as_of).or_else(|| self.catalogue().get(id)).cloned().ok_or_else(|| self.unknown(id))
            }
        };
        let asked_kpis = ask.kpis.iter().map(held).collect::<Result<Vec<_>, _>>()?;
        let kpis = with_parts(asked_kpis.clone());
        for kpi in &kpis {
            self.breaks_down(ask, kpi, company)?;
        }
        let seq = view.seq;
        let by = self.by(ask.by, ask.org, known, known_at).await?;
        // Rights are those of now: asking about what was known then never widens them.
        let allowed = self.allowed(ask.by, known, seq).await?;
        let only = self.only(ask, allowed).await?;
        // Two parts of the organisation at once could differ by one person from another two.
        let parts = ask.filters.iter().map(|(word, _)| *word).chain([ask.by]).filter(|by| by.overlaps());
        if !self.viewer().sees_all() && parts.count() > 1 {
            return Err(KpiError::Outside);
        }
        let mut filters = Vec::new();
        for (word, wanted) in &ask.filters {
            let allowed = self.allowed(*word, known, seq).await?;
            let entity = self.within(*word, wanted, allowed.as_ref()).await?;
            filters.push((self.by(*word, ask.org, known, known_at).await?, entity));
        }
        let day_after = as_of.tomorrow().unwrap_or(as_of);
        let mut prepared = Prepared {
            known: known.clone(),
            kpis,
            versions: Vec::new(),
            asked_kpis,
            by,
            only,
            filters,
            from: ask.from.unwrap_or(Date::MIN),
            to: ask.to.unwrap_or(day_after).min(day_after),
            end: ask.to.unwrap_or(Date::MAX),
            now: day_after,
            periods: Vec::new(),
            within: ask.within.unwrap_or(kpi_engine::WITHIN),
            known_at,
            as_of,
            // A day that is not over yet leaves its period open; one that was named is meant whole.
            open_day: (ask.as_of.is_none()).then_some(as_of),
            asked: (ask.from, ask.to),
            reach: match &self.viewer().reach {
                Reach::All => None,
                Reach::People(people) => Some(people.iter().copied().collect()),
            },
            rates: known.rates(self.db(), known_at).await?,
            closings: if ask.restated { Arc::default() } else { known.closings(self.db(), known_at).await? },
            tiers: known.tiers(self.db(), known_at).await?,
            targets: known.targets(self.db(), known_at).await?,
            places: 0,
            ripe_days: None,
            without_source: view.without_source.clone(),
        };
        prepared.periods = periods(ask, company, &mut prepared).await?;
        self.choose_versions(&mut prepared, &catalogues, instead, ask).await?;
        if prepared.kpis.iter().any(|kpi| matches!(kpi.formula, Formula::Spread { .. })) {
            prepared.places = known.places(self.db(), known_at).await?;
        }
        if known_at < seq {
            let fact_types: Vec<_> =
                prepared.kpis.iter().filter_map(|kpi| kpi.facts(company.basis)).flatten().collect();
            for fact_type in fact_types {
                if !known.had_source(self.db(), fact_type, known_at).await? {
                    prepared.without_source.insert(fact_type.name);
                }
            }
        }
        if prepared.kpis.iter().any(|kpi| kpi.matures.is_some()) {
            let ripe = self.ripe(known, &prepared);
            prepared.ripe_days = *known.ripe.get((as_of, known_at, ask.restated), ripe).await?;
        }
        Ok(prepared)
    }

    /// Refuses what cannot be broken down so, or not for this viewer.
    fn breaks_down(&self, ask: &Ask, kpi: &Definition, company: &Company) -> Result<(), KpiError> {
        for by in ask.filters.iter().map(|(by, _)| *by).chain([ask.by]) {
            let Some(key) = by.key() else { continue };
            if kpi.lacking(key, company.basis).is_some() {
                return Err(KpiError::NotSoBroken { kpi: kpi.id.clone(), by: by.name() });
            }
        }
        // What is nobody's, like costs, is told to who sees all.
        if !self.viewer().sees_all() && !kpi.has_key("owner") {
            return Err(KpiError::Outside);
        }
        Ok(())
    }

    /// A period is told by the definitions that hold on its last day that has come; a closed one by those that were known when it was
    /// closed.
    async fn choose_versions(
        &self,
        prepared: &mut Prepared,
        catalogues: &Catalogues,
        instead: Option<&Arc<Definition>>,
        ask: &Ask,
    ) -> Result<(), KpiError> {
        let mut kpis = Vec::new();
        let mut versions = vec![Vec::new(); prepared.asked_kpis.len()];
        for period in &prepared.periods {
            let (from, to) = prepared.part(period);
            let day = to.yesterday().unwrap_or(to).max(from).min(prepared.as_of);
            let reported = match reported(&prepared.closings, from, to) {
                Some(seq) => Some(prepared.known.catalogues(self.db(), self.shipped(), seq).await?),
                None => None,
            };
            for (id, versions) in ask.kpis.iter().zip(&mut versions) {
                let reported = reported.as_ref().and_then(|catalogues| catalogues.on(day).get(id));
                let held = instead.or(reported).or_else(|| catalogues.on(day).get(id));
                // A version that cannot be told so has no value then.
                let held = held.filter(|held| self.breaks_down(ask, held, &prepared.known.company).is_ok());
                versions.push(held.map(|held| {
                    place(&kpis, held).unwrap_or_else(|| {
                        kpis.push(held.clone());
                        kpis.len() - 1
                    })
                }));
            }
        }
        if !kpis.is_empty() {
            prepared.kpis = with_parts(kpis);
        }
        prepared.versions = versions;
        Ok(())
    }

    /// How old nine of ten deals won in the last year were then, in the whole company.
    async fn ripe(&self, known: &Known, prepared: &Prepared) -> Result<Option<Amount>, KpiError> {
        let periods = [Period {
            grain: Grain::All,
            start: prepared.now.saturating_sub(365.days()),
            end: prepared.now,
            label: String::new(),
        }];
        let won = self.shipped().get("time_to_close.p90").ok_or_else(|| self.unknown("time_to_close.p90"))?;
        let question = Question {
            kpis: vec![won],
            basis: known.company.basis,
            by: By::Company,
            only: None,
            filters: &[],
            reach: None,
            periods: &periods,
            from: periods[0].start,
            to: prepared.now,
            end: prepared.now,
            ..prepared.question(false)
        };
        let cells = kpi_engine::answer(&question).await?;
        Ok(cells.first().filter(|cell| cell.is_told).map(|cell| cell.numerator))
    }

    pub(crate) fn today(&self, company: &Company) -> Date {
        self.db().now().to_zoned(company.zone.clone()).date()
    }

    /// How facts belong to the entities of a breakdown.
    async fn by(&self, word: ByWord, org: Option<Date>, known: &Known, known_at: Seq) -> Result<By, KpiError> {
        Ok(match known.spans(self.db(), word, known_at).await?.as_ref() {
            Some(spans) => {
                let spans = org.map_or_else(|| spans.clone(), |day| recast(spans, day));
                By::Dated { key: word.key().unwrap_or("owner"), spans }
            }
            None => word.key().map_or(By::Company, By::Key),
        })
    }

    /// The entities this viewer may ask about: self and below, and the totals above. None: all.
    async fn allowed(&self, by: ByWord, known: &Known, known_at: Seq) -> Result<Option<BTreeSet<RecordId>>, KpiError> {
        let (Reach::People(people), Some(person)) = (&self.viewer().reach, self.viewer().person) else {
            return Ok(None);
        };
        let today = self.today(&known.company);
        let held = |span: &Span| span.from.is_none_or(|from| from <= today) && span.to.is_none_or(|to| today < to);
        let spans = known.spans(self.db(), by, known_at).await?;
        let spans = spans.iter().flatten().filter(|span| held(span));
        let mut allowed = BTreeSet::new();
        match by {
            ByWord::Company => return Ok(None),
            ByWord::Rep => allowed.clone_from(people),
            ByWord::Manager => {
                allowed.extend(people);
                allowed.extend(spans.filter(|span| span.id == person).map(|span| span.entity));
            }
            ByWord::Team | ByWord::Territory => {
                allowed.extend(spans.filter(|span| people.contains(&span.id)).map(|span| span.entity));
            }
            ByWord::Product | ByWord::Segment | ByWord::Source | ByWord::Stage => return Err(KpiError::Outside),
            ByWord::Account => {
                let own = self.db().reader(self.viewer()).all(&crm::ACCOUNT).await?;
                let owned = |record: &&Record| {
                    record.value("owner").as_reference().is_some_and(|owner| people.contains(&owner))
                };
                allowed.extend(own.iter().filter(owned).map(|record| record.id));
            }
        }
        Ok(Some(allowed))
    }

    /// The entities that are answered about; none: all.
    async fn only(&self, ask: &Ask, allowed: Option<BTreeSet<RecordId>>) -> Result<Option<Vec<RecordId>>, KpiError> {
        if let Some(wanted) = ask.entity.as_ref().filter(|_| ask.by != ByWord::Company) {
            return Ok(Some(vec![self.within(ask.by, wanted, allowed.as_ref()).await?]));
        }
        let may = |id: &RecordId| allowed.as_ref().is_none_or(|allowed| allowed.contains(id));
        Ok(match &ask.among {
            Some(among) => Some(among.iter().copied().filter(may).collect()),
            None => allowed.map(|allowed| allowed.into_iter().collect()),
        })
    }

    /// An entity that was named, when it may be asked about.
    async fn within(
        &self,
        by: ByWord,
        wanted: &str,
        allowed: Option<&BTreeSet<RecordId>>,
    ) -> Result<RecordId, KpiError> {
        let entity = self.find(by, wanted).await?;
        if allowed.is_some_and(|allowed| !allowed.contains(&entity)) { Err(KpiError::Outside) } else { Ok(entity) }
    }

    /// A person by their number or external id.
    pub async fn person(&self, wanted: &str) -> Result<RecordId, KpiError> {
        self.find(ByWord::Rep, wanted).await
    }

    /// Whose a target is: a team's or a person's, named by number or external id; the company's where neither is.
    pub async fn whose(&self, team: &str, person: &str) -> Result<Option<(ByWord, RecordId)>, KpiError> {
        Ok(match (team, person) {
            ("", "") => None,
            (team, "") => Some((ByWord::Team, self.find(ByWord::Team, team).await?)),
            (_, person) => Some((ByWord::Rep, self.person(person).await?)),
        })
    }

    /// The words in use.
    pub(crate) async fn words(&self, places: &[(&'static RecordType, &'static str)]) -> Result<Vec<String>, KpiError> {
        let mut words = Vec::new();
        for (record_type, field) in places {
            words.extend(self.db().system().words(record_type, field).await?);
        }
        Ok(words)
    }

    /// An entity by its number or its external id; a word is itself.
    async fn find(&self, by: ByWord, wanted: &str) -> Result<RecordId, KpiError> {
        let no_entity = |kind: &'static str| KpiError::NoEntity { kind, entity: wanted.to_owned() };
        if let Some(places) = by.words() {
            let words = self.words(places).await?;
            let found = word_id(wanted).filter(|id| words.iter().any(|word| word_id(word) == Some(*id)));
            return found.ok_or_else(|| no_entity(by.name()));
        }
        let Some(record_type) = by.record_type() else { return Err(no_entity(by.name())) };
        match self.db().system().named(record_type, wanted).await?.as_slice() {
            [only] => Ok(only.id),
            _ => Err(no_entity(record_type.name)),
        }
    }
}

/// What was known when days were closed that are closed all: that of their last.
fn reported(closings: &[Closing], from: Date, to: Date) -> Option<Seq> {
    let (mut day, mut seq) = (from, None);
    while day < to {
        let closing = closings.iter().find(|closing| closing.from <= day && day < closing.to)?;
        (day, seq) = (closing.to, Some(closing.seq));
    }
    seq
}

/// With what they are computed from behind them.
fn with_parts(mut kpis: Vec<Arc<Definition>>) -> Vec<Arc<Definition>> {
    for part in kpis.clone().iter().flat_map(|kpi| kpi.formula.parts()) {
        if place(&kpis, part).is_none() {
            kpis.push(part.clone());
        }
    }
    kpis
}

/// The place of a definition among others, of the same version.
fn place(kpis: &[Arc<Definition>], wanted: &Arc<Definition>) -> Option<usize> {
    kpis.iter().position(|kpi| Arc::ptr_eq(kpi, wanted) || kpi.id == wanted.id && kpi == wanted)
}

/// Belonging as it was on one day, for all of history.
fn recast(spans: &[Span], day: Date) -> Vec<Span> {
    let held = |span: &&Span| span.from.is_none_or(|from| from <= day) && span.to.is_none_or(|to| day < to);
    spans.iter().filter(held).map(|span| Span { from: None, to: None, ..*span }).collect()
}

/// The periods asked for; without both ends, those in which there is anything.
async fn periods(ask: &Ask, company: &Company, prepared: &mut Prepared) -> Result<Vec<Period>, KpiError> {
    let mut end = ask.to.unwrap_or(prepared.to);
    if ask.from.is_none() || ask.to.is_none() {
        let extent = kpi_engine::extent(&prepared.question(false)).await?;
        let (first, last) = extent.unwrap_or((prepared.as_of, prepared.as_of));
        let after = last.tomorrow().unwrap_or(last);
        prepared.from = ask.from.unwrap_or(first);
        prepared.to = ask.to.unwrap_or(after).min(prepared.to).max(prepared.from);
        end = ask.to.unwrap_or(after);
    }
    let end = end.max(prepared.from);
    prepared.end = end;
    let found = company.calendar.periods(prepared.from, end, ask.grain)?;
    // The periods found are asked for whole: what is divided by days is divided by all of theirs.
    if ask.grain != Grain::All
        && let (Some(first), Some(last)) = (found.first(), found.last())
    {
        let after = prepared.as_of.tomorrow().unwrap_or(prepared.as_of);
        prepared.from = ask.from.unwrap_or(first.start);
        prepared.to = ask.to.unwrap_or(last.end).min(after);
    }
    if ask.to.is_none() {
        prepared.end = found.last().map_or(end, |period| period.end);
    }
    Ok(found)
}
