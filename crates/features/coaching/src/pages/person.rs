//! One person's coaching, for themself and those above.

use super::{ACTIVE, Asking, day_cell, failed, home, level, names_of, person_path};
use crate::{Feedback, Note, Person, Readers, Review, Task};
use axum::extract::Path;
use base::RecordId;
use db::Record;
use maud::{Markup, Render, html};
use rules::coaching::Rubric;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row as Line, Table, button, empty,
        form, link_button, page_head, record_link, tag,
    },
};

pub async fn page(Asking { asker, coaching }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = coaching.coached(RecordId(id)).await.map_err(failed)?;
    let rubrics = if found.leads { coaching.rubrics().await.map_err(failed)? } else { Vec::new() };
    let back = html! {
        (link_button(Purpose::Plain, "/coaching", None, &words.t("coaching")))
        (link_button(Purpose::Plain, &format!("/development/{id}"), None, &words.t("development")))
    };
    let content = html! {
        (page_head(&found.name, Some(&words.t("coaching-person-sub")), &back))
        div.cols.st2 {
            div.stack {
                (tasks(words, &found))
                (home::talks(words, &found.talks))
                @if !found.is_own && !found.actions.is_empty() { (actions(words, &found, asker.session.person.id)) }
                @if !found.notes.is_empty() { (notes(words, &found)) }
                (feedback(words, &found.feedback))
                (reviews(words, &found.reviews))
            }
            div.stack {
                @if found.leads {
                    @if !found.reports.is_empty() { (reports(words, &found)) }
                    (plan(words, &found))
                    (give(words, &found))
                    (begin(words, &found))
                    (review(words, &found, &rubrics))
                }
            }
        }
    };
    Ok(asker.document(&found.name, Some(ACTIVE), None, &content))
}

fn tasks(words: Words, found: &Person) -> Markup {
    let row = |task: &Task| {
        let needs = task.needs(found.today);
        let asks = html! {
            @for need in &needs { div.small { (tag(Mood::Warn, &words.t(&format!("need-{}", need.name())))) } }
            @if task.ended_on.is_some() { (tag(Mood::Neutral, &words.t("task-ended"))) }
            @else if needs.is_empty() { "–" }
        };
        let cells = vec![
            Cell::text(level(words, task.level())),
            Cell::text(day_cell(words, task.next_check())),
            Cell::text(asks),
        ];
        Line::new(record_link(&format!("/coaching/tasks/{}", task.id), &task.name), cells)
    };
    let title = words.t("coaching-tasks");
    let heads = ["record-coached_task", "development_level", "task-next-check", "coaching-needs"]
        .map(|key| Head::text(words.t(key)));
    let body = html! {
        @if found.tasks.is_empty() { (empty(&words.t("task-none"), &words.t("task-none-hint"), None)) }
        @else { (Table { label: &title, heads: heads.into(), rows: found.tasks.iter().map(row).collect(), is_lines: true, ..Table::default() }) }
        @if !found.new_accounts.is_empty() { (new_accounts(words, found)) }
    };
    let is_flush = !found.tasks.is_empty();
    Panel {
        id: "tasks",
        title: &title,
        note: Some(&words.t("coaching-tasks-hint")),
        body,
        is_flush,
        ..Panel::default()
    }
    .render()
}

/// Each key account begins at D1.
fn new_accounts(words: Words, found: &Person) -> Markup {
    let one = |account: &Record| {
        html! {
            li.btns {
                span.grow { (account.title()) }
                @if found.leads {
                    form method="post" action={ (person_path(found.id)) "/tasks" } {
                        input type="hidden" name="account" value=(account.id);
                        (button(Purpose::Plain, &words.t("task-begin-d1")))
                    }
                }
            }
        }
    };
    html! {
        details.body { summary { (words.t_with("task-new-accounts", &[("count", words.count(found.new_accounts.len()).into())])) }
            ul.plain { @for account in &found.new_accounts { (one(account)) } } }
    }
}

/// The way further down.
fn reports(words: Words, found: &Person) -> Markup {
    let title = words.t("coaching-reports");
    let body = html! {
        ul.plain { @for (id, name) in &found.reports { li { (record_link(&person_path(*id), name)) } } }
    };
    Panel { id: "reports", title: &title, body, ..Panel::default() }.render()
}

fn actions(words: Words, found: &Person, me: RecordId) -> Markup {
    let rows: Vec<(Note, String)> = found
        .actions
        .iter()
        .map(|note| (note.clone(), note.doer.as_ref().map(|(_, name)| name.clone()).unwrap_or_default()))
        .collect();
    home::actions(words, &rows, found.today, me, &person_path(found.id))
}

