//! What is known of an agent or an activity (xAPI 1.0.3, Communication 2.4 and 2.5).

use super::{
    http::{Asked, Refused, Resource},
    records::XAPI_STATEMENT,
};
use crate::{Training, TrainingError};
use axum::response::{IntoResponse, Response};
use base::RecordId;
use db::{Filter, ListQuery};
use rules::{
    record::Value,
    xapi::{agent, is_iri},
};
use serde_json::{Map, Value as Json, json};

/// The last so many statements say what an activity is.
const LAST: u64 = 200;

pub(super) async fn answered(
    training: &Training,
    asked: &Asked,
    what: Resource,
    source: RecordId,
) -> Result<Response, Refused> {
    let name = if what == Resource::Agents { "agent" } else { "activityId" };
    let [(given, value)] = &asked.pairs[..] else {
        return Err(Refused::bad(format!("this has one parameter, {name}")));
    };
    if given != name {
        return Err(Refused::bad(format!("this has one parameter, {name}, and not {given}")));
    }
    let told = match what {
        Resource::Agents => person(value)?,
        _ => activity(training, value, source).await?,
    };
    Ok(axum::Json(told).into_response())
}

/// All that a tool may know of an agent is what it says itself.
fn person(text: &str) -> Result<Json, Refused> {
    let given = serde_json::from_str(text).map_err(|error| Refused::bad(format!("agent is not JSON: {error}")))?;
    agent(&given)?;
    let parts = ["name", "mbox", "mbox_sha1sum", "openid", "account"];
    let told = parts.into_iter().filter_map(|part| Some((part.to_owned(), json!([given.get(part)?]))));
    let mut person: Map<String, Json> = told.collect();
    person.insert("objectType".to_owned(), json!("Person"));
    Ok(Json::Object(person))
}

/// An activity as statements describe it: the last word counts, and every language is kept.
async fn activity(training: &Training, id: &str, source: RecordId) -> Result<Json, Refused> {
    if !is_iri(id) {
        return Err(Refused::bad(format!(
            "activityId {id} is no IRI; write it like https://learning.example.org/course"
        )));
    }
    let query = ListQuery {
        filters: vec![Filter("activity", Value::Text(id.to_owned())), Filter("source", Value::Reference(source))],
        sort: Some(("stored", true)),
        limit: LAST,
        ..ListQuery::default()
    };
    let rows = training.db().system().list(&XAPI_STATEMENT, &query).await.map_err(TrainingError::from)?;
    let mut told = json!({ "objectType": "Activity", "id": id });
    for row in rows.iter().rev() {
        let body = row.value("body").as_text().unwrap_or_default();
        let Ok(body) = serde_json::from_str::<Json>(body) else { continue };
        if let Some(definition) = body.get("object").and_then(|object| object.get("definition")) {
            merge(&mut told["definition"], definition);
        }
    }
    Ok(told)
}

/// Maps are joined, all else is replaced.
fn merge(into: &mut Json, from: &Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_keeps_every_language_and_the_last_word() {
        let mut told = json!({ "name": { "en": "Meeting" }, "type": "https://example.org/old" });
        merge(&mut told, &json!({ "name": { "th": "ประชุม" }, "type": "https://example.org/new" }));
        assert_eq!(told, json!({ "name": { "en": "Meeting", "th": "ประชุม" }, "type": "https://example.org/new" }));
    }
}
