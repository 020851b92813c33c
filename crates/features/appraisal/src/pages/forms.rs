//! One appraisal: the KPI part filled from facts, competencies with what was seen, the result; by who reads it and who writes.

use super::{ACTIVE, Asking, aftermath, customers, failed};
use crate::{
    Appraisal, CycleState, Form as Appraised, FrozenKpi, MOST_PEERS, Outcome, Override, Part, PartState, Seat,
};
use access::{Access, Asker};
use axum::{
    Form,
    extract::{Path, State},
    response::Redirect,
};
use base::{Amount, RecordId};
use kpi::{Company, PersonScore, ScoreAsk, ScoredKpi};
use maud::{Markup, Render, html};
use rules::{
    appraisal::{Grade, Grades, RaterKind},
    kpi::Catalogue,
    log::Origin,
    role::{Expected, HIGHEST_LEVEL},
};
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    Unit, WebError, Words,
    components::{
        Cell, Head, Message, Mood, Panel, Purpose, Row as Line, Step, Table, button, facts, link_button, message,
        number_link, page_head, path, tag,
    },
};

/// Decimals of a score.
const DECIMALS: u32 = 1;
/// Of what a KPI adds, and of the whole.
const ADDS_DECIMALS: u32 = 2;

pub async fn page(
    State(access): State<Access>,
    Asking { asker, appraisal }: Asking,
    Path(id): Path<i64>,
) -> Result<Markup, WebError> {
    let form = appraisal.form(RecordId(id)).await.map_err(failed)?;
    appraisal.look(&form).await.map_err(failed)?;
    let page = Page::new(&asker, &appraisal, &form, access.mail().is_some()).await?;
    page.document(&asker, &appraisal).await
}

#[derive(Deserialize)]
pub struct Nominated {
    peer: String,
}

pub async fn nominate(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Nominated>,
) -> Result<Redirect, WebError> {
    appraisal.nominate(RecordId(id), &typed.peer, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/appraisals/{id}#peers")))
}

struct Page<'a> {
    words: Words,
    form: &'a Appraised,
    catalogue: Catalogue,
    company: Company,
    /// The KPIs as they would be now.
    since: Option<PersonScore>,
    /// The part that is being written.
    writing: Option<&'a Part>,
    version: i64,
    may_decide: bool,
    by_mail: bool,
}

impl<'a> Page<'a> {
    async fn new(asker: &Asker, appraisal: &Appraisal, form: &'a Appraised, by_mail: bool) -> Result<Self, WebError> {
        let writing = form.writing();
        let version = match writing {
            Some(part) => appraisal.version(part.id).await.map_err(failed)?.0,
            None => 0,
        };
        let kpi = appraisal.kpi().await.map_err(failed)?;
        let since = if form.seat == Seat::Asked || form.frozen.kpis.is_empty() {
            None
        } else {
            match appraisal.since(form).await {
                // A scorecard that cannot be read today says nothing of what was frozen.
                Err(crate::AppraisalError::Kpi(_)) => None,
                since => since.map_err(failed)?,
            }
        };
        Ok(Self {
            words: asker.words,
            form,
            catalogue: kpi.catalogue().clone(),
            company: appraisal.company().await.map_err(failed)?,
            since,
            writing,
            version,
            may_decide: appraisal.runs_appraisals().await.map_err(failed)?,
            by_mail,
        })
    }

