//! One task of somebody: where they stand in it, how they are led, and what was seen before.

use super::{ACTIVE, Asking, chosen, day, failed, level, person_path, style};
use crate::{Check, NewCheck, Task, TaskWords, tasks};
use axum::{Form, extract::Path, response::Redirect};
use base::{RecordId, Seq};
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::{
    appraisal::{DevelopmentLevel, Style},
    log::Origin,
};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Message, Mood, Panel, Purpose, Row as Line, Step, Table,
        button, field, form, link_button, message, page_head, path, record_link,
    },
};

pub async fn page(Asking { asker, coaching }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let (task, person) = coaching.task(RecordId(id)).await.map_err(failed)?;
    let today = coaching.today().await.map_err(failed)?;
    let version = coaching.version().await.map_err(failed)?;
    let leads = coaching.leads(task.person).await.map_err(failed)?;
    let may_word = task.ended_on.is_none() && (leads || task.person == asker.session.person.id);
    let back = html! {
        (link_button(Purpose::Plain, &person_path(task.person), None, &person))
        @if leads && task.ended_on.is_none() {
            form method="post" action={ "/coaching/tasks/" (id) "/end" } { (button(Purpose::Quiet, &words.t("task-end"))) }
        }
    };
    let content = html! {
        (page_head(&task.name, Some(&person), &back))
        div.stack {
            (levels(words, &task))
            @for need in task.needs(today) {
                (message(words, &Message { mood: Mood::Warn, what: &words.t(&format!("need-{}", need.name())), hint: Some(&words.t(&format!("need-{}-hint", need.name()))), buttons: None, reference: None }))
            }
            div.cols.st2 {
                div.stack { (checks(words, &task)) @if leads && task.ended_on.is_none() { (check(words, &task, today)) } }
                (wording(words, &task, may_word.then_some(version), leads))
            }
        }
    };
    Ok(asker.document(&task.name, Some(ACTIVE), None, &content))
}

/// From D1 to D4, with the style that fits where the person stands now.
fn levels(words: Words, task: &Task) -> Markup {
    let now = task.level();
    let steps = DevelopmentLevel::ALL.map(|one| Step {
        name: words.t(&format!("level_{}", one.name())),
        note: Some(style(words, one.style())),
        is_done: one < now,
    });
    let at = DevelopmentLevel::ALL.iter().position(|one| *one == now).unwrap_or_default();
    html! {
        section.panel { div.body.stack {
            (path(&words.t("development_level"), &steps, at))
            p.mut.small {
                (words.t(&format!("level-does-{}", now.name()))) " "
                @if let Some(due) = task.next_check() { (words.t("task-next-check")) ": " (words.date(due)) }
            }
        } }
    }
}

fn checks(words: Words, task: &Task) -> Markup {
    let row = |one: &Check| {
        let seen = html! {
            (level(words, one.seen.level()))
            @if let Some(note) = &one.note { div.small { (note) } }
        };
        let cells = vec![
            Cell::number(words.count(one.seen.competence.get())),
            Cell::number(words.count(one.seen.commitment.get())),
            Cell::text(style(words, one.style)),
            Cell::text(one.by.as_str()),
            Cell::text(seen),
        ];
        Line::new(html! { (words.date(one.day)) }, cells)
    };
    let title = words.t("task-checks");
    let heads = vec![
        Head::text(words.t("field-checked_on")),
        Head::number(words.t("field-competence")),
        Head::number(words.t("field-commitment")),
        Head::text(words.t("field-style")),
        Head::text(words.t("field-checked_by")),
        Head::text(words.t("development_level")),
    ];
    let none = (words.t("task-check-none"), words.t("task-check-none-hint"));
    Table { label: &title, heads, rows: task.checks.iter().map(row).collect(), is_lines: true, ..Table::default() }
        .in_panel("checks", (&none.0, &none.1))
}

