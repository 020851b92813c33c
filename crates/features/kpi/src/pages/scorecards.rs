//! By what roles are judged: which scorecard each has, and a form that changes it and shows what that does to real people's scores.

use super::{failed, scores::SCORE_DECIMALS, versions};
use crate::{Held, Kpi, KpiError, ScoreAsk, Setting, Version, asked, asked::Folder};
use access::{Access, Asker};
use axum::{
    Extension, Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use base::{Amount, AmountError, Fraction, Grain};
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::{
    kpi::Unit,
    log::Origin,
    score::{COMMON, Curve, CurveError, Group, Item, Missing, SHIPPED, Scorecard, ScorecardError, Whose},
};
use std::{collections::BTreeMap, sync::Arc};
use web_kit::{
    Language, WebError, Words,
    components::{
        Cell, Head, Input, Message, Mood, Panel, Purpose, Row as Line, Table, button, entry, link_button, message,
        page_head, record_link, tag,
    },
};

const ACTIVE: &str = "scores";
const HUNDRED: i64 = 100;
const WHOSE: [(Whose, &str); 3] = [(Whose::Person, "person"), (Whose::Reports, "reports"), (Whose::Company, "company")];

pub async fn list(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.setters_only().await.map_err(failed)?;
    let today = kpi.day().await.map_err(failed)?;
    let held = kpi.scorecards(today).await.map_err(failed)?;
    let place = |role: &str| SHIPPED.iter().position(|(shipped, _)| *shipped == role).unwrap_or(usize::MAX);
    let mut cards: Vec<(&String, &Held)> = held.iter().collect();
    cards.sort_by_key(|(role, _)| place(role));
    let row = |(role, held): &(&String, &Held)| {
        let weighted = held.card.items().filter(|item| item.weight.is_some()).count();
        let since = match held.since {
            Some(since) => {
                html! { (tag(Mood::Good, &words.t("own-scorecard"))) " " (words.t_with("scorecard-since", &[("date", words.date(since).into())])) }
            }
            None => tag(Mood::Neutral, &words.t("shipped-scorecard")),
        };
        let cells = vec![
            Cell::number(words.count(held.card.groups.len())),
            Cell::number(words.count(held.card.items().count())),
            Cell::number(words.count(weighted)),
            Cell::text(since),
        ];
        Line::new(record_link(&format!("/scorecards/{role}"), &words.choice("role", role)), cells)
    };
    let title = words.t("scorecards");
    let heads = vec![
        Head::text(words.t("role")),
        Head::number(words.t("groups")),
        Head::number(words.t("kpis")),
        Head::number(words.t("with-weight")),
        Head::text(words.t("state")),
    ];
    let table =
        Table { label: &title, heads, rows: cards.iter().map(row).collect(), is_pinned: true, ..Table::default() };
    let content = html! {
        (page_head(&title, Some(&words.t("scorecards-hint")), &html! {}))
        (Panel { id: "scorecards", title: &words.t("role"), body: table.render(), is_flush: true, ..Panel::default() })
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub async fn show(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(role): Path<String>,
) -> Result<Markup, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.setters_only().await.map_err(failed)?;
    let today = kpi.day().await.map_err(failed)?;
    let held = held(&kpi, &role, today).await?;
    let calendar = kpi.calendar().await.map_err(failed)?;
    let year = calendar.period_of(today, Grain::Year).map_err(|error| failed(error.into()))?;
    let from = held.since.map_or(year.start, |since| since.max(year.start));
    let versions = kpi.scorecard_versions(&role).await.map_err(failed)?;
    Ok(document(&asker, &kpi, &Edited::of(&kpi, &held, from), &html! {}, &versions))
}

async fn held(kpi: &Kpi, role: &str, day: Date) -> Result<Held, WebError> {
    kpi.scorecards(day).await.map_err(failed)?.remove(role).ok_or(WebError::NotFound)
}

/// The scores of real people by what stands in the form, beside those they have.
pub async fn preview(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(role): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Markup, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.setters_only().await.map_err(failed)?;
    let edited = Edited::typed(&kpi, &role, typed).await?;
    previewed(&asker, &kpi, &folder, &edited).await
}

pub async fn save(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(role): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.setters_only().await.map_err(failed)?;
    let edited = Edited::typed(&kpi, &role, typed).await?;
    let card = edited.card(&kpi);
    if edited.is_preview || card.is_err() {
        let shown = previewed(&asker, &kpi, &folder, &edited).await?;
        let versions = kpi.scorecard_versions(&role).await.map_err(failed)?;
        return Ok(document(&asker, &kpi, &edited, &shown, &versions).into_response());
    }
    // Somebody else saved another meanwhile.
    let today = kpi.day().await.map_err(failed)?;
    if held(&kpi, &role, today).await?.card.to_text().unwrap_or_default().trim() != edited.seen {
        return Err(failed(KpiError::PlanIsOld(role)));
    }
    let from = asked::day("from", &edited.from).map_err(failed)?;
    let from = from.ok_or_else(|| failed(KpiError::NotADate { name: "from", value: String::new() }))?;
    if let Ok(card) = card {
        let setting = Setting::new(from, Origin::Ui).because(&edited.reason);
        kpi.set_scorecard(&card, setting).await.map_err(failed)?;
    }
    Ok(Redirect::to("/scorecards").into_response())
}

async fn previewed(asker: &Asker, kpi: &Kpi, folder: &Folder, edited: &Edited) -> Result<Markup, WebError> {
    let words = asker.words;
    let card = match edited.card(kpi) {
        Ok(card) => card,
        Err(error) => {
            let note = Message {
                mood: Mood::Bad,
                what: &words.t("scorecard-wrong"),
                hint: Some(&wrong(words, kpi, &error)),
                buttons: None,
                reference: None,
            };
            return Ok(message(words, &note));
        }
    };
    let ask = ScoreAsk { role: Some(edited.role.clone()), folder: folder.path.clone(), ..ScoreAsk::default() };
    let now = kpi.scores(&ask).await.map_err(failed)?;
    let then = kpi.scores(&ScoreAsk { instead: Some(Arc::new(card)), ..ask }).await.map_err(failed)?;
    let text =
        |score: Option<Amount>| score.map_or_else(|| "–".to_owned(), |score| words.decimal(score, SCORE_DECIMALS));
    let rows = now.people.iter().map(|one| {
        let changed = then.people.iter().find(|other| other.person.id == one.person.id);
        let after = changed.and_then(|changed| changed.score);
        let difference = after.zip(one.score).and_then(|(after, before)| after.checked_sub(before).ok());
        let difference = difference.map(|difference| words.difference(difference, web_kit::Unit::Count).to_string());
        let cells = vec![
            Cell::number(text(one.score)),
            Cell::number(text(after)),
            Cell::number(difference.unwrap_or_default()),
        ];
        Line::new(one.person.name.as_str(), cells)
    });
    let title = words.t("preview");
    let heads = vec![
        Head::text(words.t("by-rep")),
        Head::number(words.t("score-now")),
        Head::number(words.t("score-then")),
        Head::number(words.t("change")),
    ];
    let table = Table { label: &title, heads, rows: rows.collect(), is_pinned: true, ..Table::default() };
    let period = words.period(&now.period);
    Ok(Panel {
        id: "preview-scores",
        title: &title,
        note: Some(&period),
        body: table.render(),
        is_flush: true,
        ..Panel::default()
    }
    .render())
}

/// A scorecard as it stands in the form, whatever was typed.
struct Edited {
    role: String,
    whose: String,
    missing: String,
    from: String,
    reason: String,
    /// When another version begins.
    later: Option<Date>,
    /// Why the stored one does not read.
    broken: Option<String>,
    /// What the form was made from.
    seen: String,
    is_preview: bool,
    groups: Vec<(BTreeMap<String, String>, Vec<Row>)>,
}

/// One KPI as typed.
#[derive(Default)]
struct Row {
    id: String,
    weight: String,
    target: String,
    curve: String,
    /// Empty: as the scorecard says.
    whose: String,
}

impl Edited {
    fn of(kpi: &Kpi, held: &Held, from: Date) -> Self {
        let card = &held.card;
        let row = |item: &Item| Row {
            id: item.id.clone(),
            weight: item.weight.map(Amount::to_text).unwrap_or_default(),
            target: item.target.map(|target| shown(kpi, &item.id, target)).unwrap_or_default(),
            curve: item.curve.to_string(),
            whose: item.whose.map_or("", named).to_owned(),
        };
        let groups = card.groups.iter().map(|group| (group.names.clone(), group.items.iter().map(row).collect()));
        Self {
            role: card.role.clone(),
            whose: named(card.whose).to_owned(),
            missing: card.missing.name().to_owned(),
            from: from.to_string(),
            reason: String::new(),
            later: held.later,
            broken: held.broken.clone(),
            seen: card.to_text().unwrap_or_default(),
            is_preview: false,
            groups: groups.collect(),
        }
    }

    /// What was typed; groups of which nothing is left are gone.
    async fn typed(kpi: &Kpi, role: &str, typed: Vec<(String, String)>) -> Result<Self, WebError> {
        let today = kpi.day().await.map_err(failed)?;
        let held = held(kpi, role, today).await?;
        let typed: BTreeMap<String, String> = typed.into_iter().collect();
        let said = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let groups = (0..).take_while(|place| typed.contains_key(&format!("kpi-{place}-0"))).map(|place| {
            let of_group = format!("name-{place}-");
            let names = typed.iter().filter_map(|(field, name)| Some((field.strip_prefix(&of_group)?, name.trim())));
            let names = names.filter(|(_, name)| !name.is_empty());
            let names: BTreeMap<String, String> =
                names.map(|(language, name)| (language.to_owned(), name.to_owned())).collect();
            let rows = (0..).take_while(|line| typed.contains_key(&format!("kpi-{place}-{line}"))).map(|line| {
                let said = |what: &str| said(&format!("{what}-{place}-{line}"));
                let (id, whose) = (said("kpi"), said("whose"));
                // What is nobody's is the company's.
                let is_companys = kpi.catalogue().get(&id).is_some_and(|kpi| !kpi.has_key("owner"));
                let whose = if is_companys { named(Whose::Company).to_owned() } else { whose };
                Row { weight: said("weight"), target: said("target"), curve: said("curve"), whose, id }
            });
            (names, rows.filter(|row| !row.id.is_empty()).collect::<Vec<Row>>())
        });
        let groups = groups.filter(|(names, rows)| !names.is_empty() || !rows.is_empty());
        Ok(Self {
            role: role.to_owned(),
            whose: said("whose"),
            missing: said("missing"),
            from: said("from"),
            reason: said("reason"),
            later: held.later,
            broken: None,
            seen: said("seen").replace("\r\n", "\n"), // as browsers send lines
            is_preview: typed.contains_key("preview"),
            groups: groups.collect(),
        })
    }

    /// As a scorecard; what is wrong with it otherwise.
    fn card(&self, kpi: &Kpi) -> Result<Scorecard, ScorecardError> {
        let item = |row: &Row| {
            let weight =
                number(&row.weight).map_err(|weight| ScorecardError::Weight { kpi: row.id.clone(), weight })?;
            let wrong = |target| ScorecardError::Target { kpi: row.id.clone(), target };
            let target = number(&row.target).map_err(wrong)?;
            let stored = |target| scaled(kpi, &row.id, target, Fraction::new(Amount::ONE, Amount::from(HUNDRED)));
            let target = target.map(stored).transpose().map_err(|_| wrong(row.target.clone()))?;
            let curve = if row.curve.is_empty() { Curve::default() } else { row.curve.parse()? };
            Ok(Item { id: row.id.clone(), weight, target, curve, whose: whose(&row.whose) })
        };
        let group = |(names, rows): &(BTreeMap<String, String>, Vec<Row>)| {
            let items = rows.iter().map(item).collect::<Result<Vec<_>, ScorecardError>>()?;
            Ok(Group { names: names.clone(), items })
        };
        let groups = self.groups.iter().map(group).collect::<Result<Vec<_>, ScorecardError>>()?;
        let card = Scorecard {
            role: self.role.clone(),
            whose: whose(&self.whose).unwrap_or(Whose::Person),
            missing: Missing::ALL.into_iter().find(|missing| missing.name() == self.missing).unwrap_or_default(),
            groups,
        };
        card.check(kpi.catalogue())?;
        Ok(card)
    }
}

fn named(whose: Whose) -> &'static str {
    WHOSE.iter().find(|(one, _)| *one == whose).map_or("", |(_, name)| name)
}

fn whose(name: &str) -> Option<Whose> {
    WHOSE.iter().find(|(_, known)| *known == name).map(|(whose, _)| *whose)
}

/// A number as typed, with or without its sign for percent; what was typed when it is none.
fn number(typed: &str) -> Result<Option<Amount>, String> {
    let text = typed.trim_end_matches('%').trim();
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| typed.to_owned()) }
}

