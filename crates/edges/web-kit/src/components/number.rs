use crate::{format::Figure, i18n::Words};
use base::{Amount, Fraction};
use maud::{Markup, html};
use std::fmt::Write;

/// Why there is no value. The words are those of the KPI rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullReason {
    /// The denominator is zero.
    Undefined,
    /// Nothing feeds the measure.
    NoSource,
    /// A currency without a rate.
    MissingRate,
    /// Too few answers to say.
    Insufficient,
    /// The cohort is too young.
    Immature,
    /// It would show fewer than three people.
    Withheld,
    /// Nothing is left to reach.
    Met,
}

impl NullReason {
    pub const EVERY: [NullReason; 7] = [
        NullReason::Undefined,
        NullReason::NoSource,
        NullReason::MissingRate,
        NullReason::Insufficient,
        NullReason::Immature,
        NullReason::Withheld,
        NullReason::Met,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            NullReason::Undefined => "undefined",
            NullReason::NoSource => "no_source",
            NullReason::MissingRate => "missing_rate",
            NullReason::Insufficient => "insufficient",
            NullReason::Immature => "immature",
            NullReason::Withheld => "withheld",
            NullReason::Met => "met",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        NullReason::EVERY.into_iter().find(|reason| reason.name() == name)
    }

    /// The reason as a sentence.
    pub fn sentence(self, words: Words) -> String {
        words.t(&format!("null-{}", self.name()))
    }
}

/// A number, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Value(Figure),
    Null(NullReason),
}

/// A number that leads to the rows behind it.
pub fn number_link(href: &str, figure: &Figure) -> Markup {
    html! { a.n href=(href) { (figure) } }
}

/// An en dash with its reason, on hover and for screen readers. Never 0, never blank.
pub fn null(words: Words, reason: NullReason) -> Markup {
    let sentence = reason.sentence(words);
    html! { abbr.null tabindex="0" title=(sentence) { "–" span.sr-only { " " (sentence) } } }
}

/// A number with its link where it has rows, or the dash.
pub fn reading(words: Words, reading: &Reading, href: Option<&str>) -> Markup {
    match (reading, href) {
        (Reading::Value(figure), Some(href)) => number_link(href, figure),
        (Reading::Value(figure), None) => html! { (figure) },
        (Reading::Null(reason), _) => null(words, *reason),
    }
}

/// A link to a record.
pub fn record_link(href: &str, text: &str) -> Markup {
    html! { a.lnk href=(href) lang=[crate::page::script_of(text)] { (text) } }
}

/// Whether a change is welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    Good,
    Bad,
    Neutral,
}

/// A change against something: `+14.2% vs last year`.
#[derive(Debug, Clone)]
pub struct Change {
    pub figure: Figure,
    pub lean: Lean,
    /// What it is compared with.
    pub against: String,
}

/// The signed difference; the sign says the direction, the colour whether it is welcome.
pub fn change(figure: &Figure, lean: Lean) -> Markup {
    let class = match lean {
        Lean::Good => "up",
        Lean::Bad => "down",
        Lean::Neutral => "mut",
    };
    html! { span.dl.(class) { (figure.to_string()) } }
}

/// A traffic light, by shape as well as by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    OnTarget,
    Watch,
    Behind,
    NoValue,
}

pub fn light(words: Words, light: Light) -> Markup {
    let (class, key) = match light {
        Light::OnTarget => ("g", "light-on-target"),
        Light::Watch => ("a", "light-watch"),
        Light::Behind => ("r", "light-behind"),
        Light::NoValue => ("o", "light-no-value"),
    };
    let word = words.t(key);
    html! {
        svg.tl.(class) viewBox="0 0 12 12" role="img" aria-label=(word) {
            title { (word) }
            @match light {
                Light::OnTarget => circle cx="6" cy="6" r="5" {},
                Light::Watch => path d="M6 .8 11.6 11H.4Z" {},
                Light::Behind => rect x="1" y="1" width="10" height="10" {},
                Light::NoValue => circle cx="6" cy="6" r="4.5" {},
            }
        }
    }
}

/// 100% of the target stands at this part of the bar's width.
const FULL_PERCENT: i64 = 80;

