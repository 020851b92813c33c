//! What would move from a day on: by the rules, by a proposal or by a hand-over; and what passes with it.

use super::{
    Asking, balance_bar, balance_cell, day, deviation, failed, home, money, note, person_link, territory_link,
};
use crate::{HandedOver, Land, OpenDeal, Plan, PlanLine, QuotaLine, Territories, overview::TOLERANCE};
use axum::{
    Form,
    extract::Query,
    response::{Redirect, Response},
};
use base::{Amount, Fraction, RecordId, Seq};
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    CSV, Unit, WebError, Words, attached,
    components::{
        Cell, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row, Table, button, entry, facts, form,
        link_button, page_head, record_link, tag,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub from: String,
}

impl Asked {
    pub async fn day(&self, territories: &Territories) -> Result<Date, WebError> {
        match day(&self.from)? {
            Some(from) => Ok(from),
            None => territories.today().await.map_err(failed),
        }
    }
}

pub async fn page(Asking { asker, territories }: Asking, Query(asked): Query<Asked>) -> Result<Markup, WebError> {
    let words = asker.words;
    let plan = territories.plan(asked.day(&territories).await?).await.map_err(failed)?;
    let from = plan.day.to_string();
    let title = words.t("territories-plan");
    let way = html! {
        (home::back(words))
        (export(words, &web_kit::address("/territories/plan.csv", &[("from", &from)])))
    };
    let chooser = html! {
        form.filters method="get" action="/territories/plan" data-autosubmit {
            (entry("from", &Input::Date(&from), &words.t("territories-from")))
            span.no-js { (button(Purpose::Plain, &words.t("show"))) }
        }
    };
    let content = html! {
        (page_head(&title, Some(&words.t("territories-plan-hint")), &way))
        (web_kit::components::controls(&[chooser]))
        div.stack {
            (body(words, &plan, Amount::from(TOLERANCE)))
            (commit_form(words, &plan, "/territories/plan", vec![("from", &from)]))
        }
    };
    Ok(home::document(&asker, &title, &content))
}

#[derive(Deserialize)]
pub struct Committed {
    #[serde(flatten)]
    asked: Asked,
    seq: String,
    made_on: String,
    reason: String,
}

pub async fn commit(Asking { territories, .. }: Asking, Form(typed): Form<Committed>) -> Result<Redirect, WebError> {
    let territories = seen(territories, &typed.seq, &typed.made_on).await?;
    let plan = territories.plan(typed.asked.day(&territories).await?).await.map_err(failed)?;
    committed(&territories, &plan, &typed.reason).await
}

/// As it was looked at; on another day it is another plan.
pub async fn seen(territories: Territories, seq: &str, made_on: &str) -> Result<Territories, WebError> {
    let seq = seq.parse().map_err(|_| WebError::Conflict)?;
    let today = territories.today().await.map_err(failed)?;
    if today.to_string() == made_on { Ok(territories.seen_at(Seq(seq))) } else { Err(WebError::Conflict) }
}

