//! A 1:1: the agenda that both add to, notes with their readers, actions that follow.

use super::{
    ACTIVE, Asking, day, day_cell, failed, home::talk_tag, names_of, person::reader_choices, person_path, readers,
    some_day,
};
use crate::{Added, CoachingError, Note, NoteKind, Readers, TalkState, talks::Open};
use axum::{Form, extract::Path, response::Redirect};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Choice, Field, Form as PageForm, Input, Mood, Panel, Purpose, button, empty, form, link_button, page_head, tag,
    },
};

pub async fn page(Asking { asker, coaching }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let open = coaching.open_talk(RecordId(id)).await.map_err(failed)?;
    let me = asker.session.person.id;
    let title =
        words.t_with("talk-title", &[("leader", open.leader.clone().into()), ("person", open.person.clone().into())]);
    let back = link_button(Purpose::Plain, &person_path(open.talk.person), None, &open.person);
    let sub = match &open.talk.topic {
        Some(topic) => format!("{} · {topic}", words.date(open.talk.day)),
        None => words.date(open.talk.day),
    };
    let of = |kind: NoteKind| open.notes.iter().filter(move |note| note.kind == kind).collect::<Vec<_>>();
    let mut actions: Vec<&Note> = open.carried.iter().collect();
    actions.extend(of(NoteKind::Action));
    let content = html! {
        (page_head(&title, Some(&sub), &back))
        div.stack {
            div.btns { (talk_tag(words, open.talk.state)) @if open.is_leader && open.talk.state == TalkState::Planned { (steps(words, &open)) } }
            div.cols.st2 {
                div.stack {
                    (notes(words, &open, "agenda", &of(NoteKind::Agenda), me))
                    (notes(words, &open, "notes", &of(NoteKind::Note), me))
                    (notes(words, &open, "actions", &actions, me))
                }
                div.stack {
                    @if open.may_add { (add(words, &open)) }
                    (who_reads(words, &open))
                    (access::looks::panel(words, coaching.db(), &open.looks).await?)
                }
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn steps(words: Words, open: &Open) -> Markup {
    let day = open.talk.day.to_string();
    html! {
        form.btns method="post" action={ "/coaching/talks/" (open.talk.id) } {
            input.input type="date" name="day" value=(day) aria-label=(words.t("field-day"));
            button.btn.btn-primary name="state" value="held" { (words.t("talk-held")) }
            button.btn name="state" value="planned" { (words.t("talk-move")) }
            button.btn.btn-quiet name="state" value="cancelled" { (words.t("talk-cancel")) }
        }
    }
}

fn notes(words: Words, open: &Open, id: &str, notes: &[&Note], me: RecordId) -> Markup {
    let title = words.t(&format!("talk-{id}"));
    let body = html! {
        @if notes.is_empty() { (empty(&words.t(&format!("talk-{id}-none")), &words.t(&format!("talk-{id}-hint")), None)) }
        @else { ul.plain.stack { @for note in notes { li.noted { (one(words, open, note, me)) } } } }
    };
    Panel { id, title: &title, body, ..Panel::default() }.render()
}

/// A text with its writer and its readers.
fn one(words: Words, open: &Open, note: &Note, me: RecordId) -> Markup {
    let is_action = note.kind == NoteKind::Action;
    html! {
        p.pre { (note.text) }
        div.btns.small.mut {
            span { (note.writer_name) " · " (words.date(note.written_on)) }
            @if note.talk != Some(open.talk.id) { (tag(Mood::Info, &words.t("talk-carried"))) }
            (tag(Mood::Neutral, &words.choice("readers", note.readers.name())))
            span { (note.reader_names.join(", ")) }
        }
        @if is_action {
            div.btns.small {
                @if let Some((_, doer)) = &note.doer { b { (doer) } }
                @if note.due.is_some() { span { (words.t("appraisal-due")) ": " (day_cell(words, note.due)) } }
                form method="post" action={ "/coaching/notes/" (note.id) } {
                    input type="hidden" name="back" value={ "/coaching/talks/" (open.talk.id) };
                    @if note.done_on.is_some() {
                        input type="hidden" name="done" value="no";
                        (tag(Mood::Good, &words.t("action-done"))) " " (button(Purpose::Quiet, &words.t("action-reopen")))
                    } @else {
                        input type="hidden" name="done" value="yes";
                        (button(Purpose::Plain, &words.t("action-done")))
                    }
                }
            }
        }
        @if note.writer == me {
            details.override { summary.small { (words.t("note-readers-change")) }
                form.btns method="post" action={ "/coaching/notes/" (note.id) } {
                    input type="hidden" name="back" value={ "/coaching/talks/" (open.talk.id) };
                    select.select name="readers" aria-label=(words.t("field-readers")) {
                        @for (readers, names) in open.readers.iter().filter(|(readers, _)| *readers != Readers::Own || note.may_be_own()) {
                            option value=(readers.name()) selected[*readers == note.readers] { (names_of(words, *readers, names)) }
                        }
                    }
                    (button(Purpose::Plain, &words.t("save")))
                }
            }
        }
    }
}

fn add(words: Words, open: &Open) -> Markup {
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label };
    let kinds = NoteKind::TALK.map(|kind| choice(kind.name(), words.choice("kind", kind.name()))).into();
    let readers = reader_choices(words, &open.readers);
    let doers = vec![choice("person", open.person.clone()), choice("leader", open.leader.clone())];
    let fields = [
        Field::new("kind", words.t("field-kind"), Input::Select { chosen: "agenda", choices: kinds }),
        Field { is_required: true, ..Field::new("text", words.t("field-text"), Input::Area("")) },
        Field {
            hint: Some(words.t("talk-readers-hint")),
            ..Field::new("readers", words.t("field-readers"), Input::Select { chosen: "both", choices: readers })
        },
        Field {
            hint: Some(words.t("talk-action-hint")),
            ..Field::new("doer", words.t("field-doer"), Input::Select { chosen: "person", choices: doers })
        },
        Field::new("due", words.t("appraisal-due"), Input::Date("")),
    ];
    let action = format!("/coaching/talks/{}/notes", open.talk.id);
    let (title, submit) = (words.t("talk-add"), words.t("talk-add-do"));
    form(words, &PageForm::fresh(words, &action, &title, &submit, &fields))
}

fn who_reads(words: Words, open: &Open) -> Markup {
    let title = words.t("talk-who-reads");
    let body = html! {
        dl.facts { @for (readers, names) in &open.readers {
            dt { (words.choice("readers", readers.name())) } dd { (names.join(", ")) }
        } }
        p.mut.small { (words.t("talk-who-reads-hint")) }
    };
    Panel { id: "who-reads", title: &title, body, ..Panel::default() }.render()
}

#[derive(Deserialize)]
pub struct Planned {
    day: String,
    topic: String,
}

pub async fn plan(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Planned>,
) -> Result<Redirect, WebError> {
    let talk = coaching.plan_talk(RecordId(id), day(&typed.day)?, &typed.topic, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/talks/{talk}")))
}

#[derive(Deserialize)]
pub struct Moved {
    state: String,
    day: String,
}

pub async fn step(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Moved>,
) -> Result<Redirect, WebError> {
    let state = TalkState::ALL.into_iter().find(|state| state.name() == typed.state);
    let state = state.ok_or_else(|| failed(CoachingError::Kind))?;
    coaching.move_talk(RecordId(id), state, some_day(&typed.day)?, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/talks/{id}")))
}

#[derive(Deserialize)]
pub struct NewText {
    kind: String,
    text: String,
    readers: String,
    #[serde(default)]
    doer: String,
    #[serde(default)]
    due: String,
}

pub async fn add_text(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<NewText>,
) -> Result<Redirect, WebError> {
    let kind = NoteKind::TALK.into_iter().find(|kind| kind.name() == typed.kind);
    let added = Added {
        kind: kind.ok_or_else(|| failed(CoachingError::Kind))?,
        readers: readers(&typed.readers)?,
        text: typed.text,
        by_leader: typed.doer == "leader",
        due: some_day(&typed.due)?,
    };
    coaching.add(RecordId(id), &added, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/talks/{id}")))
}

#[derive(Deserialize)]
pub struct Changed {
    #[serde(default)]
    done: String,
    #[serde(default)]
    readers: String,
    back: String,
}

/// An action is done, or a text has other readers.
pub async fn note(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Changed>,
) -> Result<Redirect, WebError> {
    let id = RecordId(id);
    if typed.readers.is_empty() {
        coaching.tick(id, typed.done == "yes", Origin::Ui).await.map_err(failed)?;
    } else {
        coaching.readers(id, readers(&typed.readers)?, Origin::Ui).await.map_err(failed)?;
    }
    // Back to where one was, within coaching.
    let back = if typed.back.starts_with("/coaching") { typed.back } else { "/coaching".to_owned() };
    Ok(Redirect::to(&back))
}
