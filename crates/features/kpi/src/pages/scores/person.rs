use super::{ACTIVE, Asked, SCORE_DECIMALS, year_up_to};
use crate::{
    Answer, Ask, ByWord, Kpi, KpiError, PersonScore, Row, ScoreAsk, ScoredKpi, Scores,
    asked::Folder,
    pages::{Looking, amount, attainment, between, cell, course, drill_address, failed, light, reading, unit},
};
use access::{Access, Asker, PERSON};
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use base::{Amount, Grain, RecordId};
use db::Record;
use maud::{Markup, Render, html};
use rules::{
    kpi::Definition,
    score::{NoScore, Part, together},
};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::{
    WebError, Words,
    components::{
        Cell, Head, KpiGroup, KpiTile, NullReason, Panel, Purpose, Reading, Row as Line, Table, empty, kpi_grid,
        link_button, null, page_head,
    },
};

/// Decimals of what a KPI adds.
const ADDS_DECIMALS: u32 = 2;

pub async fn page(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<i64>,
    Query(query): Query<Asked>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let asked = query.ask(&folder).map_err(failed)?;
    let asked = ScoreAsk { person: Some(RecordId(id)), role: None, ..asked };
    let scores = kpi.scores(&asked).await.map_err(failed)?;
    let calendar = kpi.calendar().await.map_err(failed)?;
    let Some(one) = scores.people.first() else {
        let name = access.db().system().get(&PERSON, RecordId(id)).await.map_err(WebError::internal)?;
        let title = name.ok_or(WebError::NotFound)?.title();
        let body = empty(&words.t("no-scores"), &words.t("no-scores-hint"), None);
        let content = html! {
            (page_head(&title, Some(&words.period(&scores.period)), &html! {}))
            (web_kit::components::controls(&query.controls(words, &format!("/scores/{id}"), &scores, &calendar)))
            (Panel { id: "whole", title: &words.t("weighted-score"), body, ..Panel::default() })
        };
        return Ok(asker.document(&title, Some(ACTIVE), None, &content));
    };
    let courses = match year_up_to(&calendar, &scores.period, scores.as_of) {
        Some((from, to)) => {
            let ask = Ask { grain: Grain::Month, ..between(&kpi.whole(&scores.period, folder.path.clone()), from, to) };
            let ask = Ask { as_of: asked.as_of, known_at: asked.known_at, ..ask };
            courses(&kpi, one, &ask).await.map_err(failed)?
        }
        None => BTreeMap::new(),
    };
    // What was fixed is compared with what is known now, not with another day.
    let fixed = if query.is_back() { BTreeMap::new() } else { kpi.fixed(&scores.period).await.map_err(failed)? };
    let page = Page {
        words,
        kpi: &kpi,
        scores: &scores,
        one,
        courses,
        fixed: one.person.id.and_then(|id| fixed.get(&id)),
        looking: Looking { as_of: &query.as_of, known_at: &query.known_at, basis: "" },
        sees_all: asker.session.viewer.sees_all(),
    };
    let path = format!("/scores/{id}");
    let title = one.person.name.clone();
    let sub = format!("{} · {}", words.choice("role", &one.role), words.period(&scores.period));
    let entity = format!("#{id}");
    let all = web_kit::address("/scorecard", &[("by", ByWord::Rep.name()), ("entity", &entity)]);
    let way = link_button(Purpose::Plain, &all, None, &words.t("every-kpi"));
    let content = html! {
        (page_head(&title, Some(&sub), &way))
        (web_kit::components::controls(&query.controls(words, &path, &scores, &calendar)))
        div.stack {
            (page.whole())
            (page.tiles())
            (page.table().map_err(failed)?)
        }
    };
    let past = query.past(words, &path, scores.as_of);
    Ok(asker.document(&title, Some(ACTIVE), past, &content))
}

/// Each KPI by month, up to the period's end.
async fn courses(kpi: &Kpi, one: &PersonScore, ask: &Ask) -> Result<BTreeMap<String, Vec<Option<Amount>>>, KpiError> {
    let mut wanted: BTreeMap<ByWord, BTreeSet<String>> = BTreeMap::new();
    for scored in &one.kpis {
        wanted.entry(scored.by).or_default().insert(scored.item.id.clone());
    }
    let mut found = BTreeMap::new();
    for (by, kpis) in wanted {
        let entity = one.person.id.filter(|_| by != ByWord::Company).map(|id| format!("#{id}"));
        // As the scores themselves.
        let answer: Answer =
            kpi.for_all().ask_apart(Ask { by, kpis: kpis.iter().cloned().collect(), entity, ..ask.clone() }).await?;
        let entity = answer.rows.first().map(|row| row.entity.clone()).unwrap_or_default();
        for id in kpis {
            let points = course(&answer, &id, &entity).into_iter().map(|row| amount(row.value.as_deref())).collect();
            found.insert(id, points);
        }
    }
    Ok(found)
}

