//! A candidate plan over the company's own history, by API.

use super::{Asking, told};
use crate::{Evidence, Replay, Replayed, RunError, Spread, replay::BANDS};
use access::Access;
use axum::{Json, Router, response::Response, routing::post};
use base::{Amount, Money};
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, object, operation, with_optional},
};

const REPLAY: &str = "/api/v1/pay/replay";

pub fn routes() -> Router<Access> {
    Router::new().route(REPLAY, post(replay))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replaying {
    file: String,
    from: String,
    to: String,
    /// Keeps the plan, where the replay still shows this, as an earlier answer has it.
    #[serde(default)]
    publish: Option<Evidence>,
}

async fn replay(Asking(pay): Asking, Json(sent): Json<Replaying>) -> Result<Response, WebError> {
    let replay = pay.replay(&sent.file, &sent.from, &sent.to).await.map_err(told)?;
    let mut answer = to_json(&replay).map_err(told)?;
    if let Some(seen) = sent.publish {
        let window = (sent.from.as_str(), sent.to.as_str());
        let id = pay.publish(&sent.file, window, &seen, None, Origin::Api).await.map_err(told)?;
        answer["published"] = json!(id.0);
    }
    Ok(json_answer(&answer))
}

/// A replay, as command line and API tell it.
pub fn to_json(replay: &Replay) -> Result<Value, RunError> {
    let plain = |minor: i64, one: &Replayed| Money::new(minor, one.currency).to_string();
    let payees = replay.payees.iter().map(|one| {
        let drivers = one.drivers.iter().take(10).map(|(fact, now, then)| {
            let name = replay.facts.get(fact).map(|fact| fact.name.clone());
            json!({ "fact": fact, "name": name, "now": plain(*now, one), "then": plain(*then, one) })
        });
        json!({
            "id": one.id,
            "person": one.person,
            "name": one.name,
            "currency": one.currency.code(),
            "now": plain(one.now, one),
            "then": plain(one.then, one),
            "change": plain(one.change(), one),
            "drivers": drivers.collect::<Vec<_>>(),
        })
    });
    let cost = replay
        .cost()
        .into_iter()
        .map(|(code, (now, then))| (code, json!({ "now": now.to_string(), "then": then.to_string() })));
    let distribution = replay.distribution();
    let band =
        |((from, to), count): ((Option<i64>, Option<i64>), usize)| json!({ "from": from, "to": to, "people": count });
    let bands: Vec<Value> = BANDS.into_iter().zip(distribution.bands).map(band).collect();
    let quarters = |spread: Spread| spread.map(|value| value.map(Amount::to_text));
    let spread = replay.spread()?.into_iter();
    let spread = spread.map(|(code, (now, then))| (code, json!({ "now": quarters(now), "then": quarters(then) })));
    Ok(json!({
        "plan": replay.plan,
        "distribution": { "percent": bands, "not_paid_now": distribution.new },
        "quarters": spread.collect::<serde_json::Map<_, _>>(),
        "periods": replay.periods.iter().map(|period| period.label.as_str()).collect::<Vec<_>>(),
        "replaces": replay.replaces,
        "evidence": replay.evidence(),
        "exceptions": replay.exceptions,
        "winners": replay.winners(),
        "losers": replay.losers(),
        "cost": cost.collect::<serde_json::Map<_, _>>(),
        "payees": payees.collect::<Vec<_>>(),
    }))
}

pub fn describe(described: &mut Description) {
    let any = json!({ "type": "object" });
    let text = |says: &str| json!({ "type": "string", "description": says });
    let body = object(&[
        ("file", text("A candidate plan, as docs/pay-format.md has it.")),
        ("from", text("The first pay period.")),
        ("to", text("The last one.")),
    ]);
    let body = with_optional(
        body,
        &[(
            "publish",
            json!({ "type": "object", "description": "Keeps the plan where the replay still shows this: `evidence` of an earlier answer." }),
        )],
    );
    let summary = "What a candidate plan would have paid whom; nothing is written unless it is published";
    described.operation(REPLAY, "post", operation(summary, &[], Some(&body), &any, true));
}
