use crate::{
    active,
    edit::{Author, Editable},
    filter::{self, Held, Pairs},
    show::{self, Names},
};
use access::{Access, Asker};
use axum::extract::{Query, State};
use db::{ListQuery, Reader, Record};
use maud::{Markup, html};
use rules::{
    log::Origin,
    record::{EXTERNAL_ID, Field, FieldKind, RecordType, Value},
};
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Filters, Head, Input, Mood, Pager, Panel, Purpose, Row, Sort, Table, applied_filters, empty,
        filters, link_button, page_head, pager, record_link, tag,
    },
};

const ROWS_A_PAGE: u64 = 50;

/// What the address asks for.
pub(crate) struct Asked {
    q: String,
    /// A field of the descriptor, and whether downwards.
    sort: Option<(&'static str, bool)>,
    page: u64,
    held: Held,
}

impl Asked {
    /// Only fields of the descriptor sort and filter: nothing else of the address reaches the database.
    pub async fn read(reader: &Reader, record_type: &'static RecordType, pairs: &Pairs) -> Result<Self, WebError> {
        let text = |name: &str| pairs.get(name).map_or("", |text| text.trim());
        let (sort, descending) = text("sort").strip_prefix('-').map_or((text("sort"), false), |name| (name, true));
        Ok(Self {
            q: text("q").to_owned(),
            sort: record_type.field(sort).map(|field| (field.name, descending)),
            page: text("page").parse().unwrap_or(0),
            held: Held::read(reader, record_type, pairs).await?,
        })
    }

    pub fn query(&self, limit: u64) -> ListQuery {
        ListQuery {
            filters: self.held.filters().collect(),
            search: Some(self.q.clone()).filter(|text| !text.is_empty()),
            sort: self.sort,
            offset: self.page.saturating_mul(ROWS_A_PAGE),
            limit,
            ..ListQuery::default()
        }
    }

    fn is_narrowed(&self) -> bool {
        !self.q.is_empty() || !self.held.is_empty()
    }

    fn sort_text(&self) -> String {
        self.sort.map(|(name, descending)| sort_text(name, descending)).unwrap_or_default()
    }

    fn address(&self, path: &str, page: u64, sort: &str) -> String {
        self.address_without(path, page, sort, "")
    }

    /// The same list, no longer held by a field.
    fn address_without(&self, path: &str, page: u64, sort: &str, without: &str) -> String {
        let page = Some(page).filter(|page| *page > 0).map(|page| page.to_string()).unwrap_or_default();
        let held: Vec<(&str, String)> = self.held.pairs().filter(|(name, _)| *name != without).collect();
        let held = held.iter().map(|(name, value)| (*name, value.as_str()));
        let pairs: Vec<(&str, &str)> =
            std::iter::once(("q", self.q.as_str())).chain(held).chain([("sort", sort), ("page", &page)]).collect();
        web_kit::address(path, &pairs)
    }
}

fn sort_text(name: &str, descending: bool) -> String {
    if descending { format!("-{name}") } else { name.to_owned() }
}

/// A page of a list with all that is needed to show it.
struct Shown<'a> {
    words: Words,
    record_type: &'static RecordType,
    asked: &'a Asked,
    path: &'a str,
    columns: Vec<&'static Field>,
    names: Names,
    records: Vec<Record>,
    total: u64,
}

