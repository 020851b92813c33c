//! Lists of the records that name this one: an order's lines, an account's deals and contacts.

use crate::show::{self, Names};
use access::Access;
use base::{Amount, Currency};
use db::{Filter, ListQuery, Reader, Record};
use jiff::tz::TimeZone;
use maud::{Markup, Render};
use rules::{
    facts::line_net,
    record::{EXTERNAL_ID, Field, FieldKind, RecordType, Value},
};
use web_kit::{
    WebError, Words,
    components::{Cell, Head, Panel, Row, Table, record_link},
};

const ROWS: u64 = 20;
/// An order's lines stand on its page alone, and their sum is only seen when all of them do.
const LINES: u64 = 1_000;
const COLUMNS: usize = 5;

/// What is asked for most stands first; the rest in the order of the names.
const FIRST: [&str; 4] = ["deal", "order", "contact", "activity"];

/// Records of one type that name another by one field.
struct Related<'a> {
    words: Words,
    of: &'a Record,
    other: &'static RecordType,
    through: &'static Field,
    zone: &'a TimeZone,
    records: Vec<Record>,
    count: u64,
}

pub(super) async fn panels(
    words: Words,
    reader: &Reader,
    access: &Access,
    of: &Record,
    zone: &TimeZone,
) -> Result<Vec<Markup>, WebError> {
    let place = |other: &RecordType| FIRST.iter().position(|name| *name == other.name).unwrap_or(FIRST.len());
    let mut others: Vec<&'static RecordType> = access.db().registry().iter().collect();
    // Pay is looked at on its own pages, which remember who does.
    others.retain(|other| !other.scope.is_private());
    others.sort_by_key(|other| place(other));
    let mut panels = Vec::new();
    for other in others {
        let naming = other.fields.iter().filter(|field| field.kind == FieldKind::Reference(of.record_type.name));
        for through in naming {
            let query = ListQuery {
                filters: vec![Filter(through.name, Value::Reference(of.id))],
                limit: if are_lines(other, through) { LINES } else { ROWS },
                ..ListQuery::default()
            };
            let count = reader.count(other, &query).await.map_err(WebError::internal)?;
            if count > 0 {
                let records = reader.list(other, &query).await.map_err(WebError::internal)?;
                let related = Related { words, of, other, through, zone, records, count };
                panels.push(related.panel(reader, access).await?);
            }
        }
    }
    Ok(panels)
}

/// One order's lines come to something; a product's stand on many orders, in many currencies.
fn are_lines(other: &RecordType, through: &Field) -> bool {
    other.name == "order_line" && through.name == "order"
}

impl Related<'_> {
    async fn panel(&self, reader: &Reader, access: &Access) -> Result<Markup, WebError> {
        let words = self.words;
        let columns = self.columns();
        let values = show::values(&self.records, &columns);
        let names = Names::of(reader, access.db().registry(), values).await.map_err(WebError::internal)?;
        let names = names.in_zone(self.zone);
        let path = crate::path(self.other.name);
        let id = format!("{}-{}", self.other.name, self.through.name);
        // Where the type alone misleads: the people below a manager are not just people.
        let own = format!("related-{id}");
        let title = if words.has(&own) { words.t(&own) } else { words.records(self.other.name) };
        let lines = are_lines(self.other, self.through).then(|| Lines::of(self));
        let rows = self.records.iter().map(|record| {
            let mut cells: Vec<Cell> = columns.iter().map(|field| self.cell(record, field, &names)).collect();
            cells.extend(lines.as_ref().map(|lines| lines.cell(record)));
            match &path {
                Some(path) => Row::new(record_link(&format!("{path}/{}", record.id), &record.title()), cells),
                None => Row::new(record.title(), cells),
            }
        });
        let mut table = Table { label: &title, heads: self.heads(&columns), rows: rows.collect(), ..Table::default() };
        if let Some(lines) = &lines {
            lines.close(&mut table, columns.len());
        }
        let count = i64::try_from(self.count).unwrap_or(i64::MAX);
        let note = words.t_with("rows-count", &[("count", count.into())]);
        let left_out = count - i64::try_from(self.records.len()).unwrap_or(i64::MAX);
        let rest = (left_out > 0).then(|| match path {
            Some(path) => {
                let address = web_kit::address(&path, &[(self.through.name, &format!("#{}", self.of.id))]);
                record_link(&address, &words.t_with("all-rows", &[("count", count.into())]))
            }
            None => super::not_shown(words, left_out),
        });
        let panel = Panel {
            id: &id,
            title: &title,
            note: Some(&note),
            body: table.render(),
            is_flush: true,
            footer: rest,
            ..Panel::default()
        };
        Ok(panel.render())
    }

    /// Those of the type's list, but what all rows share.
    fn columns(&self) -> Vec<&'static Field> {
        let told = self.other.listed.iter().filter(|name| **name != self.through.name);
        told.filter_map(|name| self.other.field(name)).take(COLUMNS).collect()
    }

    fn heads(&self, columns: &[&'static Field]) -> Vec<Head> {
        let title = self.other.field(self.other.title).filter(|field| field.name != EXTERNAL_ID);
        let first = title.map_or_else(|| self.words.record(self.other.name), |field| self.words.field(field.name));
        let others = columns.iter().map(|field| {
            let name = self.words.field(field.name);
            if show::is_figure(field.kind) { Head::number(name) } else { Head::text(name) }
        });
        std::iter::once(Head::text(first)).chain(others).collect()
    }

    fn cell(&self, record: &Record, field: &Field, names: &Names) -> Cell {
        let shown = show::of(self.words, record, field, names);
        if show::is_figure(field.kind) { Cell::number(shown) } else { Cell::text(shown) }
    }
}

