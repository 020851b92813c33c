//! How openings are filled: stage by stage, in whole counts and days. Each count opens into its candidates.

use crate::{Candidate, Opening, Recruiting, RecruitingError};
use base::RecordId;
use db::Filter;
use jiff::civil::Date;
use rules::{
    export::made_safe,
    record::Value,
    recruiting::{Passage, Stage},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageReport {
    pub stage: Stage,
    /// In the order of [`Passage::ALL`].
    pub counts: [usize; 5],
}

#[derive(Debug, Clone)]
pub struct OpeningReport {
    pub opening: Opening,
    pub stages: Vec<StageReport>,
    /// From the day it was opened to the last seat; none while seats are free.
    pub days_to_fill: Option<i64>,
    /// From the day it was opened until today or its end.
    pub days_open: Option<i64>,
    /// Of everybody who was hired, from the day they applied; the shortest first.
    pub days_to_hire: Vec<i64>,
}

fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

impl Recruiting {
    /// Every opening that whoever asks may see.
    pub async fn report(&self) -> Result<Vec<OpeningReport>, RecruitingError> {
        let mut found = Vec::new();
        for opening in self.openings().await? {
            found.push(self.report_of(opening).await?);
        }
        Ok(found)
    }

    /// Counts alone, hence for everybody who sees the opening.
    pub async fn report_of(&self, opening: Opening) -> Result<OpeningReport, RecruitingError> {
        let candidates = self.candidates_of(vec![Filter("opening", Value::Reference(opening.id))]).await?;
        let ways: Vec<Vec<Stage>> = candidates.iter().map(Candidate::stages).collect();
        let count = |passage: Passage, stage| ways.iter().filter(|steps| passage.holds(stage, steps)).count();
        let stages = Stage::WAY
            .map(|stage| StageReport { stage, counts: Passage::ALL.map(|passage| count(passage, stage)) })
            .to_vec();
        let hired = candidates.iter().filter(|one| one.stage == Stage::Hired);
        let mut days_to_hire: Vec<i64> = hired.map(|one| days(one.applied_on(), one.stage_on)).collect();
        days_to_hire.sort_unstable();
        let end = match opening.ended_on {
            Some(day) => day,
            None => self.today().await?,
        };
        let days_open = opening.opened_on.map(|from| days(from, end));
        let days_to_fill = days_open.filter(|_| opening.filled == opening.seats);
        Ok(OpeningReport { opening, stages, days_to_fill, days_open, days_to_hire })
    }

    /// The report as CSV, a line an opening and stage.
    pub async fn report_csv(&self) -> Result<String, RecruitingError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let heads = ["opening", "role", "hiring_manager", "state", "opened_on", "ended_on", "seats", "filled"];
        let heads = heads.into_iter().chain(["days_open", "days_to_fill", "stage"]);
        writer.write_record(heads.chain(Passage::ALL.map(Passage::name)))?;
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let number = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
        for one in self.report().await? {
            let opening = &one.opening;
            for of in &one.stages {
                let cells = [
                    opening.id.to_string(),
                    opening.role.clone(),
                    made_safe(&opening.hiring_manager.1),
                    opening.state.name().to_owned(),
                    day(opening.opened_on),
                    day(opening.ended_on),
                    opening.seats.to_string(),
                    opening.filled.to_string(),
                    number(one.days_open),
                    number(one.days_to_fill),
                    of.stage.name().to_owned(),
                ];
                writer.write_record(cells.into_iter().chain(of.counts.map(|count| count.to_string())))?;
            }
        }
        text(writer)
    }

    /// Everybody of an opening as CSV, for those who run it.
    pub async fn candidates_csv(&self, opening: RecordId) -> Result<String, RecruitingError> {
        let opening = self.opening(opening).await?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let heads = ["number", "name", "email", "phone", "source", "applied_on", "stage", "stage_on", "reason"];
        writer.write_record(heads.into_iter().chain(["consent_until", "erased_on"]))?;
        for one in self.candidates(&opening).await? {
            let safe = |text: Option<&str>| made_safe(text.unwrap_or_default());
            writer.write_record([
                one.id.to_string(),
                safe(one.name.as_deref()),
                safe(one.email.as_deref()),
                safe(one.phone.as_deref()),
                one.source.clone(),
                one.applied_on().to_string(),
                one.stage.name().to_owned(),
                one.stage_on.to_string(),
                one.reason.clone().unwrap_or_default(),
                one.consent_until.to_string(),
                one.erased_on.map(|day| day.to_string()).unwrap_or_default(),
            ])?;
        }
        text(writer)
    }
}

fn text(writer: csv::Writer<Vec<u8>>) -> Result<String, RecruitingError> {
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
