//! One territory: who works it, its accounts with what they carry, and its hand-over to somebody else.

use super::{Asking, day, failed, home, load_cells, money, note, person_link, plan, potential_cell, territory_link};
use crate::{Account, Land, Load, Plan, Territories, overview::TOLERANCE};
use axum::{
    Form,
    extract::{Path, Query},
    response::{Redirect, Response},
};
use base::{Amount, RecordId};
use maud::{Markup, Render, html};
use rules::goal::Attribute;
use serde::Deserialize;
use web_kit::{
    Figure, WebError, Words,
    components::{
        Cell, Choice, Field, Head, Input, NullReason, Panel, Purpose, Row, Table, button, facts, field, null,
        number_link, page_head, past_banner, record_link,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Looked {
    as_of: String,
}

pub async fn page(
    Asking { asker, territories }: Asking,
    Path(id): Path<i64>,
    Query(query): Query<Looked>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let today = territories.today().await.map_err(failed)?;
    let on = day(&query.as_of)?.unwrap_or(today);
    let land = territories.land(on).await.map_err(failed)?;
    let territory = land.territories.get(&RecordId(id)).ok_or(WebError::NotFound)?;
    let is_seen = territories.sees(&land, territory.id);
    let designs = territories.designs().await.map_err(failed)?;
    let mut rows = vec![(words.field("parent"), territory_link(&land, territory.parent))];
    let holders = html! {
        @for (place, person) in land.holders_of(territory.id).iter().enumerate() {
            @if place > 0 { ", " }
            (person_link(&land, Some(*person)))
        }
        @if land.holders_of(territory.id).is_empty() { span.mut { "–" } }
    };
    rows.push((words.t("territories-held-by"), holders));
    let below = land.children(Some(territory.id));
    if !below.is_empty() {
        let names = html! {
            @for (place, one) in below.iter().enumerate() {
                @if place > 0 { ", " }
                (territory_link(&land, Some(one.id)))
            }
        };
        rows.push((words.t("related-territory-parent"), names));
    }
    if !is_seen {
        rows.push((words.t("territories-accounts"), null(words, NullReason::Withheld)));
    }
    let title = territory.name.clone();
    let past = (on != today).then(|| past_banner(words, on, None, None, &format!("/territories/{id}")));
    let about = Panel { id: "about", title: &words.t("territories-about"), body: facts(&rows), ..Panel::default() };
    let content = html! {
        (page_head(&title, Some(&words.record("territory")), &home::back(words)))
        div.stack {
            (about)
            @if is_seen { (accounts(words, &land, territory.id)?) }
            @if designs && below.is_empty() { (hand_over(words, &territories, &land, territory.id).await?) }
            @if designs { (super::tree::edit(words, &land, territory)) }
        }
    };
    Ok(asker.document(&title, Some(super::ACTIVE), past, &content))
}

/// Each account with its numbers, which open into their rows and sum to the territory's.
fn accounts(words: Words, land: &Land, territory: RecordId) -> Result<Markup, WebError> {
    let within = land.within(Some(territory));
    let is_in = |one: &&Account| one.territory.is_some_and(|own| within.contains(&own));
    let mut accounts: Vec<&Account> = land.accounts.values().filter(is_in).collect();
    accounts.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    let names = [
        words.field("owner"),
        words.field("kind"),
        words.field("segment"),
        words.t("territories-pipeline"),
        words.t("territories-revenue"),
        words.field("annual_potential"),
    ];
    let as_of = if land.day < land.today { land.day.to_string() } else { String::new() };
    let (from, to) = land.months();
    let (first, end) = (from.to_string(), to.to_string());
    let counted_on = land.counted_on().to_string();
    let number = |kpi: &str, account: RecordId, from: &str, amount: Amount| {
        let entity = format!("#{account}");
        let pairs = [
            ("by", "account"),
            ("entity", entity.as_str()),
            ("from", from),
            ("to", end.as_str()),
            ("as_of", as_of.as_str()),
        ];
        let href = web_kit::address(&format!("/kpi/{kpi}"), &pairs);
        Cell::number(number_link(&href, &Figure { digits: money(words, land, amount), ..Figure::default() }))
    };
    let mut sum = Load::default();
    let mut rows = Vec::new();
    for account in accounts {
        let load = land.load_of(account.id);
        sum = sum.and(load).map_err(WebError::internal)?;
        let kind = account.words.get(&Attribute::Kind).map(|kind| words.choice("kind", kind));
        let segment = account.words.get(&Attribute::Segment).cloned();
        let text = |text: Option<String>| text.map_or_else(|| Cell::text("–").absent(), Cell::text);
        let cells = [
            Cell::text(person_link(land, account.owner)),
            text(kind),
            text(segment),
            number("pipeline_value", account.id, &counted_on, load.pipeline),
            number("revenue", account.id, &first, load.revenue),
            potential_cell(words, land, load.potential),
        ];
        let cells = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect();
        rows.push(Row::new(record_link(&format!("/accounts/{}", account.id), &account.name), cells));
    }
    let title = words.t("territories-accounts");
    let mut heads = vec![Head::text(words.record("account"))];
    heads.extend(names.iter().take(3).map(|name| Head::text(name.as_str())));
    heads.extend(names.iter().skip(3).map(|name| Head::number(name.as_str())));
    let count = words.t_with("territories-count", &[("count", sum.accounts.into())]);
    let totals = load_cells(words, land, &sum).into_iter().skip(2).zip(names.iter().skip(3));
    let mut foot: Vec<Cell> = (0..3).map(|_| Cell::text("").absent()).collect();
    foot.extend(totals.map(|(cell, name)| cell.labelled(name.as_str())));
    let foot = vec![Row::new(count, foot)];
    if rows.is_empty() {
        let table = Table { label: &title, ..Table::default() };
        let (what, hint) = (words.t("territories-no-accounts"), words.t("territories-no-accounts-hint"));
        return Ok(table.in_panel("accounts", (&what, &hint)));
    }
    let table = Table { label: &title, heads, rows, foot, is_lines: true, ..Table::default() };
    let note = note(words, land);
    Ok(Panel {
        id: "accounts",
        title: &title,
        note: Some(&note),
        body: table.render(),
        is_flush: true,
        ..Panel::default()
    }
    .render())
}

/// Leads to the plan.
async fn hand_over(
    words: Words,
    territories: &Territories,
    land: &Land,
    territory: RecordId,
) -> Result<Markup, WebError> {
    let mut people = territories.db.system().all(&access::PERSON).await.map_err(WebError::internal)?;
    let is_here = |one: &db::Record| {
        !one.archived
            && one.value("left_on").as_date().is_none_or(|left| left > land.day)
            && !land.holders_of(territory).contains(&one.id)
    };
    people.retain(is_here);
    let mut choices: Vec<Choice> =
        people.iter().map(|one| Choice { value: format!("#{}", one.id), label: one.title() }).collect();
    choices.sort_by(|one, other| one.label.cmp(&other.label));
    let from = land.day.max(land.today).to_string();
    let fields = [
        Field::new("person", words.record("person"), Input::Select { chosen: "", choices }),
        Field::new("from", words.t("territories-from"), Input::Date(&from)),
    ];
    let title = words.t("territories-holder");
    let body = html! {
        form.stack method="get" action="/territories/holder" {
            input type="hidden" name="territory" value=(format!("#{territory}"));
            div.fgrid { @for one in &fields { (field(words, one)) } }
            div.btns { (button(Purpose::Plain, &words.t("territories-holder-show"))) }
        }
    };
    Ok(Panel { id: "hand-over", title: &title, body, ..Panel::default() }.render())
}

#[derive(Deserialize)]
pub struct Held {
    territory: String,
    person: String,
    #[serde(default)]
    from: String,
}

impl Held {
    async fn plan(&self, territories: &Territories) -> Result<Plan, WebError> {
        let from = plan::Asked { from: self.from.clone() }.day(territories).await?;
        territories.plan_holder(&self.territory, &self.person, from).await.map_err(failed)
    }
}

pub async fn plan(Asking { asker, territories }: Asking, Query(held): Query<Held>) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = held.plan(&territories).await?;
    let crate::Basis::Holder { territory, person } = found.basis else { return Err(WebError::NotFound) };
    let slots =
        [("territory", found.land.name_of(territory).into()), ("person", found.land.person(Some(person)).into())];
    let title = words.t_with("territories-holder-of", &slots);
    let from = found.day.to_string();
    let pairs = [("territory", held.territory.as_str()), ("person", held.person.as_str()), ("from", from.as_str())];
    let way = html! {
        (home::back(words))
        (plan::export(words, &web_kit::address("/territories/holder.csv", &pairs)))
    };
    let content = html! {
        (page_head(&title, Some(&words.t("territories-holder-hint")), &way))
        div.stack {
            (plan::body(words, &found, Amount::from(TOLERANCE)))
            (plan::commit_form(words, &found, "/territories/holder", pairs.to_vec()))
        }
    };
    Ok(home::document(&asker, &title, &content))
}

#[derive(Deserialize)]
pub struct Committed {
    #[serde(flatten)]
    held: Held,
    seq: String,
    made_on: String,
    reason: String,
}

pub async fn commit(Asking { territories, .. }: Asking, Form(typed): Form<Committed>) -> Result<Redirect, WebError> {
    let territories = plan::seen(territories, &typed.seq, &typed.made_on).await?;
    let found = typed.held.plan(&territories).await?;
    plan::committed(&territories, &found, &typed.reason).await
}

pub async fn csv(Asking { territories, .. }: Asking, Query(held): Query<Held>) -> Result<Response, WebError> {
    plan::file(&held.plan(&territories).await?)
}
