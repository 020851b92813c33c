//! Appraisals by API: cycles, the inbox, and one appraisal as its reader may see it.

use super::{Asking, day, parts, told};
use crate::{Appraisal, Cycle, CycleState, Form, LaunchPlan, Part, PartState, Setup, Task, forced};
use access::Access;
use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use base::RecordId;
use rules::{
    appraisal::{Feedback, Grade, Measure, Overall, Potential, Standing, Strictness},
    log::Origin,
};
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, in_path, object, operation},
};

const CYCLES: &str = "/api/v1/appraisal-cycles";
const CYCLE: &str = "/api/v1/appraisal-cycles/{id}";
const INBOX: &str = "/api/v1/appraisals";
const APPRAISAL: &str = "/api/v1/appraisals/{id}";
const CALIBRATION: &str = "/api/v1/appraisal-cycles/{id}/calibration";

pub fn routes() -> Router<Access> {
    Router::new()
        .route(CYCLES, get(cycles).post(launch))
        .route(CYCLE, get(progress).post(move_on))
        .route(INBOX, get(inbox))
        .route(APPRAISAL, get(one).post(say))
        .route(CALIBRATION, get(calibration).post(force))
        .merge(parts::routes())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Launch {
    name: String,
    period: String,
    roles: Vec<String>,
    kpi_weight: i64,
    #[serde(default)]
    upward: bool,
    #[serde(default)]
    guide: Strictness,
    #[serde(default)]
    leniency: bool,
    /// Read by itself, so that what is wrong with it is told.
    #[serde(default)]
    measure: Option<Value>,
    own_due: String,
    others_due: String,
    manager_due: String,
    /// Of the plan that was looked at; without it nothing is written.
    #[serde(default)]
    seq: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    state: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    step: String,
    #[serde(default)]
    grade: Option<String>,
    #[serde(default)]
    potential: Option<String>,
    /// The reason of a move, an appeal, a decision.
    #[serde(default)]
    text: String,
}

async fn cycles(Asking(appraisal): Asking) -> Result<Response, WebError> {
    let found = appraisal.cycles().await.map_err(told)?;
    Ok(json_answer(&json!({ "cycles": found.iter().map(cycle).collect::<Vec<_>>() })))
}

async fn launch(Asking(appraisal): Asking, Json(asked): Json<Launch>) -> Result<Response, WebError> {
    let setup = Setup {
        name: asked.name,
        period: asked.period,
        roles: asked.roles,
        kpi_weight: asked.kpi_weight,
        upward: asked.upward,
        guide: asked.guide,
        leniency: asked.leniency,
        measure: measure(asked.measure)?,
        own_due: day(&asked.own_due)?,
        others_due: day(&asked.others_due)?,
        manager_due: day(&asked.manager_due)?,
    };
    let Some(seen) = asked.seq else {
        return Ok(json_answer(&planned(&appraisal.plan(&setup).await.map_err(told)?)));
    };
    let appraisal = appraisal.seen_at(base::Seq(seen));
    let plan = appraisal.plan(&setup).await.map_err(told)?;
    let id = appraisal.launch(&plan, Origin::Api).await.map_err(told)?;
    let launched = appraisal.cycle(id).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&cycle(&launched))).into_response())
}

/// The reference's where nothing is said.
fn measure(said: Option<Value>) -> Result<Measure, WebError> {
    let wrong = |error: serde_json::Error| WebError::Told {
        status: StatusCode::BAD_REQUEST,
        detail: format!("measure: {error}"),
    };
    said.map(serde_json::from_value).transpose().map_err(wrong).map(Option::unwrap_or_default)
}

/// What launching would do, as command line and API tell it.
pub fn planned(plan: &LaunchPlan) -> Value {
    let people = plan.people.iter().map(|one| {
        let note = |note: &crate::Note| json!({ "note": note.name(), "date": note.day().map(|day| day.to_string()) });
        json!({
            "person": one.person.0,
            "name": one.name,
            "role": one.role,
            "matrix_manager": one.matrix.as_ref().map(|(id, name)| json!({ "person": id.0, "name": name })),
            "managers": one.managers.iter().map(|(id, name, days)| json!({ "person": id.0, "name": name, "days": days })).collect::<Vec<_>>(),
            "roles": one.frozen.roles.iter().map(|(role, days)| json!({ "role": role, "days": days })).collect::<Vec<_>>(),
            "kpi_score": one.score.map(base::Amount::to_text),
            "notes": one.notes.iter().map(note).collect::<Vec<_>>(),
        })
    });
    json!({
        "period": plan.period.label,
        "as_of": plan.as_of.to_string(),
        "seq": plan.seq.0,
        "people": people.collect::<Vec<_>>(),
        "left_out": plan.left_out.iter().map(|(name, left)| json!({ "name": name, "left_on": left.to_string() })).collect::<Vec<_>>(),
    })
}

