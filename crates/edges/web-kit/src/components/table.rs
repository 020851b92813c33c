use super::{Panel, empty};
use crate::i18n::Words;
use base::Amount;
use maud::{Markup, Render, html};

/// How high rows are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Density {
    Compact,
    #[default]
    Normal,
    Roomy,
}

/// The order of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Ascending,
    Descending,
}

/// A column head.
#[derive(Debug, Clone, Default)]
pub struct Head {
    text: String,
    is_number: bool,
    sort: Option<Sort>,
    href: Option<String>,
    is_partial: bool,
    is_skipped: bool,
    series: Option<(Kind, String)>,
}

/// How a chart draws a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bar,
    Line,
    Step,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Bar => "bar",
            Kind::Line => "line",
            Kind::Step => "step",
        }
    }
}

impl Head {
    pub fn text(text: impl Into<String>) -> Self {
        Head { text: text.into(), ..Head::default() }
    }

    /// Of a column of numbers: right-aligned. Its currency or unit belongs in the text.
    pub fn number(text: impl Into<String>) -> Self {
        Head { is_number: true, ..Head::text(text) }
    }

    /// Sorts by this column when followed.
    #[must_use]
    pub fn sortable(self, href: impl Into<String>, now: Option<Sort>) -> Self {
        Head { href: Some(href.into()), sort: now, ..self }
    }

    /// A period that is not over: drawn hatched, and marked with an asterisk.
    #[must_use]
    pub fn partial(self) -> Self {
        Head { is_partial: true, ..self }
    }

    /// Not drawn: totals, shares.
    #[must_use]
    pub fn skipped(self) -> Self {
        Head { is_skipped: true, ..self }
    }

    /// In a table read by column: how the column is drawn.
    #[must_use]
    pub fn series(self, kind: Kind, tone: super::Tone) -> Self {
        Head { series: Some((kind, tone.name())), ..self }
    }
}

impl Head {
    /// With its role where the table's own way of showing would take it away.
    fn written(&self, has_roles: bool) -> Markup {
        let sort = self.sort.map(|sort| if sort == Sort::Ascending { "ascending" } else { "descending" });
        let kind = self.series.as_ref().map(|(kind, _)| kind.name());
        let tone = self.series.as_ref().map(|(_, tone)| tone);
        let text = html! { (self.text) @if self.is_partial { "*" } };
        html! {
            th scope="col" role=[has_roles.then_some("columnheader")] class=[self.is_number.then_some("num")] aria-sort=[sort] data-part[self.is_partial]
                data-skip[self.is_skipped] data-kind=[kind] data-tone=[tone]
                data-label=[self.is_partial.then_some(&self.text)] {
                @if let Some(href) = &self.href { a href=(href) { (text) } } @else { (text) }
            }
        }
    }
}

/// One cell but the first of its row.
#[derive(Debug, Clone)]
pub struct Cell {
    content: Markup,
    class: &'static str,
    drawn: Option<String>,
    label: Option<String>,
    is_absent: bool,
}

impl Cell {
    pub fn text(content: impl Render) -> Self {
        Cell { content: content.render(), class: "", drawn: None, label: None, is_absent: false }
    }

    /// Right-aligned.
    pub fn number(content: impl Render) -> Self {
        Cell { class: "num", ..Cell::text(content) }
    }

    /// A bar as wide as the cell.
    pub fn bar(content: impl Render) -> Self {
        Cell { class: "barcell", ..Cell::text(content) }
    }

    /// The value a chart draws here; without it there is a gap.
    #[must_use]
    pub fn drawn(self, value: Option<Amount>) -> Self {
        Cell { drawn: value.map(Amount::to_text), ..self }
    }

    /// What stands before the value where rows are lines and have no heads above them.
    #[must_use]
    pub fn labelled(self, label: impl Into<String>) -> Self {
        Cell { label: Some(label.into()), ..self }
    }

    /// Says that there is nothing: left out where rows are lines.
    #[must_use]
    pub fn absent(self) -> Self {
        Cell { is_absent: true, ..self }
    }

    fn written(&self, has_roles: bool) -> Markup {
        let class = [self.class, if self.is_absent { "nil" } else { "" }].join(" ");
        let class = Some(class.trim()).filter(|class| !class.is_empty());
        html! {
            td role=[has_roles.then_some("cell")] class=[class] data-v=[self.drawn.as_ref()]
                data-head=[self.label.as_ref()] { (self.content) }
        }
    }
}

