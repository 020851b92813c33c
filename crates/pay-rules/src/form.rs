//! A plan as the fields of a form, and back: every table and key of docs/pay-format.md, each field a text at its place, like
//! `commission.0.tiers.1.rate`.

use crate::plan::{Plan, PlanError};
use std::{collections::BTreeMap, fmt::Write as _};
use toml::Value;

/// What a field holds, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Several, with commas.
    Words,
    /// A role of the company.
    Role,
    /// The id of a KPI.
    Metric,
    Day,
    /// A day, or a moment like `2026-01-31T09:00:00`.
    Moment,
    Whole,
    /// A number, or a share with its sign.
    Number,
    Flag,
    Choice(&'static [&'static str]),
    /// Which facts, a line for each column: `type = new, expansion` or `years >= 2`.
    Condition,
}

#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// Most plans leave it as it is when not said.
    pub is_rare: bool,
}

/// A table of the file, or each of a list of them.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub name: &'static str,
    pub is_list: bool,
    pub fields: &'static [Field],
    pub tables: &'static [Table],
}

impl Table {
    const fn list(name: &'static str, fields: &'static [Field], tables: &'static [Table]) -> Self {
        Self { name, is_list: true, fields, tables }
    }

    const fn one(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, is_list: false, fields, tables: &[] }
    }

    pub fn table(&self, name: &str) -> Option<&'static Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

const fn common(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_rare: false }
}

const fn rare(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, is_rare: true }
}

const PERIODS: Kind = Kind::Choice(&["month", "quarter", "year"]);
const EXCESS: Kind = Kind::Choice(&["forfeit", "carry"]);
const BASES: Kind = Kind::Choice(&["amount", "margin", "units", "growth"]);
const WHEN: Field = common("when", Kind::Condition);
const ID: Field = common("id", Kind::Text);

const TIERS: Table = Table::list(
    "tiers",
    &[
        common("from", Kind::Number),
        common("to", Kind::Number),
        common("rate", Kind::Number),
        common("multiplier", Kind::Number),
        common("rates", Kind::Words),
        common("retroactive", Kind::Flag),
    ],
    &[],
);

const GATE: Table = Table::list(
    "gate",
    &[
        common("metric", Kind::Metric),
        common("at_least", Kind::Number),
        common("effect", Kind::Choice(&["hard", "accelerator", "modifier"])),
        common("factor", Kind::Number),
        common("curve", Kind::Text),
    ],
    &[],
);

const COMMISSION: Table = Table::list(
    "commission",
    &[
        ID,
        WHEN,
        common("interval", PERIODS),
        common("quota", Kind::Number),
        common("rate", Kind::Number),
        rare("basis", BASES),
        rare("measure", BASES),
        rare("credits", Kind::Choice(&["own", "team"])),
        rare("table", Kind::Choice(&["marginal", "whole", "interpolated"])),
        rare("by", Kind::Choice(&["total", "deal"])),
        rare("on_bound", Kind::Choice(&["higher", "lower"])),
        rare("base_rate", Kind::Text),
    ],
    &[
        TIERS,
        Table::one("matrix", &[common("metric", Kind::Metric), common("columns", Kind::Words)]),
        Table::one(
            "threshold",
            &[common("at", Kind::Number), common("pays", Kind::Choice(&["first_dollar", "above_only"]))],
        ),
        Table::one(
            "cap",
            &[
                common("attainment", Kind::Number),
                common("per_deal", Kind::Number),
                common("payment", Kind::Number),
                common("excess", EXCESS),
            ],
        ),
        GATE,
        Table::list("kicker", &[WHEN, common("rate", Kind::Number)], &[]),
    ],
);

const BONUS: Table = Table::list(
    "bonus",
    &[ID, common("interval", PERIODS), common("target", Kind::Number)],
    &[
        Table::list(
            "kpi",
            &[common("metric", Kind::Metric), common("weight", Kind::Number), common("curve", Kind::Text)],
            &[],
        ),
        GATE,
        CAP,
    ],
);

const CAP: Table = Table::one("cap", &[common("payment", Kind::Number), common("excess", EXCESS)]);

