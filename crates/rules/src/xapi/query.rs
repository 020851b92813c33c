//! What GET on the Statements resource asks for.

use super::{
    Format, Identity, Invalid, Kind, Version, Why, actor,
    at::{At, shown},
    time,
};
use jiff::Timestamp;

/// The parameters of a request for statements (1.0.3, Communication 2.1.3).
#[expect(clippy::struct_excessive_bools, reason = "so the parameters are")]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// In small letters.
    pub statement_id: Option<String>,
    /// In small letters.
    pub voided_statement_id: Option<String>,
    pub agent: Option<Identity>,
    pub verb: Option<String>,
    pub activity: Option<String>,
    /// In small letters.
    pub registration: Option<String>,
    pub related_activities: bool,
    pub related_agents: bool,
    /// Stored after.
    pub since: Option<Timestamp>,
    /// Stored at or before.
    pub until: Option<Timestamp>,
    /// 0 is as many as the store gives.
    pub limit: usize,
    pub format: Format,
    pub attachments: bool,
    pub ascending: bool,
}

impl Query {
    /// From the names and values as they are after URL decoding.
    pub fn read(pairs: &[(String, String)], version: Version) -> Result<Self, Invalid> {
        let mut query = Self::default();
        for (place, (name, value)) in pairs.iter().enumerate() {
            let at = At::Name(&At::Top, name);
            if pairs.iter().take(place).any(|(earlier, _)| earlier == name) {
                return Err(at.invalid(Why::Repeated));
            }
            query.set(name, value, &at, version)?;
        }
        let has = |name: &str| pairs.iter().any(|(given, _)| given == name);
        for one in ["statementId", "voidedStatementId"].into_iter().filter(|one| has(one)) {
            let goes = |name: &str| name == one || name == "attachments" || name == "format";
            if let Some((name, _)) = pairs.iter().find(|(name, _)| !goes(name)) {
                return Err(At::Name(&At::Top, name).invalid(Why::Apart(one)));
            }
        }
        Ok(query)
    }

    fn set(&mut self, name: &str, value: &str, at: &At<'_>, version: Version) -> Result<(), Invalid> {
        match name {
            "statementId" => self.statement_id = Some(uuid(value, at)?),
            "voidedStatementId" => self.voided_statement_id = Some(uuid(value, at)?),
            "agent" => self.agent = Some(agent(value, at)?),
            "verb" => self.verb = Some(iri(value, at)?),
            "activity" => self.activity = Some(iri(value, at)?),
            "registration" => self.registration = Some(uuid(value, at)?),
            "related_activities" => self.related_activities = yes_or_no(value, at)?,
            "related_agents" => self.related_agents = yes_or_no(value, at)?,
            "since" => self.since = Some(point(value, at, version)?),
            "until" => self.until = Some(point(value, at, version)?),
            "limit" => self.limit = limit(value, at)?,
            "format" => {
                let unknown = || Why::Choice { value: shown(value), wanted: "ids, exact or canonical" };
                self.format = Format::read(value).ok_or_else(|| at.invalid(unknown()))?;
            }
            "attachments" => self.attachments = yes_or_no(value, at)?,
            "ascending" => self.ascending = yes_or_no(value, at)?,
            _ => return Err(at.invalid(Why::Parameter)),
        }
        Ok(())
    }
}

fn uuid(value: &str, at: &At<'_>) -> Result<String, Invalid> {
    Kind::Uuid.check_text(value, at)?;
    Ok(value.to_ascii_lowercase())
}

fn iri(value: &str, at: &At<'_>) -> Result<String, Invalid> {
    Kind::Iri.check_text(value, at)?;
    Ok(value.to_owned())
}

fn agent(value: &str, at: &At<'_>) -> Result<Identity, Invalid> {
    let value = serde_json::from_str(value).map_err(|error| at.invalid(Why::Json(error.to_string())))?;
    actor::agent(&value)
}

fn yes_or_no(value: &str, at: &At<'_>) -> Result<bool, Invalid> {
    value.parse().map_err(|_| at.invalid(Why::Choice { value: shown(value), wanted: "true or false" }))
}

fn point(value: &str, at: &At<'_>, version: Version) -> Result<Timestamp, Invalid> {
    let kind = Kind::Timestamp(version);
    time::timestamp(value, version).ok_or_else(|| at.invalid(Why::Form { value: shown(value), kind }))
}

fn limit(value: &str, at: &At<'_>) -> Result<usize, Invalid> {
    Kind::Limit.check_text(value, at)?;
    value.parse().map_err(|_| at.invalid(Why::Form { value: shown(value), kind: Kind::Limit }))
}