    async fn document(&self, asker: &Asker, appraisal: &Appraisal) -> Result<Markup, WebError> {
        let (words, form) = (self.words, self.form);
        let sub = format!("{} · {}", form.name, form.profile.names.of(words.language.code()));
        let end = html! {
            @if self.writing.is_some() { span.mut.small.saved id="saved" role="status" data-saving=(words.t("form-saving")) data-lost=(words.t("form-not-saved")) data-signed-out=(words.t("form-signed-out")) data-kept=(words.t("form-kept")) data-put-back=(words.t("form-put-back")) data-drop=(words.t("form-drop")) {} }
            @if form.seat != Seat::Asked { (link_button(Purpose::Plain, &format!("/development/{}", form.person), None, &words.t("development"))) }
            (link_button(Purpose::Plain, "/appraisals", None, &words.t("appraisal-inbox")))
        };
        let inner = html! {
            div.cols.st2 {
                div.stack {
                    @if form.seat != Seat::Asked { (self.kpis()?) }
                    (self.competencies())
                    (self.comments())
                    @if self.writing.is_some() {
                        div.btns {
                            // First: what the enter key sends is no more than saved.
                            button.btn name="step" value="save" { (words.t("save")) }
                            button.btn.btn-primary name="step" value="hand-in" { (words.t("form-hand-in")) }
                        }
                    }
                }
                div.stack {
                    @if form.seat != Seat::Asked { (self.result()?) }
                    @if let Some(feedback) = form.feedback().map_err(failed)? { (aftermath::feedback(words, &feedback, &form.cycle.measure)) }
                    @if form.seat != Seat::Asked { (aftermath::answer(words, form, self.may_decide)) }
                    (self.rule())
                    @if let Some(looks) = appraisal.looks(form).await.map_err(failed)? { (access::looks::panel(words, appraisal.db(), &looks).await?) }
                }
            }
        };
        let content = html! {
            (page_head(&form.cycle.name, Some(&sub), &end))
            (self.way())
            div.stack {
            @if let Some(days) = self.days() { p.mut.small { (days) } }
            @if let Some(day) = form.after.erased_on {
                @let what = words.t_with("retention-erased", &[("date", words.date(day).into())]);
                (message(words, &Message { mood: Mood::Info, what: &what, hint: None, buttons: None, reference: None }))
            }
            @if let Some(part) = self.writing {
                form method="post" action={ "/appraisals/parts/" (part.id) } data-autosave="saved" novalidate {
                    input type="hidden" name="version" value=(self.version);
                    (inner)
                }
            } @else { (inner) }
            @if let Some(files) = appraisal.files(words, form).await? { (files) }
            @if form.seat != Seat::Asked { (self.peers(appraisal).await?) }
            @if form.seat == Seat::Above && form.cycle.state == CycleState::Open { (customers::panel(words, form, self.by_mail, self.may_decide)) }
            }
        };
        Ok(asker.document(&form.cycle.name, Some(ACTIVE), None, &content))
    }

    /// Who writes when, and where it stands.
    fn way(&self) -> Markup {
        let (words, form) = (self.words, self.form);
        let due = |date| words.t_with("form-due", &[("date", words.date(date).into())]);
        let done = |part: Option<&Part>| part.and_then(|part| part.done_on).map(|day| words.date(day));
        let own = form.of_kind(RaterKind::Own).or(form.own_part.as_ref().filter(|part| part.kind == RaterKind::Own));
        let manager = form.of_kind(RaterKind::Manager);
        let answered = words.t_with(
            "cycle-of",
            &[("done", words.count(form.answered).into()), ("all", words.count(form.asked).into())],
        );
        let step = |name: &str, note: Option<String>, is_done: bool| Step { name: words.t(name), note, is_done };
        let is_released = form.cycle.state != CycleState::Open;
        let mut steps = vec![
            step("part-own", done(own).or_else(|| Some(due(form.cycle.own_due))), done(own).is_some()),
            step("part-manager", done(manager).or_else(|| Some(due(form.cycle.manager_due))), done(manager).is_some()),
        ];
        if form.seat == Seat::Above {
            // Of a side that is hidden nobody learns afterwards how many there were.
            let answered = Some(answered).filter(|_| !is_released);
            steps.push(step("cycle-others", answered, form.asked > 0 && form.answered == form.asked));
        }
        steps.push(step("cycle-released", None, is_released));
        let now = steps.iter().position(|step| !step.is_done).unwrap_or(steps.len() - 1);
        path(&words.t("form-way"), &steps, now)
    }

    /// Of whoever led the person for a part of the period only: so much does their part weigh.
    fn days(&self) -> Option<String> {
        let days = self.writing?.days?;
        let period = &self.form.cycle.period;
        let all = period.start.until(period.end).ok()?.get_days();
        let slots = [("days", self.words.count(days).into()), ("all", self.words.count(all).into())];
        (days < i64::from(all)).then(|| self.words.t_with("part-days", &slots))
    }

    fn name(&self, kpi: &str) -> String {
        self.catalogue.get(kpi).map_or(kpi, |kpi| kpi.name(self.words.language.code())).to_owned()
    }

