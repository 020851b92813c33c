//! Pages of recruiting: openings, the plan, an opening with its board, a candidate, one's own interviews, erasure.

mod candidate;
mod cards;
mod erasure;
mod home;
mod interview;
mod opening;
mod plan;

use crate::{Folder, LineName, OpeningState, Recruiting, RecruitingError};
use access::{Access, AccessError, Asker};
use appraisal::AppraisalError;
use axum::{
    Router,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use rules::recruiting::Stage;
use web_kit::{
    WebError, Words,
    components::{Choice, Field, Input, Message, Mood, message, tag},
};

const ACTIVE: &str = "recruiting";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/recruiting", get(home::page).post(home::draft))
        .route("/recruiting/report.csv", get(home::csv))
        .route("/recruiting/plan", get(plan::page).post(plan::add))
        .route("/recruiting/plan/seats", post(plan::change))
        .route("/recruiting/erasure", get(erasure::page).post(erasure::erase))
        .route("/recruiting/erasure/months", post(erasure::set_months))
        .route("/recruiting/openings/{id}", get(opening::page))
        .route("/recruiting/openings/{id}/state", post(opening::move_on))
        .route("/recruiting/openings/{id}/candidates", get(opening::list).post(opening::add))
        .route("/recruiting/openings/{id}/candidates.csv", get(opening::csv))
        .route("/recruiting/candidates/{id}", get(candidate::page))
        .route("/recruiting/candidates/{id}/moves", post(candidate::move_on))
        .route("/recruiting/candidates/{id}/consent", post(candidate::consent))
        .route("/recruiting/candidates/{id}/interviews", post(candidate::ask))
        .route("/recruiting/candidates/{id}/offer", post(candidate::offer))
        .route("/recruiting/candidates/{id}/offer/approval", post(candidate::approve))
        .route("/recruiting/candidates/{id}/hire", post(candidate::hire))
        .route("/recruiting/interviews/{id}", get(interview::page).post(interview::hand_in))
        .route("/recruiting/interviews/{id}/withdrawal", post(candidate::take_back))
}

/// A signed-in person, and what is done on their behalf.
struct Asking {
    asker: Asker,
    recruiting: Recruiting,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let recruiting = Recruiting::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, recruiting })
    }
}

/// What stands in no form: not yours, not there, changed meanwhile, a fault.
pub(crate) fn failed(error: RecruitingError) -> WebError {
    use RecruitingError as E;
    match error {
        E::NotYours | E::PlansNone => WebError::Forbidden,
        E::NotThere => WebError::NotFound,
        E::Moved(_) => WebError::Conflict,
        E::Appraisal(AppraisalError::NoRole(_)) => WebError::Refused { hint_key: "recruit-error-role" },
        other => WebError::internal(other),
    }
}

