//! The table by person: everybody within reach, the rest in one line, the whole in the foot.

use super::{Scope, Scorecard};
use crate::{
    Ask, ByWord, Entity, Kpi, Row,
    pages::{amount, between, cell, course, entities, failed, named, unit, unit_name},
};
use access::{Access, PERSON, TEAM};
use base::{Amount, Grain, Period, RecordId};
use db::ListQuery;
use maud::{Markup, Render, html};
use rules::kpi::Definition;
use std::collections::{BTreeMap, BTreeSet};
use web_kit::{
    Unit, WebError, Words,
    components::{Cell, Head, Panel, Row as Line, Table, record_link},
};

/// The longest table of people before somebody asks for all.
const MOST: usize = 100;
pub(super) const EVERYBODY: &str = "all";

pub(super) struct People {
    /// Each person's year, then its months or quarters.
    rows: BTreeMap<Option<RecordId>, Vec<Row>>,
    /// Who stands in the table.
    entities: Vec<Entity>,
}

impl People {
    pub async fn load(
        access: &Access,
        kpi: &Kpi,
        ask: &Ask,
        scope: &Scope,
        chosen: &Definition,
    ) -> Result<Self, WebError> {
        let ask = Ask {
            by: ByWord::Rep,
            entity: None,
            filters: Vec::new(),
            kpis: vec![chosen.id.clone()],
            ..between(ask, scope.year.start, scope.year.end)
        };
        let whole = kpi.ask_apart(Ask { grain: Grain::Year, ..ask.clone() });
        let (parts, whole) = tokio::try_join!(kpi.ask_apart(ask), whole).map_err(failed)?;
        let members = members(access, scope).await?;
        let is_member = |entity: &Entity| match &members {
            Some(members) => entity.id.is_some_and(|id| members.contains(&id)),
            None => true,
        };
        let entities = entities(&parts).into_iter().filter(is_member).collect();
        let mut rows: BTreeMap<Option<RecordId>, Vec<Row>> = BTreeMap::new();
        for row in whole.rows.into_iter().chain(parts.rows) {
            rows.entry(row.entity.id).or_default().push(row);
        }
        Ok(Self { rows, entities })
    }

    fn of(&self, entity: &Entity, period: &Period) -> Option<&Row> {
        self.rows.get(&entity.id)?.iter().find(|row| row.period == *period)
    }

    pub fn panel(&self, card: &Scorecard<'_>) -> Markup {
        let words = card.words;
        let title = words.t_with("kpi-by-person", &[("name", card.name().into())]);
        let foot = foot_rows(card);
        let unit = foot.first().map_or(Unit::Count, |row| unit(row.unit, row.currency));
        // A percentage says so in every cell.
        let note = (unit != Unit::Percent).then(|| unit_name(words, unit));
        let mut heads = vec![Head::text(words.t("by-rep"))];
        heads.extend(foot.iter().map(|row| {
            let is_year = row.period == card.scope.year;
            let name = if is_year { words.period(&row.period) } else { words.period_short(&row.period) };
            let head = Head::number(name);
            if row.partial { head.partial() } else { head }
        }));
        let mut entities: Vec<&Entity> = self.entities.iter().collect();
        // The largest first; somebody without a value is last.
        entities.sort_by_key(|entity| std::cmp::Reverse(self.of(entity, &card.scope.year).and_then(value)));
        let all = entities.len();
        if !card.asked.is_everybody() {
            entities.truncate(MOST);
        }
        let mut rows: Vec<Line> = entities
            .iter()
            .copied()
            .map(|entity| {
                let shown = foot.iter().map(|total| match self.of(entity, &total.period) {
                    Some(row) => cell(words, row, ByWord::Rep, card.asked.looking(), card.years.as_of),
                    None => Cell::text(""),
                });
                let cells = shown.collect();
                Line::new(head(card, entity), cells)
            })
            .collect();
        if card.chosen.is_additive() {
            rows.extend(self.rest(words, &foot, unit, &entities));
        }
        let cells =
            foot.iter().map(|row| cell(words, row, card.scope.by, card.asked.looking(), card.years.as_of)).collect();
        let table = Table {
            label: &title,
            heads,
            rows,
            foot: vec![Line::new(card.scope.entity.name.as_str(), cells)],
            is_pinned: true,
            ..Table::default()
        };
        let more = (entities.len() < all).then(|| {
            let everybody = card.asked.with(&[("people", EVERYBODY)]);
            let shown = [("shown", entities.len().into()), ("all", all.into())];
            html! { (words.t_with("people-shown", &shown)) " " a href=(everybody) { (words.t("show-all-people")) } }
        });
        let not_additive = (!card.chosen.is_additive()).then(|| words.t("not-additive"));
        let footer = (more.is_some() || not_additive.is_some()).then(
            || html! { span { (not_additive.unwrap_or_default()) } @if let Some(more) = more { span { (more) } } },
        );
        Panel {
            id: "people",
            title: &title,
            note: note.as_deref(),
            body: table.render(),
            footer,
            is_flush: true,
            end: None,
        }
        .render()
    }

