//! Pay by API: plans, runs and their steps, statements and the files that recompute them.

mod accruals;
mod disputes;
mod letters;
mod replay;

use crate::{Pay, REASONS, Run, RunError, Told, runs::Folder};
use access::{Access, Caller};
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base::{Money, RecordId};
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use web_kit::{
    WebError, Words, attached, json_answer,
    openapi::{Description, answers, in_path, object, operation, parameter, word_in_path},
};

const PLANS: &str = "/api/v1/pay/plans";
const RUNS: &str = "/api/v1/pay/runs";
const RUN: &str = "/api/v1/pay/runs/{period}";
const WAIVERS: &str = "/api/v1/pay/runs/{period}/waivers";
const ADJUSTMENTS: &str = "/api/v1/pay/runs/{period}/adjustments";
const ADJUSTMENT: &str = "/api/v1/pay/runs/{period}/adjustments/{id}";
const PAYROLL: &str = "/api/v1/pay/runs/{period}/payroll";
const STATEMENTS: &str = "/api/v1/pay/statements";
const STATEMENT: &str = "/api/v1/pay/statements/{id}";
const STATEMENT_PDF: &str = "/api/v1/pay/statements/{id}/pdf/{language}";
const ESTIMATES: &str = "/api/v1/pay/estimates";
const FILE: &str = "/api/v1/pay/statements/{id}/file";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(PLANS, get(plans).put(set_plan))
        .route(RUNS, get(runs))
        .route(RUN, get(run).post(step))
        .route(WAIVERS, post(waive))
        .route(ADJUSTMENTS, post(adjust))
        .route(ADJUSTMENT, post(approve_adjustment).delete(withdraw_adjustment))
        .route(PAYROLL, get(payroll))
        .route(STATEMENTS, get(statements))
        .route(STATEMENT, get(statement))
        .route(FILE, get(file))
        .route(STATEMENT_PDF, get(statement_pdf))
        .route(ESTIMATES, get(estimates))
        .merge(accruals::routes())
        .merge(disputes::routes())
        .merge(letters::routes())
        .merge(replay::routes())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetPlan {
    file: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stepped {
    step: String,
    /// Of the run that was looked at; another one is refused.
    #[serde(default)]
    sha256: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waived {
    exception: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Adjusted {
    person: String,
    amount: String,
    currency: String,
    reason: String,
    evidence: String,
}

/// Pay on behalf of whoever holds the token.
struct Asking(Pay);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Pay::new(access.db().clone(), session.viewer, folder.0)))
    }
}

async fn statement_pdf(Asking(pay): Asking, Path((id, language)): Path<(i64, String)>) -> Result<Response, WebError> {
    let words = Words::of_address(&language)?;
    let (name, bytes) = pay.statement_on_paper(RecordId(id), words).await.map_err(told)?;
    Ok(attached(documents::PDF, &name, bytes))
}

/// What one's open deals would earn by the end of the pay period that runs now.
async fn estimates(Asking(pay): Asking, Query(asked): Query<Vec<(String, String)>>) -> Result<Response, WebError> {
    let mut chosen = BTreeSet::new();
    for (name, value) in asked {
        let id = value.parse().ok().filter(|_| name == "deal");
        let detail = || format!("`{name}={value}` is no deal; write deal=12, once for each");
        chosen
            .insert(RecordId(id.ok_or_else(|| WebError::Told { status: StatusCode::BAD_REQUEST, detail: detail() })?));
    }
    let Some(found) = pay.estimate(&chosen).await.map_err(told)? else {
        return Ok(json_answer(&json!({ "period": null, "deals": [] })));
    };
    let deals = found.deals.iter().map(|one| {
        json!({
            "deal": one.deal.0,
            "name": one.name,
            "credit": one.credit.to_text(),
            "currency": one.currency,
            "close_date": one.close_date.map(|day| day.to_string()),
            "is_chosen": one.is_chosen,
            "earns": one.earns.to_string(),
        })
    });
    Ok(json_answer(&json!({
        "period": found.period.label,
        "currency": found.so_far.currency.code(),
        "so_far": found.so_far.to_string(),
        "together": found.together.to_string(),
        "deals": deals.collect::<Vec<_>>(),
    })))
}