/// How far towards the target: ink when fine, amber or red when not; hatched at the end while the period runs.
pub fn bar(label: &str, attainment: Fraction, light: Light, is_partial: bool) -> Markup {
    let fill = match light {
        Light::Watch => Some("a"),
        Light::Behind => Some("r"),
        Light::OnTarget | Light::NoValue => None,
    };
    html! {
        div.bar.part[is_partial] role="img" aria-label=(label) {
            svg class=[fill] width=(percent_of_width(attainment)) aria-hidden="true" {}
            b {}
        }
    }
}

/// Value ÷ target × 80, between 0 and 100%, with one decimal.
fn percent_of_width(attainment: Fraction) -> String {
    let share = attainment.value(6).and_then(|text| text.parse::<Amount>().ok());
    let scaled = share.map(|share| share.clamp(Amount::ZERO, Amount::from(2))); // 125% already fills it
    let full = Fraction::new(Amount::from(FULL_PERCENT), Amount::ONE);
    let width = scaled.and_then(|share| share.mul_fraction(full).ok()).unwrap_or(Amount::ZERO);
    let width = width.min(Amount::from(100));
    format!("{}%", width.round_to(1).unwrap_or(width))
}

/// How much of some work is done.
pub fn progress(label: &str, done: usize, total: usize) -> Markup {
    let percent = done.min(total).saturating_mul(100).checked_div(total).unwrap_or(0);
    html! {
        div.bar role="progressbar" aria-label=(label) aria-valuenow=(percent) aria-valuemin="0" aria-valuemax="100" {
            svg.now width={ (percent) "%" } aria-hidden="true" {}
        }
    }
}

/// The room of a sparkline in tenths of its units; the view box is 84 × 24.
const SPARK_LEFT: u128 = 20;
const SPARK_WIDTH: u128 = 800;
const SPARK_TOP: u128 = 30;
const SPARK_HEIGHT: u128 = 180;

/// The course of a value, oldest first; a missing value is a gap. The dashed line is the target. Nothing without a
/// value.
pub fn sparkline(label: &str, points: &[Option<Amount>], target: Option<Amount>) -> Markup {
    let values = || points.iter().flatten().copied().chain(target);
    let (Some(low), Some(high)) = (values().min(), values().max()) else { return html! { span.spark {} } };
    let height = |value: Amount| tenths(spark_y(value, low, high));
    let width = |place: usize| {
        let steps = points.len().saturating_sub(1).max(1);
        tenths(SPARK_LEFT + SPARK_WIDTH * place as u128 / steps as u128)
    };
    let mut path = String::new();
    let mut is_drawing = false;
    for (place, point) in points.iter().enumerate() {
        if let Some(value) = *point {
            let command = if is_drawing { 'L' } else { 'M' };
            // A String takes everything.
            write!(path, "{command}{} {}", width(place), height(value)).unwrap_or_default();
        }
        is_drawing = point.is_some();
    }
    let last = points.iter().enumerate().filter_map(|(place, point)| Some((place, (*point)?))).next_back();
    html! {
        svg.spark viewBox="0 0 84 24" role="img" aria-label=(label) {
            @if let Some(target) = target { path.t d={ "M0 " (height(target)) "H84" } {} }
            @if !path.is_empty() { path d=(path) {} }
            @if let Some((place, value)) = last { circle cx=(width(place)) cy=(height(value)) r="2" {} }
        }
    }
}

/// Down from the top, in tenths; the middle when all values are the same.
fn spark_y(value: Amount, low: Amount, high: Amount) -> u128 {
    let range = high.millionths().abs_diff(low.millionths());
    if range == 0 {
        return SPARK_TOP + SPARK_HEIGHT / 2;
    }
    // Steps keep the product inside 128 bits; a ten-thousandth of the range is far below a pixel.
    let step = (range / 10_000).max(1);
    let below = high.millionths().abs_diff(value.millionths()) / step;
    SPARK_TOP + SPARK_HEIGHT * below / (range / step)
}

fn tenths(number: u128) -> String {
    match number % 10 {
        0 => (number / 10).to_string(),
        tenth => format!("{}.{tenth}", number / 10),
    }
}
