use super::{
    output::{self, Format, figures, text},
    report,
};
use base::{Amount, Grain};
use clap::{Args, Subcommand};
use db::Db;
use jiff::civil::Date;
use kpi::{
    Against, Answer, Ask, ByWord, Compared, DefinitionPlan, Explained, HELD_BYTES, KnownAt, Kpi, KpiError, MOST_TIME,
    Opened, Placed, Row, Scanned, Setting, Values, Version, WITHIN, json,
};
use miette::{Context as _, IntoDiagnostic};
use rules::{
    access::Viewer,
    kpi::{Definition, Unit},
    log::Origin,
};
use std::{path::PathBuf, time::Duration};

#[derive(Subcommand)]
pub enum Command {
    /// All KPIs.
    List,
    /// One KPI: formula, meaning, where it is defined.
    Show { id: String },
    /// Set KPIs of your own from a day on, in place of those that ship or beside them (docs/kpi-format.md).
    Define {
        /// A file of definitions.
        file: PathBuf,
        /// The first day on which they hold.
        #[arg(long)]
        from: Date,
        /// Why they change.
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
        /// Only tell what they would come to.
        #[arg(long)]
        check: bool,
    },
    /// From a day on have no KPI of your own of this id: the one that ships holds, or none.
    Undefine {
        id: String,
        #[arg(long)]
        from: Date,
        /// Why it ends.
        #[arg(long, default_value = "", hide_default_value = true)]
        reason: String,
    },
    /// Values by entity and period.
    Query(Query),
    /// The rows behind one number; they add up to it.
    Rows(Rows),
    /// Why one number is another than it was: causes that sum to the difference.
    Why(Why),
    /// Compare every value of a file with what this database answers (conformance/README.md).
    Conformance {
        /// The expected values, as CSV.
        values: PathBuf,
        /// Those that hold when what was learnt late is known; the others otherwise.
        #[arg(long)]
        late: bool,
    },
}

#[derive(Args)]
pub struct Query {
    /// KPI ids, with commas or spaces.
    #[arg(required = true, value_delimiter = ',')]
    ids: Vec<String>,
    /// day, week, month, quarter, year or all.
    #[arg(long, default_value = "year")]
    grain: Grain,
    /// Also say what it took, on standard error: each reading of facts with its time and the size of its files.
    #[arg(long)]
    explain: bool,
    /// Stop after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = WITHIN.as_secs())]
    within: u64,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Args)]
pub struct Rows {
    /// A KPI id.
    id: String,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Args)]
pub struct Why {
    /// A KPI id.
    id: String,
    /// period: the same length before it; year: a year before; as_of:DAY or known_at:DAY: as it was, or was known, then.
    #[arg(long, default_value = "period")]
    against: Against,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Args)]
struct Scope {
    /// company, team, rep, manager (self and all reports), territory, segment, product, account, source or stage.
    #[arg(long, default_value = "company")]
    by: String,
    /// Only this one: its external id, or # and its number.
    #[arg(long)]
    entity: Option<String>,
    /// Only what belongs to this too, like source=Referral or team=NORTH; again for each further one.
    #[arg(long = "where", value_name = "BREAKDOWN=ENTITY")]
    filters: Vec<String>,
    #[arg(long)]
    from: Option<Date>,
    /// The day after the last one.
    #[arg(long)]
    to: Option<Date>,
    /// As it was at the end of this day.
    #[arg(long)]
    as_of: Option<Date>,
    /// As it was known then: a day (its end) or a moment.
    #[arg(long)]
    known_at: Option<KnownAt>,
    /// at_fact: each fact in the organisation of its own day; on:DAY: all of them in that day's.
    #[arg(long, default_value = "at_fact")]
    org: String,
    /// as_reported: a closed period answers with what was known when it was closed; restated: as known now.
    #[arg(long, default_value = "as_reported")]
    basis: String,
}

impl Scope {
    fn ask(self, kpis: Vec<String>, grain: Grain, folder: PathBuf) -> Result<Ask, KpiError> {
        Ok(Ask {
            kpis,
            by: self.by.parse::<ByWord>()?,
            grain,
            from: self.from,
            to: self.to,
            as_of: self.as_of,
            known_at: self.known_at,
            entity: self.entity,
            among: None,
            filters: self.filters.iter().map(|text| kpi::filter(text)).collect::<Result<_, _>>()?,
            org: kpi::org(&self.org)?,
            restated: kpi::restated(&self.basis)?,
            folder,
            within: None,
        })
    }
}

