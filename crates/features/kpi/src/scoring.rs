//! Scores of people: the values of their role's KPIs against their targets, by its curves and weights. Fixing them writes records
//! that never change by themselves.

use crate::{Ask, ByWord, Entity, Held, KnownAt, Kpi, KpiError, Row, SCORE, json, organisation, reading::elapsed};
use base::{Amount, Currency, Period, RecordId, Seq};
use db::{Change, DbError, Filter, ListQuery, Record};
use jiff::civil::Date;
use rules::{
    kpi::NullReason,
    log::{Origin, Timeline},
    record::Value,
    score::{Item, NoScore, Part, Score, Scorecard, Whose, score, score_one},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Whose scores, of which period.
#[derive(Debug, Clone, Default)]
pub struct ScoreAsk {
    /// The label of a year, quarter or month; the year of today when nothing is said.
    pub period: String,
    /// Only people of this role.
    pub role: Option<String>,
    /// Only this person.
    pub person: Option<RecordId>,
    pub as_of: Option<Date>,
    pub known_at: Option<KnownAt>,
    pub restated: bool,
    /// This scorecard in place of the one its role has.
    pub instead: Option<Arc<Scorecard>>,
    pub folder: PathBuf,
}

/// One KPI of a scorecard, with what it comes to.
#[derive(Debug, Clone)]
pub struct ScoredKpi {
    pub item: Item,
    /// Of whom the value is.
    pub by: ByWord,
    /// None where the asker may not ask for it.
    pub row: Option<Row>,
    /// Of the whole period.
    pub target: Option<Amount>,
    pub part: Part,
}

#[derive(Debug, Clone)]
pub struct PersonScore {
    pub person: Entity,
    pub role: String,
    pub card: Arc<Scorecard>,
    /// A KPI for each item of the scorecard, in its order.
    pub kpis: Vec<ScoredKpi>,
    /// None where less than half of the weight has a score.
    pub score: Option<Amount>,
    /// Per cent of the weight that has a score.
    pub weight_present: Amount,
}

#[derive(Debug, Clone)]
pub struct Scores {
    pub period: Period,
    pub as_of: Date,
    pub known_at: Seq,
    pub currency: Currency,
    /// By role as scorecards ship, then by name.
    pub people: Vec<PersonScore>,
}

impl PersonScore {
    /// The scorecard's groups with their KPIs.
    pub fn groups(&self) -> impl Iterator<Item = (&rules::score::Group, &[ScoredKpi])> {
        let mut rest = self.kpis.as_slice();
        self.card.groups.iter().map(move |group| {
            let (own, after) = rest.split_at(group.items.len().min(rest.len()));
            rest = after;
            (group, own)
        })
    }
}

impl Kpi {
    /// The scores of everybody the asker may ask about whose role has a scorecard.
    pub async fn scores(&self, ask: &ScoreAsk) -> Result<Scores, KpiError> {
        let known = self.known(&ask.folder).await?;
        let company = &known.company;
        let today = self.today(company);
        let as_of = ask.as_of.unwrap_or(today);
        let period = company.period(&ask.period, as_of)?;
        if period.start > as_of {
            return Err(KpiError::NotYet(period.start));
        }
        let seq = known.seq(self.db(), ask.known_at).await?;
        // A role is that of the period's last day that has come.
        let last = period.end.yesterday().unwrap_or(period.end).min(as_of);
        let mut cards = self.scorecards_known(&known.imports, seq, &company.zone, last).await?;
        if let Some(card) = &ask.instead {
            cards.insert(card.role.clone(), Held { card: card.clone(), since: None, later: None, broken: None });
        }
        let roles = self.roles(&known.imports, seq, &company.zone, &period, last).await?;
        let is_asked = |id: RecordId, role: &str| {
            ask.person.is_none_or(|person| person == id)
                && ask.role.as_ref().is_none_or(|asked| asked == role)
                && cards.contains_key(role)
        };
        let people: BTreeMap<RecordId, String> =
            roles.into_iter().filter(|(id, role)| self.viewer().reaches(*id) && is_asked(*id, role)).collect();
        if ask.person.is_some_and(|person| !self.viewer().reaches(person)) {
            return Err(KpiError::Outside);
        }
        let judged: BTreeSet<&String> = people.values().collect();
        let mut asked: BTreeMap<Whose, BTreeSet<String>> = BTreeMap::new();
        for card in judged.iter().filter_map(|role| cards.get(*role)).map(|held| &held.card) {
            for item in card.items() {
                asked.entry(item.whose.unwrap_or(card.whose)).or_default().insert(item.id.clone());
            }
        }
        let whole = Ask {
            as_of: ask.as_of,
            known_at: ask.known_at,
            restated: ask.restated,
            ..self.whole(&period, ask.folder.clone())
        };
        let mut rows: BTreeMap<(Whose, Option<RecordId>, String), Row> = BTreeMap::new();
        // Whom a number judges may see it; so a score never depends on who asks. Which people is decided above.
        let system = self.for_all();
        for (whose, kpis) in asked {
            let by = by(whose);
            let among = (by != ByWord::Company).then(|| people.keys().copied().collect());
            let ask = Ask { by, kpis: kpis.into_iter().collect(), among, ..whole.clone() };
            for row in system.ask_apart(ask).await?.rows {
                let entity = row.entity.id.filter(|_| by != ByWord::Company);
                rows.insert((whose, entity, row.kpi.clone()), row);
            }
        }
        let named = self.db().system().many(&access::PERSON, &people.keys().copied().collect()).await?;
        let mut scored = Vec::new();
        for (id, role) in people {
            let Some(held) = cards.get(&role) else { continue };
            if let Some(error) = &held.broken {
                return Err(KpiError::BrokenScorecard { role, error: error.clone() });
            }
            let row = |item: &Item| {
                let whose = item.whose.unwrap_or(held.card.whose);
                let entity = Some(id).filter(|_| whose != Whose::Company);
                rows.get(&(whose, entity, item.id.clone()))
            };
            let person = Entity {
                id: Some(id),
                external_id: named.get(&id).and_then(Record::external_id).map(str::to_owned),
                name: named.get(&id).map(Record::title).unwrap_or_default(),
            };
            scored.push(person_score(person, role, &held.card, &period, as_of, &row)?);
        }
        let place = |role: &str| rules::score::SHIPPED.iter().position(|(shipped, _)| *shipped == role);
        scored.sort_by_cached_key(|one| {
            (place(&one.role).unwrap_or(usize::MAX), one.role.clone(), one.person.name.clone())
        });
        Ok(Scores { period, as_of, known_at: seq, currency: company.currency, people: scored })
    }

    /// Who held which role when a period began, of those who were there.
    pub async fn roles_at_start(&self, period: &Period, folder: &Path) -> Result<BTreeMap<RecordId, String>, KpiError> {
        let known = self.known(folder).await?;
        let seq = known.seq(self.db(), None).await?;
        self.roles(&known.imports, seq, &known.company.zone, period, period.start).await
    }

    /// Who holds which role on a day, of those who are there in the period.
    async fn roles(
        &self,
        imports: &rules::log::Imports,
        known_at: Seq,
        zone: &jiff::tz::TimeZone,
        period: &Period,
        day: Date,
    ) -> Result<BTreeMap<RecordId, String>, KpiError> {
        let mut roles = BTreeMap::new();
        for (id, rows) in organisation::histories(self.db(), &access::PERSON).await? {
            let Some(known) = Timeline::known(&rows, imports, known_at).filter(|known| !known.archived) else {
                continue;
            };
            let last = |field: &str| known.steps(field).last().and_then(|step| step.value.as_date());
            if last("hired_on").is_some_and(|hired| hired > day)
                || last("left_on").is_some_and(|left| left <= period.start)
            {
                continue;
            }
            let steps = known.steps("role");
            let came = |step: &&rules::log::Step| step.effective_at.to_zoned(zone.clone()).date() <= day;
            // Before anybody wrote it down it was as it was first written down.
            let step = steps.iter().rev().find(came).or(steps.first());
            if let Some(role) = step.and_then(|step| step.value.as_text()) {
                roles.insert(id, role.to_owned());
            }
        }
        Ok(roles)
    }

    /// The scores that were fixed for a period and may be seen, by person.
    pub async fn fixed(&self, period: &Period) -> Result<BTreeMap<RecordId, Record>, KpiError> {
        let filters = vec![Filter("period", Value::Text(period.label.clone()))];
        let query = ListQuery { filters, limit: u64::MAX, ..ListQuery::default() };
        let records = self.db().reader(self.viewer()).list(&SCORE, &query).await?;
        let by_person = records.into_iter().filter_map(|record| {
            let person = record.value("person").as_reference()?;
            Some((person, record))
        });
        Ok(by_person.collect())
    }

    /// Fixes the scores that somebody looked at; refused when anything was written since. Who has a record keeps it, with new
    /// values where they differ. Returns how many were written.
    pub async fn fix_scores(&self, scores: &Scores, origin: Origin) -> Result<usize, KpiError> {
        self.setters_only().await?;
        if scores.period.end > scores.as_of {
            return Err(KpiError::NotOver(scores.period.label.clone()));
        }
        let fixed = self.fixed(&scores.period).await?;
        let mut tx = self.db().begin(self.viewer().person, origin).only_at(scores.known_at);
        for one in &scores.people {
            let Some(id) = one.person.id else { continue };
            let parts = serde_json::Value::Array(one.kpis.iter().map(json::scored_kpi).collect()).to_string();
            let number = |amount: Option<Amount>| amount.map_or(Value::Null, Value::Decimal);
            let fields = vec![
                ("role", Value::Text(one.role.clone())),
                ("score", number(one.score)),
                ("weight_present", Value::Decimal(one.weight_present)),
                ("parts", Value::Text(parts)),
                ("known_seq", Value::Integer(scores.known_at.0)),
            ];
            if let Some(record) = fixed.get(&id) {
                let is_same =
                    |(name, value): &(&'static str, Value)| *name == "known_seq" || record.value(name) == value;
                if !fields.iter().all(is_same) {
                    tx.put(Change::set(&SCORE, record.id, fields))?;
                }
            } else {
                let who = vec![
                    ("person", Value::Reference(id)),
                    ("period", Value::Text(scores.period.label.clone())),
                    ("starts_on", Value::Date(scores.period.start)),
                    ("ends_on", Value::Date(scores.period.end)),
                ];
                tx.put(Change::create(&SCORE, self.db().new_id().await?, [who, fields].concat()))?;
            }
        }
        let written = tx.len();
        if written == 0 {
            return Ok(0);
        }
        match tx.commit().await {
            Ok(_) => Ok(written),
            Err(DbError::Moved) => Err(KpiError::PlanIsOld(scores.period.label.clone())),
            Err(error) => Err(error.into()),
        }
    }
}

fn person_score<'a>(
    person: Entity,
    role: String,
    card: &Arc<Scorecard>,
    period: &Period,
    as_of: Date,
    row: &dyn Fn(&Item) -> Option<&'a Row>,
) -> Result<PersonScore, KpiError> {
    let mut found = Vec::new();
    for item in card.items() {
        let row = row(item);
        let definition = row.map(|row| row.definition.as_ref());
        let of_card = || item.target_of(definition?, period).ok().flatten();
        let target = row.and_then(|row| row.target).or_else(of_card);
        let score = match row {
            None => Err(NoScore::Value(NullReason::NoSource)),
            Some(row) => {
                let value = match (row.value.as_deref().and_then(|value| value.parse().ok()), row.null_reason) {
                    (Some(value), _) => Ok(value),
                    (None, reason) => Err(reason.unwrap_or(NullReason::Undefined)),
                };
                let scored = score_one(&item.curve, value, target, elapsed(&row.definition, row, as_of));
                scored.unwrap_or(Err(NoScore::Value(NullReason::Undefined)))
            }
        };
        found.push((item, row, target, score));
    }
    let parts: Vec<_> = found.iter().map(|(item, .., score)| (item.weight, *score)).collect();
    let Score { whole, weight_present, parts } = score(card.missing, &parts)?;
    let kpis = found.into_iter().zip(parts).map(|((item, row, target, _), part)| ScoredKpi {
        by: by(item.whose.unwrap_or(card.whose)),
        item: item.clone(),
        row: row.cloned(),
        target,
        part,
    });
    Ok(PersonScore { person, role, kpis: kpis.collect(), card: card.clone(), score: whole, weight_present })
}

/// Fixes what somebody looked at, which its seq tells.
pub(crate) async fn fix_planned(
    kpi: &Kpi,
    period: String,
    seq: Seq,
    folder: &Path,
    origin: Origin,
) -> Result<usize, KpiError> {
    let scores = kpi.scores(&ScoreAsk { period, folder: folder.to_owned(), ..ScoreAsk::default() }).await?;
    if scores.known_at != seq {
        return Err(KpiError::PlanIsOld(scores.period.label));
    }
    kpi.fix_scores(&scores, origin).await
}

const fn by(whose: Whose) -> ByWord {
    match whose {
        Whose::Person => ByWord::Rep,
        Whose::Reports => ByWord::Manager,
        Whose::Company => ByWord::Company,
    }
}
