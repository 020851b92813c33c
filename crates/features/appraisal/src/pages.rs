//! Pages of roles, job descriptions and appraisals.

mod aftermath;
mod calibration;
mod career;
mod competencies;
mod customers;
mod cycles;
mod descriptions;
mod development;
mod forms;
mod home;
mod paper;
mod parts;
mod roles;

use crate::{Appraisal, AppraisalError, Folder, Held};
use access::{Access, Asker};
use axum::{
    Router,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Field, Input, Message, Mood, Purpose, button, field, link_button, message, page_head, tag},
};

const ROLES: &str = "roles";
const ACTIVE: &str = "appraisal";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/roles", get(roles::list))
        .route("/roles/{role}", get(roles::show))
        .route("/roles/{role}/file", get(roles::edit).post(roles::save))
        .route("/competencies", get(competencies::list))
        .route("/competencies/{id}", get(competencies::show))
        .route("/competencies/{id}/file", get(competencies::edit).post(competencies::save))
        .route("/job-descriptions", get(descriptions::list).post(descriptions::issue))
        .route("/job-descriptions/{id}", get(descriptions::show))
        .route("/job-descriptions/{id}/pdf/{language}", get(descriptions::pdf))
        .route("/job-descriptions/{id}/approval", post(descriptions::approve))
        .route("/job-descriptions/{id}/acknowledgement", post(descriptions::acknowledge))
        .route("/development", get(development::own))
        .route("/development/{id}", get(development::page).post(development::set))
        .route("/development/goals/{id}", post(development::end))
        .route("/development/{id}/career", post(career::wish))
        .route("/development/{id}/career-talks", post(career::talk))
        .route("/appraisals", get(home::page))
        .route("/appraisals/{id}", get(forms::page))
        .route("/appraisals/{id}/peers", post(forms::nominate))
        .route("/appraisals/{id}/customers", post(customers::ask))
        .route("/appraisals/customers/{id}", post(customers::step))
        .route("/view/{link}", get(customers::show).post(customers::give))
        .route("/appraisals/{id}/grade", post(calibration::change))
        .route("/appraisals/{id}/acknowledgement", post(aftermath::acknowledge))
        .route("/appraisals/{id}/appeal", post(aftermath::appeal))
        .route("/appraisals/{id}/decision", post(aftermath::decide))
        .route("/appraisals/cycles/{id}/calibration", get(calibration::page).post(calibration::force))
        .route("/appraisals/parts/{id}", post(parts::save))
        .route("/appraisals/parts/{id}/decision", post(parts::decide))
        .route("/appraisals/cycles", get(cycles::new).post(cycles::launch))
        .route("/appraisals/cycles/{id}", get(cycles::show).post(cycles::move_on))
        .route("/appraisals/cycles/{id}/arrangement", post(cycles::arrange_part))
}

/// A signed-in person, and what is done on their behalf.
struct Asking {
    asker: Asker,
    appraisal: Appraisal,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let appraisal = Appraisal::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, appraisal })
    }
}

/// What a person is told in place of an error's own text.
pub(crate) fn failed(error: AppraisalError) -> WebError {
    match key(&error) {
        Some(hint_key) => WebError::Refused { hint_key },
        None => match error {
            AppraisalError::RunsNone | AppraisalError::AppointsNobody | AppraisalError::OnlyHolder(_) => {
                WebError::Forbidden
            }
            AppraisalError::NoRole(_)
            | AppraisalError::NoCompetency(_)
            | AppraisalError::NoKpi(_)
            | AppraisalError::NotThere => WebError::NotFound,
            AppraisalError::Moved(_) => WebError::Conflict,
            other => WebError::internal(other),
        },
    }
}

