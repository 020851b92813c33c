//! What stands behind a number: its formula, its two sides, and the records that sum to them.

mod rows;

use super::{Looking, amount, failed, origin, reading, reason, unit};
use crate::{
    Ask, ByWord, Kpi, Opened,
    asked::{Asked, Folder},
    explain::has_no_rows,
    json,
};
use access::{Access, Asker, COMPANY};
use axum::{
    Extension,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use base::{Amount, Grain};
use documents::{Cell, Sheet};
use maud::{Markup, Render, html};
use rules::kpi::{Definition, Formula, How, Side};
use serde::Deserialize;
use std::sync::Arc;
use web_kit::{
    CSV, Figure, Unit, WebError, Words, attached,
    components::{Mood, Panel, Purpose, Reading, facts, icon_small, link_button, null, page_head, past_banner, tag},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Paged {
    page: usize,
}

/// One number, and whose it is.
struct Drill<'a> {
    words: Words,
    asked: &'a Asked,
    definition: Arc<Definition>,
    opened: Opened,
    /// What is told beside it.
    beside: Vec<Beside<'a>>,
    by: ByWord,
    /// What the number is about: a person's name, the company's; and each filter's.
    about: String,
    /// `1997`, or from a day up to a day.
    span: String,
    /// The year its first day falls in.
    year: String,
    /// For formulas over revenue: what counts as that.
    basis: Option<String>,
}

/// The page; with `.csv` behind the KPI's id the rows as a file.
pub async fn page(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<String>,
    Query(query): Query<Asked>,
    Query(paged): Query<Paged>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let (id, file) = match id.rsplit_once('.') {
        Some((id, "csv")) => (id, Some(File::Csv)),
        Some((id, "xlsx")) => (id, Some(File::Xlsx)),
        _ => (id.as_str(), None),
    };
    let mut ask = query.ask(vec![id.to_owned()], folder).map_err(failed)?;
    ask.grain = Grain::All;
    let by = ask.by;
    let opened = kpi.open(&ask).await.map_err(failed)?;
    if let Some(kind) = file {
        return kind.of(&opened);
    }
    let calendar = kpi.calendar().await.map_err(failed)?;
    let mut names = vec![about(&access, &asker, by, &query.entity).await?];
    for (by, entity) in &ask.filters {
        let of = asker.words.t(&format!("by-{}", by.name()));
        names.push(format!("{of} {}", about(&access, &asker, *by, entity).await?));
    }
    names.extend(ask.restated.then(|| asker.words.t("restated")));
    let definition = opened.definition.clone();
    let beside = beside(&kpi, asker.words, &definition, &ask).await?;
    let drill = Drill {
        beside,
        words: asker.words,
        asked: &query,
        by,
        about: names.join(" · "),
        span: span(asker.words, &calendar, &definition, &opened),
        year: calendar.period_of(opened.from, Grain::Year).map(|year| year.label).unwrap_or_default(),
        basis: basis(&access, asker.words, &definition).await?,
        definition: definition.clone(),
        opened,
    };
    let rows = rows::panel(&access, &asker, &drill, paged.page).await?;
    Ok(drill.document(&asker, &rows).into_response())
}

/// Another number of the same entity and days.
struct Beside<'a> {
    kpi: &'a Definition,
    reading: Reading,
}

/// The companions' values; what it is computed from was opened with it.
async fn beside<'a>(kpi: &'a Kpi, words: Words, of: &'a Definition, ask: &Ask) -> Result<Vec<Beside<'a>>, WebError> {
    let is_part = |companion: &&Definition| of.formula.parts().iter().any(|part| part.id == companion.id);
    let may_ask = |companion: &&Definition| {
        ask.by.key().is_none_or(|key| companion.has_key(key)) && (kpi.viewer().sees_all() || companion.has_key("owner"))
    };
    let companions = kpi.catalogue().beside(of).filter(|companion| !is_part(companion)).filter(may_ask);
    let companions: Vec<&Definition> = companions.collect();
    if companions.is_empty() {
        return Ok(Vec::new());
    }
    let kpis = companions.iter().map(|companion| companion.id.clone()).collect();
    let answer = kpi.ask(&Ask { kpis, ..ask.clone() }).await.map_err(failed)?;
    let with_value = |kpi: &'a Definition| {
        let row = answer.rows.iter().find(|row| row.kpi == kpi.id)?;
        Some(Beside { kpi, reading: reading(words, row) })
    };
    Ok(companions.into_iter().filter_map(with_value).collect())
}

/// The rows as a file.
#[derive(Debug, Clone, Copy)]
enum File {
    Csv,
    Xlsx,
}