/// What is wrong with a scorecard, in the reader's language.
fn wrong(words: Words, kpi: &Kpi, error: &ScorecardError) -> String {
    let name = |id: &String| {
        let known = kpi.catalogue().get(id);
        known.map_or_else(|| id.clone(), |kpi| kpi.name(words.language.code()).to_owned())
    };
    let (key, id, what) = match error {
        ScorecardError::Toml(error) => ("file", None, error.to_string()),
        ScorecardError::NoKpi(id) => ("no-kpi", Some(id), String::new()),
        ScorecardError::Twice(id) => ("twice", Some(id), String::new()),
        ScorecardError::NotOfPeople { kpi } => ("company", Some(kpi), String::new()),
        ScorecardError::NotForKams => ("kam", None, String::new()),
        ScorecardError::Weight { kpi, weight } => ("weight", Some(kpi), weight.clone()),
        ScorecardError::NotWhole(whole) => ("whole", None, whole.clone()),
        ScorecardError::Rewards { kpi, is_more_better: true, curve } => ("curve-more", Some(kpi), curve.clone()),
        ScorecardError::Rewards { kpi, is_more_better: false, curve } => ("curve-less", Some(kpi), curve.clone()),
        ScorecardError::Absolute { kpi } => ("absolute", Some(kpi), String::new()),
        ScorecardError::Target { kpi, target } => ("target", Some(kpi), target.clone()),
        ScorecardError::NoName => ("name", None, String::new()),
        ScorecardError::Empty => ("empty", None, String::new()),
        ScorecardError::EmptyGroup(group) => ("empty-group", None, group.clone()),
        ScorecardError::Curve(CurveError::Shape(text)) => ("shape", None, text.clone()),
        ScorecardError::Curve(CurveError::Point { point, .. }) => ("point", None, point.clone()),
        ScorecardError::Curve(CurveError::TooFew(text)) => ("few", None, text.clone()),
        ScorecardError::Curve(CurveError::Mixed(text)) => ("mixed", None, text.clone()),
        ScorecardError::Curve(CurveError::Order(text)) => ("order", None, text.clone()),
    };
    let slots = [("kpi", id.map(name).unwrap_or_default().into()), ("what", what.into())];
    words.t_with(&format!("scorecard-error-{key}"), &slots)
}