pub async fn run(db: &Db, command: Command, format: Format, folder: PathBuf, viewer: Viewer) -> miette::Result<()> {
    let kpi = Kpi::new(db.clone(), viewer).await.map_err(failed)?;
    match command {
        Command::List => list(&kpi, format),
        Command::Show { id } => {
            let versions = kpi.versions(&id).await.map_err(failed)?;
            let definition = kpi.definition_near(&id).await.map_err(failed)?;
            show(&definition, &versions, format)
        }
        Command::Define { file, from, reason, check } => {
            let text = std::fs::read_to_string(&file).into_diagnostic();
            let text = text.wrap_err_with(|| file.display().to_string())?;
            let plan = kpi.plan_definitions(&text, from, folder, MOST_TIME).await.map_err(failed);
            let plan = plan.wrap_err_with(|| file.display().to_string())?;
            if !check {
                kpi.define(&plan, &reason, Origin::Cli).await.map_err(failed)?;
            }
            print_planned(&plan, format, check)
        }
        Command::Undefine { id, from, reason } => {
            kpi.undefine(&id, Setting::new(from, Origin::Cli).because(&reason)).await.map_err(failed)?;
            println!("from {from} on the company has no {id} of its own");
            Ok(())
        }
        Command::Query(query) => {
            let ids = query.ids.iter().flat_map(|ids| ids.split_whitespace()).map(str::to_owned).collect();
            let within = Some(Duration::from_secs(query.within));
            let ask = Ask { within, ..query.scope.ask(ids, query.grain, folder).map_err(failed)? };
            if query.explain {
                eprintln!("{}", scans(&kpi.scans(&ask, HELD_BYTES).await.map_err(failed)?.1));
            }
            print_answer(&kpi, &kpi.ask(&ask).await.map_err(failed)?, format)
        }
        Command::Rows(rows) => {
            let ask = rows.scope.ask(vec![rows.id], Grain::All, folder).map_err(failed)?;
            print_opened(&kpi.open(&ask).await.map_err(failed)?, format)
        }
        Command::Why(why) => {
            let ask = why.scope.ask(vec![why.id], Grain::All, folder).map_err(failed)?;
            print_explained(&kpi.explain(&ask, why.against).await.map_err(failed)?, format)
        }
        Command::Conformance { values, late } => {
            let text = std::fs::read_to_string(&values).into_diagnostic();
            let text = text.wrap_err_with(|| values.display().to_string())?;
            let hint = "conformance/README.md describes the file";
            let values = Values::read(&text, late).map_err(|error| report(&error, hint))?;
            print_compared(&kpi.compare(&values, None, &folder).await.map_err(failed)?)
        }
    }
}

/// What definitions come to, month by month; what was written on standard error.
fn print_planned(plan: &DefinitionPlan, format: Format, is_check: bool) -> miette::Result<()> {
    match format {
        Format::Json => output::print_json(&json::planned(plan)),
        Format::Csv | Format::Table => {
            let rows = plan.tried.iter().flat_map(|tried| &tried.values).map(row_table).collect();
            print(format, &ROW_TABLE, rows)?;
        }
    }
    for tried in plan.tried.iter().filter(|_| !is_check) {
        let what = if tried.replaces.is_some() { "computed so" } else { "new" };
        eprintln!("{} holds from {} on, {what}", tried.definition.id, plan.from);
    }
    Ok(())
}

/// A line a KPI, and each value that differs; an error when one does.
fn print_compared(compared: &Compared) -> miette::Result<()> {
    let differ = |kpi: &str| compared.differences.iter().filter(|difference| difference.kpi == kpi).count();
    let rows = compared.checked.iter().map(|(kpi, checked)| {
        let differing = differ(kpi);
        vec![kpi.clone(), (checked - differing).to_string(), differing.to_string()]
    });
    output::print_table(&[text("kpi"), figures("the same"), figures("differ")], rows.collect());
    for difference in &compared.differences {
        println!("line {}: {}", difference.line, difference.text);
    }
    let all: usize = compared.checked.values().sum();
    let differing = compared.differences.len();
    println!("{} of {all} values are the same", all - differing);
    if differing > 0 { Err(miette::miette!("{differing} values differ")) } else { Ok(()) }
}

fn failed(error: KpiError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}

fn list(kpi: &Kpi, format: Format) -> miette::Result<()> {
    let definitions = kpi.catalogue().iter();
    if format == Format::Json {
        output::print_json(&json::catalogue(kpi.catalogue()));
        return Ok(());
    }
    let rows = definitions.map(|definition| {
        let name = |language| definition.name(language).to_owned();
        vec![
            definition.id.clone(),
            name("en"),
            name("th"),
            name("ja"),
            definition.unit.name().to_owned(),
            definition.better.name().to_owned(),
        ]
    });
    let heads = ["id", "en", "th", "ja", "unit", "better"];
    print(format, &heads.map(text), rows.collect())
}