    fn unit(&self, kpi: &str) -> Unit {
        let currency = Some(self.company.currency);
        self.catalogue.get(kpi).map_or(Unit::Count, |kpi| kpi::unit(kpi.unit, currency))
    }

    /// The rows behind a value, as they were known when it was frozen.
    fn address(&self, kpi: &FrozenKpi) -> String {
        let form = self.form;
        let entity = if kpi.by == "company" { String::new() } else { format!("#{}", form.person) };
        let (from, to) = (form.cycle.period.start.to_string(), form.cycle.period.end.to_string());
        let (as_of, known_at) = (form.as_of.to_string(), form.frozen_at.to_string());
        web_kit::address(
            &format!("/kpi/{}", kpi.kpi),
            &[
                ("by", kpi.by.as_str()),
                ("entity", &entity),
                ("from", &from),
                ("to", &to),
                ("as_of", &as_of),
                ("known_at", &known_at),
            ],
        )
    }

    /// Value, target, score and weight of each KPI, as frozen; an appraiser's own score beside it with its reason.
    fn kpis(&self) -> Result<Markup, WebError> {
        let (words, form) = (self.words, self.form);
        let title = words.t("form-kpis");
        let overrides = self.overrides();
        let outcome = form.frozen.score(&overrides).map_err(failed)?;
        let is_writing = self.writing.is_some_and(|part| part.kind == RaterKind::Manager);
        let scored = form.frozen.kpis.iter().zip(&outcome.parts).filter(|(kpi, _)| kpi.weight.is_some());
        let rows = scored.map(|(kpi, part)| {
            let unit = self.unit(&kpi.kpi);
            let reason = kpi.no_score.as_ref().filter(|_| kpi.score.is_none());
            let value = kpi.value.map_or_else(
                || html! { "–" },
                |value| number_link(&self.address(kpi), &words.exact(value, unit)),
            );
            let said = overrides.get(&kpi.kpi);
            // Of two roles it may stand twice; what is put in its place counts for both.
            let is_first = form.frozen.kpis.iter().find(|one| one.kpi == kpi.kpi).is_some_and(|one| one.by == kpi.by);
            let score = kpi.score.map_or_else(|| "–".to_owned(), |score| words.decimal(score, DECIMALS));
            let score = html! {
                @if let Some(said) = said { s { (score) } " " b { (words.decimal(said.score, DECIMALS)) } } @else { (score) }
            };
            let name = html! {
                (self.name(&kpi.kpi))
                @if let Some(reason) = reason { div.mut.small { (words.t(&format!("form-no-score-{}", if reason == "no_target" { "target" } else { "value" }))) } }
                @if let Some(said) = said.filter(|_| !is_writing) { div.mut.small { (words.t("form-override-reason")) ": " (said.reason) } }
                @if is_writing && is_first { (self.replace(kpi, said)) }
            };
            let weight = kpi.weight.map(|weight| format!("{}%", weight.round_to(2).unwrap_or(weight).to_text()));
            let weight = weight.unwrap_or_default();
            let cells = vec![
                Cell::number(value),
                Cell::number(kpi.target.map(|target| words.exact(target, unit).to_string()).unwrap_or_default()).labelled(words.t("target")),
                Cell::number(score).labelled(words.t("score")),
                Cell::number(weight).labelled(words.t("weight")),
                Cell::number(words.decimal(part.adds, ADDS_DECIMALS)).labelled(words.t("adds")),
            ];
            Line::new(name, cells)
        });
        let whole = outcome.whole.map_or_else(|| "–".to_owned(), |whole| words.decimal(whole, ADDS_DECIMALS));
        let mut rows: Vec<Line> = rows.collect();
        let absent = || Cell::text("").absent();
        rows.push(Line::new(
            html! { b { (words.t("form-kpi-score")) } },
            vec![absent(), absent(), absent(), absent(), Cell::number(html! { b { (whole) } })],
        ));
        let heads = vec![
            Head::text("KPI"),
            Head::number(words.t("form-result")),
            Head::number(words.t("target")),
            Head::number(words.t("score")),
            Head::number(words.t("weight")),
            Head::number(words.t("adds")),
        ];
        let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
        let frozen = words.t_with(
            "form-frozen",
            &[("date", words.date(form.as_of).into()), ("seq", words.count(form.known_seq.0).into())],
        );
        let footer = html! {
            @if !form.frozen.roles.is_empty() { p.mut.small { (super::cycles::weighed(words, &form.frozen)) } }
            @for note in self.corrections() { p { (note) } }
            @if let Some(missing) = form.frozen.missing { p.mut.small { (words.t(&format!("missing-{}", missing.name()))) } }
        };
        let body = if form.frozen.kpis.is_empty() {
            html! { p.mut { (words.t("form-no-kpis")) } }
        } else {
            table.render()
        };
        Ok(Panel {
            id: "kpis",
            title: &title,
            note: Some(&frozen),
            body,
            footer: Some(footer),
            is_flush: !form.frozen.kpis.is_empty(),
            ..Panel::default()
        }
        .render())
    }

