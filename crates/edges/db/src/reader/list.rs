//! Lists: which rows of a type, in which order.

use super::{Reader, Record, columns_of, name, read_fields};
use crate::{DbError, codec, schema};
use jiff::Timestamp;
use rules::record::{EXTERNAL_ID, Field, FieldKind, RecordError, RecordType, Value};
use sea_orm::{
    ConnectionTrait,
    sea_query::{
        CaseStatement, Condition, Expr, ExprTrait, Func, LikeExpr, NullOrdering, Order, Query, SelectStatement,
    },
};

/// What a record that another names is called where its title is looked up: a type may name itself.
const NAMED: &str = "named";

/// A condition of a list: the field has this value.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(pub &'static str, pub Value);

/// What a list shows: newest first when no sort field is named, and of a search what bears the name before what names it.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    pub filters: Vec<Filter>,
    /// The title, the external id, a listed text or the title of what a listed field names contains this.
    pub search: Option<String>,
    /// What is empty comes last. Amounts are compared within their currency; a reference stands where the record that
    /// it names would.
    pub sort: Option<(&'static str, bool)>,
    /// A moment that is this one or later.
    pub from: Option<(&'static str, Timestamp)>,
    /// A moment that is earlier.
    pub before: Option<(&'static str, Timestamp)>,
    pub offset: u64,
    pub limit: u64,
    /// The fields that are read; all of them where none is named. Of many records the long texts cost more than all the rest.
    pub only: &'static [&'static str],
}

impl Reader {
    pub async fn list(&self, record_type: &'static RecordType, query: &ListQuery) -> Result<Vec<Record>, DbError> {
        let mut select = self.visible(record_type);
        select.cond_where(self.conditions(record_type, query)?);
        if let Some((field, descending)) = query.sort.and_then(|(name, down)| Some((record_type.field(name)?, down))) {
            self.sort(&mut select, record_type, field, &if descending { Order::Desc } else { Order::Asc });
        } else if let Some(text) = &query.search {
            // What bears the name comes before what only names it.
            let own = CaseStatement::new().case(is_called(record_type, text), 0).finally(1);
            select.order_by_expr(own.into(), Order::Asc);
        }
        select.order_by(name(schema::ID), Order::Desc).limit(clamped(query.limit)).offset(clamped(query.offset));
        let is_read = |field: &&Field| query.only.is_empty() || query.only.contains(&field.name);
        let fields: Vec<&'static Field> = record_type.all_fields().filter(is_read).collect();
        if !query.only.is_empty() {
            select.clear_selects().columns(columns_of(&fields).iter().map(|column| name(column)));
        }
        let rows = self.db.read_connection().query_all(&select).await?;
        rows.iter().map(|row| read_fields(record_type, fields.iter().copied(), row)).collect()
    }

    pub async fn count(&self, record_type: &'static RecordType, query: &ListQuery) -> Result<u64, DbError> {
        let mut select = self.visible(record_type);
        select
            .clear_selects()
            .expr_as(Func::count(Expr::col(name(schema::ID))), name("rows"))
            .cond_where(self.conditions(record_type, query)?);
        let row = self.db.read_connection().query_one(&select).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "rows"))?;
        Ok(count.unsigned_abs())
    }

    fn sort(&self, select: &mut SelectStatement, record_type: &RecordType, field: &'static Field, order: &Order) {
        let currency = match field.kind {
            FieldKind::Money => Some(schema::currency_column(field.name)),
            _ => record_type.currency_of(field).map(|found| found.name.to_owned()),
        };
        if let Some(currency) = currency {
            select.order_by_with_nulls(name(&currency), Order::Asc, NullOrdering::Last);
        }
        for key in self.sort_keys(record_type, field) {
            select.order_by_expr_with_nulls(key, order.clone(), NullOrdering::Last);
        }
    }

    /// The field itself; of a reference the place and the title of the record it names, where the viewer may see it.
    fn sort_keys(&self, record_type: &RecordType, field: &'static Field) -> Vec<Expr> {
        let own = (name(record_type.name), name(field.name));
        let target = match field.kind {
            FieldKind::Reference(target) => target,
            FieldKind::Text => return vec![Func::lower(Expr::col(own)).into()],
            _ => return vec![Expr::col(own)],
        };
        let Some(target) = self.registry().get(target) else { return vec![Expr::col(own)] };
        let of_named = |key: Expr| {
            let mut named = Query::select();
            named.expr(key).from_as(name(target.name), name(NAMED));
            named.and_where(Expr::col((name(NAMED), name(schema::ID))).equals(own.clone()));
            self.narrow(&mut named, target);
            Expr::from(named)
        };
        let column = |field: &str| Expr::col((name(NAMED), name(field)));
        let title = Func::lower(Func::coalesce([column(target.title), column(EXTERNAL_ID)]));
        let place = target.position().map(|field| of_named(column(field.name)));
        place.into_iter().chain([of_named(title.into())]).collect()
    }

    fn conditions(&self, record_type: &RecordType, query: &ListQuery) -> Result<Condition, DbError> {
        // SQLite would take the name of a field that there is not for a text, and find nothing.
        let compared = query.filters.iter().map(|Filter(field, _)| *field);
        let moments = [query.from, query.before].into_iter().flatten().map(|(field, _)| field);
        let mut named = compared.chain(moments).chain(query.only.iter().copied());
        if let Some(field) = named.find(|field| record_type.field(field).is_none()) {
            return Err(RecordError::UnknownField { record_type: record_type.name, field: field.to_owned() }.into());
        }
        let filters = query.filters.iter().map(holds);
        let from = query.from.map(|(field, moment)| Expr::col(name(field)).gte(codec::micros(moment)));
        let before = query.before.map(|(field, moment)| Expr::col(name(field)).lt(codec::micros(moment)));
        let all = filters.chain(from).chain(before).fold(Condition::all(), Condition::add);
        Ok(match &query.search {
            Some(text) => all.add(self.finds(record_type, text)),
            None => all,
        })
    }

    fn finds(&self, record_type: &RecordType, text: &str) -> Condition {
        let listed = record_type.listed.iter().filter_map(|name| record_type.field(name));
        listed.fold(is_called(record_type, text), |any, field| match field.kind {
            FieldKind::Text => any.add(contains(field.name, text)),
            FieldKind::Reference(target) => any.add_option(self.names(field, target, text)),
            _ => any,
        })
    }

    /// The field names a record that the viewer may see and whose title contains the text.
    fn names(&self, field: &Field, target: &str, text: &str) -> Option<Expr> {
        let target = self.registry().get(target)?;
        let mut named = self.visible(target);
        named.clear_selects().column(name(schema::ID)).and_where(contains(target.title, text));
        Some(Expr::col(name(field.name)).in_subquery(named))
    }
}