/// One row: its head and its cells.
#[derive(Debug, Clone)]
pub struct Row {
    head: Markup,
    cells: Vec<Cell>,
    class: Option<&'static str>,
    is_partial: bool,
    is_skipped: bool,
    series: Option<(Kind, String)>,
}

impl Row {
    pub fn new(head: impl Render, cells: Vec<Cell>) -> Self {
        Row { head: head.render(), cells, class: None, is_partial: false, is_skipped: false, series: None }
    }

    /// The rows this viewer may not open, as one line, so that the list adds up: count first, then the cells.
    pub fn hidden(words: Words, count: usize, cells: Vec<Cell>) -> Self {
        let text = words.t_with("more-rows", &[("count", count.into())]);
        Row { class: Some("hidden-rows"), ..Row::new(text, cells) }
    }

    /// How far the rounded rows differ from the exact sum: one visible line.
    pub fn rounding(words: Words, cells: Vec<Cell>) -> Self {
        Row { class: Some("hidden-rows"), is_skipped: true, ..Row::new(words.t("rounding"), cells) }
    }

    /// In a table read by row: how the row is drawn.
    #[must_use]
    pub fn series(self, kind: Kind, tone: super::Tone) -> Self {
        Row { series: Some((kind, tone.name())), ..self }
    }

    /// In a table read by column: a period that is not over.
    #[must_use]
    pub fn partial(self) -> Self {
        Row { is_partial: true, ..self }
    }

    /// Not drawn.
    #[must_use]
    pub fn skipped(self) -> Self {
        Row { is_skipped: true, ..self }
    }
}

impl Row {
    fn written(&self, has_roles: bool) -> Markup {
        let kind = self.series.as_ref().map(|(kind, _)| kind.name());
        let tone = self.series.as_ref().map(|(_, tone)| tone);
        html! {
            tr role=[has_roles.then_some("row")] class=[self.class] data-kind=[kind] data-tone=[tone] data-part[self.is_partial]
                data-skip[self.is_skipped] {
                th scope="row" role=[has_roles.then_some("rowheader")] {
                    (self.head) @if self.is_partial { "*" }
                }
                @for cell in &self.cells { (cell.written(has_roles)) }
            }
        }
    }
}

/// A table that scrolls by itself. The foot must match the rows.
#[derive(Debug, Clone, Default)]
pub struct Table<'a> {
    /// What it lists: names the region and the table.
    pub label: &'a str,
    pub heads: Vec<Head>,
    pub rows: Vec<Row>,
    pub foot: Vec<Row>,
    pub density: Density,
    /// Several lines in a cell: aligned at the top.
    pub is_tall: bool,
    /// The first column stays when the rest scrolls.
    pub is_pinned: bool,
    /// Rows become lines on a phone: the head, and what is known of it below.
    pub is_lines: bool,
}

impl Table<'_> {
    /// In a panel of its own; without rows, what is not there yet and what to do: a title and a hint.
    pub fn in_panel(&self, id: &str, none: (&str, &str)) -> Markup {
        let is_flush = !self.rows.is_empty();
        let body = if is_flush { self.render() } else { empty(none.0, none.1, None) };
        Panel { id, title: self.label, body, is_flush, ..Panel::default() }.render()
    }

    fn class(&self) -> String {
        let density = match self.density {
            Density::Compact => " compact",
            Density::Normal => "",
            Density::Roomy => " roomy",
        };
        let tall = if self.is_tall { " vtop" } else { "" };
        let pinned = if self.is_pinned { " sticky1" } else { "" };
        let lines = if self.is_lines { " lines flow" } else { "" };
        format!("t{density}{tall}{pinned}{lines}")
    }

    /// Head, body and foot, for whoever writes the `table` around them.
    pub(super) fn inside(&self) -> Markup {
        let has_roles = self.is_lines;
        let (group, row) = (has_roles.then_some("rowgroup"), has_roles.then_some("row"));
        html! {
            caption.sr-only { (self.label) }
            thead role=[group] { tr role=[row] { @for head in &self.heads { (head.written(has_roles)) } } }
            tbody role=[group] { @for row in &self.rows { (row.written(has_roles)) } }
            @if !self.foot.is_empty() {
                tfoot role=[group] { @for row in &self.foot { (row.written(has_roles)) } }
            }
        }
    }
}

impl Render for Table<'_> {
    fn render(&self) -> Markup {
        html! {
            div.tw tabindex="0" role="group" aria-label=(self.label) {
                table class=(self.class()) role=[self.is_lines.then_some("table")] { (self.inside()) }
            }
        }
    }
}