async fn plans(Asking(pay): Asking) -> Result<Response, WebError> {
    let plans = pay.plans().await.map_err(told)?;
    let plans = plans.iter().map(|kept| {
        json!({
            "number": kept.id.0,
            "id": kept.plan.id(),
            "version": kept.plan.version,
            "name": kept.plan.name,
            "from": kept.plan.from.map(|from| from.to_string()),
            "paid": kept.paid,
            "file": kept.text,
        })
    });
    Ok(json_answer(&json!({ "plans": plans.collect::<Vec<_>>() })))
}

async fn set_plan(Asking(pay): Asking, Json(set): Json<SetPlan>) -> Result<Response, WebError> {
    let id = pay.set_plan(&set.file, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "id": id.0 })))
}

async fn runs(Asking(pay): Asking) -> Result<Response, WebError> {
    let runs = pay.runs().await.map_err(told)?;
    Ok(json_answer(&json!({ "runs": runs.iter().map(brief).collect::<Vec<_>>() })))
}

async fn run(Asking(pay): Asking, Path(label): Path<String>) -> Result<Response, WebError> {
    let run = pay.run(&label).await.map_err(told)?;
    Ok(json_answer(&run_json(&run)))
}

async fn step(
    Asking(pay): Asking,
    Path(label): Path<String>,
    Json(wanted): Json<Stepped>,
) -> Result<Response, WebError> {
    let done = match wanted.step.as_str() {
        "calculate" => pay.calculate(&label, Origin::Api).await,
        "review" => pay.review(&label, wanted.sha256.as_deref(), Origin::Api).await,
        "approve" => pay.approve(&label, wanted.sha256.as_deref(), Origin::Api).await,
        "pay" => pay.pay(&label, Origin::Api).await,
        other => {
            let detail = format!("{other:?} is no step; write calculate, review, approve or pay");
            return Err(WebError::Told { status: StatusCode::BAD_REQUEST, detail });
        }
    };
    Ok(json_answer(&run_json(&done.map_err(told)?)))
}

async fn waive(
    Asking(pay): Asking,
    Path(label): Path<String>,
    Json(waived): Json<Waived>,
) -> Result<Response, WebError> {
    pay.waive(&label, &waived.exception, &waived.reason, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&run_json(&pay.run(&label).await.map_err(told)?)))
}

async fn adjust(
    Asking(pay): Asking,
    Path(label): Path<String>,
    Json(sent): Json<Adjusted>,
) -> Result<Response, WebError> {
    let wrong = || told(RunError::NotAnAmount(sent.amount.clone(), sent.currency.clone()));
    let currency = sent.currency.parse().map_err(|_| wrong())?;
    let amount = Money::parse(&sent.amount, currency).map_err(|_| wrong())?;
    let found = pay.db.system().named(&access::PERSON, &sent.person).await.map_err(WebError::internal)?;
    let [payee] = found.as_slice() else { return Err(told(RunError::NoPerson(sent.person))) };
    let id = pay.adjust(&label, payee.id, amount, &sent.reason, &sent.evidence, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "id": id.0 })))
}

async fn approve_adjustment(Asking(pay): Asking, Path((label, id)): Path<(String, i64)>) -> Result<Response, WebError> {
    pay.approve_adjustment(&label, RecordId(id), Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "id": id, "approved": true })))
}

async fn withdraw_adjustment(
    Asking(pay): Asking,
    Path((label, id)): Path<(String, i64)>,
) -> Result<Response, WebError> {
    pay.withdraw_adjustment(&label, RecordId(id), Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "id": id, "withdrawn": true })))
}

