//! Calibration: distribution beside the guide, what forcing it would move, raters, the nine boxes, and everybody with the grade that
//! follows and the one it was moved to.

use super::{ACTIVE, Asking, failed};
use crate::{APPEALED, Appraisal, AppraisalError, Cycle, CycleState, FORCED, Graded, Move, Off, Rater, forced};
use access::Asker;
use axum::{Form, extract::Path, response::Redirect};
use base::{Amount, RecordId};
use maud::{Markup, Render, html};
use rules::{
    appraisal::{Grade, Potential, Strictness},
    log::Origin,
};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Head, Message, Mood, Panel, Purpose, Row as Line, Table, button, link_button, message, page_head,
        record_link, tag,
    },
};

/// Boxes as they are drawn: the best performance and potential in the corner at the right above.
const POTENTIALS: [Potential; 3] = [Potential::High, Potential::Medium, Potential::Low];

pub async fn page(Asking { asker, appraisal }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    document(&asker, &appraisal, RecordId(id), None).await
}

/// The page; above it what was refused, and where the grades leave the guide.
pub async fn document(
    asker: &Asker,
    appraisal: &Appraisal,
    id: RecordId,
    refused: Option<&[Off]>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let cycle = appraisal.cycle(id).await.map_err(failed)?;
    let standings = appraisal.standings(&cycle).await.map_err(failed)?;
    appraisal.look_at_results(id).await.map_err(failed)?;
    let moves = appraisal.moves(&cycle).await.map_err(failed)?;
    let raters = if cycle.leniency { appraisal.raters(&standings).await.map_err(failed)? } else { Vec::new() };
    let title = words.t("calibration");
    let sub = format!("{} · {}", cycle.name, words.period(&cycle.period));
    let back = link_button(Purpose::Plain, &format!("/appraisals/cycles/{id}"), None, &words.t("cycle-progress"));
    let me = asker.session.person.id;
    let is_open = cycle.state == CycleState::Open;
    let content = html! {
        (page_head(&title, Some(&sub), &back))
        div.stack {
            @if let Some(off) = refused { (leaves(words, off)) }
            div.sv {
                (distribution(words, &cycle, &standings))
                (boxes(words, &standings))
            }
            @if is_open && cycle.guide == Strictness::Forced { (force_panel(words, &cycle, &standings, me)?) }
            @if !raters.is_empty() { (lenient(words, &raters)) }
            (people(words, &cycle, &standings, |one| is_open && one.person != me))
            @if !moves.is_empty() { (moved(words, &moves)) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// Why the release is refused: each grade with its count.
fn leaves(words: Words, off: &[Off]) -> Markup {
    let told = off.iter().map(|one| match one {
        Off::Few(grade, people, share) => words.t_with(
            "calibration-few",
            &[
                ("grade", grade.name().into()),
                ("count", words.count(*people).into()),
                ("share", share.to_text().into()),
            ],
        ),
        Off::Many(grade, people, share) => words.t_with(
            "calibration-many",
            &[
                ("grade", grade.name().into()),
                ("count", words.count(*people).into()),
                ("share", share.to_text().into()),
            ],
        ),
        Off::Other(grade, people, forced) => words.t_with(
            "calibration-other",
            &[
                ("grade", grade.name().into()),
                ("count", words.count(*people).into()),
                ("forced", words.count(*forced).into()),
            ],
        ),
    });
    let hint = told.collect::<Vec<_>>().join(" · ");
    let what = words.t("calibration-refused");
    message(words, &Message { mood: Mood::Bad, what: &what, hint: Some(&hint), buttons: None, reference: None })
}

/// What forcing would do, before it is done: who, from which grade to which.
fn force_panel(words: Words, cycle: &Cycle, standings: &[Graded], me: RecordId) -> Result<Markup, WebError> {
    let title = words.t("calibration-forced");
    let note = words.t("calibration-forced-hint");
    let panel = |body: Markup, is_flush: bool, footer: Option<Markup>| {
        Panel { id: "forced", title: &title, note: Some(&note), body, is_flush, footer, ..Panel::default() }.render()
    };
    let moves = match forced(standings) {
        Ok(moves) => moves,
        Err(AppraisalError::Rule(rules::appraisal::AppraisalError::TooFew { count })) => {
            let few = words.t_with("calibration-too-few", &[("count", words.count(count).into())]);
            return Ok(panel(html! { p { (few) } }, false, None));
        }
        Err(error) => return Err(failed(error)),
    };
    if moves.is_empty() {
        return Ok(panel(html! { p { (words.t("calibration-forced-done")) } }, false, None));
    }
    let score = words.t(if cycle.leniency { "calibration-adjusted" } else { "form-overall" });
    let rows = moves.iter().map(|one| {
        let cells = vec![
            Cell::number(words.decimal(one.score, 2)).labelled(score.as_str()),
            Cell::text(one.before.map_or("–", Grade::name)).labelled(words.t("calibration-before")),
            Cell::text(html! { b { (one.after.name()) } }).labelled(words.t("calibration-after")),
        ];
        Line::new(record_link(&format!("/appraisals/{}", one.form), &one.name), cells)
    });
    let heads = vec![
        Head::text(words.t("role-person")),
        Head::number(score.as_str()),
        Head::text(words.t("calibration-before")),
        Head::text(words.t("calibration-after")),
    ];
    let table = Table { label: &title, heads, rows: rows.collect(), is_lines: true, ..Table::default() };
    let count = words.t_with("calibration-would-move", &[("count", words.count(moves.len()).into())]);
    let footer = html! {
        @if moves.iter().any(|one| one.person == me) { p { (words.t("calibration-error-own")) } }
        @else {
            form.btns method="post" action={ "/appraisals/cycles/" (cycle.id) "/calibration" } {
                @for one in &moves { input type="hidden" name="move" value={ (one.form) " " (one.after.name()) }; }
                (button(Purpose::Primary, &words.t("calibration-force"))) " " span.mut { (count) }
            }
        }
    };
    Ok(panel(table.render(), true, Some(footer)))
}

/// Does what was looked at.
pub async fn force(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, WebError> {
    let read = |text: &str| {
        let (form, grade) = text.split_once(' ')?;
        let grade = Grade::ALL.into_iter().find(|one| one.name() == grade)?;
        Some((RecordId(form.parse().ok()?), grade))
    };
    let moves = pairs.iter().filter(|(name, _)| name == "move").map(|(_, text)| read(text));
    let moves = moves.collect::<Option<Vec<_>>>().ok_or(WebError::Refused { hint_key: "error-not-a-choice" })?;
    appraisal.force(RecordId(id), &moves, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/appraisals/cycles/{id}/calibration")))
}

/// Each rater beside everybody, and the rule.
fn lenient(words: Words, raters: &[Rater]) -> Markup {
    let title = words.t("calibration-leniency");
    let rows = raters.iter().map(|one| {
        let cells = vec![
            Cell::number(words.count(one.given.count)).labelled(words.t("calibration-scores")),
            Cell::number(words.decimal(one.given.mean, 2)).labelled(words.t("calibration-mean")),
            Cell::number(words.decimal(one.given.deviation, 2)).labelled(words.t("calibration-deviation")),
            Cell::number(words.decimal(one.adjusted, 2)).labelled(words.t("calibration-adjusted")),
        ];
        Line::new(one.name.as_str(), cells)
    });
    let all = raters.first().map(|one| {
        let cells = vec![
            Cell::number(words.count(one.all.count)).labelled(words.t("calibration-scores")),
            Cell::number(words.decimal(one.all.mean, 2)).labelled(words.t("calibration-mean")),
            Cell::number(words.decimal(one.all.deviation, 2)).labelled(words.t("calibration-deviation")),
            Cell::text("").absent(),
        ];
        Line::new(words.t("calibration-everybody"), cells)
    });
    let heads = vec![
        Head::text(words.t("part-manager")),
        Head::number(words.t("calibration-scores")),
        Head::number(words.t("calibration-mean")),
        Head::number(words.t("calibration-deviation")),
        Head::number(words.t("calibration-adjusted")),
    ];
    let table = Table {
        label: &title,
        heads,
        rows: rows.collect(),
        foot: all.into_iter().collect(),
        is_lines: true,
        ..Table::default()
    };
    let footer = html! { p.mut.small { (words.t("calibration-leniency-rule")) } };
    Panel {
        id: "leniency",
        title: &title,
        body: table.render(),
        footer: Some(footer),
        is_flush: true,
        ..Panel::default()
    }
    .render()
}

fn distribution(words: Words, cycle: &Cycle, standings: &[Graded]) -> Markup {
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
    let note = words.t(&format!("calibration-guide-{}", cycle.guide.name()));
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
    let amount = |count: usize| Amount::from(i64::try_from(count).unwrap_or(i64::MAX));
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

fn people(words: Words, cycle: &Cycle, standings: &[Graded], may_move: impl Fn(&Graded) -> bool) -> Markup {
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
        let number =
            |score: Option<Amount>| Cell::number(score.map_or_else(|| "–".to_owned(), |score| words.decimal(score, 2)));
        let mut cells = vec![Cell::text(words.choice("role", &one.role)), number(one.overall)];
        cells.extend(cycle.leniency.then(|| number(one.adjusted)));
        cells.extend([
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
        ]);
        Line::new(record_link(&format!("/appraisals/{}", one.form), &one.name), cells)
    };
    let title = words.t("calibration-everybody");
    let mut heads =
        vec![Head::text(words.t("role-person")), Head::text(words.t("role")), Head::number(words.t("form-overall"))];
    heads.extend(cycle.leniency.then(|| Head::number(words.t("calibration-adjusted"))));
    heads.extend(["calibration-follows", "grade", "calibration-move"].map(|key| Head::text(words.t(key))));
    let table = Table { label: &title, heads, rows: standings.iter().map(row).collect(), ..Table::default() };
    Panel { id: "everybody", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

/// As it was written; the product's own in the reader's language.
fn reason(words: Words, reason: &str) -> String {
    match reason {
        FORCED => words.t("calibration-forced"),
        APPEALED => words.t("appeal"),
        said => said.to_owned(),
    }
}

fn moved(words: Words, moves: &[Move]) -> Markup {
    let grade = |grade: Option<Grade>| grade.map_or("–", Grade::name);
    let rows = moves.iter().map(|one| {
        let cells = vec![
            Cell::text(format!("{} → {}", grade(one.before), grade(one.after))),
            Cell::text(reason(words, &one.reason)),
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
