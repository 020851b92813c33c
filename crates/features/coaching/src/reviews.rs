//! Reviews (COACH-4): a call, a meeting or a skill looked at by a rubric, which is kept as it was.

use crate::{
    COACHING_REVIEW, Coaching, CoachingError, RUBRIC,
    desk::{Lines, text_field, text_of, written},
};
use appraisal::{Held, own};
use base::{Amount, Fraction, RecordId};
use crm::{ACTIVITY, ASSESSMENT};
use db::{Change, Filter, ListQuery, Record};
use jiff::civil::Date;
use kpi::{Setting, Versions};
use rules::{
    coaching::{Answers, Rubric, SHIPPED},
    log::Origin,
    record::Value,
};
use std::collections::BTreeMap;

const RUBRICS: Versions = Versions { record_type: &RUBRIC, of: "rubric" };
/// So many of somebody's last calls and meetings can be chosen.
const LAST_ACTIVITIES: u64 = 30;

#[derive(Debug, Clone)]
pub struct Review {
    pub id: RecordId,
    pub person: RecordId,
    pub name: String,
    pub reviewer: String,
    pub day: Date,
    pub activity: Option<(RecordId, String)>,
    pub rubric: Rubric,
    pub answers: Answers,
    pub comment: Option<String>,
    /// 0 to 100; none when nothing was seen.
    pub score: Option<Amount>,
}

#[derive(Debug, Clone)]
pub struct NewReview {
    pub person: RecordId,
    pub rubric: String,
    pub day: Date,
    pub activity: Option<RecordId>,
    pub answers: Answers,
    pub comment: String,
}

impl Coaching {
    /// The rubrics that hold today: the company's own in place of those that ship, or beside them.
    pub async fn rubrics_held(&self) -> Result<BTreeMap<String, Held<Rubric>>, CoachingError> {
        let mut held = BTreeMap::new();
        for (id, text) in SHIPPED {
            held.insert(id.to_owned(), Held::shipped(Rubric::read(text)?));
        }
        let steps = self.desk.steps(&RUBRICS).await?;
        Ok(own(held, steps, self.today().await?, &|text| Rubric::read(text)))
    }

    pub async fn rubrics(&self) -> Result<Vec<Rubric>, CoachingError> {
        Ok(self.rubrics_held().await?.into_values().map(|held| held.what).collect())
    }

    pub async fn rubric(&self, id: &str) -> Result<Rubric, CoachingError> {
        let mut held = self.rubrics_held().await?;
        held.remove(id).map(|held| held.what).ok_or_else(|| CoachingError::NoRubric(id.to_owned()))
    }

    pub async fn sets_rubrics(&self) -> Result<bool, CoachingError> {
        Ok(self.desk.runs_appraisals().await?)
    }

    pub(crate) async fn only_who_sets_rubrics(&self) -> Result<(), CoachingError> {
        if self.sets_rubrics().await? { Ok(()) } else { Err(appraisal::AppraisalError::RunsNone.into()) }
    }

    /// Puts a rubric's file in place from a day on.
    pub async fn set_rubric(&self, id: &str, text: &str, from: Date, origin: Origin) -> Result<(), CoachingError> {
        self.only_who_sets_rubrics().await?;
        let rubric = Rubric::read(text)?;
        if rubric.id != id {
            return Err(CoachingError::OtherId { said: rubric.id, address: id.to_owned() });
        }
        let texts = [(rubric.id, Some(text.to_owned()))];
        Ok(RUBRICS.put(self.db(), self.viewer().person, &texts, Setting::new(from, origin), None).await?)
    }

    async fn read_review(&self, record: &Record, lines: &Lines) -> Result<Option<Review>, CoachingError> {
        let text = |field: &str| text_of(record, field).unwrap_or_default();
        let person = record.value("person").as_reference();
        let (Some(person), Some(day)) = (person, record.value("reviewed_on").as_date()) else { return Ok(None) };
        let activity = match record.value("activity").as_reference() {
            Some(id) => {
                self.db().reader(self.viewer()).get(&ACTIVITY, id).await?.map(|found| (id, activity_name(&found)))
            }
            None => None,
        };
        Ok(Some(Review {
            id: record.id,
            person,
            name: lines.name(person),
            reviewer: record.value("reviewer").as_reference().map(|id| lines.name(id)).unwrap_or_default(),
            day,
            activity,
            rubric: Rubric::read(&text("definition"))?,
            answers: serde_json::from_str(&text("answers"))?,
            comment: text_of(record, "comment"),
            score: record.value("score").as_decimal(),
        }))
    }

