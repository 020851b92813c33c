//! Everybody's result in a cycle (E4, E5), read without the long texts of 5,000 forms.

use crate::{
    APPRAISAL, APPRAISAL_CYCLE, APPRAISAL_MOVE, APPRAISAL_PART, Appraisal, AppraisalError, Cycle, Frozen, Part,
    PartState, forms::competency, results::grade,
};
use base::{Amount, RecordId};
use db::{Filter, Record};
use rules::{
    appraisal::{Distribution, Grade, Leniency, Performance, Potential, RaterKind, Spread, nine_box, overall},
    record::{RecordType, Value},
    role::Profile,
};
use std::collections::{BTreeMap, BTreeSet};

/// Where everybody of a cycle stands rests on these.
pub(crate) const STANDINGS: &[&RecordType] =
    &[&APPRAISAL_CYCLE, &APPRAISAL, &APPRAISAL_PART, &APPRAISAL_MOVE, &access::PERSON];

/// What of an appraisal its standing is told by.
const TOLD_BY: &[&str] = &["person", "role", "score", "adjusted", "grade", "potential", "appeal", "decision"];

/// What somebody's appraisal comes to.
#[derive(Debug, Clone)]
pub struct Standing {
    pub form: RecordId,
    pub person: RecordId,
    pub name: String,
    pub role: String,
    /// By E4.
    pub overall: Option<Amount>,
    /// The overall by everybody's measure, where the cycle says so (E5).
    pub adjusted: Option<Amount>,
    /// Who wrote the last manager's part.
    pub rater: Option<RecordId>,
    /// What follows from the parts.
    pub computed: Option<Grade>,
    /// Where calibration put it; else what follows.
    pub grade: Option<Grade>,
    pub potential: Option<Potential>,
    pub is_appealed: bool,
}

impl Standing {
    /// What the grade follows from.
    pub fn score(&self) -> Option<Amount> {
        self.adjusted.or(self.overall)
    }

    /// 1 to 9, where both sides are known (E6).
    pub fn nine_box(&self) -> Option<u8> {
        Some(nine_box(Performance::from(self.grade?), self.potential?))
    }
}

/// What a manager gave in a cycle, beside what everybody gave.
#[derive(Debug, Clone)]
pub struct Rater {
    pub rater: RecordId,
    pub name: String,
    pub given: Spread,
    /// The mean of what counts.
    pub adjusted: Amount,
    pub all: Spread,
}

impl Appraisal {
    /// Everybody's overall and grade in a cycle, the best first.
    pub async fn standings(&self, cycle: &Cycle) -> Result<Vec<Standing>, AppraisalError> {
        self.only_above().await?;
        let of_cycle = Filter("cycle", Value::Reference(cycle.id));
        let forms = self.brief(&APPRAISAL, vec![of_cycle.clone()], TOLD_BY).await?;
        let word = |field, name: &str| Filter(field, Value::Text(name.to_owned()));
        let filters = vec![of_cycle, word("kind", RaterKind::Manager.name()), word("state", PartState::Done.name())];
        let mut by_form: BTreeMap<RecordId, Vec<Part>> = BTreeMap::new();
        for part in self.parts(filters).await? {
            by_form.entry(part.form).or_default().push(part);
        }
        let names = self.names(forms.iter().filter_map(|form| form.value("person").as_reference())).await?;
        let texts = self.texts(&forms, &by_form).await?;
        let mut found = Vec::new();
        for form in &forms {
            let text = |field: &str| form.value(field).as_text().unwrap_or_default();
            let Some(person) = form.value("person").as_reference() else { continue };
            let parts = by_form.get(&form.id).map_or(&[][..], Vec::as_slice);
            let kpi = texts.kpi(form, parts)?;
            let competency = match texts.profiles.get(text("role")) {
                Some(profile) => competency(profile, &parts.iter().collect::<Vec<_>>())?,
                None => None,
            };
            let overall = overall(kpi, competency, cycle.kpi_weight)?;
            found.push(Standing {
                form: form.id,
                person,
                name: names.get(&person).cloned().unwrap_or_default(),
                role: text("role").to_owned(),
                overall,
                adjusted: form.value("adjusted").as_decimal().filter(|_| cycle.leniency),
                rater: parts.first().and_then(|part| part.writer),
                computed: None,
                grade: grade(form),
                potential: Potential::ALL.into_iter().find(|one| one.name() == text("potential")),
                is_appealed: !text("appeal").is_empty() && text("decision").is_empty(),
            });
        }
        // As it was released: what is written of raters afterwards moves nobody's score.
        if cycle.leniency && found.iter().all(|one| one.adjusted.is_none()) {
            let leniency = Leniency::of(&rated(&found))?;
            for one in &mut found {
                let given = leniency.as_ref().zip(one.rater).zip(one.overall);
                one.adjusted = given.map(|((all, rater), score)| all.adjusted(rater, score)).transpose()?;
            }
        }
        for one in &mut found {
            one.computed = one.score().map(|score| cycle.measure.grades().of(score));
            one.grade = one.grade.or(one.computed);
        }
        found.sort_by(|one, other| (other.score(), &one.name).cmp(&(one.score(), &other.name)));
        Ok(found)
    }