/// A percentage as people read it.
fn shown(kpi: &Kpi, id: &str, target: Amount) -> String {
    scaled(kpi, id, target, Fraction::new(Amount::from(HUNDRED), Amount::ONE)).unwrap_or(target).to_text()
}

fn scaled(kpi: &Kpi, id: &str, target: Amount, by: Fraction) -> Result<Amount, AmountError> {
    if is_percent(kpi, id) { target.mul_fraction(by) } else { Ok(target) }
}

fn is_percent(kpi: &Kpi, id: &str) -> bool {
    kpi.catalogue().get(id).is_some_and(|definition| definition.unit == Unit::Percent)
}

fn document(
    asker: &Asker,
    kpi: &Kpi,
    edited: &Edited,
    preview: &Markup,
    versions: &[(Version, Option<Scorecard>)],
) -> Markup {
    let words = asker.words;
    let title = words.t_with("scorecard-of", &[("name", words.choice("role", &edited.role).into())]);
    let address = format!("/scorecards/{}", edited.role);
    let live = format!("{address}/preview");
    let select = |name: &str, label: &str, chosen: &str, choices: &[(String, String)]| {
        html! {
            div.field {
                label for=(name) { (label) }
                select.select id=(name) name=(name) {
                    @for (value, text) in choices { option value=(value) selected[value == chosen] { (text) } }
                }
            }
        }
    };
    let whose: Vec<(String, String)> =
        WHOSE.iter().map(|(_, name)| ((*name).to_owned(), words.t(&format!("whose-{name}")))).collect();
    let missing: Vec<(String, String)> = Missing::ALL
        .iter()
        .map(|missing| (missing.name().to_owned(), words.t(&format!("missing-{}", missing.name()))))
        .collect();
    let settings = html! {
        div.fgrid {
            (select("whose", &words.t("whose-numbers"), &edited.whose, &whose))
            (select("missing", &words.t("missing-value"), &edited.missing, &missing))
            div.field {
                label for="from" { (words.t("holds-from")) }
                input.input type="date" id="from" name="from" value=(edited.from) required;
            }
            (versions::reason(words, "reason", &edited.reason))
        }
    };
    let way = link_button(Purpose::Plain, "/scorecards", None, &words.t("scorecards"));
    let code = words.language.code();
    let empty = [(BTreeMap::new(), Vec::new())];
    let content = html! {
        (page_head(&title, Some(&words.t("scorecard-edit-hint")), &way))
        div.stack {
            form.stack method="post" action=(address) hx-post=(live) hx-trigger="change delay:400ms" hx-target="#preview" hx-swap="innerHTML" {
                input type="hidden" name="seen" value=(edited.seen);
                @if let Some(error) = &edited.broken {
                    (message(words, &Message { mood: Mood::Bad, what: &words.t("error-scorecard-broken"), hint: Some(error), buttons: None, reference: None }))
                }
                @if let Some(later) = edited.later {
                    @let what = words.t_with("scorecard-later", &[("date", words.date(later).into())]);
                    (message(words, &Message { mood: Mood::Info, what: &what, hint: None, buttons: None, reference: None }))
                }
                (Panel { id: "settings", title: &words.t("scorecard"), body: settings, ..Panel::default() })
                @for (place, (names, rows)) in edited.groups.iter().chain(&empty).enumerate() {
                    @let new = words.t("new-group");
                    @let name = names.get(code).or_else(|| names.get("en")).map_or("", String::as_str);
                    @let name = if place == edited.groups.len() { new.as_str() } else { name };
                    @let body = html! { (group_names(words, place, names)) (lines(words, kpi, place, rows)) };
                    (Panel { id: &format!("group-{place}"), title: name, body, is_flush: true, ..Panel::default() })
                }
                div id="preview" aria-live="polite" { (preview) }
                div.btns {
                    (button(Purpose::Primary, &words.t("save")))
                    button.btn.btn-quiet name="preview" value="true" { (words.t("preview")) }
                }
            }
            (versions::panel(words, versions, |card| weights(words, kpi, card)))
        }
    };
    asker.document(&title, Some(ACTIVE), None, &content)
}

