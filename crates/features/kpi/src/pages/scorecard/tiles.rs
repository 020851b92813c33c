use super::Scorecard;
use crate::{
    Row,
    pages::{amount, cell, course, drill_address, reading, unit, unit_name},
};
use base::{Amount, Fraction};
use maud::{Markup, Render};
use rules::kpi::{Better, Definition};
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
        .map(|kpi| {
            let rows = course(&card.now, &kpi.id, &card.scope.entity);
            let points = rows.iter().map(|row| amount(row.value.as_deref()).filter(|_| row.row_count > 0));
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
    let tiles = courses.iter().zip(&hrefs).filter_map(|((kpi, course), href)| {
        let (now, before) = card.year_rows(&kpi.id);
        let now = now?;
        let change = before.and_then(|before| change(words, kpi, now, before));
        Some(KpiTile {
            words,
            name: kpi.name(code),
            href,
            light: None,
            reading: reading(words, now),
            course,
            course_target: None,
            attainment: None,
            is_partial: now.partial,
            change,
            target: None,
            note: None,
        })
    });
    let name = format!("{} · {}", words.t("kpis"), words.period(&card.scope.year));
    kpi_grid(&[KpiGroup { name: &name, score: None, tiles: tiles.collect() }])
}

/// Against the year before, where both are whole: money and counts relatively, percentages in points.
fn change(words: Words, kpi: &Definition, now: &Row, before: &Row) -> Option<Change> {
    if now.partial || before.partial || before.row_count == 0 {
        return None;
    }
    let (value, earlier) = (amount(now.value.as_deref())?, amount(before.value.as_deref())?);
    let difference = value.checked_sub(earlier).ok()?;
    let figure = match unit(now.unit, now.currency) {
        Unit::Percent => words.difference(difference, Unit::Percent),
        unit @ (Unit::Days | Unit::Index) => words.difference(difference, unit),
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
    let against = words.t_with("versus", &[("period", words.period(&before.period).into())]);
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