pub async fn page(
    record_type: &'static RecordType,
    editable: Option<Editable>,
    State(access): State<Access>,
    asker: Asker,
    Query(pairs): Query<Pairs>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let reader = access.db().reader(&asker.session.viewer);
    let path = crate::path(record_type.name).ok_or(WebError::NotFound)?;
    let mut asked = Asked::read(&reader, record_type, &pairs).await?;
    let total = reader.count(record_type, &asked.query(0)).await.map_err(WebError::internal)?;
    asked.page = asked.page.min(total.saturating_sub(1) / ROWS_A_PAGE);
    let records = reader.list(record_type, &asked.query(ROWS_A_PAGE)).await.map_err(WebError::internal)?;
    let columns = columns(record_type, &records, asked.sort.map(|(name, _)| name));
    let values = show::values(&records, &columns);
    let names = Names::of(&reader, access.db().registry(), values).await.map_err(WebError::internal)?;
    let names = names.in_zone(&access::time_zone(access.db()).await.map_err(WebError::internal)?);
    let told = asked.held.told(words, &reader).await.map_err(WebError::internal)?;
    let choices =
        filter::choices(words, &reader, &asker.session.viewer, record_type).await.map_err(WebError::internal)?;
    let shown = Shown { words, record_type, asked: &asked, path: &path, columns, names, records, total };
    let title = words.records(record_type.name);
    let body = if shown.records.is_empty() { shown.nothing(asker.administers()) } else { shown.table(&title) };
    let pager = pager(words, &shown.pager());
    let content = html! {
        (page_head(&title, None, &shown.ways(&asker, editable.is_some())))
        (shown.filters(choices, &told))
        @if !told.is_empty() { (applied_filters(words, &shown.held(told))) }
        (Panel { id: "list", title: &title, body, is_flush: true, footer: Some(pager), ..Panel::default() })
    };
    Ok(asker.document(&title, Some(&active(record_type)), None, &content))
}

/// The columns beside the title: those with something in them, and the one that the list is sorted by.
fn columns(record_type: &'static RecordType, records: &[Record], sorted: Option<&str>) -> Vec<&'static Field> {
    let is_told =
        |field: &&Field| Some(field.name) == sorted || records.iter().any(|record| !is_blank(record.value(field.name)));
    record_type.listed.iter().filter_map(|name| record_type.field(name)).filter(is_told).collect()
}

/// Nothing to say: no value, or a flag that is down.
const fn is_blank(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Flag(false))
}

