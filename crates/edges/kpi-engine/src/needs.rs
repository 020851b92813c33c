//! What a question needs of each fact type: columns and rows that any of its ways of placing facts may want.

use crate::{
    columns::{CURRENCY, DATE, KNOWN_FROM, KNOWN_TO, RECORD, UNTIL},
    place::{self, OWNER},
    question::{By, Question, Scan, scans},
};
use datafusion::prelude::{Expr, lit};
use rules::kpi::{Axis, DUE, Formula, Measure, resolve};
use std::collections::{BTreeMap, BTreeSet};

const ACCOUNT: &str = "account";
const STAGE: &str = "stage";

/// What is read of a fact type.
pub(crate) struct Needed {
    pub columns: BTreeSet<String>,
    /// What the question can need is among these.
    pub counts: Expr,
    /// Its facts are placed more than once.
    pub is_shared: bool,
}

/// The same while the question is gone through.
#[derive(Default)]
struct Need {
    columns: BTreeSet<String>,
    /// The days of the facts that each way can place.
    ways: Vec<Expr>,
    /// One way places them in several passes.
    has_passes: bool,
    takes_adjustments: bool,
    /// Facts of others than who is asked about tell something of them.
    of_others: bool,
}

impl Need {
    fn takes<'a>(&mut self, columns: impl IntoIterator<Item = &'a str>) {
        self.columns.extend(columns.into_iter().map(str::to_owned));
    }

    fn places(&mut self, question: &Question<'_>, axis: Axis) {
        self.ways.push(place::placeable(question, axis));
        let is_once = !axis.is_lasting()
            && !matches!(axis, Axis::Slipped | Axis::Latest | Axis::Records | Axis::Customers)
            && (question.closings.is_empty() || !axis.takes_adjustments());
        self.has_passes |= !is_once;
        self.takes_adjustments |= axis.takes_adjustments() && !question.closings.is_empty();
        if axis.is_due() {
            self.takes([DUE]);
        }
        if axis == Axis::Customers {
            self.of_others = true;
            self.takes(["document", "amount"]);
        }
    }
}

/// What a question needs of each fact type.
struct Needs<'a> {
    question: &'a Question<'a>,
    types: BTreeMap<&'static str, Need>,
}

impl Needs<'_> {
    fn of(&mut self, fact: &str) -> Option<&mut Need> {
        let question = self.question;
        let fact_type = resolve(fact, question.basis)?;
        let need = self.types.entry(fact_type.name).or_default();
        need.takes([RECORD, DATE, UNTIL, CURRENCY, KNOWN_FROM, KNOWN_TO, OWNER, ACCOUNT, STAGE]);
        need.takes(question.filters.iter().map(|(by, _)| by).chain([&question.by]).filter_map(By::key));
        Some(need)
    }
}

pub(crate) fn of(question: &Question<'_>) -> BTreeMap<&'static str, Needed> {
    let mut needs = Needs { question, types: BTreeMap::new() };
    for Scan { way, wanted } in scans(question) {
        let Some(need) = needs.of(way.fact_type.name) else { continue };
        need.takes(wanted.iter().flat_map(|wanted| columns_of(wanted.measure, wanted.row_key)));
        need.places(question, way.axis);
    }
    for definition in &question.kpis {
        match &definition.formula {
            Formula::Error(error) => {
                for part in &error.parts {
                    let ended = part.matures.iter();
                    for measure in part.formula.measures().into_iter().map(|(_, measure)| measure).chain(ended) {
                        let Some(need) = needs.of(measure.place().0) else { continue };
                        need.takes(columns_of(measure, &part.rows));
                        need.places(question, measure.axis());
                        // What came is placed anew in the days of each layer of forecasts: flows within those that are asked about.
                        need.has_passes = true;
                        if measure.axis() != Axis::Flow {
                            need.ways.push(lit(true));
                        }
                    }
                }
            }
            Formula::Spread { fact, over, .. } => {
                let Some(need) = needs.of(fact) else { continue };
                need.takes([over, definition.rows.as_str()]);
                need.places(question, Axis::Records);
            }
            _ => {}
        }
    }
    let (is_known, asked) = (place::ever_known(question), place::asked(question));
    let needed = |need: Need| {
        let late = need.takes_adjustments.then(|| place::learnt_late(question));
        let is_shared = need.has_passes || need.ways.len() > 1;
        let days = need.ways.into_iter().chain(late).reduce(Expr::or).unwrap_or_else(|| lit(false));
        let asked = asked.iter().filter(|_| !need.of_others).cloned();
        let counts = asked.fold(days.and(is_known.clone()), Expr::and);
        Needed { columns: need.columns, counts, is_shared }
    };
    needs.types.into_iter().map(|(fact, need)| (fact, needed(need))).collect()
}

/// The columns that a measure reads, and its records.
fn columns_of<'a>(measure: &'a Measure, row_key: &'a str) -> Vec<&'a str> {
    measure.place().1.split(['/', '+']).chain(measure.only.keys().map(String::as_str)).chain([row_key]).collect()
}
