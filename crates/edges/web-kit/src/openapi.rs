//! The pieces of an OpenAPI 3.1 description. Each feature describes its own routes; the binary puts them together.

use serde_json::{Map, Value, json};

/// What one feature offers.
#[derive(Debug, Default)]
pub struct Description {
    /// Operations by path, then by method.
    pub paths: Map<String, Value>,
    pub schemas: Map<String, Value>,
}

impl Description {
    /// Adds an operation of a path.
    pub fn operation(&mut self, path: &str, method: &str, operation: Value) {
        let known = self.paths.entry(path).or_insert_with(|| json!({}));
        known[method] = operation;
    }
}

/// The whole document; a schema for problems is part of it.
pub fn document(version: &str, parts: Vec<Description>) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for part in parts {
        paths.extend(part.paths);
        schemas.extend(part.schemas);
    }
    let text = json!({ "type": "string" });
    let problem =
        [("status", json!({ "type": "integer" })), ("code", text.clone()), ("title", text.clone()), ("detail", text)];
    schemas.insert("Problem".to_owned(), object(&problem));
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Clinch", "version": version },
        "paths": paths,
        "components": { "schemas": schemas, "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } } },
    })
}

/// An operation that answers with JSON; `is_guarded` takes a token, `body` is what is sent.
pub fn operation(summary: &str, parameters: &[Value], body: Option<&Value>, answer: &Value, is_guarded: bool) -> Value {
    let problem = json!({
        "description": "What is wrong, and what to change",
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    });
    let mut operation = json!({
        "summary": summary,
        "parameters": parameters,
        "security": if is_guarded { json!([{ "token": [] }]) } else { json!([]) },
        "responses": {
            "200": { "description": "The answer", "content": { "application/json": { "schema": answer } } },
            "4XX": problem,
        },
    });
    if let Some(body) = body {
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": body } } });
    }
    operation
}

/// An operation that answers with a file.
pub fn answers(mut operation: Value, content_type: &str) -> Value {
    operation["responses"]["200"]["content"] =
        json!({ content_type: { "schema": { "type": "string", "format": "binary" } } });
    operation
}

/// An object of which nothing must be there.
pub fn optional(properties: &[(&str, Value)]) -> Value {
    with_optional(object(&[]), properties)
}

/// An object with more that may be left out.
pub fn with_optional(mut object: Value, properties: &[(&str, Value)]) -> Value {
    for (name, schema) in properties {
        object["properties"][*name] = schema.clone();
    }
    object
}

/// A parameter of the query.
pub fn parameter(name: &str, description: &str, is_required: bool) -> Value {
    json!({
        "name": name, "in": "query", "required": is_required, "description": description,
        "schema": { "type": "string" },
    })
}

/// A part of the path that is a word, a period or a day.
pub fn word_in_path(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": description, "schema": { "type": "string" } })
}

/// A part of the path that is a number.
pub fn in_path(name: &str, description: &str) -> Value {
    json!({
        "name": name, "in": "path", "required": true, "description": description, "schema": { "type": "integer" },
    })
}

/// A parameter that takes one of some words.
pub fn choice(name: &str, description: &str, words: &[&str], default: &str) -> Value {
    json!({
        "name": name, "in": "query", "required": false, "description": description,
        "schema": { "type": "string", "enum": words, "default": default },
    })
}

pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with one list in it.
pub fn list(name: &str, of: &str) -> Value {
    object(&[(name, json!({ "type": "array", "items": reference(of) }))])
}

/// An object all of whose properties are there.
pub fn object(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": names })
}