impl File {
    fn of(self, opened: &Opened) -> Result<Response, WebError> {
        let (end, kind, body) = match self {
            Self::Csv => ("csv", CSV, csv(opened)?),
            Self::Xlsx => ("xlsx", documents::XLSX, xlsx(opened)?),
        };
        Ok(attached(kind, &format!("{}-{}-{}.{end}", opened.kpi, opened.from, opened.to), body))
    }
}

fn csv(opened: &Opened) -> Result<Vec<u8>, WebError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(json::OPENED_HEADS).map_err(WebError::internal)?;
    for line in json::opened_lines(opened) {
        writer.write_record(line).map_err(WebError::internal)?;
    }
    writer.into_inner().map_err(|error| WebError::internal(error.to_string()))
}

/// The same cells; numbers are numbers.
fn xlsx(opened: &Opened) -> Result<Vec<u8>, WebError> {
    let numbers = ["numerator", "denominator"];
    let cell = |(head, text): (&str, String)| match text.parse() {
        _ if text.is_empty() => Cell::Empty,
        Ok(amount) if numbers.contains(&head) => Cell::Number(amount),
        _ => Cell::Text(text),
    };
    let rows = json::opened_lines(opened).into_iter();
    let rows = rows.map(|line| json::OPENED_HEADS.into_iter().zip(line).map(cell).collect());
    let heads = json::OPENED_HEADS.map(str::to_owned).to_vec();
    let sheet = Sheet { name: opened.kpi.clone(), heads, rows: rows.collect() };
    documents::xlsx(&sheet).map_err(WebError::internal)
}

/// The name behind an entity's number or external id; whoever may open the number may read the name.
pub(super) async fn about(access: &Access, asker: &Asker, by: ByWord, entity: &str) -> Result<String, WebError> {
    if by == ByWord::Company {
        return Ok(asker.company.to_string());
    }
    let Some(record_type) = by.record_type() else { return Ok(entity.to_owned()) };
    let mut found = access.db().system().named(record_type, entity).await.map_err(WebError::internal)?;
    Ok(found.pop().map_or_else(|| entity.to_owned(), |record| record.title()))
}

/// The period's own name where the days are a period's; what stands is told on its day.
fn span(words: Words, calendar: &base::FiscalCalendar, definition: &Definition, opened: &Opened) -> String {
    if definition.formula.measures().iter().any(|(_, measure)| measure.axis().is_stock()) {
        let last = opened.to.yesterday().unwrap_or(opened.to);
        return words.date(last.min(opened.as_of));
    }
    let whole = [Grain::Year, Grain::Quarter, Grain::Month].into_iter().find_map(|grain| {
        let period = calendar.period_of(opened.from, grain).ok()?;
        (period.start == opened.from && period.end == opened.to).then(|| words.period(&period))
    });
    let last = opened.to.yesterday().unwrap_or(opened.to);
    whole.unwrap_or_else(|| format!("{} – {}", words.date(opened.from), words.date(last)))
}

async fn basis(access: &Access, words: Words, definition: &Definition) -> Result<Option<String>, WebError> {
    if !definition.is_over_revenue() {
        return Ok(None);
    }
    let company = access.db().system().all(&COMPANY).await.map_err(WebError::internal)?;
    let word = company.first().and_then(|record| record.value("revenue_basis").as_text());
    Ok(word.map(|word| words.choice("revenue_basis", word)))
}

