//! Territories from a file: which account belongs to which, so that loads are even, accounts lie near each other and few change hands
//! (reference F3). Needs no database; docs/territories.md describes the columns. Those of the company are in `company`.

pub mod company;

use super::{
    output::{self, Format, figures, text},
    read,
};
use base::{Amount, RecordId, TerritoryId};
use clap::{Args, Subcommand, ValueEnum};
use miette::{Context as _, IntoDiagnostic};
use rules::goal::{Balance, Balanced, GoalError, Place, Proposal, Terms, Unit, balances, propose};
use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf};

#[derive(Subcommand)]
pub enum Command {
    /// Propose which unit belongs to which territory, from a file.
    Propose(Asked),
    /// The company's own.
    #[command(flatten)]
    Company(company::Command),
}

#[derive(Args)]
pub struct Asked {
    /// CSV with id and workload; potential, latitude and longitude (or x and y), territory and pinned where there are.
    units: PathBuf,
    /// A territory that the file does not name: more than once for several.
    #[arg(long = "territory")]
    territories: Vec<String>,
    /// How far from the mean a territory may be before it costs anything, per cent.
    #[arg(long, default_value = "15")]
    tolerance: Amount,
    /// Weight of balance.
    #[arg(long, default_value = "1000")]
    balance: Amount,
    /// Weight of stability: 0.5 moves a unit to save half a mean distance.
    #[arg(long, default_value = "0.5")]
    change: Amount,
    /// What has to be even.
    #[arg(long, value_enum, default_value_t = Even::Workload)]
    even: Even,
    /// The same seed gives the same answer.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Even {
    Workload,
    Potential,
    Both,
}

/// A file's units, and the names that stand behind their numbers.
#[derive(Debug, Default)]
struct File {
    units: Vec<Unit>,
    names: Vec<String>,
    territories: Vec<String>,
}

impl File {
    fn read(name: &str, text: &str, more: &[String]) -> miette::Result<Self> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let heads = reader.headers().into_diagnostic().wrap_err_with(|| format!("{name} has no head"))?.clone();
        let known = ["id", "workload", "potential", "latitude", "longitude", "x", "y", "territory", "pinned"];
        if let Some(other) = heads.iter().find(|head| !known.contains(head)) {
            return Err(miette::miette!(
                help = format!("columns are {}", known.join(", ")),
                "{name}: {other:?} is no column"
            ));
        }
        let mut file = Self { territories: more.to_vec(), ..Self::default() };
        let place = |head: &str| heads.iter().position(|one| one == head);
        for (place_of, needed) in [(place("id"), "id"), (place("workload"), "workload")] {
            if place_of.is_none() {
                return Err(miette::miette!(
                    help = "each unit has an id and a workload",
                    "{name} has no column {needed}"
                ));
            }
        }
        for record in reader.records() {
            let record = record.into_diagnostic().wrap_err_with(|| format!("{name} does not read as CSV"))?;
            let row = record.position().map_or(0, csv::Position::line);
            let cell = |head: &str| place(head).and_then(|at| record.get(at)).filter(|cell| !cell.is_empty());
            let number = |head: &str| {
                let parsed = cell(head).map(str::parse::<Amount>).transpose();
                parsed.map_err(|_| {
                    let typed = cell(head).unwrap_or_default();
                    miette::miette!(help = "write it like 1250.5", "{name}, row {row}, {head}: {typed:?} is no number")
                })
            };
            let id = cell("id")
                .ok_or_else(|| miette::miette!(help = "name the unit", "{name}, row {row}, id: it is empty"))?;
            if file.names.iter().any(|known| known == id) {
                return Err(miette::miette!(
                    help = "each unit stands in one row",
                    "{name}, row {row}, id: {id:?} is there twice"
                ));
            }
            let pair = |one: &str, other: &str| match (number(one)?, number(other)?) {
                (Some(one), Some(other)) => Ok(Some((one, other))),
                (None, None) => Ok(None),
                _ => Err(miette::miette!(
                    help = "give both or neither",
                    "{name}, row {row}: {one} without {other}, or the other way"
                )),
            };
            let globe =
                pair("latitude", "longitude")?.map(|(latitude, longitude)| Place::Globe { latitude, longitude });
            let plane = pair("x", "y")?.map(|(x, y)| Place::Plane { x, y });
            let is_pinned = match cell("pinned") {
                None | Some("no") => false,
                Some("yes") => true,
                Some(other) => {
                    return Err(miette::miette!(
                        help = "write yes or no",
                        "{name}, row {row}, pinned: {other:?} is neither"
                    ));
                }
            };
            let territory = cell("territory").map(|named| file.territory(named));
            file.names.push(id.to_owned());
            file.units.push(Unit {
                id: numbered(file.names.len()),
                workload: number("workload")?.ok_or_else(|| {
                    miette::miette!(help = "0 is a workload", "{name}, row {row}, workload: it is empty")
                })?,
                potential: number("potential")?.unwrap_or_default(),
                place: globe.or(plane),
                territory,
                is_pinned,
            });
        }
        Ok(file)
    }

    fn territory(&mut self, named: &str) -> TerritoryId {
        let at = self.territories.iter().position(|one| one == named).unwrap_or_else(|| {
            self.territories.push(named.to_owned());
            self.territories.len() - 1
        });
        TerritoryId(numbered(at + 1))
    }

    fn territories(&self) -> Vec<TerritoryId> {
        (1..=self.territories.len()).map(|number| TerritoryId(numbered(number))).collect()
    }

    fn unit_name(&self, id: RecordId) -> &str {
        named(&self.names, id)
    }

    fn territory_name(&self, id: TerritoryId) -> &str {
        named(&self.territories, id.0)
    }
}

