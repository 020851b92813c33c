//! The rules that assign accounts: what holds, a rule more, and the whole list as a file has it.

use super::{Asking, day, failed, home, territory_link};
use crate::{Land, RuleRow, RulesVersion, Territories, TerritoriesError, land::words_in_use};
use access::Asker;
use axum::{
    Form,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::{
    goal::{Attribute, Rule, Verdict, assign_accounts},
    log::Origin,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    CSV, WebError, Words, attached,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Purpose, Row, Table, form, link_button, page_head,
        record_link,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Looked {
    as_of: String,
}

/// What was typed, kept where it cannot be.
#[derive(Default)]
struct Typed {
    row: RuleRow,
    rows: Option<String>,
    starts_on: String,
    reason: String,
    /// Of the form for one, or of the whole list.
    wrong: Option<(bool, String)>,
}

pub async fn page(Asking { asker, territories }: Asking, Query(query): Query<Looked>) -> Result<Markup, WebError> {
    let today = territories.today().await.map_err(failed)?;
    let on = day(&query.as_of)?.unwrap_or(today);
    document(&asker, &territories, on, Typed { starts_on: on.max(today).to_string(), ..Typed::default() }).await
}

async fn document(asker: &Asker, territories: &Territories, on: Date, typed: Typed) -> Result<Markup, WebError> {
    let words = asker.words;
    let versions = territories.rules().await.map_err(failed)?;
    let land = territories.land(on).await.map_err(failed)?;
    let now = versions.iter().find(|one| one.starts_on <= on);
    let designs = territories.designs().await.map_err(failed)?;
    let title = words.t("territories-rules");
    let way = html! {
        (home::back(words))
        (link_button(Purpose::Plain, &format!("/territories/rules.csv?as_of={on}"), Some("download"), &words.t("export-csv")))
    };
    let rows = now.map(|now| now.rows(&land)).unwrap_or_default();
    let text = match typed.rows.clone() {
        Some(text) => text,
        None => RuleRow::csv(&rows).map_err(failed)?,
    };
    let seen = newest(&versions).to_string();
    let content = html! {
        (page_head(&title, Some(&words.t("territories-rules-hint")), &way))
        div.stack {
            (list(words, &land, now))
            @if designs {
                (one_more(words, &land, &typed, &seen))
                (whole(words, &typed, &text, &seen))
            }
            (history(words, &land, &versions, now))
        }
    };
    Ok(home::document(asker, &title, &content))
}

/// Each rule, with how many accounts it decides.
fn list(words: Words, land: &Land, version: Option<&RulesVersion>) -> Markup {
    let rules = version.map_or(&[][..], |version| version.rules.as_slice());
    let mut decided: BTreeMap<usize, usize> = BTreeMap::new();
    for verdict in assign_accounts(rules, &land.tree(), &land.candidates()).into_values() {
        if let Verdict::Territory { rule, .. } = verdict {
            *decided.entry(rule).or_default() += 1;
        }
    }
    let names = [words.t("territories-condition"), words.record("territory"), words.t("territories-accounts")];
    let row = |(place, rule): (usize, &Rule)| {
        let cells = [
            Cell::text(condition(words, land, rule)),
            Cell::text(territory_link(land, Some(rule.territory.0))),
            Cell::number(words.count(decided.get(&place).copied().unwrap_or_default())),
        ];
        let cells = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect();
        Row::new(rule.rank.to_string(), cells)
    };
    let mut order: Vec<(usize, &Rule)> = rules.iter().enumerate().collect();
    order.sort_by_key(|(place, rule)| (!rule.is_named(), rule.rank, *place));
    let title = version.map_or_else(
        || words.t("territories-rules"),
        |version| words.t_with("territories-rules-from", &[("day", words.date(version.starts_on).into())]),
    );
    let heads = vec![
        Head::text(words.t("territories-rank")),
        Head::text(names[0].as_str()),
        Head::text(names[1].as_str()),
        Head::number(names[2].as_str()),
    ];
    let rows = order.into_iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_tall: true, is_lines: true, ..Table::default() };
    table.in_panel("rules", (&words.t("territories-rules-none"), &words.t("territories-rules-none-hint")))
}

/// `Country: Thailand, Laos · Segment: Small`, or the accounts by name.
fn condition(words: Words, land: &Land, rule: &Rule) -> Markup {
    if rule.is_named() {
        return html! {
            @for (place, id) in rule.accounts.iter().enumerate() {
                @if place > 0 { ", " }
                @match land.accounts.get(id) {
                    Some(account) => (record_link(&format!("/accounts/{id}"), &account.name)),
                    None => span.mut { "#" (id) },
                }
            }
        };
    }
    let word = |attribute: Attribute, word: &String| match attribute {
        Attribute::Tier | Attribute::Kind => {
            let key = format!("choice-{}-{word}", attribute.name());
            if words.has(&key) { words.t(&key) } else { word.clone() }
        }
        _ => word.clone(),
    };
    let part = |(attribute, own): (&Attribute, &std::collections::BTreeSet<String>)| {
        let own: Vec<String> = own.iter().map(|one| word(*attribute, one)).collect();
        format!("{}: {}", words.field(attribute.name()), own.join(", "))
    };
    let parts: Vec<String> = rule.words.iter().map(part).collect();
    html! { (parts.join(" · ")) }
}

fn common(words: Words, typed: &Typed) -> [Field<'_>; 2] {
    [
        Field { is_required: true, ..Field::new("starts_on", words.t("holds-from"), Input::Date(&typed.starts_on)) },
        Field { is_required: true, ..Field::new("reason", words.field("reason"), Input::Text(&typed.reason)) },
    ]
}

fn one_more(words: Words, land: &Land, typed: &Typed, seen: &str) -> Markup {
    let mut leaves: Vec<Choice> = land
        .territories
        .values()
        .filter(|one| land.is_leaf(one.id))
        .map(|one| Choice { value: format!("#{}", one.id), label: one.name.clone() })
        .collect();
    leaves.sort_by(|one, other| one.label.cmp(&other.label));
    let wrong = typed.wrong.as_ref().filter(|(is_one, _)| *is_one).map(|(_, text)| text.clone());
    let mut fields = vec![
        Field {
            is_required: true,
            error: wrong,
            hint: Some(words.t("territories-rank-hint")),
            ..Field::new("rank", words.t("territories-rank"), Input::Whole(&typed.row.rank))
        },
        Field::new(
            "territory",
            words.record("territory"),
            Input::Select { chosen: &typed.row.territory, choices: leaves },
        ),
    ];
    for attribute in Attribute::ALL {
        let name = attribute.name();
        let words_of = words_in_use(land, attribute);
        let input = Input::Suggested { typed: typed.row.cell(name), words: words_of };
        fields.push(Field::new(name, words.field(name), input));
    }
    fields.push(Field {
        hint: Some(words.t("territories-named-hint")),
        ..Field::new("accounts", words.t("territories-named"), Input::Text(&typed.row.accounts))
    });
    fields.extend(common(words, typed));
    let (title, save) = (words.t("territories-rule-new"), words.t("territories-rule-add"));
    let hidden = vec![("seen", seen)];
    form(words, &PageForm { hidden, ..PageForm::fresh(words, "/territories/rules/new", &title, &save, &fields) })
}

fn whole(words: Words, typed: &Typed, text: &str, seen: &str) -> Markup {
    let wrong = typed.wrong.as_ref().filter(|(is_one, _)| !is_one).map(|(_, text)| text.clone());
    // Two forms on a page: the ids of one are not those of the other.
    let ids = ["list-starts_on", "list-reason"];
    let area = Field {
        error: wrong,
        hint: Some(words.t_with("territories-rows-hint", &[("columns", RuleRow::COLUMNS.join(", ").into())])),
        is_required: true,
        ..Field::new("rows", words.t("territories-rows"), Input::Area(text))
    };
    let [starts_on, reason] = common(words, typed);
    let fields = [area, Field { name: ids[0], ..starts_on }, Field { name: ids[1], ..reason }];
    let (title, save) = (words.t("territories-rules-whole"), words.t("save"));
    let hidden = vec![("seen", seen)];
    form(words, &PageForm { hidden, ..PageForm::fresh(words, "/territories/rules", &title, &save, &fields) })
}

fn history(words: Words, land: &Land, versions: &[RulesVersion], now: Option<&RulesVersion>) -> Markup {
    let names = [words.field("reason"), words.field("set_by"), words.t("territories-rules-count")];
    let row = |one: &RulesVersion| {
        let by = one.set_by.map_or_else(|| words.t("by-operator"), |id| land.person(Some(id)).to_owned());
        let cells = [Cell::text(one.reason.as_str()), Cell::text(by), Cell::number(words.count(one.rules.len()))];
        let cells = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect();
        let href = format!("/territories/rules?as_of={}", one.starts_on);
        let date = words.date(one.starts_on);
        let head = html! {
            @if now.is_some_and(|now| now.id == one.id) { b { (date) } } @else { (record_link(&href, &date)) }
        };
        Row::new(head, cells)
    };
    let title = words.t("territories-versions");
    let mut heads = vec![Head::text(words.t("holds-from"))];
    heads.extend(names.iter().take(2).map(|name| Head::text(name.as_str())));
    heads.push(Head::number(names[2].as_str()));
    let rows = versions.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    table.in_panel("versions", (&words.t("territories-rules-none"), &words.t("territories-rules-none-hint")))
}

/// The version that was set last.
fn newest(versions: &[RulesVersion]) -> i64 {
    versions.iter().map(|one| one.id.0).max().unwrap_or(0)
}

/// What is wrong with a row, in the reader's language: the line, the column and what stands there.
fn wrong(words: Words, line: Option<u64>, problem: &TerritoriesError) -> String {
    let what = match problem {
        TerritoriesError::Field { field, value, .. } => {
            let key = match *field {
                "territory" => "territories-error-territory",
                "accounts" if value.is_empty() => "territories-error-empty",
                "accounts" => "territories-error-accounts",
                "rank" => "territories-error-rank",
                _ => "territories-error-cell",
            };
            words.t_with(key, &[("field", (*field).into()), ("value", value.as_str().into())])
        }
        TerritoriesError::NoReason => words.t("error-required"),
        _ => words.t("territories-error-csv"),
    };
    line.map_or(what.clone(), |line| format!("{line}: {what}"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    seen: String,
    rows: String,
    #[serde(rename = "list-starts_on")]
    starts_on: String,
    #[serde(rename = "list-reason")]
    reason: String,
}

pub async fn save(Asking { asker, territories }: Asking, Form(sent): Form<Sent>) -> Result<Response, WebError> {
    let starts_on = day(&sent.starts_on)?.ok_or(WebError::Refused { hint_key: "error-not-a-date" })?;
    let typed = Typed {
        rows: Some(sent.rows.clone()),
        starts_on: sent.starts_on.clone(),
        reason: sent.reason.clone(),
        ..Typed::default()
    };
    match RuleRow::read(&sent.rows) {
        Ok(rows) => written(&asker, &territories, (rows, false), starts_on, &sent.seen, typed).await,
        Err(error) => refused(&asker, &territories, starts_on, false, wrong(asker.words, Some(1), &error), typed).await,
    }
}

#[derive(Deserialize)]
pub struct One {
    seen: String,
    starts_on: String,
    reason: String,
    rank: String,
    territory: String,
    country: String,
    region: String,
    city: String,
    industry: String,
    segment: String,
    tier: String,
    kind: String,
    accounts: String,
}

pub async fn add(Asking { asker, territories }: Asking, Form(sent): Form<One>) -> Result<Response, WebError> {
    let starts_on = day(&sent.starts_on)?.ok_or(WebError::Refused { hint_key: "error-not-a-date" })?;
    let One {
        seen,
        starts_on: _,
        reason,
        rank,
        territory,
        country,
        region,
        city,
        industry,
        segment,
        tier,
        kind,
        accounts,
    } = sent;
    let row = RuleRow { rank, territory, country, region, city, industry, segment, tier, kind, accounts };
    let rows = territories.rule_rows(starts_on).await.map_err(failed)?;
    let rows: Vec<(u64, RuleRow)> = (1..).zip(rows.into_iter().chain([row.clone()])).collect();
    let typed = Typed { row, starts_on: starts_on.to_string(), reason, ..Typed::default() };
    written(&asker, &territories, (rows, true), starts_on, &seen, typed).await
}

/// Writes the version, or shows the page again with what is wrong and what was typed.
async fn written(
    asker: &Asker,
    territories: &Territories,
    (rows, is_one): (Vec<(u64, RuleRow)>, bool),
    starts_on: Date,
    seen: &str,
    typed: Typed,
) -> Result<Response, WebError> {
    let words = asker.words;
    let rows: Vec<(u64, RuleRow)> = rows.into_iter().filter(|(_, row)| !row.is_blank()).collect();
    let plan = territories.plan_rules(&rows, starts_on).await.map_err(failed)?;
    // Somebody set others since the page was shown.
    if seen.trim() != newest(&territories.rules().await.map_err(failed)?).to_string() {
        return Err(WebError::Conflict);
    }
    let told: Vec<String> =
        plan.problems.iter().map(|(line, problem)| wrong(words, Some(*line).filter(|_| !is_one), problem)).collect();
    if !told.is_empty() {
        return refused(asker, territories, starts_on, is_one, told.join(" · "), typed).await;
    }
    if typed.reason.trim().is_empty() {
        return refused(asker, territories, starts_on, is_one, words.t("error-required"), typed).await;
    }
    territories.commit_rules(plan, &typed.reason, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/territories/rules?as_of={starts_on}")).into_response())
}

async fn refused(
    asker: &Asker,
    territories: &Territories,
    on: Date,
    is_one: bool,
    what: String,
    typed: Typed,
) -> Result<Response, WebError> {
    let typed = Typed { wrong: Some((is_one, what)), ..typed };
    Ok((StatusCode::BAD_REQUEST, document(asker, territories, on, typed).await?).into_response())
}

pub async fn csv(Asking { territories, .. }: Asking, Query(query): Query<Looked>) -> Result<Response, WebError> {
    let on = match day(&query.as_of)? {
        Some(on) => on,
        None => territories.today().await.map_err(failed)?,
    };
    let rows = territories.rule_rows(on).await.map_err(failed)?;
    Ok(attached(CSV, "territory-rules.csv", RuleRow::csv(&rows).map_err(failed)?))
}
