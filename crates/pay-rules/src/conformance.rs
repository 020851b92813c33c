//! Is a statement what it is expected to be? What an expectation does not name is not looked at (`conformance/README.md`).

use crate::{Files, Inputs, Plan, calculate};
use serde_json::Value;

/// What differs in a folder of plan.toml, inputs and expected.json; `text` gives a file's, if it is there.
#[must_use]
pub fn check(text: impl Fn(&str) -> Option<String>) -> Vec<String> {
    check_files(text).unwrap_or_else(|problem| vec![problem])
}

fn check_files(text: impl Fn(&str) -> Option<String>) -> Result<Vec<String>, String> {
    let needed = |name: &str| text(name).ok_or_else(|| format!("there is no {name}"));
    let plan = Plan::read(&needed("plan.toml")?).map_err(|error| format!("plan.toml, {error}"))?;
    let names = ["credits", "people", "quotas", "actuals", "rates", "cash", "paid", "adjustments"];
    let texts = names.into_iter().filter_map(|name| Some((name, text(&format!("{name}.csv"))?))).collect();
    let files = Files::of(&texts).ok_or("there is no credits.csv")?;
    let inputs = Inputs::read(&files, &plan).map_err(|error| error.to_string())?;
    let expected: Value =
        serde_json::from_str(&needed("expected.json")?).map_err(|error| format!("expected.json: {error}"))?;
    let expected = if let Value::Array(list) = expected { list } else { vec![expected] };
    let mut found = Vec::new();
    for expected in expected {
        let period = expected["period"].as_str().ok_or("expected.json: no period")?;
        let statement = calculate(std::slice::from_ref(&plan), &inputs, period).map_err(|error| error.to_string())?;
        let actual = statement.to_json(|reason| reason.key.to_owned());
        found.extend(differences(&expected, &actual).into_iter().map(|difference| format!("{period}: {difference}")));
    }
    Ok(found)
}

/// By what the elements of a list are told apart.
const NAMES: [&str; 4] = ["id", "kind", "fact", "rule"];

/// Where a statement says something else, with both values.
#[must_use]
pub fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, actual, &mut found);
    found
}

fn compare(place: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, value) in expected {
                let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                compare(&place, value, actual.get(key).unwrap_or(&Value::Null), found);
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            if expected.is_empty() && !actual.is_empty() {
                found.push(format!("{place}: expected nothing, and there is {}", Value::Array(actual.clone())));
            }
            for element in expected {
                let name = name(element);
                match actual.iter().find(|candidate| is_named(element, candidate)) {
                    Some(actual) => compare(&format!("{place}[{name}]"), element, actual, found),
                    None => found.push(format!("{place}: expected {name}, and it is not there")),
                }
            }
        }
        _ if expected == actual => {}
        _ => found.push(format!("{place}: expected {expected}, and it is {actual}")),
    }
}

fn is_named(expected: &Value, actual: &Value) -> bool {
    NAMES.iter().all(|name| expected.get(name).is_none_or(|value| actual.get(name) == Some(value)))
}

fn name(element: &Value) -> String {
    let named = NAMES.iter().filter_map(|name| element.get(name)?.as_str());
    named.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_is_told_with_its_place_and_both_values() {
        let actual = json!({ "payees": [{ "id": "A", "total": "1.00" }], "exceptions": [{ "kind": "no_plan" }] });
        let check = |expected: Value| differences(&expected, &actual);
        assert_eq!(check(json!({ "payees": [{ "id": "A", "total": "1.00" }] })), Vec::<String>::new());
        assert_eq!(
            check(json!({ "payees": [{ "id": "A", "total": "2.00" }] })),
            [r#"payees[A].total: expected "2.00", and it is "1.00""#]
        );
        assert_eq!(check(json!({ "payees": [{ "id": "B" }] })), ["payees: expected B, and it is not there"]);
        assert_eq!(
            check(json!({ "exceptions": [] })),
            [r#"exceptions: expected nothing, and there is [{"kind":"no_plan"}]"#]
        );
        assert_eq!(check(json!({ "period": "2026" })), [r#"period: expected "2026", and it is null"#]);
    }
}
