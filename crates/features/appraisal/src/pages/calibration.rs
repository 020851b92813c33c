//! Calibration: distribution beside the guide, the nine boxes, and everybody with the grade that follows and the one it was moved to.

use super::{ACTIVE, Asking, failed};
use crate::{Appraisal, CycleState, Graded, Move};
use axum::{Form, extract::Path, response::Redirect};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::{
    appraisal::{Grade, Potential},
    log::Origin,
};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Head, Mood, Panel, Purpose, Row as Line, Table, button, link_button, page_head, record_link, tag,
    },
};

/// Boxes as they are drawn: the best performance and potential in the corner at the right above.
const POTENTIALS: [Potential; 3] = [Potential::High, Potential::Medium, Potential::Low];

pub async fn page(Asking { asker, appraisal }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let cycle = appraisal.cycle(RecordId(id)).await.map_err(failed)?;
    let standings = appraisal.standings(&cycle).await.map_err(failed)?;
    let moves = appraisal.moves(&cycle).await.map_err(failed)?;
    let title = words.t("calibration");
    let sub = format!("{} · {}", cycle.name, words.period(&cycle.period));
    let back = link_button(Purpose::Plain, &format!("/appraisals/cycles/{id}"), None, &words.t("cycle-progress"));
    let me = asker.session.person.id;
    let is_open = cycle.state == CycleState::Open;
    let content = html! {
        (page_head(&title, Some(&sub), &back))
        div.stack {
            div.sv {
                (distribution(words, &standings))
                (boxes(words, &standings))
            }
            (people(words, &standings, |one| is_open && one.person != me))
            @if !moves.is_empty() { (moved(words, &moves)) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn distribution(words: Words, standings: &[Graded]) -> Markup {
    let found = Appraisal::distribution(standings);
    let all: usize = found.iter().map(|(_, count, _)| count).sum();
    let rows = found.iter().map(|(grade, count, guide)| {
        let cells = vec![
            Cell::number(words.count(*count)),
            Cell::number(words.count(*guide)),
            Cell::number(share(words, *count, all)),
        ];
        Line::new(grade.name(), cells)
    });
    let title = words.t("calibration-distribution");
    let heads = vec![
        Head::text(words.t("grade")),
        Head::number(words.t("calibration-people")),
        Head::number(words.t("calibration-guide")),
        Head::number("%"),
    ];
    let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
    let note = words.t("calibration-guide-hint");
    Panel {
        id: "distribution",
        title: &title,
        note: Some(&note),
        body: table.render(),
        is_flush: true,
        ..Panel::default()
    }
    .render()
}

fn share(words: Words, count: usize, all: usize) -> String {
    let amount = |count: usize| base::Amount::from(i64::try_from(count).unwrap_or(i64::MAX));
    let share = base::Fraction::new(amount(count), amount(all));
    if all == 0 { String::new() } else { words.percent(share).map(|share| share.to_string()).unwrap_or_default() }
}

fn boxes(words: Words, standings: &[Graded]) -> Markup {
    let title = words.t("calibration-boxes");
    let body = html! {
        table.boxes {
            caption.sr-only { (title) }
            thead { tr { th scope="col" { (words.t("calibration-potential")) }
                @for column in ["low", "middle", "high"] { th scope="col" { (words.t(&format!("performance-{column}"))) } } } }
            tbody {
                @for (row, potential) in POTENTIALS.iter().enumerate() {
                    tr {
                        th scope="row" { (words.t(&format!("choice-potential-{}", potential.name()))) }
                        @for column in 0..3u8 {
                            @let number = 3 * column + 3 - u8::try_from(row).unwrap_or(0);
                            td { span.mut.small { (number) }
                                @for one in standings.iter().filter(|one| one.nine_box() == Some(number)) { div { (one.name) } } }
                        }
                    }
                }
            }
        }
    };
    let unplaced = standings.iter().filter(|one| one.nine_box().is_none()).count();
    let note = words.t_with("calibration-unplaced", &[("count", words.count(unplaced).into())]);
    Panel { id: "boxes", title: &title, note: Some(&note), body, ..Panel::default() }.render()
}

fn people(words: Words, standings: &[Graded], may_move: impl Fn(&Graded) -> bool) -> Markup {
    let row = |one: &Graded| {
        let grade = |grade: Option<Grade>| grade.map_or("–", Grade::name);
        let is_moved = one.grade != one.computed;
        let change = html! {
            form.btns.move method="post" action={ "/appraisals/" (one.form) "/grade" } {
                select.select name="grade" aria-label={ (words.t("grade")) ": " (one.name) } {
                    option value="" { "–" }
                    @for to in Grade::ALL { option value=(to.name()) { (to.name()) } }
                }
                select.select name="potential" aria-label={ (words.t("calibration-potential")) ": " (one.name) } {
                    option value="" { (words.t("calibration-potential")) }
                    @for to in Potential::ALL { option value=(to.name()) selected[one.potential == Some(to)] { (words.t(&format!("choice-potential-{}", to.name()))) } }
                }
                input.input name="reason" placeholder=(words.t("form-override-reason")) aria-label={ (words.t("form-override-reason")) ": " (one.name) };
                (button(Purpose::Plain, &words.t("save")))
            }
        };
        let potential =
            one.potential.map(|one| words.t(&format!("choice-potential-{}", one.name()))).unwrap_or_default();
        let cells = vec![
            Cell::text(words.choice("role", &one.role)),
            Cell::number(one.overall.map_or_else(|| "–".to_owned(), |overall| words.decimal(overall, 2))),
            Cell::text(grade(one.computed)),
            Cell::text(
                html! { b { (grade(one.grade)) } @if is_moved { " " (tag(Mood::Info, &words.t("calibration-moved"))) }
                @if one.is_appealed { " " (tag(Mood::Warn, &words.t("appeal-open"))) } },
            ),
            Cell::text(if may_move(one) {
                change
            } else {
                html! { (potential) }
            }),
        ];
        Line::new(record_link(&format!("/appraisals/{}", one.form), &one.name), cells)
    };
    let title = words.t("calibration-everybody");
    let heads = vec![
        Head::text(words.t("role-person")),
        Head::text(words.t("role")),
        Head::number(words.t("form-overall")),
        Head::text(words.t("calibration-follows")),
        Head::text(words.t("grade")),
        Head::text(words.t("calibration-move")),
    ];
    let table = Table { label: &title, heads, rows: standings.iter().map(row).collect(), ..Table::default() };
    Panel { id: "everybody", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

fn moved(words: Words, moves: &[Move]) -> Markup {
    let grade = |grade: Option<Grade>| grade.map_or("–", Grade::name);
    let rows = moves.iter().map(|one| {
        let cells = vec![
            Cell::text(format!("{} → {}", grade(one.before), grade(one.after))),
            Cell::text(one.reason.as_str()),
            Cell::text(one.by.as_str()),
            Cell::text(one.on.map(|day| words.date(day)).unwrap_or_default()),
        ];
        Line::new(record_link(&format!("/appraisals/{}", one.form), &one.name), cells)
    });
    let title = words.t("calibration-moves");
    let heads = ["role-person", "grade", "form-override-reason", "calibration-by", "description-date"]
        .map(|key| Head::text(words.t(key)));
    let table = Table { label: &title, heads: heads.into(), rows: rows.collect(), ..Table::default() };
    Panel { id: "moves", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

#[derive(Deserialize)]
pub struct Moved {
    #[serde(default)]
    grade: String,
    #[serde(default)]
    potential: String,
    #[serde(default)]
    reason: String,
}

/// Moves a grade, says a potential, or both.
pub async fn change(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(moved): Form<Moved>,
) -> Result<Redirect, WebError> {
    let form = RecordId(id);
    let wrong = || WebError::Refused { hint_key: "error-not-a-choice" };
    if !moved.grade.is_empty() {
        let to = Grade::ALL.into_iter().find(|grade| grade.name() == moved.grade).ok_or_else(wrong)?;
        appraisal.calibrate(form, to, &moved.reason, Origin::Ui).await.map_err(failed)?;
    }
    if !moved.potential.is_empty() {
        let to = Potential::ALL.into_iter().find(|one| one.name() == moved.potential).ok_or_else(wrong)?;
        appraisal.set_potential(form, to, Origin::Ui).await.map_err(failed)?;
    }
    let cycle = appraisal.cycle_of(form).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/appraisals/cycles/{cycle}/calibration")))
}
