//! What is written in an appraisal: saved as one types, handed in, and whom of the nominated peers are asked.

use super::{Asking, failed};
use crate::{Answers, AppraisalError, Override, Rating};
use axum::{
    Form, Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base::{Amount, RecordId, Seq};
use rules::log::Origin;
use serde::Deserialize;
use serde_json::json;
use web_kit::WebError;

/// Saved while it is typed: the answer is for the page's script.
const AUTOSAVE: &str = "autosave";

pub async fn save(
    Asking { asker, appraisal }: Asking,
    Path(id): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let words = asker.words;
    let id = RecordId(id);
    let said = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, text)| text.as_str());
    let seen = said("version").parse().map(Seq).map_err(|_| WebError::Refused { hint_key: "hint-check-address" })?;
    let saved = match read(&pairs) {
        Ok(answers) => appraisal.save(id, seen, &answers, Origin::Ui).await,
        Err(error) => Err(error),
    };
    if said("step") == AUTOSAVE {
        let told = |status: StatusCode, key: &str| (status, Json(json!({ "message": words.t(key) }))).into_response();
        return Ok(match saved {
            Ok(version) => {
                let company = appraisal.company().await.map_err(failed)?;
                let now = words.time(appraisal.now().to_zoned(company.zone).datetime());
                let message = words.t_with("form-saved", &[("time", now.into())]);
                Json(json!({ "version": version.0, "message": message })).into_response()
            }
            Err(AppraisalError::Moved(_)) => told(StatusCode::CONFLICT, "form-saved-elsewhere"),
            Err(error) => match super::key(&error) {
                Some(key) => told(StatusCode::UNPROCESSABLE_ENTITY, key),
                None => return Err(failed(error)),
            },
        });
    }
    saved.map_err(failed)?;
    let form = appraisal.form_of(id).await.map_err(failed)?;
    if said("step") == "hand-in" {
        appraisal.hand_in(id, Origin::Ui).await.map_err(failed)?;
    }
    Ok(Redirect::to(&format!("/appraisals/{form}")).into_response())
}

/// A form's fields as answers.
fn read(pairs: &[(String, String)]) -> Result<Answers, AppraisalError> {
    let mut answers = Answers::default();
    for (name, text) in pairs {
        // Browsers send lines with a carriage return.
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if let Some(id) = name.strip_prefix("level-") {
            let level = text.parse().map_err(|_| AppraisalError::Level(id.to_owned()))?;
            answers.ratings.entry(id.to_owned()).or_insert_with(Rating::default).level = Some(level);
        } else if let Some(id) = name.strip_prefix("example-") {
            text.clone_into(&mut answers.ratings.entry(id.to_owned()).or_insert_with(Rating::default).example);
        } else if let Some(id) = name.strip_prefix("override-") {
            let score: Amount = text.parse().map_err(|_| AppraisalError::Score(id.to_owned()))?;
            let reason = pairs.iter().find(|(name, _)| name.strip_prefix("reason-") == Some(id));
            let reason = reason.map(|(_, reason)| reason.trim().to_owned()).unwrap_or_default();
            answers.overrides.insert(id.to_owned(), Override { score, reason });
        } else if name == "comment" {
            text.clone_into(&mut answers.comment);
        }
    }
    Ok(answers)
}

#[derive(Deserialize)]
pub struct Decided {
    asked: String,
}

pub async fn decide(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Decided>,
) -> Result<Redirect, WebError> {
    let id = RecordId(id);
    appraisal.decide_peer(id, typed.asked == "yes", Origin::Ui).await.map_err(failed)?;
    let form = appraisal.form_of(id).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/appraisals/{form}#peers")))
}
