//! The inbox: one's own form first, then those of others; one's results; and for HR the cycles.

use super::{ACTIVE, Asking, failed};
use crate::{Appraisal, Cycle, CycleState, PartState, Task};
use maud::{Markup, Render, html};
use rules::appraisal::RaterKind;
use web_kit::{
    WebError, Words,
    components::{Cell, Head, Mood, Panel, Purpose, Row as Line, Table, link_button, page_head, record_link, tag},
};

pub async fn page(Asking { asker, appraisal }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let title = words.t("appraisal");
    let runs = appraisal.runs_appraisals().await.map_err(failed)?;
    let end = if runs {
        link_button(Purpose::Primary, "/appraisals/cycles", Some("plus"), &words.t("cycle-new"))
    } else {
        html! {}
    };
    let end = html! { @if runs { (link_button(Purpose::Plain, "/hr", None, &words.t("hr-board"))) } (link_button(Purpose::Plain, "/development", None, &words.t("development"))) (end) };
    let content = html! {
        (page_head(&title, Some(&words.t("appraisal-hint")), &end))
        div.stack {
            (inbox(words, &appraisal.inbox().await.map_err(failed)?))
            (results(words, &appraisal).await?)
            @if runs { (cycles(words, &appraisal.cycles().await.map_err(failed)?)) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn inbox(words: Words, tasks: &[Task]) -> Markup {
    let row = |task: &Task| {
        let name = match task.part.kind {
            RaterKind::Own => words.t("appraisal-own"),
            _ => task.name.clone(),
        };
        let cells = vec![
            Cell::text(words.t(&format!("part-{}", task.part.kind.name()))),
            Cell::text(task.cycle.as_str()),
            Cell::text(words.date(task.part.due)),
            Cell::text(standing(words, task)),
        ];
        Line::new(record_link(&format!("/appraisals/{}", task.part.form), &name), cells)
    };
    let title = words.t("appraisal-inbox");
    let heads = ["appraisal-of", "appraisal-part", "appraisal_cycle", "appraisal-due", "state"]
        .map(|key| Head::text(words.t(key)));
    let none = (words.t("appraisal-inbox-empty"), words.t("appraisal-inbox-empty-hint"));
    Table { label: &title, heads: heads.into(), rows: tasks.iter().map(row).collect(), ..Table::default() }
        .in_panel("inbox", (&none.0, &none.1))
}

fn standing(words: Words, task: &Task) -> Markup {
    match (task.part.state, task.is_overdue) {
        (PartState::Done, _) => tag(Mood::Good, &words.t("part-state-done")),
        (_, true) => tag(Mood::Bad, &words.t("part-overdue")),
        _ => tag(Mood::Info, &words.t("part-state-open")),
    }
}

async fn results(words: Words, appraisal: &Appraisal) -> Result<Markup, WebError> {
    let found = appraisal.own_results().await.map_err(failed)?;
    if found.is_empty() {
        return Ok(html! {});
    }
    let rows = found.iter().map(|(form, cycle)| {
        Line::new(
            record_link(&format!("/appraisals/{form}"), &cycle.name),
            vec![Cell::text(words.period(&cycle.period)), Cell::text(cycle_tag(words, cycle.state))],
        )
    });
    let title = words.t("appraisal-results");
    let heads = ["appraisal_cycle", "period", "state"].map(|key| Head::text(words.t(key)));
    let table = Table { label: &title, heads: heads.into(), rows: rows.collect(), ..Table::default() };
    Ok(Panel { id: "results", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render())
}

fn cycles(words: Words, cycles: &[Cycle]) -> Markup {
    let row = |cycle: &Cycle| {
        let cells = vec![
            Cell::text(words.period(&cycle.period)),
            Cell::text(words.date(cycle.manager_due)),
            Cell::text(cycle_tag(words, cycle.state)),
        ];
        Line::new(record_link(&format!("/appraisals/cycles/{}", cycle.id), &cycle.name), cells)
    };
    let title = words.t("appraisal-cycles");
    let heads = ["appraisal_cycle", "period", "cycle-manager-due", "state"].map(|key| Head::text(words.t(key)));
    let none = (words.t("cycle-none"), words.t("cycle-none-hint"));
    Table { label: &title, heads: heads.into(), rows: cycles.iter().map(row).collect(), ..Table::default() }
        .in_panel("cycles", (&none.0, &none.1))
}

pub fn cycle_tag(words: Words, state: CycleState) -> Markup {
    let mood = match state {
        CycleState::Open => Mood::Info,
        CycleState::Released => Mood::Good,
        CycleState::Closed => Mood::Neutral,
    };
    tag(mood, &words.t(&format!("cycle-{}", state.name())))
}
