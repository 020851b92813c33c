//! A plan as a form that writes its file: a field for each key of the format, and what it says beside it while one types.

use super::{
    Asking, failed, letters,
    plans::{PlanPage, window},
};
use crate::{Pay, RunError, letters::digest};
use access::Asker;
use axum::{
    Form as Sent,
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, Render, html};
use pay_rules::{
    Plan,
    form::{Field as Asked, Form, FormError, Kind, PLAN, Table as Part},
};
use rules::log::Origin;
use std::collections::BTreeMap;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Head, Input, Message, Mood, Panel, Row as Line, Table, check_box, entry, field, message,
    },
};

/// Before each field's place, so that none is called like what the page itself sends.
const PREFIX: &str = "plan.";
/// A day as it is written: `2026-01-31`.
const DAY: usize = 10;
/// A list with no more fields than this, and no tables in it, is a table.
const NARROW: usize = 6;

pub async fn new(
    Asking { asker, pay }: Asking,
    Query(copied): Query<super::plans::Copied>,
) -> Result<Markup, WebError> {
    pay.only_who_sees_pay().map_err(failed)?;
    let shipped = pay_rules::SHIPPED.iter().find(|(name, _)| *name == copied.from);
    let form = shipped.and_then(|(_, text)| Form::of(text).ok().flatten()).unwrap_or_default();
    let title = asker.words.t("pay-new-plan");
    let shown = Shown::new(&asker, &pay, "/pay/plans", &title).await.map_err(failed)?;
    Ok(shown.document(&form, None, html! {}))
}

pub async fn show(Asking { asker, pay }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let plans = pay.plans().await.map_err(failed)?;
    let kept = plans.iter().find(|kept| kept.id.0 == id).ok_or(WebError::NotFound)?;
    let address = format!("/pay/plans/{id}");
    let Some(form) = Form::of(&kept.text).map_err(|error| failed(RunError::Plan(error)))? else {
        return Err(WebError::Refused { hint_key: "planform-not" });
    };
    let mut shown = Shown::new(&asker, &pay, &address, &kept.plan.name).await.map_err(failed)?;
    (shown.said, shown.opened) = (super::plans::known(asker.words, kept), digest(&kept.text));
    let below = says(asker.words, &pay, &kept.plan).await.map_err(failed)?;
    Ok(shown.document(&form, None, below).into_response())
}

pub async fn add(Asking { asker, pay }: Asking, Sent(sent): Sent<Vec<(String, String)>>) -> Result<Response, WebError> {
    let title = asker.words.t("pay-new-plan");
    Box::pin(stepped(&asker, &pay, "/pay/plans", &title, sent)).await
}

pub async fn save(
    Asking { asker, pay }: Asking,
    Path(id): Path<i64>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let plans = pay.plans().await.map_err(failed)?;
    let name = plans.iter().find(|kept| kept.id.0 == id).ok_or(WebError::NotFound)?.plan.name.clone();
    Box::pin(stepped(&asker, &pay, &format!("/pay/plans/{id}"), &name, sent)).await
}

