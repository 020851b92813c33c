//! Training as command line and API tell it.

use crate::{Assignment, CompletionPlan, Course, Member, Overview, Wanting};
use base::{Amount, Fraction};
use jiff::civil::Date;
use rules::training::Outcome;
use serde_json::{Value, json};

fn day(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

fn amount(amount: Option<Amount>) -> Option<String> {
    amount.map(Amount::to_text)
}

fn ratio(fraction: Fraction) -> Option<String> {
    fraction.value(6)
}

pub fn course(one: &Course) -> Value {
    json!({
        "id": one.id.0,
        "name": one.name,
        "delivery": one.kind.name(),
        "detail": one.detail,
        "link": one.link,
        "roles": one.roles,
        "competency": one.competency,
        "days": one.days,
        "valid_months": one.valid_months,
        "activity": one.activity,
        "pretest": one.pretest,
        "ended_on": day(one.ended_on),
    })
}

pub fn assignment(one: &Assignment) -> Value {
    json!({
        "id": one.id.0,
        "course": one.course,
        "course_id": one.of.map(|id| id.0),
        "person": one.person.0,
        "person_name": one.name,
        "assigned_on": day(one.assigned_on),
        "due_on": one.days.due.to_string(),
        "completed_on": day(one.days.completed),
        "expires_on": day(one.days.expires),
        "standing": one.standing.name(),
        "need": one.need.map(rules::training::Need::name),
        "rating": one.rating,
        "score_before": amount(one.before),
        "score_after": amount(one.after),
        "certificate": one.certificate,
    })
}

pub fn wanting(one: &Wanting) -> Value {
    json!({
        "person": one.person.0,
        "person_name": one.name,
        "role": one.role,
        "need": one.need.map(rules::training::Need::name),
    })
}

pub fn outcome(one: &Outcome) -> Value {
    let (before, after) = one.scores();
    json!({
        "assigned": one.assigned,
        "due": one.due,
        "on_time": one.on_time,
        "late": one.late,
        "completion_rate": ratio(one.rate()),
        "rated": one.rated,
        "mean_rating": ratio(one.mean_rating()),
        "score_before": ratio(before),
        "score_after": ratio(after),
        "lift": one.lift().and_then(ratio),
    })
}

fn member(one: &Member) -> Value {
    json!({
        "person": one.person.0,
        "person_name": one.name,
        "open": one.open,
        "overdue": one.overdue,
        "certificates_ending": one.ending,
        "outcome": outcome(&one.outcome),
    })
}

pub fn overview(one: &Overview) -> Value {
    json!({
        "mine": one.mine.iter().map(assignment).collect::<Vec<_>>(),
        "team": one.team.iter().map(member).collect::<Vec<_>>(),
        "outcome": outcome(&one.outcome),
    })
}

/// A course with what became of it, and whom it could be assigned to.
pub fn open(course_of: &Course, assignments: &[Assignment], wants: &[Wanting], today: Date) -> Value {
    let mut told = course(course_of);
    told["outcome"] = outcome(&Assignment::outcome(assignments, today));
    told["assignments"] = json!(assignments.iter().map(assignment).collect::<Vec<_>>());
    told["wanting"] = json!(wants.iter().map(wanting).collect::<Vec<_>>());
    told
}

pub fn plan(plan: &CompletionPlan) -> Value {
    let rows = plan.rows.iter();
    let rows = rows.map(
        |row| json!({ "line": row.line, "person": row.person, "course": row.course, "effect": row.effect.name() }),
    );
    let problems = plan.problems.iter();
    let problems =
        problems.map(|(line, problem)| json!({ "line": line, "problem": problem.to_string(), "hint": problem.hint() }));
    json!({ "rows": rows.collect::<Vec<_>>(), "problems": problems.collect::<Vec<_>>() })
}
