//! What a replay found: cost, winners and losers, how pay spreads, each person, and the deals that drive it.

use crate::{Evidence, Replay, Replayed as Payee, RunError, replay::BANDS};
use base::{Amount, Fraction, Money};
use maud::{Markup, Render, html};
use web_kit::{
    Words,
    components::{Cell, ChartPanel, Head, Kind, Panel, Purpose, Row as Line, Table, Tone, button},
};

/// A replay on the page of the plan that was replayed.
pub struct Replayed<'a> {
    pub words: Words,
    pub replay: &'a Replay,
    /// Where the plan is kept.
    pub action: &'a str,
    pub text: &'a str,
    pub window: &'a (String, String),
    /// The hash of the version that was opened.
    pub opened: &'a str,
}

/// What was looked at before a plan was published.
pub fn evidence(words: Words, evidence: &Evidence) -> String {
    let slots = [
        ("from", evidence.from.as_str().into()),
        ("to", evidence.to.as_str().into()),
        ("cost", cost(words, evidence).into()),
    ];
    words.t_with("pay-replay-published", &slots)
}

/// By currency both sides, and how many gain and lose.
fn cost(words: Words, evidence: &Evidence) -> String {
    let side = |(now, then): &(Money, Money)| {
        let slots = [("now", words.money(*now).to_string().into()), ("then", words.money(*then).to_string().into())];
        words.t_with("pay-replay-cost", &slots)
    };
    let slots = [("winners", words.count(evidence.winners).into()), ("losers", words.count(evidence.losers).into())];
    let counts = words.t_with("pay-replay-counts", &slots);
    evidence.cost.values().map(side).chain([counts]).collect::<Vec<_>>().join(" · ")
}