    /// Another score for a KPI, with the reason.
    fn replace(&self, kpi: &FrozenKpi, said: Option<&Override>) -> Markup {
        let words = self.words;
        let score = said.map(|said| said.score.to_text()).unwrap_or_default();
        html! {
            details.override open[said.is_some()] {
                summary.small { (words.t("form-override")) }
                div.btns {
                    input.input type="text" inputmode="decimal" size="5" name={ "override-" (kpi.kpi) } value=(score) aria-label={ (words.t("score")) ": " (self.name(&kpi.kpi)) };
                    input.input.grow type="text" name={ "reason-" (kpi.kpi) } value=(said.map(|said| said.reason.as_str()).unwrap_or_default())
                        placeholder=(words.t("form-override-reason")) aria-label={ (words.t("form-override-reason")) ": " (self.name(&kpi.kpi)) };
                }
            }
        }
    }

    /// The overrides that show: of the part that is written, else of the last manager's.
    fn overrides(&self) -> BTreeMap<String, Override> {
        let own = self.writing.filter(|part| part.kind == RaterKind::Manager);
        own.or_else(|| self.form.manager_parts().next()).map(|part| part.answers.overrides.clone()).unwrap_or_default()
    }

    /// What was learnt since the freeze, a sentence for each KPI that is another now.
    fn corrections(&self) -> Vec<Markup> {
        let Some(since) = &self.since else { return Vec::new() };
        let words = self.words;
        let changed = self.form.frozen.kpis.iter().filter_map(|kpi| {
            let is_it = |one: &&ScoredKpi| one.item.id == kpi.kpi && one.by.name() == kpi.by;
            let now = since.kpis.iter().find(is_it)?;
            let value: Option<Amount> =
                now.row.as_ref().and_then(|row| row.value.as_deref()).and_then(|value| value.parse().ok());
            if value == kpi.value {
                return None;
            }
            let unit = self.unit(&kpi.kpi);
            let told = |value: Option<Amount>| {
                value.map_or_else(|| "–".to_owned(), |value| words.exact(value, unit).to_string())
            };
            let slots =
                [("name", self.name(&kpi.kpi).into()), ("then", told(kpi.value).into()), ("now", told(value).into())];
            Some(html! { (words.t_with("form-since", &slots)) })
        });
        changed.collect()
    }

