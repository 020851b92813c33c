//! What came of it: score, success, completion, response, duration.

use super::{
    Invalid, Why,
    at::{At, Object, is_bool, is_text},
    kind::{Kind, extensions},
};
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};

/// As a statement has it; a number that no decimal holds is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// -1 to 1.
    pub scaled: Option<Decimal>,
    /// From min to max, where these are given.
    pub raw: Option<Decimal>,
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
}

impl Score {
    pub(super) fn of(score: &Map<String, Value>) -> Self {
        let number = |name: &str| decimal(score.get(name)?.as_number()?);
        Self { scaled: number("scaled"), raw: number("raw"), min: number("min"), max: number("max") }
    }
}

pub(super) fn decimal(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
}

/// To compare: what no decimal holds is as good as nothing, or as good as the largest or least.
fn number(value: &Value, at: &At<'_>) -> Result<Decimal, Invalid> {
    let number = value.as_number().ok_or_else(|| at.mistaken(value, "a number, without quotation marks"))?;
    let text = number.to_string();
    let beyond = match (text.contains("e-"), text.starts_with('-')) {
        (true, _) => Decimal::ZERO,
        (false, true) => Decimal::MIN,
        (false, false) => Decimal::MAX,
    };
    Ok(decimal(number).unwrap_or(beyond))
}

pub(super) fn check(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let names = ["score", "success", "completion", "response", "duration", "extensions"];
    let result = Object::read(value, at, &names)?;
    result.optional("score", check_score)?;
    result.optional("success", is_bool)?;
    result.optional("completion", is_bool)?;
    result.optional("response", is_text)?;
    result.optional("duration", |value, at| Kind::Duration.check(value, at))?;
    result.optional("extensions", extensions)
}

fn check_score(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let score = Object::read(value, at, &["scaled", "raw", "min", "max"])?;
    let get = |name: &str| score.get(name).map(|value| number(value, &at.name(name))).transpose();
    let (scaled, raw, min, max) = (get("scaled")?, get("raw")?, get("min")?, get("max")?);
    let refuse = |name: &str, value: Decimal, range: &'static str| {
        Err(at.name(name).invalid(Why::Range { value: value.to_string(), range }))
    };
    if let Some(scaled) = scaled.filter(|scaled| !(Decimal::NEGATIVE_ONE..=Decimal::ONE).contains(scaled)) {
        return refuse("scaled", scaled, "from -1 to 1");
    }
    if let (Some(min), Some(max)) = (min, max)
        && min >= max
    {
        return refuse("min", min, "below max");
    }
    if let Some(raw) = raw
        && (min.is_some_and(|min| raw < min) || max.is_some_and(|max| raw > max))
    {
        return refuse("raw", raw, "from min to max");
    }
    Ok(())
}