fn check(words: Words, task: &Task, today: Date) -> Markup {
    let choice = |value: String, label: String| Choice { value, label };
    let degrees =
        |of: &str| (1..=4).map(|degree| choice(degree.to_string(), words.t(&format!("{of}-{degree}")))).collect();
    let styles = Style::ALL.map(|one| choice(one.name().to_owned(), style(words, one))).into();
    let last = task.checks.first();
    let (competence, commitment) = last.map_or(("1".to_owned(), "4".to_owned()), |last| {
        (last.seen.competence.get().to_string(), last.seen.commitment.get().to_string())
    });
    let led = last.map_or_else(|| task.level().style(), |last| last.style);
    let day = today.to_string();
    let fields = [
        Field::new(
            "competence",
            words.t("field-competence"),
            Input::Select { chosen: &competence, choices: degrees("competence") },
        ),
        Field::new(
            "commitment",
            words.t("field-commitment"),
            Input::Select { chosen: &commitment, choices: degrees("commitment") },
        ),
        Field {
            hint: Some(words.t("task-style-hint")),
            ..Field::new("style", words.t("field-style"), Input::Select { chosen: led.name(), choices: styles })
        },
        Field { is_required: true, ..Field::new("day", words.t("field-checked_on"), Input::Date(&day)) },
        Field {
            hint: Some(words.t("coaching-read-by-line")),
            ..Field::new("note", words.t("field-note"), Input::Text(""))
        },
    ];
    let action = format!("/coaching/tasks/{}/checks", task.id);
    let (title, submit) = (words.t("task-check"), words.t("task-check-do"));
    form(words, &PageForm::fresh(words, &action, &title, &submit, &fields))
}

fn wording(words: Words, task: &Task, version: Option<Seq>, leads: bool) -> Markup {
    let budget = task.budget.map(|money| money.to_string()).unwrap_or_default();
    let title = words.t("task-goal-and-plan");
    let Some(version) = version else {
        let row = |key: &str, text: Option<&str>| (words.t(key), text.unwrap_or("–").to_owned());
        let rows = [
            row("field-goal", task.goal.as_deref()),
            row("field-plan", task.plan.as_deref()),
            row("field-budget", task.budget.map(|money| words.money(money).to_string()).as_deref()),
        ];
        return Panel { id: "wording", title: &title, body: web_kit::components::facts(&rows), ..Panel::default() }
            .render();
    };
    let area = |name, key: &str, text: &'_ Option<String>| {
        let text = text.clone().unwrap_or_default();
        field(words, &Field::new(name, words.t(key), Input::Area(&text)))
    };
    let mut fields = vec![area("goal", "field-goal", &task.goal), area("plan", "field-plan", &task.plan)];
    if leads {
        fields.push(field(words, &Field::new("budget", words.t("field-budget"), Input::Decimal(&budget))));
    }
    let (action, version) = (format!("/coaching/tasks/{}", task.id), version.to_string());
    fields.push(html! { p.mut.small { (words.t("coaching-read-by-line")) } });
    html! {
        (form(words, &PageForm { action: &action, title: &title, fields, errors: 0, submit: &words.t("save"), cancel: None, hidden: vec![("version", version.as_str())] }))
        @if let Some(account) = task.account { p.small { (record_link(&format!("/accounts/{account}"), &words.record("account"))) } }
    }
}

#[derive(Deserialize)]
pub struct Begun {
    name: Option<String>,
    #[serde(default, deserialize_with = "chosen")]
    account: Option<i64>,
    goal: Option<String>,
    plan: Option<String>,
    budget: Option<String>,
    #[serde(default)]
    version: i64,
}

impl Begun {
    fn words(self) -> TaskWords {
        TaskWords { name: self.name, goal: self.goal, plan: self.plan, budget: self.budget }
    }
}

pub async fn begin(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Begun>,
) -> Result<Redirect, WebError> {
    let account = typed.account.map(RecordId);
    let task = coaching.begin_task(RecordId(id), account, &typed.words(), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/tasks/{task}")))
}

pub async fn word(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Begun>,
) -> Result<Redirect, WebError> {
    let seen = Seq(typed.version);
    coaching.word_task(RecordId(id), &typed.words(), seen, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/tasks/{id}")))
}

#[derive(Deserialize)]
pub struct Checked {
    competence: u8,
    commitment: u8,
    style: String,
    day: String,
    #[serde(default)]
    note: String,
}

pub async fn check_in(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Checked>,
) -> Result<Redirect, WebError> {
    let new = NewCheck {
        day: day(&typed.day)?,
        competence: typed.competence,
        commitment: typed.commitment,
        style: tasks::style(&typed.style).map_err(failed)?,
        note: typed.note,
    };
    coaching.check_task(RecordId(id), &new, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/tasks/{id}")))
}

pub async fn end(Asking { coaching, .. }: Asking, Path(id): Path<i64>) -> Result<Redirect, WebError> {
    let person = coaching.end_task(RecordId(id), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&person_path(person)))
}
