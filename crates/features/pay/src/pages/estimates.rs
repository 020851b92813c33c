//! What one's open deals would earn.

use super::{ACTIVE, Asking, failed, figure};
use crate::{Estimate, EstimatedDeal};
use axum::extract::{Path, Query};
use base::RecordId;
use maud::{Markup, html};
use web_kit::{
    WebError, Words,
    components::{
        Cell, Head, Panel, Purpose, Row as Line, Table, button, empty, facts, link_button, page_head, record_link,
    },
};

pub async fn page(
    Asking { asker, pay }: Asking,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let title = words.t("estimates");
    let back = link_button(Purpose::Plain, "/pay", None, &words.t("compensation"));
    // Each deal that is looked at together with others is a `deal`.
    let asked = asked.iter().filter(|(name, _)| name == "deal");
    let chosen = asked.filter_map(|(_, id)| id.parse().ok().map(RecordId)).collect();
    let found = pay.estimate(&chosen).await.map_err(failed)?;
    let content = html! {
        (page_head(&title, Some(&words.t("estimates-hint")), &back))
        div.stack {
            @match &found {
                Some(found) => (told(words, found)),
                None => (Panel {
                    id: "estimates",
                    title: &title,
                    body: empty(&words.t("estimates-no-plan"), &words.t("estimates-no-plan-hint"), None),
                    ..Panel::default()
                }),
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// What one deal would earn, for its page; nothing where it is not open or not one's own.
pub async fn of_deal(Asking { asker, pay }: Asking, Path(deal): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    // What cannot be told is told on the page of estimates.
    let found = pay.estimate_of_deal(RecordId(deal)).await.ok().flatten();
    let Some((found, one)) = found.as_ref().and_then(|found| Some((found, found.deals.first()?))) else {
        return Ok(html! {});
    };
    let slots = [("period", words.period(&found.period).into()), ("amount", figure(words, one.earns).into())];
    Ok(html! {
        (words.t_with("estimates-of-deal", &slots)) " "
        a.lnk href={ "/pay/estimates?deal=" (deal) } { (words.t("estimates")) }
    })
}

fn told(words: Words, found: &Estimate) -> Markup {
    let is_any = found.deals.iter().any(|one| one.is_chosen);
    let together = words.t(if is_any { "estimates-chosen" } else { "estimates-together" });
    let sums = [(words.t("pay-so-far"), figure(words, found.so_far)), (together, figure(words, found.together))];
    let period = words.period(&found.period);
    let row = |one: &EstimatedDeal| {
        let decimals = one.currency.parse().map_or(2, base::Currency::minor_digits);
        let cells = vec![
            Cell::text(one.close_date.map(|day| words.date(day)).unwrap_or_default()),
            Cell::number(format!("{} {}", one.currency, words.decimal(one.credit, decimals))),
            Cell::number(figure(words, one.earns)),
            Cell::text(html! {
                input.checkbox type="checkbox" name="deal" value=(one.deal) checked[one.is_chosen] form="chosen" aria-label=(one.name);
            }),
        ];
        Line::new(record_link(&format!("/deals/{}", one.deal), &one.name), cells)
    };
    let title = words.records("deal");
    let heads = vec![
        Head::text(words.record("deal")),
        Head::text(words.field("close_date")),
        Head::number(words.t("credit")),
        Head::number(words.t("estimates-earns")),
        Head::text(words.t("estimates-choose")),
    ];
    let table = Table { label: &title, heads, rows: found.deals.iter().map(row).collect(), ..Table::default() };
    let choose = html! {
        form id="chosen" method="get" { (button(Purpose::Plain, &words.t("estimates-choose"))) }
    };
    let end = (!found.deals.is_empty()).then_some(choose);
    html! {
        (Panel { id: "sums", title: &period, end, body: facts(&sums), ..Panel::default() })
        (table.in_panel("deals", (&words.t("estimates-none"), &words.t("estimates-none-hint"))))
    }
}
