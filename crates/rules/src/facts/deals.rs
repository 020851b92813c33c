//! Deals: opened, open, moved through stages, closed.

use super::{
    Fact, FactType, Key, Known, Related, currency_of, in_days, is_set, key, latest, money, number, on_day, runs,
    story::{Kind, Story, days, kind, reason_is},
    word, word_id,
};
use crate::{
    kpi::DUE,
    log::Timeline,
    record::{Share, Value},
};
use base::{Amount, RecordId};
use jiff::civil::Date;
use std::collections::BTreeMap;

const RELATED: &[Related] = &[Related::All { entity: "stage" }];
const CREDITED: &[Related] = &[
    Related::All { entity: "stage" },
    Related::All { entity: "company" },
    Related::Children { entity: "deal_split", field: "deal" },
];
const KEYS: &[Key] = &[
    key("document", "deal"),
    key("account", "account"),
    key("owner", "person"),
    key("product", "product"),
    key("stage", "stage"),
    word("source"),
    word("type"),
    word("class"),
];

/// One fact for each credit of a deal that is won or lost, on the day it closed. `owner` is who is credited: the people of
/// its revenue splits, each with their share, and its owner on that day with what they leave of the whole (R-ATTR, C11). A
/// reopened deal has none until it closes again, then one on the last close (R-REOPEN). `won` and `closed` count shares;
/// `closed` leaves out what was lost without a decision where the company's setting does (B3). `amount` is that of won deals, `closed_amount` that of all
/// that `closed` counts. `cycle_days` runs from the first contact, `close_days` from the opening, to the last close without the
/// days it stood closed before, and for lost deals `lost_days` from the first contact; negative spans have none (R-DUR).
/// `cycles`, `closes` and `losses` count those that have, `cycle_gaps` and `close_gaps` the won ones that have not.
pub static CLOSED: FactType = FactType {
    name: "closed",
    entity: "deal",
    related: CREDITED,
    keys: KEYS,
    measures: &[
        money("amount"),
        number("won"),
        number("closed"),
        money("closed_amount"),
        in_days("cycle_days"),
        number("cycles"),
        number("cycle_gaps"),
        in_days("close_days"),
        number("closes"),
        number("close_gaps"),
        in_days("lost_days"),
        number("losses"),
    ],
    is_optional: false,
    build: closed,
};

/// One fact a deal, on the day it was opened. `until` is the day it ended, if it did: a cohort counts those won, and those
/// ended, by as-of.
pub static OPENED: FactType = FactType {
    name: "opened",
    entity: "deal",
    related: RELATED,
    keys: KEYS,
    measures: &[number("deals"), number("won"), number("ended"), money("amount"), money("won_amount")],
    is_optional: false,
    build: |known| opened(known).into_iter().collect(),
};

/// One fact for each stretch of days on which an open deal had the same stage, amount, owner, account and expected close.
/// Omitted deals are left out. `weighted` = amount × the deal's probability, or its stage's. `progress` is `qualified` at and
/// after the first stage of its pipeline that is marked so. `due_day` is the expected close.
pub static PIPELINE: FactType = FactType {
    name: "pipeline",
    entity: "deal",
    related: RELATED,
    keys: &[
        key("document", "deal"),
        key("account", "account"),
        key("owner", "person"),
        key("product", "product"),
        key("stage", "stage"),
        word("source"),
        word("type"),
        word("class"),
        word("progress"),
    ],
    measures: &[money("amount"), money("weighted"), number("deals"), number(DUE)],
    is_optional: false,
    build: pipeline,
};

/// One fact for each open stage a deal has left, on the last day it left it: `days` over all its stays (B3 `stage_duration`).
pub static STAGE_LEFT: FactType = FactType {
    name: "stage_left",
    entity: "deal",
    related: RELATED,
    keys: KEYS,
    measures: &[in_days("days"), number("deals")],
    is_optional: false,
    build: stage_left,
};

/// One fact for each open stage a deal has entered, on the first day. A stage that is skipped is entered. `until` is the day
/// on which the deal first stood beyond it; `advanced` counts once that day has come (B3 `stage_conversion_rate`).
pub static STAGE_ENTERED: FactType = FactType {
    name: "stage_entered",
    entity: "deal",
    related: RELATED,
    keys: KEYS,
    measures: &[number("entered"), number("advanced")],
    is_optional: false,
    build: stage_entered,
};

/// One fact for each credit of a won deal whose cost is known, on the day it closed: `amount` is what it brings beyond that.
pub static MARGIN: FactType = FactType {
    name: "margin",
    entity: "deal",
    related: CREDITED,
    keys: KEYS,
    measures: &[money("amount")],
    is_optional: true,
    build: margin,
};