impl Shown<'_> {
    /// What can be done with all of the list.
    fn ways(&self, asker: &Asker, is_editable: bool) -> Markup {
        let words = self.words;
        let file = |end: &str| self.asked.address(&format!("{}.{end}", self.path), 0, &self.asked.sort_text());
        html! {
            @if self.record_type.name == "person" && asker.administers() {
                (link_button(Purpose::Primary, "/people/invite", Some("plus"), &words.t("invite")))
            }
            @if self.record_type.name == "team" {
                @if Access::arranges(&asker.session.person).is_ok() {
                    (link_button(Purpose::Primary, "/teams/new", Some("plus"), &words.t("team-new")))
                }
                (link_button(Purpose::Plain, "/teams/tree", None, &words.t("team-tree")))
            }
            @if is_editable && Author::of(&asker.session, Origin::Ui).creates(self.record_type) {
                @let name = words.t_with("new-record", &[("record", words.record(self.record_type.name).into())]);
                (link_button(Purpose::Primary, &format!("{}/new", self.path), Some("plus"), &name))
            }
            (link_button(Purpose::Plain, &file("csv"), Some("download"), &words.t("export-csv")))
            (link_button(Purpose::Plain, &file("xlsx"), Some("download"), &words.t("export-xlsx")))
        }
    }

    fn filters(&self, choices: Vec<(&'static Field, Vec<Choice>)>, told: &[(&'static str, String)]) -> Markup {
        let words = self.words;
        let held: Vec<(&str, String)> = self.asked.held.pairs().collect();
        let chosen = |field: &Field| held.iter().find(|(name, _)| *name == field.name).map_or("", |(_, text)| text);
        let sort = self.asked.sort_text();
        // What no select says is kept unseen.
        let is_offered = |name: &str| choices.iter().any(|(field, _)| field.name == name);
        let unseen = held.iter().filter(|(name, _)| !is_offered(name)).map(|(name, text)| (*name, text.as_str()));
        let kept = unseen.chain([("sort", sort.as_str())].into_iter().filter(|(_, sort)| !sort.is_empty())).collect();
        let selects = choices.into_iter().map(|(field, mut choices)| {
            let (label, chosen) = (words.field(field.name), chosen(field));
            let any = words.t_with("filter-any", &[("field", label.clone().into())]);
            choices.insert(0, Choice { value: String::new(), label: any });
            // Held from elsewhere to what is not offered here.
            let other = told.iter().find(|(name, _)| *name == field.name);
            let other = other.filter(|_| !choices.iter().any(|choice| choice.value == chosen));
            choices.extend(other.map(|(_, name)| Choice { value: chosen.to_owned(), label: name.clone() }));
            (field.name, label, Input::Select { chosen, choices })
        });
        let clear = if self.asked.is_narrowed() { self.path } else { "" };
        filters(words, &Filters { query: &self.asked.q, choices: selects.collect(), kept, clear })
    }

    /// What holds the list, each with the way to the list without it.
    fn held(&self, told: Vec<(&'static str, String)>) -> Vec<(String, String)> {
        let sort = self.asked.sort_text();
        let chip = |(name, value): (&'static str, String)| {
            let slots = [("field", self.words.field(name).into()), ("value", value.into())];
            (self.words.t_with("filter-held", &slots), self.asked.address_without(self.path, 0, &sort, name))
        };
        told.into_iter().map(chip).collect()
    }

    /// Why nothing is listed, and what to do where one can do something.
    fn nothing(&self, administers: bool) -> Markup {
        let (title, hint) = match (self.asked.is_narrowed(), self.asked.held.is_empty()) {
            (true, true) => ("empty-search", "empty-search-hint"),
            (true, false) => ("empty-search", "empty-filter-hint"),
            (false, _) if administers => ("empty-list", "empty-list-hint"),
            (false, _) => ("empty-list", "empty-list-yours"),
        };
        empty(&self.words.t(title), &self.words.t(hint), None)
    }

    fn table(&self, title: &str) -> Markup {
        let table = Table {
            label: title,
            heads: self.heads(),
            rows: self.records.iter().map(|record| self.row(record)).collect(),
            is_pinned: true,
            is_lines: true,
            ..Table::default()
        };
        html! { (table) }
    }

    fn heads(&self) -> Vec<Head> {
        let title = self.record_type.field(self.record_type.title);
        let heads = title.into_iter().chain(self.columns.iter().copied()).map(|field| {
            let name = match field.name {
                EXTERNAL_ID => self.words.record(self.record_type.name),
                name => self.words.field(name),
            };
            let head = if show::is_figure(field.kind) { Head::number(name) } else { Head::text(name) };
            let now = self.asked.sort.filter(|(sorted, _)| *sorted == field.name);
            let next = sort_text(field.name, matches!(now, Some((_, false))));
            let sort = now.map(|(_, descending)| if descending { Sort::Descending } else { Sort::Ascending });
            head.sortable(self.asked.address(self.path, 0, &next), sort)
        });
        heads.collect()
    }

    fn row(&self, record: &Record) -> Row {
        let cells = self.columns.iter().map(|field| self.cell(record, field)).collect();
        Row::new(record_link(&format!("{}/{}", self.path, record.id), &record.title()), cells)
    }

    fn cell(&self, record: &Record, field: &Field) -> Cell {
        let words = self.words;
        let found = record.value(field.name);
        let is_absent = is_blank(found);
        let shown = match found {
            Value::Flag(true) => tag(Mood::Neutral, &words.field(field.name)),
            _ if is_absent => html! { span.mut { "–" } },
            _ => show::of(words, record, field, &self.names),
        };
        let cell = if show::is_figure(field.kind) { Cell::number(shown) } else { Cell::text(shown) };
        let cell = if says_itself(self.record_type, field) { cell } else { cell.labelled(words.field(field.name)) };
        if is_absent { cell.absent() } else { cell }
    }

    fn pager(&self) -> Pager {
        let (asked, sort) = (self.asked, self.asked.sort_text());
        let first = asked.page * ROWS_A_PAGE;
        let last = first + self.records.len() as u64;
        let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        Pager {
            first: number(if self.records.is_empty() { 0 } else { first + 1 }),
            last: number(last),
            total: Some(number(self.total)),
            previous: asked.page.checked_sub(1).map(|page| asked.address(self.path, page, &sort)),
            next: (last < self.total).then(|| asked.address(self.path, asked.page + 1, &sort)),
        }
    }
}

/// A reader knows what the value is without the head of its column: words and names, but not which day or which number.
fn says_itself(record_type: &RecordType, field: &Field) -> bool {
    match field.kind {
        FieldKind::Reference(target) => target != record_type.name,
        FieldKind::Text | FieldKind::Choice(_) | FieldKind::Flag | FieldKind::Currency => true,
        _ => field.name == "amount",
    }
}