    /// Each competency with the levels that may be read, and the one that is written.
    fn competencies(&self) -> Markup {
        let (words, form) = (self.words, self.form);
        let code = words.language.code();
        let title = words.t("role-competencies");
        let shown: Vec<(&Part, String)> = form
            .parts
            .iter()
            .filter(|(part, _)| self.writing.is_none_or(|writing| writing.id != part.id))
            .map(|(part, name)| {
                let label = match part.kind {
                    RaterKind::Own => words.t("part-own"),
                    _ => name.clone(),
                };
                (part, label)
            })
            .collect();
        let row = |one: &Expected| {
            let competency = form.library.get(&one.id);
            let name = competency.map_or(one.id.as_str(), |competency| competency.names.of(code));
            let anchor = |level: u8| {
                competency.and_then(|competency| competency.anchor(level)).map_or("", |anchor| anchor.of(code))
            };
            let rating = |part: &Part| part.answers.ratings.get(&one.id).cloned().unwrap_or_default();
            html! {
                fieldset.rating {
                    legend { b { (name) } " " span.mut.small { (words.t_with("form-expected", &[("level", words.count(one.expected).into())])) " · " (one.weight) "%" } }
                    p.mut.small { (anchor(one.expected)) }
                    @for (part, label) in &shown {
                        @let said = rating(part);
                        div.said {
                            span.mut.small { (label) }
                            " " @match said.level { Some(level) => (tag(Mood::Neutral, &words.t_with("role-level", &[("level", words.count(level).into())]))), None => "–" }
                            @if !said.example.is_empty() { " " span { (said.example) } }
                        }
                    }
                    @if let Some(part) = self.writing {
                        @let said = rating(part);
                        div.levels role="radiogroup" aria-label=(name) {
                            @for level in 1..=HIGHEST_LEVEL {
                                label title=(anchor(level)) {
                                    input type="radio" name={ "level-" (one.id) } value=(level) checked[said.level == Some(level)];
                                    span { (level) }
                                }
                            }
                        }
                        details.anchors { summary.small { (words.t("role-levels")) }
                            ol.small { @for level in 1..=HIGHEST_LEVEL { li { (anchor(level)) } } } }
                        textarea.textarea name={ "example-" (one.id) } rows="2" aria-label={ (words.t("form-example")) ": " (name) } placeholder=(words.t("form-example")) { (said.example) }
                    }
                }
            }
        };
        let body = html! { div.ratings { @for one in &form.profile.competencies { (row(one)) } } };
        Panel { id: "competencies", title: &title, body, ..Panel::default() }.render()
    }

    fn comments(&self) -> Markup {
        let (words, form) = (self.words, self.form);
        let title = words.t("form-comment");
        let said = form.parts.iter().filter(|(part, _)| self.writing.is_none_or(|writing| writing.id != part.id));
        let said: Vec<_> = said.filter(|(part, _)| !part.answers.comment.is_empty()).collect();
        if said.is_empty() && self.writing.is_none() {
            return html! {};
        }
        let body = html! {
            @for (part, name) in &said { p { b { (name) } ": " (part.answers.comment) } }
            @if let Some(part) = self.writing {
                textarea.textarea name="comment" rows="4" aria-label=(title) { (part.answers.comment) }
            }
        };
        Panel { id: "comment", title: &title, body, ..Panel::default() }.render()
    }

    /// What it comes to, where whoever reads may know.
    fn result(&self) -> Result<Markup, WebError> {
        let (words, form) = (self.words, self.form);
        let title = words.t("form-result");
        let outcome = form.shown().map_err(failed)?;
        let number = |amount: Option<Amount>| {
            amount.map_or_else(|| "–".to_owned(), |amount| words.decimal(amount, ADDS_DECIMALS))
        };
        let weight = |part: Amount| format!("{}%", part.to_text());
        let rest = Amount::from(100).checked_sub(form.cycle.kpi_weight).unwrap_or_default();
        let Outcome { kpi, competency, overall, grade: computed } = &outcome;
        // Once released it is the one that was fixed.
        let is_fixed = form.after.released_on.is_some();
        // With leniency it follows from a score that the raters of all decide.
        let open = if form.cycle.leniency { &None } else { computed };
        let grade = if is_fixed { &form.after.grade } else { open };
        let mut rows = vec![
            (format!("{} {}", words.t("form-kpi-score"), weight(form.cycle.kpi_weight)), number(kpi.whole)),
            (format!("{} {}", words.t("role-competencies"), weight(rest)), number(*competency)),
            (words.t("form-overall"), number(*overall)),
        ];
        rows.extend(form.after.adjusted.map(|adjusted| (words.t("calibration-adjusted"), number(Some(adjusted)))));
        let below = overall
            .and_then(|overall| above(form.cycle.measure.grades(), overall))
            .filter(|_| grade == computed && form.after.adjusted.is_none());
        let body = html! {
            (facts(&rows))
            @if let Some(grade) = grade {
                div.grades { @for one in Grade::ALL.iter().rev() { span.on[one == grade] { (one.name()) } } }
                p { (words.t_with("form-grade", &[("grade", grade.name().into())]))
                    @if let Some((next, by)) = below { " " span.mut { (words.t_with("form-below", &[("by", words.decimal(by, ADDS_DECIMALS).into()), ("grade", next.name().into())])) } } }
            } @else { p.mut.small { (words.t("form-no-grade")) } }
            @if form.cycle.leniency { p.mut.small { (words.t("calibration-leniency-rule")) } }
        };
        let note = words.t(if is_fixed { "form-after-calibration" } else { "form-before-calibration" });
        Ok(Panel { id: "result", title: &title, note: Some(&note), body, ..Panel::default() }.render())
    }