fn print(format: Format, heads: &[output::Head], rows: Vec<Vec<String>>) -> miette::Result<()> {
    if format == Format::Csv {
        return output::print_csv(&heads.iter().map(|head| head.name).collect::<Vec<_>>(), rows);
    }
    output::print_table(heads, rows);
    Ok(())
}

fn show(definition: &Definition, versions: &[Version], format: Format) -> miette::Result<()> {
    if format == Format::Json {
        output::print_json(&json::versions(Some(definition), versions));
        return Ok(());
    }
    let mut rows = vec![vec!["id".to_owned(), definition.id.clone()]];
    for language in ["en", "th", "ja"] {
        rows.push(vec![language.to_owned(), definition.name(language).to_owned()]);
        rows.push(vec![String::new(), definition.meaning(language).to_owned()]);
    }
    rows.push(vec!["formula".to_owned(), definition.reads.clone()]);
    rows.push(vec!["unit".to_owned(), definition.unit.name().to_owned()]);
    rows.push(vec!["better".to_owned(), definition.better.name().to_owned()]);
    let defined_in = match definition.since {
        Some(since) => format!("the company's own since {since}"),
        None => format!("reference {}", definition.reference),
    };
    rows.push(vec!["defined in".to_owned(), defined_in]);
    rows.extend(versions.iter().map(|version| {
        let reads = version.definition().map_or_else(|| "none of its own".to_owned(), |definition| definition.reads);
        let reason = version.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        vec![format!("from {}", version.since), format!("{reads}{reason}")]
    }));
    rows.extend(definition.companions.iter().map(|companion| {
        let name = companion.names.get("en").map_or("", String::as_str);
        vec![format!("{}.{}", definition.id, companion.id), format!("{name}: {}", companion.reads)]
    }));
    print(format, &[text(""), text("")], rows)
}

fn print_answer(kpi: &Kpi, answer: &Answer, format: Format) -> miette::Result<()> {
    match format {
        Format::Json => {
            output::print_json(&json::answer(answer));
            Ok(())
        }
        Format::Csv => output::print_csv(&json::ROW_HEADS, json::row_lines(answer)),
        Format::Table => {
            output::print_table(&ROW_TABLE, answer.rows.iter().map(row_table).collect());
            println!(
                "revenue basis {} · as of {} · known at seq {}",
                answer.basis.name(),
                answer.as_of,
                answer.known_at
            );
            if answer.restated {
                println!("restated: closings are left out of account");
            }
            if let Some(day) = answer.org {
                println!("recast: all of history in the organisation of {day}");
            }
            for id in &answer.not_additive {
                let name = kpi.catalogue().get(id).map_or(id.as_str(), |definition| definition.name("en"));
                println!("{name}: these parts do not sum to the whole");
            }
            Ok(())
        }
    }
}

const ROW_TABLE: [output::Head; 7] =
    [text("kpi"), text("entity"), text("period"), figures("value"), text("unit"), figures("rows"), text("")];

fn row_table(row: &Row) -> Vec<String> {
    let note = match (row.null_reason, row.mature, row.partial) {
        (Some(reason), ..) => reason.name(),
        (None, Some(false), _) => "immature",
        (None, _, true) => "partial",
        (None, ..) => "",
    };
    let unit = row.currency.map_or_else(|| row.unit.name().to_owned(), |currency| currency.to_string());
    vec![
        row.kpi.clone(),
        row.entity.name.clone(),
        row.period.label.clone(),
        shown(row.value.as_deref(), row.unit, row.currency),
        unit,
        row.row_count.to_string(),
        note.to_owned(),
    ]
}

/// A value as people read it: money in its minor units, percent with one decimal, an en dash for null.
fn shown(value: Option<&str>, unit: Unit, currency: Option<base::Currency>) -> String {
    let Some(amount) = value.and_then(|value| value.parse::<Amount>().ok()) else { return "–".to_owned() };
    match unit {
        Unit::Money => output::grouped(amount, currency.map_or(2, base::Currency::minor_digits)),
        Unit::Percent => {
            let hundredfold = Amount::from_millionths(amount.millionths().saturating_mul(100)).unwrap_or(amount);
            format!("{}%", output::grouped(hundredfold, 1))
        }
        Unit::Count => output::grouped(amount, u32::from(!is_whole(amount)) * 2),
        Unit::Index => output::grouped(amount, 4),
        Unit::Times => format!("{}×", output::grouped(amount, 1)),
        Unit::Days | Unit::Minutes | Unit::Points => output::grouped(amount, 1),
    }
}

fn is_whole(amount: Amount) -> bool {
    amount.round_to(0).is_ok_and(|whole| whole == amount)
}

