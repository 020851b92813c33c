//! Mapping files: which file feeds which record type, and how a column becomes a field. Format: docs/import.md.

use rules::record::{Field, FieldKind, RecordType, Registry};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A whole import: its files in the order they are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The name space of external ids: the same key of another source is another record.
    pub source: String,
    /// Date formats, tried in order.
    #[serde(default)]
    pub dates: Vec<String>,
    /// `.` or `,`.
    pub decimal: Option<char>,
    /// Settings of the company, written when it has none yet.
    pub company: Option<BTreeMap<String, String>>,
    pub file: Vec<FileMap>,
    /// What two files say of the same thing, and may not agree on.
    #[serde(default)]
    pub compare: Vec<Compare>,
}

/// One file and the records it feeds. A file may stand in several.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileMap {
    pub file: String,
    pub record: String,
    /// The external id: a template of columns, `{OrderID}-{ProductID}`.
    pub key: String,
    /// The column that says when the record took effect in the world.
    pub when: Option<String>,
    /// The import goes on when the file is not there.
    #[serde(default)]
    pub optional: bool,
    /// Each row is a change of a record that is there, from the moment in `when` on: a stage or owner history.
    #[serde(default)]
    pub history: bool,
    /// Rows of one key make one record, of the first of them, where there is none yet: the stages that deals name.
    #[serde(default)]
    pub once: bool,
    pub delimiter: Option<char>,
    pub encoding: Option<String>,
    pub sheet: Option<String>,
    pub fields: BTreeMap<String, FieldMap>,
}

impl FileMap {
    /// The file, and its sheet where one is named.
    pub(crate) fn label(&self) -> String {
        self.sheet.as_ref().map_or_else(|| self.file.clone(), |sheet| format!("{}, {sheet}", self.file))
    }
}