impl Drill<'_> {
    fn document(&self, asker: &Asker, rows: &Markup) -> Markup {
        let words = self.words;
        let title = self.definition.name(words.language.code());
        let looking = Looking { as_of: &self.asked.as_of, known_at: &self.asked.known_at, basis: &self.asked.basis };
        let past = looking.is_back().then(|| {
            let now = self.address("", &[("as_of", ""), ("known_at", "")]);
            past_banner(words, self.opened.as_of, self.asked.known_at.parse().ok(), None, &now)
        });
        let sub = format!("{} · {} · {}", self.about, self.span, looking.sentence(words, self.opened.as_of));
        let (csv, xlsx) = (self.address(".csv", &[]), self.address(".xlsx", &[]));
        let end = html! {
            a.btn href=(self.scorecard()) { (words.t("scorecard")) }
            @if self.opened.value.is_some() && !has_no_rows(&self.definition) {
                a.btn href=(self.address("/why", &[])) { (words.t("why")) }
            }
            @if !self.is_computed() {
                (link_button(Purpose::Plain, &csv, Some("download"), &words.t("export-csv")))
                (link_button(Purpose::Plain, &xlsx, Some("download"), &words.t("export-xlsx")))
            }
        };
        let content = html! {
            (page_head(title, Some(&sub), &end))
            div.stack {
                div.cols.pair { (self.what()) (self.definition_panel()) }
                (rows)
            }
        };
        asker.document(title, Some("scorecard"), past, &content)
    }

    /// The number, its sides and its meaning.
    fn what(&self) -> Markup {
        let words = self.words;
        let value = match (amount(self.opened.value.as_deref()), self.opened.null_reason) {
            (Some(value), _) => html! { b { (self.shown(value, self.unit())) } },
            (None, why) => {
                let why = why.map_or(web_kit::components::NullReason::NoSource, reason);
                html! { b { (null(words, why)) } " " span.mut { (why.sentence(words)) } }
            }
        };
        let is_told = self.opened.denominator.filter(|_| self.opened.value.is_some());
        let body = html! {
            p.fml {
                (value)
                @if self.opened.mature == Some(false) { " " (tag(Mood::Warn, &words.t("immature"))) }
                @if let Some(denominator) = is_told {
                    " = "
                    span.frac {
                        span { (self.shown(self.opened.numerator, self.numerator_unit())) }
                        span { (self.shown(denominator, self.denominator_unit())) }
                    }
                }
            }
            p.ink2.measure { (self.definition.meaning(words.language.code())) }
            @if !self.beside.is_empty() {
                ul.beside {
                    @for Beside { kpi, reading } in &self.beside {
                        @let opens = !kpi.formula.has(|how| matches!(how, How::Quantile(_)));
                        @let address = opens.then(|| self.address_of(&kpi.id, "", &[]));
                        li {
                            span.mut { (kpi.name(words.language.code())) } " "
                            (web_kit::components::reading(words, reading, address.as_deref()))
                        }
                    }
                }
            }
        };
        let end = html! { span.tag { (icon_small("sigma")) (self.definition.id) } };
        let title = words.t("what-this-is");
        Panel { id: "what", title: &title, end: Some(end), body, ..Panel::default() }.render()
    }

    fn definition_panel(&self) -> Markup {
        let words = self.words;
        let mut about = vec![
            (words.t("formula"), html! { span lang="en" { (self.definition.reads) } }),
            (words.t("defined-in"), origin(words, &self.definition)),
        ];
        about.extend(self.basis.as_ref().map(|basis| (words.field("revenue_basis"), tag(Mood::Neutral, basis))));
        about.push((words.t("period"), html! { (self.span) }));
        let title = words.t("definition");
        let id = self.definition.id.split('.').next().unwrap_or_default();
        let end = Some(html! { a.lnk href=(format!("/kpis/{id}")) { (words.t("versions")) } });
        Panel { id: "definition", title: &title, end, body: facts(&about), is_flush: true, ..Panel::default() }.render()
    }

    /// Of other numbers, and with no rows of its own.
    fn is_computed(&self) -> bool {
        !self.definition.formula.parts().is_empty()
    }

    fn unit(&self) -> Unit {
        unit(self.opened.unit, self.opened.currency)
    }

    fn numerator_unit(&self) -> Unit {
        if self.opened.denominator.is_none() { self.unit_of_whole() } else { self.side_unit(Side::Numerator) }
    }

    fn denominator_unit(&self) -> Unit {
        self.side_unit(Side::Denominator)
    }

    /// Evenness opens into the accounts it was taken over.
    fn unit_of_whole(&self) -> Unit {
        if matches!(self.definition.formula, Formula::Spread { .. }) { Unit::Count } else { self.unit() }
    }

    fn side_unit(&self, wanted: Side) -> Unit {
        let measures = self.definition.formula.measures();
        let side = measures.iter().find(|(side, _)| *side == wanted);
        match side {
            Some((_, measure)) if measure.is_money(self.opened.basis) => Unit::Money(self.opened.own_currency),
            _ => Unit::Count,
        }
    }

    /// Money to its minor units, so that the rows add up before the reader's eyes.
    fn shown(&self, value: Amount, unit: Unit) -> Figure {
        match unit {
            Unit::Money(currency) => match value.to_money(currency) {
                Ok(money) => self.words.money(money),
                Err(_) => self.words.exact(value, unit),
            },
            _ => self.words.exact(value, unit),
        }
    }

    fn address(&self, end: &str, changes: &[(&str, &str)]) -> String {
        self.address_of(&self.definition.id, end, changes)
    }

    fn address_of(&self, kpi: &str, end: &str, changes: &[(&str, &str)]) -> String {
        self.asked.address(&format!("/kpi/{kpi}{end}"), changes)
    }

    /// The scorecard this number stands on, at the same clocks.
    fn scorecard(&self) -> String {
        let asked = self.asked;
        let is_there = ByWord::SCORED.contains(&self.by);
        let (by, entity) =
            if is_there { (self.by.name(), asked.entity.as_str()) } else { (ByWord::Company.name(), "") };
        web_kit::address(
            "/scorecard",
            &[
                ("by", by),
                ("entity", entity),
                ("year", &self.year),
                ("kpi", &self.definition.id),
                ("as_of", &asked.as_of),
                ("known_at", &asked.known_at),
            ],
        )
    }
}
