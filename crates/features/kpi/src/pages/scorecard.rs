//! The scorecard of a company, team, manager or salesperson for one year: tiles, a chart, a table by person.

mod controls;
mod people;
mod tiles;

use super::{Looking, between, course, entities, failed, named};
use crate::{
    Answer, Ask, ByWord, Entity, Kpi, KpiError,
    asked::{self, Folder},
};
use access::{Access, Asker, Session};
use axum::{
    Extension,
    extract::{Query, State},
};
use base::{Grain, Period};
use jiff::{ToSpan, tz::TimeZone};
use maud::{Markup, Render, html};
use people::People;
use rules::{access::Reach, facts::carries_quota, kpi::Definition};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Panel, Purpose, empty, link_button, page_head, past_banner},
};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    by: String,
    entity: String,
    year: String,
    grain: String,
    kpi: String,
    as_of: String,
    known_at: String,
    people: String,
}

impl Asked {
    fn is_everybody(&self) -> bool {
        self.people == people::EVERYBODY
    }

    /// This page with some words changed.
    fn with(&self, changes: &[(&str, &str)]) -> String {
        let own = [
            ("by", self.by.as_str()),
            ("entity", &self.entity),
            ("year", &self.year),
            ("grain", &self.grain),
            ("kpi", &self.kpi),
            ("as_of", &self.as_of),
            ("known_at", &self.known_at),
            ("people", &self.people),
        ];
        let pairs = own.map(|(name, value)| {
            (name, changes.iter().find(|(changed, _)| *changed == name).map_or(value, |(_, value)| *value))
        });
        web_kit::address("/scorecard", &pairs)
    }

    fn looking(&self) -> Looking<'_> {
        Looking { as_of: &self.as_of, known_at: &self.known_at, basis: "" }
    }

    fn grain(&self) -> Result<Grain, KpiError> {
        match self.grain.as_str() {
            "" | "month" => Ok(Grain::Month),
            "quarter" => Ok(Grain::Quarter),
            other => Err(KpiError::NotAGrain(base::PeriodError::NotAGrain { text: other.to_owned() })),
        }
    }

    fn ask(&self, kpi: &Kpi, folder: Folder) -> Result<Ask, KpiError> {
        let by = asked::by(&self.by)?;
        if !ByWord::SCORED.contains(&by) {
            return Err(KpiError::NotABy(self.by.clone()));
        }
        let known_at: Option<jiff::civil::Date> = asked::day("known_at", &self.known_at)?;
        Ok(Ask {
            // Those that can be told of such an entity.
            kpis: kpi
                .catalogue()
                .iter()
                .filter(|definition| by.key().is_none_or(|key| definition.has_key(key)))
                .filter(|definition| kpi.viewer().sees_all() || definition.has_key("owner"))
                .map(|definition| definition.id.clone())
                .collect(),
            by,
            grain: self.grain()?,
            from: None,
            to: None,
            as_of: asked::day("as_of", &self.as_of)?,
            known_at: known_at.map(crate::KnownAt::Day),
            entity: None,
            among: None,
            filters: Vec::new(),
            org: None,
            restated: false,
            folder: folder.path,
            within: None,
        })
    }
}

/// What the page is about.
struct Scope {
    by: ByWord,
    grain: Grain,
    entity: Entity,
    /// Whom else this viewer may look at.
    entities: Vec<Entity>,
    year: Period,
    before: Option<Period>,
    later: Option<Period>,
    has_teams: bool,
}

/// Everything that was asked for one page.
struct Scorecard<'a> {
    words: Words,
    asked: &'a Asked,
    kpi: &'a Kpi,
    chosen: &'a Definition,
    scope: Scope,
    /// This year and the one before, each a period.
    years: Answer,
    /// While the year runs: the same days of the year before (R-PART).
    same_days: Option<Answer>,
    /// This year in months or quarters.
    now: Answer,
    /// The year before in months or quarters.
    then: Option<Answer>,
    people: Option<People>,
}

pub async fn page(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Query(mut query): Query<Asked>,
) -> Result<Markup, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    if query.by.is_empty() && query.entity.is_empty() {
        (query.by, query.entity) = own_view(&asker.session);
    }
    let ask = query.ask(&kpi, folder).map_err(failed)?;
    let last = match kpi.last_year(&Ask { by: ByWord::Company, ..ask.clone() }).await {
        Err(KpiError::NoCompany) => None,
        last => last.map_err(failed)?,
    };
    let Some(last) = last else { return Ok(nothing(&access, &asker, &query)) };
    let scope = scope(&access, &asker, &kpi, &query, &ask, last).await?;
    let Some(scope) = scope else { return Ok(nothing(&access, &asker, &query)) };
    let card = load(&access, &asker, &kpi, &query, ask, scope).await?;
    Ok(document(&asker, &card))
}