/// One fact for each activity on a deal while it was open, on its day. `document` is the deal, `owner` its owner on that day
/// (B3 `sales_cycle_efficiency`).
pub static WORKED: FactType = FactType {
    name: "worked",
    entity: "activity",
    related: &[Related::Parent { field: "deal", entity: "deal" }, Related::All { entity: "stage" }],
    keys: &[key("document", "deal"), key("account", "account"), key("owner", "person")],
    measures: &[number("activities")],
    is_optional: true,
    build: |known| worked(known).into_iter().collect(),
};

const ONE: i64 = 1;

/// The key columns: who and what a deal belonged to on a day.
fn keys(known: &Known, day: Date, owner: Option<RecordId>, stage: Option<RecordId>) -> Vec<Option<RecordId>> {
    let own = |field: &str| on_day(&known.own, field, day, known.zone);
    vec![
        Some(known.record),
        own("account").as_reference(),
        owner,
        own("product").as_reference(),
        stage,
        latest(&known.own, "lead_source").as_text().and_then(word_id),
        latest(&known.own, "deal_type").as_text().and_then(word_id),
        latest(&known.own, "revenue_source").as_text().and_then(word_id),
    ]
}

fn owner(known: &Known, day: Date) -> Option<RecordId> {
    on_day(&known.own, "owner", day, known.zone).as_reference()
}

fn fact(known: &Known, date: Date, keys: Vec<Option<RecordId>>, measures: Vec<Option<Amount>>) -> Fact {
    Fact { record: known.record, date, until: None, currency: currency_of(&known.own), keys, measures }
}

/// Who is credited, with their shares: the owner alone when there are no splits. Shares make one whole (C11); where they do
/// not, the difference is the owner's, so that the company's total stays the deal's amount.
fn credits(known: &Known, day: Date) -> Vec<(Option<RecordId>, Amount)> {
    let is_revenue = |value: &Value| value.as_text() != Some("overlay");
    let mut credits: Vec<(Option<RecordId>, Amount)> = known
        .children
        .iter()
        .filter(|(_, split)| is_revenue(latest(split, "kind")))
        .filter_map(|(_, split)| {
            let share = on_day(split, "share", day, known.zone).as_decimal()?;
            Some((on_day(split, "person", day, known.zone).as_reference(), share))
        })
        .collect();
    let sum = Amount::sum(credits.iter().map(|(_, share)| *share)).unwrap_or_default();
    let rest = Amount::from(ONE).checked_sub(sum).unwrap_or_default();
    match credits.last_mut() {
        // What thirds leave over goes to the last of them.
        Some((_, share)) if Share::is_whole(sum) => *share = share.checked_add(rest).unwrap_or(*share),
        _ => credits.push((owner(known, day), rest)),
    }
    credits
}

fn closed(known: &Known) -> Vec<Fact> {
    let Some(story) = Story::of(known) else { return Vec::new() };
    let Some(closing) = story.closing else { return Vec::new() };
    let stage = story.visits.last().map(|visit| visit.stage);
    let amount = latest(&known.own, "amount").as_decimal().unwrap_or(Amount::ZERO);
    let contact = latest(&known.own, "first_contact_on").as_date().unwrap_or(story.opened);
    let span = |from: Date| {
        let days = days(from, closing.on) - closing.days_closed_before;
        (days >= 0).then(|| i64::from(days))
    };
    let of_won = |days: Option<i64>| days.filter(|_| closing.is_won);
    let (cycle, close) = (of_won(span(contact)), of_won(span(story.opened)));
    let lost = span(contact).filter(|_| !closing.is_won);
    let counts = closing.is_won || !lacks_decision(known) || counts_no_decision(known, closing.on);
    let mut facts = Vec::new();
    for (person, share) in credits(known, closing.on) {
        let part = |whole: Amount| Amount::product(&[whole.to_decimal().ok()?, share.to_decimal().ok()?]).ok();
        let of_days = |days: Option<i64>| days.and_then(|days| part(Amount::from(days)));
        let credited = part(amount);
        let won = closing.is_won.then_some(share);
        facts.push(fact(
            known,
            closing.on,
            keys(known, closing.on, person, stage),
            vec![
                credited.filter(|_| closing.is_won),
                won,
                counts.then_some(share),
                credited.filter(|_| counts),
                of_days(cycle),
                cycle.map(|_| share),
                won.filter(|_| cycle.is_none()),
                of_days(close),
                close.map(|_| share),
                won.filter(|_| close.is_none()),
                of_days(lost),
                lost.map(|_| share),
            ],
        ));
    }
    facts
}