/// The whole file.
pub static PLAN: Table = Table {
    name: "plan",
    is_list: false,
    fields: &[
        ID,
        common("name", Kind::Text),
        common("version", Kind::Text),
        common("currency", Kind::Text),
        common("pay_period", PERIODS),
        common("from", Kind::Day),
        common("to", Kind::Day),
        rare("fiscal_start", Kind::Whole),
        rare("pay_days_after", Kind::Whole),
        rare("conversion", Kind::Choice(&["plan", "spot"])),
        rare("negative_net", Kind::Choice(&["carry", "allow"])),
        rare("leave_pause_days", Kind::Whole),
        rare("quota_change", Kind::Choice(&["time_weighted", "segment"])),
        rare("grace_days", Kind::Whole),
        rare("credit_match", Kind::Choice(&["all", "first"])),
    ],
    tables: &[
        Table::list(
            "who",
            &[
                common("role", Kind::Role),
                common("people", Kind::Words),
                common("from", Kind::Day),
                common("to", Kind::Day),
            ],
            &[],
        ),
        Table::one(
            "target",
            &[common("ote", Kind::Number), common("mix", Kind::Text), common("variable", Kind::Number)],
        ),
        COMMISSION,
        BONUS,
        Table::list(
            "spiff",
            &[
                ID,
                WHEN,
                common("from", Kind::Moment),
                common("to", Kind::Moment),
                common("per_unit", Kind::Number),
                common("count", Kind::Choice(&["deals", "units"])),
                common("budget", Kind::Number),
            ],
            &[],
        ),
        Table::list(
            "contest",
            &[
                ID,
                WHEN,
                common("from", Kind::Moment),
                common("to", Kind::Moment),
                common("count", Kind::Choice(&["deals", "units", "amount"])),
                common("prizes", Kind::Words),
                common("revoked_within_days", Kind::Whole),
            ],
            &[],
        ),
        Table::list(
            "pool",
            &[ID, WHEN, common("interval", PERIODS), common("rate", Kind::Number), common("amount", Kind::Number)],
            &[],
        ),
        Table::list(
            "credit",
            &[
                WHEN,
                common("to", Kind::Choice(&["owner", "territory_owner", "specialist", "managers", "person", "column"])),
                common("person", Kind::Text),
                common("column", Kind::Text),
                common("kind", Kind::Choice(&["direct", "overlay"])),
                common("share", Kind::Number),
                common("valid_from", Kind::Day),
                common("valid_to", Kind::Day),
            ],
            &[],
        ),
        Table::list(
            "factor",
            &[WHEN, common("quota_credit_factor", Kind::Number), common("pay_factor", Kind::Number)],
            &[],
        ),
        CAP,
        Table::one("guarantee", &[common("amount", Kind::Number), common("periods", Kind::Whole)]),
        Table::one(
            "draw",
            &[
                common("amount", Kind::Number),
                common("periods", Kind::Whole),
                common("recovery_from_period", Kind::Whole),
                common("recovery", Kind::Number),
                common("at_termination", Kind::Choice(&["due", "forgiven"])),
            ],
        ),
        Table::one("holdback", &[common("at_booking", Kind::Number)]),
        Table {
            name: "clawback",
            is_list: false,
            fields: &[
                common("mode", Kind::Choice(&["full", "pro_rata", "step"])),
                common("cancelled_within_days", Kind::Whole),
                common("unpaid_after_days", Kind::Whole),
                common("credit_note", Kind::Flag),
                common("fraud", Kind::Flag),
                common("method", Kind::Choice(&["as_paid", "rerun"])),
            ],
            tables: &[Table::list("steps", &[common("within_days", Kind::Whole), common("share", Kind::Number)], &[])],
        },
        Table::one("ramp", &[common("quota", Kind::Words), common("guarantee", Kind::Number)]),
    ],
};

/// What is typed, by place; a table that is there has an entry of its own, empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(pub BTreeMap<String, String>);

/// A form as a file, and of each of its lines the place it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub text: String,
    places: Vec<String>,
}

/// Why a plan is not one, and the place in the form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct FormError {
    pub place: String,
    pub problem: String,
}