/// Where somebody begins: a manager with their people, who carries a quota with themselves, the others with the company.
fn own_view(session: &Session) -> (String, String) {
    let by = match &session.viewer.reach {
        Reach::People(people) if people.len() > 1 => ByWord::Manager,
        Reach::People(_) if carries_quota(access::role(&session.person)) => ByWord::Rep,
        Reach::All | Reach::People(_) => ByWord::Company,
    };
    let own = session.viewer.person.filter(|_| by != ByWord::Company);
    (by.name().to_owned(), own.map(|id| format!("#{id}")).unwrap_or_default())
}

/// No facts up to the day that is looked at, or nobody to look at.
fn nothing(access: &Access, asker: &Asker, query: &Asked) -> Markup {
    let words = asker.words;
    let title = words.t("scorecard");
    let looking = query.looking();
    let past_day = query.as_of.parse().unwrap_or_else(|_| access.db().now().to_zoned(TimeZone::UTC).date());
    let past = looking.is_back().then(|| {
        let now = query.with(&[("as_of", ""), ("known_at", "")]);
        past_banner(words, past_day, query.known_at.parse().ok(), None, &now)
    });
    let way = (!query.by.is_empty()).then(|| {
        let company = query.with(&[("by", ByWord::Company.name()), ("entity", "")]);
        link_button(Purpose::Plain, &company, None, &words.t("by-company"))
    });
    let (what, hint) =
        if looking.is_back() { ("nothing-known", "nothing-known-hint") } else { ("no-facts", "no-facts-hint") };
    let body = empty(&words.t(what), &words.t(hint), way.as_ref());
    let content = html! {
        (page_head(&title, Some(&asker.company), &html! {}))
        (web_kit::components::controls(&[controls::clock_button(words, query, past_day)]))
        (Panel { id: "nothing", title: &title, body, ..Panel::default() })
    };
    asker.document(&title, Some("scorecard"), past, &content)
}

async fn scope(
    access: &Access,
    asker: &Asker,
    kpi: &Kpi,
    query: &Asked,
    ask: &Ask,
    last: Period,
) -> Result<Option<Scope>, WebError> {
    let calendar = kpi.calendar().await.map_err(failed)?;
    let year = match query.year.as_str() {
        "" => last.clone(),
        label => calendar.parse_label(label).map_err(|error| failed(error.into()))?,
    };
    if year.grain != Grain::Year {
        return Err(WebError::Refused { hint_key: "hint-check-address" });
    }
    let before = calendar.year_before(&year).ok();
    let later = calendar.period_of(year.end, Grain::Year).ok().filter(|later| later.start <= last.start);
    let start = before.as_ref().map_or(year.start, |before| before.start);
    let asked_for = Ask { kpis: vec!["revenue".to_owned()], grain: Grain::All, ..between(ask, start, year.end) };
    let answer = kpi.ask(&Ask { entity: own(query, ask), ..asked_for.clone() }).await.map_err(failed)?;
    let others = match ask.by {
        ByWord::Company => Vec::new(),
        _ => people::eligible(access, ask.by, entities(&kpi.ask(&asked_for).await.map_err(failed)?)).await?,
    };
    let named = own(query, ask).and_then(|_| entities(&answer).into_iter().find(|entity| entity.id.is_some()));
    let person = asker.session.viewer.person;
    let oneself = others.iter().find(|entity| entity.id == person).or(others.first()).cloned();
    let entity = match ask.by {
        ByWord::Company => entities(&answer).into_iter().next(),
        _ => named.or(oneself),
    };
    let has_teams = people::has_teams(access).await?;
    Ok(entity.map(|entity| Scope {
        by: ask.by,
        grain: ask.grain,
        entity,
        entities: others,
        year,
        before,
        later,
        has_teams,
    }))
}

fn own(query: &Asked, ask: &Ask) -> Option<String> {
    Some(query.entity.clone()).filter(|entity| !entity.is_empty() && ask.by != ByWord::Company)
}