/// Where a field's value comes from: a column's name, or more.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum FieldMap {
    Column(String),
    Detail(Box<Detail>),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    pub column: Option<String>,
    /// A template of columns: `{FirstName} {LastName}`.
    pub text: Option<String>,
    pub constant: Option<String>,
    /// From what the file says to what the field takes.
    pub values: Option<BTreeMap<String, String>>,
    /// The same, from two columns of another file.
    pub values_from: Option<ValuesFrom>,
    /// For a value that `values` does not name; without it such a row is a problem.
    pub otherwise: Option<String>,
    /// The number is in hundredths: 25 becomes 0.25.
    #[serde(default)]
    pub percent: bool,
    /// The cell is a moment, the field its day in the company's time zone.
    #[serde(default)]
    pub day_of_moment: bool,
    /// Moves a date: an inclusive end becomes the day after it.
    pub plus: Option<Plus>,
    /// Only rows in which a column has this value; in the others the field stays empty.
    pub only_if: Option<OnlyIf>,
    /// How a reference is found: by `external_id` (of this source, the default), or by the record's `name`.
    #[serde(default)]
    pub lookup: Lookup,
    /// What happens when it is not found.
    #[serde(default)]
    pub missing: Missing,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValuesFrom {
    pub file: String,
    pub key: String,
    pub value: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plus {
    #[serde(default)]
    pub days: i32,
    #[serde(default)]
    pub months: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyIf {
    pub column: String,
    pub is: String,
}

/// Two files that each say a value by key. Where both do and differ, the import says so; the records follow `wins`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// What the value is, for the message.
    pub what: String,
    pub wins: Said,
    pub against: Said,
}

/// Where a file says a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub file: String,
    pub key: String,
    pub value: String,
    pub only_if: Option<OnlyIf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lookup {
    #[default]
    ExternalId,
    Name,
    Email,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The row is a problem.
    #[default]
    Error,
    /// The field stays empty.
    Empty,
    /// A record with that name is made.
    Create,
}

/// What is wrong with a mapping, and where.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    #[error("the mapping does not read: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("{file}: there is no record type {record}")]
    NoRecordType { file: String, record: String },
    #[error("{file}: {record} has no field {field}")]
    NoField { file: String, record: String, field: String },
    #[error("{file}: {field} needs one of column, text or constant")]
    NoValue { file: String, field: String },
    #[error("{file}: {record}.{field} must have a value and the mapping gives it none")]
    Required { file: String, record: String, field: &'static str },
    #[error("{file}: {field} must have a value, so a missing record cannot leave it empty")]
    EmptyRequired { file: String, field: String },
    #[error("{file}: {field} is looked up by {by}, which {target} does not have")]
    NoLookup { file: String, field: String, by: &'static str, target: &'static str },
    #[error("{file}: a history needs `when`, the column that says from when on each row holds")]
    NoWhen { file: String },
    #[error("there is no source {0}; known are northwind, salesforce, adventureworks and acme, or give --mapping FILE")]
    NoSource(String),
}

/// A mapping whose names were all found.
#[derive(Debug, Clone)]
pub struct Checked {
    pub mapping: Mapping,
    pub targets: Vec<Target>,
}

/// One file's record type and its fields, in step with `mapping.file`.
#[derive(Debug, Clone)]
pub struct Target {
    pub record_type: &'static RecordType,
    pub fields: Vec<(&'static Field, Detail)>,
}

impl Mapping {
    pub fn read(text: &str) -> Result<Self, MappingError> {
        Ok(toml::from_str(text)?)
    }

    /// A source that the product knows by name.
    pub fn named(source: &str) -> Result<Self, MappingError> {
        match source {
            "northwind" => Self::read(include_str!("sources/northwind.toml")),
            "salesforce" => Self::read(include_str!("sources/salesforce.toml")),
            "adventureworks" => Self::read(include_str!("sources/adventureworks.toml")),
            "acme" => Self::read(include_str!("sources/acme.toml")),
            "acme-late" => Self::read(include_str!("sources/acme-late.toml")),
            _ => Err(MappingError::NoSource(source.to_owned())),
        }
    }

    /// Finds every record type and field, so that a slip of the pen is found before the first row.
    pub fn check(self, registry: &Registry) -> Result<Checked, MappingError> {
        let targets = self.file.iter().map(|file| target(file, registry)).collect::<Result<_, _>>()?;
        Ok(Checked { mapping: self, targets })
    }
}

fn target(file: &FileMap, registry: &Registry) -> Result<Target, MappingError> {
    let record_type = registry
        .get(&file.record)
        // Runs and statements come about by themselves.
        .filter(|record_type| !record_type.scope.is_private())
        .ok_or_else(|| MappingError::NoRecordType { file: file.file.clone(), record: file.record.clone() })?;
    let mut fields = Vec::new();
    for (name, map) in &file.fields {
        let field = record_type.field(name).ok_or_else(|| MappingError::NoField {
            file: file.file.clone(),
            record: file.record.clone(),
            field: name.clone(),
        })?;
        let detail = match map {
            FieldMap::Column(column) => Detail { column: Some(column.clone()), ..Detail::default() },
            FieldMap::Detail(detail) => detail.as_ref().clone(),
        };
        if [&detail.column, &detail.text, &detail.constant].into_iter().flatten().count() != 1 {
            return Err(MappingError::NoValue { file: file.file.clone(), field: name.clone() });
        }
        if field.required && detail.missing == Missing::Empty {
            return Err(MappingError::EmptyRequired { file: file.file.clone(), field: name.clone() });
        }
        let by = match detail.lookup {
            Lookup::ExternalId => None,
            Lookup::Name => Some("name"),
            Lookup::Email => Some("email"),
        };
        if let (Some(by), Some(target)) = (by, Target::referenced(field))
            && registry.get(target).is_none_or(|target| target.field(by).is_none())
        {
            return Err(MappingError::NoLookup { file: file.file.clone(), field: name.clone(), by, target });
        }
        fields.push((field, detail));
    }
    if file.history && file.when.is_none() {
        return Err(MappingError::NoWhen { file: file.file.clone() });
    }
    let missing = record_type.fields.iter().find(|field| field.required && !file.fields.contains_key(field.name));
    if let Some(field) = missing.filter(|_| !file.history) {
        return Err(MappingError::Required { file: file.file.clone(), record: file.record.clone(), field: field.name });
    }
    Ok(Target { record_type, fields })
}

impl Target {
    /// The type a reference field names.
    pub fn referenced(field: &Field) -> Option<&'static str> {
        if let FieldKind::Reference(target) = field.kind { Some(target) } else { None }
    }
}