fn print_opened(opened: &Opened, format: Format) -> miette::Result<()> {
    let decimals = opened.currency.map_or(0, base::Currency::minor_digits);
    match format {
        Format::Json => {
            output::print_json(&json::opened(opened));
            Ok(())
        }
        Format::Csv if !opened.parts.is_empty() => {
            let part = |row: &Row| vec![row.kpi.clone(), row.value.clone().unwrap_or_default()];
            output::print_csv(&["kpi", "value"], opened.parts.iter().map(part).collect())
        }
        Format::Table if !opened.parts.is_empty() => {
            let part = |row: &Row| vec![row.kpi.clone(), shown(row.value.as_deref(), row.unit, row.currency)];
            output::print_table(&[text("computed from"), figures("value")], opened.parts.iter().map(part).collect());
            println!("{} = {}", opened.kpi, shown(opened.value.as_deref(), opened.unit, opened.currency));
            Ok(())
        }
        Format::Csv => output::print_csv(&json::OPENED_HEADS, json::opened_lines(opened)),
        Format::Table => {
            let mut rows: Vec<Vec<String>> = opened
                .rows
                .iter()
                .map(|row| opened_row(&row.entity.name, row.numerator, row.denominator, decimals))
                .collect();
            if let Some(hidden) = &opened.hidden {
                let name = format!("{} more rows", hidden.rows);
                rows.push(opened_row(&name, hidden.numerator, hidden.denominator, decimals));
            }
            if !opened.rounding.is_zero() {
                rows.push(opened_row("rounding", opened.rounding, None, decimals));
            }
            rows.push(opened_row("total", opened.numerator, opened.denominator, decimals));
            output::print_table(&[text(opened.record), figures("numerator"), figures("denominator")], rows);
            println!("{} = {}", opened.kpi, shown(opened.value.as_deref(), opened.unit, opened.currency));
            Ok(())
        }
    }
}

fn opened_row(name: &str, numerator: Amount, denominator: Option<Amount>, decimals: u32) -> Vec<String> {
    let denominator = denominator.map(|denominator| output::grouped(denominator, 0)).unwrap_or_default();
    vec![name.to_owned(), output::grouped(numerator, decimals), denominator]
}

/// Both numbers, then the causes, the largest first.
fn print_explained(explained: &Explained, format: Format) -> miette::Result<()> {
    if format == Format::Json {
        output::print_json(&json::explained(explained));
        return Ok(());
    }
    let plain = |amount: Option<Amount>| amount.map(Amount::to_text).unwrap_or_default();
    let rows = explained.causes.iter().map(|cause| {
        let record = cause.record.as_ref();
        let id = record.and_then(|(record, _)| record.external_id.clone()).or(cause.part.clone()).unwrap_or_default();
        let name = record.map(|(record, _)| record.name.clone()).unwrap_or_default();
        vec![cause.kind.name().to_owned(), id, name, cause.fields.join(" "), cause.effect.to_text()]
    });
    let heads = [text("cause"), text("id"), text("name"), text("fields"), figures("effect")];
    let rows: Vec<Vec<String>> = rows.collect();
    if format == Format::Csv {
        return output::print_csv(&heads.iter().map(|head| head.name).collect::<Vec<_>>(), rows);
    }
    let (before, after) = (&explained.before, &explained.after);
    println!("{} – {}: {}", before.from, before.to, plain(before.value));
    println!("{} – {}: {}", after.from, after.to, plain(after.value));
    println!("difference: {}, rounding {}", plain(explained.difference()), explained.rounding.to_text());
    output::print_table(&heads, rows);
    Ok(())
}

/// What a question took: a line for each fact type, and under it one for each way in which its facts were placed.
fn scans(scans: &[Scanned]) -> String {
    let lines = |scan: &Scanned| {
        let Scanned { fact, readings, bytes, rows, held, memory, took, ways } = scan;
        let took = took.as_micros();
        let read = format!("{fact:<20} {readings:>3} readings of {rows:>10} rows {bytes:>12} bytes");
        let held = format!(", {held:>10} rows held in {memory:>10} bytes {took:>9} µs");
        let read = read + if *memory > 0 { &held } else { "" };
        let placed = ways.iter().map(|placed| {
            let Placed { way, measures, took } = placed;
            format!("  {way:<18} {measures:>3} sums {:>9} µs", took.as_micros())
        });
        [read].into_iter().chain(placed).collect::<Vec<_>>()
    };
    // The first way waits until the facts are held.
    let took: u128 = scans.iter().flat_map(|scan| &scan.ways).map(|placed| placed.took.as_micros()).sum();
    let readings: u64 = scans.iter().map(|scan| scan.readings).sum();
    let mut told: Vec<String> = scans.iter().flat_map(lines).collect();
    told.push(format!("{readings} readings of facts, {took} µs"));
    told.join("\n")
}
