//! The quotas of a year by several ways, side by side.

mod quota_plan;
mod sales_plan;

use crate::{Folder, Goals, GoalsError, Line, Proposal, Way, WaySum, Wish};
use access::{Access, Asker};
use axum::{
    Form, Router,
    extract::{FromRequestParts, Query},
    http::request::Parts,
    response::Redirect,
    routing::{get, post},
};
use base::{Amount, Fraction, Seq};
use kpi::KpiError;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    Unit, WebError, Words,
    components::{
        Cell, Choice, Field, Head, Input, Mood, Panel, Purpose, Row as TableRow, Table, button, facts, field,
        link_button, page_head, record_link, tag,
    },
};

/// Where quotas stand in the menu.
const ACTIVE: &str = "records-quota";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/quotas/plan", get(page).post(draft))
        .route("/quotas/plans", get(quota_plan::all))
        .route("/quotas/plans/{id}", get(quota_plan::show).post(quota_plan::change))
        .route("/quotas/plans/{id}/decision", post(quota_plan::decided))
        .merge(sales_plan::routes())
}

struct Asking {
    asker: Asker,
    goals: Goals,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let goals = Goals::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, goals })
    }
}

fn failed(error: GoalsError) -> WebError {
    let hint_key = match error {
        GoalsError::Kpi(KpiError::SetsNoScorecards) | GoalsError::NotYours => return WebError::Forbidden,
        GoalsError::Nobodys | GoalsError::NoPlan(_) => return WebError::NotFound,
        GoalsError::Moved => return WebError::Conflict,
        GoalsError::Has(_) => "quotaplan-error-has",
        GoalsError::Gone(_) => "quotaplan-error-gone",
        GoalsError::Nobody => "quotaplan-error-nobody",
        GoalsError::NoReason => "error-required",
        GoalsError::NoWay(_) | GoalsError::NoGoal(_) | GoalsError::NotAYear(_) | GoalsError::Calendar(_) => {
            "error-not-a-choice"
        }
        GoalsError::Rule(_) => "quotaplan-error-number",
        GoalsError::NotWaiting | GoalsError::PlanState(_) => "salesplan-error-not-waiting",
        GoalsError::OwnHand => "quota-plan-waits",
        GoalsError::Beside(_) => "salesplan-error-beside",
        GoalsError::NotAPlan(_) => "salesplan-error-amounts",
        other => return WebError::internal(other),
    };
    WebError::Refused { hint_key }
}

#[derive(Deserialize)]
pub struct Asked {
    year: Option<String>,
    #[serde(default)]
    target: String,
    #[serde(default)]
    over: String,
    #[serde(default)]
    raise: String,
    #[serde(default)]
    share: String,
}

impl Asked {
    async fn wish(&self, goals: &Goals) -> Result<Wish, WebError> {
        let next = goals.today().await.map_err(failed)?.year() + 1;
        let usual = Wish::of(self.year.as_deref().unwrap_or(&next.to_string()));
        Ok(Wish {
            target: number(&self.target)?,
            over_assignment: number(&self.over)?.unwrap_or(usual.over_assignment),
            raise: number(&self.raise)?.unwrap_or(usual.raise),
            share: number(&self.share)?,
            ..usual
        })
    }
}

/// As typed; none where nothing is.
fn number(text: &str) -> Result<Option<Amount>, WebError> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| WebError::Refused { hint_key: "quotaplan-error-number" }),
    }
}

