//! Territories by API: the tree with its balance, rules, plans that are committed at the seq that was looked at, changes.

use crate::{
    Asked, Basis, Folder, HandedOver, Land, Load, Measure, Overview, Plan, RuleRow, Territories, TerritoriesError, Wish,
};
use access::{Access, Caller};
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, patch, put},
};
use base::{Amount, RecordId, Seq};
use jiff::civil::Date;
use kpi::KpiError;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, choice, object, operation, parameter},
};

const TREE: &str = "/api/v1/territories";
const TERRITORY: &str = "/api/v1/territories/{id}";
const RULES: &str = "/api/v1/territories/rules";
const PLAN: &str = "/api/v1/territories/plan";
const PROPOSAL: &str = "/api/v1/territories/proposal";
const HOLDER: &str = "/api/v1/territories/holder";
const CHANGES: &str = "/api/v1/territories/changes";
const DUE: &str = "/api/v1/territories/due-deals";
const CREDIT_DAYS: &str = "/api/v1/territories/credit-days";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(TREE, get(overview).post(add))
        .route(TERRITORY, patch(set))
        .route(RULES, get(rules).post(set_rules))
        .route(PLAN, get(plan).post(commit_plan))
        .route(PROPOSAL, get(proposal).post(commit_proposal))
        .route(HOLDER, get(holder).post(commit_holder))
        .route(CHANGES, get(changes))
        .route(DUE, get(due).post(pass))
        .route(CREDIT_DAYS, put(set_credit_days))
}

/// On behalf of whoever holds the token.
struct Asking(Territories);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Territories::new(access.db().clone(), session.viewer, folder.0)))
    }
}

fn told(error: TerritoriesError) -> WebError {
    use TerritoriesError as E;
    let status = match &error {
        E::SeesNotAll | E::DesignsNone => StatusCode::FORBIDDEN,
        E::NoTerritory(_) | E::NoChange(_) => StatusCode::NOT_FOUND,
        E::Moved => StatusCode::CONFLICT,
        E::Kpi(KpiError::NotYet(_)) => StatusCode::BAD_REQUEST,
        E::Kpi(_) | E::Db(_) | E::Amount(_) | E::Stored(_) => return WebError::internal(error),
        _ => StatusCode::BAD_REQUEST,
    };
    let hint = error.hint();
    let detail = if hint.is_empty() { error.to_string() } else { format!("{error}; {hint}") };
    WebError::Told { status, detail }
}

fn day(field: &'static str, text: &str) -> Result<Date, WebError> {
    text.trim().parse().map_err(|_| told(TerritoriesError::field(field, text, "write a day like 2027-01-01")))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Looked {
    as_of: String,
    even: String,
    tolerance: Option<Amount>,
    within: String,
}

async fn overview(Asking(territories): Asking, Query(looked): Query<Looked>) -> Result<Response, WebError> {
    let on =
        if looked.as_of.is_empty() { territories.today().await.map_err(told)? } else { day("as_of", &looked.as_of)? };
    let usual = Asked::on(on);
    let asked = Asked {
        even: if looked.even.is_empty() { usual.even } else { Measure::read(&looked.even).map_err(told)? },
        tolerance: looked.tolerance.unwrap_or(usual.tolerance),
        within: territories.branch(&looked.within, on).await.map_err(told)?,
        ..usual
    };
    Ok(json_answer(&overview_json(&territories.overview(asked).await.map_err(told)?)))
}

/// A territory's name, and the one above it; without one it is at the top.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    from: String,
}