fn at(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

impl Form {
    /// The fields of a plan's file. None where the form would lose something of it, other than its remarks.
    pub fn of(text: &str) -> Result<Option<Self>, PlanError> {
        let plan = Plan::read(text)?;
        let mut form = Self::default();
        let is_whole = text.parse::<toml::Table>().is_ok_and(|file| form.take(&PLAN, "", &file));
        let again = form.written().ok().and_then(|written| Plan::read(&written.text).ok());
        Ok(Some(form).filter(|_| is_whole && again == Some(plan)))
    }

    /// False where a key is unknown, or a value has another shape than its field.
    fn take(&mut self, table: &Table, place: &str, from: &toml::Table) -> bool {
        from.iter().all(|(key, value)| {
            let own = at(place, key);
            if let Some(field) = table.fields.iter().find(|field| field.name == key) {
                let text = typed(field.kind, value);
                return text.map(|text| self.0.insert(own, text)).is_some();
            }
            match (table.table(key), value) {
                (Some(inner), Value::Table(value)) if !inner.is_list => {
                    self.0.insert(own.clone(), String::new());
                    self.take(inner, &own, value)
                }
                (Some(inner), Value::Array(values)) if inner.is_list => {
                    values.iter().enumerate().all(|(row, value)| {
                        let own = at(&own, &row.to_string());
                        self.0.insert(own.clone(), String::new());
                        value.as_table().is_some_and(|value| self.take(inner, &own, value))
                    })
                }
                _ => false,
            }
        })
    }

    pub fn value(&self, place: &str) -> &str {
        self.0.get(place).map(|text| text.trim()).unwrap_or_default()
    }

    /// Is there a table at a place?
    pub fn has(&self, place: &str) -> bool {
        let inside = format!("{place}.");
        self.0.contains_key(place)
            || self.0.range(inside.clone()..).next().is_some_and(|(key, _)| key.starts_with(&inside))
    }

    /// The rows that a list at a place has.
    pub fn rows(&self, place: &str) -> Vec<usize> {
        let inside = format!("{place}.");
        let keys = self.0.range(inside.clone()..).take_while(|(key, _)| key.starts_with(&inside));
        let row = |key: &String| key[inside.len()..].split('.').next()?.parse().ok();
        let mut rows: Vec<usize> = keys.filter_map(|(key, _)| row(key)).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// One more row of a list, or a table that was not there.
    pub fn add(&mut self, place: &str, is_list: bool) {
        let next = self.rows(place).last().map_or(0, |last| last + 1);
        let own = if is_list { at(place, &next.to_string()) } else { place.to_owned() };
        self.0.insert(own, String::new());
    }

    /// Without a table or a row and all in it; later rows of its list move up.
    pub fn remove(&mut self, place: &str) {
        let inside = format!("{place}.");
        self.0.retain(|key, _| key != place && !key.starts_with(&inside));
        let Some((list, gone)) =
            place.rsplit_once('.').and_then(|(list, row)| Some((list, row.parse::<usize>().ok()?)))
        else {
            return;
        };
        for row in self.rows(list).into_iter().filter(|row| *row > gone) {
            let (from, to) = (format!("{list}.{row}"), format!("{list}.{}", row - 1));
            let inside = format!("{from}.");
            let keys: Vec<String> =
                self.0.keys().filter(|key| **key == from || key.starts_with(&inside)).cloned().collect();
            for key in keys {
                if let Some(value) = self.0.remove(&key) {
                    self.0.insert(format!("{to}{}", &key[from.len()..]), value);
                }
            }
        }
    }

    /// The plan, or what is wrong with it and where.
    pub fn plan(&self) -> Result<(Plan, String), FormError> {
        let written = self.written()?;
        match Plan::read(&written.text) {
            Ok(plan) => Ok((plan, written.text)),
            Err(error) => {
                let place = written.places.get(error.line - 1).cloned().unwrap_or_default();
                Err(FormError { place, problem: error.problem })
            }
        }
    }

    /// The file that it stands for.
    pub fn written(&self) -> Result<Written, FormError> {
        let mut written = Written { text: String::new(), places: Vec::new() };
        self.write(&PLAN, "", "", &mut written)?;
        Ok(written)
    }

    fn write(&self, table: &Table, place: &str, header: &str, written: &mut Written) -> Result<(), FormError> {
        for field in table.fields {
            let own = at(place, field.name);
            let text = self.value(&own);
            if !text.is_empty() {
                let wrong = |problem| FormError { place: own.clone(), problem };
                written.line(&own, &format!("{} = {}", field.name, quoted(field.kind, text).map_err(wrong)?));
            }
        }
        for inner in table.tables {
            let (own, header) = (at(place, inner.name), at(header, inner.name));
            if inner.is_list {
                for row in self.rows(&own) {
                    let own = at(&own, &row.to_string());
                    written.line("", "");
                    written.line(&own, &format!("[[{header}]]"));
                    self.write(inner, &own, &header, written)?;
                }
            } else if self.has(&own) {
                written.line("", "");
                written.line(&own, &format!("[{header}]"));
                self.write(inner, &own, &header, written)?;
            }
        }
        Ok(())
    }
}

impl Written {
    fn line(&mut self, place: &str, text: &str) {
        let _ = writeln!(self.text, "{text}");
        self.places.push(place.to_owned());
    }
}

/// A value of a file as it is typed.
fn typed(kind: Kind, value: &Value) -> Option<String> {
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(whole) => Some(whole.to_string()),
        Value::Datetime(day) => Some(day.to_string()),
        Value::Boolean(true) => Some("true".to_owned()),
        Value::Boolean(false) => Some(String::new()),
        _ => None,
    };
    let words = |values: &[Value]| Some(values.iter().map(plain).collect::<Option<Vec<_>>>()?.join(", "));
    match (kind, value) {
        (Kind::Words, Value::Array(values)) => words(values),
        (Kind::Condition, Value::Table(tests)) => {
            let test = |(column, test): (&String, &Value)| match test {
                Value::Array(values) => Some(format!("{column} = {}", words(values)?)),
                Value::String(text) if text.starts_with(['<', '>']) => Some(format!("{column} {text}")),
                other => Some(format!("{column} = {}", plain(other)?)),
            };
            Some(tests.iter().map(test).collect::<Option<Vec<_>>>()?.join("\n"))
        }
        (Kind::Words | Kind::Condition, _) => None,
        (_, value) => plain(value),
    }
}

/// What is typed as a value of a file; what is no number, day or word of a choice is told by the plan.
fn quoted(kind: Kind, text: &str) -> Result<String, String> {
    let string = |text: &str| Value::String(text.split_whitespace().collect::<Vec<_>>().join(" ")).to_string();
    let words = |text: &str| {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        format!("[{}]", words.map(string).collect::<Vec<_>>().join(", "))
    };
    Ok(match kind {
        Kind::Day | Kind::Moment if text.parse::<toml::value::Datetime>().is_ok() => text.to_owned(),
        Kind::Whole if text.parse::<i64>().is_ok() => text.to_owned(),
        Kind::Flag => "true".to_owned(),
        Kind::Words => words(text),
        Kind::Condition => {
            let test = |line: &str| {
                let place = line.find(['=', '<', '>']).filter(|place| *place > 0);
                let (column, test) = place.map(|place| line.split_at(place)).ok_or_else(|| {
                    format!("`{line}` is no condition; write it like `type = new, expansion` or `years >= 2`")
                })?;
                let column = column.trim();
                let words_of_it = test.strip_prefix('=');
                let is_odd = |word: &str| word.trim().is_empty() || word.trim_start().starts_with(['=', '<', '>']);
                if words_of_it.is_some_and(|words| words.split(',').any(is_odd)) {
                    return Err(format!(
                        "`{line}` holds for nothing; write it like `type = new, expansion` or `years >= 2`"
                    ));
                }
                let is_bare = column.chars().all(|one| one.is_ascii_alphanumeric() || "_-".contains(one));
                let column = if is_bare { column.to_owned() } else { string(column) };
                let test = words_of_it.map_or_else(|| string(test), words);
                Ok::<_, String>(format!("{column} = {test}"))
            };
            let tests = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(test);
            format!("{{ {} }}", tests.collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        _ => string(text),
    })
}
