//! Why a number changed: both numbers, what kinds of things made the difference as a waterfall, and the records behind them.

use super::{Looking, failed, reason, unit};
use crate::{
    ByWord, Cause, End, Explained, Kind, KnownAt, Kpi,
    asked::{Asked, Folder},
    pages::drill::about,
};
use access::{Access, Asker};
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use base::{Amount, Grain};
use jiff::tz::TimeZone;
use maud::{Markup, Render, html};
use rules::kpi::{Better, Definition};
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    Figure, Unit, WebError, Words,
    components::{
        Cell, Fall, Head, Lean, Panel, Place, Purpose, Row as Line, Table, button, empty, link_button, null, page_head,
        past_banner, record_link, segmented, waterfall,
    },
};

/// So many records are listed.
const MOST: usize = 200;
/// So many bars stand apart.
const MOST_BARS: usize = 12;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Compared {
    against: String,
    /// A day typed into one of the two fields.
    as_of_then: String,
    known_then: String,
    /// Only causes of this kind are listed.
    kind: String,
}

impl Compared {
    /// What the number is compared with, as an address has it.
    fn against(&self) -> String {
        match (self.known_then.as_str(), self.as_of_then.as_str()) {
            ("", "") => self.against.clone(),
            ("", day) => format!("as_of:{day}"),
            (day, _) => format!("known_at:{day}"),
        }
    }
}

pub async fn page(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<String>,
    Query(query): Query<Asked>,
    Query(compared): Query<Compared>,
) -> Result<Markup, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let mut ask = query.ask(vec![id.clone()], folder).map_err(failed)?;
    ask.grain = Grain::All;
    let against = compared.against();
    let explained = kpi.explain(&ask, against.parse().map_err(failed)?).await.map_err(failed)?;
    let why = Why {
        words: asker.words,
        about: about(&access, &asker, ask.by, &query.entity).await?,
        kpi: &kpi,
        definition: &explained.definition,
        asked: &query,
        against,
        kind: &compared.kind,
        explained: &explained,
    };
    Ok(why.document(&asker))
}

/// What one bar stands for.
struct Bar {
    name: String,
    href: Option<String>,
    rows: usize,
    effect: Amount,
}

struct Why<'a> {
    words: Words,
    about: String,
    kpi: &'a Kpi,
    definition: &'a Definition,
    asked: &'a Asked,
    against: String,
    kind: &'a str,
    explained: &'a Explained,
}

