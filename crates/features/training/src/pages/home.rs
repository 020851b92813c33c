//! One's own courses and certificates; for who leads, how those below stand.

use super::{ACTIVE, Asking, cell, failed, figure, mean, percent, places, standing};
use crate::{Assignment, Completion, Course, Member, Training, assignments::RATINGS, desk::Led};
use axum::{Form, extract::Path, response::Redirect};
use base::{Amount, RecordId};
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::{log::Origin, training::Outcome};
use serde::Deserialize;
use std::collections::BTreeSet;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row as Line, Table, button, facts, form,
        link_button, page_head, record_link, tag,
    },
};

pub async fn page(Asking { asker, training }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = training.overview().await.map_err(failed)?;
    let (runs, courses) = (training.runs().await.map_err(failed)?, training.courses().await.map_err(failed)?);
    let title = words.t("training");
    let (waiting, taken): (Vec<_>, Vec<_>) = found.mine.iter().partition(|one| one.standing.is_open());
    let content = html! {
        (page_head(&title, Some(&words.t("training-sub")), &html! {}))
        (places(words, "/learning", runs))
        div.stack {
            (open(words, &waiting, &courses))
            @if !found.team.is_empty() {
                (figures(words, &found.outcome))
                (team(words, &found.team))
            }
            @if !taken.is_empty() { (done(words, &taken, Some("/learning"))) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// What of courses became, as the KPIs count it.
pub(super) fn figures(words: Words, outcome: &Outcome) -> Markup {
    let (before, after) = outcome.scores();
    let lift = outcome.lift().map_or_else(|| "–".to_owned(), |lift| percent(words, lift));
    let tested = format!("{} → {}", mean(words, before, 1), mean(words, after, 1));
    let of = |done: usize, all: usize| {
        words.t_with("training-of", &[("done", words.count(done).into()), ("all", words.count(all).into())])
    };
    let rated = words.t_with("training-ratings", &[("count", outcome.rated.into())]);
    let tested = if before.value(1).is_some() { tested } else { words.t("training-not-tested") };
    let row = |key: &str, value: String, note: String| (words.t(key), html! { (value) " " span.mut.small { (note) } });
    let rows = [
        row("training_completion_rate", percent(words, outcome.rate()), of(outcome.on_time, outcome.due)),
        row("training-mean-rating", mean(words, outcome.mean_rating(), 2), rated),
        row("training-lift", lift, tested),
    ];
    let title = words.t("training-outcome");
    Panel { id: "outcome", title: &title, body: facts(&rows), ..Panel::default() }.render()
}

fn course_link(one: &Assignment) -> Markup {
    html! { @match one.of {
        Some(id) => (record_link(&format!("/learning/courses/{id}"), &one.course)),
        None => (one.course),
    } }
}

fn open(words: Words, mine: &[&Assignment], courses: &[Course]) -> Markup {
    let row =
        |one: &&Assignment| {
            let course = courses.iter().find(|course| Some(course.id) == one.of);
            let by_taker = course.is_none_or(Course::is_told_by_taker);
            let link = course.and_then(|course| course.link.as_deref());
            let way = (by_taker || link.is_some()).then(|| html! { div.btns {
            @if let Some(link) = link {
                a.btn.btn-quiet href=(link) target="_blank" rel="noopener noreferrer" { (words.t("training-go")) }
            }
            @if by_taker { (step(words, one.id, "done", "/learning", "training-done-do")) }
        } });
            let cells = vec![
                Cell::text(words.date(one.days.due)),
                Cell::text(standing(words, one.standing)),
                cell(one.need.map(|need| words.choice("need", need.name()))),
                cell(way),
            ];
            Line::new(course_link(one), cells)
        };
    let title = words.t("training-mine");
    let heads = vec![
        Head::text(words.t("record-course")),
        Head::text(words.t("field-due_on")),
        Head::text(words.t("state")),
        Head::text(words.t("training-why")),
        Head::text(words.t("training-next")),
    ];
    let none = (words.t("training-none"), words.t("training-none-hint"));
    Table { label: &title, heads, rows: mine.iter().map(row).collect(), is_lines: true, ..Table::default() }
        .in_panel("mine", (&none.0, &none.1))
}

/// A button that says one thing of an assignment.
pub(super) fn step(words: Words, id: RecordId, step: &str, back: &str, key: &str) -> Markup {
    html! {
        form method="post" action={ "/learning/assignments/" (id) } {
            input type="hidden" name="step" value=(step);
            input type="hidden" name="back" value=(back);
            (button(Purpose::Plain, &words.t(key)))
        }
    }
}

/// What was taken, with certificates; rated where a way back is given.
fn done(words: Words, taken: &[&Assignment], back: Option<&str>) -> Markup {
    let row = |one: &&Assignment| {
        let rating = html! {
            @match (one.rating, back) {
                (Some(rating), _) => (words.count(rating)),
                (None, Some(back)) => form.btns method="post" action={ "/learning/assignments/" (one.id) } {
                    input type="hidden" name="step" value="rate";
                    input type="hidden" name="back" value=(back);
                    @for rating in RATINGS {
                        @let label = words.t(&format!("training-rating-{rating}"));
                        button.btn.btn-quiet name="rating" value=(rating) title=(label) aria-label={ (words.count(rating)) ": " (label) } { (words.count(rating)) }
                    }
                },
                (None, None) => {},
            }
        };
        let until = one
            .days
            .expires
            .and_then(|day| day.yesterday().ok())
            .map(|day| words.t_with("training-valid-until", &[("date", words.date(day).into())]));
        let certificate = (until.is_some() || one.certificate.is_some()).then(|| {
            html! {
                @if let Some(until) = until { (until) }
                @if let Some(number) = &one.certificate { div.small.mut { (number) } }
            }
        });
        let cells = vec![
            cell(one.days.completed.map(|day| words.date(day))),
            Cell::text(standing(words, one.standing)),
            figure(one.after.map(|score| words.decimal(score, 1))),
            cell(certificate),
            cell((one.rating.is_some() || back.is_some()).then_some(rating)),
        ];
        Line::new(course_link(one), cells)
    };
    let title = words.t("training-taken");
    let heads = vec![
        Head::text(words.t("record-course")),
        Head::text(words.t("field-completed_on")),
        Head::text(words.t("state")),
        Head::number(words.t("field-score_after")),
        Head::text(words.t("certificate")),
        Head::text(words.t("field-rating")),
    ];
    let none = (words.t("training-taken-none"), words.t("training-taken-none-hint"));
    Table { label: &title, heads, rows: taken.iter().map(row).collect(), is_lines: true, ..Table::default() }
        .in_panel("taken", (&none.0, &none.1))
}

fn team(words: Words, team: &[Member]) -> Markup {
    let count = |number: usize| if number == 0 { "–".to_owned() } else { words.count(number) };
    let row = |one: &Member| {
        let overdue = html! { @if one.overdue > 0 { (tag(Mood::Bad, &words.count(one.overdue))) } @else { "–" } };
        let cells = vec![
            Cell::number(count(one.open)),
            Cell::number(overdue),
            Cell::number(count(one.ending)),
            Cell::number(percent(words, one.outcome.rate())),
            Cell::number(mean(words, one.outcome.mean_rating(), 2)),
        ];
        Line::new(record_link(&format!("/learning/people/{}", one.person), &one.name), cells)
    };
    let title = words.t("training-team");
    let heads = vec![
        Head::text(words.t("record-person")),
        Head::number(words.t("training-open")),
        Head::number(words.t("training-overdue")),
        Head::number(words.t("training-ending")),
        Head::number(words.t("training_completion_rate")),
        Head::number(words.t("training-mean-rating")),
    ];
    let rows = team.iter().map(row).collect();
    let body = Table { label: &title, heads, rows, is_pinned: true, is_lines: true, ..Table::default() }.render();
    Panel { id: "team", title: &title, body, is_flush: true, ..Panel::default() }.render()
}

/// Somebody's courses, for who may open them.
pub async fn person(Asking { asker, training }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let id = RecordId(id);
    let (name, all) = training.of(id).await.map_err(failed)?;
    let today = training.today().await.map_err(failed)?;
    let led = training.led().await.map_err(failed)?;
    let leads = led.leads(id);
    let back = format!("/learning/people/{id}");
    let (waiting, taken): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.standing.is_open());
    let end = link_button(Purpose::Plain, "/learning", None, &words.t("training"));
    let content = html! {
        (page_head(&name, Some(&words.t("training-of-person")), &end))
        div.stack {
            (figures(words, &Assignment::outcome(&all, today)))
            (assigned(words, &waiting, &led, &back, false))
            (done(words, &taken, None))
            @if leads && !waiting.is_empty() { (finish(words, &waiting, today, &back)) }
        }
    };
    Ok(asker.document(&name, Some(ACTIVE), None, &content))
}

/// Assignments as who leads sees them.
pub(super) fn assigned(words: Words, of: &[&Assignment], led: &Led, back: &str, by_person: bool) -> Markup {
    let leads = of.iter().any(|one| led.leads(one.person));
    let row = |one: &&Assignment| {
        let scores = match one.scores() {
            Some((before, after)) => format!("{} → {}", words.decimal(before, 1), words.decimal(after, 1)),
            None => one.after.map_or_else(|| "–".to_owned(), |after| words.decimal(after, 1)),
        };
        let mut cells = vec![
            Cell::text(words.date(one.days.due)),
            Cell::text(standing(words, one.standing)),
            cell(one.days.completed.map(|day| words.date(day))),
            Cell::number(scores),
            figure(one.rating.map(|rating| words.count(rating))),
        ];
        if leads {
            let ways = html! { div.btns {
                @if one.standing.is_open() && led.leads(one.person) { (step(words, one.id, "done", back, "training-done-do")) }
                @if led.withdraws(one) { (step(words, one.id, "withdraw", back, "training-withdraw")) }
            } };
            cells.push(Cell::text(ways));
        }
        let head = if by_person {
            record_link(&format!("/learning/people/{}", one.person), &one.name)
        } else {
            course_link(one)
        };
        Line::new(head, cells)
    };
    let title = words.t("training-assigned");
    let mut heads = vec![
        Head::text(words.record(if by_person { "person" } else { "course" })),
        Head::text(words.t("field-due_on")),
        Head::text(words.t("state")),
        Head::text(words.t("field-completed_on")),
        Head::number(words.t("training-scores")),
        Head::number(words.t("field-rating")),
    ];
    if leads {
        heads.push(Head::text(words.t("training-next")));
    }
    let none = (words.t("training-assigned-none"), words.t("training-assigned-none-hint"));
    Table { label: &title, heads, rows: of.iter().map(row).collect(), is_lines: true, ..Table::default() }
        .in_panel("assigned", (&none.0, &none.1))
}

/// Says how somebody finished: with a day, scores and a certificate.
fn finish(words: Words, waiting: &[&Assignment], today: Date, back: &str) -> Markup {
    let mut seen = BTreeSet::new();
    let open = waiting.iter().filter(|one| seen.insert(one.id));
    let choices = open.map(|one| web_kit::components::Choice {
        value: one.id.to_string(),
        label: format!("{} · {}", one.course, words.date(one.days.due)),
    });
    let day = today.to_string();
    let fields = [
        Field::new("id", words.record("course"), Input::Select { chosen: "", choices: choices.collect() }),
        Field { is_required: true, ..Field::new("day", words.t("field-completed_on"), Input::Date(&day)) },
        Field::new("before", words.t("field-score_before"), Input::Decimal("")),
        Field::new("after", words.t("field-score_after"), Input::Decimal("")),
        Field::new("certificate", words.t("field-certificate"), Input::Text("")),
    ];
    let (title, submit) = (words.t("training-finish"), words.t("training-done-do"));
    form(
        words,
        &PageForm {
            hidden: vec![("step", "done"), ("back", back)],
            ..PageForm::fresh(words, "/learning/assignments/0", &title, &submit, &fields)
        },
    )
}

#[derive(Deserialize)]
pub struct Typed {
    step: String,
    back: String,
    /// In place of the address: chosen in a form.
    #[serde(default)]
    id: Option<i64>,
    #[serde(default)]
    rating: i64,
    #[serde(default)]
    day: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    certificate: String,
}

async fn step_to(training: &Training, id: RecordId, typed: &Typed) -> Result<(), WebError> {
    let score = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse::<Amount>().map(Some).map_err(|_| WebError::Refused { hint_key: "training-error-score" }),
    };
    match typed.step.as_str() {
        "rate" => training.rate(id, typed.rating, Origin::Ui).await,
        "withdraw" => training.withdraw(id, Origin::Ui).await,
        "done" => {
            let day = match typed.day.trim() {
                "" => None,
                text => Some(text.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-date" })?),
            };
            let how = Completion {
                day,
                before: score(&typed.before)?,
                after: score(&typed.after)?,
                certificate: typed.certificate.clone(),
            };
            training.complete(id, &how, Origin::Ui).await
        }
        _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
    }
    .map_err(failed)
}

pub async fn take_step(
    Asking { training, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Redirect, WebError> {
    step_to(&training, RecordId(typed.id.unwrap_or(id)), &typed).await?;
    // Only back to a page of training.
    let back = if typed.back.starts_with("/learning") { typed.back.as_str() } else { "/learning" };
    Ok(Redirect::to(back))
}