impl Replayed<'_> {
    pub fn told(&self) -> Result<Markup, RunError> {
        Ok(html! {
            (self.payees()?)
            div.cols.pair { (self.distribution()) (self.spread()?) }
        })
    }

    fn payees(&self) -> Result<Markup, RunError> {
        let Self { words, replay, .. } = *self;
        let amount = |minor: i64, one: &Payee| {
            words.decimal(Money::new(minor, one.currency).into(), one.currency.minor_digits())
        };
        // To the cent, as everything that is paid.
        let signed = |minor: i64, one: &Payee| {
            let plus = if minor > 0 { "+" } else { "" };
            format!("{plus}{}", amount(minor, one))
        };
        let row = |one: &Payee| {
            let driver = one.drivers.first().map(|(fact, now, then)| {
                let name = replay.facts.get(fact).map_or(fact.as_str(), |fact| fact.name.as_str());
                format!("{name}: {}", signed(then - now, one))
            });
            let share = Fraction::new(Amount::from(one.change()), Amount::from(one.now));
            let share = if one.now == 0 {
                String::new()
            } else {
                words.percent(share).map(|share| share.to_string()).unwrap_or_default()
            };
            let cells = vec![
                Cell::number(amount(one.now, one)).labelled(words.t("pay-replay-now")),
                Cell::number(amount(one.then, one)).labelled(words.t("pay-replay-then")),
                Cell::number(signed(one.change(), one)).labelled(words.t("change")),
                if share.is_empty() { Cell::text("").absent() } else { Cell::number(share) },
                driver.map_or_else(|| Cell::text("").absent(), Cell::text),
            ];
            Line::new(one.name.as_str(), cells)
        };
        let title = words.t("pay-replay");
        let heads = vec![
            Head::text(words.t("payee")),
            Head::number(words.t("pay-replay-now")),
            Head::number(words.t("pay-replay-then")),
            Head::number(words.t("change")),
            Head::number("%"),
            Head::text(words.t("pay-replay-driver")),
        ];
        let sides = replay.evidence().map(|evidence| cost(words, &evidence));
        let what = words.t(if replay.replaces { "pay-replay-replaces" } else { "pay-replay-adds" });
        let blocked = (replay.exceptions > 0)
            .then(|| words.t_with("pay-replay-exceptions", &[("count", words.count(replay.exceptions).into())]));
        let note = sides.into_iter().chain([what]).chain(blocked).collect::<Vec<_>>().join(" · ");
        let rows = replay.payees.iter().map(row).collect();
        let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
        let end = self.publish()?;
        Ok(Panel {
            id: "replay",
            title: &title,
            note: Some(&note),
            end: Some(end),
            body: table.render(),
            is_flush: true,
            ..Panel::default()
        }
        .render())
    }

    /// What was replayed, whatever the page's form says meanwhile.
    fn publish(&self) -> Result<Markup, RunError> {
        let seen = serde_json::to_string(&self.replay.evidence())?;
        Ok(html! {
            form method="post" action=(self.action) {
                input type="hidden" name="definition" value=(self.text);
                input type="hidden" name="from" value=(self.window.0);
                input type="hidden" name="to" value=(self.window.1);
                input type="hidden" name="seen" value=(seen);
                input type="hidden" name="opened" value=(self.opened);
                input type="hidden" name="step" value="publish";
                (button(Purpose::Primary, &self.words.t("pay-replay-publish")))
            }
        })
    }

    /// How many people gain and lose how much of what they are paid.
    fn distribution(&self) -> Markup {
        let words = self.words;
        let found = self.replay.distribution();
        let title = words.t("pay-replay-distribution");
        let percent = |bound: i64| {
            format!(
                "{}{}%",
                match bound.signum() {
                    1 => "+",
                    -1 => "−",
                    _ => "",
                },
                bound.abs()
            )
        };
        let name = |(from, to): (Option<i64>, Option<i64>)| match (from, to) {
            (Some(from), Some(to)) if from == to => words.t("pay-replay-same"),
            (Some(from), Some(to)) => format!("{} – {}", percent(from), percent(to)),
            (None, Some(to)) => format!("< {}", percent(to)),
            (from, None) => format!("> {}", percent(from.unwrap_or_default())),
        };
        let row = |name: String, count: usize| {
            Line::new(name, vec![Cell::number(words.count(count)).drawn(i64::try_from(count).ok().map(Amount::from))])
        };
        let mut rows: Vec<Line> =
            BANDS.into_iter().zip(found.bands).map(|(band, count)| row(name(band), count)).collect();
        if found.new > 0 {
            rows.push(row(words.t("pay-replay-new"), found.new));
        }
        let heads = vec![
            Head::text(words.t("change")),
            Head::number(words.records("person")).series(Kind::Bar, Tone::Series(1)),
        ];
        let table = Table { label: &title, heads, rows, ..Table::default() };
        ChartPanel {
            words,
            id: "distribution",
            title: &title,
            end: None,
            table,
            unit: "",
            is_by_column: false,
            is_stacked: false,
            starts_as_table: false,
            footer: None,
        }
        .render()
    }

    /// Quarters of what people are paid, by both.
    fn spread(&self) -> Result<Markup, RunError> {
        let words = self.words;
        let title = words.t("pay-replay-spread");
        let marks = [
            "pay-replay-lowest",
            "pay-replay-quarter",
            "pay-replay-middle",
            "pay-replay-three-quarters",
            "pay-replay-highest",
        ];
        let mut rows = Vec::new();
        for (code, (now, then)) in self.replay.spread()? {
            let decimals = code.parse().map_or(2, base::Currency::minor_digits);
            let cell = |value: Option<Amount>| match value {
                Some(value) => Cell::number(words.decimal(value, decimals)),
                None => Cell::text("").absent(),
            };
            rows.extend(
                marks.iter().zip(now).zip(then).map(|((key, now), then)| {
                    Line::new(format!("{}, {code}", words.t(key)), vec![cell(now), cell(then)])
                }),
            );
        }
        let heads = vec![
            Head::text(words.t("pay-replay-spread-of")),
            Head::number(words.t("pay-replay-now")),
            Head::number(words.t("pay-replay-then")),
        ];
        let hint = words.t("pay-replay-spread-hint");
        let table = Table { label: &title, heads, rows, ..Table::default() };
        Ok(Panel {
            id: "spread",
            title: &title,
            note: Some(&hint),
            body: table.render(),
            is_flush: true,
            ..Panel::default()
        }
        .render())
    }
}