async fn page(Asking { asker, goals }: Asking, Query(asked): Query<Asked>) -> Result<Markup, WebError> {
    let words = asker.words;
    let wish = asked.wish(&goals).await?;
    let found = goals.propose(&wish).await.map_err(failed)?;
    let title = words.t("quotaplan");
    let back = html! {
        (link_button(Purpose::Plain, "/quotas/plans", None, &words.records("quota_plan")))
        (link_button(Purpose::Plain, "/quotas", None, &words.records("quota")))
    };
    let content = html! {
        (page_head(&title, Some(&words.period(&found.year)), &back))
        div.stack {
            (choose(words, &asked, &wish))
            (sums(words, &found))
            (people(words, &found))
            (basis(words, &found))
            (draft_form(words, &asked, &found))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn choose(words: Words, asked: &Asked, wish: &Wish) -> Markup {
    let (over, raise) = (wish.over_assignment.to_text(), wish.raise.to_text());
    let fields = [
        Field::new("year", words.t("quotaplan-year"), Input::Whole(&wish.year)),
        Field {
            hint: Some(words.t("quotaplan-target-hint")),
            ..Field::new("target", words.t("quotaplan-target"), Input::Decimal(&asked.target))
        },
        Field::new("over", words.t("quotaplan-over"), Input::Decimal(&over)),
        Field::new("raise", words.t("quotaplan-raise"), Input::Decimal(&raise)),
        Field {
            hint: Some(words.t("quotaplan-share-hint")),
            ..Field::new("share", words.t("quotaplan-share"), Input::Decimal(&asked.share))
        },
    ];
    html! {
        form.panel method="get" action="/quotas/plan" {
            div.body.stack {
                div.fgrid { @for one in &fields { (field(words, one)) } }
                div.btns { (button(Purpose::Plain, &words.t("quotaplan-show"))) }
            }
        }
    }
}

fn way_name(words: Words, way: Way) -> String {
    words.choice("way", way.name())
}

/// The ways beside the target, with how fair they are.
fn sums(words: Words, found: &Proposal) -> Markup {
    let money = |amount: Amount| words.exact(amount, Unit::Money(found.currency)).to_string();
    let plain = |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| words.decimal(amount, 2));
    let row = |one: &WaySum| {
        let share = percent(words, one.gap.share);
        let fairness = one.fairness;
        let cells = vec![
            Cell::number(money(one.sum)),
            Cell::number(words.exact_difference(one.gap.amount, Unit::Money(found.currency)).to_string()),
            Cell::number(share),
            Cell::number(plain(fairness.map(|one| one.variation))),
            Cell::number(plain(fairness.map(|one| one.gini))),
            Cell::number(plain(one.follows)),
        ];
        TableRow::new(html! { (way_name(words, one.way)) }, cells)
    };
    let title = words.t("quotaplan-ways");
    let heads = vec![
        Head::text(words.field("way")),
        Head::number(words.t("quotaplan-sum")),
        Head::number(words.t("quotaplan-gap")),
        Head::number(words.t("quotaplan-gap-share")),
        Head::number(words.t("quotaplan-variation")),
        Head::number(words.t("quotaplan-gini")),
        Head::number(words.t("quotaplan-follows")),
    ];
    let rows = found.sums.iter().map(row).collect();
    let body = Table { label: &title, heads, rows, is_pinned: true, ..Table::default() }.render();
    let beside =
        words.t_with("quotaplan-beside", &[("target", money(found.target).into()), ("pool", money(found.pool).into())]);
    let share = found
        .share
        .map(|share| words.t_with("quotaplan-of-potential", &[("share", percent(words, Some(share)).into())]));
    let note = [Some(beside), share].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Panel { id: "ways", title: &title, note: Some(&note), body, is_flush: true, ..Panel::default() }.render()
}

fn people(words: Words, found: &Proposal) -> Markup {
    let money = |amount: Option<Amount>| {
        amount.map_or_else(|| "–".to_owned(), |amount| words.exact(amount, Unit::Money(found.currency)).to_string())
    };
    let row = |line: &Line| {
        let months = if line.capped == 0 {
            words.count(line.months)
        } else {
            words.t_with(
                "quotaplan-capped",
                &[("months", words.count(line.months).into()), ("capped", words.count(line.capped).into())],
            )
        };
        let mut cells = vec![
            Cell::number(money(Some(line.sold))),
            Cell::number(months),
            Cell::number(money(Some(line.pipeline))),
            Cell::number(money(line.potential)),
            Cell::number(money(line.before)),
        ];
        cells.extend(found.ways().map(|way| Cell::number(money(line.quotas.get(&way).copied()))));
        TableRow::new(record_link(&format!("/people/{}", line.person), &line.name), cells)
    };
    let title = words.t("quotaplan-people");
    let mut heads = vec![
        Head::text(words.record("person")),
        Head::number(words.t("quotaplan-sold")),
        Head::number(words.t("quotaplan-months")),
        Head::number(words.t("quotaplan-pipeline")),
        Head::number(words.field("annual_potential")),
        Head::number(words.t("quotaplan-before")),
    ];
    heads.extend(found.ways().map(|way| Head::number(way_name(words, way))));
    let rows = found.lines.iter().map(row).collect();
    let body = Table { label: &title, heads, rows, is_pinned: true, ..Table::default() }.render();
    Panel { id: "people", title: &title, body, is_flush: true, ..Panel::default() }.render()
}

/// A share that is told in per cent.
fn percent(words: Words, share: Option<Amount>) -> String {
    let share = share.and_then(|share| words.percent(Fraction::new(share, Amount::from(100))));
    share.map_or_else(|| "–".to_owned(), |share| share.to_string())
}

/// What it rests on, and how the year before went.
fn basis(words: Words, found: &Proposal) -> Markup {
    let money = |amount: Option<Amount>| {
        amount.map_or_else(|| "–".to_owned(), |amount| words.exact(amount, Unit::Money(found.currency)).to_string())
    };
    let until = found.to.yesterday().unwrap_or(found.to);
    let rows = [
        (words.t("quotaplan-rests-on"), format!("{} – {}", words.date(found.from), words.date(until))),
        (words.t("quotaplan-capacity"), money(found.capacity)),
        (words.t("quotaplan-at-80"), percent(words, found.health.at_80)),
        (words.t("quotaplan-at-100"), percent(words, found.health.at_100)),
        (words.t("quotaplan-median"), percent(words, found.health.median)),
    ];
    let title = words.t("quotaplan-basis");
    let body = html! { (facts(&rows)) p.mut.small { (words.t("quotaplan-basis-hint")) } };
    Panel { id: "basis", title: &title, body, ..Panel::default() }.render()
}

fn draft_form(words: Words, asked: &Asked, found: &Proposal) -> Markup {
    let ways = found.ways().map(|way| Choice { value: way.name().to_owned(), label: way_name(words, way) }).collect();
    let fields = [
        Field::new("way", words.field("way"), Input::Select { chosen: Way::TopDown.name(), choices: ways }),
        Field { is_required: true, ..Field::new("reason", words.t("field-reason"), Input::Text("")) },
    ];
    let (seq, made_on) = (found.seq.0.to_string(), found.made_on.to_string());
    let hidden = vec![
        ("year", found.year.label.as_str()),
        ("target", asked.target.as_str()),
        ("over", asked.over.as_str()),
        ("raise", asked.raise.as_str()),
        ("share", asked.share.as_str()),
        ("seq", seq.as_str()),
        ("made_on", made_on.as_str()),
    ];
    web_kit::components::form(
        words,
        &web_kit::components::Form {
            hidden,
            ..web_kit::components::Form::fresh(
                words,
                "/quotas/plan",
                &words.t("quotaplan-commit"),
                &words.t("quotaplan-commit-do"),
                &fields,
            )
        },
    )
}

#[derive(Deserialize)]
pub struct Drafted {
    #[serde(flatten)]
    asked: Asked,
    way: String,
    reason: String,
    seq: String,
    made_on: String,
}

async fn draft(Asking { goals, .. }: Asking, Form(typed): Form<Drafted>) -> Result<Redirect, WebError> {
    let way = Way::read(&typed.way).map_err(failed)?;
    let (seq, day) = typed.seq.parse().ok().zip(typed.made_on.parse().ok()).ok_or(WebError::Conflict)?;
    let seen = Some((Seq(seq), day));
    let wish = Wish { seen, ..typed.asked.wish(&goals).await? };
    let proposal = goals.propose(&wish).await.map_err(failed)?;
    let id = goals.draft_quotas(&proposal, way, &typed.reason, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&quota_plan::address(id)))
}

/// With what was known when the page was shown.
fn seen(said: &BTreeMap<String, String>) -> Result<Seq, WebError> {
    said.get("seq").and_then(|seq| seq.parse().ok()).map(Seq).ok_or(WebError::Conflict)
}

/// Approved or given back, with an answer.
fn verdict(said: &BTreeMap<String, String>) -> (bool, &str) {
    let text = |name: &str| said.get(name).map_or("", String::as_str);
    (text("decision") == "approve", text("answer"))
}

fn decide_form(words: Words, action: &str, hidden: &[(&str, &str)]) -> Markup {
    let answer = Field {
        hint: Some(words.t("salesplan-answer-hint")),
        ..Field::new("answer", words.t("salesplan-answer"), Input::Area(""))
    };
    let title = words.t("salesplan-decide");
    let body = html! {
        form.stack method="post" action=(action) {
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            (field(words, &answer))
            div.btns {
                button.btn.btn-primary name="decision" value="approve" { (words.t("salesplan-approve")) }
                button.btn name="decision" value="return" { (words.t("salesplan-return")) }
            }
        }
    };
    Panel { id: "decide", title: &title, body, ..Panel::default() }.render()
}

fn mood(state: &str) -> Mood {
    match state {
        "approved" => Mood::Good,
        "returned" => Mood::Warn,
        "draft" => Mood::Neutral,
        _ => Mood::Info,
    }
}

fn state_tag(words: Words, state: &str) -> Markup {
    tag(mood(state), &words.choice("state", state))
}
