//! An opening: its board by stage, how far candidates came, what the role asks for, and what is done with it.

use super::{
    ACTIVE, Asking, again, candidate_name, choices_of, failed, refused, required, stage_name, state_tag, to, wrong,
};
use crate::{
    CLOSE_REASONS, Candidate, NewCandidate, Opening, OpeningReport, OpeningState, RecruitingError, SOURCES,
    StageReport, desk::day,
};
use axum::{
    Form,
    extract::{Path, Query},
    response::Response,
};
use base::{RecordId, Seq};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, Render, html};
use rules::{
    log::Origin,
    recruiting::{Passage, Stage},
};
use serde::Deserialize;
use web_kit::{
    CSV, WebError, Words, attached,
    components::{
        Cell, Field, Form as PageForm, Head, Input, Panel, Purpose, Row, Table, button, facts, form, link_button,
        page_head, record_link,
    },
};

/// Consent that nobody names holds so long.
const USUAL_CONSENT_MONTHS: i64 = 12;

#[derive(Deserialize, Default)]
pub struct Typed {
    name: String,
    email: String,
    #[serde(default)]
    phone: String,
    source: String,
    #[serde(default)]
    note: String,
    consent_until: String,
    applied_on: String,
}

pub async fn page(asking: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    document(&asking, id, None, None).await
}

