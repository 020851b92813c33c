//! Reviews by rubric: what is looked for, what was seen, and what to work on.

use super::{ACTIVE, Asking, day, failed, person_path, places};
use crate::{NewReview, Review};
use axum::{Form, extract::Path, response::Redirect};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::{
    coaching::{Answers, Criterion, Rubric, Scale},
    log::Origin,
};
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Head, Input, Panel, Purpose, Row as Line, Table, button, field, link_button, page_head,
        record_link,
    },
};

/// The rubrics that hold.
pub async fn rubrics(Asking { asker, coaching }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let held = coaching.rubrics_held().await.map_err(failed)?;
    let sets = coaching.sets_rubrics().await.map_err(failed)?;
    let title = words.t("coaching-reviews");
    let new = html! { @if sets { (link_button(Purpose::Primary, "/coaching/rubrics/new", Some("plus"), &words.t("rubric-new"))) } };
    let code = words.language.code();
    let content = html! {
        (page_head(&title, Some(&words.t("reviews-sub")), &new))
        (places(words, "/coaching/reviews"))
        div.stack {
            @for (id, one) in &held {
                @let rubric = &one.what;
                @let since = one.since.map_or_else(|| words.t("role-ships"), |since| words.t_with("role-own-since", &[("date", words.date(since).into())]));
                @let name = rubric.names.of(code);
                @let label = words.t_with("rubric-change-of", &[("name", name.into())]);
                @let change = html! { a.lnk href=(format!("/coaching/rubrics/{id}")) aria-label=(label) { (words.t("edit")) } };
                (Panel { id, title: name, note: Some(&since), end: sets.then_some(change), body: criteria(words, rubric), ..Panel::default() })
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn criteria(words: Words, rubric: &Rubric) -> Markup {
    let code = words.language.code();
    html! {
        ol { @for one in &rubric.criteria {
            li { b { (one.names.of(code)) } " " span.mut { (one.look_for.of(code)) } }
        } }
    }
}

pub async fn new(
    Asking { asker, coaching }: Asking,
    Path((id, rubric)): Path<(i64, String)>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let rubric = coaching.rubric(&rubric).await.map_err(failed)?;
    let person = coaching.coached(RecordId(id)).await.map_err(failed)?;
    if !person.leads {
        return Err(WebError::Forbidden);
    }
    let activities = coaching.last_activities(RecordId(id)).await.map_err(failed)?;
    let name = rubric.names.of(words.language.code()).to_owned();
    let back = link_button(Purpose::Plain, &person_path(RecordId(id)), None, &person.name);
    let choices = activities.into_iter().map(|(id, label)| Choice { value: id.to_string(), label });
    let choices = [Choice { value: String::new(), label: "–".to_owned() }].into_iter().chain(choices).collect();
    let day = person.today.to_string();
    let heads = [
        field(words, &Field::new("activity", words.t("review-activity"), Input::Select { chosen: "", choices })),
        field(
            words,
            &Field { is_required: true, ..Field::new("day", words.t("field-reviewed_on"), Input::Date(&day)) },
        ),
    ];
    let content = html! {
        (page_head(&name, Some(&person.name), &back))
        form.panel method="post" action={ (person_path(RecordId(id))) "/reviews/" (rubric.id) } novalidate {
            div.body.stack {
                div.fgrid { @for one in &heads { (one) } }
                @for one in &rubric.criteria { (question(words, one)) }
                (field(words, &Field { hint: Some(words.t("coaching-read-by-line")), ..Field::new("comment", words.t("field-comment"), Input::Area("")) }))
                div.btns { (button(Purpose::Primary, &words.t("review-save"))) }
            }
        }
    };
    Ok(asker.document(&name, Some(ACTIVE), None, &content))
}

/// One criterion, with its answers as buttons of which one is chosen.
fn question(words: Words, one: &Criterion) -> Markup {
    let code = words.language.code();
    let (least, most) = one.scale.ends();
    let name = format!("answer-{}", one.id);
    let label = |value: u8| match one.scale {
        Scale::Avoided => words.t(if value == 0 { "review-happened" } else { "review-avoided" }),
        Scale::Level => words.count(value),
    };
    html! {
        fieldset.question {
            legend { b { (one.names.of(code)) } }
            p.mut.small { (one.look_for.of(code)) }
            div.btns {
                @for value in least..=most {
                    label.check { input type="radio" name=(name) value=(value); span { (label(value)) } }
                }
                label.check { input type="radio" name=(name) value="" checked; span.mut { (words.t("review-unseen")) } }
            }
        }
    }
}

pub async fn save(
    Asking { coaching, .. }: Asking,
    Path((id, rubric)): Path<(i64, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, WebError> {
    let said = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, text)| text.as_str());
    let mut answers = Answers::new();
    for (name, text) in &pairs {
        let Some(criterion) = name.strip_prefix("answer-").filter(|_| !text.is_empty()) else { continue };
        let value = text.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-choice" })?;
        answers.insert(criterion.to_owned(), Some(value));
    }
    let activity = match said("activity") {
        "" => None,
        id => Some(RecordId(id.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-choice" })?)),
    };
    let new = NewReview {
        person: RecordId(id),
        rubric,
        day: day(said("day"))?,
        activity,
        answers,
        comment: said("comment").to_owned(),
    };
    let review = coaching.add_review(&new, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/reviews/{review}")))
}

pub async fn page(Asking { asker, coaching }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let one = coaching.review(RecordId(id)).await.map_err(failed)?;
    let code = words.language.code();
    let weakest = one.rubric.weakest(&one.answers).map_err(|error| failed(error.into()))?;
    let back = link_button(Purpose::Plain, &person_path(one.person), None, &one.name);
    let sub = format!("{} · {} · {}", one.name, words.date(one.day), one.reviewer);
    let content = html! {
        (page_head(one.rubric.names.of(code), Some(&sub), &back))
        div.cols.st2 {
            (answers(words, &one))
            div.stack {
                (Panel { id: "score", title: &words.t("score"), body: html! {
                    p.big { (one.score.map_or_else(|| "–".to_owned(), |score| words.decimal(score, 1))) }
                    p.mut.small { (words.t("review-score-hint")) }
                    @if let Some((activity, name)) = &one.activity { p { (record_link(&format!("/activities/{activity}"), name)) } }
                }, ..Panel::default() })
                @if !weakest.is_empty() {
                    (Panel { id: "weakest", title: &words.t("review-work-on"), body: html! {
                        ul { @for criterion in &weakest { li { b { (criterion.names.of(code)) } " " span.mut { (criterion.look_for.of(code)) } } } }
                    }, ..Panel::default() })
                }
                @if let Some(comment) = &one.comment {
                    (Panel { id: "comment", title: &words.t("field-comment"), body: html! { p.pre { (comment) } }, ..Panel::default() })
                }
            }
        }
    };
    Ok(asker.document(one.rubric.names.of(code), Some(ACTIVE), None, &content))
}

fn answers(words: Words, one: &Review) -> Markup {
    let code = words.language.code();
    let row = |criterion: &Criterion| {
        let value = one.answers.get(&criterion.id).copied().flatten();
        let value = match (criterion.scale, value) {
            (_, None) => words.t("review-unseen"),
            (Scale::Avoided, Some(0)) => words.t("review-happened"),
            (Scale::Avoided, Some(_)) => words.t("review-avoided"),
            (Scale::Level, Some(level)) => words.count(level),
        };
        Line::new(
            html! { (criterion.names.of(code)) },
            vec![Cell::text(value), Cell::number(words.count(criterion.weight))],
        )
    };
    let title = words.t("review-answers");
    let heads = vec![
        Head::text(words.t("review-criterion")),
        Head::text(words.t("review-seen")),
        Head::number(words.t("weight")),
    ];
    let rows = one.rubric.criteria.iter().map(row).collect();
    let body = Table { label: &title, heads, rows, ..Table::default() }.render();
    Panel { id: "answers", title: &title, body, is_flush: true, ..Panel::default() }.render()
}
