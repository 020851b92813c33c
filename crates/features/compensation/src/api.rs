//! Reviews of pay by API: salaries, reviews and their steps, outcomes, and what payroll is told.

use crate::{
    Compensation, CompensationError, Folder, Line, Outcome, PayReview, Salary, SalaryRow, Setup,
    pages::{bonus_sentence, raise_sentence},
};
use access::{Access, Caller};
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use base::{Amount, RecordId, Seq};
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    CSV, Language, WebError, Words, json_answer,
    openapi::{Description, in_path, object, operation},
};

const SALARIES: &str = "/api/v1/compensation/salaries";
const REVIEWS: &str = "/api/v1/compensation/reviews";
const REVIEW: &str = "/api/v1/compensation/reviews/{id}";
const RAISE: &str = "/api/v1/compensation/reviews/{id}/raises/{person}";
const APPROVAL: &str = "/api/v1/compensation/reviews/{id}/approval";
const PAYROLL: &str = "/api/v1/compensation/reviews/{id}/payroll";
const OUTCOMES: &str = "/api/v1/compensation/outcomes";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(SALARIES, get(salaries).post(add_salaries))
        .route(REVIEWS, get(reviews).post(begin))
        .route(REVIEW, get(review))
        .route(RAISE, put(choose))
        .route(APPROVAL, post(approve))
        .route(PAYROLL, get(payroll))
        .route(OUTCOMES, get(outcomes))
}

/// On behalf of whoever holds the token.
struct Asking(Compensation);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Compensation::new(access.db().clone(), session.viewer, folder.0)))
    }
}

fn told(error: CompensationError) -> WebError {
    let status = match &error {
        CompensationError::SeesNoPay | CompensationError::SeesNoGrades => StatusCode::FORBIDDEN,
        CompensationError::NoReview(_) | CompensationError::NoOutcome(_) | CompensationError::NotInIt(_) => {
            StatusCode::NOT_FOUND
        }
        CompensationError::Moved(_) => StatusCode::CONFLICT,
        CompensationError::Appraisal(appraisal::AppraisalError::NotThere) => StatusCode::NOT_FOUND,
        CompensationError::Appraisal(appraisal::AppraisalError::NotSo { .. }) => StatusCode::BAD_REQUEST,
        CompensationError::Appraisal(_)
        | CompensationError::Pay(_)
        | CompensationError::Db(_)
        | CompensationError::Stored(_) => return WebError::internal(error),
        _ => StatusCode::BAD_REQUEST,
    };
    let hint = error.hint();
    let detail = if hint.is_empty() { error.to_string() } else { format!("{error}; {hint}") };
    WebError::Told { status, detail }
}