/// What a form says so far, while one types.
pub async fn preview(
    Asking { asker, pay }: Asking,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Markup, WebError> {
    pay.only_who_sees_pay().map_err(failed)?;
    match taken(sent).0.plan() {
        Ok((plan, _)) => says(asker.words, &pay, &plan).await.map_err(failed),
        Err(error) => Ok(wrong(asker.words, &told(asker.words, &error))),
    }
}

/// The fields that were sent, and everything else.
fn taken(sent: Vec<(String, String)>) -> (Form, BTreeMap<String, String>) {
    let (mut form, mut rest) = (Form::default(), BTreeMap::new());
    for (name, value) in sent {
        match name.strip_prefix(PREFIX) {
            Some(place) => form.0.insert(place.to_owned(), value.replace("\r\n", "\n")),
            None => rest.insert(name, value),
        };
    }
    (form, rest)
}

async fn stepped(
    asker: &Asker,
    pay: &Pay,
    address: &str,
    title: &str,
    sent: Vec<(String, String)>,
) -> Result<Response, WebError> {
    pay.only_who_sees_pay().map_err(failed)?;
    let (mut form, rest) = taken(sent);
    let of = |name: &str| rest.get(name).map(String::as_str).unwrap_or_default();
    let mut shown = Shown::new(asker, pay, address, title).await.map_err(failed)?;
    shown.window = window(pay, of("from"), of("to")).await.map_err(failed)?;
    of("opened").clone_into(&mut shown.opened);
    let step = of("step");
    if let Some((step, place)) = step.split_once(':') {
        match (step, part(place)) {
            ("add", Some(part)) => form.add(place, part.is_list),
            ("remove", _) => form.remove(place),
            _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
        }
        return Ok(shown.document(&form, None, html! {}).into_response());
    }
    let (plan, text) = match form.plan() {
        Ok(found) => found,
        Err(error) => {
            let page = shown.document(&form, Some(&error), html! {});
            return Ok((StatusCode::BAD_REQUEST, page).into_response());
        }
    };
    let done = match step {
        "look" => says(asker.words, pay, &plan).await,
        "replay" => shown.replayed(&text).await,
        "save" => match pay.change_plan(&text, of("opened"), Origin::Ui).await {
            Ok(_) => return Ok(Redirect::to("/pay").into_response()),
            Err(error) => Err(error),
        },
        _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
    };
    match done {
        Ok(below) => Ok(shown.document(&form, None, below).into_response()),
        Err(error) if super::plans::is_of_plan(&error) => {
            let error = FormError { place: String::new(), problem: error.to_string() };
            let page = shown.document(&form, Some(&error), html! {});
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(error) => Err(failed(error)),
    }
}

/// The table that a place is of.
fn part(place: &str) -> Option<&'static Part> {
    let mut names = place.split('.').filter(|part| part.parse::<usize>().is_err());
    names.try_fold(&PLAN, Part::table)
}

/// What a plan says, in sentences.
async fn says(words: Words, pay: &Pay, plan: &Plan) -> Result<Markup, RunError> {
    Ok(letters::outline(words, &pay.kpis_of(plan).await?, plan))
}

fn wrong(words: Words, what: &str) -> Markup {
    message(words, &Message { mood: Mood::Bad, what, hint: None, buttons: None, reference: None })
}

/// What is wrong, with the names of its place: `Commission 1 · Tiers 2 · Rate`.
fn told(words: Words, error: &FormError) -> String {
    let (mut table, mut names) = (Some(&PLAN), Vec::<String>::new());
    for name in error.place.split('.').filter(|name| !name.is_empty()) {
        if let (Ok(row), Some(last)) = (name.parse::<usize>(), names.last_mut()) {
            *last = words
                .t_with("planform-number", &[("name", last.as_str().into()), ("number", words.count(row + 1).into())]);
            continue;
        }
        let inner = table.and_then(|table| table.table(name));
        names.push(match (inner, table) {
            (Some(inner), _) => named(words, inner),
            (None, Some(table)) => label(words, table, name),
            (None, None) => name.to_owned(),
        });
        table = inner;
    }
    if names.is_empty() {
        return error.problem.clone();
    }
    let slots = [("place", names.join(" · ").into()), ("problem", error.problem.as_str().into())];
    words.t_with("planform-wrong", &slots)
}

/// A table, where the field has a word for it by that.
fn named(words: Words, table: &Part) -> String {
    let own = format!("planform-table-{}", table.name);
    words.t(if words.has(&own) { &own } else { table.name })
}

fn label(words: Words, table: &Part, name: &str) -> String {
    let own = format!("planform-of-{}-{name}", table.name);
    if words.has(&own) { words.t(&own) } else { words.t(&format!("planform-field-{name}")) }
}

/// The page of a form.
struct Shown<'a> {
    asker: &'a Asker,
    pay: &'a Pay,
    words: Words,
    address: &'a str,
    title: &'a str,
    kpis: Vec<String>,
    window: (String, String),
    said: Vec<String>,
    /// The hash of the version that was opened.
    opened: String,
}

impl<'a> Shown<'a> {
    async fn new(asker: &'a Asker, pay: &'a Pay, address: &'a str, title: &'a str) -> Result<Self, RunError> {
        let kpi = kpi::Kpi::new(pay.db.clone(), pay.viewer.clone()).await?;
        let kpis = kpi.catalogue().iter().map(|kpi| kpi.id.clone()).collect();
        let window = window(pay, "", "").await?;
        let (said, opened) = (Vec::new(), String::new());
        Ok(Self { asker, pay, words: asker.words, address, title, kpis, window, said, opened })
    }