fn numbered(number: usize) -> RecordId {
    RecordId(i64::try_from(number).unwrap_or(i64::MAX))
}

fn named(names: &[String], id: RecordId) -> &str {
    let at = usize::try_from(id.0 - 1).unwrap_or(usize::MAX);
    names.get(at).map_or("", String::as_str)
}

pub fn run(asked: &Asked, format: Format) -> miette::Result<()> {
    let name = asked.units.display().to_string();
    let text = read(&asked.units)?;
    let file = File::read(&name, &text, &asked.territories)?;
    let terms = Terms {
        tolerance: asked.tolerance,
        balance: asked.balance,
        change: asked.change,
        balanced: match asked.even {
            Even::Workload => Balanced::Workload,
            Even::Potential => Balanced::Potential,
            Even::Both => Balanced::Both,
        },
        seed: asked.seed,
        ..Terms::default()
    };
    let told = |error: GoalError| miette::miette!("{name}: {error}");
    let territories = file.territories();
    let now = balances(&file.units, &territories).map_err(told)?;
    let found = propose(&file.units, &territories, &terms).map_err(told)?;
    if format == Format::Json {
        output::print_json(&as_json(&file, &now, &found));
    } else {
        print(&file, &now, &found);
    }
    Ok(())
}

fn percent(amount: Option<Amount>) -> String {
    amount.map(|amount| format!("{} %", amount.to_text())).unwrap_or_default()
}

fn print(file: &File, now: &BTreeMap<TerritoryId, Balance>, found: &Proposal) {
    let rows = found.balance.iter().map(|(id, then)| {
        let before = now.get(id).copied().unwrap_or_default();
        vec![
            file.territory_name(*id).to_owned(),
            before.units.to_string(),
            before.workload.to_text(),
            percent(before.workload_deviation),
            then.units.to_string(),
            then.workload.to_text(),
            percent(then.workload_deviation),
            then.potential.to_text(),
        ]
    });
    let mut heads = vec![text("territory")];
    heads.extend(
        ["units now", "workload now", "off the mean now", "units", "workload", "off the mean", "potential"]
            .map(figures),
    );
    output::print_table(&heads, rows.collect());
    let rows = found.moves.iter().map(|one| {
        let from = one.from.map_or("–", |from| file.territory_name(from));
        [file.unit_name(one.unit), from, file.territory_name(one.to)].map(str::to_owned).into()
    });
    let kept = found.kept.map(|kept| format!("; {} stay where they are", percent(Some(kept)))).unwrap_or_default();
    println!("\n{} units change hands{kept}", found.moves.len());
    output::print_table(&[text("unit"), text("from"), text("to")], rows.collect());
}

fn as_json(file: &File, now: &BTreeMap<TerritoryId, Balance>, found: &Proposal) -> serde_json::Value {
    let balance = |of: &Balance| {
        json!({
            "units": of.units,
            "workload": of.workload.to_text(),
            "workload_deviation": of.workload_deviation.map(Amount::to_text),
            "potential": of.potential.to_text(),
            "potential_deviation": of.potential_deviation.map(Amount::to_text),
            "distance": of.distance.to_text(),
        })
    };
    let territories = found.balance.iter().map(|(id, then)| {
        json!({ "territory": file.territory_name(*id), "now": now.get(id).map(balance), "then": balance(then) })
    });
    let moves = found.moves.iter().map(|one| {
        let from = one.from.map(|from| file.territory_name(from));
        json!({ "unit": file.unit_name(one.unit), "from": from, "to": file.territory_name(one.to) })
    });
    json!({
        "territories": territories.collect::<Vec<_>>(),
        "moves": moves.collect::<Vec<_>>(),
        "kept": found.kept.map(Amount::to_text),
        "objective": { "before": found.before.map(|one| one.total.to_text()), "after": found.after.total.to_text() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = include_str!("../../../../conformance/territory/golden.csv");

    fn refused(text: &str) -> String {
        File::read("units.csv", text, &[]).expect_err("wrong").to_string()
    }

    /// The reference's golden balance, from its file: 16, 16 and 16.
    #[test]
    fn the_golden_balance_comes_out_of_its_file() {
        let named = ["North", "East", "South"].map(str::to_owned);
        let file = File::read("golden.csv", GOLDEN, &named).expect("reads");
        let terms = Terms { tolerance: Amount::ZERO, ..Terms::default() };
        let found = propose(&file.units, &file.territories(), &terms).expect("a design");
        let loads: Vec<Amount> = found.balance.values().map(|one| one.workload).collect();
        assert_eq!(loads, [16, 16, 16].map(Amount::from));
        assert_eq!(found.moves.len(), 9);
        assert_eq!(file.unit_name(found.moves[0].unit), "A");
    }

    #[test]
    fn what_is_wrong_is_named_by_file_row_and_field() {
        assert_eq!(refused("id,load\nA,1\n"), "units.csv: \"load\" is no column");
        assert_eq!(refused("id\nA\n"), "units.csv has no column workload");
        assert_eq!(refused("id,workload\nA,1\nB,much\n"), "units.csv, row 3, workload: \"much\" is no number");
        assert_eq!(refused("id,workload\nA,1\nA,2\n"), "units.csv, row 3, id: \"A\" is there twice");
        assert_eq!(refused("id,workload,pinned\nA,1,perhaps\n"), "units.csv, row 2, pinned: \"perhaps\" is neither");
        let half = "id,workload,latitude,longitude\nA,1,13.7,\n";
        assert_eq!(refused(half), "units.csv, row 2: latitude without longitude, or the other way");
    }
}
