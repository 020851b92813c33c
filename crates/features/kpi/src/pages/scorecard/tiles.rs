use super::Scorecard;
use crate::{
    Row,
    pages::{amount, attainment, cell, course, drill_address, light, reading, unit, unit_name},
};
use base::{Amount, Fraction};
use maud::{Markup, Render, html};
use rules::kpi::{Better, Definition, Formula, How};
use web_kit::{
    Unit, Words,
    components::{Change, ChartPanel, Head, Kind, KpiGroup, KpiTile, Lean, Row as Line, Table, Tone, kpi_grid},
};

/// A tile for every KPI of the catalogue.
pub(super) fn tiles(card: &Scorecard<'_>) -> Markup {
    let words = card.words;
    let code = words.language.code();
    let courses: Vec<(&Definition, Vec<Option<Amount>>)> = card
        .kpi
        .catalogue()
        .iter()
        .filter(|kpi| card.years.rows.iter().any(|row| row.kpi == kpi.id))
        .map(|kpi| {
            let rows = course(&card.now, &kpi.id, &card.scope.entity);
            // Nothing happened yet in a period to come, and what sums up is not comparable before its period is over.
            let is_told = |row: &Row| {
                let is_additive = kpi.is_additive();
                row.period.start <= card.years.as_of
                    && !(is_additive && row.partial)
                    && (is_additive || row.row_count > 0)
            };
            let points = rows.iter().map(|row| amount(row.value.as_deref()).filter(|_| is_told(row)));
            (kpi, points.collect())
        })
        .collect();
    let hrefs: Vec<String> = courses
        .iter()
        .map(|(kpi, _)| {
            let (now, _) = card.year_rows(&kpi.id);
            now.and_then(|row| drill_address(row, card.scope.by, card.asked.looking())).unwrap_or_default()
        })
        .collect();
    let too_early = words.t("immature");
    let mut groups: Vec<(&str, Vec<KpiTile>)> = Vec::new();
    let mut without_source = Vec::new();
    for ((kpi, course), href) in courses.iter().zip(&hrefs) {
        let (Some(now), before) = card.year_rows(&kpi.id) else { continue };
        if now.null_reason == Some(rules::kpi::NullReason::NoSource) {
            without_source.push(kpi.name(code));
            continue;
        }
        let tile = KpiTile {
            words,
            name: kpi.name(code),
            href,
            light: light(kpi, now, now.target, card.years.as_of),
            reading: reading(words, now),
            course,
            course_target: None,
            attainment: attainment(kpi, now, now.target),
            is_partial: now.partial,
            change: compared(card, kpi, now, before),
            target: now.target.map(|target| words.overview(target, unit(now.unit, now.currency))),
            note: (now.mature == Some(false)).then_some(too_early.as_str()),
            score: None,
        };
        let key = kpi.group.as_str();
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, tiles)) => tiles.push(tile),
            None => groups.push((key, vec![tile])),
        }
    }
    let names: Vec<String> = groups.iter().map(|(key, _)| words.t(&format!("kpi-group-{key}"))).collect();
    let groups: Vec<KpiGroup> =
        groups.into_iter().zip(&names).map(|((_, tiles), name)| KpiGroup { name, score: None, tiles }).collect();
    html! {
        (kpi_grid(&groups))
        @if !without_source.is_empty() {
            p.mut { (words.t_with("kpis-without-source", &[("names", without_source.join(" · ").into())])) }
        }
    }
}

/// Against the year before; while the year runs, against the same days of it (R-PART).
fn compared(card: &Scorecard<'_>, kpi: &Definition, now: &Row, before: Option<&Row>) -> Option<Change> {
    let words = card.words;
    let year = words.period(&before?.period);
    match &card.same_days {
        // Growth is told against the year before by itself, and last year's cohort had a year more to come true.
        Some(_) if matches!(kpi.formula, Formula::Change { .. }) || is_of_cohort(kpi) => None,
        Some(same_days) => {
            let before = course(same_days, &kpi.id, &card.scope.entity).into_iter().next()?;
            change(words, kpi, now, before, words.t_with("versus-same-days", &[("period", year.into())]))
        }
        None => change(words, kpi, now, before?, words.t_with("versus", &[("period", year.into())])),
    }
}

fn is_of_cohort(kpi: &Definition) -> bool {
    kpi.formula.has(|how| how == How::Reached)
}

/// Money and counts relatively, percentages in points; none where there was nothing before.
fn change(words: Words, kpi: &Definition, now: &Row, before: &Row, against: String) -> Option<Change> {
    if before.row_count == 0 {
        return None;
    }
    let (value, earlier) = (amount(now.value.as_deref())?, amount(before.value.as_deref())?);
    let difference = value.checked_sub(earlier).ok()?;
    let figure = match unit(now.unit, now.currency) {
        Unit::Percent => words.difference(difference, Unit::Percent),
        unit @ (Unit::Days | Unit::Minutes | Unit::Index | Unit::Times) => words.difference(difference, unit),
        Unit::Money(_) | Unit::Count => {
            let share = Fraction::new(difference, earlier.abs()).value(6)?;
            words.change(share.parse().ok()?)
        }
    };
    let is_up = !difference.is_negative();
    let lean = match kpi.better {
        _ if difference.is_zero() => Lean::Neutral,
        Better::Higher if is_up => Lean::Good,
        Better::Lower if !is_up => Lean::Good,
        Better::Band => Lean::Neutral,
        Better::Higher | Better::Lower => Lean::Bad,
    };
    Some(Change { figure, lean, against })
}

/// The chosen KPI by period, with the year before for comparison.
pub(super) fn chart(card: &Scorecard<'_>) -> Markup {
    let (words, scope) = (card.words, &card.scope);
    let rows = course(&card.now, &card.chosen.id, &scope.entity);
    let unit = rows.first().map_or(Unit::Count, |row| unit(row.unit, row.currency));
    let unit_name = unit_name(words, unit);
    let title = words.t_with("kpi-by-period", &[("name", card.name().into()), ("grain", scope.grain.name().into())]);
    let mut heads = vec![Head::text(words.t("period"))];
    heads.extend(rows.iter().map(|row| {
        let head = Head::number(words.period_short(&row.period));
        if row.partial { head.partial() } else { head }
    }));
    let cells = |rows: &[&Row]| {
        rows.iter().map(|row| cell(words, row, scope.by, card.asked.looking(), card.years.as_of)).collect()
    };
    let now = Line::new(words.period(&scope.year), cells(&rows)).series(Kind::Bar, Tone::Series(1));
    let before = card.then.as_ref().zip(scope.before.as_ref()).filter(|_| !card.is_first()).map(|(then, before)| {
        let rows = course(then, &card.chosen.id, &scope.entity);
        Line::new(words.period(before), cells(&rows)).series(Kind::Line, Tone::Compare)
    });
    let table = Table {
        label: &title,
        heads,
        rows: [Some(now), before].into_iter().flatten().collect(),
        is_pinned: true,
        ..Table::default()
    };
    ChartPanel {
        words,
        id: "course",
        title: &title,
        end: None,
        table,
        unit: &unit_name,
        is_by_column: false,
        is_stacked: false,
        starts_as_table: false,
        footer: None,
    }
    .render()
}