struct Page<'a> {
    words: Words,
    kpi: &'a Kpi,
    scores: &'a Scores,
    one: &'a PersonScore,
    courses: BTreeMap<String, Vec<Option<Amount>>>,
    fixed: Option<&'a Record>,
    looking: Looking<'a>,
    sees_all: bool,
}

impl Page<'_> {
    /// The score, how much of the weight it rests on, what was fixed.
    fn whole(&self) -> Markup {
        let (words, one) = (self.words, self.one);
        let decimal = |amount| words.decimal(amount, SCORE_DECIMALS);
        let present = words.decimal(one.weight_present, 0) + "%";
        let missing = words.t(&format!("missing-{}", one.card.missing.name()));
        let body = html! {
            div {
                span.big { @match one.score { Some(score) => (decimal(score)), None => "–" } }
                " " span.mut { (words.t("score-full")) }
            }
            @if one.weight_present < Amount::from(100) {
                p.mut.keep {
                    @if one.score.is_none() { (words.t("too-little-weight")) " " }
                    (words.t_with("score-rests-on", &[("percent", present.into())]))
                    " " (words.t("missing-value")) ": " (missing)
                }
            }
            @if let Some(fixed) = self.fixed { p { (self.compared(fixed)) } }
        };
        Panel { id: "whole", title: &words.t("weighted-score"), body, ..Panel::default() }.render()
    }

    /// What was fixed, and how far what is known now is from it.
    fn compared(&self, fixed: &Record) -> String {
        let words = self.words;
        let kept = fixed.value("score").as_decimal();
        let text =
            |score: Option<Amount>| score.map_or_else(|| "–".to_owned(), |score| words.decimal(score, SCORE_DECIMALS));
        if kept == self.one.score {
            return words.t_with("score-fixed-same", &[("score", text(kept).into())]);
        }
        words.t_with("score-fixed-other", &[("score", text(kept).into()), ("now", text(self.one.score).into())])
    }

    fn tiles(&self) -> Markup {
        let words = self.words;
        let code = words.language.code();
        let names: Vec<String> = self.one.kpis.iter().map(|scored| self.name(scored)).collect();
        let hrefs: Vec<String> = self.one.kpis.iter().map(|scored| self.href(scored)).collect();
        let notes: Vec<String> = self.one.kpis.iter().map(|scored| self.weighed(scored)).collect();
        let none = Vec::new();
        let mut place = 0;
        let groups: Vec<KpiGroup> = self
            .one
            .groups()
            .map(|(group, scored)| {
                let tiles = scored
                    .iter()
                    .map(|scored| {
                        let at = place;
                        place += 1;
                        KpiTile {
                            words,
                            name: &names[at],
                            href: &hrefs[at],
                            light: self
                                .definition(scored)
                                .zip(scored.row.as_ref())
                                .and_then(|(kpi, row)| light(kpi, row, scored.target, self.scores.as_of)),
                            reading: scored
                                .row
                                .as_ref()
                                .map_or_else(|| Reading::Null(NullReason::NoSource), |row| reading(words, row)),
                            course: self.courses.get(&scored.item.id).unwrap_or(&none),
                            course_target: None,
                            attainment: self
                                .definition(scored)
                                .zip(scored.row.as_ref())
                                .and_then(|(kpi, row)| attainment(kpi, row, scored.target)),
                            is_partial: scored.row.as_ref().is_some_and(|row| row.partial),
                            change: None,
                            target: scored
                                .row
                                .as_ref()
                                .zip(scored.target)
                                .map(|(row, target)| words.overview(target, unit(row.unit, row.currency))),
                            note: None,
                            score: Some(&notes[at]),
                        }
                    })
                    .collect();
                KpiGroup { name: group.name(code), score: self.group_score(scored), tiles }
            })
            .collect();
        kpi_grid(&groups)
    }

    /// `98.4 × 40%`.
    fn group_score(&self, scored: &[ScoredKpi]) -> Option<Markup> {
        let words = self.words;
        let parts: Vec<&Part> = scored.iter().map(|scored| &scored.part).collect();
        let (weight, score) = together(self.one.card.missing, &parts).ok()?;
        let score = score.map_or_else(|| "–".to_owned(), |score| words.decimal(score, SCORE_DECIMALS));
        (!weight.is_zero()).then(|| html! { (score) " × " (words.decimal(weight, decimals(weight))) "%" })
    }

    fn definition(&self, scored: &ScoredKpi) -> Option<&Definition> {
        self.kpi.catalogue().get(&scored.item.id).map(AsRef::as_ref)
    }

    fn name(&self, scored: &ScoredKpi) -> String {
        let name = self.definition(scored).map_or(scored.item.id.as_str(), |kpi| kpi.name(self.words.language.code()));
        let is_other = scored.item.whose.is_some_and(|whose| whose != self.one.card.whose);
        if is_other {
            format!("{name} · {}", self.words.t(&format!("by-{}", scored.by.name())))
        } else {
            name.to_owned()
        }
    }

    fn href(&self, scored: &ScoredKpi) -> String {
        // A company's costs are opened by who sees all.
        let opens = |_: &&Row| self.sees_all || self.definition(scored).is_some_and(|kpi| kpi.has_key("owner"));
        let row = scored.row.as_ref().filter(opens);
        row.and_then(|row| drill_address(row, scored.by, self.looking)).unwrap_or_default()
    }

    /// `Score 96.0 × 12%`; why there is none.
    fn weighed(&self, scored: &ScoredKpi) -> String {
        let words = self.words;
        let Some(weight) = scored.part.weight else { return words.t("not-scored") };
        let weight = words.decimal(weight, decimals(weight));
        match scored.part.score {
            Ok(score) => {
                let score = words.decimal(score, SCORE_DECIMALS);
                words.t_with("score-times-weight", &[("score", score.into()), ("weight", weight.into())])
            }
            Err(NoScore::NoTarget) => words.t_with("no-target-weight", &[("weight", weight.into())]),
            Err(_) => words.t_with("no-score-weight", &[("weight", weight.into())]),
        }
    }

    /// Every KPI with what it adds: the last column sums to the score.
    fn table(&self) -> Result<Markup, KpiError> {
        let words = self.words;
        let title = words.t("score-parts");
        let names = ["value", "target", "score", "weight", "adds"].map(|name| words.t(name));
        let line = |head: &str, cells: [Cell; 5]| {
            let labelled = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str()));
            Line::new(head, labelled.collect())
        };
        let mut rows: Vec<Line> =
            self.one.kpis.iter().map(|scored| line(&self.name(scored), self.cells(scored))).collect();
        let none = || Cell::text("").absent();
        let exact = |amount: Amount| words.decimal(amount, ADDS_DECIMALS);
        if let Some(score) = self.one.score {
            let shown = self.one.kpis.iter().map(|scored| scored.part.adds.round_to(ADDS_DECIMALS));
            let shown = Amount::sum(shown.collect::<Result<Vec<_>, _>>()?)?;
            let rounding = score.round_to(ADDS_DECIMALS)?.checked_sub(shown)?;
            if !rounding.is_zero() {
                let cells = vec![none(), none(), none(), none(), Cell::number(exact(rounding))];
                rows.push(Line::rounding(words, cells));
            }
        }
        let whole = self.one.score.map_or_else(|| "–".to_owned(), exact);
        let foot = [none(), none(), none(), Cell::number("100%"), Cell::number(whole)];
        let heads = names.iter().map(|name| Head::number(name.as_str()));
        let table = Table {
            label: &title,
            heads: [Head::text(words.t("kpis"))].into_iter().chain(heads).collect(),
            rows,
            foot: vec![line(&words.t("weighted-score"), foot)],
            is_lines: true,
            ..Table::default()
        };
        Ok(Panel { id: "parts", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render())
    }

    fn cells(&self, scored: &ScoredKpi) -> [Cell; 5] {
        let words = self.words;
        let exact = |amount: Amount| Cell::number(words.decimal(amount, ADDS_DECIMALS));
        let none = || Cell::text("").absent();
        let value = match &scored.row {
            Some(row) if self.href(scored).is_empty() && row.value.is_some() => {
                let unit = unit(row.unit, row.currency);
                let value = amount(row.value.as_deref()).unwrap_or(Amount::ZERO);
                Cell::number(words.exact(value, unit).without_unit(unit))
            }
            Some(row) => cell(words, row, scored.by, self.looking, self.scores.as_of),
            None => Cell::number(null(words, NullReason::NoSource)),
        };
        let target = scored.row.as_ref().zip(scored.target).map(|(row, target)| {
            let unit = unit(row.unit, row.currency);
            Cell::number(words.exact(target, unit).without_unit(unit))
        });
        let score = match scored.part.score {
            Ok(score) => exact(score),
            Err(NoScore::NoTarget) => Cell::number(html! { span.mut { (words.t("no-target")) } }),
            Err(reason) => {
                let reason = NullReason::from_name(reason.name()).unwrap_or(NullReason::NoSource);
                Cell::number(null(words, reason))
            }
        };
        let weight = scored.part.weight.map(|weight| Cell::number(words.decimal(weight, decimals(weight)) + "%"));
        let adds = scored.part.weight.and(self.one.score).map(|_| exact(scored.part.adds));
        [value, target.unwrap_or_else(none), score, weight.unwrap_or_else(none), adds.unwrap_or_else(none)]
    }
}

/// As many as a weight has.
fn decimals(weight: Amount) -> u32 {
    if weight.round_to(0) == Ok(weight) { 0 } else { 2 }
}
