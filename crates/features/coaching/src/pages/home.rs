//! What waits: one's own talks, actions and feedback, and for a leader everybody below at a look.

use super::{ACTIVE, Asking, day_cell, failed, person_path, places};
use crate::{Feedback, Led, Note, Overview, Talk, TalkState, feedback::RATINGS};
use base::RecordId;
use jiff::civil::Date;
use maud::{Markup, Render, html};
use web_kit::{
    WebError, Words,
    components::{
        Cell, Head, Mood, Panel, Purpose, Row as Line, Table, button, link_button, page_head, record_link, tag,
    },
};

pub async fn page(Asking { asker, coaching }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = coaching.overview().await.map_err(failed)?;
    let title = words.t("coaching");
    let way = link_button(Purpose::Plain, &person_path(asker.session.person.id), None, &words.t("coaching-mine"));
    let content = html! {
        (page_head(&title, Some(&words.t("coaching-sub")), &way))
        (places(words, "/coaching"))
        div.stack {
            @if !found.team.is_empty() { (team(words, &found)) }
            div.cols.st2 {
                (talks(words, &found.talks))
                (actions(words, &found.actions, found.today, asker.session.person.id, "/coaching"))
            }
            @if !found.feedback.is_empty() { (to_rate(words, &found.feedback)) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn team(words: Words, found: &Overview) -> Markup {
    let count = |number: usize| if number == 0 { "–".to_owned() } else { words.count(number) };
    let row = |one: &Led| {
        let next = html! {
            @match one.next_talk {
                Some((talk, day)) if day < found.today => { (record_link(&format!("/coaching/talks/{talk}"), &words.date(day))) " " (tag(Mood::Warn, &words.t("talk-past"))) }
                Some((talk, day)) => (record_link(&format!("/coaching/talks/{talk}"), &words.date(day))),
                None => "–",
            }
        };
        let needs = html! {
            @if one.needs > 0 { (tag(Mood::Warn, &words.count(one.needs))) }
            @if one.new_accounts > 0 { " " (tag(Mood::Info, &words.t_with("task-new-count", &[("count", words.count(one.new_accounts).into())]))) }
            @if one.needs == 0 && one.new_accounts == 0 { "–" }
        };
        let cells = vec![
            Cell::text(day_cell(words, one.last_talk)),
            Cell::text(next),
            Cell::number(count(one.open_actions)),
            Cell::number(count(one.feedback)),
            Cell::text(needs),
        ];
        Line::new(record_link(&person_path(one.person), &one.name), cells)
    };
    let title = words.t("coaching-team");
    let heads = vec![
        Head::text(words.t("record-person")),
        Head::text(words.t("talk-last")),
        Head::text(words.t("talk-next")),
        Head::number(words.t("talk-actions")),
        Head::number(words.t("coaching-feedback-30")),
        Head::text(words.t("coaching-needs")),
    ];
    let rows = found.team.iter().map(row).collect();
    let body = Table { label: &title, heads, rows, is_pinned: true, is_lines: true, ..Table::default() }.render();
    Panel { id: "team", title: &title, body, is_flush: true, ..Panel::default() }.render()
}

pub(super) fn talks(words: Words, talks: &[(Talk, String)]) -> Markup {
    let row = |(talk, leader): &(Talk, String)| {
        let cells = vec![
            Cell::text(leader.as_str()),
            Cell::text(talk.topic.as_deref().unwrap_or("–")),
            Cell::text(talk_tag(words, talk.state)),
        ];
        Line::new(record_link(&format!("/coaching/talks/{}", talk.id), &words.date(talk.day)), cells)
    };
    let title = words.t("records-one_on_one");
    let heads = ["field-day", "talk-leader", "field-topic", "state"].map(|key| Head::text(words.t(key)));
    let none = (words.t("talk-none"), words.t("talk-none-hint"));
    Table {
        label: &title,
        heads: heads.into(),
        rows: talks.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    }
    .in_panel("talks", (&none.0, &none.1))
}

pub(super) fn talk_tag(words: Words, state: TalkState) -> Markup {
    let mood = match state {
        TalkState::Planned => Mood::Info,
        TalkState::Held => Mood::Good,
        TalkState::Cancelled => Mood::Neutral,
    };
    tag(mood, &words.choice("state", state.name()))
}

/// What one is to do; done by one press.
pub(super) fn actions(words: Words, actions: &[(Note, String)], today: Date, me: RecordId, back: &str) -> Markup {
    let row = |(note, other): &(Note, String)| {
        let is_between = note.is_between(me);
        let what = html! { @match note.talk.filter(|_| is_between) {
            Some(talk) => (record_link(&format!("/coaching/talks/{talk}"), &note.text)),
            None => (note.text),
        } };
        let due = html! {
            (day_cell(words, note.due))
            @if note.due.is_some_and(|due| due < today) { " " (tag(Mood::Bad, &words.t("part-overdue"))) }
        };
        let done = html! { @if is_between { form method="post" action={ "/coaching/notes/" (note.id) } {
            input type="hidden" name="done" value="yes";
            input type="hidden" name="back" value=(back);
            (button(Purpose::Plain, &words.t("action-done")))
        } } };
        Line::new(what, vec![Cell::text(other.as_str()), Cell::text(due), Cell::text(done)])
    };
    let title = words.t("coaching-actions");
    let heads = ["action_item", "action-with", "appraisal-due", "state"].map(|key| Head::text(words.t(key)));
    let none = (words.t("action-none"), words.t("action-none-hint"));
    Table {
        label: &title,
        heads: heads.into(),
        rows: actions.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    }
    .in_panel("actions", (&none.0, &none.1))
}

/// Feedback that waits to be rated by whoever received it.
pub(super) fn to_rate(words: Words, feedback: &[Feedback]) -> Markup {
    let title = words.t("feedback-to-rate");
    let body = html! {
        @for one in feedback {
            div.stack.noted {
                p { (one.text.as_deref().unwrap_or_default()) }
                p.mut.small { (one.leader_name) " · " (words.date(one.given_on)) }
                (rate(words, one))
            }
        }
    };
    Panel { id: "to-rate", title: &title, note: Some(&words.t("feedback-to-rate-hint")), body, ..Panel::default() }
        .render()
}

pub(super) fn rate(words: Words, one: &Feedback) -> Markup {
    html! {
        form.btns method="post" action={ "/coaching/feedback/" (one.id) } {
            @for rating in RATINGS {
                @let label = words.t(&format!("feedback-rating-{rating}"));
                button.btn.btn-quiet name="rating" value=(rating) title=(label) aria-label={ (words.count(rating)) ": " (label) } { (words.count(rating)) }
            }
        }
    }
}
