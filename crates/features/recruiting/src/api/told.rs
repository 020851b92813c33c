//! Recruiting as JSON. Words stay those of the records.

use crate::{Candidate, ErasurePlan, Falls, Interview, Line, Opening, Step, Tally};
use jiff::civil::Date;
use rules::role::{Expected, Library, Profile};
use serde_json::{Value, json};

fn day(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

pub fn line(line: &Line) -> Value {
    json!({
        "id": line.id.0,
        "version": line.version.0,
        "role": line.role,
        "team": line.team.as_ref().map(|(id, _)| id.0),
        "manager": line.manager.0.0,
        "seats": line.seats,
        "taken": line.taken,
        "filled": line.filled,
        "starts_on": line.starts_on.to_string(),
        "reason": line.reason,
    })
}

pub fn opening(one: &Opening) -> Value {
    let stages: serde_json::Map<String, Value> =
        one.stages.iter().map(|(stage, count)| (stage.name().to_owned(), json!(count))).collect();
    json!({
        "id": one.id.0,
        "version": one.version.0,
        "line": one.line.0,
        "role": one.role,
        "hiring_manager": one.hiring_manager.0.0,
        "seats": one.seats,
        "filled": one.filled,
        "target_start": one.target_start.to_string(),
        "state": one.state.name(),
        "drafted_by": one.drafted_by.1,
        "approved_by": one.approved.as_ref().map(|(name, _)| name),
        "approved_on": one.approved.as_ref().map(|(_, day)| day.to_string()),
        "opened_on": day(one.opened_on),
        "ended_on": day(one.ended_on),
        "close_reason": one.close_reason,
        "candidates": stages,
    })
}

pub fn competencies(profile: &Profile, library: &Library) -> Value {
    let of = |one: &Expected| {
        let name = library.get(&one.id).map(|found| found.names.of("en"));
        json!({ "id": one.id, "name": name, "expected": one.expected })
    };
    profile.competencies.iter().map(of).collect()
}

fn step(step: &Step) -> Value {
    json!({ "stage": step.stage.name(), "on": step.on.to_string(), "by": step.by, "reason": step.reason })
}

pub fn candidate(one: &Candidate) -> Value {
    let offer = one.offer.as_ref().map(|offer| {
        json!({
            "starts_on": offer.starts_on.to_string(),
            "offered_by": offer.offered_by.1,
            "offered_on": offer.offered_on.to_string(),
            "approved_by": offer.approved_by,
        })
    });
    json!({
        "id": one.id.0,
        "version": one.version.0,
        "opening": one.opening.0,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "note": one.note,
        "source": one.source,
        "consent_until": one.consent_until.to_string(),
        "stage": one.stage.name(),
        "stage_on": one.stage_on.to_string(),
        "reason": one.reason,
        "decided_on": day(one.decided_on),
        "offer": offer,
        "person": one.person.map(|id| id.0),
        "erased_on": day(one.erased_on),
        "moves": one.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

pub fn interview(one: &Interview) -> Value {
    json!({
        "id": one.id.0,
        "interviewer": one.interviewer.1,
        "asked_by": one.asked_by,
        "asked_on": one.asked_on.to_string(),
        "due": one.due.to_string(),
        "state": one.state.name(),
        "handed_in_on": day(one.handed_in_on),
        "scores": one.card,
        "recommendation": one.recommendation,
    })
}

pub fn own_interview((one, candidate, opening): &(Interview, Candidate, Opening)) -> Value {
    let mut told = interview(one);
    told["candidate"] = json!({ "id": candidate.id.0, "name": candidate.name });
    told["role"] = json!(opening.role);
    told
}

pub fn tally(one: &Tally) -> Value {
    let of = one.summary.as_ref();
    json!({
        "competency": one.competency,
        "expected": one.expected,
        "count": of.map_or(0, |of| of.count),
        "median": of.map(|of| of.median.to_text()),
        "least": of.map(|of| of.least),
        "most": of.map(|of| of.most),
        "spread": of.map(rules::recruiting::Summary::spread),
    })
}

fn falls(one: &Falls) -> Value {
    json!({
        "candidate": one.candidate.0,
        "name": one.name,
        "opening": one.opening.0,
        "stage": one.stage.name(),
        "due": one.due.to_string(),
        "why": one.why.name(),
    })
}

pub fn plan(plan: &ErasurePlan) -> Value {
    let who = plan.falls.iter().map(falls).collect::<Vec<_>>();
    json!({ "on": plan.on.to_string(), "months": plan.months, "candidates": who })
}