async fn progress(Asking(appraisal): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let found = appraisal.cycle(RecordId(id)).await.map_err(told)?;
    let forms = appraisal.progress(found.id).await.map_err(told)?;
    let forms = forms.iter().map(|(form, parts)| {
        // Who of the peers has answered is told to nobody.
        let is_named = |part: &&Part| !part.kind.is_anonymous();
        let answered = parts.iter().filter(|part| !is_named(part) && part.state == PartState::Done).count();
        json!({
            "id": form.id.0,
            "person": form.value("person").as_reference().map(|person| person.0),
            "role": form.value("role").as_text(),
            "parts": parts.iter().filter(is_named).map(brief).collect::<Vec<_>>(),
            "others_answered": answered,
        })
    });
    let mut whole = cycle(&found);
    whole["forms"] = forms.collect();
    Ok(json_answer(&whole))
}

async fn move_on(
    Asking(appraisal): Asking,
    Path(id): Path<i64>,
    Json(moved): Json<Moved>,
) -> Result<Response, WebError> {
    let to = CycleState::ALL.into_iter().find(|state| state.name() == moved.state).ok_or_else(|| {
        let detail = format!("{:?} is no state; write released or closed", moved.state);
        WebError::Told { status: StatusCode::BAD_REQUEST, detail }
    })?;
    appraisal.move_on(RecordId(id), to, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&cycle(&appraisal.cycle(RecordId(id)).await.map_err(told)?)))
}

async fn inbox(Asking(appraisal): Asking) -> Result<Response, WebError> {
    let tasks = appraisal.inbox().await.map_err(told)?;
    let results = appraisal.own_results().await.map_err(told)?;
    let results =
        results.iter().map(|(id, found)| json!({ "id": id.0, "cycle": found.name, "period": found.period.label }));
    Ok(json_answer(
        &json!({ "inbox": tasks.iter().map(task).collect::<Vec<_>>(), "results": results.collect::<Vec<_>>() }),
    ))
}

/// A form that waits, as command line and API tell it.
pub fn task(task: &Task) -> Value {
    let mut told = brief(&task.part);
    told["appraisal"] = task.part.form.0.into();
    told["name"] = task.name.as_str().into();
    told["cycle"] = task.cycle.as_str().into();
    told["overdue"] = task.is_overdue.into();
    told
}

async fn one(Asking(appraisal): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let form = appraisal.form(RecordId(id)).await.map_err(told)?;
    appraisal.look(&form).await.map_err(told)?;
    let mut whole = form_json(&form).map_err(told)?;
    if let Some(looks) = appraisal.looks(&form).await.map_err(told)? {
        let names = appraisal.names(looks.iter().map(|look| RecordId(look.by))).await.map_err(told)?;
        let looks = looks
            .iter()
            .map(|look| json!({ "person": look.by, "name": names.get(&RecordId(look.by)), "at": look.at.to_string() }));
        whole["looks"] = looks.collect();
    }
    if let Some(part) = &form.own_part {
        whole["own_part"]["version"] = appraisal.version(part.id).await.map_err(told)?.0.into();
    }
    Ok(json_answer(&whole))
}

/// Means by side; null for what is not told.
fn feedback(found: &Feedback) -> Value {
    let mean = |standing: &Standing| match standing {
        Standing::Told { mean, .. } => Some(mean.to_text()),
        Standing::Hidden | Standing::Missing => None,
    };
    let groups = found.groups.iter().map(|(kind, standing)| (kind.name().to_owned(), json!(mean(standing))));
    let overall = match found.overall {
        Overall::Told(mean) | Overall::Rounded(mean) => Some(mean.to_text()),
        Overall::Withheld | Overall::Missing => None,
    };
    json!({ "groups": groups.collect::<serde_json::Map<_, _>>(), "overall": overall })
}

/// An appraisal as its reader may see it.
pub fn form_json(form: &Form) -> Result<Value, crate::AppraisalError> {
    let part = |part: &Part| {
        let mut told = brief(part);
        told["answers"] = json!(part.answers);
        told
    };
    let outcome = form.shown()?;
    let plain = |amount: Option<base::Amount>| amount.map(base::Amount::to_text);
    let is_asked = form.seat == crate::Seat::Asked;
    let result = json!({
        "kpi": plain(outcome.kpi.whole),
        "competency": plain(outcome.competency),
        "overall": plain(outcome.overall),
        "grade": outcome.grade.filter(|_| !form.cycle.leniency).map(Grade::name),
        "adjusted": plain(form.after.adjusted),
    });
    Ok(json!({
        "id": form.id.0,
        "cycle": cycle(&form.cycle),
        "person": form.person.0,
        "name": form.name,
        "role": form.role,
        "as_of": form.as_of.to_string(),
        "known_seq": form.known_seq.0,
        "competencies": form.profile.competencies,
        "kpis": form.frozen.kpis,
        "parts": form.parts.iter().map(|(one, name)| { let mut told = part(one); told["name"] = name.as_str().into(); told }).collect::<Vec<_>>(),
        "peers": form.peers.iter().map(|(part, name)| json!({ "id": part.id.0, "name": name, "state": if part.state == PartState::Done { "open" } else { part.state.name() } })).collect::<Vec<_>>(),
        "customers": form.customers.iter().map(|(part, name)| json!({ "id": part.id.0, "name": name, "is_asked": !part.is_withdrawn })).collect::<Vec<_>>(),
        "own_part": form.own_part.as_ref().map(part),
        "result": if is_asked { Value::Null } else { result },
        "grade": form.after.grade.filter(|_| form.after.released_on.is_some() && !is_asked).map(Grade::name),
        "feedback": form.feedback()?.map(|found| feedback(&found)),
    }))
}