async fn load<'a>(
    access: &Access,
    asker: &Asker,
    kpi: &'a Kpi,
    query: &'a Asked,
    ask: Ask,
    scope: Scope,
) -> Result<Scorecard<'a>, WebError> {
    let chosen = if query.kpi.is_empty() { "revenue" } else { query.kpi.as_str() };
    let chosen = kpi.definition(chosen).map_err(failed)?;
    let entity = (scope.by != ByWord::Company).then(|| named(&scope.entity));
    let ask = Ask { entity, ..ask };
    let start = scope.before.as_ref().map_or(scope.year.start, |before| before.start);
    let years = Ask { grain: Grain::Year, ..between(&ask, start, scope.year.end) };
    let now = between(&ask, scope.year.start, scope.year.end);
    let before = scope.before.as_ref();
    let then = before.map(|before| Ask { kpis: vec![chosen.id.clone()], ..between(&ask, before.start, before.end) });
    let same_days = match before {
        Some(before) => same_days(kpi, &ask, &scope.year, before).await.map_err(failed)?,
        None => None,
    };
    let answer = async |ask: Option<Ask>| match ask {
        Some(ask) => kpi.ask_apart(ask).await.map(Some).map_err(failed),
        None => Ok(None),
    };
    let people = async {
        match scope.by {
            ByWord::Rep => Ok(None),
            _ if !ByWord::Rep.key().is_none_or(|key| chosen.has_key(key)) => Ok(None),
            _ => People::load(access, kpi, &ask, &scope, chosen).await.map(Some),
        }
    };
    let (years, now, then, same_days, people) = tokio::try_join!(
        async { kpi.ask_apart(years).await.map_err(failed) },
        async { kpi.ask_apart(now).await.map_err(failed) },
        answer(then),
        answer(same_days),
        people,
    )?;
    Ok(Scorecard { words: asker.words, asked: query, kpi, chosen, scope, years, same_days, now, then, people })
}

/// While the year runs: the same days of the year before (R-PART).
async fn same_days(kpi: &Kpi, ask: &Ask, year: &Period, before: &Period) -> Result<Option<Ask>, KpiError> {
    let as_of = match ask.as_of {
        Some(as_of) => as_of,
        None => kpi.day().await?,
    };
    let after = as_of.tomorrow().unwrap_or(as_of);
    if as_of < year.start || after >= year.end {
        return Ok(None);
    }
    let elapsed = year.start.until(after).map_or(0, |span| span.get_days());
    let end = before.start.saturating_add(elapsed.days()).min(before.end);
    Ok(Some(Ask { grain: Grain::All, ..between(ask, before.start, end) }))
}

fn document(asker: &Asker, card: &Scorecard<'_>) -> Markup {
    let words = card.words;
    let title = words.t_with("scorecard-of", &[("name", card.scope.entity.name.as_str().into())]);
    let looking = card.asked.looking();
    let past = looking.is_back().then(|| {
        let now = card.asked.with(&[("as_of", ""), ("known_at", "")]);
        past_banner(words, card.years.as_of, card.asked.known_at.parse().ok(), None, &now)
    });
    let content = html! {
        (controls::head(card, &title))
        (controls::controls(card))
        div.stack {
            (tiles::tiles(card))
            div { (controls::kpis(card)) (tiles::chart(card)) }
            @if let Some(people) = &card.people { (people.panel(card).render()) }
        }
    };
    asker.document(&title, Some("scorecard"), past, &content)
}

impl Scorecard<'_> {
    fn name(&self) -> &str {
        self.chosen.name(self.words.language.code())
    }

    /// This year's value of a KPI, and the year before's.
    fn year_rows(&self, kpi: &str) -> (Option<&crate::Row>, Option<&crate::Row>) {
        let rows = course(&self.years, kpi, &self.scope.entity);
        let of = |period: &Period| rows.iter().copied().find(|row| row.period == *period);
        (of(&self.scope.year), self.scope.before.as_ref().and_then(of))
    }

    /// There is nothing in the year before of what the chart shows, or of revenue.
    fn is_first(&self) -> bool {
        let has = |row: &crate::Row| {
            Some(&row.period) == self.scope.before.as_ref()
                && [self.chosen.id.as_str(), "revenue"].contains(&row.kpi.as_str())
                && (row.row_count > 0 || row.null_reason == Some(rules::kpi::NullReason::Withheld))
        };
        !self.years.rows.iter().any(has)
    }
}