pub async fn committed(territories: &Territories, plan: &Plan, reason: &str) -> Result<Redirect, WebError> {
    let id = territories.commit(plan, reason, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/territories/changes/{id}")))
}

pub async fn csv(Asking { territories, .. }: Asking, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let plan = territories.plan(asked.day(&territories).await?).await.map_err(failed)?;
    file(&plan)
}

pub fn file(plan: &Plan) -> Result<Response, WebError> {
    Ok(attached(CSV, &format!("hand-over-{}.csv", plan.day), plan.to_csv().map_err(failed)?))
}

pub fn export(words: Words, href: &str) -> Markup {
    link_button(Purpose::Plain, href, Some("download"), &words.t("territories-handover-csv"))
}

/// What a plan moves and what follows.
pub fn body(words: Words, plan: &Plan, tolerance: Amount) -> Markup {
    html! {
        (summary(words, plan))
        (balance(words, plan, tolerance))
        (handed_over(words, &plan.land, &plan.handed_over))
        (quotas(words, plan))
    }
}

fn summary(words: Words, plan: &Plan) -> Markup {
    let deals: Vec<&OpenDeal> = plan.handed_over.iter().flat_map(|one| &one.deals).collect();
    let passing = deals.iter().filter(|deal| deal.passes_on.is_some()).count();
    let percent = plan.kept.and_then(|kept| words.percent(Fraction::new(kept, Amount::from(100))));
    let mut rows = vec![
        (words.t("territories-from"), words.date(plan.day)),
        (words.t("territories-moves"), words.count(plan.moves.len())),
        (words.t("territories-kept"), percent.map_or_else(|| "–".to_owned(), |percent| percent.to_string())),
        (
            words.t("territories-open-deals"),
            words.t_with(
                "territories-deals-pass",
                &[
                    ("deals", words.count(deals.len()).into()),
                    ("pass", words.count(passing).into()),
                    ("days", words.count(plan.credit_days).into()),
                ],
            ),
        ),
    ];
    if plan.conflicts > 0 {
        rows.push((
            words.t("territories-state-conflict"),
            words.t_with("territories-stay", &[("count", plan.conflicts.into())]),
        ));
    }
    if !plan.later.is_empty() {
        rows.push((
            words.t("territories-later"),
            words.t_with("territories-stay", &[("count", plan.later.len().into())]),
        ));
    }
    let title = words.t("territories-summary");
    Panel { id: "summary", title: &title, body: facts(&rows), ..Panel::default() }.render()
}

/// Each leaf as it is and as it would be.
fn balance(words: Words, plan: &Plan, tolerance: Amount) -> Markup {
    let land = &plan.land;
    let measure = words.t(&format!("territories-even-{}", plan.even.name()));
    let names = ["territories-held-by", "territories-accounts", "territories-now", "territories-deviation-now"];
    let names: Vec<String> = names
        .into_iter()
        .chain(["territories-then", "territories-balance-then", "territories-deviation-then"])
        .map(|name| words.t(name))
        .collect();
    let amount = |of: Amount| match plan.even {
        crate::Measure::Accounts => of.to_text(),
        _ => money(words, land, of),
    };
    let row = |one: &PlanLine| {
        let holders = html! {
            @for (place, person) in land.holders_of(one.territory).iter().enumerate() {
                @if place > 0 { ", " }
                (person_link(land, Some(*person)))
            }
        };
        let accounts = if one.now.accounts == one.then.accounts {
            words.count(one.now.accounts)
        } else {
            format!("{} → {}", words.count(one.now.accounts), words.count(one.then.accounts))
        };
        // Load over mean is one and the deviation.
        let share = one.then_deviation.and_then(|off| Amount::from(100).checked_add(off).ok());
        let share = share.map(|share| Fraction::new(share, Amount::from(100)));
        let cells = vec![
            Cell::text(holders),
            Cell::number(accounts),
            Cell::number(amount(one.now.of(plan.even))),
            Cell::number(deviation(words, one.now_deviation)),
            Cell::number(amount(one.then.of(plan.even))),
            balance_bar(words, share, one.then_deviation, tolerance),
            balance_cell(words, one.then_deviation, tolerance),
        ];
        let cells = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect();
        Row::new(territory_link(land, Some(one.territory)), cells)
    };
    let title = words.t("territories-balance-plan");
    let mut heads = vec![Head::text(words.record("territory")), Head::text(names[0].as_str())];
    heads.extend(names.iter().skip(1).map(|name| Head::number(name.as_str())));
    let rows: Vec<Row> = plan.lines.iter().map(row).collect();
    let note = format!("{measure} · {}", note(words, land));
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    Panel { id: "balance", title: &title, note: Some(&note), body: table.render(), is_flush: true, ..Panel::default() }
        .render()
}

/// The hand-over list.
pub fn handed_over(words: Words, land: &Land, rows: &[HandedOver]) -> Markup {
    let names = ["territories-move-from", "territories-move-to", "territories-hands-from", "territories-hands-to"];
    let names: Vec<String> = names
        .into_iter()
        .chain(["territories-open-deals", "territories-next-visit"])
        .map(|name| words.t(name))
        .collect();
    let row = |one: &HandedOver| {
        let passed = &one.passed;
        let visit = one.next_visit.map_or_else(|| Cell::text("").absent(), |day| Cell::text(words.date(day)));
        let deals = if one.deals.is_empty() {
            Cell::text(html! { span.mut { "–" } }).absent()
        } else {
            Cell::text(html! { ul.plain { @for deal in &one.deals { li { (open_deal(words, land, deal)) } } } })
        };
        let cells = vec![
            Cell::text(territory_link(land, passed.from)),
            Cell::text(territory_link(land, passed.to)),
            Cell::text(person_link(land, passed.from_owner)),
            Cell::text(person_link(land, passed.to_owner)),
            deals,
            visit,
        ];
        let cells = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect();
        Row::new(record_link(&format!("/accounts/{}", passed.account), &one.name), cells)
    };
    let title = words.t("territories-handover");
    let mut heads = vec![Head::text(words.record("account"))];
    heads.extend(names.iter().map(|name| Head::text(name.as_str())));
    let rows = rows.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_tall: true, is_lines: true, ..Table::default() };
    table.in_panel("handover", (&words.t("territories-nothing-moves"), &words.t("territories-nothing-moves-hint")))
}

