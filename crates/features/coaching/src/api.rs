//! Coaching by API.

use crate::{
    Added, Coaching, CoachingError, EffectAsk, Folder, NewCheck, NewPattern, NewReview, NoteKind, Readers, TalkState,
    TaskWords, json, style,
};
use access::{Access, Caller};
use appraisal::AppraisalError;
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use base::{RecordId, Seq};
use jiff::civil::Date;
use rules::{coaching::Answers, log::Origin};
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, in_path, object, operation, parameter},
};

const HOME: &str = "/api/v1/coaching";
const PERSON: &str = "/api/v1/coaching/people/{id}";
const TALKS: &str = "/api/v1/coaching/people/{id}/one-on-ones";
const TASKS: &str = "/api/v1/coaching/people/{id}/tasks";
const GIVE: &str = "/api/v1/coaching/people/{id}/feedback";
const REVIEWS: &str = "/api/v1/coaching/people/{id}/reviews";
const TALK: &str = "/api/v1/coaching/one-on-ones/{id}";
const NOTES: &str = "/api/v1/coaching/one-on-ones/{id}/notes";
const NOTE: &str = "/api/v1/coaching/notes/{id}";
const TASK: &str = "/api/v1/coaching/tasks/{id}";
const CHECKS: &str = "/api/v1/coaching/tasks/{id}/checks";
const FEEDBACK: &str = "/api/v1/coaching/feedback";
const RATING: &str = "/api/v1/coaching/feedback/{id}";
const REVIEW: &str = "/api/v1/coaching/reviews/{id}";
const RUBRICS: &str = "/api/v1/coaching/rubrics";
const RUBRIC: &str = "/api/v1/coaching/rubrics/{id}";
const PATTERNS: &str = "/api/v1/coaching/patterns";
const PATTERN: &str = "/api/v1/coaching/patterns/{id}";
const EFFECT: &str = "/api/v1/coaching/effect";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(HOME, get(overview))
        .route(PERSON, get(person))
        .route(TALKS, post(plan))
        .route(TASKS, post(begin))
        .route(GIVE, post(give))
        .route(REVIEWS, post(add_review))
        .route(TALK, get(talk).post(move_talk))
        .route(NOTES, post(add))
        .route(NOTE, post(note))
        .route(TASK, get(task).post(word))
        .route(CHECKS, post(check))
        .route(FEEDBACK, get(feedback).post(request))
        .route(RATING, post(rate))
        .route(REVIEW, get(review))
        .route(RUBRICS, get(rubrics))
        .route(RUBRIC, put(set_rubric))
        .route(PATTERNS, get(patterns).post(report))
        .route(PATTERN, get(pattern).post(step))
        .route(EFFECT, get(effect))
}

/// On behalf of whoever holds the token.
struct Asking(Coaching);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Coaching::new(access.db().clone(), session.viewer, folder.0)))
    }
}

type Told = Result<Response, WebError>;

async fn overview(Asking(coaching): Asking) -> Told {
    Ok(json_answer(&json::overview(&coaching.overview().await.map_err(told)?)))
}

