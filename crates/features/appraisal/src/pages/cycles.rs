//! A cycle: set up with a preview on real people, launched, and how far everybody is.

use super::{ACTIVE, Asking, calibration, day, failed, home};
use crate::{Appraisal, AppraisalError, Cycle, CycleState, Frozen, LaunchPlan, Note, Part, PartState, Planned, Setup};
use access::{Access, Asker};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use base::{Amount, RecordId, Seq};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, Render, html};
use rules::{
    appraisal::{Grade, Grades, Means, Measure, RaterKind, Strictness},
    log::Origin,
};
use std::collections::BTreeMap;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Head, Input, Message, Mood, Panel, Purpose, Row as Line, Table, button, check_box, facts,
        field, link_button, message, page_head, progress, record_link, tag,
    },
};

/// Per cent, where nothing else is said (E4).
const KPI_WEIGHT: &str = "70";
/// What the fields of a cycle's measure begin with.
const MEASURE: &str = "measure-";
const LEAST: &str = "measure-least";
const TRIMMED: &str = "measure-trimmed";
/// Days that people have, from today.
const OWN_DAYS: i64 = 10;
const OTHERS_DAYS: i64 = 14;
const MANAGER_DAYS: i64 = 21;

/// A cycle as it stands in the form, whatever was typed.
struct Typed {
    name: String,
    period: String,
    roles: Vec<String>,
    kpi_weight: String,
    upward: bool,
    guide: String,
    leniency: bool,
    /// Weights of sides, the least answers, bounds of grades: by the names of the form.
    measure: BTreeMap<String, String>,
    own_due: String,
    others_due: String,
    manager_due: String,
}

impl Typed {
    async fn fresh(appraisal: &Appraisal) -> Result<Self, AppraisalError> {
        let today = appraisal.today().await?;
        let company = appraisal.company().await?;
        let period = company.calendar.period_of(today, base::Grain::Year)?.label;
        let after = |days: i64| today.saturating_add(days.days()).to_string();
        Ok(Self {
            name: String::new(),
            period,
            roles: appraisal.roles(today).await?.into_keys().collect(),
            kpi_weight: KPI_WEIGHT.to_owned(),
            upward: true,
            guide: Strictness::default().name().to_owned(),
            leniency: false,
            measure: written(&Measure::default()),
            own_due: after(OWN_DAYS),
            others_due: after(OTHERS_DAYS),
            manager_due: after(MANAGER_DAYS),
        })
    }

    fn read(pairs: &[(String, String)]) -> Self {
        let said = |wanted: &str| {
            pairs.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.trim().to_owned()).unwrap_or_default()
        };
        Self {
            name: said("name"),
            period: said("period"),
            roles: pairs.iter().filter(|(name, _)| name == "role").map(|(_, role)| role.clone()).collect(),
            kpi_weight: said("kpi_weight"),
            upward: !said("upward").is_empty(),
            guide: said("guide"),
            leniency: !said("leniency").is_empty(),
            measure: pairs.iter().filter(|(name, _)| name.starts_with(MEASURE)).cloned().collect(),
            own_due: said("own_due"),
            others_due: said("others_due"),
            manager_due: said("manager_due"),
        }
    }

    /// A field that is not sent keeps the reference's value; an empty weight is none.
    fn measured(&self) -> Result<Measure, WebError> {
        let usual = written(&Measure::default());
        let said = |name: &str| self.measure.get(name).or_else(|| usual.get(name)).map_or("", |text| text.trim());
        let wrong = |_| WebError::Refused { hint_key: "error-not-a-number" };
        let mut weights = BTreeMap::new();
        for kind in RaterKind::ALL {
            let weight = said(&weight_name(kind));
            weights.insert(kind, if weight.is_empty() { Amount::ZERO } else { weight.parse().map_err(wrong)? });
        }
        let mut bands = Vec::new();
        for grade in Grade::ALL {
            let is_last = grade == Grade::E;
            bands.push((grade, if is_last { None } else { Some(said(&grade_name(grade)).parse().map_err(wrong)?) }));
        }
        let least = said(LEAST).parse().map_err(|_| WebError::Refused { hint_key: "cycle-error-least" })?;
        let means = if self.measure.contains_key(TRIMMED) { Means::Trimmed } else { Means::Plain };
        let measure = Grades::new(bands).and_then(|grades| Measure::new(weights, least, means, grades));
        measure.map_err(|error| failed(error.into()))
    }

    fn setup(&self) -> Result<Setup, WebError> {
        Ok(Setup {
            name: self.name.clone(),
            period: self.period.clone(),
            roles: self.roles.clone(),
            kpi_weight: self.kpi_weight.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-number" })?,
            upward: self.upward,
            guide: Strictness::read(&self.guide).ok_or(WebError::Refused { hint_key: "error-not-a-choice" })?,
            leniency: self.leniency,
            measure: self.measured()?,
            own_due: day(&self.own_due)?,
            others_due: day(&self.others_due)?,
            manager_due: day(&self.manager_due)?,
        })
    }
}