    /// Who reads what is written here.
    fn rule(&self) -> Markup {
        let words = self.words;
        let key = match (self.writing.map(|part| part.kind), self.form.seat) {
            (Some(kind), _) => format!("form-reads-{}", kind.name()),
            (None, Seat::Own) => "form-reads-mine".to_owned(),
            (None, _) => "form-reads-above".to_owned(),
        };
        let title = words.t("form-reads");
        let rule = words.t_with(&key, &[("count", words.count(self.form.cycle.measure.least()).into())]);
        Panel { id: "reads", title: &title, body: html! { p { (rule) } }, ..Panel::default() }.render()
    }

    /// Whom the person named, and what of it their manager decides.
    async fn peers(&self, appraisal: &Appraisal) -> Result<Markup, WebError> {
        let (words, form) = (self.words, self.form);
        if form.cycle.state != CycleState::Open {
            return Ok(html! {});
        }
        let title = words.t("form-peers");
        let decide = |part: &Part| {
            html! {
                @if matches!(part.state, PartState::Nominated | PartState::Declined) && form.seat == Seat::Above {
                    form.btns method="post" action={ "/appraisals/parts/" (part.id) "/decision" } {
                        button.btn.btn-sm name="asked" value="yes" { (words.t("form-ask-peer")) }
                        @if part.state == PartState::Nominated { button.btn.btn-sm.btn-quiet name="asked" value="no" { (words.t("form-decline-peer")) } }
                    }
                } @else { (tag(Mood::Neutral, &words.t(&format!("peer-{}", asked(part.state))))) }
            }
        };
        let rows: Vec<Line> =
            form.peers.iter().map(|(part, name)| Line::new(name.as_str(), vec![Cell::text(decide(part))])).collect();
        let people = appraisal.people(appraisal.today().await.map_err(failed)?).await.map_err(failed)?;
        let taken = |id: RecordId| id == form.person || form.peers.iter().any(|(part, _)| part.writer == Some(id));
        let body = html! {
            @if !rows.is_empty() {
                (Table { label: &title, heads: vec![Head::text(words.t("role-person")), Head::text(words.t("state"))], rows, ..Table::default() })
            }
            @if form.peers.iter().filter(|(part, _)| part.state != PartState::Declined).count() < MOST_PEERS {
                form.btns method="post" action={ "/appraisals/" (form.id) "/peers" } {
                    select.select name="peer" aria-label=(words.t("form-peer")) {
                        @for person in people.iter().filter(|person| !taken(person.id)) { option value={ "#" (person.id) } { (person.title()) } }
                    }
                    (button(Purpose::Plain, &words.t("form-name-peer")))
                }
            }
        };
        let note = words.t("form-peers-hint");
        Ok(Panel { id: "peers", title: &title, note: Some(&note), body, ..Panel::default() }.render())
    }
}

/// Whether a peer has answered is not told: of few, that would tell who said what.
const fn asked(state: PartState) -> &'static str {
    match state {
        PartState::Nominated => "nominated",
        PartState::Open | PartState::Done => "asked",
        PartState::Declined => "declined",
    }
}

/// The grade above, and by how much it was missed.
fn above(grades: &Grades, overall: Amount) -> Option<(Grade, Amount)> {
    let next =
        grades.bands().filter_map(|(grade, from)| Some((grade, from?))).filter(|(_, from)| *from > overall).last()?;
    Some((next.0, next.1.checked_sub(overall).ok()?))
}

impl Appraisal {
    /// The KPIs of a form as they would be with what is known now.
    async fn since(&self, form: &Appraised) -> Result<Option<PersonScore>, crate::AppraisalError> {
        let ask = ScoreAsk {
            period: form.cycle.period.label.clone(),
            person: Some(form.person),
            as_of: Some(form.as_of),
            folder: self.folder.clone(),
            ..ScoreAsk::default()
        };
        Ok(self.kpi().await?.scores(&ask).await?.people.into_iter().next())
    }
}