    async fn replayed(&self, text: &str) -> Result<Markup, RunError> {
        let replay = self.pay.replay(text, &self.window.0, &self.window.1).await?;
        let (action, window, opened) = (self.address, &self.window, self.opened.as_str());
        super::replay::Replayed { words: self.words, replay: &replay, action, text, window, opened }.told()
    }

    fn document(&self, form: &Form, error: Option<&FormError>, below: Markup) -> Markup {
        let words = self.words;
        let what = error.map(|error| told(words, error));
        let editor = html! {
            @if let Some(what) = &what { (wrong(words, what)) }
            (self.panel(form, &PLAN, "", error))
            @for table in PLAN.tables { (self.part(form, table, table.name, error)) }
            (self.adds(form, &PLAN, ""))
            @if self.address != "/pay/plans" { p.mut { (words.t("planform-lost")) } }
        };
        let action = format!("{}/form", self.address);
        let sub = words.t("planform-sub");
        PlanPage {
            title: self.title,
            sub: &sub,
            action: &action,
            other: (self.address, words.t("planform-as-file")),
            copies: (self.address == "/pay/plans").then_some("/pay/plans/form"),
            editor,
            preview: Some("/pay/plans/preview"),
            window: &self.window,
            said: &self.said,
            opened: &self.opened,
            below: html! { div.stack id="preview" aria-live="polite" { (below) } },
        }
        .document(self.asker)
    }

    /// What there is of a table: each of a list, or the one.
    fn part(&self, form: &Form, part: &'static Part, place: &str, error: Option<&FormError>) -> Markup {
        if !part.is_list {
            return html! { @if form.has(place) { (self.panel(form, part, place, error)) } };
        }
        let rows = form.rows(place);
        if rows.is_empty() {
            return html! {};
        }
        if part.tables.is_empty() && part.fields.len() <= NARROW {
            return self.table(form, part, place, &rows, error);
        }
        html! { @for row in rows { (self.panel(form, part, &format!("{place}.{row}"), error)) } }
    }

    /// The fields of one table, and the tables in it.
    fn panel(&self, form: &Form, part: &'static Part, place: &str, error: Option<&FormError>) -> Markup {
        let words = self.words;
        let title = named(words, part);
        let row = place.rsplit('.').next().and_then(|row| row.parse::<usize>().ok());
        let number = |row: usize| {
            words.t_with("planform-number", &[("name", title.as_str().into()), ("number", words.count(row + 1).into())])
        };
        let name = row.map_or_else(|| title.clone(), number);
        let (seldom, often): (Vec<&Asked>, Vec<&Asked>) =
            part.fields.iter().partition(|field| field.is_rare && form.value(&at(place, field.name)).is_empty());
        let fields = |fields: &[&Asked]| {
            html! { div.fgrid { @for one in fields { (self.field(form, part, one, place, error)) } } }
        };
        let body = html! {
            @if !place.is_empty() { input type="hidden" name={ (PREFIX) (place) } value=""; }
            div.stack {
                (fields(&often))
                @if !seldom.is_empty() { details { summary { (words.t("planform-more")) } (fields(&seldom)) } }
                @if !place.is_empty() {
                    @for inner in part.tables { (self.part(form, inner, &at(place, inner.name), error)) }
                    (self.adds(form, part, place))
                }
            }
        };
        let id = anchor(place);
        let end = (!place.is_empty()).then(|| self.remove(place, &name));
        Panel { id: &id, title: &name, end, body, ..Panel::default() }.render()
    }

    /// A short list as a table, a row each.
    fn table(
        &self,
        form: &Form,
        part: &'static Part,
        place: &str,
        rows: &[usize],
        error: Option<&FormError>,
    ) -> Markup {
        let words = self.words;
        let title = named(words, part);
        let last = words.t("planform-remove");
        let row = |(number, row): (usize, &usize)| {
            let own = format!("{place}.{row}");
            let name = words.t_with(
                "planform-number",
                &[("name", title.as_str().into()), ("number", words.count(number + 1).into())],
            );
            let cell = |field: &Asked| {
                let label = label(words, part, field.name);
                Cell::text(self.entry(form, field, &own, &format!("{name}, {label}"))).labelled(label)
            };
            let head = html! { input type="hidden" name={ (PREFIX) (own) } value=""; (words.count(number + 1)) };
            let cells = part.fields.iter().map(cell).chain([Cell::text(self.remove(&own, &name))]);
            Line::new(head, cells.collect())
        };
        let heads = part.fields.iter().map(|field| Head::text(label(words, part, field.name)));
        let heads = [Head::text("#")].into_iter().chain(heads).chain([Head::text(last)]).collect();
        let rows = rows.iter().enumerate().map(row).collect();
        let id = anchor(place);
        let here = error.filter(|error| error.place.starts_with(&format!("{place}.")));
        let note = here.map(|error| error.problem.clone());
        let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
        let body = html! { (table) div.body { (self.add(place, &title)) } };
        Panel { id: &id, title: &title, note: note.as_deref(), body, is_flush: true, ..Panel::default() }.render()
    }

