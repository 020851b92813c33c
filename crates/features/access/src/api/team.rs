//! Teams by API: the tree of a day, a new one, what holds of one from a day on.

use super::{On, Wanted, as_json, day, told};
use crate::{Access, Caller, Place, TEAM, TEAM_DATED};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use base::RecordId;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Map, Value as JsonValue, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, in_path, operation, optional, parameter},
};

const TEAMS: &str = "/api/v1/teams";
const PLACE: &str = "/api/v1/teams/{id}/place";

pub fn routes() -> Router<Access> {
    Router::new().route(TEAMS, get(tree).post(make)).route(PLACE, get(show).patch(change).delete(give_up))
}

async fn tree(State(access): State<Access>, Caller(_): Caller, Query(on): Query<On>) -> Result<Response, WebError> {
    let today = access.today().await.map_err(WebError::internal)?;
    let on = on.from.as_deref().map(day).transpose()?.unwrap_or(today);
    let nodes = access.teams_on(on).await.map_err(told)?;
    let node = |node: &crate::Node| {
        json!({
            "team": node.team.0,
            "name": node.name,
            "depth": node.depth,
            "people": node.people,
            "with_below": node.with_below,
        })
    };
    Ok(json_answer(&json!({ "on": on.to_string(), "teams": nodes.iter().map(node).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    parent: Option<i64>,
}

async fn make(
    State(access): State<Access>,
    Caller(session): Caller,
    Json(new): Json<New>,
) -> Result<Response, WebError> {
    let parent = new.parent.map(RecordId);
    let made = access.new_team(Some(&session.person), &new.name, parent, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": made.0 }))).into_response())
}

async fn show(
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
    Query(on): Query<On>,
) -> Result<Response, WebError> {
    Access::arranges(&session.person).map_err(told)?;
    let from = on.from.as_deref().map(day).transpose()?;
    Ok(json_answer(&as_json(&access.team_place(RecordId(id), from).await.map_err(told)?)))
}

async fn change(
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
    Json(said): Json<Map<String, JsonValue>>,
) -> Result<Response, WebError> {
    Access::arranges(&session.person).map_err(told)?;
    let wanted = Wanted::read(&said, &TEAM, &TEAM_DATED)?;
    let place = access.team_place(RecordId(id), wanted.from).await.map_err(told)?;
    let place = Place { version: wanted.version.unwrap_or(place.version), ..place };
    access.move_team(Some(&session.person), &place, wanted.fields, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&as_json(&access.team_place(RecordId(id), wanted.from).await.map_err(told)?)))
}

async fn give_up(
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, WebError> {
    Access::arranges(&session.person).map_err(told)?;
    let place = access.team_place(RecordId(id), None).await.map_err(told)?;
    access.give_up_team(Some(&session.person), &place, Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn describe(described: &mut Description) {
    let any = json!({ "type": "object" });
    let id = in_path("id", "The number of a team.");
    let from = parameter("from", "What holds on this day; today if left out.", false);
    let summary = "Teams as they stood on a day, each below the one that it belongs to, with how many people are in it";
    described.operation(TEAMS, "get", operation(summary, std::slice::from_ref(&from), None, &any, true));
    let text = |says: &str| json!({ "type": ["string", "null"], "description": says });
    let number = |says: &str| json!({ "type": ["integer", "null"], "description": says });
    let name = ("name", text("No other team has it."));
    let parent = ("parent", number("The number of the team above it; null: none."));
    let body = optional(&[name.clone(), parent.clone()]);
    described.operation(
        TEAMS,
        "post",
        operation("A new team, for HR and who runs the product", &[], Some(&body), &any, true),
    );
    let summary = "Name of a team and what is above it on a day, with every change of them";
    described.operation(PLACE, "get", operation(summary, &[id.clone(), from], None, &any, true));
    let body = optional(&[
        ("from", text("The day from which it holds; today if left out. What held before stays.")),
        ("version", number("Of the place that was looked at; what was changed since is a conflict.")),
        name,
        parent,
    ]);
    let of = std::slice::from_ref(&id);
    described.operation(
        PLACE,
        "patch",
        operation("Renames a team or moves it from a day on", of, Some(&body), &any, true),
    );
    described.operation(
        PLACE,
        "delete",
        operation("Gives a team up that nobody and no other is in", of, None, &any, true),
    );
}