fn line_name(words: Words, line: &LineName) -> String {
    let parts = [words.choice("role", &line.role), line.team.clone(), words.date(line.starts_on)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What is wrong and what to do, in the reader's language; none for what stands in no form.
fn sentence(words: Words, error: &RecruitingError) -> Option<String> {
    use RecruitingError as E;
    Some(match error {
        E::Field { field, value, needs } => {
            let does = words.t(&format!("recruit-needs-{}", needs.name()));
            let slots = [("field", words.field(field).into()), ("value", value.as_str().into()), ("does", does.into())];
            words.t_with("recruit-error-field", &slots)
        }
        E::OverPlan { line, planned, taken, wanted } => {
            let slots = [
                ("line", line_name(words, line).into()),
                ("planned", (*planned).into()),
                ("taken", (*taken).into()),
                ("wanted", (*wanted).into()),
            ];
            words.t_with("recruit-error-over-plan", &slots)
        }
        E::BelowTaken { line, taken, wanted } => {
            let line = line_name(words, line);
            let slots = [("line", line.into()), ("taken", (*taken).into()), ("wanted", (*wanted).into())];
            words.t_with("recruit-error-below-taken", &slots)
        }
        E::Twice { known, new, email, since, stage } => {
            let slots = [
                ("known", known.as_str().into()),
                ("new", new.as_str().into()),
                ("email", email.as_str().into()),
                ("since", words.date(*since).into()),
                ("stage", stage_name(words, *stage).into()),
            ];
            words.t_with("recruit-error-twice", &slots)
        }
        E::State(state) => {
            let is_stage = Stage::read(state).is_some();
            let state = words.choice(if is_stage { "stage" } else { "state" }, state);
            words.t_with("recruit-error-state", &[("state", state.into())])
        }
        E::NoMove { from, to } => {
            let slots = [("from", stage_name(words, *from).into()), ("to", stage_name(words, *to).into())];
            words.t_with("recruit-error-move", &slots)
        }
        E::NoReason { to } => words.t_with("recruit-error-reason", &[("to", stage_name(words, *to).into())]),
        E::AskedAlready(name) => words.t_with("recruit-error-asked", &[("name", name.as_str().into())]),
        E::Access(AccessError::EmailTaken(email)) => {
            words.t_with("recruit-error-account", &[("email", email.as_str().into())])
        }
        E::SecondPerson => words.t("recruit-error-second"),
        E::HandedIn => words.t("recruit-error-handed-in"),
        E::NoScorecard => words.t("recruit-error-no-scorecard"),
        E::NoOffer => words.t("recruit-error-no-offer"),
        E::Full => words.t("recruit-error-full"),
        E::NotManager => words.t("recruit-error-manager"),
        E::Erased => words.t("recruit-error-erased"),
        _ => return None,
    })
}

/// What was done leads to an address; what was refused is told where it was typed.
fn refused<T>(words: Words, done: Result<T, RecruitingError>) -> Result<Result<T, String>, WebError> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(error) => match sentence(words, &error) {
            Some(text) => Ok(Err(text)),
            None => Err(failed(error)),
        },
    }
}

fn to(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// The page that a form came from, with what is wrong on top.
fn again(page: Markup) -> Response {
    (StatusCode::BAD_REQUEST, page).into_response()
}

fn wrong(words: Words, text: Option<&str>) -> Markup {
    let of = |what| message(words, &Message { mood: Mood::Bad, what, hint: None, buttons: None, reference: None });
    html! { @if let Some(text) = text { (of(text)) } }
}

fn stage_name(words: Words, stage: Stage) -> String {
    words.choice("stage", stage.name())
}

fn stage_tag(words: Words, stage: Stage) -> Markup {
    let mood = match stage {
        Stage::Hired => Mood::Good,
        Stage::Offer => Mood::Info,
        _ => Mood::Neutral,
    };
    tag(mood, &stage_name(words, stage))
}

fn state_tag(words: Words, state: OpeningState) -> Markup {
    let mood = match state {
        OpeningState::Draft => Mood::Warn,
        OpeningState::Open => Mood::Info,
        OpeningState::Filled => Mood::Good,
        OpeningState::Approved | OpeningState::Closed => Mood::Neutral,
    };
    tag(mood, &words.choice("state", state.name()))
}

/// An erased candidate goes by the number.
fn candidate_name(words: Words, candidate: &crate::Candidate) -> String {
    let number = || words.t_with("recruit-erased-name", &[("number", candidate.id.to_string().into())]);
    candidate.name.clone().unwrap_or_else(number)
}

fn choices_of(words: Words, field: &str, list: &[&str]) -> Vec<Choice> {
    list.iter().map(|one| Choice { value: (*one).to_owned(), label: words.choice(field, one) }).collect()
}

fn people_choices(people: &[(base::RecordId, String)]) -> Vec<Choice> {
    people.iter().map(|(id, name)| Choice { value: id.to_string(), label: name.clone() }).collect()
}

fn required<'a>(name: &'a str, label: String, input: Input<'a>) -> Field<'a> {
    Field { is_required: true, ..Field::new(name, label, input) }
}

/// A whole number as typed.
fn whole(field: &'static str, text: &str, needs: crate::Needs) -> Result<i64, RecruitingError> {
    text.trim().parse().map_err(|_| RecruitingError::field(field, text, needs))
}