    /// Reviews of somebody that whoever asks may read, the last first.
    pub(crate) async fn reviews(&self, lines: &Lines, person: RecordId) -> Result<Vec<Review>, CoachingError> {
        let mut reviews = Vec::new();
        for record in self.desk.visible(&COACHING_REVIEW, vec![Filter("person", Value::Reference(person))]).await? {
            reviews.extend(self.read_review(&record, lines).await?);
        }
        reviews.sort_by_key(|one| std::cmp::Reverse((one.day, one.id)));
        Ok(reviews)
    }

    pub async fn review(&self, id: RecordId) -> Result<Review, CoachingError> {
        let lines = self.lines().await?;
        let record = self.db().reader(self.viewer()).get(&COACHING_REVIEW, id).await?.ok_or(CoachingError::NotThere)?;
        self.read_review(&record, &lines).await?.ok_or(CoachingError::NotThere)
    }

    /// Somebody's last calls and meetings, which a review can be of.
    pub(crate) async fn last_activities(&self, person: RecordId) -> Result<Vec<(RecordId, String)>, CoachingError> {
        let query = ListQuery {
            filters: vec![Filter("owner", Value::Reference(person))],
            sort: Some(("occurred_on", true)),
            limit: LAST_ACTIVITIES,
            ..ListQuery::default()
        };
        let found = self.db().reader(self.viewer()).list(&ACTIVITY, &query).await?;
        Ok(found.iter().map(|one| (one.id, activity_name(one))).collect())
    }

    /// Somebody above reviews a person by a rubric.
    pub async fn add_review(&self, new: &NewReview, origin: Origin) -> Result<RecordId, CoachingError> {
        let lines = self.lines().await?;
        let me = self.must_lead(&lines, new.person)?;
        if new.day > self.today().await? {
            return Err(CoachingError::NotYet);
        }
        let rubric = self.rubric(&new.rubric).await?;
        let score = rubric.score(&new.answers)?;
        if score.is_none() {
            return Err(CoachingError::Empty);
        }
        if let Some(activity) = new.activity {
            let found = self.db().reader(self.viewer()).get(&ACTIVITY, activity).await?;
            let is_theirs = found.is_some_and(|one| one.value("owner").as_reference() == Some(new.person));
            if !is_theirs {
                return Err(CoachingError::NotThere);
            }
        }
        let definition = rubric.to_text().map_err(|_| CoachingError::NoRubric(new.rubric.clone()))?;
        let fields = vec![
            ("person", Value::Reference(new.person)),
            ("reviewer", Value::Reference(me)),
            ("reviewed_on", Value::Date(new.day)),
            ("activity", new.activity.map_or(Value::Null, Value::Reference)),
            ("rubric", Value::Text(rubric.id.clone())),
            ("definition", Value::Text(definition)),
            ("answers", Value::Text(serde_json::to_string(&new.answers)?)),
            ("comment", text_field(written(&new.comment)?)),
            ("score", score.map_or(Value::Null, Value::Decimal)),
        ];
        let id = self.db().new_id().await?;
        let mut tx = self.db().begin(Some(me), origin);
        tx.put(Change::create(&COACHING_REVIEW, id, fields))?;
        if let Some((score, weight)) = score.zip(rubric.skill_weight) {
            let weight = Amount::from(i64::from(weight)).mul_fraction(Fraction::new(Amount::ONE, Amount::from(100)));
            // The KPI counts the latest of each skill.
            let assessment = vec![
                ("skill", Value::Text(rubric.id)),
                ("person", Value::Reference(new.person)),
                ("assessed_on", Value::Date(new.day)),
                ("score", Value::Decimal(score)),
                ("weight", Value::Decimal(weight.map_err(rules::coaching::CoachingError::from)?)),
            ];
            tx.put(Change::create(&ASSESSMENT, self.db().new_id().await?, assessment))?;
        }
        self.committed(tx, "the review").await?;
        Ok(id)
    }
}

fn activity_name(activity: &Record) -> String {
    let day = activity.value("occurred_on").as_date().map(|day| day.to_string()).unwrap_or_default();
    format!("{day} {}", activity.title())
}