    /// What may be added: another of a list of panels, and tables that are not there.
    fn adds(&self, form: &Form, part: &'static Part, place: &str) -> Markup {
        let offered: Vec<&Part> = part
            .tables
            .iter()
            .filter(|inner| {
                let own = at(place, inner.name);
                let is_table = inner.tables.is_empty() && inner.fields.len() <= NARROW;
                if inner.is_list { !is_table || form.rows(&own).is_empty() } else { !form.has(&own) }
            })
            .collect();
        if offered.is_empty() {
            return html! {};
        }
        html! {
            div.btns {
                span.mut { (self.words.t("planform-add")) }
                @for inner in offered {
                    @let title = named(self.words, inner);
                    (self.add(&at(place, inner.name), &title))
                }
            }
        }
    }

    fn add(&self, place: &str, title: &str) -> Markup {
        let target = anchor(place);
        html! {
            button.btn name="step" value={ "add:" (place) } formaction={ (self.address) "/form#" (target) } { "+ " (title) }
        }
    }

    fn remove(&self, place: &str, name: &str) -> Markup {
        let label = self.words.t_with("planform-remove-what", &[("what", name.into())]);
        html! {
            button.btn.btn-quiet name="step" value={ "remove:" (place) } formaction={ (self.address) "/form" } aria-label=(label) {
                (self.words.t("planform-remove"))
            }
        }
    }

    fn field(&self, form: &Form, part: &Part, asked: &Asked, place: &str, error: Option<&FormError>) -> Markup {
        let words = self.words;
        let own = at(place, asked.name);
        let name = format!("{PREFIX}{own}");
        let label = label(words, part, asked.name);
        if asked.kind == Kind::Flag {
            return check_box(&name, &label, form.value(&own) == "true");
        }
        let one = Field {
            error: error.filter(|error| error.place == own).map(|error| error.problem.clone()),
            hint: (asked.kind == Kind::Condition).then(|| words.t("planform-when-hint")),
            ..Field::new(&name, label, self.input(asked.kind, form.value(&own)))
        };
        field(words, &one)
    }

    fn entry(&self, form: &Form, asked: &Asked, place: &str, label: &str) -> Markup {
        let own = at(place, asked.name);
        let (name, typed) = (format!("{PREFIX}{own}"), form.value(&own));
        if asked.kind == Kind::Flag {
            return html! { input type="checkbox" name=(name) value="true" checked[typed == "true"] aria-label=(label); };
        }
        entry(&name, &self.input(asked.kind, typed), label)
    }

    fn input<'t>(&self, kind: Kind, typed: &'t str) -> Input<'t> {
        let words = self.words;
        let select = |known: &[&str], name: &dyn Fn(&str) -> String| {
            let none = Choice { value: String::new(), label: words.t("planform-not-said") };
            let known = known.iter().map(|value| Choice { value: (*value).to_owned(), label: name(value) });
            Input::Select { chosen: typed, choices: std::iter::once(none).chain(known).collect() }
        };
        match kind {
            // What is no choice is kept as it is typed, so that it can be told.
            Kind::Choice(known) if typed.is_empty() || known.contains(&typed) => {
                select(known, &|value| words.t(&format!("planform-choice-{value}")))
            }
            Kind::Role if typed.is_empty() || access::ROLES.contains(&typed) => {
                select(access::ROLES, &|value| words.choice("role", value))
            }
            Kind::Metric => Input::Suggested { typed, words: self.kpis.clone() },
            Kind::Day if typed.is_empty() || typed.len() == DAY => Input::Date(typed),
            Kind::Whole => Input::Whole(typed),
            Kind::Condition => Input::Area(typed),
            _ => Input::Text(typed),
        }
    }
}

fn at(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

/// The id of a place on the page.
fn anchor(place: &str) -> String {
    format!("at-{}", place.replace('.', "-"))
}