async fn payroll(Asking(pay): Asking, Path(label): Path<String>) -> Result<Response, WebError> {
    let payroll = pay.payroll(&label).await.map_err(told)?;
    let rows = payroll.rows.iter().map(|one| {
        json!({
            "employee": one.employee,
            "name": one.name,
            "pay_code": one.pay_code,
            "currency": one.amount.currency.code(),
            "amount": one.amount.to_string(),
        })
    });
    let totals = payroll.totals.iter().map(|(code, total)| (code.clone(), Value::from(total.to_string())));
    let totals: serde_json::Map<_, _> = totals.collect();
    Ok(json_answer(&json!({ "period": payroll.period, "rows": rows.collect::<Vec<_>>(), "control_totals": totals })))
}

/// One's own.
async fn statements(Asking(pay): Asking) -> Result<Response, WebError> {
    let found = pay.own_statements().await.map_err(told)?;
    let statements = found.iter().map(|one| {
        let total = one.value("total").as_money();
        json!({
            "id": one.id.0,
            "period": one.title(),
            "total": total.map(|total| total.to_string()),
            "currency": total.map(|total| total.currency.code().to_owned()),
            "sha256": one.value("sha256").as_text(),
        })
    });
    Ok(json_answer(&json!({ "statements": statements.collect::<Vec<_>>() })))
}

async fn statement(Asking(pay): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let found = pay.statement(RecordId(id)).await.map_err(told)?;
    let said = found.ok_or(WebError::NotFound)?;
    let mut statement = json(&said.told);
    statement["period"] = said.period.label.as_str().into();
    statement["state"] = said.state.name().into();
    statement["sha256"] = said.sha256.as_str().into();
    Ok(json_answer(&statement))
}