async fn document(
    Asking { asker, recruiting }: &Asking,
    id: i64,
    typed: Option<&Typed>,
    told: Option<&str>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let who = recruiting.who().await.map_err(failed)?;
    let opening = recruiting.opening(RecordId(id)).await.map_err(failed)?;
    let runs = who.runs(&opening);
    let (profile, library) = recruiting.profile(&opening).await.map_err(failed)?;
    let title = profile.names.of(words.language.code()).to_owned();
    let sub = words.t_with(
        "recruit-opening-sub",
        &[
            ("manager", opening.hiring_manager.1.as_str().into()),
            ("start", words.date(opening.target_start).into()),
            ("filled", opening.filled.into()),
            ("seats", opening.seats.into()),
        ],
    );
    let candidates = if runs { recruiting.candidates(&opening).await.map_err(failed)? } else { Vec::new() };
    let report = recruiting.report_of(opening.clone()).await.map_err(failed)?;
    let today = recruiting.today().await.map_err(failed)?;
    let is_open = opening.state == OpeningState::Open;
    let content = html! {
        (page_head(&title, Some(&sub), &state_tag(words, opening.state)))
        div.stack {
            (wrong(words, told))
            (steps(words, &opening, who.plans() && who.me != opening.drafted_by.0, runs))
            @if runs && opening.opened_on.is_some() { (board(words, &candidates)) }
            @if opening.opened_on.is_some() { (passages(words, &report, runs)) }
            div.cols.st2 {
                div.stack { (super::cards::requirements(words, &profile)) (super::cards::expected(words, &profile, &library)) }
                div.stack {
                    (hands(words, &opening))
                    @if runs && is_open { (new(words, &opening, typed, today)) }
                    @if !opening.state.is_over() { (close(words, &opening)) }
                }
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// The one thing that comes next, for whoever may do it.
fn steps(words: Words, opening: &Opening, approves: bool, runs: bool) -> Markup {
    let (to, key) = match opening.state {
        OpeningState::Draft if approves => ("approved", "recruit-approve"),
        OpeningState::Approved if runs => ("open", "recruit-open"),
        OpeningState::Draft => return html! { p.mut { (words.t("recruit-waits")) } },
        _ => return html! {},
    };
    html! {
        form.btns method="post" action={ "/recruiting/openings/" (opening.id) "/state" } {
            input type="hidden" name="to" value=(to);
            input type="hidden" name="version" value=(opening.version.0);
            (button(Purpose::Primary, &words.t(key)))
        }
    }
}

/// A lane a stage. A card leads to its candidate; its button moves one on without a pointer that drags.
fn board(words: Words, candidates: &[Candidate]) -> Markup {
    let title = words.t("recruit-board");
    let lane = |stage: Stage| {
        let here: Vec<&Candidate> = candidates.iter().filter(|one| one.stage == stage).collect();
        let heading = format!("lane-{}", stage.name());
        html! {
            section.lane aria-labelledby=(heading) {
                header { div.r { b id=(heading) { (stage_name(words, stage)) } span.mut { (words.count(here.len())) } } }
                @for one in here { (card(words, one)) }
            }
        }
    };
    html! {
        div.board tabindex="0" role="group" aria-label=(title) { @for stage in Stage::ALL { (lane(stage)) } }
    }
}

fn card(words: Words, one: &Candidate) -> Markup {
    let name = candidate_name(words, one);
    let since = words.t_with("recruit-since", &[("day", words.date(one.stage_on).into())]);
    let reason = one.reason.as_ref().map(|reason| words.choice("end_reason", reason));
    html! {
        div.card2 {
            a.lnk.ttl href={ "/recruiting/candidates/" (one.id) } { (name) }
            span.mut.small { (words.choice("source", &one.source)) " · " (since) }
            @if let Some(reason) = reason { span.small { (reason) } }
            @if one.asked > 0 && !one.stage.is_over() {
                span.small { (words.t_with("recruit-scorecards-of", &[("done", one.handed_in.into()), ("asked", one.asked.into())])) }
            }
            @if let Some(next) = one.stage.next() {
                @let label = words.t_with("recruit-move-to", &[("stage", stage_name(words, next).into())]);
                form method="post" action={ "/recruiting/candidates/" (one.id) "/moves" } {
                    input type="hidden" name="to" value=(next.name());
                    input type="hidden" name="version" value=(one.version.0);
                    input type="hidden" name="back" value="board";
                    button.btn.sm aria-label={ (label) ": " (name) } { (label) }
                }
            }
        }
    }
}

/// Stage by stage, each number its candidates.
fn passages(words: Words, report: &OpeningReport, runs: bool) -> Markup {
    let title = words.t("recruit-passages");
    let row = |of: &StageReport| {
        let cell = |(passage, count): (Passage, usize)| {
            let label = words.t(&format!("recruit-passage-{}", passage.name()));
            let address = format!(
                "/recruiting/openings/{}/candidates?stage={}&passage={}",
                report.opening.id,
                of.stage.name(),
                passage.name()
            );
            match count {
                0 => Cell::number("–").absent(),
                count if runs => Cell::number(record_link(&address, &words.count(count))),
                count => Cell::number(words.count(count)),
            }
            .labelled(label)
        };
        Row::new(stage_name(words, of.stage), Passage::ALL.into_iter().zip(of.counts).map(cell).collect())
    };
    let heads = std::iter::once(Head::text(words.field("stage")));
    let heads = heads.chain(Passage::ALL.map(|one| Head::number(words.t(&format!("recruit-passage-{}", one.name())))));
    let table = Table {
        label: &title,
        heads: heads.collect(),
        rows: report.stages.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    };
    let days = match (report.days_to_fill, report.days_open) {
        (Some(days), _) => words.t_with("recruit-days-to-fill", &[("days", days.into())]),
        (None, Some(days)) => words.t_with("recruit-days-open", &[("days", days.into())]),
        (None, None) => String::new(),
    };
    let hired = match report.days_to_hire.as_slice() {
        [] => String::new(),
        days => {
            let days = days.iter().map(|days| words.count(*days)).collect::<Vec<_>>().join(" · ");
            words.t_with("recruit-days-to-hire", &[("days", days.into())])
        }
    };
    let note = [days, hired].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let file = format!("/recruiting/openings/{}/candidates.csv", report.opening.id);
    let end = runs.then(|| link_button(Purpose::Quiet, &file, Some("download"), "CSV"));
    Panel { id: "passages", title: &title, note: Some(&note), end, body: table.render(), is_flush: true, footer: None }
        .render()
}

fn hands(words: Words, opening: &Opening) -> Markup {
    let mut rows = vec![(words.field("drafted_by"), opening.drafted_by.1.clone())];
    if let Some((name, day)) = &opening.approved {
        rows.push((words.field("approved_by"), format!("{name}, {}", words.date(*day))));
    }
    let days = [("opened_on", opening.opened_on), ("ended_on", opening.ended_on)];
    rows.extend(days.into_iter().filter_map(|(field, day)| Some((words.field(field), words.date(day?)))));
    if let Some(reason) = &opening.close_reason {
        rows.push((words.field("close_reason"), words.choice("close_reason", reason)));
    }
    let title = words.t("recruit-hands");
    Panel { id: "hands", title: &title, body: facts(&rows), ..Panel::default() }.render()
}

fn new(words: Words, opening: &Opening, typed: Option<&Typed>, today: Date) -> Markup {
    let fresh = Typed {
        consent_until: today.saturating_add(USUAL_CONSENT_MONTHS.months()).to_string(),
        applied_on: today.to_string(),
        ..Typed::default()
    };
    let typed = typed.unwrap_or(&fresh);
    let fields = [
        required("name", words.field("name"), Input::Text(&typed.name)),
        required("email", words.field("email"), Input::Email(&typed.email)),
        Field::new("phone", words.field("phone"), Input::Text(&typed.phone)),
        required(
            "source",
            words.field("source"),
            Input::Select { chosen: &typed.source, choices: choices_of(words, "source", SOURCES) },
        ),
        Field::new("note", words.field("note"), Input::Area(&typed.note)),
        required("applied_on", words.t("recruit-applied-on"), Input::Date(&typed.applied_on)),
        Field {
            hint: Some(words.t("recruit-consent-hint")),
            ..required("consent_until", words.field("consent_until"), Input::Date(&typed.consent_until))
        },
    ];
    let (title, save) = (words.t("recruit-new-candidate"), words.t("recruit-add"));
    let action = format!("/recruiting/openings/{}/candidates", opening.id);
    form(words, &PageForm::fresh(words, &action, &title, &save, &fields))
}

fn close(words: Words, opening: &Opening) -> Markup {
    let choices = choices_of(words, "close_reason", CLOSE_REASONS);
    let fields = [Field {
        hint: Some(words.t("recruit-close-hint")),
        ..required("close_reason", words.field("close_reason"), Input::Select { chosen: "", choices })
    }];
    let (title, save) = (words.t("recruit-close"), words.t("recruit-close"));
    let action = format!("/recruiting/openings/{}/state", opening.id);
    let version = opening.version.0.to_string();
    let hidden = vec![("to", "closed"), ("version", version.as_str())];
    form(words, &PageForm { hidden, ..PageForm::fresh(words, &action, &title, &save, &fields) })
}

#[derive(Deserialize)]
pub struct Moved {
    to: String,
    #[serde(default)]
    close_reason: String,
    version: i64,
}

pub async fn move_on(asking: Asking, Path(id): Path<i64>, Form(moved): Form<Moved>) -> Result<Response, WebError> {
    let state = OpeningState::read(&moved.to).ok_or(WebError::NotFound)?;
    let seen = Some(Seq(moved.version));
    let done = asking.recruiting.move_opening(RecordId(id), state, &moved.close_reason, seen, Origin::Ui).await;
    match refused(asking.asker.words, done)? {
        Ok(()) => Ok(to(&format!("/recruiting/openings/{id}"))),
        Err(text) => Ok(again(document(&asking, id, None, Some(&text)).await?)),
    }
}

fn read(typed: &Typed) -> Result<NewCandidate, RecruitingError> {
    Ok(NewCandidate {
        name: typed.name.clone(),
        email: typed.email.clone(),
        phone: typed.phone.clone(),
        source: typed.source.clone(),
        // Browsers send lines with a carriage return.
        note: typed.note.replace("\r\n", "\n"),
        consent_until: day("consent_until", &typed.consent_until)?,
        applied_on: day("applied_on", &typed.applied_on)?,
    })
}

pub async fn add(asking: Asking, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let done = match read(&typed) {
        Ok(new) => asking.recruiting.add_candidate(RecordId(id), &new, Origin::Ui).await,
        Err(error) => Err(error),
    };
    match refused(asking.asker.words, done)? {
        Ok(_) => Ok(to(&format!("/recruiting/openings/{id}"))),
        Err(text) => Ok(again(document(&asking, id, Some(&typed), Some(&text)).await?)),
    }
}

#[derive(Deserialize)]
pub struct Asked {
    stage: Option<String>,
    passage: Option<String>,
}

/// The candidates behind a number.
pub async fn list(
    Asking { asker, recruiting }: Asking,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let opening = recruiting.opening(RecordId(id)).await.map_err(failed)?;
    let stage = Stage::read(asked.stage.as_deref().unwrap_or("applied")).ok_or(WebError::NotFound)?;
    let passage = Passage::read(asked.passage.as_deref().unwrap_or("reached")).ok_or(WebError::NotFound)?;
    let found = recruiting.candidates_in(&opening, passage, stage).await.map_err(failed)?;
    let row = |one: &Candidate| {
        let cells = vec![
            Cell::text(super::stage_tag(words, one.stage)).labelled(words.field("stage")),
            Cell::text(words.date(one.stage_on)).labelled(words.field("stage_on")),
            Cell::text(words.date(one.applied_on())).labelled(words.t("recruit-applied-on")),
            Cell::text(words.choice("source", &one.source)).labelled(words.field("source")),
        ];
        Row::new(record_link(&format!("/recruiting/candidates/{}", one.id), &candidate_name(words, one)), cells)
    };
    let title = format!("{} · {}", stage_name(words, stage), words.t(&format!("recruit-passage-{}", passage.name())));
    let heads = vec![
        Head::text(words.record("candidate")),
        Head::text(words.field("stage")),
        Head::text(words.field("stage_on")),
        Head::text(words.t("recruit-applied-on")),
        Head::text(words.field("source")),
    ];
    let rows = found.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    let role = words.choice("role", &opening.role);
    let end = link_button(Purpose::Plain, &format!("/recruiting/openings/{id}"), None, &role);
    let content = html! {
        (page_head(&title, Some(&words.t_with("recruit-candidates-count", &[("count", found.len().into())])), &end))
        (table.in_panel("candidates", (&words.t("recruit-nobody"), &words.t("recruit-nobody-hint"))))
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub async fn csv(Asking { recruiting, .. }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let text = recruiting.candidates_csv(RecordId(id)).await.map_err(failed)?;
    Ok(attached(CSV, &format!("candidates-{id}.csv"), text))
}