/// Name, amount, stage, and until when it stays.
fn open_deal(words: Words, land: &Land, deal: &OpenDeal) -> Markup {
    let amount = deal.amount.map(|amount| match deal.currency {
        Some(currency) => words.exact(amount, Unit::Money(currency)).to_string(),
        None => words.decimal(amount, 0),
    });
    let beside = [amount, Some(deal.stage.clone())].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    html! {
        (record_link(&format!("/deals/{}", deal.id), &deal.name)) " " span.mut { (beside) }
        " "
        @match deal.passes_on {
            Some(day) => (tag(Mood::Info, &words.t_with("territories-passes-on", &[("day", words.date(day).into())]))),
            None => (tag(Mood::Neutral, &words.t_with("territories-stays-with", &[("person", land.person(deal.owner).into())]))),
        }
    }
}

fn quotas(words: Words, plan: &Plan) -> Markup {
    let land = &plan.land;
    let names =
        ["territories-quota-rest", "territories-quota-leave", "territories-quota-share", "territories-quota-leaves"];
    let names: Vec<String> = names
        .into_iter()
        .chain(["territories-quota-come", "territories-quota-comes", "territories-quota-after"])
        .map(|name| words.t(name))
        .collect();
    let row = |one: &QuotaLine| {
        let shift = &one.shift;
        let share = shift.share.and_then(|share| words.percent(Fraction::new(share, Amount::from(100))));
        let cells = vec![
            Cell::number(money(words, land, shift.rest)),
            Cell::number(words.count(shift.leave)),
            Cell::number(share.map_or_else(|| "–".to_owned(), |share| share.to_string())),
            Cell::number(money(words, land, shift.leaves)),
            Cell::number(words.count(shift.come)),
            Cell::number(money(words, land, shift.comes)),
            Cell::number(shift.after().map_or_else(|_| "–".to_owned(), |after| money(words, land, after))),
        ];
        let cells = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect();
        Row::new(person_link(land, Some(one.person)), cells)
    };
    let title = words.t("territories-quotas");
    if plan.quotas.is_empty() {
        return html! {};
    }
    let mut heads = vec![Head::text(words.record("person"))];
    heads.extend(names.iter().map(|name| Head::number(name.as_str())));
    let rows = plan.quotas.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    let hint = words.t("territories-quotas-hint");
    let footer = Some(html! { span.mut.small { (hint) } });
    let note = land.currency.to_string();
    Panel {
        id: "quotas",
        title: &title,
        note: Some(&note),
        body: table.render(),
        footer,
        is_flush: true,
        ..Panel::default()
    }
    .render()
}

/// With the seq of what is shown; nothing where nothing changes.
pub fn commit_form(words: Words, plan: &Plan, action: &str, asked: Vec<(&str, &str)>) -> Markup {
    let is_holder = matches!(plan.basis, crate::Basis::Holder { .. });
    if plan.moves.is_empty() && !is_holder {
        return html! {};
    }
    let seq = plan.seq.0.to_string();
    let mut hidden = asked;
    let made_on = plan.land.today.to_string();
    hidden.extend([("seq", seq.as_str()), ("made_on", &made_on)]);
    let reason = Field {
        is_required: true,
        hint: Some(words.t_with("territories-commit-hint", &[("day", words.date(plan.day).into())])),
        ..Field::new("reason", words.field("reason"), Input::Text(""))
    };
    let (title, submit) = (words.t("territories-commit"), words.t("territories-commit-do"));
    form(words, &PageForm { hidden, ..PageForm::fresh(words, action, &title, &submit, &[reason]) })
}

/// For links of other pages.
pub fn id_of(text: &str) -> Result<Option<RecordId>, WebError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(|id| Some(RecordId(id))).map_err(|_| WebError::Refused { hint_key: "error-not-a-choice" })
}