/// What is for those above, of talks that are not theirs.
fn notes(words: Words, found: &Person) -> Markup {
    let title = words.t("talk-notes");
    let body = html! {
        ul.plain.stack { @for note in &found.notes { li.noted {
            p.pre { (note.text) }
            p.mut.small { (note.writer_name) " · " (words.date(note.written_on)) " · " (note.reader_names.join(", ")) }
        } } }
    };
    Panel { id: "notes", title: &title, body, ..Panel::default() }.render()
}

pub(super) fn feedback(words: Words, feedback: &[Feedback]) -> Markup {
    let row = |one: &Feedback| {
        let text = html! { @match &one.text {
            Some(text) => (text),
            None => span.mut { (words.t("feedback-no-text")) },
        } };
        let rating = one.rating.map_or_else(|| "–".to_owned(), |rating| words.count(rating));
        let rating = html! { @if one.waits { (home::rate(words, one)) } @else { (rating) } };
        let cells =
            vec![Cell::text(words.date(one.given_on)), Cell::text(one.leader_name.as_str()), Cell::text(rating)];
        Line::new(text, cells)
    };
    let title = words.t("coaching-feedback");
    let heads = ["feedback", "field-given_on", "field-leader", "field-rating"].map(|key| Head::text(words.t(key)));
    let none = (words.t("feedback-none"), words.t("feedback-none-hint"));
    Table {
        label: &title,
        heads: heads.into(),
        rows: feedback.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    }
    .in_panel("feedback", (&none.0, &none.1))
}

fn reviews(words: Words, reviews: &[Review]) -> Markup {
    let row = |one: &Review| {
        let score = one.score.map_or_else(|| "–".to_owned(), |score| words.decimal(score, 1));
        let cells = vec![Cell::text(words.date(one.day)), Cell::text(one.reviewer.as_str()), Cell::number(score)];
        Line::new(
            record_link(&format!("/coaching/reviews/{}", one.id), one.rubric.names.of(words.language.code())),
            cells,
        )
    };
    let title = words.t("coaching-reviews");
    let heads = vec![
        Head::text(words.t("record-rubric")),
        Head::text(words.t("field-day")),
        Head::text(words.t("review-reviewer")),
        Head::number(words.t("score")),
    ];
    let none = (words.t("review-none"), words.t("review-none-hint"));
    Table { label: &title, heads, rows: reviews.iter().map(row).collect(), is_lines: true, ..Table::default() }
        .in_panel("reviews", (&none.0, &none.1))
}

fn plan(words: Words, found: &Person) -> Markup {
    let day = found.today.to_string();
    let fields = [
        Field { is_required: true, ..Field::new("day", words.t("field-day"), Input::Date(&day)) },
        Field::new("topic", words.t("field-topic"), Input::Text("")),
    ];
    let action = format!("{}/talks", person_path(found.id));
    let (title, submit) = (words.t("talk-plan"), words.t("talk-plan-do"));
    form(words, &PageForm::fresh(words, &action, &title, &submit, &fields))
}

/// Whom it is about reads it, in any case.
pub(super) fn reader_choices(words: Words, readers: &[(Readers, Vec<String>)]) -> Vec<Choice> {
    readers
        .iter()
        .map(|(readers, names)| Choice { value: readers.name().to_owned(), label: names_of(words, *readers, names) })
        .collect()
}

fn give(words: Words, found: &Person) -> Markup {
    let readers = reader_choices(words, &found.readers);
    let fields = [
        Field { is_required: true, ..Field::new("text", words.t("feedback"), Input::Area("")) },
        Field::new("readers", words.t("field-readers"), Input::Select { chosen: "both", choices: readers }),
    ];
    let action = format!("{}/feedback", person_path(found.id));
    let (title, submit) = (words.t("feedback-give"), words.t("feedback-give-do"));
    form(words, &PageForm::fresh(words, &action, &title, &submit, &fields))
}

fn begin(words: Words, found: &Person) -> Markup {
    let fields = [
        Field { is_required: true, ..Field::new("name", words.t("record-coached_task"), Input::Text("")) },
        Field { hint: Some(words.t("task-plan-hint")), ..Field::new("goal", words.t("field-goal"), Input::Text("")) },
        Field::new("plan", words.t("field-plan"), Input::Text("")),
    ];
    let action = format!("{}/tasks", person_path(found.id));
    let (title, submit) = (words.t("task-begin"), words.t("task-begin-do"));
    form(words, &PageForm::fresh(words, &action, &title, &submit, &fields))
}

fn review(words: Words, found: &Person, rubrics: &[Rubric]) -> Markup {
    let title = words.t("review-new");
    let body = html! {
        ul.plain { @for rubric in rubrics {
            li { (record_link(&format!("{}/reviews/{}", person_path(found.id), rubric.id), rubric.names.of(words.language.code()))) }
        } }
    };
    Panel { id: "review", title: &title, body, ..Panel::default() }.render()
}