/// What weighs how much in a version.
fn weights(words: Words, kpi: &Kpi, card: &Scorecard) -> Markup {
    let weight = |item: &Item| {
        let name = kpi.catalogue().get(&item.id).map_or(item.id.as_str(), |kpi| kpi.name(words.language.code()));
        Some(format!("{name} {}%", item.weight?.to_text()))
    };
    let weights: Vec<String> = card.items().filter_map(weight).collect();
    html! { (weights.join(" · ")) }
}

/// What a group is called, in each language.
fn group_names(words: Words, place: usize, names: &BTreeMap<String, String>) -> Markup {
    html! {
        div.body {
            div.fgrid {
                @for language in Language::EVERY {
                    @let id = format!("name-{place}-{}", language.code());
                    div.field {
                        label for=(id) { (words.t(&format!("kpi-name-{}", language.code()))) }
                        input.input type="text" id=(id) name=(id) lang=(language.code()) value=(names.get(language.code()).map_or("", String::as_str));
                    }
                }
                @for (code, name) in names.iter().filter(|(code, _)| Language::EVERY.iter().all(|language| language.code() != *code)) {
                    input type="hidden" name=(format!("name-{place}-{code}")) value=(name);
                }
            }
        }
    }
}

/// The KPIs of a group to type in, and an empty line.
fn lines(words: Words, kpi: &Kpi, place: usize, rows: &[Row]) -> Markup {
    let code = words.language.code();
    let mut all: Vec<(&str, &str)> =
        kpi.catalogue().iter().map(|definition| (definition.id.as_str(), definition.name(code))).collect();
    all.sort_by_key(|(_, name)| *name);
    let curves: Vec<String> = COMMON.iter().map(|(name, _)| (*name).to_owned()).collect();
    let empty = [Row::default()];
    let lines = rows.iter().chain(&empty).enumerate().map(|(line, row)| {
        let named = |what: &str| format!("{what}-{place}-{line}");
        let input = |what: &str, label: &str, typed: &Input<'_>| entry(&named(what), typed, &words.t(label));
        let target = if is_percent(kpi, &row.id) { Input::Percent(&row.target) } else { Input::Decimal(&row.target) };
        let choose = html! {
            select.select name=(named("kpi")) aria-label=(words.t("kpis")) {
                option value="" { "–" }
                @for (id, name) in &all { option value=(id) selected[*id == row.id] { (name) } }
            }
        };
        let chosen = html! {
            select.select name=(named("whose")) aria-label=(words.t("whose-numbers")) {
                option value="" { (words.t("whose-as-scorecard")) }
                @for (_, name) in WHOSE { option value=(name) selected[name == row.whose] { (words.t(&format!("whose-{name}"))) } }
            }
        };
        let suggested = Input::Suggested { typed: &row.curve, words: curves.clone() };
        let cells = [
            ("weight", input("weight", "weight", &Input::Percent(&row.weight))),
            ("target", input("target", "target", &target)),
            ("curve", input("curve", "curve", &suggested)),
            ("whose-numbers", chosen),
        ];
        let cells = cells.map(|(label, cell)| Cell::text(cell).labelled(words.t(label))).into();
        Line::new(choose, cells)
    });
    let heads = vec![
        Head::text(words.t("kpis")),
        Head::text(words.t("weight")),
        Head::text(words.t("target")),
        Head::text(words.t("curve")),
        Head::text(words.t("whose-numbers")),
    ];
    Table { label: &words.t("kpis"), heads, rows: lines.collect(), is_lines: true, ..Table::default() }.render()
}