fn holds(Filter(field, value): &Filter) -> Expr {
    match value {
        Value::Text(text) => Expr::col(name(field)).eq(text.as_str()),
        Value::Date(date) => Expr::col(name(field)).eq(date.to_string()),
        Value::Reference(id) => Expr::col(name(field)).eq(id.0),
        Value::Integer(number) => Expr::col(name(field)).eq(*number),
        Value::Flag(flag) => Expr::col(name(field)).eq(*flag),
        Value::Decimal(amount) => match i64::try_from(amount.millionths()) {
            Ok(scaled) => Expr::col(name(field)).eq(scaled),
            Err(_) => Expr::val(1).eq(0), // larger than any that is stored
        },
        Value::Moment(moment) => Expr::col(name(field)).eq(codec::micros(*moment)),
        Value::Money(money) => Expr::col(name(field))
            .eq(money.minor)
            .and(Expr::col(name(&schema::currency_column(field))).eq(money.currency.to_string())),
        Value::Null => Expr::col(name(field)).is_null(),
    }
}

/// The title or the external id contains the text.
fn is_called(record_type: &RecordType, text: &str) -> Condition {
    Condition::any().add(contains(record_type.title, text)).add(contains(EXTERNAL_ID, text))
}

/// What both databases take as a number of rows.
fn clamped(rows: u64) -> u64 {
    Ord::min(rows, i64::MAX.unsigned_abs())
}

fn contains(field: &str, text: &str) -> Expr {
    let pattern = |text: &str| {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        LikeExpr::new(format!("%{escaped}%")).escape('\\')
    };
    let lower = Expr::expr(Func::lower(Expr::col(name(field)))).like(pattern(&text.to_lowercase()));
    // SQLite lowers the letters of ASCII alone; others are found as they are written.
    if text.is_ascii() { lower } else { lower.or(Expr::col(name(field)).like(pattern(text))) }
}