async fn file(Asking(pay): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let found = pay.statement(RecordId(id)).await.map_err(told)?;
    let file = found.and_then(|said| said.file).ok_or(WebError::NotFound)?;
    let text = file.to_text().map_err(|error| told(RunError::File(error)))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

fn brief(run: &Run) -> Value {
    let totals = run.totals().into_iter().map(|(currency, total)| (currency, Value::from(total.to_string())));
    json!({
        "period": run.period.label,
        "state": run.state.name(),
        "seq": run.seq.0,
        "sha256": run.sha256,
        "payees": run.told.payees.len(),
        "open_exceptions": run.open().count(),
        "totals": totals.collect::<serde_json::Map<_, _>>(),
    })
}

/// A run whole, as page, command line and API tell it.
pub fn run_json(run: &Run) -> Value {
    let mut told = json(&run.told);
    let open: Vec<String> = run.open().map(crate::ToldException::key).collect();
    told["run"] = brief(run);
    told["open"] = json!(open);
    told["waived"] = json!(run.waived);
    let adjustments = run.adjustments.iter().map(|one| {
        json!({
            "id": one.id.0,
            "person": one.payee.0,
            "amount": one.amount.to_string(),
            "currency": one.amount.currency.code(),
            "reason": one.reason,
            "evidence": one.evidence,
            "approved": one.is_approved,
        })
    });
    told["adjustments"] = adjustments.collect();
    told
}

/// With reasons in English, as programs are told.
fn json(told: &Told) -> Value {
    let words = Words::new(web_kit::Language::En);
    let line = |line: &crate::ToldLine| json!({ "fact": line.fact, "amount": line.amount, "rule": line.rule, "reason": line.reason.sentence(words) });
    let payees = told.payees.iter().map(|payee| {
        let components = payee.components.iter().map(|part| {
            json!({ "id": part.id, "amount": part.amount, "lines": part.lines.iter().map(line).collect::<Vec<_>>() })
        });
        let balances = payee.balances.iter().map(|(kind, amount)| json!({ "kind": kind, "amount": amount }));
        json!({
            "id": payee.id,
            "person": payee.person,
            "name": payee.name,
            "currency": payee.currency,
            "total": payee.total,
            "balances": balances.collect::<Vec<_>>(),
            "components": components.collect::<Vec<_>>(),
        })
    });
    let exceptions = told.exceptions.iter().map(|one| {
        json!({
            "kind": one.kind,
            "payee": one.payee,
            "component": one.component,
            "fact": one.fact,
            "key": one.key(),
            "reason": one.reason.sentence(words),
        })
    });
    json!({ "payees": payees.collect::<Vec<_>>(), "exceptions": exceptions.collect::<Vec<_>>() })
}

fn told(error: RunError) -> WebError {
    let status = match &error {
        RunError::SeesNoPay | RunError::NotPayee => StatusCode::FORBIDDEN,
        RunError::NoDispute
        | RunError::NoLetter
        | RunError::NoRun(_)
        | RunError::NoAdjustment(_)
        | RunError::NoPerson(_) => StatusCode::NOT_FOUND,
        RunError::Moved(_) | RunError::OtherAccrual(_) => StatusCode::CONFLICT,
        RunError::Kpi(_) | RunError::Db(_) | RunError::Stored(_) | RunError::Csv(_) => {
            return WebError::internal(error);
        }
        _ => StatusCode::BAD_REQUEST,
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

pub use accruals::to_json as accrual_json;
pub use disputes::to_json as dispute_json;
pub use replay::to_json as replay_json;

pub fn description() -> Description {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let period = word_in_path("period", "A pay period: 2026-03, 2026-Q1 or 2026.");
    let id = in_path("id", "Its number.");
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    add(PLANS, "get", "The plans by which people are paid, as files", &[], None);
    let body = object(&[("file", text("A plan, as docs/pay-format.md has it."))]);
    add(PLANS, "put", "Keeps a version of a plan; one that has paid is refused", &[], Some(&body));
    add(RUNS, "get", "Every run with its totals", &[], None);
    let of_run = std::slice::from_ref(&period);
    add(RUN, "get", "A run: payees, components, lines with reasons, exceptions", of_run, None);
    let body = object(&[
        ("step", text("calculate, review, approve or pay.")),
        ("sha256", text("Of the run that was looked at; another one is refused.")),
    ]);
    add(RUN, "post", "Moves a run on", of_run, Some(&body));
    let body = object(&[("exception", text("Its key.")), ("reason", text("Why it may pass."))]);
    add(WAIVERS, "post", "Lets an exception pass", of_run, Some(&body));
    let body = object(&[
        ("person", text("# and a number, or an external id.")),
        ("amount", text("Decimal digits.")),
        ("currency", text("An ISO 4217 code.")),
        ("reason", text(&REASONS.join(", "))),
        ("evidence", text("What it rests on.")),
    ]);
    add(ADJUSTMENTS, "post", "Enters an amount beside the plans; a second person approves it", of_run, Some(&body));
    let of_adjustment = [period.clone(), id.clone()];
    add(ADJUSTMENT, "post", "Approves an adjustment that somebody else entered", &of_adjustment, None);
    add(ADJUSTMENT, "delete", "Takes back an adjustment that nobody approved", &of_adjustment, None);
    add(PAYROLL, "get", "What payroll is told of an approved run, with control totals", of_run, None);
    add(STATEMENTS, "get", "One's own statements", &[], None);
    let of_statement = std::slice::from_ref(&id);
    add(STATEMENT, "get", "A statement, for its payee and those who see everybody's pay", of_statement, None);
    add(FILE, "get", "The file from which `clinch pay recompute` makes the statement anywhere", of_statement, None);
    let chosen =
        [parameter("deal", "A deal looked at together with others, once for each; without any all are.", false)];
    let summary = "What each of one's open deals would earn, and those together, by the function that pays";
    described.operation(ESTIMATES, "get", operation(summary, &chosen, None, &any, true));
    accruals::describe(&mut described);
    disputes::describe(&mut described);
    let of_paper = [id.clone(), word_in_path("language", "en, th or ja.")];
    described.operation(
        STATEMENT_PDF,
        "get",
        answers(operation("A statement as PDF", &of_paper, None, &any, true), documents::PDF),
    );
    letters::describe(&mut described);
    replay::describe(&mut described);
    described
}