const fn key(error: &AppraisalError) -> Option<&'static str> {
    Some(match error {
        AppraisalError::NoPerson(_) => "error-not-a-choice",
        AppraisalError::NotADay(_) | AppraisalError::Calendar(_) => "error-not-a-date",
        AppraisalError::Described { .. } => "role-error-described",
        AppraisalError::OwnDescription => "role-error-own",
        AppraisalError::NotSo { .. } => "role-error-not-so",
        AppraisalError::OtherId { .. } | AppraisalError::NotAnId(_) | AppraisalError::Wrong(_) => "role-error-file",
        AppraisalError::NoOrder | AppraisalError::NoName | AppraisalError::NoAction | AppraisalError::NoText(_) => {
            "error-required"
        }
        AppraisalError::PastDay(_) => "career-error-past",
        AppraisalError::FutureDay(_) => "career-error-future",
        AppraisalError::OwnTalk => "career-error-own",
        AppraisalError::Nobody => "cycle-error-nobody",
        AppraisalError::Weight(_) => "cycle-error-weight",
        AppraisalError::NotBegun(_) => "cycle-error-not-begun",
        AppraisalError::Order => "cycle-error-order",
        AppraisalError::Level(_) | AppraisalError::Score(_) => "form-error-score",
        AppraisalError::NoOverride => "form-error-override",
        AppraisalError::NoReason(_) => "form-error-reason",
        AppraisalError::TooLong => "form-error-long",
        AppraisalError::Unrated(_) => "form-error-unrated",
        AppraisalError::NotDelegated => "form-error-delegated",
        AppraisalError::HandedIn => "form-error-handed-in",
        AppraisalError::OwnGrade => "calibration-error-own",
        AppraisalError::NotForced(_) => "calibration-error-not-forced",
        AppraisalError::Rule(rules::appraisal::AppraisalError::TooFew { .. }) => "calibration-error-few",
        AppraisalError::Rule(
            rules::appraisal::AppraisalError::NotWhole(_) | rules::appraisal::AppraisalError::Weight(_),
        ) => "cycle-error-weights",
        AppraisalError::Rule(rules::appraisal::AppraisalError::Raters(_)) => "cycle-error-least",
        AppraisalError::Rule(
            rules::appraisal::AppraisalError::GradeBound(_) | rules::appraisal::AppraisalError::Letters,
        ) => "cycle-error-grades",
        AppraisalError::NoAppeal => "appeal-error",
        AppraisalError::AskedAlready(_) => "form-error-asked",
        AppraisalError::EnoughPeers => "form-error-enough",
        AppraisalError::EnoughCustomers => "form-error-enough-customers",
        AppraisalError::NotAnEmail(_) => "error-not-an-email",
        AppraisalError::Colleague(_) => "form-error-colleague",
        AppraisalError::ByHand => "form-error-by-hand",
        AppraisalError::NotMailed => "form-error-not-mailed",
        AppraisalError::LinkGone => "customer-view-gone-hint",
        AppraisalError::Over(_) => "form-error-over",
        _ => return None,
    })
}

/// A day as an address or a form has it.
fn day(text: &str) -> Result<Date, WebError> {
    text.trim().parse().map_err(|_| failed(AppraisalError::NotADay(text.to_owned())))
}

/// How well somebody is expected to do it.
fn level(words: Words, level: u8) -> Markup {
    tag(Mood::Neutral, &level_name(words, level))
}

fn level_name(words: Words, level: u8) -> String {
    words.t_with("role-level", &[("level", words.count(level).into())])
}

/// A role's or competency's file as it is edited.
struct FileForm<'a> {
    title: &'a str,
    /// Where the file goes, and where it is read.
    action: &'a str,
    back: &'a str,
    text: &'a str,
    from: &'a str,
    wrong: Option<String>,
}

#[derive(Deserialize)]
struct Typed {
    definition: String,
    from: String,
}

impl FileForm<'_> {
    fn document(self, asker: &Asker) -> Markup {
        let words = asker.words;
        let area = Field {
            error: self.wrong,
            hint: Some(words.t("role-file-hint")),
            is_required: true,
            ..Field::new("definition", words.t("role-file"), Input::Area(self.text))
        };
        let from = Field { is_required: true, ..Field::new("from", words.t("holds-from"), Input::Date(self.from)) };
        let way = link_button(Purpose::Plain, self.back, None, &words.t("cancel"));
        let content = html! {
            (page_head(self.title, Some(&words.t("role-file-sub")), &way))
            form.panel.planfile method="post" action=(self.action) novalidate {
                div.body.stack {
                    (field(words, &area))
                    div.fgrid { (field(words, &from)) }
                    div.btns { (button(Purpose::Primary, &words.t("save"))) }
                }
            }
        };
        asker.document(self.title, Some(ROLES), None, &content)
    }
}

/// Goes on to the page of what was saved; what is wrong with a file is told above it.
fn saved(done: Result<(), AppraisalError>, form: FileForm<'_>, asker: &Asker) -> Result<Response, WebError> {
    match done {
        Ok(()) => Ok(Redirect::to(form.back).into_response()),
        Err(
            error @ (AppraisalError::Wrong(_)
            | AppraisalError::OtherId { .. }
            | AppraisalError::NotAnId(_)
            | AppraisalError::NoRole(_)),
        ) => {
            let page = FileForm { wrong: Some(error.to_string()), ..form }.document(asker);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(failed(error)),
    }
}

/// Which version is shown, when the next one begins, and why a stored one is not used.
fn versions<T>(words: Words, held: &Held<T>) -> Markup {
    let since = held.since.map_or_else(
        || words.t("role-ships"),
        |since| words.t_with("role-own-since", &[("date", words.date(since).into())]),
    );
    html! {
        p.mut.small {
            (since)
            @if let Some(later) = held.later {
                " · " (words.t_with("role-own-later", &[("date", words.date(later).into())]))
            }
        }
        @if let Some(error) = &held.broken {
            (message(words, &Message { mood: Mood::Bad, what: &words.t("role-broken"), hint: Some(error), buttons: None, reference: None }))
        }
    }
}