async fn person(Asking(coaching): Asking, Path(id): Path<i64>) -> Told {
    Ok(json_answer(&json::person(&coaching.coached(RecordId(id)).await.map_err(told)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    day: Date,
    #[serde(default)]
    topic: String,
}

async fn plan(Asking(coaching): Asking, Path(id): Path<i64>, Json(new): Json<Plan>) -> Told {
    created(coaching.plan_talk(RecordId(id), new.day, &new.topic, Origin::Api).await)
}

async fn talk(Asking(coaching): Asking, Path(id): Path<i64>) -> Told {
    Ok(json_answer(&json::open(&coaching.open_talk(RecordId(id)).await.map_err(told)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    state: String,
    #[serde(default)]
    day: Option<Date>,
}

async fn move_talk(Asking(coaching): Asking, Path(id): Path<i64>, Json(to): Json<Move>) -> Told {
    let state = TalkState::ALL.into_iter().find(|state| state.name() == to.state);
    let state = state.ok_or_else(|| told(CoachingError::Kind))?;
    done(coaching.move_talk(RecordId(id), state, to.day, Origin::Api).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    kind: String,
    readers: String,
    text: String,
    /// Of an action: `person` or `leader`.
    #[serde(default)]
    doer: String,
    #[serde(default)]
    due: Option<Date>,
}

async fn add(Asking(coaching): Asking, Path(id): Path<i64>, Json(new): Json<Add>) -> Told {
    let kind = NoteKind::TALK.into_iter().find(|kind| kind.name() == new.kind);
    if !["", "person", "leader"].contains(&new.doer.as_str()) {
        return Err(told(CoachingError::Kind));
    }
    let added = Added {
        kind: kind.ok_or_else(|| told(CoachingError::Kind))?,
        readers: Readers::read(&new.readers).map_err(told)?,
        text: new.text,
        by_leader: new.doer == "leader",
        due: new.due,
    };
    created(coaching.add(RecordId(id), &added, Origin::Api).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    #[serde(default)]
    done: Option<bool>,
    #[serde(default)]
    readers: Option<String>,
}

async fn note(Asking(coaching): Asking, Path(id): Path<i64>, Json(change): Json<Changed>) -> Told {
    let id = RecordId(id);
    match (change.done, &change.readers) {
        (Some(is_done), None) => done(coaching.tick(id, is_done, Origin::Api).await),
        (None, Some(word)) => {
            let readers = Readers::read(word).map_err(told)?;
            done(coaching.readers(id, readers, Origin::Api).await)
        }
        _ => {
            let detail = "a note changes in one way at a time; write done or readers".to_owned();
            Err(WebError::Told { status: StatusCode::BAD_REQUEST, detail })
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    name: Option<String>,
    account: Option<i64>,
    goal: Option<String>,
    plan: Option<String>,
    budget: Option<String>,
    #[serde(default)]
    end: bool,
    /// What `GET` told with it: a change since then is not written over.
    version: Option<i64>,
}

impl Words {
    fn of(self) -> TaskWords {
        TaskWords { name: self.name, goal: self.goal, plan: self.plan, budget: self.budget }
    }
}

async fn begin(Asking(coaching): Asking, Path(id): Path<i64>, Json(new): Json<Words>) -> Told {
    let account = new.account.map(RecordId);
    created(coaching.begin_task(RecordId(id), account, &new.of(), Origin::Api).await)
}

async fn task(Asking(coaching): Asking, Path(id): Path<i64>) -> Told {
    let today = coaching.today().await.map_err(told)?;
    let version = coaching.version().await.map_err(told)?;
    let mut found = json::task(&coaching.task(RecordId(id)).await.map_err(told)?.0, today);
    found["version"] = json!(version.0);
    Ok(json_answer(&found))
}

async fn word(Asking(coaching): Asking, Path(id): Path<i64>, Json(new): Json<Words>) -> Told {
    if new.end {
        return done(coaching.end_task(RecordId(id), Origin::Api).await);
    }
    let seen = seen(&coaching, new.version).await?;
    done(coaching.word_task(RecordId(id), &new.of(), seen, Origin::Api).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checked {
    day: Date,
    competence: u8,
    commitment: u8,
    style: String,
    #[serde(default)]
    note: String,
}

async fn check(Asking(coaching): Asking, Path(id): Path<i64>, Json(new): Json<Checked>) -> Told {
    let check = NewCheck {
        day: new.day,
        competence: new.competence,
        commitment: new.commitment,
        style: style(&new.style).map_err(told)?,
        note: new.note,
    };
    created(coaching.check_task(RecordId(id), &check, Origin::Api).await)
}

async fn feedback(Asking(coaching): Asking) -> Told {
    let found = coaching.feedback().await.map_err(told)?;
    let all = |of: &[crate::Feedback]| of.iter().map(json::feedback).collect::<Vec<_>>();
    let asked = |of: &[(crate::Note, String)]| of.iter().map(|(note, _)| json::note(note)).collect::<Vec<_>>();
    let (received, given) = (all(&found.received), all(&found.given));
    let (requests, waiting) = (asked(&found.requests), asked(&found.asked));
    Ok(json_answer(&json!({ "received": received, "given": given, "requests": requests, "asked": waiting })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Give {
    text: String,
    readers: String,
    #[serde(default)]
    request: Option<i64>,
}

async fn give(Asking(coaching): Asking, Path(id): Path<i64>, Json(new): Json<Give>) -> Told {
    let readers = Readers::read(&new.readers).map_err(told)?;
    created(coaching.give(RecordId(id), &new.text, readers, new.request.map(RecordId), Origin::Api).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    leader: String,
    text: String,
}

async fn request(Asking(coaching): Asking, Json(new): Json<Request>) -> Told {
    let leader = coaching.person(&new.leader).await.map_err(told)?;
    created(coaching.request(leader, &new.text, Origin::Api).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rating {
    rating: i64,
}

async fn rate(Asking(coaching): Asking, Path(id): Path<i64>, Json(said): Json<Rating>) -> Told {
    done(coaching.rate(RecordId(id), said.rating, Origin::Api).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reviewed {
    rubric: String,
    day: Date,
    #[serde(default)]
    activity: Option<i64>,
    answers: Answers,
    #[serde(default)]
    comment: String,
}

async fn add_review(Asking(coaching): Asking, Path(id): Path<i64>, Json(new): Json<Reviewed>) -> Told {
    let review = NewReview {
        person: RecordId(id),
        rubric: new.rubric,
        day: new.day,
        activity: new.activity.map(RecordId),
        answers: new.answers,
        comment: new.comment,
    };
    created(coaching.add_review(&review, Origin::Api).await)
}

async fn review(Asking(coaching): Asking, Path(id): Path<i64>) -> Told {
    Ok(json_answer(&json::review(&coaching.review(RecordId(id)).await.map_err(told)?)))
}

async fn rubrics(Asking(coaching): Asking) -> Told {
    Ok(json_answer(&json!({ "rubrics": coaching.rubrics().await.map_err(told)? })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFile {
    file: String,
    from: Date,
}

async fn set_rubric(Asking(coaching): Asking, Path(id): Path<String>, Json(set): Json<SetFile>) -> Told {
    done(coaching.set_rubric(&id, &set.file, set.from, Origin::Api).await)
}

async fn patterns(Asking(coaching): Asking) -> Told {
    let found = coaching.patterns().await.map_err(told)?;
    Ok(json_answer(&json!({ "patterns": found.iter().map(json::pattern).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reported {
    name: String,
    kind: String,
    department: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    product: Option<i64>,
}

async fn report(Asking(coaching): Asking, Json(new): Json<Reported>) -> Told {
    let pattern = NewPattern {
        name: new.name,
        kind: new.kind,
        department: new.department,
        detail: new.detail,
        product: new.product.map(RecordId),
    };
    created(coaching.report(&pattern, Origin::Api).await)
}

async fn pattern(Asking(coaching): Asking, Path(id): Path<i64>) -> Told {
    Ok(json_answer(&json::pattern(&coaching.pattern(RecordId(id)).await.map_err(told)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    step: String,
    account: Option<i64>,
    #[serde(default)]
    text: String,
    version: Option<i64>,
}

async fn step(Asking(coaching): Asking, Path(id): Path<i64>, Json(to): Json<Wanted>) -> Told {
    let id = RecordId(id);
    match to.step.as_str() {
        "met" => created(coaching.met(id, to.account.map(RecordId), &to.text, Origin::Api).await),
        "answer" => {
            let seen = seen(&coaching, to.version).await?;
            done(coaching.answer(id, &to.text, seen, Origin::Api).await)
        }
        "close" => done(coaching.close_pattern(id, Origin::Api).await),
        other => {
            let detail = format!("{other:?} is no step; write met, answer or close");
            Err(WebError::Told { status: StatusCode::BAD_REQUEST, detail })
        }
    }
}

#[derive(Deserialize)]
struct Tried {
    kpi: String,
    period: String,
    least: Option<usize>,
}

async fn effect(Asking(coaching): Asking, Query(asked): Query<Tried>) -> Told {
    let ask =
        EffectAsk { kpi: asked.kpi, period: asked.period, least: asked.least.unwrap_or(crate::effect::USUAL_LEAST) };
    Ok(json_answer(&json::tried(&coaching.effect(&ask).await.map_err(told)?)))
}

async fn seen(coaching: &Coaching, said: Option<i64>) -> Result<Seq, WebError> {
    match said {
        Some(seq) => Ok(Seq(seq)),
        None => coaching.version().await.map_err(told),
    }
}

fn created(made: Result<RecordId, CoachingError>) -> Told {
    let id = made.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": id.0 }))).into_response())
}

fn done<T>(what: Result<T, CoachingError>) -> Told {
    what.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn told(error: CoachingError) -> WebError {
    let status = match &error {
        CoachingError::NotBelow(_)
        | CoachingError::OnlyWriter(_)
        | CoachingError::LeadsNobody
        | CoachingError::Unnamed
        | CoachingError::Appraisal(AppraisalError::RunsNone) => StatusCode::FORBIDDEN,
        CoachingError::NotThere
        | CoachingError::NoRubric(_)
        | CoachingError::NoKpi(_)
        | CoachingError::Appraisal(AppraisalError::NoPerson(_)) => StatusCode::NOT_FOUND,
        CoachingError::Moved(_) => StatusCode::CONFLICT,
        CoachingError::Appraisal(_) | CoachingError::Kpi(_) | CoachingError::Db(_) | CoachingError::Stored(_) => {
            return WebError::internal(error);
        }
        _ => StatusCode::BAD_REQUEST,
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

pub fn description() -> Description {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let number = |says: &str| json!({ "type": "integer", "description": says });
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    let id = in_path("id", "Its number.");
    let of = std::slice::from_ref(&id);
    let readers = text("own: you alone; both: the two of you; line: those above the person too.");
    add(HOME, "get", "One's talks, actions and feedback, and everybody below at a look", &[], None);
    add(PERSON, "get", "Somebody's coaching as one may read it", of, None);
    let body = object(&[("day", text("A day.")), ("topic", text("What it is about."))]);
    add(TALKS, "post", "Plans a 1:1 with somebody below", of, Some(&body));
    add(TALK, "get", "A 1:1 with its notes, the actions that follow into it, and who reads what", of, None);
    let body = object(&[("state", text("held, cancelled, or planned to move it.")), ("day", text("Another day."))]);
    add(TALK, "post", "Says that a 1:1 was held, moves or cancels it", of, Some(&body));
    let body = object(&[
        ("kind", text("agenda, note or action.")),
        ("readers", readers.clone()),
        ("text", text("What is said.")),
        ("doer", text("Of an action: person or leader.")),
        ("due", text("Of an action: a day.")),
    ]);
    add(NOTES, "post", "Adds to a 1:1", of, Some(&body));
    let body = object(&[("done", json!({ "type": "boolean" })), ("readers", readers.clone())]);
    add(NOTE, "post", "An action is done or not, or a text of one's own has other readers", of, Some(&body));
    let words = [
        ("name", text("What the person is led in.")),
        ("account", number("A key account of theirs; its name is the task's.")),
        ("goal", text("What is to be reached.")),
        ("plan", text("How.")),
        ("budget", text("In the company's currency.")),
    ];
    add(TASKS, "post", "Begins a task: the person stands at D1 in it", of, Some(&object(&words)));
    add(TASK, "get", "A task with level, style that fits, needs and checks", of, None);
    let [name, _, goal, plan, budget] = words;
    let version = ("version", number("As the task told it."));
    let body = object(&[name, goal, plan, budget, ("end", json!({ "type": "boolean" })), version]);
    add(TASK, "post", "Puts goal, plan and budget, or ends the task", of, Some(&body));
    let body = object(&[
        ("day", text("When it was seen.")),
        ("competence", number("1 to 4.")),
        ("commitment", number("1 to 4.")),
        ("style", text("directing, coaching, supporting or delegating: how they were led.")),
        ("note", text("What was seen.")),
    ]);
    add(CHECKS, "post", "Says where somebody stands in a task", of, Some(&body));
    add(FEEDBACK, "get", "Feedback received, given and asked for", &[], None);
    let body = object(&[
        ("leader", text("# and a number, or an external id, of somebody above.")),
        ("text", text("About what.")),
    ]);
    add(FEEDBACK, "post", "Asks somebody above for feedback", &[], Some(&body));
    let body = object(&[
        ("text", text("What is said.")),
        ("readers", readers),
        ("request", number("The request that it answers.")),
    ]);
    add(GIVE, "post", "Gives feedback to somebody below", of, Some(&body));
    add(RATING, "post", "Rates feedback one received", of, Some(&object(&[("rating", number("1 to 5."))])));
    let body = object(&[
        ("rubric", text("Its id.")),
        ("day", text("Of the review.")),
        ("activity", number("The call or meeting.")),
        ("answers", json!({ "type": "object", "description": "By criterion; null where it was not seen." })),
        ("comment", text("Anything more.")),
    ]);
    add(REVIEWS, "post", "Reviews somebody below by a rubric", of, Some(&body));
    add(REVIEW, "get", "A review with its rubric as it was then", of, None);
    add(RUBRICS, "get", "Rubrics as they hold today", &[], None);
    let rubric = in_path("id", "The rubric's id.");
    let body =
        object(&[("file", text("As docs/coaching.md has it.")), ("from", text("The first day on which it holds."))]);
    add(RUBRIC, "put", "Puts a rubric's file in place from a day on", std::slice::from_ref(&rubric), Some(&body));
    add(PATTERNS, "get", "Patterns of rejections and complaints, the open and most met first", &[], None);
    let body = object(&[
        ("name", text("What customers say.")),
        ("kind", text("rejection or complaint.")),
        ("department", text(&crate::DEPARTMENTS.join(", "))),
        ("detail", text("More of it.")),
        ("product", number("The product.")),
    ]);
    add(PATTERNS, "post", "Reports a pattern", &[], Some(&body));
    add(PATTERN, "get", "A pattern with its answer and who met it", of, None);
    let body = object(&[
        ("step", text("met, answer or close.")),
        ("account", number("Where it was met.")),
        ("text", text("What is said.")),
    ]);
    add(PATTERN, "post", "Met too, answered, or closed", of, Some(&body));
    let asked = [
        parameter("kpi", "A KPI that is told of single people.", true),
        parameter("period", "Like 2026-Q3: over, and coached in.", true),
        parameter("least", "So many talks and reviews make somebody coached; 3 if left out.", false),
    ];
    add(EFFECT, "get", "Whether coaching works: the coached beside people like them, with an interval", &asked, None);
    described
}