fn weight_name(kind: RaterKind) -> String {
    format!("{MEASURE}weight-{}", kind.name())
}

fn grade_name(grade: Grade) -> String {
    format!("{MEASURE}grade-{}", grade.name())
}

/// As the form has it.
fn written(measure: &Measure) -> BTreeMap<String, String> {
    let weights = RaterKind::ALL.map(|kind| (weight_name(kind), measure.weight(kind).to_text()));
    let bands = measure.grades().bands().filter_map(|(grade, from)| Some((grade_name(grade), from?.to_text())));
    let least = [(LEAST.to_owned(), measure.least().to_string())];
    weights.into_iter().chain(bands).chain(least).collect()
}

/// What a company may set beside the reference's.
fn measure(words: Words, typed: &Typed) -> Markup {
    let said = |name: &str| typed.measure.get(name).map_or("", String::as_str);
    let number = |name: &str, label: String| field(words, &Field::new(name, label, Input::Decimal(said(name))));
    let is_changed = typed.measure != written(&Measure::default());
    html! {
        details.more open[is_changed] {
            summary { (words.t("cycle-measure")) }
            div.stack {
                p.mut.small { (words.t("cycle-measure-hint")) }
                div.fgrid {
                    @for kind in RaterKind::ALL {
                        (number(&weight_name(kind), words.t_with("cycle-weight", &[("side", words.t(&format!("part-{}", kind.name())).into())])))
                    }
                    (number(LEAST, words.t("cycle-least")))
                    @for grade in Grade::ALL.into_iter().filter(|grade| *grade != Grade::E) {
                        (number(&grade_name(grade), words.t_with("cycle-grade-from", &[("grade", grade.name().into())])))
                    }
                }
                (check_box(TRIMMED, &words.t("cycle-trimmed"), typed.measure.contains_key(TRIMMED)))
            }
        }
    }
}

pub async fn new(Asking { asker, appraisal }: Asking) -> Result<Markup, WebError> {
    appraisal.only_who_runs().await.map_err(failed)?;
    let typed = Typed::fresh(&appraisal).await.map_err(failed)?;
    document(&asker, &appraisal, &typed, &html! {}).await
}

