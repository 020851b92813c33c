//! Where somebody stands, by API.

mod team;

use crate::{Access, Caller, DATED, Leave, NewLeave, PERSON, Place, PlaceError};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get},
};
use base::{Amount, RecordId, Seq};
use jiff::civil::Date;
use rules::{
    log::{Fields, Origin},
    record::{RecordType, Value},
};
use serde::Deserialize;
use serde_json::{Map, Value as JsonValue, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, in_path, operation, optional, parameter},
};

const PLACE: &str = "/api/v1/people/{id}/place";
const LEAVES: &str = "/api/v1/people/{id}/leaves";
const ONE_LEAVE: &str = "/api/v1/people/{id}/leaves/{leave}";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route(PLACE, get(show).patch(change))
        .route(LEAVES, get(leaves).post(add_leave))
        .route(ONE_LEAVE, delete(drop_leave))
        .merge(team::routes())
}

fn told(error: PlaceError) -> WebError {
    let status = match &error {
        PlaceError::NotYours | PlaceError::Own | PlaceError::MoreRights | PlaceError::OwnSubstitute => {
            StatusCode::FORBIDDEN
        }
        PlaceError::NoPerson(_) | PlaceError::NoLeave(_) | PlaceError::NoTeam(_) => StatusCode::NOT_FOUND,
        PlaceError::Moved(_)
        | PlaceError::Away(..)
        | PlaceError::SubstituteAway(..)
        | PlaceError::NameTaken(_)
        | PlaceError::NotEmpty { .. } => StatusCode::CONFLICT,
        PlaceError::Db(_) => return WebError::internal(error),
        _ => StatusCode::BAD_REQUEST,
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

fn day(text: &str) -> Result<Date, WebError> {
    text.parse().map_err(|_| bad(format!("{text:?} is no day; write it like 2026-04-01")))
}

#[derive(Deserialize)]
struct On {
    from: Option<String>,
}

async fn show(
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
    Query(on): Query<On>,
) -> Result<Response, WebError> {
    Access::moves(&session.person, RecordId(id)).map_err(told)?;
    let from = on.from.as_deref().map(day).transpose()?;
    Ok(json_answer(&as_json(&access.place(RecordId(id), from).await.map_err(told)?)))
}

fn as_json(place: &Place) -> JsonValue {
    let mut holds = Map::new();
    for (field, value) in &place.holds {
        holds.insert((*field).to_owned(), value.to_json());
    }
    let step = |(day, field, value): &(Date, &'static str, Value)| json!({ "from": day.to_string(), "field": field, "value": value.to_json() });
    let mut told = json!({
        "id": place.of.id.0,
        "on": place.on.to_string(),
        "holds": holds,
        "steps": place.steps.iter().map(step).collect::<Vec<_>>(),
        "version": place.version.0,
    });
    if place.of.record_type.field("left_on").is_some() {
        told["left_on"] = place.of.value("left_on").to_json();
    }
    told
}

/// What is to hold, by field; null is nobody or nothing, and what is not said stays.
#[derive(Default)]
struct Wanted {
    from: Option<Date>,
    version: Option<Seq>,
    fields: Fields,
    leaves: bool,
    left_on: Option<Date>,
}

impl Wanted {
    fn read(said: &Map<String, JsonValue>, of: &RecordType, dated: &[&str]) -> Result<Self, WebError> {
        let mut wanted = Self::default();
        let is_left_out = |name: &str, value: &JsonValue| value.is_null() && ["from", "version"].contains(&name);
        for (name, value) in said.iter().filter(|(name, value)| !is_left_out(name, value)) {
            let wrong = || bad(format!("{name}: {value} is not what it takes; look at the description of the API"));
            let known = of.field(name).filter(|_| dated.contains(&name.as_str()));
            match (name.as_str(), known) {
                (_, Some(known)) => {
                    let value = Value::from_json(known.kind, value).map_err(|_| wrong())?;
                    wanted.fields.push((known.name, value));
                }
                ("from", _) => wanted.from = Some(day(value.as_str().ok_or_else(wrong)?)?),
                ("version", _) => wanted.version = Some(Seq(value.as_i64().ok_or_else(wrong)?)),
                ("left_on", _) if of.field("left_on").is_some() => {
                    wanted.leaves = true;
                    wanted.left_on = match value {
                        JsonValue::Null => None,
                        said => Some(day(said.as_str().ok_or_else(wrong)?)?),
                    };
                }
                _ => return Err(bad(format!("there is no field {name}"))),
            }
        }
        Ok(wanted)
    }
}

fn bad(detail: String) -> WebError {
    WebError::Told { status: StatusCode::BAD_REQUEST, detail }
}

async fn change(
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
    Json(said): Json<Map<String, JsonValue>>,
) -> Result<Response, WebError> {
    let (id, mover) = (RecordId(id), &session.person);
    Access::moves(mover, id).map_err(told)?;
    let wanted = Wanted::read(&said, &PERSON, &DATED)?;
    if wanted.leaves && !wanted.fields.is_empty() {
        return Err(bad("left_on has a call of its own: it is a day, not something that holds from one".to_owned()));
    }
    let place = access.place(id, wanted.from).await.map_err(told)?;
    let place = Place { version: wanted.version.unwrap_or(place.version), ..place };
    let done = if wanted.leaves {
        access.leave(Some(mover), &place, wanted.left_on, Origin::Api).await
    } else {
        access.move_person(Some(mover), &place, wanted.fields, Origin::Api).await
    };
    done.map_err(told)?;
    Ok(json_answer(&as_json(&access.place(id, wanted.from).await.map_err(told)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaidLeave {
    from: String,
    back: String,
    substitute: Option<i64>,
    share: Option<Amount>,
}

async fn leaves(
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
) -> Result<Response, WebError> {
    Access::moves(&session.person, RecordId(id)).map_err(told)?;
    let found = access.leaves(RecordId(id)).await.map_err(told)?;
    let leave = |leave: &Leave| {
        let substitute = leave.substitute.map(|(id, share)| json!({ "person": id.0, "share": share.to_text() }));
        json!({
            "id": leave.id.0,
            "from": leave.from.to_string(),
            "back": leave.back.to_string(),
            "substitute": substitute,
        })
    };
    Ok(json_answer(&json!({ "leaves": found.iter().map(leave).collect::<Vec<_>>() })))
}

async fn add_leave(
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
    Json(said): Json<SaidLeave>,
) -> Result<Response, WebError> {
    let new = NewLeave {
        from: day(&said.from)?,
        back: day(&said.back)?,
        substitute: said.substitute.map(RecordId),
        share: said.share.unwrap_or(Amount::from(100)),
    };
    let made = access.add_leave(Some(&session.person), RecordId(id), new, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": made.0 }))).into_response())
}

async fn drop_leave(
    State(access): State<Access>,
    Caller(session): Caller,
    Path((id, leave)): Path<(i64, i64)>,
) -> Result<StatusCode, WebError> {
    let (id, leave) = (RecordId(id), RecordId(leave));
    access.drop_leave(Some(&session.person), id, leave, Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn description() -> Description {
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let id = in_path("id", "The number of a person.");
    let from = parameter("from", "What holds on this day; today if left out.", false);
    let summary =
        "Role, team and managers of somebody on a day, with every change of them, for HR and who runs the product";
    described.operation(PLACE, "get", operation(summary, &[id.clone(), from], None, &any, true));
    let text = |says: &str| json!({ "type": ["string", "null"], "description": says });
    let number = |says: &str| json!({ "type": ["integer", "null"], "description": says });
    let body = optional(&[
        ("from", text("The day from which it holds; today if left out. What held before stays.")),
        ("version", number("Of the place that was looked at; what was changed since is a conflict.")),
        ("role", text("Roles that open more than one's own records are given by who runs the product.")),
        ("title", text("On the business card.")),
        ("ramp", text("Shares of the quota by month since they were hired, like 25% 50% 75%; null: none.")),
        ("team", number("The number of a team; null: none.")),
        ("manager", number("The number of a person who does not report to them.")),
        ("matrix_manager", number("Asked for a view when they are appraised.")),
        ("left_on", text("Alone: the day from which they are gone; null: they stay.")),
    ]);
    described.operation(
        PLACE,
        "patch",
        operation(
            "Moves somebody from a day on, or says when they leave",
            std::slice::from_ref(&id),
            Some(&body),
            &any,
            true,
        ),
    );
    let summary = "Leaves of somebody, the last first, for HR and who runs the product";
    described.operation(LEAVES, "get", operation(summary, std::slice::from_ref(&id), None, &any, true));
    let body = optional(&[
        ("from", text("The first day away.")),
        ("back", text("The first day back.")),
        ("substitute", number("The number of whoever is credited meanwhile; null: nobody.")),
        ("share", text("How much of a credit they get, per cent; 100 if left out.")),
    ]);
    let summary = "A leave; days that another one has are a conflict";
    described.operation(LEAVES, "post", operation(summary, std::slice::from_ref(&id), Some(&body), &any, true));
    let both = [id, in_path("leave", "The number of a leave.")];
    described.operation(ONE_LEAVE, "delete", operation("Takes a leave out", &both, None, &any, true));
    team::describe(&mut described);
    described
}
