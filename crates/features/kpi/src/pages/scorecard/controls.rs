use super::{Asked, Scorecard};
use crate::{ByWord, pages::named};
use base::Grain;
use jiff::civil::Date;
use maud::{Markup, html};
use web_kit::{
    Words,
    components::{Choice, Clocks, Place, clocks, icon_small, page_head, partial_tag, segmented, stepper},
};

/// More KPIs than this are chosen from a list.
const MOST_SEGMENTS: usize = 6;

pub(super) fn head(card: &Scorecard<'_>, title: &str) -> Markup {
    let words = card.words;
    let basis = words.choice("revenue_basis", card.years.basis.name());
    let sub = format!(
        "{} · {} · {}",
        words.t_with("revenue-counts", &[("basis", basis.into())]),
        card.years.currency,
        card.asked.looking().sentence(words, card.years.as_of)
    );
    page_head(title, Some(&sub), &html! {})
}

pub(super) fn controls(card: &Scorecard<'_>) -> Markup {
    let (words, asked, scope) = (card.words, card.asked, &card.scope);
    let views = [ByWord::Company, ByWord::Team, ByWord::Manager, ByWord::Rep];
    let views: Vec<Place> = views
        .into_iter()
        .filter(|by| *by != ByWord::Team || scope.has_teams)
        .map(|by| {
            let label = words.t(&format!("by-{}", by.name()));
            Place::new(label, asked.with(&[("by", by.name()), ("entity", "")]), by == scope.by)
        })
        .collect();
    let grains: Vec<Place> = [(Grain::Month, ""), (Grain::Quarter, "quarter")]
        .into_iter()
        .map(|(grain, word)| {
            let label = words.t(&format!("grain-{}", grain.name()));
            Place::new(label, asked.with(&[("grain", word)]), grain == scope.grain)
        })
        .collect();
    let earlier = scope.before.as_ref().filter(|_| !card.is_first());
    let earlier = earlier.map(|before| asked.with(&[("year", &before.label)]));
    let later = scope.later.as_ref().map(|later| asked.with(&[("year", &later.label)]));
    let (year, steps) = (words.period(&scope.year), words.t("fiscal_year"));
    let is_partial = card.years.rows.iter().any(|row| row.partial && row.period == scope.year);
    web_kit::components::controls(&[
        segmented(&words.t("by"), &views),
        entity(card),
        stepper(words, &steps, &year, earlier.as_deref(), later.as_deref()),
        segmented(&words.t("grain"), &grains),
        clock_button(words, asked, card.years.as_of),
        html! { @if is_partial { (partial_tag(&words.t("partial_period"))) } },
    ])
}

pub(super) fn clock_button(words: Words, asked: &Asked, as_of: Date) -> Markup {
    let kept = [
        ("by", asked.by.as_str()),
        ("entity", &asked.entity),
        ("year", &asked.year),
        ("grain", &asked.grain),
        ("kpi", &asked.kpi),
    ];
    let clock = Clocks {
        as_of,
        known_at: asked.known_at.parse().ok(),
        kept: kept.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        now_href: &asked.with(&[("as_of", ""), ("known_at", "")]),
    };
    clocks(words, &clock)
}

/// Whom the page is about, where there are several.
fn entity(card: &Scorecard<'_>) -> Markup {
    let scope = &card.scope;
    if scope.entities.len() < 2 {
        return html! {};
    }
    // Whoever the page is about can be chosen too, be there nothing of theirs in these years.
    let others = scope.entities.iter().filter(|entity| entity.id != scope.entity.id);
    let mut all: Vec<_> = others.chain([&scope.entity]).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    let choices = all.into_iter().map(|entity| Choice { value: named(entity), label: entity.name.clone() });
    let label = card.words.t(&format!("by-{}", scope.by.name()));
    chooser(card, "entity", &label, &named(&scope.entity), &choices.collect::<Vec<_>>())
}

/// Which KPI the chart and the table show.
pub(super) fn kpis(card: &Scorecard<'_>) -> Markup {
    let code = card.words.language.code();
    let all: Vec<_> = card.kpi.catalogue().iter().collect();
    let label = card.words.t("kpis");
    if all.len() > MOST_SEGMENTS {
        let choices = all.iter().map(|kpi| Choice { value: kpi.id.clone(), label: kpi.name(code).to_owned() });
        let chosen = chooser(card, "kpi", &label, &card.chosen.id, &choices.collect::<Vec<_>>());
        return web_kit::components::controls(&[chosen]);
    }
    let places: Vec<Place> = all
        .iter()
        .map(|kpi| Place::new(kpi.name(code), card.asked.with(&[("kpi", &kpi.id)]), kpi.id == card.chosen.id))
        .collect();
    web_kit::components::controls(&[segmented(&label, &places)])
}

/// A list to choose from that sends itself; without a script its button does.
fn chooser(card: &Scorecard<'_>, name: &str, label: &str, chosen: &str, choices: &[Choice]) -> Markup {
    let asked = card.asked;
    let kept = [
        ("by", asked.by.as_str()),
        ("entity", &asked.entity),
        ("year", &asked.year),
        ("grain", &asked.grain),
        ("kpi", &asked.kpi),
        ("as_of", &asked.as_of),
        ("known_at", &asked.known_at),
    ];
    html! {
        form.filters method="get" action="/scorecard" data-autosubmit {
            @for (kept, value) in kept.iter().filter(|(kept, value)| *kept != name && !value.is_empty()) {
                input type="hidden" name=(kept) value=(value);
            }
            select.select name=(name) aria-label=(label) {
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == chosen] { (choice.label) }
                }
            }
            button.btn.icon.no-js aria-label=(card.words.t("show")) { (icon_small("check")) }
        }
    }
}