/// Lost because the customer chose nobody, as the reason says.
fn lacks_decision(known: &Known) -> bool {
    reason_is(&known.own, "lost_reason", &["nodecision"])
}

/// The company's setting on a day; without one such deals count as lost.
fn counts_no_decision(known: &Known, day: Date) -> bool {
    let setting = |own: &Timeline| match on_day(own, "lost_includes_no_decision", day, known.zone) {
        Value::Flag(counts) => Some(*counts),
        _ => None,
    };
    known.whole.values().find_map(setting).unwrap_or(true)
}

fn margin(known: &Known) -> Vec<Fact> {
    let Some(story) = Story::of(known) else { return Vec::new() };
    let Some(closing) = story.closing.filter(|closing| closing.is_won) else { return Vec::new() };
    let amount = |field: &str| latest(&known.own, field).as_decimal();
    let Some(margin) = amount("amount").zip(amount("cost")).and_then(|(amount, cost)| amount.checked_sub(cost).ok())
    else {
        return Vec::new();
    };
    let stage = story.visits.last().map(|visit| visit.stage);
    let of = |(person, share): (Option<RecordId>, Amount)| {
        let part = Amount::product(&[margin.to_decimal().ok()?, share.to_decimal().ok()?]).ok();
        Some(fact(known, closing.on, keys(known, closing.on, person, stage), vec![part]))
    };
    credits(known, closing.on).into_iter().filter_map(of).collect()
}

fn worked(known: &Known) -> Option<Fact> {
    let (deal, own) = known.parent()?;
    let day = known.day("occurred_on").filter(|_| !known.own.archived)?;
    let of_deal = Known {
        record: deal,
        own: own.clone(),
        parent: None,
        beside: Vec::new(),
        parents: BTreeMap::new(),
        children: Vec::new(),
        alike: Vec::new(),
        ..*known
    };
    let story = Story::of(&of_deal)?;
    // It is worked on the day it closes, too.
    let closes = story.closing.is_some_and(|closing| closing.on == day && story.opened <= day);
    let is_open = || story.open_spans().iter().any(|(from, to, _)| *from <= day && to.is_none_or(|to| day <= to));
    let account = on_day(own, "account", day, known.zone).as_reference();
    let keys = vec![Some(deal), account, owner(&of_deal, day)];
    let measures = vec![Some(Amount::from(ONE))];
    (closes || is_open()).then_some(Fact {
        record: known.record,
        date: day,
        until: None,
        currency: None,
        keys,
        measures,
    })
}

fn opened(known: &Known) -> Option<Fact> {
    let story = Story::of(known)?;
    let stage = story.visits.first().map(|visit| visit.stage);
    let keys = keys(known, story.opened, owner(known, story.opened), stage);
    let one = Some(Amount::from(ONE));
    let won = story.closing.filter(|closing| closing.is_won);
    let amount = latest(&known.own, "amount").as_decimal();
    let measures = vec![one, won.and(one), story.closing.and(one), amount, won.and(amount)];
    Some(Fact { until: story.closing.map(|closing| closing.on), ..fact(known, story.opened, keys, measures) })
}

fn pipeline(known: &Known) -> Vec<Fact> {
    let Some(story) = Story::of(known) else { return Vec::new() };
    let mut facts: Vec<Fact> = Vec::new();
    for (from, to, stage) in story.open_spans() {
        for (start, end) in cut(known, stage, from, to) {
            let Some(piece) = open_on(known, start, stage) else { continue };
            let same = facts.last_mut().filter(|last| {
                last.until == Some(start) && (&last.keys, &last.measures) == (&piece.keys, &piece.measures)
            });
            match same {
                Some(last) => last.until = end,
                None => facts.push(Fact { until: end, ..piece }),
            }
        }
    }
    facts
}

/// A span in pieces, within each of which nothing that the facts tell changes.
fn cut(known: &Known, stage: Option<RecordId>, from: Date, to: Option<Date>) -> Vec<(Date, Option<Date>)> {
    let fields = ["amount", "owner", "account", "product", "probability", "forecast_category", "close_date"];
    let own = fields.into_iter().flat_map(|field| runs(&known.own, field, known.zone));
    let stages = stage.and_then(|stage| known.whole.get(&stage)).into_iter();
    let stages = stages.flat_map(|stage| {
        ["probability", "forecast_category"].into_iter().flat_map(|field| runs(stage, field, known.zone))
    });
    let mut starts: Vec<Date> = own.chain(stages).map(|(day, _)| day).collect();
    starts.retain(|day| from < *day && to.is_none_or(|to| *day < to));
    starts.push(from);
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().map(Some).chain([to]);
    starts.iter().copied().zip(ends).collect()
}