impl Why<'_> {
    fn document(&self, asker: &Asker) -> Markup {
        let words = self.words;
        let name = self.definition.name(words.language.code());
        let title = words.t_with("why-changed", &[("name", name.into())]);
        let drill = self.asked.address(&format!("/kpi/{}", self.definition.id), &[]);
        let way = link_button(Purpose::Plain, &drill, None, &words.t("rows-behind"));
        let content = html! {
            (page_head(&title, Some(&self.about), &way))
            (self.controls())
            div.stack {
                @if self.explained.difference().is_none() { (self.nothing()) }
                @else { (self.falls()) (self.causes()) }
            }
        };
        let looking = Looking { as_of: &self.asked.as_of, known_at: &self.asked.known_at, basis: "" };
        let past = looking.is_back().then(|| {
            let now = self.address(&self.definition.id, &[("as_of", ""), ("known_at", "")]);
            past_banner(words, self.explained.after.as_of, self.asked.known_at.parse().ok(), None, &now)
        });
        asker.document(&title, Some("scorecard"), past, &content)
    }

    /// This page with some words changed.
    fn address(&self, id: &str, changes: &[(&str, &str)]) -> String {
        let against = ("against", self.against.as_str());
        let kept = [against].into_iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        self.asked.address(&format!("/kpi/{id}/why"), &kept.chain(changes.iter().copied()).collect::<Vec<_>>())
    }

    fn controls(&self) -> Markup {
        let words = self.words;
        let id = &self.definition.id;
        let places = [("period", "against-period"), ("year", "against-year")].map(|(word, key)| {
            let is_now = self.against == word || self.against.is_empty() && word == "period";
            Place::new(words.t(key), self.address(id, &[("against", word)]), is_now)
        });
        let day = |prefix: &str| self.against.strip_prefix(prefix).unwrap_or_default().to_owned();
        let form = |name: &str, key: &str, typed: &str| {
            html! {
                form.filters method="get" action=(format!("/kpi/{id}/why")) data-autosubmit {
                    @for (name, value) in self.asked.pairs().iter().filter(|(_, value)| !value.is_empty()) {
                        input type="hidden" name=(name) value=(value);
                    }
                    label { span { (words.t(key)) } " " input.input type="date" name=(name) value=(typed); }
                    span.no-js { (button(Purpose::Plain, &words.t("show"))) }
                }
            }
        };
        web_kit::components::controls(&[
            segmented(&words.t("compared-with"), &places),
            form("known_then", "against-known", &day("known_at:")),
            form("as_of_then", "against-as-of", &day("as_of:")),
        ])
    }

    /// One of the two has no value.
    fn nothing(&self) -> Markup {
        let words = self.words;
        let why = |end: &End| end.null_reason.map_or(web_kit::components::NullReason::NoSource, reason);
        let told = |end: &End| {
            html! {
                @if let Some(value) = end.value { (self.figure(value)) }
                @else { (null(words, why(end))) " " (why(end).sentence(words)) }
            }
        };
        let body = html! {
            p { (self.name_of(&self.explained.before)) ": " (told(&self.explained.before)) }
            p { (self.name_of(&self.explained.after)) ": " (told(&self.explained.after)) }
            (empty(&words.t("nothing-to-compare"), "", None))
        };
        Panel { id: "nothing", title: &words.t("difference"), body, ..Panel::default() }.render()
    }

    fn unit(&self) -> Unit {
        unit(self.explained.unit, self.explained.currency)
    }

    fn figure(&self, value: Amount) -> Figure {
        self.words.exact(value, self.unit())
    }

    fn lean(&self, effect: Amount) -> Lean {
        match (self.definition.better, effect.is_negative()) {
            _ if effect.is_zero() => Lean::Neutral,
            (Better::Higher, false) | (Better::Lower, true) => Lean::Good,
            (Better::Band, _) => Lean::Neutral,
            _ => Lean::Bad,
        }
    }

    /// `1 Jan 2026 – 31 Mar 2026`, and the day whose knowledge it is.
    fn name_of(&self, end: &End) -> String {
        let words = self.words;
        let last = end.to.yesterday().unwrap_or(end.to);
        let span = format!("{} – {}", words.date(end.from), words.date(last.min(end.as_of)));
        let looking = match end.known_at {
            Some(KnownAt::Day(day)) => words.t_with("known-on", &[("date", words.date(day).into())]),
            Some(KnownAt::Moment(moment)) => {
                let date = words.date(moment.to_zoned(TimeZone::UTC).date());
                words.t_with("known-on", &[("date", date.into())])
            }
            Some(KnownAt::At(_)) | None if self.against.starts_with("known_at") => words.t("known-now"),
            Some(KnownAt::At(_)) | None => return span,
        };
        format!("{span} · {looking}")
    }

    /// A number's way to its rows.
    fn drill(&self, end: &End) -> String {
        let (from, to) = (end.from.to_string(), end.to.to_string());
        let as_of = end.looked_at.map(|day| day.to_string()).unwrap_or_default();
        let known = match end.known_at {
            Some(KnownAt::Day(day)) => day.to_string(),
            Some(KnownAt::Moment(moment)) => moment.to_string(),
            Some(KnownAt::At(_)) | None => String::new(),
        };
        let changes = [("from", from.as_str()), ("to", &to), ("as_of", &as_of), ("known_at", &known)];
        self.asked.address(&format!("/kpi/{}", self.definition.id), &changes)
    }

    /// From one number to the other, a bar for each kind of cause.
    fn falls(&self) -> Markup {
        let words = self.words;
        let (Some(before), Some(after)) = (self.explained.before.value, self.explained.after.value) else {
            return html! {};
        };
        let whole = |end: &End, value: Amount| Fall {
            head: record_link(&self.drill(end), &self.name_of(end)),
            figure: self.figure(value),
            from: Amount::ZERO,
            to: value,
            lean: None,
        };
        let mut steps = vec![whole(&self.explained.before, before)];
        let mut now = before;
        for group in self.groups() {
            let next = now.checked_add(group.effect).unwrap_or(now);
            let rows = words.t_with("rows-count", &[("count", group.rows.into())]);
            let head = html! {
                @if let Some(href) = &group.href { (record_link(href, &group.name)) } @else { (group.name) }
                @if group.rows > 0 { " " span.mut { (rows) } }
            };
            let figure = words.exact_difference(group.effect, self.unit());
            steps.push(Fall { head, figure, from: now, to: next, lean: Some(self.lean(group.effect)) });
            now = next;
        }
        // What divisions leave at the last millionth is no line where nobody could see it.
        let figure = words.exact_difference(self.explained.rounding, self.unit());
        if figure != words.exact_difference(Amount::ZERO, self.unit()) {
            steps.push(Fall {
                head: words.t("rounding").render(),
                figure,
                from: now,
                to: after,
                lean: Some(Lean::Neutral),
            });
        }
        steps.push(whole(&self.explained.after, after));
        let (rows, is_cut) = waterfall(&steps);
        let difference = self.explained.difference().unwrap_or(Amount::ZERO);
        let note = words.exact_difference(difference, self.unit()).to_string();
        let title = words.t("difference");
        let heads =
            vec![Head::text(words.t("cause")), Head::number(words.t("effect")), Head::text(words.t("waterfall"))];
        let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
        let footer = is_cut.then(|| html! { span.mut { (words.t("axis-is-cut")) } });
        Panel {
            id: "falls",
            title: &title,
            note: Some(&note),
            body: table.render(),
            is_flush: true,
            footer,
            ..Panel::default()
        }
        .render()
    }

    /// What the bars stand for. Of two periods nearly every row counts in one alone: there it is people, elsewhere kinds of causes.
    fn groups(&self) -> Vec<Bar> {
        let is_of_periods = self.explained.causes.iter().any(|cause| matches!(cause.kind, Kind::Came | Kind::Left));
        let by_people = is_of_periods && self.asked.by != ByWord::Rep.name();
        let mut bars: BTreeMap<(Option<Kind>, String), Bar> = BTreeMap::new();
        for cause in &self.explained.causes {
            let owner = cause.owner.as_ref().filter(|_| by_people);
            let (kind, name, href) = if let Some(owner) = owner {
                let entity = owner.id.map(|id| format!("#{id}")).unwrap_or_default();
                let changes = [("by", ByWord::Rep.name()), ("entity", entity.as_str())];
                (None, owner.name.clone(), Some(self.address(&self.definition.id, &changes)))
            } else if let Some(part) = &cause.part {
                (Some(cause.kind), self.kpi_name(part), Some(self.address(part, &[])))
            } else {
                let listed = self.address(&self.definition.id, &[("kind", cause.kind.name())]);
                let is_shared = by_people && matches!(cause.kind, Kind::Came | Kind::Left | Kind::Both);
                let word = if is_shared { "shared" } else { cause.kind.name() };
                let name = self.words.t(&format!("cause-{word}"));
                let (kind, listed) =
                    if is_shared { (None, self.address(&self.definition.id, &[])) } else { (Some(cause.kind), listed) };
                let href = match cause.kind {
                    Kind::Formula => format!("/kpis/{}", self.definition.id),
                    _ if cause.record.is_some() => format!("{listed}#causes"),
                    // What is no record's opens into the rows of the number itself.
                    _ => self.drill(&self.explained.after),
                };
                (kind, name, Some(href))
            };
            let bar = bars.entry((kind, name.clone())).or_insert(Bar { name, href, rows: 0, effect: Amount::ZERO });
            bar.rows += cause.rows;
            bar.effect = bar.effect.checked_add(cause.effect).unwrap_or(bar.effect);
        }
        let mut bars: Vec<Bar> = bars.into_values().collect();
        bars.sort_by_key(|bar| std::cmp::Reverse(bar.effect.abs()));
        if bars.len() > MOST_BARS {
            let rest = bars.split_off(MOST_BARS);
            let effect = Amount::sum(rest.iter().map(|bar| bar.effect)).unwrap_or(Amount::ZERO);
            let name = self.words.t_with("more-causes", &[("count", rest.len().into())]);
            bars.push(Bar { name, href: None, rows: rest.iter().map(|bar| bar.rows).sum(), effect });
        }
        bars
    }

    fn kpi_name(&self, id: &str) -> String {
        self.kpi.catalogue().get(id).map_or(id, |kpi| kpi.name(self.words.language.code())).to_owned()
    }

    /// The records behind the difference, the largest effect first.
    fn causes(&self) -> Markup {
        let words = self.words;
        let is_listed =
            |cause: &&Cause| cause.record.is_some() && (self.kind.is_empty() || cause.kind.name() == self.kind);
        let all: Vec<&Cause> = self.explained.causes.iter().filter(is_listed).collect();
        if all.is_empty() {
            return html! {};
        }
        let row = |cause: &&Cause| {
            let (entity, record_type) = cause.record.as_ref()?;
            let path = records::path(record_type).zip(entity.id);
            let head = html! {
                @if let Some((path, id)) = path { (record_link(&format!("{path}/{id}"), &entity.name)) }
                @else { (entity.name) }
            };
            let fields: Vec<String> = cause.fields.iter().map(|field| words.field(field)).collect();
            let what = html! {
                (words.t(&format!("cause-{}", cause.kind.name())))
                @if !fields.is_empty() { " " span.mut { (fields.join(", ")) } }
            };
            Some(Line::new(
                head,
                vec![Cell::text(what), Cell::number(words.exact_difference(cause.effect, self.unit()))],
            ))
        };
        let mut rows: Vec<Line> = all.iter().take(MOST).filter_map(row).collect();
        let rest = Amount::sum(all.iter().skip(MOST).map(|cause| cause.effect)).unwrap_or(Amount::ZERO);
        if all.len() > MOST {
            let cells = vec![Cell::text(""), Cell::number(words.exact_difference(rest, self.unit()))];
            rows.push(Line::hidden(words, all.len() - MOST, cells));
        }
        let title = words.t("causes");
        let heads = vec![Head::text(words.t("record")), Head::text(words.t("cause")), Head::number(words.t("effect"))];
        let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
        let end = (!self.kind.is_empty()).then(|| {
            link_button(
                Purpose::Plain,
                &self.address(&self.definition.id, &[("kind", "")]),
                None,
                &words.t("every-cause"),
            )
        });
        Panel { id: "causes", title: &title, end, body: table.render(), is_flush: true, ..Panel::default() }.render()
    }
}
