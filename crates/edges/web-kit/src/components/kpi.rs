use super::{Change, Light, Reading, bar, change, light, reading, sparkline};
use crate::{format::Figure, i18n::Words};
use base::{Amount, Fraction};
use maud::{Markup, Render, html};

/// KPIs that belong together; with its weighted score where there is one.
#[derive(Debug, Clone)]
pub struct KpiGroup<'a> {
    pub name: &'a str,
    /// Score and weight, `98.4 × 40%`.
    pub score: Option<Markup>,
    pub tiles: Vec<KpiTile<'a>>,
}

/// One KPI at a glance.
#[derive(Debug, Clone)]
pub struct KpiTile<'a> {
    pub words: Words,
    pub name: &'a str,
    /// The page with the rows behind it.
    pub href: &'a str,
    /// None without a target.
    pub light: Option<Light>,
    pub reading: Reading,
    /// Oldest first.
    pub course: &'a [Option<Amount>],
    pub course_target: Option<Amount>,
    /// Actual and target, where the KPI has one.
    pub attainment: Option<Fraction>,
    pub is_partial: bool,
    pub change: Option<Change>,
    pub target: Option<Figure>,
    /// Said in place of a bar: lower is better, no target.
    pub note: Option<&'a str>,
    /// What it brings to a score: `96.0 × 12%`.
    pub score: Option<&'a str>,
}

impl Render for KpiGroup<'_> {
    fn render(&self) -> Markup {
        html! {
            section.kpig {
                h2 { (self.name) @if let Some(score) = &self.score { span.w { (score) } } }
                div.kpis { @for tile in &self.tiles { (tile) } }
            }
        }
    }
}

impl Render for KpiTile<'_> {
    fn render(&self) -> Markup {
        html! {
            div.kpi {
                div.nm {
                    @if let Some(state) = self.light { (light(self.words, state)) }
                    span.keep { (self.name) }
                }
                div.v { (reading(self.words, &self.reading, Some(self.href))) }
                @if let Reading::Null(reason) = self.reading {
                    span.spark {}
                    div.why { (reason.sentence(self.words)) }
                    @if let Some(score) = self.score { div.row { span.keep { (score) } } }
                } @else {
                    (sparkline(self.name, self.course, self.course_target))
                    (self.attained())
                    (self.compared())
                }
            }
        }
    }
}

impl KpiTile<'_> {
    fn attained(&self) -> Markup {
        let percent = self.attainment.and_then(|attainment| Some((attainment, self.words.percent(attainment)?)));
        html! {
            @if let Some((attainment, percent)) = percent {
                @let label = self.words.t_with("bar-label", &[("percent", percent.to_string().into())]);
                @let state = self.light.unwrap_or(Light::NoValue);
                div.att { (bar(&label, attainment, state, self.is_partial)) span { (percent.to_string()) } }
            } @else if let Some(note) = self.note {
                div.att { span.keep { (note) } }
            }
        }
    }

    fn compared(&self) -> Markup {
        html! {
            @if self.change.is_some() || self.target.is_some() || self.score.is_some() {
                div.row {
                    span.keep { @if let Some(against) = &self.change {
                        (change(&against.figure, against.lean)) " " (against.against)
                    } @else if let Some(score) = self.score { (score) } }
                    @if let Some(target) = &self.target {
                        span.keep { (self.words.t_with("target-is", &[("target", target.to_string().into())])) }
                    }
                }
            }
        }
    }
}

/// Tiles in their groups, as many columns as the page has room for.
pub fn kpi_grid(groups: &[KpiGroup<'_>]) -> Markup {
    html! { div.kgrid { @for group in groups { (group) } } }
}