    /// What the people above leave of the whole, and what rounding does, so that every column adds up.
    fn rest(&self, words: Words, foot: &[&Row], unit: Unit, shown: &[&Entity]) -> Vec<Line> {
        let columns = foot.iter().map(|total| {
            let of = |entity: &Entity| self.of(entity, &total.period).and_then(value);
            let shown: Vec<Amount> = shown.iter().copied().filter_map(of).collect();
            Column::of(amount(total.value.as_deref()), &shown)
        });
        let columns: Vec<Column> = columns.collect();
        let line = |name: &str, of: fn(&Column) -> Option<Amount>| {
            let is_needed = columns.iter().any(|column| of(column).is_some_and(|amount| !amount.is_zero()));
            let cells = columns.iter().map(|column| Cell::number(figure(words, of(column), unit)));
            is_needed.then(|| (name.to_owned(), cells.collect::<Vec<_>>()))
        };
        let rest = line(&words.t("everyone-else"), |column| column.rest);
        let rounding = line("", |column| column.rounding);
        let rest = rest.map(|(name, cells)| Line::new(name, cells).skipped());
        let rounding = rounding.map(|(_, cells)| Line::rounding(words, cells));
        rest.into_iter().chain(rounding).collect()
    }
}

fn value(row: &Row) -> Option<Amount> {
    amount(row.value.as_deref())
}

/// The scope's own values: the year, then its periods.
fn foot_rows<'a>(card: &'a Scorecard<'_>) -> Vec<&'a Row> {
    let rows = course(&card.now, &card.chosen.id, &card.scope.entity);
    card.year_rows(&card.chosen.id).0.into_iter().chain(rows).collect()
}

/// What one column of the table leaves open.
struct Column {
    rest: Option<Amount>,
    rounding: Option<Amount>,
}

impl Column {
    fn of(total: Option<Amount>, shown: &[Amount]) -> Self {
        let rounded = |amount: Amount| amount.round_to(0).unwrap_or(amount);
        let sum = |amounts: &mut dyn Iterator<Item = Amount>| Amount::sum(amounts).ok();
        let rest = total.zip(sum(&mut shown.iter().copied())).and_then(|(total, sum)| total.checked_sub(sum).ok());
        let lines = rest.and_then(|rest| sum(&mut shown.iter().copied().chain([rest]).map(rounded)));
        let rounding = total.map(rounded).zip(lines).and_then(|(total, lines)| total.checked_sub(lines).ok());
        Self { rest, rounding }
    }
}

fn figure(words: Words, amount: Option<Amount>, unit: Unit) -> Markup {
    match amount {
        Some(amount) => {
            let mut figure = words.exact(amount, unit);
            figure.currency = None;
            figure.render()
        }
        None => words.t("none").render(),
    }
}

/// A name that leads to the person's own scorecard.
fn head(card: &Scorecard<'_>, entity: &Entity) -> Markup {
    if entity.id.is_none() {
        return card.words.t("no-entity").render();
    }
    let own = card.asked.with(&[("by", ByWord::Rep.name()), ("entity", &named(entity))]);
    record_link(&own, &entity.name)
}

/// Who belongs to the scope today; none: everybody.
async fn members(access: &Access, scope: &Scope) -> Result<Option<BTreeSet<RecordId>>, WebError> {
    let (Some(top), false) = (scope.entity.id, scope.by == ByWord::Company) else { return Ok(None) };
    let people = access.db().system().all(&PERSON).await.map_err(WebError::internal)?;
    let links = |records: &[db::Record], field: &str| -> Vec<(RecordId, RecordId)> {
        records.iter().filter_map(|record| Some((record.id, record.value(field).as_reference()?))).collect()
    };
    if scope.by == ByWord::Manager {
        return Ok(Some(below(top, &links(&people, "manager"))));
    }
    let teams = access.db().system().all(&TEAM).await.map_err(WebError::internal)?;
    let teams = below(top, &links(&teams, "parent"));
    Ok(Some(links(&people, "team").into_iter().filter(|(_, team)| teams.contains(team)).map(|(id, _)| id).collect()))
}

/// One and everything that stands below, however deep.
fn below(top: RecordId, links: &[(RecordId, RecordId)]) -> BTreeSet<RecordId> {
    let mut found = BTreeSet::from([top]);
    loop {
        let more: Vec<RecordId> = links
            .iter()
            .filter(|(id, above)| found.contains(above) && !found.contains(id))
            .map(|(id, _)| *id)
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// Those of an answer that a scorecard can be about: of managers, whoever somebody reports to.
pub(super) async fn eligible(access: &Access, by: ByWord, found: Vec<Entity>) -> Result<Vec<Entity>, WebError> {
    let found: Vec<Entity> = found.into_iter().filter(|entity| entity.id.is_some()).collect();
    if by != ByWord::Manager {
        return Ok(found);
    }
    let people = access.db().system().all(&PERSON).await.map_err(WebError::internal)?;
    let managers: BTreeSet<RecordId> =
        people.iter().filter_map(|record| record.value("manager").as_reference()).collect();
    Ok(found.into_iter().filter(|entity| entity.id.is_some_and(|id| managers.contains(&id))).collect())
}

pub(super) async fn has_teams(access: &Access) -> Result<bool, WebError> {
    let count = access.db().system().count(&TEAM, &ListQuery::default()).await.map_err(WebError::internal)?;
    Ok(count > 0)
}
