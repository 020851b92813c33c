//! A list as a file: every field, as far as the asker may see, and beside what names a record that record's name.

use crate::{
    filter::Pairs,
    list::Asked,
    show::{self, Names},
};
use access::{Access, Asker};
use axum::{
    extract::{Query, State},
    response::Response,
};
use base::Amount;
use db::{ListQuery, Record};
use documents::{Cell, Sheet};
use rules::record::{Field, FieldKind, RecordType, Value};
use web_kit::{CSV, WebError, attached};

/// The words of `hint-too-many-rows` say it too.
const MOST_ROWS: u64 = 100_000;

#[derive(Debug, Clone, Copy)]
pub enum File {
    Csv,
    Xlsx,
}

pub async fn page(
    kind: File,
    record_type: &'static RecordType,
    State(access): State<Access>,
    asker: Asker,
    Query(pairs): Query<Pairs>,
) -> Result<Response, WebError> {
    let reader = access.db().reader(&asker.session.viewer);
    let asked = Asked::read(&reader, record_type, &pairs).await?;
    let query = ListQuery { offset: 0, ..asked.query(MOST_ROWS) };
    if reader.count(record_type, &query).await.map_err(WebError::internal)? > MOST_ROWS {
        return Err(WebError::Refused { hint_key: "hint-too-many-rows" });
    }
    let records = reader.list(record_type, &query).await.map_err(WebError::internal)?;
    let fields: Vec<&'static Field> = record_type.all_fields().collect();
    let values = show::values(&records, &fields);
    let names = Names::of(&reader, access.db().registry(), values).await.map_err(WebError::internal)?;
    let listed = Listed { record_type, fields, records, names };
    let (end, content, body) = match kind {
        File::Csv => ("csv", CSV, listed.csv()?),
        File::Xlsx => ("xlsx", documents::XLSX, listed.xlsx()?),
    };
    Ok(attached(content, &format!("{}.{end}", record_type.name), body))
}

struct Listed {
    record_type: &'static RecordType,
    fields: Vec<&'static Field>,
    records: Vec<Record>,
    names: Names,
}

impl Listed {
    fn heads(&self) -> Vec<String> {
        let of = |field: &&Field| {
            let named = matches!(field.kind, FieldKind::Reference(_)).then(|| format!("{}_name", field.name));
            std::iter::once(field.name.to_owned()).chain(named)
        };
        std::iter::once("id".to_owned()).chain(self.fields.iter().flat_map(of)).collect()
    }

    /// The title of the record that a field names; nothing where the asker may not see it.
    fn name(&self, record: &Record, field: &Field) -> Option<&str> {
        let FieldKind::Reference(target) = field.kind else { return None };
        Some(record.value(field.name).as_reference().and_then(|id| self.names.get(target, id)).unwrap_or_default())
    }

    fn csv(&self) -> Result<Vec<u8>, WebError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.heads()).map_err(WebError::internal)?;
        for record in &self.records {
            let cells = self.fields.iter().flat_map(|field| {
                let name = self.name(record, field).map(rules::export::made_safe);
                std::iter::once(show::plain(record, field)).chain(name)
            });
            writer.write_record(std::iter::once(record.id.to_string()).chain(cells)).map_err(WebError::internal)?;
        }
        writer.into_inner().map_err(|error| WebError::internal(error.to_string()))
    }

    /// Numbers are numbers, days are days.
    fn xlsx(&self) -> Result<Vec<u8>, WebError> {
        let row = |record: &Record| {
            let cells = self.fields.iter().flat_map(|field| {
                let name = self.name(record, field).map(|name| Cell::Text(name.to_owned()));
                std::iter::once(cell(record, field)).chain(name)
            });
            std::iter::once(Cell::Number(Amount::from(record.id.0))).chain(cells).collect()
        };
        let rows = self.records.iter().map(row).collect();
        let sheet = Sheet { name: self.record_type.name.to_owned(), heads: self.heads(), rows };
        documents::xlsx(&sheet).map_err(WebError::internal)
    }
}

fn cell(record: &Record, field: &Field) -> Cell {
    match record.value(field.name) {
        Value::Null => Cell::Empty,
        Value::Text(text) => Cell::Text(text.clone()),
        Value::Decimal(amount) => Cell::Number(*amount),
        Value::Integer(number) => Cell::Number(Amount::from(*number)),
        Value::Reference(id) => Cell::Number(Amount::from(id.0)),
        Value::Date(date) => Cell::Date(*date),
        Value::Money(_) | Value::Moment(_) | Value::Flag(_) => Cell::Text(show::plain(record, field)),
    }
}
