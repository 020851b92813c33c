use crate::{
    active,
    show::{self, Names},
};
use access::{Access, Asker};
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use db::{ListQuery, Record};
use maud::{Markup, html};
use rules::record::{EXTERNAL_ID, Field, RecordType};
use serde::Deserialize;
use web_kit::{
    WebError,
    components::{
        Cell, Filters, Head, Pager, Panel, Purpose, Row, Sort, Table, empty, filters, link_button, page_head, pager,
        record_link,
    },
};

const ROWS_A_PAGE: u64 = 50;
const ROWS_A_FILE: u64 = 100_000;
const COLUMNS: usize = 6;

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: u64,
}

impl Asked {
    /// Only fields of the descriptor sort: nothing of the address reaches the database.
    fn sort(&self, record_type: &RecordType) -> Option<(&'static str, bool)> {
        let (name, descending) = self.sort.strip_prefix('-').map_or((self.sort.as_str(), false), |name| (name, true));
        record_type
            .field(name)
            .filter(|field| !field.personal || field.name == record_type.title)
            .map(|field| (field.name, descending))
    }

    fn query(&self, record_type: &RecordType, limit: u64) -> ListQuery {
        ListQuery {
            search: Some(self.q.trim().to_owned()).filter(|text| !text.is_empty()),
            sort: self.sort(record_type),
            offset: self.page.saturating_mul(ROWS_A_PAGE),
            limit,
            ..ListQuery::default()
        }
    }

    fn address(&self, path: &str, page: u64, sort: &str) -> String {
        let page = Some(page).filter(|page| *page > 0).map(|page| page.to_string()).unwrap_or_default();
        web_kit::address(path, &[("q", &self.q), ("sort", sort), ("page", &page)])
    }
}

/// The columns of a list beside the title.
fn columns(record_type: &RecordType) -> Vec<&'static Field> {
    record_type.fields.iter().filter(|field| field.name != record_type.title).take(COLUMNS).collect()
}

pub async fn page(
    record_type: &'static RecordType,
    State(access): State<Access>,
    asker: Asker,
    Query(asked): Query<Asked>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let reader = access.db().reader(&asker.session.viewer);
    let query = asked.query(record_type, ROWS_A_PAGE);
    let records = reader.list(record_type, &query).await.map_err(WebError::internal)?;
    let total = reader.count(record_type, &query).await.map_err(WebError::internal)?;
    let columns = columns(record_type);
    let values = show::values(&records, &columns);
    let names = Names::of(&reader, access.db().registry(), values).await.map_err(WebError::internal)?;
    let title = words.records(record_type.name);
    let path = crate::path(record_type.name).ok_or(WebError::NotFound)?;
    let table = Table {
        label: &title,
        heads: heads(words, record_type, &columns, &asked, &path),
        rows: records.iter().map(|record| row(words, record, &columns, &names, &path)).collect(),
        is_pinned: true,
        ..Table::default()
    };
    let end = html! {
        @if record_type.name == "person" && asker.administers() {
            (link_button(Purpose::Primary, "/people/invite", Some("plus"), &words.t("invite")))
        }
        (link_button(Purpose::Plain, &asked.address(&format!("{path}.csv"), 0, &asked.sort), Some("download"), &words.t("export-csv")))
    };
    let body = html! {
        @if records.is_empty() && asked.q.is_empty() {
            (empty(&words.t("empty-list"), &words.t("empty-list-hint"), None))
        } @else if records.is_empty() {
            (empty(&words.t("empty-search"), &words.t("empty-search-hint"), None))
        } @else { (table) }
    };
    let content = html! {
        (page_head(&title, None, &end))
        (filters(words, &Filters { query: &asked.q, clear: &path, ..Filters::default() }))
        (Panel { id: "list", title: &title, body, is_flush: true, footer: Some(pager(words, &pages(&asked, &path, total, records.len()))), ..Panel::default() })
    };
    Ok(asker.document(&title, Some(&active(record_type)), None, &content))
}

fn heads(
    words: web_kit::Words,
    record_type: &RecordType,
    columns: &[&'static Field],
    asked: &Asked,
    path: &str,
) -> Vec<Head> {
    let title = record_type.field(record_type.title).into_iter();
    title
        .chain(columns.iter().copied())
        .map(|field| {
            let name = if field.name == EXTERNAL_ID { words.record(record_type.name) } else { words.field(field.name) };
            let head = if show::is_figure(field.kind) { Head::number(name) } else { Head::text(name) };
            let now = asked.sort(record_type).filter(|(sorted, _)| *sorted == field.name);
            let next = if matches!(now, Some((_, false))) { format!("-{}", field.name) } else { field.name.to_owned() };
            let sort = now.map(|(_, descending)| if descending { Sort::Descending } else { Sort::Ascending });
            head.sortable(asked.address(path, 0, &next), sort)
        })
        .collect()
}

fn row(words: web_kit::Words, record: &Record, columns: &[&'static Field], names: &Names, path: &str) -> Row {
    let cells = columns
        .iter()
        .map(|field| {
            let shown = show::value(words, field, record.value(field.name), names);
            if show::is_figure(field.kind) { Cell::number(shown) } else { Cell::text(shown) }
        })
        .collect();
    Row::new(record_link(&format!("{path}/{}", record.id), &record.title()), cells)
}

fn pages(asked: &Asked, path: &str, total: u64, shown: usize) -> Pager {
    let first = asked.page * ROWS_A_PAGE;
    let last = first + shown as u64;
    let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Pager {
        first: number(if shown == 0 { 0 } else { first + 1 }),
        last: number(last),
        total: Some(number(total)),
        previous: asked.page.checked_sub(1).map(|page| asked.address(path, page, &asked.sort)),
        next: (last < total).then(|| asked.address(path, asked.page + 1, &asked.sort)),
    }
}

/// The list as a file, every field, as far as the asker may see.
pub async fn csv(
    record_type: &'static RecordType,
    State(access): State<Access>,
    asker: Asker,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let reader = access.db().reader(&asker.session.viewer);
    let query = ListQuery { offset: 0, ..asked.query(record_type, ROWS_A_FILE) };
    let records = reader.list(record_type, &query).await.map_err(WebError::internal)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads = std::iter::once("id").chain(record_type.all_fields().map(|field| field.name));
    writer.write_record(heads).map_err(WebError::internal)?;
    for record in &records {
        let cells = std::iter::once(record.id.to_string());
        let cells = cells.chain(record_type.all_fields().map(|field| show::plain(record, field)));
        writer.write_record(cells).map_err(WebError::internal)?;
    }
    let body = writer.into_inner().map_err(|error| WebError::internal(error.to_string()))?;
    let name = format!("attachment; filename=\"{}.csv\"", record_type.name);
    let heads = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((heads, body).into_response())
}
