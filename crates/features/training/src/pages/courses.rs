//! The catalogue, a course with what became of it, and its form.

use super::{
    ACTIVE, Asking, failed, field_key,
    home::{assigned, figures},
    places,
};
use crate::{Assignment, Course, CourseWords, Training, TrainingError, Wanting};
use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use base::{RecordId, Seq};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, Render, html};
use rules::{log::Origin, training::CourseKind};
use std::collections::BTreeSet;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row as Line, Table, button,
        check_box, facts, field, form, link_button, page_head, record_link, tag,
    },
};

pub async fn list(Asking { asker, training }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let (courses, runs) = (training.courses().await.map_err(failed)?, training.runs().await.map_err(failed)?);
    let library = library(&training, words).await?;
    let title = words.records("course");
    let new =
        html! { @if runs { (link_button(Purpose::Primary, "/learning/courses/new", None, &words.t("course-new"))) } };
    let row = |one: &Course| {
        let ended = html! { @if one.ended_on.is_some() { (tag(Mood::Neutral, &words.t("course-ended"))) } @else { (tag(Mood::Good, &words.t("course-offered"))) } };
        let cells = vec![
            Cell::text(words.choice("delivery", one.kind.name())),
            Cell::text(roles(words, &one.roles)),
            Cell::text(competency(&library, one.competency.as_deref())),
            Cell::text(validity(words, one)),
            Cell::text(ended),
        ];
        Line::new(record_link(&format!("/learning/courses/{}", one.id), &one.name), cells)
    };
    let heads = ["record-course", "field-delivery", "course-for", "field-competency", "certificate", "state"];
    let none = (words.t("course-none"), words.t("course-none-hint"));
    let table = Table {
        label: &title,
        heads: heads.map(|key| Head::text(words.t(key))).into(),
        rows: courses.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    };
    let content = html! {
        (page_head(&title, Some(&words.t("courses-sub")), &new))
        (places(words, "/learning/courses", runs))
        (table.in_panel("courses", (&none.0, &none.1)))
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn roles(words: Words, roles: &[String]) -> String {
    if roles.is_empty() {
        return "–".to_owned();
    }
    roles.iter().map(|role| words.choice("role", role)).collect::<Vec<_>>().join(", ")
}

fn competency(library: &[Choice], id: Option<&str>) -> String {
    let found = id.and_then(|id| library.iter().find(|one| one.value == id));
    found.map_or_else(|| "–".to_owned(), |one| one.label.clone())
}

fn validity(words: Words, course: &Course) -> String {
    course
        .valid_months
        .map_or_else(|| "–".to_owned(), |months| words.t_with("course-valid", &[("months", months.into())]))
}

/// Competencies by name.
async fn library(training: &Training, words: Words) -> Result<Vec<Choice>, WebError> {
    let today = training.today().await.map_err(failed)?;
    let library = training.desk.library(today).await.map_err(|error| failed(error.into()))?;
    let code = words.language.code();
    let mut choices: Vec<Choice> =
        library.into_iter().map(|(id, one)| Choice { label: one.names.of(code).to_owned(), value: id }).collect();
    choices.sort_by(|one, other| one.label.cmp(&other.label));
    Ok(choices)
}

pub async fn page(Asking { asker, training }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let id = RecordId(id);
    let course = training.course(id).await.map_err(failed)?;
    let (today, runs) = (training.today().await.map_err(failed)?, training.runs().await.map_err(failed)?);
    let led = training.led().await.map_err(failed)?;
    let theirs = training.seen_of(id).await.map_err(failed)?;
    let wanting = training.wanting(id).await.map_err(failed)?;
    let library = library(&training, words).await?;
    let end = html! {
        @if let Some(link) = &course.link { a.btn.btn-primary href=(link) target="_blank" rel="noopener noreferrer" { (words.t("training-go")) } }
        @if runs { (link_button(Purpose::Plain, &format!("/learning/courses/{id}/edit"), None, &words.t("edit"))) }
        (link_button(Purpose::Plain, "/learning/courses", None, &words.records("course")))
    };
    let back = format!("/learning/courses/{id}");
    let leads = theirs.iter().any(|one| led.leads(one.person)) || !wanting.is_empty();
    let theirs: Vec<&Assignment> = theirs.iter().collect();
    let content = html! {
        (page_head(&course.name, Some(&words.choice("delivery", course.kind.name())), &end))
        div.stack {
            (about(words, &course, &library))
            @if leads || runs {
                (figures(words, &Assignment::outcome(theirs.iter().copied(), today)))
                (assigned(words, &theirs, &led, &back, true))
                @if course.ended_on.is_none() && !wanting.is_empty() { (assign_form(words, &course, &wanting, today)) }
            }
        }
    };
    Ok(asker.document(&course.name, Some(ACTIVE), None, &content))
}

fn about(words: Words, course: &Course, library: &[Choice]) -> Markup {
    let mut rows = vec![
        (words.t("course-for"), roles(words, &course.roles)),
        (words.t("field-competency"), competency(library, course.competency.as_deref())),
        (words.t("course-days"), words.count(course.days)),
        (words.t("certificate"), validity(words, course)),
        (words.t("course-done-by"), words.t(done_by(course))),
    ];
    if let Some(ended) = course.ended_on {
        rows.push((words.t("course-ended"), words.date(ended)));
    }
    let body = html! {
        @if let Some(detail) = &course.detail { p.pre { (detail) } }
        (facts(&rows))
    };
    let title = words.t("course-about");
    Panel { id: "about", title: &title, body, ..Panel::default() }.render()
}

/// Who says that it is done.
const fn done_by(course: &Course) -> &'static str {
    if course.activity.is_some() {
        "course-done-by-tool"
    } else if course.is_told_by_taker() {
        "course-done-by-taker"
    } else {
        "course-done-by-leader"
    }
}

fn assign_form(words: Words, course: &Course, wanting: &[Wanting], today: Date) -> Markup {
    let title = words.t("training-assign");
    let due = today.saturating_add(course.days.days()).to_string();
    let due = Field { is_required: true, ..Field::new("due_on", words.t("field-due_on"), Input::Date(&due)) };
    let row = |one: &Wanting| {
        let mark = html! { label.check {
            input.checkbox type="checkbox" name="person" value=(one.person) checked[one.need.is_some()];
            " " span { (one.name) }
        } };
        let why = html! { @match one.need {
            Some(need) => (tag(Mood::Warn, &words.t(&format!("choice-need-{}", need.name())))),
            None => "–",
        } };
        Line::new(mark, vec![Cell::text(words.choice("role", &one.role)), Cell::text(why)])
    };
    let table = Table {
        label: &title,
        heads: ["record-person", "field-role", "training-why"].map(|key| Head::text(words.t(key))).into(),
        rows: wanting.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    };
    let body = html! {
        form method="post" action={ "/learning/courses/" (course.id) "/assignments" } {
            div.stack {
                div.fgrid { (field(words, &due)) }
                (table.render())
                div.btns { (button(Purpose::Primary, &words.t("training-assign-do"))) }
            }
        }
    };
    Panel { id: "assign", title: &title, note: Some(&words.t("training-assign-hint")), body, ..Panel::default() }
        .render()
}

/// Of boxes that are ticked only `person` is sent more than once.
pub async fn assign(
    Asking { training, .. }: Asking,
    Path(id): Path<i64>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Redirect, WebError> {
    let mut people = BTreeSet::new();
    let mut due = None;
    for (name, value) in sent {
        match name.as_str() {
            "person" => {
                people
                    .insert(RecordId(value.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-choice" })?));
            }
            "due_on" => due = Some(value.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-date" })?),
            _ => {}
        }
    }
    training.assign(RecordId(id), &people, due, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/learning/courses/{id}")))
}

pub async fn new(Asking { asker, training }: Asking) -> Result<Markup, WebError> {
    training.only_who_runs().await.map_err(failed)?;
    let words = asker.words;
    let typed = CourseWords { delivery: CourseKind::Link.name().to_owned(), ..CourseWords::default() };
    let title = words.t("course-new");
    let form = written(words, &training, &typed, ("/learning/courses", None), None).await?;
    let content = html! { (page_head(&title, None, &html! {})) (form) };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub async fn edit(Asking { asker, training }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    training.only_who_runs().await.map_err(failed)?;
    let words = asker.words;
    let course = training.course(RecordId(id)).await.map_err(failed)?;
    let seen = training.version().await.map_err(failed)?;
    let action = format!("/learning/courses/{id}");
    let form = written(words, &training, &course.words(), (&action, Some(seen)), None).await?;
    let content = html! { (page_head(&course.name, None, &html! {})) (form) };
    Ok(asker.document(&course.name, Some(ACTIVE), None, &content))
}

/// The form of a course; `wrong` names the field that was refused.
async fn written(
    words: Words,
    training: &Training,
    typed: &CourseWords,
    (action, seen): (&str, Option<Seq>),
    wrong: Option<&str>,
) -> Result<Markup, WebError> {
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label };
    let kinds = CourseKind::ALL.map(|kind| choice(kind.name(), words.choice("delivery", kind.name()))).into();
    let mut competencies = vec![choice("", "–".to_owned())];
    competencies.extend(library(training, words).await?);
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let (days, months) = (number(typed.days), number(typed.valid_months));
    let hinted = |name, label: &str, input, hint: &str| Field {
        hint: Some(words.t(hint)),
        ..Field::new(name, words.t(label), input)
    };
    let mut fields = vec![
        Field { is_required: true, ..Field::new("name", words.t("field-name"), Input::Text(&typed.name)) },
        Field::new("delivery", words.t("field-delivery"), Input::Select { chosen: &typed.delivery, choices: kinds }),
        Field::new("detail", words.t("field-detail"), Input::Area(&typed.detail)),
        hinted("link", "field-link", Input::Text(&typed.link), "course-link-hint"),
        hinted(
            "competency",
            "field-competency",
            Input::Select { chosen: &typed.competency, choices: competencies },
            "course-competency-hint",
        ),
        hinted("days", "course-days", Input::Whole(&days), "course-days-hint"),
        hinted("valid_months", "field-valid_months", Input::Whole(&months), "course-months-hint"),
        hinted("activity", "course-activity", Input::Text(&typed.activity), "course-activity-hint"),
        hinted("pretest", "field-pretest", Input::Text(&typed.pretest), "course-pretest-hint"),
    ];
    for one in &mut fields {
        if wrong == Some(one.name) {
            one.error = Some(words.t(field_key(one.name)));
        }
    }
    let mut shown: Vec<Markup> = fields.iter().map(|one| field(words, one)).collect();
    let boxes = html! {
        fieldset.checks {
            legend { (words.t("course-for")) }
            @for role in access::ROLES {
                label.check {
                    input.checkbox type="checkbox" name="role" value=(role) checked[typed.roles.iter().any(|one| one == role)];
                    " " span { (words.choice("role", role)) }
                }
            }
        }
    };
    shown.push(boxes);
    shown.push(check_box("ended", &words.t("course-ended"), typed.ended));
    let (title, submit) = (words.t("course-about"), words.t("save"));
    let seen = seen.map(|seen| seen.0.to_string());
    let page = PageForm {
        action,
        title: &title,
        fields: shown,
        errors: usize::from(wrong.is_some()),
        submit: &submit,
        cancel: Some("/learning/courses"),
        hidden: seen.iter().map(|seen| ("version", seen.as_str())).collect(),
    };
    Ok(form(words, &page))
}

fn typed(sent: Vec<(String, String)>) -> Result<(CourseWords, Option<Seq>), WebError> {
    let (mut words, mut seen) = (CourseWords::default(), None);
    for (name, value) in sent {
        let number = |value: &str| match value.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| WebError::Refused { hint_key: "training-error-number" }),
        };
        match name.as_str() {
            "name" => words.name = value,
            "delivery" => words.delivery = value,
            "detail" => words.detail = value,
            "link" => words.link = value,
            "competency" => words.competency = value,
            "days" => words.days = number(&value)?,
            "valid_months" => words.valid_months = number(&value)?,
            "activity" => words.activity = value,
            "pretest" => words.pretest = value,
            "role" => words.roles.push(value),
            "ended" => words.ended = true,
            "version" => seen = value.parse().ok().map(Seq),
            _ => {}
        }
    }
    Ok((words, seen))
}

pub async fn save(asking: Asking, Form(sent): Form<Vec<(String, String)>>) -> Result<Response, WebError> {
    keep(asking, None, sent).await
}

pub async fn resave(
    asking: Asking,
    Path(id): Path<i64>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    keep(asking, Some(id), sent).await
}

/// Writes it, or shows the form again with what is wrong.
async fn keep(
    Asking { asker, training }: Asking,
    id: Option<i64>,
    sent: Vec<(String, String)>,
) -> Result<Response, WebError> {
    let (typed, seen) = typed(sent)?;
    match training.set_course(id.map(|id| (RecordId(id), seen)), &typed, Origin::Ui).await {
        Ok(id) => Ok(Redirect::to(&format!("/learning/courses/{id}")).into_response()),
        Err(TrainingError::Field { field, .. }) => {
            let words = asker.words;
            let action = id.map_or_else(|| "/learning/courses".to_owned(), |id| format!("/learning/courses/{id}"));
            let form = written(words, &training, &typed, (&action, seen), Some(field)).await?;
            let title = if id.is_some() { typed.name } else { words.t("course-new") };
            let content = html! { (page_head(&title, None, &html! {})) (form) };
            let document = asker.document(&title, Some(ACTIVE), None, &content);
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, document).into_response())
        }
        Err(other) => Err(failed(other)),
    }
}