/// What the lines of one order come to.
struct Lines {
    words: Words,
    currency: Option<Currency>,
    /// Exact; none where a line is missing or cannot be told.
    total: Option<Amount>,
    /// How far the rounded lines are from it.
    rounding: Amount,
}

impl Lines {
    fn of(related: &Related<'_>) -> Self {
        let currency = related.of.value("currency").as_text().and_then(|code| code.parse().ok());
        let mut lines = Self { words: related.words, currency, total: None, rounding: Amount::ZERO };
        let counted = related.records.iter().filter(|line| !is_cancelled(line));
        let nets: Option<Vec<Amount>> = counted.map(net).collect();
        let is_whole = related.count == related.records.len() as u64;
        let Some(nets) = nets.filter(|_| is_whole) else { return lines };
        lines.total = Amount::sum(nets.iter().copied()).ok();
        let rounded = Amount::sum(nets.iter().map(|net| lines.rounded(*net))).ok();
        let total = lines.total.map(|total| lines.rounded(total));
        lines.rounding = total.zip(rounded).and_then(|(total, rows)| total.checked_sub(rows).ok()).unwrap_or_default();
        lines
    }

    /// To the minor unit of the currency.
    fn rounded(&self, amount: Amount) -> Amount {
        self.currency.and_then(|currency| amount.to_money(currency).ok()).map_or(amount, Amount::from)
    }

    fn shown(&self, amount: Amount) -> String {
        match self.currency {
            Some(currency) => self.words.decimal(self.rounded(amount), currency.minor_digits()),
            None => show::decimal(self.words, amount),
        }
    }

    /// A cancelled line comes to nothing.
    fn cell(&self, line: &Record) -> Cell {
        let net = net(line).filter(|_| !is_cancelled(line));
        Cell::number(net.map_or_else(|| "–".to_owned(), |net| self.shown(net)))
    }

    fn close(&self, table: &mut Table<'_>, columns: usize) {
        let name = self.words.t("line-net");
        table.heads.push(Head::number(match self.currency {
            Some(currency) => self.words.t_with("in-unit", &[("name", name.into()), ("unit", currency.code().into())]),
            None => name,
        }));
        let Some(total) = self.total else { return };
        let cells = |amount: Amount| {
            let blank = (0..columns).map(|_| Cell::text(""));
            blank.chain([Cell::number(self.shown(amount))]).collect::<Vec<_>>()
        };
        if !self.rounding.is_zero() {
            table.rows.push(Row::rounding(self.words, cells(self.rounding)));
        }
        table.foot.push(Row::new(self.words.t("total"), cells(total)));
    }
}

fn is_cancelled(line: &Record) -> bool {
    *line.value("cancelled") == Value::Flag(true)
}

fn net(line: &Record) -> Option<Amount> {
    let number = |name: &str| line.value(name).as_decimal();
    line_net(number("unit_price")?, number("quantity")?, number("discount"))
}