/// The open deal on a day; none when its forecast category leaves it out.
fn open_on(known: &Known, day: Date, stage: Option<RecordId>) -> Option<Fact> {
    let of_stage = stage.and_then(|stage| known.whole.get(&stage));
    let value = |field: &str| match on_day(&known.own, field, day, known.zone) {
        Value::Null => of_stage.map_or(&Value::Null, |stage| on_day(stage, field, day, known.zone)),
        own => own,
    };
    if value("forecast_category").as_text() == Some("omitted") {
        return None;
    }
    let amount = on_day(&known.own, "amount", day, known.zone).as_decimal();
    let probability = stage.and_then(|_| value("probability").as_decimal());
    let weighted = amount.zip(probability).and_then(|(amount, probability)| {
        Amount::product(&[amount.to_decimal().ok()?, probability.to_decimal().ok()?]).ok()
    });
    let mut keys = keys(known, day, owner(known, day), stage);
    keys.push(stage.filter(|stage| is_qualified(known, *stage)).and_then(|_| word_id("qualified")));
    let due = on_day(&known.own, "close_date", day, known.zone).as_date();
    let due = due.map(|due| Amount::from(i64::from(days(Date::constant(1970, 1, 1), due))));
    Some(fact(known, day, keys, vec![amount, weighted, Some(Amount::from(ONE)), due]))
}

/// At or after the first stage of its pipeline that is marked qualified.
fn is_qualified(known: &Known, stage: RecordId) -> bool {
    let place = |own: &Timeline| Some((latest(own, "pipeline").as_reference(), latest(own, "position").as_integer()?));
    let Some((pipeline, position)) = known.whole.get(&stage).and_then(place) else { return false };
    let marked = known.whole.values().filter(|own| is_set(own, "qualified")).filter_map(place);
    marked.filter(|(of, _)| *of == pipeline).map(|(_, first)| first).min().is_some_and(|first| first <= position)
}

fn stage_left(known: &Known) -> Vec<Fact> {
    let Some(story) = Story::of(known) else { return Vec::new() };
    let mut left: BTreeMap<RecordId, (Date, i32)> = BTreeMap::new();
    for visit in story.visits.iter().filter(|visit| visit.kind == Kind::Open) {
        let Some(to) = visit.to else { continue };
        let (day, stayed) = left.entry(visit.stage).or_insert((to, 0));
        *day = (*day).max(to);
        *stayed += days(visit.from, to);
    }
    let one = Some(Amount::from(ONE));
    left.into_iter()
        .map(|(stage, (day, stayed))| {
            let keys = keys(known, day, owner(known, day), Some(stage));
            fact(known, day, keys, vec![Some(Amount::from(i64::from(stayed))), one])
        })
        .collect()
}

/// A stage's place in its pipeline.
struct Place {
    stage: RecordId,
    pipeline: Option<RecordId>,
    position: i64,
    kind: Kind,
}

fn places(known: &Known) -> Vec<Place> {
    let place = |(stage, own): (&RecordId, &Timeline)| {
        Some(Place {
            stage: *stage,
            pipeline: latest(own, "pipeline").as_reference(),
            position: latest(own, "position").as_integer()?,
            kind: kind(own)?,
        })
    };
    known.whole.iter().filter_map(place).collect()
}

fn stage_entered(known: &Known) -> Vec<Fact> {
    let Some(story) = Story::of(known) else { return Vec::new() };
    let places = places(known);
    let mut entered: BTreeMap<RecordId, (Date, Option<Date>)> = BTreeMap::new();
    for visit in &story.visits {
        let Some(here) = places.iter().find(|place| place.stage == visit.stage) else { continue };
        if here.kind == Kind::Lost {
            continue;
        }
        let is_behind = |place: &&Place| {
            let is_earlier = here.kind == Kind::Won || place.position < here.position;
            is_earlier && place.kind == Kind::Open && place.pipeline == here.pipeline
        };
        for passed in places.iter().filter(is_behind) {
            entered.entry(passed.stage).or_insert((visit.from, None)).1.get_or_insert(visit.from);
        }
        if here.kind == Kind::Open {
            entered.entry(here.stage).or_insert((visit.from, None));
        }
    }
    let one = Some(Amount::from(ONE));
    entered
        .into_iter()
        .map(|(stage, (day, beyond))| {
            let keys = keys(known, day, owner(known, day), Some(stage));
            Fact { until: beyond, ..fact(known, day, keys, vec![one, beyond.and(one)]) }
        })
        .collect()
}
