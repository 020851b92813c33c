//! Small files beside the ones that are imported: what a code means, and whether two files agree.

use crate::{
    context::Context,
    mapping::{Compare, OnlyIf, Said, ValuesFrom},
    run::ImportError,
    table::{Table, TableOptions},
};
use std::collections::HashMap;

/// Reads a small file of values: what a code means.
pub(crate) fn values_from(from: &ValuesFrom, context: &Context) -> Result<HashMap<String, String>, ImportError> {
    pairs(&from.file, &from.key, &from.value, None, context)
}

/// What one column of a file says for each value of another.
fn pairs(
    file: &str,
    key: &str,
    value: &str,
    only_if: Option<&OnlyIf>,
    context: &Context,
) -> Result<HashMap<String, String>, ImportError> {
    let beside = context.places.values().next().and_then(|path| path.parent()).map(|folder| folder.join(file));
    let path = context
        .places
        .get(&file.to_lowercase())
        .cloned()
        .or(beside)
        .ok_or_else(|| ImportError::NoFile(file.to_owned()))?;
    let mut table = Table::open(&path, &TableOptions::default())?;
    let place = |wanted: &str| {
        table.columns().iter().position(|column| column == wanted).ok_or_else(|| ImportError::NoColumn {
            file: file.to_owned(),
            column: wanted.to_owned(),
            columns: table.columns().join(", "),
        })
    };
    let (key, value) = (place(key)?, place(value)?);
    let only_if = only_if.map(|only| Ok::<_, ImportError>((place(&only.column)?, only.is.as_str()))).transpose()?;
    let mut values = HashMap::new();
    while let Some(row) = table.next_row() {
        let Ok(row) = row else { continue };
        if only_if.is_some_and(|(column, is)| row.get(column).trim() != is) {
            continue;
        }
        values.insert(row.get(key).trim().to_owned(), row.get(value).trim().to_owned());
    }
    Ok(values)
}

/// Says where two files do not agree on what the mapping compares.
pub(crate) fn compare(wanted: &[Compare], context: &mut Context) -> Result<(), ImportError> {
    for comparison in wanted {
        let said = |said: &Said| pairs(&said.file, &said.key, &said.value, said.only_if.as_ref(), context);
        let (mut wins, against) = (said(&comparison.wins)?, said(&comparison.against)?);
        // Whom the file names, but not now, has none.
        let named = pairs(&comparison.wins.file, &comparison.wins.key, &comparison.wins.value, None, context)?;
        for key in named.into_keys() {
            wins.entry(key).or_insert_with(|| "none".to_owned());
        }
        let mut differing: Vec<_> = against
            .iter()
            .filter_map(|(key, other)| {
                let own = wins.get(key).filter(|own| !own.is_empty() && !other.is_empty() && *own != other)?;
                Some((key.clone(), own.clone(), other.clone()))
            })
            .collect();
        differing.sort();
        for (key, own, other) in differing {
            let Compare { what, wins, against } = comparison;
            context.warn(|| {
                format!("{key}: {} says {what} {own}, {} says {other}; {} counts", wins.file, against.file, wins.file)
            });
        }
    }
    Ok(())
}
