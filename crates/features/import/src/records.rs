use rules::record::{
    Field,
    FieldKind::{Choice, Integer, Moment, Text},
    RecordType, Scope,
};

/// One run of an import. Its rows count from the row that sets `status` to `done` until the void that undoes it.
pub static IMPORT: RecordType = RecordType {
    name: db::IMPORT_ENTITY,
    title: "source",
    scope: Scope::Operator,
    fields: &[
        Field::new("source", Text).required(),
        Field::new("files", Text),
        Field::new("digest", Text),
        Field::new("started_at", Moment),
        Field::new("status", Choice(&["running", "done", "undone"])).required(),
        Field::new("rows_read", Integer),
        Field::new("created", Integer),
        Field::new("changed", Integer),
        Field::new("unchanged", Integer),
        Field::new("skipped", Integer),
    ],
    listed: &["started_at", "status", "files", "rows_read", "created", "changed", "skipped"],
    ordered: &[],
    indexes: &[],
};

pub static RECORD_TYPES: &[&RecordType] = &[&IMPORT];
