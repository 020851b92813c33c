//! What one's open deals would earn.

use super::{ACTIVE, Asking, failed, figure};
use crate::{Estimate, EstimatedDeal};
use maud::{Markup, html};
use web_kit::{
    WebError, Words,
    components::{Cell, Head, Panel, Purpose, Row as Line, Table, empty, facts, link_button, page_head, record_link},
};

pub async fn page(Asking { asker, pay }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let title = words.t("estimates");
    let back = link_button(Purpose::Plain, "/pay", None, &words.t("compensation"));
    let found = pay.estimate().await.map_err(failed)?;
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

fn told(words: Words, found: &Estimate) -> Markup {
    let sums = [
        (words.t("pay-so-far"), figure(words, found.so_far)),
        (words.t("estimates-together"), figure(words, found.together)),
    ];
    let period = words.period(&found.period);
    let row = |one: &EstimatedDeal| {
        let decimals = one.currency.parse().map_or(2, base::Currency::minor_digits);
        let cells = vec![
            Cell::text(one.close_date.map(|day| words.date(day)).unwrap_or_default()),
            Cell::number(format!("{} {}", one.currency, words.decimal(one.credit, decimals))),
            Cell::number(figure(words, one.earns)),
        ];
        Line::new(record_link(&format!("/deals/{}", one.deal), &one.name), cells)
    };
    let title = words.records("deal");
    let heads = vec![
        Head::text(words.record("deal")),
        Head::text(words.field("close_date")),
        Head::number(words.t("credit")),
        Head::number(words.t("estimates-earns")),
    ];
    let table = Table { label: &title, heads, rows: found.deals.iter().map(row).collect(), ..Table::default() };
    html! {
        (Panel { id: "sums", title: &period, body: facts(&sums), ..Panel::default() })
        (table.in_panel("deals", (&words.t("estimates-none"), &words.t("estimates-none-hint"))))
    }
}