/// Shows what launching would do, or launches what was shown.
pub async fn launch(
    Asking { asker, appraisal }: Asking,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let typed = Typed::read(&pairs);
    let said = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    // On another day it is another plan.
    let today = appraisal.today().await.map_err(failed)?.to_string();
    let seen = said("seq").and_then(|seq| seq.parse::<i64>().ok()).filter(|_| said("as_of") == Some(&today));
    let is_launched = pairs.iter().any(|(name, value)| name == "step" && value == "launch");
    if let (Some(seen), true, Ok(setup)) = (seen, is_launched, typed.setup()) {
        match launched(&appraisal.clone().seen_at(Seq(seen)), &setup).await {
            // What was written meanwhile, or cannot be, is told beside a preview of now.
            Err(WebError::Conflict | WebError::Refused { .. }) => {}
            told => return Ok(Redirect::to(&format!("/appraisals/cycles/{}", told?)).into_response()),
        }
    }
    let planned = match typed.setup() {
        Ok(setup) => appraisal.plan(&setup).await.map_err(failed),
        Err(error) => Err(error),
    };
    let plan = match planned {
        Ok(plan) => plan,
        Err(error) => {
            let WebError::Refused { hint_key: key } = error else { return Err(error) };
            let words = asker.words;
            let what = words.t(key);
            let wrong =
                message(words, &Message { mood: Mood::Bad, what: &what, hint: None, buttons: None, reference: None });
            let page = document(&asker, &appraisal, &typed, &wrong).await?;
            return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let preview = preview(asker.words, &plan);
    if is_launched {
        let what = asker.words.t("cycle-moved");
        let moved = Message { mood: Mood::Info, what: &what, hint: None, buttons: None, reference: None };
        let below = html! { (message(asker.words, &moved)) (preview) };
        let page = document(&asker, &appraisal, &typed, &below).await?;
        return Ok((axum::http::StatusCode::CONFLICT, page).into_response());
    }
    Ok(document(&asker, &appraisal, &typed, &preview).await?.into_response())
}

async fn launched(appraisal: &Appraisal, setup: &Setup) -> Result<RecordId, WebError> {
    let plan = appraisal.plan(setup).await.map_err(failed)?;
    appraisal.launch(&plan, Origin::Ui).await.map_err(failed)
}

async fn document(asker: &Asker, appraisal: &Appraisal, typed: &Typed, below: &Markup) -> Result<Markup, WebError> {
    let words = asker.words;
    let today = appraisal.today().await.map_err(failed)?;
    let roles = appraisal.roles(today).await.map_err(failed)?;
    let title = words.t("cycle-new");
    let guides =
        Strictness::ALL.map(|one| Choice { value: one.name().to_owned(), label: words.choice("guide", one.name()) });
    let text = |name, label: &str, input| {
        field(words, &Field { is_required: true, ..Field::new(name, words.t(label), input) })
    };
    let content = html! {
        (page_head(&title, Some(&words.t("cycle-new-hint")), &html! {}))
        form.stack method="post" action="/appraisals/cycles" novalidate {
            section.panel {
                div.body.stack {
                    div.fgrid {
                        (text("name", "cycle-name", Input::Text(&typed.name)))
                        (text("period", "period", Input::Text(&typed.period)))
                        (text("kpi_weight", "cycle-kpi-weight", Input::Percent(&typed.kpi_weight)))
                        (text("own_due", "cycle-own-due", Input::Date(&typed.own_due)))
                        (text("others_due", "cycle-others-due", Input::Date(&typed.others_due)))
                        (text("manager_due", "cycle-manager-due", Input::Date(&typed.manager_due)))
                        (text("guide", "field-guide", Input::Select { chosen: &typed.guide, choices: guides.into() }))
                    }
                    fieldset.checks {
                        legend { (words.t("cycle-roles")) }
                        @for role in roles.keys() {
                            label.check {
                                input.checkbox type="checkbox" name="role" value=(role) checked[typed.roles.contains(role)];
                                " " span { (words.choice("role", role)) }
                            }
                        }
                    }
                    (check_box("upward", &words.t("cycle-upward"), typed.upward))
                    (check_box("leniency", &words.t("cycle-leniency"), typed.leniency))
                    (measure(words, typed))
                    div.btns { button.btn name="step" value="preview" { (words.t("preview")) } }
                }
            }
            (below)
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// Everybody with their managers, their KPI score and what HR should know; and the way to launch.
fn preview(words: Words, plan: &LaunchPlan) -> Markup {
    let row = |one: &Planned| {
        let matrix = one.matrix.iter().map(|(_, name)| format!("{name} ({})", words.t("part-matrix")));
        let managers: Vec<String> = one.managers.iter().map(|(_, name, _)| name.clone()).chain(matrix).collect();
        let cells = vec![
            Cell::text(words.choice("role", &one.role)),
            Cell::text(managers.join(" · ")),
            Cell::number(one.score.map_or_else(|| "–".to_owned(), |score| words.decimal(score, 1))),
            Cell::text(html! {
                (notes(words, &one.notes))
                @if !one.frozen.roles.is_empty() { div.mut.small { (weighed(words, &one.frozen)) } }
            }),
        ];
        Line::new(one.name.as_str(), cells)
    };
    let title = words.t("preview");
    let heads = vec![
        Head::text(words.t("role-person")),
        Head::text(words.t("role")),
        Head::text(words.t("part-manager")),
        Head::number(words.t("form-kpi-score")),
        Head::text(words.t("cycle-notes")),
    ];
    let rows = plan.people.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_pinned: true, ..Table::default() };
    let freezes = words.t_with(
        "cycle-freezes",
        &[("date", words.date(plan.as_of).into()), ("count", words.count(plan.people.len()).into())],
    );
    let footer = html! {
        p { (freezes) }
        @if !plan.left_out.is_empty() {
            @let names: Vec<&str> = plan.left_out.iter().map(|(name, _)| name.as_str()).collect();
            p.mut { (words.t("cycle-left-out")) ": " (names.join(", ")) }
        }
        input type="hidden" name="seq" value=(plan.seq.0);
        input type="hidden" name="as_of" value=(plan.as_of);
        div.btns { button.btn.btn-primary name="step" value="launch" { (words.t("cycle-launch")) } }
    };
    Panel {
        id: "preview",
        title: &title,
        body: table.render(),
        footer: Some(footer),
        is_flush: true,
        ..Panel::default()
    }
    .render()
}

/// Whose scorecards a KPI part is of, with the days of each.
pub fn weighed(words: Words, frozen: &Frozen) -> String {
    let roles = frozen.roles.iter().map(|(role, days)| {
        words.t_with(
            "form-role-days",
            &[("role", words.choice("role", role).into()), ("days", words.count(*days).into())],
        )
    });
    words.t_with("form-weighed", &[("roles", roles.collect::<Vec<_>>().join(" · ").into())])
}

fn notes(words: Words, notes: &[Note]) -> Markup {
    html! {
        span.tags {
            @for note in notes {
                @let mood = if note.day().is_none() { Mood::Warn } else { Mood::Neutral };
                @let key = format!("cycle-note-{}", note.name());
                @let text = match note.day() { Some(day) => words.t_with(&key, &[("date", words.date(day).into())]), None => words.t(&key) };
                (tag(mood, &text)) " "
            }
        }
    }
}

pub async fn show(
    State(access): State<Access>,
    Asking { asker, appraisal }: Asking,
    Path(id): Path<i64>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let cycle = appraisal.cycle(RecordId(id)).await.map_err(failed)?;
    let forms = appraisal.progress(cycle.id).await.map_err(failed)?;
    let people = forms.iter().filter_map(|(form, _)| form.value("person").as_reference());
    let writers = forms.iter().flat_map(|(_, parts)| parts).filter_map(|part| part.writer);
    let names = appraisal.names(people.chain(writers)).await.map_err(failed)?;
    let name = |id: Option<RecordId>| id.and_then(|id| names.get(&id)).map_or("", String::as_str);
    let today = appraisal.today().await.map_err(failed)?;
    let mut rows: Vec<(&str, Line)> = forms
        .iter()
        .map(|(form, parts)| {
            let person = name(form.value("person").as_reference());
            let of = |kind: RaterKind| parts.iter().filter(move |part| part.kind == kind);
            let managers = html! {
                @for part in of(RaterKind::Manager) { (state(words, part, today)) " " span.mut.small { (name(part.writer)) } " " }
                @for part in of(RaterKind::Matrix) { (state(words, part, today)) " " span.mut.small { (name(part.writer)) " (" (words.t("part-matrix")) ")" } " " }
            };
            let asked: Vec<&Part> = parts.iter().filter(|part| part.kind.is_anonymous() && matches!(part.state, PartState::Open | PartState::Done)).collect();
            let done = asked.iter().filter(|part| part.state == PartState::Done).count();
            let cells = vec![
                Cell::text(words.choice("role", form.value("role").as_text().unwrap_or_default())),
                Cell::text(html! { @for part in of(RaterKind::Own) { (state(words, part, today)) } }),
                Cell::text(managers),
                Cell::number(if asked.is_empty() { "–".to_owned() } else { words.t_with("cycle-of", &[("done", words.count(done).into()), ("all", words.count(asked.len()).into())]) }),
            ];
            (person, Line::new(record_link(&format!("/appraisals/{}", form.id), person), cells))
        })
        .collect();
    rows.sort_by_key(|(person, _)| *person);
    let all: Vec<&Part> = forms
        .iter()
        .flat_map(|(_, parts)| parts)
        .filter(|part| matches!(part.state, PartState::Open | PartState::Done))
        .collect();
    let done = all.iter().filter(|part| part.state == PartState::Done).count();
    let late = all.iter().filter(|part| is_late(part, today)).count();
    let label = words.t("cycle-progress");
    let heads = vec![
        Head::text(words.t("role-person")),
        Head::text(words.t("role")),
        Head::text(words.t("part-own")),
        Head::text(words.t("part-manager")),
        Head::number(words.t("cycle-others")),
    ];
    let table =
        Table { label: &label, heads, rows: rows.into_iter().map(|(_, row)| row).collect(), ..Table::default() };
    let next = match cycle.state {
        CycleState::Open => Some(("released", "cycle-release")),
        CycleState::Released => Some(("closed", "cycle-close")),
        CycleState::Closed => None,
    };
    let end = html! {
        (home::cycle_tag(words, cycle.state))
        (link_button(Purpose::Plain, &format!("/appraisals/cycles/{}/calibration", cycle.id), None, &words.t("calibration")))
        @if access.mail().is_some() && cycle.state == CycleState::Open && done < all.len() {
            form method="post" action={ "/inbox/cycles/" (cycle.id) } { (button(Purpose::Plain, &words.t("inbox-remind"))) }
        }
        @if let Some((state, label)) = next {
            form method="post" action={ "/appraisals/cycles/" (cycle.id) } {
                input type="hidden" name="state" value=(state);
                (button(Purpose::Primary, &words.t(label)))
            }
        }
    };
    let sub = words.t_with(
        "cycle-sub",
        &[
            ("period", words.period(&cycle.period).into()),
            ("date", words.date(cycle.manager_due).into()),
            ("late", words.count(late).into()),
        ],
    );
    let counted =
        words.t_with("cycle-of", &[("done", words.count(done).into()), ("all", words.count(all.len()).into())]);
    let content = html! {
        (page_head(&cycle.name, Some(&sub), &end))
        div.stack {
            (progress(&counted, done, all.len()))
            (Panel { id: "forms", title: &label, note: Some(&counted), body: table.render(), is_flush: true, ..Panel::default() })
            (arrange(words, &forms, &names, &cycle, &appraisal).await?)
            (measured(words, &cycle.measure))
        }
    };
    Ok(asker.document(&cycle.name, Some(ACTIVE), None, &content))
}

/// By which weights and bounds it was launched.
fn measured(words: Words, measure: &Measure) -> Markup {
    let percent = |kind: RaterKind| {
        let weight = measure.weight(kind);
        let side = words.t(&format!("part-{}", kind.name()));
        (!weight.is_zero()).then(|| format!("{side} {}%", weight.to_text()))
    };
    let weights: Vec<String> = RaterKind::ALL.into_iter().filter_map(percent).collect();
    let bands =
        measure.grades().bands().filter_map(|(grade, from)| Some(format!("{} {}", grade.name(), from?.to_text())));
    let mut rows = vec![
        (words.t("cycle-sides"), weights.join(" · ")),
        (words.t("cycle-least"), words.count(measure.least())),
        (words.t("cycle-bounds"), bands.collect::<Vec<_>>().join(" · ")),
    ];
    if measure.means() == Means::Trimmed {
        rows.push((words.t("cycle-means"), words.t("cycle-trimmed")));
    }
    let title = words.t("cycle-measure");
    Panel { id: "measure", title: &title, body: facts(&rows), ..Panel::default() }.render()
}

fn is_late(part: &Part, today: Date) -> bool {
    part.state == PartState::Open && part.due < today
}

fn state(words: Words, part: &Part, today: Date) -> Markup {
    match part.state {
        PartState::Done => tag(Mood::Good, &words.t("part-state-done")),
        _ if is_late(part, today) => tag(Mood::Bad, &words.t("part-overdue")),
        other => tag(Mood::Neutral, &words.t(&format!("part-state-{}", other.name()))),
    }
}

/// HR gives one part more time, back to its writer, or to somebody else.
async fn arrange(
    words: Words,
    forms: &[(db::Record, Vec<Part>)],
    names: &BTreeMap<RecordId, String>,
    cycle: &Cycle,
    appraisal: &Appraisal,
) -> Result<Markup, WebError> {
    if cycle.state != CycleState::Open {
        return Ok(html! {});
    }
    let name = |id: RecordId| names.get(&id).map_or("", String::as_str);
    let mut parts: Vec<(String, RecordId)> = forms
        .iter()
        .flat_map(|(form, parts)| {
            let person = form.value("person").as_reference().map_or("", name);
            parts.iter().filter(|part| !part.kind.is_anonymous()).map(move |part| {
                let kind = words.t(&format!("part-{}", part.kind.name()));
                (format!("{person} · {kind} · {}", part.writer.map_or("", name)), part.id)
            })
        })
        .collect();
    parts.sort();
    let people = appraisal.people(appraisal.today().await.map_err(failed)?).await.map_err(failed)?;
    let title = words.t("cycle-arrange");
    let body = html! {
        form.stack method="post" action={ "/appraisals/cycles/" (cycle.id) "/arrangement" } {
            div.fgrid {
                div.field { label for="part" { (words.t("appraisal-part")) }
                    select.select id="part" name="part" { @for (label, id) in &parts { option value=(id) { (label) } } } }
                (field(words, &Field::new("due", words.t("cycle-extend"), Input::Date(""))))
                div.field { label for="writer" { (words.t("cycle-delegate")) }
                    select.select id="writer" name="writer" {
                        option value="" { "–" }
                        @for person in &people { option value={ "#" (person.id) } { (person.title()) } }
                    } }
            }
            div.btns { (button(Purpose::Plain, &words.t("save"))) }
        }
    };
    let hint = words.t("cycle-arrange-hint");
    Ok(Panel { id: "arrange", title: &title, note: Some(&hint), body, ..Panel::default() }.render())
}

#[derive(serde::Deserialize)]
pub struct MovedOn {
    state: String,
}

pub async fn move_on(
    Asking { asker, appraisal }: Asking,
    Path(id): Path<i64>,
    Form(to): Form<MovedOn>,
) -> Result<Response, WebError> {
    let to = CycleState::ALL.into_iter().find(|state| state.name() == to.state);
    let to = to.ok_or(WebError::Refused { hint_key: "error-not-a-choice" })?;
    match appraisal.move_on(RecordId(id), to, Origin::Ui).await {
        // Where it is mended, with the counts.
        Err(AppraisalError::OffGuide(off)) => {
            let page = calibration::document(&asker, &appraisal, RecordId(id), Some(&off)).await?;
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        moved => {
            moved.map_err(failed)?;
            Ok(Redirect::to(&format!("/appraisals/cycles/{id}")).into_response())
        }
    }
}

#[derive(serde::Deserialize)]
pub struct Arranged {
    part: i64,
    due: String,
    writer: String,
}

pub async fn arrange_part(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Arranged>,
) -> Result<Redirect, WebError> {
    let due = (!typed.due.trim().is_empty()).then(|| day(&typed.due)).transpose()?;
    let writer = match typed.writer.as_str() {
        "" => None,
        named => Some(appraisal.person(named).await.map_err(failed)?.id),
    };
    appraisal.rearrange(RecordId(typed.part), due, writer, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/appraisals/cycles/{id}")))
}