async fn calibration(Asking(appraisal): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let found = appraisal.cycle(RecordId(id)).await.map_err(told)?;
    Ok(json_answer(&calibrated(&appraisal, &found).await.map_err(told)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forced {
    /// Those that were looked at.
    moves: Vec<Target>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    appraisal: i64,
    grade: Grade,
}

async fn force(
    Asking(appraisal): Asking,
    Path(id): Path<i64>,
    Json(asked): Json<Forced>,
) -> Result<Response, WebError> {
    let moves: Vec<_> = asked.moves.iter().map(|one| (RecordId(one.appraisal), one.grade)).collect();
    appraisal.force(RecordId(id), &moves, Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Grades, their distribution beside the guide, what forcing it would move, raters, and every move, as command line and API tell
/// them.
pub async fn calibrated(appraisal: &Appraisal, cycle: &Cycle) -> Result<Value, crate::AppraisalError> {
    let standings = appraisal.standings(cycle).await?;
    appraisal.look_at_results(cycle.id).await?;
    let moves = appraisal.moves(cycle).await?;
    let raters = if cycle.leniency { appraisal.raters(&standings).await? } else { Vec::new() };
    let grade = |grade: Option<Grade>| grade.map(Grade::name);
    let amount = |amount: Option<base::Amount>| amount.map(base::Amount::to_text);
    let people = standings.iter().map(|one| {
        json!({
            "appraisal": one.form.0,
            "person": one.person.0,
            "name": one.name,
            "role": one.role,
            "overall": amount(one.overall),
            "adjusted": amount(one.adjusted),
            "computed": grade(one.computed),
            "grade": grade(one.grade),
            "potential": one.potential.map(Potential::name),
            "box": one.nine_box(),
            "appealed": one.is_appealed,
        })
    });
    let moves = moves.iter().map(|one| {
        json!({
            "appraisal": one.form.0,
            "name": one.name,
            "before": grade(one.before),
            "after": grade(one.after),
            "reason": one.reason,
            "by": one.by,
            "on": one.on.map(|day| day.to_string()),
        })
    });
    // None where the group is too small to be forced.
    let would = if cycle.guide == Strictness::Forced { forced(&standings).ok() } else { None };
    let would = would.map(|moves| {
        let told = moves.iter().map(|one| {
            json!({ "appraisal": one.form.0, "name": one.name, "before": grade(one.before), "grade": one.after.name() })
        });
        told.collect::<Vec<_>>()
    });
    let raters = raters.iter().map(|one| {
        json!({
            "person": one.rater.0,
            "name": one.name,
            "scores": one.given.count,
            "mean": one.given.mean.to_text(),
            "deviation": one.given.deviation.to_text(),
            "adjusted": one.adjusted.to_text(),
        })
    });
    let distribution = Appraisal::distribution(&standings).into_iter();
    let distribution =
        distribution.map(|(grade, people, guide)| json!({ "grade": grade.name(), "people": people, "guide": guide }));
    Ok(json!({
        "guide": cycle.guide.name(),
        "leniency": cycle.leniency,
        "measure": cycle.measure,
        "people": people.collect::<Vec<_>>(),
        "distribution": distribution.collect::<Vec<_>>(),
        "forced": would,
        "raters": raters.collect::<Vec<_>>(),
        "moves": moves.collect::<Vec<_>>(),
    }))
}

async fn say(Asking(appraisal): Asking, Path(id): Path<i64>, Json(said): Json<Said>) -> Result<Response, WebError> {
    let id = RecordId(id);
    let wrong = |what: &str, word: &str| {
        let detail = format!("{word:?} is no {what}");
        WebError::Told { status: StatusCode::BAD_REQUEST, detail }
    };
    let grade = said
        .grade
        .as_deref()
        .map(|word| Grade::ALL.into_iter().find(|grade| grade.name() == word).ok_or_else(|| wrong("grade", word)));
    let grade = grade.transpose()?;
    let potential = said
        .potential
        .as_deref()
        .map(|word| Potential::ALL.into_iter().find(|one| one.name() == word).ok_or_else(|| wrong("potential", word)));
    let text = said.text.as_str();
    match (said.step.as_str(), grade, potential.transpose()?) {
        ("grade", Some(to), None) => appraisal.calibrate(id, to, text, Origin::Api).await,
        ("potential", None, Some(to)) => appraisal.set_potential(id, to, Origin::Api).await,
        ("acknowledge", None, None) => appraisal.acknowledge(id, Origin::Api).await,
        ("appeal", None, None) => appraisal.appeal(id, text, Origin::Api).await,
        ("decide", to, None) => appraisal.decide_appeal(id, text, to, Origin::Api).await,
        (other, ..) => {
            return Err(wrong("step with what it needs: grade, potential, acknowledge, appeal, decide", other));
        }
    }
    .map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn brief(part: &Part) -> Value {
    json!({
        "id": part.id.0,
        "writer": part.writer.map(|writer| writer.0),
        "kind": part.kind.name(),
        "state": part.state.name(),
        "days": part.days,
        "due": part.due.to_string(),
        "done_on": part.done_on.map(|day| day.to_string()),
    })
}

fn cycle(cycle: &Cycle) -> Value {
    json!({
        "id": cycle.id.0,
        "name": cycle.name,
        "period": cycle.period.label,
        "state": cycle.state.name(),
        "kpi_weight": cycle.kpi_weight.to_text(),
        "guide": cycle.guide.name(),
        "leniency": cycle.leniency,
        "measure": cycle.measure,
        "own_due": cycle.own_due.to_string(),
        "others_due": cycle.others_due.to_string(),
        "manager_due": cycle.manager_due.to_string(),
    })
}

pub fn describe(described: &mut Description) {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let number = |says: &str| json!({ "type": "integer", "description": says });
    let any = json!({ "type": "object" });
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    let id = in_path("id", "Its number.");
    let of = std::slice::from_ref(&id);
    add(CYCLES, "get", "Appraisal cycles, the last first", &[], None);
    let body = object(&[
        ("name", text("Of the cycle.")),
        ("period", text("2026-03, 2026-Q1 or 2026.")),
        (
            "roles",
            json!({ "type": "array", "items": { "type": "string" }, "description": "Who is appraised, by role." }),
        ),
        ("kpi_weight", number("Of the KPI part, per cent.")),
        ("upward", json!({ "type": "boolean", "description": "People rate their managers." })),
        (
            "guide",
            text(
                "What the guide to the distribution of grades does: advisory, blocking or forced; advisory if left out.",
            ),
        ),
        ("leniency", json!({ "type": "boolean", "description": "Scores are held to everybody's measure." })),
        (
            "measure",
            json!({
                "type": "object",
                "description": "weights by own, manager, matrix, peer, report and customer as texts like \"60\" that make 100; least, from 3 to 8; means, plain or trimmed; grades as [letter, from] from A to E, from as a text and null for the last. What is left out is the reference's.",
            }),
        ),
        ("own_due", text("A day.")),
        ("others_due", text("A day.")),
        ("manager_due", text("A day.")),
        (
            "seq",
            number(
                "Of the plan that was looked at: then it is launched. Without it the plan is told and nothing written.",
            ),
        ),
    ]);
    add(CYCLES, "post", "Plans a cycle, or launches the plan that was looked at", &[], Some(&body));
    add(CYCLE, "get", "How far everybody is", of, None);
    let body = object(&[("state", text("released or closed."))]);
    add(CYCLE, "post", "Releases the results, or closes the cycle", of, Some(&body));
    add(INBOX, "get", "Forms that wait for whoever asks, their own first, and their released results", &[], None);
    add(APPRAISAL, "get", "An appraisal with what of it whoever asks may see", of, None);
    let body = object(&[
        ("step", text("grade, potential, acknowledge, appeal or decide.")),
        ("grade", text("A to E: where calibration moves it, or what an appeal is decided to.")),
        ("potential", text("low, medium or high.")),
        ("text", text("The reason of a move, an appeal, a decision.")),
    ]);
    add(APPRAISAL, "post", "Calibrates, acknowledges, appeals or decides", of, Some(&body));
    let summary = "Grades, their distribution beside the guide, what forcing it would move, raters, and every move";
    add(CALIBRATION, "get", summary, of, None);
    let target = object(&[("appraisal", number("Its number.")), ("grade", text("A to E."))]);
    let moves = json!({ "type": "array", "items": target, "description": "As `forced` told them." });
    let body = object(&[("moves", moves)]);
    add(CALIBRATION, "post", "Forces the distribution: moves the grades that were looked at", of, Some(&body));
    parts::describe(described);
}
