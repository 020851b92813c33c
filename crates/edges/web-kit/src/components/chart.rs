use super::{Table, icon_small};
use crate::i18n::Words;
use maud::{Markup, Render, html};

/// The colour of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// 1 to 6.
    Series(u8),
    /// Last year and the like.
    Compare,
    Target,
    /// Effects: by sign, with the value printed.
    Sign,
}

impl Tone {
    pub(super) fn name(self) -> String {
        match self {
            Tone::Series(number) => number.clamp(1, 6).to_string(),
            Tone::Compare => "compare".to_owned(),
            Tone::Target => "target".to_owned(),
            Tone::Sign => "sign".to_owned(),
        }
    }
}

/// A chart: the table is the data, and the whole page without a script. Cells say with
/// [`Cell::drawn`](super::Cell::drawn) what is drawn.
#[derive(Debug, Clone)]
pub struct ChartPanel<'a> {
    pub words: Words,
    pub id: &'a str,
    pub title: &'a str,
    /// At the right of the header, before the switch.
    pub end: Option<Markup>,
    pub table: Table<'a>,
    /// What the axis counts, `THB M`.
    pub unit: &'a str,
    /// Rows are the axis and columns the series.
    pub is_by_column: bool,
    pub is_stacked: bool,
    /// Begins with the table.
    pub starts_as_table: bool,
    pub footer: Option<Markup>,
}

impl Render for ChartPanel<'_> {
    fn render(&self) -> Markup {
        let heading = format!("{}-h", self.id);
        let face = if self.starts_as_table { "table" } else { "" };
        html! {
            section.panel id=(self.id) aria-labelledby=(heading) data-chart=(face) {
                header {
                    h2 id=(heading) { (self.title) }
                    span.end { @if let Some(end) = &self.end { (end) } (self.switch()) }
                }
                div.body.chart data-view="chart" role="img" aria-label=(self.title) hidden {}
                div.tw data-view="table" tabindex="0" role="group" aria-label=(self.title) {
                    table.t data-unit=(self.unit) data-by=[self.is_by_column.then_some("column")]
                        data-stack[self.is_stacked] {
                        (self.table.inside())
                    }
                }
                @if let Some(footer) = &self.footer { footer { (footer) } }
            }
        }
    }
}

impl ChartPanel<'_> {
    fn switch(&self) -> Markup {
        html! {
            span.seg.js-only role="group" aria-label=(self.title) {
                button type="button" data-show="chart" aria-pressed="false" {
                    (icon_small("chart-column")) (self.words.t("chart"))
                }
                button type="button" data-show="table" aria-pressed="true" {
                    (icon_small("table")) (self.words.t("table"))
                }
            }
        }
    }
}