async fn add(Asking(territories): Asking, Json(sent): Json<Named>) -> Result<Response, WebError> {
    if !sent.from.is_empty() {
        return Err(told(TerritoriesError::field("from", &sent.from, "a new territory is there from now on")));
    }
    let id = territories.add_territory(&sent.name, &sent.parent, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": id.0 }))).into_response())
}

async fn set(Asking(territories): Asking, Path(id): Path<i64>, Json(sent): Json<Named>) -> Result<Response, WebError> {
    let from = if sent.from.is_empty() { territories.today().await.map_err(told)? } else { day("from", &sent.from)? };
    territories.set_territory(RecordId(id), &sent.name, &sent.parent, from, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "id": id, "from": from.to_string() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct On {
    #[serde(default)]
    on: String,
}

async fn rules(Asking(territories): Asking, Query(asked): Query<On>) -> Result<Response, WebError> {
    let on = if asked.on.is_empty() { territories.today().await.map_err(told)? } else { day("on", &asked.on)? };
    let rows = territories.rule_rows(on).await.map_err(told)?;
    let versions = territories.rules().await.map_err(told)?;
    let version = |one: &crate::RulesVersion| json!({ "id": one.id.0, "starts_on": one.starts_on.to_string(), "reason": one.reason, "rules": one.rules.len() });
    Ok(json_answer(&json!({ "rules": rows, "versions": versions.iter().map(version).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewVersion {
    rules: Vec<RuleRow>,
    starts_on: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    commit: bool,
}

async fn set_rules(Asking(territories): Asking, Json(sent): Json<NewVersion>) -> Result<Response, WebError> {
    let rows: Vec<(u64, RuleRow)> = (1..).zip(sent.rules).collect();
    let plan = territories.plan_rules(&rows, day("starts_on", &sent.starts_on)?).await.map_err(told)?;
    let problem = |(row, problem): &(u64, TerritoriesError)| json!({ "row": row, "problem": problem.to_string() });
    let problems: Vec<Value> = plan.problems.iter().map(problem).collect();
    let is_wrong = !problems.is_empty();
    let mut answer = json!({ "rules": plan.rules.len(), "problems": problems, "written": false });
    if sent.commit && !is_wrong {
        territories.commit_rules(plan, &sent.reason, Origin::Api).await.map_err(told)?;
        answer["written"] = json!(true);
    }
    let status = if is_wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok((status, json_answer(&answer)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Starting {
    from: String,
}

/// What is committed: the seq that was looked at, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said<T> {
    plan: T,
    seq: i64,
    reason: String,
}

async fn committed(territories: &Territories, plan: &Plan, reason: &str) -> Result<Response, WebError> {
    let id = territories.commit(plan, reason, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "change": id.0, "accounts": plan.moves.len() }))).into_response())
}

async fn plan(Asking(territories): Asking, Query(asked): Query<Starting>) -> Result<Response, WebError> {
    Ok(json_answer(&plan_json(&territories.plan(day("from", &asked.from)?).await.map_err(told)?)))
}

async fn commit_plan(Asking(territories): Asking, Json(said): Json<Said<Starting>>) -> Result<Response, WebError> {
    let territories = territories.seen_at(Seq(said.seq));
    let plan = territories.plan(day("from", &said.plan.from)?).await.map_err(told)?;
    committed(&territories, &plan, &said.reason).await
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Designed {
    from: String,
    within: String,
    even: String,
    tolerance: Option<Amount>,
    change: Option<Amount>,
    seed: String,
    pinned: String,
}

impl Designed {
    async fn wish(&self, territories: &Territories) -> Result<Wish, WebError> {
        let from = day("from", &self.from)?;
        let usual = Wish::on(from);
        let seed = self.seed.trim();
        let seed = if seed.is_empty() { Ok(usual.seed) } else { seed.parse() };
        Ok(Wish {
            within: territories.branch(&self.within, from).await.map_err(told)?,
            even: if self.even.is_empty() { usual.even } else { Measure::read(&self.even).map_err(told)? },
            tolerance: self.tolerance.unwrap_or(usual.tolerance),
            change: self.change.unwrap_or(usual.change),
            seed: seed.map_err(|_| told(TerritoriesError::field("seed", &self.seed, "write a whole number")))?,
            pinned: territories.accounts_named(&self.pinned).await.map_err(told)?,
            ..usual
        })
    }
}

async fn proposal(Asking(territories): Asking, Query(asked): Query<Designed>) -> Result<Response, WebError> {
    let wish = asked.wish(&territories).await?;
    Ok(json_answer(&plan_json(&territories.propose(&wish).await.map_err(told)?)))
}

async fn commit_proposal(Asking(territories): Asking, Json(said): Json<Said<Designed>>) -> Result<Response, WebError> {
    let territories = territories.seen_at(Seq(said.seq));
    let plan = territories.propose(&said.plan.wish(&territories).await?).await.map_err(told)?;
    committed(&territories, &plan, &said.reason).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    territory: String,
    person: String,
    from: String,
}

impl Held {
    async fn plan(&self, territories: &Territories) -> Result<Plan, WebError> {
        territories.plan_holder(&self.territory, &self.person, day("from", &self.from)?).await.map_err(told)
    }
}

async fn holder(Asking(territories): Asking, Query(asked): Query<Held>) -> Result<Response, WebError> {
    Ok(json_answer(&plan_json(&asked.plan(&territories).await?)))
}

async fn commit_holder(Asking(territories): Asking, Json(said): Json<Said<Held>>) -> Result<Response, WebError> {
    let territories = territories.seen_at(Seq(said.seq));
    committed(&territories, &said.plan.plan(&territories).await?, &said.reason).await
}

async fn changes(Asking(territories): Asking) -> Result<Response, WebError> {
    let changes = territories.changes().await.map_err(told)?;
    let change = |one: &crate::Change| {
        json!({
            "id": one.id.0,
            "from": one.day.to_string(),
            "basis": one.basis.name(),
            "reason": one.reason,
            "set_by": one.set_by.map(|id| id.0),
            "credit_days": one.credit_days,
            "accounts": one.handed_over.iter().map(handed_over).collect::<Vec<_>>(),
        })
    };
    Ok(json_answer(&json!({ "changes": changes.iter().map(change).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    days: i64,
}

async fn set_credit_days(Asking(territories): Asking, Json(sent): Json<Days>) -> Result<Response, WebError> {
    territories.set_credit_days(&sent.days.to_string(), Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "days": sent.days })))
}

fn load(of: &Load) -> Value {
    json!({
        "accounts": of.accounts,
        "customers": of.customers,
        "pipeline": of.pipeline.to_text(),
        "revenue": of.revenue.to_text(),
        "potential": of.potential.to_text(),
    })
}

fn number(id: Option<RecordId>) -> Option<i64> {
    id.map(|id| id.0)
}

fn numbers(ids: &[RecordId]) -> Vec<i64> {
    ids.iter().map(|id| id.0).collect()
}

fn people(land: &Land, ids: &[RecordId]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "id": id.0, "name": land.person(Some(*id)) })).collect()
}

/// The tree as command line and API tell it.
pub fn overview_json(found: &Overview) -> Value {
    let land = &found.land;
    let (from, to) = land.months();
    let line = |one: &crate::Line| {
        let territory = land.territories.get(&one.territory);
        json!({
            "id": one.territory.0,
            "external_id": territory.and_then(|own| own.external_id.clone()),
            "name": one.name,
            "parent": number(territory.and_then(|own| own.parent)),
            "held_by": people(land, &one.holders),
            "load": one.load.as_ref().map(load),
            "deviation": one.deviation.map(Amount::to_text),
        })
    };
    let conflict = |one: &crate::Conflict| {
        let territories: Vec<RecordId> = one.territories.iter().copied().collect();
        json!({ "rank": one.rank, "territories": numbers(&territories), "accounts": numbers(&one.accounts) })
    };
    json!({
        "as_of": land.day.to_string(),
        "revenue_from": from.to_string(),
        "revenue_to": to.to_string(),
        "currency": land.currency.to_string(),
        "even": found.asked.even.name(),
        "tolerance": found.asked.tolerance.to_text(),
        "mean": found.mean.map(Amount::to_text),
        "territories": found.lines.iter().map(line).collect::<Vec<_>>(),
        "conflicts": found.conflicts.iter().map(conflict).collect::<Vec<_>>(),
        "without_rule": numbers(&found.unruled),
        "without_territory": numbers(&found.homeless),
        "seq": land.seq.0,
    })
}

fn handed_over(one: &HandedOver) -> Value {
    let deal = |deal: &crate::OpenDeal| {
        json!({
            "id": deal.id.0,
            "name": deal.name,
            "amount": deal.amount.map(Amount::to_text),
            "currency": deal.currency.map(|currency| currency.to_string()),
            "stage": deal.stage,
            "owner": number(deal.owner),
            "passes_on": deal.passes_on.map(|day| day.to_string()),
        })
    };
    let passed = &one.passed;
    json!({
        "account": passed.account.0,
        "name": one.name,
        "from": number(passed.from),
        "to": number(passed.to),
        "from_person": number(passed.from_owner),
        "to_person": number(passed.to_owner),
        "next_visit": one.next_visit.map(|day| day.to_string()),
        "open_deals": one.deals.iter().map(deal).collect::<Vec<_>>(),
    })
}

/// A plan as command line and API tell it.
pub fn plan_json(found: &Plan) -> Value {
    let text = Amount::to_text;
    let line = |one: &crate::PlanLine| {
        json!({
            "territory": one.territory.0,
            "name": found.land.name_of(one.territory),
            "now": load(&one.now),
            "now_deviation": one.now_deviation.map(text),
            "then": load(&one.then),
            "then_deviation": one.then_deviation.map(text),
        })
    };
    let quota = |one: &crate::QuotaLine| {
        let shift = &one.shift;
        json!({
            "person": one.person.0,
            "name": found.land.person(Some(one.person)),
            "rest": text(shift.rest),
            "accounts_leave": shift.leave,
            "accounts_come": shift.come,
            "share_leaves": shift.share.map(text),
            "leaves": text(shift.leaves),
            "comes": text(shift.comes),
        })
    };
    let terms = match &found.basis {
        Basis::Proposal(wish) => json!({
            "within": number(wish.within),
            "tolerance": text(wish.tolerance),
            "change": text(wish.change),
            "seed": wish.seed,
            "pinned": wish.pinned.iter().map(|id| id.0).collect::<Vec<_>>(),
        }),
        Basis::Rules { .. } | Basis::Holder { .. } => Value::Null,
    };
    json!({
        "from": found.day.to_string(),
        "basis": found.basis.name(),
        "terms": terms,
        "even": found.even.name(),
        "currency": found.land.currency.to_string(),
        "kept": found.kept.map(text),
        "conflicts": found.conflicts,
        "moves_later": numbers(&found.later),
        "credit_days": found.credit_days,
        "territories": found.lines.iter().map(line).collect::<Vec<_>>(),
        "accounts": found.handed_over.iter().map(handed_over).collect::<Vec<_>>(),
        "quotas": found.quotas.iter().map(quota).collect::<Vec<_>>(),
        "seq": found.seq.0,
    })
}

async fn due(Asking(territories): Asking) -> Result<Response, WebError> {
    let due = territories.due_deals().await.map_err(told)?;
    let row = |one: &crate::Due| {
        json!({
            "deal": one.deal.0,
            "name": one.name,
            "owner": number(one.owner),
            "to": number(one.to),
            "since": one.since.to_string(),
        })
    };
    Ok(json_answer(&json!({ "deals": due.iter().map(row).collect::<Vec<_>>() })))
}

async fn pass(Asking(territories): Asking) -> Result<Response, WebError> {
    let passed = territories.pass_deals(Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "passed": passed })))
}

pub fn description() -> Description {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let day = |name: &str, says: &str| parameter(name, says, true);
    let summary = "Open deals whose days with who had their account are over";
    described.operation(DUE, "get", operation(summary, &[], None, &any, true));
    described.operation(DUE, "post", operation("Passes them to who has the account now", &[], None, &any, true));
    let evens = Measure::ALL.map(Measure::name);
    let even = choice("even", "What has to be even.", &evens, Measure::default().name());
    let within = parameter("within", "A branch of the tree: external id, name, or # and number.", false);
    let tolerance =
        parameter("tolerance", "How far from the mean a territory may be, per cent; 15 if left out.", false);
    let looked =
        [parameter("as_of", "A day; today if left out.", false), even.clone(), tolerance.clone(), within.clone()];
    let summary =
        "The tree of territories: who works them, what they carry, how even it is, and what the rules leave open";
    described.operation(TREE, "get", operation(summary, &looked, None, &any, true));

    let mut named = object(&[
        ("name", text("Of no other territory.")),
        ("parent", text("The one above it: external id, name, or # and number; without one it is at the top.")),
    ]);
    named["required"] = json!(["name"]);
    described.operation(TREE, "post", operation("A territory more", &[], Some(&named), &any, true));
    named["properties"]["from"] = text("The day from which it is so; today if left out.");
    let id = [web_kit::openapi::in_path("id", "Its number.")];
    let summary = "Another name, or another place in the tree, from a day on";
    described.operation(TERRITORY, "patch", operation(summary, &id, Some(&named), &any, true));

    let on = [parameter("on", "The day whose rules are told; today if left out.", false)];
    let summary = "The rules that assign accounts, and their versions";
    described.operation(RULES, "get", operation(summary, &on, None, &any, true));
    let cells: Vec<(&str, Value)> = RuleRow::COLUMNS.iter().map(|column| (*column, text(""))).collect();
    let mut row = object(&cells);
    row["required"] = json!(["rank", "territory"]);
    let body = object(&[
        ("rules", json!({ "type": "array", "items": row })),
        ("starts_on", text("The day from which they hold.")),
        ("reason", text("Why.")),
        ("commit", json!({ "type": "boolean", "description": "Write them, if every row can be." })),
    ]);
    let summary = "What a list of rules would be; with commit it is written";
    described.operation(RULES, "post", operation(summary, &[], Some(&body), &any, true));

    let from = day("from", "The day from which accounts move.");
    let said = |plan: Value| {
        object(&[
            ("plan", plan),
            ("seq", json!({ "type": "integer", "description": "Of the plan that somebody looked at." })),
            ("reason", text("Why.")),
        ])
    };
    let body = said(object(&[("from", text("The day."))]));
    let summary =
        "What the rules say beside what is: accounts that would move from a day on, and what passes with them";
    described.operation(PLAN, "get", operation(summary, std::slice::from_ref(&from), None, &any, true));
    described.operation(PLAN, "post", operation("Moves them", &[], Some(&body), &any, true));

    let designed = [
        from.clone(),
        within,
        even,
        tolerance,
        parameter("change", "The weight of stability; 0.5 if left out.", false),
        parameter("seed", "The same seed gives the same answer; 0 if left out.", false),
        parameter("pinned", "Accounts that stay, with ; between them.", false),
    ];
    let names = ["from", "within", "even", "tolerance", "change", "seed", "pinned"].map(|name| (name, text("")));
    let mut plan = object(&names);
    plan["required"] = json!(["from"]);
    let summary = "Moves that the optimiser proposes, and what passes with the accounts";
    described.operation(PROPOSAL, "get", operation(summary, &designed, None, &any, true));
    described.operation(PROPOSAL, "post", operation("Moves them", &[], Some(&said(plan)), &any, true));

    let held =
        [day("territory", "External id, name, or # and number."), day("person", "External id, or # and number."), from];
    let plan = object(&["territory", "person", "from"].map(|name| (name, text(""))));
    let summary = "What passes when somebody else works a territory from a day on";
    described.operation(HOLDER, "get", operation(summary, &held, None, &any, true));
    described.operation(HOLDER, "post", operation("Assigns them", &[], Some(&said(plan)), &any, true));

    let summary = "Changes that were committed, with their hand-over lists";
    described.operation(CHANGES, "get", operation(summary, &[], None, &any, true));
    let body = object(&[("days", json!({ "type": "integer" }))]);
    let summary = "So many days after a change an open deal stays with who had it";
    described.operation(CREDIT_DAYS, "put", operation(summary, &[], Some(&body), &any, true));
    described
}