    /// Each rater beside everybody, the most lenient first.
    pub async fn raters(&self, standings: &[Standing]) -> Result<Vec<Rater>, AppraisalError> {
        let Some(leniency) = Leniency::of(&rated(standings))? else { return Ok(Vec::new()) };
        let names = self.names(leniency.raters.keys().copied()).await?;
        let mut found = Vec::new();
        for (&rater, given) in &leniency.raters {
            let theirs = standings.iter().filter(|one| one.rater == Some(rater));
            let scores: Vec<Amount> = theirs.filter_map(Standing::score).collect();
            found.push(Rater {
                name: names.get(&rater).cloned().unwrap_or_default(),
                rater,
                given: *given,
                adjusted: Spread::of(&scores)?.map_or(given.mean, |spread| spread.mean),
                all: leniency.all,
            });
        }
        found.sort_by(|one, other| (other.given.mean, &one.name).cmp(&(one.given.mean, &other.name)));
        Ok(found)
    }

    /// The long texts that the standings of these forms rest on.
    async fn texts(&self, forms: &[Record], parts: &BTreeMap<RecordId, Vec<Part>>) -> Result<Texts, AppraisalError> {
        // A launch gives everybody of a role the same definition, and nothing changes it.
        let mut of_role: BTreeMap<&str, RecordId> = BTreeMap::new();
        for form in forms.iter().filter(|form| parts.contains_key(&form.id)) {
            of_role.entry(form.value("role").as_text().unwrap_or_default()).or_insert(form.id);
        }
        let has_other_scores =
            |(_, parts): &(&RecordId, &Vec<Part>)| parts.first().is_some_and(|part| !part.answers.overrides.is_empty());
        let replaced = parts.iter().filter(has_other_scores).map(|(form, _)| *form);
        let wanted: BTreeSet<RecordId> = of_role.values().copied().chain(replaced).collect();
        let whole = self.db.system().many(&APPRAISAL, &wanted).await?;
        let library = self.library(self.today().await?).await?;
        let text = |form: &RecordId, field: &str| whole.get(form).and_then(|form| form.value(field).as_text());
        let mut profiles = BTreeMap::new();
        for (role, form) in of_role {
            let definition = text(&form, "definition").unwrap_or_default();
            profiles.insert(role.to_owned(), Profile::read(definition, &library)?);
        }
        let mut frozen = BTreeMap::new();
        for (form, record) in &whole {
            frozen.insert(*form, serde_json::from_str(record.value("frozen").as_text().unwrap_or_default())?);
        }
        Ok(Texts { profiles, frozen })
    }

    /// How many have each grade, beside how many the guide has for so many people.
    pub fn distribution(standings: &[Standing]) -> Vec<(Grade, usize, usize)> {
        let graded: Vec<Grade> = standings.iter().filter_map(|one| one.grade).collect();
        let guide: BTreeMap<Grade, usize> = Distribution::default().quotas(graded.len()).into_iter().collect();
        let count = |grade: Grade| graded.iter().filter(|one| **one == grade).count();
        Grade::ALL.into_iter().map(|grade| (grade, count(grade), guide.get(&grade).copied().unwrap_or(0))).collect()
    }
}

/// Scores as they were given, with who gave them.
fn rated(standings: &[Standing]) -> Vec<(RecordId, Amount)> {
    standings.iter().filter_map(|one| Some((one.rater?, one.overall?))).collect()
}

struct Texts {
    /// By role.
    profiles: BTreeMap<String, Profile>,
    /// The KPI part of those forms in which a manager put another score in a KPI's place, and some more.
    frozen: BTreeMap<RecordId, Frozen>,
}

impl Texts {
    /// What the KPI part comes to: as it was frozen, or with the scores that the last manager put in place.
    fn kpi(&self, form: &Record, parts: &[Part]) -> Result<Option<Amount>, AppraisalError> {
        let overrides = parts.first().map(|part| &part.answers.overrides).filter(|overrides| !overrides.is_empty());
        match overrides.and_then(|overrides| Some((overrides, self.frozen.get(&form.id)?))) {
            Some((overrides, frozen)) => Ok(frozen.score(overrides)?.whole),
            None => Ok(form.value("score").as_decimal()),
        }
    }
}
