//! How the company computes its numbers: every KPI with its formula, and a form that adds one or changes one, with what it comes to.

mod form;
mod wrong;

use super::{failed, origin, unit as shown_unit, versions};
use crate::{Kpi, KpiError, MOST_TIME, Row, Setting, Version, asked, asked::Folder};
use access::{Access, Asker};
use axum::{
    Extension, Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use form::Typed;
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::{
    facts::FACT_TYPES,
    kpi::{Better, CatalogueError, Definition, Draft, MadeError, Placed, TIER, Unit, shipped_file},
    log::Origin,
};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::{
    WebError, Words,
    components::{
        Cell, Head, Message, Mood, Panel, Purpose, Row as Line, Table, facts, link_button, message, page_head,
        record_link, tag,
    },
};

const ACTIVE: &str = "kpis";
const NEW: &str = "new";

/// Heads after the first, which stand before their values where rows are lines.
const LISTED: [&str; 3] = ["kpi-id", "unit", "formula"];
const COLUMNS: [&str; 4] = ["kpi-fact-of", "kpi-amounts", "kpi-keys", "kpi-filters"];

fn heads<const N: usize>(words: Words, first: &str, keys: [&str; N]) -> Vec<Head> {
    [first].into_iter().chain(keys).map(|key| Head::text(words.t(key))).collect()
}

fn labelled<const N: usize>(words: Words, keys: [&str; N], cells: [Cell; N]) -> Vec<Cell> {
    cells.into_iter().zip(keys).map(|(cell, key)| cell.labelled(words.t(key))).collect()
}

pub async fn list(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
) -> Result<Markup, WebError> {
    let (words, code) = (asker.words, asker.words.language.code());
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let mut groups: Vec<(&str, Vec<&Definition>)> = Vec::new();
    for definition in kpi.catalogue().iter() {
        match groups.iter_mut().find(|(group, _)| *group == definition.group) {
            Some((_, kpis)) => kpis.push(definition),
            None => groups.push((&definition.group, vec![definition])),
        }
    }
    let row = |definition: &&Definition| {
        let name = html! {
            (record_link(&format!("/kpis/{}", definition.id), definition.name(code)))
            @if definition.since.is_some() { " " (tag(Mood::Good, &words.t("own-scorecard"))) }
        };
        let formula = html! { span lang="en" { (definition.reads) } };
        let cells = [
            Cell::text(html! { code { (definition.id) } }),
            Cell::text(words.choice("kpi-unit", definition.unit.name())),
            Cell::text(formula),
        ];
        Line::new(name, labelled(words, LISTED, cells))
    };
    let heads = || heads(words, "kpis", LISTED);
    let title = words.t("kpi-catalogue");
    let end = html! {
        @if kpi.defines().await.map_err(failed)? {
            (link_button(Purpose::Primary, "/kpis/new", Some("plus"), &words.t("new-kpi")))
        }
    };
    let broken = kpi.broken_definitions(&folder.path).await.map_err(failed)?;
    let panels = groups.iter().map(|(group, kpis)| {
        let name = words.t(&format!("kpi-group-{group}"));
        let rows = kpis.iter().map(row).collect();
        let table = Table { label: &name, heads: heads(), rows, is_tall: true, is_lines: true, ..Table::default() };
        Panel { id: group, title: &name, body: table.render(), is_flush: true, ..Panel::default() }.render()
    });
    let panels: Vec<Markup> = panels.collect();
    let content = html! {
        (page_head(&title, Some(&words.t("kpi-catalogue-hint")), &end))
        @for error in &broken {
            (message(words, &Message { mood: Mood::Bad, what: &words.t("kpi-broken"), hint: Some(error), buttons: None, reference: None }))
        }
        div.stack { @for panel in &panels { (panel) } }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub async fn show(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<String>,
) -> Result<Markup, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let page = Page::of(&asker, &kpi, Some(id).filter(|id| id != NEW)).await?;
    Ok(page.document(&page.stored(), &html! {}))
}

/// What stands in the form comes to this.
pub async fn preview(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Markup, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.definers_only().await.map_err(failed)?;
    let page = Page::of(&asker, &kpi, Some(id).filter(|id| id != NEW)).await?;
    let planned = page.planned(&Typed::of(&form), &folder).await;
    page.previewed(planned.map(|planned| planned.tried))
}

pub async fn save(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.definers_only().await.map_err(failed)?;
    let page = Page::of(&asker, &kpi, Some(id).filter(|id| id != NEW)).await?;
    let typed = Typed::of(&form);
    let set = async {
        let plan = page.planned(&typed, &folder).await?;
        let is_preview = form.contains_key("preview");
        if !is_preview {
            // Somebody else changed it meanwhile: what the form does not know would be lost.
            if typed.seen != page.file().unwrap_or_default() {
                return Err(KpiError::PlanIsOld(typed.draft.id.clone()));
            }
            kpi.define(&plan, &typed.reason, Origin::Ui).await?;
        }
        Ok((plan.tried, is_preview))
    };
    match set.await {
        Ok((_, false)) => {
            let id = page.id.as_ref().unwrap_or(&typed.draft.id);
            Ok(Redirect::to(&format!("/kpis/{id}")).into_response())
        }
        shown => {
            let shown = page.previewed(shown.map(|(tried, _)| tried))?;
            Ok(page.document(&typed, &shown).into_response())
        }
    }
}

/// From a day on the company has none of its own.
pub async fn end(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let said = |name: &str| form.get(name).map(|text| text.trim()).unwrap_or_default();
    let from = said("end_from");
    let day = asked::day("from", from).map_err(failed)?;
    let day = day.ok_or_else(|| failed(KpiError::NotADate { name: "from", value: from.to_owned() }))?;
    kpi.undefine(&id, Setting::new(day, Origin::Ui).because(said("end_reason"))).await.map_err(failed)?;
    Ok(Redirect::to("/kpis").into_response())
}

/// One KPI's page, or that of a new one.
struct Page<'a> {
    asker: &'a Asker,
    kpi: &'a Kpi,
    words: Words,
    id: Option<String>,
    held: Option<&'a Definition>,
    versions: Vec<Version>,
    defines: bool,
    today: Date,
}

impl<'a> Page<'a> {
    async fn of(asker: &'a Asker, kpi: &'a Kpi, id: Option<String>) -> Result<Self, WebError> {
        let versions = match &id {
            Some(id) => kpi.versions(id).await.map_err(failed)?,
            None => Vec::new(),
        };
        let held = id.as_ref().and_then(|id| kpi.catalogue().get(id)).map(AsRef::as_ref);
        let defines = kpi.defines().await.map_err(failed)?;
        if id.is_some() && held.is_none() && versions.is_empty() {
            return Err(WebError::NotFound);
        }
        if id.is_none() && !defines {
            return Err(WebError::Forbidden);
        }
        let today = kpi.day().await.map_err(failed)?;
        Ok(Self { asker, kpi, words: asker.words, id, held, versions, defines, today })
    }

    /// The file that the form changes: the company's own that holds today, or what ships, or what the company had or will have.
    fn file(&self) -> Option<String> {
        let held = self.versions.iter().rev().find(|version| version.since <= self.today);
        let any = || self.versions.iter().rev().find_map(|version| version.text.clone());
        held.and_then(|held| held.text.clone()).or_else(|| shipped_file(self.id.as_ref()?)).or_else(any)
    }

    fn stored(&self) -> Typed {
        let empty = || Draft {
            unit: Unit::Money.name().to_owned(),
            better: Better::Higher.name().to_owned(),
            rows: form::ROWS[0].to_owned(),
            ..Draft::default()
        };
        let draft = self.file().and_then(|file| Draft::of(&file)).unwrap_or_else(empty);
        Typed {
            draft,
            from: self.today.first_of_month().to_string(),
            reason: String::new(),
            seen: self.file().unwrap_or_default(),
        }
    }

    async fn planned(&self, typed: &Typed, folder: &Folder) -> Result<crate::DefinitionPlan, KpiError> {
        let from = asked::day("from", &typed.from)?;
        let from = from.ok_or_else(|| KpiError::NotADate { name: "from", value: typed.from.clone() })?;
        let whole = |error: MadeError| KpiError::Made(Placed { line: 0, character: 0, error: Box::new(error) });
        let file = self.file();
        let mut draft = typed.draft.clone();
        if let Some(stored) = file.as_deref().and_then(Draft::of) {
            form::keep(&mut draft, &stored);
        }
        draft.companions.retain(|beside| !form::is_empty(beside));
        let file = draft.to_file(file.as_deref()).map_err(whole)?;
        if self.id.is_none() && self.kpi.catalogue().get(&draft.id).is_some() {
            return Err(whole(CatalogueError::Twice(draft.id).into()));
        }
        self.kpi.plan_definitions(&file, from, folder.path.clone(), MOST_TIME).await
    }

    /// The company's months by the new formula, beside what holds.
    fn previewed(&self, tried: Result<Vec<crate::Tried>, KpiError>) -> Result<Markup, WebError> {
        let words = self.words;
        let tried = match tried {
            Ok(tried) => tried,
            Err(error) => {
                let Some(hint) = wrong::wrong(words, &error) else { return Err(failed(error)) };
                let what = words.t("kpi-wrong");
                let note = Message { mood: Mood::Bad, what: &what, hint: Some(&hint), buttons: None, reference: None };
                return Ok(message(words, &note));
            }
        };
        let Some(tried) = tried.first() else { return Ok(html! {}) };
        let value = |row: &Row| {
            let unit = shown_unit(row.unit, row.currency);
            match super::amount(row.value.as_deref()) {
                Some(value) => words.exact(value, unit).to_string(),
                None => row.null_reason.map_or_else(String::new, |why| super::reason(why).sentence(words)),
            }
        };
        let rows = tried.values.iter().enumerate().map(|(place, row)| {
            let before = tried.before.get(place).map(|before| Cell::number(value(before)));
            let count = Cell::number(words.count(usize::try_from(row.row_count).unwrap_or(0)));
            let cells = before.into_iter().chain([Cell::number(value(row)), count]);
            Line::new(words.period(&row.period), cells.collect())
        });
        let title = words.t("preview");
        let before = (!tried.before.is_empty()).then(|| Head::number(words.t("kpi-value-now")));
        let heads = [Head::text(words.t("period"))].into_iter().chain(before);
        let heads = heads.chain([Head::number(words.t("value")), Head::number(words.t("rows-behind"))]).collect();
        let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
        let millis = i64::try_from(tried.took.as_millis()).unwrap_or(i64::MAX);
        let note = words.t_with("kpi-took", &[("count", millis.into())]);
        Ok(Panel {
            id: "preview-values",
            title: &title,
            note: Some(&note),
            body: table.render(),
            is_flush: true,
            ..Panel::default()
        }
        .render())
    }

    fn document(&self, typed: &Typed, preview: &Markup) -> Markup {
        let words = self.words;
        let code = words.language.code();
        let title = match (&self.id, self.held) {
            (_, Some(held)) => held.name(code).to_owned(),
            (Some(id), None) => id.clone(),
            (None, None) => words.t("new-kpi"),
        };
        let sub = self.held.map(|held| held.meaning(code).to_owned());
        let way = link_button(Purpose::Plain, "/kpis", None, &words.t("kpi-catalogue"));
        let versions: Vec<_> = self.versions.iter().map(|one| (one.clone(), one.definition())).collect();
        let content = html! {
            (page_head(&title, sub.as_deref(), &way))
            div.stack {
                @if let Some(held) = self.held { (self.held_panel(held)) }
                (versions::panel(words, &versions, |definition| html! { span lang="en" { (definition.reads) } }))
                @if self.defines { (form::form(self, typed, preview)) (reference(words)) }
            }
        };
        self.asker.document(&title, Some(ACTIVE), None, &content)
    }

    fn held_panel(&self, held: &Definition) -> Markup {
        let words = self.words;
        let mut about = vec![
            (words.t("kpi-id"), html! { code { (held.id) } }),
            (words.t("formula"), html! { span lang="en" { (held.reads) } }),
            (words.t("unit"), html! { (words.choice("kpi-unit", held.unit.name())) }),
            (words.t("better"), html! { (words.choice("better", held.better.name())) }),
            (words.t("defined-in"), origin(words, held)),
        ];
        about.extend(held.companions.iter().map(|beside| {
            let code = words.language.code();
            let name = beside.names.get(code).or_else(|| beside.names.get("en")).cloned().unwrap_or_default();
            (name, html! { code { (held.id) "." (beside.id) } " " span lang="en" { (beside.reads) } })
        }));
        let end = html! { a.lnk href=(format!("/kpi/{}", held.id)) { (words.t("value")) } };
        let title = words.t("definition");
        Panel {
            id: "definition",
            title: &title,
            end: Some(end),
            body: facts(&about),
            is_flush: true,
            ..Panel::default()
        }
        .render()
    }
}

/// What a formula can name: facts with their columns.
fn reference(words: Words) -> Markup {
    let rows = FACT_TYPES.iter().map(|fact| {
        let list = |names: Vec<&str>| html! { code { (names.join(", ")) } };
        let filters: BTreeSet<&str> = fact.keys.iter().filter(|key| key.entity.is_none()).map(|key| key.name).collect();
        let tier = fact.key("account").map(|_| TIER);
        let cells = [
            Cell::text(words.record(fact.entity)),
            Cell::text(list(fact.measures.iter().map(|column| column.name).collect())),
            Cell::text(list(fact.keys.iter().filter(|key| key.entity.is_some()).map(|key| key.name).collect())),
            Cell::text(list(filters.into_iter().chain(tier).collect())),
        ];
        Line::new(html! { code { (fact.name) } }, labelled(words, COLUMNS, cells))
    });
    let title = words.t("kpi-facts");
    let heads = heads(words, "kpi-fact", COLUMNS);
    let table = Table { label: &title, heads, rows: rows.collect(), is_tall: true, is_lines: true, ..Table::default() };
    html! { details { summary.lnk { (title) } (Panel { id: "facts", title: &title, body: table.render(), is_flush: true, ..Panel::default() }) } }
}