async fn salaries(Asking(compensation): Asking) -> Result<Response, WebError> {
    let salaries = compensation.salaries().await.map_err(told)?;
    let salary = |one: &Salary| {
        json!({
            "person": one.person.0,
            "starts_on": one.starts_on.to_string(),
            "range": one.range,
            "monthly": one.monthly.to_string(),
            "midpoint": one.midpoint.to_string(),
            "currency": one.monthly.currency.code(),
            "target_months": one.target_months.to_text(),
        })
    };
    Ok(json_answer(&json!({ "salaries": salaries.iter().map(salary).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    rows: Vec<SalaryRow>,
    #[serde(default)]
    commit: bool,
}

async fn add_salaries(Asking(compensation): Asking, Json(asked): Json<Rows>) -> Result<Response, WebError> {
    let rows: Vec<(u64, SalaryRow)> = (1..).zip(asked.rows).collect();
    let plan = compensation.plan_salaries(&rows).await.map_err(told)?;
    let problems: Vec<Value> =
        plan.problems.iter().map(|(row, problem)| json!({ "row": row, "problem": problem.to_string() })).collect();
    let mut answer = json!({ "new": plan.new.len(), "known": plan.known, "problems": problems, "written": false });
    if asked.commit && plan.problems.is_empty() {
        compensation.commit_salaries(plan, Origin::Api).await.map_err(told)?;
        answer["written"] = json!(true);
    }
    let status = if problems_of(&answer) { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok((status, json_answer(&answer)).into_response())
}

fn problems_of(answer: &Value) -> bool {
    answer["problems"].as_array().is_some_and(|problems| !problems.is_empty())
}

async fn reviews(Asking(compensation): Asking) -> Result<Response, WebError> {
    let reviews = compensation.reviews().await.map_err(told)?;
    Ok(json_answer(&json!({ "reviews": reviews.iter().map(brief).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    cycle: i64,
    starts_on: String,
    budget: Amount,
    company_factor: Amount,
    #[serde(default)]
    rules: String,
    #[serde(default)]
    version: Option<i64>,
}

async fn begin(Asking(compensation): Asking, Json(asked): Json<Begun>) -> Result<Response, WebError> {
    let starts_on = asked.starts_on.trim();
    let starts_on = starts_on
        .parse()
        .map_err(|_| told(CompensationError::field("starts_on", starts_on, "write a day like 2026-04-01")))?;
    let setup = Setup {
        cycle: RecordId(asked.cycle),
        starts_on,
        budget: asked.budget,
        company_factor: asked.company_factor,
        rules: asked.rules,
        seen: asked.version.map(Seq),
    };
    let id = compensation.begin(&setup, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": id.0 }))).into_response())
}

async fn review(Asking(compensation): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    Ok(json_answer(&review_json(&compensation.review(RecordId(id)).await.map_err(told)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    percent: Option<Amount>,
    #[serde(default)]
    reason: String,
}

async fn choose(
    Asking(compensation): Asking,
    Path((id, person)): Path<(i64, i64)>,
    Json(asked): Json<Chosen>,
) -> Result<Response, WebError> {
    let (id, person) = (RecordId(id), RecordId(person));
    compensation.choose(id, person, asked.percent, &asked.reason, Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: i64,
}

async fn approve(
    Asking(compensation): Asking,
    Path(id): Path<i64>,
    Json(seen): Json<Seen>,
) -> Result<Response, WebError> {
    compensation.approve(RecordId(id), Seq(seen.version), Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn payroll(Asking(compensation): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let payroll = compensation.payroll(RecordId(id)).await.map_err(told)?;
    let text = payroll.to_csv().map_err(|error| told(error.into()))?;
    Ok(([(header::CONTENT_TYPE, CSV)], text).into_response())
}

async fn outcomes(Asking(compensation): Asking) -> Result<Response, WebError> {
    let outcomes = compensation.outcomes(None).await.map_err(told)?;
    let words = Words::new(Language::En);
    let outcome = |one: &Outcome| {
        json!({
            "id": one.id.0,
            "person": one.person.0,
            "name": one.name,
            "cycle": one.of,
            "grade": one.grade.name(),
            "starts_on": one.starts_on.to_string(),
            "currency": one.monthly.currency.code(),
            "monthly": one.monthly.to_string(),
            "raise": one.raise.to_string(),
            "lump_sum": one.lump_sum.to_string(),
            "bonus": one.bonus.to_string(),
            "says": [raise_sentence(words, one), bonus_sentence(words, one)],
        })
    };
    Ok(json_answer(&json!({ "outcomes": outcomes.iter().map(outcome).collect::<Vec<_>>() })))
}

fn brief(review: &PayReview) -> Value {
    let budgets = review.budgets.iter().map(|(currency, spent)| {
        json!({
            "currency": currency.code(),
            "payroll": spent.payroll.to_text(),
            "budget": spent.budget.to_text(),
            "proposed": spent.proposed.to_text(),
            "bonuses": spent.bonuses.to_text(),
            "factor": Amount::ONE.mul_fraction(spent.factor).unwrap_or_default().to_text(),
        })
    });
    json!({
        "id": review.id.0,
        "version": review.version.0,
        "name": review.name,
        "cycle": review.cycle.0,
        "starts_on": review.starts_on.to_string(),
        "budget": review.budget.percent.to_text(),
        "company_factor": review.budget.company_factor.to_text(),
        "begun_by": review.begun_by,
        "approved_by": review.approved.as_ref().map(|(name, _)| name),
        "approved_on": review.approved.as_ref().map(|(_, day)| day.to_string()),
        "people": review.lines.len(),
        "budgets": budgets.collect::<Vec<_>>(),
    })
}

/// A review whole, as command line and API tell it.
pub fn review_json(review: &PayReview) -> Value {
    let line = |line: &Line| {
        let offer = &line.offer;
        json!({
            "person": line.person.0,
            "name": line.name,
            "grade": line.grade.name(),
            "currency": line.monthly.currency.code(),
            "monthly": line.monthly.to_string(),
            "midpoint": line.midpoint.to_string(),
            "range": line.range,
            "least": offer.range.least.to_text(),
            "most": offer.range.most.to_text(),
            "percent": offer.percent.to_text(),
            "reason": line.reason,
            "raise": offer.raise.to_string(),
            "lump_sum": offer.lump_sum.to_string(),
            "then": offer.salary.to_string(),
            "bonus": offer.bonus.to_string(),
        })
    };
    let left_out = review.left_out.iter();
    let left_out = left_out.map(|one| json!({ "person": one.person.0, "name": one.name, "why": one.why.name() }));
    let mut told = brief(review);
    told["lines"] = review.lines.iter().map(line).collect();
    told["left_out"] = left_out.collect();
    told["rules"] = json!(review.rules_text);
    told
}

pub fn description() -> Description {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let id = in_path("id", "Its number.");
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    add(SALARIES, "get", "Salaries: one's own, or everybody's for those who see pay", &[], None);
    let rows = json!({ "type": "array", "description": format!("Objects of {}.", SalaryRow::COLUMNS.join(", ")), "items": any });
    let body =
        object(&[("rows", rows), ("commit", json!({ "type": "boolean", "description": "Write what was planned." }))]);
    add(
        SALARIES,
        "post",
        "Plans salaries row by row; with `commit` they are written whole or not at all",
        &[],
        Some(&body),
    );
    add(REVIEWS, "get", "Reviews of pay, the last first", &[], None);
    let body = object(&[
        ("cycle", json!({ "type": "integer", "description": "The number of a released cycle." })),
        ("starts_on", text("From when on raises hold.")),
        ("budget", text("Per cent of the salaries of everybody in it.")),
        ("company_factor", text("How the company did; 1 is on target.")),
        ("rules", text("The matrix, as docs/compensation.md has it; blank for that of the reference.")),
        ("version", json!({ "type": "integer", "description": "Calculated anew: of the review that was looked at." })),
    ]);
    add(REVIEWS, "post", "Begins the review of a cycle, or calculates an open one anew", &[], Some(&body));
    let of_review = std::slice::from_ref(&id);
    add(REVIEW, "get", "A review: budgets, everybody's offer, and who is not in it", of_review, None);
    let body = object(&[("percent", text("Within the range; null for its middle.")), ("reason", text("Why."))]);
    let of_raise = [id.clone(), in_path("person", "The number of the person.")];
    add(RAISE, "put", "Chooses another raise within the range", &of_raise, Some(&body));
    let version = json!({ "type": "integer", "description": "Of the review that was looked at." });
    let body = object(&[("version", version)]);
    add(APPROVAL, "post", "Approves what others began and changed: raises become salaries", of_review, Some(&body));
    add(PAYROLL, "get", "What payroll is told of an approved review, as CSV with control totals", of_review, None);
    add(
        OUTCOMES,
        "get",
        "One's own outcomes, or everybody's for those who see pay, with how they were made",
        &[],
        None,
    );
    described
}
