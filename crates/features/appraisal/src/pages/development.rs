//! Development plans: gaps, goals, and what the next role expects.

use super::{ACTIVE, Asking, career, day, failed};
use crate::{Development, Expectation, Goal, GoalState, NewGoal};
use axum::{Form, extract::Path, response::Redirect};
use base::RecordId;
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::{log::Origin, role::HIGHEST_LEVEL};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row as Line, Table, button, empty,
        form, link_button, page_head, record_link, tag,
    },
};

/// One's own, and the way to those of people below.
pub async fn own(Asking { asker, .. }: Asking) -> Redirect {
    Redirect::to(&format!("/development/{}", asker.session.person.id))
}

pub async fn page(Asking { asker, appraisal }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let plan = appraisal.development(RecordId(id)).await.map_err(failed)?;
    let others = appraisal.developed().await.map_err(failed)?;
    let today = appraisal.today().await.map_err(failed)?;
    let people = appraisal.people(today).await.map_err(failed)?;
    let title = words.t("development");
    let back = link_button(Purpose::Plain, "/appraisals", None, &words.t("appraisal"));
    let content = html! {
        (page_head(&title, Some(&plan.name), &back))
        div.cols.st2 {
            div.stack {
                (goals(words, &plan, today))
                (new(words, &plan, &people, today))
                (career::part(words, &plan, today))
            }
            div.stack {
                (expected(words, &plan, "own", &words.t("development-gaps"), &plan.own))
                @for (role, expectations) in &plan.ladder {
                    @let name = words.t_with("development-next", &[("role", role.names.of(words.language.code()).into())]);
                    (expected(words, &plan, &role.role, &name, expectations))
                }
                @if !others.is_empty() { (below(words, &others)) }
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn name(words: Words, plan: &Development, id: &str) -> String {
    plan.library.get(id).map_or(id, |one| one.names.of(words.language.code())).to_owned()
}

/// What is expected beside what was seen, and how much of it is met.
fn expected(words: Words, plan: &Development, id: &str, title: &str, expectations: &[Expectation]) -> Markup {
    let rows = expectations.iter().map(|one| {
        let seen = one.observed.map_or_else(|| "–".to_owned(), |level| words.decimal(level, 1));
        let seen = if one.is_met() {
            html! { (seen) }
        } else {
            html! { b { (seen) } }
        };
        let cells = vec![Cell::number(words.count(one.expected)), Cell::number(seen)];
        Line::new(record_link(&format!("/competencies/{}", one.competency), &name(words, plan, &one.competency)), cells)
    });
    let met = expectations.iter().filter(|one| one.is_met()).count();
    let note = words.t_with(
        "development-met",
        &[("done", words.count(met).into()), ("all", words.count(expectations.len()).into())],
    );
    let heads = vec![
        Head::text(words.t("competency")),
        Head::number(words.t("role-expected")),
        Head::number(words.t("development-seen")),
    ];
    let table = Table { label: title, heads, rows: rows.collect(), ..Table::default() };
    let footer = html! {
        p.mut.small {
            @if let Some((form, cycle)) = &plan.appraisal { (record_link(&format!("/appraisals/{form}"), cycle)) }
            @else { (words.t("development-no-appraisal")) }
        }
    };
    let id = format!("expected-{id}");
    Panel {
        id: &id,
        title,
        note: Some(&note),
        body: table.render(),
        footer: Some(footer),
        is_flush: true,
        ..Panel::default()
    }
    .render()
}

fn goals(words: Words, plan: &Development, today: Date) -> Markup {
    let row = |goal: &Goal| {
        let what = html! {
            b { (name(words, plan, &goal.competency)) } " "
            @if let Some(from) = goal.from_level { (from) " → " } (goal.to_level)
            div { (goal.action) }
            @if let Some(evidence) = &goal.evidence { div.mut.small { (evidence) } }
        };
        let state = match goal.state {
            GoalState::Open if goal.due < today => tag(Mood::Bad, &words.t("part-overdue")),
            GoalState::Open => tag(Mood::Info, &words.t("development-open")),
            GoalState::Done => tag(
                Mood::Good,
                &words.t_with(
                    "development-reached",
                    &[("level", goal.reached.map(|level| words.count(level)).unwrap_or_default().into())],
                ),
            ),
            GoalState::Dropped => tag(Mood::Neutral, &words.t("development-dropped")),
        };
        let cells = vec![
            Cell::text(words.t(&format!("choice-kind-{}", goal.kind))),
            Cell::text(goal.mentor.as_deref().unwrap_or("–")),
            Cell::text(words.date(goal.due)),
            Cell::text(html! { (state) @if goal.state == GoalState::Open { (close(words, plan, goal)) } }),
        ];
        Line::new(what, cells)
    };
    let title = words.t("development-goals");
    let heads = ["development-goal", "development-kind", "development-mentor", "appraisal-due", "state"]
        .map(|key| Head::text(words.t(key)));
    let body = if plan.goals.is_empty() {
        empty(&words.t("development-none"), &words.t("development-none-hint"), None)
    } else {
        Table { label: &title, heads: heads.into(), rows: plan.goals.iter().map(row).collect(), ..Table::default() }
            .render()
    };
    Panel { id: "goals", title: &title, body, is_flush: !plan.goals.is_empty(), ..Panel::default() }.render()
}

/// Those above say what is seen now; the person may drop it.
fn close(words: Words, plan: &Development, goal: &Goal) -> Markup {
    let of = name(words, plan, &goal.competency);
    html! {
        details.override { summary.small { (words.t("development-close")) }
            form.btns method="post" action={ "/development/goals/" (goal.id) } {
                @if plan.is_others {
                    select.select name="reached" aria-label={ (words.t("development-seen")) ": " (of) } {
                        option value="" { (words.t("development-drop")) }
                        @for level in 1..=HIGHEST_LEVEL { option value=(level) { (level) } }
                    }
                }
                input.input.grow name="evidence" placeholder=(words.t("development-evidence")) aria-label={ (words.t("development-evidence")) ": " (of) };
                (button(Purpose::Plain, &words.t(if plan.is_others { "save" } else { "development-drop" })))
            } }
    }
}

fn new(words: Words, plan: &Development, people: &[db::Record], today: Date) -> Markup {
    let code = words.language.code();
    // Gaps first.
    let mut competencies: Vec<(bool, &str, &str)> = plan
        .library
        .values()
        .map(|one| {
            let is_gap = plan.own.iter().any(|own| own.competency == one.id && own.observed.is_some() && !own.is_met());
            (!is_gap, one.names.of(code), one.id.as_str())
        })
        .collect();
    competencies.sort_unstable();
    let choice = |value: String, label: &str| Choice { value, label: label.to_owned() };
    let competencies = competencies.into_iter().map(|(_, name, id)| choice(id.to_owned(), name)).collect();
    let levels = (1..=HIGHEST_LEVEL).map(|level| choice(level.to_string(), &words.count(level))).collect();
    let kinds = crate::ACTIONS.iter().map(|kind| choice((*kind).to_owned(), &words.t(&format!("choice-kind-{kind}"))));
    let mentors = people.iter().filter(|person| person.id != plan.person);
    let mentors = mentors.map(|person| choice(format!("#{}", person.id), &person.title()));
    let mentors = [choice(String::new(), "–")].into_iter().chain(mentors).collect();
    let due = today.saturating_add(jiff::ToSpan::months(3)).to_string();
    let fields = [
        Field::new("competency", words.t("competency"), Input::Select { chosen: "", choices: competencies }),
        Field::new("to_level", words.t("development-to"), Input::Select { chosen: "4", choices: levels }),
        Field::new("kind", words.t("development-kind"), Input::Select { chosen: "on_job", choices: kinds.collect() }),
        Field { is_required: true, ..Field::new("action", words.t("development-action"), Input::Text("")) },
        Field::new("mentor", words.t("development-mentor"), Input::Select { chosen: "", choices: mentors }),
        Field { is_required: true, ..Field::new("due", words.t("appraisal-due"), Input::Date(&due)) },
    ];
    form(
        words,
        &PageForm::fresh(
            words,
            &format!("/development/{}", plan.person),
            &words.t("development-new"),
            &words.t("development-set"),
            &fields,
        ),
    )
}

fn below(words: Words, people: &[db::Record]) -> Markup {
    let title = words.t("development-below");
    let body = html! {
        ul.plain { @for person in people { li { (record_link(&format!("/development/{}", person.id), &person.title())) } } }
    };
    Panel { id: "below", title: &title, body, ..Panel::default() }.render()
}

#[derive(Deserialize)]
pub struct Set {
    competency: String,
    to_level: i64,
    kind: String,
    action: String,
    mentor: String,
    due: String,
}

pub async fn set(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Set>,
) -> Result<Redirect, WebError> {
    let mentor = match typed.mentor.as_str() {
        "" => None,
        named => Some(appraisal.person(named).await.map_err(failed)?.id),
    };
    let new = NewGoal {
        person: RecordId(id),
        competency: typed.competency,
        to_level: typed.to_level,
        kind: typed.kind,
        action: typed.action,
        mentor,
        due: day(&typed.due)?,
    };
    appraisal.set_goal(&new, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/development/{id}")))
}

#[derive(Deserialize)]
pub struct Closed {
    #[serde(default)]
    reached: String,
    evidence: String,
}

pub async fn end(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Closed>,
) -> Result<Redirect, WebError> {
    let wrong = |_| WebError::Refused { hint_key: "error-not-a-choice" };
    let reached = (!typed.reached.is_empty()).then(|| typed.reached.parse().map_err(wrong)).transpose()?;
    let person = appraisal.close_goal(RecordId(id), reached, &typed.evidence, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/development/{person}")))
}
